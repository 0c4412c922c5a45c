import assert from "node:assert/strict";
import { test } from "node:test";
import { runsOf } from "./runs.ts";

test("a run goes over the quarter hours that follow each other, and ends with the day at the latest", () => {
  const starts = [0, 900, 1_800, 2_700, 3_600];
  const runs = (energyWh: (number | null)[]) =>
    runsOf({ energyWh }, starts, 4_500).map(({ from, to }) => [from, to]);
  assert.deepEqual(runs([0, 0, 0, 0, null]), []);
  assert.deepEqual(runs([5, 7, 0, null, 3]), [
    [0, 1_800],
    [3_600, 4_500],
  ]);
  assert.deepEqual(runs([1, 1, 1, 1, 1]), [[0, 4_500]]);
  assert.deepEqual(runs([null, 2, null, 2, 0]), [
    [900, 1_800],
    [2_700, 3_600],
  ]);
});
