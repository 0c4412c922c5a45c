/**
 * A home's planner: keeps what the home has lived, foresees from it, and values what is stored. Every quarter hour
 * somebody asks it for the values by which the BEC goes on (`control/dispatch`), and for the plan behind them where
 * people want to see it. No clock: the caller says what time it is and what energy costs when.
 */
import type { UnixSeconds } from "#base/time.ts";
import { resaleCanPay } from "#control/foresight.ts";
import type { Scenarios, StoreModel, Terms } from "#control/outlook.ts";
import type { Plan } from "#control/plan.ts";
import { Planner, type Valuation } from "#control/planner.ts";
import { type StoreNow, unfoldPlan } from "#control/unfold.ts";
import type { ValueTable } from "#control/value-table.ts";
import { PastSteps } from "./past.ts";
import { SCENARIO_CHOICES, type ScenarioChoices, scenariosFrom } from "./scenarios.ts";

const HOUR_S = 3600;
/** How far ahead is looked: over the night to the sun of tomorrow, and over the evening after it. */
export const HORIZON_S = 36 * HOUR_S;
const QUARTER_HOUR_S = 900;

/** Prices, limits and wishes of a step that begins at `start`; whatever is absent does not bind. */
export interface StepTerms {
  readonly importPrice: number;
  readonly exportPrice: number;
}

/** Two borders, by steps. */
export interface Band {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export class HomePlanner {
  readonly past: PastSteps;
  readonly #planner: Planner;
  readonly #choices: ScenarioChoices;
  #made:
    | { at: UnixSeconds; store: StoreModel; scenarios: Scenarios; terms: Terms; valuation: Valuation }
    | undefined;

  /** `stepS`: of the past, a divisor of an hour. */
  constructor(stepS: number, choices: ScenarioChoices = SCENARIO_CHOICES, intervals?: number) {
    this.past = new PastSteps(stepS, choices.days + 1);
    this.#planner = new Planner(intervals);
    this.#choices = choices;
  }

  /** What is to be steered by in the step that begins now; `undefined` while too little is known of the home. */
  valuesFrom(
    now: UnixSeconds,
    store: StoreModel,
    termsAt: (start: UnixSeconds, seconds: number) => StepTerms,
    more: (seconds: Float64Array) => Partial<Terms> = () => ({}),
  ): ValueTable | undefined {
    const seconds = outlookSteps(now, this.past.stepS);
    const scenarios = scenariosFrom(this.past, seconds, this.#choices);
    if (scenarios === undefined) return undefined;
    const importPrice = new Float64Array(seconds.length);
    const exportPrice = new Float64Array(seconds.length);
    let start = now;
    for (let step = 0; step < seconds.length; step++) {
      const at = termsAt(start, seconds[step]!);
      importPrice[step] = at.importPrice;
      exportPrice[step] = at.exportPrice;
      start += seconds[step]!;
    }
    const terms: Terms = { importPrice, exportPrice, ...more(seconds) };
    // One book of values cannot tell what may be resold from what may not: then nothing is planned to be sold.
    const planned = resaleCanPay(store, terms) ? { ...store, feedsIn: false } : store;
    const valuation = this.#planner.value(planned, scenarios, terms);
    this.#made = { at: now, store: planned, scenarios, terms, valuation };
    return valuation.after[0];
  }

  /** Within what nine of ten of the days foreseen by the last plan give, W by its steps; empty before the first. */
  solarBand(): Band {
    const { scenarios } = this.#made ?? {};
    if (scenarios === undefined) return { low: [], high: [] };
    const { seconds, count, weight, solarW } = scenarios;
    const low: number[] = [];
    const high: number[] = [];
    for (let step = 0; step < seconds.length; step++) {
      const ways = Array.from({ length: count }, (_, k) => ({
        watts: solarW[k * seconds.length + step]!,
        weight: weight[k]!,
      })).sort((a, b) => a.watts - b.watts);
      low.push(quantile(ways, 0.05));
      high.push(quantile(ways, 0.95));
    }
    return { low, high };
  }

  /** The last plan as people see it, from what is stored now. */
  plan(stored: StoreNow): Plan | undefined {
    const made = this.#made;
    if (made === undefined) return undefined;
    return unfoldPlan(made.at, stored, made.store, made.scenarios, made.terms, made.valuation);
  }
}

/** The least value below which so much of the weight lies; weights sum to 1. */
function quantile(
  ascending: readonly { readonly watts: number; readonly weight: number }[],
  share: number,
): number {
  let sum = 0;
  for (const { watts, weight } of ascending) {
    sum += weight;
    if (sum >= share - 1e-9) return watts;
  }
  return ascending.at(-1)?.watts ?? 0;
}

/** The present quarter hour (or step, where the past's are longer), the rest of its hour, then hours. */
export function outlookSteps(now: UnixSeconds, stepS: number, horizonS = HORIZON_S): Float64Array {
  const first = Math.max(stepS, QUARTER_HOUR_S);
  const passed = ((now % HOUR_S) + HOUR_S) % HOUR_S;
  const rest = passed + first >= HOUR_S ? 0 : HOUR_S - passed - first;
  const hours = Math.ceil((horizonS - first - rest) / HOUR_S);
  const steps = [first, ...(rest > 0 ? [rest] : []), ...new Array<number>(hours).fill(HOUR_S)];
  return Float64Array.from(steps);
}
