/**
 * When the platform is told how the home stands: at once where something changed, every minute where nothing did, and
 * never more often than a broker bears, however fast the home's time goes.
 */
import type { UnixSeconds } from "#base/time.ts";

/** Between two states that say the same, s. */
const STATE_EVERY_S = 60;
/** Between any two states, ms of a steady clock. */
const STATE_LEAST_MS = 500;
/** Between two that differ in what loads do, ms of a steady clock. */
const LOADS_EVERY_MS = 3_000;

/** What a state would tell, as far as a difference in it is worth telling. */
export interface Telling {
  readonly home: string;
  readonly loads: string;
}

export class StateRhythm {
  #told: Telling = { home: "", loads: "" };
  #at: UnixSeconds = 0;
  #atMs = Number.NEGATIVE_INFINITY;

  /** Something else changed: as soon as a broker bears it. */
  soon(): void {
    this.#at = 0;
  }

  /** Whoever is there now knows nothing: with the next cycle. */
  anew(): void {
    this.#told = { home: "", loads: this.#told.loads };
  }

  /** Whether this is told now; then it counts as told. `now` by the home's time, `steadyMs` by a clock nobody sets. */
  isDue(telling: Telling, now: UnixSeconds, steadyMs: number): boolean {
    const sinceMs = steadyMs - this.#atMs;
    const isTold =
      telling.home === this.#told.home && (telling.loads === this.#told.loads || sinceMs < LOADS_EVERY_MS);
    if (isTold && now - this.#at < STATE_EVERY_S && now >= this.#at) return false;
    if (sinceMs < STATE_LEAST_MS && this.#told.home !== "") return false;
    this.#told = telling;
    this.#at = now;
    this.#atMs = steadyMs;
    return true;
  }
}
