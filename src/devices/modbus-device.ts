/**
 * A device with registers of its own over Modbus TCP, seen through a template. Points that stand side by side are
 * read in one request, and across gaps only as wide as the template allows: many devices answer a request that
 * touches a register which they do not have with an exception.
 */
import { fromUtf8 } from "#base/bytes.ts";
import type { Device, PointValues, Sample } from "#devices/device.ts";
import { DeviceError } from "#devices/device.ts";
import { type ModbusConnection, READ_WORDS_MAX, type RegisterTable } from "#devices/modbus-client.ts";
import { pointValue } from "#devices/point-value.ts";
import type { PointName } from "#devices/points.ts";
import { readRegisters, wordsOf, writeRegisters } from "#devices/register-codec.ts";
import { stepValue } from "#devices/setpoint.ts";
import type { ModbusTemplate, RegisterPoint } from "#devices/template.ts";

interface Span {
  readonly table: RegisterTable;
  readonly first: number;
  readonly count: number;
}

export class ModbusDevice implements Device {
  readonly id: string;
  readonly kind: Device["kind"];
  readonly template: string;
  readonly settable: readonly PointName[];
  #sheet: Readonly<Record<string, string>>;
  readonly #connection: ModbusConnection;
  readonly #form: ModbusTemplate;
  readonly #spans: readonly Span[];
  #known: PointValues = {};

  constructor(id: string, form: ModbusTemplate, connection: ModbusConnection) {
    this.id = id;
    this.kind = form.kind;
    this.template = form.name;
    this.#form = form;
    this.#connection = connection;
    this.#sheet = form.sheet ?? {};
    this.settable = Object.keys(form.set ?? {}) as PointName[];
    this.#spans = spansOf(Object.values(form.points), form.gapMax ?? 0);
  }

  get sheet(): Readonly<Record<string, string>> {
    return this.#sheet;
  }

  async open(): Promise<void> {
    await this.#connection.open();
    try {
      const told: Record<string, string> = {};
      for (const [name, { register, words, table }] of Object.entries(this.#form.told ?? {})) {
        const bytes = await this.#connection.read(register, words, table);
        const text = fromUtf8(bytes)
          ?.replace(/\0[\s\S]*$/, "")
          .trim();
        if (text !== undefined && text !== "") told[name] = text;
      }
      this.#sheet = { ...this.#form.sheet, ...told };
    } catch (error) {
      this.#connection.close();
      throw error;
    }
  }

  async read(): Promise<Sample> {
    const held: (readonly [Span, Uint8Array])[] = [];
    for (const span of this.#spans) {
      held.push([span, await this.#connection.read(span.first, span.count, span.table)]);
    }
    const values: { [name in PointName]?: number } = {};
    for (const [name, point] of Object.entries(this.#form.points) as [PointName, RegisterPoint][]) {
      const raw = readRegisters(wordsAt(held, point), point);
      if (raw === point.absent || Number.isNaN(raw)) continue;
      const value = pointValue(this.id, name, raw, point);
      if (value !== undefined) values[name] = value;
    }
    this.#known = values;
    return { values, measuredAt: Date.now() };
  }

  async write(point: PointName, value: number): Promise<void> {
    const steps = this.#form.set?.[point];
    if (steps === undefined) throw new DeviceError("no_such_point", `${this.id} has no setpoint ${point}`);
    for (const step of steps) {
      await this.#connection.write(step.register, writeRegisters(stepValue(step, value, this.#known), step));
    }
  }

  async close(): Promise<void> {
    this.#connection.close();
  }
}

function spanOf({ register, type, table = "holding" }: RegisterPoint): Span {
  return { table, first: register, count: wordsOf(type) };
}

/** As few requests as the gaps allow, none beyond what one may ask for. */
export function spansOf(points: readonly RegisterPoint[], gapMax: number): Span[] {
  const wanted = points
    .map(spanOf)
    .sort((a, b) => a.table.localeCompare(b.table) || a.first - b.first || a.count - b.count);
  const spans: Span[] = [];
  for (const span of wanted) {
    const last = spans.at(-1);
    const end = last === undefined ? 0 : last.first + last.count;
    const count = last === undefined ? 0 : Math.max(end, span.first + span.count) - last.first;
    if (
      last !== undefined &&
      last.table === span.table &&
      span.first - end <= gapMax &&
      count <= READ_WORDS_MAX
    ) {
      spans[spans.length - 1] = { ...last, count };
    } else spans.push(span);
  }
  return spans;
}

function wordsAt(held: readonly (readonly [Span, Uint8Array])[], point: RegisterPoint): Uint8Array {
  const { table, first, count } = spanOf(point);
  for (const [span, words] of held) {
    if (span.table !== table || first < span.first || first + count > span.first + span.count) continue;
    return words.subarray(2 * (first - span.first), 2 * (first - span.first + count));
  }
  throw new Error("every point stands in one of the spans");
}
