/**
 * Where signatures are verified: each once, on the thread pool over all cores, only so many at a time that a
 * sync of the log never waits long for a thread.
 *
 * What native cryptography does not accept is decided by the rule itself on the main thread, over a
 * millisecond each, and anyone who knows a member's public key can ask for that with a made-up signature. So
 * it is capped, per sender and in all; a signature beyond the cap is "undecided" and its sender told to come
 * back. Signatures that the fast path accepts are never capped.
 */
import type { Verdict } from "#crypto/keys.ts";
import { signingHash, type Transaction } from "#ledger/transaction.ts";
import { machine, type Surroundings } from "#node/surroundings.ts";

export interface SlowPathLimits {
  /** Decisions a second by the slow path, of one sender and of all together. */
  readonly ofOneSender: number;
  readonly ofAll: number;
}

export class SignatureGate {
  readonly #concurrency: number;
  readonly #cap: SlowPathCap;
  readonly #judging: Pick<Surroundings, "judge" | "judgeAsync">;
  readonly #waiting: { transaction: Transaction; done: (verdict: Verdict) => void }[] = [];
  #running = 0;
  /** Signatures judged, here or on other threads. */
  verified = 0;

  /** `clockMs` is monotonic. */
  constructor(
    concurrency: number,
    slowPath: SlowPathLimits,
    clockMs: () => number,
    judging: Pick<Surroundings, "judge" | "judgeAsync"> = machine,
  ) {
    this.#concurrency = concurrency;
    this.#judging = judging;
    this.#cap = new SlowPathCap(slowPath, clockMs);
  }

  /** Decisions that the slow path was asked for, allowed or not. */
  get slowPathAsked(): number {
    return this.#cap.asked;
  }

  /** Calls back once, never before it returns. Started in the order of the calls. */
  judge(transaction: Transaction, done: (verdict: Verdict) => void): void {
    this.#waiting.push({ transaction, done });
    if (this.#running < this.#concurrency) this.#start();
  }

  /** The same verdict at once, on the caller's thread. */
  judgeNow(transaction: Transaction): Verdict {
    const { publicKey, signature } = transaction;
    this.verified += 1;
    return this.#judging.judge(publicKey, signingHash(transaction), signature, this.#options(transaction));
  }

  /** By the rule whatever it costs, beside the queue: for what stands in a block that was decided. */
  async decide(transaction: Transaction): Promise<boolean> {
    const { publicKey, signature } = transaction;
    this.verified += 1;
    return (await this.#judging.judgeAsync(publicKey, signingHash(transaction), signature)) === "valid";
  }

  #start(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { transaction, done } = next;
    this.#running += 1;
    this.verified += 1;
    this.#judging
      .judgeAsync(
        transaction.publicKey,
        signingHash(transaction),
        transaction.signature,
        this.#options(transaction),
      )
      .catch((): Verdict => "undecided")
      .then((verdict) => {
        this.#running -= 1;
        this.#start();
        done(verdict);
      });
  }

  #options({ sender }: Transaction) {
    return { slowPathAllowed: () => this.#cap.allows(sender) };
  }
}

/** Counts in windows of one second. */
export class SlowPathCap {
  asked = 0;
  readonly #limits: SlowPathLimits;
  readonly #clockMs: () => number;
  #window = -1;
  #ofAll = 0;
  readonly #ofSender = new Map<number, number>();

  constructor(limits: SlowPathLimits, clockMs: () => number) {
    this.#limits = limits;
    this.#clockMs = clockMs;
  }

  allows(sender: number): boolean {
    this.asked += 1;
    const window = Math.floor(this.#clockMs() / 1000);
    if (window !== this.#window) {
      this.#window = window;
      this.#ofAll = 0;
      this.#ofSender.clear();
    }
    const ofSender = this.#ofSender.get(sender) ?? 0;
    if (this.#ofAll >= this.#limits.ofAll || ofSender >= this.#limits.ofOneSender) return false;
    this.#ofAll += 1;
    this.#ofSender.set(sender, ofSender + 1);
    return true;
  }
}
