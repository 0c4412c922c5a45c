/** What a town can be told, by flag, variable or file. */
import { LOG_SETTINGS } from "#cli/log.ts";
import type { Table } from "#cli/settings.ts";

const TOWN = "The town";
const LIVE = "Live";
const HEADLESS = "Headless, with --headless";

/** Where gateways of real homes reach the broker; each command says when. */
export const MQTT_PORT = { kind: "integer", value: "PORT", min: 0, max: 65_535, default: 8883 } as const;

export const TOWN_SETTINGS = {
  count: {
    kind: "integer",
    value: "HOMES",
    min: 1,
    max: 100_000,
    default: 24,
    help: "how many homes to make up",
    group: TOWN,
  },
  seed: {
    kind: "integer",
    value: "NUMBER",
    min: 0,
    max: 0xffff_ffff,
    // A June of blue days and passing clouds; 1 begins under a grey sky.
    default: 16,
    help: "same seed, same town",
    group: TOWN,
  },
  homes: {
    kind: "text",
    value: "FILE.csv",
    default: undefined,
    help: "replay measured homes from this file instead of making homes up",
    group: TOWN,
  },
  start: {
    kind: "date",
    value: "DATE",
    default: undefined,
    help: "when it begins: 2026-06-16 or 2026-06-16T08:00Z; default 16 June 2026, 10:00 in Rome, or the file's first day",
    group: TOWN,
  },
  solarHomes: {
    kind: "text",
    value: "WHICH",
    default: undefined,
    help: "homes with panels: all, none, every-second, or numbers like 1,3,5; default two of three, or every second of a file",
    group: TOWN,
  },
  solarPeakKwp: {
    kind: "number",
    value: "KWP",
    min: 0.1,
    max: 1000,
    unit: "kWp",
    default: undefined,
    help: "panels of each of these homes; default 3 to 6 kWp by seed, or 5 with a file",
    group: TOWN,
  },
  solarColumn: {
    kind: "text",
    value: "NAME",
    default: undefined,
    help: "with --homes: the column that the panels follow, e.g. pv2; default the first",
    group: TOWN,
  },
  accumulatorKwh: {
    kind: "number",
    value: "KWH",
    min: 0,
    max: 10_000,
    unit: "kWh",
    default: undefined,
    help: "accumulator of each home with panels, 0 for none; default 5 to 13.5 kWh by seed",
    group: TOWN,
  },
  accumulatorKw: {
    kind: "number",
    value: "KW",
    min: 0.1,
    max: 10_000,
    unit: "kW",
    default: undefined,
    help: "its power; default three quarters of its kWh, at most 5 kW",
    group: TOWN,
  },
  ...LOG_SETTINGS,
  trade: {
    kind: "switch",
    default: true,
    help: "owners sell nothing by themselves",
    group: TOWN,
  },
  market: {
    kind: "switch",
    default: true,
    help: "no neighbours' market: nobody takes part in auctions",
    group: LIVE,
  },
  renewMonthly: {
    kind: "switch",
    default: false,
    help: "homes get new numbers on the ledger on the first day of each month",
    group: LIVE,
  },
  step: {
    kind: "integer",
    value: "SECONDS",
    min: 1,
    max: 900,
    default: undefined,
    help: "length of a simulation step, a divisor of 900; default 5 s live, 900 s headless",
    group: TOWN,
  },
  data: {
    kind: "text",
    value: "FOLDER",
    default: undefined,
    help: "where the ledger and the readings are kept; default data/town live, and nowhere headless",
    group: TOWN,
  },
  fresh: {
    kind: "switch",
    default: false,
    help: "forget the town of the data folder and begin anew",
    group: TOWN,
  },
  address: {
    kind: "text",
    value: "IP",
    default: "127.0.0.1",
    help: "where the platform listens; 0.0.0.0 lets your whole network in",
    group: LIVE,
  },
  port: {
    kind: "integer",
    value: "PORT",
    min: 0,
    max: 65_535,
    default: 8080,
    help: "0 = any free one",
    group: LIVE,
  },
  mqttPort: {
    ...MQTT_PORT,
    help: "where gateways of real homes reach the broker, opened when the first is expected; 0 = any free one",
    group: LIVE,
  },
  mqttUrl: {
    kind: "text",
    value: "URL",
    default: undefined,
    help: "an external broker in its stead, mqtts://host:port: docs/operating/gateways.md",
    group: LIVE,
  },
  speed: {
    kind: "number",
    value: "TIMES",
    min: 0,
    max: 86_400,
    unit: "seconds of the town per second",
    default: 60,
    help: "seconds of the town per second, 0 = as fast as it goes",
    group: LIVE,
  },
  history: {
    kind: "integer",
    value: "DAYS",
    min: 0,
    max: 400,
    default: 10,
    help: "days that the town has lived when you come; of a file, its first ones",
    group: LIVE,
  },
  headless: {
    kind: "switch",
    default: false,
    help: "no platform, no app: as fast as it goes, ending with figures",
    group: HEADLESS,
  },
  days: {
    kind: "number",
    value: "DAYS",
    min: 0.01,
    max: 36_600,
    unit: "days",
    default: undefined,
    help: "length of the run in days of 24 hours, to the nearest quarter hour; default 7, or the whole file",
    group: HEADLESS,
  },
  signatures: {
    kind: "choice",
    choices: ["interval", "day"],
    default: "interval",
    value: "interval|day",
    help: "a meter signs each quarter hour, or once a day for all of it: then the ledger hears of a day at its end, and owners can sell only what they had stored before it",
    group: HEADLESS,
  },
  json: {
    kind: "switch",
    default: false,
    help: "end with one JSON object: docs/operating/town.md says what each figure is",
    group: HEADLESS,
  },
} as const satisfies Table;

/** Settings that mean nothing in the other way of running. */
export const ONLY_LIVE = [
  "address",
  "port",
  "mqttPort",
  "mqttUrl",
  "speed",
  "history",
  "renewMonthly",
] as const;
export const ONLY_HEADLESS = ["days", "signatures", "json"] as const;
