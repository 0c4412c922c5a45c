/**
 * The platform as a client of a broker elsewhere (MQTT 3.1.1 over mutual TLS): Mosquitto or any other that knows its
 * clients by their certificates and has the access list of `broker-files`. The platform's own certificate is of the
 * same authority, under the name that the list lets everywhere.
 */
import { connect, type MqttClient } from "mqtt";
import { about, type Note } from "#base/log.ts";
import {
  type DownTopic,
  everyGateways,
  PAYLOAD_MAX_BYTES,
  placeOf,
  RETAINED,
  topicOf,
  UP_TOPICS,
  type UpTopic,
} from "#wire/gateway-messages.ts";
import type { KeyedCertificate } from "./authority.ts";
import type { GatewayBus } from "./bus.ts";

export interface ExternalBrokerOptions {
  /** `mqtts://host:port`. */
  readonly url: string;
  readonly root: string;
  readonly certificate: KeyedCertificate;
  /** Whether a gateway may be heard at all: the broker's own list may be older. */
  readonly stands: (gateway: string) => boolean;
  readonly note: Note;
}

const RECONNECT_MS = 2_000;
/** Passed on to `tls.connect`. */
const TLS = { minVersion: "TLSv1.3" as const };

export class ExternalBroker implements GatewayBus {
  readonly #client: MqttClient;
  readonly #messages = new Set<(gateway: string, topic: UpTopic, payload: Uint8Array) => void>();
  readonly #openings = new Set<() => void>();

  constructor({ url, root, certificate, stands, note }: ExternalBrokerOptions) {
    const client = connect(url, {
      ca: root,
      key: certificate.key,
      cert: certificate.certificate,
      ...TLS,
      rejectUnauthorized: true,
      protocolVersion: 4,
      clientId: PLATFORM_NAME,
      // What is missed while the platform is away gateways send again; old live values are worth nothing.
      clean: true,
      reconnectPeriod: RECONNECT_MS,
      queueQoSZero: false,
    });
    this.#client = client;
    client.on("connect", () => {
      note("the broker is connected", undefined, about("platform", "broker_connected", {}, "info"));
      client.subscribe(UP_TOPICS.map(everyGateways), { qos: 1 }, (error) => {
        if (error !== null) return note("the broker lets the platform hear nobody", error);
        for (const listener of this.#openings) listener();
      });
    });
    client.on("error", (error) =>
      note("the broker cannot be reached", error, about("platform", "broker_lost", {}, "warn")),
    );
    client.on("message", (name, payload) => {
      const place = placeOf(name);
      if (place === undefined || payload.length > PAYLOAD_MAX_BYTES || !stands(place.gateway)) return;
      const topic = UP_TOPICS.find((one) => one === place.topic);
      if (topic === undefined) return;
      for (const listener of this.#messages) listener(place.gateway, topic, Uint8Array.from(payload));
    });
  }

  /** Resolves when it is connected for the first time; for tests and for whoever waits. */
  async connected(): Promise<void> {
    if (this.#client.connected) return;
    await new Promise<void>((resolve) => this.#client.once("connect", () => resolve()));
  }

  onMessage(listener: (gateway: string, topic: UpTopic, payload: Uint8Array) => void): () => void {
    this.#messages.add(listener);
    return () => void this.#messages.delete(listener);
  }

  onOpen(listener: () => void): () => void {
    this.#openings.add(listener);
    return () => void this.#openings.delete(listener);
  }

  publish(gateway: string, topic: DownTopic, payload: Uint8Array): void {
    if (!this.#client.connected) return;
    const qos = topic === "clock" ? 0 : 1;
    this.#client.publish(
      topicOf(gateway, topic),
      Buffer.from(payload),
      { qos, retain: RETAINED.has(topic) },
      () => {
        // Said again at the next opening, where it did not arrive.
      },
    );
  }

  /** The broker itself ends the connection, by its list of revoked certificates; nothing is kept for it any more. */
  drop(gateway: string): void {
    for (const topic of RETAINED) {
      this.#client.publish(
        topicOf(gateway, topic),
        Buffer.alloc(0),
        { qos: 1, retain: true },
        () => undefined,
      );
    }
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

/** The common name of the platform's own certificate. */
export const PLATFORM_NAME = "contrada-platform";
