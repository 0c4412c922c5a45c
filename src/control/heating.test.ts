/** When heat is made, row by row, and that nobody freezes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import {
  type ChpSituation,
  chpChoice,
  type HeatingCode,
  type HeatingSituation,
  heatPumpChoice,
  RESTS_S,
  RUNS_S,
} from "#control/heating.ts";
import { performanceOf, stepHeat } from "#plant/heat.ts";

const PUMP = { powerMaxW: 2_500, powerMinW: 600, carnotShare: 0.45, copMax: 6 };
const COMFORT = { roomMinC: 20, tankMinC: 35, tankMaxC: 50 };
const MILD: HeatingSituation = {
  comfort: COMFORT,
  roomC: 21,
  tankC: 42,
  surplusW: 0,
  plannedW: Number.NaN,
  limitW: 6_000,
  running: false,
  sinceS: 3_600,
};

test("when a heat pump works, and why", () => {
  const rows: [string, Partial<HeatingSituation>, number, HeatingCode][] = [
    ["warm enough, nothing cheap", {}, 0, "heat_waits"],
    ["a cold room", { roomC: 19.9 }, 2_500, "comfort_needs_heat"],
    ["a cold tank, and the connection bears little", { tankC: 34, limitW: 900 }, 900, "comfort_needs_heat"],
    ["less than its least speed is nothing", { tankC: 34, limitW: 500 }, 0, "heat_limited"],
    ["a cold room after a short rest", { roomC: 19, sinceS: 60 }, 0, "compressor_rests"],
    ["what began for the cold goes on a little", { tankC: 37, running: true }, 2_500, "comfort_needs_heat"],
    ["sun to spare", { surplusW: 1_400 }, 1_400, "heat_from_sun"],
    ["too little sun", { surplusW: 500 }, 0, "heat_waits"],
    ["sun, and the tank is full", { surplusW: 3_000, tankC: 50 }, 0, "tank_full"],
    ["a cheap hour", { plannedW: 1_000 }, 1_000, "heat_cheap_hour"],
    ["a little in a cheap hour is its least speed", { plannedW: 200 }, 600, "heat_cheap_hour"],
    ["more sun than planned", { plannedW: 1_000, surplusW: 2_000 }, 2_000, "heat_from_sun"],
    ["the sun is gone after a moment", { running: true, sinceS: RUNS_S - 1 }, 600, "compressor_runs_on"],
    ["and after a while", { running: true, sinceS: RUNS_S }, 0, "heat_waits"],
    ["it stopped a moment ago", { surplusW: 3_000, sinceS: RESTS_S - 1 }, 0, "compressor_rests"],
  ];
  for (const [why, change, powerW, code] of rows) {
    assert.deepEqual(heatPumpChoice(PUMP, { ...MILD, ...change }), { powerW, code }, why);
  }
});

test("a micro-CHP runs where it is cold, or where power and heat are worth more than its gas", () => {
  const chp = { powerW: 1_000, heatPerWatt: 2.5 };
  const plain: ChpSituation = {
    comfort: COMFORT,
    roomC: 21,
    tankC: 42,
    running: false,
    sinceS: 3_600,
    powerPrice: 250_000,
    gasPrice: 100_000,
    heatPrice: 105_000,
    efficiency: 0.9,
  };
  // A kWh of power comes with 2.5 of heat: worth 250 + 262.5, from 3.5 ÷ 0.9 kWh of gas for 388.9.
  const rows: [string, Partial<ChpSituation>, number, HeatingCode][] = [
    ["it pays", {}, 1_000, "chp_pays"],
    ["power brings little", { powerPrice: 100_000 }, 0, "chp_too_dear"],
    ["just not", { powerPrice: 126_388 }, 0, "chp_too_dear"],
    ["just", { powerPrice: 126_389 }, 1_000, "chp_pays"],
    ["heat has nowhere to go", { tankC: 50 }, 0, "tank_full"],
    ["cold, whatever it costs", { roomC: 18, powerPrice: 0 }, 1_000, "comfort_needs_heat"],
    ["begun, it runs a while", { powerPrice: 0, running: true, sinceS: 60 }, 1_000, "compressor_runs_on"],
  ];
  for (const [why, change, powerW, code] of rows) {
    assert.deepEqual(chpChoice(chp, { ...plain, ...change }), { powerW, code }, why);
  }
});

test("random winters: rooms stay warm, the tank within its bounds, starts are few", () => {
  const random = new Random(12);
  const home = {
    tankLitres: 400,
    tankLossWPerK: 2,
    heatingMaxW: 8_000,
    roomsWhPerK: 9_000,
    roomsLossWPerK: 120,
    roomTargetC: 21,
  };
  for (let winter = 0; winter < 10; winter++) {
    const state = { tankC: 40, roomC: 21 };
    const outdoorMeanC = -5 + random.float() * 10;
    let [running, sinceS, starts] = [false, RESTS_S, 0];
    for (let at = 0; at < 3 * 86_400; at += 60) {
      const hour = (at % 86_400) / 3_600;
      const outdoorC = outdoorMeanC + 4 * Math.sin(((hour - 9) / 12) * Math.PI);
      const surplusW = hour > 10 && hour < 15 ? random.integer(3_000) : 0;
      const { powerW } = heatPumpChoice(PUMP, {
        ...MILD,
        ...state,
        surplusW,
        plannedW: hour < 5 ? 800 : Number.NaN,
        running,
        sinceS,
      });
      const isOn = powerW > 0;
      if (isOn !== running) {
        assert.ok(
          !running || sinceS >= RUNS_S || state.tankC >= COMFORT.tankMaxC,
          `${sinceS} s were too short`,
        );
        starts += isOn ? 1 : 0;
        [running, sinceS] = [isOn, 0];
      }
      sinceS += 60;
      stepHeat(home, state, 60, powerW * performanceOf(PUMP, outdoorC, state.tankC), {
        outdoorC,
        gainsW: 250,
        tapW: hour >= 7 && hour < 7.5 ? 3_000 : 0,
      });
      assert.ok(state.roomC > 19.3, `${state.roomC} °C in winter ${winter}`);
      assert.ok(
        state.tankC < COMFORT.tankMaxC + 1 && state.tankC > COMFORT.tankMinC - 5,
        `${state.tankC} °C`,
      );
    }
    assert.ok(starts < 3 * 30, `${starts} starts`);
  }
});
