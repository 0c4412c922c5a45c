/** A town whose people trade with their neighbours: prices on the first day, and a day that is settled. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { dayOf } from "#base/time.ts";
import { openLiveTown } from "#sim/open-live.ts";
import { planTown } from "#sim/plan.ts";
import { createClient } from "#wire/client.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { choicesOf } from "../support/headless-town.ts";

test("on the day before somebody looks neighbours have traded, and that day is settled when it is over", async (t) => {
  if (skippedUnlessLong(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "contrada-market-"));
  const plan = planTown(choicesOf({ homes: 6 }));
  const town = await openLiveTown(
    plan,
    { seed: 7, homes: 6 },
    {
      folder,
      address: "127.0.0.1",
      port: 0,
      speed: 1,
      stepS: 60,
      trade: true,
      market: true,
      historyDays: 2,
    },
  );
  try {
    await Promise.race([town.ready, town.ended]);
    const client = createClient((input, init) => fetch(input, init), town.url);
    const now = await client.call("GET /v1/market");
    assert.equal(now.participants, 6);
    const prices = await client.call("GET /v1/market/prices", {
      query: { from: now.time - 86_400, to: now.time },
    });
    const traded = prices.filter(({ tradedWh }) => tradedWh > 0);
    assert.ok(traded.length > 5, `${traded.length} quarter hours with trades`);
    for (const { priceMicroEurPerKwh } of traded) {
      assert.ok(priceMicroEurPerKwh! >= 80_000 && priceMicroEurPerKwh! <= 300_000);
    }
    t.diagnostic(`${traded.length} of ${prices.length} quarter hours with trades`);
    const { store } = town.platform.market!;
    const day = dayOf(plan.zone, now.time) - 1;
    const versions = store.versions(day);
    assert.ok(versions.length >= 1);
    assert.ok(versions.every(({ booked }) => booked !== undefined));
    assert.deepEqual([...town.refused], []);
  } finally {
    await town.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
