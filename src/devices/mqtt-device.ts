/**
 * A device that tells its values to a broker, seen through a template. The newest message of each point counts; a
 * reading is as old as the message that brought its power. Where the device is silent it is asked, if the template
 * knows how.
 */
import { Arrival } from "#devices/arrival.ts";
import type { Device, Sample } from "#devices/device.ts";
import { DeviceError } from "#devices/device.ts";
import type { MqttLink } from "#devices/mqtt-link.ts";
import { filled, payloadValue, stepPayload, type TopicParts } from "#devices/mqtt-payload.ts";
import { pointValue } from "#devices/point-value.ts";
import type { PointName } from "#devices/points.ts";
import type { MessageSource, MqttTemplate } from "#devices/template.ts";

/** Younger than this a value needs no asking. */
const ASK_AFTER_MS = 5_000;

interface Heard {
  readonly raw: number;
  readonly at: number;
}

export class MqttDevice implements Device {
  readonly id: string;
  readonly kind: Device["kind"];
  readonly template: string;
  readonly sheet: Readonly<Record<string, string>>;
  readonly settable: readonly PointName[];
  readonly #form: MqttTemplate;
  readonly #link: MqttLink;
  readonly #parts: TopicParts;
  readonly #timeoutMs: number;
  readonly #silentMaxMs: number;
  readonly #heard = new Map<PointName, Heard>();
  /** The topic whose newest payload was none. */
  #broken: string | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  readonly #arrival: Arrival;

  constructor(
    id: string,
    form: MqttTemplate,
    link: MqttLink,
    parts: TopicParts,
    timeoutMs: number,
    silentMaxMs: number,
  ) {
    this.id = id;
    this.kind = form.kind;
    this.template = form.name;
    this.sheet = form.sheet ?? {};
    this.settable = Object.keys(form.set ?? {}) as PointName[];
    this.#form = form;
    this.#link = link;
    this.#parts = parts;
    this.#timeoutMs = timeoutMs;
    this.#arrival = new Arrival(timeoutMs);
    this.#silentMaxMs = silentMaxMs;
  }

  async open(): Promise<void> {
    this.#heard.clear();
    this.#broken = undefined;
    this.#askedAt = Number.NEGATIVE_INFINITY;
    const sources = new Map<string, { name: PointName; source: MessageSource }[]>();
    for (const [name, { from }] of Object.entries(this.#form.points)) {
      for (const source of from) {
        const topic = filled(source.topic, this.#parts);
        sources.set(topic, [...(sources.get(topic) ?? []), { name: name as PointName, source }]);
      }
    }
    await this.#link.open([...sources.keys()], (topic, payload) => {
      this.#take(topic, payload, sources.get(topic) ?? []);
    });
  }

  /** Waits for the first message that has its power; afterwards the newest values. */
  async read(): Promise<Sample> {
    if (!this.#link.isOpen)
      throw new DeviceError("unreachable", `${this.id}: the broker's connection is closed`);
    await this.#askIfOld();
    if (!this.#heard.has("powerW") && this.#broken === undefined) await this.#arrival.next();
    if (this.#broken !== undefined) {
      throw new DeviceError(
        "malformed",
        `${this.id}: what came on ${this.#broken} is not what the template says`,
      );
    }
    const now = Date.now();
    const power = this.#heard.get("powerW");
    if (power === undefined || now - power.at > this.#silentMaxMs) {
      throw new DeviceError("timeout", `${this.id}: nothing heard for ${this.#silenceOf(power)}`);
    }
    const values: { [name in PointName]?: number } = {};
    for (const [name, { raw, at }] of this.#heard) {
      if (now - at > this.#silentMaxMs) continue;
      const { from: _, ...conversion } = this.#form.points[name]!;
      const value = pointValue(this.id, name, raw, conversion);
      if (value !== undefined) values[name] = value;
    }
    return { values, measuredAt: power.at };
  }

  async write(point: PointName, value: number): Promise<void> {
    const steps = this.#form.set?.[point];
    if (steps === undefined) throw new DeviceError("no_such_point", `${this.id} has no setpoint ${point}`);
    for (const step of steps) {
      const payload = stepPayload(step, value, this.#parts);
      if (payload === undefined || !Number.isFinite(value)) {
        throw new DeviceError("out_of_range", `${this.id}: ${value} is none of the values of ${point}`);
      }
      await this.#link.publish(filled(step.topic, this.#parts), payload);
    }
  }

  async close(): Promise<void> {
    await this.#link.close();
    this.#arrival.announce();
  }

  #take(
    topic: string,
    payload: Uint8Array,
    sources: readonly { readonly name: PointName; readonly source: MessageSource }[],
  ): void {
    const at = Date.now();
    for (const { name, source } of sources) {
      const raw = payloadValue(payload, source);
      if (raw === "malformed") {
        this.#broken = topic;
        break;
      }
      if (this.#broken === topic) this.#broken = undefined;
      if (raw !== undefined) this.#heard.set(name, { raw, at });
    }
    if (this.#heard.has("powerW") || this.#broken !== undefined) this.#arrival.announce();
  }

  async #askIfOld(): Promise<void> {
    const now = Date.now();
    const newest = this.#heard.get("powerW")?.at ?? Number.NEGATIVE_INFINITY;
    if (now - Math.max(newest, this.#askedAt) < ASK_AFTER_MS) return;
    this.#askedAt = now;
    for (const { topic, payload } of this.#form.ask ?? []) {
      await this.#link.publish(filled(topic, this.#parts), filled(payload, this.#parts));
    }
  }

  #silenceOf(power: Heard | undefined): string {
    return power === undefined ? `${this.#timeoutMs} ms` : `${this.#silentMaxMs / 1_000} s`;
  }
}
