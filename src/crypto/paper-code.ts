/**
 * A key on paper: 24 characters that a person writes down and types in again, in six groups of four:
 *
 *     K7QM-29WX-0FJD-8TPA-VN3C-5EHR
 *
 * 22 characters of Crockford's base 32 (no I, L, O, U; typed I and L count as 1, O as 0; case and separators do
 * not count) are 110 random bits, the last two are a checksum of ten bits, so that a slip of the pen is noticed
 * 1,023 times out of 1,024. The seed of the key is a tagged hash of the 110 bits: with that many there is nothing to guess, and
 * no slow hash is needed.
 *
 * A code gives one key more for each renewal of pseudonyms, so that the same paper helps back under every number and
 * nobody without it can tell that two of its keys belong together.
 */
import { utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET_CHARACTERS = 22;
const CHECK_CHARACTERS = 2;
/** Random bytes that a code is made of; the last two bits of the fourteen are not used. */
export const PAPER_CODE_BYTES = 14;
/** For how many renewals the keys of a code are named when it is chosen: five years of months. */
export const PAPER_CODE_RENEWALS = 60;

/** The code of some random bytes, as it is to be written down. */
export function paperCode(random: Uint8Array): string {
  if (random.length !== PAPER_CODE_BYTES)
    throw new RangeError(`a paper code is made of ${PAPER_CODE_BYTES} bytes`);
  let secret = "";
  for (let i = 0; i < SECRET_CHARACTERS; i++) secret += ALPHABET[fiveBits(random, 5 * i)];
  return (secret + checksum(secret)).match(/.{4}/g)!.join("-");
}

/**
 * The 32-byte seed of what somebody typed, as it is after so many renewals (a whole number to 65,535; RangeError
 * otherwise); `undefined` where it is no code: too long or too short, a character that none is, or a checksum that
 * does not fit.
 */
export function seedOfPaperCode(typed: string, renewals = 0): Uint8Array | undefined {
  if (!Number.isInteger(renewals) || renewals < 0 || renewals > 0xffff) {
    throw new RangeError(`a paper code has no key after ${renewals} renewals`);
  }
  const characters = typed.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replace(/O/g, "0");
  if (characters.length !== SECRET_CHARACTERS + CHECK_CHARACTERS) return undefined;
  const secret = characters.slice(0, SECRET_CHARACTERS);
  if (![...characters].every((character) => ALPHABET.includes(character))) return undefined;
  if (checksum(secret) !== characters.slice(SECRET_CHARACTERS)) return undefined;
  if (renewals === 0) return taggedHash("contrada/paper-code/seed/1", utf8(secret));
  const number = Uint8Array.of(renewals >> 8, renewals & 0xff);
  return taggedHash("contrada/paper-code/renewed/1", utf8(secret), number);
}

function checksum(secret: string): string {
  const hash = taggedHash("contrada/paper-code/check/1", utf8(secret));
  return ALPHABET[fiveBits(hash, 0)]! + ALPHABET[fiveBits(hash, 5)]!;
}

function fiveBits(bytes: Uint8Array, at: number): number {
  const first = Math.floor(at / 8);
  const pair = (bytes[first]! << 8) | (bytes[first + 1] ?? 0);
  return (pair >> (11 - (at % 8))) & 31;
}
