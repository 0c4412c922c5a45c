/**
 * A SunSpec model in its registers, decoded and encoded by its definition: points in order, then groups, each as
 * often as its count point says; numbers times ten to the power of their scale factor, which is a point of the same
 * group or of one around it. What the device leaves out at the end (its L is shorter than the definition) is read as
 * not implemented, what it adds is skipped.
 */
import { DeviceError } from "#devices/device.ts";
import type {
  GroupDefinition,
  GroupValues,
  ModelDefinition,
  PointDefinition,
  ValuesOf,
} from "#devices/sunspec-definition.ts";
import { readPoint, writePoint } from "#devices/sunspec-value.ts";

/** ID and L. */
export const HEADER_WORDS = 2;
/** What one model can be: its L is 16 bits wide. */
const MODEL_WORDS_MAX = 65_535 + HEADER_WORDS;

type Leaf = number | string | undefined;

/** Where a point of a model stands, with the power of ten that scales it. */
export interface Place {
  /** From the model's group inward: ["Crv", 1, "Pt", 0, "V"]. */
  readonly path: readonly (string | number)[];
  readonly point: PointDefinition;
  /** Registers from the model's ID. */
  readonly offset: number;
  /** `undefined` where its scale factor is not implemented: then the point has no meaning. */
  readonly exponent: number | undefined;
}

/**
 * The values of a whole model, ID and L included. `words` begin at its ID.
 * Throws `DeviceError` "malformed" where they are not this model, end before L says, or repeat a group more often
 * than there is room for.
 */
export function decodeModel<M extends ModelDefinition>(model: M, words: Uint8Array): ValuesOf<M["group"]> {
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  if (words.length < 2 * HEADER_WORDS || view.getUint16(0) !== model.id) {
    throw new DeviceError("malformed", `these registers do not begin model ${model.id}`);
  }
  const length = HEADER_WORDS + view.getUint16(2);
  if (words.length < 2 * length) {
    throw new DeviceError(
      "malformed",
      `model ${model.id} says ${length} registers and has ${words.length >> 1}`,
    );
  }
  const whole = words.subarray(0, 2 * length);
  return decodeGroup(model.group, { words: whole, at: 0 }, []) as ValuesOf<M["group"]>;
}

interface Cursor {
  readonly words: Uint8Array;
  /** In registers. */
  at: number;
}

function decodeGroup(group: GroupDefinition, cursor: Cursor, around: readonly GroupValues[]): GroupValues {
  const values: Record<string, GroupValues[string]> = {};
  for (const point of group.points) {
    const end = cursor.at + point.size;
    const value = 2 * end > cursor.words.length ? undefined : readPoint(point, cursor.words, 2 * cursor.at);
    if (value !== undefined && point.type !== "pad") values[point.name] = value;
    cursor.at = end;
  }
  const scopes = [values, ...around];
  for (const point of group.points) {
    const raw = values[point.name];
    if (typeof raw !== "number" || point.sf === undefined) continue;
    const exponent = exponentOf(point, scopes);
    if (exponent === undefined) delete values[point.name];
    else values[point.name] = scaled(raw, exponent);
  }
  for (const inner of group.groups ?? []) {
    if (inner.count === undefined) {
      values[inner.name] = decodeGroup(inner, cursor, scopes);
      continue;
    }
    const repeats: GroupValues[] = [];
    const wanted = countOf(inner, scopes);
    const end = cursor.words.length / 2;
    const least = inner.points.reduce((sum, { size }) => sum + size, 0);
    // The last one may be cut short, as a model may.
    if (Number.isFinite(wanted) && (wanted - 1) * least >= Math.max(1, end - cursor.at)) {
      throw new DeviceError(
        "malformed",
        `it says ${wanted} times ${inner.name} and has ${end - cursor.at} registers for them`,
      );
    }
    while (repeats.length < wanted && cursor.at < end) repeats.push(decodeGroup(inner, cursor, scopes));
    values[inner.name] = repeats;
  }
  return values;
}

/**
 * The registers of a model, ID and L included: L follows from the definition and the counts, whatever the values
 * say of ID and L. Numbers are rounded to the nearest step of their scale factor. What is absent is written as not
 * implemented.
 * Throws `DeviceError` "out_of_range" where a value does not fit, and where its scale factor is missing.
 */
export function encodeModel<M extends ModelDefinition>(model: M, values: ValuesOf<M["group"]>): Uint8Array {
  const places = placesOf(model, values);
  const last = places.at(-1)!;
  const length = last.offset + last.point.size;
  if (length > MODEL_WORDS_MAX) {
    throw new DeviceError("out_of_range", `model ${model.id} would be ${length} registers long`);
  }
  const words = new Uint8Array(2 * length);
  for (const place of places) {
    writePoint(place.point, words, 2 * place.offset, rawAt(place, values as GroupValues));
  }
  const view = new DataView(words.buffer);
  view.setUint16(0, model.id);
  view.setUint16(2, length - HEADER_WORDS);
  return words;
}

function rawAt(place: Place, values: GroupValues): Leaf {
  const value = valueAt(place.path, values);
  if (value === undefined || place.point.type === "pad") return undefined;
  return rawOf(place, value);
}

/** What stands in the registers for a value: whole steps of its scale factor, to the nearest. */
export function rawOf({ point, exponent }: Place, value: number | string): number | string {
  if (typeof value !== "number" || point.sf === undefined) return value;
  if (exponent === undefined) {
    throw new DeviceError(
      "out_of_range",
      `${point.name} cannot be said without its scale factor ${point.sf}`,
    );
  }
  return Math.round(exponent < 0 ? value * 10 ** -exponent : value / 10 ** exponent);
}

/** Every point of a model in order, as often as the counts among the values say. */
export function placesOf<M extends ModelDefinition>(model: M, values: ValuesOf<M["group"]>): Place[] {
  const places: Place[] = [];
  placeGroup(model.group, [], [values as GroupValues], places);
  return places;
}

function placeGroup(
  group: GroupDefinition,
  path: Place["path"],
  scopes: readonly GroupValues[],
  places: Place[],
): void {
  for (const point of group.points) {
    const before = places.at(-1);
    places.push({
      path: [...path, point.name],
      point,
      offset: before === undefined ? 0 : before.offset + before.point.size,
      exponent: exponentOf(point, scopes),
    });
  }
  for (const inner of group.groups ?? []) {
    const own = scopes[0]![inner.name];
    if (inner.count === undefined) {
      placeGroup(inner, [...path, inner.name], [(own ?? {}) as GroupValues, ...scopes], places);
      continue;
    }
    const repeats = (own ?? []) as readonly GroupValues[];
    const count = inner.count === 0 ? repeats.length : countOf(inner, scopes);
    for (let i = 0; i < count && (places.at(-1)?.offset ?? 0) <= MODEL_WORDS_MAX; i++) {
      placeGroup(inner, [...path, inner.name, i], [repeats[i] ?? {}, ...scopes], places);
    }
  }
}

/** The value at a path, `undefined` where nothing stands there. */
export function valueAt(path: Place["path"], values: GroupValues): Leaf {
  let at: unknown = values;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Object.hasOwn(at, step) ? (at as Record<string | number, unknown>)[step] : undefined;
  }
  return typeof at === "number" || typeof at === "string" ? at : undefined;
}

function countOf(group: GroupDefinition, scopes: readonly GroupValues[]): number {
  if (typeof group.count === "number") return group.count === 0 ? Number.POSITIVE_INFINITY : group.count;
  const count = scopes.map((values) => values[group.count as string]).find((value) => value !== undefined);
  return typeof count === "number" ? count : 0;
}

/** 0 for what has no scale factor; `undefined` where the factor is not implemented or no power within ±10. */
function exponentOf({ sf }: PointDefinition, scopes: readonly GroupValues[]): number | undefined {
  if (sf === undefined) return 0;
  const exponent =
    typeof sf === "number" ? sf : scopes.map((values) => values[sf]).find((value) => value !== undefined);
  return typeof exponent === "number" && Math.abs(exponent) <= 10 ? exponent : undefined;
}

/** By division where the power is negative: 2304 × 10⁻¹ is 230.4 then, and not its neighbour. */
function scaled(raw: number, exponent: number): number {
  return exponent < 0 ? raw / 10 ** -exponent : raw * 10 ** exponent;
}
