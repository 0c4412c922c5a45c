import assert from "node:assert/strict";
import { test } from "node:test";
import { MicroEur, Wh } from "#base/units.ts";
import {
  authoriseEnergySale,
  depositMoney,
  eraseOneMember,
  requestOwnPayout,
  settleMemberPayout,
} from "#chain/transactions.ts";
import { booksProblems } from "#node/books.ts";
import { auditBooks } from "../../test/support/audit.ts";
import {
  ALBA,
  ask,
  type ChainBench,
  citizenOf,
  interval,
  OPERATOR,
  openStreet,
  saleId,
  saleOf,
} from "../../test/support/chain-bench.ts";

const SELLER = citizenOf(1);
const payout = (number: number, amount: bigint, member = SELLER) =>
  ask(member, requestOwnPayout, { payout: saleId(number), amount: MicroEur(amount) });
const settle = (number: number, reference: string | undefined) =>
  ask(OPERATOR, settleMemberPayout, { payout: saleId(number), reference });

/** Citizen 11 sold 1 kWh to Alba: 138,000 µEUR after the fee of 4,000. */
function afterASale(parameters = {}): { readonly bench: ChainBench; readonly time: number } {
  const { bench, noon } = openStreet({ homes: 1, parameters });
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1_250 } }));
  const sale = saleOf(bench, noon, { energy: Wh(1_000n) });
  bench.accept(noon, ask(SELLER, authoriseEnergySale, sale));
  bench.accept(noon + 900, interval(noon, { plant: 1, solar: { exportedWh: 1_000 } }));
  assert.equal(bench.view.money(SELLER).posted, 138_000n);
  return { bench, time: noon + 900 };
}

function sound(bench: ChainBench): void {
  assert.deepEqual(auditBooks(bench.app), []);
  assert.deepEqual(booksProblems(bench.app.export(), bench.app.height), []);
}

test("who sold takes the money out: it is reserved, paid by the bank once, and the account is empty", () => {
  const { bench, time } = afterASale();
  const asked = bench.accept(time, payout(1, 138_000n));
  assert.deepEqual(bench.view.money(SELLER), { posted: 138_000n, pendingOut: 138_000n, pendingIn: 0n });
  assert.deepEqual(bench.block(time, [payout(2, 1n)]).statuses, ["balance_too_low"]);
  assert.equal(
    bench.block(time, [ask(SELLER, eraseOneMember, { member: SELLER })]).statuses[0],
    "account_not_empty",
  );
  sound(bench);
  const settled = bench.accept(time, settle(1, "TRN 77"));
  assert.deepEqual(
    [...asked.events, ...settled.events].map(({ type }) => type),
    ["payout_requested", "payout_settled"],
  );
  assert.deepEqual(bench.view.money(SELLER), { posted: 0n, pendingOut: 0n, pendingIn: 0n });
  const row = bench.view.payout(saleId(1))!;
  assert.deepEqual(
    [row.state, row.reference, row.settledHeight, row.settledTime],
    ["paid", "TRN 77", bench.app.height, time],
  );
  assert.deepEqual(bench.block(time, [settle(1, "TRN 78"), settle(1, undefined)]).statuses, [
    "payout_closed",
    "payout_closed",
  ]);
  bench.accept(time, ask(SELLER, eraseOneMember, { member: SELLER }));
  sound(bench);
});

test("a bank reference pays one thing, in or out", () => {
  const { bench, time } = afterASale();
  bench.accept(time, payout(1, 1_000n), payout(2, 2_000n));
  bench.accept(time, settle(1, "TRN 77"));
  const credit = ask(OPERATOR, depositMoney, { member: ALBA, amount: MicroEur(5n), reference: "TRN 77" });
  assert.deepEqual(bench.block(time, [settle(2, "TRN 77"), settle(2, `opening ${ALBA}`), credit]).statuses, [
    "deposit_exists",
    "deposit_exists",
    "deposit_exists",
  ]);
  sound(bench);
});

test("what was not paid is free again, and so is what nobody settled in time", () => {
  const { bench, time } = afterASale({ saleExpiryBlocks: 3 });
  bench.accept(time, payout(1, 100_000n), payout(2, 38_000n));
  const { expiryHeight } = bench.view.payout(saleId(2))!;
  bench.accept(time, settle(1, undefined));
  assert.deepEqual(bench.view.money(SELLER), { posted: 138_000n, pendingOut: 38_000n, pendingIn: 0n });
  assert.equal(bench.view.payout(saleId(1))!.state, "unpaid");
  while (bench.app.height < expiryHeight - 1) bench.accept(time);
  assert.equal(bench.view.money(SELLER).pendingOut, 38_000n, "until the last block before");
  sound(bench);
  assert.deepEqual(bench.block(time, [settle(2, "TRN 1")]).statuses, ["payout_closed"]);
  assert.equal(bench.view.money(SELLER).pendingOut, 0n);
  bench.accept(time, payout(3, 138_000n), payout(4, 10_000_000n - 142_000n, ALBA));
  sound(bench);
});
