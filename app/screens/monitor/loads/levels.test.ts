import assert from "node:assert/strict";
import { test } from "node:test";
import { linesOf, spansOf } from "./levels.ts";

test("a charge is drawn of the whole battery, with the gap of the hours that the car was away", () => {
  const load = { levels: [{ of: "charge" as const, values: [40, 50, null, 100] }] };
  assert.deepEqual(linesOf(load), [{ of: "charge", points: [[1, 0.4], [2, 0.5], null, [4, 1]] }]);
  assert.deepEqual(spansOf(load), [{ of: "charge", first: 40, last: 100, least: 40, most: 100 }]);
});

test("half a degree stays a small thing, and thirty degrees fill the height", () => {
  const of = "tank" as const;
  const [small] = linesOf({ levels: [{ of, values: [50, 50.6] }] });
  assert.deepEqual(
    small!.points.map((point) => point![1].toFixed(2)),
    ["0.48", "0.52"],
  );
  assert.deepEqual(linesOf({ levels: [{ of, values: [60, 30] }] })[0]!.points, [
    [1, 1],
    [2, 0],
  ]);
});

test("what was kept before levels were, and what was never heard of, has no line", () => {
  assert.deepEqual([linesOf({}), spansOf({})], [[], []]);
  assert.deepEqual(spansOf({ levels: [{ of: "room", values: [null, null] }] }), []);
});
