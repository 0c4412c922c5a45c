/** The shapes of the grid operator's letters to one home's connection, in the conventions of `wire/schemas`. */
import Type, { type Static } from "typebox";
import { LIMIT_MAX_W, LIMIT_REASONS } from "#control/operator-limit.ts";
import {
  InstantSchema as Instant,
  PublicKeySchema as PublicKey,
  SignatureSchema as Signature,
} from "#wire/schemas.ts";
import { Nullable, oneOf } from "#wire/shape.ts";

const PowerW = Nullable(Type.Integer({ minimum: 0, maximum: LIMIT_MAX_W }), {
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

/** Who runs a home: its gateway, a simulated town, or nobody that a letter could reach. */
export const RUN_BY = ["gateway", "simulation", "nobody"] as const;
/** What a home makes of the letter: it did not come to it, is not believed, is obeyed, or cannot be kept. */
export const LIMIT_ANSWERS = ["unheard", "refused", "heard", "not_kept"] as const;

/** As the operator sees it. */
export const HomeLimit = Type.Object({
  home: Type.Integer(),
  feeder: Type.Integer(),
  limit: Nullable(OperatorLimit),
  issuedAt: Instant,
  by: Type.Object({ member: Type.Integer(), name: Type.String() }, { description: "who signed" }),
  runBy: oneOf(RUN_BY),
  answer: oneOf(LIMIT_ANSWERS),
  refusal: Nullable(Type.String({ description: "why a gateway does not believe it" })),
  silentSince: Nullable(
    Type.Integer({ description: "Unix seconds of the wall clock; null: it can be reached" }),
  ),
});
export type HomeLimit = Static<typeof HomeLimit>;
