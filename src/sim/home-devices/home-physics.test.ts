import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { parseInstant, ROME } from "#base/time.ts";
import { generationWh, importWh } from "#metering/reading.ts";
import { J_PER_WH, onGrid } from "#plant/resolution.ts";
import { planTown } from "#sim/plan.ts";
import { usualUnit } from "./accumulator-unit.ts";
import { Appliance, FREEZER, WATER_HEATER } from "./appliance.ts";
import { HomePhysics } from "./home-physics.ts";

const START = parseInstant("2026-06-16T10:00Z")!;

function home(seed: number, start = START): HomePhysics {
  const [plan] = planTown({
    seed,
    homes: 1,
    measured: undefined,
    start: undefined,
    solarHomes: "all",
    solarPeakKwp: undefined,
    solarColumn: undefined,
    accumulatorKwh: undefined,
    accumulatorKw: undefined,
  }).homes;
  const { site, source } = plan!;
  return new HomePhysics({
    site,
    source,
    accumulator: usualUnit(site.accumulator!),
    storedWh: site.accumulator!.capacityWh / 2,
    consumers: [new Appliance("a", FREEZER, seed), new Appliance("b", WATER_HEATER, seed)],
    zone: ROME,
    seed,
    start,
  });
}

test("whatever devices are told, in each second sources and load balance to the last bit, and registers are integrals", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = new Random(seed);
    const physics = home(seed, START + random.integer(86_400));
    const ea = physics.accumulator!;
    const { cells, windowMin, windowMax } = ea.parameters;
    const sums = { solar: 0, imported: 0, exported: 0, charged: 0, discharged: 0, load: 0, appliances: 0 };
    let before = physics.registers();
    let content = ea.cells.solarJ + ea.cells.gridJ;
    for (let second = 0; second < 2_400; second++) {
      const now = physics.time;
      if (random.float() < 0.05) ea.setPower(random.integer(20_000) - 10_000, now);
      if (random.float() < 0.02) physics.inverter.setLimit(random.integer(5_000), now);
      if (random.float() < 0.02) ea.setHold(random.integer(60));
      for (const plug of physics.consumers as Appliance[]) if (random.float() < 0.01) plug.on = !plug.on;
      const powerBefore = ea.powerW;
      physics.advanceTo(now + 1);
      const { counter, inverter, loadW } = physics;
      const fail = `seed ${seed}, second ${second}`;
      assert.equal(counter.powerW + inverter.powerW + ea.powerW, loadW, fail);
      for (const powerW of [counter.powerW, inverter.powerW, ea.powerW, loadW]) {
        assert.equal(powerW, onGrid(powerW), fail);
      }
      const [l1, l2, l3] = counter.phases().powerW;
      assert.equal(l1 + l2 + l3, counter.powerW, fail);
      assert.ok(ea.powerW <= cells.dischargePowerMaxW && -ea.powerW <= cells.chargePowerMaxW, fail);
      assert.ok(
        Math.abs(ea.powerW - powerBefore) <= ea.parameters.rampWPerS ||
          Math.abs(ea.powerW) < Math.abs(powerBefore),
        `${fail}: the ramp`,
      );
      const soc = ea.cells.stateOfCharge;
      assert.ok(soc <= windowMax && (soc >= windowMin || ea.powerW <= 0), `${fail}: state of charge ${soc}`);
      sums.solar += inverter.powerW;
      sums.imported += Math.max(0, counter.powerW);
      sums.exported += Math.max(0, -counter.powerW);
      sums.charged += Math.max(0, -ea.powerW);
      sums.discharged += Math.max(0, ea.powerW);
      sums.load += loadW;
      for (const { powerW } of physics.consumers) sums.appliances += powerW;
      const lost = ea.cells.movement[3]! + ea.cells.movement[7]!;
      const after = ea.cells.solarJ + ea.cells.gridJ;
      assert.equal(after, content - ea.powerW - lost, `${fail}: the cells' book`);
      content = after;
      const registers = physics.registers();
      for (const name of ["importWh", "exportWh", "solarWh", "chargedWh", "dischargedWh"] as const) {
        assert.ok(registers[name] >= before[name], `${fail}: ${name} fell`);
      }
      before = registers;
    }
    const wh = (joules: number) => Math.floor(joules / J_PER_WH);
    assert.deepEqual(before, {
      at: physics.time,
      importWh: wh(sums.imported),
      exportWh: wh(sums.exported),
      solarWh: wh(sums.solar),
      chargedWh: wh(sums.charged),
      dischargedWh: wh(sums.discharged),
    });
    const { importWhByTariff, exportWhByTariff } = physics.counter;
    assert.equal(importWhByTariff[0] + importWhByTariff[1], before.importWh);
    assert.equal(exportWhByTariff[0] + exportWhByTariff[1], before.exportWh);
    assert.equal(
      sums.imported + sums.solar + sums.discharged,
      sums.load + sums.charged + sums.exported,
      `seed ${seed}: what came is what went`,
    );
    assert.equal(
      physics.consumers.reduce((sum, { energyJ }) => sum + energyJ, 0),
      sums.appliances,
    );
  }
});

test("the true reading of a quarter hour is what the registers moved by in it", () => {
  const physics = home(3);
  for (let quarter = 0; quarter < 8; quarter++) {
    for (let at = 0; at < 900; at += 20) {
      physics.accumulator!.setPower(quarter % 2 === 0 ? 1_500 : -1_200, physics.time);
      physics.advanceTo(physics.time + 20);
    }
  }
  const { readings, quarters } = physics;
  assert.equal(readings.length, 8);
  assert.equal(quarters.length, 9);
  let apart = 0;
  for (const [i, { flows, intervalStart }] of readings.entries()) {
    assert.equal(intervalStart, quarters[i]!.at);
    assert.ok(Math.abs(generationWh(flows) - (quarters[i + 1]!.solarWh - quarters[i]!.solarWh)) <= 3);
    apart += importWh(flows) - (quarters[i + 1]!.importWh - quarters[i]!.importWh);
    assert.ok(Math.abs(apart) <= 3, "rounding does not add up");
  }
});

test("a setpoint that is not renewed falls to nothing when its hold time is over", () => {
  const physics = home(5);
  const ea = physics.accumulator!;
  ea.setHold(3);
  ea.setPower(1_000, physics.time);
  const powers: number[] = [];
  for (let second = 0; second < 5; second++) {
    physics.advanceTo(physics.time + 1);
    powers.push(ea.powerW);
  }
  assert.deepEqual(powers, [1_000, 1_000, 1_000, 0, 0]);
  ea.setHold(0);
  assert.equal(ea.holdS, 1, "no setpoint stands for ever, none for no time at all");
});

test("an inverter keeps its limit, and gives all again when nobody renews it", () => {
  const physics = home(5);
  const { inverter } = physics;
  physics.advanceTo(physics.time + 1);
  const free = inverter.powerW;
  assert.ok(free > 1_000, `${free} W under a June sun`);
  inverter.setReversion(10);
  inverter.setLimit(300, physics.time);
  physics.advanceTo(physics.time + 10);
  assert.equal(inverter.powerW, 300);
  assert.equal(inverter.state, 4);
  physics.advanceTo(physics.time + 1);
  assert.ok(inverter.powerW > 1_000);
  inverter.setReversion(0);
  inverter.setLimit(-5, physics.time);
  physics.advanceTo(physics.time + 3_600);
  assert.equal(inverter.powerW, 0, "a limit without reversion stands, and none is negative");
});

test("a full accumulator takes less and less, and nothing beyond its window", () => {
  const physics = home(9);
  const ea = physics.accumulator!;
  const { chargePowerMaxW } = ea.parameters.cells;
  let last = Number.POSITIVE_INFINITY;
  for (let minute = 0; minute < 600; minute++) {
    ea.setHold(3_600);
    ea.setPower(-50_000, physics.time);
    physics.advanceTo(physics.time + 60);
    const takesW = ea.chargeMaxW(1);
    assert.ok(takesW <= last + 1 || ea.socPercent < 90, "the nearer, the less");
    last = takesW;
  }
  assert.ok(ea.socPercent > 97.5 && ea.socPercent <= 98, `${ea.socPercent} %`);
  assert.ok(-ea.powerW < 0.06 * chargePowerMaxW, `${ea.powerW} W at the end`);
});

test("the same seed gives the same day, another a different one", () => {
  const day = (seed: number) => {
    const physics = home(seed);
    physics.advanceTo(START + 7_200);
    return physics.registers();
  };
  assert.deepEqual(day(4), day(4));
  assert.notDeepEqual(day(4), day(5));
});
