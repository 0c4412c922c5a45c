import assert from "node:assert/strict";
import { test } from "node:test";
import { DecisionRecord } from "./decision-record.ts";
import { temporaryFolder } from "./test-street.ts";

const decision = (code: string, since: number) => ({ code, numbers: { loadW: since }, since });

test("a decision is written down once it has stood for a minute, with the numbers it began with", () => {
  const record = new DecisionRecord(":memory:", "off");
  const live = (code: string, since: number, from: number, to: number) => {
    for (let end = from + 10; end <= to; end += 10) record.record(1, decision(code, since), end);
  };
  live("panels", 0, 0, 300);
  live("cloud", 300, 300, 350);
  live("panels", 350, 350, 400);
  live("night", 400, 400, 600);
  record.record(2, decision("other", 0), 600);
  assert.deepEqual(
    record.between(1, 0, 1000, 10),
    [decision("night", 400), decision("panels", 0)],
    "the cloud is left out, and panels went on",
  );
  assert.deepEqual(record.between(1, 500, 1000, 10), [decision("night", 400)], "what stood at the beginning");
  assert.deepEqual(record.between(1, 0, 400, 10), [decision("panels", 0)]);
  assert.deepEqual(record.between(1, 0, 1000, 1), [decision("night", 400)]);
  assert.deepEqual(record.between(2, 0, 1000, 10), [decision("other", 0)]);
  assert.deepEqual(record.between(3, 0, 1000, 10), []);
  record.close();
});

test("after a restart the decision that goes on is not written again", () => {
  const folder = temporaryFolder();
  const path = `${folder.path}/decisions.sqlite`;
  const first = new DecisionRecord(path);
  first.record(1, decision("night", 0), 60);
  first.close();
  const second = new DecisionRecord(path);
  second.record(1, decision("night", 100), 400);
  second.record(1, decision("morning", 400), 500);
  assert.deepEqual(
    second.between(1, 0, 1000, 10).map(({ code, since }) => [code, since]),
    [
      ["morning", 400],
      ["night", 0],
    ],
  );
  second.close();
  folder.remove();
});
