/**
 * A device that speaks SunSpec over Modbus TCP, seen through a template: each point comes from the first model and
 * point of the template's list that this device has and fills. Setpoints are written step by step; steps that stand
 * side by side in the registers, and the members of a sync group, go in one transaction.
 */
import type { Device, PointValues, Sample } from "#devices/device.ts";
import { DeviceError } from "#devices/device.ts";
import type { ModbusConnection } from "#devices/modbus-client.ts";
import { pointValue } from "#devices/point-value.ts";
import type { PointName } from "#devices/points.ts";
import { stepValue } from "#devices/setpoint.ts";
import { type Place, placesOf, rawOf, valueAt } from "#devices/sunspec-codec.ts";
import {
  CURVE_MODELS,
  type Curve,
  type CurveModelId,
  type CurveSet,
  disableCurves,
  readCurves,
  selectCurve,
  writeCurve,
} from "#devices/sunspec-curves.ts";
import type { GroupValues } from "#devices/sunspec-definition.ts";
import { type FoundModel, findModels, readModel, readSheet } from "#devices/sunspec-reader.ts";
import { writePoint } from "#devices/sunspec-value.ts";
import type { Conversion, SunSpecStep, SunSpecTemplate } from "#devices/template.ts";

interface Source {
  readonly model: number;
  readonly path: Place["path"];
  readonly conversion: Conversion;
}

export class SunSpecDevice implements Device {
  readonly id: string;
  readonly kind: Device["kind"];
  readonly template: string;
  #sheet: Readonly<Record<string, string>>;
  readonly #connection: ModbusConnection;
  readonly #form: SunSpecTemplate;
  #models: readonly FoundModel[] = [];
  #sources: readonly (readonly [PointName, Source])[] = [];
  /** As last read, for the counts and scale factors of what is written. */
  #values = new Map<number, GroupValues>();
  #known: PointValues = {};

  constructor(id: string, form: SunSpecTemplate, connection: ModbusConnection) {
    this.id = id;
    this.kind = form.kind;
    this.template = form.name;
    this.#form = form;
    this.#connection = connection;
    this.#sheet = form.sheet ?? {};
  }

  get sheet(): Readonly<Record<string, string>> {
    return this.#sheet;
  }

  async open(): Promise<void> {
    await this.#connection.open();
    try {
      const models = await findModels(this.#connection);
      if (models === undefined) {
        throw new DeviceError("malformed", `${this.id}: no SunSpec device ("SunS" stands nowhere)`);
      }
      this.#models = models;
      this.#sheet = { ...this.#form.sheet, ...(await readSheet(this.#connection, models)) };
      const mentioned = new Set([...this.#mentioned()].filter((id) => models.some((one) => one.id === id)));
      await this.#readModels(mentioned);
      this.#sources = this.#chooseSources(mentioned);
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  async read(): Promise<Sample> {
    if (!this.#connection.isOpen) {
      throw new DeviceError("unreachable", `${this.id}: the connection is closed`);
    }
    await this.#readModels(new Set(this.#sources.map(([, { model }]) => model)));
    const values: { [name in PointName]?: number } = {};
    for (const [name, source] of this.#sources) {
      const raw = valueAt(source.path, this.#values.get(source.model) ?? {});
      if (typeof raw !== "number") continue;
      const value = pointValue(this.id, name, raw, source.conversion);
      if (value !== undefined) values[name] = value;
    }
    this.#known = values;
    return { values, measuredAt: Date.now() };
  }

  async write(point: PointName, value: number): Promise<void> {
    const steps = this.#form.set?.[point];
    if (steps === undefined) throw new DeviceError("no_such_point", `${this.id} has no setpoint ${point}`);
    let run: { first: number; words: Uint8Array } | undefined;
    for (const step of steps) {
      const { address, words } = this.#encoded(step, value);
      if (run !== undefined && run.first + run.words.length / 2 === address) {
        const joined: Uint8Array = new Uint8Array(run.words.length + words.length);
        joined.set(run.words);
        joined.set(words, run.words.length);
        run = { first: run.first, words: joined };
      } else {
        if (run !== undefined) await this.#connection.write(run.first, run.words);
        run = { first: address, words };
      }
    }
    if (run !== undefined) await this.#connection.write(run.first, run.words);
  }

  /** Of the curve models those that this device has. */
  get curveModels(): readonly CurveModelId[] {
    return CURVE_MODELS.filter((model) => this.#models.some(({ id }) => id === model));
  }

  /** What a curve model holds. Throws "no_such_point" where the device lacks it, and as `readCurves`. */
  async curves(model: CurveModelId): Promise<CurveSet> {
    return readCurves(this.#connection, this.#curveModel(model), model);
  }

  /** Writes a curve and waits until the device took it. Throws as `curves` and `writeCurve`. */
  async adoptCurve(model: CurveModelId, curve: Curve): Promise<void> {
    await writeCurve(this.#connection, this.#curveModel(model), model, curve);
  }

  /** Lets a stored curve hold. Throws as `curves` and `selectCurve`. */
  async selectCurve(model: CurveModelId, number: number): Promise<void> {
    await selectCurve(this.#connection, this.#curveModel(model), model, number);
  }

  /** Switches the function of a curve model off. Throws as `curves` and `disableCurves`. */
  async disableCurves(model: CurveModelId): Promise<void> {
    await disableCurves(this.#connection, this.#curveModel(model), model);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  #curveModel(model: CurveModelId): FoundModel {
    const found = this.#models.find(({ id }) => id === model);
    if (found !== undefined) return found;
    throw new DeviceError("no_such_point", `${this.id} has no SunSpec model ${model}`);
  }

  #encoded(step: SunSpecStep, value: number): { address: number; words: Uint8Array } {
    const { model: id, path } = parsePath(step.to);
    const model = this.#models.find((one) => one.id === id);
    const values = this.#values.get(id);
    if (model?.definition === undefined || values === undefined) {
      throw new DeviceError("no_such_point", `${this.id} has no SunSpec model ${id}`);
    }
    const place = placesOf(model.definition, values as never).find(
      (one) => one.path.join(".") === path.join("."),
    );
    if (place === undefined || place.offset + place.point.size > model.words) {
      throw new DeviceError("no_such_point", `${this.id} has no ${step.to}`);
    }
    const words = new Uint8Array(2 * place.point.size);
    writePoint(place.point, words, 0, rawOf(place, stepValue(step, value, this.#known)));
    return { address: model.address + place.offset, words };
  }

  #mentioned(): Set<number> {
    const ids = new Set<number>();
    for (const sources of Object.values(this.#form.points).map(sourcesOf)) {
      for (const { model } of sources) ids.add(model);
    }
    for (const steps of Object.values(this.#form.set ?? {})) {
      for (const { to } of steps) ids.add(parsePath(to).model);
    }
    return ids;
  }

  async #readModels(ids: ReadonlySet<number>): Promise<void> {
    for (const model of this.#models) {
      if (!ids.has(model.id) || model.definition === undefined) continue;
      this.#values.set(model.id, await readModel(this.#connection, model));
    }
  }

  /** For each point the first source that has a value now; else the first whose model is there: it may fill later. */
  #chooseSources(present: ReadonlySet<number>): (readonly [PointName, Source])[] {
    const chosen: (readonly [PointName, Source])[] = [];
    for (const [name, point] of Object.entries(this.#form.points)) {
      const there = sourcesOf(point).filter(({ model }) => present.has(model));
      const filled = there.find(
        ({ model, path }) => valueAt(path, this.#values.get(model) ?? {}) !== undefined,
      );
      const source = filled ?? there[0];
      if (source !== undefined) chosen.push([name as PointName, source]);
    }
    if (!chosen.some(([name]) => name === "powerW")) {
      throw new DeviceError(
        "malformed",
        `${this.id}: none of its models has what the template ${this.template} takes for its power; it has ${[...this.#models].map(({ id }) => id).join(", ")}`,
      );
    }
    return chosen;
  }
}

function sourcesOf(point: SunSpecTemplate["points"][string]): Source[] {
  const { from, ...common } = point;
  return from.map((source) => {
    if (typeof source === "string") return { ...parsePath(source), conversion: common };
    const { at, ...own } = source;
    return { ...parsePath(at), conversion: { ...common, ...own } };
  });
}

/** "705.Crv.0.Pt.1.V": numbers are positions, from 0. */
function parsePath(text: string): { model: number; path: Place["path"] } {
  const [model, ...path] = text.split(".");
  return { model: Number(model), path: path.map((step) => (/^\d+$/.test(step) ? Number(step) : step)) };
}
