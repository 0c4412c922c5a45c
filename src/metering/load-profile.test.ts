import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LoadProfile, NO_MOVEMENT } from "#metering/load-profile.ts";
import { type Reading, storeAfter } from "#metering/reading.ts";
import { MOVEMENT, MOVEMENTS } from "#plant/accumulator.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { J_PER_WH, onGrid } from "#plant/resolution.ts";

const START = 1_781_568_000;

test("a constant 100 W is 25 Wh a quarter hour, and 101 W carries its quarter of a watt-hour on", () => {
  const profile = new LoadProfile(1, START);
  const flowsW = flows({ gridToHome: 101, solarToHome: 100 });
  const readings = Array.from({ length: 4 }, () => {
    for (let i = 0; i < 900; i++) profile.add(1, flowsW, NO_MOVEMENT);
    return profile.close();
  });
  assert.deepEqual(
    readings.map(({ flows }) => flows.gridToHome),
    [25, 25, 25, 26],
  );
  assert.deepEqual(
    readings.map(({ flows }) => flows.solarToHome),
    [25, 25, 25, 25],
  );
  assert.deepEqual(
    readings.map(({ intervalStart }) => intervalStart),
    [START, START + 900, START + 1800, START + 2700],
  );
});

test("the same energy gives the same reading in steps of any length", () => {
  const whole = [1, 5, 60, 300, 900].map((seconds) => {
    const profile = new LoadProfile(1, START, 1000 * J_PER_WH);
    const movement = new Float64Array(MOVEMENTS);
    movement[MOVEMENT.usedSolar] = 731.25 * seconds;
    movement[MOVEMENT.lostSolar] = 40.5 * seconds;
    const flowsW = flows({ accumulatorToHome: 731.25, gridToHome: 1 / 1024 });
    return Array.from({ length: 3 }, () => {
      for (let t = 0; t < 900; t += seconds) profile.add(seconds, flowsW, movement);
      return profile.close();
    });
  });
  for (const readings of whole) assert.deepEqual(readings, whole[0]);
});

test("a quarter hour that is not full gives no reading", () => {
  const profile = new LoadProfile(1, START);
  profile.add(899, flows({}), NO_MOVEMENT);
  assert.throws(() => profile.close(), /900 s, got 899/);
  assert.throws(() => new LoadProfile(1, START + 1), /quarter hour/);
});

/** A quarter hour of a store in arbitrary steps: energies of the four movements per origin, in 1/1024 J. */
const joules = (max: number) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 2 * J_PER_WH * 1024 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: max * 1024 }) },
  );
const quarterHour = fc.tuple(...Array.from({ length: 11 }, () => joules(1_200 * J_PER_WH)));

test("registers only grow, books close in whole watt-hours, and the content is within one of the truth", () => {
  fc.assert(
    fc.property(
      fc.array(quarterHour, { minLength: 1, maxLength: 80 }),
      joules(5000 * J_PER_WH),
      joules(3 * J_PER_WH),
      (hours, solar, grid) => {
        runProfile(
          hours.map((hour) => hour.map((value) => value / 1024)),
          solar / 1024,
          grid / 1024,
        );
      },
    ),
    { numRuns: 400 },
  );
});

test("the same holds over a year of small movements that never come out even", () => {
  const hours = Array.from({ length: 20_000 }, (_, i) =>
    Array.from({ length: 11 }, (_, k) =>
      onGrid(((i * (k + 3) * 977) % (4000 + 911 * k)) * (i % (k + 2) === 0 ? 1 : 0)),
    ),
  );
  runProfile(hours, 0, 0.5);
});

/**
 * Feeds movements [charged, used, exported, lost] per origin and the three other flows, J, and checks every
 * reading. Outflows are cut where the store would run empty.
 */
function runProfile(hours: readonly (readonly number[])[], solarJ: number, gridJ: number): void {
  const profile = new LoadProfile(7, START, solarJ, gridJ);
  const content = [solarJ, gridJ];
  const metered = [profile.storedSolarWh, profile.storedGridWh];
  const truth = new Float64Array(11);
  const register = new Float64Array(11);
  const movement = new Float64Array(MOVEMENTS);
  const flowsW = new Float64Array(FLOWS);
  for (const hour of hours) {
    for (let origin = 0; origin < 2; origin++) {
      const at = 4 * origin;
      let left = content[origin]! + hour[at]!;
      movement[at] = hour[at]!;
      for (let out = 1; out < 4; out++) {
        movement[at + out] = Math.min(left, hour[at + out]!);
        left -= movement[at + out]!;
      }
      content[origin] = left;
    }
    // In one second, so that the three flows are any energy.
    flowsW[FLOW.solarToHome] = hour[8]!;
    flowsW[FLOW.solarToGrid] = hour[9]!;
    flowsW[FLOW.gridToHome] = hour[10]!;
    profile.add(1, flowsW, movement);
    profile.add(899, new Float64Array(FLOWS), NO_MOVEMENT);
    const reading = profile.close();
    const values = registersOf(reading);
    for (let k = 0; k < 11; k++) {
      truth[k]! += k < 8 ? movement[k]! : hour[k]!;
      register[k]! += values[k]!;
      assert.ok(Number.isInteger(values[k]) && values[k]! >= 0, `register ${k} ran back`);
      const aheadWh = register[k]! - truth[k]! / J_PER_WH;
      assert.ok(truth[k]! > 0 || register[k] === 0, `register ${k} without energy`);
      const bound = k >= 8 || k % 4 === 2 ? [-1, 0] : [-3, 3];
      assert.ok(aheadWh > bound[0]! && aheadWh <= bound[1]!, `register ${k} is ${aheadWh} Wh ahead`);
    }
    checkFlows(reading);
    [reading.storedSolar, reading.storedGrid].forEach((store, origin) => {
      const closing = origin === 0 ? reading.closingSolarWh : reading.closingGridWh;
      assert.equal(storeAfter(metered[origin]!, store), closing);
      assert.ok(closing >= 0);
      assert.ok(Math.abs(closing - content[origin]! / J_PER_WH) < 1, `${closing} of ${content[origin]} J`);
      metered[origin] = closing;
    });
  }
}

function registersOf({ storedSolar, storedGrid, flows }: Reading): number[] {
  const of = (m: Reading["storedSolar"]) => [m.chargedWh, m.usedWh, m.exportedWh, m.lostWh];
  return [...of(storedSolar), ...of(storedGrid), flows.solarToHome, flows.solarToGrid, flows.gridToHome];
}

function checkFlows({ flows, storedSolar, storedGrid }: Reading): void {
  assert.equal(flows.accumulatorToHome, storedSolar.usedWh + storedGrid.usedWh);
  assert.equal(flows.accumulatorToGrid, storedSolar.exportedWh + storedGrid.exportedWh);
  assert.equal(flows.solarToAccumulator, storedSolar.chargedWh);
  assert.equal(flows.gridToAccumulator, storedGrid.chargedWh);
}

function flows(watts: Partial<Record<keyof typeof FLOW, number>>): Float64Array {
  const flowsW = new Float64Array(FLOWS);
  for (const [name, value] of Object.entries(watts)) flowsW[FLOW[name as keyof typeof FLOW]] = value;
  return flowsW;
}
