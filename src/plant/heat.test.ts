/** Heat of a home: what a pencil finds, and books that close. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { type HeatPump, performanceOf, pumpPowerW, stepHeat, tankRoomWh, type Warmth } from "#plant/heat.ts";

const PUMP: HeatPump = { powerMaxW: 2_500, powerMinW: 600, carnotShare: 0.45, copMax: 6 };
const HOME: Warmth = {
  tankLitres: 500,
  tankLossWPerK: 2,
  heatingMaxW: 8_000,
  roomsWhPerK: 10_000,
  roomsLossWPerK: 180,
  roomTargetC: 21,
};
const still = { outdoorC: 5, gainsW: 0, tapW: 0 };

test("a heat pump makes less of a watt the colder it is outside and the warmer the tank", () => {
  // Tank 35 °C: condenser 313.15 K; outdoor 7 °C: source 2 °C, a lift of 38 K.
  assert.ok(Math.abs(performanceOf(PUMP, 7, 35) - (0.45 * 313.15) / 38) < 1e-12);
  for (const [warmer, colder] of [
    [performanceOf(PUMP, 7, 35), performanceOf(PUMP, -7, 35)],
    [performanceOf(PUMP, 7, 35), performanceOf(PUMP, 7, 50)],
  ]) {
    assert.ok(warmer! > colder!);
  }
  assert.equal(performanceOf(PUMP, 45, 35), 6, "nothing to lift");
  assert.equal(performanceOf({ ...PUMP, carnotShare: 0.01 }, -20, 60), 1, "never worse than a heating rod");
});

test("it runs between its least and its greatest speed, or not at all", () => {
  assert.deepEqual(
    [0, 599, 600, 1_000, 9_000].map((watts) => pumpPowerW(PUMP, watts)),
    [0, 0, 600, 1_000, 2_500],
  );
});

test("one hour by hand: the tank gives what the rooms lose, and warms by what is left", () => {
  const state = { tankC: 45, roomC: 21 };
  const flows = stepHeat(HOME, state, 3_600, 5_000, still);
  // Rooms lose 180 × 16 = 2,880 W; the tank loses 2 × 24 = 48 W into them; the heating gives the other 2,832.
  assert.deepEqual(
    { heating: flows.heatingW, lost: flows.lostW, room: flows.roomGainW },
    { heating: 2_832, lost: 2_880, room: 0 },
  );
  assert.ok(Math.abs(state.tankC - (45 + (5_000 - 2_832 - 48) / (500 * 1.163))) < 1e-12);
  assert.equal(state.roomC, 21);
});

test("a cold tank gives nothing, however cold the rooms", () => {
  const state = { tankC: 19, roomC: 19 };
  const { heatingW, tapW } = stepHeat(HOME, state, 900, 0, { ...still, tapW: 2_000 });
  assert.deepEqual([heatingW, tapW], [0, 0]);
  assert.ok(state.roomC < 19);
});

test("what is missing to a temperature of the tank", () => {
  assert.equal(tankRoomWh(HOME, { tankC: 40, roomC: 21 }, 50), 10 * 500 * 1.163);
  assert.equal(tankRoomWh(HOME, { tankC: 55, roomC: 21 }, 50), 0);
});

test("random winters: each step's heat closes, and nothing is warmer than what warms it", () => {
  const random = new Random(8);
  for (let round = 0; round < 200; round++) {
    const state = { tankC: 20 + random.float() * 40, roomC: 15 + random.float() * 8 };
    for (let step = 0; step < 96; step++) {
      const before = { ...state };
      const madeW = random.float() * 9_000;
      const gainsW = random.float() * 500;
      const weather = { outdoorC: -10 + random.float() * 25, gainsW, tapW: random.float() * 3_000 };
      const { heatingW, tapW, lostW, tankGainW, roomGainW } = stepHeat(HOME, state, 900, madeW, weather);
      const rest = madeW + gainsW - tankGainW - roomGainW - lostW - tapW;
      assert.ok(Math.abs(rest) < 1e-6, `${rest} W are lost`);
      assert.ok(heatingW >= 0 && heatingW <= HOME.heatingMaxW);
      assert.ok(Math.abs((state.tankC - before.tankC) * 500 * 1.163 - tankGainW / 4) < 1e-6);
      assert.ok(state.roomC <= Math.max(21, before.roomC) + 0.02, `${state.roomC} °C`);
    }
  }
});
