/**
 * A light block: all that proves a decision of CometBFT to somebody who does not follow the chain: the header,
 * the validators' commit, and the validators. `lightBlockProblem` judges it on its own; whether those validators
 * are the right ones is asked of `trustedPower` here and of `consensus/light-client` over time.
 */
import { equalBytes, toHex } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { type Commit, commitCodec, voteSignBytes } from "#consensus/commit.ts";
import { type ConsensusHeader, consensusHeaderCodec, consensusHeaderHash } from "#consensus/header.ts";
import {
  isValidatorSet,
  totalPower,
  type Validator,
  type ValidatorSet,
  validatorAddress,
  validatorSetCodec,
  validatorSetHash,
} from "#consensus/validator-set.ts";
import { verifySignature } from "#crypto/keys.ts";

export interface LightBlock {
  readonly header: ConsensusHeader;
  readonly commit: Commit;
  readonly validators: ValidatorSet;
}

/** In order of precedence. */
export type LightBlockProblem =
  /** Of another chain. */
  | "wrong_chain"
  /** The commit is for another height, or for a header with another hash: some field was changed. */
  | "wrong_block"
  /** No validators, too many, one twice, without power, or with a key for which anybody can sign. */
  | "validators_malformed"
  /** Not the validators that the header names. */
  | "wrong_validators"
  /** Not one place for each validator, or a signature in another's place. */
  | "wrong_signer"
  /** Two thirds of the power or less signed for the block. */
  | "not_enough_signed"
  /** A signature for the block that its validator did not make. */
  | "bad_signature";

/** `undefined` where more than two thirds of its own validators signed for this block of this chain. */
export function lightBlockProblem(
  { header, commit, validators }: LightBlock,
  chain: string,
): LightBlockProblem | undefined {
  if (header.chain !== chain) return "wrong_chain";
  if (commit.height !== header.height || header.height === 0) return "wrong_block";
  if (!equalBytes(commit.blockId.hash, consensusHeaderHash(header))) return "wrong_block";
  if (!isValidatorSet(validators)) return "validators_malformed";
  if (!equalBytes(header.validatorsHash, validatorSetHash(validators))) return "wrong_validators";
  if (commit.signatures.length !== validators.length) return "wrong_signer";
  for (const [i, { publicKey }] of validators.entries()) {
    const one = commit.signatures[i]!;
    if (one.vote !== "absent" && !equalBytes(one.address, validatorAddress(publicKey))) return "wrong_signer";
  }
  const signed = signersOf({ header, commit, validators });
  if (3n * totalPower(signed) <= 2n * totalPower(validators)) return "not_enough_signed";
  if (!signed.every((validator) => isSignedBy({ header, commit, validators }, validator))) {
    return "bad_signature";
  }
  return undefined;
}

/** The validators whose place in the commit says that they signed for the block. */
export function signersOf({ commit, validators }: LightBlock): Validator[] {
  return validators.filter((_, i) => commit.signatures[i]?.vote === "block");
}

/** How much of the power of some known validators signed for a block, by keys; each counts once. */
export function trustedPower(block: LightBlock, known: ValidatorSet): bigint {
  const signers = new Set(signersOf(block).map(({ publicKey }) => toHex(publicKey)));
  return totalPower(known.filter(({ publicKey }) => signers.has(toHex(publicKey))));
}

function isSignedBy({ header, commit, validators }: LightBlock, validator: Validator): boolean {
  const one = commit.signatures[validators.indexOf(validator)];
  if (one === undefined || one.vote !== "block") return false;
  const { height, round, blockId } = commit;
  const message = voteSignBytes({ chain: header.chain, height, round, blockId, time: one.time });
  return verifySignature(validator.publicKey, message, one.signature);
}

export const lightBlockCodec: Codec<LightBlock> = {
  write(writer, { header, commit, validators }) {
    consensusHeaderCodec.write(writer, header);
    commitCodec.write(writer, commit);
    validatorSetCodec.write(writer, validators);
  },
  read: (reader) => ({
    header: consensusHeaderCodec.read(reader),
    commit: commitCodec.read(reader),
    validators: validatorSetCodec.read(reader),
  }),
};
