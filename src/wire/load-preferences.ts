/**
 * What a home's loads can be, and which preferences each kind has: the same answer on the owner's device, at the
 * platform and in the home.
 */
import type { LoadPreferences } from "#wire/load-schemas.ts";

export const LOAD_KINDS = [
  "heat_pump",
  "chp",
  "car",
  "boiler",
  "washing_machine",
  "dishwasher",
  "freezer",
  "appliance",
] as const;
export type LoadKind = (typeof LOAD_KINDS)[number];

export const LOAD_MODES = ["sun", "cheapest", "now", "always", "off"] as const;
export type LoadMode = (typeof LOAD_MODES)[number];

export const LOAD_STATES = ["running", "waiting", "idle", "away", "limited"] as const;
export type LoadState = (typeof LOAD_STATES)[number];

/** What a load holds, as far as its device tells: a car's charge in percent, heat store and room in °C. */
export const LOAD_LEVELS = ["charge", "tank", "room"] as const;
export type LoadLevel = (typeof LOAD_LEVELS)[number];

const APPLIANCE_MODES: readonly LoadMode[] = ["sun", "cheapest", "always", "off"];

/** A micro-CHP runs when it pays, and nobody freezes for a price: heat has no `off`. */
const MODES: Readonly<Record<LoadKind, readonly LoadMode[]>> = {
  heat_pump: ["sun", "cheapest"],
  chp: ["cheapest"],
  car: ["sun", "cheapest", "now", "off"],
  boiler: APPLIANCE_MODES,
  washing_machine: APPLIANCE_MODES,
  dishwasher: APPLIANCE_MODES,
  freezer: ["always"],
  appliance: APPLIANCE_MODES,
};

export function modesOf(kind: LoadKind): readonly LoadMode[] {
  return MODES[kind];
}

export function isHeating(kind: LoadKind): boolean {
  return kind === "heat_pump" || kind === "chp";
}

/** Whether it has something to finish by a time. */
export function hasReadyBy(kind: LoadKind): boolean {
  return !isHeating(kind) && kind !== "freezer";
}

/** Between the tank's least and greatest temperature a compressor must find room to run, K. */
export const TANK_SPAN_MIN_K = 5;

/** Whether these are preferences of that kind: its modes, and exactly the wishes that it has. */
export function preferencesFit(kind: LoadKind, preferences: LoadPreferences): boolean {
  const { mode, readyByMinute, targetPercent, roomMinC, tankMinC, tankMaxC } = preferences;
  const heating = isHeating(kind);
  return (
    modesOf(kind).includes(mode) &&
    (readyByMinute !== null) === hasReadyBy(kind) &&
    (targetPercent !== null) === (kind === "car") &&
    (roomMinC !== null) === heating &&
    (tankMinC !== null) === heating &&
    (tankMaxC !== null) === heating &&
    (!heating || tankMaxC! - tankMinC! >= TANK_SPAN_MIN_K)
  );
}

const NONE = { readyByMinute: null, targetPercent: null, roomMinC: null, tankMinC: null, tankMaxC: null };
const WARM = { ...NONE, roomMinC: 19.5, tankMinC: 38, tankMaxC: 55, priority: 7 };

/** What holds where the owner said nothing. */
export const USUAL_PREFERENCES: Readonly<Record<LoadKind, LoadPreferences>> = {
  heat_pump: { ...WARM, mode: "cheapest" },
  chp: { ...WARM, mode: "cheapest", tankMaxC: 70 },
  car: { ...NONE, mode: "cheapest", readyByMinute: 7 * 60, targetPercent: 80, priority: 2 },
  boiler: { ...NONE, mode: "cheapest", readyByMinute: 18 * 60, priority: 5 },
  washing_machine: { ...NONE, mode: "cheapest", readyByMinute: 18 * 60, priority: 3 },
  dishwasher: { ...NONE, mode: "cheapest", readyByMinute: 6 * 60 + 30, priority: 3 },
  freezer: { ...NONE, mode: "always", priority: 9 },
  appliance: { ...NONE, mode: "always", readyByMinute: 18 * 60, priority: 4 },
};
