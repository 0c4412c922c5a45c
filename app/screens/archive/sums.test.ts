import assert from "node:assert/strict";
import { test } from "node:test";
import type { Archive, FlowsWh } from "#wire/schemas.ts";
import { demandOf, ownShareOf, producedOf, sinceBeginning } from "./sums.ts";

const none: FlowsWh = {
  solarToHome: 0,
  solarToAccumulator: 0,
  solarToGrid: 0,
  accumulatorToHome: 0,
  accumulatorToGrid: 0,
  gridToHome: 0,
  gridToAccumulator: 0,
};

test("what the home used, what it made and what of its use was its own", () => {
  const flows = { ...none, solarToHome: 600, solarToGrid: 900, accumulatorToHome: 200, gridToHome: 200 };
  assert.equal(demandOf(flows), 1_000);
  assert.equal(producedOf(flows), 1_500);
  assert.equal(ownShareOf(flows), 0.8);
  assert.equal(ownShareOf(none), undefined);
});

test("days before the home's beginning are left out, an empty day or a gap after it is not", () => {
  const bucket = (change: Partial<Archive["buckets"][number]>): Archive["buckets"][number] => ({
    start: 0,
    day: "2026-06-01",
    flowsWh: none,
    soldWh: 0,
    earnedMicroEur: 0,
    missingIntervals: 0,
    ...change,
  });
  const used = bucket({ flowsWh: { ...none, gridToHome: 5 } });
  assert.equal(sinceBeginning([bucket({}), bucket({}), used, bucket({})]).length, 2);
  assert.equal(sinceBeginning([bucket({}), bucket({ missingIntervals: 96 }), used]).length, 2);
  assert.equal(sinceBeginning([bucket({})]).length, 0);
});
