/** Books of orders for tests: the same for the same quarter hour, session and number of orders. */
import type { BookOrder } from "#market/auction/seal.ts";
import { sealOf, sealsRoot } from "#market/auction/seal.ts";
import { NO_WISHES } from "#market/auction/wishes.ts";
import type { BookKey, ClearBook, SealBook } from "#market/slot-book.ts";

/** As many orders as wanted, bids and asks in turn, whose limits mostly meet. */
export function ordersOf({ slot, session }: BookKey, count: number): readonly BookOrder[] {
  const quarter = slot / 900;
  return Array.from({ length: count }, (_, i) => {
    const side = (quarter + i) % 2 === 0 ? "bid" : "ask";
    const step = ((quarter + 7 * i + session) % 5) * 10_000;
    return {
      paddle: 3 * i + (quarter % 3),
      number: 0,
      side,
      energyWh: 50 + 10 * ((quarter + i) % 7),
      limit: side === "bid" ? 140_000 + step : 110_000 + step,
      feeder: 1 + (i % 2),
      wishes: NO_WISHES,
      salt: new Uint8Array(16).fill(i + 1),
    };
  });
}

export function sealingOf(key: BookKey, orders: readonly BookOrder[]): SealBook {
  const seals = orders.map((order) => sealOf({ ...key, ...order }));
  return { ...key, count: seals.length, root: sealsRoot(seals) };
}

/** Opens all but those of some places. */
export function openingOf(
  key: BookKey,
  orders: readonly BookOrder[],
  keptShut: readonly number[] = [],
): ClearBook {
  return {
    ...key,
    orders: orders.filter((_, i) => !keptShut.includes(i)),
    unopened: orders.filter((_, i) => keptShut.includes(i)).map((order) => sealOf({ ...key, ...order })),
  };
}
