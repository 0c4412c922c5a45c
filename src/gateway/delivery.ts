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
import type { OrdersMessage } from "#wire/gateway-messages.ts";

/** Energy that left through the BEC in a quarter hour. */
export interface Exported {
  readonly intervalStart: UnixSeconds;
  readonly joules: number;
}

/** What a home owes, by the chain's proof and the platform's word. */
export interface Owed {
  /** As `toDeliver` takes them. */
  readonly sales: readonly Sale[];
  /** What its store sold in the neighbours' market, by quarter hour. */
  readonly obligations: OrdersMessage["obligations"];
  /** The last quarter hour that the books know. */
  readonly bookedThrough: UnixSeconds;
}

/**
 * What still has to leave for sales, and for the neighbours' market in the quarter hour that runs: the greater of the
 * two, since one export serves both. J at the terminals. `exported`: by quarter hour, ascending.
 */
export function remainingJ(owed: Owed, exported: readonly Exported[], running: Exported): number {
  const { sales, obligations, bookedThrough } = owed;
  const unbooked = exported.filter(({ intervalStart }) => intervalStart > bookedThrough);
  const sold = sales.length === 0 ? 0 : toDeliver(sales, [...unbooked, running]);
  const obligation = obligations.find((one) => one.intervalStart === running.intervalStart);
  return Math.max(sold, (obligation?.exportWh ?? 0) * J_PER_WH - running.joules, 0);
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
