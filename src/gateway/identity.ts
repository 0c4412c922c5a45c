/**
 * Who a gateway is: the key and certificate by which the broker knows it, and the keys of its meter. All are made
 * here and never leave the box; the file that holds them can be read by its user alone and is replaced as a whole, so
 * that a power cut leaves the old one or the new one.
 *
 * The meter has two keys: the one that it signs with and the one that follows when the home goes on under other
 * numbers. Which of them counts, the chain says (`orders`); the other is of no use to anybody.
 */
import { X509Certificate } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toHex } from "#base/bytes.ts";
import { provideDecoratorMetadata } from "#base/decorator-metadata.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import type { Standing } from "./standing-orders.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
export const IDENTITY_FILE = "identity.json";
const FORMAT = "contrada/gateway-identity/1";

/** `CryptoKeyPair` by the names that a browser's types and Node's share. */
export interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** Where the platform is and what this gateway is called there. */
export interface Enrolled {
  readonly gateway: string;
  readonly home: number;
  readonly chain: string;
  /** Of the platform, for renewals. */
  readonly url: string;
  /** `mqtts://host:port`. */
  readonly broker: string;
  /** PEM of the community's root for gateways. */
  readonly root: string;
  /** Whose blocks the chain is trusted by: a producer's key or a validator set's hash, hexadecimal. */
  readonly trust: { readonly producer: string } | { readonly validatorsHash: string };
  readonly enrolledAt: number;
}

export interface Identity {
  readonly enrolled: Enrolled;
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
  /** Seeds of the meter's keys, hexadecimal. */
  readonly meterSeed: string;
  readonly nextMeterSeed: string;
}

/** The folder holds no identity, or none that can be read. */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
}

/** `undefined` where the gateway was never enrolled. Throws `IdentityError` where the file is damaged. */
export function readIdentity(folder: string): Identity | undefined {
  const path = join(folder, IDENTITY_FILE);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  let found: (Identity & { readonly format?: string }) | undefined;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw new IdentityError(`${path} is damaged: enrol this gateway again with a new code.`, { cause });
  }
  if (found?.format !== FORMAT) {
    throw new IdentityError(`${path} is no identity that this version reads: enrol with a new code.`);
  }
  return found;
}

export function writeIdentity(folder: string, identity: Identity): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, IDENTITY_FILE);
  const file = openSync(`${path}.new`, "w", 0o600);
  try {
    writeSync(file, JSON.stringify({ format: FORMAT, ...identity }, null, 2));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

/** Unix seconds within which the certificate counts. */
export function validityOf({ certificate }: Pick<Identity, "certificate">): {
  readonly from: number;
  readonly until: number;
} {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return { from: Date.parse(validFrom) / 1000, until: Date.parse(validTo) / 1000 };
}

/** When to ask for the next certificate: when a third of the time is left. */
export function renewalDue(identity: Pick<Identity, "certificate">): number {
  const { from, until } = validityOf(identity);
  return Math.floor(until - (until - from) / 3);
}

/** What the gateway goes by: its home and chain, its meter's keys, and whom it believes. */
export function standingOf({ enrolled, meterSeed, nextMeterSeed }: Identity): Standing {
  const { chain, home, trust, enrolledAt } = enrolled;
  return {
    chain,
    home,
    meter: signerFromSeed(fromHex(meterSeed)!),
    nextMeter: signerFromSeed(fromHex(nextMeterSeed)!),
    trust:
      "producer" in trust
        ? { by: "producer", chain, producer: fromHex(trust.producer)! }
        : { by: "named_validators", chain, validatorsHash: fromHex(trust.validatorsHash)!, enrolledAt },
  };
}

/** The next key is the meter's, and another follows it. */
export function turnedMeterKey(identity: Identity): Identity {
  return { ...identity, meterSeed: identity.nextMeterSeed, nextMeterSeed: newMeterSeed() };
}

export function newMeterSeed(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(32)));
}

export function meterKeyOf(seed: string): string {
  return toHex(signerFromSeed(fromHex(seed)!).publicKey);
}

export function newIdentityKeys(): Promise<KeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]) as unknown as Promise<KeyPair>;
}

export async function privateKeyPem({ privateKey }: KeyPair): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/(.{64})/g, "$1\n").trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

/** The certificate request (PKCS #10, PEM). The name in it is only a courtesy: the platform draws the real one. */
export async function requestOf(keys: KeyPair): Promise<string> {
  // Loaded when it is needed, once in some weeks: it is a large package for a small box.
  provideDecoratorMetadata();
  const { Pkcs10CertificateRequestGenerator } = await import("@peculiar/x509");
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: "CN=contrada gateway",
    keys,
    signingAlgorithm: ALGORITHM,
  });
  return request.toString("pem");
}
