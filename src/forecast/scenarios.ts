/**
 * How load and sun may go on, from nothing but the home's own past: each of the last days is a scenario, and the
 * last hours say how far today differs from it. What of that difference lasts: of a load about half from hour to
 * hour (somebody cooks), of the sun's share most (the sky stays as it is). Days whose same hours drew much more or
 * less than now are less likely to be today's kind. No weather service, no calendar.
 *
 * Scenarios and not their mean: a mean day has neither the evening that empties the accumulator nor the dull noon
 * that does not fill it, and it is for these that energy is kept. Left out: seasons, holidays, weather forecasts.
 */
import { assert } from "#base/assert.ts";
import type { Scenarios } from "#control/outlook.ts";
import type { PastSteps } from "./past.ts";

export interface ScenarioChoices {
  /** How many of the last days may come again. */
  readonly days: number;
  /** Of `Scenarios`: how likely a kind of day goes on from hour to hour. */
  readonly persistence: number;
  /** Today is compared with each day over so many hours. */
  readonly comparedHours: number;
  /** What is left of a difference after an hour. */
  readonly loadLasts: number;
  readonly sunLasts: number;
  /** By what factor, as e^−x, a difference of 1 kW makes a day less likely. */
  readonly unlikelyPerKw: number;
}

/** Chosen on five of the nine homes of `homes-citylearn`, see `bench/dispatch`. */
export const SCENARIO_CHOICES: ScenarioChoices = {
  days: 20,
  persistence: 0.8,
  comparedHours: 3,
  loadLasts: 0.5,
  sunLasts: 0.9,
  unlikelyPerKw: 2,
};

/** Today's sun against another day's: beyond these the comparison of two dim hours says nothing. */
const SUN_SHARE_MIN = 0.2;
const SUN_SHARE_MAX = 4;
/** Below this mean power it is night, W. */
const SUN_UP_W = 100;

/**
 * The scenarios of an outlook that begins now, in steps of whole multiples of the past's; `undefined` before a first
 * day and the hours compared are over.
 */
export function scenariosFrom(
  past: PastSteps,
  seconds: Float64Array,
  choices: ScenarioChoices = SCENARIO_CHOICES,
): Scenarios | undefined {
  const { stepS, perDay } = past;
  const compared = Math.round((choices.comparedHours * 3600) / stepS);
  const count = Math.min(choices.days, Math.floor((past.length - compared) / perDay));
  if (count <= 0) return undefined;
  const steps = seconds.length;
  const loadW = new Float64Array(count * steps);
  const solarW = new Float64Array(count * steps);
  const weight = new Float64Array(count);
  const now = recent(past, 0, compared);
  let sum = 0;
  for (let scenario = 0; scenario < count; scenario++) {
    const daysBack = (scenario + 1) * perDay;
    const then = recent(past, daysBack, compared);
    const moreW = now.loadW - then.loadW;
    const sunnier =
      then.solarW < SUN_UP_W
        ? 0
        : Math.max(SUN_SHARE_MIN, Math.min(SUN_SHARE_MAX, now.solarW / then.solarW)) - 1;
    weight[scenario] = Math.exp((-choices.unlikelyPerKw * Math.abs(moreW)) / 1000);
    sum += weight[scenario]!;
    let passed = 0;
    let ahead = 0;
    for (let step = 0; step < steps; step++) {
      const parts = seconds[step]! / stepS;
      assert(Number.isInteger(parts) && parts > 0, "an outlook has whole steps of the past");
      let load = 0;
      let solar = 0;
      for (let i = 0; i < parts; i++, passed++) {
        const ago = daysBack - (passed % perDay);
        load += past.loadW(ago);
        solar += past.solarW(ago);
      }
      ahead += seconds[step]! / 3600;
      const at = scenario * steps + step;
      loadW[at] = Math.max(0, load / parts + moreW * choices.loadLasts ** ahead);
      solarW[at] = (solar / parts) * (1 + sunnier * choices.sunLasts ** ahead);
    }
  }
  for (let scenario = 0; scenario < count; scenario++) weight[scenario]! /= sum;
  return { seconds, count, loadW, solarW, weight, persistence: choices.persistence };
}

/** Means of the hours before now, or before the same time some steps earlier, W. */
function recent(past: PastSteps, earlier: number, steps: number): { loadW: number; solarW: number } {
  let loadW = 0;
  let solarW = 0;
  for (let ago = 1; ago <= steps; ago++) {
    loadW += past.loadW(earlier + ago) / steps;
    solarW += past.solarW(earlier + ago) / steps;
  }
  return { loadW, solarW };
}
