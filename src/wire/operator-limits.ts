/**
 * The grid operator's letters to one home's connection: what is signed, and how a gateway reads them. A letter is of
 * a member that is an operator on the chain, by one of its keys; the platform keeps it and hands it on. Their shapes
 * stand in `wire/operator-limit-schemas`: a small box does not load what they are made of.
 */
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
import type { OperatorLimit, SignedOperatorLimit } from "#wire/operator-limit-schemas.ts";

/** A letter as it is kept and handed on. */
export interface KeptLimit extends SignedOperatorLimit {
  readonly home: number;
}

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
