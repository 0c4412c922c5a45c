import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant, ROME } from "#base/time.ts";
import type { Live, Series } from "#wire/schemas.ts";
import {
  endOf,
  growSeries,
  powerMarks,
  priceBlocks,
  rangeOf,
  rowAt,
  stack,
  tableRows,
  timeMarks,
} from "./timeline.ts";

const at = (text: string) => parseInstant(text)!;
const MIDNIGHT = at("2026-06-15T22:00Z");

function seriesOf(times: readonly number[], stepS = 900): Series {
  return {
    stepS,
    time: [...times],
    solarW: times.map(() => 2000),
    homeFromSolarW: times.map(() => 500),
    homeFromAccumulatorW: times.map(() => 300),
    homeFromGridW: times.map(() => 200),
    exportW: times.map(() => 100),
    storedWh: times.map((_, i) => 1000 + i),
    importPriceMicroEurPerKwh: times.map((_, i) => (i < 2 ? 210_000 : 330_000)),
  };
}

function liveAt(time: number): Live {
  return {
    time,
    flowsW: {
      solarToHome: 700,
      solarToAccumulator: 1000,
      solarToGrid: 50,
      accumulatorToHome: 0,
      accumulatorToGrid: 0,
      gridToHome: 0,
      gridToAccumulator: 0,
    },
    accumulator: {
      capacityWh: 6400,
      storedSolarWh: 3000,
      storedGridWh: 200,
      reserveWh: 1280,
      soldReservedWh: 0,
      powerMaxW: 5000,
    },
    solarPeakW: 5000,
    decision: { code: "panels_cover_home_rest_charges", numbers: {}, since: time },
    supply: null,
    operatorLimit: null,
    today: {
      flowsWh: {
        solarToHome: 0,
        solarToAccumulator: 0,
        solarToGrid: 0,
        accumulatorToHome: 0,
        accumulatorToGrid: 0,
        gridToHome: 0,
        gridToAccumulator: 0,
      },
      soldWh: 0,
      earnedMicroEur: 0,
    },
    importPriceMicroEurPerKwh: 330_000,
  };
}

test("a span is the last hour, the civil day, or yesterday and today", () => {
  const now = at("2026-06-16T10:45:20Z");
  assert.deepEqual(rangeOf("hour", ROME, now), {
    from: at("2026-06-16T09:46Z"),
    to: at("2026-06-16T10:46Z"),
  });
  assert.deepEqual(rangeOf("day", ROME, now), { from: MIDNIGHT, to: MIDNIGHT + 86_400 });
  assert.deepEqual(rangeOf("two", ROME, now), { from: MIDNIGHT - 86_400, to: MIDNIGHT + 86_400 });
  const autumn = rangeOf("day", ROME, at("2026-10-25T12:00Z"));
  assert.equal((autumn.to - autumn.from) / 900, 100);
});

test("the live value stands for its step, and the next step begins where it leaves it", () => {
  const series = seriesOf([MIDNIGHT, MIDNIGHT + 900]);
  const same = growSeries(series, liveAt(MIDNIGHT + 1000));
  assert.deepEqual(same.time, series.time);
  assert.deepEqual(same.homeFromSolarW, [500, 700]);
  assert.deepEqual(same.solarW, [2000, 1750]);
  assert.equal(same.storedWh[1], 3200);
  const next = growSeries(same, liveAt(MIDNIGHT + 1900));
  assert.deepEqual(next.time, [MIDNIGHT, MIDNIGHT + 900, MIDNIGHT + 1800]);
  assert.deepEqual(next.exportW, [100, 50, 50]);
  assert.equal(growSeries(next, liveAt(MIDNIGHT + 100)), next);
  assert.deepEqual(series.homeFromSolarW, [500, 500]);
  assert.equal(endOf(next), MIDNIGHT + 2700);
  assert.equal(endOf(seriesOf([])), 0);
});

test("use is stacked panels, accumulator, MicroGrid at the middle of each step; a gap breaks it", () => {
  const series = seriesOf([MIDNIGHT, MIDNIGHT + 900, MIDNIGHT + 3600]);
  const s = stack(series, { from: MIDNIGHT, to: MIDNIGHT + 86_400 });
  assert.deepEqual(s.x, [MIDNIGHT + 450, MIDNIGHT + 1350, MIDNIGHT + 1800, MIDNIGHT + 4050]);
  assert.deepEqual(s.fromSolar, [0.5, 0.5, null, 0.5]);
  assert.deepEqual(s.toAccumulator, [0.8, 0.8, null, 0.8]);
  assert.deepEqual(s.toGrid, [1, 1, null, 1]);
  assert.deepEqual(s.row, [0, 1, undefined, 2]);
  const running = stack(series, { from: MIDNIGHT, to: MIDNIGHT + 86_400 }, MIDNIGHT + 3700);
  assert.equal(running.x.at(-1), MIDNIGHT + 3700);
});

test("the power axis has a round top over every value", () => {
  assert.deepEqual(powerMarks(3.42), [0, 1, 2, 3, 4]);
  assert.deepEqual(powerMarks(0), [0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  for (const kw of [0.2, 0.99, 1, 4.9, 7.3, 48, 600]) {
    const marks = powerMarks(kw);
    assert.ok(marks.at(-1)! >= kw, `${kw}`);
    assert.ok(marks.length >= 3 && marks.length <= 6, `${kw}: ${marks}`);
  }
});

test("the time axis is marked in civil hours; the day ends at 24, and autumn has two 02", () => {
  const day = timeMarks("day", ROME, rangeOf("day", ROME, at("2026-06-16T10:00Z")));
  assert.deepEqual(
    day.map(({ label }) => label),
    ["00", "03", "06", "09", "12", "15", "18", "21", "24"],
  );
  const hour = timeMarks("hour", ROME, { from: at("2026-06-16T09:46Z"), to: at("2026-06-16T10:46Z") });
  assert.equal(hour[0]!.label, "11:50");
  assert.equal(hour.length, 6);
  const autumn = timeMarks("day", ROME, rangeOf("day", ROME, at("2026-10-25T12:00Z")));
  assert.equal(autumn[1]!.at - autumn[0]!.at, 4 * 3600);
  assert.equal(autumn.at(-1)!.label, "24");
});

test("neighbouring steps of one price are one block", () => {
  const series = seriesOf([0, 900, 1800, 2700].map((s) => MIDNIGHT + s));
  const range = { from: MIDNIGHT, to: MIDNIGHT + 3300 };
  assert.deepEqual(priceBlocks(series, range), [
    { from: MIDNIGHT, to: MIDNIGHT + 1800, price: 210_000 },
    { from: MIDNIGHT + 1800, to: MIDNIGHT + 3300, price: 330_000 },
  ]);
});

test("the table twin holds the mean of each hour and the charge at its end", () => {
  const series = seriesOf([0, 900, 1800, 2700, 3600].map((s) => MIDNIGHT + s));
  series.homeFromSolarW[0] = 900;
  const rows = tableRows(series, { from: MIDNIGHT, to: MIDNIGHT + 86_400 }, 3600);
  assert.equal(rows.length, 2);
  assert.equal(rows[0]!.homeFromSolarW, 600);
  assert.equal(rows[0]!.storedWh, 1003);
  assert.equal(rows[1]!.from, MIDNIGHT + 3600);
});

test("a time finds the step it falls into", () => {
  const series = seriesOf([0, 900, 1800].map((s) => MIDNIGHT + s));
  assert.equal(rowAt(series, MIDNIGHT + 1000), 1);
  assert.equal(rowAt(series, MIDNIGHT - 5000), 0);
  assert.equal(rowAt(series, MIDNIGHT + 99_999), 2);
  assert.equal(rowAt(seriesOf([]), MIDNIGHT), undefined);
});
