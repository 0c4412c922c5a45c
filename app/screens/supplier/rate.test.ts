import assert from "node:assert/strict";
import { test } from "node:test";
import { typedRate, withinBounds } from "./rate.ts";

test("a rate is read in euro to the micro-euro, with a comma or a point", () => {
  const rows: [string, number | undefined][] = [
    ["0.142", 142_000],
    ["0,142", 142_000],
    ["0.1425", 142_500],
    [".000001", 1],
    ["2", 2_000_000],
    [" 0,135 €/kWh ", 135_000],
    ["0", 0],
    ["", undefined],
    ["0.1234567", undefined],
    ["-0.1", undefined],
    ["1.234,5", undefined],
    ["ten", undefined],
  ];
  for (const [text, rate] of rows) assert.equal(typedRate(text), rate, JSON.stringify(text));
});

test("the community's bounds are allowed themselves and nothing beyond", () => {
  const bounds = { lowest: 50_000, highest: 400_000 };
  assert.ok(withinBounds(50_000, bounds));
  assert.ok(withinBounds(400_000, bounds));
  assert.ok(!withinBounds(49_999, bounds));
  assert.ok(!withinBounds(400_001, bounds));
  assert.ok(!withinBounds(undefined, bounds));
});
