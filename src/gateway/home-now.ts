/**
 * What a believed process image says of the home as a whole in one instant: the powers through its connection, of its
 * panels, accumulators and micro-CHPs, and the flows behind them.
 */
import type { Situation } from "#control/dispatch.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { onGrid } from "#plant/resolution.ts";
import type { GasSeen } from "./gas-power.ts";
import { freshValue, ofKind, type ProcessImage, registerSum } from "./process-image.ts";
import { gasPowerW, solarPowerW, totalW } from "./suspicion.ts";

/** What the believed image says of the home; `undefined` where it does not say it. */
export interface HomeNow {
  readonly gridW: number | undefined;
  readonly solarW: number | undefined;
  readonly accumulatorsW: number | undefined;
  readonly storedWh: number | undefined;
  readonly hasAccumulator: boolean;
  /** What micro-CHPs give; 0 where there are none. */
  readonly gasW: number | undefined;
}

export function homeNow(image: ProcessImage, maxAgeMs: number): HomeNow {
  const batteries = ofKind(image, "accumulator");
  const hasAccumulator = batteries.length > 0;
  let storedWh: number | undefined = hasAccumulator ? 0 : undefined;
  for (const battery of batteries) {
    const soc = freshValue(image, battery, "socPercent", maxAgeMs);
    const capacityWh = battery.values.capacityWh;
    const content =
      soc !== undefined && capacityWh !== undefined ? (capacityWh * soc) / 100 : battery.values.storedWh;
    storedWh = storedWh === undefined || content === undefined ? undefined : storedWh + content;
  }
  return {
    gridW: totalW(image, "counter", maxAgeMs),
    solarW: solarPowerW(image, maxAgeMs),
    accumulatorsW: hasAccumulator ? totalW(image, "accumulator", maxAgeMs) : 0,
    storedWh,
    hasAccumulator,
    gasW: gasPowerW(image, maxAgeMs),
  };
}

/** What the loads are told of the home: what it draws in truth, whoever serves it. */
export function ofLoads({ loadW, solarW }: Situation, { gridW, solarW: sunW, accumulatorsW, gasW }: HomeNow) {
  if (gasW === undefined || gasW === 0 || gridW === undefined) return { loadW, solarW, gasW: 0 };
  return { loadW: Math.max(0, gridW + (sunW ?? 0) + (accumulatorsW ?? 0) + gasW), solarW, gasW };
}

/** What of the micro-CHPs' power the house does not use, W. */
export function gasLeftW({ gridW, solarW, accumulatorsW, gasW }: HomeNow): number {
  if (!gasW || gridW === undefined || solarW === undefined || accumulatorsW === undefined) return 0;
  return Math.min(gasW, Math.max(0, -(gridW + Math.max(0, solarW) + accumulatorsW)));
}

/** Of that the accumulators take what neither sun nor MicroGrid charges. */
export function gasSeen(image: ProcessImage, home: HomeNow): GasSeen | undefined {
  const engines = ofKind(image, "micro_chp");
  if (engines.length === 0) return undefined;
  const registerWh = registerSum(image, engines, "energyWh");
  const flowsW = measuredFlows(home);
  const { gasW, accumulatorsW } = home;
  if (gasW === undefined || flowsW === undefined || accumulatorsW === undefined) {
    return { registerWh, flowsW: undefined };
  }
  const bookedW = flowsW[FLOW.solarToAccumulator]! + flowsW[FLOW.gridToAccumulator]!;
  const leftW = gasLeftW(home);
  const toAccumulatorW = Math.min(leftW, Math.max(0, -accumulatorsW - bookedW));
  return { registerWh, flowsW: { madeW: gasW, toAccumulatorW, toGridW: leftW - toAccumulatorW } };
}

/**
 * The seven flows behind three measured powers: the home takes from its panels first, the accumulator what is left of
 * them, and a discharge goes to the home before it goes out. Power from gas is none of them: it serves the house before
 * the panels do, and what is left of it leaves beside the flows.
 */
export function measuredFlows(home: HomeNow): Float64Array | undefined {
  const { gridW, solarW, accumulatorsW } = home;
  if (gridW === undefined || solarW === undefined || accumulatorsW === undefined) return undefined;
  const flowsW = new Float64Array(FLOWS);
  const sunW = Math.max(0, solarW);
  const loadW = Math.max(0, gridW + sunW + accumulatorsW);
  const direct = Math.min(sunW, loadW);
  const surplus = sunW - direct;
  const deficit = loadW - direct;
  const charged = Math.max(0, -accumulatorsW);
  const given = Math.max(0, accumulatorsW);
  const fromSun = Math.min(charged, surplus);
  const toHome = Math.min(given, deficit);
  flowsW[FLOW.solarToHome] = onGrid(direct);
  flowsW[FLOW.solarToAccumulator] = onGrid(fromSun);
  flowsW[FLOW.solarToGrid] = onGrid(surplus - fromSun);
  flowsW[FLOW.accumulatorToHome] = onGrid(toHome);
  flowsW[FLOW.accumulatorToGrid] = onGrid(given - toHome);
  flowsW[FLOW.gridToHome] = onGrid(deficit - toHome);
  const fromGas = Math.min(charged - fromSun, gasLeftW(home));
  flowsW[FLOW.gridToAccumulator] = onGrid(charged - fromSun - fromGas);
  return flowsW;
}
