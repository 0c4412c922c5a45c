/**
 * What a book of opened orders comes to, under the laws and limits of its quarter hour. The chain and whoever checks
 * it do the same: the desk to know its homes' trades, a telephone to see that the price is right.
 *
 * Where the law has a fee for the grid, or an order a wish that can change something, the book is cleared in stages
 * (`auction/staged`), otherwise in one go.
 */
import { compareBytes } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";
import type { Book } from "#market/auction/book.ts";
import type { Clearing } from "#market/auction/clearing.ts";
import { admit, type FeederLimit } from "#market/auction/feeder.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import { type LevelFees, NO_GRID } from "#market/auction/particulars.ts";
import type { BookOrder } from "#market/auction/seal.ts";
import { clearStaged, type StagedBook } from "#market/auction/staged.ts";

export interface OpenedBook {
  /** By paddle and number. */
  readonly orders: readonly BookOrder[];
  readonly mechanism: MechanismName;
  /** What a feeder is limited to; `undefined` where nobody limits it. */
  readonly limitOf: (feeder: number) => FeederLimit | undefined;
  /** The law's, for the grid. */
  readonly fees: LevelFees;
  /** Of the seals: it draws the order of arrival, which is nobody's to choose, where a mechanism asks for one. */
  readonly root: Uint8Array;
}

export interface ClearedBook {
  /** Places in the orders. */
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  /** As it was cleared: with what the feeders can carry. */
  readonly book: Book;
  /** What bids pay holds their fees. */
  readonly clearing: Pick<Clearing, "price" | "tradedWh" | "bids" | "asks">;
  /** What all buyers pay and all sellers receive, µEUR; the difference are fees. */
  readonly bought: bigint;
  readonly sold: bigint;
}

export function clearOrders({ orders, mechanism, limitOf, fees, root }: OpenedBook): ClearedBook {
  const bids: number[] = [];
  const asks: number[] = [];
  for (const [place, { side }] of orders.entries()) (side === "bid" ? bids : asks).push(place);
  const side = (places: readonly number[]) => ({
    energyWh: Uint32Array.from(places, (place) => orders[place]!.energyWh),
    limit: Int32Array.from(places, (place) => orders[place]!.limit),
  });
  const book = withinFeeders({ bids: side(bids), asks: side(asks) }, { bids, asks }, orders, limitOf);
  const arrivals = mechanism === "continuous" ? arrivalsOf(orders, root) : [];
  const terms = {
    arrivals: {
      bids: bids.map((place) => arrivals[place] ?? 0),
      asks: asks.map((place) => arrivals[place] ?? 0),
    },
    split: { price: undefined, keysPerMille: undefined },
  };
  const clearing = isStaged(orders, fees)
    ? clearStaged({ book, terms, ...gridOf(orders, { bids, asks }, fees) }, mechanism)
    : MECHANISMS[mechanism](book, terms);
  return {
    bids,
    asks,
    book,
    clearing,
    bought: sumOf(clearing.bids.amount),
    sold: sumOf(clearing.asks.amount),
  };
}

/** Whether a book is cleared in stages. That an ask is solar energy changes nothing while nobody asks for it. */
export function isStaged(orders: readonly BookOrder[], { beyond }: LevelFees): boolean {
  return (
    beyond > 0 ||
    orders.some(({ side, wishes }) => wishes.partner !== undefined || (wishes.solar && side === "bid"))
  );
}

/** A grid operator numbers its feeders by transformer: 0 to 255 hang at the first, 256 to 511 at the second. */
export function transformerOf(feeder: number): number {
  return feeder >> 8;
}

/** Only for its fees is the grid looked at. Places of feeders and transformers ascend by their numbers. */
function gridOf(
  orders: readonly BookOrder[],
  { bids, asks }: { readonly bids: readonly number[]; readonly asks: readonly number[] },
  fees: LevelFees,
): Pick<StagedBook, "particulars" | "grid"> {
  const numbers = fees.beyond === 0 ? [] : [...new Set(orders.map(({ feeder }) => feeder))];
  const feeders = numbers.filter((feeder) => feeder > 0).sort((a, b) => a - b);
  const placeOf = new Map(feeders.map((feeder, place) => [feeder, place]));
  const transformers = [...new Set(feeders.map(transformerOf))];
  const side = (places: readonly number[]) => ({
    home: places.map((place) => orders[place]!.paddle),
    feeder: places.map((place) => placeOf.get(orders[place]!.feeder) ?? -1),
    solar: places.map((place) => (orders[place]!.wishes.solar ? 1 : 0)),
    partner: places.map((place) => orders[place]!.wishes.partner ?? -1),
  });
  return {
    particulars: {
      bids: side(bids),
      asks: { ...side(asks), gift: asks.map((place) => (orders[place]!.wishes.gift ? 1 : 0)) },
    },
    grid:
      feeders.length === 0
        ? { ...NO_GRID, fees }
        : { transformerOf: feeders.map((feeder) => transformers.indexOf(transformerOf(feeder))), fees },
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
export function arrivalsOf(orders: readonly BookOrder[], root: Uint8Array): readonly number[] {
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
