/** Books for tests: written as rows, or drawn from a seed. */
import type { Random } from "#base/random.ts";
import type { Book, Orders } from "#market/auction/book.ts";
import type { Terms } from "#market/auction/mechanism.ts";

/** Energy in Wh and limit in µEUR/kWh. */
export type Row = readonly [energyWh: number, limit: number];

export function bookOf(bids: readonly Row[], asks: readonly Row[]): Book {
  return { bids: columns(bids), asks: columns(asks) };
}

function columns(rows: readonly Row[]): Orders {
  return {
    energyWh: Uint32Array.from(rows, ([energyWh]) => energyWh),
    limit: Int32Array.from(rows, ([, limit]) => limit),
  };
}

/** Bids arrive before asks, in the order of the book; the split is dynamic and has no agreed price. */
export function termsOf({ bids, asks }: Book): Terms {
  return {
    arrivals: {
      bids: Uint32Array.from(bids.limit, (_, i) => i),
      asks: Uint32Array.from(asks.limit, (_, i) => bids.limit.length + i),
    },
    split: { price: undefined, keysPerMille: undefined },
  };
}

/**
 * A book of at most `most` orders a side. Of three kinds in turn: limits from a handful, so that most tie; from a
 * street's range; from everything that is allowed. Energy from 1 Wh to `energyMost`.
 */
export function drawBook(random: Random, most: number, energyMost = 5_000): Book {
  const kind = random.integer(3);
  const draw = (): Row => [
    1 + random.integer(kind === 0 ? Math.min(energyMost, 12) : energyMost),
    kind === 0
      ? 100_000 + 10_000 * random.integer(5)
      : kind === 1
        ? 80_000 + random.integer(220_001)
        : random.integer(2_000_000_001) - 1_000_000_000,
  ];
  const side = () => Array.from({ length: random.integer(most + 1) }, draw);
  return bookOf(side(), side());
}
