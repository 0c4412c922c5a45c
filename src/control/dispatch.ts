/**
 * The BEC's choice each second: from where the home lives, and what panels and accumulator do with the rest.
 *
 * The rule, in order:
 * 1. The home takes from its panels what they give.
 * 2. A sale to deliver goes out of the accumulator from stored solar energy, on top of any surplus, up to the
 *    connection's export limit. The counter measures the net of both directions, so while it delivers the
 *    accumulator feeds the home first; where the home alone needs all of its power, the sale waits.
 * 3. Surplus charges the accumulator, then goes to the MicroGrid, then is curtailed.
 * 4. What the home lacks comes from the accumulator above the reserve and above what is sold but not yet
 *    delivered, then from the MicroGrid. Only to keep the import limit is the reserve touched.
 * 5. Where the supply is limited (`control/supply-limit`) the accumulator covers what may not come in, reserve and
 *    all; what it cannot give is not served. The connection's own limit cuts nothing off: it is only pointed at.
 *
 * This is the self-consumption rule. A planner (none yet) turns it into an optimum by one number, the marginal
 * value of stored energy v, from which 3 and 4 become comparisons with the import price p, the feed-in price
 * q and the wear w per kWh at the terminals, with one-way efficiency η:
 * store surplus when η v > q + w; serve the home when p > v ÷ η + w; charge from the MicroGrid when
 * η v > p + w. Limits hold whatever the plan says. Without a plan (v is NaN) the rule above stands.
 *
 * Powers are W on the grid of `plant/resolution`; the flows add up exactly:
 * solarToHome + accumulatorToHome + gridToHome + unserved = load, and the solar flows + curtailed = solar.
 */
import type { Accumulator } from "#plant/accumulator.ts";
import { FLOW } from "#plant/flows.ts";
import { ceilOnGrid, J_PER_WH } from "#plant/resolution.ts";
import type { ConnectionLimits } from "#plant/site.ts";
import type { SupplyLimit, SupplyLimitName } from "./supply-limit.ts";

/** Everything the choice depends on. Kept per home and written anew each step, never allocated again. */
export interface Situation {
  /** Length of the step, whole seconds. */
  seconds: number;
  solarW: number;
  loadW: number;
  readonly accumulator: Accumulator | undefined;
  readonly connection: ConnectionLimits;
  /** What the supply contract leaves of it. */
  supply: SupplyLimit;
  /** Stays in the accumulator for the owner, Wh of content. */
  reserveWh: number;
  /** Sold and not yet delivered, J at the terminals; 0 where nothing is on order. */
  saleRemainingJ: number;
  /** Whether a sale may also take energy that came from the MicroGrid. */
  gridEnergySellable: boolean;
  /** µEUR/kWh. */
  importPrice: number;
  /** What unsold surplus brings, µEUR/kWh. */
  feedInPrice: number;
  /** Marginal value of a stored kWh by the planner, µEUR/kWh; NaN without a plan. */
  storedValue: number;
  /** Ageing of the accumulator per kWh at its terminals, µEUR/kWh. */
  wear: number;
}

/** Why the BEC does what it does. The order is that of the small integers that `dispatch` returns. */
export const DECISION_CODES = [
  "nothing_flows",
  "panels_cover_home",
  "panels_cover_home_rest_charges",
  "panels_cover_home_rest_charges_and_exports",
  "panels_cover_home_rest_exports_accumulator_full",
  "panels_cover_home_rest_exports_worth_more",
  "panels_cover_home_rest_exports_no_accumulator",
  "panels_curtailed_export_limit",
  "accumulator_supplies_home",
  "accumulator_supplies_home_power_limit",
  "accumulator_keeps_import_limit",
  "microgrid_supplies_home_reserve_kept",
  "microgrid_supplies_home_accumulator_empty",
  "microgrid_supplies_home_energy_sold",
  "microgrid_supplies_home_stored_worth_more",
  "microgrid_supplies_home_no_accumulator",
  "microgrid_charges_accumulator",
  "delivering_sale",
  "import_limit_exceeded",
  "supply_reduced_accumulator_helps",
  "supply_reduced_load_shed",
  "supply_suspended_accumulator_supplies",
  "supply_suspended_load_shed",
  "vital_minimum_accumulator_helps",
  "vital_minimum_load_shed",
] as const;
export type DecisionCode = (typeof DECISION_CODES)[number];

export const DECISION: { readonly [code in DecisionCode]: number } = Object.fromEntries(
  DECISION_CODES.map((code, index) => [code, index]),
) as { [code in DecisionCode]: number };

type Limited = Exclude<SupplyLimitName, "none">;

/** By what limits the supply: the accumulator covers the rest of the load, or loads are shed. */
const LIMITED: { readonly [why in Limited]: { readonly helped: number; readonly shed: number } } = {
  reduced: { helped: DECISION.supply_reduced_accumulator_helps, shed: DECISION.supply_reduced_load_shed },
  suspended: {
    helped: DECISION.supply_suspended_accumulator_supplies,
    shed: DECISION.supply_suspended_load_shed,
  },
  vital_minimum: {
    helped: DECISION.vital_minimum_accumulator_helps,
    shed: DECISION.vital_minimum_load_shed,
  },
};
const LIMITED_CODES: ReadonlySet<number> = new Set(
  Object.values(LIMITED).flatMap(({ helped, shed }) => [helped, shed]),
);

/** A decision as it is shown: the code of its sentence, the numbers compared, and since when it stands. */
export interface Decision {
  readonly code: DecisionCode;
  readonly numbers: { readonly [name: string]: number };
  readonly since: number;
}

/**
 * Decides one step: writes the flows and returns the number of the decision's code. Every value of the
 * situation must be on the grid where it is a power, and ≥ 0.
 */
export function dispatch(situation: Situation, flowsW: Float64Array): number {
  const { solarW, loadW, accumulator } = situation;
  flowsW.fill(0);
  const direct = Math.min(solarW, loadW);
  flowsW[FLOW.solarToHome] = direct;
  const surplus = solarW - direct;
  const deficit = loadW - direct;
  if (accumulator === undefined) return withoutAccumulator(situation, surplus, deficit, flowsW);
  if (situation.saleRemainingJ > 0 && deliver(situation, accumulator, surplus, deficit, flowsW)) {
    return DECISION.delivering_sale;
  }
  if (deficit > 0) return coverDeficit(situation, accumulator, deficit, flowsW);
  return placeSurplus(situation, accumulator, surplus, flowsW);
}

/**
 * What a stored kWh is worth where no planner says it: the import that it will save, after discharging.
 * µEUR/kWh of content.
 */
export function plainStoredValue(importPrice: number, oneWayEfficiency: number, wear: number): number {
  return Math.max(0, (importPrice - wear) * oneWayEfficiency);
}

/** The decision in words and numbers; allocates, so only when the code has changed. */
export function explain(code: number, situation: Situation, since: number): Decision {
  const { accumulator, connection } = situation;
  const numbers: { [name: string]: number } = { solarW: situation.solarW, loadW: situation.loadW };
  if (accumulator !== undefined) {
    const { storedValue, importPrice, wear } = situation;
    numbers.storedWh = Math.round(accumulator.storedWh);
    numbers.capacityWh = accumulator.parameters.capacityWh;
    numbers.reserveWh = situation.reserveWh;
    numbers.storedValueMicroEurPerKwh = Math.round(
      Number.isNaN(storedValue)
        ? plainStoredValue(importPrice, accumulator.oneWayEfficiency, wear)
        : storedValue,
    );
  }
  numbers.importPriceMicroEurPerKwh = situation.importPrice;
  numbers.feedInPriceMicroEurPerKwh = situation.feedInPrice;
  if (situation.saleRemainingJ > 0) numbers.saleRemainingWh = Math.ceil(situation.saleRemainingJ / J_PER_WH);
  if (code === DECISION.panels_curtailed_export_limit || code === DECISION.delivering_sale) {
    numbers.exportPowerMaxW = connection.exportPowerMaxW;
  }
  if (code === DECISION.import_limit_exceeded || code === DECISION.accumulator_keeps_import_limit)
    numbers.importPowerMaxW = connection.importPowerMaxW;
  if (LIMITED_CODES.has(code)) numbers.supplyPowerMaxW = situation.supply.powerMaxW;
  return { code: DECISION_CODES[code]!, numbers, since };
}

/** What may come in by connection and contract, W. */
function importMaxW({ connection, supply }: Situation): number {
  return Math.min(connection.importPowerMaxW, supply.powerMaxW);
}

/** Whether it is the contract that bounds what comes in. */
function isSupplyTheLimit({ connection, supply }: Situation): boolean {
  return supply.why !== "none" && supply.powerMaxW < connection.importPowerMaxW;
}

function withoutAccumulator(
  situation: Situation,
  surplus: number,
  deficit: number,
  flowsW: Float64Array,
): number {
  const { connection, solarW } = situation;
  if (deficit > 0) {
    if (isSupplyTheLimit(situation) && deficit > situation.supply.powerMaxW) {
      return shed(situation, deficit, 0, flowsW);
    }
    flowsW[FLOW.gridToHome] = deficit;
    return deficit > connection.importPowerMaxW
      ? DECISION.import_limit_exceeded
      : DECISION.microgrid_supplies_home_no_accumulator;
  }
  if (surplus === 0) return solarW > 0 ? DECISION.panels_cover_home : DECISION.nothing_flows;
  const exported = Math.min(surplus, connection.exportPowerMaxW);
  flowsW[FLOW.solarToGrid] = exported;
  flowsW[FLOW.curtailed] = surplus - exported;
  return surplus > exported
    ? DECISION.panels_curtailed_export_limit
    : DECISION.panels_cover_home_rest_exports_no_accumulator;
}

/** Delivers what it can of the sale in this step; false, with no flow written, where that is nothing. */
function deliver(
  situation: Situation,
  accumulator: Accumulator,
  surplus: number,
  deficit: number,
  flowsW: Float64Array,
): boolean {
  const { seconds, saleRemainingJ, gridEnergySellable } = situation;
  const { exportPowerMaxW } = situation.connection;
  const reserveJ = situation.reserveWh * J_PER_WH;
  const available = accumulator.dischargeableW(seconds, reserveJ) - deficit;
  if (available <= 0) return false;
  // The home takes grid energy first; what it must take of the solar energy is not there to be sold.
  const solar = accumulator.solarDischargeableW(seconds, reserveJ);
  const gridPart = Math.max(0, available + deficit - solar);
  const sellable = gridEnergySellable ? available : solar - Math.max(0, deficit - gridPart);
  const exportedSolar = Math.min(surplus, exportPowerMaxW);
  const sold = Math.min(
    available,
    sellable,
    exportPowerMaxW - exportedSolar,
    // Rounded up, so that the last step leaves nothing over: at most 1 J too much.
    ceilOnGrid(saleRemainingJ / seconds),
  );
  if (sold <= 0) return false;
  flowsW[FLOW.accumulatorToHome] = deficit;
  flowsW[FLOW.accumulatorToGrid] = sold;
  flowsW[FLOW.solarToGrid] = exportedSolar;
  flowsW[FLOW.curtailed] = surplus - exportedSolar;
  return true;
}

function placeSurplus(
  situation: Situation,
  accumulator: Accumulator,
  surplus: number,
  flowsW: Float64Array,
): number {
  const { exportPowerMaxW } = situation.connection;
  const value = accumulator.oneWayEfficiency * situation.storedValue;
  const chargeable = accumulator.chargeableW(situation.seconds);
  // Both comparisons are false without a plan.
  const exportFirst = value <= situation.feedInPrice + situation.wear;
  const buy = value > situation.importPrice + situation.wear;
  let charged = Math.min(surplus, chargeable);
  if (exportFirst) charged = Math.min(charged, Math.max(0, surplus - exportPowerMaxW));
  const exported = Math.min(surplus - charged, exportPowerMaxW);
  const curtailed = surplus - charged - exported;
  flowsW[FLOW.solarToAccumulator] = charged;
  flowsW[FLOW.solarToGrid] = exported;
  flowsW[FLOW.curtailed] = curtailed;
  const bought = buy && exported === 0 ? Math.min(chargeable - charged, importMaxW(situation)) : 0;
  if (bought > 0) {
    flowsW[FLOW.gridToAccumulator] = bought;
    return DECISION.microgrid_charges_accumulator;
  }
  if (surplus === 0) return situation.solarW > 0 ? DECISION.panels_cover_home : DECISION.nothing_flows;
  if (curtailed > 0) return DECISION.panels_curtailed_export_limit;
  if (exported === 0) return DECISION.panels_cover_home_rest_charges;
  if (exportFirst) return DECISION.panels_cover_home_rest_exports_worth_more;
  return charged >= accumulator.parameters.chargePowerMaxW
    ? DECISION.panels_cover_home_rest_charges_and_exports
    : DECISION.panels_cover_home_rest_exports_accumulator_full;
}

function coverDeficit(
  situation: Situation,
  accumulator: Accumulator,
  deficit: number,
  flowsW: Float64Array,
): number {
  const { seconds, storedValue, importPrice, wear, reserveWh, saleRemainingJ } = situation;
  const importPowerMaxW = importMaxW(situation);
  const efficiency = accumulator.oneWayEfficiency;
  const soldJ = saleRemainingJ / efficiency;
  // Both comparisons are false without a plan.
  const keep = importPrice <= storedValue / efficiency + wear;
  const buy = efficiency * storedValue > importPrice + wear;

  if (buy && deficit < importPowerMaxW) {
    const bought = Math.min(accumulator.chargeableW(seconds), importPowerMaxW - deficit);
    if (bought > 0) {
      flowsW[FLOW.gridToHome] = deficit;
      flowsW[FLOW.gridToAccumulator] = bought;
      return DECISION.microgrid_charges_accumulator;
    }
  }
  const floorJ = reserveWh * J_PER_WH + soldJ;
  let supplied = keep ? 0 : Math.min(deficit, accumulator.dischargeableW(seconds, floorJ));
  const overLimit = deficit - supplied > importPowerMaxW;
  if (overLimit) supplied = Math.min(accumulator.dischargeableW(seconds), deficit - importPowerMaxW);
  if (overLimit && isSupplyTheLimit(situation)) return shed(situation, deficit, supplied, flowsW);
  const imported = deficit - supplied;
  flowsW[FLOW.accumulatorToHome] = supplied;
  flowsW[FLOW.gridToHome] = imported;
  if (imported === 0) return DECISION.accumulator_supplies_home;
  if (imported > importPowerMaxW) return DECISION.import_limit_exceeded;
  if (overLimit) return DECISION.accumulator_keeps_import_limit;
  if (keep) return DECISION.microgrid_supplies_home_stored_worth_more;
  if (supplied >= accumulator.parameters.dischargePowerMaxW) {
    return DECISION.accumulator_supplies_home_power_limit;
  }
  if (soldJ > 0) return DECISION.microgrid_supplies_home_energy_sold;
  return reserveWh > 0
    ? DECISION.microgrid_supplies_home_reserve_kept
    : DECISION.microgrid_supplies_home_accumulator_empty;
}

/** Lets in what the contract leaves, beside what the accumulator gives; the rest of the load is not served. */
function shed(situation: Situation, deficit: number, supplied: number, flowsW: Float64Array): number {
  const { powerMaxW, why } = situation.supply;
  const imported = Math.min(deficit - supplied, powerMaxW);
  const unserved = deficit - supplied - imported;
  flowsW[FLOW.accumulatorToHome] = supplied;
  flowsW[FLOW.gridToHome] = imported;
  flowsW[FLOW.unserved] = unserved;
  const codes = LIMITED[why as Limited];
  return unserved > 0 ? codes.shed : codes.helped;
}
