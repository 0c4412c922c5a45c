import assert from "node:assert/strict";
import { test } from "node:test";
import type { FlowsW } from "#wire/schemas.ts";
import {
  accumulatorOf,
  CONNECTIONS,
  curve,
  dashSpeed,
  gridOf,
  homeOf,
  lineWidth,
  NARROW,
  solarOf,
  WIDE,
} from "./flow.ts";

const FLOWS: FlowsW = {
  solarToHome: 860,
  solarToAccumulator: 2200,
  solarToGrid: 360,
  accumulatorToHome: 10,
  accumulatorToGrid: 20,
  gridToHome: 30,
  gridToAccumulator: 40,
};

test("six connections carry the seven flows, each once", () => {
  assert.equal(CONNECTIONS.length, 6);
  const carried = CONNECTIONS.flatMap(({ flows }) => flows.map(({ flow }) => flow)).sort();
  assert.deepEqual(carried, Object.keys(FLOWS).sort());
});

test("every node's total is the sum of its flows, and what comes in equals what goes out", () => {
  assert.equal(solarOf(FLOWS), 3420);
  assert.equal(homeOf(FLOWS), 900);
  assert.equal(gridOf(FLOWS), 30 + 40 - 360 - 20);
  assert.equal(accumulatorOf(FLOWS), 10 + 20 - 2200 - 40);
  assert.equal(solarOf(FLOWS) + gridOf(FLOWS) + accumulatorOf(FLOWS), homeOf(FLOWS));
});

test("a line grows with power and stays drawable, and its dashes run faster", () => {
  assert.ok(Math.abs(lineWidth(2200) - 8.72) < 1e-9);
  assert.ok(lineWidth(360) < lineWidth(860));
  assert.equal(lineWidth(50_000), 13);
  assert.ok(dashSpeed(100) < dashSpeed(4000));
  assert.equal(dashSpeed(1e6), 90);
});

test("both drawings know every connection, and arrows stay clear of the rings", () => {
  for (const drawing of [WIDE, NARROW]) {
    for (const { id, flows } of CONNECTIONS) {
      const line = drawing.lines[id];
      assert.ok(line !== undefined, id);
      for (const { from, to } of flows) {
        const { arrow } = curve(drawing, from, to, line.control, 9);
        const [x, y] = /^M([\d.-]+) ([\d.-]+)L/.exec(arrow)!.slice(1).map(Number);
        const target = drawing.nodes[to];
        const distance = Math.hypot(x! - target.x, y! - target.y);
        assert.ok(
          Math.abs(distance - drawing.radius - 9) < 0.2,
          `${id}: the tip stands ${distance} from ${to}`,
        );
      }
    }
  }
});
