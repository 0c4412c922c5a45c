/**
 * A street lived through while its homes trade: before each quarter hour they bid by forecast and store, the book is
 * cleared, and then the BEC of each steers its home minute by minute towards what was traded. What the meters then
 * count is settled against the trades:
 *
 * - sold and not given is bought at the supplier's tariff, bought and not taken is sold at the feed-in price;
 * - what was metered beyond the trades is matched among the homes at the quarter hour's end, midway between the two,
 *   in proportion; what is left after that goes by tariff and feed-in.
 *
 * The same engine lives the street without a market, and with suppliers alone who buy what is stored beyond the
 * home's own need at the best rate of the day.
 */
import { assert } from "#base/assert.ts";
import { civilTime, dayNumber, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { clearBySplit } from "#market/auction/fixed-split.ts";
import { clearUniform } from "#market/auction/uniform.ts";
import { clearingProblem } from "#market/auction/verify.ts";
import { demandWh, exportWh, generationWh, importWh, type Reading } from "#metering/reading.ts";
import { FLOW } from "#plant/flows.ts";
import type { Outside } from "#sim/auction/agents.ts";
import { Forecast, type Household, ordersOf, spareWh, steer, type Traded } from "#sim/auction/battery.ts";
import { Home } from "#sim/home.ts";
import type { HomePlan, TownPlan } from "#sim/plan.ts";

export type Outlet = "none" | "supplier" | "auction";

export interface LivedHome {
  readonly id: string;
  readonly solarPeakW: number;
  /** Wh by quarter hour. */
  readonly imported: readonly number[];
  readonly exported: readonly number[];
  readonly generated: readonly number[];
  readonly used: readonly number[];
  /** µEUR over the period: what it paid less what it received. */
  readonly cost: number;
}

export interface LivedStreet {
  readonly homes: readonly LivedHome[];
  /** By quarter hour, Wh that were traded, what of that was then both given and taken, and what was matched after. */
  readonly traded: readonly number[];
  readonly delivered: readonly number[];
  readonly matched: readonly number[];
  /** By quarter hour, µEUR/kWh; `undefined` where nothing traded. */
  readonly price: readonly (number | undefined)[];
  /** Left in the accumulators at the end, Wh of content. */
  readonly storedWh: number;
  /** Wh sold from the accumulators to suppliers. */
  readonly soldToSuppliersWh: number;
  /** Traded and then not metered, Wh. */
  readonly imbalanceWh: number;
  /** Mean absolute errors of load less sunshine in a quarter hour, Wh, from the eighth day on; NaN before. */
  readonly forecastError: number;
  readonly weekBeforeError: number;
}

/** How often the BEC looks at what is still to be delivered. */
const STEP_S = 60;

export function liveStreet(plan: TownPlan, slots: number, outlet: Outlet, outside: Outside): LivedStreet {
  const homes = plan.homes.map((home) => new LivingHome(home, plan.start, outside));
  const [traded, delivered, matched]: [number[], number[], number[]] = [[], [], []];
  const price: (number | undefined)[] = [];
  let [imbalanceWh, soldToSuppliersWh] = [0, 0];
  for (let slot = 0; slot < slots; slot++) {
    const start = plan.start + slot * QUARTER_HOUR_S;
    const market = outlet === "auction" ? hold(homes, outside) : noMarket(homes.length);
    const rate = outlet === "supplier" ? bestRate(plan, start) : 0;
    for (const [i, home] of homes.entries()) {
      const sale = rate > outside.feedIn ? spareWh(home, rate, outside) : 0;
      const reading = home.live(start, market.trades[i]!, sale);
      // A supplier pays its rate for what left the store, in the place of the feed-in price.
      home.cost -= (sale === 0 ? 0 : reading.flows.accumulatorToGrid * (rate - outside.feedIn)) / 1000;
      soldToSuppliersWh += sale === 0 ? 0 : reading.flows.accumulatorToGrid;
    }
    const settled = settle(homes, market, outlet === "auction", outside);
    imbalanceWh += settled.imbalanceWh;
    delivered.push(settled.deliveredWh);
    matched.push(settled.matchedWh);
    traded.push(market.tradedWh);
    price.push(market.price);
  }
  const errors = homes.map(({ errors }) => errors);
  const mean = (of: (error: Errors) => number) =>
    errors.reduce((sum, error) => sum + of(error), 0) / errors.reduce((sum, { count }) => sum + count, 0);
  return {
    homes: homes.map(({ lived, cost }) => ({ ...lived, cost })),
    traded,
    delivered,
    matched,
    price,
    storedWh: homes.reduce((sum, { accumulator }) => sum + (accumulator?.storedWh ?? 0), 0),
    soldToSuppliersWh,
    imbalanceWh,
    forecastError: mean(({ forecast }) => forecast),
    weekBeforeError: mean(({ weekBefore }) => weekBefore),
  };
}

interface Errors {
  forecast: number;
  weekBefore: number;
  count: number;
}

class LivingHome implements Household {
  readonly reserveWh: number;
  readonly forecast = new Forecast();
  readonly lived: Omit<LivedHome, "cost"> & {
    imported: number[];
    exported: number[];
    generated: number[];
    used: number[];
  };
  readonly errors: Errors = { forecast: 0, weekBefore: 0, count: 0 };
  cost = 0;
  readonly #home: Home;
  readonly #plan: HomePlan;

  constructor(plan: HomePlan, start: UnixSeconds, { tariff, feedIn }: Outside) {
    const { plant, site, reserveWh, solarPeakW } = plan;
    this.#plan = plan;
    this.reserveWh = reserveWh;
    this.#home = new Home({ plant, site, start, reserveWh, importPrice: tariff, feedInPrice: feedIn });
    const id = String(plant).padStart(2, "0");
    this.lived = { id, solarPeakW, imported: [], exported: [], generated: [], used: [] };
  }

  get accumulator() {
    return this.#home.accumulator;
  }

  /** A quarter hour; `sale` Wh that leave the store for a supplier, besides what was traded. */
  live(start: UnixSeconds, traded: Traded, sale: number): Reading {
    const { source } = this.#plan;
    const { situation, flowsW } = this.#home;
    let [exportedJ, importedJ, netJ, soldJ] = [0, 0, 0, 0];
    for (let passed = 0; passed < QUARTER_HOUR_S; passed += STEP_S) {
      const at = start + passed;
      const [solarW, loadW] = [source.solarW(at, STEP_S), source.loadW(at, STEP_S)];
      const surplusW = Math.max(0, solarW - loadW);
      const secondsLeft = QUARTER_HOUR_S - passed;
      const now = { surplusW, seconds: STEP_S, secondsLeft };
      const { exportFirst, fromStoreJ, keepStore } = steer(traded, { exportedJ, importedJ }, now);
      situation.storedValue = exportFirst ? 0 : Number.NaN;
      // A reserve that is never reached leaves the store alone.
      situation.reserveWh = keepStore ? Number.MAX_SAFE_INTEGER / 3600 : this.reserveWh;
      const saleJ = sale === 0 ? 0 : ((sale * 3600 - soldJ) * STEP_S) / secondsLeft;
      this.#home.order(Math.max(0, Math.ceil(fromStoreJ + saleJ)));
      this.#home.step(at, STEP_S, solarW, loadW);
      exportedJ += (flowsW[FLOW.solarToGrid]! + flowsW[FLOW.accumulatorToGrid]!) * STEP_S;
      importedJ += (flowsW[FLOW.gridToHome]! + flowsW[FLOW.gridToAccumulator]!) * STEP_S;
      soldJ += flowsW[FLOW.accumulatorToGrid]! * STEP_S;
      netJ += (loadW - solarW) * STEP_S;
    }
    this.#learn(netJ / 3600);
    const reading = this.#home.closeInterval();
    const { imported, exported, generated, used } = this.lived;
    imported.push(importWh(reading.flows));
    exported.push(exportWh(reading.flows));
    generated.push(generationWh(reading.flows));
    used.push(demandWh(reading.flows));
    return reading;
  }

  #learn(netWh: number): void {
    const weekBefore = this.forecast.weekBefore();
    if (weekBefore !== undefined) {
      this.errors.forecast += Math.abs(this.forecast.net(0) - netWh);
      this.errors.weekBefore += Math.abs(weekBefore - netWh);
      this.errors.count += 1;
    }
    this.forecast.observe(netWh);
  }
}

interface Held {
  readonly trades: readonly Traded[];
  /** µEUR by home: pays less receives. */
  readonly paid: readonly number[];
  readonly tradedWh: number;
  readonly price: number | undefined;
}

function noMarket(homes: number): Held {
  return {
    trades: new Array<Traded>(homes).fill({ soldWh: 0, boughtWh: 0 }),
    paid: new Array<number>(homes).fill(0),
    tradedWh: 0,
    price: undefined,
  };
}

/** Every home's orders, cleared at one price; the certificate is checked. */
function hold(homes: readonly LivingHome[], outside: Outside): Held {
  const orders = homes.flatMap((home, i) => ordersOf(home, outside).map((order) => ({ ...order, home: i })));
  const bids = orders.filter(({ side }) => side === "bid");
  const asks = orders.filter(({ side }) => side === "ask");
  const columns = (of: typeof orders) => ({
    energyWh: Uint32Array.from(of, ({ energyWh }) => energyWh),
    limit: Int32Array.from(of, ({ limit }) => limit),
  });
  const book = { bids: columns(bids), asks: columns(asks) };
  const clearing = clearUniform(book);
  assert(clearingProblem(book, clearing, NO_TERMS) === undefined, "every clearing of a street holds");
  const trades = homes.map(() => ({ soldWh: 0, boughtWh: 0 }));
  const paid = homes.map(() => 0);
  for (const [i, { home }] of bids.entries()) {
    trades[home]!.boughtWh += clearing.bids.energyWh[i]!;
    paid[home]! += clearing.bids.amount[i]!;
  }
  for (const [i, { home }] of asks.entries()) {
    trades[home]!.soldWh += clearing.asks.energyWh[i]!;
    paid[home]! -= clearing.asks.amount[i]!;
  }
  return { trades, paid, tradedWh: clearing.tradedWh, price: clearing.price };
}

const NO_TERMS = { arrivals: { bids: [], asks: [] }, split: { price: undefined, keysPerMille: undefined } };

/** Trades against the meters of the quarter hour that ended. */
function settle(homes: readonly LivingHome[], market: Held, matching: boolean, { tariff, feedIn }: Outside) {
  const last = homes.map(
    ({ lived: { imported, exported } }) => [imported.at(-1)!, exported.at(-1)!] as const,
  );
  const restImport = last.map(([wh], i) => Math.max(0, wh - market.trades[i]!.boughtWh));
  const restExport = last.map(([, wh], i) => Math.max(0, wh - market.trades[i]!.soldWh));
  const unused = last.map(([wh], i) => Math.max(0, market.trades[i]!.boughtWh - wh));
  const missing = last.map(([, wh], i) => Math.max(0, market.trades[i]!.soldWh - wh));
  const matched = matching
    ? clearBySplit(
        {
          bids: { energyWh: Uint32Array.from(restImport), limit: new Int32Array(homes.length).fill(tariff) },
          asks: { energyWh: Uint32Array.from(restExport), limit: new Int32Array(homes.length).fill(feedIn) },
        },
        { price: Math.round((tariff + feedIn) / 2), keysPerMille: undefined },
      )
    : undefined;
  for (const [i, home] of homes.entries()) {
    const taken = matched?.bids.energyWh[i] ?? 0;
    const given = matched?.asks.energyWh[i] ?? 0;
    home.cost +=
      market.paid[i]! +
      (matched?.bids.amount[i] ?? 0) -
      (matched?.asks.amount[i] ?? 0) +
      ((restImport[i]! - taken + missing[i]!) * tariff - (restExport[i]! - given + unused[i]!) * feedIn) /
        1000;
  }
  const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
  const bought = sum(market.trades.map(({ boughtWh }) => boughtWh)) - sum(unused);
  const sold = sum(market.trades.map(({ soldWh }) => soldWh)) - sum(missing);
  return {
    deliveredWh: Math.min(bought, sold),
    matchedWh: matched?.tradedWh ?? 0,
    imbalanceWh: sum(unused) + sum(missing),
  };
}

/** µEUR/kWh of the supplier that pays most on the civil day. */
function bestRate({ suppliers, zone }: TownPlan, time: UnixSeconds): number {
  const day = dayNumber(civilTime(zone, time));
  return Number(
    suppliers.map(({ rateOf }) => rateOf(day)).reduce((best, rate) => (rate > best ? rate : best)),
  );
}
