/** Sealed orders: what binds a home, what nobody can leave out, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import {
  nameOf,
  type OpeningProblem,
  openBook,
  phaseAt,
  proveSeal,
  SALT_BYTES,
  type SealedOrder,
  sealOf,
  sealsRoot,
  verifySeal,
} from "#market/auction/seal.ts";
import { NO_WISHES } from "#market/auction/wishes.ts";

const SLOT = 1_781_606_700;
const BOOK = { slot: SLOT, session: 0 };
const random = new Random("sealed orders");
const orders: readonly SealedOrder[] = Array.from({ length: 9 }, (_, i) => ({
  slot: SLOT,
  session: 0,
  paddle: 7 + Math.floor(i / 2),
  number: i % 2,
  side: i % 3 === 0 ? "ask" : "bid",
  energyWh: 100 + i,
  limit: 100_000 + i,
  feeder: 3,
  wishes: NO_WISHES,
  salt: random.bytes(SALT_BYTES),
}));
const seals = orders.map(sealOf);

test("a seal binds quarter hour, session, paddle, number, side, energy, limit, feeder, wishes and salt", () => {
  const [order] = orders as [SealedOrder];
  const seal = toHex(sealOf(order).hash);
  const others: readonly Partial<SealedOrder>[] = [
    { slot: SLOT + 900 },
    { session: 1 },
    { paddle: 8 },
    { number: 1 },
    { feeder: 4 },
    { wishes: { ...NO_WISHES, solar: true } },
    { wishes: { ...NO_WISHES, partner: 12 } },
    { side: "bid" },
    { energyWh: 101 },
    { limit: -100_000 },
    { salt: random.bytes(SALT_BYTES) },
  ];
  for (const other of others) assert.notEqual(toHex(sealOf({ ...order, ...other }).hash), seal);
  assert.equal(toHex(sealOf({ ...order }).hash), seal);
});

test("every home proves its seal under the published root, and no other one", () => {
  const root = sealsRoot(seals);
  assert.deepEqual(sealsRoot([...seals].reverse()), root, "whoever was first");
  for (const seal of seals) {
    const proof = proveSeal(seals, seal);
    assert.ok(verifySeal(root, seal, proof));
    assert.ok(!verifySeal(root, { ...seal, paddle: 99 }, proof));
    assert.ok(!verifySeal(root, { ...seal, hash: random.bytes(32) }, proof));
    assert.ok(!verifySeal(sealsRoot(seals.slice(1)), seal, proof));
  }
});

test("the book is what was sealed and opened, in whatever order it came; what was not opened is named", () => {
  const opened = openBook(BOOK, seals, orders.slice(2));
  assert.deepEqual(opened.orders, orders.slice(2));
  assert.deepEqual(opened.unopened.map(nameOf), ["0000000007/000", "0000000007/001"]);
  assert.deepEqual(opened.refused, []);
  assert.deepEqual(openBook(BOOK, [...seals].reverse(), orders.slice(2).reverse()), opened);
});

const REFUSED: readonly (readonly [problem: OpeningProblem, change: Partial<SealedOrder>])[] = [
  ["impossible_order", { energyWh: 0 }],
  ["impossible_order", { limit: 1_000_000_001 }],
  ["impossible_order", { energyWh: 100.5 }],
  ["impossible_order", { salt: new Uint8Array(15) }],
  ["impossible_order", { wishes: { ...NO_WISHES, partner: 7 } }],
  ["impossible_order", { wishes: { ...NO_WISHES, gift: true } }],
  ["other_slot", { slot: SLOT + 900 }],
  ["other_slot", { session: 1 }],
  ["not_sealed", { paddle: 3 }],
  ["wrong_seal", { limit: 99_999 }],
  ["wrong_seal", { side: "bid" }],
];
for (const [problem, change] of REFUSED) {
  test(`an opening with ${Object.keys(change)[0]} changed is refused: ${problem}`, () => {
    const opened = openBook(BOOK, seals, [{ ...orders[0]!, ...change }]);
    assert.deepEqual(
      opened.refused.map((one) => one.problem),
      [problem],
    );
    assert.deepEqual([opened.orders.length, opened.unopened.length], [0, seals.length]);
  });
}

test("an order opened twice counts once", () => {
  const { orders: counted, refused } = openBook(BOOK, seals, [orders[0]!, orders[0]!]);
  assert.deepEqual([counted.length, refused.map(({ problem }) => problem)], [1, ["opened_twice"]]);
});

test("seals are taken until the gate closes, openings from then until the quarter hour begins", () => {
  const phases = [-301, -300, -1, 0].map((before) => phaseAt(SLOT + before, SLOT, 300));
  assert.deepEqual(phases, ["sealing", "opening", "opening", "closed"]);
});
