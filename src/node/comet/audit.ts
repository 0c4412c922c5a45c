/**
 * The audit of a network's node: everything that its application keeps, checked from the genesis on. In this
 * order: the genesis; the frames of the whole decided log, so that rotten bytes are told at once; then every
 * block anew (every transaction's signature, every verdict, every state root, the books of each block); the laws
 * of the final state; and each snapshot against the log and its own root.
 *
 * A node that began with a state of others (state sync) has no blocks before it: its audit begins with that
 * state, whose root is the one that the log's opening names, and says so. That the validators decided these
 * blocks is CometBFT's to show: their signatures stand in its own store, not here, and the last state root is
 * the app hash that any other validator can be asked for.
 *
 * It only reads, and may run beside a node that goes on: it audits what the log held when it began.
 */
import { dirname, join } from "node:path";
import { InvariantError } from "#base/assert.ts";
import { equalBytes, fromUtf8, toHex } from "#base/bytes.ts";
import { ChainApp } from "#chain/app.ts";
import { genesisHash } from "#chain/genesis.ts";
import { verifySignatureAsync } from "#crypto/keys.ts";
import { STATUS, statusOf } from "#ledger/status.ts";
import { decodeTransaction, signingHash } from "#ledger/transaction.ts";
import {
  type AuditOptions,
  type AuditReport,
  type Begun,
  concluded,
  executeInOrder,
  Found,
  foundIn,
  holdBooks,
  Tally,
} from "#node/audit-frame.ts";
import { cometGenesisOf } from "#node/comet/app-state.ts";
import { TOLD_GENESIS_FILE } from "#node/comet/application.ts";
import { type DecidedRecord, type LogBase, openingOfLog, walkDecided } from "#node/comet/decided-log.ts";
import {
  type ChainFolder,
  chainAtBase,
  DECIDED_LOG_FILE,
  execute,
  executeAgain,
  MALFORMED,
} from "#node/comet/restart.ts";
import { openStateSnapshot } from "#node/comet/state-snapshot.ts";
import type { Place } from "#node/fault.ts";
import { SNAPSHOT_FOLDER, snapshotHeights, snapshotName } from "#node/snapshot.ts";
import { disk, type Storage, type StorageFile } from "#node/storage.ts";

/** Name of the application's folder in a home of CometBFT. */
const APPLICATION = "application";

/** The application's folder in a folder: that itself, or `application` in a home; `undefined` where there is none. */
export function applicationFolderIn(path: string, storage: Storage = disk): string | undefined {
  const holdsOne = (folder: string) => storage.exists(join(folder, DECIDED_LOG_FILE));
  return [path, join(path, APPLICATION)].find(holdsOne);
}

/** Of an application's folder. Never throws for what stands in it; a disk that cannot be read throws as it does. */
export function auditApplication(folder: string, options: AuditOptions = {}): Promise<AuditReport> {
  return concluded(new Audit(folder, options));
}

interface Ahead extends DecidedRecord, Begun {}

class Audit {
  readonly tally: Tally;
  readonly #storage: Storage;
  readonly #folder: string;
  #log: StorageFile | undefined;
  /** Of the blocks that snapshots are of. */
  readonly #roots = new Map<number, Uint8Array | undefined>();

  constructor(folder: string, options: AuditOptions) {
    this.tally = new Tally(options);
    this.#storage = options.storage ?? disk;
    this.#folder = folder;
  }

  close(): void {
    this.#log?.close();
  }

  async run(): Promise<void> {
    const place = this.#place();
    const hash = genesisHash(place.genesis);
    // Snapshots, then the log: in a folder that lives, the one is behind the other.
    const heights = snapshotHeights(this.#storage, this.#folder);
    for (const height of heights) this.#roots.set(height, undefined);
    this.#log = this.#storage.open(join(this.#folder, DECIDED_LOG_FILE), "read");
    const size = this.#log.size();
    const base = openingOfLog(this.#log, hash);
    if (typeof base === "string") throw new Found({ file: DECIDED_LOG_FILE, offset: 0 }, base);
    const chain = this.#beginning(place, base);
    this.tally.chain = chain;
    const { end, last } = this.#frames(this.#log, base, size);
    const execute = (ahead: Ahead, signatures: readonly boolean[]) =>
      this.#execute(chain, ahead, signatures, last);
    await executeInOrder(walkDecided(this.#log, base, end), begin, execute);
    if (chain.height !== last) {
      throw new Found({ file: DECIDED_LOG_FILE, offset: end }, "the log changed while it was read");
    }
    holdBooks(chain, DECIDED_LOG_FILE);
    for (const height of heights) this.#snapshot(height, place, base);
  }

  /** The genesis that the application was told, or the one of the home around it. */
  #place(): ChainFolder {
    const told = join(this.#folder, TOLD_GENESIS_FILE);
    const around = join(dirname(this.#folder), "config", "genesis.json");
    const file = [told, around].find((path) => this.#storage.exists(path));
    if (file === undefined) throw new Found({ file: around }, "the file is missing");
    try {
      const { appState } = cometGenesisOf(fromUtf8(this.#storage.read(file)) ?? "");
      const { genesis, state } = appState;
      const place = { storage: this.#storage, folder: this.#folder, genesis };
      if (state === undefined) return place;
      return { ...place, inherited: { path: join(dirname(file), state.file), sha256: state.sha256 } };
    } catch (error) {
      throw foundIn({ file }, error);
    }
  }

  #beginning(place: ChainFolder, base: LogBase): ChainApp {
    try {
      const chain = chainAtBase(place, base);
      if (base.stateRoot !== undefined) {
        this.tally.notes.push(
          `this node began with the state of block ${base.height} (${toHex(base.stateRoot)}), which it had from ` +
            "others: what lies before is not here",
        );
      }
      return chain;
    } catch (error) {
      throw foundIn({ file: DECIDED_LOG_FILE, offset: 0 }, error);
    }
  }

  /** Every record of the log. Returns where the good ones end, and the height of the last. */
  #frames(log: StorageFile, base: LogBase, size: number): { end: number; last: number } {
    const walk = walkDecided(log, base, size);
    let last = base.height;
    let step = walk.next();
    for (; step.done !== true; step = walk.next()) last = step.value.block.height;
    const { end, broken, unfinished } = step.value;
    if (broken !== undefined) {
      const place = { file: DECIDED_LOG_FILE, offset: end, height: last + 1 };
      if (!unfinished) throw new Found(place, broken);
      this.tally.notes.push(`an unfinished write after block ${last}, byte ${end}: ${broken}`);
    }
    return { end, last };
  }

  #execute(chain: ChainApp, { offset, block }: Ahead, signatures: readonly boolean[], of: number): void {
    const place = { file: DECIDED_LOG_FILE, offset, height: block.height };
    const signed = (index: number) => signatures[index]!;
    try {
      const again = executeAgain(chain, block, signed);
      if (again === undefined) throw differenceIn(chain, block, signed, place);
      if (again.step.time !== block.time) {
        throw new Found(place, `its time ${block.time} is before that of the block before it`);
      }
      again.step.commit();
    } catch (error) {
      if (error instanceof InvariantError) throw new Found(place, `the books: ${error.message}`);
      throw error;
    }
    if (this.#roots.has(block.height)) this.#roots.set(block.height, block.stateRoot);
    this.tally.block(block.transactions.length, of);
  }

  #snapshot(height: number, { genesis }: ChainFolder, base: LogBase): void {
    const name = join(SNAPSHOT_FOLDER, snapshotName(height));
    if (!this.#storage.exists(join(this.#folder, name))) return; // a running node has replaced it
    const place = { file: name, height };
    const isBase = height === base.height && base.stateRoot !== undefined;
    const logged = isBase ? base.stateRoot : this.#roots.get(height);
    if (logged === undefined) {
      throw new Found(
        place,
        height > base.height ? "the log ends before its block" : "it is of no block here",
      );
    }
    const snapshot = openStateSnapshot(this.#storage, this.#folder, height, genesisHash(genesis));
    if (typeof snapshot === "string") throw new Found(place, snapshot);
    try {
      if (!equalBytes(snapshot.stateRoot, logged)) throw new Found(place, "the log holds another state root");
      const decided = { height, time: genesis.time };
      new ChainApp(genesis, { decided, stateRoot: logged, rows: snapshot.rows() });
      this.tally.snapshots += 1;
    } catch (error) {
      throw foundIn(place, error);
    } finally {
      snapshot.close();
    }
  }
}

/** Sets the signatures of a block to be verified. */
function begin(record: DecidedRecord): Ahead {
  const signatures = record.block.transactions.map(({ bytes }) => {
    const transaction = decodeTransaction(bytes);
    if (!transaction.ok) return Promise.resolve(false);
    const { publicKey, signature } = transaction.value;
    return verifySignatureAsync(publicKey, signingHash(transaction.value), signature);
  });
  return { ...record, signatures };
}

/** Executes a block that does not follow once more, to name what differs. */
function differenceIn(
  chain: ChainApp,
  { time, stateRoot, misbehaviour, transactions }: DecidedRecord["block"],
  signed: (index: number) => boolean,
  place: Place,
): Found {
  const open = chain.open(time, misbehaviour);
  for (const [i, { bytes, status }] of transactions.entries()) {
    const transaction = decodeTransaction(bytes);
    const again = transaction.ok ? execute(open, transaction.value, signed(i), "counts") : MALFORMED;
    if (STATUS[again.status] !== status) {
      const logged = statusOf(status) ?? `the number ${status}`;
      return new Found({ ...place, transaction: i }, `the log says ${logged}, the rules say ${again.status}`);
    }
  }
  const { stateRoot: root } = chain.seal(open);
  return new Found(place, `the log says state root ${toHex(stateRoot)}, the block comes to ${toHex(root)}`);
}
