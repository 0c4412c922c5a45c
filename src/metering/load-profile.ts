/**
 * The door from physics to settlement: powers of many steps become the integer watt-hours of one reading per
 * quarter hour. Nothing else in the house turns a float into a settled quantity.
 *
 * Inside, energy is counted in joules on the grid of `plant/resolution`, exactly. At the end of a quarter
 * hour each register gives off whole Wh and carries the remainder into the next, so nothing is lost or
 * invented over time. The three registers without a store (solar to home, solar to MicroGrid, MicroGrid to
 * home) are floors of what flowed since the beginning.
 *
 * The four registers of a store, charged, used, exported and lost, must besides close the book of
 * `metering/reading` in whole Wh, per origin, on a content that nobody can see to be wrong. Four floors alone
 * miss the true content by up to 3 Wh. So where the integer content comes out a watt-hour or more above the
 * physical one, charged keeps a watt-hour back, or used or lost give one early; where it comes out as much
 * below, the other way round. Of the registers that can, the one moves whose remainder stays nearest to half
 * a watt-hour.
 *
 * What comes out: every register only grows; the content in whole Wh is within 1 Wh of the physical one, hence
 * never negative and never above a whole capacity; exported is always the exact floor, so that a sale of N Wh
 * is proven by N Wh; charged, used and lost are usually within 1 Wh of the truth, and tests that try to drive
 * them apart get no further than 3. A register whose energy never flowed stays at zero.
 */
import { assert } from "#base/assert.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Reading, StoreMovement } from "#metering/reading.ts";
import { MOVEMENT } from "#plant/accumulator.ts";
import { FLOW } from "#plant/flows.ts";
import { J_PER_WH } from "#plant/resolution.ts";

/** Nothing moves in the store of a home that has none. */
export const NO_MOVEMENT: Float64Array = new Float64Array(8);

/** What a profile has counted and not yet given off, between two quarter hours: to go on from after a restart. */
export interface Carried {
  readonly solarToHomeJ: number;
  readonly solarToGridJ: number;
  readonly gridToHomeJ: number;
  readonly solar: CarriedStore;
  readonly grid: CarriedStore;
}

export interface CarriedStore {
  readonly chargedJ: number;
  readonly usedJ: number;
  readonly exportedJ: number;
  readonly lostJ: number;
  readonly contentWh: number;
  readonly hasUsed: boolean;
  readonly hasLost: boolean;
}

export class LoadProfile {
  readonly plant: number;
  #intervalStart: UnixSeconds;
  #elapsedS = 0;
  #solarToHomeJ = 0;
  #solarToGridJ = 0;
  #gridToHomeJ = 0;
  readonly #solar: StoreBook;
  readonly #grid: StoreBook;

  /**
   * Starts at a quarter hour with what the accumulator holds then, J on the grid (0 without an accumulator).
   */
  constructor(plant: number, intervalStart: UnixSeconds, storedSolarJ = 0, storedGridJ = 0) {
    assert(intervalStart % QUARTER_HOUR_S === 0, "a profile starts at a quarter hour");
    this.plant = plant;
    this.#intervalStart = intervalStart;
    this.#solar = new StoreBook(storedSolarJ);
    this.#grid = new StoreBook(storedGridJ);
  }

  /** Goes on from what another profile of the plant carried when it had just closed a quarter hour. */
  static resume(plant: number, intervalStart: UnixSeconds, carried: Carried): LoadProfile {
    const profile = new LoadProfile(plant, intervalStart);
    profile.#solarToHomeJ = carried.solarToHomeJ;
    profile.#solarToGridJ = carried.solarToGridJ;
    profile.#gridToHomeJ = carried.gridToHomeJ;
    profile.#solar.resume(carried.solar);
    profile.#grid.resume(carried.grid);
    return profile;
  }

  /** Only when a quarter hour was just closed. */
  get carried(): Carried {
    assert(this.#elapsedS === 0, "a profile is carried on between two quarter hours");
    return {
      solarToHomeJ: this.#solarToHomeJ,
      solarToGridJ: this.#solarToGridJ,
      gridToHomeJ: this.#gridToHomeJ,
      solar: this.#solar.carried,
      grid: this.#grid.carried,
    };
  }

  /** Start of the quarter hour being counted. */
  get intervalStart(): UnixSeconds {
    return this.#intervalStart;
  }

  get storedSolarWh(): number {
    return this.#solar.contentWh;
  }

  get storedGridWh(): number {
    return this.#grid.contentWh;
  }

  /**
   * Counts one step of whole seconds within the quarter hour: the flows of `control/dispatch` (W) and the
   * movement of the accumulator in that step (J).
   */
  add(seconds: number, flowsW: Float64Array, movementJ: Float64Array): void {
    this.#elapsedS += seconds;
    this.#solarToHomeJ += flowsW[FLOW.solarToHome]! * seconds;
    this.#solarToGridJ += flowsW[FLOW.solarToGrid]! * seconds;
    this.#gridToHomeJ += flowsW[FLOW.gridToHome]! * seconds;
    const solar = this.#solar;
    solar.chargedJ += movementJ[MOVEMENT.chargedSolar]!;
    solar.usedJ += movementJ[MOVEMENT.usedSolar]!;
    solar.exportedJ += movementJ[MOVEMENT.exportedSolar]!;
    solar.lostJ += movementJ[MOVEMENT.lostSolar]!;
    const grid = this.#grid;
    grid.chargedJ += movementJ[MOVEMENT.chargedGrid]!;
    grid.usedJ += movementJ[MOVEMENT.usedGrid]!;
    grid.exportedJ += movementJ[MOVEMENT.exportedGrid]!;
    grid.lostJ += movementJ[MOVEMENT.lostGrid]!;
  }

  /** The reading of the quarter hour, which must be full; counting goes on with the next. */
  close(): Reading {
    assert(
      this.#elapsedS === QUARTER_HOUR_S,
      `a quarter hour has ${QUARTER_HOUR_S} s, got ${this.#elapsedS}`,
    );
    const storedSolar = this.#solar.close();
    const storedGrid = this.#grid.close();
    const solarToHome = Math.floor(this.#solarToHomeJ / J_PER_WH);
    const solarToGrid = Math.floor(this.#solarToGridJ / J_PER_WH);
    const gridToHome = Math.floor(this.#gridToHomeJ / J_PER_WH);
    this.#solarToHomeJ -= solarToHome * J_PER_WH;
    this.#solarToGridJ -= solarToGrid * J_PER_WH;
    this.#gridToHomeJ -= gridToHome * J_PER_WH;
    const intervalStart = this.#intervalStart;
    this.#intervalStart += QUARTER_HOUR_S;
    this.#elapsedS = 0;
    return {
      plant: this.plant,
      intervalStart,
      flows: {
        solarToHome,
        solarToAccumulator: storedSolar.chargedWh,
        solarToGrid,
        accumulatorToHome: storedSolar.usedWh + storedGrid.usedWh,
        accumulatorToGrid: storedSolar.exportedWh + storedGrid.exportedWh,
        gridToHome,
        gridToAccumulator: storedGrid.chargedWh,
      },
      storedSolar,
      storedGrid,
      closingSolarWh: this.#solar.contentWh,
      closingGridWh: this.#grid.contentWh,
    };
  }
}

/** The registers of one origin. Each `…J` is what flowed and was not yet given off; it may run below zero. */
class StoreBook {
  chargedJ: number;
  usedJ = 0;
  exportedJ = 0;
  lostJ = 0;
  contentWh: number;
  #hasUsed = false;
  #hasLost = false;

  constructor(storedJ: number) {
    this.contentWh = Math.floor(storedJ / J_PER_WH);
    this.chargedJ = storedJ - this.contentWh * J_PER_WH;
  }

  get carried(): CarriedStore {
    const { chargedJ, usedJ, exportedJ, lostJ, contentWh } = this;
    return { chargedJ, usedJ, exportedJ, lostJ, contentWh, hasUsed: this.#hasUsed, hasLost: this.#hasLost };
  }

  resume({ chargedJ, usedJ, exportedJ, lostJ, contentWh, hasUsed, hasLost }: CarriedStore): void {
    this.chargedJ = chargedJ;
    this.usedJ = usedJ;
    this.exportedJ = exportedJ;
    this.lostJ = lostJ;
    this.contentWh = contentWh;
    this.#hasUsed = hasUsed;
    this.#hasLost = hasLost;
  }

  close(): StoreMovement {
    this.#hasUsed ||= this.usedJ > 0;
    this.#hasLost ||= this.lostJ > 0;
    let chargedWh = wholeWh(this.chargedJ);
    let usedWh = wholeWh(this.usedJ);
    const exportedWh = wholeWh(this.exportedJ);
    let lostWh = wholeWh(this.lostJ);
    let charged = this.chargedJ - chargedWh * J_PER_WH;
    let used = this.usedJ - usedWh * J_PER_WH;
    const exported = this.exportedJ - exportedWh * J_PER_WH;
    let lost = this.lostJ - lostWh * J_PER_WH;
    // Physical less integer content: what came in and was not given off, less what went out and was not.
    let apart = charged - used - exported - lost;
    while (apart <= -J_PER_WH) {
      const keepCharged = chargedWh > 0 ? charged : NEVER;
      const giveUsed = this.#hasUsed ? J_PER_WH - used : NEVER;
      const giveLost = this.#hasLost ? J_PER_WH - lost : NEVER;
      if (keepCharged <= giveUsed && keepCharged <= giveLost) {
        chargedWh -= 1;
        charged += J_PER_WH;
      } else if (giveUsed < giveLost) {
        usedWh += 1;
        used -= J_PER_WH;
      } else {
        lostWh += 1;
        lost -= J_PER_WH;
      }
      apart += J_PER_WH;
    }
    while (apart >= J_PER_WH) {
      const giveCharged = J_PER_WH - charged;
      const keepUsed = usedWh > 0 ? used : NEVER;
      const keepLost = lostWh > 0 ? lost : NEVER;
      if (giveCharged <= keepUsed && giveCharged <= keepLost) {
        chargedWh += 1;
        charged -= J_PER_WH;
      } else if (keepUsed < keepLost) {
        usedWh -= 1;
        used += J_PER_WH;
      } else {
        lostWh -= 1;
        lost += J_PER_WH;
      }
      apart -= J_PER_WH;
    }
    this.chargedJ = charged;
    this.usedJ = used;
    this.exportedJ = exported;
    this.lostJ = lost;
    this.contentWh += chargedWh - usedWh - exportedWh - lostWh;
    return { chargedWh, usedWh, exportedWh, lostWh };
  }
}

/** The cost of a move that a register cannot make: how far it would take the remainder from half a watt-hour. */
const NEVER = Number.POSITIVE_INFINITY;

function wholeWh(joules: number): number {
  return joules < J_PER_WH ? 0 : Math.floor(joules / J_PER_WH);
}
