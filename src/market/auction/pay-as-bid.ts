/**
 * The discriminatory auction: who trades how much is decided as in the uniform one, but every bid pays its own
 * limit. The highest bid is paired with the lowest ask, and so on down (Grid Singularity's pay-as-bid); the ask
 * receives what its bid pays.
 */
import type { Book, Orders } from "#market/auction/book.ts";
import type { Clearing } from "#market/auction/clearing.ts";
import { sumsOf, type Trade } from "#market/auction/pairs.ts";
import { allocate } from "#market/auction/uniform.ts";

export function clearPayAsBid(book: Book): Clearing {
  const { bidsWh, asksWh, certificate } = allocate(book);
  return { mechanism: "pay-as-bid", ...payAsBidFrom(book, bidsWh, asksWh), certificate };
}

/** What is paid, once it is known who trades how much. */
export function payAsBidFrom(book: Book, bidsWh: Uint32Array, asksWh: Uint32Array) {
  return sumsOf(pairInMerit(book, bidsWh, asksWh), bidsWh.length, asksWh.length);
}

function* pairInMerit({ bids, asks }: Book, bidsWh: Uint32Array, asksWh: Uint32Array): Generator<Trade> {
  const buyers = inMerit(bids, bidsWh, -1);
  const sellers = inMerit(asks, asksWh, 1);
  const [bidLeft, askLeft] = [bidsWh.slice(), asksWh.slice()];
  for (let b = 0, a = 0; b < buyers.length && a < sellers.length; ) {
    const [bid, ask] = [buyers[b]!, sellers[a]!];
    const energyWh = Math.min(bidLeft[bid]!, askLeft[ask]!);
    yield { bid, ask, energyWh, price: bids.limit[bid]! };
    bidLeft[bid]! -= energyWh;
    askLeft[ask]! -= energyWh;
    if (bidLeft[bid] === 0) b += 1;
    if (askLeft[ask] === 0) a += 1;
  }
}

/** Those that trade, the best limit first, among equals in the order of the book. */
function inMerit({ limit }: Orders, fillsWh: Uint32Array, better: 1 | -1): number[] {
  const trading: number[] = [];
  for (let i = 0; i < fillsWh.length; i++) if (fillsWh[i]! > 0) trading.push(i);
  return trading.sort((a, b) => better * (limit[a]! - limit[b]!) || a - b);
}
