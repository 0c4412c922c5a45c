/**
 * A counter that speaks by itself: its telegrams over TCP, from a P1 reader on the network. The newest telegram is
 * the reading; it is as old as the meter says.
 */

import { connect, type Socket } from "node:net";
import { Arrival } from "#devices/arrival.ts";
import type { Device, Sample } from "#devices/device.ts";
import { DeviceError } from "#devices/device.ts";
import { quantityAt, readTelegram, type Telegram, TelegramReader, telegramTime } from "#devices/p1.ts";
import { pointValue } from "#devices/point-value.ts";
import type { PointName } from "#devices/points.ts";
import type { P1Template } from "#devices/template.ts";

export interface StreamAddress {
  readonly host: string;
  readonly port: number;
}

export class P1Device implements Device {
  readonly id: string;
  readonly kind: Device["kind"];
  readonly template: string;
  readonly #form: P1Template;
  readonly #address: StreamAddress;
  readonly #timeoutMs: number;
  readonly #silentMaxMs: number;
  #socket: Socket | undefined;
  #newest: { readonly telegram: Telegram; readonly arrivedAt: number } | undefined;
  /** Of the newest frame, where it was none. */
  #broken: DeviceError | undefined;
  readonly #arrival: Arrival;

  constructor(id: string, form: P1Template, address: StreamAddress, timeoutMs: number, silentMaxMs: number) {
    this.id = id;
    this.kind = form.kind;
    this.template = form.name;
    this.#form = form;
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    this.#arrival = new Arrival(timeoutMs);
    this.#silentMaxMs = silentMaxMs;
  }

  get sheet(): Readonly<Record<string, string>> {
    const told = this.#newest?.telegram;
    return { ...this.#form.sheet, ...(told !== undefined && { model: told.identification.trim() }) };
  }

  async open(): Promise<void> {
    await this.close();
    const { host, port } = this.#address;
    const socket = connect({ host, port });
    const reader = new TelegramReader();
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

  /** Waits for the first telegram; afterwards the newest. */
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
      throw new DeviceError("timeout", `${host}:${port}: no telegram within ${this.#timeoutMs} ms`);
    }
    if (Date.now() - newest.arrivedAt > this.#silentMaxMs) {
      throw new DeviceError("timeout", `${host}:${port}: no telegram for ${this.#silentMaxMs / 1_000} s`);
    }
    return this.#sampleOf(newest.telegram, newest.arrivedAt);
  }

  async write(point: PointName): Promise<void> {
    throw new DeviceError("no_such_point", `${this.id}: a meter's customer port takes no ${point}`);
  }

  async close(): Promise<void> {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#newest = undefined;
    this.#broken = undefined;
    this.#arrival.announce();
  }

  #take(reader: TelegramReader, chunk: Buffer): void {
    try {
      for (const bytes of reader.push(chunk)) {
        this.#newest = { telegram: readTelegram(bytes), arrivedAt: Date.now() };
        this.#broken = undefined;
      }
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      this.#broken = error;
    }
    if (this.#newest !== undefined || this.#broken !== undefined) this.#arrival.announce();
  }

  #sampleOf(telegram: Telegram, arrivedAt: number): Sample {
    const values: { [name in PointName]?: number } = {};
    for (const [name, { from, ...conversion }] of Object.entries(this.#form.points)) {
      const raw = from.map((sum) => sumOf(telegram, sum)).find((value) => value !== undefined);
      if (raw === undefined) continue;
      const value = pointValue(this.id, name, raw, conversion);
      if (value !== undefined) values[name as PointName] = value;
    }
    const time = telegramTime(telegram);
    return { values, measuredAt: time === undefined ? arrivedAt : 1_000 * time };
  }
}

/** `undefined` unless every line of the sum stands in the telegram. */
function sumOf(
  telegram: Telegram,
  { plus = [], minus = [] }: { readonly plus?: readonly string[]; readonly minus?: readonly string[] },
): number | undefined {
  let sum = 0;
  for (const [codes, sign] of [
    [plus, 1],
    [minus, -1],
  ] as const) {
    for (const code of codes) {
      const value = quantityAt(telegram, code);
      if (value === undefined) return undefined;
      sum += sign * value;
    }
  }
  return sum;
}
