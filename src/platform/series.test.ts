import assert from "node:assert/strict";
import { test } from "node:test";
import { QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { Archive } from "./archive.ts";
import { DecisionRecord } from "./decision-record.ts";
import { LiveBoard, stateOf } from "./live.ts";
import { MINUTES_KEPT_S, Ring, STEPS_KEPT_S } from "./ring.ts";
import { POINTS_MAX, seriesOf } from "./series.ts";
import { flowsOf, sampleOf } from "./test-live.ts";
import { Meter, NOON } from "./test-street.ts";

const HOUR = 3600;

function bench() {
  const ring = new Ring(":memory:", "off");
  const archive = new Archive(":memory:", ROME, "off");
  const series = (from: number, to: number) =>
    seriesOf({ ring, archive, importPrice: (time) => time % 1000 }, { plant: 1, from, to });
  return { ring, archive, series };
}

test("a short span shows the steps as they were, a longer one their means", () => {
  const { ring, series } = bench();
  for (let t = NOON; t < NOON + HOUR; t += 1) {
    ring.record(1, t, 1, flowsOf({ solarToHome: (t - NOON) % 60, gridToHome: 100 }), 500 + ((t - NOON) % 60));
    ring.record(2, t, 1, flowsOf({ solarToHome: 9999 }), 0);
  }
  const fine = series(NOON, NOON + 600);
  assert.deepEqual([fine.stepS, fine.time.length], [1, 600]);
  assert.deepEqual([fine.solarW[59], fine.homeFromGridW[59], fine.storedWh[59]], [59, 100, 559]);
  assert.equal(fine.importPriceMicroEurPerKwh[1], (NOON + 1) % 1000);
  const hour = series(NOON, NOON + HOUR);
  assert.deepEqual(
    [hour.stepS, hour.time.length, hour.solarW[0], hour.solarW[1]],
    [2, 1800, 1, 3],
    "means of 0, 1 and 2, 3",
  );
  const day = series(NOON - 12 * HOUR, NOON + 12 * HOUR);
  assert.deepEqual([day.stepS, day.time.length, day.time[0]], [60, 60, NOON]);
  assert.equal(day.solarW[10], 30, "the mean of 0 to 59, 29.5, rounded");
});

test("no span has more than about two thousand points, and a gap stays a gap", () => {
  const { ring, series } = bench();
  for (let t = NOON; t < NOON + 6 * HOUR; t += 5) {
    if (t >= NOON + HOUR && t < NOON + 2 * HOUR) continue;
    ring.record(1, t, 5, flowsOf({ gridToHome: 100 }), 0);
  }
  for (const span of [HOUR, 3 * HOUR, 6 * HOUR, 20 * HOUR]) {
    const { time } = series(NOON, NOON + span);
    assert.ok(time.length <= POINTS_MAX + 1, `${time.length} points`);
  }
  const { time, stepS } = series(NOON, NOON + 6 * HOUR);
  const gaps = time
    .slice(1)
    .map((t, i) => t - time[i]!)
    .filter((distance) => distance > stepS);
  assert.equal(gaps.length, 1);
  assert.ok(Math.abs(gaps[0]! - HOUR) <= stepS);
});

test("before the ring began, quarter hours carry the chart, and minutes go on where no reading is yet", () => {
  const { ring, archive, series } = bench();
  const meter = new Meter(1, NOON - 4 * HOUR);
  const readings = Array.from({ length: 16 }, () =>
    meter.reading({ gridToHome: 50, solar: { chargedWh: 10 } }),
  );
  archive.store(readings.map((reading) => ({ reading, quality: "measured", received: NOON })));
  for (let t = NOON - 600; t < NOON + 600; t += 5) ring.record(1, t, 5, flowsOf({ gridToHome: 300 }), 160);
  const whole = series(NOON - 4 * HOUR, NOON + HOUR);
  assert.equal(whole.stepS, QUARTER_HOUR_S);
  assert.deepEqual(
    [whole.time.length, whole.homeFromGridW[0], whole.solarW[0], whole.storedWh[1]],
    [17, 200, 40, 20],
  );
  assert.deepEqual([whole.time.at(-1), whole.homeFromGridW.at(-1)], [NOON, 300]);
  assert.equal(series(NOON - 600, NOON + 600).stepS, 5, "where the ring reaches back, it is finer");
});

test("steps are kept for two days, minutes for ninety", () => {
  const { ring } = bench();
  ring.record(1, NOON, 60, flowsOf({ gridToHome: 1 }), 0);
  ring.record(1, NOON + STEPS_KEPT_S + 2 * HOUR, 60, flowsOf({ gridToHome: 2 }), 0);
  assert.equal(ring.rows("steps", 1, 0, NOON + 1).length, 0);
  assert.equal(ring.rows("minutes", 1, 0, NOON + 1).length, 1);
  ring.record(1, NOON + MINUTES_KEPT_S + 2 * HOUR, 60, flowsOf({ gridToHome: 3 }), 0);
  assert.equal(ring.rows("minutes", 1, 0, NOON + 1).length, 0);
  assert.equal(ring.rows("minutes", 1, 0, Number.MAX_SAFE_INTEGER).length, 2);
});

test("today goes on between readings, and a reading takes the place of what was added up for it", () => {
  const { ring } = bench();
  const live = new LiveBoard(ring, new DecisionRecord(":memory:", "off"));
  for (let t = NOON; t < NOON + 1200; t += 60) live.record(t, 60, [sampleOf(1, { gridToHome: 1200 })]);
  assert.equal(live.sinceReadings(1, 0).gridToHome, 400, "1.2 kW for 20 minutes");
  assert.equal(live.sinceReadings(1, NOON + QUARTER_HOUR_S).gridToHome, 100, "since 12:15");
  live.onReading({ plant: 1, intervalStart: NOON });
  assert.equal(live.sinceReadings(1, 0).gridToHome, 100);
  live.onReading({ plant: 1, intervalStart: NOON + QUARTER_HOUR_S });
  assert.equal(live.sinceReadings(1, 0).gridToHome, 0);
});

test("a home gives or takes only beyond the noise of its meters", () => {
  const rows: [Parameters<typeof flowsOf>[0], string][] = [
    [{}, "own"],
    [{ solarToHome: 900, accumulatorToHome: 300 }, "own"],
    [{ gridToHome: 20 }, "own"],
    [{ gridToHome: 21 }, "taking"],
    [{ solarToGrid: 15, accumulatorToGrid: 15 }, "giving"],
    [{ accumulatorToGrid: 800, gridToHome: 790 }, "own"],
  ];
  for (const [flows, state] of rows) assert.equal(stateOf(flowsOf(flows)), state, JSON.stringify(flows));
});
