/**
 * What a planner looks at: how load and sun may go on, what energy will cost, and what is wished and owed. Made by
 * `forecast`, the tariff and the owner; read by `control/planner`. A list of steps that need not be equally long:
 * the first is the one that the BEC is about to live, usually a quarter hour, later ones may be hours.
 */
import type { ChargeLimit } from "#plant/accumulator.ts";

/** Several ways in which the coming steps may go. */
export interface Scenarios {
  /** s, by step. */
  readonly seconds: Float64Array;
  readonly count: number;
  /** Mean powers, W ≥ 0: entry `scenario × steps + step`. */
  readonly loadW: Float64Array;
  readonly solarW: Float64Array;
  /** How likely the present step is to be of each; sums to 1. */
  readonly weight: Float64Array;
  /**
   * How likely a scenario goes on as itself from one hour to the next, 0 to 1; otherwise any of them follows by its
   * weight. 0 knows nothing of a day's character, 1 believes that a scenario once begun is kept to the end.
   */
  readonly persistence: number;
}

/** What holds in the coming steps, by step. Whatever is absent does not bind. */
export interface Terms {
  /** µEUR/kWh, fees and taxes included: a variable grid fee is part of its hour's price. */
  readonly importPrice: Float64Array;
  /** What unsold surplus brings, µEUR/kWh. Counts as no more than the import price of its step. */
  readonly exportPrice: Float64Array;
  /** The connection's bounds, or what an operator leaves of them (demand response), W. */
  readonly importPowerMaxW?: Float64Array;
  readonly exportPowerMaxW?: Float64Array;
  /** Of a quota of cheap energy: what each step may draw of it at `freePrice`, Wh: see `spreadQuota`. */
  readonly freeWh?: Float64Array;
  readonly freePrice?: number;
  /** Surplus that neighbours want and get before the accumulator, W. */
  readonly communityW?: Float64Array;
  /** Sold energy that has to leave the terminals in each step, Wh. */
  readonly saleWh?: Float64Array;
  /** At the end of step `step` at least `contentWh` are stored, whatever it costs. */
  readonly targets?: readonly { readonly step: number; readonly contentWh: number }[];
}

/** The accumulator as a planner sees it. */
export interface StoreModel {
  readonly capacityWh: number;
  readonly chargePowerMaxW: number;
  readonly dischargePowerMaxW: number;
  readonly oneWayEfficiency: number;
  /** µEUR per kWh at the terminals, each way. */
  readonly wear: number;
  /** Content that the home does not touch, Wh. */
  readonly reserveWh: number;
  /** Content above which nothing is charged, Wh. */
  readonly ceilingWh: number;
  /** Whether what came from the MicroGrid may be sold. */
  readonly gridEnergySellable: boolean;
  /** Whether stored energy may leave without a sale, for the export price. */
  readonly feedsIn: boolean;
  readonly chargeLimits?: readonly ChargeLimit[] | undefined;
}
