/**
 * The town's time: virtual seconds that run from real time to as fast as it goes, stand still, or jump forward.
 * The clock only says until when the town may run; the town tells it how far it has come.
 *
 * There are two ways of running as fast as it goes to a goal: a town that was opened behind its present catches
 * up with it, which nothing stops; and a person's jump, which a pause ends where it is.
 */
import type { UnixSeconds } from "#base/time.ts";

/** A jump further than this would leave the screen waiting for minutes. */
export const SEEK_MAX_S = 8 * 86_400;

/** What a live town goes by. */
export interface TownClock {
  /** How far the town has come. */
  readonly time: UnixSeconds;
  readonly speed: number;
  readonly paused: boolean;
  /** Where the town runs to as fast as it goes; `undefined` where it runs by its speed. */
  readonly seekingTo: UnixSeconds | undefined;
  /** Nobody can pause it or set its speed: it is the chain's. */
  readonly fixed: boolean;
  /** Until when the town may run now. */
  readonly allowed: number;
  advance(time: UnixSeconds): void;
  pause(paused: boolean): void;
  setSpeed(speed: number): void;
  seek(time: UnixSeconds): void;
  forgive(): void;
  onChange(listener: () => void): () => void;
}

export class VirtualClock implements TownClock {
  readonly fixed = false;
  #time: UnixSeconds;
  #speed: number;
  #paused = false;
  readonly #present: UnixSeconds;
  #jumpTo: UnixSeconds;
  /** Where the running stretch began: real ms, and virtual time. */
  #sinceMs: number;
  #since: UnixSeconds;
  readonly #realMs: () => number;
  readonly #listeners = new Set<() => void>();

  /**
   * `speed` in virtual seconds per second, 0 = as fast as it goes; `realMs` is a monotonic clock; up to
   * `present` the town catches up, however far that is.
   */
  constructor(start: UnixSeconds, speed: number, realMs: () => number, present = start) {
    this.#time = start;
    this.#since = start;
    this.#speed = speed;
    this.#realMs = realMs;
    this.#present = present;
    this.#jumpTo = start;
    this.#sinceMs = realMs();
  }

  /** How far the town has come. */
  get time(): UnixSeconds {
    return this.#time;
  }

  get speed(): number {
    return this.#speed;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Where the town runs to as fast as it goes; `undefined` where it runs by its speed. */
  get seekingTo(): UnixSeconds | undefined {
    const goal = Math.max(this.#present, this.#jumpTo);
    return goal > this.#time ? goal : undefined;
  }

  /** Until when the town may run now; Infinity where nothing holds it back. */
  get allowed(): number {
    const goal = this.seekingTo;
    if (goal !== undefined) return goal;
    if (this.#paused) return this.#time;
    if (this.#speed === 0) return Number.POSITIVE_INFINITY;
    return this.#since + ((this.#realMs() - this.#sinceMs) / 1000) * this.#speed;
  }

  /** The town has come to `time`. A goal that is reached counts no longer. */
  advance(time: UnixSeconds): void {
    const sought = this.seekingTo !== undefined;
    this.#time = time;
    if (sought && this.seekingTo === undefined) this.#restart();
  }

  /** Stands still, also in the middle of a jump; or goes on. */
  pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#jumpTo = this.#time;
    this.#restart();
  }

  /** Goes on at another speed. A jump under way is finished first. */
  setSpeed(speed: number): void {
    this.#speed = speed;
    this.#paused = false;
    this.#restart();
  }

  /** Runs as fast as it goes up to `time`, then as before; a time that has passed is no jump. */
  seek(time: UnixSeconds): void {
    if (time <= this.#time) return;
    this.#jumpTo = Math.min(time, Math.max(this.#present, this.#time) + SEEK_MAX_S);
    this.#notify();
  }

  /**
   * A town that falls behind its clock does not run after it: the stretch begins anew where it is. Called when
   * a turn of work is over and the clock is further ahead than the town can be in a moment.
   */
  forgive(): void {
    this.#since = this.#time;
    this.#sinceMs = this.#realMs();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #restart(): void {
    this.forgive();
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
