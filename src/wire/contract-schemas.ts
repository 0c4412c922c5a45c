/** The shapes of supply contracts: offers, contracts with their steps and invoices, and what a home may draw. */
import Type, { type Static } from "typebox";
import { Nullable, oneOf } from "#wire/shape.ts";

const Instant = Type.Integer({ minimum: 0, description: "Unix seconds" });
const Height = Type.Integer({ minimum: 0 });
const Wh = Type.Integer({ minimum: 0, description: "Wh" });
const MicroEur = Type.Integer({ description: "µEUR" });
const Hex32 = Type.String({ pattern: "^[0-9a-f]{64}$" });

export const SupplyId = Type.String({
  pattern: "^[0-9a-f]{32}$",
  description: "of an offer, contract or invoice",
});

export const SupplyPriceView = Type.Union([
  Type.Object({ type: Type.Literal("flat"), microEurPerKwh: MicroEur }),
  Type.Object({
    type: Type.Literal("bands"),
    microEurPerKwh: Type.Array(MicroEur, { minItems: 3, maxItems: 3, description: "F1, F2, F3" }),
  }),
  Type.Object({ type: Type.Literal("index"), index: Type.String(), spreadMicroEurPerKwh: MicroEur }),
]);
export type SupplyPriceView = Static<typeof SupplyPriceView>;

export const SuspensionView = Type.Object({
  noticeS: Type.Integer({ description: "from the notice to the reduction, s" }),
  reducedS: Type.Integer({ description: "from the reduction to the suspension, s" }),
  reducedPerMille: Type.Integer({ description: "of the connection's power" }),
  vitalW: Type.Integer({ description: "W that may be drawn in any case while reduced" }),
});
export type SuspensionView = Static<typeof SuspensionView>;

export const SupplyTermsView = Type.Object({
  price: SupplyPriceView,
  billing: Type.Union([Type.Literal("prepaid"), Type.Literal("invoiced")]),
  payWithinS: Type.Integer({ description: "s from an invoice to the day it is due" }),
  suspension: Nullable(SuspensionView),
  from: Instant,
  until: Instant,
  text: Hex32,
});
export type SupplyTermsView = Static<typeof SupplyTermsView>;

const Party = Type.Object({ member: Type.Integer(), name: Type.String() });

export const SupplyOfferView = Type.Object({
  offer: SupplyId,
  seller: Party,
  to: Nullable(Party),
  acceptBy: Instant,
  terms: SupplyTermsView,
  accepted: Type.Integer({ description: "how often" }),
  open: Type.Boolean({ description: "whether who asks may accept it now" }),
  height: Height,
  time: Instant,
});
export type SupplyOfferView = Static<typeof SupplyOfferView>;

export const SUPPLY_STEPS = [
  "agreed",
  "notified",
  "reduced",
  "suspended",
  "disputed",
  "restored",
  "active",
  "ended",
  "closed",
  "ending",
  "prepaid",
  "invoice_issued",
  "invoice_paid",
  "invoice_disputed",
  "dispute_resolved",
] as const;

/** What happened to a contract, as the ledger says. */
export const SupplyStepView = Type.Object({
  step: oneOf(SUPPLY_STEPS),
  basis: Nullable(Type.String({ description: "why: `Basis` of market/contract" })),
  invoice: Nullable(SupplyId),
  amountMicroEur: Nullable(MicroEur),
  height: Height,
  time: Instant,
});
export type SupplyStepView = Static<typeof SupplyStepView>;

export const SupplyInvoiceView = Type.Object({
  invoice: SupplyId,
  year: Type.Integer(),
  number: Type.Integer(),
  corrects: Nullable(SupplyId),
  energyWh: Wh,
  amountMicroEur: MicroEur,
  creditedMicroEur: MicroEur,
  paidMicroEur: MicroEur,
  restMicroEur: MicroEur,
  state: Type.Union([Type.Literal("open"), Type.Literal("disputed"), Type.Literal("settled")]),
  overdue: Type.Boolean(),
  dispute: Nullable(Type.String({ description: "what the buyer says is wrong with it" })),
  periodFrom: Instant,
  periodTo: Instant,
  document: Hex32,
  hasBill: Type.Boolean({ description: "whether the bill behind `document` is kept here" }),
  billNumber: Nullable(Type.String({ description: "its number among all bills of the seller" })),
  height: Height,
  time: Instant,
  dueTime: Instant,
});
export type SupplyInvoiceView = Static<typeof SupplyInvoiceView>;

export const SUPPLY_STATE_NAMES = [
  "active",
  "notified",
  "reduced",
  "suspended",
  "disputed",
  "restored",
  "ended",
  "closed",
] as const;

/** What may be drawn from the MicroGrid. */
export const SupplyAllowance = Type.Object({
  type: Type.Union([Type.Literal("none"), Type.Literal("reduced"), Type.Literal("suspended")]),
  powerMaxW: Nullable(Type.Number({ description: "W; null without a limit" })),
  vitalW: Nullable(
    Type.Number({ description: "W that come in after the link is lost; null without a limit" }),
  ),
});
export type SupplyAllowance = Static<typeof SupplyAllowance>;

export const SupplyContractView = Type.Object({
  contract: SupplyId,
  offer: SupplyId,
  /** Of who asks. */
  role: Type.Union([Type.Literal("seller"), Type.Literal("buyer"), Type.Literal("arbiter")]),
  seller: Party,
  buyer: Party,
  plant: Type.Integer({ description: "its number on the chain" }),
  terms: SupplyTermsView,
  state: oneOf(SUPPLY_STATE_NAMES),
  basis: Type.String({ description: "why it is in its state: `Basis` of market/contract" }),
  since: Type.Object({ height: Height, time: Instant }),
  next: Nullable(
    Type.Object({
      state: oneOf(SUPPLY_STATE_NAMES),
      time: Instant,
      height: Type.Integer({ description: "not before both" }),
    }),
  ),
  frozen: Nullable(Type.Union([Type.Literal("notified"), Type.Literal("reduced")])),
  ends: Type.Object({
    time: Instant,
    by: Nullable(Type.Union([Type.Literal("buyer"), Type.Literal("seller")])),
  }),
  allowance: SupplyAllowance,
  protection: Nullable(Type.String({ description: "why the plant is not to be disconnected" })),
  /** The invoice that the procedure is about. */
  about: Nullable(SupplyId),
  reserveMicroEur: MicroEur,
  invoices: Type.Array(SupplyInvoiceView),
  steps: Type.Array(SupplyStepView, { description: "oldest first" }),
});
export type SupplyContractView = Static<typeof SupplyContractView>;

/** What a seller could invoice now, from the buyer's metered energy. */
export const SupplyBillable = Type.Object({
  contract: SupplyId,
  year: Type.Integer(),
  number: Type.Integer({ description: "the seller's next" }),
  from: Instant,
  to: Instant,
  energyWh: Wh,
  readings: Type.Integer({ description: "quarter hours that were read" }),
  missing: Type.Integer({ description: "quarter hours of the span without a reading" }),
  amountMicroEur: Nullable(
    Type.Integer({
      description:
        "µEUR; null where the price follows an index, whose prices come with the request for the bill",
    }),
  ),
});
export type SupplyBillable = Static<typeof SupplyBillable>;

/** A document that was made and kept, as `issue_invoice` wants it. */
export const SupplyBillMade = Type.Object({
  ...SupplyBillable.properties,
  amountMicroEur: Type.Integer(),
  billNumber: Type.String({ description: "reserved for it among all bills of the seller, for an hour" }),
  documentHash: Hex32,
});
export type SupplyBillMade = Static<typeof SupplyBillMade>;

/** What a credit note takes off; without an amount all that stands. */
export const SupplyCreditRequest = Type.Object({
  reason: Type.String({ minLength: 3, maxLength: 120 }),
  amountMicroEur: Type.Optional(Type.Integer({ minimum: 1 })),
});

/** The document of a credit note, as `issue_invoice` wants it. */
export const SupplyCreditMade = Type.Object({
  corrects: SupplyId,
  year: Type.Integer(),
  number: Type.Integer({ description: "the seller's next" }),
  billNumber: Type.String({ description: "reserved for it among all bills of the seller, for an hour" }),
  from: Instant,
  to: Instant,
  energyWh: Wh,
  amountMicroEur: Type.Integer(),
  documentHash: Hex32,
});
export type SupplyCreditMade = Static<typeof SupplyCreditMade>;

/** Everything about supply that a citizen or a supplier acts on. */
export const ContractsDesk = Type.Object({
  now: Instant,
  member: Type.Integer(),
  plant: Nullable(Type.Integer({ description: "own plant, its number on the chain" })),
  connectionW: Nullable(Type.Number({ description: "contracted power of the own connection, W" })),
  protection: Nullable(Type.String()),
  allowance: SupplyAllowance,
  availableMicroEur: MicroEur,
  offers: Type.Array(SupplyOfferView, { description: "open to who asks, or made by it; newest first" }),
  contracts: Type.Array(SupplyContractView, { description: "newest first" }),
  laws: Type.Object({
    payMinimumS: Type.Integer(),
    noticeMinimumS: Type.Integer(),
    reducedMinimumS: Type.Integer(),
    reducedPerMille: Type.Integer(),
    vitalMinimumW: Type.Integer(),
    endNoticeS: Type.Integer(),
  }),
});
export type ContractsDesk = Static<typeof ContractsDesk>;

/** What the operator decides on as arbiter, and whom it protects. */
export const SupplyArbitration = Type.Object({
  disputed: Type.Array(SupplyContractView, { description: "with a disputed invoice" }),
  homes: Type.Array(
    Type.Object({
      plant: Type.Integer(),
      name: Type.String(),
      protection: Nullable(Type.String()),
      state: Nullable(oneOf(SUPPLY_STATE_NAMES)),
    }),
    { description: "homes with a supply contract or under protection" },
  ),
});
export type SupplyArbitration = Static<typeof SupplyArbitration>;

/** Stream event: something happened to a contract of who listens. */
export const ContractNews = Type.Object({ contract: SupplyId, state: oneOf(SUPPLY_STATE_NAMES) });
export type ContractNews = Static<typeof ContractNews>;
