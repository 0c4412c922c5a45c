/** Books of orders for tests: the same for the same quarter hour, session and number of orders. */
import type { BookOrder } from "#market/auction/seal.ts";
import { sealOf, sealsRoot } from "#market/auction/seal.ts";
import { NO_WISHES, type Wishes } from "#market/auction/wishes.ts";
import type { BookKey, ClearBook, SealBook } from "#market/slot-book.ts";

/** As many orders as wanted, bids and asks in turn, whose limits mostly meet; in every third quarter hour with wishes. */
export function ordersOf({ slot, session }: BookKey, count: number): readonly BookOrder[] {
  const quarter = slot / 900;
  return Array.from({ length: count }, (_, i) => {
    const side = (quarter + i) % 2 === 0 ? "bid" : "ask";
    const step = ((quarter + 7 * i + session) % 5) * 10_000;
    const wishes = quarter % 3 === 0 ? wishesOf(side, i) : NO_WISHES;
    return {
      paddle: 3 * i + (quarter % 3),
      number: 0,
      side,
      energyWh: 50 + 10 * ((quarter + i) % 7),
      limit: side === "bid" ? 140_000 + step : wishes.gift ? 0 : 110_000 + step,
      feeder: FEEDERS[i % 3]!,
      wishes,
      salt: new Uint8Array(16).fill(i + 1),
    };
  });
}

/** One near another and one at a transformer further on. */
const FEEDERS = [1, 2, 300];

/** Every fourth bid takes solar energy only; two by two they are partners, and every second pair's ask is a gift. */
function wishesOf(side: BookOrder["side"], place: number): Wishes {
  const gift = side === "ask" && place % 4 >= 2;
  const isPartner = gift || place % 3 > 0;
  return {
    solar: side === "ask" ? place % 3 === 0 : place % 4 < 2,
    partner: isPartner ? 3 * (place ^ 1) : undefined,
    gift,
  };
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
