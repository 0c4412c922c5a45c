/** Single appliances, row by row, and who gives way first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ApplianceCode,
  type ApplianceSituation,
  applianceChoice,
  givingWay,
} from "#control/appliance.ts";

const PLAIN: ApplianceSituation = {
  mode: "sun",
  usualW: 800,
  surplusW: 0,
  surplusStoodS: 600,
  missingS: Infinity,
  leftS: Infinity,
  planned: false,
  on: false,
  sinceS: 600,
  runsAtLeastS: 0,
};

test("when an appliance runs, and why", () => {
  const rows: [string, Partial<ApplianceSituation>, boolean, ApplianceCode][] = [
    ["a freezer", { mode: "always" }, true, "always_on"],
    ["what its owner switched off", { mode: "off", surplusW: 9_000 }, false, "switched_off"],
    ["no sun", {}, false, "waits_for_sun"],
    ["sun", { surplusW: 800 }, true, "on_from_sun"],
    ["sun that just came", { surplusW: 800, surplusStoodS: 59 }, false, "waits_for_sun"],
    ["a passing cloud", { surplusW: 100, surplusStoodS: 59, on: true }, true, "on_from_sun"],
    ["what would spoil runs through", { on: true, sinceS: 100, runsAtLeastS: 3_600 }, true, "stays_on"],
    ["it has run its hours", { missingS: 0, surplusW: 900 }, false, "done_for_today"],
    ["its hours would not fit any more", { missingS: 3_600, leftS: 3_600 }, true, "on_to_be_done"],
    ["a cheap hour", { mode: "cheapest", planned: true }, true, "on_cheap_hour"],
    ["a dear one", { mode: "cheapest" }, false, "waits_for_cheap_hour"],
    ["a dear one with sun", { mode: "cheapest", surplusW: 900 }, true, "on_from_sun"],
  ];
  for (const [why, change, on, code] of rows) {
    assert.deepEqual(applianceChoice({ ...PLAIN, ...change }), { on, code }, why);
  }
});

test("who gives way: the least wanted first, of equals the larger, and no more than needed", () => {
  const running = [
    { id: "freezer", usualW: 120, priority: 5 },
    { id: "boiler", usualW: 1_500, priority: 1 },
    { id: "dryer", usualW: 2_000, priority: 1 },
    { id: "lamp", usualW: 0, priority: 1 },
  ];
  assert.deepEqual(givingWay(running, 0), []);
  assert.deepEqual(givingWay(running, 1_800), ["dryer"]);
  assert.deepEqual(givingWay(running, 2_001), ["dryer", "boiler"]);
  assert.deepEqual(givingWay(running, 9_000), ["dryer", "boiler", "freezer"]);
});
