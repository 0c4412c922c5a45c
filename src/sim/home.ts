/**
 * One simulated home: its installation, the BEC's choice and the meter, stepped together. What it draws and
 * what its panels could give are handed in, so generated and measured homes are the same to it.
 */
import type { UnixSeconds } from "#base/time.ts";
import { type Decision, dispatch, explain, type Situation } from "#control/dispatch.ts";
import { NO_SUPPLY_LIMIT, type SupplyLimit } from "#control/supply-limit.ts";
import { LoadProfile, NO_MOVEMENT } from "#metering/load-profile.ts";
import type { Reading } from "#metering/reading.ts";
import { Accumulator, MOVEMENT } from "#plant/accumulator.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { Site } from "#plant/site.ts";

export interface HomeSettings {
  /** The plant's number on the ledger. */
  readonly plant: number;
  readonly site: Site;
  /** A quarter hour. */
  readonly start: UnixSeconds;
  readonly storedSolarWh?: number;
  readonly storedGridWh?: number;
  readonly reserveWh?: number;
  readonly gridEnergySellable?: boolean;
  /** µEUR/kWh. */
  readonly importPrice: number;
  readonly feedInPrice: number;
  /** µEUR per kWh through the accumulator's terminals; 0 by default, i.e. unpriced. */
  readonly wear?: number;
}

export class Home {
  readonly plant: number;
  readonly site: Site;
  readonly accumulator: Accumulator | undefined;
  /** What the BEC weighs: prices, reserve and plan may be changed between steps. */
  readonly situation: Situation;
  /** Of the last step, W, by `plant/flows`. */
  readonly flowsW = new Float64Array(FLOWS);
  readonly #profile: LoadProfile;
  /** Exported from the accumulator and not yet in a reading, J. */
  #exportedJ = 0;
  #code = -1;
  #since: UnixSeconds;
  #decision: Decision | undefined;

  constructor(settings: HomeSettings) {
    const { plant, site, start, storedSolarWh = 0, storedGridWh = 0 } = settings;
    this.plant = plant;
    this.site = site;
    this.accumulator =
      site.accumulator === undefined
        ? undefined
        : new Accumulator(site.accumulator, storedSolarWh, storedGridWh);
    this.situation = {
      seconds: 0,
      solarW: 0,
      loadW: 0,
      accumulator: this.accumulator,
      connection: site.connection,
      supply: NO_SUPPLY_LIMIT,
      reserveWh: settings.reserveWh ?? 0,
      saleRemainingJ: 0,
      gridEnergySellable: settings.gridEnergySellable ?? false,
      importPrice: settings.importPrice,
      feedInPrice: settings.feedInPrice,
      storedValue: Number.NaN,
      wear: settings.wear ?? 0,
    };
    this.#profile = new LoadProfile(plant, start, this.accumulator?.solarJ, this.accumulator?.gridJ);
    this.#since = start;
  }

  /** Why the BEC did what it did in the last step, and since when it has. */
  get decision(): Decision {
    this.#decision ??= explain(Math.max(0, this.#code), this.situation, this.#since);
    return this.#decision;
  }

  /** The same decision with the numbers as they stand now: what a screen shows. Allocates. */
  get explanation(): Decision {
    return explain(Math.max(0, this.#code), this.situation, this.#since);
  }

  /** Content in whole Wh at the last quarter hour, as the meter states it. */
  get meteredSolarWh(): number {
    return this.#profile.storedSolarWh;
  }

  get meteredGridWh(): number {
    return this.#profile.storedGridWh;
  }

  /** Sold and not yet out of the terminals, Wh. */
  get saleRemainingWh(): number {
    return this.situation.saleRemainingJ / J_PER_WH;
  }

  /** What has left the accumulator for the MicroGrid and stands in no reading yet, J. */
  get unreadExportJ(): number {
    return this.#exportedJ;
  }

  /** What the home would have used in the last step and was not served, W. */
  get unservedW(): number {
    return this.flowsW[FLOW.unserved]!;
  }

  /** What the BEC has to deliver from now on, J: see `sim/delivery`. */
  order(joules: number): void {
    this.situation.saleRemainingJ = joules;
  }

  /** What the supply contract lets in from now on: see `sim/supply-link`. */
  limit(supply: SupplyLimit): void {
    this.situation.supply = supply;
  }

  /**
   * One step of whole seconds within a quarter hour; `solarW` what panels and inverter could give, `loadW` what
   * the home draws, both on the grid of `plant/resolution`.
   */
  step(start: UnixSeconds, seconds: number, solarW: number, loadW: number): void {
    const situation = this.situation;
    const flowsW = this.flowsW;
    situation.seconds = seconds;
    situation.solarW = solarW;
    situation.loadW = loadW;
    const code = dispatch(situation, flowsW);
    if (code !== this.#code) {
      this.#code = code;
      this.#since = start;
      this.#decision = explain(code, situation, start);
    }
    const accumulator = this.accumulator;
    if (accumulator === undefined) {
      this.#profile.add(seconds, flowsW, NO_MOVEMENT);
      return;
    }
    accumulator.step(
      seconds,
      flowsW[FLOW.solarToAccumulator]!,
      flowsW[FLOW.gridToAccumulator]!,
      flowsW[FLOW.accumulatorToHome]!,
      flowsW[FLOW.accumulatorToGrid]!,
    );
    const movement = accumulator.movement;
    const delivered = movement[MOVEMENT.exportedSolar]! + movement[MOVEMENT.exportedGrid]!;
    if (delivered > 0) {
      situation.saleRemainingJ = Math.max(0, situation.saleRemainingJ - delivered);
      this.#exportedJ += delivered;
    }
    this.#profile.add(seconds, flowsW, movement);
  }

  /** The reading of the quarter hour that just became full. */
  closeInterval(): Reading {
    const reading = this.#profile.close();
    this.#exportedJ -= (reading.storedSolar.exportedWh + reading.storedGrid.exportedWh) * J_PER_WH;
    return reading;
  }
}
