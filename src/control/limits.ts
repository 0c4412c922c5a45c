/**
 * The last word before a setpoint leaves for a device: whatever the plan, the owner, a sale or a fault wants, here it
 * is bounded. Each limit says how much may be discharged at most, and at least (which below zero is how much may be
 * charged); the strictest wins and is named.
 *
 * What the device bears goes before what the connection bears, since a device that is asked for more than it can
 * gives what it can anyway; so where both contradict each other the device's bounds stand, the connection's are
 * approached, and `isKept` says that they are not met. Export that is left over then is taken from the inverter
 * (`inverterMaxW`); import that is left over is load, which the gateway does not switch off here.
 *
 * Signs are the house's: an accumulator gives positive, the connection takes positive. The connection's power after
 * a new setpoint is reckoned from what its counter measures now and what the accumulators do now, so no load and no
 * sun need be known.
 *
 * Left out: reactive power; the asymmetry that one-phase inverters may cause (4.6 kVA rules).
 */

/** In order of precedence where several are equally strict. */
export const LIMIT_NAMES = [
  "not_available",
  "device_power",
  "soc_window",
  "soc_taper",
  "ramp",
  "phase_current",
  "connection",
  "contract",
  "operator",
  "market",
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** The most that may be charged from a state of charge on; between two points it changes evenly. */
export interface TaperPoint {
  readonly socPercent: number;
  readonly chargePowerMaxW: number;
}

export interface AccumulatorLimits {
  readonly id: string;
  /** At the terminals, W; what the device says now, at most what its sheet says. */
  readonly chargePowerMaxW: number;
  readonly dischargePowerMaxW: number;
  readonly capacityWh: number;
  /** `undefined`: nobody knows, so nothing may be asked of it. */
  readonly socPercent: number | undefined;
  readonly socMinPercent: number;
  readonly socMaxPercent: number;
  /** Ascending by state of charge; empty: charges with full power to the end. */
  readonly taper: readonly TaperPoint[];
  /** W per second away from rest; back to rest it may go at once. */
  readonly rampWPerS: number;
  /** The last setpoint that was written, W. */
  readonly setpointW: number;
  /** What it does now by its own measurement, W. */
  readonly powerW: number;
}

export interface PhaseLimits {
  /** Rating of the main fuse, A. */
  readonly fuseA: number;
  readonly voltageV: number;
  /** Through the connection now, W, from L1 on; in positive. */
  readonly powersW: readonly number[];
  /** Share of the accumulators' power on each of them; sums to 1. */
  readonly shares: readonly number[];
}

/** A bound on what goes through the connection. */
export interface FlowLimit {
  readonly name: LimitName;
  readonly importPowerMaxW: number;
  readonly exportPowerMaxW: number;
}

export interface Surroundings {
  readonly accumulators: readonly AccumulatorLimits[];
  /** Through the connection now, W, in positive; `undefined`: unknown, and the accumulators rest. */
  readonly gridW: number | undefined;
  /** What the inverters give now, W. */
  readonly solarW: number | undefined;
  readonly phases: PhaseLimits | undefined;
  readonly flow: readonly FlowLimit[];
  /** Since the last setpoints were written, s. */
  readonly seconds: number;
}

export interface Limited {
  /** By accumulator, in their order: W, discharge positive. */
  readonly setpointsW: readonly number[];
  readonly totalW: number;
  /** What kept it from what was wanted; `undefined` where nothing did. */
  readonly bound: LimitName | undefined;
  /** Whether the bounds of the connection are met with it, as far as the image tells. */
  readonly isKept: boolean;
  /** What the inverters may give together at most, W; Infinity where they may give all they can. */
  readonly inverterMaxW: number;
  readonly inverterBound: LimitName | undefined;
}

/** How long a setpoint stands before the next is decided at the latest: content must suffice for it, s. */
const AHEAD_S = 10;

/** Bounds what is wanted of all accumulators together (W, discharge positive). NaN is taken for rest. */
export function limit(wantedW: number, surroundings: Surroundings): Limited {
  const { accumulators, gridW, solarW, flow } = surroundings;
  const wanted = Number.isNaN(wantedW) ? 0 : wantedW;
  const windows = accumulators.map((one) => windowOf(one, surroundings.seconds));
  const device: Window = {
    low: bound(sum(windows.map(({ low }) => low.powerW)), widest(windows, "low")),
    high: bound(sum(windows.map(({ high }) => high.powerW)), widest(windows, "high")),
  };
  if (gridW === undefined) {
    return {
      setpointsW: accumulators.map(() => 0),
      totalW: 0,
      bound: wanted === 0 ? undefined : "not_available",
      isKept: false,
      inverterMaxW: Number.POSITIVE_INFINITY,
      inverterBound: undefined,
    };
  }
  const connection = connectionWindow(surroundings, gridW);
  const low = tighter(device.low, connection.low, Math.max);
  const high = tighter(device.high, connection.high, Math.min);
  let totalW = wanted;
  let by: LimitName | undefined;
  if (totalW > high.powerW) [totalW, by] = [high.powerW, high.name];
  if (totalW < low.powerW) [totalW, by] = [low.powerW, low.name];
  // The device's own bounds last: they hold whatever the connection asks for.
  if (totalW > device.high.powerW) [totalW, by] = [device.high.powerW, device.high.name];
  if (totalW < device.low.powerW) [totalW, by] = [device.low.powerW, device.low.name];
  totalW += 0;
  const isKept = totalW <= connection.high.powerW + 1e-6 && totalW >= connection.low.powerW - 1e-6;
  const reliefW = Math.min(
    sum(accumulators.map(({ powerW }) => powerW)) - totalW,
    sum(accumulators.map(({ setpointW }) => setpointW)) - totalW,
  );
  const inverter = inverterWindow(gridW, reliefW, solarW, flow);
  return {
    setpointsW: share(totalW, windows),
    totalW,
    bound: totalW === wanted ? undefined : by,
    isKept,
    inverterMaxW: inverter.powerW,
    inverterBound: inverter.name === "not_available" ? undefined : inverter.name,
  };
}

interface Bound {
  readonly powerW: number;
  readonly name: LimitName;
}

interface Window {
  /** At least so much: below zero the most that may be charged. */
  readonly low: Bound;
  readonly high: Bound;
}

function bound(powerW: number, name: LimitName): Bound {
  return { powerW, name };
}

/** What one device bears. Always holds rest. */
function windowOf(one: AccumulatorLimits, seconds: number): Window {
  const { socPercent, capacityWh } = one;
  if (socPercent === undefined || !(socPercent >= 0 && socPercent <= 100)) {
    return { low: bound(0, "not_available"), high: bound(0, "not_available") };
  }
  const aboveWh = (capacityWh * Math.max(0, socPercent - one.socMinPercent)) / 100;
  const belowWh = (capacityWh * Math.max(0, one.socMaxPercent - socPercent)) / 100;
  const rampW = one.rampWPerS * seconds;
  const highs = [
    bound(one.dischargePowerMaxW, "device_power"),
    bound((aboveWh * 3600) / AHEAD_S, "soc_window"),
    bound(Math.max(one.setpointW, 0) + rampW, "ramp"),
  ];
  const lows = [
    bound(one.chargePowerMaxW, "device_power"),
    bound((belowWh * 3600) / AHEAD_S, "soc_window"),
    bound(taperedW(one.taper, socPercent), "soc_taper"),
    bound(rampW - Math.min(one.setpointW, 0), "ramp"),
  ];
  const high = strictest(highs);
  const low = strictest(lows);
  return { low: bound(-low.powerW, low.name), high };
}

/** The least of several bounds, the first of equals, never below rest; a value that is no number counts as rest. */
function strictest(bounds: readonly Bound[]): Bound {
  let least = bounds[0]!;
  for (const one of bounds) {
    const power = Number.isNaN(one.powerW) ? 0 : one.powerW;
    if (power < least.powerW || Number.isNaN(least.powerW)) least = bound(power, one.name);
  }
  return bound(Math.max(0, least.powerW), least.name);
}

/** The most that may be charged at a state of charge, W. */
export function taperedW(taper: readonly TaperPoint[], socPercent: number): number {
  const [first] = taper;
  if (first === undefined || socPercent <= first.socPercent) {
    return first === undefined ? Number.POSITIVE_INFINITY : first.chargePowerMaxW;
  }
  for (let i = 1; i < taper.length; i++) {
    const [before, after] = [taper[i - 1]!, taper[i]!];
    if (socPercent > after.socPercent) continue;
    const part = (socPercent - before.socPercent) / (after.socPercent - before.socPercent);
    return before.chargePowerMaxW + part * (after.chargePowerMaxW - before.chargePowerMaxW);
  }
  return taper.at(-1)!.chargePowerMaxW;
}

/** What the connection bears, as bounds of the accumulators' total. */
function connectionWindow(surroundings: Surroundings, gridW: number): Window {
  const { accumulators, flow, phases } = surroundings;
  const nowW = sum(accumulators.map(({ powerW }) => powerW));
  let low = bound(Number.NEGATIVE_INFINITY, "connection");
  let high = bound(Number.POSITIVE_INFINITY, "connection");
  for (const { name, importPowerMaxW, exportPowerMaxW } of flow) {
    low = tighter(low, bound(nowW + gridW - importPowerMaxW, name), Math.max);
    high = tighter(high, bound(nowW + gridW + exportPowerMaxW, name), Math.min);
  }
  if (phases !== undefined) {
    const mostW = phases.fuseA * phases.voltageV;
    for (const [i, powerW] of phases.powersW.entries()) {
      const part = phases.shares[i] ?? 0;
      if (part <= 0) continue;
      low = tighter(low, bound(nowW + (powerW - mostW) / part, "phase_current"), Math.max);
      high = tighter(high, bound(nowW + (powerW + mostW) / part, "phase_current"), Math.min);
    }
  }
  return { low, high };
}

/**
 * What may come from the inverters so that no more goes out than may. `reliefW` is what the accumulators will take
 * besides: against what they measure of themselves, or against their last setpoint, whichever is less. One that says
 * of itself what is not so must not let the panels loose for ever.
 */
function inverterWindow(
  gridW: number,
  reliefW: number,
  solarW: number | undefined,
  flow: readonly FlowLimit[],
): Bound {
  let most = bound(Number.POSITIVE_INFINITY, "not_available");
  if (solarW === undefined) return most;
  for (const { name, exportPowerMaxW } of flow) {
    most = tighter(most, bound(Math.max(0, exportPowerMaxW + gridW + solarW + reliefW), name), Math.min);
  }
  return most;
}

function tighter(a: Bound, b: Bound, choose: (a: number, b: number) => number): Bound {
  return a.powerW === b.powerW || choose(a.powerW, b.powerW) === a.powerW ? a : b;
}

function widest(windows: readonly Window[], side: "low" | "high"): LimitName {
  let name: LimitName = "not_available";
  let most = -1;
  for (const window of windows) {
    const { powerW, name: by } = window[side];
    if (Math.abs(powerW) > most) [most, name] = [Math.abs(powerW), by];
  }
  return name;
}

/** The total over the devices, each in proportion to what it could do in that direction. */
function share(totalW: number, windows: readonly Window[]): number[] {
  const side = totalW >= 0 ? "high" : "low";
  const all = sum(windows.map((window) => window[side].powerW));
  return windows.map((window) => (all === 0 ? 0 : (totalW * window[side].powerW) / all));
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** A limit that somebody outside sets for a time, and what holds when they are not heard any more. */
export interface TimedLimit {
  readonly name: LimitName;
  readonly importPowerMaxW: number;
  readonly exportPowerMaxW: number;
  /** Unix seconds: the limit stands in [from, until). */
  readonly from: number;
  readonly until: number;
}

/** What holds once a limit's author is silent: agreed beforehand, for a while, and then nothing. */
export interface Failsafe {
  readonly importPowerMaxW: number;
  readonly exportPowerMaxW: number;
  /** Silence up to here is an ordinary hiccup, s. */
  readonly afterS: number;
  /** From then on it holds so long, s. */
  readonly durationS: number;
}

/**
 * What a limit that somebody outside sets comes to now. An order stands for its own time whether its author is heard
 * or not; while they are silent the failsafe holds besides, for its duration, and the stricter of both counts.
 */
export function timedLimit(
  orders: readonly TimedLimit[],
  failsafe: Failsafe | undefined,
  { now, silentS }: { readonly now: number; readonly silentS: number },
): FlowLimit[] {
  const limits: FlowLimit[] = orders
    .filter(({ from, until }) => from <= now && now < until)
    .map(({ name, importPowerMaxW, exportPowerMaxW }) => ({ name, importPowerMaxW, exportPowerMaxW }));
  if (failsafe !== undefined) {
    const { importPowerMaxW, exportPowerMaxW, afterS, durationS } = failsafe;
    if (silentS > afterS && silentS <= afterS + durationS) {
      limits.push({ name: "operator", importPowerMaxW, exportPowerMaxW });
    }
  }
  return limits;
}
