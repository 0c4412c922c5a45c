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
