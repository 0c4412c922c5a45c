/**
 * The validators that decide a block: Ed25519 keys with voting power, in CometBFT's order (power, then
 * address). The hash that headers name is the Merkle root of their protobuf forms; who proposes is no part of it.
 *
 * https://github.com/cometbft/cometbft/blob/v0.38.x/spec/core/data_structures.md#validatorset
 */
import { toHex } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { ADDRESS_BYTES } from "#consensus/header.ts";
import { ProtobufMessage } from "#consensus/protobuf.ts";
import { hash } from "#crypto/hash.ts";
import { keyProblem } from "#crypto/keys.ts";
import { merkleRoot } from "#crypto/merkle.ts";

export interface Validator {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly power: bigint;
}

export type ValidatorSet = readonly Validator[];

/** Ours, not CometBFT's 10,000: a telephone verifies each signature by rule, and organisations are few. */
export const MAX_VALIDATORS = 100;
/** CometBFT's `MaxTotalVotingPower`: an eighth of what an int64 holds. */
export const MAX_TOTAL_POWER = (2n ** 63n - 1n) / 8n;

const KEY_BYTES = 32;

/** First 20 bytes of the key's SHA-256. */
export function validatorAddress(publicKey: Uint8Array): Uint8Array {
  return hash(publicKey).subarray(0, ADDRESS_BYTES);
}

export function validatorSetHash(validators: ValidatorSet): Uint8Array {
  return merkleRoot(
    validators.map(({ publicKey, power }) =>
      new ProtobufMessage().message(1, new ProtobufMessage().bytes(1, publicKey)).varint(2, power).encoded(),
    ),
  );
}

export function totalPower(validators: ValidatorSet): bigint {
  return validators.reduce((sum, { power }) => sum + power, 0n);
}

/**
 * Whether these can be the validators of a chain: one at least and at most `MAX_VALIDATORS`, each key once, of
 * the right kind (never a key for which anybody can sign) and with some power, together at most `MAX_TOTAL_POWER`.
 */
export function isValidatorSet(validators: ValidatorSet): boolean {
  if (validators.length === 0 || validators.length > MAX_VALIDATORS) return false;
  if (new Set(validators.map(({ publicKey }) => toHex(publicKey))).size !== validators.length) return false;
  if (validators.some(({ power }) => power <= 0n)) return false;
  if (totalPower(validators) > MAX_TOTAL_POWER) return false;
  return validators.every(
    ({ publicKey }) => publicKey.length === KEY_BYTES && keyProblem(publicKey) === undefined,
  );
}

export const validatorSetCodec: Codec<ValidatorSet> = {
  write: (writer, validators) =>
    void writer.list(validators, MAX_VALIDATORS, (w, { publicKey, power }) =>
      w.fixed(publicKey, KEY_BYTES).u64(power),
    ),
  read: (reader) => reader.list(MAX_VALIDATORS, (r) => ({ publicKey: r.fixed(KEY_BYTES), power: r.u64() })),
};
