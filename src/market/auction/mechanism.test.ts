/** The mechanisms beside the uniform auction, by table; and what holds of all of them on random books. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { divideHalfEven } from "#base/units.ts";
import { totalWh } from "#market/auction/book.ts";
import { clearContinuously } from "#market/auction/continuous.ts";
import { admit } from "#market/auction/feeder.ts";
import { clearBySplit } from "#market/auction/fixed-split.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import { clearPayAsBid } from "#market/auction/pay-as-bid.ts";
import { shareOut } from "#market/auction/share.ts";
import { bookOf, drawBook, termsOf } from "#market/auction/test-books.ts";
import { clearUniform } from "#market/auction/uniform.ts";
import { clearingProblem } from "#market/auction/verify.ts";
import { LONG } from "../../../test/support/counterparts.ts";

test("pay-as-bid: the highest bid is paired with the lowest ask, and each pays its own limit", () => {
  const book = bookOf(
    [
      [1_000, 200_000],
      [3_000, 300_000],
    ],
    [
      [2_000, 100_000],
      [2_000, 150_000],
    ],
  );
  const clearing = clearPayAsBid(book);
  assert.deepEqual([...clearing.bids.energyWh], [1_000, 3_000]);
  assert.deepEqual(clearing.bids.amount, [200_000, 900_000]);
  // The first ask sells all it has to the bid at 0.30; the second 1 kWh to it and 1 kWh to the bid at 0.20.
  assert.deepEqual(clearing.asks.amount, [600_000, 500_000]);
  assert.equal(clearing.price, 275_000);
});

test("continuous: who comes takes the best that rests, at its price, the older one first", () => {
  const book = bookOf(
    [
      [500, 200_000],
      [400, 120_000],
    ],
    [
      [300, 150_000],
      [300, 150_000],
      [300, 100_000],
    ],
  );
  // Asks 0 and 1 rest, bid 0 takes 300 of 0 and 200 of 1; bid 1 rests; ask 2 meets it at 0.12.
  const clearing = clearContinuously(book, { bids: [2, 3], asks: [0, 1, 4] });
  assert.deepEqual([...clearing.bids.energyWh], [500, 300]);
  assert.deepEqual([...clearing.asks.energyWh], [300, 200, 300]);
  assert.deepEqual(clearing.bids.amount, [75_000, 36_000]);
  // Had ask 1 come first, it would have sold all.
  const other = clearContinuously(book, { bids: [2, 3], asks: [1, 0, 4] });
  assert.deepEqual([...other.asks.energyWh], [200, 300, 300]);
});

test("dynamic split: what is offered is divided in proportion to what each wants", () => {
  const book = bookOf(
    [
      [300, 200_000],
      [100, 200_000],
      [500, 90_000],
    ],
    [[200, 50_000]],
  );
  const clearing = clearBySplit(book, { price: 100_000, keysPerMille: undefined });
  // The third bid would not pay 0.10 and stays out.
  assert.deepEqual([...clearing.bids.energyWh], [150, 50, 0]);
  assert.deepEqual([...clearing.asks.energyWh], [200]);
  assert.deepEqual(clearing.bids.amount, [15_000, 5_000, 0]);
});

test("static split: nobody gets more than the key's part, and what is over stays with the sellers", () => {
  const book = bookOf(
    [
      [300, 200_000],
      [40, 200_000],
      [500, 200_000],
    ],
    [
      [150, 50_000],
      [50, 50_000],
    ],
  );
  const clearing = clearBySplit(book, { price: 100_000, keysPerMille: [500, 300, 0] });
  assert.deepEqual([...clearing.bids.energyWh], [100, 40, 0]);
  assert.deepEqual([...clearing.asks.energyWh], [105, 35]);
});

test("a feeder carries no more than its limit: its cheapest asks first, equal ones in proportion", () => {
  const book = bookOf(
    [[1_000, 300_000]],
    [
      [200, 100_000],
      [200, 120_000],
      [400, 120_000],
      [500, 200_000],
    ],
  );
  const admitted = admit(book, {
    limits: [{ sellsAtMostWh: 500, buysAtMostWh: undefined }],
    ofBids: Int32Array.of(0),
    ofAsks: Int32Array.of(0, 0, 0, -1),
  });
  assert.deepEqual([...admitted.asks.energyWh], [200, 100, 200, 500]);
  assert.equal(clearUniform(admitted).tradedWh, 1_000);
});

test("shares come to the total and lie within one of their exact value, however large the numbers", () => {
  const random = new Random("shares");
  for (let i = 0; i < 2_000; i++) {
    const one = random.fork(String(i));
    const most = i % 2 === 0 ? 20 : 4_294_967_295;
    const weights = Array.from({ length: 1 + one.integer(9) }, () => 1 + one.integer(most));
    const sum = weights.reduce((a, b) => a + b, 0);
    const total = one.integer(sum + 1);
    const shares = shareOut({ factor: total, divisor: sum, total }, weights);
    assert.equal(
      shares.reduce((a, b) => a + b, 0),
      total,
    );
    const exact = weights.map((weight) => BigInt(total) * BigInt(weight));
    const rests = exact.map((value) => value % BigInt(sum));
    const up = shares.map((share, j) => BigInt(share) - exact[j]! / BigInt(sum));
    assert.ok(up.every((one) => one === 0n || one === 1n));
    for (const [j, rest] of rests.entries()) {
      for (const [k, other] of rests.entries()) {
        if (rest > other || (rest === other && j < k)) assert.ok(up[j]! >= up[k]!, `${j} before ${k}`);
      }
    }
  }
});

test("every mechanism balances energy and money and keeps to everybody's limit, on random books", () => {
  const random = new Random("all mechanisms");
  for (let i = 0; i < (LONG ? 2_000 : 300); i++) {
    const book = drawBook(random.fork(String(i)), 10);
    const terms = termsOf(book);
    for (const name of Object.keys(MECHANISMS) as MechanismName[]) {
      const clearing = MECHANISMS[name](book, terms);
      const { bids, asks, tradedWh, certificate } = clearing;
      assert.equal(totalWh(bids.energyWh), tradedWh, name);
      assert.equal(totalWh(asks.energyWh), tradedWh, name);
      const paid = bids.amount.reduce((sum, amount) => sum + BigInt(amount), 0n);
      const received = asks.amount.reduce((sum, amount) => sum + BigInt(amount), 0n);
      assert.equal(paid, received, name);
      assert.ok(certificate.welfare >= 0n && certificate.welfare <= certificate.welfareBound, name);
      for (const [orders, fills, sign] of [
        [book.bids, bids, 1],
        [book.asks, asks, -1],
      ] as const) {
        fills.energyWh.forEach((energyWh, j) => {
          assert.ok(energyWh <= orders.energyWh[j]!, name);
          const atLimit = Number(divideHalfEven(BigInt(energyWh) * BigInt(orders.limit[j]!), 1000n));
          // Every trade is rounded for itself: at most half a micro-euro each, and one where payments are shared.
          assert.ok(sign * (fills.amount[j]! - atLimit) <= 12, `${name}: beyond a limit`);
        });
      }
      assert.equal(clearingProblem(book, clearing, terms), undefined, name);
    }
  }
});
