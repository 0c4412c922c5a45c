/**
 * What people compare by eye or on the telephone when a device meets a chain: the first 80 bits of who vouches for
 * it, in five groups of four hexadecimal digits. Of validators it is the hash of the set that CometBFT's headers
 * name, of one producer the SHA-256 of its public key. 80 bits: whoever wants another set with the same ones has to
 * try 2^80 of them.
 */
import { toHex } from "#base/bytes.ts";
import { type ValidatorSet, validatorSetHash } from "#consensus/validator-set.ts";
import { hash } from "#crypto/hash.ts";

const BYTES = 10;

/** `4BE1 92F0 7A11 03CC 9D2E` */
export function fingerprintOfValidators(validators: ValidatorSet): string {
  return grouped(validatorSetHash(validators));
}

export function fingerprintOfProducer(publicKey: Uint8Array): string {
  return grouped(hash(publicKey));
}

function grouped(bytes: Uint8Array): string {
  return toHex(bytes.slice(0, BYTES)).toUpperCase().match(/.{4}/g)!.join(" ");
}
