/**
 * Transactions in flight: from their arrival until they are refused or durable. They leave the queue in the
 * order in which they came, whatever order their signatures are verified in, so that a sender may hand in
 * one nonce after the other without waiting.
 *
 * Everything is bounded: when too many transactions, too many bytes or too many of one sender are in flight,
 * the next one is refused at once. A queue that only grows answers everybody late; a refusal tells the client
 * to come back.
 */
import { assert } from "#base/assert.ts";
import type { AdmissionRefusal, Outcome, Submission } from "#chain/host.ts";
import { hash } from "#crypto/hash.ts";
import type { Verdict } from "#crypto/keys.ts";
import { type Text32, textOf } from "#crypto/text32.ts";
import type { Transaction } from "#ledger/transaction.ts";

export interface MempoolLimits {
  /** Transactions in flight. */
  readonly transactions: number;
  readonly bytes: number;
  /** Of one sender, so that none takes the whole room. */
  readonly ofOneSender: number;
}

/** A transaction in flight. */
export interface Candidate {
  readonly id: Uint8Array;
  readonly transaction: Transaction;
  readonly bytes: Uint8Array;
  /** Of the signature; `undefined` = nobody looked yet, or somebody is looking. */
  verdict: Verdict | undefined;
  /** Somebody is looking, and the queue waits for it. */
  verifying: boolean;
  /** Answers `submit`. */
  readonly answer: (submission: Submission) => void;
  readonly answered: Promise<Submission>;
  /** Settles what `submit` promised. */
  readonly committed: PromiseWithResolvers<Outcome>;
}

export class Mempool {
  readonly #limits: MempoolLimits;
  readonly #queue = new Queue<Candidate>();
  /** Unjudged ones by id and signature: a copy with a false signature must not keep the true one out. */
  readonly #queued = new Set<string>();
  /** Those in a block that is not yet durable, by id. */
  readonly #included = new Set<Text32>();
  readonly #ofSender = new Map<number, number>();
  #count = 0;
  #bytes = 0;

  constructor(limits: MempoolLimits) {
    this.#limits = limits;
  }

  /** Transactions in flight. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Of these, how many are not yet judged. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Takes a transaction in, or says why not: already_waiting, overloaded. */
  enter(candidate: Candidate): AdmissionRefusal | undefined {
    const { sender } = candidate.transaction;
    const key = keyOf(candidate);
    if (this.#included.has(textOf(candidate.id)) || this.#queued.has(key)) return "already_waiting";
    const ofSender = this.#ofSender.get(sender) ?? 0;
    if (
      this.#count >= this.#limits.transactions ||
      this.#bytes + candidate.bytes.length > this.#limits.bytes ||
      ofSender >= this.#limits.ofOneSender
    ) {
      return "overloaded";
    }
    this.#queue.push(candidate);
    this.#queued.add(key);
    this.#ofSender.set(sender, ofSender + 1);
    this.#count += 1;
    this.#bytes += candidate.bytes.length;
    return undefined;
  }

  /** The one that came first of those not yet judged. */
  first(): Candidate | undefined {
    return this.#queue.first();
  }

  /** The one that came last. */
  last(): Candidate | undefined {
    return this.#queue.last();
  }

  isIncluded(id: Uint8Array): boolean {
    return this.#included.has(textOf(id));
  }

  /** The first one is in the open block; it stays in flight. */
  includeFirst(): Candidate {
    const candidate = this.#takeFirst();
    this.#included.add(textOf(candidate.id));
    return candidate;
  }

  /** The first one is refused and gone. */
  refuseFirst(): Candidate {
    const candidate = this.#takeFirst();
    this.#forget(candidate);
    return candidate;
  }

  /** One that was included is durable, or lost with its block. */
  release(candidate: Candidate): void {
    this.#included.delete(textOf(candidate.id));
    this.#forget(candidate);
  }

  #takeFirst(): Candidate {
    const candidate = this.#queue.shift();
    assert(candidate !== undefined, "the queue is empty");
    this.#queued.delete(keyOf(candidate));
    return candidate;
  }

  #forget({ transaction: { sender }, bytes }: Candidate): void {
    const left = this.#ofSender.get(sender)! - 1;
    if (left === 0) this.#ofSender.delete(sender);
    else this.#ofSender.set(sender, left);
    this.#count -= 1;
    this.#bytes -= bytes.length;
  }
}

function keyOf({ id, transaction: { signature } }: Candidate): string {
  return textOf(id) + textOf(hash(signature));
}

/** First in, first out, in constant time. */
class Queue<T> {
  #items: (T | undefined)[] = [];
  #start = 0;

  get length(): number {
    return this.#items.length - this.#start;
  }

  first(): T | undefined {
    return this.#items[this.#start];
  }

  last(): T | undefined {
    return this.length === 0 ? undefined : this.#items[this.#items.length - 1];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#start];
    this.#items[this.#start] = undefined;
    this.#start += 1;
    if (this.#start > 1024 && this.#start * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
    return item;
  }
}
