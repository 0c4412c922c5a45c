/**
 * The BEC's second under a directive of its owner (`control/command`): the rule of `control/dispatch` where the
 * accumulator is free, and what was asked where it is not. Limits hold in every case; what kept the accumulator from
 * what was asked is told besides.
 *
 * Where the home needs more than connection and supply contract let in, and where something sold is still to be
 * delivered, the usual rule decides: it touches the reserve and helps the home, whatever was asked.
 *
 * A discharge serves the home and then the MicroGrid, solar energy only where the community forbids the sale of what
 * came from there. A charge takes the panels' surplus and then buys. Flows add up exactly, as in `control/dispatch`.
 */
import type { Accumulator } from "#plant/accumulator.ts";
import { FLOW } from "#plant/flows.ts";
import { floorOnGrid, J_PER_WH } from "#plant/resolution.ts";
import type { CommandBound, Directive } from "./command.ts";
import {
  chargeableToW,
  DECISION,
  type Decision,
  dispatch,
  explain,
  exportBound,
  exportMaxW,
  importBound,
  importMaxW,
  type Situation,
  sellableW,
} from "./dispatch.ts";

/** What was decided: the number of its code, and what kept it from what was asked. Written anew each step. */
export interface Obeyed {
  code: number;
  bound: CommandBound | null;
}

/** Decides one step: writes the flows and the outcome. Under somebody's directive its reserve is the situation's. */
export function decide(
  situation: Situation,
  directive: Directive,
  flowsW: Float64Array,
  outcome: Obeyed,
): void {
  const { accumulator } = situation;
  if (directive.by !== "nobody") situation.reserveWh = directive.reserveWh;
  outcome.bound = null;
  if (directive.act === "free" || accumulator === undefined) {
    outcome.code = dispatch(situation, flowsW);
    return;
  }
  if (situation.saleRemainingJ > 0) {
    outcome.code = dispatch(situation, flowsW);
    if (outcome.code === DECISION.delivering_sale) {
      if (directive.act !== "discharge") outcome.bound = "sale";
      return;
    }
  }
  const deficitW = Math.max(0, situation.loadW - situation.solarW);
  if (deficitW > importMaxW(situation)) {
    // Kept, it gives no more than the limit leaves uncovered; otherwise it serves the home as usual.
    if (directive.act === "discharge") outcome.code = dispatch(situation, flowsW);
    else hold(situation, directive, flowsW, outcome);
    outcome.bound = importBound(situation);
  } else if (directive.act === "hold") hold(situation, directive, flowsW, outcome);
  else if (directive.act === "charge") charge(situation, accumulator, directive, flowsW, outcome);
  else discharge(situation, accumulator, directive, flowsW, outcome);
}

function hold(situation: Situation, directive: Directive, flowsW: Float64Array, outcome: Obeyed): void {
  const { storedValue, values } = situation;
  // Without a plan's value nothing is bought and surplus is kept; with all of it in reserve nothing leaves.
  situation.storedValue = Number.NaN;
  situation.values = undefined;
  situation.reserveWh = situation.accumulator!.parameters.capacityWh;
  const code = dispatch(situation, flowsW);
  situation.storedValue = storedValue;
  situation.values = values;
  situation.reserveWh = directive.reserveWh;
  const holds = code === DECISION.microgrid_supplies_home_reserve_kept;
  outcome.code = holds ? HOLDS[directive.by] : code;
}

function charge(
  situation: Situation,
  accumulator: Accumulator,
  directive: Directive,
  flowsW: Float64Array,
  outcome: Obeyed,
): void {
  const { solarW, loadW } = situation;
  const chargeableW = chargeableToW(situation, accumulator, directive.fullWh * J_PER_WH);
  const askedW = Math.min(directive.powerW, accumulator.parameters.chargePowerMaxW);
  if (chargeableW <= 0) {
    hold(situation, directive, flowsW, outcome);
    if (directive.target === null) outcome.bound = "full";
    return;
  }
  const direct = Math.min(solarW, loadW);
  const surplus = solarW - direct;
  const deficit = loadW - direct;
  const wanted = Math.min(askedW, chargeableW);
  const fromPanels = Math.min(surplus, wanted);
  const bought = Math.min(wanted - fromPanels, floorOnGrid(importMaxW(situation) - deficit));
  const exported = Math.min(surplus - fromPanels, exportMaxW(situation));
  flowsW.fill(0);
  flowsW[FLOW.solarToHome] = direct;
  flowsW[FLOW.solarToAccumulator] = fromPanels;
  flowsW[FLOW.solarToGrid] = exported;
  flowsW[FLOW.curtailed] = surplus - fromPanels - exported;
  flowsW[FLOW.gridToHome] = deficit;
  flowsW[FLOW.gridToAccumulator] = bought;
  outcome.code = CHARGES[directive.by];
  if (fromPanels + bought < wanted) {
    outcome.bound = importBound(situation);
  }
}

function discharge(
  situation: Situation,
  accumulator: Accumulator,
  directive: Directive,
  flowsW: Float64Array,
  outcome: Obeyed,
): void {
  const { seconds, solarW, loadW } = situation;
  const reserveJ = directive.reserveWh * J_PER_WH;
  const canGiveW = accumulator.dischargeableW(seconds, reserveJ);
  if (canGiveW <= 0) {
    hold(situation, directive, flowsW, outcome);
    outcome.bound = "reserve";
    return;
  }
  const direct = Math.min(solarW, loadW);
  const surplus = solarW - direct;
  const deficit = loadW - direct;
  const asked = Math.min(directive.powerW, canGiveW);
  const toHome = Math.min(deficit, asked);
  const exportedSolar = Math.min(surplus, exportMaxW(situation));
  const roomOut = exportMaxW(situation) - exportedSolar;
  const mayLeave = sellableW(situation, accumulator, reserveJ, toHome);
  const out = floorOnGrid(Math.min(asked - toHome, roomOut, mayLeave));
  flowsW.fill(0);
  flowsW[FLOW.solarToHome] = direct;
  flowsW[FLOW.solarToGrid] = exportedSolar;
  flowsW[FLOW.curtailed] = surplus - exportedSolar;
  flowsW[FLOW.accumulatorToHome] = toHome;
  flowsW[FLOW.accumulatorToGrid] = out;
  flowsW[FLOW.gridToHome] = deficit - toHome;
  outcome.code = DISCHARGES[directive.by];
  if (toHome + out < asked) outcome.bound = mayLeave < roomOut ? "provenance" : exportBound(situation);
}

type By = Directive["by"];
const HOLDS: Readonly<Record<By, number>> = {
  nobody: DECISION.command_holds,
  owner: DECISION.command_holds,
  target: DECISION.target_holds,
  local: DECISION.local_holds,
};
const CHARGES: Readonly<Record<By, number>> = {
  nobody: DECISION.command_charges,
  owner: DECISION.command_charges,
  target: DECISION.target_charges,
  local: DECISION.local_charges,
};
const DISCHARGES: Readonly<Record<By, number>> = {
  nobody: DECISION.command_discharges,
  owner: DECISION.command_discharges,
  target: DECISION.command_discharges,
  local: DECISION.local_discharges,
};

/** The decision in words and numbers, with what was asked; allocates, so only when the code has changed. */
export function explainObeyed(
  { code, bound }: Obeyed,
  situation: Situation,
  directive: Directive,
  since: number,
): Decision {
  const decision = explain(code, situation, since);
  if (directive.by === "nobody") return decision;
  const { endsAt, target, powerW } = directive;
  return {
    ...decision,
    numbers: {
      ...decision.numbers,
      untilTime: endsAt,
      ...(Number.isFinite(powerW) ? { commandW: powerW } : {}),
      ...(target === null ? {} : { targetPercent: target.socPercent }),
      ...(bound === null ? {} : { isBound: 1 }),
    },
  };
}
