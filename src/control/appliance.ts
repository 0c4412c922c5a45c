/**
 * Single appliances behind a smart plug, each with its owner's preference: always on, off, when the sun gives enough,
 * or in the cheapest hours until a time. And the order in which they give way where less may come in than they want.
 */

export const APPLIANCE_MODES = ["always", "off", "sun", "cheapest"] as const;
export type ApplianceMode = (typeof APPLIANCE_MODES)[number];

export const APPLIANCE_CODES = [
  "always_on",
  "switched_off",
  "on_from_sun",
  "on_cheap_hour",
  "on_to_be_done",
  "stays_on",
  "waits_for_sun",
  "waits_for_cheap_hour",
  "done_for_today",
  "gives_way",
] as const;
export type ApplianceCode = (typeof APPLIANCE_CODES)[number];

export interface ApplianceSituation {
  readonly mode: ApplianceMode;
  /** What it uses when it runs, W. */
  readonly usualW: number;
  /** Without it, W. */
  readonly surplusW: number;
  /** The surplus has been on this side of `usualW` for so long, s. */
  readonly surplusStoodS: number;
  /** Of the hours that it is to run by `leftS`, those still missing, s; infinite where it has none. */
  readonly missingS: number;
  readonly leftS: number;
  /** Whether the timetable gives it this step. */
  readonly planned: boolean;
  readonly on: boolean;
  readonly sinceS: number;
  /** What is cut off once it runs spoils: it stays on so long, s. */
  readonly runsAtLeastS: number;
}

export interface ApplianceChoice {
  readonly on: boolean;
  readonly code: ApplianceCode;
}

const SUN_STANDS_S = 60;

export function applianceChoice(situation: ApplianceSituation): ApplianceChoice {
  const { mode, missingS, leftS, on, sinceS, runsAtLeastS, planned } = situation;
  if (mode === "always") return { on: true, code: "always_on" };
  if (mode === "off") return { on: false, code: "switched_off" };
  if (on && sinceS < runsAtLeastS) return { on: true, code: "stays_on" };
  if (missingS <= 0) return { on: false, code: "done_for_today" };
  if (Number.isFinite(missingS) && leftS <= missingS) return { on: true, code: "on_to_be_done" };
  if (isSunny(situation)) return { on: true, code: "on_from_sun" };
  if (mode === "cheapest") {
    return planned ? { on: true, code: "on_cheap_hour" } : { on: false, code: "waits_for_cheap_hour" };
  }
  return { on: false, code: "waits_for_sun" };
}

function isSunny({ surplusW, usualW, surplusStoodS, on }: ApplianceSituation): boolean {
  const enough = surplusW >= usualW;
  return surplusStoodS >= SUN_STANDS_S ? enough : on;
}

export interface Wanting {
  readonly id: string;
  readonly usualW: number;
  /** 1 gives way first; of equals the larger one. */
  readonly priority: number;
}

/** Which of those that are on must go off so that `overW` less is used; as few as the order allows. */
export function givingWay(wanting: readonly Wanting[], overW: number): readonly string[] {
  const order = wanting.toSorted(
    (a, b) => a.priority - b.priority || b.usualW - a.usualW || (a.id < b.id ? -1 : 1),
  );
  const off: string[] = [];
  let rest = overW;
  for (const { id, usualW } of order) {
    if (rest <= 0) break;
    if (usualW <= 0) continue;
    off.push(id);
    rest -= usualW;
  }
  return off;
}
