/**
 * What the meters of a town's homes count, quarter hour by quarter hour, without ledger, head-end or trade: the same
 * homes, BEC and load profiles as `sim/town`. For comparing what rules make of a street.
 */
import { assert } from "#base/assert.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { Wh } from "#base/units.ts";
import { Home } from "#sim/home.ts";
import type { TownPlan } from "#sim/plan.ts";

export interface MeteredHome {
  /** Plant number, as wide as the town needs: `07`. */
  readonly id: string;
  readonly solarPeakW: number;
  readonly imported: readonly Wh[];
  readonly exported: readonly Wh[];
}

export interface MeteredTown {
  readonly start: UnixSeconds;
  readonly slots: number;
  readonly homes: readonly MeteredHome[];
}

/** Quarter hours from the plan's start, with empty accumulators. `stepS` divides a quarter hour. */
export function meterTown(plan: TownPlan, slots: number, stepS = 900): MeteredTown {
  assert(QUARTER_HOUR_S % stepS === 0, "a quarter hour is a number of whole steps");
  const { start } = plan;
  const width = String(Math.max(...plan.homes.map(({ plant }) => plant))).length;
  const homes = plan.homes.map(({ plant, site, reserveWh, solarPeakW, source }) => ({
    id: String(plant).padStart(width, "0"),
    solarPeakW,
    source,
    home: new Home({ plant, site, start, reserveWh, ...plan.prices(start) }),
    imported: [] as Wh[],
    exported: [] as Wh[],
  }));
  // Time outside, homes inside: one sky serves all of them.
  for (let at = start; at < start + slots * QUARTER_HOUR_S; at += stepS) {
    const { importPrice, feedInPrice } = plan.prices(at);
    const ends = (at + stepS) % QUARTER_HOUR_S === 0;
    for (const { home, source, imported, exported } of homes) {
      home.situation.importPrice = importPrice;
      home.situation.feedInPrice = feedInPrice;
      const loadW = source.loadW(at, stepS);
      home.step(at, stepS, source.solarW(at, stepS), loadW);
      if (!ends) continue;
      const { flows } = home.closeInterval();
      imported.push(Wh(BigInt(flows.gridToHome + flows.gridToAccumulator)));
      exported.push(Wh(BigInt(flows.solarToGrid + flows.accumulatorToGrid)));
    }
  }
  return { start, slots, homes };
}
