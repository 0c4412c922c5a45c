/**
 * The embedded broker: aedes behind mutual TLS 1.3. A gateway is its certificate's common name and nothing else; it
 * publishes on its own upward topics and subscribes to its own downward ones, each by its full name. Another
 * subscription is refused; another publication, a will or another client's name ends the connection.
 *
 * Limits for each connection: the size of a message, messages per second, bytes per second. A revoked certificate is
 * refused when it connects; a live connection ends when the revocation is noticed, `checkEveryMs` at the latest.
 */
import { constants } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { Aedes, type AedesPublishPacket, type Client, type PublishPacket } from "aedes";
import { about, type Note } from "#base/log.ts";
import {
  type DownTopic,
  isGatewayName,
  PAYLOAD_MAX_BYTES,
  placeOf,
  RETAINED,
  topicOf,
  UP_TOPICS,
  type UpTopic,
} from "#wire/gateway-messages.ts";
import type { KeyedCertificate } from "./authority.ts";
import type { GatewayBus } from "./bus.ts";

export interface BrokerOptions {
  /** PEM of the authority that vouches for gateways. */
  readonly root: string;
  readonly server: KeyedCertificate;
  readonly address: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Whether a certificate, by its serial number, may be used by a gateway now. */
  readonly admits: (serial: string, gateway: string) => boolean;
  /** How often live connections are asked after, ms. */
  readonly checkEveryMs?: number;
  readonly note: Note;
}

/** Far below the five minutes within which a revocation must count. */
const CHECK_EVERY_MS = 30_000;
const MESSAGES_PER_S = 20;
/** What a gateway may send at once when it comes back after days. */
const MESSAGES_AT_ONCE = 400;
const BYTES_PER_S = 512 * 1024;
const BYTES_AT_ONCE = 8 * 1024 * 1024;
const CONNECTIONS_MAX = 10_000;
const QUEUE_MAX = 64;
const HANDSHAKE_MS = 10_000;
const UP: ReadonlySet<string> = new Set(UP_TOPICS);

/** What is known of a connection. */
interface Guest {
  readonly gateway: string;
  readonly serial: string;
  readonly socket: TLSSocket;
  readonly messages: Bucket;
  readonly bytes: Bucket;
  /** Of the socket, when it was last looked at. */
  bytesSeen: number;
}

export class EmbeddedBroker implements GatewayBus {
  readonly #options: BrokerOptions;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #guests = new Map<Socket, Guest>();
  readonly #listeners = new Set<(gateway: string, topic: UpTopic, payload: Uint8Array) => void>();
  /** By gateway: what waits until the message before it is handed over. */
  readonly #queues = new Map<string, PublishPacket[]>();
  readonly #timers: readonly NodeJS.Timeout[];

  private constructor(options: BrokerOptions, aedes: Aedes, server: Server) {
    this.#options = options;
    this.#aedes = aedes;
    this.#server = server;
    this.#timers = [
      setInterval(() => this.#endRevoked(), options.checkEveryMs ?? CHECK_EVERY_MS).unref(),
      setInterval(() => this.#weigh(), 1_000).unref(),
    ];
  }

  /** Rejects where it cannot listen there. */
  static async open(options: BrokerOptions): Promise<EmbeddedBroker> {
    let broker!: EmbeddedBroker;
    const aedes = await Aedes.createBroker({
      id: "contrada",
      connectTimeout: HANDSHAKE_MS,
      keepaliveLimit: 300,
      drainTimeout: 30_000,
      maxTopicLevels: 8,
      preConnect: (client, packet, done) => {
        const may = broker.#mayConnect(client, packet);
        done(null, may);
        if (!may) broker.#guestOf(client)?.socket.destroy();
      },
      authorizePublish: (client, packet, done) =>
        done(broker.#mayPublish(client, packet) ? null : new Error("not its topic")),
      authorizeSubscribe: (client, subscription, done) => {
        const guest = broker.#guestOf(client);
        const place = placeOf(subscription.topic);
        const isOwn = guest !== undefined && place?.gateway === guest.gateway && !UP.has(place.topic);
        // An error would end the connection and leave the client to guess why.
        done(null, isOwn ? subscription : null);
      },
      authorizeForward: (client, packet) =>
        placeOf(packet.topic)?.gateway === broker.#guestOf(client)?.gateway ? packet : null,
    });
    const server = createServer({
      key: options.server.key,
      cert: options.server.certificate,
      ca: options.root,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
      handshakeTimeout: HANDSHAKE_MS,
      // A resumed session would carry a certificate that nobody looked at again.
      secureOptions: constants.SSL_OP_NO_TICKET,
    });
    server.maxConnections = CONNECTIONS_MAX;
    broker = new EmbeddedBroker(options, aedes, server);
    server.on("secureConnection", (socket) => broker.#welcome(socket));
    server.on("tlsClientError", (error) => {
      options.note("a TLS handshake failed", error, about("platform", "gateway_handshake", {}, "debug"));
    });
    aedes.on("publish", (packet, client) => broker.#heard(packet, client));
    server.listen(options.port, options.address);
    await once(server, "listening");
    return broker;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A certificate of the broker that was made anew: for connections from now on. */
  use({ key, certificate }: KeyedCertificate): void {
    const { root } = this.#options;
    this.#server.setSecureContext({ key, cert: certificate, ca: root, minVersion: "TLSv1.3" });
  }

  onMessage(listener: (gateway: string, topic: UpTopic, payload: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** It is open as long as the process is: nothing is ever to be said again. */
  onOpen(): () => void {
    return () => undefined;
  }

  /**
   * One after the other for each gateway: aedes counts messages when they come and takes one that was overtaken for a
   * repetition, and those that are kept take longer than those that are not.
   */
  publish(gateway: string, topic: DownTopic, payload: Uint8Array): void {
    const packet: PublishPacket = {
      cmd: "publish",
      topic: topicOf(gateway, topic),
      payload: Buffer.from(payload),
      qos: topic === "clock" ? 0 : 1,
      retain: RETAINED.has(topic),
      dup: false,
    };
    this.#inTurn(gateway, packet);
  }

  #inTurn(gateway: string, packet: PublishPacket): void {
    const queue = this.#queues.get(gateway);
    if (queue !== undefined) {
      // Of a gateway that does not drain its socket; what it misses is said again when it comes back.
      if (queue.length < QUEUE_MAX) queue.push(packet);
      return;
    }
    this.#queues.set(gateway, []);
    this.#send(gateway, packet);
  }

  #send(gateway: string, packet: PublishPacket): void {
    this.#aedes.publish(packet, (error) => {
      if (error !== undefined && error !== null) this.#options.note("a message to a gateway", error);
      const next = this.#queues.get(gateway)?.shift();
      if (next === undefined) this.#queues.delete(gateway);
      else this.#send(gateway, next);
    });
  }

  drop(gateway: string): void {
    for (const guest of this.#guests.values()) if (guest.gateway === gateway) guest.socket.destroy();
    for (const topic of RETAINED) this.#inTurn(gateway, emptied(topicOf(gateway, topic)));
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { socket } of this.#guests.values()) socket.destroy();
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #welcome(socket: TLSSocket): void {
    socket.on("error", () => socket.destroy());
    socket.setNoDelay(true);
    const { subject, serialNumber } = socket.getPeerCertificate();
    const gateway = subject?.CN;
    const serial = serialNumber?.toLowerCase() ?? "";
    const isKnown = typeof gateway === "string" && isGatewayName(gateway);
    if (!socket.authorized || !isKnown || !this.#options.admits(serial, gateway)) {
      socket.destroy();
      return;
    }
    this.#guests.set(socket, {
      gateway,
      serial,
      socket,
      messages: new Bucket(MESSAGES_AT_ONCE, MESSAGES_PER_S),
      bytes: new Bucket(BYTES_AT_ONCE, BYTES_PER_S),
      bytesSeen: 0,
    });
    socket.on("close", () => this.#guests.delete(socket));
    this.#aedes.handle(socket);
  }

  /**
   * The client's name must be its certificate's, so that nobody pushes another off by taking its name. Sessions do not
   * last: aedes would bring back subscriptions that it once refused.
   */
  #mayConnect(
    client: Client,
    packet: { readonly clientId?: string; readonly will?: unknown; readonly clean?: boolean },
  ): boolean {
    const guest = this.#guestOf(client);
    return (
      guest !== undefined &&
      packet.clientId === guest.gateway &&
      packet.will === undefined &&
      packet.clean === true
    );
  }

  #mayPublish(
    client: Client | null,
    packet: { readonly topic: string; readonly payload: string | Buffer; readonly retain: boolean },
  ): boolean {
    if (client === null) return true;
    const guest = this.#guestOf(client);
    if (guest === undefined) return false;
    const place = placeOf(packet.topic);
    const fits =
      place?.gateway === guest.gateway &&
      UP.has(place.topic) &&
      packet.payload.length <= PAYLOAD_MAX_BYTES &&
      packet.retain === RETAINED.has(place.topic) &&
      guest.messages.take(1);
    if (!fits) guest.socket.destroy();
    return fits;
  }

  #heard(packet: AedesPublishPacket, client: Client | null): void {
    if (client === null) return;
    const place = placeOf(packet.topic);
    if (place === undefined || !UP.has(place.topic)) return;
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    for (const listener of this.#listeners) {
      listener(place.gateway, place.topic as UpTopic, Uint8Array.from(payload));
    }
  }

  #guestOf(client: Client): Guest | undefined {
    return this.#guests.get(client.conn as Socket);
  }

  #endRevoked(): void {
    for (const { serial, gateway, socket } of this.#guests.values()) {
      if (!this.#options.admits(serial, gateway)) socket.destroy();
    }
  }

  /** Ends connections that send more bytes than any gateway has to say, whole messages or not. */
  #weigh(): void {
    for (const guest of this.#guests.values()) {
      const { bytesRead } = guest.socket;
      const isFair = guest.bytes.take(bytesRead - guest.bytesSeen);
      guest.bytesSeen = bytesRead;
      if (!isFair) guest.socket.destroy();
    }
  }
}

/** Takes back what was kept under a topic. */
function emptied(topic: string): PublishPacket {
  return { cmd: "publish", topic, payload: Buffer.alloc(0), qos: 0, retain: true, dup: false };
}

/** So many at once, and so many more each second. */
class Bucket {
  readonly #most: number;
  readonly #perS: number;
  #left: number;
  #at = performance.now();

  constructor(most: number, perS: number) {
    this.#most = most;
    this.#perS = perS;
    this.#left = most;
  }

  take(count: number): boolean {
    const now = performance.now();
    this.#left = Math.min(this.#most, this.#left + ((now - this.#at) * this.#perS) / 1000);
    this.#at = now;
    this.#left -= count;
    return this.#left >= 0;
  }
}
