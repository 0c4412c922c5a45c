import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { claimRun, runningIn } from "#cli/run-file.ts";
import { temporaryFolder } from "../../test/support/node-load.ts";

test("a folder is run by one process at a time, and by none after it let go", (t) => {
  const folder = temporaryFolder(t);
  assert.equal(runningIn(folder), undefined);
  const release = claimRun(folder);
  assert.equal(runningIn(folder), process.pid);
  assert.throws(() => claimRun(folder), /runs already \(process \d+\)/);
  release();
  assert.equal(runningIn(folder), undefined);
  claimRun(folder)();
});

test("a process that only has the number of the one that ran a folder is not taken for it", (t) => {
  const folder = temporaryFolder(t);
  const release = claimRun(folder);
  const file = join(folder, "up.json");
  const kept = JSON.parse(readFileSync(file, "utf8"));
  for (const content of [{ ...kept, began: "1" }, { ...kept, pid: 2 ** 22 + 1 }, { began: kept.began }]) {
    writeFileSync(file, JSON.stringify(content));
    assert.equal(runningIn(folder), undefined, JSON.stringify(content));
  }
  writeFileSync(file, '{"pid":');
  assert.equal(runningIn(folder), undefined, "cut short");
  release();
});
