/**
 * A measured home lived again with an accumulator: the BEC's rule step by step, planned or not, the physics of
 * `plant/accumulator`, and what it costs. Forecasts see only what was before the step; of prices only what is known
 * then: import prices are a tariff, known ahead; export prices given step by step are those of a supplier's day,
 * known to midnight and from eleven in the evening for the next day, beyond which the last week's mean stands in.
 *
 * Every step is checked by an eye of its own, which knows the limits and not the rule: `violations` counts what
 * breaks one.
 */

import { dispatch, type Situation } from "#control/dispatch.ts";
import type { Lived } from "#control/foresight.ts";
import { guide, valuesByHours } from "#control/guidance.ts";
import type { StoreModel } from "#control/outlook.ts";
import { parametersOf, situationOf } from "#control/store-situation.ts";
import { flatValues, type ValueTable } from "#control/value-table.ts";
import { HomePlanner } from "#forecast/home-planner.ts";
import { SCENARIO_CHOICES, type ScenarioChoices } from "#forecast/scenarios.ts";
import { Accumulator, MOVEMENT } from "#plant/accumulator.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { J_PER_WH, onGrid } from "#plant/resolution.ts";
import type { ConnectionLimits } from "#plant/site.ts";

/** `hours-hold`: another rule of hours, for comparison, which gives stored energy in the dearest hours alone. */
export type ReplayRule = "plan" | "time-of-use" | "hours-hold" | "self-consumption";

/** µEUR/kWh by step. */
export interface ReplayPrices {
  readonly importPrice: Float64Array;
  readonly exportPrice: Float64Array;
  /** Whether the export price is known as far as the tariff is: one price, or one for each hour of the day. */
  readonly exportKnown: boolean;
}

export interface ReplayChoices {
  readonly rule: ReplayRule;
  readonly store: StoreModel;
  readonly connection: ConnectionLimits;
  readonly scenarios?: ScenarioChoices;
  /** A clock, ms, for those who measure plans. */
  readonly clock?: () => number;
  readonly onStep?: (step: number) => void;
}

/** Energies in Wh at the terminals or the connection, money in µEUR. */
export interface Replayed {
  readonly loadWh: number;
  readonly solarWh: number;
  readonly importWh: number;
  readonly exportWh: number;
  readonly chargedWh: number;
  readonly dischargedWh: number;
  readonly boughtWh: number;
  /** For energy, with the accumulator and without it; wear apart. */
  readonly cost: number;
  readonly costWithout: number;
  readonly wear: number;
  /** How often the BEC's reason changed. */
  readonly decisions: number;
  readonly plans: number;
  /** Of each plan, ms, where there was a clock. */
  readonly planMs: readonly number[];
  readonly violations: number;
}

const HOUR_S = 3600;
const DAY_S = 86_400;
const PLAN_EVERY_S = 900;
const RATES_HOUR = 23;

/** Lives a home again; `start` places its steps in the day, s. */
export function replayHome(
  lived: Lived,
  start: number,
  prices: ReplayPrices,
  choices: ReplayChoices,
): Replayed {
  const { stepS } = lived;
  const { rule, store, connection, clock } = choices;
  const accumulator = new Accumulator(parametersOf(store), store.reserveWh);
  const planner = new HomePlanner(stepS, choices.scenarios ?? SCENARIO_CHOICES);
  const known = new KnownPrices(prices, start, stepS);
  const situation = situationOf(store, accumulator, connection);
  situation.seconds = stepS;
  const flowsW = new Float64Array(FLOWS);
  const sums = { load: 0, solar: 0, imported: 0, exported: 0, charged: 0, discharged: 0, bought: 0 };
  let [cost, costWithout, decisions, plans, violations] = [0, 0, 0, 0, 0];
  let code = -1;
  let values: ValueTable | undefined;
  const planMs: number[] = [];
  const hours = stepS / HOUR_S;
  for (let step = 0; step < lived.loadW.length; step++) {
    const now = start + step * stepS;
    situation.loadW = onGrid(lived.loadW[step]!);
    situation.solarW = onGrid(lived.solarW[step]!);
    situation.importPrice = prices.importPrice[step]!;
    situation.feedInPrice = prices.exportPrice[step]!;
    if (rule === "plan" && (stepS >= PLAN_EVERY_S || now % PLAN_EVERY_S === 0 || step === 0)) {
      const began = clock?.() ?? 0;
      const plan = planner.valuesFrom(now, store, (from, seconds) => known.at(step, from, seconds));
      if (clock !== undefined) planMs.push(clock() - began);
      if (plan !== undefined) plans += 1;
      const tariff = { stepS, importPrice: prices.importPrice.subarray(step) };
      values = guide(now, plan && { until: Number.POSITIVE_INFINITY, values: plan }, tariff, store).values;
    } else if (rule === "time-of-use") {
      values = valuesByHours({ stepS, importPrice: prices.importPrice.subarray(step) }, store);
    } else if (rule === "hours-hold") {
      const importPrice = prices.importPrice.subarray(step, step + DAY_S / stepS);
      values = valuesByHours({ stepS, importPrice }, store) ?? holdingValues(importPrice, store);
    }
    situation.values = values;
    const before = [accumulator.solarJ, accumulator.gridJ] as const;
    const decided = dispatch(situation, flowsW);
    if (decided !== code) decisions += 1;
    code = decided;
    accumulator.step(
      stepS,
      flowsW[FLOW.solarToAccumulator]!,
      flowsW[FLOW.gridToAccumulator]!,
      flowsW[FLOW.accumulatorToHome]!,
      flowsW[FLOW.accumulatorToGrid]!,
    );
    violations += violationsOf(situation, store, flowsW, before, accumulator);
    planner.past.add(situation.loadW, situation.solarW);
    const imported = (flowsW[FLOW.gridToHome]! + flowsW[FLOW.gridToAccumulator]!) * hours;
    const exported = (flowsW[FLOW.solarToGrid]! + flowsW[FLOW.accumulatorToGrid]!) * hours;
    cost += (imported * situation.importPrice - exported * situation.feedInPrice) / 1000;
    const lacking = (situation.loadW - situation.solarW) * hours;
    costWithout +=
      lacking > 0
        ? (lacking * situation.importPrice) / 1000
        : (Math.max(lacking, -connection.exportPowerMaxW * hours) * situation.feedInPrice) / 1000;
    sums.load += situation.loadW * hours;
    sums.solar += situation.solarW * hours;
    sums.imported += imported;
    sums.exported += exported;
    sums.bought += flowsW[FLOW.gridToAccumulator]! * hours;
    sums.charged += (flowsW[FLOW.solarToAccumulator]! + flowsW[FLOW.gridToAccumulator]!) * hours;
    sums.discharged += (flowsW[FLOW.accumulatorToHome]! + flowsW[FLOW.accumulatorToGrid]!) * hours;
    choices.onStep?.(step);
  }
  return {
    loadWh: sums.load,
    solarWh: sums.solar,
    importWh: sums.imported,
    exportWh: sums.exported,
    chargedWh: sums.charged,
    dischargedWh: sums.discharged,
    boughtWh: sums.bought,
    cost,
    costWithout,
    wear: ((sums.charged + sums.discharged) * store.wear) / 1000,
    decisions,
    plans,
    planMs,
    violations,
  };
}

/** What was saved over having no accumulator, wear paid, µEUR. */
export function savingOf({ cost, costWithout, wear }: Replayed): number {
  return costWithout - cost - wear;
}

/** Keeps what is stored until the dearest hours, without buying. */
function holdingValues(importPrice: Float64Array, store: StoreModel): ValueTable {
  const dearest = importPrice.reduce((most, price) => Math.max(most, price), 0);
  const { capacityWh, oneWayEfficiency, wear } = store;
  const bought = (importPrice[0]! + wear) / oneWayEfficiency;
  return flatValues(capacityWh, Math.min((dearest - wear) * oneWayEfficiency, bought));
}

/** Prices as they are known at a step. */
class KnownPrices {
  readonly #prices: ReplayPrices;
  readonly #start: number;
  readonly #stepS: number;

  constructor(prices: ReplayPrices, start: number, stepS: number) {
    this.#prices = prices;
    this.#start = start;
    this.#stepS = stepS;
  }

  /** Means over [from, from + seconds) as one knows them in `step`. */
  at(step: number, from: number, seconds: number): { importPrice: number; exportPrice: number } {
    const { importPrice } = this.#prices;
    const first = Math.round((from - this.#start) / this.#stepS);
    const count = Math.max(1, Math.round(seconds / this.#stepS));
    let [bought, sold] = [0, 0];
    for (let i = 0; i < count; i++) {
      bought += importPrice[this.#inside(first + i)]! / count;
      sold += this.#exportAt(step, first + i) / count;
    }
    return { importPrice: bought, exportPrice: sold };
  }

  #exportAt(now: number, step: number): number {
    const { exportPrice, exportKnown } = this.#prices;
    if (exportKnown || step <= this.#knownTo(now)) return exportPrice[this.#inside(step)]!;
    const perDay = DAY_S / this.#stepS;
    let [sum, count] = [0, 0];
    // The same time of the last days, as far as there are any.
    for (
      let back = step - perDay * Math.ceil((step - now) / perDay);
      count < 7 && back >= 0;
      back -= perDay
    ) {
      sum += exportPrice[back]!;
      count += 1;
    }
    return count === 0 ? exportPrice[now]! : sum / count;
  }

  /** The last step whose day's rate is published. */
  #knownTo(now: number): number {
    const time = this.#start + now * this.#stepS;
    const days = Math.floor(time / DAY_S) + ((time % DAY_S) / HOUR_S >= RATES_HOUR ? 2 : 1);
    return Math.ceil((days * DAY_S - this.#start) / this.#stepS) - 1;
  }

  /** Beyond the end the last day goes on. */
  #inside(step: number): number {
    const { length } = this.#prices.importPrice;
    if (step < length) return step;
    const perDay = Math.min(length, DAY_S / this.#stepS);
    return length - perDay + ((step - length) % perDay);
  }
}

/** How many limits a step broke. */
function violationsOf(
  { solarW, loadW, connection, seconds, gridEnergySellable, feedsInStored }: Situation,
  store: StoreModel,
  w: Float64Array,
  [solarJ, gridJ]: readonly [number, number],
  accumulator: Accumulator,
): number {
  const charged = w[FLOW.solarToAccumulator]! + w[FLOW.gridToAccumulator]!;
  const given = w[FLOW.accumulatorToHome]! + w[FLOW.accumulatorToGrid]!;
  const imported = w[FLOW.gridToHome]! + w[FLOW.gridToAccumulator]!;
  const exported = w[FLOW.solarToGrid]! + w[FLOW.accumulatorToGrid]!;
  const beforeJ = solarJ + gridJ;
  const afterJ = accumulator.solarJ + accumulator.gridJ;
  const { movement } = accumulator;
  const broken = [
    w.some((power) => !(power >= 0)),
    w[FLOW.solarToHome]! + w[FLOW.accumulatorToHome]! + w[FLOW.gridToHome]! + w[FLOW.unserved]! !== loadW,
    w[FLOW.solarToHome]! + w[FLOW.solarToAccumulator]! + w[FLOW.solarToGrid]! + w[FLOW.curtailed]! !== solarW,
    charged > store.chargePowerMaxW || given > store.dischargePowerMaxW,
    charged > 0 && given > 0,
    imported > 0 && exported > 0,
    exported > connection.exportPowerMaxW,
    w[FLOW.gridToAccumulator]! > 0 && imported > connection.importPowerMaxW,
    afterJ < 0 || afterJ > accumulator.capacityJ,
    afterJ > beforeJ && afterJ > store.ceilingWh * J_PER_WH,
    afterJ < beforeJ && imported < connection.importPowerMaxW && afterJ < store.reserveWh * J_PER_WH - 1,
    !gridEnergySellable && movement[MOVEMENT.exportedGrid]! > 0,
    feedsInStored !== true && w[FLOW.accumulatorToGrid]! > 0,
    Math.abs(afterJ - beforeJ - (charged - given) * seconds + lossOf(movement)) >
      1e-6 * accumulator.capacityJ,
  ];
  return broken.filter(Boolean).length;
}

function lossOf(movement: Float64Array): number {
  return movement[MOVEMENT.lostSolar]! + movement[MOVEMENT.lostGrid]!;
}
