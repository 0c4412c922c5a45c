/**
 * A connection to an MQTT 3.1.1 broker in the home, for one device. It does not come back by itself: when to try
 * again is the gateway's to say.
 */
import { connect } from "node:net";
import { DeviceError } from "#devices/device.ts";
import type { MqttClient } from "#devices/mqtt-client.ts";

export interface BrokerAddress {
  /** "mqtt://host:1883". */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** What the broker says, retained, when we are gone without a word. */
  readonly will?: { readonly topic: string; readonly payload: string };
}

export class MqttLink {
  readonly #address: BrokerAddress;
  readonly #timeoutMs: number;
  #client: MqttClient | undefined;

  constructor(address: BrokerAddress, timeoutMs: number) {
    this.#address = address;
    this.#timeoutMs = timeoutMs;
  }

  get isOpen(): boolean {
    return this.#client?.connected ?? false;
  }

  /** Connects and subscribes. Throws `DeviceError` "unreachable", "timeout" or, for wrong credentials, "refused". */
  async open(
    topics: readonly string[],
    onMessage: (topic: string, payload: Uint8Array, isRetained: boolean) => void,
  ): Promise<void> {
    await this.close();
    const { url, username, password, will } = this.#address;
    const { hostname, port } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, "");
    // Loaded where a device speaks MQTT: 6 MB that a box without one does not have to bear.
    const { mqttClient } = await import("#devices/mqtt-client.ts");
    const client = mqttClient(() => connect({ host, port: Number(port || 1883) }), {
      clean: true,
      connectTimeout: this.#timeoutMs,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(will !== undefined && {
        will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1 as const, retain: true },
      }),
    });
    this.#client = client;
    // A later error ends the connection, and `isOpen` says so.
    client.on("error", () => {});
    client.on("message", (topic, payload, { retain }) => onMessage(topic, payload, retain));
    try {
      await connected(client, url, this.#timeoutMs);
      const granted = await within(client.subscribeAsync([...topics], { qos: 1 }), this.#timeoutMs, url);
      const denied = granted.find(({ qos }) => qos === 128);
      if (denied !== undefined)
        throw new DeviceError("refused", `${url} does not let us hear ${denied.topic}`);
    } catch (error) {
      await this.close();
      throw error instanceof DeviceError
        ? error
        : new DeviceError("unreachable", `${url}: ${(error as Error).message}`, { cause: error });
    }
  }

  async publish(topic: string, payload: string, retain = false): Promise<void> {
    const client = this.#client;
    const { url } = this.#address;
    if (client === undefined || !client.connected) {
      throw new DeviceError("unreachable", `${url}: the connection is closed`);
    }
    await within(client.publishAsync(topic, payload, { qos: 1, retain }), this.#timeoutMs, url);
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await client.endAsync(true).catch(() => undefined);
  }
}

/** Of CONNACK, where the broker knows us and does not want us. */
const REFUSED_CODES = new Set<unknown>([2, 4, 5]);

async function connected(client: MqttClient, url: string, timeoutMs: number): Promise<void> {
  const opened = new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("error", (cause) => {
      const isRefusal = REFUSED_CODES.has((cause as { code?: unknown }).code);
      reject(new DeviceError(isRefusal ? "refused" : "unreachable", `${url}: ${cause.message}`, { cause }));
    });
    client.once("close", () =>
      reject(new DeviceError("unreachable", `${url}: the broker ended the connection`)),
    );
  });
  await within(opened, timeoutMs, url);
}

async function within<T>(promise: Promise<T>, timeoutMs: number, url: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new DeviceError("timeout", `${url}: no answer within ${timeoutMs} ms`)),
          timeoutMs,
        );
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
