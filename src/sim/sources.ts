/**
 * Where a simulated home's loads and sunshine come from: generated households under a common sky, or the rows of
 * a measured file, each of which holds for its whole step.
 */
import { type DayNumber, dayNumber, dayStart, type UnixSeconds, weekday, type Zone } from "#base/time.ts";
import { onGrid } from "#plant/resolution.ts";
import { availableSolarW, type Site } from "#plant/site.ts";
import type { CivilHour, MeasuredHomes } from "#sim/homes-file.ts";
import type { Household } from "#sim/household.ts";
import type { TownSky, Weather } from "#sim/weather.ts";

/** Mean powers of a step of whole seconds, W on the grid of `plant/resolution`. */
export interface Source {
  loadW(start: UnixSeconds, seconds: number): number;
  /** What panels and inverter could give. */
  solarW(start: UnixSeconds, seconds: number): number;
  /** Of a generated home: the air outside, °C, and the people, some of whose habits may become loads of their own. */
  readonly generated?: { airC(start: UnixSeconds, seconds: number): number; readonly household: Household };
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
    generated: { airC: (start, seconds) => sky.at(start, seconds).airC, household },
    loadW: (start, seconds) => household.meanPowerW(start, seconds),
    solarW: (start, seconds) =>
      site.panels.length === 0
        ? 0
        : availableSolarW(site, sky.weather.skyFor(sky.at(start, seconds), delayS)),
  };
}

/**
 * The rows of a measured file laid over time: row 0 holds for [start, start + stepS), and so on to `end`. Before
 * and after that the file is repeated by whole days, so that a sun of noon stands at noon; one shorter than a
 * day is repeated as it is.
 */
export class MeasuredRows {
  readonly start: UnixSeconds;
  readonly stepS: number;
  readonly #steps: number;
  readonly #periodS: number;

  /** `start`: when the first row begins. */
  constructor(homes: MeasuredHomes, start: UnixSeconds) {
    this.start = start;
    this.stepS = homes.stepS;
    this.#steps = homes.steps;
    const lengthS = homes.steps * homes.stepS;
    this.#periodS = Math.floor(lengthS / DAY_S) * DAY_S || lengthS;
  }

  /** The end of the last row. */
  get end(): UnixSeconds {
    return this.start + this.#steps * this.stepS;
  }

  /** The row that holds at an instant. */
  at(instant: UnixSeconds): number {
    return Math.floor(this.#within(instant) / this.stepS);
  }

  /** The mean of a series over [from, from + seconds); a row without a number counts as 0. */
  mean(series: Float64Array, from: UnixSeconds, seconds: number): number {
    let sum = 0;
    for (let passed = 0; passed < seconds; ) {
      const within = this.#within(from + passed);
      const row = Math.floor(within / this.stepS);
      const held = Math.min(seconds - passed, (row + 1) * this.stepS - within);
      const value = finite(series[row]!);
      if (held === seconds) return value;
      sum += value * held;
      passed += held;
    }
    return sum / seconds;
  }

  /** Seconds into the file. */
  #within(instant: UnixSeconds): number {
    const passed = instant - this.start;
    if (passed >= 0 && instant < this.end) return passed;
    return ((passed % this.#periodS) + this.#periodS) % this.#periodS;
  }
}

/** A home of a file. Panels of `peakW` follow the file's solar column, and give no more than that. */
export function measuredSource(
  homes: MeasuredHomes,
  rows: MeasuredRows,
  loadIndex: number,
  solarIndex: number,
  peakW: number,
): Source {
  const load = homes.loads[loadIndex]!.powerW;
  const perUnit = homes.solar[solarIndex]!.perUnit;
  return {
    loadW: (from, seconds) => onGrid(rows.mean(load, from, seconds)),
    solarW: (from, seconds) =>
      peakW === 0 ? 0 : onGrid(Math.min(peakW, peakW * rows.mean(perUnit, from, seconds))),
  };
}

/**
 * When the first row of an undated file begins: the file names month, hour and kind of day and shows where the
 * month turns; of the years from 2020 on the first is taken in which that day is of that kind. A file in which no
 * month turns begins on the first such day of its month; days that are no days of the week (holidays) fit any.
 */
export function firstRowOf(first: CivilHour, zone: Zone): UnixSeconds {
  const { month, hour, dayType, hoursLeftInMonth } = first;
  const at = (day: DayNumber) => dayStart(zone, day) + (hour - 1) * 3600;
  for (let year = 2020; year < 2060; year++) {
    const begins = dayNumber({ year, month, day: 1 });
    const next = dayNumber(
      month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 },
    );
    if (hoursLeftInMonth === undefined) {
      for (let day = begins; day < begins + 7; day++) if (weekday(day) === dayType) return at(day);
      return at(begins);
    }
    const day = next - 1 - Math.max(0, Math.floor((hoursLeftInMonth - (25 - hour)) / 24));
    if (day >= begins && (weekday(day) === dayType || dayType > 7)) return at(day);
  }
  return at(dayNumber({ year: 2020, month, day: 1 }));
}

const DAY_S = 86_400;

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
