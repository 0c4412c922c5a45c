/**
 * Volt-var and volt-watt curves the SunSpec way (models 705 and 706; IEEE 1547-2018 names the functions). The first
 * stored curve is read-only and shows what holds; a new one is written into another, then adopted on request: the
 * device checks it and says whether it took it. Only then is the function enabled.
 */
import { DeviceError } from "#devices/device.ts";
import { type ModbusConnection, WRITE_WORDS_MAX } from "#devices/modbus-client.ts";
import { type Place, placesOf, rawOf, valueAt } from "#devices/sunspec-codec.ts";
import type { GroupValues } from "#devices/sunspec-definition.ts";
import { SUNSPEC_MODELS } from "#devices/sunspec-models.ts";
import { type FoundModel, readModel } from "#devices/sunspec-reader.ts";
import { writePoint } from "#devices/sunspec-value.ts";

export type CurveModelId = 705 | 706;

export interface Curve {
  /** What the values are percent of: the model's DeptRef. Volt-var usually 1 (Var max); volt-watt 0 (W max). */
  readonly reference: number;
  /** Voltage in percent of nominal, rising; value in percent of the reference, injecting positive. */
  readonly points: readonly { readonly voltagePercent: number; readonly percent: number }[];
  /** Open-loop response time, s. */
  readonly responseS?: number;
}

/** How the dependent value of a point is called. */
const DEPENDENT: Readonly<Record<CurveModelId, string>> = { 705: "Var", 706: "W" };
const RESULT = { inProgress: 0, completed: 1 } as const;
const POLL_MS = 200;
export const ADOPT_WITHIN_MS = 10_000;

/**
 * Throws `DeviceError`: "out_of_range" for a curve that the model cannot hold, "refused" where the device does not
 * adopt it, "timeout" where it does not say so within `withinMs`, and what the connection throws.
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
  await writeBlock(
    connection,
    found.address,
    places.filter(({ path }) => path[0] === "Crv" && path[1] === index && path[2] !== "ReadOnly"),
    wanted,
  );
  const top = (name: string) => places.find(({ path }) => path.length === 1 && path[0] === name)!;
  const set = async (name: string, value: number) =>
    writeBlock(connection, found.address, [top(name)], { [name]: value });
  // Curves are counted from 1 here.
  await set("AdptCrvReq", index + 1);
  await adopted(connection, found, id, index + 1, withinMs);
  await set("Ena", 1);
}

function curvesOf(held: GroupValues): readonly GroupValues[] {
  return Array.isArray(held.Crv) ? (held.Crv as readonly GroupValues[]) : [];
}

/** The first curve after the read-only ones that the device lets write. */
function writableCurve(id: CurveModelId, held: GroupValues, { points }: Curve): number {
  const room = typeof held.NPt === "number" ? held.NPt : 0;
  if (points.length < 2 || points.length > room) {
    throw new DeviceError(
      "out_of_range",
      `a curve of model ${id} has 2 to ${room} points, not ${points.length}`,
    );
  }
  for (const [i, { voltagePercent }] of points.entries()) {
    const before = points[i - 1];
    if (before !== undefined && voltagePercent < before.voltagePercent) {
      throw new DeviceError("out_of_range", `the voltages of a curve rise; ${voltagePercent} % does not`);
    }
  }
  const index = curvesOf(held).findIndex(({ ReadOnly }, i) => i > 0 && ReadOnly !== 1);
  if (index === -1) throw new DeviceError("refused", `model ${id} has no curve that may be written`);
  return index;
}

function curveValues(id: CurveModelId, curve: Curve, held: GroupValues): GroupValues {
  const last = curve.points.at(-1)!;
  const room = Array.isArray(held.Pt) ? held.Pt.length : 0;
  const padded = Array.from({ length: room }, (_, i) => curve.points[i] ?? last);
  return {
    ...held,
    ActPt: curve.points.length,
    DeptRef: curve.reference,
    ...(curve.responseS !== undefined && { RspTms: curve.responseS }),
    Pt: padded.map(({ voltagePercent, percent }) => ({ V: voltagePercent, [DEPENDENT[id]]: percent })),
  };
}

/** Writes places that stand side by side, in as few transactions as it takes. */
async function writeBlock(
  connection: ModbusConnection,
  address: number,
  places: readonly Place[],
  values: GroupValues,
): Promise<void> {
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
}

async function adopted(
  connection: ModbusConnection,
  found: FoundModel,
  id: CurveModelId,
  request: number,
  withinMs: number,
): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    const { AdptCrvRslt, AdptCrvReq } = await readModel(connection, found);
    if (AdptCrvRslt === RESULT.completed) return;
    if (AdptCrvRslt !== RESULT.inProgress) {
      throw new DeviceError("refused", `the device did not adopt curve ${request} of model ${id}`);
    }
    if (Date.now() > end) {
      throw new DeviceError(
        "timeout",
        `the device still has not adopted curve ${request} of model ${id} (request ${AdptCrvReq}) after ${withinMs} ms`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
