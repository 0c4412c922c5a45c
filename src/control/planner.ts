/**
 * What stored energy is worth in the coming day or two: dynamic programming over scenarios, backwards from the end
 * of the outlook. V is the best that can still be earned with a content, µEUR; its slope v is what the BEC
 * compares with prices (`control/dispatch`).
 *
 * In each step and scenario the possible moves are a few tiers, each a length of content at one price: surplus that
 * could not go out costs only wear, surplus that could costs the export price, the MicroGrid its price, and beyond
 * the import limit a price nobody pays willingly; the other way round for discharging. Charging tiers rise in price,
 * discharging tiers fall, and V is concave, so each tier is followed exactly up to the content where v crosses its
 * price: no actions are tried out. Between the points of the grid V is linear.
 *
 * Scenarios follow each other as a Markov chain: a day of one kind goes on as it is with `persistence` from hour to
 * hour, otherwise any may follow. The choice of a step knows the load and sun of that step, as the BEC does, and of
 * later ones no more than this chain says: nothing is decided on what only hindsight knows. Perfect foresight is the
 * same with one scenario.
 *
 * Provenance: the price of export counts as no more than that of import in its step, and what is bought is worth
 * reselling only where `resaleCanPay`; a plan under those prices is `control/two-book-planner`'s. Left out: standby
 * losses; part-load efficiencies.
 */
import { assert } from "#base/assert.ts";
import { taperedW } from "#plant/accumulator.ts";
import type { Scenarios, StoreModel, Terms } from "./outlook.ts";
import { offerTiers, penaltyPrice, Tiers } from "./tiers.ts";
import type { ValueTable } from "./value-table.ts";

/** The values after each step of an outlook. */
export interface Valuation {
  /** By step: what the next kWh is worth at its end. The BEC lives step 0 with the first. */
  readonly after: readonly ValueTable[];
}

/** Steps of content. */
export const INTERVALS = 32;

export class Planner {
  readonly intervals: number;
  /** Content at which each tier ends to pay, and what it costs or brings; Wh of content and µEUR/kWh of content. */
  readonly #charge = new Tiers();
  readonly #discharge = new Tiers();
  #next = new Float64Array(0);
  #now = new Float64Array(0);
  readonly #mean: Float64Array;
  readonly #after: Float64Array;
  readonly #slope: Float64Array;

  constructor(intervals = INTERVALS) {
    this.intervals = intervals;
    this.#mean = new Float64Array(intervals + 1);
    this.#after = new Float64Array(intervals + 1);
    this.#slope = new Float64Array(intervals);
  }

  /** Values the contents of an accumulator. The outlook has at least one step and one scenario. */
  value(store: StoreModel, scenarios: Scenarios, terms: Terms): Valuation {
    const { intervals } = this;
    const { seconds, count, weight } = scenarios;
    const steps = seconds.length;
    const points = intervals + 1;
    assert(steps > 0 && count > 0, "an outlook has steps and scenarios");
    if (this.#next.length < count * points) {
      this.#next = new Float64Array(count * points);
      this.#now = new Float64Array(count * points);
    }
    const penalty = penaltyPrice(terms);
    const tables: ValueTable[] = new Array(steps);
    this.#endWith(store, terms, count);
    for (let step = steps - 1; step >= 0; step--) {
      this.#demandTargets(store, terms, step, penalty, count);
      this.#average(weight, count);
      tables[step] = this.#table(store, this.#mean);
      const stays = scenarios.persistence ** (seconds[step]! / 3600);
      for (let scenario = 0; scenario < count; scenario++) {
        const at = scenario * points;
        for (let i = 0; i < points; i++) {
          this.#after[i] = stays * this.#next[at + i]! + (1 - stays) * this.#mean[i]!;
        }
        this.#step(store, scenarios, terms, step, scenario, penalty);
      }
      [this.#next, this.#now] = [this.#now, this.#next];
    }
    return { after: tables };
  }

  /** Beyond the outlook a content saves what it costs to buy it back at the cheapest. */
  #endWith({ capacityWh, oneWayEfficiency, wear }: StoreModel, { importPrice }: Terms, count: number): void {
    let cheapest = Number.POSITIVE_INFINITY;
    for (const price of importPrice) cheapest = Math.min(cheapest, price);
    const value = Math.max(0, (cheapest - wear) * oneWayEfficiency);
    const points = this.intervals + 1;
    for (let i = 0; i < points; i++) {
      const worth = (value * capacityWh * i) / this.intervals;
      for (let scenario = 0; scenario < count; scenario++) this.#next[scenario * points + i] = worth;
    }
  }

  #demandTargets(store: StoreModel, terms: Terms, step: number, penalty: number, count: number): void {
    const points = this.intervals + 1;
    for (const target of terms.targets ?? []) {
      if (target.step !== step) continue;
      for (let i = 0; i < points; i++) {
        const missing = Math.max(0, target.contentWh - (store.capacityWh * i) / this.intervals);
        for (let scenario = 0; scenario < count; scenario++) {
          this.#next[scenario * points + i]! -= penalty * missing;
        }
      }
    }
  }

  #average(weight: Float64Array, count: number): void {
    const points = this.intervals + 1;
    this.#mean.fill(0);
    for (let scenario = 0; scenario < count; scenario++) {
      const share = weight[scenario]!;
      for (let i = 0; i < points; i++) this.#mean[i]! += share * this.#next[scenario * points + i]!;
    }
  }

  #table({ capacityWh }: StoreModel, worth: Float64Array): ValueTable {
    const values = new Float64Array(this.intervals);
    const length = capacityWh / this.intervals;
    let before = Number.POSITIVE_INFINITY;
    for (let i = 0; i < values.length; i++) {
      // Rounding may leave a rise in the last bits; the rule leans on there being none.
      before = values[i] = Math.min(before, (worth[i + 1]! - worth[i]!) / length);
    }
    return { capacityWh, solar: values, grid: values };
  }

  /** One scenario's V before a step from `#after`, V behind it. */
  #step(
    store: StoreModel,
    scenarios: Scenarios,
    terms: Terms,
    step: number,
    scenario: number,
    penalty: number,
  ): void {
    const { intervals } = this;
    const { capacityWh, oneWayEfficiency: efficiency, reserveWh, ceilingWh } = store;
    const hours = scenarios.seconds[step]! / 3600;
    const at = scenario * scenarios.seconds.length + step;
    const loadWh = scenarios.loadW[at]! * hours;
    const solarWh = scenarios.solarW[at]! * hours;
    const powerWh = store.dischargePowerMaxW * hours;
    const saleWh = Math.min(terms.saleWh?.[step] ?? 0, powerWh);
    // While it delivers, the accumulator feeds the home first: what the counter measures is the net of both.
    const lackingWh = Math.max(0, loadWh - solarWh);
    const homeWh =
      saleWh === 0
        ? 0
        : Math.min(powerWh - saleWh, lackingWh * Math.min(1, saleWh / Math.max(1, powerWh - lackingWh)));
    const owed = (saleWh + homeWh) / efficiency;
    const owedPays = homeWh * (terms.importPrice[step]! - store.wear);
    offerTiers(this.#charge, this.#discharge, store, terms, step, hours, loadWh - homeWh - solarWh, penalty);
    const after = this.#after;
    const length = capacityWh / intervals;
    const slope = this.#slope;
    for (let i = 0; i < intervals; i++) slope[i] = (after[i + 1]! - after[i]!) / length;
    this.#charge.levelUp(slope, length);
    this.#discharge.levelDown(slope, length);
    // While a sale is delivered nothing is charged.
    const shareFree = 1 - (saleWh + homeWh) / powerWh;
    const chargeMax = store.chargePowerMaxW * hours * efficiency * shareFree;
    const dischargeMax = powerWh / efficiency - owed;
    const now = this.#now;
    const base = scenario * (intervals + 1);
    for (let i = 0; i <= intervals; i++) {
      const before = i * length;
      const low = Math.min(before, reserveWh);
      const delivered = Math.min(owed, before - low);
      const from = before - delivered;
      const most =
        store.chargeLimits === undefined ? chargeMax : taperedContent(store, from, hours * shareFree);
      let content = this.#charge.follow(from, Math.min(most, Math.max(before, ceilingWh) - from), 1);
      let worth = -this.#charge.amount;
      if (content === from) {
        content = this.#discharge.follow(from, Math.min(dischargeMax, from - low), -1);
        worth = this.#discharge.amount;
      }
      const place = Math.min(intervals - 1, Math.floor(content / length));
      worth += after[place]! + slope[place]! * (content - place * length) - penalty * (owed - delivered);
      now[base + i] = worth + (owed > 0 ? owedPays * (delivered / owed) : 0);
    }
    if (store.chargeLimits !== undefined) raiseToHull(now, base, intervals);
    // Below the reserve a kWh is worth what it is above: it is needed first to come there.
    const first = Math.min(intervals - 1, Math.ceil(reserveWh / length));
    const value = now[base + first + 1]! - now[base + first]!;
    for (let i = first - 1; i >= 0; i--) now[base + i] = now[base + i + 1]! - value;
  }
}

/**
 * Raises values to their concave hull. Where less may be charged the fuller it is, V bends the other way about a
 * bound: what is missing below it is soon made good, above it not. The rule wants values that fall.
 */
function raiseToHull(worth: Float64Array, base: number, intervals: number): void {
  const corners: number[] = [];
  const rise = (from: number, to: number) => (worth[base + to]! - worth[base + from]!) / (to - from);
  for (let i = 0; i <= intervals; i++) {
    while (corners.length > 1) {
      const [before, last] = [corners.at(-2)!, corners.at(-1)!];
      if (rise(before, last) > rise(last, i)) break;
      corners.pop();
    }
    corners.push(i);
  }
  for (let c = 1; c < corners.length; c++) {
    const [from, to] = [corners[c - 1]!, corners[c]!];
    const slope = rise(from, to);
    for (let i = from + 1; i < to; i++) worth[base + i] = worth[base + from]! + slope * (i - from);
  }
}

/** The most that a step can add to a content where less may be charged the more is stored, Wh of content. */
function taperedContent(store: StoreModel, from: number, hours: number): number {
  const { capacityWh, oneWayEfficiency, chargePowerMaxW, chargeLimits = [] } = store;
  if (hours <= 0) return 0;
  const each = hours * oneWayEfficiency;
  const power = taperedW(
    chargePowerMaxW,
    chargeLimits,
    from / capacityWh,
    (share) => (share * capacityWh - from) / each,
  );
  return power * each;
}
