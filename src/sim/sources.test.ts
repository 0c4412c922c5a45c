import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatInstant, ROME, UTC } from "#base/time.ts";
import type { MeasuredHomes } from "#sim/homes-file.ts";
import { firstRowOf, MeasuredRows, measuredSource } from "#sim/sources.ts";

const START = 1_772_323_200; // 2026-03-01T00:00Z

function file(stepS: number, loads: readonly number[]): MeasuredHomes {
  const values = Float64Array.from(loads);
  return {
    layout: "dated",
    stepS,
    steps: values.length,
    start: START,
    firstHour: undefined,
    loads: [{ name: "a", powerW: values, gaps: 0 }],
    solar: [{ name: "pv1", perUnit: values.map((load) => load / 1000) }],
    pricePerKwh: undefined,
    ignored: [],
  };
}

test("a row holds for its step, and a span over several has their mean by time", () => {
  const homes = file(900, [100, 200, 400]);
  const rows = new MeasuredRows(homes, START);
  const load = homes.loads[0]!.powerW;
  assert.equal(rows.mean(load, START + 899, 1), 100);
  assert.equal(rows.mean(load, START + 900, 900), 200);
  assert.equal(rows.mean(load, START + 450, 900), 150);
  assert.equal(rows.mean(load, START, 2700), 700 / 3);
  assert.equal(rows.end, START + 2700);
});

test("rows of an hour are cut into quarter hours, rows of five minutes put together", () => {
  const hourly = file(3600, [100, 200]);
  assert.equal(new MeasuredRows(hourly, START).mean(hourly.loads[0]!.powerW, START + 2700, 900), 100);
  const fine = file(300, [100, 200, 600]);
  assert.equal(new MeasuredRows(fine, START).mean(fine.loads[0]!.powerW, START, 900), 300);
});

test("outside the file whole days are repeated, so that noon stays noon", () => {
  // Two days and six hours, hourly: the value is the hour since the start.
  const homes = file(
    3600,
    Array.from({ length: 54 }, (_, i) => i),
  );
  const rows = new MeasuredRows(homes, START);
  const at = (hours: number) => rows.at(START + hours * 3600);
  assert.equal(at(53), 53, "the part of a day at the end is lived once");
  assert.equal(at(54), 6);
  assert.equal(at(48 + 12), 12);
  assert.equal(at(96), 0);
  assert.equal(at(-1), 47);
  assert.equal(at(-48), 0);
  assert.equal(at(-49), 47);
});

test("a file shorter than a day is repeated as it is", () => {
  const rows = new MeasuredRows(file(900, [1, 2, 3]), START);
  assert.deepEqual(
    [-1, 0, 2, 3, 4].map((i) => rows.at(START + i * 900)),
    [2, 0, 2, 0, 1],
  );
});

test("every instant has a row, and means are those of the seconds", () => {
  const homes = file(600, [5, 70, 300, 20, 11, 0, 900]);
  const load = homes.loads[0]!.powerW;
  const rows = new MeasuredRows(homes, START);
  fc.assert(
    fc.property(
      fc.integer({ min: -20_000, max: 20_000 }),
      fc.integer({ min: 1, max: 2_000 }),
      (from, seconds) => {
        let sum = 0;
        for (let s = 0; s < seconds; s++) {
          const row = rows.at(START + from + s);
          assert.ok(row >= 0 && row < homes.steps);
          sum += load[row]!;
        }
        assert.ok(Math.abs(rows.mean(load, START + from, seconds) - sum / seconds) < 1e-9);
      },
    ),
    { numRuns: 100 },
  );
});

test("a gap counts as nothing, panels give at most their peak, powers stand on the grid", () => {
  const homes = file(900, [Number.NaN, 1_200, 333.3333]);
  const source = measuredSource(homes, new MeasuredRows(homes, START), 0, 0, 3_000);
  assert.equal(source.loadW(START, 900), 0);
  assert.equal(source.solarW(START, 900), 0);
  assert.equal(source.loadW(START, 1800), 600);
  assert.equal(source.solarW(START + 900, 900), 3_000);
  assert.equal((source.loadW(START + 1800, 900) * 1024) % 1, 0);
  assert.equal(measuredSource(homes, new MeasuredRows(homes, START), 0, 0, 0).solarW(START + 900, 900), 0);
});

test("the first row of an undated file finds its day of the calendar", () => {
  const first = (month: number, hour: number, dayType: number, hoursLeftInMonth: number | undefined) =>
    formatInstant(firstRowOf({ month, hour, dayType, hoursLeftInMonth }, UTC));
  assert.equal(first(7, 24, 7, 1), "2022-07-31T23:00:00Z", "the last hour of a July that ends on a Sunday");
  assert.equal(first(7, 1, 6, 48), "2022-07-30T00:00:00Z", "two days before the month turns");
  assert.equal(first(12, 1, 4, 24), "2020-12-31T00:00:00Z", "the turn of a year");
  assert.equal(first(2, 1, 6, 24), "2020-02-29T00:00:00Z", "a leap day");
  assert.equal(first(3, 1, 3, undefined), "2020-03-04T00:00:00Z", "no month turns: its first Wednesday");
  assert.equal(first(6, 13, 8, 12 + 24), "2020-06-29T12:00:00Z", "a holiday fits any day");
  assert.equal(
    formatInstant(firstRowOf({ month: 7, hour: 24, dayType: 7, hoursLeftInMonth: 1 }, ROME)),
    "2022-07-31T21:00:00Z",
  );
});
