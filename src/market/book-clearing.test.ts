/** What the chain makes of a book with wishes, or under a law with fees for the grid: by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_LIMIT } from "#market/auction/book.ts";
import { MECHANISMS } from "#market/auction/mechanism.ts";
import type { LevelFees } from "#market/auction/particulars.ts";
import type { BookOrder } from "#market/auction/seal.ts";
import { NO_WISHES, type Wishes } from "#market/auction/wishes.ts";
import { type ClearedBook, clearOrders } from "#market/book-clearing.ts";
import { MAX_BOOK_ORDER_WH, MAX_BOOK_ORDERS } from "#market/slot-book.ts";

const NO_FEES: LevelFees = { feeder: 0, transformer: 0, beyond: 0 };
const FEES: LevelFees = { feeder: 10_000, transformer: 20_000, beyond: 30_000 };

/** By paddle from 1 on; limits in thousandths of a cent, 200 being 0.20 €/kWh. */
type Row = readonly [
  side: "bid" | "ask",
  energyWh: number,
  limit: number,
  said?: Partial<Wishes> & { feeder?: number },
];

function ordersOf(rows: readonly Row[]): BookOrder[] {
  return rows.map(([side, energyWh, limit, { feeder = 0, ...wishes } = {}], i) => ({
    paddle: i + 1,
    number: 0,
    side,
    energyWh,
    limit: limit * 1000,
    feeder,
    wishes: { ...NO_WISHES, ...wishes },
    salt: new Uint8Array(16).fill(i),
  }));
}

function cleared(rows: readonly Row[], fees: LevelFees = NO_FEES): ClearedBook {
  const root = new Uint8Array(32);
  return clearOrders({ orders: ordersOf(rows), mechanism: "uniform", limitOf: () => undefined, fees, root });
}

/** Of each order, by paddle: Wh, and µEUR that it pays or receives. */
function outcomes({ bids, asks, clearing }: ClearedBook): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  bids.forEach((place, i) => {
    found[place] = [clearing.bids.energyWh[i]!, clearing.bids.amount[i]!];
  });
  asks.forEach((place, i) => {
    found[place] = [clearing.asks.energyWh[i]!, clearing.asks.amount[i]!];
  });
  return found;
}

const TABLE: readonly {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly fees?: LevelFees;
  readonly comes: readonly (readonly [number, number])[];
  readonly price: number | undefined;
  readonly kept: bigint;
}[] = [
  {
    title: "solar energy that is short has a price of its own on the chain",
    rows: [
      ["bid", 300, 200, { solar: true }],
      ["bid", 300, 160],
      ["ask", 200, 100, { solar: true }],
      ["ask", 400, 120],
    ],
    comes: [
      [200, 30_000],
      [300, 42_000],
      [200, 30_000],
      [300, 42_000],
    ],
    price: 144_000,
    kept: 0n,
  },
  {
    title: "partners who name each other trade midway between their limits before everybody on the chain",
    rows: [
      ["bid", 300, 200, { partner: 4 }],
      ["bid", 300, 220],
      ["ask", 300, 100],
      ["ask", 300, 180, { partner: 1 }],
    ],
    comes: [
      [300, 57_000],
      [300, 48_000],
      [300, 48_000],
      [300, 57_000],
    ],
    price: 175_000,
    kept: 0n,
  },
  {
    title: "a gift goes to its home for nothing on the chain, which buys less of the others",
    rows: [
      ["bid", 300, 200],
      ["bid", 200, 150],
      ["ask", 100, 0, { partner: 1, gift: true }],
      ["ask", 500, 100],
    ],
    comes: [
      [300, 25_000],
      [200, 25_000],
      [100, 0],
      [400, 50_000],
    ],
    price: 100_000,
    kept: 0n,
  },
  {
    title: "a buyer pays the fee of each level on the chain, nearest first, and the community keeps it",
    rows: [
      ["bid", 100, 200, { feeder: 1 }],
      ["ask", 50, 100, { feeder: 1 }],
      ["ask", 30, 100, { feeder: 2 }],
      ["ask", 40, 100, { feeder: 257 }],
    ],
    fees: FEES,
    comes: [
      [100, 15_850],
      [50, 7_250],
      [30, 4_200],
      [20, 2_700],
    ],
    price: 141_500,
    kept: 1_700n,
  },
  {
    title: "whose feeder is not told is far from everybody, its like too",
    rows: [
      ["bid", 100, 200],
      ["ask", 100, 100],
    ],
    fees: FEES,
    comes: [
      [100, 16_500],
      [100, 13_500],
    ],
    price: 135_000,
    kept: 3_000n,
  },
  {
    title: "a bid that the fee leaves below every limit trades with nobody, and stops no chain",
    rows: [
      ["bid", 100, -MAX_LIMIT / 1000],
      ["ask", 100, -MAX_LIMIT / 1000],
    ],
    fees: FEES,
    comes: [
      [0, 0],
      [0, 0],
    ],
    price: undefined,
    kept: 0n,
  },
];

for (const { title, rows, fees, comes, price, kept } of TABLE) {
  test(title, () => {
    const found = cleared(rows, fees);
    assert.deepEqual(outcomes(found), comes);
    assert.equal(found.clearing.price, price);
    assert.equal(found.bought - found.sold, kept);
  });
}

test("a book without wishes and fees is cleared in one go as ever, whatever asks say of the sun", () => {
  const rows: readonly Row[] = [
    ["bid", 300, 200],
    ["bid", 200, 150],
    ["ask", 100, 90, { solar: true, feeder: 3 }],
    ["ask", 500, 100],
  ];
  const found = cleared(rows);
  const terms = {
    arrivals: { bids: [0, 0], asks: [0, 0] },
    split: { price: undefined, keysPerMille: undefined },
  };
  assert.deepEqual(found.clearing, MECHANISMS.uniform(found.book, terms));
});

test("the largest book that the chain takes, at the highest price and fee, is cleared to the micro-euro", () => {
  const fee = 10_000_000;
  const side = (of: "bid" | "ask", from: number, limit: number) =>
    Array.from(
      { length: MAX_BOOK_ORDERS / 2 },
      (_, i): BookOrder => ({
        ...{ paddle: from + i, number: 0, side: of, limit, feeder: 1, wishes: NO_WISHES },
        energyWh: MAX_BOOK_ORDER_WH - (i % 7),
        salt: new Uint8Array(16),
      }),
    );
  const orders = [...side("bid", 0, MAX_LIMIT), ...side("ask", 900, MAX_LIMIT - fee - 1)];
  for (const [mechanism, beyond] of [
    ["uniform", 0],
    ["uniform", fee],
    ["fixed-split", 0],
    ["pay-as-bid", fee],
  ] as const) {
    const fees = { feeder: beyond, transformer: beyond, beyond };
    const root = new Uint8Array(32);
    const { bought, sold, clearing } = clearOrders({
      orders,
      mechanism,
      limitOf: () => undefined,
      fees,
      root,
    });
    assert.ok(bought <= BigInt(Number.MAX_SAFE_INTEGER) && clearing.tradedWh > 0);
    assert.equal(bought - sold, BigInt(clearing.tradedWh) * BigInt(beyond / 1000));
  }
});
