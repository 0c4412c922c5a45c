/**
 * The time of a town on a network of validators: that of its chain, which runs whether the town follows or not.
 * The town may run up to the chain's time and never beyond it, for nobody would book a quarter hour that is not
 * over. After a pause of the town it runs after the chain as fast as it goes. Nobody sets this clock.
 */
import { assert } from "#base/assert.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { TownClock } from "#sim/clock.ts";

/** The chain's clock: a `CometHost` fits. */
export interface ChainTime {
  now(): UnixSeconds;
  /** Seconds of the chain per second. */
  readonly speed: number;
}

/** A town this far behind catches up. */
const BEHIND_S = 2 * QUARTER_HOUR_S;

export class NetworkClock implements TownClock {
  readonly fixed = true;
  readonly paused = false;
  readonly #chain: ChainTime;
  readonly #listeners = new Set<() => void>();
  #time: UnixSeconds;
  #told: number;

  constructor(chain: ChainTime) {
    this.#chain = chain;
    this.#time = chain.now();
    this.#told = chain.speed;
  }

  get time(): UnixSeconds {
    return this.#time;
  }

  get speed(): number {
    return this.#chain.speed;
  }

  get allowed(): number {
    return this.#chain.now();
  }

  get seekingTo(): UnixSeconds | undefined {
    const now = this.#chain.now();
    return now - this.#time > BEHIND_S ? now : undefined;
  }

  /** Who watches hears of it each quarter hour, and when the speed has changed. */
  advance(time: UnixSeconds): void {
    this.#time = time;
    if (time % QUARTER_HOUR_S !== 0 && this.#told === this.speed) return;
    this.#told = this.speed;
    for (const listener of this.#listeners) listener();
  }

  pause(): void {
    assert(false, "a network's clock is paused by nobody");
  }

  setSpeed(): void {
    assert(false, "a network's clock runs at its own speed");
  }

  seek(): void {
    assert(false, "a network's clock does not jump");
  }

  forgive(): void {}

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
