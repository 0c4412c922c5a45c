/**
 * How hard a heat pump works now, and whether a micro-CHP runs. Comfort comes first: below its least temperatures a
 * home is heated whatever it costs. Between them and the greatest, heat is made when power is cheap: from the sun's
 * surplus, or in the cheapest hours of the timetable, and kept in the tank. A compressor that starts runs for a
 * while, and rests for a while once it stopped; only a limit of the connection or the contract cuts it short.
 */
import { type HeatPump, type MicroChp, pumpPowerW } from "#plant/heat.ts";

export const HEATING_CODES = [
  "comfort_needs_heat",
  "heat_from_sun",
  "heat_cheap_hour",
  "heat_waits",
  "tank_full",
  "compressor_runs_on",
  "compressor_rests",
  "heat_limited",
  "chp_pays",
  "chp_too_dear",
] as const;
export type HeatingCode = (typeof HEATING_CODES)[number];

/** What people want; tank temperatures also bound what the heating system bears. */
export interface Comfort {
  readonly roomMinC: number;
  readonly tankMinC: number;
  readonly tankMaxC: number;
}

export interface HeatingSituation {
  readonly comfort: Comfort;
  readonly roomC: number;
  readonly tankC: number;
  /** Without the pump, W. */
  readonly surplusW: number;
  /** Mean power that the timetable gives this step, W; NaN without one. */
  readonly plannedW: number;
  /** What connection, contract and operator leave for it, W. */
  readonly limitW: number;
  readonly running: boolean;
  /** Since it started or stopped, s. */
  readonly sinceS: number;
}

export interface HeatingChoice {
  /** Electric, W: of a pump what it uses, of a micro-CHP what it makes. */
  readonly powerW: number;
  readonly code: HeatingCode;
}

/** A compressor's least run and rest, s. */
export const RUNS_S = 600;
export const RESTS_S = 600;
/** It is warm enough again so much above the least. */
const HYSTERESIS_ROOM_K = 0.5;
const HYSTERESIS_TANK_K = 4;

export function heatPumpChoice(pump: HeatPump, situation: HeatingSituation): HeatingChoice {
  const { limitW, running, sinceS, surplusW, plannedW, tankC, comfort } = situation;
  const mostW = pumpPowerW(pump, limitW);
  const no = (code: HeatingCode): HeatingChoice => ({ powerW: 0, code });
  const mustRest = !running && sinceS < RESTS_S;
  if (isCold(situation)) {
    if (mostW === 0) return no("heat_limited");
    return mustRest ? no("compressor_rests") : { powerW: mostW, code: "comfort_needs_heat" };
  }
  if (tankC >= comfort.tankMaxC) return no("tank_full");
  const sunW = Math.min(mostW, pumpPowerW(pump, surplusW));
  const planW = plannedW > 0 ? Math.min(mostW, Math.max(pump.powerMinW, plannedW)) : 0;
  const wanted: HeatingChoice =
    sunW > 0 && sunW >= planW
      ? { powerW: sunW, code: "heat_from_sun" }
      : { powerW: planW, code: planW > 0 ? "heat_cheap_hour" : "heat_waits" };
  if (wanted.powerW > 0 && mustRest) return no("compressor_rests");
  if (wanted.powerW === 0 && running && sinceS < RUNS_S && mostW > 0) {
    return { powerW: Math.min(mostW, pump.powerMinW), code: "compressor_runs_on" };
  }
  return wanted;
}

/** Where nobody says others: gas by its heating value, µEUR/kWh, what comes out of it, and of a boiler's. */
export const GAS_PRICE = 110_000;
export const CHP_EFFICIENCY = 0.92;
export const BOILER_EFFICIENCY = 0.9;

export interface ChpSituation
  extends Pick<HeatingSituation, "comfort" | "roomC" | "tankC" | "running" | "sinceS"> {
  /** What its electricity saves or earns, µEUR/kWh. */
  readonly powerPrice: number;
  /** Of gas, by its heating value, µEUR/kWh. */
  readonly gasPrice: number;
  /** What the same heat would cost from whatever else the home has, µEUR/kWh of heat; the boiler's gas at the least. */
  readonly heatPrice: number;
  /** Heat and electricity out ÷ gas in. */
  readonly efficiency: number;
  /** Its engine's least run and rest, s; as a compressor's where nothing is said. */
  readonly runsS?: number;
  readonly restsS?: number;
}

/** It runs where heat is needed, or where power and heat together are worth more than the gas, and the tank has room. */
export function chpChoice(chp: MicroChp, situation: ChpSituation): HeatingChoice {
  const { powerPrice, gasPrice, heatPrice, efficiency, tankC, comfort, running, sinceS } = situation;
  const { runsS = RUNS_S, restsS = RESTS_S } = situation;
  const on = (code: HeatingCode): HeatingChoice => ({ powerW: chp.powerW, code });
  const no = (code: HeatingCode): HeatingChoice => ({ powerW: 0, code });
  const mustRest = !running && sinceS < restsS;
  if (isCold(situation)) return mustRest ? no("compressor_rests") : on("comfort_needs_heat");
  if (tankC >= comfort.tankMaxC) return no("tank_full");
  const worth = powerPrice + chp.heatPerWatt * heatPrice;
  const gas = ((1 + chp.heatPerWatt) / efficiency) * gasPrice;
  if (worth > gas) return mustRest ? no("compressor_rests") : on("chp_pays");
  return running && sinceS < runsS ? on("compressor_runs_on") : no("chp_too_dear");
}

/** Below the least; and, once it heats for that, until somewhat above it. */
function isCold({
  comfort: { roomMinC, tankMinC },
  roomC,
  tankC,
  running,
}: Pick<HeatingSituation, "comfort" | "roomC" | "tankC" | "running">): boolean {
  const more = running ? 1 : 0;
  return roomC < roomMinC + more * HYSTERESIS_ROOM_K || tankC < tankMinC + more * HYSTERESIS_TANK_K;
}
