/**
 * The town's time: virtual seconds that run from real time to as fast as it goes, stand still, or jump forward.
 * The clock only says until when the town may run; the town tells it how far it has come.
 */
import type { UnixSeconds } from "#base/time.ts";

/** A jump further than this would leave the screen waiting for minutes. */
export const SEEK_MAX_S = 8 * 86_400;

export class VirtualClock {
  #time: UnixSeconds;
  #speed: number;
  #paused = false;
  #seekingTo: UnixSeconds | undefined;
  /** Where the running stretch began: real ms, and virtual time. */
  #sinceMs: number;
  #since: UnixSeconds;
  readonly #realMs: () => number;
  readonly #listeners = new Set<() => void>();

  /**
   * `speed` in virtual seconds per second, 0 = as fast as it goes; `realMs` is a monotonic clock; up to
   * `seekingTo` the town runs as fast as it goes, however far that is.
   */
  constructor(start: UnixSeconds, speed: number, realMs: () => number, seekingTo = start) {
    this.#time = start;
    this.#since = start;
    this.#speed = speed;
    this.#realMs = realMs;
    this.#seekingTo = seekingTo > start ? seekingTo : undefined;
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

  get seekingTo(): UnixSeconds | undefined {
    return this.#seekingTo;
  }

  /** Until when the town may run now; Infinity where nothing holds it back. */
  get allowed(): UnixSeconds {
    if (this.#seekingTo !== undefined) return this.#seekingTo;
    if (this.#paused) return this.#time;
    if (this.#speed === 0) return Number.POSITIVE_INFINITY;
    return this.#since + ((this.#realMs() - this.#sinceMs) / 1000) * this.#speed;
  }

  /** The town has come to `time`. A jump that has arrived ends. */
  advance(time: UnixSeconds): void {
    this.#time = time;
    if (this.#seekingTo !== undefined && time >= this.#seekingTo) {
      this.#seekingTo = undefined;
      this.#restart();
    } else this.#notify();
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.#restart();
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    this.#paused = false;
    this.#restart();
  }

  /** Runs as fast as it goes up to `time`; a time that has passed is no jump. */
  seek(time: UnixSeconds): void {
    if (time <= this.#time) return;
    this.#seekingTo = Math.min(time, this.#time + SEEK_MAX_S);
    this.#notify();
  }

  /**
   * A town that falls behind its clock does not run after it: the stretch begins anew where it is. Called when
   * a turn of work is over and the clock is further ahead than the town can be in a moment.
   */
  forgive(): void {
    this.#restart(false);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #restart(tell = true): void {
    this.#since = this.#time;
    this.#sinceMs = this.#realMs();
    if (tell) this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
