/** What `contrada device read` and `watch` show of a device: every point with its unit and what it stands for, or why not. */
import type { Device, DeviceError, DeviceProblem, Sample } from "#devices/device.ts";
import { type DeviceKind, pointOf } from "#devices/points.ts";

export interface Outcome {
  readonly device: Device;
  /** While it was open: what it tells of itself it forgets when it is closed. */
  readonly sheet: Device["sheet"];
  readonly sample?: Sample;
  readonly error?: DeviceError;
}

export function jsonOf({ device: one, sheet, sample, error }: Outcome) {
  const { id, kind, template } = one;
  const head = { id, kind, template, sheet };
  if (error !== undefined) return { ...head, problem: error.problem, message: error.message };
  return { ...head, measured_at: new Date(sample!.measuredAt).toISOString(), values: sample!.values };
}

export function pageOf({ device: one, sheet, sample, error }: Outcome): string {
  const who = whoIs(sheet);
  const head = `${one.id} (${one.kind.replaceAll("_", " ")}, ${one.template})${who === "" ? "" : `: ${who}`}`;
  if (error !== undefined) return `${head}\n  ${error.message}\n  ${ADVICE[error.problem]}`;
  const rows = Object.entries(sample!.values).map(([name, value]) => {
    const unit = (pointOf(one.kind, name)?.unit ?? "").padEnd(3);
    return `  ${name.padEnd(20)} ${shown(value).padStart(12)} ${unit} ${meaningOf(one.kind, name, value)}`;
  });
  return [
    head,
    ...rows.map((row) => row.trimEnd()),
    `  measured ${new Date(sample!.measuredAt).toISOString()}`,
  ].join("\n");
}

/** Maker and model as they stand, the rest with its name. */
function whoIs(sheet: Device["sheet"]): string {
  const { manufacturer, model, ...rest } = sheet;
  const named = Object.entries(rest).map(([name, text]) => `${name === "serial" ? "no." : name} ${text}`);
  return [[manufacturer, model].filter(Boolean).join(" "), ...named].filter((part) => part !== "").join(", ");
}

export function lineOf({ device: one, sample, error }: Outcome): string {
  const at = new Date(sample?.measuredAt ?? Date.now()).toISOString().slice(11, 19);
  if (error !== undefined) return `${at}  ${one.id.padEnd(14)} ${error.problem}: ${error.message}`;
  const values = Object.entries(sample!.values).map(
    ([name, value]) =>
      `${name.replace(/(Wh|W|Percent|Hz|C)$/, "")} ${shown(value)}${pointOf(one.kind, name)?.unit ?? ""}${inBrackets(meaningOf(one.kind, name, value))}`,
  );
  return `${at}  ${one.id.padEnd(14)} ${values.slice(0, 6).join("  ")}`;
}

function inBrackets(text: string): string {
  return text === "" ? "" : ` (${text})`;
}

const STATES: { readonly [K in DeviceKind]?: readonly string[] } = {
  inverter: ["off", "asleep", "starting", "feeding", "throttled", "shutting down", "fault", "standby"],
  accumulator: ["off", "idle", "charging", "discharging", "fault"],
  micro_chp: ["stands", "starting", "runs", "cooling down", "fault"],
  charge_point: ["free", "plugged in", "charging", "held", "fault"],
};
/** Of a micro-CHP. */
const REQUESTS = ["stands", "runs", "its own thermostat"];
/** Which way it flows, by sign: what an installer compares with the house, to see whether a clamp sits right. */
const WAYS: { readonly [K in DeviceKind]?: readonly [positive: string, negative: string] } = {
  counter: ["comes in", "goes out"],
  accumulator: ["discharges", "charges"],
  micro_chp: ["gives", "takes"],
};

/** What a number stands for; "" where it says it itself. */
function meaningOf(kind: DeviceKind, name: string, value: number): string {
  if (name === "state") return STATES[kind]?.[value] ?? "";
  if (name === "on") return value === 1 ? "on" : "off";
  if (name === "request") return REQUESTS[value] ?? "";
  if (name.startsWith("sgContact")) return value === 1 ? "closed" : "open";
  const way = name === "powerW" ? WAYS[kind] : undefined;
  return way === undefined || value === 0 ? "" : way[value > 0 ? 0 : 1];
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Math.round(value * 1_000) / 1_000);
}

export const ADVICE: Readonly<Record<DeviceProblem, string>> = {
  unreachable:
    "Is the device on, its address right, and the protocol switched on in it? contrada device scan HOST tells what answers.",
  timeout:
    "It is there and does not answer in time: another master may hold it, the unit may be wrong, or --timeout-ms too short.",
  malformed:
    "It answers otherwise than the template says: is it this make? contrada device scan HOST shows what it is.",
  out_of_range: "A value is impossible: wrong template or word order, or a fault of the device.",
  refused:
    "It answers and refuses: look for a lock of its remote access, or for missing or wrong credentials or keys.",
  no_such_point: "It lacks a register that the template names: another model or version of the make.",
};
