/**
 * Sharing a whole number out: by largest remainders (Hamilton's method). Each share is its exact value rounded
 * down, or up where its remainder is among the largest, so that the shares come to the total to the last
 * watt-hour and micro-euro. Among equal remainders those go up that stand first, which in a book is by name.
 * `apportion` of `rules` is the same for amounts of any size; here are plain numbers and no sorting, for books of
 * thousands. A test holds the two together.
 */
import { assert } from "#base/assert.ts";

/** What is shared: share = factor × weight ÷ divisor. */
export interface Sharing {
  readonly factor: number;
  /** Above 0. */
  readonly divisor: number;
  /** What the shares come to: the sum of the exact values, rounded to either side. */
  readonly total: number;
}

/** One share for each weight. Asserts that the total can be met by rounding. */
export function shareOut({ factor, divisor, total }: Sharing, weights: ArrayLike<number>): number[] {
  const shares = new Array<number>(weights.length);
  const remainders = new Array<number>(weights.length);
  let left = total;
  for (let i = 0; i < weights.length; i++) {
    const product = factor * weights[i]!;
    if (product <= Number.MAX_SAFE_INTEGER && product >= -Number.MAX_SAFE_INTEGER) {
      const share = Math.floor(product / divisor);
      shares[i] = share;
      remainders[i] = product - share * divisor;
    } else {
      const exact = BigInt(factor) * BigInt(weights[i]!);
      const by = BigInt(divisor);
      const remainder = ((exact % by) + by) % by;
      shares[i] = Number((exact - remainder) / by);
      remainders[i] = Number(remainder);
    }
    left -= shares[i]!;
  }
  assert(left >= 0 && left <= weights.length, "the shares cannot come to this total by rounding");
  if (left === 0) return shares;
  const { least, ofLeast } = greatest(remainders, left, divisor);
  let equals = ofLeast;
  for (let i = 0; i < shares.length; i++) {
    const remainder = remainders[i]!;
    if (remainder > least) shares[i]! += 1;
    else if (remainder === least && equals > 0) {
      shares[i]! += 1;
      equals -= 1;
    }
  }
  return shares;
}

const DIGIT = 2048;

/**
 * The `count` greatest of some values in [0, below): the least of them, and how many equal to it belong to them.
 * Digit by digit from the highest, without sorting.
 */
function greatest(
  values: readonly number[],
  count: number,
  below: number,
): { least: number; ofLeast: number } {
  let scale = 1;
  while (scale * DIGIT < below) scale *= DIGIT;
  let prefix = 0;
  let wanted = count;
  for (; scale >= 1; scale /= DIGIT) {
    const digits = new Array<number>(DIGIT).fill(0);
    for (const value of values) {
      const upper = Math.floor(value / scale);
      const digit = upper % DIGIT;
      if ((upper - digit) / DIGIT === prefix) digits[digit]! += 1;
    }
    let digit = DIGIT - 1;
    for (; digit > 0 && digits[digit]! < wanted; digit--) wanted -= digits[digit]!;
    prefix = prefix * DIGIT + digit;
  }
  return { least: prefix, ofLeast: wanted };
}
