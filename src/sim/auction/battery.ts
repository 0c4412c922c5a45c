/**
 * A bidder who sees a forecast and its accumulator. Before each quarter hour it reckons how much of what is stored
 * the home will need until its panels fill it again, keeps that, and bids or asks with the rest:
 *
 * - the panels' surplus that the store will not need goes to the market at the feed-in price or more;
 * - what is stored beyond that goes too, at what losing it on the way makes it worth;
 * - what the home lacks and the store cannot give is bid for up to the supplier's tariff; what the store could give
 *   and will lack later is bid for as well, up to what it saves then, and the store is left alone meanwhile.
 *
 * The forecast is persistence: for later the same quarter hour of the day before, for the next one the mean of that
 * and of the last. Nothing else is known to it; whoever trades on it is settled against the meter. It does not buy
 * in order to store, and it says what energy is worth to it, no more and no less.
 */
import type { Accumulator } from "#plant/accumulator.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { Outside } from "#sim/auction/agents.ts";

const DAY = 96;

/** What the home drew and its panels could give by quarter hour, Wh; forecasts of both from what is past. */
export class Forecast {
  readonly #past: number[] = [];

  /** Load less sunshine of the quarter hour that ended, Wh. */
  observe(netWh: number): void {
    this.#past.push(netWh);
  }

  /** Wh, `ahead` quarter hours from now: 0 is the one that begins. Nothing in the first quarter hour. */
  net(ahead: number): number {
    const past = this.#past;
    const last = past.at(-1) ?? 0;
    const dayBefore = past[past.length + ahead - DAY] ?? last;
    return ahead === 0 ? (last + dayBefore) / 2 : dayBefore;
  }

  /** The same quarter hour of the day a week before, which a forecast should beat. */
  weekBefore(): number | undefined {
    return this.#past[this.#past.length - 7 * DAY];
  }
}

export interface Order {
  readonly side: "bid" | "ask";
  readonly energyWh: number;
  /** µEUR/kWh. */
  readonly limit: number;
}

export interface Household {
  readonly accumulator: Accumulator | undefined;
  /** Wh of content that its owner keeps whatever happens. */
  readonly reserveWh: number;
  readonly forecast: Forecast;
}

/**
 * Wh of content that the home will need above its reserve before its panels have filled the store again: the
 * highest sum of what it lacks, less what then comes in, over the next day.
 *
 * Of the sun to come only a part is counted, as whoever must choose an amount before the demand is known weighs what
 * too much costs against what too little does: a kWh sold at `price` and missed later costs the tariff less that, a
 * kWh kept for nothing the price less the feed-in. Midway that is half.
 */
export function toKeepWh(
  { accumulator, reserveWh, forecast }: Household,
  price: number,
  { feedIn, tariff }: Outside,
): number {
  if (accumulator === undefined) return 0;
  const { oneWayEfficiency, parameters } = accumulator;
  const trust = Math.max(0, Math.min(1, (price - feedIn) / (tariff - feedIn)));
  let [needed, most] = [0, 0];
  for (let ahead = 1; ahead < DAY; ahead++) {
    const net = forecast.net(ahead);
    needed += net > 0 ? net / oneWayEfficiency : net * oneWayEfficiency * trust;
    most = Math.max(most, needed);
  }
  return Math.min(most, parameters.capacityWh - reserveWh);
}

/** What the home bids and asks for the quarter hour that begins. */
export function ordersOf(home: Household, outside: Outside): Order[] {
  const { feedIn, tariff } = outside;
  const net = home.forecast.net(0);
  const { accumulator } = home;
  const orders: Order[] = [];
  const add = (side: Order["side"], energyWh: number, limit: number) => {
    if (Math.floor(energyWh) > 0)
      orders.push({ side, energyWh: Math.floor(energyWh), limit: Math.round(limit) });
  };
  if (accumulator === undefined) {
    add(net > 0 ? "bid" : "ask", Math.abs(net), net > 0 ? tariff : feedIn);
    return orders;
  }
  const { oneWayEfficiency, parameters, storedWh } = accumulator;
  const spare = storedWh - home.reserveWh - toKeepWh(home, (feedIn + tariff) / 2, outside);
  if (net > 0) {
    const free = Math.max(0, storedWh - home.reserveWh) * oneWayEfficiency;
    const power = parameters.dischargePowerMaxW / 4;
    const covered = Math.min(net, free, power);
    add("bid", net - covered, tariff);
    // The store will run out: a kWh bought now is one of it left for then.
    if (spare < 0) add("bid", Math.min(covered, -spare * oneWayEfficiency), tariff * STANDBY);
    add(
      "ask",
      Math.min((spare - covered / oneWayEfficiency) * oneWayEfficiency, power - covered),
      feedIn / oneWayEfficiency,
    );
    return orders;
  }
  const surplus = -net;
  const missing = Math.max(0, -spare) / oneWayEfficiency;
  add("ask", surplus - Math.min(missing, parameters.chargePowerMaxW / 4), feedIn);
  add(
    "ask",
    Math.min(spare * oneWayEfficiency, parameters.dischargePowerMaxW / 4),
    feedIn / oneWayEfficiency,
  );
  return orders;
}

/** What is left of a kWh that stays stored for some hours. */
const STANDBY = 0.98;

/** Stored energy that the home had better sell at a price than keep, Wh at the terminals in a quarter hour. */
export function spareWh(home: Household, price: number, outside: Outside): number {
  const { accumulator } = home;
  if (accumulator === undefined) return 0;
  const { oneWayEfficiency, parameters, storedWh } = accumulator;
  const net = home.forecast.net(0);
  const spare =
    storedWh - home.reserveWh - toKeepWh(home, price, outside) - Math.max(0, net) / oneWayEfficiency;
  const power = parameters.dischargePowerMaxW / 4 - Math.max(0, net);
  return Math.max(0, Math.floor(Math.min(spare * oneWayEfficiency, power)));
}

/**
 * What the BEC is told for the next minute so that the meter comes to what was traded, and no further: export the
 * surplus first, take so much from the store, or leave the store alone while bought energy still comes.
 */
export interface Steering {
  readonly exportFirst: boolean;
  /** J at the terminals in the next step. */
  readonly fromStoreJ: number;
  readonly keepStore: boolean;
}

export interface Traded {
  readonly soldWh: number;
  readonly boughtWh: number;
}

export function steer(
  { soldWh, boughtWh }: Traded,
  sofar: { readonly exportedJ: number; readonly importedJ: number },
  now: { readonly surplusW: number; readonly seconds: number; readonly secondsLeft: number },
): Steering {
  const toExportJ = soldWh * J_PER_WH - sofar.exportedJ;
  const neededW = toExportJ / now.secondsLeft;
  return {
    exportFirst: toExportJ > 0,
    fromStoreJ: toExportJ > 0 && neededW > now.surplusW ? (neededW - now.surplusW) * now.seconds : 0,
    keepStore: boughtWh * J_PER_WH > sofar.importedJ,
  };
}
