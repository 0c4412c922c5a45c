/**
 * The chain's port over CometBFT: the application in this process, CometBFT beside it under a supervisor.
 *
 * A transaction is decoded here, its signature verified once (CheckTx finds the verdict), and handed to CometBFT
 * over one WebSocket in the order of arrival. What CheckTx says is heard from the application itself, so the
 * answer is the chain's own status. `committed` resolves when our own Commit made the block durable, which
 * two thirds of the validators decided before. Where CometBFT falls, what is in flight waits here and is handed
 * in again. While CometBFT fetches blocks that the others have decided, our state is an old one to judge by: what
 * comes then is refused, and what was admitted waits until it has caught up.
 *
 * Consensus never waits for a listener, and nothing is handed in from inside Commit: listeners are called when
 * Commit is answered.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import type { Note } from "#base/log.ts";
import type { MetricsRegistry } from "#base/metrics.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { Genesis } from "#chain/genesis.ts";
import {
  type AdmissionRefusal,
  type BlockSigner,
  type ChainHost,
  type CommittedBlock,
  LostTransaction,
  type NetworkState,
  type Outcome,
  type StoredBlock,
  type Submission,
} from "#chain/host.ts";
import { KINDS } from "#chain/transactions.ts";
import type { ChainView } from "#chain/view.ts";
import type { LightBlock } from "#consensus/light-block.ts";
import { headerHash } from "#ledger/block.ts";
import { isEnvelopeRefusal } from "#ledger/machine.ts";
import type { Checkpoint, RowProof } from "#ledger/proof.ts";
import type { Table } from "#ledger/state.ts";
import { type Status, statusOf } from "#ledger/status.ts";
import {
  decodeTransaction,
  TRANSACTION_MAX_BYTES,
  type Transaction,
  transactionId,
} from "#ledger/transaction.ts";
import type { ChainBefore } from "#node/chain-before.ts";
import type { ChainClock } from "#node/comet/app-state.ts";
import { type Checked, type CometApplication, OVERLOADED } from "#node/comet/application.ts";
import { lightBlockFrom } from "#node/comet/light-block.ts";
import { type CometLatencies, type Consensus, registerCometNode } from "#node/comet/metrics.ts";
import {
  CometBroadcast,
  CometRpc,
  CometRpcError,
  isCatchingUp,
  isRefusal,
  isSeenBefore,
} from "#node/comet/rpc.ts";
import { type SupervisedNode, superviseComet } from "#node/comet/supervisor.ts";
import { blockCommitted, listenerThrew, stoppedBy } from "#node/events.ts";
import { NodeFault } from "#node/fault.ts";
import type { MempoolLimits } from "#node/mempool.ts";
import { DEFAULT_LIMITS } from "#node/node.ts";

export interface CometHostOptions {
  /** CometBFT's home. */
  readonly home: string;
  /** The CometBFT program. */
  readonly binary: string;
  /** What CometBFT prints goes to this descriptor. */
  readonly output?: number;
  readonly inFlight?: MempoolLimits;
  /** Before CometBFT's first new start, ms. */
  readonly firstPauseMs?: number;
  /** Blocks from one snapshot to the next. */
  readonly snapshotEvery?: number;
  /** Blocks of the chain that this one goes on from, where somebody kept them. */
  readonly before?: ChainBefore | undefined;
  /** Where the node registers what it counts. */
  readonly metrics?: MetricsRegistry;
  readonly note?: Note;
  /** Called once where the node ends by itself. */
  readonly failed?: (fault: NodeFault) => void;
}

/** Counts since the opening. */
export interface CometCounters {
  submitted: number;
  admitted: number;
  readonly refused: Map<Status | AdmissionRefusal, number>;
  blocks: number;
  transactions: number;
  /** Transactions that were admitted and can come no more. */
  lost: number;
  /** Transactions that were handed to a CometBFT once more, after it fell. */
  again: number;
}

export interface CometHost extends ChainHost {
  readonly genesis: Genesis;
  /** `undefined` where the chain's time is that of consensus. */
  readonly clock: ChainClock | undefined;
  /** Seconds of the chain per second, now. */
  readonly speed: number;
  readonly rpc: CometRpc;
  readonly counters: Readonly<CometCounters>;
  /** Process number of CometBFT. */
  readonly comet: number | undefined;
  readonly restarts: number;
  /** Why the node ended by itself; `undefined` while it works. */
  readonly fault: NodeFault | undefined;
  /** Whether CometBFT is fetching what the others have decided: so long nothing new is taken. */
  readonly catchingUp: boolean;
  /** Whether it takes part: not while CometBFT is down or behind, or blocks do not come that should. */
  ready(): boolean;
  proveRow<K, V>(table: Table<K, V>, key: K): Promise<RowProof>;
  network(): Promise<NetworkState>;
  signers(height: number): Promise<readonly BlockSigner[]>;
  /** Resolves when everything admitted so far is decided. Rejects where the node has ended. */
  produceNow(): Promise<void>;
  /** Ends CometBFT; what waits is rejected. */
  close(): Promise<void>;
}

/** In flight: from its arrival until it is refused, decided or lost. */
interface Pending {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
  readonly transaction: Transaction;
  readonly answer: (submission: Submission) => void;
  readonly committed: PromiseWithResolvers<Outcome>;
  readonly enteredMs: number;
  admitted: boolean;
  /** CometBFT has it: it need not be handed in again to the same one. */
  sent: boolean;
  /** After which block this node's CometBFT dropped it, and why. */
  dropped: { readonly height: number; readonly status: Status } | undefined;
}

/** A transaction that no CometBFT has taken by then is refused: nobody knows when one will be there. */
const UNSENT_MAX_MS = 10_000;
/**
 * CometBFT answers nobody while a block is committed and what waits is looked at again: whoever comes behind so
 * many that it has not answered is refused here, at once.
 */
const UNANSWERED_MAX = 500;
/** Blocks after which everybody has dropped what this node's CometBFT dropped. */
const DROPPED_BLOCKS = 3;
const HEALTH_MS = 1_000;
/** The same while it is catching up, so that what waits does not wait for long after it. */
const CATCHING_UP_MS = 200;
/** How often CometBFT is asked what only `/metrics` tells. */
const WATCHED_MS = 5_000;
/** Consensus at work on one block for so long is stalled; so is a node whose CometBFT does not answer for so long. */
const STALLED_MS = 3_000;
const RECONNECT_MS = 100;
const LISTED_MS = 1_000;
const CHECKPOINT_MS = 10_000;
const RETRY_MS = 100;

/**
 * Opens the application and starts CometBFT; does not wait until that answers. Throws `NodeFault` where the
 * application cannot be opened: folder_in_use, genesis_unreadable, genesis_differs.
 */
export async function openCometHost(options: CometHostOptions): Promise<CometHost> {
  const host = new Comet(options);
  await host.begin();
  return host;
}

class Comet implements CometHost {
  readonly rpc: CometRpc;
  readonly counters: CometCounters = {
    submitted: 0,
    admitted: 0,
    refused: new Map(),
    blocks: 0,
    transactions: 0,
    lost: 0,
    again: 0,
  };
  readonly #options: CometHostOptions;
  readonly #limits: MempoolLimits;
  readonly #node: SupervisedNode;
  readonly #application: CometApplication;
  /** In the order of arrival, by the bytes' hash. */
  readonly #pending = new Map<string, Pending>();
  readonly #admitted = new Map<string, Pending>();
  readonly #ofSender = new Map<number, number>();
  #bytes = 0;
  readonly #listeners = new Set<(block: CommittedBlock) => void>();
  readonly #decided: CommittedBlock[] = [];
  #broadcast: CometBroadcast | undefined;
  #catchingUp = false;
  readonly #health: Health;
  #listed: { readonly at: number; readonly state: Promise<NetworkState> } | undefined;
  readonly #closing = new AbortController();
  #fault: NodeFault | undefined;
  readonly #latencies: CometLatencies | undefined;
  #consensus: Consensus | undefined;

  constructor(options: CometHostOptions) {
    this.#options = options;
    this.#limits = options.inFlight ?? DEFAULT_LIMITS.inFlight;
    this.rpc = new CometRpc({ address: rpcAddress(options.home) });
    this.#health = new Health(this.rpc);
    const { home, binary, output, firstPauseMs, snapshotEvery, note } = options;
    this.#node = superviseComet({
      home,
      binary,
      ...(output !== undefined && { output }),
      ...(firstPauseMs !== undefined && { firstPauseMs }),
      ...(snapshotEvery !== undefined && { snapshotEvery }),
      ...(note !== undefined && { note }),
      committed: (block) => this.#take(block),
      checked: (check) => this.#checked(check),
    });
    const { application } = this.#node;
    // Without one, `begin` says why.
    this.#application = application!;
    if (options.metrics !== undefined) this.#latencies = this.#watched(options.metrics);
  }

  #watched(registry: MetricsRegistry): CometLatencies {
    return registerCometNode(registry, {
      counters: this.counters,
      height: () => this.#running.view()?.height ?? 0,
      blockAgeS: () => this.#health.sinceBlockMs / 1_000,
      consensus: () => this.#consensus,
      inFlight: () => ({
        transactions: this.#pending.size,
        bytes: this.#bytes,
        unchecked: this.#pending.size - this.#admitted.size,
      }),
      restarts: () => this.restarts,
      stopped: () => this.#fault !== undefined,
    });
  }

  async begin(): Promise<void> {
    if (this.#application === undefined) {
      const ended = this.#node.ended.then(() => new NodeFault("stopped", "The node ended as it began"));
      const unopened = new NodeFault("disk_failed", "The application could not be opened");
      const cause = await Promise.race([ended.catch((error) => error), pause(1_000, unopened)]);
      await this.#node.close().catch(() => {});
      throw cause;
    }
    this.#node.ended.catch((cause) => this.#fail(cause));
    void this.#keepConnected();
    void this.#watch();
  }

  get chain(): string {
    return this.genesis.chain;
  }

  get genesis(): Genesis {
    return this.#running.genesis!.appState.genesis;
  }

  get origin() {
    const { origin } = this.genesis;
    if (origin === undefined) return undefined;
    const { chain, height } = origin.header;
    return { chain, height, hash: headerHash(origin.header) };
  }

  get clock(): ChainClock | undefined {
    return this.#running.genesis!.appState.clock;
  }

  get speed(): number {
    return this.#running.speed;
  }

  get producer(): Uint8Array {
    return this.genesis.producer;
  }

  get comet(): number | undefined {
    return this.#node.comet;
  }

  get restarts(): number {
    return this.#node.restarts;
  }

  get catchingUp(): boolean {
    return this.#catchingUp;
  }

  get fault(): NodeFault | undefined {
    return this.#fault;
  }

  submit(transaction: Uint8Array): Promise<Submission> {
    this.counters.submitted += 1;
    const decoded = transaction.length <= TRANSACTION_MAX_BYTES ? decodeTransaction(transaction) : undefined;
    if (decoded?.ok !== true) return Promise.resolve(this.#refusal(undefined, "malformed"));
    const id = transactionId(decoded.value);
    const { sender } = decoded.value;
    if (this.#fault !== undefined || this.#closing.signal.aborted) {
      return Promise.resolve(this.#refusal(id, "stopped"));
    }
    const bytes = new Uint8Array(transaction);
    const name = nameOf(bytes);
    if (this.#pending.has(name) || this.#admitted.has(toHex(id))) {
      return Promise.resolve(this.#refusal(id, "already_waiting"));
    }
    if (this.#catchingUp) return Promise.resolve(this.#refusal(id, "catching_up"));
    const ofSender = this.#ofSender.get(sender) ?? 0;
    if (
      this.#pending.size >= this.#limits.transactions ||
      this.#bytes + bytes.length > this.#limits.bytes ||
      ofSender >= this.#limits.ofOneSender ||
      this.#unanswered >= Math.min(UNANSWERED_MAX, this.#running.room(this.#admitted.size))
    ) {
      return Promise.resolve(this.#refusal(id, "overloaded"));
    }
    const { promise, resolve } = Promise.withResolvers<Submission>();
    const committed = Promise.withResolvers<Outcome>();
    committed.promise.catch(() => {}); // nobody has to wait for it
    const pending: Pending = {
      id,
      bytes,
      transaction: decoded.value,
      answer: resolve,
      committed,
      enteredMs: performance.now(),
      admitted: false,
      sent: false,
      dropped: undefined,
    };
    this.#pending.set(name, pending);
    this.#ofSender.set(sender, ofSender + 1);
    this.#bytes += bytes.length;
    if (this.#mayCount(decoded.value)) this.#running.expect(bytes);
    if (this.#broadcast !== undefined) this.#send(pending, this.#broadcast);
    return promise;
  }

  view(): ChainView {
    return this.#running.view()!;
  }

  now(): UnixSeconds {
    return this.#running.now();
  }

  waiting(): number {
    return this.#admitted.size;
  }

  onBlock(listener: (block: CommittedBlock) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  block(height: number): StoredBlock | undefined {
    return this.#running.block(height) ?? this.#ofBefore(height);
  }

  #ofBefore(height: number): StoredBlock | undefined {
    const { origin } = this;
    return origin !== undefined && height <= origin.height ? this.#options.before?.block(height) : undefined;
  }

  replay(fromHeight: number): Iterable<CommittedBlock> {
    return this.#running.replay(fromHeight);
  }

  ready(): boolean {
    if (this.#fault !== undefined || this.#closing.signal.aborted) return false;
    return this.#broadcast !== undefined && !this.#catchingUp && this.#health.good;
  }

  async proveRow<K, V>(table: Table<K, V>, key: K): Promise<RowProof> {
    // State, height and path belong together: nothing is waited for in between.
    const view = this.view();
    const { height, stateRoot } = view;
    const proved = view.proveRow(table, encode(table.key, key))!;
    const checkpoint = await this.#checkpointOf(height, stateRoot);
    return { checkpoint, table: table.number, key: encode(table.key, key), ...proved };
  }

  async signers(height: number): Promise<readonly BlockSigner[]> {
    const [{ signers }, validators] = await Promise.all([
      this.rpc.commit(height),
      this.rpc.validators(height),
    ]);
    const signed = new Set(signers);
    return validators.map(({ address, publicKey, power }) => ({
      address,
      publicKey: toHex(publicKey),
      power: Number(power),
      signed: signed.has(address),
    }));
  }

  network(): Promise<NetworkState> {
    const now = performance.now();
    if (this.#listed === undefined || now - this.#listed.at > LISTED_MS) {
      this.#listed = { at: now, state: this.#ask() };
    }
    return this.#listed.state;
  }

  async produceNow(): Promise<void> {
    await Promise.allSettled([...this.#admitted.values()].map(({ committed }) => committed.promise));
    if (this.#fault !== undefined) throw this.#fault;
  }

  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort();
      this.#abandon("the node was closed");
      this.#broadcast?.close();
    }
    await this.#node.close().catch(() => {});
    this.#listed = undefined;
  }

  /** The one that runs now: after a fault of its own it is another. */
  get #running(): CometApplication {
    return this.#node.application ?? this.#application;
  }

  get #unanswered(): number {
    return this.#pending.size - this.#admitted.size;
  }

  /** Whether an envelope is worth verifying its signature before CheckTx asks for it. */
  #mayCount({ chain, kind, sender }: Transaction): boolean {
    return chain === this.chain && KINDS.has(kind) && this.view().member(sender) !== undefined;
  }

  #send(pending: Pending, broadcast: CometBroadcast): void {
    pending.sent = true;
    broadcast.send(pending.bytes).catch((error) => {
      if (!isSeenBefore(error)) {
        // A connection that ended says nothing of the transaction: the next one carries it.
        pending.sent = false;
        if (isCatchingUp(error)) {
          this.#follow(true); // `#watch` sees when it is over
        } else if (isRefusal(error)) this.#refuse(pending, "overloaded"); // CometBFT has no room
        return;
      }
      // Somebody else handed it in, here or at another node: it waits, or it was decided.
      const member = this.view().member(pending.transaction.sender);
      const used = member !== undefined && pending.transaction.nonce <= member.nonce;
      if (used) this.#refuse(pending, "nonce_already_used");
      else this.#admit(pending);
    });
  }

  #checked({ bytes, code, again }: Checked): void {
    const pending = this.#pending.get(nameOf(bytes));
    if (pending === undefined) return;
    if (code === 0) {
      pending.dropped = undefined;
      this.#admit(pending);
      return;
    }
    const status = statusOf(code);
    if (pending.admitted) {
      if (status !== undefined) pending.dropped ??= { height: this.view().height, status };
    } else if (!again) this.#refuse(pending, code === OVERLOADED ? "overloaded" : status!);
  }

  #admit(pending: Pending): void {
    if (pending.admitted || !this.#pending.has(nameOf(pending.bytes))) return;
    pending.admitted = true;
    this.#admitted.set(toHex(pending.id), pending);
    this.counters.admitted += 1;
    this.#latencies?.broadcast.observe(secondsSince(pending.enteredMs));
    pending.answer({ admitted: true, id: pending.id, committed: pending.committed.promise });
  }

  #refuse(pending: Pending, status: Status | AdmissionRefusal): void {
    if (pending.admitted || !this.#leave(pending)) return;
    this.#latencies?.broadcast.observe(secondsSince(pending.enteredMs));
    pending.answer(this.#refusal(pending.id, status));
  }

  /** Takes it out; `false` where it is out already. */
  #leave(pending: Pending): boolean {
    if (!this.#pending.delete(nameOf(pending.bytes))) return false;
    if (pending.admitted) this.#admitted.delete(toHex(pending.id));
    const { sender } = pending.transaction;
    const left = (this.#ofSender.get(sender) ?? 1) - 1;
    if (left === 0) this.#ofSender.delete(sender);
    else this.#ofSender.set(sender, left);
    this.#bytes -= pending.bytes.length;
    return true;
  }

  /** Inside Commit: only notes what has to be done when it is answered. */
  #take(block: CommittedBlock): void {
    this.#options.note?.("a block is durable", undefined, blockCommitted(block));
    this.#health.block();
    this.counters.blocks += 1;
    this.counters.transactions += block.transactions.length;
    this.#decided.push(block);
    if (this.#decided.length === 1) setImmediate(() => this.#tell());
  }

  #tell(): void {
    for (const block of this.#decided.splice(0)) {
      for (const listener of [...this.#listeners]) {
        try {
          listener(block);
        } catch (error) {
          this.#options.note?.(
            `a listener threw at block ${block.height}`,
            error,
            listenerThrew(block.height),
          );
        }
      }
      this.#settle(block);
    }
  }

  #settle({ height, transactions }: CommittedBlock): void {
    if (this.#pending.size === 0) return;
    for (const [index, { id, bytes, status }] of transactions.entries()) {
      // Another signature over the same request is the same transaction, where it counted.
      const same = this.#pending.get(nameOf(bytes));
      const pending = same ?? (isEnvelopeRefusal(status) ? undefined : this.#admitted.get(toHex(id)));
      if (pending === undefined) continue;
      this.#admit(pending);
      this.#leave(pending);
      this.#latencies?.commit.observe(secondsSince(pending.enteredMs));
      pending.committed.resolve({ id, height, index, status });
    }
    for (const pending of [...this.#pending.values()]) {
      const lost = this.#lossOf(pending, height);
      if (lost !== undefined) this.#lose(pending, lost.status, lost.reason);
    }
  }

  /** Why a transaction that did not stand in the block before `height + 1` cannot come any more. */
  #lossOf({ transaction, admitted, dropped }: Pending, height: number) {
    if (!admitted) return undefined; // CheckTx says so
    const { sender, nonce, expiryHeight } = transaction;
    if (expiryHeight <= height) {
      return { status: "expired", reason: `it was good until block ${expiryHeight}` } as const;
    }
    if (nonce <= (this.view().member(sender)?.nonce ?? 0)) {
      return { status: "nonce_already_used", reason: "another transaction took its count" } as const;
    }
    if (dropped !== undefined && height >= dropped.height + DROPPED_BLOCKS) {
      return { status: dropped.status, reason: `it was dropped: ${dropped.status}` };
    }
    return undefined;
  }

  #lose(pending: Pending, status: Status | AdmissionRefusal, reason: string): void {
    if (!this.#leave(pending)) return;
    this.counters.lost += 1;
    pending.committed.reject(
      new LostTransaction(status, `The transaction ${toHex(pending.id)} will not come: ${reason}`),
    );
  }

  #abandon(reason: string): void {
    for (const pending of [...this.#pending.values()]) {
      if (pending.admitted) this.#lose(pending, "stopped", reason);
      else this.#refuse(pending, "stopped");
    }
  }

  #fail(cause: unknown): void {
    if (this.#fault !== undefined || this.#closing.signal.aborted) return;
    this.#fault = cause instanceof NodeFault ? cause : new NodeFault("stopped", "The node ended", { cause });
    this.#closing.abort();
    this.#abandon("the node ended");
    this.#broadcast?.close();
    this.#options.note?.(this.#fault.message, this.#fault, stoppedBy(this.#fault));
    this.#options.failed?.(this.#fault);
  }

  /** Holds the WebSocket open; at each new one hands in what is in flight, in the order of its arrival. */
  async #keepConnected(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const broadcast = new CometBroadcast(this.rpc.address);
      try {
        await broadcast.opened;
        const { catchingUp } = await this.rpc.status();
        if (signal.aborted) break;
        this.#broadcast = broadcast;
        for (const pending of this.#pending.values()) pending.sent = false;
        this.#follow(catchingUp);
        await broadcast.closed;
      } catch {
        // Not there yet.
      } finally {
        this.#broadcast = undefined;
        broadcast.close();
      }
      await pause(RECONNECT_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Hands in what this CometBFT has not taken, in the order of its arrival. */
  #handIn(broadcast: CometBroadcast): void {
    for (const pending of [...this.#pending.values()]) {
      if (pending.sent) continue;
      if (pending.admitted) this.counters.again += 1;
      this.#send(pending, broadcast);
    }
  }

  /** Whether CometBFT is behind the others. If so, nothing is handed in: what was not admitted yet is refused. */
  #follow(catchingUp: boolean): void {
    this.#catchingUp = catchingUp;
    if (!catchingUp) {
      if (this.#broadcast !== undefined) this.#handIn(this.#broadcast);
      return;
    }
    for (const pending of [...this.#pending.values()]) {
      if (!pending.sent) this.#refuse(pending, "catching_up");
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closing;
    let watchedMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      await this.#health.look(this.#oldestMs());
      this.#follow(this.#health.catchingUp ?? this.#catchingUp);
      if (this.#latencies !== undefined && performance.now() - watchedMs >= WATCHED_MS) {
        watchedMs = performance.now();
        this.#consensus = await this.#lookAtConsensus();
      }
      const now = performance.now();
      for (const pending of [...this.#pending.values()]) {
        if (!pending.sent && now - pending.enteredMs > UNSENT_MAX_MS) this.#refuse(pending, "overloaded");
      }
      await pause(this.#catchingUp ? CATCHING_UP_MS : HEALTH_MS, undefined, { signal }).catch(() => {});
    }
  }

  /**
   * What the validators signed for a state: the header of the next block, which always follows at once where a
   * block changed the state; where it did not, its own header carries the same root.
   */
  async #checkpointOf(height: number, stateRoot: Uint8Array): Promise<Checkpoint> {
    const root = toHex(stateRoot);
    let cause: unknown;
    for (const end = performance.now() + CHECKPOINT_MS; performance.now() < end; await pause(RETRY_MS)) {
      for (const at of [height + 1, height]) {
        try {
          const block = await this.#lightBlock(at);
          if (toHex(block.header.appHash) === root) return { by: "validators", ...block };
        } catch (error) {
          cause = error; // not there yet
        }
      }
      if (this.#closing.signal.aborted) break;
    }
    throw new CometRpcError("timeout", `no signed header of the state after block ${height}`, cause);
  }

  async #lightBlock(height: number): Promise<LightBlock> {
    const [{ header, commit }, validators] = await Promise.all([
      this.rpc.commit(height),
      this.rpc.validators(height),
    ]);
    return lightBlockFrom({ header, commit }, validators);
  }

  /** How long the oldest admitted transaction waits, ms. */
  #oldestMs(): number {
    for (const { enteredMs } of this.#admitted.values()) return performance.now() - enteredMs;
    return 0;
  }

  async #ask(): Promise<NetworkState> {
    const { rpc } = this;
    const [status, validators, peers] = await Promise.all([rpc.status(), rpc.validators(), rpc.netInfo()]);
    // The commit of the last block holds what this node had when it was enough; the one before has the late ones.
    const whole = status.latestHeight - 1;
    const { signers: signed } = await rpc.commit(whole).catch(() => rpc.commit());
    const signers = new Set(signed);
    return {
      engine: "cometbft",
      version: status.version,
      height: this.view().height,
      time: this.view().time,
      consensusHeight: status.latestHeight,
      consensusTime: status.latestTime,
      catchingUp: status.catchingUp,
      ready: this.ready(),
      self: { nodeId: status.nodeId, name: status.moniker, address: status.validator.address },
      validators: validators.map(({ address, publicKey, power }) => ({
        address,
        publicKey: toHex(publicKey),
        power: Number(power),
        signedLast: signers.has(address),
      })),
      peers: peers.map(({ nodeId, moniker, address }) => ({ nodeId, name: moniker, address })),
    };
  }

  async #lookAtConsensus(): Promise<Consensus | undefined> {
    try {
      const { consensusHeight, catchingUp, validators, peers } = await this.#ask();
      const signers = validators.filter(({ signedLast }) => signedLast).length;
      return {
        height: consensusHeight,
        catchingUp,
        validators: validators.length,
        signers,
        peers: peers.length,
      };
    } catch {
      return undefined; // it does not answer, which is told too
    }
  }

  #refusal(id: Uint8Array | undefined, status: Status | AdmissionRefusal): Submission {
    const { refused } = this.counters;
    refused.set(status, (refused.get(status) ?? 0) + 1);
    return { admitted: false, id, status };
  }
}

/** Whether blocks come that should. */
class Health {
  readonly #rpc: CometRpc;
  #good = false;
  /** As CometBFT said it last; `undefined` where it did not answer. */
  catchingUp: boolean | undefined;
  #blockMs = performance.now();
  #answeredMs = Number.NEGATIVE_INFINITY;

  constructor(rpc: CometRpc) {
    this.#rpc = rpc;
  }

  get good(): boolean {
    return this.#good && performance.now() - this.#answeredMs < STALLED_MS;
  }

  block(): void {
    this.#blockMs = performance.now();
  }

  get sinceBlockMs(): number {
    return performance.now() - this.#blockMs;
  }

  /** `waitingMs`: how long the oldest transaction has been waiting. */
  async look(waitingMs: number): Promise<void> {
    const { sinceBlockMs } = this;
    try {
      const { catchingUp } = await this.#rpc.status();
      const late = sinceBlockMs > STALLED_MS && (waitingMs > STALLED_MS || (await this.#atWork()));
      this.catchingUp = catchingUp;
      this.#good = !catchingUp && !late;
      this.#answeredMs = performance.now();
    } catch {
      this.catchingUp = undefined;
      this.#good = false;
    }
  }

  /** Consensus tries for a block: it has left the steps in which it waits for something to decide. */
  async #atWork(): Promise<boolean> {
    return (await this.#rpc.consensusStep()).step >= STEP_PROPOSE;
  }
}

/** CometBFT's RoundStepPropose; before it are NewHeight and NewRound, which last while nothing is to be decided. */
const STEP_PROPOSE = 3;

/** Where the JSON-RPC of a home listens, by its configuration. Throws `NodeFault` genesis_unreadable. */
export function rpcAddress(home: string): string {
  return `http://${listensAt(home, "rpc")}`;
}

/** Where other nodes reach a home's. Throws `NodeFault` genesis_unreadable. */
export function p2pAddress(home: string): string {
  return listensAt(home, "p2p");
}

function listensAt(home: string, section: "rpc" | "p2p"): string {
  const file = join(home, "config", "config.toml");
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new NodeFault("genesis_unreadable", `${home} is no home of CometBFT`, { cause });
  }
  const match = /^laddr = "tcp:\/\/([^"]+):(\d+)"$/m.exec(text.slice(text.indexOf(`\n[${section}]`)));
  if (match === null) throw new NodeFault("genesis_unreadable", `${file} names no address in [${section}]`);
  const name = match[1] === "0.0.0.0" ? "127.0.0.1" : match[1];
  return `${name}:${match[2]}`;
}

function secondsSince(ms: number): number {
  return (performance.now() - ms) / 1_000;
}

function nameOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
