/**
 * What an order says beside its energy and its limit: where in the grid its home stands, that it takes or gives
 * solar energy, whom it would rather trade with, that it is a gift. And the grid's side of it: which feeder hangs at
 * which transformer, and what a kWh pays for the way between two homes. docs/market/auction.md says it for people,
 * ADR 17 why.
 */
import { assert } from "#base/assert.ts";
import type { Book } from "#market/auction/book.ts";
import type { Level } from "#tariff/tariff.ts";

/** One side of the book, an entry for each order. */
export interface SideParticulars {
  /** Who placed it, as the others name it: a paddle. 0 or more. */
  readonly home: ArrayLike<number>;
  /** A place in `Grid.transformerOf`, or −1: unknown, and far from everybody. */
  readonly feeder: ArrayLike<number>;
  /** 1: a bid that takes solar energy only, an ask that gives solar energy. */
  readonly solar: ArrayLike<number>;
  /** The home that it would rather trade with, or −1. */
  readonly partner: ArrayLike<number>;
}

export interface Particulars {
  readonly bids: SideParticulars;
  /** `gift` 1: for its partner and nobody else, for nothing. Its limit is 0. */
  readonly asks: SideParticulars & { readonly gift: ArrayLike<number> };
}

/** µEUR per kWh that changes hands, which its buyer pays to the grid; never less where the way is longer. */
export type LevelFees = { readonly [level in Level]: number };

export interface Grid {
  /** The transformer of each feeder, or −1: unknown. */
  readonly transformerOf: ArrayLike<number>;
  readonly fees: LevelFees;
}

/** Everybody far from everybody, and no way costs anything. */
export const NO_GRID: Grid = { transformerOf: [], fees: { feeder: 0, transformer: 0, beyond: 0 } };

/** µEUR/kWh: 10 €. */
export const MAX_FEE = 10_000_000;

/** Whether fees are whole, from 0 to `MAX_FEE`, and do not fall with the distance: nearest is cleared first. */
export function areFees({ feeder, transformer, beyond }: LevelFees): boolean {
  return (
    [feeder, transformer, beyond].every((fee) => Number.isInteger(fee) && fee >= 0 && fee <= MAX_FEE) &&
    feeder <= transformer &&
    transformer <= beyond
  );
}

/** Fees by distance: µEUR per kWh and km, and how long the way of each level is, m. Rounded down. */
export function feesByDistance(perKm: number, metres: { readonly [level in Level]: number }): LevelFees {
  const fee = (level: Level) => Math.floor((perKm * metres[level]) / 1000);
  return { feeder: fee("feeder"), transformer: fee("transformer"), beyond: fee("beyond") };
}

export function levelBetween({ transformerOf }: Grid, feeder: number, other: number): Level {
  if (feeder < 0 || other < 0) return "beyond";
  if (feeder === other) return "feeder";
  const transformer = transformerOf[feeder] ?? -1;
  return transformer >= 0 && transformer === transformerOf[other] ? "transformer" : "beyond";
}

/** Orders that say nothing of themselves: of different homes, far from everybody. */
export function silent({ bids, asks }: Book): Particulars {
  const side = (count: number, from: number) => ({
    home: Array.from({ length: count }, (_, i) => from + i),
    feeder: new Int32Array(count).fill(-1),
    solar: new Uint8Array(count),
    partner: new Int32Array(count).fill(-1),
  });
  const bidCount = bids.limit.length;
  const askCount = asks.limit.length;
  return { bids: side(bidCount, 0), asks: { ...side(askCount, bidCount), gift: new Uint8Array(askCount) } };
}

export function assertParticulars(
  book: Book,
  { bids, asks }: Particulars,
  { fees, transformerOf }: Grid,
): void {
  assert(areFees(fees), "fees are whole, from 0 to 10 €/kWh, and do not fall with the distance");
  for (const [side, count] of [
    [bids, book.bids.limit.length],
    [asks, book.asks.limit.length],
  ] as const) {
    const columns = [side.home, side.feeder, side.solar, side.partner];
    assert(
      columns.every(({ length }) => length === count),
      "particulars of each order",
    );
    for (let i = 0; i < count; i++) assert(side.feeder[i]! < transformerOf.length, "a feeder of the grid");
  }
  assert(asks.gift.length === book.asks.limit.length, "particulars of each order");
  for (let i = 0; i < asks.gift.length; i++) {
    assert(
      asks.gift[i] === 0 || (asks.partner[i]! >= 0 && book.asks.limit[i] === 0),
      "a gift is to somebody",
    );
  }
}
