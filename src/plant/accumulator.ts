/**
 * The energy accumulator (EA) of one home: what its terminals take and give, what is inside by origin, and
 * what is lost on the way.
 *
 * The round-trip efficiency is split evenly, √η into the cells and √η out; standby draws on the cells. Solar
 * and MicroGrid energy are two books in one battery: cells know no colours, but settlement does, since by
 * default only energy from the home's own panels may be sold. Who takes from which book:
 *
 * - the home's own use takes grid energy first, so that what may be sold stays;
 * - a sale takes solar energy first, and grid energy only after it (the dispatch allows that only where the
 *   community does);
 * - standby is shared in proportion to the contents.
 *
 * All energies are joules on the grid of `plant/resolution`, so each step's book closes exactly:
 * before + charged − used − exported − lost = after, per origin. Left out: ageing, temperature.
 */
import { assert } from "#base/assert.ts";
import { ceilOnGrid, floorOnGrid, J_PER_WH, onGrid } from "#plant/resolution.ts";

export interface AccumulatorParameters {
  readonly capacityWh: number;
  /** At the terminals. */
  readonly chargePowerMaxW: number;
  readonly dischargePowerMaxW: number;
  /** Out of the terminals ÷ into the terminals, in (0, 1]. */
  readonly roundTripEfficiency: number;
  readonly standbyLossW: number;
  /** What the cells take where they are fuller: rising shares, falling powers. */
  readonly chargeLimits?: readonly ChargeLimit[];
}

/** From this state of charge (0 to 1) on, the terminals take at most so much. */
export interface ChargeLimit {
  readonly fromStateOfCharge: number;
  readonly powerMaxW: number;
}

/** Where the movements of one step stand in `Accumulator.movement`, J at the terminals (lost: inside). */
export const MOVEMENT = {
  chargedSolar: 0,
  usedSolar: 1,
  exportedSolar: 2,
  lostSolar: 3,
  chargedGrid: 4,
  usedGrid: 5,
  exportedGrid: 6,
  lostGrid: 7,
} as const;
export const MOVEMENTS = 8;

/**
 * The greatest power that can be held throughout a step where less may be charged the more is stored: up to each
 * bound that of its band, or as much as comes to the bound. `reachW` says what power ends at a state of charge.
 */
export function taperedW(
  powerMaxW: number,
  limits: readonly ChargeLimit[],
  stateOfCharge: number,
  reachW: (stateOfCharge: number) => number,
): number {
  let most = 0;
  let power = powerMaxW;
  for (const limit of limits) {
    if (limit.fromStateOfCharge > stateOfCharge) {
      most = Math.max(most, Math.min(power, reachW(limit.fromStateOfCharge)));
    }
    power = Math.min(power, limit.powerMaxW);
  }
  return Math.max(most, Math.min(power, reachW(1)));
}

/** Kept inside so that rounding the parts of a discharge up never asks for more than there is. */
const GUARD_J = 1 / 128;

export class Accumulator {
  readonly parameters: AccumulatorParameters;
  readonly capacityJ: number;
  /** Charging and discharging alike. */
  readonly oneWayEfficiency: number;
  /** What the last `step` did. */
  readonly movement = new Float64Array(MOVEMENTS);
  readonly #standbyW: number;
  #solarJ: number;
  #gridJ: number;

  constructor(parameters: AccumulatorParameters, storedSolarWh = 0, storedGridWh = 0) {
    const { capacityWh, roundTripEfficiency } = parameters;
    assert(capacityWh > 0 && roundTripEfficiency > 0 && roundTripEfficiency <= 1, "no such accumulator");
    assert(storedSolarWh >= 0 && storedGridWh >= 0, "a content is not negative");
    assert(storedSolarWh + storedGridWh <= capacityWh, "more stored than fits");
    this.parameters = parameters;
    this.capacityJ = capacityWh * J_PER_WH;
    this.oneWayEfficiency = Math.sqrt(roundTripEfficiency);
    this.#standbyW = onGrid(parameters.standbyLossW);
    this.#solarJ = onGrid(storedSolarWh * J_PER_WH);
    this.#gridJ = onGrid(storedGridWh * J_PER_WH);
  }

  /** What is inside by the word of somebody who measured it in the meantime, Wh. */
  restate(storedSolarWh: number, storedGridWh: number): void {
    assert(storedSolarWh >= 0 && storedGridWh >= 0, "a content is not negative");
    assert(storedSolarWh + storedGridWh <= this.parameters.capacityWh, "more stored than fits");
    this.#solarJ = onGrid(storedSolarWh * J_PER_WH);
    this.#gridJ = onGrid(storedGridWh * J_PER_WH);
  }

  get solarJ(): number {
    return this.#solarJ;
  }

  get gridJ(): number {
    return this.#gridJ;
  }

  get storedWh(): number {
    return (this.#solarJ + this.#gridJ) / J_PER_WH;
  }

  get stateOfCharge(): number {
    return (this.#solarJ + this.#gridJ) / this.capacityJ;
  }

  /** The most that the terminals can take throughout a step, W on the grid. */
  chargeableW(seconds: number): number {
    const content = this.#solarJ + this.#gridJ;
    const { chargePowerMaxW, chargeLimits } = this.parameters;
    const to = (levelJ: number) => floorOnGrid((levelJ - content) / this.oneWayEfficiency / seconds);
    if (chargeLimits === undefined) return Math.min(chargePowerMaxW, to(this.capacityJ));
    return taperedW(chargePowerMaxW, chargeLimits, content / this.capacityJ, (share) =>
      to(share * this.capacityJ),
    );
  }

  /** The most that the terminals can give throughout a step without falling below `floorJ`, W on the grid. */
  dischargeableW(seconds: number, floorJ = 0): number {
    return this.#powerFrom(this.#solarJ + this.#gridJ - floorJ, seconds);
  }

  /** The same from solar energy alone: what a sale may take. */
  solarDischargeableW(seconds: number, floorJ = 0): number {
    return this.#powerFrom(Math.min(this.#solarJ, this.#solarJ + this.#gridJ - floorJ), seconds);
  }

  /**
   * Runs one step: charges from panels and MicroGrid, or discharges to home and sale, at constant powers (W on
   * the grid, each ≥ 0, within the limits above). Whole seconds. Leaves the books in `movement`.
   */
  step(seconds: number, chargeSolarW: number, chargeGridW: number, toHomeW: number, toSaleW: number): void {
    const chargedSolar = chargeSolarW * seconds;
    const chargedGrid = chargeGridW * seconds;
    const home = toHomeW * seconds;
    const sale = toSaleW * seconds;
    const efficiency = this.oneWayEfficiency;
    const storedSolar = floorOnGrid(chargedSolar * efficiency);
    const storedGrid = floorOnGrid(chargedGrid * efficiency);

    let solar = this.#solarJ + storedSolar;
    let grid = this.#gridJ + storedGrid;
    let lostSolar = chargedSolar - storedSolar;
    let lostGrid = chargedGrid - storedGrid;
    let usedGrid = 0;
    let exportedGrid = 0;
    if (home > 0 || sale > 0) {
      usedGrid = home === 0 || grid === 0 ? 0 : Math.min(home, floorOnGrid(grid * efficiency));
      const drawnForHome = Math.min(grid, ceilOnGrid(usedGrid / efficiency));
      grid -= drawnForHome;
      const usedSolar = home - usedGrid;
      const exportedSolar = Math.min(sale, Math.max(0, floorOnGrid(solar * efficiency) - usedSolar));
      exportedGrid = sale - exportedSolar;
      const drawnSolar = Math.min(solar, ceilOnGrid((usedSolar + exportedSolar) / efficiency));
      const drawnForSale = Math.min(grid, ceilOnGrid(exportedGrid / efficiency));
      solar -= drawnSolar;
      grid -= drawnForSale;
      lostSolar += drawnSolar - usedSolar - exportedSolar;
      lostGrid += drawnForHome + drawnForSale - usedGrid - exportedGrid;
    }

    const content = solar + grid;
    const standby = Math.min(content, this.#standbyW * seconds);
    if (standby > 0) {
      const share = grid === 0 ? standby : Math.min(solar, floorOnGrid((standby * solar) / content));
      const rest = Math.min(grid, standby - share);
      solar -= share;
      grid -= rest;
      lostSolar += share;
      lostGrid += rest;
    }

    const movement = this.movement;
    movement[MOVEMENT.chargedSolar] = chargedSolar;
    movement[MOVEMENT.usedSolar] = home - usedGrid;
    movement[MOVEMENT.exportedSolar] = sale - exportedGrid;
    movement[MOVEMENT.lostSolar] = lostSolar;
    movement[MOVEMENT.chargedGrid] = chargedGrid;
    movement[MOVEMENT.usedGrid] = usedGrid;
    movement[MOVEMENT.exportedGrid] = exportedGrid;
    movement[MOVEMENT.lostGrid] = lostGrid;
    this.#solarJ = solar;
    this.#gridJ = grid;
    assert(
      solar >= 0 && grid >= 0 && lostSolar >= 0 && lostGrid >= 0 && solar + grid <= this.capacityJ,
      "the accumulator was asked for more than it can do",
    );
  }

  #powerFrom(contentJ: number, seconds: number): number {
    const free = contentJ - GUARD_J;
    if (free <= 0) return 0;
    const power = floorOnGrid((free * this.oneWayEfficiency) / seconds);
    return Math.min(this.parameters.dischargePowerMaxW, power);
  }
}
