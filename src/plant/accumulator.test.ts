import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Accumulator, type AccumulatorParameters, MOVEMENT } from "#plant/accumulator.ts";
import { floorOnGrid, J_PER_WH, onGrid } from "#plant/resolution.ts";

const PARAMETERS: AccumulatorParameters = {
  capacityWh: 6400,
  chargePowerMaxW: 5000,
  dischargePowerMaxW: 4000,
  roundTripEfficiency: 0.9,
  standbyLossW: 5,
};

test("what goes in and comes out again shrinks by the round-trip efficiency", () => {
  const accumulator = new Accumulator({ ...PARAMETERS, standbyLossW: 0 });
  accumulator.step(3600, 1000, 0, 0, 0);
  near(accumulator.storedWh, 1000 * Math.sqrt(0.9), 0.001);
  accumulator.step(3600, 0, 0, accumulator.dischargeableW(3600), 0);
  near(accumulator.movement[MOVEMENT.usedSolar]! / J_PER_WH, 900, 0.01);
  near(accumulator.storedWh, 0, 0.01);
});

test("the home takes grid energy first, a sale takes solar energy first", () => {
  const home = new Accumulator(PARAMETERS, 2000, 100);
  home.step(900, 0, 0, 1000, 0);
  near(home.movement[MOVEMENT.usedGrid]! / J_PER_WH, 100 * Math.sqrt(0.9), 0.001);
  near(home.movement[MOVEMENT.usedSolar]! / J_PER_WH, 250 - 100 * Math.sqrt(0.9), 0.001);
  assert.equal(home.gridJ, 0);

  const sale = new Accumulator(PARAMETERS, 2000, 100);
  sale.step(900, 0, 0, 0, 1000);
  assert.equal(sale.movement[MOVEMENT.exportedSolar], 250 * J_PER_WH);
  assert.equal(sale.movement[MOVEMENT.exportedGrid], 0);
});

test("standby draws on both origins in proportion and stops at empty", () => {
  const accumulator = new Accumulator(PARAMETERS, 30, 10);
  accumulator.step(3600, 0, 0, 0, 0);
  near(accumulator.movement[MOVEMENT.lostSolar]! / J_PER_WH, 3.75, 0.001);
  near(accumulator.movement[MOVEMENT.lostGrid]! / J_PER_WH, 1.25, 0.001);
  for (let hour = 0; hour < 10; hour++) accumulator.step(3600, 0, 0, 0, 0);
  assert.equal(accumulator.solarJ, 0);
  assert.equal(accumulator.gridJ, 0);
});

test("charging stops at full power and at full content, discharging at the floor", () => {
  const accumulator = new Accumulator(PARAMETERS, 5400);
  assert.equal(accumulator.chargeableW(60), 5000);
  near(accumulator.chargeableW(3600), 1000 / Math.sqrt(0.9), 0.01);
  assert.equal(accumulator.dischargeableW(60, 1000 * J_PER_WH), 4000);
  near(accumulator.dischargeableW(7200, 1000 * J_PER_WH), (4400 * Math.sqrt(0.9)) / 2, 0.01);
  assert.equal(accumulator.dischargeableW(60, 5400 * J_PER_WH), 0);
});

test("more than it can do is a broken invariant, not a negative content", () => {
  assert.throws(() => new Accumulator(PARAMETERS, 10).step(900, 0, 0, 1000, 0), /more than it can do/);
  assert.throws(() => new Accumulator(PARAMETERS, 6390).step(900, 1000, 0, 0, 0), /more than it can do/);
  assert.throws(() => new Accumulator(PARAMETERS, 6401), /more stored than fits/);
});

test("every step's book closes exactly, per origin, whatever is done with the accumulator", () => {
  const step = fc.record({
    seconds: fc.constantFrom(1, 5, 60, 900),
    action: fc.constantFrom("charge", "discharge", "rest"),
    // Thousandths of what is possible, split between two causes.
    intensity: fc.integer({ min: 0, max: 1000 }),
    split: fc.integer({ min: 0, max: 1000 }),
  });
  const parameters = fc.record({
    capacityWh: fc.integer({ min: 1, max: 20_000 }),
    chargePowerMaxW: fc.integer({ min: 0, max: 8000 }),
    dischargePowerMaxW: fc.integer({ min: 0, max: 8000 }),
    roundTripEfficiency: fc.constantFrom(0.64, 0.81, 0.9, 0.937, 1),
    standbyLossW: fc.constantFrom(0, 0.1, 5, 60),
  });
  fc.assert(
    fc.property(parameters, fc.array(step, { maxLength: 60 }), (p, steps) => {
      const accumulator = new Accumulator(p, p.capacityWh / 3, p.capacityWh / 5);
      for (const { seconds, action, intensity, split } of steps) {
        const before = { solar: accumulator.solarJ, grid: accumulator.gridJ };
        const power = (limit: number) => floorOnGrid((limit * intensity) / 1000);
        const charge = action === "charge" ? power(accumulator.chargeableW(seconds)) : 0;
        const discharge = action === "discharge" ? power(accumulator.dischargeableW(seconds)) : 0;
        const solarPart = floorOnGrid((charge * split) / 1000);
        const homePart = floorOnGrid((discharge * split) / 1000);
        accumulator.step(seconds, solarPart, charge - solarPart, homePart, discharge - homePart);
        const m = accumulator.movement;
        for (const value of m) assert.ok(value >= 0 && value === onGrid(value));
        assert.equal(m[0]! - m[1]! - m[2]! - m[3]!, accumulator.solarJ - before.solar);
        assert.equal(m[4]! - m[5]! - m[6]! - m[7]!, accumulator.gridJ - before.grid);
        assert.equal(m[1]! + m[5]!, homePart * seconds);
        assert.equal(m[2]! + m[6]!, (discharge - homePart) * seconds);
        assert.ok(accumulator.solarJ >= 0 && accumulator.gridJ >= 0);
        assert.ok(accumulator.solarJ + accumulator.gridJ <= accumulator.capacityJ);
      }
    }),
    { numRuns: 300 },
  );
});

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}

test("where the cells are fuller they take less, and a long step does not run over a bound", () => {
  const limits = [
    { fromStateOfCharge: 0.8, powerMaxW: 1000 },
    { fromStateOfCharge: 0.9, powerMaxW: 300 },
  ];
  const parameters = {
    capacityWh: 6000,
    chargePowerMaxW: 3000,
    dischargePowerMaxW: 3000,
    roundTripEfficiency: 1,
    standbyLossW: 0,
    chargeLimits: limits,
  };
  const takes = (storedWh: number, seconds: number) =>
    new Accumulator(parameters, storedWh).chargeableW(seconds);
  assert.equal(takes(3000, 1), 3000);
  assert.equal(takes(4800, 1), 1000);
  assert.equal(takes(5400, 1), 300);
  // In an hour no more than what comes to the bound where even less is taken.
  assert.equal(takes(4500, 3600), 900);
  assert.equal(takes(4700, 3600), 700);
  assert.equal(takes(4000, 3600), 1000);
  assert.equal(takes(5990, 3600), 10);
});
