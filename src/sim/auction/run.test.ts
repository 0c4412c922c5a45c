/** Simulated auctions: by pencil, by their laws, and against the check values of the sixteen measured homes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import { AGENTS, type AgentName } from "#sim/auction/agents.ts";
import { netsOf } from "#sim/auction/nets.ts";
import { giniOf, jainOf, runAuctions } from "#sim/auction/run.ts";
import { parseHomes, readHomes } from "#sim/homes-file.ts";
import { LONG, sharedData, skippedWithout } from "../../../test/support/counterparts.ts";

const OUTSIDE = { feedIn: 80_000, tariff: 300_000 };

test("what homes give and take comes to the meters' watt-hours", () => {
  const measured = parseHomes(
    "utc,load_W_a,load_W_b,pv1_pu\n2026-03-01T23:00Z,1000,400,0.5\n2026-03-01T23:15Z,1001,403,0\n",
  );
  const nets = netsOf(measured, { has: (home) => home === 0, peakW: 4_000, column: 0 });
  // a: 2,000 − 1,000 W for a quarter hour, then 1,001 W; b: 400 W, then 403 W: 200.75 Wh, of which 200 so far.
  assert.deepEqual(
    nets.map((net) => [...net]),
    [
      [250, -100],
      [-250, -100],
    ],
  );
});

test("two homes that bid anything share what both can, and save what the trade spares them", () => {
  const nets = Array.from({ length: 400 }, () => Int32Array.of(1_000, -600));
  const run = { nets, mechanism: "uniform", agents: "zero-intelligence", outside: OUTSIDE, seed: 5 } as const;
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
  const nets = Array.from({ length: 60 }, () =>
    Int32Array.from({ length: 7 }, () => random.integer(1_001) - 500),
  );
  for (const mechanism of Object.keys(MECHANISMS) as MechanismName[]) {
    for (const agents of Object.keys(AGENTS) as AgentName[]) {
      const run = { nets, mechanism, agents, outside: OUTSIDE, seed: 3, fallback: true };
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
  const nets = Array.from({ length: 1_500 }, () =>
    Int32Array.from({ length: 10 }, (_, home) => (home % 2 === 0 ? 1 : -1) * (200 + random.integer(300))),
  );
  const share = (agents: AgentName) => {
    const { tradedWh, shareableWh } = runAuctions({
      nets,
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

test("the sixteen measured homes: 74.7 to 76.2 % of what can be shared is traded at 0.146 to 0.148 €/kWh", (t) => {
  const file = "homes-hamlet/hamlet_households_pv_15min.csv";
  if (skippedWithout(t, file)) return;
  const measured = readHomes(sharedData(file));
  const column = measured.solar.findIndex(({ name }) => name === "pv2");
  const nets = netsOf(measured, { has: (home) => home % 2 === 0, peakW: 5_000, column });
  for (let seed = 1; seed <= (LONG ? 8 : 1); seed++) {
    const run = { nets, mechanism: "uniform", agents: "zero-intelligence", outside: OUTSIDE, seed } as const;
    const { shareableWh, tradedWh, fallbackWh, meanPrice } = runAuctions({ ...run, fallback: true });
    assert.ok(Math.abs(shareableWh - 1_076_537) < 30, `${shareableWh}`);
    const share = tradedWh / shareableWh;
    assert.ok(share > 0.7465 && share < 0.7625, `seed ${seed}: ${share}`);
    assert.ok(meanPrice > 145_500 && meanPrice < 148_500, `seed ${seed}: ${meanPrice}`);
    assert.equal(tradedWh + fallbackWh, shareableWh);
  }
});
