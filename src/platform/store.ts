/**
 * The platform's own small file: sessions, suppliers' applications, members' bank accounts, the secret that
 * suppliers' names of sellers are made with, and who had which number on the chain. Readings and the index of the
 * chain have files of their own.
 */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { BILL_NUMBERS_STEP } from "./bill-numbers.ts";
import { BILLS_STEP } from "./bills.ts";
import { COLLECTIONS_STEP } from "./collections.ts";
import { type Durability, openDatabase } from "./database.ts";
import { DEBIT_MANDATES_STEP } from "./debit-mandates.ts";
import { GATEWAYS_STEP, METERING_ENDS_STEP, OWNERS_WORD_STEP } from "./gateways/registry.ts";
import { HOME_COMMANDS_STEP } from "./home-commands.ts";
import { HOME_LOADS_STEP } from "./home-loads.ts";
import { INCENTIVES_STEP } from "./incentives.ts";
import { MARKET_BILLS_STEP } from "./market-bills.ts";
import { MONTHLY_BILLS_STEP } from "./monthly-bills.ts";
import { NEXT_KEY_STEP } from "./next-keys.ts";
import { NOTICES_STEP } from "./notices/notices.ts";
import { OPERATOR_LIMITS_STEP } from "./operator-limits.ts";
import { PSEUDONYM_STEP } from "./pseudonyms.ts";
import { RENEWAL_STEP } from "./renewals.ts";
import { SUPPLY_BILLS_STEP } from "./supply-billing.ts";

const STEPS = [
  `
  CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    member INTEGER NOT NULL,
    key BLOB NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX sessions_by_member ON sessions (member, created);
  CREATE TABLE applications (
    member INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    time INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE bank_accounts (
    member INTEGER PRIMARY KEY,
    holder TEXT,
    iban TEXT,
    since INTEGER,
    changes INTEGER NOT NULL,
    public_key BLOB,
    signature BLOB
  ) WITHOUT ROWID;
  `,
  PSEUDONYM_STEP,
  NEXT_KEY_STEP,
  RENEWAL_STEP,
  BILLS_STEP,
  SUPPLY_BILLS_STEP,
  MARKET_BILLS_STEP,
  HOME_COMMANDS_STEP,
  BILL_NUMBERS_STEP,
  MONTHLY_BILLS_STEP,
  GATEWAYS_STEP,
  NOTICES_STEP,
  HOME_LOADS_STEP,
  INCENTIVES_STEP,
  METERING_ENDS_STEP,
  OPERATOR_LIMITS_STEP,
  DEBIT_MANDATES_STEP,
  COLLECTIONS_STEP,
  OWNERS_WORD_STEP,
];

export interface Application {
  readonly member: number;
  readonly name: string;
  readonly time: number;
}

export class PlatformStore {
  readonly database: DatabaseSync;

  constructor(path: string, durability: Durability = "full") {
    this.database = openDatabase(path, STEPS, durability);
  }

  /** 32 random bytes under a name, made on first use and the same from then on. */
  secret(name: string): Uint8Array {
    return this.#secret(name, () => Uint8Array.from(randomBytes(32)));
  }

  /** The same for a text, made by its caller. */
  secretText(name: string, make: () => string): string {
    return Buffer.from(this.#secret(name, () => Buffer.from(make()))).toString("utf8");
  }

  #secret(name: string, make: () => Uint8Array): Uint8Array {
    const row = this.database.prepare("SELECT value FROM secrets WHERE name = ?").get(name);
    if (row !== undefined) return row.value as Uint8Array;
    const value = make();
    this.database.prepare("INSERT INTO secrets (name, value) VALUES (?, ?)").run(name, value);
    return value;
  }

  /** The latest name stands; when it was asked first, stands too. */
  apply({ member, name, time }: Application): Application {
    this.database
      .prepare(
        "INSERT INTO applications (member, name, time) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name",
      )
      .run(member, name, time);
    return this.application(member)!;
  }

  application(member: number): Application | undefined {
    const row = this.database
      .prepare("SELECT member, name, time FROM applications WHERE member = ?")
      .get(member);
    return row as unknown as Application | undefined;
  }

  /** By the time they were made. */
  applications(): Application[] {
    const rows = this.database
      .prepare("SELECT member, name, time FROM applications ORDER BY time, member")
      .all();
    return rows as unknown as Application[];
  }

  close(): void {
    this.database.close();
  }
}
