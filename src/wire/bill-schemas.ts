/** Shapes of bills on the wire: lists and what is asked for; a bill itself is `wire/bill`, docs/spec/bills.md. */
import Type, { type Static } from "typebox";
import * as s from "#wire/schemas.ts";

export const BillNumberSchema = Type.String({
  pattern: "^[0-9]{1,10}-[0-9]{4}-[0-9]{6,9}$",
  description: "issuer, civil year, count: 2-2026-000017",
});

export const BillEntry = Type.Object({
  number: BillNumberSchema,
  kind: Type.Union([
    Type.Literal("supply"),
    Type.Literal("contract"),
    Type.Literal("sales"),
    Type.Literal("market"),
    Type.Literal("incentive"),
    Type.Literal("true_up"),
    Type.Literal("credit_note"),
  ]),
  issuer: Type.Object({ member: Type.Integer(), name: Type.String() }),
  recipient: Type.String({ description: "to its supplier a home that sells is a pseudonym" }),
  from: s.DaySchema,
  lastDay: s.DaySchema,
  issued: s.DaySchema,
  payableCent: Type.Integer({ description: "what the recipient pays; negative: what it receives" }),
  documentHash: s.Hex32Schema,
  takenBack: Type.Union([BillNumberSchema, Type.Null()]),
  takesBack: Type.Union([BillNumberSchema, Type.Null()]),
});
export type BillEntry = Static<typeof BillEntry>;

/** All bills of a home, or of a supplier, and what they come to: the statement. */
export const BillList = Type.Object({
  bills: Type.Array(BillEntry),
  statement: Type.Object({
    payCent: Type.Integer({ description: "sum of what recipients pay" }),
    receiveCent: Type.Integer({ description: "sum of what recipients receive" }),
    balanceCent: Type.Integer(),
  }),
});
export type BillList = Static<typeof BillList>;

export const BillParams = Type.Object({ number: BillNumberSchema });
export const PaperQuery = Type.Object({
  language: Type.Optional(Type.Union([Type.Literal("en"), Type.Literal("it"), Type.Literal("de")])),
});
export const MakeBills = Type.Object({
  from: s.DaySchema,
  lastDay: s.DaySchema,
});
export const TakeBack = Type.Object({ reason: Type.String({ minLength: 3, maxLength: 120 }) });

const MicroEur = Type.Integer({ description: "µEUR" });

/** A version of a month of the community's incentive. */
export const IncentiveVersion = Type.Object({
  version: Type.Integer(),
  stage: Type.Union([
    Type.Literal("advance"),
    Type.Literal("result"),
    Type.Literal("correction"),
    Type.Literal("true_up"),
  ]),
  reason: Type.String(),
  made: Type.Integer({ description: "Unix seconds" }),
  poolMicroEur: Type.Integer({
    description: "what the authority pays by this version; all of it is passed on",
  }),
  sharedWh: Type.Integer(),
  missing: Type.Integer({ description: "quarter hours of homes without a reading: they count as nothing" }),
  parts: Type.Array(
    Type.Object({
      name: Type.String(),
      amountMicroEur: MicroEur,
      paidMicroEur: Type.Integer({ description: "what this version pays: what is due less what was paid" }),
      booked: Type.Boolean(),
      reference: Type.String({ description: "of the deposit on the ledger" }),
      bill: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
export type IncentiveVersion = Static<typeof IncentiveVersion>;

export const IncentiveMonth = Type.Object({
  month: Type.String({ pattern: "^\\d{4}-\\d{2}$" }),
  versions: Type.Array(IncentiveVersion, { description: "oldest first" }),
});
export type IncentiveMonth = Static<typeof IncentiveMonth>;

/** A year's true-up: what of it goes to other members because the year shared more than a threshold. */
export const IncentiveYear = Type.Object({
  year: Type.Integer(),
  months: Type.Array(Type.String(), { description: "that it is of: 2026-06" }),
  injectedWh: Type.Integer(),
  thresholdPerMillion: Type.Integer({
    description: "of what was injected; 550,000, or 450,000 with a grant",
  }),
  excessWh: Type.Integer({ description: "shared above the threshold" }),
  tipMicroEur: MicroEur,
  advancedMicroEur: Type.Integer({ description: "µEUR; what the authority advanced of these months" }),
  versions: Type.Array(IncentiveVersion, { description: "oldest first; their parts sum to nothing" }),
});
export type IncentiveYear = Static<typeof IncentiveYear>;

/** To the operator of all homes, to a home its own part alone. */
export const IncentiveMonths = Type.Object({
  months: Type.Array(IncentiveMonth, { description: "newest first" }),
  years: Type.Array(IncentiveYear, { description: "newest first; figures of the last version" }),
  keptBackMicroEur: Type.Integer({
    description: "received beyond what is due: kept back from payments to come",
  }),
});
export type IncentiveMonths = Static<typeof IncentiveMonths>;

export const RunIncentive = Type.Object({
  month: Type.String({ pattern: "^\\d{4}-\\d{2}$", description: "2026-06" }),
  advance: Type.Optional(Type.Boolean()),
  reason: Type.String({ minLength: 3, maxLength: 120 }),
});

export const TrueUpYear = Type.Object({
  year: Type.Integer({ minimum: 2000, maximum: 2200 }),
  reason: Type.String({ minLength: 3, maxLength: 120 }),
});
