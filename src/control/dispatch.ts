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
 * This is the self-consumption rule. A planner (`control/planner`) turns it into an optimum by one number, the
 * marginal value of stored energy v, from which 3 and 4 become comparisons with the import price p, the feed-in
 * price q and the wear w per kWh at the terminals, with one-way efficiency η:
 * store surplus when η v > q + w; serve the home when p > v ÷ η + w; charge from the MicroGrid when
 * η v > p + w; let stored energy out unsold when q > v ÷ η + w, only where that is allowed and only what came from
 * the panels. v falls with the content (`control/value-table`), so each comparison is a content that power is
 * bounded by, and no hysteresis is needed. Limits hold whatever the plan says. Without a plan (v is NaN) the rule
 * above stands.
 *
 * Powers are W on the grid of `plant/resolution`; the flows add up exactly:
 * solarToHome + accumulatorToHome + gridToHome + unserved = load, and the solar flows + curtailed = solar.
 */
import type { Accumulator } from "#plant/accumulator.ts";
import { FLOW } from "#plant/flows.ts";
import { ceilOnGrid, floorOnGrid, J_PER_WH } from "#plant/resolution.ts";
import type { ConnectionLimits } from "#plant/site.ts";
import type { SupplyLimit, SupplyLimitName } from "./supply-limit.ts";
import {
  contentWorthAsMuch,
  contentWorthMore,
  type Origin,
  type ValueTable,
  valueAt,
} from "./value-table.ts";

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
  /** Marginal value of a stored kWh, whatever the content, µEUR/kWh; NaN without a plan. */
  storedValue: number;
  /** The same by content, of a planner: counts instead of `storedValue`. */
  values?: ValueTable | undefined;
  /** Ageing of the accumulator per kWh at its terminals, µEUR/kWh. */
  wear: number;
  /** What an operator leaves of the connection for now (demand response). */
  demandResponse?: ConnectionLimits | undefined;
  /** Content above which nothing is charged, Wh; the capacity where absent. */
  ceilingWh?: number | undefined;
  /** Surplus that neighbours want and get before the accumulator, where the owner chose so, W. */
  communityW?: number | undefined;
  /** Whether stored energy may leave without a sale, for the feed-in price. */
  feedsInStored?: boolean | undefined;
  /** What the owner wants stored by some time, Wh: it only names the reason, the value does the rest. */
  targetWh?: number | undefined;
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
  "accumulator_exports_worth_more",
  "microgrid_charges_for_target",
  "community_takes_surplus_first",
  // What the owner asked for: `control/commanded`.
  "command_holds",
  "command_charges",
  "command_discharges",
  "target_charges",
  "target_holds",
  "local_holds",
  "local_charges",
  "local_discharges",
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
  const { accumulator } = situation;
  const numbers: { [name: string]: number } = { solarW: situation.solarW, loadW: situation.loadW };
  if (accumulator !== undefined) {
    numbers.storedWh = Math.round(accumulator.storedWh);
    numbers.capacityWh = accumulator.parameters.capacityWh;
    numbers.reserveWh = situation.reserveWh;
    numbers.storedValueMicroEurPerKwh = Math.round(storedValueNow(situation, accumulator));
    if (situation.targetWh !== undefined) numbers.targetWh = situation.targetWh;
  }
  numbers.importPriceMicroEurPerKwh = situation.importPrice;
  numbers.feedInPriceMicroEurPerKwh = situation.feedInPrice;
  if (situation.saleRemainingJ > 0) numbers.saleRemainingWh = Math.ceil(situation.saleRemainingJ / J_PER_WH);
  if (code === DECISION.panels_curtailed_export_limit || code === DECISION.delivering_sale) {
    numbers.exportPowerMaxW = exportMaxW(situation);
  }
  if (code === DECISION.import_limit_exceeded || code === DECISION.accumulator_keeps_import_limit)
    numbers.importPowerMaxW = connectionImportMaxW(situation);
  if (code === DECISION.community_takes_surplus_first) numbers.communityW = situation.communityW ?? 0;
  if (LIMITED_CODES.has(code)) numbers.supplyPowerMaxW = situation.supply.powerMaxW;
  return { code: DECISION_CODES[code]!, numbers, since };
}

/** What the next stored kWh is worth in this situation, with a plan or without, µEUR/kWh. */
export function storedValueNow(situation: Situation, accumulator: Accumulator): number {
  const { storedValue, importPrice, wear, values } = situation;
  if (values !== undefined) return valueAt(values, accumulator.storedWh, "solar");
  return Number.isNaN(storedValue)
    ? plainStoredValue(importPrice, accumulator.oneWayEfficiency, wear)
    : storedValue;
}

/** What connection and operator let in, W. */
function connectionImportMaxW({ connection, demandResponse }: Situation): number {
  return Math.min(connection.importPowerMaxW, demandResponse?.importPowerMaxW ?? Number.POSITIVE_INFINITY);
}

/** What may come in by connection, operator and contract, W. */
export function importMaxW(situation: Situation): number {
  return Math.min(connectionImportMaxW(situation), situation.supply.powerMaxW);
}

/** What may go out by connection and operator, W. */
export function exportMaxW({ connection, demandResponse }: Situation): number {
  return Math.min(connection.exportPowerMaxW, demandResponse?.exportPowerMaxW ?? Number.POSITIVE_INFINITY);
}

/** Whether it is the contract that bounds what comes in. */
export function isSupplyTheLimit(situation: Situation): boolean {
  const { supply } = situation;
  return supply.why !== "none" && supply.powerMaxW < connectionImportMaxW(situation);
}

/** Who it is that bounds what comes in, and what goes out. */
export function importBound(situation: Situation): "supply" | "operator" | "import_limit" {
  if (isSupplyTheLimit(situation)) return "supply";
  const operatorW = situation.demandResponse?.importPowerMaxW ?? Number.POSITIVE_INFINITY;
  return operatorW < situation.connection.importPowerMaxW ? "operator" : "import_limit";
}

export function exportBound({ connection, demandResponse }: Situation): "operator" | "export_limit" {
  const operatorW = demandResponse?.exportPowerMaxW ?? Number.POSITIVE_INFINITY;
  return operatorW < connection.exportPowerMaxW ? "operator" : "export_limit";
}

/**
 * Where two ways are worth the same the home comes first: sun is stored now rather than later, stored energy serves
 * the home now, and nothing is bought or let out for nothing. µEUR/kWh.
 */
const TIE = 1;

function isPlanned({ values, storedValue }: Situation): boolean {
  return values !== undefined || !Number.isNaN(storedValue);
}

/** The content up to which the next kWh is worth more than `price`, J. */
function worthMoreJ({ values, storedValue }: Situation, price: number, origin: Origin): number {
  if (values !== undefined) return contentWorthMore(values, price, origin) * J_PER_WH;
  return storedValue > price ? Number.POSITIVE_INFINITY : 0;
}

/** The content up to which it is worth as much or more, J. */
function worthAsMuchJ({ values, storedValue }: Situation, price: number, origin: Origin): number {
  if (values !== undefined) return contentWorthAsMuch(values, price, origin) * J_PER_WH;
  return storedValue >= price ? Number.POSITIVE_INFINITY : 0;
}

/** The most that may be charged throughout the step without rising above a content, W. */
export function chargeableToW(situation: Situation, accumulator: Accumulator, levelJ: number): number {
  const { seconds, ceilingWh } = situation;
  const topJ = Math.min(levelJ, ceilingWh === undefined ? Number.POSITIVE_INFINITY : ceilingWh * J_PER_WH);
  const roomJ = topJ - accumulator.solarJ - accumulator.gridJ;
  if (roomJ <= 0) return 0;
  const power = accumulator.chargeableW(seconds);
  return roomJ === Number.POSITIVE_INFINITY
    ? power
    : Math.min(power, floorOnGrid(roomJ / accumulator.oneWayEfficiency / seconds));
}

/** What is bought for the accumulator, W. */
function buyableW(situation: Situation, accumulator: Accumulator): number {
  const { importPrice, wear } = situation;
  const levelJ = worthMoreJ(situation, (importPrice + wear) / accumulator.oneWayEfficiency + TIE, "grid");
  return levelJ === 0 ? 0 : chargeableToW(situation, accumulator, levelJ);
}

function buysCode({ targetWh }: Situation, { storedWh }: Accumulator): number {
  return targetWh !== undefined && storedWh < targetWh
    ? DECISION.microgrid_charges_for_target
    : DECISION.microgrid_charges_accumulator;
}

function withoutAccumulator(
  situation: Situation,
  surplus: number,
  deficit: number,
  flowsW: Float64Array,
): number {
  const { solarW } = situation;
  if (deficit > 0) {
    if (isSupplyTheLimit(situation) && deficit > situation.supply.powerMaxW) {
      return shed(situation, deficit, 0, flowsW);
    }
    flowsW[FLOW.gridToHome] = deficit;
    return deficit > connectionImportMaxW(situation)
      ? DECISION.import_limit_exceeded
      : DECISION.microgrid_supplies_home_no_accumulator;
  }
  if (surplus === 0) return solarW > 0 ? DECISION.panels_cover_home : DECISION.nothing_flows;
  const exported = Math.min(surplus, exportMaxW(situation));
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
  const { seconds, saleRemainingJ, reserveWh } = situation;
  const available = accumulator.dischargeableW(seconds, reserveWh * J_PER_WH) - deficit;
  if (available <= 0) return false;
  const exportedSolar = Math.min(surplus, exportMaxW(situation));
  const sold = Math.min(
    sellableW(situation, accumulator, reserveWh * J_PER_WH, deficit),
    exportMaxW(situation) - exportedSolar,
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

/** What may leave the accumulator beside what the home takes, down to a content, by power and provenance, W. */
export function sellableW(
  situation: Situation,
  accumulator: Accumulator,
  floorJ: number,
  toHomeW: number,
): number {
  const { seconds, gridEnergySellable } = situation;
  const available = accumulator.dischargeableW(seconds, floorJ) - toHomeW;
  if (available <= 0 || gridEnergySellable) return Math.max(0, available);
  // The home takes grid energy first; what it must take of the solar energy is not there to be sold.
  const solar = accumulator.solarDischargeableW(seconds, floorJ);
  const gridPart = Math.max(0, available + toHomeW - solar);
  return Math.max(0, Math.min(available, solar - Math.max(0, toHomeW - gridPart)));
}

/** What leaves the accumulator unsold because it is worth more outside, W. */
function exportableW(
  situation: Situation,
  accumulator: Accumulator,
  surplus: number,
  toHomeW: number,
): number {
  const { feedInPrice, wear, reserveWh, saleRemainingJ } = situation;
  const efficiency = accumulator.oneWayEfficiency;
  if (situation.feedsInStored !== true || !isPlanned(situation)) return 0;
  const keepJ = worthAsMuchJ(situation, (feedInPrice - wear) * efficiency - TIE, "solar");
  const floorJ = Math.max(keepJ, reserveWh * J_PER_WH + saleRemainingJ / efficiency);
  const room = exportMaxW(situation) - surplus;
  return Math.max(0, Math.min(sellableW(situation, accumulator, floorJ, toHomeW), room));
}

function placeSurplus(
  situation: Situation,
  accumulator: Accumulator,
  surplus: number,
  flowsW: Float64Array,
): number {
  const { feedInPrice, wear, communityW = 0 } = situation;
  const exportPowerMaxW = exportMaxW(situation);
  const chargeable = chargeableToW(situation, accumulator, Number.POSITIVE_INFINITY);
  const worthJ = isPlanned(situation)
    ? worthMoreJ(situation, (feedInPrice + wear) / accumulator.oneWayEfficiency - TIE, "solar")
    : Number.POSITIVE_INFINITY;
  const wanted = chargeableToW(situation, accumulator, worthJ);
  const toCommunity = Math.min(surplus, communityW, exportPowerMaxW);
  // What cannot go out is stored however little it is worth: it costs nothing but wear.
  const overflow = Math.max(0, surplus - exportPowerMaxW);
  const charged = Math.min(surplus - toCommunity, chargeable, Math.max(wanted, overflow));
  const exported = Math.min(surplus - charged, exportPowerMaxW);
  const curtailed = surplus - charged - exported;
  flowsW[FLOW.solarToAccumulator] = charged;
  flowsW[FLOW.solarToGrid] = exported;
  flowsW[FLOW.curtailed] = curtailed;
  const bought = exported === 0 ? Math.min(buyableW(situation, accumulator), chargeable) - charged : 0;
  if (bought > 0) {
    flowsW[FLOW.gridToAccumulator] = Math.min(bought, importMaxW(situation));
    if (flowsW[FLOW.gridToAccumulator]! > 0) return buysCode(situation, accumulator);
  }
  if (charged === 0) {
    const fed = exportableW(situation, accumulator, exported, 0);
    if (fed > 0) {
      flowsW[FLOW.accumulatorToGrid] = fed;
      return DECISION.accumulator_exports_worth_more;
    }
  }
  if (surplus === 0) return situation.solarW > 0 ? DECISION.panels_cover_home : DECISION.nothing_flows;
  if (curtailed > 0) return DECISION.panels_curtailed_export_limit;
  if (exported === 0) return DECISION.panels_cover_home_rest_charges;
  if (toCommunity > 0 && charged < Math.min(surplus, wanted)) return DECISION.community_takes_surplus_first;
  if (charged < Math.min(surplus, chargeable)) return DECISION.panels_cover_home_rest_exports_worth_more;
  return charged > 0 && charged >= accumulator.parameters.chargePowerMaxW
    ? DECISION.panels_cover_home_rest_charges_and_exports
    : DECISION.panels_cover_home_rest_exports_accumulator_full;
}

function coverDeficit(
  situation: Situation,
  accumulator: Accumulator,
  deficit: number,
  flowsW: Float64Array,
): number {
  const { seconds, importPrice, wear, reserveWh, saleRemainingJ } = situation;
  const importPowerMaxW = importMaxW(situation);
  const efficiency = accumulator.oneWayEfficiency;
  const soldJ = saleRemainingJ / efficiency;

  if (deficit < importPowerMaxW) {
    const bought = Math.min(buyableW(situation, accumulator), importPowerMaxW - deficit);
    if (bought > 0) {
      flowsW[FLOW.gridToHome] = deficit;
      flowsW[FLOW.gridToAccumulator] = bought;
      return buysCode(situation, accumulator);
    }
  }
  const floorJ = reserveWh * J_PER_WH + soldJ;
  const keepJ = keptJ(situation, accumulator, (importPrice - wear) * efficiency + TIE);
  const possible = Math.min(deficit, accumulator.dischargeableW(seconds, floorJ));
  let supplied = Math.min(possible, accumulator.dischargeableW(seconds, Math.max(floorJ, keepJ)));
  const keeps = supplied < possible;
  const overLimit = deficit - supplied > importPowerMaxW;
  if (overLimit) supplied = Math.min(accumulator.dischargeableW(seconds), deficit - importPowerMaxW);
  if (overLimit && isSupplyTheLimit(situation)) return shed(situation, deficit, supplied, flowsW);
  const imported = deficit - supplied;
  flowsW[FLOW.accumulatorToHome] = supplied;
  flowsW[FLOW.gridToHome] = imported;
  if (imported === 0) {
    const fed = exportableW(situation, accumulator, 0, supplied);
    flowsW[FLOW.accumulatorToGrid] = fed;
    return fed > 0 ? DECISION.accumulator_exports_worth_more : DECISION.accumulator_supplies_home;
  }
  if (imported > importPowerMaxW) return DECISION.import_limit_exceeded;
  if (overLimit) return DECISION.accumulator_keeps_import_limit;
  if (keeps) return DECISION.microgrid_supplies_home_stored_worth_more;
  if (supplied >= accumulator.parameters.dischargePowerMaxW) {
    return DECISION.accumulator_supplies_home_power_limit;
  }
  if (soldJ > 0) return DECISION.microgrid_supplies_home_energy_sold;
  return reserveWh > 0
    ? DECISION.microgrid_supplies_home_reserve_kept
    : DECISION.microgrid_supplies_home_accumulator_empty;
}

/** The content below which stored energy is worth `price` or more to keep; the home takes grid energy first, J. */
function keptJ(situation: Situation, { solarJ, gridJ }: Accumulator, price: number): number {
  const ofSolarJ = worthAsMuchJ(situation, price, "solar");
  if (gridJ === 0 || ofSolarJ <= solarJ) return ofSolarJ;
  return Math.max(solarJ, worthAsMuchJ(situation, price, "grid"));
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
