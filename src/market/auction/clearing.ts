/**
 * What a mechanism makes of a book, and the certificate that goes with it.
 *
 * The certificate is a supporting price π with four sums. They prove two things to anyone who adds them up again,
 * without searching: no single price trades more than Q = min(bidsAbove + bidsAt, asksBelow + asksAt), because
 * bidsAbove ≤ Q and asksBelow ≤ Q (`crossing`); and no assignment of trades at all is worth more than
 * Σ bids (limit − π)⁺ × energy + Σ asks (π − limit)⁺ × energy, because that is a feasible value of the dual of
 * the linear programme "maximise welfare with as much sold as bought". A clearing whose welfare equals that bound
 * is optimal, and then complementary slackness holds at π: what is above it as a bid or below it as an ask trades
 * whole, what is on the other side does not trade.
 *
 * π is no price that anybody pays. Where one order is cut at the margin π is its limit, while the price is midway
 * between the marginal pair.
 */
import { type Book, totalWh, worthOf } from "#market/auction/book.ts";
import { type Crossing, crossingOf } from "#market/auction/crossing.ts";
import type { MechanismName } from "#market/auction/mechanism.ts";

/** One side of the result, an entry for each order of the book. */
export interface Fills {
  readonly energyWh: Uint32Array;
  /** µEUR that a bid pays, or an ask receives. */
  readonly amount: readonly number[];
}

export interface Clearing {
  readonly mechanism: MechanismName;
  readonly tradedWh: number;
  /** µEUR/kWh: the one price, or the mean of what was paid (half to even); `undefined` where nothing traded. */
  readonly price: number | undefined;
  readonly bids: Fills;
  readonly asks: Fills;
  readonly certificate: Certificate;
}

export interface Certificate {
  /** `undefined` only in an empty book. Where nothing can trade: the best bid, or else the best ask. */
  readonly supportingPrice: number | undefined;
  readonly bidsAboveWh: number;
  readonly bidsAtWh: number;
  readonly asksBelowWh: number;
  readonly asksAtWh: number;
  /** The lowest limit of a bid that traded, and the highest of an ask. */
  readonly marginalBid: number | undefined;
  readonly marginalAsk: number | undefined;
  /** nEUR: Σ limit × energy of what was bought less what was sold. */
  readonly welfare: bigint;
  /** nEUR: the most that any trades could be worth. */
  readonly welfareBound: bigint;
}

export function certificateOf(
  book: Book,
  bidsWh: Uint32Array,
  asksWh: Uint32Array,
  crossing = crossingOf(book),
): Certificate {
  const at = crossing ?? withoutTrade(book);
  return {
    supportingPrice: at?.price,
    bidsAboveWh: at?.bidsAboveWh ?? 0,
    bidsAtWh: at?.bidsAtWh ?? 0,
    asksBelowWh: at?.asksBelowWh ?? 0,
    asksAtWh: at?.asksAtWh ?? 0,
    ...marginalPair(book, bidsWh, asksWh),
    welfare: welfareOf(book, bidsWh, asksWh),
    welfareBound: at === undefined ? 0n : welfareBoundAt(book, at.price),
  };
}

export function welfareOf({ bids, asks }: Book, bidsWh: Uint32Array, asksWh: Uint32Array): bigint {
  return worthOf(bids, bidsWh) - worthOf(asks, asksWh);
}

/** Of any supporting price; at that of the crossing it is reached. */
export function welfareBoundAt({ bids, asks }: Book, price: number): bigint {
  return worthOf(bids, bids.energyWh, price, "positive") - worthOf(asks, asks.energyWh, price, "negative");
}

/** The four sums at a price. */
export function sumsAt({ bids, asks }: Book, price: number): Crossing {
  let [bidsAboveWh, bidsAtWh, asksBelowWh, asksAtWh] = [0, 0, 0, 0];
  for (let i = 0; i < bids.limit.length; i++) {
    if (bids.limit[i]! > price) bidsAboveWh += bids.energyWh[i]!;
    else if (bids.limit[i]! === price) bidsAtWh += bids.energyWh[i]!;
  }
  for (let i = 0; i < asks.limit.length; i++) {
    if (asks.limit[i]! < price) asksBelowWh += asks.energyWh[i]!;
    else if (asks.limit[i]! === price) asksAtWh += asks.energyWh[i]!;
  }
  return { price, bidsAboveWh, bidsAtWh, asksBelowWh, asksAtWh };
}

/** The lowest limit among bids that traded and the highest among asks that did. */
export function marginalPair({ bids, asks }: Book, bidsWh: Uint32Array, asksWh: Uint32Array) {
  let marginalBid: number | undefined;
  for (let i = 0; i < bidsWh.length; i++) {
    if (bidsWh[i]! > 0 && (marginalBid === undefined || bids.limit[i]! < marginalBid))
      marginalBid = bids.limit[i]!;
  }
  let marginalAsk: number | undefined;
  for (let i = 0; i < asksWh.length; i++) {
    if (asksWh[i]! > 0 && (marginalAsk === undefined || asks.limit[i]! > marginalAsk))
      marginalAsk = asks.limit[i]!;
  }
  return { marginalBid, marginalAsk };
}

/** A price that supports that nothing trades: nobody bids more, and nobody asks less. */
function withoutTrade(book: Book): Crossing | undefined {
  const price = bestOf(book.bids, -1) ?? bestOf(book.asks, 1);
  return price === undefined ? undefined : sumsAt(book, price);
}

/** The highest limit of orders with energy (`way` −1), or the lowest (1). */
function bestOf({ limit, energyWh }: Book["bids"], way: 1 | -1): number | undefined {
  let best: number | undefined;
  for (let i = 0; i < limit.length; i++) {
    if (energyWh[i]! > 0 && (best === undefined || way * limit[i]! < way * best)) best = limit[i]!;
  }
  return best;
}

/** Whether as much is bought as sold. */
export function isBalanced({ bids, asks }: { readonly bids: Fills; readonly asks: Fills }): boolean {
  return totalWh(bids.energyWh) === totalWh(asks.energyWh);
}
