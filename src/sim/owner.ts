/**
 * What the owners of a simulated town do with stored energy when nobody plays them: around midday, when the
 * accumulator is nearly full and the panels will fill it again, some sell a part to whoever pays best.
 * A habit, not a strategy: agents that trade for profit come with the market.
 */
import type { Random } from "#base/random.ts";
import type { DayNumber } from "#base/time.ts";
import { Wh } from "#base/units.ts";
import type { ChainView } from "#chain/view.ts";
import { type SaleRequest, sellableFrom } from "#market/sale.ts";

const FROM_HOUR = 9;
const UNTIL_HOUR = 16;
/** Of the capacity. */
const NEARLY_FULL_PERCENT = 80n;
/** Per quarter hour. */
const LIKELIHOOD = 0.15;
const STEP = 100n;

/**
 * The sale that an owner asks for now, or `undefined`. `reserve` stays for the home; `capacity` is that of its
 * accumulator, which the ledger may know as rounded up only; `random` is the owner's own
 * and of this quarter hour, and asked for only where everything else allows a sale.
 */
export function habitualSale(
  view: ChainView,
  plantNumber: number,
  reserve: Wh,
  now: { readonly day: DayNumber; readonly hour: number },
  capacity: Wh,
  random: () => Random,
): SaleRequest | undefined {
  if (now.hour < FROM_HOUR || now.hour >= UNTIL_HOUR) return undefined;
  const plant = view.plant(plantNumber);
  if (plant === undefined || capacity === 0n || plant.openSales.length > 0) return undefined;
  const store = view.store(plantNumber);
  if (store.solar * 100n < capacity * NEARLY_FULL_PERCENT) return undefined;
  const draw = random();
  if (draw.float() >= LIKELIHOOD) return undefined;

  const { parameters } = view;
  const sellable = sellableFrom(Wh(store.free - reserve), parameters.storeMarginPerMille);
  const part = (sellable * BigInt(25 + draw.integer(50))) / 100n;
  const energy = Wh((part / STEP) * STEP);
  if (energy < parameters.minimumSale) return undefined;

  let best: { supplier: number; rate: SaleRequest["rate"] } | undefined;
  for (const { key: supplier, row } of view.suppliers()) {
    const published = row.suspended ? undefined : view.rate(supplier, now.day);
    if (published === undefined || (best !== undefined && published.rate <= best.rate)) continue;
    best = { supplier, rate: published.rate };
  }
  if (best === undefined) return undefined;
  return {
    sale: draw.bytes(16),
    plant: plantNumber,
    supplier: best.supplier,
    day: now.day,
    rate: best.rate,
    fee: parameters.saleFee,
    energy,
  };
}
