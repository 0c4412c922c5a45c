/**
 * What a home's BEC still has to deliver: what its open sales lack by the books, less what has left the
 * accumulator since and the books do not know yet. The books will give that to the sales in the order of their
 * authorisation, each only in its own quarter hours (`market/settlement`); the same is done here, so that what
 * is ordered is exactly what will be booked.
 *
 * A sale that was withdrawn takes part to the end of the quarter hour that runs: whatever leaves meanwhile would
 * be booked for it. Its owner wants no more of it sold, so those that come after it wait until that is over.
 */
import type { UnixSeconds } from "#base/time.ts";
import { isDeliveredIn, type Sale } from "#market/sale.ts";
import { J_PER_WH } from "#plant/resolution.ts";

/** Energy that left through the BEC in a quarter hour. */
export interface Exported {
  readonly intervalStart: UnixSeconds;
  readonly joules: number;
}

/**
 * J at the terminals. `sales`: the plant's open ones in the order of their authorisation, one that is being
 * withdrawn included; `unbooked`: ascending, the last is the quarter hour that runs.
 */
export function toDeliver(sales: readonly Sale[], unbooked: readonly Exported[]): number {
  const lacksJ = sales.map(({ energy, delivered }) => Number(energy - delivered) * J_PER_WH);
  for (const { intervalStart, joules } of unbooked) {
    let left = joules;
    for (const [i, sale] of sales.entries()) {
      if (!isDeliveredIn(sale, intervalStart)) continue;
      const taken = Math.min(left, lacksJ[i]!);
      lacksJ[i]! -= taken;
      left -= taken;
    }
  }
  const { intervalStart } = unbooked.at(-1)!;
  let sum = 0;
  for (const [i, sale] of sales.entries()) {
    if (!isDeliveredIn(sale, intervalStart) || lacksJ[i] === 0) continue;
    if (sale.state !== "open") break;
    sum += lacksJ[i]!;
  }
  return sum;
}
