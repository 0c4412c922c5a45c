/** For tests: live samples with little said. */
import type { Decision, FlowsW } from "#wire/schemas.ts";
import type { LiveSample } from "./live.ts";

export function flowsOf(flows: Partial<FlowsW>): FlowsW {
  return {
    solarToHome: 0,
    solarToAccumulator: 0,
    solarToGrid: 0,
    accumulatorToHome: 0,
    accumulatorToGrid: 0,
    gridToHome: 0,
    gridToAccumulator: 0,
    ...flows,
  };
}

export function decisionOf(code: string): Decision {
  return { code, numbers: {}, since: 0 };
}

export function sampleOf(plant: number, flows: Partial<FlowsW>, storedSolarWh = 0): LiveSample {
  return {
    plant,
    flowsW: flowsOf(flows),
    storedSolarWh,
    storedGridWh: 0,
    soldReservedWh: 0,
    decision: decisionOf("nothing_flows"),
  };
}
