/**
 * The shapes of the neighbours' market, in the conventions of `wire/schemas`: a quarter hour is named by its start,
 * a session is 0 (the quarter hour's own auction) or 1 (the one of the day before), money that a home pays is
 * positive, prices and limits may be negative.
 *
 * Nobody's number stands in a book: within a quarter hour and session a home goes by a *paddle*, drawn by chance,
 * which only the platform and the home itself can tell from any other.
 */
import Type, { type Static } from "typebox";
import {
  DaySchema as Day,
  HexSchema as Hex,
  Hex32Schema as Hex32,
  InstantSchema as Instant,
  PublicKeySchema as PublicKey,
  SignatureSchema as Signature,
} from "#wire/schemas.ts";
import { Nullable } from "#wire/shape.ts";

const Wh = Type.Integer({ minimum: 0, description: "Wh" });
const Money = Type.Integer({ description: "µEUR; negative: the other way round" });
const Height = Type.Integer({ minimum: 0 });
/** Within what a book takes (`market/auction/book`). */
export const LimitSchema = Type.Integer({
  minimum: -1_000_000_000,
  maximum: 1_000_000_000,
  description: "µEUR per kWh, may be negative",
});
const Price = Type.Integer({ description: "µEUR per kWh, may be negative" });
export const SessionSchema = Type.Integer({
  minimum: 0,
  maximum: 1,
  description: "0: the quarter hour's own auction; 1: the one of the day before",
});
const Side = Type.Union([Type.Literal("bid"), Type.Literal("ask")]);
const Count = Type.Integer({ minimum: 0 });
const Moment = Type.Object({ height: Height, time: Instant });

export const MarketMechanism = Type.Union([
  Type.Literal("uniform"),
  Type.Literal("pay-as-bid"),
  Type.Literal("continuous"),
  Type.Literal("fixed-split"),
]);
export type MarketMechanism = Static<typeof MarketMechanism>;

/** What a price will probably be: nobody is held to it. */
export const PriceIndication = Type.Object({
  slot: Instant,
  priceMicroEurPerKwh: Nullable(Price),
  source: Type.Union([Type.Literal("book"), Type.Literal("forecast"), Type.Literal("none")], {
    description:
      "book: orders as they stand would clear so; forecast: as standing rules and the weather of the last days would have it; none: nothing would trade",
  }),
  bidWh: Wh,
  askWh: Wh,
  wouldTradeWh: Wh,
  orders: Count,
});
export type PriceIndication = Static<typeof PriceIndication>;

/** A quarter hour's clearing in a line. */
export const PricePoint = Type.Object({
  slot: Instant,
  session: SessionSchema,
  priceMicroEurPerKwh: Nullable(Price, { description: "null where nothing traded" }),
  tradedWh: Wh,
  orders: Count,
  unopened: Count,
  indicatedMicroEurPerKwh: Nullable(Price, { description: "what was indicated when the gate closed" }),
});
export type PricePoint = Static<typeof PricePoint>;

export const FeederLimitView = Type.Object({
  feeder: Type.Integer(),
  from: Instant,
  to: Type.Integer({ description: "start of the first quarter hour that it does not hold for any more" }),
  maxSoldWh: Nullable(Wh),
  maxBoughtWh: Nullable(Wh),
  reason: Type.String(),
});
export type FeederLimitView = Static<typeof FeederLimitView>;

export const MarketNow = Type.Object({
  time: Instant,
  slot: Type.Integer({ description: "start of the next quarter hour for which orders are taken" }),
  gateAt: Type.Integer({ description: "when its gate closes, Unix seconds" }),
  indication: PriceIndication,
  /** The coming quarter hours after it, by forecast. */
  outlook: Type.Array(PriceIndication),
  running: Nullable(PricePoint, { description: "the quarter hour that runs, if it was cleared" }),
  opening: Nullable(Instant, {
    description: "a quarter hour whose gate has closed and that is not cleared yet",
  }),
  participants: Count,
  tariff: Type.Object({ importMicroEurPerKwh: Price, feedInMicroEurPerKwh: Price }),
  law: Type.Object({
    mechanism: MarketMechanism,
    gateS: Type.Integer({ description: "seconds before the quarter hour at which orders are closed" }),
    fallback: Type.Boolean({ description: "whether what is left is matched when the quarter hour is over" }),
    feeMicroEurPerKwh: Price,
    correctionDays: Type.Integer(),
  }),
  limits: Type.Array(FeederLimitView),
});
export type MarketNow = Static<typeof MarketNow>;

/** A book as it was opened: orders by paddle. What was made of each is added by whoever cleared it, the chain. */
export const MarketSlot = Type.Object({
  slot: Instant,
  session: SessionSchema,
  state: Type.Union([Type.Literal("sealed"), Type.Literal("cleared"), Type.Literal("void")], {
    description: "sealed: until it is opened; void: it never was, and nothing trades",
  }),
  sealsRoot: Hex32,
  count: Count,
  sealed: Moment,
  cleared: Nullable(Moment),
  transaction: Nullable(Hex32, { description: "that opened and cleared it" }),
  mechanism: Nullable(MarketMechanism),
  priceMicroEurPerKwh: Nullable(Price),
  tradedWh: Wh,
  orders: Type.Array(
    Type.Object({
      paddle: Type.Integer(),
      number: Type.Integer(),
      side: Side,
      energyWh: Wh,
      limitMicroEurPerKwh: LimitSchema,
      feeder: Type.Integer(),
      solar: Type.Boolean({ description: "a bid: solar energy only; an ask: it is solar energy" }),
      partner: Nullable(Type.Integer(), { description: "the paddle that it would rather trade with" }),
      gift: Type.Boolean({ description: "for its partner alone, for nothing" }),
      salt: Hex,
      filledWh: Wh,
      amountMicroEur: Money,
    }),
  ),
  unopened: Type.Array(Type.Object({ paddle: Type.Integer(), number: Type.Integer(), seal: Hex32 })),
  clearing: Nullable(Type.Unknown(), {
    description:
      "what `contrada verify-clearing` takes: contrada/clearing/1, or contrada/staged-clearing/1 where there are fees or wishes",
  }),
});
export type MarketSlot = Static<typeof MarketSlot>;

/** What an owner wants of the market, in every quarter hour until it is changed. */
export const MarketRule = Type.Object({
  sellSurplusFromMicroEurPerKwh: Nullable(LimitSchema, {
    description: "sells what the panels give and the home does not use, from this price on; null: not here",
  }),
  sellStored: Nullable(
    Type.Object({
      fromMicroEurPerKwh: LimitSchema,
      keepWh: Type.Integer({ minimum: 0, maximum: 100_000_000, description: "stays in the accumulator" }),
    }),
    { description: "“above 0.18 €/kWh keep 3 kWh”" },
  ),
  buyUpToMicroEurPerKwh: Nullable(LimitSchema, {
    description: "buys what the home will take from the MicroGrid, up to this price; null: not here",
  }),
  solarOnly: Type.Boolean({ description: "buys energy of panels only" }),
  partner: Nullable(
    Type.Object({
      home: Type.Integer({ minimum: 1, maximum: 4_294_967_295, description: "as the street's map names it" }),
      gift: Type.Boolean({
        description: "what the panels give and the home does not use is for that home alone, for nothing",
      }),
    }),
    { description: "a home that one would rather trade with, where the prices are equal; it need not know" },
  ),
  forwardPerMille: Type.Integer({
    minimum: 0,
    maximum: 1000,
    description: "of what is expected, so much is sold or bought a day ahead already (session 1)",
  }),
});
export type MarketRule = Static<typeof MarketRule>;

/** A rule and who signed it (`wire/market-rule`). */
export const SignedMarketRule = Type.Object({
  rule: Nullable(MarketRule, { description: "null: none any more" }),
  change: Type.Integer({ minimum: 1, description: "`changes` of the present one and one more" }),
  publicKey: PublicKey,
  signature: Signature,
});
export type SignedMarketRule = Static<typeof SignedMarketRule>;

export const OwnMarketRule = Type.Object({
  rule: Nullable(MarketRule),
  since: Nullable(Instant),
  changes: Type.Integer({ description: "how often one was given; the next letter signs one more" }),
});
export type OwnMarketRule = Static<typeof OwnMarketRule>;

/** An order by hand: stands in the stead of what the rule would order for that quarter hour and session. */
export const SignedMarketOrder = Type.Object({
  slot: Instant,
  session: SessionSchema,
  side: Side,
  energyWh: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Wh" }),
  limitMicroEurPerKwh: LimitSchema,
  publicKey: PublicKey,
  signature: Signature,
});
export type SignedMarketOrder = Static<typeof SignedMarketOrder>;

/** Why an order is what it is, or why there is none: a code for the sentence, and the numbers that were compared. */
export const OrderReason = Type.Object({
  code: Type.Union([
    Type.Literal("surplus_expected"),
    Type.Literal("stored_above_keep"),
    Type.Literal("need_expected"),
    Type.Literal("by_hand"),
    Type.Literal("nothing_expected"),
    Type.Literal("store_at_keep"),
    Type.Literal("sold_to_supplier"),
    Type.Literal("cap_reached"),
    Type.Literal("no_forecast"),
    Type.Literal("no_rule"),
    Type.Literal("not_joined"),
  ]),
  numbers: Type.Record(Type.String(), Type.Number()),
});
export type OrderReason = Static<typeof OrderReason>;

export const OwnMarketOrder = Type.Object({
  slot: Instant,
  session: SessionSchema,
  paddle: Nullable(Type.Integer(), { description: "drawn when the gate closes" }),
  number: Nullable(Type.Integer()),
  side: Side,
  energyWh: Wh,
  limitMicroEurPerKwh: LimitSchema,
  by: Type.Union([Type.Literal("rule"), Type.Literal("hand")]),
  reason: OrderReason,
  state: Type.Union([
    Type.Literal("planned"),
    Type.Literal("sealed"),
    Type.Literal("cleared"),
    Type.Literal("void"),
  ]),
  filledWh: Nullable(Wh),
  amountMicroEur: Nullable(Money, { description: "that a bid pays, or an ask receives" }),
  priceMicroEurPerKwh: Nullable(Price),
});
export type OwnMarketOrder = Static<typeof OwnMarketOrder>;

/** What a span of quarter hours came to for a home. */
export const MarketSums = Type.Object({
  boughtWh: Wh,
  soldWh: Wh,
  paidMicroEur: Money,
  earnedMicroEur: Money,
});
export type MarketSums = Static<typeof MarketSums>;

export const OwnMarket = Type.Object({
  member: Type.Integer({ description: "number on the chain, now" }),
  plant: Type.Integer({ description: "the plant's number on the chain, now: what `join_market` names" }),
  participation: Type.Object({
    state: Type.Union([Type.Literal("out"), Type.Literal("joined"), Type.Literal("leaving")]),
    capMicroEur: Type.Integer({ description: "µEUR that may be taken for a civil day, at most" }),
    reservedMicroEur: Type.Integer(),
    suggestedCapMicroEur: Type.Integer({
      description: "µEUR: five times what the home's use of a usual day costs at the supplier's tariff",
    }),
  }),
  rule: OwnMarketRule,
  /** What the next quarter hour is expected to bring. */
  forecast: Nullable(
    Type.Object({
      slot: Instant,
      surplusWh: Wh,
      needWh: Wh,
      sellableStoredWh: Wh,
      basis: Type.Union([Type.Literal("last_quarter_hour"), Type.Literal("yesterday")]),
    }),
  ),
  /** Of the next quarter hour; why there is none where `orders` has none for it. */
  next: Type.Array(OrderReason),
  /** Newest first: planned, sealed, cleared; the last two days. */
  orders: Type.Array(OwnMarketOrder),
  today: MarketSums,
  days: Type.Array(
    Type.Object({
      day: Day,
      versions: Count,
      final: Type.Boolean(),
      netMicroEur: Type.Integer({ description: "µEUR that the home received, less what it paid" }),
    }),
    { description: "settled days, newest first" },
  ),
});
export type OwnMarket = Static<typeof OwnMarket>;

/** One quarter hour of a settled day of one home. */
export const StatementLine = Type.Object({
  slot: Instant,
  boughtWh: Wh,
  soldWh: Wh,
  paidMicroEur: Money,
  earnedMicroEur: Money,
  importedWh: Wh,
  exportedWh: Wh,
  fallbackBoughtWh: Wh,
  fallbackSoldWh: Wh,
  fallbackPaidMicroEur: Money,
  fallbackEarnedMicroEur: Money,
  shortWh: Type.Integer({
    minimum: 0,
    description: "sold and not delivered: bought at the supplier's tariff",
  }),
  longWh: Type.Integer({ minimum: 0, description: "bought and not used: sold at the feed-in rate" }),
  shortMicroEur: Money,
  longMicroEur: Money,
  feeMicroEur: Money,
  netMicroEur: Type.Integer({ description: "µEUR received less what was paid" }),
});
export type StatementLine = Static<typeof StatementLine>;

export const DayVersion = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  final: Type.Boolean(),
  reason: Type.String(),
  settled: Moment,
  netMicroEur: Money,
  differenceMicroEur: Type.Integer({ description: "µEUR against the version before; what was booked" }),
  statementsRoot: Hex32,
  statement: Type.Object({
    bytes: Type.String({ description: "canonical encoding, hexadecimal: a leaf under the root" }),
    index: Count,
    count: Count,
    path: Type.Array(Hex32),
  }),
  lines: Type.Array(StatementLine),
  waivedMicroEur: Type.Integer({ minimum: 0, description: "µEUR above the cap, which the supplier bears" }),
});
export type DayVersion = Static<typeof DayVersion>;

/** A home's own statement of a day, in every version of it, oldest first. */
export const OwnMarketDay = Type.Object({ day: Day, versions: Type.Array(DayVersion) });
export type OwnMarketDay = Static<typeof OwnMarketDay>;

export const SettlementRun = Type.Object({
  day: Day,
  state: Type.Union([
    Type.Literal("open"),
    Type.Literal("provisional"),
    Type.Literal("final"),
    Type.Literal("corrected"),
  ]),
  clearings: Count,
  tradedWh: Wh,
  /** Readings of participants that are missing, and that came late. */
  missing: Count,
  late: Count,
  versions: Type.Array(
    Type.Object({
      version: Type.Integer({ minimum: 1 }),
      final: Type.Boolean(),
      reason: Type.String(),
      settled: Nullable(Moment, { description: "null while the chain has not booked it" }),
      statementsRoot: Hex32,
      homes: Count,
      boughtWh: Wh,
      soldWh: Wh,
      fallbackWh: Wh,
      shortWh: Wh,
      longWh: Wh,
      feesMicroEur: Money,
      supplierMicroEur: Type.Integer({ description: "µEUR to the balancing supplier, less what it paid" }),
      changed: Type.Integer({ description: "homes whose net differs from the version before" }),
    }),
  ),
});
export type SettlementRun = Static<typeof SettlementRun>;

/** How a supplier keeps its word. */
export const SupplierReliability = Type.Object({
  member: Type.Integer(),
  name: Type.String(),
  suspended: Type.Boolean(),
  enrolled: Height,
  days: Type.Integer({ description: "days looked at: since enrolment, 30 at most" }),
  daysWithRate: Count,
  sales: Type.Integer({ description: "that were closed" }),
  salesPaid: Type.Integer({ description: "of them, those that were paid" }),
  boughtWh: Wh,
  paidMicroEur: Money,
  rateTodayMicroEurPerKwh: Nullable(Price),
  meanRateMicroEurPerKwh: Nullable(Price, { description: "of the days with a rate" }),
});
export type SupplierReliability = Static<typeof SupplierReliability>;
