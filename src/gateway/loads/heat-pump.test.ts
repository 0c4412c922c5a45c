/** A heat pump of a real home: what it is told where all is known, where something is lost, and at the end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SteeredHeatPump } from "#gateway/loads/heat-pump.ts";
import type { LoadMoment } from "#gateway/loads/steered-load.ts";
import { QUIET_MOMENT as moment, WINTER_NOON as NOON } from "../../../test/support/load-moment.ts";

function pumpAt(bufferC: number, roomC = 21, powerW = 0) {
  const pump = new SteeredHeatPump("heat-pump", {});
  pump.see({ values: { powerW, bufferC, roomC, outdoorC: 2 }, measuredAt: NOON * 1000 }, NOON, 1);
  return pump;
}

function told(pump: SteeredHeatPump, more: Partial<LoadMoment> = {}) {
  pump.decide({ ...moment, ...more });
  const outputs = Object.fromEntries(pump.outputs().map(({ point, value }) => [point, value]));
  return [pump.report().code, outputs.powerMaxW, outputs.bufferTargetC];
}

test("comfort comes before prices, and the limit of the connection before comfort", () => {
  assert.deepEqual(told(pumpAt(45)), ["heat_waits", 0, 38]);
  assert.deepEqual(told(pumpAt(37)), ["comfort_needs_heat", 2_500, 55]);
  assert.deepEqual(told(pumpAt(45, 19)), ["comfort_needs_heat", 2_500, 55]);
  assert.deepEqual(told(pumpAt(37), { limitW: 1_205 }), ["comfort_needs_heat", 1_200, 55]);
  assert.deepEqual(told(pumpAt(37), { limitW: 500 }), ["heat_limited", 0, 38]);
  assert.deepEqual(told(pumpAt(45), { surplusW: 1_000 }), ["heat_from_sun", 1_000, 55]);
  assert.deepEqual(told(pumpAt(55), { surplusW: 1_000 }), ["tank_full", 0, 38]);
});

test("without a counter, and when its gateway goes, it follows its own thermostat", () => {
  const pump = pumpAt(45);
  assert.deepEqual(told(pump, { surplusW: Number.NaN, limitW: 0 }), ["own_thermostat", 2_500, 46.5]);
  assert.deepEqual(pump.release(), [{ device: "heat-pump", point: "powerMaxW", value: 2_500 }]);
  pump.see(undefined, NOON, 1);
  assert.deepEqual(told(pump), ["not_heard", undefined, undefined], "nothing is said to who is not heard");
});
