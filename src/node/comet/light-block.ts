/**
 * Light blocks from the JSON of CometBFT's RPC: `signed_header` of `/commit`, and the validators of the same
 * height. Hashes come in upper-case hexadecimal, 64-bit numbers as texts, times by RFC 3339 with up to nine
 * digits of a second. Whether what comes is true is asked of `consensus/light-block`.
 */
import { compareBytes, fromHex } from "#base/bytes.ts";
import type { Commit, CommitSignature } from "#consensus/commit.ts";
import type { BlockId, ConsensusHeader, Timestamp } from "#consensus/header.ts";
import type { LightBlock } from "#consensus/light-block.ts";
import { type TrustedState, trustGenesis } from "#consensus/light-client.ts";
import { type Validator, type ValidatorSet, validatorAddress } from "#consensus/validator-set.ts";

/** What CometBFT answered is no light block; the message says which member. */
export class LightBlockError extends Error {
  override readonly name = "LightBlockError";
}

/** Throws `LightBlockError`. */
export function lightBlockFrom(signedHeader: unknown, validators: ValidatorSet): LightBlock {
  return {
    header: headerFrom(member(signedHeader, "header")),
    commit: commitFrom(member(signedHeader, "commit")),
    validators,
  };
}

/** Trust that begins with the text of CometBFT's `genesis.json`. Throws `LightBlockError`. */
export function genesisTrustFrom(genesis: string): TrustedState {
  const json: unknown = JSON.parse(genesis);
  const listed = member(json, "validators");
  if (!Array.isArray(listed)) throw new LightBlockError("a genesis without validators");
  const validators = listed.map((one): Validator => {
    const publicKey = new Uint8Array(Buffer.from(text(member(one, "pub_key"), "value"), "base64"));
    return { publicKey, power: BigInt(text(one, "power")) };
  });
  return trustGenesis({
    chain: text(json, "chain_id"),
    initialHeight: whole(json, "initial_height"),
    time: timestampFrom(text(json, "genesis_time")),
    validators: validators.toSorted(inCometsOrder),
  });
}

/** The greater power first, then by address. */
function inCometsOrder(a: Validator, b: Validator): number {
  if (a.power !== b.power) return a.power > b.power ? -1 : 1;
  return compareBytes(validatorAddress(a.publicKey), validatorAddress(b.publicKey));
}

function headerFrom(json: unknown): ConsensusHeader {
  const version = member(json, "version");
  return {
    version: { block: whole(version, "block"), app: whole(version, "app") },
    chain: text(json, "chain_id"),
    height: whole(json, "height"),
    time: timestampFrom(text(json, "time")),
    lastBlockId: blockIdFrom(member(json, "last_block_id")),
    lastCommitHash: hex(json, "last_commit_hash"),
    dataHash: hex(json, "data_hash"),
    validatorsHash: hex(json, "validators_hash"),
    nextValidatorsHash: hex(json, "next_validators_hash"),
    consensusHash: hex(json, "consensus_hash"),
    appHash: hex(json, "app_hash"),
    lastResultsHash: hex(json, "last_results_hash"),
    evidenceHash: hex(json, "evidence_hash"),
    proposerAddress: hex(json, "proposer_address"),
  };
}

function commitFrom(json: unknown): Commit {
  const signatures = member(json, "signatures");
  if (!Array.isArray(signatures)) throw new LightBlockError("a commit without signatures");
  return {
    height: whole(json, "height"),
    round: whole(json, "round"),
    blockId: blockIdFrom(member(json, "block_id")),
    signatures: signatures.map(signatureFrom),
  };
}

/** By CometBFT's `BlockIDFlag`. */
const VOTES: readonly (CommitSignature["vote"] | undefined)[] = [undefined, "absent", "block", "nil"];

function signatureFrom(json: unknown): CommitSignature {
  const vote = VOTES[whole(json, "block_id_flag")];
  if (vote === undefined) throw new LightBlockError("a signature of an unknown kind");
  if (vote === "absent") return { vote };
  return {
    vote,
    address: hex(json, "validator_address"),
    time: timestampFrom(text(json, "timestamp")),
    signature: new Uint8Array(Buffer.from(text(json, "signature"), "base64")),
  };
}

function blockIdFrom(json: unknown): BlockId {
  const parts = member(json, "parts");
  return { hash: hex(json, "hash"), parts: { total: whole(parts, "total"), hash: hex(parts, "hash") } };
}

function timestampFrom(text: string): Timestamp {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  const milliseconds = match === null ? Number.NaN : Date.parse(`${match[1]}Z`);
  if (Number.isNaN(milliseconds)) throw new LightBlockError(`no time: ${text}`);
  return { seconds: milliseconds / 1000, nanos: Number((match![2] ?? "").padEnd(9, "0")) };
}

function member(json: unknown, name: string): unknown {
  if (typeof json === "object" && json !== null && Object.hasOwn(json, name)) {
    return (json as Readonly<Record<string, unknown>>)[name];
  }
  throw new LightBlockError(`an answer without ${name}`);
}

function text(json: unknown, name: string): string {
  const found = member(json, name);
  if (typeof found === "string") return found;
  throw new LightBlockError(`${name} is no text`);
}

/** Left out where it is zero, in the version of a header. */
function whole(json: unknown, name: string): number {
  const absent = typeof json === "object" && json !== null && !Object.hasOwn(json, name);
  const found = absent ? 0 : member(json, name);
  const number = typeof found === "string" && /^\d+$/.test(found) ? Number(found) : found;
  if (typeof number === "number" && Number.isSafeInteger(number) && number >= 0) return number;
  throw new LightBlockError(`${name} is no whole number`);
}

function hex(json: unknown, name: string): Uint8Array {
  const bytes = fromHex(text(json, name));
  if (bytes === undefined) throw new LightBlockError(`${name} is no hexadecimal`);
  return bytes;
}
