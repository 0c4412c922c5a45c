/**
 * What the installer knows of a home beside its devices: the connection and its fuse, how the accumulator is to be
 * treated, prices while no platform tells any. One JSON file, `home.json` in the gateway's folder; everything in it
 * may be left out, and what devices say of themselves (capacity, power) fills the rest.
 */
import type { Failsafe, TaperPoint } from "#control/limits.ts";
import { FileError } from "#devices/checked-json.ts";
import type { ConnectionLimits } from "#plant/site.ts";
import { type HomeAssistantSettings, homeAssistantSettings } from "./home-assistant-settings.ts";

export interface HomeSettings {
  /** The plant's number, by which its meter reports; 0 until the gateway is enrolled. */
  readonly plant: number;
  readonly connection: ConnectionLimits;
  /** Rating of the main fuse by phase, A; 0: not watched. */
  readonly fuseA: number;
  readonly voltageV: number;
  /** Share of the accumulators' power on L1, L2, L3; sums to 1. */
  readonly phaseShares: readonly number[];
  readonly accumulator: {
    /** 0: as the device says. */
    readonly capacityWh: number;
    readonly chargePowerMaxW: number;
    readonly dischargePowerMaxW: number;
    readonly roundTripEfficiency: number;
    readonly socMinPercent: number;
    readonly socMaxPercent: number;
    readonly taper: readonly TaperPoint[];
    /** W per second away from rest; 0: full power within two seconds. */
    readonly rampWPerS: number;
    /** The device rests by itself when nothing is written for so long, s. */
    readonly setpointHoldS: number;
    /** µEUR per kWh through its terminals. */
    readonly wear: number;
  };
  /** Stays in the accumulator for the owner, Wh. */
  readonly reserveWh: number;
  /** µEUR/kWh while nobody says others: one, or one for each hour of the civil day. */
  readonly importPrice: number | readonly number[];
  readonly feedInPrice: number | readonly number[];
  /** A tariff file that says both; "": none. Its path begins at the folder. */
  readonly tariff: string;
  /** What holds while the grid's operator is not heard; absent: nothing. */
  readonly failsafe: Failsafe | undefined;
  /** Where the devices are shown in the home itself; absent: nowhere. */
  readonly homeAssistant: HomeAssistantSettings | undefined;
}

export const USUAL_HOME: HomeSettings = {
  plant: 0,
  connection: { importPowerMaxW: 6_000, exportPowerMaxW: 6_000 },
  fuseA: 0,
  voltageV: 230,
  phaseShares: [1, 0, 0],
  accumulator: {
    capacityWh: 0,
    chargePowerMaxW: 0,
    dischargePowerMaxW: 0,
    roundTripEfficiency: 0.9,
    socMinPercent: 5,
    socMaxPercent: 100,
    taper: [],
    rampWPerS: 0,
    setpointHoldS: 3,
    wear: 0,
  },
  reserveWh: 0,
  importPrice: 300_000,
  feedInPrice: 60_000,
  tariff: "",
  failsafe: undefined,
  homeAssistant: undefined,
};

/** The file makes no sense; the message says where, and what would. */
export class HomeSettingsError extends Error {
  override readonly name = "HomeSettingsError";
}

/** Reads the file's JSON over the usual home. Throws `HomeSettingsError` for the first value that cannot be. */
export function readHomeSettings(value: unknown): HomeSettings {
  const home = record(value, "home.json", Object.keys(USUAL_HOME));
  const usual = USUAL_HOME;
  const connection = record(home.connection ?? {}, "connection", Object.keys(usual.connection));
  const accumulator = record(home.accumulator ?? {}, "accumulator", Object.keys(usual.accumulator));
  const ofAccumulator = (
    name: keyof Omit<HomeSettings["accumulator"], "taper">,
    least: number,
    most: number,
  ) => amount(accumulator[name] ?? usual.accumulator[name], `accumulator.${name}`, least, most);
  const shares = list(home.phaseShares ?? usual.phaseShares, "phaseShares").map((share, i) =>
    amount(share, `phaseShares[${i}]`, 0, 1),
  );
  if (shares.length > 3 || Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) > 1e-6) {
    throw new HomeSettingsError("phaseShares must be one to three shares that sum to 1, such as [1, 0, 0].");
  }
  const socMinPercent = ofAccumulator("socMinPercent", 0, 100);
  const socMaxPercent = ofAccumulator("socMaxPercent", 0, 100);
  if (socMinPercent >= socMaxPercent) {
    throw new HomeSettingsError("accumulator.socMinPercent must be below accumulator.socMaxPercent.");
  }
  const whole = (name: "plant" | "reserveWh", most: number) => {
    const number = amount(home[name] ?? usual[name], name, 0, most);
    if (Number.isInteger(number)) return number;
    throw new HomeSettingsError(`${name} must be a whole number.`);
  };
  return {
    plant: whole("plant", 0xffff_ffff),
    connection: {
      importPowerMaxW: power(connection.importPowerMaxW, usual.connection.importPowerMaxW, "import"),
      exportPowerMaxW: power(connection.exportPowerMaxW, usual.connection.exportPowerMaxW, "export"),
    },
    fuseA: amount(home.fuseA ?? usual.fuseA, "fuseA", 0, 1_000),
    voltageV: amount(home.voltageV ?? usual.voltageV, "voltageV", 50, 1_000),
    phaseShares: shares,
    accumulator: {
      capacityWh: ofAccumulator("capacityWh", 0, 10_000_000),
      chargePowerMaxW: ofAccumulator("chargePowerMaxW", 0, 1_000_000),
      dischargePowerMaxW: ofAccumulator("dischargePowerMaxW", 0, 1_000_000),
      roundTripEfficiency: ofAccumulator("roundTripEfficiency", 0.1, 1),
      socMinPercent,
      socMaxPercent,
      taper: taperOf(accumulator.taper ?? usual.accumulator.taper),
      rampWPerS: ofAccumulator("rampWPerS", 0, 1_000_000),
      setpointHoldS: ofAccumulator("setpointHoldS", 1, 3_600),
      wear: ofAccumulator("wear", 0, 10_000_000),
    },
    reserveWh: whole("reserveWh", 10_000_000),
    importPrice: priceIn(home.importPrice ?? usual.importPrice, "importPrice"),
    feedInPrice: priceIn(home.feedInPrice ?? usual.feedInPrice, "feedInPrice"),
    tariff: textIn(home.tariff ?? usual.tariff, "tariff"),
    failsafe: home.failsafe === undefined ? undefined : failsafeOf(home.failsafe),
    homeAssistant: home.homeAssistant === undefined ? undefined : homeAssistantOf(home.homeAssistant),
  };
}

function priceIn(value: unknown, name: string): number | readonly number[] {
  if (!Array.isArray(value)) return amount(value, name, -1e9, 1e9);
  if (value.length !== 24) {
    throw new HomeSettingsError(`${name} must be one price or 24, one for each hour of the day.`);
  }
  return value.map((price, hour) => amount(price, `${name}[${hour}]`, -1e9, 1e9));
}

function textIn(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new HomeSettingsError(`${name} must be a text, not ${JSON.stringify(value)}.`);
}

function power(value: unknown, usual: number, side: string): number {
  return amount(value ?? usual, `connection.${side}PowerMaxW`, 0, 1_000_000);
}

function taperOf(value: unknown): TaperPoint[] {
  let before = -1;
  return list(value, "accumulator.taper").map((item, i) => {
    const point = record(item, `accumulator.taper[${i}]`, ["socPercent", "chargePowerMaxW"]);
    const socPercent = amount(point.socPercent, `accumulator.taper[${i}].socPercent`, 0, 100);
    if (socPercent <= before) throw new HomeSettingsError("accumulator.taper must rise by socPercent.");
    before = socPercent;
    return {
      socPercent,
      chargePowerMaxW: amount(point.chargePowerMaxW, `accumulator.taper[${i}].chargePowerMaxW`, 0, 1e6),
    };
  });
}

function homeAssistantOf(value: unknown): HomeAssistantSettings {
  try {
    return homeAssistantSettings(value, "homeAssistant");
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    throw new HomeSettingsError(cause.message, { cause });
  }
}

function failsafeOf(value: unknown): Failsafe {
  const names = ["importPowerMaxW", "exportPowerMaxW", "afterS", "durationS"] as const;
  const failsafe = record(value, "failsafe", names);
  const number = (name: (typeof names)[number], usual: number) =>
    amount(failsafe[name] ?? usual, `failsafe.${name}`, 0, 1e9);
  return {
    importPowerMaxW: number("importPowerMaxW", 4_200),
    exportPowerMaxW: number("exportPowerMaxW", 0),
    afterS: number("afterS", 300),
    durationS: number("durationS", 7_200),
  };
}

function record(value: unknown, what: string, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new HomeSettingsError(`${what} must be an object.`);
  }
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) {
      throw new HomeSettingsError(`${what} has no "${name}"; there are ${names.join(", ")}.`);
    }
  }
  return value as Record<string, unknown>;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new HomeSettingsError(`${what} must be a list.`);
}

function amount(value: unknown, what: string, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw new HomeSettingsError(
    `${what} must be a number from ${least} to ${most}, not ${JSON.stringify(value)}.`,
  );
}
