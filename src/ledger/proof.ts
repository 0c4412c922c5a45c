/**
 * What a home keeps of a block and can check without asking anyone: the signed header, one row of the state
 * after it, and the row's path in the sparse Merkle tree to the header's root.
 */

import { equalBytes } from "#base/bytes.ts";
import { type Codec, encode } from "#base/codec.ts";
import { verifySignature } from "#crypto/keys.ts";
import { type SparseProof, sparseProofCodec, verifySparseProof } from "#crypto/sparse-tree.ts";
import { type Header, headerCodec, headerHash } from "#ledger/block.ts";
import { rawLeafKey, rowHash, type State, type Table } from "#ledger/state.ts";

const KEY_MAX_BYTES = 256;
const ROW_MAX_BYTES = 1 << 20;

export interface RowProof {
  readonly header: Header;
  /** The producer's, over the header's hash. */
  readonly signature: Uint8Array;
  readonly table: number;
  readonly key: Uint8Array;
  readonly row: Uint8Array;
  readonly path: SparseProof;
}

export const rowProofCodec: Codec<RowProof> = {
  write(writer, proof) {
    headerCodec.write(writer, proof.header);
    writer.fixed(proof.signature, 64).u16(proof.table);
    writer.bytes(proof.key, KEY_MAX_BYTES).bytes(proof.row, ROW_MAX_BYTES);
    sparseProofCodec.write(writer, proof.path);
  },
  read: (reader) => ({
    header: headerCodec.read(reader),
    signature: reader.fixed(64),
    table: reader.u16(),
    key: reader.bytes(KEY_MAX_BYTES),
    row: reader.bytes(ROW_MAX_BYTES),
    path: sparseProofCodec.read(reader),
  }),
};

/** The proof of a row in the committed state whose header is given, or `undefined` where there is no such row. */
export function proveRow<K, V>(
  state: State,
  header: Header,
  signature: Uint8Array,
  table: Table<K, V>,
  key: K,
): RowProof | undefined {
  const row = state.get(table, key);
  if (row === undefined) return undefined;
  return {
    header,
    signature,
    table: table.number,
    key: encode(table.key, key),
    row: encode(table.row, row),
    path: state.prove(table, key),
  };
}

export type ProofProblem = "wrong_chain" | "wrong_producer" | "bad_signature" | "wrong_path";

/** `undefined` where the row stands in the state that the known producer signed. */
export function proofProblem(
  proof: RowProof,
  trusted: { readonly chain: string; readonly producer: Uint8Array },
): ProofProblem | undefined {
  if (proof.header.chain !== trusted.chain) return "wrong_chain";
  if (!equalBytes(proof.header.producer, trusted.producer)) return "wrong_producer";
  if (!verifySignature(trusted.producer, headerHash(proof.header), proof.signature)) return "bad_signature";
  const key = rawLeafKey(proof.table, proof.key);
  if (!verifySparseProof(proof.header.stateRoot, key, rowHash(proof.row), proof.path)) return "wrong_path";
  return undefined;
}
