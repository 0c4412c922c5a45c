/**
 * The embedded node: one process, one producer, a data folder. It fills the port `chain/host` over the
 * mempool, the producer and the block log.
 *
 * A transaction is decoded, its envelope looked at, its signature verified once on the thread pool, and then
 * executed at once in the open block, in the order of arrival; so a refusal is the chain's own and comes at
 * once. `committed` resolves when the block is on the disk. A failed sync or a broken invariant stops the
 * node for good: it answers "stopped" until somebody restarts it.
 */

import { assert, InvariantError } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { CodecError } from "#base/codec.ts";
import { about, type Note } from "#base/log.ts";
import type { Histogram, MetricsRegistry } from "#base/metrics.ts";
import type { UnixSeconds } from "#base/time.ts";
import { ChainApp } from "#chain/app.ts";
import type { Genesis } from "#chain/genesis.ts";
import type {
  AdmissionRefusal,
  ChainHost,
  CommittedBlock,
  Outcome,
  StoredBlock,
  StoredTransaction,
  Submission,
} from "#chain/host.ts";
import { KINDS } from "#chain/transactions.ts";
import type { ChainView } from "#chain/view.ts";
import type { Signer } from "#crypto/keys.ts";
import { type Block, headerHash, MAX_BLOCK_TRANSACTIONS } from "#ledger/block.ts";
import { type Status, statusOf } from "#ledger/status.ts";
import {
  decodeTransaction,
  TRANSACTION_MAX_BYTES,
  type Transaction,
  transactionId,
} from "#ledger/transaction.ts";
import { BlockLog, LOG_FILE } from "#node/block-log.ts";
import { blockCommitted, listenerThrew, passedOver, SNAPSHOT_FAILED, stoppedBy } from "#node/events.ts";
import { diskFault, NodeFault } from "#node/fault.ts";
import { type DataFolder, openFolder, producerKey } from "#node/folder.ts";
import { type Candidate, Mempool, type MempoolLimits } from "#node/mempool.ts";
import { registerNode, timedSyncs } from "#node/metrics.ts";
import { type BlockLimits, Producer } from "#node/producer.ts";
import { SignatureGate, type SlowPathLimits } from "#node/signature-gate.ts";
import { openSnapshot, snapshotHeights, writeSnapshot } from "#node/snapshot.ts";
import { disk, type Storage, withoutSync } from "#node/storage.ts";
import { machine, type Surroundings } from "#node/surroundings.ts";

export interface NodeLimits {
  readonly inFlight: MempoolLimits;
  readonly block: BlockLimits;
  readonly slowPath: SlowPathLimits;
  /** Signatures on the thread pool at a time. */
  readonly verifying: number;
  /** A snapshot is due after so many blocks or transactions since the last. */
  readonly snapshotEvery: { readonly blocks: number; readonly transactions: number };
}

export const DEFAULT_LIMITS: NodeLimits = {
  inFlight: { transactions: 4_000, bytes: 32 * 1024 * 1024, ofOneSender: 2_000 },
  block: { transactions: 1_000, bytes: 2 * 1024 * 1024 },
  slowPath: { ofOneSender: 8, ofAll: 80 },
  verifying: 32,
  snapshotEvery: { blocks: 10_000, transactions: 100_000 },
};

export interface NodeOptions {
  readonly folder: string;
  /** Needed where the folder is new; compared where it is not. */
  readonly genesis?: Genesis;
  /** Signs the blocks. Without it, the key file of the folder. */
  readonly producer?: Signer;
  readonly now: () => UnixSeconds;
  /** From a block's first transaction to its sealing; "manual" = only by `produceNow`. */
  readonly blockIntervalMs?: number | "manual";
  readonly limits?: Partial<NodeLimits>;
  /** `false`: nothing is synced, a power cut may lose or break the chain. For simulations. */
  readonly durable?: boolean;
  readonly storage?: Storage;
  /** Clock, timers and threads; the machine's own unless a simulation stands in. */
  readonly surroundings?: Surroundings;
  /** Told what happened besides: repairs at the opening, snapshots that failed, listeners that threw. */
  readonly note?: Note;
  /** Where the node registers what it counts. */
  readonly metrics?: MetricsRegistry;
  /** Called once when the node stops by itself. */
  readonly failed?: (fault: NodeFault) => void;
}

export const DEFAULT_BLOCK_INTERVAL_MS = 50;
/** Above this no block's transactions may go in all, so that a record stays within its limit. */
const BLOCK_MAX_BYTES = 32 * 1024 * 1024;

/** Counts since the opening. */
export interface NodeCounters {
  submitted: number;
  admitted: number;
  /** By status: the chain's refusals and the node's own. */
  readonly refused: Map<Status | AdmissionRefusal, number>;
  blocks: number;
  transactions: number;
  /** From sealing to durable, all blocks together and the longest, ms. */
  sealingMs: number;
  sealingMaxMs: number;
  /** Signatures that the fast path did not accept. */
  slowPathAsked: number;
  snapshots: number;
  /** Blocks that the opening replayed. */
  replayed: number;
}

export interface EmbeddedNode extends ChainHost {
  readonly folder: string;
  readonly genesis: Genesis;
  readonly counters: Readonly<NodeCounters>;
  /** Why the node stopped by itself; `undefined` while it works. */
  readonly fault: NodeFault | undefined;
  /** False once the node has stopped. */
  ready(): boolean;
  /**
   * Judges everything submitted so far and seals what was admitted; resolves when it is durable. Rejects
   * where the node has failed.
   */
  produceNow(): Promise<void>;
  /** Writes a snapshot of the last block now, beside the running chain. */
  snapshotNow(): Promise<void>;
  /** Seals what waits, writes a snapshot, lets the folder go. May be called twice. */
  close(): Promise<void>;
}

/** Opens the folder, restores the last state and begins to work. Throws `NodeFault`. */
export async function openNode(options: NodeOptions): Promise<EmbeddedNode> {
  try {
    return await openOn(options);
  } catch (error) {
    throw diskFault(error, `The folder ${options.folder} cannot be used`);
  }
}

async function openOn(options: NodeOptions): Promise<EmbeddedNode> {
  const synced = options.durable === false ? withoutSync(options.storage ?? disk) : (options.storage ?? disk);
  const { clockMs } = options.surroundings ?? machine;
  const storage = options.metrics === undefined ? synced : timedSyncs(synced, options.metrics, clockMs);
  const note = options.note ?? (() => {});
  const folder = await openFolder(storage, options.folder, options.genesis);
  let log: BlockLog | undefined;
  try {
    for (const sentence of folder.notes)
      note(sentence, undefined, about("node", "folder_mended", {}, "info"));
    const producer = options.producer ?? producerKey(options.folder, storage);
    if (!equalBytes(producer.publicKey, folder.genesis.producer)) {
      throw new NodeFault("producer_differs", "The producer's key is not the one that the genesis names");
    }
    log = await BlockLog.open(storage, folder.path, folder.genesisHash);
    for (const sentence of log.notes) note(sentence, undefined, about("node", "log_mended"));
    const restored = restore({ storage, folder, log, height: log.height, note });
    for (let height = restored.chain.height + 1; height <= log.height; height++) {
      replayBlock(restored.chain, log, height);
    }
    return new Embedded({ options, storage, folder, log, producer, restored, note });
  } catch (error) {
    log?.abandon();
    folder.release();
    throw error;
  }
}

interface Restored {
  readonly chain: ChainApp;
  /** Height of the snapshot; 0 = begun from the genesis. */
  readonly restoredFrom: number;
}

/** The chain from the newest good snapshot at most at a height, or from its genesis. */
function restore(parts: {
  readonly storage: Storage;
  readonly folder: DataFolder;
  readonly log: BlockLog;
  readonly height: number;
  readonly note: Note;
}): Restored {
  const { storage, log, height, note } = parts;
  const { path, genesis, genesisHash } = parts.folder;
  const trusted = { genesisHash, chain: genesis.chain, producer: genesis.producer };
  for (const at of snapshotHeights(storage, path)) {
    if (at > log.height) {
      throw new NodeFault("snapshot_ahead", `There is a snapshot of block ${at}, and the log ends before it`);
    }
    if (at > height) continue;
    const snapshot = openSnapshot(storage, path, at, trusted);
    if (typeof snapshot === "string") {
      note(`passed over the snapshot of block ${at}: ${snapshot}`, undefined, passedOver(at));
      continue;
    }
    try {
      const { tip } = snapshot;
      if (equalBytes(headerHash(log.read(at)!.header), tip.hash)) {
        return { chain: new ChainApp(genesis, { tip, rows: snapshot.rows() }), restoredFrom: at };
      }
      note(`passed over the snapshot of block ${at}: the log holds another block`, undefined, passedOver(at));
    } catch (error) {
      if (!(error instanceof InvariantError || error instanceof CodecError)) throw error;
      note(`passed over the snapshot of block ${at}: ${error.message}`, undefined, passedOver(at));
    } finally {
      snapshot.close();
    }
  }
  return { chain: new ChainApp(genesis), restoredFrom: 0 };
}

/** Executes a block of the own log: its signatures were verified when it was made. Throws `block_invalid`. */
function replayBlock(chain: ChainApp, log: BlockLog, height: number): CommittedBlock {
  const block = log.read(height);
  if (block === undefined) throw new NodeFault("log_cut_short", `There is no block ${height}`);
  const place = { file: LOG_FILE, height };
  let replayed: ReturnType<ChainApp["replay"]>;
  try {
    replayed = chain.replay(block, () => true);
  } catch (cause) {
    throw new NodeFault("block_invalid", "A block breaks the books", { place, cause });
  }
  if (!replayed.ok) {
    throw new NodeFault("block_invalid", `A block does not follow: ${replayed.error}`, { place });
  }
  const { events, transactions } = replayed.value;
  const stored = storedBlock(block);
  return {
    ...stored,
    events,
    transactions: stored.transactions.map((transaction, i) => ({
      ...transaction,
      events: transactions[i]!.events,
    })),
  };
}

export function storedBlock({ header, signature, transactions }: Block): StoredBlock {
  const { height, time, previousHash, stateRoot } = header;
  return {
    height,
    time,
    hash: headerHash(header),
    previousHash,
    stateRoot,
    seal: { by: "producer", header, signature },
    transactions: transactions.map(({ bytes, status }): StoredTransaction => {
      const decoded = decodeTransaction(bytes);
      const known = statusOf(status);
      assert(decoded.ok && known !== undefined, `block ${header.height} holds bytes that are no transaction`);
      return { id: transactionId(decoded.value), bytes, status: known };
    }),
  };
}

class Embedded implements EmbeddedNode {
  readonly folder: string;
  readonly genesis: Genesis;
  readonly chain: string;
  readonly producer: Uint8Array;
  readonly counters: NodeCounters;
  readonly #limits: NodeLimits;
  readonly #options: NodeOptions;
  readonly #storage: Storage;
  readonly #surroundings: Surroundings;
  readonly #dataFolder: DataFolder;
  readonly #log: BlockLog;
  readonly #app: ChainApp;
  readonly #mempool: Mempool;
  readonly #gate: SignatureGate;
  readonly #producer: Producer;
  readonly #note: Note;
  readonly #listeners = new Set<(block: CommittedBlock) => void>();
  #fault: NodeFault | undefined;
  #closed: Promise<void> | undefined;
  #snapshotting: Promise<void> | undefined;
  #snapshotHeight: number;
  #snapshotAtMs: number;
  #sinceSnapshot = 0;
  readonly #latency: Histogram | undefined;

  constructor(parts: {
    readonly options: NodeOptions;
    readonly storage: Storage;
    readonly folder: DataFolder;
    readonly log: BlockLog;
    readonly producer: Signer;
    readonly restored: Restored;
    readonly note: Note;
  }) {
    const { options, folder, log, restored } = parts;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    assert(
      limits.block.transactions <= MAX_BLOCK_TRANSACTIONS && limits.block.bytes <= BLOCK_MAX_BYTES,
      "the limits of a block are above what a block can hold",
    );
    this.folder = folder.path;
    this.genesis = folder.genesis;
    this.chain = folder.genesis.chain;
    this.producer = folder.genesis.producer;
    this.#limits = limits;
    this.#options = options;
    this.#storage = parts.storage;
    this.#surroundings = options.surroundings ?? machine;
    this.#dataFolder = folder;
    this.#log = log;
    this.#app = restored.chain;
    this.#note = parts.note;
    this.#snapshotHeight = restored.restoredFrom;
    this.#snapshotAtMs = this.#surroundings.clockMs();
    this.#mempool = new Mempool(limits.inFlight);
    const surroundings = this.#surroundings;
    this.#gate = new SignatureGate(limits.verifying, limits.slowPath, surroundings.clockMs, surroundings);
    this.counters = {
      submitted: 0,
      admitted: 0,
      refused: new Map(),
      blocks: 0,
      transactions: 0,
      sealingMs: 0,
      sealingMaxMs: 0,
      slowPathAsked: 0,
      snapshots: 0,
      replayed: log.height - restored.restoredFrom,
    };
    this.#latency =
      options.metrics &&
      registerNode(options.metrics, {
        counters: this.counters,
        height: () => this.#log.height,
        rows: () => this.#app.view().rows,
        logBytes: () => this.#log.size,
        inFlight: () => ({ transactions: this.#mempool.count, bytes: this.#mempool.bytes }),
        verified: () => this.#gate.verified,
        slowPathAsked: () => this.#gate.slowPathAsked,
        snapshotHeight: () => this.#snapshotHeight,
        snapshotAgeS: () => (surroundings.clockMs() - this.#snapshotAtMs) / 1_000,
        stopped: () => this.#fault !== undefined,
      });
    this.#producer = new Producer({
      app: this.#app,
      log,
      mempool: this.#mempool,
      gate: this.#gate,
      signer: parts.producer,
      now: options.now,
      surroundings,
      intervalMs: options.blockIntervalMs ?? DEFAULT_BLOCK_INTERVAL_MS,
      limits: limits.block,
      committed: (block, sealingMs) => this.#committed(block, sealingMs),
      failed: (fault) => this.#fail(fault),
    });
  }

  get fault(): NodeFault | undefined {
    return this.#fault;
  }

  submit(transaction: Uint8Array): Promise<Submission> {
    this.counters.submitted += 1;
    const decoded = transaction.length <= TRANSACTION_MAX_BYTES ? decodeTransaction(transaction) : undefined;
    if (decoded?.ok !== true) return Promise.resolve(this.#refusal(undefined, "malformed"));
    const id = transactionId(decoded.value);
    if (this.#fault !== undefined || this.#closed !== undefined) {
      return Promise.resolve(this.#refusal(id, "stopped"));
    }
    const submission = Promise.withResolvers<Submission>();
    const committed = Promise.withResolvers<Outcome>();
    const latency = this.#latency;
    const began = latency === undefined ? 0 : this.#surroundings.clockMs();
    committed.promise.then(
      () => latency?.observe((this.#surroundings.clockMs() - began) / 1_000),
      () => {}, // nobody has to wait for it
    );
    const candidate: Candidate = {
      id,
      transaction: decoded.value,
      bytes: new Uint8Array(transaction),
      verdict: undefined,
      verifying: false,
      answer: (answer) => {
        if (answer.admitted) this.counters.admitted += 1;
        else this.#count(answer.status);
        submission.resolve(answer);
      },
      answered: submission.promise,
      committed,
    };
    const refusal = this.#mempool.enter(candidate);
    if (refusal !== undefined) return Promise.resolve(this.#refusal(id, refusal));
    if (this.#mayCount(decoded.value)) this.#verify(candidate);
    this.#producer.drain();
    return submission.promise;
  }

  view(): ChainView {
    return this.#app.view();
  }

  ready(): boolean {
    return this.#fault === undefined && this.#closed === undefined;
  }

  now(): UnixSeconds {
    return this.#options.now();
  }

  waiting(): number {
    return this.#mempool.count - this.#mempool.queued;
  }

  onBlock(listener: (block: CommittedBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  block(height: number): StoredBlock | undefined {
    const block = this.#log.read(height);
    return block === undefined ? undefined : storedBlock(block);
  }

  *replay(fromHeight: number): Generator<CommittedBlock> {
    const { chain } = restore({
      storage: this.#storage,
      folder: this.#dataFolder,
      log: this.#log,
      height: fromHeight - 1,
      note: this.#note,
    });
    while (chain.height < this.#log.height) {
      const block = replayBlock(chain, this.#log, chain.height + 1);
      if (block.height >= fromHeight) yield block;
    }
  }

  async produceNow(): Promise<void> {
    await this.#mempool.last()?.answered;
    await this.#producer.settled();
    await this.#producer.seal();
    if (this.#fault !== undefined) throw this.#fault;
  }

  snapshotNow(): Promise<void> {
    this.#snapshotting ??= this.#writeSnapshot().finally(() => {
      this.#snapshotting = undefined;
    });
    return this.#snapshotting;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /**
   * Whether an envelope is worth verifying its signature: what the chain would refuse before it comes to the
   * signature. Where this says no, the turn of the transaction decides by the chain's own rules.
   */
  #mayCount({ chain, kind, sender, publicKey }: Transaction): boolean {
    if (chain !== this.chain || !KINDS.has(kind)) return false;
    return this.#producer.member(sender)?.keys.some((key) => equalBytes(key, publicKey)) === true;
  }

  #verify(candidate: Candidate): void {
    candidate.verifying = true;
    this.#gate.judge(candidate.transaction, (verdict) => {
      candidate.verdict = verdict;
      candidate.verifying = false;
      if (this.#mempool.first() === candidate) this.#producer.drain();
    });
  }

  #refusal(id: Uint8Array | undefined, status: Status | AdmissionRefusal): Submission {
    this.#count(status);
    return { admitted: false, id, status };
  }

  #count(status: Status | AdmissionRefusal): void {
    const { refused } = this.counters;
    refused.set(status, (refused.get(status) ?? 0) + 1);
  }

  #committed(block: CommittedBlock, sealingMs: number): void {
    const { counters } = this;
    this.#note("a block is durable", undefined, blockCommitted(block));
    counters.blocks += 1;
    counters.transactions += block.transactions.length;
    counters.sealingMs += sealingMs;
    counters.sealingMaxMs = Math.max(counters.sealingMaxMs, sealingMs);
    counters.slowPathAsked = this.#gate.slowPathAsked;
    for (const listener of [...this.#listeners]) {
      try {
        listener(block);
      } catch (error) {
        this.#note(`a listener threw at block ${block.height}`, error, listenerThrew(block.height));
      }
    }
    this.#sinceSnapshot += block.transactions.length;
    const { blocks, transactions } = this.#limits.snapshotEvery;
    const due = block.height - this.#snapshotHeight >= blocks || this.#sinceSnapshot >= transactions;
    if (due && this.#snapshotting === undefined) {
      this.snapshotNow().catch((error) => this.#note("a snapshot failed", error, SNAPSHOT_FAILED));
    }
  }

  async #writeSnapshot(): Promise<void> {
    const { tip } = this.#app;
    if (tip === undefined || tip.header.height === this.#snapshotHeight) return;
    // Taken here, before the first pause: commits go on while it is written.
    const rows = this.#app.export();
    this.#snapshotHeight = tip.header.height;
    this.#sinceSnapshot = 0;
    const content = { genesisHash: this.#dataFolder.genesisHash, tip, rows };
    await writeSnapshot(this.#storage, this.folder, content, () => this.#surroundings.turn());
    this.counters.snapshots += 1;
    this.#snapshotAtMs = this.#surroundings.clockMs();
  }

  async #close(): Promise<void> {
    try {
      // Nothing new comes in any more: this ends with everything judged, sealed and durable.
      while (this.#fault === undefined && this.#mempool.count > 0) await this.produceNow().catch(() => {});
      await this.#snapshotting?.catch(() => {});
      if (this.#fault === undefined) {
        await this.snapshotNow().catch((error) =>
          this.#note("the snapshot at the end failed", error, SNAPSHOT_FAILED),
        );
      }
      await this.#producer.stop(new NodeFault("stopped", "The node was closed"));
      if (this.#fault === undefined) await this.#log.close();
      else this.#log.abandon();
    } finally {
      this.#dataFolder.release();
    }
  }

  #fail(fault: NodeFault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    void this.#producer.stop(fault);
    while (this.#mempool.first() !== undefined) {
      const { id, answer } = this.#mempool.refuseFirst();
      answer({ admitted: false, id, status: "stopped" });
    }
    this.#note(fault.message, fault, stoppedBy(fault));
    this.#options.failed?.(fault);
  }
}
