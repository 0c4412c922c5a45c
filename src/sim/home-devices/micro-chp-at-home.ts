/**
 * A micro-CHP with its buffer tank and the rooms behind (`plant/heat`): an engine that makes its power and its heat, or
 * stands. By itself it keeps its tank between two temperatures, as its own thermostat does; what it was told it forgets
 * when it is not renewed. Its own limits go first: it never lets its tank freeze, nor boil. Nobody decides here.
 */
import type { UnixSeconds } from "#base/time.ts";
import { type HeatState, type MicroChp, stepHeat, type Warmth } from "#plant/heat.ts";
import { floorOnGrid } from "#plant/resolution.ts";

export interface MicroChpParameters {
  readonly chp: MicroChp;
  readonly house: Warmth;
  readonly state: HeatState;
  readonly outdoorC: (time: UnixSeconds) => number;
  /** Heat into showers and kitchen, W. */
  readonly tapW: (time: UnixSeconds) => number;
}

export const USUAL_CHP: MicroChp = { powerW: 1_000, heatPerWatt: 2.5 };

const GAINS_W = 350;
/** What it was told it forgets after so long, s. */
const HOLD_S = 900;
/** Its own thermostat, °C. */
const ON_C = 45;
const OFF_C = 60;
/** Under this it heats whatever it was told, above it stands, °C. */
const PROTECTS_C = 28;
const BOILS_C = 82;
/** From a start until it gives all, s; it takes its generator's magnetising of no power. */
const WARMS_UP_S = 60;

/** States as `devices/points` has them. */
const STANDS = 0;
const STARTS = 1;
const RUNS = 2;

export class MicroChpAtHome {
  readonly id: string;
  readonly chp: MicroChp;
  readonly state: HeatState;
  readonly #parameters: MicroChpParameters;
  #request: { readonly value: number; readonly until: UnixSeconds } | undefined;
  #isOn = false;
  #onS = 0;
  #time: UnixSeconds;
  /** How often its engine began to run. */
  starts = 0;
  powerW = 0;
  heatW = 0;
  energyJ = 0;

  constructor(id: string, parameters: MicroChpParameters, start: UnixSeconds) {
    this.id = id;
    this.chp = parameters.chp;
    this.state = { ...parameters.state };
    this.#parameters = parameters;
    this.#time = start;
  }

  get outdoorC(): number {
    return this.#parameters.outdoorC(this.#time);
  }

  get runs(): number {
    return !this.#isOn ? STANDS : this.powerW === 0 ? STARTS : RUNS;
  }

  /** 0 stands still, 1 runs, 2 by its own thermostat. */
  get request(): number {
    return this.#request !== undefined && this.#time < this.#request.until ? this.#request.value : 2;
  }

  setRequest(value: number, time: UnixSeconds): void {
    this.#request = { value, until: time + HOLD_S };
  }

  /** What it gives throughout the step, W. */
  step(time: UnixSeconds, seconds: number): number {
    this.#time = time;
    const isOn = this.#wants();
    if (isOn && !this.#isOn) this.starts += 1;
    this.#onS = isOn && this.#isOn ? this.#onS + seconds : 0;
    this.#isOn = isOn;
    this.powerW = isOn && this.#onS >= WARMS_UP_S ? floorOnGrid(this.chp.powerW) : 0;
    this.energyJ += this.powerW * seconds;
    this.heatW = this.powerW * this.chp.heatPerWatt;
    stepHeat(this.#parameters.house, this.state, seconds, this.heatW, {
      ...{ outdoorC: this.outdoorC, gainsW: GAINS_W, tapW: this.#parameters.tapW(time) },
    });
    return this.powerW;
  }

  #wants(): boolean {
    const { tankC } = this.state;
    if (tankC >= BOILS_C) return false;
    if (tankC < PROTECTS_C) return true;
    if (this.request !== 2) return this.request === 1;
    return this.#isOn ? tankC < OFF_C : tankC < ON_C;
  }
}
