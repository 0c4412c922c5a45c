/**
 * Signatures: Ed25519 (RFC 8032) verified by ZIP-215 on every path, so that two nodes never differ over one.
 *
 * ZIP-215 fixes what RFC 8032 leaves open: S < ℓ; the encodings of R and of the key may be non-canonical but
 * must decompress; the equation is the cofactored [8][S]B = [8]R + [8][k]A. Native cryptography, where there
 * is some, is a fast path that can only accept: all that it accepts satisfies the cofactorless equation and
 * with it the cofactored one. Whatever it does not accept is decided by @noble/curves, some ten times slower.
 * Any key holder can make signatures that take the slow path; a node therefore caps it per sender.
 *
 * ZIP-215 accepts signatures of small-order keys that nobody made, and honest signatures of keys with a
 * torsion component come out differently under other rules. Such keys are never registered: `keyProblem`.
 *
 * https://zips.z.cash/zip-0215
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { assert } from "#base/assert.ts";
import { fromHex } from "#base/bytes.ts";
import { nativeAccepts, nativeAcceptsAsync, nativeSigner } from "#crypto/native";
import { type Text32, textOf } from "#crypto/text32.ts";

/** 32 bytes. */
export type PublicKey = Uint8Array;

export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const SEED_BYTES = 32;

export type KeyProblem = "key_malformed" | "key_small_order" | "key_torsioned";

/** "undecided": not accepted by the fast path, and the slow path was not allowed. Says nothing of the signature. */
export type Verdict = "valid" | "invalid" | "undecided";

export interface VerifyOptions {
  /**
   * Asked once, and only when the slow path would have to decide. Where there is no native fast path
   * (browsers) that is every well-formed signature.
   */
  readonly slowPathAllowed?: () => boolean;
}

export interface Signer {
  readonly publicKey: PublicKey;
  /** 64 bytes; deterministic. */
  sign(message: Uint8Array): Uint8Array;
}

/**
 * Why a public key must not be registered, or `undefined` where it may.
 * In this order: key_malformed (not the canonical 32 bytes of a curve point), key_small_order (anyone can
 * sign for it), key_torsioned (outside the prime-order subgroup).
 */
export function keyProblem(publicKey: PublicKey): KeyProblem | undefined {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return "key_malformed";
  if (sound.has(textOf(publicKey))) return undefined;
  let point: InstanceType<typeof ed25519.Point>;
  try {
    point = ed25519.Point.fromBytes(publicKey, false);
  } catch {
    return "key_malformed";
  }
  if (point.isSmallOrder()) return "key_small_order";
  if (!point.isTorsionFree()) return "key_torsioned";
  if (sound.size >= SOUND_KEPT) sound.clear();
  sound.add(textOf(publicKey));
  return undefined;
}

/** Keys without a problem, as that costs a millisecond each and a node asks at the door, in the block and at each replay. */
const sound = new Set<Text32>();
const SOUND_KEPT = 4_096;

/** A signer from its 32-byte secret seed (RFC 8032, 5.1.5). */
export function signerFromSeed(seed: Uint8Array): Signer {
  assert(seed.length === SEED_BYTES, `a seed has ${SEED_BYTES} bytes, got ${seed.length}`);
  return nativeSigner(seed);
}

/** Whether a signature is valid. The rule itself: what a block contains is judged by this, never under a cap. */
export function verifySignature(publicKey: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  return judgeSignature(publicKey, message, signature) === "valid";
}

/** The same verdict; native cryptography works on the thread pool, over all cores. */
export async function verifySignatureAsync(
  publicKey: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return (await judgeSignatureAsync(publicKey, message, signature)) === "valid";
}

/** The verdict under a cap on the slow path, for whoever admits signatures from outside. */
export function judgeSignature(
  publicKey: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  options: VerifyOptions = {},
): Verdict {
  if (!wellFormed(publicKey, signature)) return "invalid";
  if (nativeAccepts(publicKey, message, signature)) return "valid";
  return judgeByRule(publicKey, message, signature, options);
}

/** `judgeSignature` with native cryptography on the thread pool. */
export async function judgeSignatureAsync(
  publicKey: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  options: VerifyOptions = {},
): Promise<Verdict> {
  if (!wellFormed(publicKey, signature)) return "invalid";
  if (await nativeAcceptsAsync(publicKey, message, signature)) return "valid";
  return judgeByRule(publicKey, message, signature, options);
}

/** ZIP-215 alone, without any native shortcut: what the tests hold the other paths against. */
export function verifyByRule(publicKey: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (!wellFormed(publicKey, signature)) return false;
  return ed25519.verify(signature, message, publicKey, { zip215: true });
}

function judgeByRule(
  publicKey: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  options: VerifyOptions,
): Verdict {
  if (options.slowPathAllowed !== undefined && !options.slowPathAllowed()) return "undecided";
  return verifyByRule(publicKey, message, signature) ? "valid" : "invalid";
}

/** Lengths, and S < ℓ: refused without a curve operation, so that they cost a node nothing. */
function wellFormed(publicKey: PublicKey, signature: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  for (let i = 31; i >= 0; i--) {
    const difference = signature[32 + i]! - GROUP_ORDER[i]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** ℓ = 2^252 + 27742317777372353535851937790883648493, little-endian. */
const GROUP_ORDER = fromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")!;
