/**
 * The closed book of one quarter hour: what homes bid and ask, in columns, so that a million orders clear in the
 * time of a few walks through memory. Orders stand in the order of their names, whoever collected them: the same
 * orders make the same book, and no rule of the auction looks at where an order stood before.
 *
 * Whole numbers only. Limits lie within ±10^9 µEUR/kWh, an order has less than 2^32 Wh, a book at most 2^20
 * orders, so every sum of energy is below 2^52 and exact as a `number`; sums of money are bigints.
 */
import { assert } from "#base/assert.ts";

/** One side of the book. */
export interface Orders {
  /** Wh, 1 or more; 0 only where a feeder's limit left nothing of an order. */
  readonly energyWh: Uint32Array;
  /** µEUR/kWh: what a bid pays at most, an ask wants at least. May be negative. */
  readonly limit: Int32Array;
}

export interface Book {
  readonly bids: Orders;
  readonly asks: Orders;
}

export const MAX_ORDERS = 1_048_576;
export const MAX_ENERGY_WH = 4_294_967_295;
/** µEUR/kWh, either way: 1,000 €/kWh. */
export const MAX_LIMIT = 1_000_000_000;

/** Broken by whoever filled the columns, never by what a person typed (`wire/clearing` reads that). */
export function assertBook({ bids, asks }: Book): void {
  assert(bids.energyWh.length + asks.energyWh.length <= MAX_ORDERS, "a book of more than 2^20 orders");
  for (const { energyWh, limit } of [bids, asks]) {
    assert(energyWh.length === limit.length, "columns of unequal length");
    for (let i = 0; i < limit.length; i++) {
      assert(limit[i]! >= -MAX_LIMIT && limit[i]! <= MAX_LIMIT, "a limit beyond ±10^9 µEUR/kWh");
    }
  }
}

export function totalWh(energyWh: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < energyWh.length; i++) sum += energyWh[i]!;
  return sum;
}

/**
 * Σ (limit − from) × energy, nEUR (µEUR/kWh × Wh), exact. `only` leaves the terms of one sign.
 *
 * A product may need 63 bits. Energy is cut into two halves of 16 bits, whose sums stay whole numbers below
 * 2^53, and are carried into a bigint only when they come near it.
 */
export function worthOf(
  { limit }: { readonly limit: Int32Array },
  energyWh: Uint32Array,
  from = 0,
  only: "all" | "positive" | "negative" = "all",
): bigint {
  let carried = 0n;
  let high = 0;
  let low = 0;
  for (let i = 0; i < limit.length; i++) {
    const difference = limit[i]! - from;
    if (only !== "all" && difference > 0 !== (only === "positive")) continue;
    const energy = energyWh[i]!;
    high += difference * (energy >>> 16);
    low += difference * (energy & 0xffff);
    if (high > CARRY || high < -CARRY || low > CARRY || low < -CARRY) {
      carried += BigInt(high) * 65_536n + BigInt(low);
      high = 0;
      low = 0;
    }
  }
  return carried + BigInt(high) * 65_536n + BigInt(low);
}

/** 2^52: one more term, below 2^31 × 2^16, keeps a sum exact. */
const CARRY = 4_503_599_627_370_496;
