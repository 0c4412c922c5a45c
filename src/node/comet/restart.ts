/**
 * How an application under CometBFT comes back to its last durable state: from the newest of its snapshots that
 * can be believed, and the decided blocks after it, executed again. Without a snapshot it begins where its log
 * begins: at the genesis, or at the state that others gave it.
 */

import { join } from "node:path";
import { assert, InvariantError } from "#base/assert.ts";
import { equalBytes, toHex } from "#base/bytes.ts";
import { CodecError } from "#base/codec.ts";
import { about, type Note } from "#base/log.ts";
import type { UnixSeconds } from "#base/time.ts";
import { ChainApp, type ChainBlock, type ExecutedTransaction, type SealedStep } from "#chain/app.ts";
import { type Genesis, genesisHash } from "#chain/genesis.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction, type Transaction } from "#ledger/transaction.ts";
import { type DecidedBlock, DecidedLog, type LogBase, stateLost } from "#node/comet/decided-log.ts";
import { type InheritedFile, inheritedChain } from "#node/comet/growth.ts";
import { dropOldSnapshots, openStateSnapshot } from "#node/comet/state-snapshot.ts";
import { passedOver } from "#node/events.ts";
import { SNAPSHOT_FOLDER, snapshotHeights, snapshotName } from "#node/snapshot.ts";
import type { Storage } from "#node/storage.ts";

export const DECIDED_LOG_FILE = "decided.log";

/** A folder of an application, and the chain that it is of. */
export interface ChainFolder {
  readonly storage: Storage;
  readonly folder: string;
  readonly genesis: Genesis;
  /** The rows of the chain that this one continues. */
  readonly inherited?: InheritedFile;
}

export interface Restarted {
  readonly chain: ChainApp;
  readonly log: DecidedLog;
  /** Height of the snapshot that it began from; 0 = none. */
  readonly restoredFrom: number;
}

/**
 * The chain after its last durable block, and the log to go on with. What is broken is cut off or removed, and
 * `note` told: CometBFT hands it over again. Throws `NodeFault`: genesis_differs, genesis_unreadable, state_lost.
 */
export function restart(place: ChainFolder, note: Note): Restarted {
  const { storage, folder, genesis } = place;
  const hash = genesisHash(genesis);
  const log = new DecidedLog(
    storage,
    join(folder, DECIDED_LOG_FILE),
    hash,
    genesis.origin?.header.height ?? 0,
  );
  try {
    clearSnapshots(place, log, note);
    const { chain, restoredFrom } = chainUpTo(place, log, log.height, note);
    const cut = log.recover((decided) => {
      const again = executeAgain(chain, decided);
      again?.step.commit();
      return again !== undefined;
    }, chain.height);
    if (cut > 0) {
      note(
        `cut off ${cut} bytes after block ${chain.height} (${toHex(chain.stateRoot)}); CometBFT hands them over again`,
        undefined,
        about("node", "log_cut", { height: chain.height, bytes: cut }),
      );
      clearSnapshots(place, log, note);
    }
    return { chain, log, restoredFrom };
  } catch (error) {
    log.close();
    throw error;
  }
}

/** The chain at most at a height: from the newest snapshot that can be believed, or where the log begins. */
export function chainUpTo(
  place: ChainFolder,
  log: DecidedLog,
  height: number,
  note: Note = () => {},
): { readonly chain: ChainApp; readonly restoredFrom: number } {
  const { storage, folder } = place;
  for (const at of snapshotHeights(storage, folder)) {
    if (at > height || at <= log.base.height) continue;
    const decided = log.read(at);
    if (decided === undefined) continue;
    const chain = fromSnapshot(place, at, decided.time, decided.stateRoot);
    if (typeof chain !== "string") return { chain, restoredFrom: at };
    note(`passed over the snapshot of block ${at}: ${chain}`, undefined, passedOver(at));
  }
  return {
    chain: chainAtBase(place, log.base),
    restoredFrom: log.base.stateRoot === undefined ? 0 : log.base.height,
  };
}

/** The chain where a log begins. Throws `NodeFault`: genesis_unreadable, state_lost. */
export function chainAtBase(place: ChainFolder, { height, stateRoot }: LogBase): ChainApp {
  const { genesis, folder } = place;
  if (stateRoot === undefined) return beginningOf(place);
  // The time of that block came from nobody who can be believed; the block after it says its own.
  const chain = fromSnapshot(place, height, genesis.time, stateRoot);
  if (typeof chain !== "string") return chain;
  throw stateLost(`the state of block ${height}, with which it began, is damaged: ${chain}`, folder, {
    file: join(SNAPSHOT_FOLDER, snapshotName(height)),
    height,
  });
}

/** The chain before its first block. */
function beginningOf({ storage, genesis, inherited }: ChainFolder): ChainApp {
  if (genesis.origin === undefined) return new ChainApp(genesis);
  assert(inherited !== undefined, "a chain that continues another one, without its rows");
  return inheritedChain(storage, genesis, inherited);
}

function fromSnapshot(
  { storage, folder, genesis }: ChainFolder,
  height: number,
  time: UnixSeconds,
  stateRoot: Uint8Array,
): ChainApp | string {
  const snapshot = openStateSnapshot(storage, folder, height, genesisHash(genesis));
  if (typeof snapshot === "string") return snapshot;
  try {
    return new ChainApp(genesis, { decided: { height, time }, stateRoot, rows: snapshot.rows() });
  } catch (error) {
    if (error instanceof InvariantError || error instanceof CodecError) return error.message;
    throw error;
  } finally {
    snapshot.close();
  }
}

/** Removes what was not finished, and snapshots of blocks that the log does not have. */
function clearSnapshots({ storage, folder }: ChainFolder, log: DecidedLog, note: Note): void {
  const within = join(folder, SNAPSHOT_FOLDER);
  if (!storage.exists(within)) return;
  for (const name of storage.list(within)) if (name.endsWith(".part")) storage.remove(join(within, name));
  for (const at of snapshotHeights(storage, folder)) {
    if (at <= log.height) continue;
    storage.remove(join(within, snapshotName(at)));
    note(
      `removed the snapshot of block ${at}: the log ends at block ${log.height}`,
      undefined,
      about("node", "snapshot_removed", { height: at }),
    );
  }
  dropOldSnapshots(storage, folder, log.base.height);
}

export const MALFORMED: ExecutedTransaction = { status: "malformed", events: [] };

export function execute(
  block: ChainBlock,
  transaction: Transaction,
  signed: boolean,
  refused: "counts" | "leaves no trace",
): ExecutedTransaction {
  return block.execute(transaction, () => signed, refused);
}

export interface ExecutedAgain {
  readonly step: SealedStep;
  readonly executed: readonly ExecutedTransaction[];
}

/**
 * Executes a block of the own log, up to its commit; `undefined` where it does not follow. A signature was good
 * exactly where the verdict does not say that it was not, unless `signed` knows better.
 */
export function executeAgain(
  chain: ChainApp,
  { height, time, stateRoot, misbehaviour, transactions }: DecidedBlock,
  signed: (index: number) => boolean = (index) => transactions[index]!.status !== STATUS.bad_signature,
): ExecutedAgain | undefined {
  if (height !== chain.height + 1) return undefined;
  const block = chain.open(time, misbehaviour);
  const executed: ExecutedTransaction[] = [];
  for (const [i, { bytes, status }] of transactions.entries()) {
    const transaction = decodeTransaction(bytes);
    const again = transaction.ok ? execute(block, transaction.value, signed(i), "counts") : MALFORMED;
    if (STATUS[again.status] !== status) return undefined;
    executed.push(again);
  }
  const step = chain.seal(block);
  return equalBytes(step.stateRoot, stateRoot) ? { step, executed } : undefined;
}
