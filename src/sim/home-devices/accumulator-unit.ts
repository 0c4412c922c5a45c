/**
 * An accumulator as a device of its own: the cells of `plant/accumulator` behind a battery management system (BMS)
 * and a converter that obeys a setpoint. The BMS keeps its limits whatever it is told: it ends discharge at the
 * lower end of its window and charge at the upper end, lets the charging power fall on the way there, and changes
 * power only so fast. A setpoint holds for its hold time; not renewed, the converter goes to 0 W by itself, as real
 * ones do when their master falls silent.
 *
 * Left out: balancing, ageing, power limits by temperature, the converter's own reaction below a second.
 */
import { assert } from "#base/assert.ts";
import type { UnixSeconds } from "#base/time.ts";
import { Accumulator, type AccumulatorParameters } from "#plant/accumulator.ts";
import { floorOnGrid, onGrid } from "#plant/resolution.ts";

export interface AccumulatorUnitParameters {
  readonly cells: AccumulatorParameters;
  /** Shares of the capacity, 0 to 1: the BMS discharges to the first at most and charges to the second. */
  readonly windowMin: number;
  readonly windowMax: number;
  /** Above this state of charge the charging power falls on a line, to a twentieth at `windowMax`. */
  readonly taperFrom: number;
  readonly rampWPerS: number;
  /** Of the setpoint until somebody writes another, s. */
  readonly holdS: number;
}

export function usualUnit(cells: AccumulatorParameters): AccumulatorUnitParameters {
  return { cells, windowMin: 0.04, windowMax: 0.98, taperFrom: 0.9, rampWPerS: 2_500, holdS: 30 };
}

/** What a setpoint's hold time may be set to, s. */
export const HOLD_MIN_S = 1;
export const HOLD_MAX_S = 3_600;
/** Of the charging power, what is left of it where the window ends. */
const TAPERED = 0.05;
/** How slowly the cells follow the warmth of their losses, s. */
const WARMING_S = 1_800;
const AIR_C = 20;
const WARMER_AT_RATING_C = 14;

export class AccumulatorUnit {
  readonly parameters: AccumulatorUnitParameters;
  readonly cells: Accumulator;
  /** Throughout the last step, discharge positive. */
  powerW = 0;
  temperatureC = AIR_C;
  /** At the terminals, since the unit was made. */
  chargedJ = 0;
  dischargedJ = 0;
  #setpointW = 0;
  #setAt: UnixSeconds = Number.NEGATIVE_INFINITY;
  #holdS: number;

  constructor(parameters: AccumulatorUnitParameters, storedSolarWh: number) {
    const { windowMin, windowMax, taperFrom, rampWPerS, holdS } = parameters;
    assert(0 <= windowMin && windowMin < windowMax && windowMax <= 1, "no such window of charge");
    assert(taperFrom < windowMax && rampWPerS > 0 && holdS >= HOLD_MIN_S, "no such accumulator");
    this.parameters = parameters;
    this.cells = new Accumulator(parameters.cells, storedSolarWh);
    this.#holdS = holdS;
  }

  get socPercent(): number {
    return 100 * this.cells.stateOfCharge;
  }

  get holdS(): number {
    return this.#holdS;
  }

  /** Bounds what it is told by what a setpoint may hold: the converter takes no other value. */
  setHold(seconds: number): void {
    this.#holdS = Math.max(HOLD_MIN_S, Math.min(HOLD_MAX_S, Math.round(seconds)));
  }

  /** Whether the setpoint was renewed in time. */
  isHeld(time: UnixSeconds): boolean {
    return time - this.#setAt < this.#holdS;
  }

  /** The setpoint that counts at an instant, W, discharge positive; 0 where it was not renewed in time. */
  setpointAt(time: UnixSeconds): number {
    return this.isHeld(time) ? this.#setpointW : 0;
  }

  /** Told at `time`. Any power: the limits stand behind it. */
  setPower(watts: number, time: UnixSeconds): void {
    this.#setpointW = watts;
    this.#setAt = time;
  }

  /** What the BMS lets in throughout a step, W at the terminals. */
  chargeMaxW(seconds: number): number {
    const { windowMax, taperFrom, cells } = this.parameters;
    const roomJ = windowMax * this.cells.capacityJ - this.cells.solarJ - this.cells.gridJ;
    if (roomJ <= 0) return 0;
    const soc = this.cells.stateOfCharge;
    const left =
      soc <= taperFrom ? 1 : TAPERED + ((1 - TAPERED) * (windowMax - soc)) / (windowMax - taperFrom);
    return Math.min(
      this.cells.chargeableW(seconds),
      floorOnGrid(cells.chargePowerMaxW * left),
      floorOnGrid(roomJ / this.cells.oneWayEfficiency / seconds),
    );
  }

  /** What it lets out. */
  dischargeMaxW(seconds: number): number {
    return this.cells.dischargeableW(seconds, this.parameters.windowMin * this.cells.capacityJ);
  }

  /**
   * One step of whole seconds beside panels that give `solarW` and a home that draws `loadW`, which say where
   * charge comes from and discharge goes to. Returns the power throughout the step, W on the grid of
   * `plant/resolution`, discharge positive.
   */
  step(time: UnixSeconds, seconds: number, solarW: number, loadW: number): number {
    const ramp = this.parameters.rampWPerS * seconds;
    const wanted = onGrid(this.setpointAt(time));
    const ramped = Math.max(this.powerW - ramp, Math.min(this.powerW + ramp, wanted));
    // Limits go before the ramp: a full accumulator stops at once.
    const powerW = Math.max(-this.chargeMaxW(seconds), Math.min(this.dischargeMaxW(seconds), ramped));
    const charge = Math.max(0, -powerW);
    const discharge = Math.max(0, powerW);
    const surplus = Math.max(0, solarW - loadW);
    const deficit = Math.max(0, loadW - solarW);
    const fromSolar = Math.min(charge, surplus);
    const toHome = Math.min(discharge, deficit);
    this.cells.step(seconds, fromSolar, charge - fromSolar, toHome, discharge - toHome);
    this.chargedJ += charge * seconds;
    this.dischargedJ += discharge * seconds;
    // −0 is no power.
    this.powerW = powerW + 0;
    const rating = Math.max(1, this.parameters.cells.dischargePowerMaxW);
    const warmC = AIR_C + WARMER_AT_RATING_C * Math.min(1, Math.abs(powerW) / rating);
    this.temperatureC += (warmC - this.temperatureC) * Math.min(1, seconds / WARMING_S);
    return this.powerW;
  }
}
