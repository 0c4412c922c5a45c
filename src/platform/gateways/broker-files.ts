/**
 * What an external broker needs to let exactly the gateways of this community in: certificates, the list of revoked
 * ones, an access list, and a configuration for Mosquitto that uses them. Written as files of a folder; to be written
 * again, and Mosquitto told (SIGHUP), whenever a gateway was revoked, and once in a while before the list ends.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { DOWN_TOPICS, PAYLOAD_MAX_BYTES, UP_TOPICS } from "#wire/gateway-messages.ts";
import type { CertificateAuthority } from "./authority.ts";
import { PLATFORM_NAME } from "./external-broker.ts";
import { writeSecret } from "./secret-file.ts";

/** Of a packet beside its payload: topic, identifier, lengths. */
const PACKET_HEAD_BYTES = 256;

export interface BrokerFilesOptions {
  readonly folder: string;
  readonly authority: CertificateAuthority;
  /** Under which gateways and platform reach it. */
  readonly names: readonly string[];
  readonly port: number;
  readonly revoked: readonly { readonly serial: string; readonly at: number }[];
}

export async function writeBrokerFiles(options: BrokerFilesOptions): Promise<void> {
  const { folder, authority, names, port, revoked } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const server = await authority.serverCertificate(names);
  const write = (name: string, content: string) => writeSecret(join(folder, name), content);
  write("ca.pem", authority.rootPem);
  write("server.pem", server.certificate);
  write("server.key", server.key);
  write("crl.pem", await authority.revocationList(revoked));
  write("acl", accessList());
  write("mosquitto.conf", mosquittoConfiguration(resolve(folder), port));
}

/** Only the list of revoked certificates: all that a revocation changes. */
export async function writeRevocations(
  folder: string,
  authority: CertificateAuthority,
  revoked: BrokerFilesOptions["revoked"],
): Promise<void> {
  writeSecret(join(folder, "crl.pem"), await authority.revocationList(revoked));
}

/** `%u` is the common name of the client's certificate. */
export function accessList(): string {
  return [
    `user ${PLATFORM_NAME}`,
    ...UP_TOPICS.map((topic) => `topic read contrada/1/+/${topic}`),
    // A retained message is taken back by an empty one.
    "topic readwrite contrada/1/#",
    "",
    ...UP_TOPICS.map((topic) => `pattern write contrada/1/%u/${topic}`),
    ...DOWN_TOPICS.map((topic) => `pattern read contrada/1/%u/${topic}`),
    "",
  ].join("\n");
}

export function mosquittoConfiguration(folder: string, port: number): string {
  return [
    "# Written by Contrada. For Mosquitto 2.0: mosquitto -c mosquitto.conf, by the user who owns these files.",
    "per_listener_settings false",
    "allow_anonymous false",
    `acl_file ${join(folder, "acl")}`,
    `listener ${port}`,
    `cafile ${join(folder, "ca.pem")}`,
    `certfile ${join(folder, "server.pem")}`,
    `keyfile ${join(folder, "server.key")}`,
    `crlfile ${join(folder, "crl.pem")}`,
    "tls_version tlsv1.3",
    "require_certificate true",
    "use_identity_as_username true",
    // Readings come again by themselves; what stalls must not fill the broker's memory.
    "max_queued_messages 1000",
    `max_packet_size ${PAYLOAD_MAX_BYTES + PACKET_HEAD_BYTES}`,
    "persistence false",
    "",
  ].join("\n");
}
