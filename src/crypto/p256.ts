/**
 * ECDSA over P-256 with SHA-256 (FIPS 186-5, 6.4): the keys that phones and passkeys hold in hardware.
 *
 * ECDSA leaves two things open that one chain cannot: the signature's form, and that s and n − s are both
 * good. Here a signature is the raw 64 bytes r ‖ s with 1 ≤ r < n and 1 ≤ s ≤ (n − 1) ÷ 2 and nothing else;
 * `lowSignature` brings what a device made into that form. A public key is the 33 bytes of SEC 1's compressed
 * point. Beyond that the standard leaves no freedom, and the curve has prime order: no small-order keys.
 */
import { p256 } from "@noble/curves/nist.js";
import { fromHex } from "#base/bytes.ts";

export const P256_KEY_BYTES = 33;
export const P256_SIGNATURE_BYTES = 64;

/** n, and (n − 1) ÷ 2, big-endian. */
const ORDER = fromHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")!;
const HALF_ORDER = fromHex("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8")!;

/** Whether 33 bytes are a point of the curve in its compressed form. */
export function isP256Key(publicKey: Uint8Array): boolean {
  if (publicKey.length !== P256_KEY_BYTES || (publicKey[0] !== 2 && publicKey[0] !== 3)) return false;
  try {
    p256.Point.fromBytes(publicKey);
    return true;
  } catch {
    return false;
  }
}

/** Whether these are the 64 bytes of the one form: told without a curve operation. */
export function isP256Signature(signature: Uint8Array): boolean {
  if (signature.length !== P256_SIGNATURE_BYTES) return false;
  const r = signature.subarray(0, 32);
  const s = signature.subarray(32);
  return isPositive(r) && compare(r, ORDER) < 0 && isPositive(s) && compare(s, HALF_ORDER) <= 0;
}

/** The equation itself, by @noble/curves. The caller checked the form. */
export function verifyP256ByRule(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return (
    isP256Key(publicKey) && p256.verify(signature, message, publicKey, { lowS: true, format: "compact" })
  );
}

/** A raw signature r ‖ s as any signer makes it, in the form that the chain takes: s, or n − s where that is lower. */
export function lowSignature(raw: Uint8Array): Uint8Array {
  if (raw.length !== P256_SIGNATURE_BYTES || compare(raw.subarray(32), HALF_ORDER) <= 0) return raw.slice();
  const low = raw.slice();
  let borrow = 0;
  for (let i = 31; i >= 0; i--) {
    const difference = ORDER[i]! - raw[32 + i]! - borrow;
    borrow = difference < 0 ? 1 : 0;
    low[32 + i] = difference & 0xff;
  }
  return low;
}

/**
 * The raw 64 bytes of a DER signature (RFC 3279, 2.2.3: what WebAuthn hands out), s made low; `undefined`
 * where the bytes are not DER of two positive integers of at most 32 bytes.
 */
export function rawFromDer(der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const raw = new Uint8Array(P256_SIGNATURE_BYTES);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1];
    if (der[at] !== 0x02 || length === undefined || length === 0) return undefined;
    const integer = der.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    if (integer.length !== length || integer[0]! >= 0x80) return undefined;
    if (integer[0] === 0 && length > 1 && integer[1]! < 0x80) return undefined;
    const digits = integer[0] === 0 ? integer.subarray(1) : integer;
    if (digits.length > 32) return undefined;
    raw.set(digits, end - digits.length);
  }
  return at === der.length ? lowSignature(raw) : undefined;
}

/** The compressed form of an uncompressed point 0x04 ‖ x ‖ y; `undefined` where it is no point of the curve. */
export function compressedKey(uncompressed: Uint8Array): Uint8Array | undefined {
  try {
    return uncompressed[0] === 4 ? p256.Point.fromBytes(uncompressed).toBytes(true) : undefined;
  } catch {
    return undefined;
  }
}

function isPositive(number: Uint8Array): boolean {
  return number.some((byte) => byte !== 0);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < b.length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
