/** A town of homes with loads, closed and opened again in its folder. The long form only. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { parseInstant, QUARTER_HOUR_S, ROME, type UnixSeconds } from "#base/time.ts";
import { Archive } from "#platform/archive.ts";
import { READINGS_FILE } from "#platform/platform.ts";
import { openLiveTown } from "#sim/open-live.ts";
import { planTown } from "#sim/plan.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";

const HOMES = 4;

test("a town's loads go on where it was closed, and their quarter hours have no hole there", async (t) => {
  if (skippedUnlessLong(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "contrada-loads-"));
  const open = async () => {
    const plan = planTown({
      ...{ seed: 16, homes: HOMES, measured: undefined, start: parseInstant("2026-06-16T11:00Z")! },
      ...{
        solarHomes: "default",
        solarPeakKwp: 0,
        solarColumn: undefined,
        accumulatorKwh: 10,
        accumulatorKw: 5,
      },
    });
    const complaints: unknown[] = [];
    const town = await openLiveTown(
      plan,
      { seed: 16, homes: HOMES },
      {
        ...{ folder, address: "127.0.0.1", port: 0, speed: 60, stepS: 60, trade: false, market: false },
        ...{ supplies: false, planning: false, loads: true, historyDays: 0 },
        note(sentence, cause) {
          if (cause !== undefined) complaints.push(sentence, cause);
        },
      },
    );
    await Promise.race([town.ready, town.ended]);
    town.live.control({ paused: true });
    return { town, complaints };
  };
  const stood = (town: Awaited<ReturnType<typeof open>>["town"]) =>
    Array.from({ length: HOMES }, (_, i) =>
      town.platform.loadLetters.loads(i + 1).map(({ id, todayWh, numbers }) => {
        const { storedPercent, tankC, waterC, missingS } = numbers;
        return [id, todayWh, storedPercent, tankC, waterC, missingS];
      }),
    );
  const runTo = async ({ town }: Awaited<ReturnType<typeof open>>, time: UnixSeconds) => {
    town.live.control({ seekTo: time });
    while (town.live.time < time) await Promise.race([sleep(5), town.ended]);
  };
  try {
    const first = await open();
    const start = first.town.live.time;
    await runTo(first, start + 9 * 3_600);
    await first.town.close();
    const closedAt = first.town.live.time;
    const before = stood(first.town);
    assert.ok(before.flat().some(([, todayWh]) => (todayWh as number) > 500));

    const again = await open();
    assert.deepEqual(stood(again.town), before);
    await runTo(again, closedAt + 4 * QUARTER_HOUR_S);
    await again.town.close();
    const archive = new Archive(join(folder, READINGS_FILE), ROME);
    for (let home = 1; home <= HOMES; home++) {
      for (const { id, key } of archive.loads.loadsOf(home)) {
        const starts = archive.loads.quarters(key, 0, 4e9).map((one) => one.start);
        const all = starts.map((_, i) => closedAt + (4 - starts.length + i) * QUARTER_HOUR_S);
        assert.ok(starts.length >= 38, `${starts.length} quarter hours in ten hours`);
        assert.deepEqual(starts, all, `${id} of home ${home}`);
      }
    }
    archive.close();
    assert.deepEqual([...first.complaints, ...again.complaints], []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
