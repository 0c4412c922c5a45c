/**
 * What the coming quarter hours cost, bring and allow, and the plan made of it: the platform's prices as far as it said
 * them, before the home's own; what connection and grid operator leave; what stays in the store. A planner that fails
 * is told, and the home is run on.
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Failsafe, TimedLimit } from "#control/limits.ts";
import { failsafeOf, timedLimitOf } from "#control/operator-limit.ts";
import type { ValueTable } from "#control/value-table.ts";
import type { HomePlan as HomePlanColumns } from "#wire/home-schemas.ts";
import type { HomeClock } from "./clock.ts";
import type { GatewayLog } from "./gateway-log.ts";
import { HomePlan, type PlanTerms, storeOf } from "./home-plan.ts";
import { type HomePrices, type PriceAt, priceOf } from "./home-prices.ts";
import type { HomeSettings } from "./home-settings.ts";
import type { LiveRing } from "./live-ring.ts";
import type { ComingTerms } from "./loads/known-home.ts";
import type { Books } from "./meter.ts";
import type { ProcessImage } from "./process-image.ts";
import type { StandingOrders } from "./standing-orders.ts";

export interface HomeTermsOptions {
  readonly settings: HomeSettings;
  /** While the platform says none; `undefined` = the settings'. */
  readonly prices: HomePrices | undefined;
  readonly orders: StandingOrders;
  /** What the home has lived; `undefined` = nothing is planned. */
  readonly ring: LiveRing | undefined;
  readonly log: GatewayLog;
}

export class HomeTerms {
  readonly #settings: HomeSettings;
  readonly #prices: HomePrices;
  readonly #orders: StandingOrders;
  readonly #plan: HomePlan | undefined;
  readonly #log: GatewayLog;

  constructor({ settings, prices, orders, ring, log }: HomeTermsOptions) {
    this.#settings = settings;
    this.#prices = prices ?? {
      importPrice: priceOf(settings.importPrice),
      feedInPrice: priceOf(settings.feedInPrice),
    };
    this.#orders = orders;
    this.#plan = ring && new HomePlan(ring);
    this.#log = log;
  }

  readonly importPriceAt: PriceAt = (start) =>
    this.#toldPrice("importMicroEurPerKwh", start) ?? this.#prices.importPrice(start);

  readonly feedInPriceAt: PriceAt = (start) =>
    this.#toldPrice("feedInMicroEurPerKwh", start) ?? this.#prices.feedInPrice(start);

  /** Stays in the store for the owner, Wh. */
  get reserveWh(): number {
    return this.#orders.message?.reserveWh ?? this.#settings.reserveWh;
  }

  /**
   * What the grid operator asks. It is over where both the platform, when it made the orders, and the home's clock say
   * so: neither of them alone, jumping ahead, lifts a limit. A clock that cannot be is not asked.
   */
  operator(clock: Pick<HomeClock, "nowMs" | "isPossible">): readonly TimedLimit[] {
    const limit = this.#orders.operatorLimit;
    const told = this.#orders.message?.time ?? 0;
    const passed = clock.isPossible ? Math.min(told, clock.nowMs / 1000) : told;
    return limit === null || limit.until <= passed ? [] : [timedLimitOf(limit)];
  }

  /** What holds of the connection while the platform is silent. */
  get failsafe(): Failsafe | undefined {
    return failsafeOf(this.#orders.operatorLimit) ?? this.#settings.failsafe;
  }

  /** What the plan says of this quarter hour; `undefined` where there is none. */
  values(image: ProcessImage, now: UnixSeconds): ValueTable | undefined {
    return this.#log.attempt("plan", () => this.#plan?.values(now, () => this.#planTerms(image)));
  }

  /** What who plans a load must know of the hours to come. */
  coming(stored: Books): ComingTerms {
    return {
      importPrice: this.importPriceAt,
      feedInPrice: this.feedInPriceAt,
      importMaxW: (start) => this.#flowMaxW(start).importW,
      plan: this.#plan?.plan(stored),
    };
  }

  /** The plan as people see it. `storedWh`: by the accumulator, shared out to origins as the meter's books are. */
  shownPlan(books: Books | undefined, storedWh: number | undefined): HomePlanColumns | undefined {
    const { solarWh, gridWh } = books ?? { solarWh: 0, gridWh: 0 };
    const solarShare = solarWh + gridWh > 0 ? solarWh / (solarWh + gridWh) : 0;
    return this.#log.attempt("plan", () =>
      this.#plan?.shown(() =>
        storedWh === undefined
          ? undefined
          : { solarWh: storedWh * solarShare, gridWh: storedWh * (1 - solarShare) },
      ),
    );
  }

  #planTerms(image: ProcessImage): PlanTerms | undefined {
    const { reserveWh } = this;
    const { gridEnergySellable } = this.#orders;
    const store = storeOf(image, this.#settings, { reserveWh, gridEnergySellable });
    if (store === undefined) return undefined;
    return {
      store,
      importPrice: this.importPriceAt,
      feedInPrice: this.feedInPriceAt,
      flowMaxW: (start) => this.#flowMaxW(start),
    };
  }

  #toldPrice(list: "importMicroEurPerKwh" | "feedInMicroEurPerKwh", start: UnixSeconds): number | undefined {
    const told = this.#orders.message?.prices;
    return told?.[list][Math.floor((start - told.from) / QUARTER_HOUR_S)];
  }

  /** What connection and operator leave of a quarter hour, W. */
  #flowMaxW(start: UnixSeconds): ReturnType<PlanTerms["flowMaxW"]> {
    const { importPowerMaxW, exportPowerMaxW } = this.#settings.connection;
    const least = { importW: importPowerMaxW, exportW: exportPowerMaxW };
    const limit = this.#orders.operatorLimit;
    if (limit === null || limit.until <= start || limit.from >= start + QUARTER_HOUR_S) return least;
    return {
      importW: Math.min(least.importW, limit.importPowerMaxW ?? least.importW),
      exportW: Math.min(least.exportW, limit.exportPowerMaxW ?? least.exportW),
    };
  }
}
