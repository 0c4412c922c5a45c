/**
 * A passkey's assertion (W3C Web Authentication, Level 3, 7.2) as a signature: the authenticator does not sign
 * our hash but a structure that holds it as its challenge, so the structure travels along.
 *
 * | field | form | meaning |
 * |---|---|---|
 * | version | u8 | 1 |
 * | authenticatorData | bytes ≤ 512 | hash of the site's name 32, flags 1, counter 4, extensions |
 * | clientDataJSON | bytes ≤ 1,024 | what the browser says it asked for, the challenge within |
 * | signature | 64 | P-256, raw r ‖ s with low s, over authenticatorData ‖ SHA-256(clientDataJSON) |
 *
 * The client data are checked by the standard's limited verification algorithm (5.8.1.2): their first bytes
 * are those that a browser must write, type and challenge and all, and nothing is parsed. The flags must say
 * that a person was present and was recognised (PIN, finger, face).
 *
 * Left out on purpose: the site. A chain has the platforms of several organisations, on addresses that it does
 * not know, and a passkey works at one address only. Which site a key belongs to is decided when its owner
 * registers it; a site that could misuse it would have to be that very site. The signature counter is left
 * out too: synchronised passkeys keep it at zero, and the chain has its own nonces.
 */
import { concat, fromUtf8, utf8 } from "#base/bytes.ts";
import { type Codec, CodecError, decode, encode } from "#base/codec.ts";
import { HASH_BYTES, hash } from "#crypto/hash.ts";
import { isP256Signature, P256_SIGNATURE_BYTES } from "#crypto/p256.ts";

export interface PasskeyAssertion {
  readonly authenticatorData: Uint8Array;
  readonly clientDataJson: Uint8Array;
  /** Raw, low s. */
  readonly signature: Uint8Array;
}

const VERSION = 1;
const AUTHENTICATOR_DATA_MIN_BYTES = 37;
const AUTHENTICATOR_DATA_MAX_BYTES = 512;
const CLIENT_DATA_MAX_BYTES = 1024;
/** The largest encoding of an assertion. */
export const ASSERTION_MAX_BYTES =
  1 + 4 + AUTHENTICATOR_DATA_MAX_BYTES + 4 + CLIENT_DATA_MAX_BYTES + P256_SIGNATURE_BYTES;

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

export const passkeyAssertionCodec: Codec<PasskeyAssertion> = {
  write(writer, assertion) {
    writer.u8(VERSION).bytes(assertion.authenticatorData, AUTHENTICATOR_DATA_MAX_BYTES);
    writer.bytes(assertion.clientDataJson, CLIENT_DATA_MAX_BYTES);
    writer.fixed(assertion.signature, P256_SIGNATURE_BYTES);
  },
  read(reader) {
    const version = reader.u8();
    if (version !== VERSION) throw new CodecError(`assertion version ${version}`);
    return {
      authenticatorData: reader.bytes(AUTHENTICATOR_DATA_MAX_BYTES),
      clientDataJson: reader.bytes(CLIENT_DATA_MAX_BYTES),
      signature: reader.fixed(P256_SIGNATURE_BYTES),
    };
  },
};

export function encodeAssertion(assertion: PasskeyAssertion): Uint8Array {
  return encode(passkeyAssertionCodec, assertion);
}

/** What remains to be verified of an assertion over 32 bytes: a plain P-256 signature over other bytes. */
export interface Underlying {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The P-256 signature under an encoded assertion whose challenge is `message`; `undefined` where the encoding
 * is not canonical, message and challenge differ, nobody was present or recognised, or the signature has
 * not the one form.
 */
export function underlyingSignature(message: Uint8Array, assertion: Uint8Array): Underlying | undefined {
  if (message.length !== HASH_BYTES) return undefined;
  const decoded = decode(passkeyAssertionCodec, assertion);
  if (!decoded.ok) return undefined;
  const { authenticatorData, clientDataJson, signature } = decoded.value;
  if (authenticatorData.length < AUTHENTICATOR_DATA_MIN_BYTES || !isP256Signature(signature))
    return undefined;
  const flags = authenticatorData[32]!;
  if ((flags & USER_PRESENT) === 0 || (flags & USER_VERIFIED) === 0) return undefined;
  if (!beginsWith(clientDataJson, clientDataStart(message))) return undefined;
  return { message: concat(authenticatorData, hash(clientDataJson)), signature };
}

/** How a browser must begin the client data of an assertion over these 32 bytes. */
export function clientDataStart(challenge: Uint8Array): Uint8Array {
  return utf8(`{"type":"webauthn.get","challenge":"${base64Url(challenge)}","origin":"`);
}

const ALPHABET = utf8("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

/** RFC 4648, section 5, without padding. */
function base64Url(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const count = Math.min(bytes.length - at, 3) + 1;
    for (let i = 0; i < count; i++) digits.push(ALPHABET[(three >> (18 - 6 * i)) & 63]!);
  }
  return fromUtf8(Uint8Array.from(digits))!;
}

function beginsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);
}
