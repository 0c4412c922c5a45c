/**
 * `contrada device curve`: the curves by which an inverter holds the voltage (volt-var, volt-watt, watt-var), read,
 * written with read-back, chosen, switched off. Of SunSpec devices with the models 705, 706 and 712.
 */
import { UsageError } from "#cli/settings.ts";
import { type Device, DeviceError } from "#devices/device.ts";
import type { Curve, CurveModelId, CurvePoint, CurveSet, StoredCurve } from "#devices/sunspec-curves.ts";
import { SunSpecDevice } from "#devices/sunspec-device.ts";
import { SUNSPEC_MODELS } from "#devices/sunspec-models.ts";

const FUNCTIONS = { "volt-var": 705, "volt-watt": 706, "watt-var": 712 } as const;
type FunctionName = keyof typeof FUNCTIONS;
const AXES: Readonly<Record<FunctionName, readonly [x: string, y: string]>> = {
  "volt-var": ["% of the nominal voltage", "% var"],
  "volt-watt": ["% of the nominal voltage", "% W"],
  "watt-var": ["% of the rated power", "% var"],
};
/** What a value is percent of where nothing is said. */
const USUAL_REFERENCE: Readonly<Record<FunctionName, string>> = {
  "volt-var": "VAR_MAX_PCT",
  "volt-watt": "W_MAX_PCT",
  "watt-var": "VAR_MAX_PCT",
};

export interface CurveWish {
  readonly points: string | undefined;
  readonly reference: string | undefined;
  readonly responseS: number | undefined;
  readonly select: number | undefined;
  readonly off: boolean;
  readonly json: boolean;
}

/** Reads what the device has, or does what is wished and reads it again. Throws `UsageError` and `DeviceError`. */
export async function curve(one: Device, words: readonly string[], wish: CurveWish): Promise<void> {
  const [name, ...more] = words;
  if (more.length > 0) throw new UsageError(`"${more[0]}" is one word too many.`);
  if (name !== undefined && !isFunction(name)) {
    throw new UsageError(`there is no curve "${name}"; there are ${Object.keys(FUNCTIONS).join(", ")}.`);
  }
  const wishes = [wish.points, wish.select, wish.off || undefined].filter((value) => value !== undefined);
  if (wishes.length > 1) throw new UsageError("one of --points, --select and --off at a time.");
  if (wishes.length > 0 && name === undefined) {
    throw new UsageError(`which curve? ${Object.keys(FUNCTIONS).join(", ")} stands before its flags.`);
  }
  if (wish.points === undefined && (wish.reference !== undefined || wish.responseS !== undefined)) {
    throw new UsageError("--reference and --response-s are of the curve that --points writes.");
  }
  if (!(one instanceof SunSpecDevice)) {
    throw new UsageError(`${one.id} speaks no SunSpec; curves are read and written only there.`);
  }
  const wanted = wish.points === undefined ? undefined : wantedOf(name as FunctionName, wish.points, wish);
  await one.open();
  if (name !== undefined) {
    const model = FUNCTIONS[name];
    if (wanted !== undefined) await one.adoptCurve(model, wanted);
    if (wish.select !== undefined) await one.selectCurve(model, wish.select);
    if (wish.off) await one.disableCurves(model);
  }
  const names = name === undefined ? functionsOf(one) : [name];
  if (names.length === 0) {
    throw new DeviceError(
      "no_such_point",
      `${one.id} has no curves: none of the SunSpec models 705, 706, 712`,
    );
  }
  const sets: (readonly [FunctionName, CurveSet])[] = [];
  for (const each of names) sets.push([each, await one.curves(FUNCTIONS[each])]);
  console.log(
    wish.json
      ? JSON.stringify(Object.fromEntries(sets.map(([each, set]) => [each, jsonOf(each, set)])), null, 2)
      : sets.map(([each, set]) => pageOf(one.id, each, set)).join("\n\n"),
  );
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTIONS, name);
}

function functionsOf(one: SunSpecDevice): FunctionName[] {
  return (Object.keys(FUNCTIONS) as FunctionName[]).filter((name) =>
    one.curveModels.includes(FUNCTIONS[name]),
  );
}

function wantedOf(name: FunctionName, points: string, { reference, responseS }: CurveWish): Curve {
  const names = referencesOf(FUNCTIONS[name]);
  const said = (reference ?? USUAL_REFERENCE[name]).toUpperCase();
  const number = names[said];
  if (number === undefined) {
    throw new UsageError(`--reference must be one of ${Object.keys(names).join(", ")}, not "${reference}".`);
  }
  if (responseS !== undefined && name === "watt-var") throw new UsageError("watt-var has no --response-s.");
  return { reference: number, points: pointsOf(points), ...(responseS !== undefined && { responseS }) };
}

/** "92:60,98:0,108:-60". */
function pointsOf(text: string): CurvePoint[] {
  return text.split(",").map((part) => {
    const match = /^\s*(-?\d{1,4}(?:\.\d{1,3})?)\s*:\s*(-?\d{1,4}(?:\.\d{1,3})?)\s*$/.exec(part);
    if (match === null) {
      throw new UsageError(
        `--points must be pairs of percent such as 92:60,98:0,102:0,108:-60; "${part}" is none.`,
      );
    }
    return { atPercent: Number(match[1]), percent: Number(match[2]) };
  });
}

/** The names of a model's DeptRef. */
function referencesOf(id: CurveModelId): Readonly<Record<string, number>> {
  const group = SUNSPEC_MODELS[id].group.groups.find((one) => one.name === "Crv")!;
  const point = group.points.find((one) => one.name === "DeptRef")!;
  return "symbols" in point ? point.symbols : {};
}

function nameOfReference(id: CurveModelId, reference: number): string {
  return (
    Object.entries(referencesOf(id)).find(([, number]) => number === reference)?.[0] ?? String(reference)
  );
}

function jsonOf(name: FunctionName, { isEnabled, pointsMax, curves }: CurveSet) {
  return {
    enabled: isEnabled,
    points_max: pointsMax,
    curves: curves.map((one) => ({
      number: one.number,
      read_only: one.isReadOnly,
      reference: nameOfReference(FUNCTIONS[name], one.reference),
      ...(one.responseS !== undefined && { response_s: one.responseS }),
      points: one.points.map(({ atPercent, percent }) => [atPercent, percent]),
    })),
  };
}

function pageOf(id: string, name: FunctionName, { isEnabled, pointsMax, curves }: CurveSet): string {
  const [x, y] = AXES[name];
  const head = `${id}: ${name} is ${isEnabled ? "on" : "off"}; up to ${pointsMax} points, ${x} : ${y}`;
  return [head, ...curves.map((one) => `  ${lineOf(name, one)}`)].join("\n");
}

function lineOf(
  name: FunctionName,
  { number, isReadOnly, reference, responseS, points }: StoredCurve,
): string {
  const line = points.map(({ atPercent, percent }) => `${shown(atPercent)}:${shown(percent)}`).join("  ");
  const what = [
    nameOfReference(FUNCTIONS[name], reference),
    responseS === undefined ? undefined : `within ${responseS} s`,
    number === 1 ? "the one that holds" : isReadOnly ? "read-only" : undefined,
  ].filter((part) => part !== undefined);
  return `${number}  ${line === "" ? "empty" : line}  (${what.join(", ")})`;
}

function shown(value: number): string {
  return Number.isNaN(value) ? "?" : String(Math.round(value * 1_000) / 1_000);
}
