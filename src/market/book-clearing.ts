/**
 * What a book of opened orders comes to, under the laws and limits of its quarter hour. The chain and whoever checks
 * it do the same: the desk to know its homes' trades, a telephone to see that the price is right.
 */
import { compareBytes } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";
import type { Book } from "#market/auction/book.ts";
import type { Clearing } from "#market/auction/clearing.ts";
import { admit, type FeederLimit } from "#market/auction/feeder.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import type { BookOrder } from "#market/auction/seal.ts";

export interface OpenedBook {
  /** By paddle and number. */
  readonly orders: readonly BookOrder[];
  readonly mechanism: MechanismName;
  /** What a feeder is limited to; `undefined` where nobody limits it. */
  readonly limitOf: (feeder: number) => FeederLimit | undefined;
  /** Of the seals: it draws the order of arrival, which is nobody's to choose, where a mechanism asks for one. */
  readonly root: Uint8Array;
}

export interface ClearedBook {
  /** Places in the orders. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  /** As it was cleared: with what the feeders can carry. */
  readonly book: Book;
  readonly clearing: Clearing;
  /** What all buyers pay and all sellers receive, µEUR. */
  readonly bought: bigint;
  readonly sold: bigint;
}

export function clearOrders({ orders, mechanism, limitOf, root }: OpenedBook): ClearedBook {
  const bids: number[] = [];
  const asks: number[] = [];
  for (const [place, { side }] of orders.entries()) (side === "bid" ? bids : asks).push(place);
  const side = (places: readonly number[]) => ({
    energyWh: Uint32Array.from(places, (place) => orders[place]!.energyWh),
    limit: Int32Array.from(places, (place) => orders[place]!.limit),
  });
  const book = withinFeeders({ bids: side(bids), asks: side(asks) }, { bids, asks }, orders, limitOf);
  const arrivals = mechanism === "continuous" ? arrivalsOf(orders, root) : [];
  const clearing = MECHANISMS[mechanism](book, {
    arrivals: {
      bids: bids.map((place) => arrivals[place] ?? 0),
      asks: asks.map((place) => arrivals[place] ?? 0),
    },
    split: { price: undefined, keysPerMille: undefined },
  });
  return {
    bids,
    asks,
    book,
    clearing,
    bought: sumOf(clearing.bids.amount),
    sold: sumOf(clearing.asks.amount),
  };
}

function withinFeeders(
  book: Book,
  places: { readonly bids: readonly number[]; readonly asks: readonly number[] },
  orders: readonly BookOrder[],
  limitOf: OpenedBook["limitOf"],
): Book {
  const limits: FeederLimit[] = [];
  const placeOf = new Map<number, number>();
  for (const { feeder } of orders) {
    if (placeOf.has(feeder)) continue;
    const limit = limitOf(feeder);
    placeOf.set(feeder, limit === undefined ? -1 : limits.push(limit) - 1);
  }
  if (limits.length === 0) return book;
  const feeders = (of: readonly number[]) =>
    Int32Array.from(of, (place) => placeOf.get(orders[place]!.feeder)!);
  return admit(book, { limits, ofBids: feeders(places.bids), ofAsks: feeders(places.asks) });
}

/**
 * A place in the sequence for each order, by the hash of root, paddle and number: known to nobody before the last
 * seal was in.
 */
function arrivalsOf(orders: readonly BookOrder[], root: Uint8Array): readonly number[] {
  const drawn = orders.map(({ paddle, number }, place) => {
    const name = new Uint8Array(5);
    new DataView(name.buffer).setUint32(0, paddle);
    name[4] = number;
    return { place, lot: taggedHash("contrada/market/arrival/1", root, name) };
  });
  drawn.sort((a, b) => compareBytes(a.lot, b.lot));
  const arrivals = new Array<number>(orders.length).fill(0);
  for (const [turn, { place }] of drawn.entries()) arrivals[place] = turn;
  return arrivals;
}

function sumOf(amounts: readonly number[]): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += BigInt(amount);
  return sum;
}
