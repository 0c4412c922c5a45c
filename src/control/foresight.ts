/**
 * The best that an accumulator could have earned had everything been known: the measure for those who have to plan.
 * Exact, without a grid of contents: V is concave and piecewise linear, so one step backwards is the merging of two
 * falling lists of slopes, those of V and the tiers of the step (`control/tiers`), cut to what fits into the
 * accumulator. Slopes take few values, those of the prices, so a year of hours takes some milliseconds.
 *
 * It is the optimum of the linear program with the same efficiencies, wear, power and content limits; a test holds
 * it to the solution of HiGHS. What came from the MicroGrid counts as sellable: where resale is forbidden and could
 * pay, the figure is an upper bound of what was possible (`resaleCanPay`). Left out: standby losses, limits of
 * charging by state of charge, targets and sold energy.
 */
import { assert } from "#base/assert.ts";
import type { StoreModel, Terms } from "./outlook.ts";
import { offerTiers, penaltyPrice, Tiers } from "./tiers.ts";

/** A home's year, or whatever was measured. */
export interface Lived {
  readonly stepS: number;
  /** W, by step. */
  readonly loadW: Float64Array;
  readonly solarW: Float64Array;
}

/** What a store that begins with `contentWh` could have saved over having none, µEUR, wear paid. */
export function foresightSaving(store: StoreModel, lived: Lived, terms: Terms, contentWh: number): number {
  const { reserveWh, ceilingWh, oneWayEfficiency, chargePowerMaxW, dischargePowerMaxW } = store;
  const usable = ceilingWh - reserveWh;
  assert(contentWh >= reserveWh && contentWh <= ceilingWh, "foresight begins between reserve and ceiling");
  const hours = lived.stepS / 3600;
  const penalty = penaltyPrice(terms);
  const charge = new Tiers();
  const discharge = new Tiers();
  let slopes = new Slopes();
  slopes.add(usable, 0);
  let worthOfNone = 0;
  for (let step = lived.loadW.length - 1; step >= 0; step--) {
    const lackingWh = (lived.loadW[step]! - lived.solarW[step]!) * hours;
    offerTiers(charge, discharge, store, terms, step, hours, lackingWh, penalty);
    const moves = new Slopes();
    let room = chargePowerMaxW * hours * oneWayEfficiency;
    let charged = 0;
    const taken: [length: number, price: number][] = [];
    for (let tier = 0; tier < charge.count && room > 0; tier++) {
      const length = Math.min(room, charge.length[tier]!);
      taken.push([length, charge.price[tier]!]);
      room -= length;
      charged += length;
      worthOfNone -= length * charge.price[tier]!;
    }
    for (const [length, price] of taken.reverse()) moves.add(length, price);
    let left = (dischargePowerMaxW * hours) / oneWayEfficiency;
    for (let tier = 0; tier < discharge.count && left > 0; tier++) {
      const length = Math.min(left, discharge.length[tier]!);
      moves.add(length, discharge.price[tier]!);
      left -= length;
    }
    const merged = Slopes.merge(slopes, moves, charged, usable);
    worthOfNone += merged.before;
    slopes = merged.slopes;
  }
  return (worthOfNone + slopes.upTo(contentWh - reserveWh)) / 1000;
}

/** A concave function from 0 on: lengths with slopes that fall, µEUR/kWh × Wh. */
class Slopes {
  readonly length: number[] = [];
  readonly slope: number[] = [];

  add(length: number, slope: number): void {
    if (!(length > 0)) return;
    const last = this.slope.length - 1;
    if (last >= 0 && this.slope[last] === slope) this.length[last]! += length;
    else {
      this.length.push(length);
      this.slope.push(slope);
    }
  }

  /** The value at a place. */
  upTo(place: number): number {
    let sum = 0;
    let left = place;
    for (let i = 0; i < this.length.length && left > 0; i++) {
      const length = Math.min(left, this.length[i]!);
      sum += length * this.slope[i]!;
      left -= length;
    }
    return sum;
  }

  /** The two lists as one, steepest first, from `skip` on for `keep`; and what the skipped part comes to. */
  static merge(
    a: Slopes,
    b: Slopes,
    skip: number,
    keep: number,
  ): { readonly slopes: Slopes; readonly before: number } {
    const slopes = new Slopes();
    let before = 0;
    let toSkip = skip;
    let toKeep = keep;
    let [i, j] = [0, 0];
    while (toKeep > 0 && (i < a.length.length || j < b.length.length)) {
      const first = j >= b.length.length || (i < a.length.length && a.slope[i]! >= b.slope[j]!);
      const slope = first ? a.slope[i]! : b.slope[j]!;
      let length = first ? a.length[i++]! : b.length[j++]!;
      const skipped = Math.min(toSkip, length);
      before += skipped * slope;
      toSkip -= skipped;
      length = Math.min(length - skipped, toKeep);
      slopes.add(length, slope);
      toKeep -= length;
    }
    return { slopes, before };
  }
}

/** Whether selling what was bought could pay somewhere in an outlook. */
export function resaleCanPay(
  { oneWayEfficiency, wear, feedsIn, gridEnergySellable }: StoreModel,
  { importPrice, exportPrice, freePrice = Number.POSITIVE_INFINITY }: Terms,
): boolean {
  if (!feedsIn || gridEnergySellable) return false;
  let cheapest = freePrice;
  let dearest = 0;
  for (const price of importPrice) cheapest = Math.min(cheapest, price);
  for (const price of exportPrice) dearest = Math.max(dearest, price);
  return (dearest - wear) * oneWayEfficiency > (cheapest + wear) / oneWayEfficiency;
}
