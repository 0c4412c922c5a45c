/**
 * A sky for a town from a seed: clear-sky light dimmed by clouds that come and go, and the air's temperature.
 *
 * The sky is covered to a degree c that wanders over hours and days and leans with the season (a Mediterranean
 * one by default: clear summers, changeable winters). Against c a faster noise decides minute by minute how
 * much of the beam passes: τ from 1 (open) to 0 (shut), with soft edges. Light is linear in τ:
 * beam = clear beam × τ; part of the beam that clouds take comes back as diffuse light, more from broken
 * clouds than from an overcast. A cloud reaches some homes later than others: `delayS`.
 *
 * Everything is a function of seed and instant, so seeking costs nothing. τ is constant within a UTC minute and
 * its mean over any step is exact; within a step the sun stands where it is in the middle. A day summed in
 * steps of 900 s and in steps of 60 s agrees within about 1 %. It is weather-like, not a weather model: no
 * fronts, no wind, no measured climate.
 */
import { civilDate, dayNumber, type UnixSeconds } from "#base/time.ts";
import { cos } from "#plant/elementary.ts";
import type { Sky } from "#plant/site.ts";
import {
  clearSky,
  type Irradiance,
  type Location,
  ROME_SITE,
  type SunPosition,
  sunPosition,
} from "#plant/sun.ts";
import { noiseAt } from "#sim/noise.ts";

/** What is the same over the whole town in one step. */
export interface TownSky {
  readonly start: UnixSeconds;
  readonly seconds: number;
  readonly sun: SunPosition;
  readonly clear: Irradiance;
  /** Part of the sky that clouds cover, 0 to 1. */
  readonly cover: number;
  readonly airC: number;
}

const MINUTE_S = 60;
const DAY_S = 86_400;
const HOUR_S = 3600;
const MINUTES = DAY_S / MINUTE_S;
/** Days of τ kept: a step and its delays touch two. */
const DAYS_KEPT = 4;

const COVER_DAYS = 1;
const COVER_HOURS = 2;
const CLOUD_SLOW = 3;
const CLOUD_MIDDLE = 4;
const CLOUD_FAST = 5;
const TURBIDITY = 6;
const AIR_DAYS = 7;
const OPACITY = 8;

export class Weather {
  readonly location: Location;
  readonly #seed: number;
  /** By UTC day: running sums of τ at the minutes' starts, in 1/65536, oldest first. */
  readonly #days = new Map<number, Float64Array>();
  #day = Number.NaN;
  #sums: Float64Array = new Float64Array(0);

  /** `seed`: a whole number below 2^32. */
  constructor(seed: number, location: Location = ROME_SITE) {
    this.#seed = seed;
    this.location = location;
  }

  /** The sky over the town in [start, start + seconds), once per step for all homes. */
  townSky(start: UnixSeconds, seconds: number): TownSky {
    const middle = start + seconds / 2;
    const sun = sunPosition(this.location, middle);
    const turbidity = 2.4 + 1.6 * noiseAt(this.#seed, TURBIDITY, middle, 2 * DAY_S);
    const cover = this.cover(middle);
    return {
      start,
      seconds,
      sun,
      clear: clearSky(sun, this.location, turbidity),
      cover,
      airC: this.#airC(middle, cover),
    };
  }

  /** What a home sees of it when the clouds reach it `delayS` later, whole seconds ≥ 0. */
  skyFor(town: TownSky, delayS: number): Sky {
    const { sun, clear, cover, airC, seconds } = town;
    if (clear.globalWm2 <= 0) return { sun, light: clear, airC };
    const passes = this.beamShare(town.start - delayS, seconds);
    const beamWm2 = clear.beamWm2 * passes;
    const taken = clear.globalWm2 - clear.diffuseWm2 - (clear.globalWm2 - clear.diffuseWm2) * passes;
    const diffuseWm2 = clear.diffuseWm2 * (1 - 0.3 * cover * (1 - passes)) + taken * (0.45 - 0.3 * cover);
    const globalWm2 = (clear.globalWm2 - clear.diffuseWm2) * passes + diffuseWm2;
    return { sun, light: { globalWm2, beamWm2, diffuseWm2 }, airC };
  }

  /** Mean τ over a step of any length. */
  beamShare(start: UnixSeconds, seconds: number): number {
    const day = Math.floor(start / DAY_S);
    const end = start + seconds - day * DAY_S;
    const passed = this.#passed(day, Math.min(end, DAY_S)) - this.#passed(day, start - day * DAY_S);
    if (end <= DAY_S) return passed / seconds;
    return (passed + this.beamShare((day + 1) * DAY_S, end - DAY_S) * (end - DAY_S)) / seconds;
  }

  /** Part of the sky that clouds cover, 0 to 1. */
  cover(instant: number): number {
    const wandering =
      0.65 * noiseAt(this.#seed, COVER_DAYS, instant, 1.7 * DAY_S) +
      0.35 * noiseAt(this.#seed, COVER_HOURS, instant, 5 * HOUR_S);
    const winter = 0.5 + 0.5 * cos(yearAngle(instant) - 0.2);
    const leaning = (wandering - 0.62 + 0.26 * winter) * 2.4 + 0.3;
    return Math.max(0, Math.min(1, leaning));
  }

  /** ∫τ dt over the first `second` seconds of a day, s. */
  #passed(day: number, second: number): number {
    const sums = this.#day === day ? this.#sums : this.#openDay(day);
    const minute = Math.floor(second / MINUTE_S);
    const before = sums[minute]!;
    if (minute === MINUTES) return (before * MINUTE_S) / 65_536;
    return (before * MINUTE_S + (sums[minute + 1]! - before) * (second - minute * MINUTE_S)) / 65_536;
  }

  #openDay(day: number): Float64Array {
    let sums = this.#days.get(day);
    if (sums === undefined) {
      sums = this.#cloudsOf(day);
      if (this.#days.size >= DAYS_KEPT) this.#days.delete(this.#days.keys().next().value!);
      this.#days.set(day, sums);
    }
    this.#day = day;
    this.#sums = sums;
    return sums;
  }

  #cloudsOf(day: number): Float64Array {
    const sums = new Float64Array(MINUTES + 1);
    for (let minute = 0; minute < MINUTES; minute++) {
      sums[minute + 1] =
        sums[minute]! + Math.round(65_536 * this.#shareAt(day * DAY_S + minute * MINUTE_S + 30));
    }
    return sums;
  }

  #shareAt(instant: number): number {
    const cover = this.cover(instant);
    if (cover <= 0) return 1;
    const seed = this.#seed;
    const lumps =
      0.5 * noiseAt(seed, CLOUD_SLOW, instant, 27 * MINUTE_S) +
      0.33 * noiseAt(seed, CLOUD_MIDDLE, instant, 9 * MINUTE_S) +
      0.17 * noiseAt(seed, CLOUD_FAST, instant, 3 * MINUTE_S);
    // The lumps gather around one half: stretched so that about `cover` of them lie below the threshold.
    const edge = 0.5 + (cover - 0.5) * 0.9 - lumps;
    const within = Math.max(0, Math.min(1, (edge + 0.04) / 0.08));
    const opacity = 0.55 + 0.45 * cover + 0.2 * (noiseAt(seed, OPACITY, instant, HOUR_S) - 0.5);
    return 1 - within * within * (3 - 2 * within) * Math.min(1, opacity);
  }

  #airC(instant: number, cover: number): number {
    const season = 16.4 - 9 * cos(yearAngle(instant) - 0.42);
    const solarHour = (instant / HOUR_S + this.location.longitudeDeg / 15) % 24;
    const swing = (3 + 2.5 * (1 - cover)) * cos(((solarHour - 15) * Math.PI) / 12);
    return season + swing + 7 * (noiseAt(this.#seed, AIR_DAYS, instant, 2.3 * DAY_S) - 0.5);
  }
}

/** 0 at New Year, 2π a year later. */
function yearAngle(instant: number): number {
  const day = Math.floor(instant / DAY_S);
  const { year } = civilDate(day);
  const sinceNewYear = instant / DAY_S - dayNumber({ year, month: 1, day: 1 });
  return (2 * Math.PI * sinceNewYear) / 365.25;
}
