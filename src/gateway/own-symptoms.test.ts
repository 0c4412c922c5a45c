import assert from "node:assert/strict";
import { test } from "node:test";
import { type BoxNow, OwnSymptoms } from "#gateway/own-symptoms.ts";

const WELL: BoxNow = {
  clock: { isRight: true, platformOffsetMs: undefined, jumps: 0 },
  silentS: undefined,
  ordersFault: undefined,
  needsCode: false,
  writeProblems: [],
};

test("a box that is well suffers from nothing", () => {
  assert.deepEqual(new OwnSymptoms().look(WELL), []);
});

test("what stands is found each time, with its numbers", () => {
  const symptoms = new OwnSymptoms();
  const ill: BoxNow = {
    clock: { isRight: false, platformOffsetMs: -90_400, jumps: 0 },
    silentS: 12.4,
    ordersFault: "orders_refused",
    needsCode: false,
    writeProblems: [{ device: "battery", problem: "refused", message: "no" }],
  };
  const found = [
    { code: "write_refused", device: "battery", numbers: {} },
    { code: "clock_wrong", device: "gateway", numbers: { offsetS: -90 } },
    { code: "link_lost", device: "gateway", numbers: { silentS: 12 } },
    { code: "orders_refused", device: "gateway", numbers: {} },
  ];
  assert.deepEqual(symptoms.look(ill), found);
  assert.deepEqual(symptoms.look(ill), found);
});

test("who can only come back by a code is told that, and nothing of orders", () => {
  const lost: BoxNow = { ...WELL, ordersFault: "validators_unknown", needsCode: true };
  assert.deepEqual(new OwnSymptoms().look(lost), [{ code: "code_needed", device: "gateway", numbers: {} }]);
});

test("a jump of the clock and refused readings are found once", () => {
  const symptoms = new OwnSymptoms();
  symptoms.readingRefused();
  symptoms.readingRefused();
  const jumped: BoxNow = { ...WELL, clock: { ...WELL.clock, jumps: 2 } };
  assert.deepEqual(symptoms.look(jumped), [
    { code: "clock_jumped", device: "gateway", numbers: { times: 2 } },
    { code: "readings_refused", device: "gateway", numbers: { readings: 2 } },
  ]);
  assert.deepEqual(symptoms.look(jumped), []);
});
