/**
 * The moves of an accumulator in one step, as lengths of content at a price each (`control/planner`). Charging
 * costs: surplus that could not go out, wear alone; surplus that could, the export price; the MicroGrid, what it
 * asks; each plus wear, per kWh of content. Discharging brings: the import price of what the home lacks, then the
 * export price, each less wear. What may not come in costs a price that nobody pays willingly.
 */
import type { StoreModel, Terms } from "./outlook.ts";

/** Beyond every price of an outlook: what a broken limit or promise costs, in its highest prices. */
const PENALTY_PRICES = 20;
const TIERS = 4;

/** What nobody pays willingly, µEUR/kWh. */
export function penaltyPrice({ importPrice, exportPrice }: Terms): number {
  let highest = 1_000;
  for (const price of importPrice) highest = Math.max(highest, price);
  for (const price of exportPrice) highest = Math.max(highest, price);
  return PENALTY_PRICES * highest;
}

/** The tiers of one step: charging dearer and dearer, discharging less and less worth. */
export function offerTiers(
  charge: Tiers,
  discharge: Tiers,
  store: StoreModel,
  terms: Terms,
  step: number,
  hours: number,
  lackingWh: number,
  penalty: number,
): void {
  const { oneWayEfficiency: efficiency, wear } = store;
  const importPrice = terms.importPrice[step]!;
  const exportPrice = Math.min(terms.exportPrice[step]!, importPrice);
  const importMax = (terms.importPowerMaxW?.[step] ?? Number.POSITIVE_INFINITY) * hours;
  const exportMax = Math.max(
    0,
    (terms.exportPowerMaxW?.[step] ?? Number.POSITIVE_INFINITY) * hours - (terms.saleWh?.[step] ?? 0),
  );
  const free = terms.freeWh?.[step] ?? 0;
  const freePrice = Math.min(terms.freePrice ?? 0, importPrice);
  charge.clear();
  discharge.clear();
  const takes = (wh: number, price: number) => charge.add(wh * efficiency, (price + wear) / efficiency);
  const gives = (wh: number, price: number) => discharge.add(wh / efficiency, (price - wear) * efficiency);
  if (lackingWh < 0) {
    const surplus = -lackingWh;
    const toCommunity = Math.min(surplus, exportMax, (terms.communityW?.[step] ?? 0) * hours);
    const overflow = Math.max(0, surplus - exportMax);
    takes(overflow, 0);
    takes(surplus - overflow - toCommunity, exportPrice);
    if (toCommunity === 0) {
      takes(free, Math.max(freePrice, exportPrice));
      takes(importMax - free, importPrice);
    }
    if (store.feedsIn) gives(exportMax - Math.min(surplus, exportMax), exportPrice);
    return;
  }
  const over = Math.max(0, lackingWh - importMax);
  const freeUsed = Math.min(lackingWh, free);
  takes(Math.max(0, free - lackingWh), freePrice);
  takes(Math.max(0, importMax - Math.max(lackingWh, free)), importPrice);
  gives(over, penalty);
  gives(lackingWh - over - freeUsed, importPrice);
  gives(freeUsed, freePrice);
  if (store.feedsIn) gives(exportMax, Math.min(exportPrice, free > 0 ? freePrice : exportPrice));
}

/** Lengths of content in the order in which they are taken, each with its price and the content where it ends to pay. */
export class Tiers {
  /** Of the last `follow`, in µEUR/kWh × Wh. */
  amount = 0;
  count = 0;
  readonly length = new Float64Array(TIERS);
  readonly price = new Float64Array(TIERS);
  readonly #level = new Float64Array(TIERS);

  clear(): void {
    this.count = 0;
  }

  add(length: number, price: number): void {
    if (!(length > 0)) return;
    this.length[this.count] = length;
    this.price[this.count] = price;
    this.count += 1;
  }

  /** Charging pays up to the content where the slope is no longer above the price. */
  levelUp(slope: Float64Array, each: number): void {
    for (let tier = 0; tier < this.count; tier++) {
      this.#level[tier] = each * countFrom(slope, this.price[tier]!, true);
    }
  }

  /** Discharging pays down to the content where the slope is no longer below the price. */
  levelDown(slope: Float64Array, each: number): void {
    for (let tier = 0; tier < this.count; tier++) {
      this.#level[tier] = each * countFrom(slope, this.price[tier]!, false);
    }
  }

  /** Moves a content by the tiers, at most `most`; `sign` 1 up, −1 down. */
  follow(from: number, most: number, sign: 1 | -1): number {
    let content = from;
    let left = most;
    this.amount = 0;
    for (let tier = 0; tier < this.count && left > 0; tier++) {
      const part = Math.min(left, this.length[tier]!, sign * (this.#level[tier]! - content));
      if (part <= 0) continue;
      content += sign * part;
      left -= part;
      this.amount += part * this.price[tier]!;
    }
    return content;
  }
}

/** How many of the falling slopes are above a price, or (not `strictly`) as high. */
function countFrom(slope: Float64Array, price: number, strictly: boolean): number {
  let low = 0;
  let high = slope.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = slope[middle]!;
    if (value > price || (!strictly && value === price)) low = middle + 1;
    else high = middle;
  }
  return low;
}
