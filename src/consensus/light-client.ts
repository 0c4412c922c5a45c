/**
 * The light client: from a state of the chain that a device trusts to a newer one, by one light block and
 * without the blocks in between. A new header is trusted when more than two thirds of its own validators signed
 * it and, where it does not follow at once, more than a third of the power that the device trusted until now:
 * then at least one honest validator stands behind it, as long as less than a third are dishonest.
 *
 * Pure: it keeps nothing, and time is handed in. What a device keeps is the `TrustedState`.
 *
 * https://github.com/cometbft/cometbft/tree/v0.38.x/spec/light-client/verification
 */
import { equalBytes } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import type { UnixSeconds } from "#base/time.ts";
import {
  CHAIN_MAX_BYTES,
  compareTimestamps,
  consensusHeaderHash,
  type Timestamp,
  timestampCodec,
} from "#consensus/header.ts";
import {
  type LightBlock,
  type LightBlockProblem,
  lightBlockProblem,
  signersOf,
  trustedPower,
} from "#consensus/light-block.ts";
import {
  totalPower,
  type Validator,
  type ValidatorSet,
  validatorSetCodec,
  validatorSetHash,
} from "#consensus/validator-set.ts";
import { HASH_BYTES } from "#crypto/hash.ts";

/** What a device believes of a chain. */
export interface TrustedState {
  readonly chain: string;
  /** Of the last header that was verified; one below the first block where trust begins with the genesis. */
  readonly height: number;
  readonly time: Timestamp;
  /** `undefined` where no header was seen yet. */
  readonly headerHash: Uint8Array | undefined;
  readonly validators: ValidatorSet;
  /** Of the block after `height`. */
  readonly nextValidatorsHash: Uint8Array;
}

export interface LightClientOptions {
  /** Clock of the device. */
  readonly now: UnixSeconds;
  /**
   * Seconds for which validators answer for what they signed. A state older than this is no ground for
   * anything: those who signed it may have left and sold their keys.
   */
  readonly trustingPeriod: number;
  /** Seconds by which a header may be ahead of the device's clock. */
  readonly clockDrift: number;
}

/** In order of precedence, after `wrong_chain`, which comes first of all. */
export type LightClientRefusal =
  | "trust_expired"
  /** Below what is trusted already. */
  | "older_height"
  | "not_later"
  | "from_the_future"
  | LightBlockProblem
  /** The next block's validators are not those that the trusted header announces. */
  | "unexpected_validators"
  /** A third of the trusted power or less signed. */
  | "not_enough_trusted"
  /** Sound, and other than the header that is trusted at this height: somebody signed twice. */
  | "conflicting_header";

/** Trust that begins with the validators of a chain's genesis. */
export function trustGenesis(genesis: {
  readonly chain: string;
  readonly initialHeight: number;
  readonly time: Timestamp;
  readonly validators: ValidatorSet;
}): TrustedState {
  const { chain, initialHeight, time, validators } = genesis;
  return {
    chain,
    height: initialHeight - 1,
    time,
    headerHash: undefined,
    validators,
    nextValidatorsHash: validatorSetHash(validators),
  };
}

/**
 * Trust that begins with a header whose height and hash somebody named who is believed.
 * Fails: what `lightBlockProblem` finds, then not_the_named.
 */
export function trustNamed(
  block: LightBlock,
  named: { readonly chain: string; readonly height: number; readonly hash: Uint8Array },
): Result<TrustedState, LightBlockProblem | "not_the_named"> {
  const problem = lightBlockProblem(block, named.chain);
  if (problem !== undefined) return refuse(problem);
  const state = stateOf(block);
  if (state.height !== named.height || !equalBytes(state.headerHash!, named.hash)) {
    return refuse("not_the_named");
  }
  return ok(state);
}

/**
 * What is trusted after a light block; the very same state where it is known already.
 * Fails in the order of `LightClientRefusal`.
 */
export function advanceTrust(
  trusted: TrustedState,
  block: LightBlock,
  { now, trustingPeriod, clockDrift }: LightClientOptions,
): Result<TrustedState, LightClientRefusal> {
  const { header } = block;
  if (header.chain !== trusted.chain) return refuse("wrong_chain");
  if (trusted.time.seconds + trustingPeriod <= now) return refuse("trust_expired");
  if (header.height < trusted.height) return refuse("older_height");
  const same = header.height === trusted.height && trusted.headerHash !== undefined;
  if (same && equalBytes(trusted.headerHash!, consensusHeaderHash(header))) return ok(trusted);
  // A chain's first header has the very time of its genesis.
  const first = trusted.headerHash === undefined && header.height === trusted.height + 1;
  if (!same && compareTimestamps(header.time, trusted.time) < (first ? 0 : 1)) return refuse("not_later");
  if (header.time.seconds >= now + clockDrift) return refuse("from_the_future");
  const problem = lightBlockProblem(block, trusted.chain);
  if (problem !== undefined) return refuse(problem);
  if (header.height === trusted.height + 1) {
    if (!equalBytes(header.validatorsHash, trusted.nextValidatorsHash))
      return refuse("unexpected_validators");
  } else if (!isSignedByTrusted(block, trusted.validators)) return refuse("not_enough_trusted");
  if (same) return refuse("conflicting_header");
  return ok(stateOf(block));
}

/** Whether more than a third of the power of known validators signed for a block that is sound in itself. */
export function isSignedByTrusted(block: LightBlock, known: ValidatorSet): boolean {
  return 3n * trustedPower(block, known) > totalPower(known);
}

/** Two decisions about one height, and who signed for both: more than a third of a set that both have. */
export interface Equivocation {
  readonly chain: string;
  readonly height: number;
  readonly first: LightBlock;
  readonly second: LightBlock;
  readonly signedBoth: readonly Validator[];
}

/** `undefined` where two light blocks do not contradict each other, or one of them proves nothing. */
export function equivocationOf(first: LightBlock, second: LightBlock): Equivocation | undefined {
  const { chain, height } = first.header;
  if (second.header.height !== height) return undefined;
  if (equalBytes(consensusHeaderHash(first.header), consensusHeaderHash(second.header))) return undefined;
  if (lightBlockProblem(first, chain) !== undefined) return undefined;
  if (lightBlockProblem(second, chain) !== undefined) return undefined;
  const others = signersOf(second);
  const signedBoth = signersOf(first).filter(({ publicKey }) =>
    others.some((other) => equalBytes(other.publicKey, publicKey)),
  );
  return { chain, height, first, second, signedBoth };
}

function stateOf({ header, validators }: LightBlock): TrustedState {
  return {
    chain: header.chain,
    height: header.height,
    time: header.time,
    headerHash: consensusHeaderHash(header),
    validators,
    nextValidatorsHash: header.nextValidatorsHash,
  };
}

export const trustedStateCodec: Codec<TrustedState> = {
  write(writer, state) {
    writer.text(state.chain, CHAIN_MAX_BYTES).uint(state.height);
    timestampCodec.write(writer, state.time);
    writer.boolean(state.headerHash !== undefined);
    if (state.headerHash !== undefined) writer.fixed(state.headerHash, HASH_BYTES);
    validatorSetCodec.write(writer, state.validators);
    writer.fixed(state.nextValidatorsHash, HASH_BYTES);
  },
  read: (reader) => ({
    chain: reader.text(CHAIN_MAX_BYTES),
    height: reader.uint(),
    time: timestampCodec.read(reader),
    headerHash: reader.boolean() ? reader.fixed(HASH_BYTES) : undefined,
    validators: validatorSetCodec.read(reader),
    nextValidatorsHash: reader.fixed(HASH_BYTES),
  }),
};
