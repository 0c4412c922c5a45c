/**
 * The way from a chain of one producer to one that several validators decide. Their CometBFT cannot judge blocks
 * that the producer signed, so the old chain ends and a new one goes on from its rows: the same state root, the
 * next height, another name (so that what was signed for the old chain is good for nothing on the new one), and
 * the old chain's last signed header inside.
 *
 * An export is a snapshot (`node/snapshot`) of the old chain's last block: rows, header and signature.
 */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { InvariantError } from "#base/assert.ts";
import { equalBytes, toHex } from "#base/bytes.ts";
import { CodecError } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { ChainApp } from "#chain/app.ts";
import { type Founder, type Genesis, TABLES } from "#chain/genesis.ts";
import { headerHash } from "#ledger/block.ts";
import { MEMBERS } from "#ledger/member.ts";
import { type RawRow, State } from "#ledger/state.ts";
import { parametersOf } from "#market/parameters.ts";
import { NodeFault } from "#node/fault.ts";
import { openSnapshotFile, type Snapshot } from "#node/snapshot.ts";
import type { Storage } from "#node/storage.ts";

/** Name of the rows beside a home's genesis. */
export const STATE_FILE = "state.rows";
const PIECE_BYTES = 1 << 20;

export interface InheritedFile {
  readonly path: string;
  readonly sha256: Uint8Array;
}

/**
 * The new chain before its first block: the old rows, at the old height and time. Throws `NodeFault`
 * genesis_unreadable where the file is missing, damaged or of another block.
 */
export function inheritedChain(
  storage: Storage,
  genesis: Genesis,
  { path, sha256 }: InheritedFile,
): ChainApp {
  if (!storage.exists(path)) throw unreadable(path, "it is missing");
  if (!equalBytes(fileHash(storage, path), sha256))
    throw unreadable(path, "it does not have the SHA-256 of the genesis");
  const snapshot = openSnapshotFile(storage, path);
  if (typeof snapshot === "string") throw unreadable(path, snapshot);
  try {
    if (!equalBytes(headerHash(genesis.origin!.header), snapshot.tip.hash)) {
      throw unreadable(path, "it is of another block than the genesis names");
    }
    return continued(genesis, snapshot.rows());
  } catch (error) {
    if (error instanceof InvariantError || error instanceof CodecError) throw unreadable(path, error.message);
    throw error;
  } finally {
    snapshot.close();
  }
}

function continued(genesis: Genesis, rows: Iterable<RawRow>): ChainApp {
  const { height, time, stateRoot } = genesis.origin!.header;
  return new ChainApp(genesis, { decided: { height, time }, stateRoot, rows });
}

/** SHA-256 of a file, read in pieces. */
export function fileHash(storage: Storage, path: string): Uint8Array {
  const file = storage.open(path, "read");
  try {
    const hash = createHash("sha256");
    for (let offset = 0; offset < file.size(); offset += PIECE_BYTES) {
      hash.update(file.read(offset, PIECE_BYTES));
    }
    return new Uint8Array(hash.digest());
  } finally {
    file.close();
  }
}

/** An export, opened. What it says is signed by the producer that it names; whether that is the right one is for people to compare. */
export interface OldChain {
  readonly snapshot: Snapshot;
  /** Of the old chain: who founds the new one beside the organisations. */
  readonly operator: Founder;
  /** Above every member's number. */
  readonly nextMember: number;
  readonly state: State;
}

/** Throws `NodeFault` genesis_unreadable. */
export function openExport(storage: Storage, path: string): OldChain {
  if (!storage.exists(path)) throw unreadable(path, "it is missing");
  const snapshot = openSnapshotFile(storage, path);
  if (typeof snapshot === "string") throw unreadable(path, snapshot);
  try {
    const state = State.import(TABLES, snapshot.rows());
    if (!equalBytes(state.root, snapshot.tip.header.stateRoot)) {
      throw unreadable(path, `its rows have the root ${toHex(state.root)}, which its header does not name`);
    }
    const members = state.rows(MEMBERS);
    const operator = members.find(({ row }) => row.role === "operator" && row.keys.length > 0);
    if (operator === undefined) throw unreadable(path, "no operator is left on that chain");
    return {
      snapshot,
      state,
      operator: { member: operator.key, role: "operator", keys: operator.row.keys },
      nextMember: Math.max(...members.map(({ key }) => key)) + 1,
    };
  } catch (error) {
    snapshot.close();
    if (error instanceof InvariantError || error instanceof CodecError) throw unreadable(path, error.message);
    throw error;
  }
}

/**
 * The genesis of a chain that continues an old one. Throws `InvariantError` where its first block could not be
 * opened, as for a founder that the old state refuses.
 */
export function continuingGenesis(
  old: OldChain,
  made: { readonly chain: string; readonly time: UnixSeconds; readonly founders: readonly Founder[] },
): Genesis {
  const { header, signature } = old.snapshot.tip;
  const genesis: Genesis = {
    chain: made.chain,
    time: Math.max(made.time, header.time),
    producer: header.producer, // decides nothing any more
    founders: [old.operator, ...made.founders],
    parameters: parametersOf(old.state),
    origin: { header, signature },
  };
  const tried = continued(genesis, old.snapshot.rows());
  tried.seal(tried.open(genesis.time));
  return genesis;
}

function unreadable(path: string, why: string): NodeFault {
  return new NodeFault("genesis_unreadable", `The state of the chain before cannot be used: ${why}`, {
    place: { file: basename(path) },
  });
}
