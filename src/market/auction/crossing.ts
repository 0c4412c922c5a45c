/**
 * Where demand meets supply. D(p) is what bids with a limit of p or more ask for, S(p) what asks with a limit of p
 * or less offer; a single price p trades min(D(p), S(p)), and with D falling and S rising that is greatest where
 * the two cross.
 *
 * Merit order is not sorted here. The crossing is found digit by digit of the price, as a radix sort would find a
 * single rank: three walks through the book, each summing the energy of the orders whose limits share the digits
 * found so far. That costs a tenth of a sort and depends on no order of the orders.
 */
import type { Book, Orders } from "#market/auction/book.ts";

/** Four sums that anyone can add up again, and that prove the most that any single price can trade. */
export interface Crossing {
  /** µEUR/kWh. Bids above it and asks below it trade whole; bids below it and asks above it do not trade. */
  readonly price: number;
  readonly bidsAboveWh: number;
  readonly bidsAtWh: number;
  readonly asksBelowWh: number;
  readonly asksAtWh: number;
}

/**
 * The highest price p at which bids at or above p ask for at least what asks below p offer. There
 * Q = min(D(p), S(p)) is the most that trades: a lower price trades at most asksBelow ≤ Q, a higher one at most
 * bidsAbove ≤ Q. `undefined` where nothing trades at any price.
 */
export function crossingOf({ bids, asks }: Book): Crossing | undefined {
  let prefix = 0;
  let bidsAboveWh = 0;
  let asksBelowWh = 0;
  let bidsAtWh = 0;
  let asksAtWh = 0;
  for (const { shift, bits } of DIGITS) {
    const demand = new Array<number>(1 << bits).fill(0);
    const supply = new Array<number>(1 << bits).fill(0);
    sumByDigit(demand, bids, prefix, shift, bits);
    sumByDigit(supply, asks, prefix, shift, bits);
    // From above: G = (bids at or above) − (asks below) only grows; the first digit where it is not negative.
    let below = asksBelowWh + sumOf(supply);
    let digit = demand.length - 1;
    for (; ; digit--) {
      below -= supply[digit]!;
      if (digit === 0 || bidsAboveWh + demand[digit]! >= below) break;
      bidsAboveWh += demand[digit]!;
    }
    asksBelowWh = below;
    bidsAtWh = demand[digit]!;
    asksAtWh = supply[digit]!;
    prefix = prefix * demand.length + digit;
  }
  if (bidsAboveWh + bidsAtWh === 0 || asksBelowWh + asksAtWh === 0) return undefined;
  return { price: prefix - SHIFTED_BY, bidsAboveWh, bidsAtWh, asksBelowWh, asksAtWh };
}

export function volumeOf({ bidsAboveWh, bidsAtWh, asksBelowWh, asksAtWh }: Crossing): number {
  return Math.min(bidsAboveWh + bidsAtWh, asksBelowWh + asksAtWh);
}

/** 2^30: makes every limit a positive number of 31 bits. */
const SHIFTED_BY = 1_073_741_824;
const DIGITS = [
  { shift: 20, bits: 11 },
  { shift: 10, bits: 10 },
  { shift: 0, bits: 10 },
] as const;

/** Adds each order's energy to its digit, where the digits above are `prefix`. */
function sumByDigit(sums: number[], orders: Orders, prefix: number, shift: number, bits: number): void {
  const { energyWh, limit } = orders;
  const mask = (1 << bits) - 1;
  for (let i = 0; i < limit.length; i++) {
    const upper = (limit[i]! + SHIFTED_BY) >>> shift;
    if (upper >>> bits === prefix) sums[upper & mask]! += energyWh[i]!;
  }
}

function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
