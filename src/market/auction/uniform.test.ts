/** The call auction against a table, against an oracle that tries every price, and against its own laws. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { divideHalfEven } from "#base/units.ts";
import { type Book, MAX_ENERGY_WH, MAX_LIMIT, totalWh } from "#market/auction/book.ts";
import type { Clearing } from "#market/auction/clearing.ts";
import { bookOf, drawBook, type Row, termsOf } from "#market/auction/test-books.ts";
import { clearUniform } from "#market/auction/uniform.ts";
import { clearingProblem } from "#market/auction/verify.ts";
import { LONG } from "../../../test/support/counterparts.ts";

interface Case {
  readonly title: string;
  readonly bids: readonly Row[];
  readonly asks: readonly Row[];
  readonly price: number | undefined;
  readonly bidsWh: readonly number[];
  readonly asksWh: readonly number[];
}

const TABLE: readonly Case[] = [
  { title: "an empty book has no price", bids: [], asks: [], price: undefined, bidsWh: [], asksWh: [] },
  {
    title: "bids alone buy nothing",
    bids: [[500, 200_000]],
    asks: [],
    price: undefined,
    bidsWh: [0],
    asksWh: [],
  },
  {
    title: "asks alone sell nothing",
    bids: [],
    asks: [[500, 100_000]],
    price: undefined,
    bidsWh: [],
    asksWh: [0],
  },
  {
    title: "a bid below every ask does not trade",
    bids: [[500, 99_999]],
    asks: [[500, 100_000]],
    price: undefined,
    bidsWh: [0],
    asksWh: [0],
  },
  {
    title: "a bid at the ask's limit trades at that limit",
    bids: [[500, 100_000]],
    asks: [[500, 100_000]],
    price: 100_000,
    bidsWh: [500],
    asksWh: [500],
  },
  {
    title: "one pair trades midway",
    bids: [[500, 200_000]],
    asks: [[500, 100_000]],
    price: 150_000,
    bidsWh: [500],
    asksWh: [500],
  },
  {
    title: "a half micro-euro goes to the even price",
    bids: [[500, 100_003]],
    asks: [[500, 100_000]],
    price: 100_002,
    bidsWh: [500],
    asksWh: [500],
  },
  {
    title: "a cut bid still makes the price with the last ask",
    bids: [[300, 200_000]],
    asks: [[200, 100_000]],
    price: 150_000,
    bidsWh: [200],
    asksWh: [200],
  },
  {
    title: "the last pair that trades makes the price, those behind it do not",
    bids: [
      [100, 300_000],
      [100, 200_000],
      [100, 180_000],
    ],
    asks: [
      [100, 100_000],
      [100, 150_000],
      [100, 250_000],
    ],
    price: 175_000,
    bidsWh: [100, 100, 0],
    asksWh: [100, 100, 0],
  },
  {
    title: "equal bids at the margin are cut in proportion to their energy",
    bids: [
      [400, 200_000],
      [600, 150_000],
      [200, 150_000],
    ],
    asks: [[800, 100_000]],
    price: 125_000,
    bidsWh: [400, 300, 100],
    asksWh: [800],
  },
  {
    title: "equal asks at the margin are cut in proportion, the last watt-hour by remainder",
    bids: [[100, 200_000]],
    asks: [
      [50, 100_000],
      [70, 100_000],
      [30, 100_000],
    ],
    price: 150_000,
    // 33.33, 46.67 and 20.00
    bidsWh: [100],
    asksWh: [33, 47, 20],
  },
  {
    title: "among equal remainders the first name has the last watt-hour",
    bids: [[100, 200_000]],
    asks: [
      [70, 100_000],
      [70, 100_000],
      [70, 100_000],
    ],
    price: 150_000,
    bidsWh: [100],
    asksWh: [34, 33, 33],
  },
  {
    title: "all at one limit: the longer side is cut",
    bids: [
      [10, 120_000],
      [20, 120_000],
    ],
    asks: [
      [10, 120_000],
      [5, 120_000],
    ],
    price: 120_000,
    bidsWh: [5, 10],
    asksWh: [10, 5],
  },
  {
    title: "a negative ask pays to be rid of energy",
    bids: [[500, 0]],
    asks: [[500, -50_000]],
    price: -25_000,
    bidsWh: [500],
    asksWh: [500],
  },
  {
    title: "the widest limits and energies are exact",
    bids: [[MAX_ENERGY_WH, MAX_LIMIT]],
    asks: [[MAX_ENERGY_WH, -MAX_LIMIT]],
    price: 0,
    bidsWh: [MAX_ENERGY_WH],
    asksWh: [MAX_ENERGY_WH],
  },
];

for (const { title, bids, asks, price, bidsWh, asksWh } of TABLE) {
  test(title, () => {
    const book = bookOf(bids, asks);
    const clearing = clearUniform(book);
    assert.deepEqual(
      [clearing.price, [...clearing.bids.energyWh], [...clearing.asks.energyWh]],
      [price, bidsWh, asksWh],
    );
    assertLaws(book, clearing);
  });
}

test("what is paid is what is received, to the micro-euro, though neither divides", () => {
  // 3 × 1 Wh at 150,500 µEUR/kWh: 150.5 each, 451.5 together, half to even 452.
  const clearing = clearUniform(
    bookOf(
      [
        [1, 151_000],
        [1, 151_000],
        [1, 151_000],
      ],
      [[3, 150_000]],
    ),
  );
  assert.equal(clearing.price, 150_500);
  assert.deepEqual([clearing.bids.amount, clearing.asks.amount], [[151, 151, 150], [452]]);
});

/** Wh at each price, by trying all: the most that a single price trades. */
function mostTraded({ bids, asks }: Book): number {
  let most = 0;
  for (const price of [...bids.limit, ...asks.limit]) {
    const demand = bids.energyWh.reduce((sum, wh, i) => sum + (bids.limit[i]! >= price ? wh : 0), 0);
    const supply = asks.energyWh.reduce((sum, wh, i) => sum + (asks.limit[i]! <= price ? wh : 0), 0);
    most = Math.max(most, Math.min(demand, supply));
  }
  return most;
}

/** nEUR: by pairing the best bid with the best ask, watt-hour after watt-hour, while it is worth something. */
function mostWelfare({ bids, asks }: Book): bigint {
  const wants = [...bids.limit.keys()].sort((a, b) => bids.limit[b]! - bids.limit[a]!);
  const offers = [...asks.limit.keys()].sort((a, b) => asks.limit[a]! - asks.limit[b]!);
  const [bidLeft, askLeft] = [bids.energyWh.slice(), asks.energyWh.slice()];
  let welfare = 0n;
  for (const bid of wants) {
    for (const ask of offers) {
      const energy = Math.min(bidLeft[bid]!, askLeft[ask]!);
      const gain = bids.limit[bid]! - asks.limit[ask]!;
      if (energy === 0 || gain <= 0) continue;
      bidLeft[bid]! -= energy;
      askLeft[ask]! -= energy;
      welfare += BigInt(energy) * BigInt(gain);
    }
  }
  return welfare;
}

function assertLaws(book: Book, clearing: Clearing): void {
  const { bids, asks, price, tradedWh, certificate } = clearing;
  assert.equal(tradedWh, mostTraded(book), "the most that one price trades");
  assert.equal(certificate.welfare, mostWelfare(book), "the most that trades are worth");
  assert.equal(certificate.welfareBound, certificate.welfare, "proved by the dual");
  assert.equal(totalWh(bids.energyWh), tradedWh);
  assert.equal(totalWh(asks.energyWh), tradedWh);
  const paid = bids.amount.reduce((sum, amount) => sum + BigInt(amount), 0n);
  const received = asks.amount.reduce((sum, amount) => sum + BigInt(amount), 0n);
  assert.equal(paid, received, "budget balanced");
  assert.equal(paid, divideHalfEven(BigInt(tradedWh) * BigInt(price ?? 0), 1000n));
  bids.energyWh.forEach((energyWh, i) => {
    assert.ok(energyWh <= book.bids.energyWh[i]!);
    if (energyWh > 0) assert.ok(book.bids.limit[i]! >= price!, "no bid pays more than its limit");
  });
  asks.energyWh.forEach((energyWh, i) => {
    assert.ok(energyWh <= book.asks.energyWh[i]!);
    if (energyWh > 0) assert.ok(book.asks.limit[i]! <= price!, "no ask gets less than its limit");
  });
  assert.equal(clearingProblem(book, clearing, termsOf(book)), undefined);
}

test("random books, 10,000 in the long form: the price trades the most and the best, within all limits, balanced", () => {
  const random = new Random("uniform auction");
  for (let i = 0; i < (LONG ? 10_000 : 2_000); i++) {
    const book = drawBook(random.fork(String(i)), 12);
    try {
      assertLaws(book, clearUniform(book));
    } catch (error) {
      throw new Error(`book ${i}: ${JSON.stringify(rowsOf(book))}`, { cause: error });
    }
  }
});

function rowsOf({ bids, asks }: Book) {
  return [bids, asks].map(({ energyWh, limit }) => [...energyWh].map((wh, i) => [wh, limit[i]!]));
}

test("a book of large orders keeps every sum exact", () => {
  const random = new Random("large orders");
  for (let i = 0; i < 200; i++) {
    const book = drawBook(random.fork(String(i)), 12, MAX_ENERGY_WH);
    assertLaws(book, clearUniform(book));
  }
});
