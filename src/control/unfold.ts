/**
 * A plan unfolded: the expected way of a home through the outlook, by the very rule that the BEC follows each second,
 * step after step with the values that the planner gave them. What people see; the BEC lives what really comes.
 */
import type { UnixSeconds } from "#base/time.ts";
import { Accumulator } from "#plant/accumulator.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { J_PER_WH, onGrid } from "#plant/resolution.ts";
import { DECISION_CODES, dispatch } from "./dispatch.ts";
import type { Scenarios, StoreModel, Terms } from "./outlook.ts";
import type { Plan, PlanStep } from "./plan.ts";
import type { Valuation } from "./planner.ts";
import { parametersOf, situationOf } from "./store-situation.ts";
import { valueAt } from "./value-table.ts";

/** The accumulator as it stands now. */
export interface StoreNow {
  readonly solarWh: number;
  readonly gridWh: number;
}

/** How long values are followed when no later plan comes: then the tariff's hours decide (`control/guidance`). */
export const PLAN_HOLDS_S = 3600;

export function unfoldPlan(
  made: UnixSeconds,
  now: StoreNow,
  store: StoreModel,
  scenarios: Scenarios,
  terms: Terms,
  { after }: Valuation,
): Plan {
  const accumulator = new Accumulator(parametersOf(store), now.solarWh, now.gridWh);
  const { seconds, count, weight } = scenarios;
  const unbounded = { importPowerMaxW: Number.POSITIVE_INFINITY, exportPowerMaxW: Number.POSITIVE_INFINITY };
  const situation = situationOf(store, accumulator, unbounded);
  const flowsW = new Float64Array(FLOWS);
  const steps: PlanStep[] = [];
  let start = made;
  for (let step = 0; step < seconds.length; step++) {
    const expected = (powerW: Float64Array) => {
      let mean = 0;
      for (let k = 0; k < count; k++) mean += weight[k]! * powerW[k * seconds.length + step]!;
      return onGrid(mean);
    };
    situation.seconds = seconds[step]!;
    situation.loadW = expected(scenarios.loadW);
    situation.solarW = expected(scenarios.solarW);
    const free = (3600 * (terms.freeWh?.[step] ?? 0)) / seconds[step]!;
    const lacking = Math.max(0, situation.loadW - situation.solarW);
    situation.importPrice = free > lacking ? (terms.freePrice ?? 0) : terms.importPrice[step]!;
    situation.feedInPrice = terms.exportPrice[step]!;
    situation.communityW = terms.communityW?.[step];
    situation.demandResponse = {
      importPowerMaxW: Math.min(
        terms.importPowerMaxW?.[step] ?? Number.POSITIVE_INFINITY,
        // Of a quota no more is bought than is left of it.
        free > lacking ? onGrid(free) : Number.POSITIVE_INFINITY,
      ),
      exportPowerMaxW: terms.exportPowerMaxW?.[step] ?? Number.POSITIVE_INFINITY,
    };
    situation.saleRemainingJ += (terms.saleWh?.[step] ?? 0) * J_PER_WH;
    situation.targetWh = terms.targets?.find((target) => target.step >= step)?.contentWh;
    situation.values = after[step]!;
    const code = dispatch(situation, flowsW);
    const given = flowsW[FLOW.accumulatorToHome]! + flowsW[FLOW.accumulatorToGrid]!;
    const taken = flowsW[FLOW.solarToAccumulator]! + flowsW[FLOW.gridToAccumulator]!;
    accumulator.step(
      seconds[step]!,
      flowsW[FLOW.solarToAccumulator]!,
      flowsW[FLOW.gridToAccumulator]!,
      flowsW[FLOW.accumulatorToHome]!,
      flowsW[FLOW.accumulatorToGrid]!,
    );
    situation.saleRemainingJ = Math.max(
      0,
      situation.saleRemainingJ - flowsW[FLOW.accumulatorToGrid]! * seconds[step]!,
    );
    steps.push({
      start,
      seconds: seconds[step]!,
      solarW: situation.solarW,
      loadW: situation.loadW,
      importPrice: terms.importPrice[step]!,
      exportPrice: terms.exportPrice[step]!,
      accumulatorW: given - taken,
      gridW:
        flowsW[FLOW.gridToHome]! +
        flowsW[FLOW.gridToAccumulator]! -
        flowsW[FLOW.solarToGrid]! -
        flowsW[FLOW.accumulatorToGrid]!,
      storedWh: accumulator.storedWh,
      storedValue: valueAt(after[step]!, accumulator.storedWh, "solar"),
      code: DECISION_CODES[code]!,
    });
    start += seconds[step]!;
  }
  return {
    made,
    until: made + PLAN_HOLDS_S,
    storedWh: now.solarWh + now.gridWh,
    values: after[0]!,
    steps,
  };
}
