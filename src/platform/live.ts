/**
 * What every home does now: the newest sample of each, with what flowed since its last reading, so that "today"
 * does not stand still for a quarter hour. Samples also go into the ring of past values; who watches hears of
 * a change at most twice a second, however fast the town's clock runs.
 */
import { quarterHourOf, type UnixSeconds } from "#base/time.ts";
import type { CommandReport } from "#control/command.ts";
import type { Plan } from "#control/plan.ts";
import type { HomeAccumulator, HomePlan } from "#wire/home-schemas.ts";
import type { SolarBand } from "#wire/plan-columns.ts";
import type { Decision, Device, Fault, FlowsW, FlowsWh, HomeState, SupplyLimitState } from "#wire/schemas.ts";
import type { DecisionRecord } from "./decision-record.ts";
import type { ReadingListener } from "./head-end.ts";
import type { Ring } from "./ring.ts";

export interface LiveSample {
  readonly plant: number;
  readonly flowsW: FlowsW;
  readonly storedSolarWh: number;
  readonly storedGridWh: number;
  /** Of it, sold and not yet delivered. */
  readonly soldReservedWh: number;
  readonly decision: Decision;
  /** How its supply contract limits it; `undefined` = not at all. */
  readonly supply?: SupplyLimitState;
  /** What became of the last command that the home heard. */
  readonly command?: CommandReport;
  /** What somebody at the gateway set. */
  readonly local?: HomeAccumulator["local"];
}

/** What the gateway that runs a home says of it beside its values: of the owner's letters, its switch, its plan. */
export interface GatewaysWord {
  readonly command?: CommandReport;
  readonly local?: HomeAccumulator["local"];
  readonly plan?: HomePlan;
}

/** A plan, and within what nine of ten expected days give, W by step, where the forecast says so. */
export interface PlannedHome {
  readonly plan: Plan;
  readonly solarBandW?: SolarBand;
}

/** A home's newest values and the instant at which they were measured. */
export interface LiveHome extends LiveSample {
  readonly time: UnixSeconds;
}

/** What the street does together, W and Wh. */
export interface StreetNow {
  readonly time: UnixSeconds;
  readonly homes: number;
  readonly generationW: number;
  readonly demandW: number;
  readonly importW: number;
  readonly exportW: number;
  readonly storedWh: number;
}

const FLOW_NAMES = [
  "solarToHome",
  "solarToAccumulator",
  "solarToGrid",
  "accumulatorToHome",
  "accumulatorToGrid",
  "gridToHome",
  "gridToAccumulator",
] as const satisfies readonly (keyof FlowsW)[];

export const NO_FLOWS: FlowsWh = {
  solarToHome: 0,
  solarToAccumulator: 0,
  solarToGrid: 0,
  accumulatorToHome: 0,
  accumulatorToGrid: 0,
  gridToHome: 0,
  gridToAccumulator: 0,
};

/** Below it a connection counts as still: meters, inverters and clocks make as much noise. */
export const NOISE_W = 20;

/** What a home gives or takes, beyond the noise. */
export function stateOf(flowsW: FlowsW): HomeState {
  const net = flowsW.solarToGrid + flowsW.accumulatorToGrid - flowsW.gridToHome - flowsW.gridToAccumulator;
  if (net > NOISE_W) return "giving";
  return net < -NOISE_W ? "taking" : "own";
}

/** Energy of a quarter hour that runs, W·s by flow. */
interface Running {
  readonly intervalStart: UnixSeconds;
  readonly sums: Float64Array;
}

export class LiveBoard {
  readonly #ring: Ring;
  readonly #decisions: DecisionRecord;
  readonly #homes = new Map<number, LiveHome>();
  readonly #faults = new Map<number, readonly Fault[]>();
  readonly #plans = new Map<number, PlannedHome>();
  readonly #gateways = new Map<number, GatewaysWord>();
  readonly #devices = new Map<number, readonly Device[]>();
  /** By plant: the quarter hours that have no reading yet, oldest first. */
  readonly #running = new Map<number, Running[]>();
  readonly #faultsTold = new Set<(plant: number, faults: readonly Fault[]) => void>();
  readonly #changed = new Set<(plant: number) => void>();
  readonly #switched = new Set<(plant: number) => void>();
  #time: UnixSeconds = 0;

  constructor(ring: Ring, decisions: DecisionRecord) {
    this.#ring = ring;
    this.#decisions = decisions;
  }

  /** Mean values of homes over [time, time + stepS). */
  record(time: UnixSeconds, stepS: number, samples: readonly LiveSample[]): void {
    this.#time = time;
    for (const sample of samples) {
      const { plant, flowsW } = sample;
      this.#homes.set(plant, { ...sample, time });
      this.#ring.record(plant, time, stepS, flowsW, sample.storedSolarWh + sample.storedGridWh);
      this.#decisions.record(plant, sample.decision, time + stepS);
      this.#addToRunning(plant, time, stepS, flowsW);
      for (const listener of this.#changed) listener(plant);
    }
  }

  /** What a home's planner means to do from now on; `undefined` = it plans no more. */
  plan(plant: number, plan: PlannedHome | undefined): void {
    if (plan === undefined) this.#plans.delete(plant);
    else this.#plans.set(plant, plan);
  }

  planOf(plant: number): PlannedHome | undefined {
    return this.#plans.get(plant);
  }

  /** The gateway that runs a home speaks; `undefined` = none runs it any more. */
  gateway(plant: number, word: GatewaysWord | undefined): void {
    const before = this.#gateways.get(plant);
    if (word === undefined) this.#gateways.delete(plant);
    else this.#gateways.set(plant, word);
    for (const listener of this.#changed) listener(plant);
    const { local } = word ?? {};
    const same = before?.local?.mode === local?.mode && before?.local?.since === local?.since;
    if (same && (before === undefined) === (word === undefined)) return;
    for (const listener of this.#switched) listener(plant);
  }

  /** Called for a home that somebody else runs now, or at whose gateway something else is set; returns how to stop. */
  onSwitch(listener: (plant: number) => void): () => void {
    this.#switched.add(listener);
    return () => void this.#switched.delete(listener);
  }

  /** What its gateway last said; `undefined` where none runs the home. */
  gatewayOf(plant: number): GatewaysWord | undefined {
    return this.#gateways.get(plant);
  }

  faults(plant: number, faults: readonly Fault[]): void {
    this.#faults.set(plant, faults);
    for (const listener of this.#faultsTold) listener(plant, faults);
  }

  /** Calls the listener whenever a plant says which faults it has. Answers with how to stop it. */
  onFaults(listener: (plant: number, faults: readonly Fault[]) => void): () => void {
    this.#faultsTold.add(listener);
    return () => this.#faultsTold.delete(listener);
  }

  devices(plant: number, devices: readonly Device[]): void {
    this.#devices.set(plant, devices);
  }

  faultsOf(plant: number): readonly Fault[] {
    return this.#faults.get(plant) ?? [];
  }

  devicesOf(plant: number): readonly Device[] {
    return this.#devices.get(plant) ?? [];
  }

  home(plant: number): LiveHome | undefined {
    return this.#homes.get(plant);
  }

  /** Energy since the last reading, from `from` on, as whole Wh rounded down. */
  sinceReadings(plant: number, from: UnixSeconds): FlowsWh {
    const flowsWh = { ...NO_FLOWS };
    for (const { intervalStart, sums } of this.#running.get(plant) ?? []) {
      if (intervalStart < from) continue;
      for (const [i, flow] of FLOW_NAMES.entries()) flowsWh[flow] += sums[i]! / 3600;
    }
    for (const flow of FLOW_NAMES) flowsWh[flow] = Math.floor(flowsWh[flow]);
    return flowsWh;
  }

  /** A reading has come: what was added up for its quarter hour gives way to it. */
  readonly onReading: ReadingListener = ({ plant, intervalStart }) => {
    const running = this.#running.get(plant);
    const gone = running?.findIndex((one) => one.intervalStart > intervalStart) ?? -1;
    if (running !== undefined) running.splice(0, gone === -1 ? running.length : gone);
  };

  states(): { readonly time: UnixSeconds; readonly states: Record<string, HomeState> } {
    const states: Record<string, HomeState> = {};
    for (const [plant, { flowsW }] of this.#homes) states[plant] = stateOf(flowsW);
    return { time: this.#time, states };
  }

  street(): StreetNow {
    const sum = { generationW: 0, demandW: 0, importW: 0, exportW: 0, storedWh: 0 };
    for (const { flowsW, storedSolarWh, storedGridWh } of this.#homes.values()) {
      sum.generationW += flowsW.solarToHome + flowsW.solarToAccumulator + flowsW.solarToGrid;
      sum.demandW += flowsW.solarToHome + flowsW.accumulatorToHome + flowsW.gridToHome;
      sum.importW += flowsW.gridToHome + flowsW.gridToAccumulator;
      sum.exportW += flowsW.solarToGrid + flowsW.accumulatorToGrid;
      sum.storedWh += storedSolarWh + storedGridWh;
    }
    return { time: this.#time, homes: this.#homes.size, ...sum };
  }

  /** Called for each home at each sample; returns how to stop. */
  onChange(listener: (plant: number) => void): () => void {
    this.#changed.add(listener);
    return () => void this.#changed.delete(listener);
  }

  #addToRunning(plant: number, time: UnixSeconds, stepS: number, flowsW: FlowsW): void {
    let running = this.#running.get(plant);
    if (running === undefined) this.#running.set(plant, (running = []));
    const intervalStart = quarterHourOf(time);
    let current = running.at(-1);
    if (current?.intervalStart !== intervalStart) {
      current = { intervalStart, sums: new Float64Array(FLOW_NAMES.length) };
      running.push(current);
      if (running.length > UNREAD_MAX) running.shift();
    }
    for (const [i, flow] of FLOW_NAMES.entries()) current.sums[i]! += flowsW[flow] * stepS;
  }
}

/** Quarter hours kept for a home whose readings do not come; a day has at most 100. */
const UNREAD_MAX = 100;

/** What the transformer carries, in per cent of its rating. */
export function transformerLoadingPercent({ importW, exportW }: StreetNow, ratedVa: number): number {
  return ratedVa > 0 ? (100 * Math.abs(importW - exportW)) / ratedVa : 0;
}
