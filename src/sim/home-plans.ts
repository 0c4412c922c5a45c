/**
 * The planners of a live town's homes: each keeps what its home has lived by quarter hours, and from each quarter hour
 * on values what is stored. The home's BEC goes by these values (`control/dispatch`); the plan behind them is shown to
 * its owner. Homes take their turn, a few in each step, so that nobody waits for all of them.
 *
 * While a town catches up with its present nobody plans: its homes live by the plain rule, as those of a town without a
 * platform do, so that a seed still ends where it ended.
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Plan } from "#control/plan.ts";
import { type Band, HomePlanner } from "#forecast/home-planner.ts";
import { FLOW } from "#plant/flows.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import type { Home } from "#sim/home.ts";
import type { Prices } from "#sim/plan.ts";

/** Homes planned in one step of the town: some milliseconds each. */
const AT_ONCE = 4;
/** 0.02 € for each kWh through the terminals, where no owner says otherwise, µEUR/kWh. */
const USUAL_WEAR = 20_000;

/** A quarter hour as a home lived it: mean powers, W. */
export interface LivedQuarterHour {
  readonly loadW: number;
  readonly solarW: number;
}

interface Planned {
  readonly home: Home;
  readonly planner: HomePlanner;
  loadJ: number;
  solarJ: number;
  /** From when its last plan is. */
  made: UnixSeconds;
}

export class HomePlans {
  readonly #homes: readonly Planned[];
  readonly #prices: (time: UnixSeconds) => Prices;
  readonly #show: (plant: number, plan: Plan, solarBandW: Band) => void;

  constructor(
    homes: readonly Home[],
    prices: (time: UnixSeconds) => Prices,
    lived: (plant: number) => readonly LivedQuarterHour[],
    show: (plant: number, plan: Plan, solarBandW: Band) => void,
  ) {
    this.#prices = prices;
    this.#show = show;
    this.#homes = homes
      .filter(({ accumulator }) => accumulator !== undefined)
      .map((home) => {
        const planner = new HomePlanner(QUARTER_HOUR_S);
        for (const { loadW, solarW } of lived(home.plant)) planner.past.add(loadW, solarW);
        return { home, planner, loadJ: 0, solarJ: 0, made: 0 };
      });
  }

  /** The homes have lived a step that ends at `time`. */
  lived(time: UnixSeconds, stepS: number): void {
    for (const one of this.#homes) {
      const w = one.home.flowsW;
      const { loadW } = one.home.situation;
      one.loadJ += loadW * stepS;
      one.solarJ +=
        (w[FLOW.solarToHome]! + w[FLOW.solarToAccumulator]! + w[FLOW.solarToGrid]! + w[FLOW.curtailed]!) *
        stepS;
      if (time % QUARTER_HOUR_S !== 0) continue;
      one.planner.past.add(one.loadJ / QUARTER_HOUR_S, one.solarJ / QUARTER_HOUR_S);
      one.loadJ = 0;
      one.solarJ = 0;
    }
  }

  /** Plans anew for a few homes whose plan is of an earlier quarter hour; says how many had to wait. */
  plan(time: UnixSeconds): number {
    const slot = time - (time % QUARTER_HOUR_S);
    const waiting = this.#homes.filter(({ made }) => made < slot);
    for (const one of waiting.slice(0, AT_ONCE)) this.#planOne(one, slot);
    return Math.max(0, waiting.length - AT_ONCE);
  }

  #planOne(one: Planned, slot: UnixSeconds): void {
    one.made = slot;
    const { home, planner } = one;
    const accumulator = home.accumulator!;
    const { situation } = home;
    if (situation.wear === 0) situation.wear = USUAL_WEAR;
    const { capacityWh, chargePowerMaxW, dischargePowerMaxW } = accumulator.parameters;
    const store = {
      ...{ capacityWh, chargePowerMaxW, dischargePowerMaxW, ceilingWh: capacityWh },
      oneWayEfficiency: accumulator.oneWayEfficiency,
      wear: situation.wear,
      reserveWh: situation.reserveWh,
      gridEnergySellable: situation.gridEnergySellable,
      feedsIn: false,
    };
    const values = planner.valuesFrom(slot, store, (start) => {
      const { importPrice, feedInPrice } = this.#prices(start);
      return { importPrice, exportPrice: feedInPrice };
    });
    situation.values = values;
    const plan = planner.plan({
      solarWh: accumulator.solarJ / J_PER_WH,
      gridWh: accumulator.gridJ / J_PER_WH,
    });
    if (values !== undefined && plan !== undefined) this.#show(home.plant, plan, planner.solarBand());
  }
}
