import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { STATUS, statusOf } from "#ledger/status.ts";

test("statuses are numbered in the order of their precedence, each number once, and found by it", () => {
  const entries = Object.entries(STATUS);
  for (const [i, [name, code]] of entries.entries()) {
    assert.ok(i === 0 ? code === 0 : code > entries[i - 1]![1], `${name} stands out of order`);
    assert.equal(statusOf(code), name);
  }
  for (const code of [-1, 11, 19, 58, 1000]) assert.equal(statusOf(code), undefined);
});

test("docs/spec/statuses.md explains exactly these, line by line, in this order", () => {
  const text = readFileSync(new URL("../../docs/spec/statuses.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| (\d+) \| `([a-z_]+)` \| (.+) \| (.+) \|$/gm)];
  assert.deepEqual(
    rows.map((row) => [row[2], Number(row[1])]),
    Object.entries(STATUS),
  );
  for (const [, , name, meaning, advice] of rows) {
    assert.ok(meaning!.length > 10 && advice!.length > 1, `${name} is not explained`);
  }
});
