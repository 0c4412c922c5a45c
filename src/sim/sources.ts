/**
 * Where a simulated home's loads and sunshine come from: generated households under a common sky, or the rows of
 * a measured file, each of which holds for its whole step.
 */
import type { UnixSeconds } from "#base/time.ts";
import { onGrid } from "#plant/resolution.ts";
import { availableSolarW, type Site } from "#plant/site.ts";
import type { MeasuredHomes } from "#sim/homes-file.ts";
import type { Household } from "#sim/household.ts";
import type { TownSky, Weather } from "#sim/weather.ts";

/** Mean powers of a step of whole seconds, W on the grid of `plant/resolution`. */
export interface Source {
  loadW(start: UnixSeconds, seconds: number): number;
  /** What panels and inverter could give. */
  solarW(start: UnixSeconds, seconds: number): number;
}

/** One sky for all homes of a town, computed once per step. */
export class SharedSky {
  readonly weather: Weather;
  #sky: TownSky | undefined;

  constructor(weather: Weather) {
    this.weather = weather;
  }

  at(start: UnixSeconds, seconds: number): TownSky {
    if (this.#sky?.start !== start || this.#sky.seconds !== seconds) {
      this.#sky = this.weather.townSky(start, seconds);
    }
    return this.#sky;
  }
}

/** A generated home; clouds reach it `delayS` ≥ 0 later than the town's west. */
export function generatedSource(sky: SharedSky, site: Site, household: Household, delayS: number): Source {
  return {
    loadW: (start, seconds) => household.meanPowerW(start, seconds),
    solarW: (start, seconds) =>
      site.panels.length === 0
        ? 0
        : availableSolarW(site, sky.weather.skyFor(sky.at(start, seconds), delayS)),
  };
}

/**
 * A home of a file. Panels of `peakW` follow the file's column `solarName`; a gap in the load counts as 0.
 * Past the file's end it begins again.
 */
export function measuredSource(
  homes: MeasuredHomes,
  start: UnixSeconds,
  loadIndex: number,
  solarIndex: number,
  peakW: number,
): Source {
  const load = homes.loads[loadIndex]!.powerW;
  const perUnit = homes.solar[solarIndex]!.perUnit;
  const row = (at: UnixSeconds) => Math.floor((at - start) / homes.stepS) % homes.steps;
  const mean = (series: Float64Array, from: UnixSeconds, seconds: number): number => {
    const first = row(from);
    if (row(from + seconds - 1) === first) return finite(series[first]!);
    let sum = 0;
    for (let at = from; at < from + seconds; ) {
      const end = Math.min(
        from + seconds,
        start + (Math.floor((at - start) / homes.stepS) + 1) * homes.stepS,
      );
      sum += finite(series[row(at)]!) * (end - at);
      at = end;
    }
    return sum / seconds;
  };
  return {
    loadW: (from, seconds) => onGrid(mean(load, from, seconds)),
    solarW: (from, seconds) => (peakW === 0 ? 0 : onGrid(peakW * mean(perUnit, from, seconds))),
  };
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
