/**
 * How fast a car charges now. Its owner says how: from the sun alone, at the cheapest hours until it leaves, at once,
 * or not at all. Whatever it says, a car that would not be ready in time charges at full power, and no limit is
 * passed.
 *
 * A charge point gives nothing between 0 and its least power (6 A of IEC 61851-1: 1,380 W on one phase). Below it the
 * car waits, and a step's planned energy is given at the least power for a part of the step.
 */

export const CHARGING_MODES = ["sun", "cheapest", "now", "off"] as const;
export type ChargingMode = (typeof CHARGING_MODES)[number];

export const CHARGING_CODES = [
  "not_plugged_in",
  "charged_enough",
  "held_off",
  "charging_at_once",
  "charging_to_be_ready",
  "charging_from_sun",
  "charging_cheap_hour",
  "waiting_for_sun",
  "waiting_for_cheap_hour",
  "limited_to_nothing",
] as const;
export type ChargingCode = (typeof CHARGING_CODES)[number];

export interface ChargingSituation {
  readonly mode: ChargingMode;
  readonly pluggedIn: boolean;
  readonly powerMinW: number;
  readonly powerMaxW: number;
  /** What connection, contract and operator leave for it, W. */
  readonly limitW: number;
  /** Still to be charged, Wh; infinite where the car does not say and the owner wants it full. */
  readonly missingWh: number;
  /** Until it leaves, s; infinite where nobody said. */
  readonly leftS: number;
  /** What would leave for the MicroGrid or into the accumulator if the car took nothing, W. */
  readonly surplusW: number;
  /** Mean power that the timetable gives this step, W; NaN without one. */
  readonly plannedW: number;
  /** Given in this step so far, and the step's length and age: Wh, s, s. */
  readonly stepGivenWh: number;
  readonly stepS: number;
  readonly stepAgeS: number;
  /** Now charging; it goes on at its least power through a cloud of `CLOUD_S`. */
  readonly charging: boolean;
  /** How long the surplus has been enough to begin, or too little to go on, s. */
  readonly surplusStoodS: number;
}

export interface ChargingChoice {
  readonly powerW: number;
  readonly code: ChargingCode;
}

/** Sun must stand so long before a car begins, and be gone so long before it ends, s. */
export const SUN_STANDS_S = 120;
export const CLOUD_S = 300;
/** A car begins at full power when its time is short by this, as a share of the time that it needs. */
const READY_MARGIN = 0.1;

export function chargingChoice(situation: ChargingSituation): ChargingChoice {
  const { mode, pluggedIn, powerMinW, powerMaxW, limitW, missingWh, leftS } = situation;
  const no = (code: ChargingCode): ChargingChoice => ({ powerW: 0, code });
  if (!pluggedIn) return no("not_plugged_in");
  if (missingWh <= 0) return no("charged_enough");
  if (mode === "off") return no("held_off");
  const mostW = Math.min(powerMaxW, limitW);
  if (mostW < powerMinW) return no("limited_to_nothing");
  if (mode === "now") return { powerW: mostW, code: "charging_at_once" };
  const neededS = (missingWh / mostW) * 3600;
  if (Number.isFinite(neededS) && leftS <= neededS * (1 + READY_MARGIN)) {
    return { powerW: mostW, code: "charging_to_be_ready" };
  }
  const sunW = fromSun(situation, mostW);
  const planW = mode === "cheapest" ? byPlan(situation, mostW) : 0;
  if (planW > sunW) return { powerW: planW, code: "charging_cheap_hour" };
  if (sunW > 0) return { powerW: sunW, code: "charging_from_sun" };
  return no(mode === "cheapest" ? "waiting_for_cheap_hour" : "waiting_for_sun");
}

function fromSun({ surplusW, powerMinW, charging, surplusStoodS }: ChargingSituation, mostW: number): number {
  if (surplusW >= powerMinW) {
    return charging || surplusStoodS >= SUN_STANDS_S ? Math.min(surplusW, mostW) : 0;
  }
  return charging && surplusStoodS < CLOUD_S ? powerMinW : 0;
}

/** The step's energy, evenly over it or, where that is below the least power, at once until it is given. */
function byPlan(
  { plannedW, stepS, stepAgeS, stepGivenWh, powerMinW }: ChargingSituation,
  mostW: number,
): number {
  if (!(plannedW > 0)) return 0;
  const restWh = (plannedW * stepS) / 3600 - stepGivenWh;
  if (restWh <= 0) return 0;
  const restS = Math.max(1, stepS - stepAgeS);
  return Math.min(mostW, Math.max(powerMinW, (restWh * 3600) / restS));
}
