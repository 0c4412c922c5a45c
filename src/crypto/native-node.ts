/**
 * What Node's own cryptography (OpenSSL) can do for `hash` and `keys`. `native-web` is its counterpart where
 * there is no `node:crypto`; package.json chooses between them by the imports condition `#crypto/native`.
 *
 * OpenSSL's verdict on a signature changes with its release, so this file never refuses one: it answers
 * "accepted" or "no opinion", and `keys` lets the one rule decide the rest.
 */
import {
  createPrivateKey,
  createPublicKey,
  hash,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from "node:crypto";
import { fromHex } from "#base/bytes.ts";
import { bytesOf, type Text32, textOf } from "#crypto/text32.ts";

/** There is native cryptography: what it does not accept of P-256 is wrong. */
export const IS_NATIVE = true;

/** DER of a SubjectPublicKeyInfo and of a PrivateKeyInfo around 32 raw bytes (RFC 8410). */
const SPKI_PREFIX = fromHex("302a300506032b6570032100")!;
/** The same around the 33 bytes of a compressed point of P-256 (RFC 5480). */
const P256_SPKI_PREFIX = fromHex("3039301306072a8648ce3d020106082a8648ce3d030107032200")!;
const P256_KEY_BYTES = 33;
const PKCS8_PREFIX = fromHex("302e020100300506032b657004220420")!;

/**
 * SHA-256 as a string of 32 one-byte characters. That result is made in a fourth of the time of a `Buffer`,
 * whose memory lies outside the JavaScript heap; even copied into a plain `Uint8Array` it takes a third
 * (bench/crypto.ts).
 */
export function sha256Text(bytes: Uint8Array): Text32 {
  return hash("sha256", bytes, "latin1");
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return bytesOf(hash("sha256", bytes, "latin1"));
}

export interface NativeSigner {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export function nativeSigner(seed: Uint8Array): NativeSigner {
  const key = createPrivateKey({ key: joined(PKCS8_PREFIX, seed), format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return {
    publicKey: Uint8Array.from(spki.subarray(SPKI_PREFIX.length)),
    sign: (message) => Uint8Array.from(signBytes(null, message, key)),
  };
}

/**
 * True where OpenSSL accepts; false is no opinion. Lengths are the caller's: key 32 (Ed25519) or 33 (P-256 with
 * SHA-256), signature 64.
 */
export function nativeAccepts(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = nativeKey(publicKey);
  if (key === undefined) return false;
  if (publicKey.length !== P256_KEY_BYTES) return verifyBytes(null, message, key, signature);
  return verifyBytes("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
}

/** The same on libuv's thread pool. */
export function nativeAcceptsAsync(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = nativeKey(publicKey);
  if (key === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (error: Error | null, accepted: boolean) => resolve(error === null && accepted);
    if (publicKey.length !== P256_KEY_BYTES) verifyBytes(null, message, key, signature, done);
    else verifyBytes("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature, done);
  });
}

/**
 * Parsed keys, in two generations: when the young one is full it becomes the old one, and what the old one
 * held is forgotten unless it was asked for meanwhile. At most 2 × KEY_GENERATION keys are kept.
 */
export const KEY_GENERATION = 4_096;
let young = new Map<string, KeyObject>();
let old = new Map<string, KeyObject>();

/** OpenSSL's form of a public key; `undefined` where it takes the bytes for none. */
export function nativeKey(publicKey: Uint8Array): KeyObject | undefined {
  const name = textOf(publicKey) + String.fromCharCode(...publicKey.subarray(32));
  const known = young.get(name);
  if (known !== undefined) return known;
  const key = old.get(name) ?? parsedKey(publicKey);
  if (key === undefined) return undefined;
  if (young.size >= KEY_GENERATION) {
    old = young;
    young = new Map();
  }
  young.set(name, key);
  return key;
}

export function keysKept(): number {
  return young.size + old.size;
}

function parsedKey(publicKey: Uint8Array): KeyObject | undefined {
  try {
    const prefix = publicKey.length === P256_KEY_BYTES ? P256_SPKI_PREFIX : SPKI_PREFIX;
    return createPublicKey({ key: joined(prefix, publicKey), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

function joined(prefix: Uint8Array, bytes: Uint8Array): Buffer {
  return Buffer.concat([prefix, bytes]);
}
