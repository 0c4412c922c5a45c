/**
 * A solar inverter as a device of its own: it gives what the panels allow up to a limit that it was told, and goes
 * back to its rating when the limit is not renewed within the reversion time (SunSpec model 704, `WMaxLimPctRvrtTms`).
 */
import { assert } from "#base/assert.ts";
import type { UnixSeconds } from "#base/time.ts";
import { floorOnGrid } from "#plant/resolution.ts";

/** By `devices/points`. */
export const INVERTER_STATE = { asleep: 1, feeding: 3, throttled: 4 } as const;

const AIR_C = 24;
const WARMER_AT_RATING_C = 30;
const WARMING_S = 900;
export const REVERSION_S = 60;

export class InverterUnit {
  readonly ratedW: number;
  powerW = 0;
  state: number = INVERTER_STATE.asleep;
  temperatureC = AIR_C;
  /** Given since the unit was made. */
  energyJ = 0;
  #limitW: number;
  #limitedAt: UnixSeconds = Number.NEGATIVE_INFINITY;
  #reversionS = REVERSION_S;

  constructor(ratedW: number) {
    assert(ratedW >= 0, "a rating is not negative");
    this.ratedW = ratedW;
    this.#limitW = ratedW;
  }

  get reversionS(): number {
    return this.#reversionS;
  }

  /** 0: the limit stands until another is written. */
  setReversion(seconds: number): void {
    this.#reversionS = Math.max(0, Math.round(seconds));
  }

  /** Whether a limit was told and was renewed in time. */
  isHeld(time: UnixSeconds): boolean {
    const agoS = time - this.#limitedAt;
    return Number.isFinite(agoS) && (this.#reversionS === 0 || agoS < this.#reversionS);
  }

  /** The limit that counts at an instant, W. */
  limitAt(time: UnixSeconds): number {
    return this.isHeld(time) ? this.#limitW : this.ratedW;
  }

  /** Told at `time`; bounded by the rating and by 0. */
  setLimit(watts: number, time: UnixSeconds): void {
    this.#limitW = Math.max(0, Math.min(this.ratedW, floorOnGrid(watts)));
    this.#limitedAt = time;
  }

  /** One step of whole seconds in which the panels allow `availableW`; returns what is given, W. */
  step(time: UnixSeconds, seconds: number, availableW: number): number {
    const limitW = this.limitAt(time);
    this.powerW = Math.min(availableW, limitW);
    this.energyJ += this.powerW * seconds;
    this.state =
      availableW <= 0
        ? INVERTER_STATE.asleep
        : limitW < availableW
          ? INVERTER_STATE.throttled
          : INVERTER_STATE.feeding;
    const warmC = AIR_C + (WARMER_AT_RATING_C * this.powerW) / Math.max(1, this.ratedW);
    this.temperatureC += (warmC - this.temperatureC) * Math.min(1, seconds / WARMING_S);
    return this.powerW;
  }
}
