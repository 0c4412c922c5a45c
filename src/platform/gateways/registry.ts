/**
 * Which gateways there are, for which home, and who may become one: the rows of the platform's file. Codes are kept
 * as hashes only. Everything here is in wall-clock Unix seconds, because certificates are; instants of the
 * community's time are named so.
 *
 * Another process may write here, too (`contrada gateways` on the platform's folder): whoever must notice a
 * revocation asks again and again (`revoked`).
 */
import type { DatabaseSync } from "node:sqlite";
import type { UnixSeconds } from "#base/time.ts";
import { inTransaction } from "../database.ts";

export const GATEWAYS_STEP = `
  CREATE TABLE gateway_codes (
    id TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL,
    home INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    wrong INTEGER NOT NULL,
    gateway TEXT,
    request_hash BLOB
  ) WITHOUT ROWID;
  CREATE TABLE gateways (
    name TEXT PRIMARY KEY,
    home INTEGER NOT NULL,
    meter_key BLOB NOT NULL,
    next_meter_key BLOB,
    version TEXT NOT NULL,
    enrolled INTEGER NOT NULL,
    heard INTEGER,
    metering_from INTEGER,
    opening_solar_wh INTEGER,
    opening_grid_wh INTEGER,
    outbox BLOB,
    through INTEGER NOT NULL,
    revoked INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX gateways_by_home ON gateways (home, enrolled);
  CREATE TABLE gateway_certificates (
    serial TEXT PRIMARY KEY,
    gateway TEXT NOT NULL,
    public_key BLOB NOT NULL,
    pem TEXT NOT NULL,
    issued INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX gateway_certificates_by_gateway ON gateway_certificates (gateway, issued);
`;

export const METERING_ENDS_STEP = "ALTER TABLE gateways ADD COLUMN metering_until INTEGER;";

export const OWNERS_WORD_STEP = "ALTER TABLE gateways ADD COLUMN validators TEXT;";

export interface CodeRow {
  readonly id: string;
  readonly secretHash: Uint8Array;
  readonly home: number;
  readonly created: number;
  readonly expires: number;
  /** Tries with this id and another secret. */
  readonly wrong: number;
  /** Whom it brought in; `null` while it is free. */
  readonly gateway: string | null;
  readonly requestHash: Uint8Array | null;
}

export interface GatewayRow {
  readonly name: string;
  readonly home: number;
  readonly meterKey: Uint8Array;
  readonly nextMeterKey: Uint8Array | null;
  readonly version: string;
  readonly enrolled: number;
  readonly heard: number | null;
  /** The first quarter hour, by the community's time, that it meters; `null` before. */
  readonly meteringFrom: UnixSeconds | null;
  /** Of one that was shut out: the first quarter hour that another meter signs; `null` before that is known. */
  readonly meteringUntil: UnixSeconds | null;
  readonly openingSolarWh: number | null;
  readonly openingGridWh: number | null;
  readonly outbox: Uint8Array | null;
  readonly through: number;
  readonly revoked: number | null;
  /** The owner's word on the validators, `SignedValidatorsLetter` as JSON; `null` where none was given. */
  readonly validators: string | null;
}

export interface CertificateRow {
  readonly serial: string;
  readonly gateway: string;
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array;
  readonly pem: string;
  readonly issued: number;
  readonly expires: number;
}

const CODE =
  "id, secret_hash AS secretHash, home, created, expires, wrong, gateway, request_hash AS requestHash";
const GATEWAY = `name, home, meter_key AS meterKey, next_meter_key AS nextMeterKey, version, enrolled, heard,
  metering_from AS meteringFrom, metering_until AS meteringUntil, opening_solar_wh AS openingSolarWh, opening_grid_wh AS openingGridWh, outbox,
  through, revoked, validators`;
const CERTIFICATE = "serial, gateway, public_key AS publicKey, pem, issued, expires";

/** For so long after its end a gateway's newest certificate may still be followed by another, s. */
export const LATE_RENEWAL_S = 365 * 86_400;
/** And an earlier one: the answer with the one that followed may not have reached the gateway, s. */
export const EARLIER_RENEWAL_S = 30 * 86_400;
/** A used or dead code is remembered for so long after its end, so that a second use is told from a wrong code, s. */
const CODES_KEPT_S = 30 * 86_400;

export class GatewayRegistry {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  code(id: string): CodeRow | undefined {
    return this.#row(`SELECT ${CODE} FROM gateway_codes WHERE id = ?`, id) as CodeRow | undefined;
  }

  /** A new code for a home; those that were free for it before are void. */
  addCode(code: Pick<CodeRow, "id" | "secretHash" | "home" | "created" | "expires">): void {
    const { id, secretHash, home, created, expires } = code;
    inTransaction(this.#database, () => {
      this.#run("DELETE FROM gateway_codes WHERE home = ? AND gateway IS NULL", home);
      this.#run("DELETE FROM gateway_codes WHERE expires < ?", created - CODES_KEPT_S);
      this.#run(
        "INSERT INTO gateway_codes (id, secret_hash, home, created, expires, wrong) VALUES (?, ?, ?, ?, ?, 0)",
        id,
        secretHash,
        home,
        created,
        expires,
      );
    });
  }

  countWrong(id: string): void {
    this.#run("UPDATE gateway_codes SET wrong = wrong + 1 WHERE id = ?", id);
  }

  /** A gateway comes in by a code, and takes the place of those that were there for its home. */
  enrol(
    code: { readonly id: string; readonly requestHash: Uint8Array },
    gateway: Pick<GatewayRow, "name" | "home" | "meterKey" | "version" | "enrolled">,
    certificate: CertificateRow,
  ): void {
    inTransaction(this.#database, () => {
      this.#run(
        "UPDATE gateway_codes SET gateway = ?, request_hash = ? WHERE id = ?",
        gateway.name,
        code.requestHash,
        code.id,
      );
      this.#run(
        "UPDATE gateways SET revoked = ? WHERE home = ? AND revoked IS NULL",
        gateway.enrolled,
        gateway.home,
      );
      this.#run(
        "INSERT INTO gateways (name, home, meter_key, version, enrolled, through) VALUES (?, ?, ?, ?, ?, 0)",
        gateway.name,
        gateway.home,
        gateway.meterKey,
        gateway.version,
        gateway.enrolled,
      );
      this.#addCertificate(certificate);
    });
  }

  addCertificate(certificate: CertificateRow): void {
    this.#addCertificate(certificate);
  }

  #addCertificate({ serial, gateway, publicKey, pem, issued, expires }: CertificateRow): void {
    this.#run(
      "INSERT INTO gateway_certificates (serial, gateway, public_key, pem, issued, expires) VALUES (?, ?, ?, ?, ?, ?)",
      serial,
      gateway,
      publicKey,
      pem,
      issued,
      expires,
    );
  }

  certificate(serial: string): CertificateRow | undefined {
    return this.#row(`SELECT ${CERTIFICATE} FROM gateway_certificates WHERE serial = ?`, serial) as
      | CertificateRow
      | undefined;
  }

  /** Newest first. */
  certificatesOf(gateway: string): CertificateRow[] {
    return this.#database
      .prepare(
        `SELECT ${CERTIFICATE} FROM gateway_certificates WHERE gateway = ? ORDER BY issued DESC, expires DESC`,
      )
      .all(gateway) as unknown as CertificateRow[];
  }

  /** Whether a gateway that was not shut out was away for so long that no certificate of its leads to another. */
  needsCode({ name, revoked }: Pick<GatewayRow, "name" | "revoked">, now: number): boolean {
    return revoked === null && (this.certificatesOf(name)[0]?.expires ?? 0) + LATE_RENEWAL_S <= now;
  }

  gateway(name: string): GatewayRow | undefined {
    return this.#row(`SELECT ${GATEWAY} FROM gateways WHERE name = ?`, name) as GatewayRow | undefined;
  }

  /** Oldest first, revoked ones included. */
  all(): GatewayRow[] {
    const rows = this.#database.prepare(`SELECT ${GATEWAY} FROM gateways ORDER BY enrolled, name`).all();
    return rows as unknown as GatewayRow[];
  }

  standing(): GatewayRow[] {
    return this.all().filter(({ revoked }) => revoked === null);
  }

  /** The home's gateway that is not revoked. */
  ofHome(home: number): GatewayRow | undefined {
    return this.#row(
      `SELECT ${GATEWAY} FROM gateways WHERE home = ? AND revoked IS NULL ORDER BY enrolled DESC`,
      home,
    ) as GatewayRow | undefined;
  }

  /** Whether a certificate with that serial may be used by that gateway now. */
  admits(serial: string, gateway: string): boolean {
    const row = this.certificate(serial);
    return row?.gateway === gateway && this.gateway(gateway)?.revoked === null;
  }

  /** Answers whether it stood until now. */
  revoke(name: string, at: number): boolean {
    const { changes } = this.#run(
      "UPDATE gateways SET revoked = ? WHERE name = ? AND revoked IS NULL",
      at,
      name,
    );
    return changes > 0;
  }

  /** Certificates of revoked gateways that would still be valid. */
  revokedCertificates(now: number): { readonly serial: string; readonly at: number }[] {
    return this.#database
      .prepare(
        `SELECT serial, gateways.revoked AS at FROM gateway_certificates JOIN gateways ON name = gateway
         WHERE gateways.revoked IS NOT NULL AND expires > ? ORDER BY serial`,
      )
      .all(now) as unknown as { serial: string; at: number }[];
  }

  heard(name: string, at: number): void {
    this.#run("UPDATE gateways SET heard = ? WHERE name = ?", at, name);
  }

  vouch(name: string, letter: string): void {
    this.#run("UPDATE gateways SET validators = ? WHERE name = ?", letter, name);
  }

  describe(name: string, version: string, nextMeterKey: Uint8Array): void {
    this.#run(
      "UPDATE gateways SET version = ?, next_meter_key = ? WHERE name = ?",
      version,
      nextMeterKey,
      name,
    );
  }

  beginMetering(
    name: string,
    from: UnixSeconds,
    opening: { readonly solarWh: number; readonly gridWh: number },
  ): void {
    this.#run(
      "UPDATE gateways SET metering_from = ?, opening_solar_wh = ?, opening_grid_wh = ? WHERE name = ?",
      from,
      opening.solarWh,
      opening.gridWh,
      name,
    );
  }

  /** Those that were shut out and metered, whose last quarter hour is not known yet. */
  ending(): GatewayRow[] {
    const rows = this.#database
      .prepare(
        `SELECT ${GATEWAY} FROM gateways
         WHERE revoked IS NOT NULL AND metering_from IS NOT NULL AND metering_until IS NULL`,
      )
      .all();
    return rows as unknown as GatewayRow[];
  }

  endMetering(name: string, until: UnixSeconds): void {
    this.#run("UPDATE gateways SET metering_until = ? WHERE name = ?", until, name);
  }

  acknowledge(name: string, outbox: Uint8Array, through: number): void {
    this.#run("UPDATE gateways SET outbox = ?, through = ? WHERE name = ?", outbox, through, name);
  }

  #row(sql: string, ...values: (string | number)[]): unknown {
    return this.#database.prepare(sql).get(...values);
  }

  #run(sql: string, ...values: (string | number | Uint8Array)[]): { readonly changes: number | bigint } {
    return this.#database.prepare(sql).run(...values);
  }
}
