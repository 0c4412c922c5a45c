/**
 * The grid operator's limit in the box, believed by its signature: by a key of a member that the chain has as an
 * operator, for this chain and this home. The newest letter stands; an older one changes nothing, however it comes.
 */
import { equalBytes, fromHex } from "#base/bytes.ts";
import { verifySignature } from "#crypto/keys.ts";
import { type KeptLimit, operatorLimitHash } from "#wire/operator-limits.ts";

export interface LimitGround {
  readonly chain: string;
  readonly home: number;
  /** Proven keys of an operator; empty where the member is none, or is not proven. */
  readonly operatorKeys: (member: number) => readonly Uint8Array[];
  readonly standing: KeptLimit | undefined;
}

export interface JudgedLimits {
  readonly standing: KeptLimit | undefined;
  /** Why the newest was not taken. */
  readonly refused: "other_home" | "unknown_key" | "bad_signature" | undefined;
}

export function judgeLimits(letters: readonly KeptLimit[], ground: LimitGround): JudgedLimits {
  let { standing } = ground;
  let refused: JudgedLimits["refused"];
  for (const letter of letters) {
    if (letter.issuedAt <= (standing?.issuedAt ?? 0)) continue;
    refused = problemOf(letter, ground);
    if (refused === undefined) standing = letter;
  }
  return { standing, refused };
}

function problemOf(letter: KeptLimit, { chain, home, operatorKeys }: LimitGround): JudgedLimits["refused"] {
  if (letter.home !== home) return "other_home";
  const [key, signature] = [fromHex(letter.publicKey), fromHex(letter.signature)];
  if (key === undefined || signature === undefined) return "bad_signature";
  if (!operatorKeys(letter.member).some((known) => equalBytes(known, key))) return "unknown_key";
  return verifySignature(key, operatorLimitHash({ chain, ...letter }), signature)
    ? undefined
    : "bad_signature";
}
