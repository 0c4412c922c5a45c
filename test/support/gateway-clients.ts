/** MQTT clients with certificates of a test's own authority, for whoever holds brokers to their permissions. */
import { connect as tlsConnect } from "node:tls";
import { connect, type MqttClient } from "mqtt";
import { newIdentityKeys, privateKeyPem, requestOf } from "#gateway/identity.ts";
import type { CertificateAuthority } from "#platform/gateways/authority.ts";

export interface TestGateway {
  readonly name: string;
  readonly key: string;
  readonly certificate: string;
  readonly serial: string;
}

/** Passed on to `tls.connect`. */
const TLS = { minVersion: "TLSv1.3" as const };

/** What an event of a client brings, the next time. */
export function next(client: MqttClient, event: "close" | "message"): Promise<unknown[]> {
  return new Promise((resolve) => client.once(event, (...of: unknown[]) => resolve(of)));
}

/** A gateway's name from a number: 16 hexadecimal digits. */
export function gatewayName(number: number): string {
  return number.toString(16).padStart(16, "0");
}

/** One key for all requests of a test would not be what happens; one for each costs a millisecond. */
export async function certify(authority: CertificateAuthority, name: string): Promise<TestGateway> {
  const keys = await newIdentityKeys();
  const { pem, serial } = await authority.signRequest(await requestOf(keys), name);
  return { name, key: await privateKeyPem(keys), certificate: pem, serial };
}

export interface Where {
  readonly port: number;
  readonly root: string;
}

/** Connects over mutual TLS; rejects where that is refused. */
export function connected(
  { port, root }: Where,
  { key, certificate, name }: TestGateway,
  options: { readonly clientId?: string } = {},
): Promise<MqttClient> {
  return new Promise((resolve, reject) => {
    const client = connect(`mqtts://127.0.0.1:${port}`, {
      ca: root,
      key,
      cert: certificate,
      ...TLS,
      protocolVersion: 4,
      clientId: options.clientId ?? name,
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: 20_000,
    });
    client.once("connect", () => resolve(client));
    client.once("error", reject);
    client.once("close", () => reject(new Error("closed before it was connected")));
  });
}

/**
 * Connects, publishes once as a gateway on any topic and answers what became of it: the connection ended, or the
 * broker acknowledged (QoS 1). Byte by byte, because a client library refuses to do some of what is tried here.
 */
export function publishOnce(
  { port, root }: Where,
  { key, certificate, name }: TestGateway,
  topic: string,
  payload: Uint8Array,
): Promise<"ended" | "acknowledged"> {
  return new Promise((resolve) => {
    const socket = tlsConnect({
      port,
      host: "127.0.0.1",
      ca: root,
      key,
      cert: certificate,
      minVersion: "TLSv1.3",
    });
    socket.setNoDelay(true);
    socket.on("error", () => resolve("ended"));
    socket.on("close", () => resolve("ended"));
    socket.on("secureConnect", () => socket.write(connectPacket(name)));
    socket.on("data", (bytes: Buffer) => {
      if (bytes[0] === 0x20) socket.write(publishPacket(topic, payload));
      if (bytes[0] !== 0x40) return;
      resolve("acknowledged");
      socket.destroy();
    });
  });
}

function connectPacket(clientId: string): Buffer {
  const body = Buffer.concat([text("MQTT"), Buffer.of(4, 2, 0, 60), text(clientId)]);
  return Buffer.concat([Buffer.of(0x10), remaining(body.length), body]);
}

function publishPacket(topic: string, payload: Uint8Array): Buffer {
  const body = Buffer.concat([text(topic), Buffer.of(0, 1), payload]);
  return Buffer.concat([Buffer.of(0x32), remaining(body.length), body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

function remaining(length: number): Buffer {
  const bytes: number[] = [];
  let left = length;
  do {
    bytes.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.from(bytes);
}
