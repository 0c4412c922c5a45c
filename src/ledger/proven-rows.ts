/**
 * Several rows of one state with their proofs under one checkpoint: enough of a chain for somebody without it to
 * ask the chain's own functions (`supplyStandingOf`, …) and to believe the answer. What is not among the rows is
 * not answered: `provenState` throws rather than say that there is no such row.
 */
import { toHex } from "#base/bytes.ts";
import { type Codec, decode, encode } from "#base/codec.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import {
  type Checkpoint,
  checkpointCodec,
  checkpointProblem,
  type ProofProblem,
  type ProvenRow,
  proofProblem,
  provenRowCodec,
  type Trust,
  type Vouched,
  vouchedBy,
} from "#ledger/proof.ts";
import type { State, StateReader, Table } from "#ledger/state.ts";

/** Of one answer: a plant, its contracts and its open sales. */
export const PROVEN_ROWS_MAX = 256;

export interface ProvenRows {
  readonly checkpoint: Checkpoint;
  readonly rows: readonly ProvenRow[];
}

export const provenRowsCodec: Codec<ProvenRows> = {
  write(writer, { checkpoint, rows }) {
    checkpointCodec.write(writer, checkpoint);
    writer.list(rows, PROVEN_ROWS_MAX, (w, row) => provenRowCodec.write(w, row));
  },
  read: (reader) => ({
    checkpoint: checkpointCodec.read(reader),
    rows: reader.list(PROVEN_ROWS_MAX, (r) => provenRowCodec.read(r)),
  }),
};

/**
 * Proves whatever `question` asks of a committed state, so that who gets the rows can ask the same question. The
 * state must be the one that the checkpoint vouches for.
 */
export function proveAnswers(
  state: State,
  checkpoint: Checkpoint,
  question: (reader: StateReader) => void,
): ProvenRows {
  const rows = new Map<string, ProvenRow>();
  question({
    get<K, V>(table: Table<K, V>, key: K): V | undefined {
      const row = state.get(table, key);
      const bytes = encode(table.key, key);
      rows.set(`${table.number} ${toHex(bytes)}`, {
        table: table.number,
        key: bytes,
        row: row === undefined ? undefined : encode(table.row, row),
        path: state.prove(table, key),
      });
      return row;
    },
  });
  return { checkpoint, rows: [...rows.values()] };
}

/** Somebody asked a proven state for a row that was not proven. */
export class NotProvenError extends Error {
  override readonly name = "NotProvenError";
}

/** What the rows say, and of which state they say it. Fails in the order of `ProofProblem`. */
export function provenState(
  { checkpoint, rows }: ProvenRows,
  trust: Trust,
  options: { readonly fromHeight?: number } = {},
): Result<{ readonly state: StateReader; readonly vouched: Vouched }, ProofProblem> {
  const doubt = checkpointProblem(checkpoint, trust);
  if (doubt !== undefined) return refuse(doubt);
  const verified = { chain: trust.chain, verified: checkpoint };
  const known = new Map<string, Uint8Array | undefined>();
  for (const row of rows) {
    const problem = proofProblem({ checkpoint, ...row }, verified, options);
    if (problem !== undefined) return refuse(problem);
    known.set(`${row.table} ${toHex(row.key)}`, row.row);
  }
  return ok({
    vouched: vouchedBy(checkpoint),
    state: {
      get<K, V>(table: Table<K, V>, key: K): V | undefined {
        const name = `${table.number} ${toHex(encode(table.key, key))}`;
        if (!known.has(name)) throw new NotProvenError(`no proof of ${table.name} ${name}`);
        const row = known.get(name);
        if (row === undefined) return undefined;
        const decoded = decode(table.row, row);
        if (!decoded.ok)
          throw new NotProvenError(`${table.name} ${name} is no row`, { cause: decoded.error });
        return decoded.value;
      },
    },
  });
}
