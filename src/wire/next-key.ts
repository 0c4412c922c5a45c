/**
 * What a key signs to name the key that shall follow it when pseudonyms are renewed. Both sign: the present key,
 * because a session alone, stolen or left open, must not choose who holds the account later; the next one, because
 * nobody shall name a key that it does not hold. The letter stays with the registrar's platform and never reaches
 * the chain: it would tell which new member is which old one.
 */
import { concat, utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";

export interface NextKeyLetter {
  readonly chain: string;
  readonly key: Uint8Array;
  readonly next: Uint8Array;
}

export function nextKeyHash({ chain, key, next }: NextKeyLetter): Uint8Array {
  // Keys have two lengths: the first one's says where the second begins.
  return taggedHash("contrada/next-key/1", concat(Uint8Array.of(key.length), key, next), utf8(chain));
}
