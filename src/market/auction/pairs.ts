/**
 * Trades from one bid to one ask. Each is paid at a price of its own, energy × price ÷ 1000 half to even, so money
 * is balanced trade by trade. What a home pays in the end is the sum over its trades.
 */
import { divideHalfEven } from "#base/units.ts";
import type { Fills } from "#market/auction/clearing.ts";

export interface Trade {
  readonly bid: number;
  readonly ask: number;
  readonly energyWh: number;
  /** µEUR/kWh. */
  readonly price: number;
}

/** The sums over trades, and their mean price. */
export function sumsOf(
  trades: Iterable<Trade>,
  bidCount: number,
  askCount: number,
): {
  readonly tradedWh: number;
  readonly price: number | undefined;
  readonly bids: Fills;
  readonly asks: Fills;
} {
  const bids = { energyWh: new Uint32Array(bidCount), amount: new Array<number>(bidCount).fill(0) };
  const asks = { energyWh: new Uint32Array(askCount), amount: new Array<number>(askCount).fill(0) };
  let tradedWh = 0;
  let value = 0n;
  for (const { bid, ask, energyWh, price } of trades) {
    const worth = BigInt(energyWh) * BigInt(price);
    const amount = Number(divideHalfEven(worth, 1000n));
    bids.energyWh[bid]! += energyWh;
    bids.amount[bid]! += amount;
    asks.energyWh[ask]! += energyWh;
    asks.amount[ask]! += amount;
    tradedWh += energyWh;
    value += worth;
  }
  const price = tradedWh === 0 ? undefined : Number(divideHalfEven(value, BigInt(tradedWh)));
  return { tradedWh, price, bids, asks };
}
