/**
 * Limits of traders who know nothing: drawn uniformly for every home, side and quarter hour between two prices (the
 * zero-intelligence traders of Gode and Sunder 1993, bounded on both sides). The same seed draws the same limits,
 * whatever other homes there are.
 */
import { Random } from "#base/random.ts";

export interface LimitRange {
  readonly seed: number;
  /** µEUR/kWh, both included. */
  readonly lowest: number;
  readonly highest: number;
}

export type LimitOf = (side: "bid" | "ask", home: string, slot: number) => number;

export function drawnLimits(
  { seed, lowest, highest }: LimitRange,
  homes: readonly string[],
  slots: number,
): LimitOf {
  const random = new Random(seed);
  const draw = (side: string, home: string) => {
    const own = random.fork(`${side} of ${home}`);
    return Int32Array.from({ length: slots }, () => lowest + own.integer(highest - lowest + 1));
  };
  const limits = {
    bid: new Map(homes.map((home) => [home, draw("bid", home)])),
    ask: new Map(homes.map((home) => [home, draw("ask", home)])),
  };
  return (side, home, slot) => limits[side].get(home)![slot]!;
}
