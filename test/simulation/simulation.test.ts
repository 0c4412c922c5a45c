/**
 * A part of the simulation with every test run: its first fifty seeds; in the long form more as far as five seconds go.
 * `node test/simulation/run.ts` runs any number on all cores, and `.ci/run` 2,000.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { KINDS } from "#chain/transactions.ts";
import { LONG } from "../support/counterparts.ts";
import { PLANTED_BUGS } from "./planted.ts";
import { simulate } from "./simulation.ts";

test("whatever breaks, validators agree, what was acknowledged stays, and the books hold", async () => {
  const until = performance.now() + (LONG ? 5_000 : 0);
  const counts = new Map<string, number>();
  let seeds = 0;
  for (; seeds < 100 && (seeds < 50 || performance.now() < until); seeds++) {
    const report = await simulate(seeds);
    for (const [what, count] of report.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  }
  console.log(`${seeds} seeds`);
  // The runs were worth the while.
  for (const what of [
    "crashes",
    "crashes of the embedded node",
    "restarts of the engine alone",
    "byzantine proposals",
    "rounds without a decision",
    "bits rotted",
    "disk full",
    "sync failed",
    "checks compared",
    "acknowledged by the embedded node",
    "transactions refused in a block",
    "state syncs",
    "blocks with evidence",
    "validator updates",
    "vote passed",
    "vote majority_missed",
    "recovery cancelled at its last block",
    "supply notified",
    "supply closed",
    "ends at deadlines",
    "ends at snapshots",
    ...[...KINDS.values()].map(({ name }) => `kind ${name}`),
  ]) {
    assert.ok((counts.get(what) ?? 0) > 0, `no run came to this: ${what}`);
  }
});

test("the same seed gives the same trace, another one another", async () => {
  const one = await simulate(7);
  assert.deepEqual(await simulate(7), one);
  assert.notEqual((await simulate(8)).traceHash, one.traceHash);
});

test("the bugs to plant still fit the source", () => {
  const misfits = PLANTED_BUGS.filter(({ file, edits }) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
    return edits.some(([search]) => text.split(search).length !== 2);
  }).map(({ name }) => name);
  // A few may wait for whoever changed the source; then `bugs.ts` says which.
  assert.ok(misfits.length <= 4, `no longer fit: ${misfits.join("; ")}`);
});
