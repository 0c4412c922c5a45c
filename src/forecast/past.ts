/**
 * What a home has lived through, by even steps: the only thing that forecasts are made of. A ring of days; nothing
 * of the present step and later is in it.
 */
import { assert } from "#base/assert.ts";

const DAY_S = 86_400;

export class PastSteps {
  readonly stepS: number;
  readonly perDay: number;
  readonly #loadW: Float64Array;
  readonly #solarW: Float64Array;
  #count = 0;

  /** Steps that divide a day, and how many days are kept. */
  constructor(stepS: number, days: number) {
    assert(Number.isInteger(DAY_S / stepS) && days >= 1, "steps divide a day");
    this.stepS = stepS;
    this.perDay = DAY_S / stepS;
    this.#loadW = new Float64Array(this.perDay * days);
    this.#solarW = new Float64Array(this.perDay * days);
  }

  /** How many steps are kept. */
  get length(): number {
    return Math.min(this.#count, this.#loadW.length);
  }

  /** The step that is over: mean load, and what the panels could have given, W. */
  add(loadW: number, solarW: number): void {
    const at = this.#count % this.#loadW.length;
    this.#loadW[at] = loadW;
    this.#solarW[at] = solarW;
    this.#count += 1;
  }

  /** `ago` ≥ 1: the last step is 1 ago. */
  loadW(ago: number): number {
    return this.#loadW[this.#at(ago)]!;
  }

  solarW(ago: number): number {
    return this.#solarW[this.#at(ago)]!;
  }

  #at(ago: number): number {
    assert(ago >= 1 && ago <= this.length, "no such step in the past");
    return (this.#count - ago) % this.#loadW.length;
  }
}
