/**
 * The counterpart of `native-node` where there is no `node:crypto`: browsers and their workers. Hashing and
 * signing by @noble in plain JavaScript; no opinion on signatures, so that `keys` decides every one by rule.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { type Text32, textOf } from "#crypto/text32.ts";

/** No native cryptography: the rule decides every signature. */
export const IS_NATIVE = false;

export function sha256Text(bytes: Uint8Array): Text32 {
  return textOf(nobleSha256(bytes));
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return nobleSha256(bytes);
}

export interface NativeSigner {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export function nativeSigner(seed: Uint8Array): NativeSigner {
  const secret = Uint8Array.from(seed);
  return {
    publicKey: ed25519.getPublicKey(secret),
    sign: (message) => ed25519.sign(message, secret),
  };
}

export function nativeAccepts(_publicKey: Uint8Array, _message: Uint8Array, _signature: Uint8Array): boolean {
  return false;
}

export function nativeAcceptsAsync(
  _publicKey: Uint8Array,
  _message: Uint8Array,
  _signature: Uint8Array,
): Promise<boolean> {
  return Promise.resolve(false);
}
