/** A planner's model of an accumulator, as physics and as the situation in which the BEC's rule decides over it. */
import type { Accumulator, AccumulatorParameters } from "#plant/accumulator.ts";
import type { ConnectionLimits } from "#plant/site.ts";
import type { Situation } from "./dispatch.ts";
import type { StoreModel } from "./outlook.ts";
import { NO_SUPPLY_LIMIT } from "./supply-limit.ts";

export function parametersOf(store: StoreModel): AccumulatorParameters {
  const { capacityWh, chargePowerMaxW, dischargePowerMaxW, oneWayEfficiency, chargeLimits } = store;
  return {
    capacityWh,
    chargePowerMaxW,
    dischargePowerMaxW,
    roundTripEfficiency: oneWayEfficiency * oneWayEfficiency,
    standbyLossW: 0,
    ...(chargeLimits && { chargeLimits }),
  };
}

/** Nothing flows yet and nothing is priced: who steps through it writes load, sun and prices each step. */
export function situationOf(
  store: StoreModel,
  accumulator: Accumulator,
  connection: ConnectionLimits,
): Situation {
  return {
    seconds: 0,
    solarW: 0,
    loadW: 0,
    accumulator,
    connection,
    supply: NO_SUPPLY_LIMIT,
    reserveWh: store.reserveWh,
    ceilingWh: store.ceilingWh,
    saleRemainingJ: 0,
    gridEnergySellable: store.gridEnergySellable,
    feedsInStored: store.feedsIn,
    importPrice: 0,
    feedInPrice: 0,
    storedValue: Number.NaN,
    wear: store.wear,
  };
}
