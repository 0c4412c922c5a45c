/**
 * The call auction of a quarter hour: one price for everybody (Mengelkamp et al. 2018, Quartierstrom). Bids trade
 * from the highest limit down, asks from the lowest up, as far as bid meets ask; the price lies midway between
 * the last bid and the last ask that traded, half to even. Orders that share the limit at which one side has to
 * be cut are cut in proportion to their energy. Fees, and what becomes of the rest, are not this file's concern.
 */
import { divideHalfEven } from "#base/units.ts";
import type { Book, Orders } from "#market/auction/book.ts";
import { type Certificate, type Clearing, certificateOf, type Fills } from "#market/auction/clearing.ts";
import { type Crossing, crossingOf, volumeOf } from "#market/auction/crossing.ts";
import { shareOut } from "#market/auction/share.ts";

export function clearUniform(book: Book): Clearing {
  const { bidsWh, asksWh, tradedWh, certificate } = allocate(book);
  const price = midPrice(certificate);
  return {
    mechanism: "uniform",
    tradedWh,
    price,
    ...paidAt(price, tradedWh, bidsWh, asksWh),
    certificate,
  };
}

export interface Allocation {
  readonly bidsWh: Uint32Array;
  readonly asksWh: Uint32Array;
  readonly tradedWh: number;
  readonly certificate: Certificate;
}

/** Who trades how much in merit order, and the proof that it is the most and the best. Nothing of money. */
export function allocate(book: Book): Allocation {
  const crossing = crossingOf(book);
  const tradedWh = crossing === undefined ? 0 : volumeOf(crossing);
  const bidsWh = fillsOf(book.bids, crossing, crossing && tradedWh - crossing.bidsAboveWh, -1);
  const asksWh = fillsOf(book.asks, crossing, crossing && tradedWh - crossing.asksBelowWh, 1);
  return { bidsWh, asksWh, tradedWh, certificate: certificateOf(book, bidsWh, asksWh, crossing) };
}

/** µEUR/kWh, midway between the marginal pair, half to even. */
export function midPrice({ marginalBid, marginalAsk }: Certificate): number | undefined {
  if (marginalBid === undefined || marginalAsk === undefined) return undefined;
  return Number(divideHalfEven(BigInt(marginalBid) + BigInt(marginalAsk), 2n));
}

/**
 * What each pays and receives at one price: energy × price ÷ 1000, rounded down or up so that either side comes
 * to the same total, traded × price ÷ 1000 half to even (`share`). Nothing is left over and nothing is missing.
 */
export function paidAt(
  price: number | undefined,
  tradedWh: number,
  bidsWh: Uint32Array,
  asksWh: Uint32Array,
): { readonly bids: Fills; readonly asks: Fills } {
  const total = price === undefined ? 0 : Number(divideHalfEven(BigInt(tradedWh) * BigInt(price), 1000n));
  const sharing = { factor: price ?? 0, divisor: 1000, total };
  return {
    bids: { energyWh: bidsWh, amount: shareOut(sharing, bidsWh) },
    asks: { energyWh: asksWh, amount: shareOut(sharing, asksWh) },
  };
}

/** `better` −1: a higher limit is better. What the orders at the crossing share is `atWh`. */
function fillsOf(
  { energyWh, limit }: Orders,
  crossing: Crossing | undefined,
  atWh: number | undefined,
  better: 1 | -1,
): Uint32Array {
  const fills = new Uint32Array(limit.length);
  if (crossing === undefined || atWh === undefined) return fills;
  const { price } = crossing;
  const offeredAtWh = better === -1 ? crossing.bidsAtWh : crossing.asksAtWh;
  const marginal: number[] = [];
  for (let i = 0; i < limit.length; i++) {
    if (limit[i]! === price) marginal.push(i);
    else if (limit[i]! < price === (better === 1)) fills[i] = energyWh[i]!;
  }
  if (atWh === 0) return fills;
  const weights = marginal.map((i) => energyWh[i]!);
  const shares = shareOut({ factor: atWh, divisor: offeredAtWh, total: atWh }, weights);
  for (let j = 0; j < marginal.length; j++) fills[marginal[j]!] = shares[j]!;
  return fills;
}
