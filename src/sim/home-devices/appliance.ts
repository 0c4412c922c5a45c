/**
 * An appliance behind a smart plug: from a seed, at each instant as many watts as it would draw, and nothing while
 * its plug is off. A `Consumer` is whatever a home feeds besides its common load.
 */
import type { UnixSeconds } from "#base/time.ts";
import { hashUniform } from "#sim/noise.ts";

export interface Consumer {
  readonly id: string;
  /** Throughout the last step. */
  readonly powerW: number;
  /** Used since it was made. */
  readonly energyJ: number;
  /** One step of whole seconds; returns its power, W on the grid of `plant/resolution`. */
  step(time: UnixSeconds, seconds: number): number;
}

/** How an appliance runs: so many watts for so many minutes, then a pause, over and over, less often by chance. */
export interface Habit {
  readonly runW: number;
  readonly standbyW: number;
  readonly runMin: number;
  readonly periodMin: number;
  /** Of its periods, in how many it runs. */
  readonly share: number;
}

export const FREEZER: Habit = { runW: 92, standbyW: 2, runMin: 16, periodMin: 44, share: 1 };
export const WATER_HEATER: Habit = { runW: 1_200, standbyW: 1, runMin: 35, periodMin: 240, share: 0.6 };
/** Runs whenever it has power. */
export const GARDEN_PUMP: Habit = { runW: 800, standbyW: 0, runMin: 60, periodMin: 60, share: 1 };

export class Appliance implements Consumer {
  readonly id: string;
  readonly #habit: Habit;
  readonly #seed: number;
  /** The plug's switch. */
  on: boolean;
  powerW = 0;
  energyJ = 0;

  constructor(id: string, habit: Habit, seed: number, on = true) {
    this.on = on;
    this.id = id;
    this.#habit = habit;
    this.#seed = seed;
  }

  /** Whole watts, whatever the plug does. */
  wantedW(time: UnixSeconds): number {
    const { runW, standbyW, runMin, periodMin, share } = this.#habit;
    const shift = Math.floor(hashUniform(this.#seed, 0, 0) * periodMin * 60);
    const period = Math.floor((time + shift) / (periodMin * 60));
    const within = time + shift - period * periodMin * 60;
    if (within >= runMin * 60 || hashUniform(this.#seed, 1, period) >= share) return standbyW;
    return runW + Math.floor(3 * hashUniform(this.#seed, 2, time));
  }

  step(time: UnixSeconds, seconds: number): number {
    this.powerW = this.on ? this.wantedW(time) : 0;
    this.energyJ += this.powerW * seconds;
    return this.powerW;
  }
}
