/**
 * A heat pump with its buffer tank and the rooms behind (`plant/heat`). By itself it keeps its tank near its target, as
 * its own thermostat does; a limit of its power holds it back, but never below what its own comfort needs. Limit and
 * target are forgotten when they are not renewed. One that listens to contacts (SG Ready) stands still, goes by itself,
 * or makes its tank warmer, as they are closed; a relay opens them by itself. Nobody decides here.
 */
import type { UnixSeconds } from "#base/time.ts";
import { type SgState, sgStateOf } from "#control/sg-ready.ts";
import {
  type HeatPump,
  type HeatState,
  performanceOf,
  pumpPowerW,
  stepHeat,
  type Warmth,
} from "#plant/heat.ts";
import { floorOnGrid } from "#plant/resolution.ts";
import type { Consumer } from "./appliance.ts";

export interface HeatPumpParameters {
  readonly pump: HeatPump;
  readonly house: Warmth;
  readonly state: HeatState;
  readonly outdoorC: (time: UnixSeconds) => number;
  /** Heat into showers and kitchen, W. */
  readonly tapW: (time: UnixSeconds) => number;
  /** It takes no limit and no target, only contacts. */
  readonly listensTo?: "contacts";
}

export const USUAL_PUMP: HeatPump = { powerMinW: 600, powerMaxW: 2_500, carnotShare: 0.45, copMax: 6 };
export const USUAL_HOUSE: Warmth = {
  tankLitres: 400,
  tankLossWPerK: 2,
  heatingMaxW: 8_000,
  roomsWhPerK: 8_000,
  roomsLossWPerK: 140,
  roomTargetC: 20.5,
};

const GAINS_W = 350;
/** What it was told it forgets after so long, s. */
const HOLD_S = 900;
const TARGET_C = 45;
const HYSTERESIS_K = 3;
/** Its compressor rests and runs so long at least, whatever it is told, s. */
const LEAST_S = 300;
/** Told by contacts to run it makes its tank so much warmer, K: recommended, and told to. */
const RAISED_K: Readonly<Record<SgState, number>> = { 1: 0, 2: 0, 3: 5, 4: 10 };
/** A relay that nobody renews opens its contacts, s. */
const CONTACT_HOLD_S = 300;
/** Under this it heats whatever it was told, °C. */
const PROTECTS_C = 28;

export class HeatPumpAtHome implements Consumer {
  readonly id: string;
  readonly pump: HeatPump;
  readonly state: HeatState;
  readonly #parameters: HeatPumpParameters;
  #limit: { readonly powerW: number; readonly until: UnixSeconds } | undefined;
  #target: { readonly tankC: number; readonly until: UnixSeconds } | undefined;
  readonly #closedUntil: [UnixSeconds, UnixSeconds] = [0, 0];
  #isOn = false;
  #sinceS = LEAST_S;
  #time: UnixSeconds;
  /** How often its compressor began to run. */
  starts = 0;
  /** How long it has been blocked in one go at most, s, and how often. */
  longestBlockS = 0;
  blocks = 0;
  #blockS = 0;
  powerW = 0;
  heatW = 0;
  energyJ = 0;

  constructor(id: string, parameters: HeatPumpParameters, start: UnixSeconds) {
    this.id = id;
    this.pump = parameters.pump;
    this.state = { ...parameters.state };
    this.#parameters = parameters;
    this.#time = start;
  }

  get outdoorC(): number {
    return this.#parameters.outdoorC(this.#time);
  }

  get listensToContacts(): boolean {
    return this.#parameters.listensTo === "contacts";
  }

  isClosed(contact: 0 | 1): boolean {
    return this.#time < this.#closedUntil[contact];
  }

  setContact(contact: 0 | 1, isClosed: boolean, time: UnixSeconds): void {
    this.#closedUntil[contact] = isClosed ? time + CONTACT_HOLD_S : 0;
  }

  get sgState(): SgState {
    return sgStateOf(this.isClosed(0), this.isClosed(1));
  }

  get limitW(): number {
    if (this.sgState === 1) return 0;
    return this.#limit !== undefined && this.#time < this.#limit.until
      ? this.#limit.powerW
      : this.pump.powerMaxW;
  }

  get targetC(): number {
    const raisedC = TARGET_C + RAISED_K[this.sgState];
    return this.#target !== undefined && this.#time < this.#target.until ? this.#target.tankC : raisedC;
  }

  setLimit(powerW: number, time: UnixSeconds): void {
    this.#limit = { powerW, until: time + HOLD_S };
  }

  setTarget(tankC: number, time: UnixSeconds): void {
    this.#target = { tankC, until: time + HOLD_S };
  }

  step(time: UnixSeconds, seconds: number): number {
    this.#time = time;
    this.#countBlocks(seconds);
    const { tankC } = this.state;
    const protects = tankC < PROTECTS_C;
    const mostW = pumpPowerW(this.pump, protects ? Math.max(this.limitW, this.pump.powerMinW) : this.limitW);
    const wants = tankC < this.targetC - (this.#isOn ? 0 : HYSTERESIS_K);
    const isOn = mostW > 0 && (wants || protects);
    this.#sinceS += seconds;
    if (isOn !== this.#isOn && (this.#sinceS >= LEAST_S || mostW === 0)) {
      this.#isOn = isOn;
      this.#sinceS = 0;
      if (isOn) this.starts += 1;
    }
    this.powerW = this.#isOn ? floorOnGrid(mostW) : 0;
    this.energyJ += this.powerW * seconds;
    const { outdoorC } = this;
    this.heatW = this.powerW * performanceOf(this.pump, outdoorC, tankC);
    stepHeat(this.#parameters.house, this.state, seconds, this.heatW, {
      ...{ outdoorC, gainsW: GAINS_W, tapW: this.#parameters.tapW(time) },
    });
    return this.powerW;
  }

  #countBlocks(seconds: number): void {
    const isBlocked = this.sgState === 1;
    if (isBlocked && this.#blockS === 0) this.blocks += 1;
    this.#blockS = isBlocked ? this.#blockS + seconds : 0;
    this.longestBlockS = Math.max(this.longestBlockS, this.#blockS);
  }
}
