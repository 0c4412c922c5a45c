/** A car's charging, row by row, and that it is ready when it leaves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import {
  type ChargingCode,
  type ChargingSituation,
  CLOUD_S,
  chargingChoice,
  SUN_STANDS_S,
} from "#control/charging.ts";

const EVENING: ChargingSituation = {
  mode: "cheapest",
  pluggedIn: true,
  powerMinW: 1_380,
  powerMaxW: 7_400,
  limitW: 6_000,
  missingWh: 10_000,
  leftS: 12 * 3_600,
  surplusW: 0,
  plannedW: 0,
  stepGivenWh: 0,
  stepS: 900,
  stepAgeS: 0,
  charging: false,
  surplusStoodS: 0,
};

test("how fast a car charges, and why", () => {
  const rows: [string, Partial<ChargingSituation>, number, ChargingCode][] = [
    ["no car", { pluggedIn: false, mode: "now" }, 0, "not_plugged_in"],
    ["full enough", { missingWh: 0, mode: "now" }, 0, "charged_enough"],
    ["held off by its owner", { mode: "off", surplusW: 9_000 }, 0, "held_off"],
    ["at once, as far as the connection bears it", { mode: "now" }, 6_000, "charging_at_once"],
    ["less than the least is nothing", { mode: "now", limitW: 1_300 }, 0, "limited_to_nothing"],
    ["no sun, no plan for this step", {}, 0, "waiting_for_cheap_hour"],
    ["the sun alone, at night", { mode: "sun", plannedW: 5_000 }, 0, "waiting_for_sun"],
    ["sun that just came", { surplusW: 3_000, surplusStoodS: 10 }, 0, "waiting_for_cheap_hour"],
    ["sun that stands", { surplusW: 3_000, surplusStoodS: SUN_STANDS_S }, 3_000, "charging_from_sun"],
    ["more sun than it takes", { surplusW: 9_000, surplusStoodS: 300 }, 6_000, "charging_from_sun"],
    [
      "through a cloud at its least",
      { surplusW: 500, charging: true, surplusStoodS: 60 },
      1_380,
      "charging_from_sun",
    ],
    [
      "not through the evening",
      { surplusW: 500, charging: true, surplusStoodS: CLOUD_S },
      0,
      "waiting_for_cheap_hour",
    ],
    ["a cheap hour", { plannedW: 4_000 }, 4_000, "charging_cheap_hour"],
    [
      "a cheap hour with more sun than planned",
      { plannedW: 2_000, surplusW: 3_000, charging: true },
      3_000,
      "charging_from_sun",
    ],
    ["little is given at the least power", { plannedW: 700 }, 1_380, "charging_cheap_hour"],
    ["until it is given", { plannedW: 700, stepAgeS: 460, stepGivenWh: 176 }, 0, "waiting_for_cheap_hour"],
    [
      "what a step is behind it catches up",
      { plannedW: 2_000, stepAgeS: 450, stepGivenWh: 0 },
      4_000,
      "charging_cheap_hour",
    ],
    ["time is short", { leftS: 6_500, mode: "sun" }, 6_000, "charging_to_be_ready"],
    [
      "nobody knows how much is missing",
      { missingWh: Infinity, plannedW: 2_000 },
      2_000,
      "charging_cheap_hour",
    ],
  ];
  for (const [why, change, powerW, code] of rows) {
    assert.deepEqual(chargingChoice({ ...EVENING, ...change }), { powerW, code }, why);
  }
});

test("a car that may wait is ready when it leaves, whatever sun, plan and cloud do", () => {
  const random = new Random(31);
  for (let round = 0; round < 100; round++) {
    const leaves = 3_600 * (2 + random.integer(12));
    let missingWh = Math.min(5_000 * (leaves / 3_600), 1_000 + random.integer(40_000));
    const mode = (["sun", "cheapest"] as const)[random.integer(2)]!;
    let charging = false;
    for (let at = 0; at < leaves; at += 10) {
      const surplusW = random.integer(4_000);
      const { powerW } = chargingChoice({
        ...EVENING,
        mode,
        missingWh,
        leftS: leaves - at,
        surplusW,
        plannedW: random.integer(2) * 3_000,
        charging,
        surplusStoodS: random.integer(400),
      });
      assert.ok(powerW === 0 || (powerW >= 1_380 && powerW <= 6_000));
      missingWh -= (powerW * 10) / 3_600;
      charging = powerW > 0;
    }
    assert.ok(missingWh <= 20, `round ${round}: ${missingWh} Wh are missing`);
  }
});
