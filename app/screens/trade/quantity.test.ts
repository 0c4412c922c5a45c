import assert from "node:assert/strict";
import { test } from "node:test";
import { clampWh, draggedWh, keyedWh, proposedWh, steps, typedWh } from "./quantity.ts";

const bounds = { minWh: 100, maxWh: 2_823 };

test("arrows go to the next fifty, pages by five hundred, and the ends are exact", () => {
  const rows: [string, number, number | undefined][] = [
    ["ArrowRight", 1_500, 1_550],
    ["ArrowRight", 1_510, 1_550],
    ["ArrowUp", 2_800, 2_823],
    ["ArrowLeft", 2_823, 2_800],
    ["ArrowDown", 1_510, 1_500],
    ["ArrowLeft", 110, 100],
    ["PageUp", 2_500, 2_823],
    ["PageDown", 400, 100],
    ["Home", 1_500, 100],
    ["End", 1_500, 2_823],
    ["Tab", 1_500, undefined],
  ];
  for (const [key, wh, expected] of rows) assert.equal(keyedWh(key, wh, bounds), expected, `${key} at ${wh}`);
});

test("a drag snaps to ten watt-hours and reaches all that is sellable", () => {
  assert.equal(draggedWh(1_504, bounds), 1_500);
  assert.equal(draggedWh(2_817, bounds), 2_820);
  assert.equal(draggedWh(2_819, bounds), 2_823);
  assert.equal(draggedWh(3, bounds), 100);
});

test("kilowatt-hours are read with a comma or a point, and nothing else is a number", () => {
  const rows: [string, number | undefined][] = [
    ["1.5", 1_500],
    ["1,50", 1_500],
    [" 2.823 kWh ", 2_823],
    [",5", 500],
    ["3", 3_000],
    ["", undefined],
    [".", undefined],
    ["1.2345", undefined],
    ["-1", undefined],
    ["1e3", undefined],
  ];
  for (const [text, wh] of rows) assert.equal(typedWh(text), wh, JSON.stringify(text));
});

test("less than the smallest sale is all there is", () => {
  assert.equal(clampWh(500, { minWh: 100, maxWh: 60 }), 60);
  assert.equal(proposedWh(bounds), 1_400);
  assert.equal(proposedWh({ minWh: 100, maxWh: 120 }), 100);
});

test("the amounts to choose from go from the smallest sale to all that is sellable", () => {
  assert.deepEqual(steps({ minWh: 100, maxWh: 223 }), [100, 150, 200, 223]);
  assert.deepEqual(steps({ minWh: 100, maxWh: 100 }), [100]);
  assert.deepEqual(steps({ minWh: 100, maxWh: 60 }), []);
});
