/**
 * The continuous order book: orders come one after the other, each trades at once with the best that rests on the
 * other side, at the price of the resting order; what is left of it rests. Price first, then time. The only
 * mechanism in which the order of arrival counts, and so the only one that is told it.
 */
import { assert } from "#base/assert.ts";
import type { Book } from "#market/auction/book.ts";
import { type Clearing, certificateOf } from "#market/auction/clearing.ts";
import { sumsOf, type Trade } from "#market/auction/pairs.ts";

/** Places in the sequence of arrival, of bids and of asks: each number once over both. */
export interface Arrivals {
  readonly bids: ArrayLike<number>;
  readonly asks: ArrayLike<number>;
}

export function clearContinuously(book: Book, arrivals: Arrivals): Clearing {
  const sums = sumsOf(tradesOf(book, arrivals), book.bids.limit.length, book.asks.limit.length);
  return {
    mechanism: "continuous",
    ...sums,
    certificate: certificateOf(book, sums.bids.energyWh, sums.asks.energyWh),
  };
}

function* tradesOf({ bids, asks }: Book, arrivals: Arrivals): Generator<Trade> {
  assert(
    arrivals.bids.length === bids.limit.length && arrivals.asks.length === asks.limit.length,
    "an arrival for each order",
  );
  const restingBids = new Resting(
    (a, b) => bids.limit[b]! - bids.limit[a]! || arrivals.bids[a]! - arrivals.bids[b]!,
  );
  const restingAsks = new Resting(
    (a, b) => asks.limit[a]! - asks.limit[b]! || arrivals.asks[a]! - arrivals.asks[b]!,
  );
  const bidLeft = bids.energyWh.slice();
  const askLeft = asks.energyWh.slice();
  for (const { bid, order } of inTurn(arrivals)) {
    const resting = bid ? restingAsks : restingBids;
    for (let other = resting.best; other !== undefined; other = resting.best) {
      const [buyer, seller] = bid ? [order, other] : [other, order];
      const energyWh = Math.min(bidLeft[buyer]!, askLeft[seller]!);
      if (bids.limit[buyer]! < asks.limit[seller]! || energyWh === 0) break;
      yield {
        bid: buyer,
        ask: seller,
        energyWh,
        price: bid ? asks.limit[seller]! : bids.limit[buyer]!,
      };
      bidLeft[buyer]! -= energyWh;
      askLeft[seller]! -= energyWh;
      if ((bid ? askLeft[seller] : bidLeft[buyer]) === 0) resting.take();
    }
    if (bid ? bidLeft[order]! > 0 : askLeft[order]! > 0) (bid ? restingBids : restingAsks).put(order);
  }
}

function inTurn(arrivals: Arrivals): { bid: boolean; order: number }[] {
  const turns: { bid: boolean; order: number; at: number }[] = [];
  for (let i = 0; i < arrivals.bids.length; i++) turns.push({ bid: true, order: i, at: arrivals.bids[i]! });
  for (let i = 0; i < arrivals.asks.length; i++) turns.push({ bid: false, order: i, at: arrivals.asks[i]! });
  return turns.sort((a, b) => a.at - b.at);
}

/** Resting orders of one side, the best on top: a binary heap. */
class Resting {
  readonly #heap: number[] = [];
  readonly #compare: (a: number, b: number) => number;

  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare;
  }

  get best(): number | undefined {
    return this.#heap[0];
  }

  put(order: number): void {
    const heap = this.#heap;
    let at = heap.push(order) - 1;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (this.#compare(heap[parent]!, order) <= 0) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = order;
  }

  /** Removes the best. */
  take(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#compare(heap[child + 1]!, heap[child]!) < 0) child += 1;
      if (this.#compare(last, heap[child]!) <= 0) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
