/** A micro-CHP of a real home: what it is told where all is known, where something is lost, and at the end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import type { PointValues } from "#devices/device.ts";
import type { LoadSheet } from "#devices/equipment.ts";
import { SteeredChp } from "#gateway/loads/micro-chp.ts";
import type { LoadMoment } from "#gateway/loads/steered-load.ts";
import { SteeredLoads } from "#gateway/loads/steered-loads.ts";
import { freezeImage } from "#gateway/process-image.ts";

const NOON = parseInstant("2026-01-16T11:00Z")!;
const moment: LoadMoment = {
  ...{ now: NOON, seconds: 1, surplusW: 0, neededW: 2_000, limitW: 6_000 },
  ...{ importPrice: 300_000, isClockRight: true },
};
const [STAND, RUN, OWN] = [0, 1, 2];

function engine(values: PointValues, sheet: LoadSheet = {}) {
  const chp = new SteeredChp("micro-chp", sheet);
  chp.see({ values: { roomC: 21, ...values }, measuredAt: NOON * 1000 }, NOON, 1);
  return chp;
}

function told(chp: SteeredChp, more: Partial<LoadMoment> = {}) {
  assert.equal(chp.decide({ ...moment, ...more }), 0, "it takes nothing from the home");
  return [chp.report().code, chp.outputs()[0]?.value];
}

test("comfort comes first, then what its power saves against the gas", () => {
  // A kWh of power with 2.5 of heat comes from 3.8 kWh of gas for 418; its heat saves 306.
  const rows: [why: string, values: PointValues, more: Partial<LoadMoment>, code: string, request: number][] =
    [
      ["the house needs it", { bufferC: 50 }, {}, "chp_pays", RUN],
      ["a fifth of it saves 60 only", { bufferC: 50 }, { neededW: 200 }, "chp_too_dear", STAND],
      ["night tariff", { bufferC: 50 }, { importPrice: 110_000 }, "chp_too_dear", STAND],
      ["the sun does it already", { bufferC: 50 }, { neededW: 0 }, "chp_too_dear", STAND],
      ["the tank is cold", { bufferC: 37 }, { neededW: 0 }, "comfort_needs_heat", RUN],
      ["rooms are cold", { bufferC: 50, roomC: 19 }, { neededW: 0 }, "comfort_needs_heat", RUN],
      ["the tank takes no more", { bufferC: 70 }, {}, "tank_full", STAND],
      ["nobody knows the hour's price", { bufferC: 50 }, { isClockRight: false }, "chp_too_dear", STAND],
      ["it does not tell its tank", {}, {}, "tank_untold", OWN],
      ["no counter", { bufferC: 50 }, { surplusW: Number.NaN, neededW: Number.NaN }, "own_thermostat", OWN],
    ];
  for (const [why, values, more, code, request] of rows) {
    assert.deepEqual(told(engine(values), more), [code, request], why);
  }
  const dear = { gasEurPerKwh: 0.2 };
  assert.deepEqual(told(engine({ bufferC: 50 }, dear)), ["chp_pays", RUN], "heat is dearer, too");
  assert.deepEqual(told(engine({ bufferC: 50 }, { ...dear, efficiency: 0.7 })), ["chp_too_dear", STAND]);
});

test("its engine runs half an hour at least and rests a quarter, by what it gives", () => {
  const chp = new SteeredChp("micro-chp", {});
  const at = (second: number, powerW: number, more: Partial<LoadMoment>) => {
    const now = NOON + second;
    chp.see({ values: { powerW, bufferC: 50, roomC: 21 }, measuredAt: now * 1000 }, now, 60);
    return told(chp, { now, seconds: 60, ...more });
  };
  assert.deepEqual(at(0, 0, {}), ["chp_pays", RUN]);
  at(60, 1_000, {});
  const cheap = { importPrice: 50_000 };
  assert.deepEqual(at(120, 1_000, cheap), ["compressor_runs_on", RUN]);
  for (let second = 180; second <= 1_800; second += 60) {
    assert.deepEqual(at(second, 1_000, cheap), ["compressor_runs_on", RUN]);
  }
  assert.deepEqual(at(1_860, 1_000, cheap), ["chp_too_dear", STAND]);
  for (let second = 1_920; second < 2_820; second += 60) {
    assert.deepEqual(at(second, 0, {}), ["compressor_rests", STAND]);
  }
  assert.deepEqual(at(2_820, 0, {}), ["chp_pays", RUN]);
});

test("its report says what it makes, and what a kettle uses for a minute starts no engine", () => {
  const chp = engine({ powerW: 990, bufferC: 50, energyWh: 4_000, heatW: 2_475 });
  chp.decide(moment);
  chp.see({ values: { powerW: 990, bufferC: 50, energyWh: 4_033 }, measuredAt: 0 }, NOON + 120, 120);
  const { powerW, todayWh, state, kind } = chp.report();
  assert.deepEqual([kind, powerW, Math.round(todayWh), state], ["chp", -990, 33, "running"]);
  const idle = engine({ powerW: 0, bufferC: 50 });
  for (let second = 0; second < 1_800; second++) idle.decide({ ...moment, neededW: 150 });
  for (let second = 0; second < 60; second++) {
    assert.deepEqual(told(idle, { neededW: 2_200 }), ["chp_too_dear", STAND]);
  }
});

test("a gateway that goes leaves it to its thermostat, and nothing is said to who is not heard", () => {
  const chp = engine({ bufferC: 50 });
  assert.deepEqual(chp.release(), [{ device: "micro-chp", point: "request", value: OWN }]);
  chp.see(undefined, NOON, 1);
  assert.deepEqual(told(chp), ["not_heard", undefined]);
});

test("what the house draws beyond the sun is what it is of use for, and its power is nobody's sun", () => {
  const run = (home: { loadW: number; solarW: number; gasW: number }, powerW: number) => {
    const loads = new SteeredLoads(
      [
        { id: "micro-chp", kind: "micro_chp" },
        { id: "garden-plug", kind: "plug" },
      ],
      new Map([["garden-plug", { powerMaxW: 500, runsS: 7_200 }]]),
      () => ({ importPrice: () => 1, feedInPrice: () => 0, importMaxW: () => 6_000, plan: undefined }),
    );
    const sun = { change: 1, preferences: { ...SUN } };
    loads.hear(new Map([["garden-plug", sun]]));
    const devices = [
      { id: "micro-chp", kind: "micro_chp" as const, values: { powerW, bufferC: 50, roomC: 21 } },
      { id: "garden-plug", kind: "plug" as const, values: { powerW: 0, on: 0 } },
    ];
    const known = { template: "", sheet: {}, readAt: 0, problem: undefined, measuredAt: NOON * 1000 };
    const image = freezeImage(
      NOON * 1000,
      devices.map((device) => ({ ...known, ...device })),
    );
    loads.run({
      ...{ image, maxAgeMs: 2_500, now: NOON, seconds: 1, home, importMaxW: 6_000, phases: undefined },
      ...{ accumulatorsW: 0, importPrice: 300_000, isClockRight: true },
    });
    const [chp, plug] = loads.reports();
    return [chp!.numbers.usedW, plug!.code];
  };
  // 1,000 W of gas beside 300 W of home: nothing of the 700 W is the sun's.
  assert.deepEqual(run({ loadW: 300, solarW: 0, gasW: 1_000 }, 1_000), [300, "waits_for_sun"]);
  const beside = run({ loadW: 300, solarW: 900, gasW: 1_000 }, 1_000);
  assert.equal(beside[1], "on_from_sun", "the house lives from gas, the sun is over");
});

const SUN = {
  ...{ mode: "sun" as const, readyByMinute: 18 * 60, targetPercent: null, roomMinC: null },
  ...{ tankMinC: null, tankMaxC: null, priority: 4 },
};
