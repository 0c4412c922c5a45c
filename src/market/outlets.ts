/**
 * The best outlet for the next kilowatt-hour: kept in the accumulator, used in the house, sold to the neighbours or to
 * one of the suppliers, or given to the MicroGrid, where a community's incentive may come on top. Each is told in net
 * µEUR per kWh, so that unlike things can be compared: what it brings, less the community's fee, less what is lost on
 * the way, less the wear of the accumulator.
 *
 *   net = (price − fee) × efficiency of the way − wear, where the way leads through the accumulator
 *
 * The kWh is counted where it is now: before the inverter of the panels, or in the accumulator. Prices that a home
 * saves contain the tax on them (VAT); whoever may deduct it saves the price without. What a private home earns bears
 * none. Nothing here is a forecast: expected prices and the coming day are handed in, and an outlet that rests on one
 * says so among its risks.
 *
 * Left out: taxes on income, a sale's minimum and other steps of quantity, and that a second kWh is worth less.
 */
import { divideHalfEven, type MicroEurPerKwh } from "#base/units.ts";

export type Source = "panels" | "accumulator";

/** In the order in which equals stand: what can still be changed later comes first. */
export type OutletKind = "keep" | "use" | "neighbour" | "supplier" | "community";

/** Why an outlet brings what it brings, or why it is shut. */
export type OutletReason =
  | "saves_later"
  | "refilled_by_the_sun"
  | "saves_now"
  | "market_price"
  | "rate_of_today"
  | "shared_incentive"
  | "feed_in"
  | OutletShut;

/** Why an outlet is no choice now. */
export type OutletShut =
  | "no_accumulator"
  | "accumulator_full"
  | "house_is_covered"
  | "market_not_open"
  | "not_joined"
  | "nothing_would_trade"
  | "rate_missing"
  | "supplier_suspended"
  | "funds_too_low"
  | "too_little_stored"
  | "grid_energy";

/** What may make it less. */
export type OutletRisk =
  /** The coming day may not be like the last one. */
  | "day_may_differ"
  /** Only where something can be switched on now. */
  | "needs_a_use_now"
  /** The price is an indication, and the order may stay without a partner. */
  | "price_is_expected"
  /** What was sold and is not delivered is bought at the tariff. */
  | "delivery_is_owed"
  /** Only what the meter proves is paid. */
  | "only_delivered_is_paid"
  /** How much of it neighbours take is known when the hour is over. */
  | "sharing_is_expected"
  /** An incentive is paid months later. */
  | "paid_later";

export interface SupplierOutlet {
  readonly member: number;
  /** Of today; `undefined`: none was published. */
  readonly rate: MicroEurPerKwh | undefined;
  readonly suspended: boolean;
  /** Whether its money covers the smallest sale. */
  readonly covers: boolean;
}

export interface Situation {
  readonly source: Source;
  /** Out of 1,000 that go in, or come out, so many remain. */
  readonly chargePerMille: bigint;
  readonly dischargePerMille: bigint;
  /** Of one kWh that leaves the accumulator. */
  readonly wear: MicroEurPerKwh;
  /** What a kWh from the MicroGrid costs the home now, tax included. */
  readonly importNow: MicroEurPerKwh;
  /** The tax in it, millionths of the price without. */
  readonly vatPpm: bigint;
  /** Whether the owner deducts that tax. */
  readonly deductsVat: boolean;
  /** Whether the house takes from the MicroGrid at this moment. */
  readonly drawsNow: boolean;
  /** `undefined`: the home has no accumulator. */
  readonly store:
    | {
        readonly full: boolean;
        /** What a kWh out of it will save, tax included: 0 where the sun refills it before it is needed. */
        readonly laterPrice: MicroEurPerKwh;
        /** Whether what is stored may be sold: enough of it, and of an origin that the law lets go. */
        readonly sellable: "yes" | "too_little_stored" | "grid_energy";
      }
    | undefined;
  /** `undefined`: there is no market. */
  readonly market:
    | {
        readonly joined: boolean;
        /** `undefined`: nothing would trade. */
        readonly price: MicroEurPerKwh | undefined;
        readonly fee: MicroEurPerKwh;
      }
    | undefined;
  readonly suppliers: readonly SupplierOutlet[];
  readonly saleFee: MicroEurPerKwh;
  /** What the MicroGrid pays for what is given without a contract. */
  readonly feedIn: MicroEurPerKwh;
  /** A community's incentive on shared energy, such as the Italian TIP (`rules/italy/tip`). */
  readonly incentive:
    | {
        readonly tariff: MicroEurPerKwh;
        /** The producers' part of it, and the part of what is given that neighbours will take: millionths. */
        readonly producersPpm: bigint;
        readonly sharedPpm: bigint;
      }
    | undefined;
}

export interface Outlet {
  readonly kind: OutletKind;
  /** Of a supplier; else `undefined`. */
  readonly supplier: number | undefined;
  /** 1 for the best; equals share a rank, and the one after them counts them. `undefined`: shut. */
  readonly rank: number | undefined;
  /** µEUR/kWh, whole, and how it comes about: net = gross − fee − lost − wear. Absent where it cannot be told. */
  readonly worth:
    | {
        readonly net: bigint;
        readonly gross: bigint;
        readonly fee: bigint;
        readonly lost: bigint;
        readonly wear: bigint;
      }
    | undefined;
  readonly reason: OutletReason;
  readonly risks: readonly OutletRisk[];
}

type Offered = Omit<Outlet, "rank" | "supplier"> & { readonly supplier?: number; readonly shut?: boolean };

const WHOLE_PPM = 1_000_000n;

/**
 * All outlets of the next kWh, the best first; those that are shut come last, in the order of their kinds. Equal worth:
 * in the order of kinds, suppliers by their number. Each worth is whole, each part of it rounded once, half to even.
 */
export function rankOutlets(situation: Situation): readonly Outlet[] {
  const offered = [
    keep(situation),
    use(situation),
    neighbour(situation),
    ...situation.suppliers.toSorted((a, b) => a.member - b.member).map((one) => supplier(situation, one)),
    community(situation),
  ];
  const open = offered.filter(({ shut }) => shut !== true).toSorted((a, b) => descending(netOf(a), netOf(b)));
  const closed = offered.filter(({ shut }) => shut === true);
  const rankOf = (one: Offered) => 1 + open.filter((other) => netOf(other) > netOf(one)).length;
  return [...open.map((one) => outletOf(one, rankOf(one))), ...closed.map((one) => outletOf(one, undefined))];
}

function outletOf({ kind, supplier, worth, reason, risks }: Offered, rank: number | undefined): Outlet {
  return { kind, supplier, rank, worth, reason, risks };
}

function netOf({ worth }: Offered): bigint {
  return worth?.net ?? 0n;
}

function descending(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a > b ? -1 : 1;
}

function keep(situation: Situation): Offered {
  const { store } = situation;
  if (store === undefined) return shut("keep", "no_accumulator");
  if (situation.source === "panels" && store.full) return shut("keep", "accumulator_full");
  if (store.laterPrice <= 0n) {
    // Nothing leaves the accumulator for it, so nothing wears.
    return {
      kind: "keep",
      worth: { net: 0n, gross: 0n, fee: 0n, lost: 0n, wear: 0n },
      reason: "refilled_by_the_sun",
      risks: ["day_may_differ"],
    };
  }
  return {
    kind: "keep",
    worth: worthOf(situation, saved(situation, store.laterPrice), 0n, "through"),
    reason: "saves_later",
    risks: ["day_may_differ"],
  };
}

function use(situation: Situation): Offered {
  const worth = worthOf(situation, saved(situation, situation.importNow), 0n, "straight");
  if (situation.drawsNow) return { kind: "use", worth, reason: "saves_now", risks: [] };
  return { kind: "use", worth, reason: "house_is_covered", risks: ["needs_a_use_now"], shut: true };
}

function neighbour(situation: Situation): Offered {
  const { market } = situation;
  if (market === undefined) return shut("neighbour", "market_not_open");
  if (market.price === undefined) return shut("neighbour", "nothing_would_trade");
  const risks: readonly OutletRisk[] = ["price_is_expected", "delivery_is_owed"];
  const worth = worthOf(situation, market.price, market.fee, "straight");
  if (situation.source === "accumulator" && situation.store?.sellable !== "yes") {
    return { kind: "neighbour", worth, reason: unsold(situation), risks, shut: true };
  }
  if (!market.joined) return { kind: "neighbour", worth, reason: "not_joined", risks, shut: true };
  return { kind: "neighbour", worth, reason: "market_price", risks };
}

function supplier(situation: Situation, { member, rate, suspended, covers }: SupplierOutlet): Offered {
  const { store, saleFee } = situation;
  if (suspended) return { ...shut("supplier", "supplier_suspended"), supplier: member };
  if (rate === undefined) return { ...shut("supplier", "rate_missing"), supplier: member };
  const risks: readonly OutletRisk[] = ["only_delivered_is_paid"];
  // A sale to a supplier is of stored energy: what the panels give goes through the accumulator first.
  const worth = worthOf(situation, rate, saleFee < rate ? saleFee : rate, "through");
  const one = { kind: "supplier", supplier: member, worth, risks } as const;
  if (store === undefined) return { ...one, reason: "no_accumulator", shut: true };
  if (situation.source === "panels" && store.full) return { ...one, reason: "accumulator_full", shut: true };
  if (situation.source === "accumulator" && store.sellable !== "yes") {
    return { ...one, reason: store.sellable, shut: true };
  }
  if (!covers) return { ...one, reason: "funds_too_low", shut: true };
  return { ...one, reason: "rate_of_today" };
}

function community(situation: Situation): Offered {
  const { incentive, feedIn } = situation;
  const shared =
    incentive === undefined
      ? 0n
      : divideHalfEven(
          incentive.tariff * incentive.producersPpm * incentive.sharedPpm,
          WHOLE_PPM * WHOLE_PPM,
        );
  const one: Offered = {
    kind: "community",
    worth: worthOf(situation, feedIn + shared, 0n, "straight"),
    reason: shared > 0n ? "shared_incentive" : "feed_in",
    risks: shared > 0n ? ["sharing_is_expected", "paid_later"] : [],
  };
  if (situation.source === "accumulator" && situation.store?.sellable !== "yes") {
    return { ...one, reason: unsold(situation), shut: true };
  }
  return one;
}

function unsold({ store }: Situation): OutletShut {
  if (store === undefined) return "no_accumulator";
  return store.sellable === "yes" ? "too_little_stored" : store.sellable;
}

function shut(kind: OutletKind, reason: OutletShut): Offered {
  return { kind, worth: undefined, reason, risks: [], shut: true };
}

/** What a kWh that need not be bought saves: without the tax where that would come back anyway. */
function saved({ vatPpm, deductsVat }: Situation, price: MicroEurPerKwh): bigint {
  return deductsVat ? divideHalfEven(price * WHOLE_PPM, WHOLE_PPM + vatPpm) : price;
}

/**
 * One kWh at the source, by its way. `straight`: out of the accumulator where it is there, else not through it at all;
 * `through`: the accumulator lies on the way from the panels too.
 */
function worthOf(
  { source, chargePerMille, dischargePerMille, wear }: Situation,
  gross: bigint,
  fee: bigint,
  way: "straight" | "through",
): NonNullable<Outlet["worth"]> {
  const charged = source === "panels" ? (way === "through" ? chargePerMille : undefined) : 1000n;
  if (charged === undefined) return { net: gross - fee, gross, fee, lost: 0n, wear: 0n };
  const arriving = divideHalfEven((gross - fee) * charged * dischargePerMille, WHOLE_PPM);
  // Wear is told per kWh that leaves the accumulator, and of this one only what arrives does.
  const worn = divideHalfEven(wear * charged * dischargePerMille, WHOLE_PPM);
  return { net: arriving - worn, gross, fee, lost: gross - fee - arriving, wear: worn };
}
