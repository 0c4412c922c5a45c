/**
 * Whom a box believes after it was away for longer than validators answer for what they signed. Whoever signed then
 * may have left since, and the keys of all who left could together sign another history (a long-range attack), so no
 * header that they sign leads on from there. Somebody has to say who the validators are: at the enrolment the platform
 * did, with a person at the box. Here the home's owner does, whose keys the chain proved before the box went away and
 * whose own device has followed the validators meanwhile.
 *
 * Such a letter counts only where trust has run out; it names the validators of one block, counts no longer than a
 * header of that age would, and never for a block that the box is beyond: so none is of use twice, or for another home.
 */
import { equalBytes, fromHex, toHex } from "#base/bytes.ts";
import { type Result, refuse } from "#base/result.ts";
import type { UnixSeconds } from "#base/time.ts";
import { consensusHeaderHash } from "#consensus/header.ts";
import type { LightBlock } from "#consensus/light-block.ts";
import { type TrustedState, trustNamed } from "#consensus/light-client.ts";
import { verifySignature } from "#crypto/keys.ts";
import { type SignedValidatorsLetter, validatorsLetterHash } from "#wire/validators-letter.ts";

/** Validators answer for so long for what they signed, s. */
export const TRUSTING_PERIOD_S = 14 * 86_400;
export const CLOCK_DRIFT_S = 300;

/** In order of precedence. */
export type LetterRefusal =
  | "letter_of_other_home"
  | "letter_of_other_chain"
  /** By a key that was none of the owner's when the chain was last proven to the box. */
  | "letter_unknown_key"
  | "letter_bad_signature"
  /** Of a block that the box had come to itself: an old letter again. */
  | "letter_older"
  /** So old that its validators answer for nothing any more. */
  | "letter_stale"
  | "letter_ahead"
  /** The orders come under other validators, or under a block before the letter's. */
  | "letter_of_other_validators";

export interface LetterGround {
  readonly chain: string;
  readonly home: number;
  /** Proven before the box went away; empty where nothing ever was. */
  readonly ownerKeys: readonly Uint8Array[];
  /** Of the last header that was verified; 0 where none ever was. */
  readonly height: number;
  /** By the wall clock. */
  readonly now: UnixSeconds;
}

/**
 * The trust to go on from: the block that came, where the owner's letter names its validators. Fails in the order of
 * `LetterRefusal`. That the block itself is sound is left to whoever follows it (`advanceTrust`).
 */
export function trustByLetter(
  block: LightBlock,
  letter: SignedValidatorsLetter,
  { chain, home, ownerKeys, height, now }: LetterGround,
): Result<TrustedState, LetterRefusal> {
  if (letter.home !== home) return refuse("letter_of_other_home");
  if (letter.chain !== chain) return refuse("letter_of_other_chain");
  const [key, signature] = [fromHex(letter.publicKey)!, fromHex(letter.signature)!];
  if (!ownerKeys.some((known) => equalBytes(known, key))) return refuse("letter_unknown_key");
  if (!verifySignature(key, validatorsLetterHash(letter), signature)) return refuse("letter_bad_signature");
  if (letter.height <= height) return refuse("letter_older");
  if (letter.time + TRUSTING_PERIOD_S <= now) return refuse("letter_stale");
  if (letter.time >= now + CLOCK_DRIFT_S) return refuse("letter_ahead");
  const { header } = block;
  if (
    header.height < letter.height ||
    header.time.seconds < letter.time ||
    toHex(header.validatorsHash) !== letter.validatorsHash
  ) {
    return refuse("letter_of_other_validators");
  }
  const named = trustNamed(block, { chain, height: header.height, hash: consensusHeaderHash(header) });
  return named.ok ? named : refuse("letter_of_other_validators");
}

/**
 * What is wrong where orders are refused, as a fault: the owner can say who the validators are, or nobody can whom the
 * box knows, or the orders are simply not true.
 */
export function faultOfRefusal(
  refusal: string,
  knowsOwner: boolean,
): "validators_unknown" | "code_needed" | "orders_refused" {
  const isAway = refusal === "trust_expired" || refusal.startsWith("letter_");
  if (!isAway) return "orders_refused";
  return knowsOwner && refusal !== "letter_unknown_key" ? "validators_unknown" : "code_needed";
}
