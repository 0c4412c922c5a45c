/**
 * What a key signs to name the key that shall follow it when pseudonyms are renewed. Both sign: the present key,
 * because a session alone, stolen or left open, must not choose who holds the account later; the next one, because
 * nobody shall name a key that it does not hold. The letter stays with the registrar's platform and never reaches
 * the chain: it would tell which new member is which old one.
 */
import { concat, toHex, utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";
import type { Signer } from "#crypto/keys.ts";

export interface NextKeyLetter {
  readonly chain: string;
  readonly key: Uint8Array;
  readonly next: Uint8Array;
}

export function nextKeyHash({ chain, key, next }: NextKeyLetter): Uint8Array {
  // Keys have two lengths: the first one's says where the second begins.
  return taggedHash("contrada/next-key/1", concat(Uint8Array.of(key.length), key, next), utf8(chain));
}

/** The letter as the wire brings it: keys and signatures in hexadecimal. */
export interface NextKey {
  readonly publicKey: string;
  readonly nextKey: string;
  /** By the present key. */
  readonly signature: string;
  /** By the next one. */
  readonly proof: string;
}

/** How a letter is written by whoever holds both keys. */
export function nextKeyLetter(chain: string, key: Signer, next: Signer): NextKey {
  const signed = nextKeyHash({ chain, key: key.publicKey, next: next.publicKey });
  return {
    publicKey: toHex(key.publicKey),
    nextKey: toHex(next.publicKey),
    signature: toHex(key.sign(signed)),
    proof: toHex(next.sign(signed)),
  };
}
