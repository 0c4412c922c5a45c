import assert from "node:assert/strict";
import { test } from "node:test";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import {
  requestOwnPayout,
  settleMemberPayout,
  submitIntervalTotals,
  withdrawEnergySale,
} from "#chain/transactions.ts";
import type { StoreMovement } from "#metering/reading.ts";
import { ChainIndex } from "./index.ts";
import {
  ALBA,
  ANNA,
  foundStreet,
  type MemoryChain,
  NOON,
  OPERATOR,
  PLANT_OF_ANNA,
  saleOf,
  TODAY,
  temporaryFolder,
} from "./test-street.ts";

const STILL = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };

async function interval(memory: MemoryChain, intervalStart: number, storedSolar: Partial<StoreMovement>) {
  memory.time = Math.max(memory.time, intervalStart + QUARTER_HOUR_S);
  await memory.act(OPERATOR, submitIntervalTotals, {
    intervalStart,
    commitmentsRoot: new Uint8Array(32),
    entries: [{ plant: PLANT_OF_ANNA, storedSolar: { ...STILL, ...storedSolar }, storedGrid: STILL }],
  });
}

/** One sale settled in two quarter hours, one partly delivered and withdrawn, one open. */
async function trade(memory: MemoryChain): Promise<void> {
  await interval(memory, NOON - QUARTER_HOUR_S, { chargedWh: 1300 });
  await interval(memory, NOON, { chargedWh: 1300 });
  const sell = async (energyWh: number, id: number) => {
    const { kind, body } = saleOf(energyWh, id);
    await memory.act(ANNA, kind, body);
  };
  await sell(333, 7);
  await interval(memory, NOON + 1 * QUARTER_HOUR_S, { exportedWh: 101 });
  await interval(memory, NOON + 2 * QUARTER_HOUR_S, { exportedWh: 300 });
  await sell(500, 8);
  await interval(memory, NOON + 3 * QUARTER_HOUR_S, { exportedWh: 150 });
  await memory.act(ANNA, withdrawEnergySale, { sale: saleOf(500, 8).body.sale });
  await interval(memory, NOON + 4 * QUARTER_HOUR_S, {});
  await sell(100, 9);
}

test("the index knows each sale with its times, states and parts", async () => {
  const memory = await foundStreet();
  const index = new ChainIndex(":memory:", memory);
  memory.onBlock((block) => index.add(block));
  await trade(memory);
  const settled = index.sale(saleOf(333, 7).body.sale)!;
  assert.deepEqual(
    [settled.state, settled.energy, settled.delivered, settled.rate, settled.feeRate, settled.day],
    ["settled", 333, 333, 142_000, 4000, TODAY],
  );
  const onChain = memory.view().sale(saleOf(333, 7).body.sale)!;
  assert.deepEqual(
    [settled.height, settled.time, settled.lastInterval],
    [onChain.height, onChain.time, onChain.lastInterval],
  );
  assert.deepEqual(settled.closed, {
    height: onChain.closedHeight,
    time: onChain.closedTime,
    gross: Number(onChain.gross),
    fee: Number(onChain.feePaid),
  });
  assert.deepEqual(
    index.salesOfPlant(PLANT_OF_ANNA, 0, memory.time + 1).map(({ state }) => state),
    ["open", "partly_delivered", "settled"],
  );
  assert.equal(index.openSales(), 1);
  assert.deepEqual(
    index
      .deliveries(PLANT_OF_ANNA, 0, memory.time)
      .map(({ intervalStart, energyWh }) => [intervalStart - NOON, energyWh]),
    [
      [900, 101],
      [1800, 232],
      [2700, 150],
    ],
    "what was exported beyond the sale is no delivery",
  );
});

test("the parts that quarter hours earn add up to what was paid", async () => {
  const memory = await foundStreet();
  const index = new ChainIndex(":memory:", memory);
  memory.onBlock((block) => index.add(block));
  await trade(memory);
  const earned = index
    .deliveries(PLANT_OF_ANNA, 0, memory.time)
    .reduce((sum, { netMicroEur }) => sum + netMicroEur, 0);
  assert.equal(earned, Number(memory.view().money(ANNA).posted));
  assert.deepEqual(index.boughtBy(ALBA), {
    deliveredWh: Number(memory.view().boughtEnergy(ALBA)),
    paidMicroEur: 10_000_000 - Number(memory.view().money(ALBA).posted),
  });
  assert.equal(index.deliveredByAll(NOON, NOON + 3 * QUARTER_HOUR_S), 333);
});

test("a payout that is settled, paid or not, is in no list of those that wait", async () => {
  const memory = await foundStreet();
  const index = new ChainIndex(":memory:", memory);
  memory.onBlock((block) => index.add(block));
  const payout = (byte: number) => new Uint8Array(16).fill(byte);
  for (const byte of [3, 1, 2]) {
    await memory.act(ALBA, requestOwnPayout, { payout: payout(byte), amount: MicroEur(1_000_000n) });
  }
  const unsettled = (one = index) => [one.unsettledPayouts(), one.unsettledPayoutsOf(ALBA)];
  const all = [payout(3), payout(1), payout(2)];
  assert.deepEqual(unsettled(), [all, all], "oldest first");
  assert.deepEqual(index.unsettledPayoutsOf(ANNA), []);
  await memory.act(OPERATOR, settleMemberPayout, { payout: payout(1), reference: "TRN 1" });
  assert.deepEqual(unsettled(), [
    [payout(3), payout(2)],
    [payout(3), payout(2)],
  ]);
  await memory.act(OPERATOR, settleMemberPayout, { payout: payout(3), reference: undefined });
  assert.deepEqual(unsettled(), [[payout(2)], [payout(2)]]);
  assert.deepEqual(index.payoutsOf(ALBA, 9), [payout(2), payout(1), payout(3)], "all of them, newest first");
  assert.deepEqual(unsettled(new ChainIndex(":memory:", memory)), unsettled(), "made anew from the blocks");
});

test("an index made from the blocks equals the one that followed them; one that was behind catches up", async () => {
  const folder = temporaryFolder();
  try {
    const memory = await foundStreet();
    const followed = new ChainIndex(`${folder.path}/followed.sqlite`, memory);
    const stop = memory.onBlock((block) => followed.add(block));
    const behind = new ChainIndex(`${folder.path}/behind.sqlite`, memory);
    behind.close();
    await trade(memory);
    stop();
    const rebuilt = new ChainIndex(":memory:", memory);
    const caughtUp = new ChainIndex(`${folder.path}/behind.sqlite`, memory);
    const rows = [...followed.dump()];
    assert.ok(rows.length > 40);
    assert.deepEqual([...rebuilt.dump()], rows);
    assert.deepEqual([...caughtUp.dump()], rows);
    assert.equal(rebuilt.height, memory.view().height);
    const again = memory.blocks.at(-1)!;
    rebuilt.add(again);
    assert.deepEqual([...rebuilt.dump()], rows, "a block twice changes nothing");
    followed.close();
    caughtUp.close();
  } finally {
    folder.remove();
  }
});

test("a block that could not be written is made up for with the next", async () => {
  const memory = await foundStreet();
  const index = new ChainIndex(":memory:", memory);
  const skipped = memory.view().height + 2;
  memory.onBlock((block) => {
    if (block.height !== skipped) index.add(block);
  });
  await trade(memory);
  assert.deepEqual([...index.dump()], [...new ChainIndex(":memory:", memory).dump()]);
});

test("an index of another chain, or of blocks that were never made, begins anew", async () => {
  const folder = temporaryFolder();
  try {
    const path = `${folder.path}/index.sqlite`;
    const one = await foundStreet();
    await trade(one);
    new ChainIndex(path, one).close();
    const other = await foundStreet("other");
    const index = new ChainIndex(path, other);
    assert.equal(index.height, other.view().height);
    assert.equal(index.openSales(), 0);
    index.close();
    const shorter = await foundStreet();
    new ChainIndex(path, one).close();
    const back = new ChainIndex(path, shorter);
    assert.equal(back.height, shorter.view().height, "the folder of the chain was put back");
    assert.equal(back.openSales(), 0);
    back.close();
  } finally {
    folder.remove();
  }
});

test("an index of the chain from whose end this one goes on goes on, too, and from no other block of it", async () => {
  const folder = temporaryFolder();
  try {
    const path = `${folder.path}/index.sqlite`;
    const one = await foundStreet();
    await trade(one);
    const { height } = one.view();
    const { hash } = one.block(height)!;
    const next = (origin: { readonly height: number; readonly hash: Uint8Array }) => ({
      chain: "network",
      origin: { chain: one.chain, ...origin },
      view: () => one.view(),
      block: () => undefined,
      replay: () => [],
    });
    new ChainIndex(path, one).close();
    const goesOn = new ChainIndex(path, next({ height, hash }));
    assert.deepEqual([goesOn.height, goesOn.openSales()], [height, 1]);
    goesOn.close();
    const other = new ChainIndex(path, next({ height, hash: new Uint8Array(32) }));
    assert.deepEqual([other.height, other.openSales()], [0, 0]);
    other.close();
  } finally {
    folder.remove();
  }
});

test("blocks and transactions are found by height and by identifier", async () => {
  const memory = await foundStreet();
  const index = new ChainIndex(":memory:", memory);
  const { height, transactions, hash } = { ...memory.blocks[3]!, height: 4 };
  assert.deepEqual(index.placeOf(transactions[0]!.id), { height, index: 0 });
  assert.equal(index.placeOf(new Uint8Array(32)), undefined);
  assert.deepEqual(index.blockAt(height)?.hash, hash);
  assert.deepEqual(
    index.blocks(5, 2).map((block) => block.height),
    [4, 3],
  );
  assert.equal(index.transactionCount(), memory.blocks.length);
  assert.deepEqual(
    index.rates(ALBA, TODAY).map(({ day, rate }) => [day, rate]),
    [[TODAY, 142_000]],
  );
  assert.equal(index.plant(PLANT_OF_ANNA)?.time, NOON - 86_400);
});
