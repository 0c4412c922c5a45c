/**
 * The community's certificate authority for gateways: a root of its own (X.509, ECDSA P-256) that vouches for the
 * broker and for each gateway, and for nobody else. Its key is made here and stays in the platform's folder, readable
 * by its user alone; gateways make their own keys and send a certificate request (PKCS #10).
 *
 * A certificate says the gateway's name and how long; what the gateway may do stands in the platform's file, so a
 * revocation needs no new certificate for anybody. For an external broker, which cannot ask, there is a list of
 * revoked certificates (CRL).
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { toHex } from "#base/bytes.ts";
import { provideDecoratorMetadata } from "#base/decorator-metadata.ts";
import { writeSecret } from "./secret-file.ts";

provideDecoratorMetadata();
const x509 = await import("@peculiar/x509");

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;
const ROOT_DAYS = 3_650;
/** The broker's own certificate; it is made anew when half of that has passed. */
const SERVER_DAYS = 60;
/** Clocks differ: a certificate begins a little before it was made. */
const BEGINS_BEFORE_MS = 300_000;
/** How long a list of revoked certificates may be believed; it is written anew with each revocation and each day. */
const LIST_DAYS = 7;

const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

export const KEY_FILE = "gateways-ca.key";
export const CERTIFICATE_FILE = "gateways-ca.pem";

export const VALID_DAYS_MIN = 30;
export const VALID_DAYS_MAX = 90;
export const VALID_DAYS_DEFAULT = 60;

/** `CryptoKeyPair` by the names that a browser's types and Node's share. */
interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

/** A certificate with what the platform keeps of it. */
export interface Issued {
  readonly pem: string;
  /** Hexadecimal, as Node's TLS says it. */
  readonly serial: string;
  /** Unix seconds. */
  readonly notAfter: number;
}

/** A certificate with its private key, for a server or for the platform itself as a client of a broker. */
export interface KeyedCertificate {
  readonly key: string;
  readonly certificate: string;
  readonly notAfter: number;
}

/** Why a certificate request is not signed; the message says what to do. */
export class RequestError extends Error {
  override readonly name = "RequestError";
}

export class CertificateAuthority {
  readonly #keys: KeyPair;
  readonly #root: InstanceType<typeof x509.X509Certificate>;
  readonly #wallMs: () => number;
  /** PEM of the root: what gateways and brokers trust. */
  readonly rootPem: string;
  /** SHA-256 of the root's certificate, hexadecimal: what a person or a QR code compares. */
  readonly fingerprint: string;

  private constructor(
    keys: KeyPair,
    root: InstanceType<typeof x509.X509Certificate>,
    fingerprint: string,
    wallMs: () => number,
  ) {
    this.#keys = keys;
    this.#root = root;
    this.#wallMs = wallMs;
    this.rootPem = root.toString("pem");
    this.fingerprint = fingerprint;
  }

  /** Reads the authority of a folder, or founds it there. `wallMs`: Unix milliseconds, for tests. */
  static async open(
    folder: string,
    community: string,
    wallMs: () => number = Date.now,
  ): Promise<CertificateAuthority> {
    const [keyPath, rootPath] = [join(folder, KEY_FILE), join(folder, CERTIFICATE_FILE)];
    if (existsSync(keyPath) && existsSync(rootPath)) {
      const root = new x509.X509Certificate(readFileSync(rootPath, "utf8"));
      const privateKey = await importPrivateKey(readFileSync(keyPath, "utf8"));
      const publicKey = await root.publicKey.export(ALGORITHM, ["verify"]);
      const keys = { privateKey, publicKey };
      return new CertificateAuthority(keys, root, await fingerprintOf(root), wallMs);
    }
    const keys = await newKeys();
    const now = wallMs();
    const root = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: newSerial(),
      name: `CN=${named(community)} gateways, O=${named(community)}`,
      notBefore: new Date(now - BEGINS_BEFORE_MS),
      notAfter: new Date(now + ROOT_DAYS * DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    writeSecret(keyPath, await exportPrivateKey(keys.privateKey));
    writeSecret(rootPath, root.toString("pem"));
    return new CertificateAuthority(keys, root, await fingerprintOf(root), wallMs);
  }

  /**
   * Signs a gateway's request (PEM or base64 of DER) under the name that the platform drew; what else the request
   * says is passed over. Throws `RequestError`: no request, another kind of key than P-256, a signature that is not
   * its key's, a key that the authority itself has.
   */
  async signRequest(request: string, name: string, days: number = VALID_DAYS_DEFAULT): Promise<Issued> {
    const { publicKey } = await readRequest(request);
    return this.#issue(publicKey, { name, usage: CLIENT_AUTH, days, names: [] });
  }

  /** A certificate for the broker under its names and addresses, with a key made here. */
  serverCertificate(names: readonly string[]): Promise<KeyedCertificate> {
    return this.#keyed({ name: names[0]!, usage: SERVER_AUTH, days: SERVER_DAYS, names });
  }

  /** For the platform itself as a client of an external broker. */
  clientCertificate(name: string): Promise<KeyedCertificate> {
    return this.#keyed({ name, usage: CLIENT_AUTH, days: SERVER_DAYS, names: [] });
  }

  /** The list of revoked certificates, PEM. */
  async revocationList(
    revoked: readonly { readonly serial: string; readonly at: number }[],
  ): Promise<string> {
    const now = this.#wallMs();
    const list = await x509.X509CrlGenerator.create({
      issuer: this.#root.subject,
      thisUpdate: new Date(now - BEGINS_BEFORE_MS),
      nextUpdate: new Date(now + LIST_DAYS * DAY_MS),
      signingAlgorithm: ALGORITHM,
      signingKey: this.#keys.privateKey,
      entries: revoked.map(({ serial, at }) => ({
        serialNumber: serial,
        revocationDate: new Date(at * 1000),
      })),
    });
    // The package writes "CRL"; OpenSSL reads "X509 CRL" (RFC 7468, 6).
    return list.toString("pem").replaceAll(/(BEGIN|END) CRL/g, "$1 X509 CRL");
  }

  async #keyed(of: Subject): Promise<KeyedCertificate> {
    const keys = await newKeys();
    const { pem, notAfter } = await this.#issue(keys.publicKey, of);
    return { key: await exportPrivateKey(keys.privateKey), certificate: pem, notAfter };
  }

  async #issue(publicKey: CryptoKey, { name, usage, days, names }: Subject): Promise<Issued> {
    const now = this.#wallMs();
    const serial = newSerial();
    const notAfter = new Date(Math.floor((now + days * DAY_MS) / 1000) * 1000);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      subject: `CN=${named(name)}`,
      issuer: this.#root.subject,
      notBefore: new Date(now - BEGINS_BEFORE_MS),
      notAfter,
      signingAlgorithm: ALGORITHM,
      publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage], true),
        await x509.AuthorityKeyIdentifierExtension.create(this.#keys.publicKey),
        ...(names.length === 0
          ? []
          : [
              new x509.SubjectAlternativeNameExtension(
                names.map((value) => ({
                  type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const),
                  value,
                })),
              ),
            ]),
      ],
    });
    return { pem: certificate.toString("pem"), serial, notAfter: notAfter.getTime() / 1000 };
  }
}

interface Subject {
  readonly name: string;
  readonly usage: string;
  readonly days: number;
  readonly names: readonly string[];
}

/** The request's public key; its signature holds. */
export async function readRequest(
  request: string,
): Promise<{ readonly publicKey: CryptoKey; readonly raw: Uint8Array }> {
  let read: InstanceType<typeof x509.Pkcs10CertificateRequest>;
  try {
    read = new x509.Pkcs10CertificateRequest(request);
  } catch (cause) {
    throw new RequestError("it is no certificate request (PKCS #10, PEM)", { cause });
  }
  const { algorithm } = read.publicKey;
  const { name, namedCurve } = algorithm as { name: string; namedCurve?: string };
  if (name !== "ECDSA" || namedCurve !== "P-256") {
    throw new RequestError("its key is not one of ECDSA over P-256");
  }
  const isSound = await read.verify().catch(() => false);
  if (!isSound) throw new RequestError("its signature is not by its own key");
  const publicKey = await read.publicKey.export(ALGORITHM, ["verify"]);
  return { publicKey, raw: new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)) };
}

function newKeys(): Promise<KeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]) as unknown as Promise<KeyPair>;
}

/** 16 random bytes, positive and without a zero in front, so that everybody writes the same digits. */
function newSerial(): string {
  const bytes = Uint8Array.from(randomBytes(16));
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return toHex(bytes);
}

/** What a distinguished name holds without escapes. */
function named(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} .:_-]/gu, " ").trim();
}

async function fingerprintOf(certificate: InstanceType<typeof x509.X509Certificate>): Promise<string> {
  return toHex(new Uint8Array(await certificate.getThumbprint("SHA-256")));
}

async function exportPrivateKey(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/(.{64})/g, "$1\n").trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

function importPrivateKey(pem: string): Promise<CryptoKey> {
  const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
  return crypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
}
