/** A day of the neighbours' market on a chain: consent, sealed book, clearing, settlement in versions, leaving. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh } from "#base/units.ts";
import {
  clearSlotBook,
  depositMoney,
  joinNeighbours,
  leaveNeighbours,
  sealSlotBook,
  settleMarketDay,
} from "#chain/transactions.ts";
import { auditBooks } from "../../test/support/audit.ts";
import { ALBA, ask, citizenOf, OPERATOR, openStreet } from "../../test/support/chain-bench.ts";
import { openingOf, ordersOf, sealingOf } from "../../test/support/market-books.ts";

const CAP = MicroEur(500_000n);

test("a home pays at most what it consented to, over all versions, and has its reserve back when the day is final", () => {
  const { bench, noon } = openStreet({ parameters: { delayBlocks: 1 } });
  const home = citizenOf(1);
  const today = dayOf(bench.genesis.parameters.zone, noon);
  const reserved = () => bench.view.money(home).pendingOut;
  bench.accept(
    noon,
    ask(OPERATOR, depositMoney, { member: home, amount: MicroEur(2_000_000n), reference: "home" }),
    ask(home, joinNeighbours, { plant: 1, cap: CAP }),
  );
  assert.equal(reserved(), CAP);
  const key = { slot: noon + 900, session: 0 };
  const orders = ordersOf(key, 6);
  bench.accept(noon, ask(OPERATOR, sealSlotBook, sealingOf(key, orders)));
  assert.equal(bench.view.checkAtRest(home), "member_not_at_rest", "a day with a book is unsettled");
  bench.accept(noon + 60, ask(OPERATOR, clearSlotBook, openingOf(key, orders, [5])));
  const { tradedWh } = bench.view.book(key.slot, 0)!.result!;
  assert.ok(tradedWh > 0, "the book trades");
  assert.equal(bench.view.marketDay(today)!.tradedWh, tradedWh);
  bench.accept(noon + 120, ask(home, leaveNeighbours, { plant: 1 }));

  const tomorrow = noon + 86_400;
  bench.accept(tomorrow);
  assert.equal(reserved(), CAP, "it has left, and its last day is not settled");
  const version = (number: number, net: bigint, final: boolean) =>
    ask(OPERATOR, settleMarketDay, {
      day: today,
      version: number,
      reason: number === 1 ? "" : "A meter was read anew",
      final,
      statementsRoot: new Uint8Array(32).fill(number),
      ...{ boughtWh: tradedWh, soldWh: tradedWh, fallbackBoughtWh: 0, fallbackSoldWh: 0 },
      entries: [
        { member: ALBA, net: MicroEur(-net) },
        { member: home, net: MicroEur(net) },
      ],
      fees: MicroEur(0n),
    });
  bench.accept(tomorrow, version(1, -400_000n, false));
  assert.equal(reserved(), CAP, "what was taken is reserved anew");
  assert.deepEqual(bench.block(tomorrow, [version(2, -100_001n, false)]).statuses, ["cap_exceeded"]);
  bench.accept(tomorrow, version(2, -100_000n, true));
  assert.equal(reserved(), 0n, "final: nothing is reserved any more");
  assert.equal(bench.view.participation(home), undefined);
  assert.equal(bench.view.money(home).posted, 1_500_000n);
  assert.deepEqual(bench.view.openMarketDays(), []);
  assert.deepEqual(bench.block(tomorrow, [version(3, -1n, true)]).statuses, ["cap_exceeded"]);
  assert.deepEqual(auditBooks(bench.app), []);
  assert.deepEqual(bench.replayed().stateRoot, bench.app.stateRoot);
});

test("the community keeps what buyers paid for the grid, and nobody who settles keeps more or gives from it", () => {
  const { bench, noon } = openStreet({
    parameters: {
      delayBlocks: 1,
      marketFeeFeeder: MicroEurPerKwh(10_000n),
      marketFeeTransformer: MicroEurPerKwh(10_000n),
      marketFeeBeyond: MicroEurPerKwh(20_000n),
    },
  });
  const today = dayOf(bench.genesis.parameters.zone, noon);
  const key = { slot: noon + 900, session: 0 };
  const orders = ordersOf(key, 6);
  bench.accept(
    noon,
    ask(ALBA, joinNeighbours, { plant: 0, cap: CAP }),
    ask(OPERATOR, sealSlotBook, sealingOf(key, orders)),
    ask(OPERATOR, clearSlotBook, openingOf(key, orders, [])),
  );
  const { tradedWh, bought, sold } = bench.view.book(key.slot, 0)!.result!;
  const grid = bought - sold;
  assert.ok(tradedWh > 0 && grid > 0n, "the book trades, and buyers pay for the grid");
  const version = (number: number, fees: bigint, fallbackWh: number) =>
    ask(OPERATOR, settleMarketDay, {
      day: today,
      ...{ version: number, reason: "A meter was read anew", final: false },
      statementsRoot: new Uint8Array(32),
      ...{ boughtWh: tradedWh, soldWh: tradedWh, fallbackBoughtWh: fallbackWh, fallbackSoldWh: fallbackWh },
      entries: [{ member: ALBA, net: MicroEur(-fees) }],
      fees: MicroEur(fees),
    });
  const tomorrow = noon + 86_400;
  // 100 Wh matched afterwards at 20,000 µEUR/kWh are 2,000 µEUR, and 50 more or less by rounding.
  for (const [fees, fallbackWh] of [
    [grid - 1n, 0],
    [grid + 1n, 0],
    [grid + 1_949n, 100],
    [grid + 2_051n, 100],
  ] as const) {
    assert.deepEqual(bench.block(tomorrow, [version(1, fees, fallbackWh)]).statuses, ["fees_not_lawful"]);
  }
  bench.accept(tomorrow, version(1, grid + 2_050n, 100));
  // The next version gives back what is not matched any more; then nothing is left to give.
  assert.deepEqual(bench.block(tomorrow, [version(2, 0n, 0)]).statuses, ["fees_not_lawful"]);
  bench.accept(tomorrow, version(2, -2_050n, 0));
  assert.deepEqual(bench.block(tomorrow, [version(3, -1n, 0)]).statuses, ["fees_not_lawful"]);
  assert.equal(bench.view.marketDay(today)!.fees, grid);
  assert.deepEqual(auditBooks(bench.app), []);
});

test("a day that nobody settles closes by itself, and frees who left", () => {
  const { bench, noon } = openStreet({ parameters: { delayBlocks: 1, marketCorrectionDays: 2 } });
  const home = citizenOf(1);
  const key = { slot: noon + 900, session: 0 };
  bench.accept(
    noon,
    ask(OPERATOR, depositMoney, { member: home, amount: CAP, reference: "home" }),
    ask(home, joinNeighbours, { plant: 1, cap: CAP }),
    ask(OPERATOR, sealSlotBook, sealingOf(key, ordersOf(key, 2))),
    ask(home, leaveNeighbours, { plant: 1 }),
  );
  bench.accept(noon + 86_400);
  assert.equal(bench.view.money(home).pendingOut, CAP);
  bench.accept(noon + 3 * 86_400);
  assert.equal(bench.view.money(home).pendingOut, 0n);
  assert.equal(bench.view.checkAtRest(home), "ok");
  assert.deepEqual(auditBooks(bench.app), []);
});
