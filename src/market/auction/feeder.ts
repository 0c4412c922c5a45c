/**
 * Limits that the grid operator sets on a feeder's traded energy in a quarter hour: at most so much sold by its
 * homes, at most so much bought. They are applied before the clearing: of each feeder's asks the cheapest are
 * admitted up to the limit, of its bids the highest, those at the cut in proportion. Whatever clears best under
 * the limits uses no others, since within a feeder a better order can always stand in for a worse; so clearing
 * the admitted book is best under the limits, and its certificate proves it.
 *
 * Sold and bought are limited each for itself and not their difference. That is on the safe side: neighbours on
 * one feeder who trade with each other count as well.
 */
import { assert } from "#base/assert.ts";
import type { Book, Orders } from "#market/auction/book.ts";
import { shareOut } from "#market/auction/share.ts";

/** Wh in the quarter hour; `undefined`: no limit. */
export interface FeederLimit {
  readonly sellsAtMostWh: number | undefined;
  readonly buysAtMostWh: number | undefined;
}

export interface Feeders {
  readonly limits: readonly FeederLimit[];
  /** The feeder of each bid and ask: a place in `limits`, or −1 where none limits it. */
  readonly ofBids: Int32Array;
  readonly ofAsks: Int32Array;
}

/** The book with what its feeders can carry. */
export function admit({ bids, asks }: Book, { limits, ofBids, ofAsks }: Feeders): Book {
  return {
    bids: admitted(
      bids,
      ofBids,
      limits.map((limit) => limit.buysAtMostWh),
      -1,
    ),
    asks: admitted(
      asks,
      ofAsks,
      limits.map((limit) => limit.sellsAtMostWh),
      1,
    ),
  };
}

function admitted(
  { energyWh, limit }: Orders,
  feederOf: Int32Array,
  atMostWh: readonly (number | undefined)[],
  better: 1 | -1,
): Orders {
  assert(feederOf.length === limit.length, "a feeder for each order");
  const members = atMostWh.map((): number[] => []);
  for (let i = 0; i < feederOf.length; i++) if (feederOf[i]! >= 0) members[feederOf[i]!]!.push(i);
  const left = energyWh.slice();
  for (const [feeder, most] of atMostWh.entries()) {
    if (most === undefined) continue;
    const byMerit = members[feeder]!.sort((a, b) => better * (limit[a]! - limit[b]!));
    let room = most;
    for (let from = 0; from < byMerit.length; ) {
      let to = from;
      while (to < byMerit.length && limit[byMerit[to]!] === limit[byMerit[from]!]) to += 1;
      // Among equals the book's order, whatever the sort made of them.
      const equals = byMerit.slice(from, to).sort((a, b) => a - b);
      const weights = equals.map((i) => energyWh[i]!);
      const divisor = weights.reduce((sum, weight) => sum + weight, 0);
      const total = Math.min(room, divisor);
      const shares = shareOut({ factor: total, divisor, total }, weights);
      equals.forEach((order, j) => {
        left[order] = shares[j]!;
      });
      room -= total;
      from = to;
    }
  }
  return { energyWh: left, limit };
}
