import assert from "node:assert/strict";
import { test } from "node:test";
import { PastSteps } from "#forecast/past.ts";
import { SCENARIO_CHOICES, scenariosFrom } from "#forecast/scenarios.ts";

/** Days of hours; load and sun by day and hour. */
function lived(days: number, hours: number, loadW: (day: number, hour: number) => number, solarW = loadW) {
  const past = new PastSteps(3600, 30);
  for (let i = 0; i < days * 24 + hours; i++) {
    past.add(loadW(Math.floor(i / 24), i % 24), solarW(Math.floor(i / 24), i % 24));
  }
  return past;
}
const hours = (count: number) => new Float64Array(count).fill(3600);

test("before a day is over nothing is foreseen", () => {
  const past = lived(1, 2, () => 500);
  assert.equal(scenariosFrom(past, hours(24)), undefined);
  past.add(500, 0);
  assert.equal(scenariosFrom(past, hours(24))!.count, 1);
});

test("each past day is a scenario from the present hour on, the last one first, and goes round after a day", () => {
  const scenarios = scenariosFrom(
    lived(3, 6, (day, hour) => 1000 * day + hour),
    hours(30),
    { ...SCENARIO_CHOICES, loadLasts: 0, sunLasts: 0 },
  )!;
  assert.equal(scenarios.count, 3);
  const of = (scenario: number) => scenarios.loadW.subarray(scenario * 30, (scenario + 1) * 30);
  // Now is six o'clock of day 3: yesterday was day 2, whose hours after midnight are today's.
  assert.deepEqual([...of(0)].slice(0, 3), [2006, 2007, 2008]);
  assert.deepEqual([...of(0)].slice(17, 20), [2023, 3000, 3001]);
  assert.deepEqual([...of(0)].slice(24), [2006, 2007, 2008, 2009, 2010, 2011]);
  assert.equal(of(2)[0], 6);
});

test("steps of an outlook may be longer than those of the past", () => {
  const past = new PastSteps(900, 9);
  for (let i = 0; i < 2 * 96; i++) past.add(i % 96, 0);
  const scenarios = scenariosFrom(past, Float64Array.of(900, 2700, 3600))!;
  assert.deepEqual([...scenarios.loadW.subarray(0, 3)], [0, 2, 5.5]);
});

test("what differs today lasts for hours and fades; days like today weigh more", () => {
  // Today draws 2 kW where yesterday drew 500 W and the day before 1,900 W; its sun is half of both days'.
  const past = lived(
    2,
    12,
    (day) => (day === 2 ? 2000 : day === 1 ? 500 : 1900),
    (day, hour) => (hour < 6 ? 0 : day === 2 ? 1000 : 2000),
  );
  const { loadW, solarW, weight } = scenariosFrom(past, hours(24))!;
  assert.equal(loadW[0], 500 + 1500 * 0.5);
  assert.ok(Math.abs(loadW[11]! - 500) < 1);
  assert.equal(solarW[0], 2000 * (1 - 0.5 * 0.9));
  assert.ok(weight[1]! > 10 * weight[0]!);
  assert.ok(Math.abs(weight[0]! + weight[1]! - 1) < 1e-12);
});

test("nothing of the present and later is in a forecast: another future, the same scenarios", () => {
  const before = lived(4, 5, (day, hour) => 300 + 7 * hour + day);
  const first = scenariosFrom(before, hours(24));
  before.add(9_999, 9_999);
  const later = lived(4, 5, (day, hour) => 300 + 7 * hour + day);
  assert.deepEqual(scenariosFrom(later, hours(24)), first);
  assert.notDeepEqual(scenariosFrom(before, hours(24)), first);
});

test("the past forgets what is older than its days", () => {
  const past = new PastSteps(3600, 2);
  for (let i = 1; i <= 100; i++) past.add(i, 2 * i);
  assert.equal(past.length, 48);
  assert.deepEqual([past.loadW(1), past.loadW(48), past.solarW(48)], [100, 53, 106]);
  assert.throws(() => past.loadW(49), /no such step/);
});
