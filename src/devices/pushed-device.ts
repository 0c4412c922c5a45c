/**
 * A counter that speaks by itself over TCP: telegrams of its customer port, or messages that it pushes. How its bytes
 * become readings is its reader's; the newest one is what the device says, as old as the meter says.
 */

import { connect, type Socket } from "node:net";
import { Arrival } from "#devices/arrival.ts";
import type { Device, Sample } from "#devices/device.ts";
import { DeviceError } from "#devices/device.ts";
import { pointValue } from "#devices/point-value.ts";
import type { PointName } from "#devices/points.ts";
import type { DlmsTemplate, P1Template } from "#devices/template.ts";

/** What a meter said at once. */
export interface Pushed {
  /** What it calls itself, where it does. */
  readonly model: string | undefined;
  /** By OBIS code as templates write it, "1-0:1.8.0", in Wh, W, V, A or Hz. */
  quantityAt(code: string): number | undefined;
  /** When the meter made it, Unix seconds; `undefined` where it does not say. */
  readonly time: number | undefined;
}

/** Of one connection: what is whole now, in order, and what was none. */
export interface PushReader {
  push(chunk: Uint8Array): readonly (Pushed | DeviceError)[];
}

export interface StreamAddress {
  readonly host: string;
  readonly port: number;
}

export class PushedDevice implements Device {
  readonly id: string;
  readonly kind: Device["kind"];
  readonly template: string;
  readonly #form: P1Template | DlmsTemplate;
  readonly #reader: () => PushReader;
  readonly #address: StreamAddress;
  readonly #timeoutMs: number;
  readonly #silentMaxMs: number;
  #socket: Socket | undefined;
  #newest: { readonly said: Pushed; readonly arrivedAt: number } | undefined;
  /** Of the newest one, where it was none. */
  #broken: DeviceError | undefined;
  readonly #arrival: Arrival;

  /** `reader` begins anew with each connection. */
  constructor(
    id: string,
    form: P1Template | DlmsTemplate,
    address: StreamAddress,
    { timeoutMs, silentMaxMs }: { readonly timeoutMs: number; readonly silentMaxMs: number },
    reader: () => PushReader,
  ) {
    this.id = id;
    this.kind = form.kind;
    this.template = form.name;
    this.#form = form;
    this.#reader = reader;
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    this.#arrival = new Arrival(timeoutMs);
    this.#silentMaxMs = silentMaxMs;
  }

  get sheet(): Readonly<Record<string, string>> {
    const model = this.#newest?.said.model;
    return { ...this.#form.sheet, ...(model !== undefined && { model }) };
  }

  async open(): Promise<void> {
    await this.close();
    const { host, port } = this.#address;
    const socket = connect({ host, port });
    const reader = this.#reader();
    await new Promise<void>((resolve, reject) => {
      const fail = (error: DeviceError) => {
        clearTimeout(timer);
        socket.destroy();
        reject(error);
      };
      const timer = setTimeout(
        () => fail(new DeviceError("timeout", `${host}:${port}: no connection within ${this.#timeoutMs} ms`)),
        this.#timeoutMs,
      );
      socket.once("connect", () => {
        clearTimeout(timer);
        resolve();
      });
      socket.on("error", (cause) =>
        fail(new DeviceError("unreachable", `${host}:${port}: ${cause.message}`, { cause })),
      );
    });
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(reader, chunk));
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = undefined;
      this.#arrival.announce();
    });
  }

  /** Waits for the first message; afterwards the newest. */
  async read(): Promise<Sample> {
    if (this.#newest === undefined && this.#broken === undefined && this.#socket !== undefined) {
      await this.#arrival.next();
    }
    const { host, port } = this.#address;
    if (this.#socket === undefined) {
      throw new DeviceError("unreachable", `${host}:${port}: the connection is closed`);
    }
    if (this.#broken !== undefined) throw this.#broken;
    const newest = this.#newest;
    if (newest === undefined) {
      throw new DeviceError("timeout", `${host}:${port}: nothing said within ${this.#timeoutMs} ms`);
    }
    if (Date.now() - newest.arrivedAt > this.#silentMaxMs) {
      throw new DeviceError("timeout", `${host}:${port}: nothing said for ${this.#silentMaxMs / 1_000} s`);
    }
    return this.#sampleOf(newest.said, newest.arrivedAt);
  }

  async write(point: PointName): Promise<void> {
    throw new DeviceError("no_such_point", `${this.id}: a meter that speaks by itself takes no ${point}`);
  }

  async close(): Promise<void> {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#newest = undefined;
    this.#broken = undefined;
    this.#arrival.announce();
  }

  #take(reader: PushReader, chunk: Buffer): void {
    for (const one of reader.push(chunk)) {
      if (one instanceof DeviceError) {
        this.#broken = one;
        continue;
      }
      this.#newest = { said: one, arrivedAt: Date.now() };
      this.#broken = undefined;
    }
    if (this.#newest !== undefined || this.#broken !== undefined) this.#arrival.announce();
  }

  #sampleOf(said: Pushed, arrivedAt: number): Sample {
    const values: { [name in PointName]?: number } = {};
    for (const [name, { from, ...conversion }] of Object.entries(this.#form.points)) {
      const raw = from.map((sum) => sumOf(said, sum)).find((value) => value !== undefined);
      if (raw === undefined) continue;
      const value = pointValue(this.id, name, raw, conversion);
      if (value !== undefined) values[name as PointName] = value;
    }
    return { values, measuredAt: said.time === undefined ? arrivedAt : 1_000 * said.time };
  }
}

/** `undefined` unless the meter said every line of the sum. */
function sumOf(
  said: Pushed,
  { plus = [], minus = [] }: { readonly plus?: readonly string[]; readonly minus?: readonly string[] },
): number | undefined {
  let sum = 0;
  for (const [codes, sign] of [
    [plus, 1],
    [minus, -1],
  ] as const) {
    for (const code of codes) {
      const value = said.quantityAt(code);
      if (value === undefined) return undefined;
      sum += sign * value;
    }
  }
  return sum;
}
