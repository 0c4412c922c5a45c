/**
 * A closed book as two staircases: what is wanted at a price or above it, falling, and what is offered at it or below,
 * rising; where they cross the quarter hour clears.
 */
import type { MarketSlot } from "#wire/market-schemas.ts";

type Order = Pick<MarketSlot["orders"][number], "side" | "energyWh" | "limitMicroEurPerKwh">;

/** One tread: this much energy, Wh from here to there, at this limit. */
export interface Tread {
  readonly fromWh: number;
  readonly toWh: number;
  readonly limit: number;
}

export interface Curves {
  readonly bids: readonly Tread[];
  readonly asks: readonly Tread[];
  readonly mostWh: number;
  /** Of all limits, with a little room. */
  readonly lowest: number;
  readonly highest: number;
}

export function curvesOf(orders: readonly Order[]): Curves {
  const side = (name: Order["side"], sign: 1 | -1): Tread[] => {
    let fromWh = 0;
    return orders
      .filter((order) => order.side === name)
      .toSorted((a, b) => sign * (a.limitMicroEurPerKwh - b.limitMicroEurPerKwh))
      .map(({ energyWh, limitMicroEurPerKwh: limit }) => {
        const tread = { fromWh, toWh: fromWh + energyWh, limit };
        fromWh += energyWh;
        return tread;
      });
  };
  const bids = side("bid", -1);
  const asks = side("ask", 1);
  const limits = orders.map((order) => order.limitMicroEurPerKwh);
  const [low, high] = limits.length === 0 ? [0, 1] : [Math.min(...limits), Math.max(...limits)];
  const room = Math.max(10_000, Math.round((high - low) / 10));
  return {
    bids,
    asks,
    mostWh: Math.max(1, bids.at(-1)?.toWh ?? 0, asks.at(-1)?.toWh ?? 0),
    lowest: low - room,
    highest: high + room,
  };
}

/** The staircase as a path in a box of that size. */
export function pathOf(
  treads: readonly Tread[],
  { mostWh, lowest, highest }: Omit<Curves, "bids" | "asks">,
  size: { readonly width: number; readonly height: number },
): string {
  const x = (wh: number) => round((wh / mostWh) * size.width);
  const y = (limit: number) => round(size.height * (1 - (limit - lowest) / (highest - lowest)));
  return treads
    .map(({ fromWh, toWh, limit }, i) => `${i === 0 ? "M" : "L"}${x(fromWh)} ${y(limit)}H${x(toWh)}`)
    .join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
