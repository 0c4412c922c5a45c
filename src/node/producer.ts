/**
 * The embedded producer: executes judged transactions in the open block as they come, and seals the block
 * when its time is up or it is full. Sealing computes the root, signs the header, makes the record durable,
 * moves the state on, and only then tells anyone. One block at a time: while one is being made durable, the
 * next transactions wait in the mempool.
 */
import { assert } from "#base/assert.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { ChainApp, ChainBlock, ExecutedTransaction } from "#chain/app.ts";
import type { CommittedBlock } from "#chain/host.ts";
import type { Signer } from "#crypto/keys.ts";
import { MEMBERS, type Member } from "#ledger/member.ts";
import { STATUS, type Status } from "#ledger/status.ts";
import type { BlockLog } from "#node/block-log.ts";
import { asFault, type NodeFault } from "#node/fault.ts";
import type { Candidate, Mempool } from "#node/mempool.ts";
import type { SignatureGate } from "#node/signature-gate.ts";
import type { Surroundings } from "#node/surroundings.ts";

export interface BlockLimits {
  readonly transactions: number;
  /** Of transactions; a single larger one still makes a block. */
  readonly bytes: number;
}

export interface ProducerParts {
  readonly app: ChainApp;
  readonly log: BlockLog;
  readonly mempool: Mempool;
  readonly gate: SignatureGate;
  readonly signer: Signer;
  readonly now: () => UnixSeconds;
  readonly surroundings: Pick<Surroundings, "clockMs" | "after">;
  /** From a block's first transaction to its sealing; "manual" = only when asked. */
  readonly intervalMs: number | "manual";
  readonly limits: BlockLimits;
  /** Called after each commit, before anyone sees what `submit` promised settled. Must not throw. */
  readonly committed: (block: CommittedBlock, sealingMs: number) => void;
  /** Called once; nothing works afterwards. */
  readonly failed: (fault: NodeFault) => void;
}

interface Included {
  readonly candidate: Candidate;
  readonly executed: ExecutedTransaction;
}

export class Producer {
  readonly #parts: ProducerParts;
  #open: ChainBlock | undefined;
  #included: Included[] = [];
  #includedBytes = 0;
  /** Calls the timer of the open block off. */
  #callOff: (() => void) | undefined;
  #sealing: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: ProducerParts) {
    this.#parts = parts;
  }

  /** Executes what is judged, in order of arrival, as far as the block takes it. */
  drain(): void {
    const { mempool, limits } = this.#parts;
    while (!this.#stopped && this.#sealing === undefined) {
      const candidate = mempool.first();
      if (candidate === undefined || candidate.verifying) return;
      if (this.#isFullFor(candidate)) return void this.seal();
      try {
        this.#execute(candidate);
      } catch (error) {
        this.#fail(asFault(error));
        return;
      }
      if (this.#included.length >= limits.transactions) return void this.seal();
    }
  }

  /** Seals what the open block holds, if anything; resolves when it is committed, or the node has failed. */
  seal(): Promise<void> {
    if (this.#sealing !== undefined) return this.#sealing;
    if (this.#stopped || this.#included.length === 0) return Promise.resolve();
    this.#callOff?.();
    this.#callOff = undefined;
    const included = this.#included;
    const open = this.#open;
    assert(open !== undefined, "transactions are included in no block");
    this.#open = undefined;
    this.#included = [];
    this.#includedBytes = 0;
    this.#sealing = this.#makeDurable(open, included)
      .catch((error) => {
        const fault = asFault(error);
        for (const { candidate } of included) candidate.committed.reject(fault);
        this.#fail(fault);
      })
      .finally(() => {
        this.#sealing = undefined;
        this.drain();
      });
    return this.#sealing;
  }

  /** Resolves when no seal is under way. */
  async settled(): Promise<void> {
    while (this.#sealing !== undefined) await this.#sealing;
  }

  /** A member as the next transaction will find it: the open block's, or the last committed one's. */
  member(number: number): Member | undefined {
    return this.#open === undefined
      ? this.#parts.app.view().member(number)
      : this.#open.state.get(MEMBERS, number);
  }

  /** Lets a seal that is under way end, and does nothing more. What is included in no sealed block is lost. */
  async stop(error: Error): Promise<void> {
    this.#stopped = true;
    this.#callOff?.();
    for (const { candidate } of this.#included) candidate.committed.reject(error);
    this.#included = [];
    await this.#sealing;
  }

  #execute(candidate: Candidate): void {
    const { mempool, gate, intervalMs } = this.#parts;
    let undecided = false;
    const signed = () => {
      const verdict = candidate.verdict ?? gate.judgeNow(candidate.transaction);
      undecided = verdict === "undecided";
      return verdict === "valid";
    };
    const executed = this.#block().execute(candidate.transaction, signed, "leaves no trace");
    const { id } = candidate;
    if (executed.status !== "ok") {
      mempool.refuseFirst();
      candidate.answer({
        admitted: false,
        id,
        status: undecided ? "overloaded" : this.#told(id, executed.status),
      });
      return;
    }
    mempool.includeFirst();
    this.#included.push({ candidate, executed });
    this.#includedBytes += candidate.bytes.length;
    candidate.answer({ admitted: true, id, committed: candidate.committed.promise });
    if (this.#callOff === undefined && intervalMs !== "manual") {
      this.#callOff = this.#parts.surroundings.after(intervalMs, () => void this.seal());
    }
  }

  /** A second copy of one that is included already meets its own nonce. */
  #told(id: Uint8Array, status: Status): Status | "already_waiting" {
    return status === "nonce_already_used" && this.#parts.mempool.isIncluded(id) ? "already_waiting" : status;
  }

  /** The open block. One that nothing is in yet is opened anew when the clock has moved on. */
  #block(): ChainBlock {
    const { app, now } = this.#parts;
    const clock = now();
    if (this.#open === undefined || (this.#included.length === 0 && clock > this.#open.time)) {
      this.#open = app.open(clock);
    }
    return this.#open;
  }

  #isFullFor({ bytes }: Candidate): boolean {
    return this.#included.length > 0 && this.#includedBytes + bytes.length > this.#parts.limits.bytes;
  }

  async #makeDurable(open: ChainBlock, included: readonly Included[]): Promise<void> {
    const { app, log, mempool, signer } = this.#parts;
    const { clockMs } = this.#parts.surroundings;
    const began = clockMs();
    const transactions = included.map(({ candidate, executed }) => ({
      bytes: candidate.bytes,
      status: STATUS[executed.status],
    }));
    const { block, hash, events, commit } = app.produce(open, transactions, signer);
    await log.append(block, hash);
    commit();
    const { height, time, previousHash, stateRoot } = block.header;
    for (const [index, { candidate, executed }] of included.entries()) {
      mempool.release(candidate);
      candidate.committed.resolve({ id: candidate.id, height, index, status: executed.status });
    }
    const committed: CommittedBlock = {
      height,
      time,
      hash,
      previousHash,
      stateRoot,
      seal: { by: "producer", header: block.header, signature: block.signature },
      events,
      transactions: included.map(({ candidate, executed }) => ({
        id: candidate.id,
        bytes: candidate.bytes,
        status: executed.status,
        events: executed.events,
      })),
    };
    this.#parts.committed(committed, clockMs() - began);
  }

  #fail(fault: NodeFault): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#callOff?.();
    this.#parts.failed(fault);
  }
}
