import assert from "node:assert/strict";
import { test } from "node:test";
import type { HomePlan } from "#wire/home-schemas.ts";
import { nextTurn, planRows, stepAt, sunniestHours, withPlan } from "./plan-ahead.ts";

const HOUR = 3600;

/** A quarter hour, the rest of its hour, then hours: sun at noon, dark afterwards. */
function planOf(): HomePlan {
  const time = [0, 900, HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR];
  return {
    ...{ made: 0, until: 900, time, seconds: [900, 2700, HOUR, HOUR, HOUR, HOUR] },
    solarW: [1000, 2000, 4000, 1000, 0, 0],
    loadW: [500, 500, 600, 700, 800, 900],
    ...{ solarLowW: [], solarHighW: [] },
    accumulatorW: [-500, -1500, -2000, 0, 800, 900],
    gridW: [0, 0, -1400, -300, 0, 0],
    storedWh: [5000, 6000, 8000, 8000, 7200, 1600],
    storedValueMicroEurPerKwh: time.map(() => 300_000),
    importPriceMicroEurPerKwh: time.map((_, i) => (i < 4 ? 330_000 : 410_000)),
    exportPriceMicroEurPerKwh: time.map(() => 80_000),
    code: time.map(() => "panels_cover_home_rest_charges"),
  };
}

test("planned use is told by source: panels first, then the accumulator, then the MicroGrid", () => {
  const rows = planRows(planOf(), 900, 4 * HOUR - 900, 5 * HOUR);
  assert.deepEqual(rows.time, [4 * HOUR - 900, 4 * HOUR, 4 * HOUR + 900, 4 * HOUR + 1800, 4 * HOUR + 2700]);
  assert.deepEqual(rows.homeFromAccumulatorW, [800, 900, 900, 900, 900]);
  assert.deepEqual(rows.homeFromGridW, [0, 0, 0, 0, 0]);
  assert.deepEqual(rows.storedWh, [7200, 5800, 4400, 3000, 1600]);
  const noon = planRows(planOf(), 900, HOUR, HOUR + 900);
  assert.deepEqual([noon.homeFromSolarW, noon.exportW, noon.solarW], [[600], [1400], [4000]]);
});

test("a plan goes on where what was measured ends, and nowhere else", () => {
  const plan = planOf();
  assert.deepEqual(planRows(plan, 900, 6 * HOUR, 7 * HOUR).time, [], "beyond its end it says nothing");
  assert.equal(stepAt(plan, -1), undefined);
  const history = planRows(plan, 900, 0, HOUR);
  const both = withPlan(history, planRows(plan, 900, HOUR, 2 * HOUR));
  assert.deepEqual(both.time, [0, 900, 1800, 2700, 3600, 4500, 5400, 6300]);
  assert.equal(both.importPriceMicroEurPerKwh.length, 8);
});

test("the next turn is when the accumulator is full, or at its reserve", () => {
  const full = nextTurn(planOf(), { capacityWh: 8000, reserveWh: 1600 }, 0);
  assert.deepEqual(full, { code: "full_by", at: HOUR + Math.round(HOUR * ((7840 - 6000) / 2000)) });
  const empty = nextTurn(planOf(), { capacityWh: 10_000, reserveWh: 1600 }, 0);
  assert.equal(empty?.code, "reserve_by");
  assert.deepEqual(nextTurn(planOf(), { capacityWh: 10_000, reserveWh: 0 }, 0), {
    code: "stays",
    storedWh: 1600,
  });
});

test("what can wait goes where the panels have most to spare", () => {
  assert.deepEqual(sunniestHours(planOf(), 0), { from: HOUR, to: 2 * HOUR });
  assert.equal(sunniestHours(planOf(), 4 * HOUR), undefined);
});
