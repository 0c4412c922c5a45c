import assert from "node:assert/strict";
import { test } from "node:test";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { remainingJ, toDeliver } from "#gateway/delivery.ts";
import type { Sale } from "#market/sale.ts";

const NOON = 1_781_604_000;
const Q = 900;

function sale(energyWh: number, change: Partial<Sale> = {}): Sale {
  return {
    plant: 1,
    seller: 101,
    supplier: 2,
    day: 20_620,
    rate: MicroEurPerKwh(142_000n),
    fee: MicroEurPerKwh(4_000n),
    energy: Wh(BigInt(energyWh)),
    delivered: Wh(0n),
    state: "open",
    height: 1,
    time: NOON,
    firstInterval: NOON,
    lastInterval: NOON + 8 * Q,
    expiryHeight: 50_001,
    closedHeight: 0,
    closedTime: 0,
    gross: MicroEur(0n),
    feePaid: MicroEur(0n),
    ...change,
  };
}

/** [quarter hour after noon, Wh]: the last is the one that runs. */
const exported = (...rows: readonly [number, number][]) =>
  rows.map(([quarter, wh]) => ({ intervalStart: NOON + quarter * Q, joules: wh * 3600 }));
const wh = (...args: Parameters<typeof toDeliver>) => toDeliver(...args) / 3600;

test("what a sale lacks by the books, less what has left since", () => {
  assert.equal(wh([], exported([0, 0])), 0);
  assert.equal(wh([sale(1_000)], exported([0, 0])), 1_000);
  assert.equal(wh([sale(1_000, { delivered: Wh(400n) })], exported([1, 150])), 450);
  assert.equal(
    wh([sale(1_000)], exported([0, 600], [1, 300.5])),
    99.5,
    "read and not yet booked counts, too",
  );
  assert.equal(wh([sale(1_000)], exported([0, 1_200])), 0);
});

test("what left goes to the sales in the order of their authorisation", () => {
  assert.equal(wh([sale(500), sale(300)], exported([0, 0])), 800);
  assert.equal(wh([sale(500), sale(300)], exported([0, 600])), 200);
});

test("behind a withdrawn sale the others wait for the quarter hour's end, before it they do not", () => {
  const withdrawn = sale(500, { state: "withdrawing", lastInterval: NOON });
  assert.equal(wh([withdrawn], exported([0, 200])), 0);
  assert.equal(wh([withdrawn, sale(300)], exported([0, 200])), 0);
  assert.equal(wh([withdrawn, sale(300)], exported([0, 200], [1, 0])), 300);
  assert.equal(wh([withdrawn, sale(300)], exported([0, 600])), 200, "it has all it can take");
  assert.equal(wh([sale(300), withdrawn], exported([0, 200])), 100);
});

test("outside its quarter hours nothing is delivered for a sale, and nothing counts for it", () => {
  const later = sale(500, { firstInterval: NOON + Q });
  assert.equal(wh([later], exported([0, 0])), 0, "not yet");
  assert.equal(wh([later], exported([0, 400], [1, 0])), 500);
  assert.equal(wh([sale(500)], exported([8, 0])), 500);
  assert.equal(wh([sale(500)], exported([9, 0])), 0, "no longer");
});

test("an obligation of the quarter hour that runs is owed beside sales: the greater counts, less what has left", () => {
  const obligations = [
    { intervalStart: NOON, exportWh: 500 },
    { intervalStart: NOON + Q, exportWh: 900 },
  ];
  const running = { intervalStart: NOON, joules: 200 * 3600 };
  const owed = (sales: readonly Sale[]) =>
    remainingJ({ sales, obligations, bookedThrough: NOON - Q }, [], running) / 3600;
  assert.equal(owed([]), 300);
  assert.equal(owed([sale(400)]), 300);
  assert.equal(owed([sale(1_000)]), 800);
  const done = { intervalStart: NOON, joules: 700 * 3600 };
  assert.equal(remainingJ({ sales: [], obligations, bookedThrough: 0 }, [], done), 0, "never less than none");
});

test("what the books know already is not taken off a sale twice", () => {
  const left = [{ intervalStart: NOON, joules: 300 * 3600 }];
  const running = { intervalStart: NOON + Q, joules: 0 };
  const owed = (bookedThrough: number) =>
    remainingJ({ sales: [sale(1_000)], obligations: [], bookedThrough }, left, running) / 3600;
  assert.equal(owed(NOON - Q), 700);
  assert.equal(owed(NOON), 1_000);
});
