/** Sums of the seven flows that the archive speaks of, Wh. */
import { demandWh, generationWh } from "#metering/reading.ts";
import type { FlowsWh } from "#wire/schemas.ts";

export function demandOf(flows: FlowsWh): number {
  return demandWh(flows);
}

export function producedOf(flows: FlowsWh): number {
  return generationWh(flows);
}

/** The part of the home's energy that did not come from the MicroGrid, 0 to 1; `undefined` where none was used. */
export function ownShareOf(flows: FlowsWh): number | undefined {
  const demand = demandWh(flows);
  return demand === 0 ? undefined : (flows.solarToHome + flows.accumulatorToHome) / demand;
}
