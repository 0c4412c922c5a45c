/**
 * SHA-256 (FIPS 180-4), synchronous everywhere, and its domain-separated form.
 *
 * A tagged hash is that of BIP-340: SHA-256(SHA-256(tag) ‖ SHA-256(tag) ‖ parts). Two tags never share a hash
 * for any content, and the prefix fills exactly one block. The parts are concatenated without their lengths:
 * whoever passes more than one fixes the length of all but one, or passes a canonical encoding (`base/codec`).
 */
import { concat, utf8 } from "#base/bytes.ts";
import { sha256, sha256Text } from "#crypto/native";
import type { Text32 } from "#crypto/text32.ts";

export const HASH_BYTES = 32;

/** SHA-256 of some bytes: 32 bytes, a fresh plain `Uint8Array`. */
export function hash(bytes: Uint8Array): Uint8Array {
  return sha256(bytes);
}

/** SHA-256 of the parts one after the other, without their lengths. */
export function hashParts(...parts: readonly Uint8Array[]): Uint8Array {
  return hashAfter(NOTHING, parts);
}

/** SHA-256(prefix ‖ bytes) of a prefix of one byte, kept as text. */
export function hashLeaf(prefix: number, bytes: Uint8Array): Text32 {
  const length = 1 + bytes.length;
  if (length > STANDING.length) return sha256Text(concat(Uint8Array.of(prefix), bytes));
  STANDING[0] = prefix;
  STANDING.set(bytes, 1);
  return sha256Text(STANDING.subarray(0, length));
}

/** SHA-256(prefix ‖ first ‖ second), through one buffer that is always overwritten whole. */
export function hashPair(prefix: number, first: Text32, second: Text32): Text32 {
  PAIR[0] = prefix;
  for (let i = 0; i < HASH_BYTES; i++) {
    PAIR[1 + i] = first.charCodeAt(i);
    PAIR[1 + HASH_BYTES + i] = second.charCodeAt(i);
  }
  return sha256Text(PAIR);
}

/** SHA-256 in the domain of a tag. Tags are constants of the protocol: `contrada/<what>/<use>/<version>`. */
export function taggedHash(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  let prefix = PREFIXES.get(tag);
  if (prefix === undefined) {
    const digest = sha256(utf8(tag));
    prefix = concat(digest, digest);
    PREFIXES.set(tag, prefix);
  }
  return hashAfter(prefix, parts);
}

const NOTHING = new Uint8Array(0);
const PREFIXES = new Map<string, Uint8Array>();

/**
 * Short inputs are put together in one standing buffer: an allocation of more than 64 bytes would cost more
 * than hashing them. Nothing is called between filling and hashing that could fill it again.
 */
function hashAfter(prefix: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  let length = prefix.length;
  for (const part of parts) length += part.length;
  if (length > STANDING.length) return sha256(concat(prefix, ...parts));
  STANDING.set(prefix);
  let at = prefix.length;
  for (const part of parts) {
    STANDING.set(part, at);
    at += part.length;
  }
  return sha256(STANDING.subarray(0, length));
}

const STANDING = new Uint8Array(2048);
const PAIR = new Uint8Array(1 + 2 * HASH_BYTES);
