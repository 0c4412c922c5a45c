/**
 * The simulated world: one queue of events on one clock, and one stream of chance. Nothing in it runs beside
 * anything else: an event acts, all promises that this settles run to their end, and only then comes the next
 * event. So a seed decides everything, and the hash over the trace says whether two runs were the same.
 */
import { createHash } from "node:crypto";
import { Random } from "#base/random.ts";
import type { Surroundings } from "#node/surroundings.ts";
import { judge } from "./signatures.ts";

/** From the start of a process to its end: what a dead one still had in hand never happens. */
export interface Life {
  alive: boolean;
}

interface Event {
  readonly at: number;
  readonly number: number;
  readonly what: string;
  readonly life: Life | undefined;
  readonly action: () => void;
}

/** An invariant that did not hold, with what it takes to see it again. */
export class SimulationFailure extends Error {
  override readonly name = "SimulationFailure";
  readonly seed: string;
  readonly event: number;

  constructor(seed: string, event: number, cause: unknown) {
    const told = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    super(`seed ${seed}, event ${event}: ${told}`, { cause });
    this.seed = seed;
    this.event = event;
  }
}

export interface WorldOptions {
  /** Told of every line of the trace. */
  readonly trace?: ((line: string) => void) | undefined;
}

export class World {
  readonly seed: string;
  readonly random: Random;
  /** ms since the world began. */
  now = 0;
  /** Events that happened. */
  events = 0;
  /** How often something of a kind happened. */
  readonly counts = new Map<string, number>();
  readonly #queue: Event[] = [];
  #scheduled = 0;
  readonly #hash = createHash("sha256");
  /** Of the trace, not yet hashed. */
  #lines = "";
  readonly #trace: ((line: string) => void) | undefined;
  #failure: unknown;
  #failed = false;

  constructor(seed: string, options: WorldOptions = {}) {
    this.seed = seed;
    this.random = new Random(`simulation ${seed}`);
    this.#trace = options.trace;
  }

  /** True in `chance` of `of` cases. */
  happens(chance: number, of: number): boolean {
    return this.random.integer(of) < chance;
  }

  /** Uniform, both ends included. */
  between(low: number, high: number): number {
    return low + this.random.integer(high - low + 1);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.random.integer(items.length)]!;
  }

  /** Something happens after so many ms, unless the life that it belongs to has ended. */
  after(ms: number, what: string, action: () => void, life?: Life): void {
    const event = { at: this.now + ms, number: this.#scheduled++, what, life, action };
    const queue = this.#queue;
    let i = queue.push(event) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(event, queue[parent]!)) break;
      queue[i] = queue[parent]!;
      i = parent;
    }
    queue[i] = event;
  }

  /** Resolves after so many ms; never, where the life ends before. */
  sleep(ms: number, what: string, life?: Life): Promise<void> {
    return new Promise((resolve) => this.after(ms, what, resolve, life));
  }

  /** A line of the trace. */
  note(line: string): void {
    this.#lines += `${line}\n`;
    if (this.#lines.length > 50_000) this.#hashLines();
    this.#trace?.(`${String(this.events).padStart(6)} ${(this.now / 1000).toFixed(3).padStart(12)} ${line}`);
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  /** The world ends here: the first cause counts. */
  fail(cause: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#failure = cause;
  }

  expect(holds: boolean, problem: () => string): void {
    if (!holds) this.fail(new Error(problem()));
  }

  /** Lets events happen until `done`. Throws `SimulationFailure` at the first thing that is wrong. */
  async run(done: () => boolean, mostEvents = 200_000): Promise<void> {
    const unhandled = (cause: unknown) =>
      this.fail(new Error("a rejection that nobody handles", { cause: cause }));
    process.on("unhandledRejection", unhandled);
    try {
      while (!this.#failed && !done()) {
        const event = this.#next();
        if (event === undefined) this.fail(new Error("nothing will ever happen again"));
        else if (this.events >= mostEvents) this.fail(new Error(`no end after ${mostEvents} events`));
        else {
          this.events += 1;
          this.now = event.at;
          if (event.life?.alive === false) continue;
          this.note(event.what);
          try {
            event.action();
          } catch (error) {
            this.fail(error);
          }
          await settled(this.events % 64 === 0);
        }
      }
      await settled(true);
    } finally {
      process.off("unhandledRejection", unhandled);
    }
    if (this.#failed) throw new SimulationFailure(this.seed, this.events, this.#failure);
  }

  /** Over every line of the trace so far; the world is finished afterwards. */
  traceHash(): string {
    this.#hashLines();
    return this.#hash.digest("hex");
  }

  /** A machine for one life of a process. */
  surroundings(life: Life): Surroundings {
    return {
      clockMs: () => this.now,
      after: (ms, action) => {
        let off = false;
        this.after(ms, "timer", () => off || action(), life);
        return () => {
          off = true;
        };
      },
      turn: () => {
        const ms = this.happens(1, 3) ? this.between(20, 120) : this.random.integer(10);
        return this.sleep(ms, "turn", life);
      },
      judge,
      judgeAsync: async (...asked) => {
        // The verdict is asked for when the thread is done with it, and so is the cap.
        await this.sleep(this.random.integer(4), "verified", life);
        return judge(...asked);
      },
    };
  }

  #hashLines(): void {
    this.#hash.update(this.#lines);
    this.#lines = "";
  }

  #next(): Event | undefined {
    const queue = this.#queue;
    const first = queue[0];
    const last = queue.pop();
    if (first === undefined || last === undefined || queue.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= queue.length) break;
      if (child + 1 < queue.length && isBefore(queue[child + 1]!, queue[child]!)) child += 1;
      if (!isBefore(queue[child]!, last)) break;
      queue[i] = queue[child]!;
      i = child;
    }
    queue[i] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number);
}

/**
 * When every promise that can settle has settled: all of them are microtasks here, and a tick comes after
 * those. A whole turn of the event loop, in which Node also tells of rejections, takes several times as long.
 */
function settled(wholeTurn: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (wholeTurn) setImmediate(resolve);
    else process.nextTick(resolve);
  });
}
