/**
 * Signatures of members: Ed25519, P-256 and passkeys, told apart by their lengths; one verdict on every path, so
 * that two nodes never differ over one.
 *
 * | public key | signature | scheme |
 * |---|---|---|
 * | 32 bytes | 64 bytes | Ed25519 (RFC 8032), by ZIP-215 |
 * | 33 bytes | 64 bytes | P-256 (`p256`) |
 * | 33 bytes | longer | a passkey's assertion over the 32 bytes that were to be signed (`passkey`) |
 *
 * ZIP-215 fixes what RFC 8032 leaves open: S < ℓ; the encodings of R and of the key may be non-canonical but
 * must decompress; the equation is the cofactored [8][S]B = [8]R + [8][k]A. Native cryptography, where there
 * is some, is a fast path that can only accept: all that it accepts satisfies the cofactorless equation and
 * with it the cofactored one; and P-256 in its one form leaves no freedom. Whatever it does not accept is decided
 * by @noble/curves, some ten times slower. Any key holder can make Ed25519 signatures that take the slow path; a
 * node therefore caps it per sender. Of P-256 only signatures that are wrong take it, so under a cap the refusal
 * of native cryptography stands without asking (the tests hold both verdicts equal).
 *
 * ZIP-215 accepts signatures of small-order keys that nobody made, and honest signatures of keys with a
 * torsion component come out differently under other rules. Such keys are never registered: `keyProblem`.
 *
 * https://zips.z.cash/zip-0215
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { assert } from "#base/assert.ts";
import { fromHex } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { IS_NATIVE, nativeAccepts, nativeAcceptsAsync, nativeSigner } from "#crypto/native";
import { isP256Key, isP256Signature, P256_KEY_BYTES, verifyP256ByRule } from "#crypto/p256.ts";
import { ASSERTION_MAX_BYTES, underlyingSignature } from "#crypto/passkey.ts";
import { type Text32, textOf } from "#crypto/text32.ts";

/** 32 bytes (Ed25519) or 33 (P-256). */
export type PublicKey = Uint8Array;

export const ED25519_KEY_BYTES = 32;
export const PUBLIC_KEY_MAX_BYTES = P256_KEY_BYTES;
/** Of Ed25519 and of a raw P-256 signature. */
export const SIGNATURE_BYTES = 64;
export const SIGNATURE_MAX_BYTES = ASSERTION_MAX_BYTES;
export const SEED_BYTES = 32;

/** A member's key, whatever its scheme: length and bytes. Whether it is one at all says `keyProblem`. */
export const publicKeyCodec: Codec<PublicKey> = {
  write: (writer, key) => writer.bytes(key, PUBLIC_KEY_MAX_BYTES),
  read: (reader) => reader.bytes(PUBLIC_KEY_MAX_BYTES),
};

/** A member's signature, whatever its scheme: length and bytes. */
export const signatureCodec: Codec<Uint8Array> = {
  write: (writer, signature) => writer.bytes(signature, SIGNATURE_MAX_BYTES),
  read: (reader) => reader.bytes(SIGNATURE_MAX_BYTES),
};

export type KeyProblem = "key_malformed" | "key_small_order" | "key_torsioned";

/** "undecided": not accepted by the fast path, and the slow path was not allowed. Says nothing of the signature. */
export type Verdict = "valid" | "invalid" | "undecided";

export interface VerifyOptions {
  /**
   * Asked once, and only when the slow path would have to decide: never of P-256 where native cryptography
   * knows it. Where there is no native fast path (browsers) that is every well-formed signature.
   */
  readonly slowPathAllowed?: () => boolean;
}

export interface Signer {
  readonly publicKey: PublicKey;
  /** 64 bytes of Ed25519; deterministic. */
  sign(message: Uint8Array): Uint8Array;
}

/**
 * Why a public key must not be registered, or `undefined` where it may.
 * In this order: key_malformed (not the canonical 32 bytes of a point of Edwards25519, nor the 33 of one of
 * P-256), key_small_order (anyone can sign for it), key_torsioned (outside the prime-order subgroup).
 */
export function keyProblem(publicKey: PublicKey): KeyProblem | undefined {
  if (publicKey.length === P256_KEY_BYTES) return isP256Key(publicKey) ? undefined : "key_malformed";
  if (publicKey.length !== ED25519_KEY_BYTES) return "key_malformed";
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
  const question = questionOf(publicKey, message, signature);
  if (question === undefined) return "invalid";
  if (nativeAccepts(publicKey, question.message, question.signature)) return "valid";
  return judgeByRule(question, options);
}

/** `judgeSignature` with native cryptography on the thread pool. */
export async function judgeSignatureAsync(
  publicKey: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const question = questionOf(publicKey, message, signature);
  if (question === undefined) return "invalid";
  if (await nativeAcceptsAsync(publicKey, question.message, question.signature)) return "valid";
  return judgeByRule(question, options);
}

/** The rule alone, without any native shortcut: what the tests hold the other paths against. */
export function verifyByRule(publicKey: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  const question = questionOf(publicKey, message, signature);
  return question !== undefined && decideByRule(question);
}

/** A well-formed signature of 64 bytes over some bytes: what is left to decide by a curve. */
interface Question {
  readonly publicKey: PublicKey;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Forms, refused without a curve operation, so that they cost a node nothing; a passkey's structure opened. */
function questionOf(publicKey: PublicKey, message: Uint8Array, signature: Uint8Array): Question | undefined {
  if (publicKey.length === ED25519_KEY_BYTES) {
    return isEd25519Signature(signature) ? { publicKey, message, signature } : undefined;
  }
  if (publicKey.length !== P256_KEY_BYTES) return undefined;
  if (signature.length === SIGNATURE_BYTES) {
    return isP256Signature(signature) ? { publicKey, message, signature } : undefined;
  }
  const underlying = underlyingSignature(message, signature);
  return underlying === undefined ? undefined : { publicKey, ...underlying };
}

function judgeByRule(question: Question, options: VerifyOptions): Verdict {
  if (options.slowPathAllowed !== undefined) {
    if (IS_NATIVE && question.publicKey.length === P256_KEY_BYTES) return "invalid";
    if (!options.slowPathAllowed()) return "undecided";
  }
  return decideByRule(question) ? "valid" : "invalid";
}

function decideByRule({ publicKey, message, signature }: Question): boolean {
  if (publicKey.length === P256_KEY_BYTES) return verifyP256ByRule(publicKey, message, signature);
  return ed25519.verify(signature, message, publicKey, { zip215: true });
}

/** 64 bytes, S < ℓ. */
function isEd25519Signature(signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  for (let i = 31; i >= 0; i--) {
    const difference = signature[32 + i]! - GROUP_ORDER[i]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** ℓ = 2^252 + 27742317777372353535851937790883648493, little-endian. */
const GROUP_ORDER = fromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")!;
