/**
 * The shapes that travel between platform and app, as JSON Schema with their static types. One schema
 * validates requests, documents the interface (`/openapi.json`) and types the client.
 *
 * Conventions: energy in whole Wh, money in whole µEUR, prices in µEUR/kWh, power in W; instants in Unix
 * seconds; civil days of the community's zone as `YYYY-MM-DD`; byte strings in lower-case hexadecimal. Flows
 * are never negative: direction is in the name.
 */
import Type, { type Static } from "typebox";
import { LIMIT_REASONS } from "#control/operator-limit.ts";
import { Nullable, oneOf } from "#wire/shape.ts";

const Instant = Type.Integer({ minimum: 0, description: "Unix seconds" });
const Day = Type.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}$",
  description: "civil day of the community's zone",
});
const Wh = Type.Integer({ minimum: 0, description: "Wh" });
const Watt = Type.Number({ description: "W" });
const MicroEur = Type.Integer({ description: "µEUR" });
const Rate = Type.Integer({ minimum: 0, description: "µEUR per kWh" });
const Hex32 = Type.String({ pattern: "^[0-9a-f]{64}$" });
/** Ed25519, or P-256 compressed. */
const PublicKey = Type.String({ pattern: "^([0-9a-f]{64}|0[23][0-9a-f]{64})$" });
/** 64 bytes, or a passkey's assertion. */
const Signature = Type.String({ pattern: "^([0-9a-f]{2}){64,1609}$", maxLength: 3_218 });
const Hex = Type.String({ pattern: "^([0-9a-f]{2})*$" });
const Height = Type.Integer({ minimum: 0 });
const SaleId = Type.String({ pattern: "^[0-9a-f]{32}$" });

export const Role = Type.Union([
  Type.Literal("citizen"),
  Type.Literal("supplier"),
  Type.Literal("operator"),
  Type.Literal("registrar"),
  Type.Literal("organisation"),
]);
export type Role = Static<typeof Role>;

/** RFC 9457. `code` is a status of `ledger/status` or of the platform, stable for programs. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: "what happened, what did not, and what to do" }),
    code: Type.String(),
    retryAfterS: Type.Optional(Type.Integer()),
  },
  { $id: "Problem" },
);
export type Problem = Static<typeof Problem>;

export const Community = Type.Object({
  name: Type.String(),
  chain: Type.String(),
  zone: Type.Object({ name: Type.String(), standardOffsetS: Type.Integer(), daylight: Type.String() }),
  homes: Type.Integer(),
  demo: Type.Boolean({ description: "a simulated town with its own clock" }),
  time: Instant,
  height: Height,
  parameters: Type.Object({
    saleFeeMicroEurPerKwh: Rate,
    minimumSaleWh: Wh,
    deliveryIntervals: Type.Integer(),
    storeMarginPerMille: Type.Integer(),
    gridEnergySellable: Type.Boolean(),
    maxExpiryAhead: Type.Integer(),
  }),
});
export type Community = Static<typeof Community>;

export const Session = Type.Object({
  member: Type.Integer({ description: "number on the chain, now; a renewal of pseudonyms changes it" }),
  account: Type.Integer({
    description: "the number one was admitted with: names one at this platform for good",
  }),
  earlier: Type.Array(Type.Integer(), { description: "one's earlier numbers on the chain, oldest first" }),
  key: Type.String({ description: "the registered key that the session stands for, hexadecimal" }),
  role: Role,
  name: Type.String({ description: "Casa 3, Alba Energia, …" }),
  address: Nullable(Type.String()),
  plant: Nullable(Type.Integer({ description: "the home on the street's map" })),
  expiresAt: Type.Integer({ description: "wall-clock Unix seconds" }),
  token: Type.Optional(Type.String({ description: "bearer token, where one was asked for" })),
});
export type Session = Static<typeof Session>;

/** Who is here: nobody is an answer, not a refusal. */
export const SessionNow = Nullable(Session);
export type SessionNow = Static<typeof SessionNow>;

export const Challenge = Type.Object({ challenge: Hex32, expiresAt: Type.Integer() });
export type Challenge = Static<typeof Challenge>;

/** The seven directed flows of a home, W. */
export const FlowsW = Type.Object({
  solarToHome: Watt,
  solarToAccumulator: Watt,
  solarToGrid: Watt,
  accumulatorToHome: Watt,
  accumulatorToGrid: Watt,
  gridToHome: Watt,
  gridToAccumulator: Watt,
});
export type FlowsW = Static<typeof FlowsW>;

/** The same seven as energy over a span. */
export const FlowsWh = Type.Object({
  solarToHome: Wh,
  solarToAccumulator: Wh,
  solarToGrid: Wh,
  accumulatorToHome: Wh,
  accumulatorToGrid: Wh,
  gridToHome: Wh,
  gridToAccumulator: Wh,
});
export type FlowsWh = Static<typeof FlowsWh>;

/** Why the BEC does what it does: a code for the sentence, and the numbers it compared. */
export const Decision = Type.Object({
  code: Type.String(),
  numbers: Type.Record(Type.String(), Type.Number()),
  since: Instant,
});
export type Decision = Static<typeof Decision>;

/** How the supply contract limits what may come in. */
export const SupplyLimitState = Type.Object({
  why: Type.Union([Type.Literal("reduced"), Type.Literal("suspended"), Type.Literal("vital_minimum")], {
    description: "vital_minimum: suspended, but the gateway does not hear the platform any more",
  }),
  powerMaxW: Watt,
  unservedW: Type.Number({ description: "W that the home would use besides and does not get" }),
  heardAt: Type.Integer({
    minimum: 0,
    description: "Unix seconds: when the gateway last heard the platform",
  }),
});
export type SupplyLimitState = Static<typeof SupplyLimitState>;

/** What the grid's operator lets through the connection now. */
export const StandingLimit = Type.Object({
  importPowerMaxW: Nullable(Watt, { description: "null: not limited" }),
  exportPowerMaxW: Nullable(Watt),
  until: Instant,
  reason: oneOf(LIMIT_REASONS),
});

export const Live = Type.Object({
  time: Instant,
  flowsW: FlowsW,
  accumulator: Nullable(
    Type.Object({
      capacityWh: Wh,
      storedSolarWh: Type.Number(),
      storedGridWh: Type.Number(),
      reserveWh: Wh,
      soldReservedWh: Wh,
      powerMaxW: Watt,
    }),
  ),
  solarPeakW: Watt,
  decision: Decision,
  supply: Nullable(SupplyLimitState),
  operatorLimit: Nullable(StandingLimit),
  today: Type.Object({ flowsWh: FlowsWh, soldWh: Wh, earnedMicroEur: MicroEur }),
  importPriceMicroEurPerKwh: Rate,
});
export type Live = Static<typeof Live>;

/** Columns of equal length; a step's values belong to the interval that starts at `time[i]`. */
export const Series = Type.Object({
  stepS: Type.Integer(),
  time: Type.Array(Instant),
  solarW: Type.Array(Watt),
  homeFromSolarW: Type.Array(Watt),
  homeFromAccumulatorW: Type.Array(Watt),
  homeFromGridW: Type.Array(Watt),
  exportW: Type.Array(Watt),
  storedWh: Type.Array(Type.Number()),
  importPriceMicroEurPerKwh: Type.Array(Rate),
});
export type Series = Static<typeof Series>;

/** What a real device said of itself to the home's gateway, beside its numbers. */
export const DeviceSheet = Type.Object({
  id: Type.String({ description: "within the home: inverter, garage-plug" }),
  template: Type.String({ description: "what it is spoken to by; the protocol follows from it" }),
  told: Type.Record(Type.String(), Type.String(), {
    description: "as far as it told: manufacturer, model, serial, version",
  }),
  /** When it measured its numbers; `null` where it was never heard. */
  measuredAt: Nullable(Instant),
  /** Of the last try to read it (`DeviceProblem`); `null` where that succeeded. */
  problem: Nullable(Type.String()),
});
export type DeviceSheet = Static<typeof DeviceSheet>;

export const Device = Type.Object({
  kind: Type.Union([
    Type.Literal("panels"),
    Type.Literal("inverter"),
    Type.Literal("accumulator"),
    Type.Literal("counter"),
    Type.Literal("solar_meter"),
    Type.Literal("plug"),
    Type.Literal("heat_pump"),
    Type.Literal("micro_chp"),
    Type.Literal("charge_point"),
    Type.Literal("gateway"),
  ]),
  numbers: Type.Record(Type.String(), Type.Number()),
  lastSeen: Instant,
  /** Of a device behind a gateway; its numbers are then the points of `devices/points`. */
  sheet: Type.Optional(DeviceSheet),
});
export type Device = Static<typeof Device>;

export const Fault = Type.Object({
  id: Type.String(),
  code: Type.String(),
  severity: Type.Union([Type.Literal("warning"), Type.Literal("fault")]),
  since: Instant,
  resolvedAt: Nullable(Instant),
  numbers: Type.Record(Type.String(), Type.Number()),
});
export type Fault = Static<typeof Fault>;

export const Plant = Type.Object({
  plant: Type.Integer(),
  name: Type.String(),
  address: Type.String(),
  microgrid: Type.String(),
  feeder: Type.Integer(),
  admitted: Type.Object({ height: Height, time: Instant }),
  devices: Type.Array(Device),
  faults: Type.Array(Fault),
  mode: Type.String(),
  reserveWh: Wh,
});
export type Plant = Static<typeof Plant>;

export const HomeState = Type.Union([Type.Literal("giving"), Type.Literal("own"), Type.Literal("taking")]);
export type HomeState = Static<typeof HomeState>;

/** The microgrid as streets, feeders and homes; coordinates in a box of `width` × `height`. */
export const MicrogridMap = Type.Object({
  name: Type.String(),
  width: Type.Number(),
  height: Type.Number(),
  streets: Type.Array(
    Type.Object({ name: Type.String(), path: Type.Array(Type.Tuple([Type.Number(), Type.Number()])) }),
  ),
  feeders: Type.Array(
    Type.Object({ feeder: Type.Integer(), path: Type.Array(Type.Tuple([Type.Number(), Type.Number()])) }),
  ),
  transformer: Type.Object({ x: Type.Number(), y: Type.Number(), ratedVa: Type.Number() }),
  homes: Type.Array(
    Type.Object({
      plant: Type.Integer(),
      name: Type.String(),
      feeder: Type.Integer(),
      x: Type.Number(),
      y: Type.Number(),
      streetX: Type.Number(),
      streetY: Type.Number(),
    }),
  ),
});
export type MicrogridMap = Static<typeof MicrogridMap>;

/** What the street does now; states only, no neighbour's power. */
export const MicrogridState = Type.Object({
  time: Instant,
  states: Type.Record(Type.String(), HomeState, { description: "by plant number" }),
  transformerLoadingPercent: Type.Number(),
});
export type MicrogridState = Static<typeof MicrogridState>;

export const SaleState = Type.Union([
  Type.Literal("open"),
  Type.Literal("withdrawing"),
  Type.Literal("settled"),
  Type.Literal("partly_delivered"),
  Type.Literal("voided"),
]);
export type SaleState = Static<typeof SaleState>;

export const Sale = Type.Object({
  id: SaleId,
  supplier: Type.Object({ member: Type.Integer(), name: Type.String() }),
  day: Day,
  rateMicroEurPerKwh: Rate,
  energyWh: Wh,
  deliveredWh: Wh,
  state: SaleState,
  authorised: Type.Object({ height: Height, time: Instant, transaction: Hex32 }),
  deadline: Instant,
  settled: Nullable(Type.Object({ height: Height, time: Instant })),
  grossMicroEur: MicroEur,
  feeMicroEur: MicroEur,
  netMicroEur: MicroEur,
});
export type Sale = Static<typeof Sale>;

/** A settled sale with what proves it: the row of the state, its path to the root, the signed header. */
export const Receipt = Type.Object({
  sale: Sale,
  chain: Type.String(),
  block: Type.Object({ height: Height, time: Instant, hash: Hex32, stateRoot: Hex32 }),
  producer: Hex32,
  proof: Type.Object({ bytes: Hex, description: Type.String() }),
});
export type Receipt = Static<typeof Receipt>;

export const SupplierCard = Type.Object({
  member: Type.Integer(),
  name: Type.String(),
  day: Day,
  rateMicroEurPerKwh: Nullable(Rate),
  ratePublished: Nullable(Type.Object({ height: Height, time: Instant })),
  salesPaid: Type.Integer(),
  sales: Type.Integer(),
  fundsMicroEur: MicroEur,
});
export type SupplierCard = Static<typeof SupplierCard>;

/** What F3 needs beside the cards: the store as the ledger knows it. */
export const SaleDesk = Type.Object({
  plant: Type.Integer(),
  day: Day,
  capacityWh: Wh,
  ledgerSolarWh: Wh,
  ledgerGridWh: Wh,
  pendingWh: Wh,
  reserveWh: Wh,
  sellableWh: Wh,
  exportPowerW: Watt,
  keepValueMicroEurPerKwh: Rate,
  suppliers: Type.Array(SupplierCard),
  openSales: Type.Array(Sale),
});
export type SaleDesk = Static<typeof SaleDesk>;

export const ArchiveTotals = Type.Object({
  flowsWh: FlowsWh,
  soldWh: Wh,
  earnedMicroEur: MicroEur,
  sales: Type.Integer(),
});
export type ArchiveTotals = Static<typeof ArchiveTotals>;

export const Period = Type.Union([
  Type.Literal("day"),
  Type.Literal("week"),
  Type.Literal("month"),
  Type.Literal("year"),
  Type.Literal("all"),
]);
export type Period = Static<typeof Period>;

export const Archive = Type.Object({
  period: Period,
  from: Instant,
  to: Instant,
  fromDay: Day,
  toDay: Type.String({ description: "last day, included" }),
  bucket: Type.Union([Type.Literal("hour"), Type.Literal("day"), Type.Literal("month")]),
  totals: ArchiveTotals,
  previous: Nullable(ArchiveTotals),
  buckets: Type.Array(
    Type.Object({
      start: Instant,
      day: Day,
      flowsWh: FlowsWh,
      soldWh: Wh,
      earnedMicroEur: MicroEur,
      missingIntervals: Type.Integer(),
    }),
  ),
  days: Type.Array(Type.Object({ day: Day, flowsWh: FlowsWh, soldWh: Wh, earnedMicroEur: MicroEur })),
  sales: Type.Array(Sale),
});
export type Archive = Static<typeof Archive>;

export const Account = Type.Object({
  member: Type.Integer(),
  nonce: Type.Integer({ description: "of the last transaction admitted; the next one takes nonce + 1" }),
  balanceMicroEur: MicroEur,
  pendingMicroEur: Type.Integer({
    description: "µEUR; what comes in by sales under way, less what is reserved",
  }),
  availableMicroEur: Type.Integer({ description: "µEUR; the balance less what is reserved from it" }),
  incomingMicroEur: Type.Integer({ description: "µEUR; of sales under way, if all of it is delivered" }),
  payoutsMicroEur: Type.Integer({ description: "µEUR; reserved for payouts that wait" }),
  waitingMicroEur: Type.Integer({
    description: "µEUR; what a renewal of pseudonyms left over: it comes with a later one",
  }),
  height: Height,
});
export type Account = Static<typeof Account>;

export const PayoutState = Type.Union([
  Type.Literal("waiting"),
  Type.Literal("paid"),
  Type.Literal("unpaid"),
  Type.Literal("expired"),
]);

/** Money on its way out of the community's books to a member's own bank account. */
export const Payout = Type.Object({
  id: Type.String({ pattern: "^[0-9a-f]{32}$" }),
  amountMicroEur: MicroEur,
  state: PayoutState,
  asked: Type.Object({ height: Height, time: Instant }),
  expiryHeight: Type.Integer({ description: "first block that frees the money where nobody settled it" }),
  settled: Nullable(Type.Object({ height: Height, time: Instant })),
  reference: Nullable(Type.String({ description: "the bank's, of one that was paid" })),
});
export type Payout = Static<typeof Payout>;

/** A bank account as far as one needs to know one's own again. */
export const MaskedBankAccount = Type.Object({
  holder: Type.String(),
  iban: Type.String({ description: "its first four and last four characters: `IT60 … 3456`" }),
  since: Instant,
});
export type MaskedBankAccount = Static<typeof MaskedBankAccount>;

/** Where a member's payouts go. */
export const OwnBankAccount = Type.Object({
  account: Nullable(MaskedBankAccount),
  changes: Type.Integer({ description: "how often one was named; the next letter signs one more" }),
});
export type OwnBankAccount = Static<typeof OwnBankAccount>;

export const BankAccount = Type.Object({
  holder: Type.String(),
  iban: Type.String({ description: "capitals and digits, no blanks" }),
  since: Instant,
});
export type BankAccount = Static<typeof BankAccount>;

/** One that waits for the operator. */
export const WaitingPayout = Type.Object({
  id: Type.String({ pattern: "^[0-9a-f]{32}$" }),
  member: Type.Integer(),
  name: Type.String(),
  amountMicroEur: MicroEur,
  asked: Type.Object({ height: Height, time: Instant }),
  expiryHeight: Type.Integer(),
  bank: Nullable(MaskedBankAccount),
});
export type WaitingPayout = Static<typeof WaitingPayout>;

const Moment = Type.Object(
  { time: Instant, height: Height },
  { description: "the first block that has reached both" },
);

/** Who can help a member back: another member, or whoever holds a key, such as one on paper. */
export const Guardian = Type.Object({
  member: Nullable(Type.Integer()),
  name: Nullable(Type.String()),
  key: Nullable(PublicKey),
});
export type Guardian = Static<typeof Guardian>;

/** A member's account about to get a new key, all others going. */
const PendingRecovery = Type.Object({ newKey: PublicKey, due: Moment });

/** Why an account would keep its numbers in a renewal of pseudonyms. */
const Unready = Type.Union([
  Type.Literal("no_next_key"),
  Type.Literal("no_meter_key"),
  Type.Literal("guardian_key"),
  Type.Literal("guards_others"),
  Type.Literal("not_at_rest"),
  Type.Literal("supply_contract"),
  Type.Literal("market_day"),
  Type.Literal("reading_missing"),
]);
export type Unready = Static<typeof Unready>;

/** The letter that names the key after one, signed by both (`wire/next-key`). */
export const NextKeyLetter = Type.Object({
  publicKey: PublicKey,
  nextKey: PublicKey,
  signature: Signature,
  proof: Signature,
});

export const AccountKeys = Type.Object({
  keys: Type.Array(
    Type.Object({
      publicKey: PublicKey,
      inUse: Type.Boolean({ description: "signed in with it now" }),
      /** The key that follows it when pseudonyms are renewed; null where none was named. */
      next: Nullable(PublicKey),
      revocation: Nullable(Moment),
    }),
  ),
  guardians: Nullable(
    Type.Object({
      chosen: Type.Array(Guardian),
      next: Nullable(Type.Object({ chosen: Type.Array(Guardian), due: Moment })),
    }),
  ),
  recovery: Nullable(PendingRecovery),
  candidates: Type.Array(Type.Object({ member: Type.Integer(), name: Type.String(), role: Role }), {
    description: "members whom one may ask to be a guardian: everybody but citizens",
  }),
  /** How it stands with the owner's number on the chain; null for whoever's never changes, and where no registrar works. */
  renewal: Nullable(
    Type.Object({
      times: Type.Integer({ description: "how often it has changed" }),
      reason: Nullable(Unready),
      waitingMicroEur: MicroEur,
      /** Null where no guardian is a bare key. */
      guardianRenewals: Nullable(
        Type.Integer({
          description: "for how many renewals more the bare keys among the guardians are followed by others",
        }),
      ),
    }),
  ),
  keyDelayS: Type.Integer({ description: "law: how long a key that is taken away can be kept after all" }),
  recoveryDelayS: Type.Integer({ description: "law: how long a recovery can be called off" }),
});
export type AccountKeys = Static<typeof AccountKeys>;

/** How the renewal of pseudonyms stands, for the operator as registrar. */
export const Renewals = Type.Object({
  offered: Type.Boolean({ description: "whether a registrar works at this platform" }),
  period: Type.Integer({ description: "how often pseudonyms were renewed; 0 = never" }),
  minimum: Type.Integer({ description: "law: fewer than so many are not renewed" }),
  ready: Type.Integer({ description: "accounts that would be renewed now" }),
  unready: Type.Array(Type.Object({ name: Type.String(), reason: Unready }), {
    description: "who would keep the numbers, and why",
  }),
  last: Nullable(Type.Object({ time: Instant, height: Height, homes: Type.Integer() })),
  underWay: Nullable(
    Type.Object({
      state: Type.Union([Type.Literal("waiting"), Type.Literal("holding"), Type.Literal("sent")], {
        description: "its gap is to begin; it is in its gap; it is with the chain",
      }),
      from: Instant,
      until: Instant,
      homes: Type.Integer({ description: "0 while it waits: who is ready when the gap begins takes part" }),
    }),
  ),
  dropped: Nullable(Type.Object({ reason: Type.String(), time: Instant })),
  next: Nullable(Instant),
});
export type Renewals = Static<typeof Renewals>;

/** A guardian that is a bare key, and whom it guards; both stand on the ledger for everybody. */
export const GuardianKey = Type.Object({ member: Type.Integer(), key: PublicKey });
export type GuardianKey = Static<typeof GuardianKey>;

/** What somebody without a key needs to ask for a recovery; all of it stands on the ledger. */
export const RecoveryInfo = Type.Object({
  member: Type.Integer(),
  chain: Type.String(),
  height: Height,
  round: Nullable(Type.Integer({ description: "which attempt signatures are for; null without guardians" })),
  guardians: Type.Array(Guardian),
  recovery: Nullable(PendingRecovery),
  recoveryDelayS: Type.Integer(),
  maxExpiryAhead: Type.Integer(),
});
export type RecoveryInfo = Static<typeof RecoveryInfo>;

export const SubmittedTransaction = Type.Object({
  id: Hex32,
  state: Type.Union([Type.Literal("admitted"), Type.Literal("committed")]),
  height: Nullable(Height),
  status: Nullable(Type.String()),
});
export type SubmittedTransaction = Static<typeof SubmittedTransaction>;

export const TransactionView = Type.Object({
  id: Hex32,
  height: Height,
  index: Type.Integer(),
  time: Instant,
  kind: Type.String(),
  sender: Type.Integer(),
  status: Type.String(),
  bytes: Type.Integer(),
  fields: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
});
export type TransactionView = Static<typeof TransactionView>;

export const BlockSummary = Type.Object({
  height: Height,
  time: Instant,
  hash: Hex32,
  transactions: Type.Integer(),
  refused: Type.Integer(),
});
export type BlockSummary = Static<typeof BlockSummary>;

export const BlockView = Type.Object({
  height: Height,
  time: Instant,
  hash: Hex32,
  previousHash: Hex32,
  stateRoot: Hex32,
  /** `null` where validators decided the block: its hash is one of CometBFT's header. */
  transactionsRoot: Nullable(Hex32),
  producer: Nullable(Hex32),
  transactions: Type.Array(TransactionView),
});
export type BlockView = Static<typeof BlockView>;

export const OrganisationView = Type.Object({
  member: Type.Integer(),
  name: Nullable(Type.String({ description: "as this platform knows it" })),
  validator: Nullable(Hex32),
  active: Type.Boolean({ description: "has power and a vote; false after misbehaviour" }),
  since: Type.Integer({ description: "height" }),
  misbehaviours: Type.Integer(),
});
export type OrganisationView = Static<typeof OrganisationView>;

const When = Type.Object({ height: Height, time: Instant });
export const ProposalState = Type.Union([
  Type.Literal("voting"),
  Type.Literal("accepted"),
  Type.Literal("rejected"),
  Type.Literal("withdrawn"),
  Type.Literal("enacted"),
  Type.Literal("failed"),
]);
export const ProposalView = Type.Object({
  number: Type.Integer(),
  proposer: Type.Integer(),
  proposerName: Nullable(Type.String({ description: "`null` of homes, which nobody is told" })),
  purpose: Type.String(),
  motion: Type.String({
    description: "change_laws, admit_organisation, remove_organisation, change_validator or pay",
  }),
  member: Nullable(Type.Integer()),
  memberName: Nullable(Type.String()),
  validator: Nullable(Hex32),
  amountMicroEur: Nullable(MicroEur),
  changes: Type.Array(
    Type.Object({ name: Type.String(), unit: Type.String(), from: Type.String(), to: Type.String() }),
  ),
  electorate: Type.String({ description: "members, organisations or founding" }),
  state: ProposalState,
  reason: Type.String({ description: "none, or why it was rejected or has failed" }),
  eligible: Type.Integer(),
  yes: Type.Integer(),
  no: Type.Integer(),
  proposed: When,
  closes: When,
  decided: Nullable(When),
  due: Nullable(When),
  ended: Nullable(When),
});
export type ProposalView = Static<typeof ProposalView>;

export const LawView = Type.Object({
  name: Type.String(),
  value: Type.String(),
  unit: Type.String(),
  since: Type.Integer({ description: "height of its last change; 0 = the genesis" }),
  proposal: Nullable(Type.Integer()),
});
export type LawView = Static<typeof LawView>;

/** A member's own say. */
export const Say = Type.Object({
  mayPropose: Type.Object({
    laws: Type.Boolean({ description: "laws, and payments from the treasury" }),
    organisations: Type.Boolean(),
  }),
  ballots: Type.Array(
    Type.Object({
      proposal: Type.Integer(),
      entitled: Type.Boolean({ description: "may vote on it, while the vote is open" }),
      yes: Nullable(Type.Boolean({ description: "the own vote; `null` = none" })),
      height: Nullable(Height),
    }),
    { description: "of every proposal in the vote, and of every one voted on; newest first" },
  ),
});
export type Say = Static<typeof Say>;

export const Treasury = Type.Object({
  balanceMicroEur: MicroEur,
  incomeMicroEur: MicroEur,
  payments: Type.Array(
    Type.Object({
      proposal: Type.Integer(),
      member: Type.Integer(),
      memberName: Nullable(Type.String()),
      amountMicroEur: MicroEur,
      purpose: Type.String(),
      height: Height,
      time: Instant,
    }),
  ),
});
export type Treasury = Static<typeof Treasury>;

/** Who signed a block. Keys and addresses in hexadecimal. */
export const BlockSignatures = Type.Object({
  validators: Type.Array(
    Type.Object({
      name: Type.String({ description: "of its organisation where one has this key" }),
      member: Nullable(Type.Integer({ description: "its organisation" })),
      address: Type.String(),
      publicKey: Hex32,
      power: Type.Integer(),
      signed: Type.Boolean(),
    }),
  ),
});
export type BlockSignatures = Static<typeof BlockSignatures>;

/** Who makes the blocks, and how they fare. Keys and addresses in hexadecimal. */
export const Network = Type.Object({
  engine: Type.Union([Type.Literal("embedded"), Type.Literal("cometbft")]),
  version: Nullable(Type.String({ description: "of CometBFT" })),
  height: Type.Integer(),
  time: Instant,
  ready: Type.Boolean({ description: "this node takes part, and blocks come that should" }),
  consensus: Nullable(
    Type.Object({
      height: Type.Integer(),
      time: Type.String({ description: "of the last block by the validators' clocks, RFC 3339" }),
      catchingUp: Type.Boolean(),
    }),
  ),
  self: Nullable(Type.Object({ nodeId: Type.String(), name: Type.String(), address: Type.String() })),
  validators: Type.Array(
    Type.Object({
      name: Type.String({ description: "of its organisation where one has this key" }),
      member: Nullable(Type.Integer({ description: "its organisation" })),
      address: Type.String(),
      publicKey: Hex32,
      power: Type.Integer(),
      signedLast: Type.Boolean({
        description: "its signature stands in the last commit that a block carries",
      }),
    }),
  ),
  peers: Type.Array(Type.Object({ nodeId: Type.String(), name: Type.String(), address: Type.String() })),
});
export type Network = Static<typeof Network>;

export const SupplierDesk = Type.Object({
  member: Type.Integer(),
  name: Type.String(),
  enrolled: Type.Boolean(),
  applied: Type.Boolean(),
  balanceMicroEur: MicroEur,
  pendingMicroEur: Type.Integer({ description: "µEUR; reserved for sales under way and for payouts" }),
  payoutsMicroEur: Type.Integer({ description: "µEUR; of it, for payouts that wait" }),
  today: Day,
  tomorrow: Day,
  publishBefore: Instant,
  rateBounds: Type.Object({ lowest: Rate, highest: Rate }),
  rates: Type.Array(Type.Object({ day: Day, rateMicroEurPerKwh: Rate, height: Height, time: Instant })),
  purchasedWh: Wh,
  paidMicroEur: MicroEur,
});
export type SupplierDesk = Static<typeof SupplierDesk>;

/** A purchase as its supplier sees it: the seller is a pseudonym. */
export const Purchase = Type.Object({
  id: SaleId,
  seller: Type.String(),
  day: Day,
  rateMicroEurPerKwh: Rate,
  energyWh: Wh,
  deliveredWh: Wh,
  state: SaleState,
  authorised: Type.Object({ height: Height, time: Instant }),
  settled: Nullable(Type.Object({ height: Height, time: Instant })),
  grossMicroEur: MicroEur,
});
export type Purchase = Static<typeof Purchase>;

export const SupplierApplication = Type.Object({
  member: Type.Integer(),
  name: Type.String(),
  time: Instant,
});
export type SupplierApplication = Static<typeof SupplierApplication>;

export const OperatorOverview = Type.Object({
  time: Instant,
  homes: Type.Integer(),
  generationW: Watt,
  demandW: Watt,
  importW: Watt,
  exportW: Watt,
  storedWh: Type.Number(),
  capacityWh: Wh,
  transformerLoadingPercent: Type.Number(),
  soldTodayWh: Wh,
  openSales: Type.Integer(),
  chain: Type.Object({
    height: Height,
    time: Instant,
    stateRoot: Hex32,
    waiting: Type.Integer(),
    transactions: Type.Integer(),
  }),
  payouts: Type.Integer({ description: "that wait to be paid by bank" }),
  applications: Type.Array(SupplierApplication),
});
export type OperatorOverview = Static<typeof OperatorOverview>;

/** A member who may have money, for whoever books what came in by bank. */
export const NamedMember = Type.Object({ member: Type.Integer(), name: Type.String(), role: Role });
export type NamedMember = Static<typeof NamedMember>;

export const DemoIdentity = Type.Object({
  id: Type.String(),
  role: Role,
  name: Type.String(),
  address: Nullable(Type.String()),
  /** Of a home; null for anybody else. */
  solarPeakW: Nullable(Watt),
  capacityWh: Nullable(Wh),
  /** Of a supplier: whether it may buy; null for anybody else. */
  enrolled: Nullable(Type.Boolean()),
});
export type DemoIdentity = Static<typeof DemoIdentity>;

export const DemoClock = Type.Object({
  time: Instant,
  paused: Type.Boolean(),
  speed: Type.Number({ description: "virtual seconds per second; 0 = as fast as it goes" }),
  seekingTo: Nullable(Instant),
  fixed: Type.Boolean({ description: "a network's clock: nobody can pause it or set its speed" }),
});
export type DemoClock = Static<typeof DemoClock>;

export {
  Day as DaySchema,
  Hex as HexSchema,
  Hex32 as Hex32Schema,
  Instant as InstantSchema,
  PublicKey as PublicKeySchema,
  SaleId as SaleIdSchema,
  Signature as SignatureSchema,
};
