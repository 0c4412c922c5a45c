/**
 * What a device keeps of a chain and can check without asking anyone: one row of the state after a block, or
 * that there is none, the path in the sparse Merkle tree to the state's root, and the checkpoint that vouches
 * for this root. A checkpoint comes from either kind of chain: a header of ours that its one producer signed,
 * or the decision of CometBFT's validators, whose header of block H + 1 carries the root after block H.
 */

import { equalBytes } from "#base/bytes.ts";
import { type Codec, CodecError, encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { consensusHeaderHash } from "#consensus/header.ts";
import {
  type LightBlock,
  type LightBlockProblem,
  lightBlockCodec,
  lightBlockProblem,
} from "#consensus/light-block.ts";
import { isSignedByTrusted } from "#consensus/light-client.ts";
import type { ValidatorSet } from "#consensus/validator-set.ts";
import { verifySignature } from "#crypto/keys.ts";
import { type SparseProof, sparseProofCodec, verifySparseProof } from "#crypto/sparse-tree.ts";
import { type Header, headerCodec, headerHash } from "#ledger/block.ts";
import { rawLeafKey, rowHash, type State, type Table } from "#ledger/state.ts";

const KEY_MAX_BYTES = 256;
const ROW_MAX_BYTES = 1 << 20;

/** Who vouches for a state root. */
export type Checkpoint =
  | {
      readonly by: "producer";
      readonly header: Header;
      /** The producer's, over the header's hash. */
      readonly signature: Uint8Array;
    }
  | ({ readonly by: "validators" } & LightBlock);

/** A row, or its absence, with its way to a root; whose root that is, stands beside it. */
export interface ProvenRow {
  readonly table: number;
  readonly key: Uint8Array;
  /** `undefined` proves that there is no such row. */
  readonly row: Uint8Array | undefined;
  readonly path: SparseProof;
}

export interface RowProof extends ProvenRow {
  readonly checkpoint: Checkpoint;
}

/** The state that a checkpoint vouches for. */
export interface Vouched {
  readonly chain: string;
  /** Of the block that led to the state. */
  readonly height: number;
  /** Of the header: under CometBFT that of the next block, by the validators' clocks. */
  readonly time: UnixSeconds;
  readonly stateRoot: Uint8Array;
  /** Names the header that is signed. */
  readonly hash: Uint8Array;
}

export function vouchedBy(checkpoint: Checkpoint): Vouched {
  if (checkpoint.by === "producer") {
    const { chain, height, time, stateRoot } = checkpoint.header;
    return { chain, height, time, stateRoot, hash: headerHash(checkpoint.header) };
  }
  const { chain, height, time, appHash } = checkpoint.header;
  const hash = consensusHeaderHash(checkpoint.header);
  return { chain, height: height - 1, time: time.seconds, stateRoot: appHash, hash };
}

const BY = ["producer", "validators"] as const;

export const checkpointCodec: Codec<Checkpoint> = {
  write(writer, checkpoint) {
    writer.u8(BY.indexOf(checkpoint.by));
    if (checkpoint.by === "producer") {
      headerCodec.write(writer, checkpoint.header);
      writer.fixed(checkpoint.signature, 64);
    } else lightBlockCodec.write(writer, checkpoint);
  },
  read(reader) {
    const by = BY[reader.u8()];
    if (by === "producer") return { by, header: headerCodec.read(reader), signature: reader.fixed(64) };
    if (by === "validators") return { by, ...lightBlockCodec.read(reader) };
    throw new CodecError("a checkpoint of no known kind");
  },
};

export const provenRowCodec: Codec<ProvenRow> = {
  write(writer, { table, key, row, path }) {
    writer
      .u16(table)
      .bytes(key, KEY_MAX_BYTES)
      .boolean(row !== undefined);
    if (row !== undefined) writer.bytes(row, ROW_MAX_BYTES);
    sparseProofCodec.write(writer, path);
  },
  read: (reader) => ({
    table: reader.u16(),
    key: reader.bytes(KEY_MAX_BYTES),
    row: reader.boolean() ? reader.bytes(ROW_MAX_BYTES) : undefined,
    path: sparseProofCodec.read(reader),
  }),
};

export const rowProofCodec: Codec<RowProof> = {
  write(writer, proof) {
    checkpointCodec.write(writer, proof.checkpoint);
    provenRowCodec.write(writer, proof);
  },
  read: (reader) => ({ checkpoint: checkpointCodec.read(reader), ...provenRowCodec.read(reader) }),
};

/** The proof of a row, or of its absence, in the committed state that the checkpoint vouches for. */
export function proveRow<K, V>(state: State, checkpoint: Checkpoint, table: Table<K, V>, key: K): RowProof {
  const row = state.get(table, key);
  return {
    checkpoint,
    table: table.number,
    key: encode(table.key, key),
    row: row === undefined ? undefined : encode(table.row, row),
    path: state.prove(table, key),
  };
}

/**
 * Whom a device believes: the one producer of a chain, validators of whom less than a third are dishonest, or a
 * checkpoint (this very one, not its like) that it has verified on following the validators.
 */
export type Trust =
  | { readonly chain: string; readonly producer: Uint8Array }
  | { readonly chain: string; readonly validators: ValidatorSet }
  | { readonly chain: string; readonly verified: Checkpoint };

export type CheckpointProblem =
  | "wrong_chain"
  /** Of another producer, or of validators where a producer is trusted. */
  | "wrong_producer"
  /** Of a producer where validators are trusted. */
  | "no_validators"
  | LightBlockProblem
  /** A third of the trusted validators' power or less signed it. */
  | "not_enough_trusted";

export type ProofProblem =
  | CheckpointProblem
  /** Of a state before the one that was asked for. */
  | "stale"
  | "wrong_path";

/** `undefined` where those who are trusted vouch for the state. In the order of `CheckpointProblem`. */
export function checkpointProblem(checkpoint: Checkpoint, trust: Trust): CheckpointProblem | undefined {
  if (checkpoint.header.chain !== trust.chain) return "wrong_chain";
  if ("verified" in trust) return checkpoint === trust.verified ? undefined : "not_enough_trusted";
  if ("producer" in trust) {
    if (checkpoint.by !== "producer") return "wrong_producer";
    const { header, signature } = checkpoint;
    if (!equalBytes(header.producer, trust.producer)) return "wrong_producer";
    return verifySignature(trust.producer, headerHash(header), signature) ? undefined : "bad_signature";
  }
  if (checkpoint.by !== "validators") return "no_validators";
  const problem = lightBlockProblem(checkpoint, trust.chain);
  if (problem !== undefined) return problem;
  return isSignedByTrusted(checkpoint, trust.validators) ? undefined : "not_enough_trusted";
}

/**
 * `undefined` where the row stands, or is absent, in a state that those who are trusted vouch for, and that is
 * not older than `fromHeight`. In the order of `ProofProblem`.
 */
export function proofProblem(
  proof: RowProof,
  trust: Trust,
  { fromHeight = 0 }: { readonly fromHeight?: number } = {},
): ProofProblem | undefined {
  const problem = checkpointProblem(proof.checkpoint, trust);
  if (problem !== undefined) return problem;
  const { height, stateRoot } = vouchedBy(proof.checkpoint);
  if (height < fromHeight) return "stale";
  const value = proof.row && rowHash(proof.row);
  const key = rawLeafKey(proof.table, proof.key);
  return verifySparseProof(stateRoot, key, value, proof.path) ? undefined : "wrong_path";
}
