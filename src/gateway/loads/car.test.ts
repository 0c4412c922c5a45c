/** The car of a real home, in virtual time: the gateway's cycle over the devices of a simulated home. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import type { HomeSettings } from "#gateway/home-settings.ts";
import { USUAL_CAR } from "#sim/home-devices/car-at-home.ts";
import type { Source } from "#sim/sources.ts";
import { skippedUnlessLong } from "../../../test/support/counterparts.ts";
import { VirtualGateway, type VirtualOptions } from "../../../test/support/virtual-gateway.ts";

const NOON = parseInstant("2026-06-16T10:00Z")!;
const CAR = { ...USUAL_CAR, stays: true };

function sourceOf(loadW: number, solarW: (time: number) => number): Source {
  return { loadW: () => loadW, solarW } as unknown as Source;
}

function atHome(options: Partial<VirtualOptions> & { readonly source: Source }) {
  const loads = new Map([["wallbox", { batteryWh: CAR.batteryWh, name: "Panda" }]]);
  return new VirtualGateway({ start: NOON, car: CAR, loads, stateOfCharge: 0.98, ...options });
}

async function run(home: VirtualGateway, seconds: number, stepS = 1, look: () => void = () => undefined) {
  for (let second = 0; second < seconds; second += stepS) {
    await home.second(stepS);
    look();
  }
}

const carOf = ({ gateway }: VirtualGateway) => gateway.state(0).loads!.find(({ kind }) => kind === "car")!;

/** Everything but the car is as dear as can be before the evening: only the sun is worth a charge. */
const DEAR_DAY: Partial<HomeSettings> = {
  importPrice: Array.from({ length: 24 }, (_, hour) => (hour < 5 ? 100_000 : 400_000)),
};

test("a car charges from what the sun has over, follows it, and waits where a cloud stays", async () => {
  let sunW = 4_000;
  const home = atHome({ source: sourceOf(400, () => sunW), settings: DEAR_DAY });
  await run(home, 300);
  const charging = carOf(home);
  assert.equal(charging.code, "charging_from_sun");
  assert.equal(charging.state, "running");
  assert.ok(charging.powerW > 3_300 && charging.powerW <= 3_600, `${charging.powerW} W of 3,600 W`);
  sunW = 2_500;
  await run(home, 60);
  assert.ok(Math.abs(carOf(home).powerW - 2_090) < 120, `${carOf(home).powerW} W of 2,100 W`);
  sunW = 500;
  await run(home, 120);
  assert.equal(carOf(home).powerW, 1_380, "through a small cloud it goes on slowly");
  await run(home, 400);
  assert.deepEqual([carOf(home).powerW, carOf(home).code], [0, "waiting_for_cheap_hour"]);
  await home.gateway.close();
});

test("a car that must be ready charges at full power in time, in the cheap hours before that", async (t) => {
  if (skippedUnlessLong(t)) return;
  const night = parseInstant("2026-06-16T20:00Z")!;
  const reasons: string[] = [];
  const home = atHome({
    ...{ start: night, source: sourceOf(300, () => 0), settings: DEAR_DAY, stateOfCharge: 0.05 },
    note: (what) => what.about === "load" && what.load.kind === "car" && reasons.push(`${what.load.code}`),
  });
  let boughtDearWh = 0;
  await run(home, 9 * 3600, 20, () => {
    const { powerW } = home.home.car!;
    if (home.time.now < parseInstant("2026-06-16T22:00Z")!) boughtDearWh += powerW / 180;
  });
  assert.ok(home.home.car!.socPercent > 79.9, `${home.home.car!.socPercent} % by seven`);
  assert.ok(home.home.car!.socPercent < 81, "and not more than was wanted");
  assert.ok(boughtDearWh < 10, `${boughtDearWh} Wh before midnight, until the first word came`);
  assert.deepEqual(reasons, ["waiting_for_cheap_hour", "charging_cheap_hour", "charged_enough"]);
  assert.deepEqual(
    home.outbox
      .loadDecisions(10)
      .filter(({ load }) => load === "wallbox")
      .map(({ load, code }) => `${load} ${code}`),
    ["wallbox charged_enough", "wallbox charging_cheap_hour", "wallbox waiting_for_cheap_hour"],
    "why, newest first, on the disk",
  );
  await home.gateway.close();
});

test("what may come in is never passed for a car, whatever it wants", async () => {
  let loadW = 500;
  const home = atHome({
    source: { loadW: () => loadW, solarW: () => 0 },
    settings: { connection: { importPowerMaxW: 4_000, exportPowerMaxW: 4_000 }, importPrice: 1 },
    stateOfCharge: 0.04,
  });
  await run(home, 120);
  assert.ok(Math.abs(carOf(home).powerW - 3_500) < 150, `${carOf(home).powerW} W of 3,500 W`);
  loadW = 2_000;
  await run(home, 3);
  assert.ok(home.home.physics.counter.powerW <= 4_000, `${home.home.physics.counter.powerW} W come in`);
  loadW = 3_000;
  await run(home, 3);
  assert.deepEqual(
    [carOf(home).powerW, carOf(home).code, carOf(home).state],
    [0, "limited_to_nothing", "limited"],
  );
  await home.gateway.close();
});

test("a car whose counter is lost charges slowly, and one whose gateway is gone goes by its safe current", async () => {
  const home = atHome({
    source: sourceOf(300, () => 0),
    settings: { importPrice: 1 },
    stateOfCharge: 0.04,
  });
  await run(home, 60);
  assert.equal(carOf(home).powerW, 3_680);
  home.home.faults.wish({ device: "counter", kind: "drop", forS: 600, afterS: 0 }, home.home.now());
  await run(home, 10);
  assert.deepEqual([carOf(home).powerW, carOf(home).code], [1_380, "safe_current"]);
  home.time.now += 120;
  home.home.now();
  assert.equal(home.home.car!.powerW, 1_380, "nobody renewed anything");
  await home.gateway.close();
});
