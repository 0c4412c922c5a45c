/**
 * What the coming day offers to a load that may choose its hours, from what is expected of the home without it: for
 * `control/flexible-load`. What the accumulator's plan says of the sun goes before what is usual.
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Offers } from "#control/flexible-load.ts";
import type { Plan } from "#control/plan.ts";

/** Of one quarter hour: mean powers in W, ≥ 0; prices in µEUR/kWh. */
export interface Expected {
  readonly loadW: number;
  readonly solarW: number;
  readonly importPrice: number;
  readonly feedInPrice: number;
  /** What may come in at the connection. */
  readonly importMaxW: number;
}

/** How far the offers look, in quarter hours. */
const STEPS = 24 * 4;

/** The offers of the day that begins with the quarter hour `slot`. */
export function comingOffers(
  slot: UnixSeconds,
  plan: Plan | undefined,
  expectedAt: (time: UnixSeconds) => Expected,
): Offers {
  const surplusW = new Float64Array(STEPS);
  const exportPrice = new Float64Array(STEPS);
  const importPrice = new Float64Array(STEPS);
  const importMaxW = new Float64Array(STEPS);
  for (let step = 0; step < STEPS; step++) {
    const time = slot + step * QUARTER_HOUR_S;
    const planned = plan?.steps.find(({ start, seconds }) => time >= start && time < start + seconds);
    const expected = expectedAt(time);
    const { loadW } = expected;
    const solarW = planned?.solarW ?? expected.solarW;
    surplusW[step] = Math.max(0, solarW - loadW);
    importPrice[step] = expected.importPrice;
    // What the load takes is not stored: it costs what the next stored kWh is worth.
    exportPrice[step] = Math.max(expected.feedInPrice, planned?.storedValue ?? 0);
    importMaxW[step] = Math.max(0, expected.importMaxW - Math.max(0, loadW - solarW));
  }
  return { stepS: QUARTER_HOUR_S, surplusW, exportPrice, importPrice, importMaxW };
}
