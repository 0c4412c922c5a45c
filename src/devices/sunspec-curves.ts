/**
 * Curves the SunSpec way: volt-var, volt-watt and watt-var (models 705, 706, 712; IEEE 1547-2018 names the functions).
 * The first stored curve is read-only and shows what holds; a new one is written into another, read back, then adopted
 * on request: the device checks it and says whether it took it. Only when the first curve shows it too, the function
 * is enabled. Curves are counted from 1, as devices do.
 */
import { concat } from "#base/bytes.ts";
import { DeviceError } from "#devices/device.ts";
import { type ModbusConnection, WRITE_WORDS_MAX } from "#devices/modbus-client.ts";
import { decodeModel, type Place, placesOf, rawOf, valueAt } from "#devices/sunspec-codec.ts";
import type { GroupValues } from "#devices/sunspec-definition.ts";
import { SUNSPEC_MODELS } from "#devices/sunspec-models.ts";
import { type FoundModel, readModel } from "#devices/sunspec-reader.ts";
import { writePoint } from "#devices/sunspec-value.ts";

export const CURVE_MODELS = [705, 706, 712] as const;
export type CurveModelId = (typeof CURVE_MODELS)[number];

export interface Curve {
  /** What the values are percent of: the model's DeptRef. Volt-var usually 1 (Var max); volt-watt 0 (W max). */
  readonly reference: number;
  /**
   * Voltage in percent of nominal, or of watt-var power in percent of the rating, rising; value in percent of the
   * reference, injecting positive.
   */
  readonly points: readonly CurvePoint[];
  /** Open-loop response time, s; watt-var has none. */
  readonly responseS?: number;
}

export interface CurvePoint {
  readonly atPercent: number;
  readonly percent: number;
}

export interface StoredCurve extends Curve {
  /** From 1. */
  readonly number: number;
  readonly isReadOnly: boolean;
}

export interface CurveSet {
  readonly isEnabled: boolean;
  /** How many points a curve may have. */
  readonly pointsMax: number;
  /** The first one holds where the function is enabled. */
  readonly curves: readonly StoredCurve[];
}

/** How point and dependent value are called. */
const AXES = { 705: ["V", "Var"], 706: ["V", "W"], 712: ["W", "Var"] } as const;
const RESULT = { inProgress: 0, completed: 1 } as const;
const POLL_MS = 200;
export const ADOPT_WITHIN_MS = 10_000;

/** Throws what the connection and `decodeModel` throw. */
export async function readCurves(
  connection: ModbusConnection,
  found: FoundModel,
  id: CurveModelId,
): Promise<CurveSet> {
  const held = await readModel(connection, found);
  return {
    isEnabled: held.Ena === 1,
    pointsMax: numberIn(held, "NPt") ?? 0,
    curves: curvesOf(held).map((curve, i) => ({ ...curveOf(id, curve), number: i + 1 })),
  };
}

function curveOf(id: CurveModelId, held: GroupValues): Omit<StoredCurve, "number"> {
  const [x, y] = AXES[id];
  const active = numberIn(held, "ActPt") ?? 0;
  const points = (Array.isArray(held.Pt) ? (held.Pt as readonly GroupValues[]) : []).slice(0, active);
  const responseS = numberIn(held, "RspTms");
  return {
    reference: numberIn(held, "DeptRef") ?? 0,
    points: points.map((point) => ({
      atPercent: numberIn(point, x) ?? Number.NaN,
      percent: numberIn(point, y) ?? Number.NaN,
    })),
    ...(responseS !== undefined && { responseS }),
    isReadOnly: held.ReadOnly === 1,
  };
}

function numberIn(values: GroupValues, name: string): number | undefined {
  const value = values[name];
  return typeof value === "number" ? value : undefined;
}

/**
 * Throws `DeviceError`: "out_of_range" for a curve that the model cannot hold, "refused" where the device keeps other
 * points than were written, does not adopt them, or shows others afterwards, "timeout" where it does not say so within
 * `withinMs`, and what the connection throws.
 */
export async function writeCurve(
  connection: ModbusConnection,
  found: FoundModel,
  id: CurveModelId,
  curve: Curve,
  withinMs = ADOPT_WITHIN_MS,
): Promise<void> {
  const held = await readModel(connection, found);
  const index = writableCurve(id, held, curve);
  const places = placesOf(SUNSPEC_MODELS[id], held as never);
  const wanted = curveValues(id, curve, curvesOf(held)[index]!);
  const own = placesIn(places, index);
  const words = await writeBlock(connection, found.address, own, wanted);
  const first = own[0]!.offset;
  const kept = await connection.read(found.address + first, words.length / 2);
  if (!Buffer.from(rawIn(kept, own, first)).equals(rawIn(words, own, first))) {
    throw new DeviceError(
      "refused",
      `the device keeps other points than were written into curve ${index + 1} of model ${id}`,
    );
  }
  await adopt(connection, found, id, places, index, withinMs);
}

/** Lets a stored curve hold, and enables the function. Throws as `writeCurve`; "out_of_range" where there is none. */
export async function selectCurve(
  connection: ModbusConnection,
  found: FoundModel,
  id: CurveModelId,
  number: number,
  withinMs = ADOPT_WITHIN_MS,
): Promise<void> {
  const held = await readModel(connection, found);
  const curves = curvesOf(held);
  const curve = curves[number - 1];
  if (curve === undefined) {
    throw new DeviceError("out_of_range", `model ${id} has curves 1 to ${curves.length}, and no ${number}`);
  }
  checkPoints(id, held, curveOf(id, curve));
  const places = placesOf(SUNSPEC_MODELS[id], held as never);
  await adopt(connection, found, id, places, number - 1, withinMs);
}

/** Switches the function off; its curves stay. Throws what the connection throws. */
export async function disableCurves(
  connection: ModbusConnection,
  found: FoundModel,
  id: CurveModelId,
): Promise<void> {
  const places = placesOf(SUNSPEC_MODELS[id], (await readModel(connection, found)) as never);
  await set(connection, found, places, "Ena", 0);
}

async function adopt(
  connection: ModbusConnection,
  found: FoundModel,
  id: CurveModelId,
  places: readonly Place[],
  index: number,
  withinMs: number,
): Promise<void> {
  // The first curve is what holds: there is nothing to adopt.
  if (index > 0) {
    await set(connection, found, places, "AdptCrvReq", index + 1);
    await adopted(connection, found, id, places, index, withinMs);
  }
  await set(connection, found, places, "Ena", 1);
}

async function set(
  connection: ModbusConnection,
  found: FoundModel,
  places: readonly Place[],
  name: string,
  value: number,
): Promise<void> {
  const place = places.find(({ path }) => path.length === 1 && path[0] === name)!;
  await writeBlock(connection, found.address, [place], { [name]: value });
}

/** What a curve is made of: all but whether it may be written. */
function placesIn(places: readonly Place[], index: number): readonly Place[] {
  return places.filter(({ path }) => path[0] === "Crv" && path[1] === index && path[2] !== "ReadOnly");
}

function curvesOf(held: GroupValues): readonly GroupValues[] {
  return Array.isArray(held.Crv) ? (held.Crv as readonly GroupValues[]) : [];
}

/** The first curve after the read-only ones that the device lets write. */
function writableCurve(id: CurveModelId, held: GroupValues, curve: Curve): number {
  checkPoints(id, held, curve);
  const index = curvesOf(held).findIndex(({ ReadOnly }, i) => i > 0 && ReadOnly !== 1);
  if (index === -1) throw new DeviceError("refused", `model ${id} has no curve that may be written`);
  return index;
}

function checkPoints(id: CurveModelId, held: GroupValues, { points }: Curve): void {
  const room = numberIn(held, "NPt") ?? 0;
  if (points.length < 2 || points.length > room) {
    throw new DeviceError(
      "out_of_range",
      `a curve of model ${id} has 2 to ${room} points, not ${points.length}`,
    );
  }
  const what = id === 712 ? "powers" : "voltages";
  for (const [i, { atPercent }] of points.entries()) {
    const before = points[i - 1];
    if (before !== undefined && atPercent < before.atPercent) {
      throw new DeviceError("out_of_range", `the ${what} of a curve rise; ${atPercent} % does not`);
    }
  }
}

function curveValues(id: CurveModelId, curve: Curve, held: GroupValues): GroupValues {
  const [x, y] = AXES[id];
  const last = curve.points.at(-1)!;
  const room = Array.isArray(held.Pt) ? held.Pt.length : 0;
  const padded = Array.from({ length: room }, (_, i) => curve.points[i] ?? last);
  return {
    ...held,
    ActPt: curve.points.length,
    DeptRef: curve.reference,
    ...(curve.responseS !== undefined && id !== 712 && { RspTms: curve.responseS }),
    Pt: padded.map(({ atPercent, percent }) => ({ [x]: atPercent, [y]: percent })),
  };
}

/** Writes places that stand side by side, in as few transactions as it takes; gives what it wrote. */
async function writeBlock(
  connection: ModbusConnection,
  address: number,
  places: readonly Place[],
  values: GroupValues,
): Promise<Uint8Array> {
  const first = places[0]!.offset;
  const end = places.at(-1)!.offset + places.at(-1)!.point.size;
  const words = new Uint8Array(2 * (end - first));
  for (const place of places) {
    const value = valueAt(place.path[0] === "Crv" ? place.path.slice(2) : place.path, values);
    writePoint(
      place.point,
      words,
      2 * (place.offset - first),
      value === undefined ? value : rawOf(place, value),
    );
  }
  for (let at = 0; at < words.length; at += 2 * WRITE_WORDS_MAX) {
    await connection.write(address + first + at / 2, words.subarray(at, at + 2 * WRITE_WORDS_MAX));
  }
  return words;
}

/** Until the device says that it took the curve and shows it as the first. */
async function adopted(
  connection: ModbusConnection,
  found: FoundModel,
  id: CurveModelId,
  places: readonly Place[],
  index: number,
  withinMs: number,
): Promise<void> {
  const end = Date.now() + withinMs;
  const number = index + 1;
  let failures = 0;
  for (;;) {
    const words = await connection.read(found.address, found.words);
    const { AdptCrvRslt } = decodeModel(SUNSPEC_MODELS[id], words) as GroupValues;
    const isShown = Buffer.from(rawIn(words, placesIn(places, 0))).equals(
      rawIn(words, placesIn(places, index)),
    );
    if (AdptCrvRslt === RESULT.completed && isShown) return;
    // What it said of an earlier request may still stand there.
    if (AdptCrvRslt !== RESULT.completed && AdptCrvRslt !== RESULT.inProgress && ++failures > 1) {
      throw new DeviceError("refused", `the device did not adopt curve ${number} of model ${id}`);
    }
    if (Date.now() > end) {
      throw AdptCrvRslt === RESULT.completed
        ? new DeviceError(
            "refused",
            `the device says that it adopted curve ${number} of model ${id}, and its first curve shows another`,
          )
        : new DeviceError(
            "timeout",
            `the device still has not adopted curve ${number} of model ${id} after ${withinMs} ms`,
          );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The registers of the places alone, of words that begin `from` registers behind the model's ID. */
function rawIn(words: Uint8Array, places: readonly Place[], from = 0): Uint8Array {
  return concat(
    ...places.map(({ offset, point }) =>
      words.subarray(2 * (offset - from), 2 * (offset - from + point.size)),
    ),
  );
}
