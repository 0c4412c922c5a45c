/** The shapes of the grid operator's letters to one home's connection, in the conventions of `wire/schemas`. */
import Type, { type Static } from "typebox";
import { LIMIT_REASONS } from "#control/operator-limit.ts";
import {
  InstantSchema as Instant,
  PublicKeySchema as PublicKey,
  SignatureSchema as Signature,
} from "#wire/schemas.ts";
import { Nullable, oneOf } from "#wire/shape.ts";

const PowerW = Nullable(Type.Integer({ minimum: 0, maximum: 10_000_000 }), {
  description: "W through the connection at most; null: not limited",
});
const Span = Type.Integer({ minimum: 1, maximum: 86_400, description: "s" });

export const OperatorLimit = Type.Object({
  importPowerMaxW: PowerW,
  exportPowerMaxW: PowerW,
  from: Instant,
  until: Type.Integer({ minimum: 0, description: "Unix seconds: it ends by itself" }),
  reason: oneOf(LIMIT_REASONS),
  failsafe: Nullable(
    Type.Object({ importPowerMaxW: PowerW, exportPowerMaxW: PowerW, afterS: Span, durationS: Span }),
    { description: "holds when the platform was silent for afterS, for durationS; null: as the home is set" },
  ),
});
export type OperatorLimit = Static<typeof OperatorLimit>;

export const SignedOperatorLimit = Type.Object({
  limit: Nullable(OperatorLimit, { description: "null: lifts what stands" }),
  member: Type.Integer({ minimum: 1, description: "the operator's number on the chain" }),
  issuedAt: Instant,
  publicKey: PublicKey,
  signature: Signature,
});
export type SignedOperatorLimit = Static<typeof SignedOperatorLimit>;

/** As the operator sees it. */
export const HomeLimit = Type.Object({
  home: Type.Integer(),
  limit: Nullable(OperatorLimit),
  issuedAt: Instant,
});
export type HomeLimit = Static<typeof HomeLimit>;
