/**
 * The grid operator's letters to one home's connection: their shape, what is signed, and how a gateway reads them. A
 * letter is of a member that is an operator on the chain, by one of its keys; the platform keeps it and hands it on.
 */
import Type, { type Static } from "typebox";
import { utf8 } from "#base/bytes.ts";
import { LIMIT_REASONS } from "#control/operator-limit.ts";
import { taggedHash } from "#crypto/hash.ts";
import {
  amountOf,
  hexTextOf,
  instantOf,
  objectOf,
  oneOf as oneOfText,
  orNull,
  wholeOf,
} from "#wire/json-reading.ts";
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

/** A letter as it is kept and handed on. */
export interface KeptLimit extends SignedOperatorLimit {
  readonly home: number;
}

/** As the operator sees it. */
export const HomeLimit = Type.Object({
  home: Type.Integer(),
  limit: Nullable(OperatorLimit),
  issuedAt: Instant,
});
export type HomeLimit = Static<typeof HomeLimit>;

/** What an operator's key signs: which chain and home, when, and every bound. `home` is the home's id. */
export function operatorLimitHash(letter: {
  readonly chain: string;
  readonly member: number;
  readonly home: number;
  readonly issuedAt: number;
  readonly limit: OperatorLimit | null;
}): Uint8Array {
  const { chain, member, home, issuedAt, limit } = letter;
  const failsafe = limit?.failsafe;
  const asked =
    limit === null
      ? ["none"]
      : [
          ...[limit.importPowerMaxW, limit.exportPowerMaxW, limit.from, limit.until, limit.reason],
          ...[failsafe?.importPowerMaxW, failsafe?.exportPowerMaxW, failsafe?.afterS, failsafe?.durationS],
        ];
  const lines = [chain, member, home, issuedAt, ...asked].map((value) => String(value ?? "-"));
  return taggedHash("contrada/operator-limit/1", utf8(lines.join("\n")));
}

/** By hand, for a gateway: throws with a sentence that names the place. */
export function keptLimitOf(value: unknown): KeptLimit {
  const letter = objectOf(value, "operatorLimits");
  const at = (name: string) => `operatorLimits.${name}`;
  const powers = (of: { readonly [name: string]: unknown }) => ({
    importPowerMaxW: orNull(of.importPowerMaxW, at("importPowerMaxW"), amountOf),
    exportPowerMaxW: orNull(of.exportPowerMaxW, at("exportPowerMaxW"), amountOf),
  });
  return {
    home: wholeOf(letter.home, at("home"), 1, 0xffff_ffff),
    member: wholeOf(letter.member, at("member"), 1, 0xffff_ffff),
    issuedAt: instantOf(letter.issuedAt, at("issuedAt")),
    publicKey: hexTextOf(letter.publicKey, at("publicKey")),
    signature: hexTextOf(letter.signature, at("signature")),
    limit: orNull(letter.limit, at("limit"), (item) => {
      const limit = objectOf(item, at("limit"));
      return {
        ...powers(limit),
        from: instantOf(limit.from, at("from")),
        until: instantOf(limit.until, at("until")),
        reason: oneOfText(limit.reason, at("reason"), LIMIT_REASONS),
        failsafe: orNull(limit.failsafe, at("failsafe"), (one) => {
          const failsafe = objectOf(one, at("failsafe"));
          return {
            ...powers(failsafe),
            afterS: wholeOf(failsafe.afterS, at("afterS"), 1, 86_400),
            durationS: wholeOf(failsafe.durationS, at("durationS"), 1, 86_400),
          };
        }),
      };
    }),
  };
}
