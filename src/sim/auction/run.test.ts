/** Simulated auctions: by pencil, by their laws, and against the check values of the sixteen measured homes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { auction } from "#cli/auction.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import { AGENTS, type AgentName } from "#sim/auction/agents.ts";
import { giniOf, jainOf, type Quarter, runAuctions } from "#sim/auction/run.ts";
import { LONG, sharedData, skippedWithout } from "../../../test/support/counterparts.ts";

const OUTSIDE = { feedIn: 80_000, tariff: 300_000 };

test("two homes that bid anything share what both can, and save what the trade spares them", () => {
  const quarters = Array.from({ length: 400 }, () => quarter([1_000, -600]));
  const run = {
    quarters,
    mechanism: "uniform",
    agents: "zero-intelligence",
    outside: OUTSIDE,
    seed: 5,
  } as const;
  const { shareableWh, tradedWh, fallbackWh, savings, clearedSlots, meanPrice } = runAuctions({
    ...run,
    fallback: true,
  });
  assert.equal(shareableWh, 400 * 600);
  // A uniform bid is above a uniform ask half of the time.
  assert.ok(clearedSlots > 160 && clearedSlots < 240, `${clearedSlots}`);
  assert.equal(tradedWh, clearedSlots * 600);
  assert.equal(tradedWh + fallbackWh, shareableWh);
  assert.ok(Math.abs(meanPrice - 190_000) < 10_000, `${meanPrice}`);
  // Each Wh shared saves 0.22 €/kWh, to whomever.
  assert.ok(Math.abs(savings[0]! + savings[1]! - (shareableWh * 220_000) / 1000) < 1);
  assert.equal(runAuctions({ ...run, fallback: false }).fallbackWh, 0);
});

test("nobody loses by the auction, whoever bids and however it is cleared", () => {
  const random = new Random("simulated nets");
  const quarters = Array.from({ length: 60 }, () =>
    quarter(Array.from({ length: 7 }, () => random.integer(1_001) - 500)),
  );
  for (const mechanism of Object.keys(MECHANISMS) as MechanismName[]) {
    for (const agents of Object.keys(AGENTS) as AgentName[]) {
      const run = { quarters, mechanism, agents, outside: OUTSIDE, seed: 3, fallback: true };
      const figures = runAuctions(run);
      assert.deepEqual(runAuctions(run), figures, "the same seed ends the same");
      assert.ok(figures.tradedWh > 0 && figures.tradedWh + figures.fallbackWh <= figures.shareableWh);
      // A rounding is at most one µEUR a trade.
      assert.ok(Math.min(...figures.savings) > -60 * 7, `${mechanism}, ${agents}`);
    }
  }
});

test("who learns or gives way trades more than who bids anything", () => {
  const random = new Random("steady nets");
  const quarters = Array.from({ length: 1_500 }, () =>
    quarter(Array.from({ length: 10 }, (_, home) => (home % 2 === 0 ? 1 : -1) * (200 + random.integer(300)))),
  );
  const share = (agents: AgentName) => {
    const { tradedWh, shareableWh } = runAuctions({
      quarters,
      mechanism: "uniform",
      agents,
      outside: OUTSIDE,
      seed: 1,
      fallback: false,
    });
    return tradedWh / shareableWh;
  };
  const blind = share("zero-intelligence");
  assert.ok(share("ramp") > blind + 0.05);
  assert.ok(share("learning") > blind + 0.05);
});

test("Gini and Jain of equal benefits, and of one who has all", () => {
  assert.deepEqual([giniOf([3, 3, 3]), jainOf([3, 3, 3])], [0, 1]);
  assert.deepEqual([giniOf([0, 0, 0, 8]), jainOf([0, 0, 0, 8])], [0.75, 0.25]);
});

test("the sixteen measured homes: 74.7 to 76.2 % of what can be shared is traded at 0.146 to 0.148 €/kWh", async (t) => {
  const file = "homes-hamlet/hamlet_households_pv_15min.csv";
  if (skippedWithout(t, file)) return;
  const said = t.mock.method(console, "log", () => undefined);
  const runs = LONG ? "8" : "1";
  const homes = ["--homes", sharedData(file), "--solar-peak-kwp", "5", "--solar-column", "pv2"];
  await auction.run([...homes, "--accumulator-kwh", "0", "--runs", runs, "--json"], {});
  const reports = JSON.parse(String(said.mock.calls[0]!.arguments[0])).runs;
  assert.equal(reports.length, Number(runs));
  for (const report of reports) {
    // 24 Wh above the figure of floats: whole watt-hours by home and quarter hour.
    assert.equal(report.shareable_kwh, 1_076.561);
    assert.ok(report.traded_share > 0.7465 && report.traded_share < 0.7625, JSON.stringify(report));
    assert.ok(report.mean_price_eur_per_kwh > 0.1455 && report.mean_price_eur_per_kwh < 0.1485);
    assert.ok(Math.abs(report.traded_share + report.fallback_share - 1) < 0.0002);
  }
});

/** Wh by home: positive given, negative taken. */
function quarter(nets: readonly number[]): Quarter {
  return {
    imported: nets.map((wh) => Math.max(0, -wh)),
    exported: nets.map((wh) => Math.max(0, wh)),
  };
}
