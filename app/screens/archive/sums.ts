/** Sums of the seven flows that the archive speaks of, Wh. */
import { demandWh, generationWh } from "#metering/reading.ts";
import type { Archive, FlowsWh } from "#wire/schemas.ts";

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

/** Whether a span holds anything: a home that was not there yet has neither energy nor gaps. */
export function isEmpty(of: {
  readonly flowsWh: FlowsWh;
  readonly soldWh: number;
  readonly missingIntervals?: number;
}): boolean {
  return (
    Object.values(of.flowsWh).every((wh) => wh === 0) && of.soldWh === 0 && (of.missingIntervals ?? 0) === 0
  );
}

/** The buckets from the first that holds anything on: what lies before the home's own beginning is left out. */
export function sinceBeginning(buckets: Archive["buckets"]): Archive["buckets"] {
  const first = buckets.findIndex((bucket) => !isEmpty(bucket));
  return first === -1 ? [] : buckets.slice(first);
}
