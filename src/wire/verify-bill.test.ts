import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { billQuarter } from "../../test/support/bill-quarter.ts";
import { skippedUnlessLong } from "../../test/support/counterparts.ts";

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "contrada-bills-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("a town's bills hold, and what is altered in one is named at its place", async (t) => {
  const figures = await billQuarter({
    folder: folderOf(t),
    homes: 3,
    days: 2,
    tamperings: 120,
    seed: 4,
    signatures: "interval",
  });
  assert.deepEqual(figures.refused, []);
  assert.deepEqual(figures.misnamed, []);
  assert.equal(figures.tampered, 120);
  assert.equal(figures.bills.supply, 3);
  assert.ok(figures.bills.sales! > 0 && figures.bills.incentive! > 0, JSON.stringify(figures.bills));
});

// `node bench/bills.ts` is the whole quarter: 100 homes, 91 days, 1,000 tamperings.
test("a hundred homes' bills hold, and 1,000 tamperings are named", async (t) => {
  if (skippedUnlessLong(t)) return;
  const days = Number(process.env.CONTRADA_BILL_DAYS ?? 10);
  const figures = await billQuarter({ folder: folderOf(t), homes: 100, days, tamperings: 1000, seed: 16 });
  assert.deepEqual(figures.refused, []);
  assert.deepEqual(figures.misnamed, []);
  assert.equal(figures.tampered, 1000);
});
