/**
 * Pseudonyms renewed in a live town: people sell before and after, meters and books go on, and the chain audits.
 * The long form only.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseInstant } from "#base/time.ts";
import { auditFolder } from "#node/audit.ts";
import { Archive } from "#platform/archive.ts";
import { openLiveTown } from "#sim/open-live.ts";
import { ownerKeyAfter, planTown } from "#sim/plan.ts";
import { createClient } from "#wire/client.ts";
import { tokenFor } from "../../src/platform/test-street.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";

/** The day before the first of a month, which renews by itself. */
const PLAN = planTown({
  seed: 16,
  homes: 9,
  measured: undefined,
  start: parseInstant("2026-06-30T05:00Z"),
  solarHomes: "default",
  solarPeakKwp: 0,
  solarColumn: undefined,
  accumulatorKwh: 10,
  accumulatorKw: 5,
});

/** Seven o'clock in Rome, on the first of the month. */
const MORNING = parseInstant("2026-07-01T05:00Z")!;

test("on the first day of a month every home gets new numbers, again after a restart, and sells on", {
  timeout: 240_000,
}, async (t) => {
  if (skippedUnlessLong(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "contrada-renewal-"));
  const complaints: string[] = [];
  const open = () =>
    openLiveTown(
      PLAN,
      { seed: 16, homes: 9 },
      {
        folder,
        address: "127.0.0.1",
        port: 0,
        speed: 60,
        stepS: 300,
        trade: true,
        renewMonthly: true,
        historyDays: 0,
        note(sentence, cause) {
          if (cause !== undefined) complaints.push(`${sentence}: ${cause}`);
        },
      },
    );
  let ended = false;
  let town = await open();
  const runTo = async (instant: number) => {
    await town.ready;
    town.live.control({ paused: true, seekTo: instant });
    while (town.live.time < instant) await Promise.race([sleep(5), town.ended]);
  };
  try {
    // Ended in the gap, two hours after its beginning, and opened again.
    await runTo(MORNING + 7_200);
    assert.equal(town.platform.renewals!.standing().underWay?.state, "holding");
    await town.close();
    town = await open();
    await runTo(MORNING + 2 * 86_400);
    const { platform } = town;
    assert.deepEqual(complaints, []);
    assert.deepEqual([...town.refused], []);
    const standing = platform.renewals!.standing();
    assert.deepEqual([standing.period, standing.last?.homes, standing.unready], [1, 9, []]);
    for (const { owner, plant } of PLAN.homes) {
      assert.notEqual(platform.numbers.memberNow(owner), owner);
      assert.notEqual(platform.numbers.plantNow(plant), plant);
    }
    // Each owner sees what it sold before and after, under whichever number.
    let [before, after] = [0, 0];
    for (const home of PLAN.homes) {
      const token = await tokenFor(town.url, "town-16", ownerKeyAfter(PLAN.seed, home, 1));
      const owner = createClient((input, init) => fetch(input, init), town.url, token);
      const { sales } = await owner.call("GET /v1/home/archive", { query: { period: "all" } });
      before += sales.filter(({ authorised }) => authorised.time < MORNING).length;
      after += sales.filter(({ authorised }) => authorised.time > MORNING).length;
    }
    assert.ok(before > 0 && after > 0, `${before} sales before, ${after} after`);
    ended = true;
    await town.close();
    const report = await auditFolder(folder);
    assert.equal(report.firstProblem, undefined, JSON.stringify(report.firstProblem));
    const archive = new Archive(join(folder, "readings.sqlite"), PLAN.zone);
    assert.deepEqual(archive.findings(10), []);
    archive.close();
  } finally {
    if (!ended) await town.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
