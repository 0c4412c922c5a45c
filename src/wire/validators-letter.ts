/**
 * What an owner's key signs for a box that was away for so long that it cannot know the validators any more: which
 * validators its owner's own device has followed the chain to, and at which block. The box begins with them anew
 * (`gateway/validators-word`); the platform hands the letter on and can make none.
 */
import { utf8 } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import { taggedHash } from "#crypto/hash.ts";
import { hexOf, instantOf, objectOf, textOf, wholeOf } from "#wire/json-reading.ts";

export interface ValidatorsLetter {
  readonly chain: string;
  /** The home's id. */
  readonly home: number;
  /** Of the header that the owner's device verified, by the validators' clocks. */
  readonly height: number;
  readonly time: UnixSeconds;
  /** Of its set of validators, hexadecimal. */
  readonly validatorsHash: string;
}

/** As the platform keeps it and the box reads it. */
export interface SignedValidatorsLetter extends ValidatorsLetter {
  readonly publicKey: string;
  readonly signature: string;
}

/** No part holds a line break, so no two letters have the same bytes. */
export function validatorsLetterHash(letter: ValidatorsLetter): Uint8Array {
  const { chain, home, height, time, validatorsHash } = letter;
  return taggedHash(
    "contrada/gateway-validators/1",
    utf8([chain, home, height, time, validatorsHash].join("\n")),
  );
}

/** By hand, for a gateway: throws with a sentence that names the place. */
export function validatorsLetterOf(value: unknown): SignedValidatorsLetter {
  const letter = objectOf(value, "validators");
  const at = (name: string) => `validators.${name}`;
  return {
    chain: textOf(letter.chain, at("chain")),
    home: wholeOf(letter.home, at("home"), 1, 0xffff_ffff),
    height: wholeOf(letter.height, at("height"), 1, Number.MAX_SAFE_INTEGER),
    time: instantOf(letter.time, at("time")),
    validatorsHash: hexOf(letter.validatorsHash, at("validatorsHash"), 32),
    publicKey: hexOf(letter.publicKey, at("publicKey"), 32),
    signature: hexOf(letter.signature, at("signature"), 64),
  };
}
