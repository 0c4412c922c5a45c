/**
 * What the gateway knows of its devices in one cycle: taken once, frozen, and the same for everybody who decides in
 * that cycle. A value is as old as its measurement, not as its arrival; whoever uses one says how old it may be.
 */
import type { DeviceProblem, PointValues } from "#devices/device.ts";
import type { DeviceKind, PointName } from "#devices/points.ts";

export interface DeviceImage {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly template: string;
  readonly sheet: Readonly<Record<string, string>>;
  /** Of the last success; empty before the first. */
  readonly values: PointValues;
  /** Unix milliseconds; `undefined` before the first. */
  readonly measuredAt: number | undefined;
  /** When the gateway got them. */
  readonly readAt: number | undefined;
  /** Of the last try; `undefined` where it succeeded. */
  readonly problem: DeviceProblem | undefined;
}

export interface ProcessImage {
  /** Unix milliseconds by the clock that the home goes by. */
  readonly at: number;
  readonly devices: readonly DeviceImage[];
}

/** Values older than this are not decided upon, ms. */
export const FRESH_MS = 2_500;
/** What uses energy tells its meter by itself, some every ten seconds, some each minute. */
const LOAD_FRESH_MS = 65_000;

/** Kinds with a line of their own on F1. */
const LOADS: ReadonlySet<DeviceKind> = new Set(["plug", "heat_pump", "micro_chp", "charge_point"]);

/** Whether devices of a kind use energy, or make it with their heat, and wait, follow or give way. */
export function isLoad(kind: DeviceKind): boolean {
  return LOADS.has(kind);
}

/** How old values of a kind may be: `maxAgeMs` of those by which the home is balanced, more of a load. */
export function maxAgeOf(kind: DeviceKind, maxAgeMs: number): number {
  return isLoad(kind) ? Math.max(maxAgeMs, (maxAgeMs / FRESH_MS) * LOAD_FRESH_MS) : maxAgeMs;
}

/** A point's value where the device measured it within `maxAgeMs`. */
export function freshValue(
  image: ProcessImage,
  device: DeviceImage,
  point: PointName,
  maxAgeMs = FRESH_MS,
): number | undefined {
  if (device.measuredAt === undefined || image.at - device.measuredAt > maxAgeMs) return undefined;
  const value = device.values[point];
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** How old a register may be at the end of its quarter hour, ms. */
const REGISTER_MS = 5_000;

/** What registers of several devices counted together, Wh; `undefined` where one of them was not heard. */
export function registerSum(
  image: ProcessImage,
  devices: readonly DeviceImage[],
  point: PointName,
): number | undefined {
  let sum: number | undefined;
  for (const { measuredAt, values, problem } of devices) {
    const value = values[point];
    if (value === undefined || problem !== undefined) return undefined;
    if (measuredAt === undefined || image.at - measuredAt > REGISTER_MS) return undefined;
    sum = (sum ?? 0) + value;
  }
  return sum;
}

/** The devices of a kind, in the order of the equipment file. */
export function ofKind(image: ProcessImage, kind: DeviceKind): DeviceImage[] {
  return image.devices.filter((device) => device.kind === kind);
}

/** Nobody changes an image once it is taken. */
export function freezeImage(at: number, devices: readonly DeviceImage[]): ProcessImage {
  for (const device of devices) Object.freeze(Object.freeze(device).values);
  return Object.freeze({ at, devices: Object.freeze([...devices]) });
}
