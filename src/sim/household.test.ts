import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { dayNumber, dayStart, parseInstant, ROME } from "#base/time.ts";
import { onGrid } from "#plant/resolution.ts";
import { Household } from "#sim/household.ts";

const YEAR = dayStart(ROME, dayNumber({ year: 2026, month: 1, day: 1 }));
const DAY_S = 86_400;

const household = (seed: number | string) => new Household(new Random(seed));

test("the same instant has the same load, whatever was asked before", () => {
  const instants = Array.from(
    { length: 100 },
    (_, i) => YEAR + ((i * 7919) % 365) * DAY_S + ((i * 613) % 1440) * 60,
  );
  const forward = household(5);
  const backward = household(5);
  const first = instants.map((at) => forward.meanPowerW(at, 60));
  const second = instants
    .toReversed()
    .map((at) => backward.meanPowerW(at, 60))
    .toReversed();
  assert.deepEqual(first, second);
});

test("a minute has one power, a longer step the mean of its minutes, on the grid", () => {
  const home = household(6);
  for (const start of [YEAR + 10 * DAY_S + 61_200, YEAR + 200 * DAY_S + 30_000, YEAR + 11 * DAY_S - 600]) {
    const seconds = Array.from({ length: 900 }, (_, s) => home.meanPowerW(start + s, 1));
    const minute = Math.ceil(start / 60) * 60 - start;
    for (let s = minute; s < minute + 60; s++) {
      assert.equal(seconds[s], seconds[minute]);
      assert.ok(Number.isInteger(seconds[s]));
    }
    const mean = seconds.reduce((a, b) => a + b) / 900;
    assert.equal(home.meanPowerW(start, 900), onGrid(mean));
    assert.ok(Math.abs(home.meanPowerW(start + 7, 5) * 5 - sumOf(seconds.slice(7, 12))) < 0.01);
  }
});

test("a year comes to what the traits say, and a street spreads from small to large", () => {
  const totals: number[] = [];
  for (let i = 0; i < 60; i++) {
    const home = household(`street ${i}`);
    let kwh = 0;
    for (let day = 0; day < 365; day++) kwh += (home.meanPowerW(YEAR + day * DAY_S, DAY_S) * 24) / 1000;
    assert.ok(Math.abs(kwh / home.traits.yearlyKwh - 1) < 0.12, `${kwh} of ${home.traits.yearlyKwh}`);
    totals.push(kwh);
  }
  totals.sort((a, b) => a - b);
  assert.ok(totals[0]! > 1700 && totals[0]! < 2400, `${totals[0]}`);
  assert.ok(totals.at(-1)! > 4000 && totals.at(-1)! < 5800, `${totals.at(-1)}`);
});

test("nights are quiet, evenings are not, and a kettle can be seen", () => {
  const hours = new Float64Array(24);
  let highest = 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 20; i++) {
    const home = household(`rhythm ${i}`);
    for (let day = 90; day < 118; day++) {
      const start = dayStart(ROME, dayNumber({ year: 2026, month: 1, day: 1 }) + day);
      for (let hour = 0; hour < 24; hour++)
        hours[hour]! += home.meanPowerW(start + 3600 * hour, 3600) / 20 / 28;
      for (let minute = 0; minute < 1440; minute++) {
        const power = home.meanPowerW(start + 60 * minute, 60);
        highest = Math.max(highest, power);
        lowest = Math.min(lowest, power);
      }
    }
  }
  const night = sumOf(hours.slice(1, 5)) / 4;
  const evening = sumOf(hours.slice(19, 22)) / 3;
  const noon = sumOf(hours.slice(10, 15)) / 5;
  assert.ok(night > 80 && night < 220, `night ${night}`);
  assert.ok(evening > 2.5 * night, `evening ${evening}, night ${night}`);
  assert.ok(noon > 1.3 * night && noon < evening, `noon ${noon}`);
  assert.ok(highest > 3000 && highest < 12_000, `highest ${highest}`);
  assert.ok(lowest > 30, `lowest ${lowest}`);
});

test("weekends differ from weekdays", () => {
  let [weekday, weekend] = [0, 0];
  for (let i = 0; i < 20; i++) {
    const home = household(`week ${i}`);
    for (let week = 0; week < 20; week++) {
      // 2026-01-01 is a Thursday.
      const noonOf = (day: number) => home.meanPowerW(YEAR + (7 * week + day) * DAY_S + 9 * 3600, 6 * 3600);
      weekday += noonOf(0) + noonOf(5);
      weekend += noonOf(2) + noonOf(3);
    }
  }
  assert.ok(weekend > 1.15 * weekday, `${weekend} against ${weekday}`);
});

test("days of 23 and 25 hours are whole, and evenings keep their wall-clock hour", () => {
  for (const [date, hours] of [
    ["2026-03-29", 23],
    ["2026-10-25", 25],
  ] as const) {
    const home = household(9);
    const start = parseInstant(date === "2026-03-29" ? "2026-03-28T23:00Z" : "2026-10-24T22:00Z")!;
    const whole = home.meanPowerW(start, hours * 3600) * hours;
    let parts = 0;
    for (let hour = 0; hour < hours; hour++) parts += home.meanPowerW(start + 3600 * hour, 3600);
    assert.ok(Math.abs(whole - parts) < 0.1, date);
    const before = home.meanPowerW(start - 1, 1);
    assert.ok(before > 0 && home.meanPowerW(start - 1, 2) > 0, "over midnight");
  }
});

test("what a seed gives is fixed, to the last bit", () => {
  const home = household(2026);
  const at = parseInstant("2026-06-16T17:45Z")!;
  assert.deepEqual([home.traits.yearlyKwh, home.meanPowerW(at, 900), home.meanPowerW(at, 1)], FIXED);
});

const FIXED = [3901, 860, 963];

function sumOf(values: Float64Array | readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
