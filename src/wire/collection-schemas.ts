/** Shapes of mandates and direct debits on the wire. */
import Type, { type Static } from "typebox";
import { BillNumberSchema } from "#wire/bill-schemas.ts";
import * as s from "#wire/schemas.ts";

const Cent = Type.Integer({ description: "cent" });
const Use = Type.Union([Type.Literal("recurrent"), Type.Literal("one_off")]);
const Sequence = Type.Union([
  Type.Literal("FRST"),
  Type.Literal("RCUR"),
  Type.Literal("OOFF"),
  Type.Literal("FNAL"),
]);
const DebitState = Type.Union([
  Type.Literal("pending"),
  Type.Literal("collected"),
  Type.Literal("rejected"),
  Type.Literal("returned"),
]);
/** Why nothing can be collected from a member by direct debit. */
export const DebitFault = Type.Union([
  Type.Literal("no_bank_account"),
  Type.Literal("no_mandate"),
  Type.Literal("mandate_of_another_creditor"),
  Type.Literal("mandate_of_another_account"),
  Type.Literal("mandate_lapsed"),
  Type.Literal("mandate_used"),
]);
export type DebitFault = Static<typeof DebitFault>;

const CreditorId = Type.String({ minLength: 1, maxLength: 60 });
const Reference = Type.String({ description: "of the mandate, as the bank reads it: CONTRADA-17-1" });
const DebitId = Type.String({ pattern: "^[0-9a-f]{32}$", description: "its end-to-end reference" });

const DebitParts = {
  id: DebitId,
  cents: Cent,
  sequence: Sequence,
  mandate: Reference,
  bills: Type.Array(BillNumberSchema),
  state: DebitState,
};

/** The own mandate, what the next letter is to say, and what is or was collected by it. */
export const OwnMandate = Type.Object({
  creditor: Type.Union([Type.Object({ id: Type.String(), name: Type.String() }), Type.Null()], {
    description: "null: the community does not collect",
  }),
  mandate: Type.Union([
    Type.Object({
      reference: Reference,
      use: Use,
      signed: s.DaySchema,
      fault: Type.Union([DebitFault, Type.Null()], { description: "why nothing can be collected by it" }),
    }),
    Type.Null(),
  ]),
  next: Type.Object({
    change: Type.Integer(),
    reference: Reference,
    account: Type.Integer({ description: "`changes` of the own bank account" }),
    today: s.DaySchema,
  }),
  debits: Type.Array(Type.Object({ ...DebitParts, day: s.DaySchema }), { description: "newest first" }),
});
export type OwnMandate = Static<typeof OwnMandate>;

export const GiveMandate = Type.Object({
  change: Type.Integer({ minimum: 1 }),
  creditor: CreditorId,
  use: Use,
  signed: s.DaySchema,
  account: Type.Integer({ minimum: 0, description: "`changes` of the own bank account" }),
  publicKey: s.PublicKeySchema,
  signature: s.SignatureSchema,
});

export const NameCreditor = Type.Object({ id: CreditorId });

export const CollectionRun = Type.Object({
  message: Type.String(),
  created: Type.Integer({ description: "Unix seconds" }),
  day: s.DaySchema,
  cents: Cent,
  debits: Type.Array(Type.Object({ ...DebitParts, name: Type.String() })),
});
export type CollectionRun = Static<typeof CollectionRun>;

/** What can be collected, and what was. */
export const CollectionDesk = Type.Object({
  creditor: Type.Union([Type.String(), Type.Null()]),
  earliest: s.DaySchema,
  open: Type.Array(
    Type.Object({
      member: Type.Integer(),
      name: Type.String(),
      cents: Cent,
      bills: Type.Array(Type.Object({ number: BillNumberSchema, cents: Cent })),
      fault: Type.Union([DebitFault, Type.Null()]),
      sequence: Type.Union([Sequence, Type.Null()]),
    }),
  ),
  runs: Type.Array(CollectionRun, { description: "newest first, at most 50" }),
});
export type CollectionDesk = Static<typeof CollectionDesk>;

export const Collect = Type.Object({
  day: Type.Optional(s.DaySchema),
  bills: Type.Optional(
    Type.Array(BillNumberSchema, {
      minItems: 1,
      maxItems: 10_000,
      description: "all that are open, where absent",
    }),
  ),
  last: Type.Optional(
    Type.Array(Type.Integer(), { maxItems: 10_000, description: "members of whom it is the last time" }),
  ),
});

export const DebitParams = Type.Object({ id: DebitId });
export const CollectionParams = Type.Object({ message: Type.String({ pattern: "^CONTRADA-[0-9a-f]{26}$" }) });
export const CloseDebit = Type.Object({
  outcome: Type.Union([Type.Literal("collected"), Type.Literal("rejected"), Type.Literal("returned")]),
});
