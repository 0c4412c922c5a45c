/**
 * A book of the chain as `contrada clear` would write it: what anybody checks with `contrada verify-clearing`. Homes
 * are their paddles, a partner too.
 */
import { type BookOrder, nameOf } from "#market/auction/seal.ts";
import { arrivalsOf, isStaged, transformerOf } from "#market/book-clearing.ts";
import type { ClearBook, ClearingTerms } from "#market/slot-book.ts";
import { type BookShape, bookFrom, clearNamed } from "#wire/clearing.ts";
import { clearStagedNamed, stagedBookOf } from "#wire/staged-clearing.ts";
import type { IndexedBook } from "../index.ts";

/**
 * By the terms that the chain keeps with the book. `null` where the file would say something else than the chain, which
 * it never should.
 */
export function clearingFile(
  { mechanism, fees, limits }: ClearingTerms,
  { root, cleared }: Pick<IndexedBook, "root" | "cleared">,
  { orders }: Pick<ClearBook, "orders">,
): object | null {
  const { tradedWh, price } = cleared!;
  const heeded = isStaged(orders, fees);
  const isPriced = heeded && fees.beyond > 0;
  // Padded where stages go by it, for names are sorted as texts.
  const feederName = (feeder: number) => (heeded ? String(feeder).padStart(5, "0") : String(feeder));
  const feeders = [...new Set(orders.map(({ feeder }) => feeder))].flatMap((feeder) => {
    const limit = limits.find((one) => one.feeder === feeder);
    if (feeder === 0 || (limit === undefined && !isPriced)) return [];
    return [{ feeder, limit }];
  });
  const named = new Set(feeders.map(({ feeder }) => feeder));
  const arrivals = mechanism === "continuous" ? arrivalsOf(orders, root) : undefined;
  const inSequence = orders
    .map((order, place) => ({ order, turn: arrivals?.[place] ?? place }))
    .sort((a, b) => a.turn - b.turn);
  const book: BookShape = {
    orders: inSequence.map(({ order }) => ({
      id: nameOf(order),
      side: order.side,
      energy_wh: order.energyWh,
      limit_micro_eur_per_kwh: order.limit,
      ...(named.has(order.feeder) ? { feeder: feederName(order.feeder) } : {}),
      ...(heeded ? wishesOf(order) : {}),
    })),
    ...(feeders.length === 0
      ? {}
      : {
          feeders: feeders.map(({ feeder, limit }) => ({
            id: feederName(feeder),
            ...(isPriced ? { transformer: String(transformerOf(feeder)) } : {}),
            ...(limit?.maxSoldWh === undefined ? {} : { sells_at_most_wh: limit.maxSoldWh }),
            ...(limit?.maxBoughtWh === undefined ? {} : { buys_at_most_wh: limit.maxBoughtWh }),
          })),
        }),
    ...(isPriced ? { fees_micro_eur_per_kwh: fees } : {}),
  };
  const read = bookFrom(book, mechanism);
  if (!read.ok) return null;
  const staged = stagedBookOf(read.value);
  const file =
    staged === undefined
      ? clearNamed(read.value, mechanism)
      : clearStagedNamed(read.value, staged, mechanism);
  const isSame = file.traded_wh === tradedWh && file.price_micro_eur_per_kwh === (price ?? null);
  return isSame ? file : null;
}

function wishesOf({ paddle, wishes: { solar, partner, gift } }: BookOrder) {
  return {
    home: paddleName(paddle),
    ...(solar ? { source: "solar" as const } : {}),
    ...(partner === undefined ? {} : { partner: paddleName(partner) }),
    ...(gift ? { gift: true as const } : {}),
  };
}

/** As in the orders' names, so homes sort as their paddles do. */
function paddleName(paddle: number): string {
  return String(paddle).padStart(10, "0");
}
