/**
 * The link to the platform over MQTT with mutual TLS: the port of `gateway/link`, for the embedded broker and for any
 * other of MQTT 3.1.1. It connects for ever, at growing distances and never with all its neighbours at once; it
 * renews the gateway's certificate before it ends, by itself.
 *
 * Nothing is kept here: what must arrive stands in the outbox and is sent again, what is new replaces what is old.
 */
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { IClientPublishOptions } from "mqtt";
import { type MqttClient, mqttClient } from "#devices/mqtt-client.ts";
import {
  DOWN_TOPICS,
  decodeMessage,
  encodeMessage,
  encodeReadings,
  PAYLOAD_MAX_BYTES,
  placeOf,
  RETAINED,
  topicOf,
  type UpTopic,
} from "#wire/gateway-messages.ts";
import { type Identity, renewalDue, validityOf } from "./identity.ts";
import type { Ears, Link } from "./link.ts";

export interface MqttLinkOptions {
  readonly identity: Identity;
  /** A renewed identity is to be written before it is used. */
  readonly keep: (identity: Identity) => void;
  /** What somebody should know of, in a sentence. */
  readonly note?: (sentence: string, cause?: unknown) => void;
  /** The first distance between two tries and the largest, ms. */
  readonly backoffMs?: { readonly least: number; readonly most: number };
  /** How often to look whether the certificate is to be renewed, ms. */
  readonly renewalCheckMs?: number;
  /** Unix seconds. */
  readonly wallNow?: () => number;
}

const BACKOFF_MS = { least: 1_000, most: 300_000 };
const RENEWAL_CHECK_MS = 3_600_000;
const CONNECT_TIMEOUT_MS = 20_000;
const KEEPALIVE_S = 30;
/** What the platform says to a gateway that no certificate brings back. */
const LOST: ReadonlySet<string> = new Set(["gateway_unknown", "gateway_revoked", "signature_wrong"]);

const wall = () => Math.floor(Date.now() / 1000);

export class MqttLink implements Link {
  readonly #options: MqttLinkOptions;
  #identity: Identity;
  #ears: Ears | undefined;
  #client: MqttClient | undefined;
  #isUp = false;
  #isClosed = false;
  #tries = 0;
  #retry: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #renewing = false;
  #needsCode = false;
  /** Why there is no link: told once, not at each try. */
  #problem: string | undefined;

  constructor(options: MqttLinkOptions) {
    this.#options = options;
    this.#identity = options.identity;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get needsCode(): boolean {
    return this.#needsCode;
  }

  open(ears: Ears): void {
    this.#ears = ears;
    this.#renewal = setInterval(
      () => void this.#renewWhereDue(),
      this.#options.renewalCheckMs ?? RENEWAL_CHECK_MS,
    ).unref();
    void this.#renewWhereDue().then(() => this.#connect());
  }

  sendReadings(message: Parameters<Link["sendReadings"]>[0]): Promise<void> {
    return this.#publish("readings", encodeReadings(message));
  }

  publishLive(message: Parameters<Link["publishLive"]>[0]): void {
    this.#publish("live", encodeMessage("live", message)).catch(() => undefined);
  }

  publishState(message: Parameters<Link["publishState"]>[0]): void {
    this.#publish("state", encodeMessage("state", message)).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#renewal);
    await this.#client?.endAsync(true).catch(() => undefined);
  }

  #publish(topic: UpTopic, payload: Uint8Array): Promise<void> {
    const client = this.#client;
    if (client === undefined || !this.#isUp) return Promise.reject(new Error("the link is down"));
    if (payload.length > PAYLOAD_MAX_BYTES) {
      return Promise.reject(new Error(`a message of ${payload.length} bytes is too large for the link`));
    }
    const { gateway } = this.#identity.enrolled;
    const options: IClientPublishOptions = { qos: topic === "live" ? 0 : 1, retain: RETAINED.has(topic) };
    return new Promise((resolve, reject) => {
      client.publish(topicOf(gateway, topic), Buffer.from(payload), options, (error) =>
        error === null || error === undefined ? resolve() : reject(error),
      );
    });
  }

  #connect(): void {
    if (this.#isClosed) return;
    const { key, certificate, enrolled } = this.#identity;
    const { hostname, port } = new URL(enrolled.broker);
    const host = hostname.replace(/^\[|\]$/g, "");
    const stream = () =>
      connect({
        host,
        port: Number(port || 8883),
        ...(isIP(host) === 0 && { servername: host }),
        ca: enrolled.root,
        key,
        cert: certificate,
        minVersion: "TLSv1.3",
      });
    // The distances between tries are ours, and a new certificate wants a new client.
    const client = mqttClient(stream, {
      clientId: enrolled.gateway,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      queueQoSZero: false,
    });
    this.#client = client;
    client.on("connect", () => {
      client.subscribe(
        DOWN_TOPICS.map((topic) => topicOf(enrolled.gateway, topic)),
        { qos: 1 },
        (error) => {
          if (error !== null && error !== undefined) return void client.end(true);
          this.#tries = 0;
          this.#setUp(true);
        },
      );
    });
    client.on("message", (name, payload) => this.#hear(name, Uint8Array.from(payload)));
    client.on("error", (error) => this.#tellProblem(error));
    client.once("close", () => {
      client.end(true);
      if (this.#client !== client) return;
      this.#setUp(false);
      this.#tryLater();
    });
  }

  /** Doubling from the least to the largest distance, half of it by chance: not all come back at the same moment. */
  #tryLater(): void {
    if (this.#isClosed) return;
    const { least, most } = this.#options.backoffMs ?? BACKOFF_MS;
    const distance = Math.min(most, least * 2 ** Math.min(this.#tries, 20));
    this.#tries += 1;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connectAgain(), distance * (0.5 + Math.random() / 2));
  }

  /** One whose certificate ended while the link was away lets nobody in: the next one comes first. */
  async #connectAgain(): Promise<void> {
    const { wallNow = wall } = this.#options;
    if (validityOf(this.#identity).until <= wallNow()) await this.#renewWhereDue();
    this.#connect();
  }

  #setUp(isUp: boolean): void {
    if (this.#isUp === isUp) return;
    this.#isUp = isUp;
    this.#problem = undefined;
    this.#options.note?.(isUp ? "the link to the platform is up" : "the link to the platform is lost");
    this.#ears?.connected(isUp);
  }

  #tellProblem(error: Error): void {
    const problem = linkProblem(error);
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.note?.(problem, error);
  }

  #hear(name: string, payload: Uint8Array): void {
    const place = placeOf(name);
    const ears = this.#ears;
    if (place?.gateway !== this.#identity.enrolled.gateway || ears === undefined || payload.length === 0)
      return;
    const hear = <T extends "ack" | "orders" | "commands" | "clock">(
      topic: T,
      tell: (message: Extract<ReturnType<typeof decodeMessage<T>>, { ok: true }>["value"]) => void,
    ) => {
      const message = decodeMessage(topic, payload);
      if (message.ok) tell(message.value as never);
      else this.#options.note?.(`a message of the platform (${topic}) is passed over: ${message.error}`);
    };
    if (place.topic === "ack") hear("ack", ears.acknowledged);
    else if (place.topic === "orders") hear("orders", ears.ordered);
    else if (place.topic === "commands") hear("commands", ears.commanded);
    else if (place.topic === "clock") hear("clock", ears.clock);
  }

  async #renewWhereDue(): Promise<void> {
    const { wallNow = wall, note, keep } = this.#options;
    if (this.#renewing || this.#isClosed || wallNow() < renewalDue(this.#identity)) return;
    this.#renewing = true;
    try {
      // Loaded once in some weeks: the shapes of its answers are 5 MB of a small box's memory.
      const { renewCertificate } = await import("./enrol.ts");
      const next = await renewCertificate(this.#identity, { wallNow });
      keep(next);
      this.#identity = next;
      this.#needsCode = false;
      note?.("the certificate is renewed");
      // The live connection goes on under the old one until it ends by itself.
    } catch (error) {
      this.#needsCode = LOST.has((error as { readonly code?: string }).code ?? "");
      note?.(
        this.#needsCode
          ? "the platform lets this gateway in no more: enrol it with a new code"
          : "the certificate could not be renewed; it is tried again",
        error,
      );
    } finally {
      this.#renewing = false;
    }
  }
}

/** What a person can do about a link that does not come to be. */
export function linkProblem(error: Error): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (["ENOTFOUND", "EAI_AGAIN"].includes(code)) {
    return "the broker's name has no address: is the router connected, and the name right?";
  }
  if (["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"].includes(code)) {
    return "there is no way to the broker: is the platform up, and its port open?";
  }
  if (code === "CERT_NOT_YET_VALID" || code === "CERT_HAS_EXPIRED") {
    return "the broker's certificate is not of this time: is this gateway's clock right?";
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return "the broker's certificate is for another name: enrol by the address that gateways shall use.";
  }
  if (/SELF_SIGNED|UNABLE_TO|SIGNATURE/.test(code)) {
    return "the broker is not vouched for by this gateway's community: somebody stands in between, or it was set up anew.";
  }
  if (/alert|ECONNRESET|EPROTO/i.test(`${code} ${error.message}`)) {
    return "the broker refuses this gateway: was it removed, or has its certificate ended? Enrol it with a new code.";
  }
  return `the link to the platform: ${error.message}`;
}
