/**
 * What the gateway keeps on its disk, in two SQLite files:
 *
 * - `outbox.db`, every commit synced: readings with their sequence numbers until the platform has them, the meter's
 *   state at the last quarter hour in the same transaction, decisions as they changed, what else must survive. A
 *   reading and the meter's going on are one commit, so a power cut neither loses one nor makes one twice.
 * - `live.db`, synced now and then: the second's values for 48 hours, the minute's for 90 days. They are for whoever
 *   looks at the home; what of them was not sent when it was new is never sent.
 *
 * Numbers begin at 1 and have no gaps, in the order of the quarter hours. The outbox has a name that is drawn when the
 * file is made: who begins anew with an empty file begins with another name, and old acknowledgements count nothing.
 */
import { randomBytes } from "node:crypto";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { fromHex, toHex } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { Decision } from "#control/dispatch.ts";
import { type SignedReading, signedReadingCodec } from "#metering/signed-reading.ts";
import { type AckMessage, type NumberedReading, OUTBOX_BYTES } from "#wire/gateway-messages.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS readings (
    sequence INTEGER PRIMARY KEY,
    interval_start INTEGER NOT NULL UNIQUE,
    signed BLOB NOT NULL,
    spread INTEGER NOT NULL,
    refused TEXT
  );
  CREATE TABLE IF NOT EXISTS decisions (
    time INTEGER NOT NULL,
    code TEXT NOT NULL,
    numbers TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS decisions_by_time ON decisions (time);
  CREATE TABLE IF NOT EXISTS load_decisions (
    time INTEGER NOT NULL,
    load TEXT NOT NULL,
    code TEXT NOT NULL,
    numbers TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`;

/** Acknowledged readings stay for so long, for whoever asks on the spot. */
const READINGS_KEPT_S = 90 * 86_400;
const DECISIONS_KEPT = 20_000;
/** How far back readings are told again that another key's signature was wrong for, s. */
const REFUSED_AGAIN_S = 2 * 86_400;
/** A file of another format. */
const FORMAT = 1;

export interface OutboxReading {
  readonly signed: SignedReading;
  readonly isSpread: boolean;
}

/** Why a load runs or waits, when that changed. */
export interface LoadDecision {
  readonly time: UnixSeconds;
  readonly load: string;
  readonly code: string;
  readonly numbers: Readonly<Record<string, number>>;
}

/** The file was made by a later version, or is none of ours. */
export class OutboxError extends Error {
  override readonly name = "OutboxError";
}

export class Outbox {
  readonly name: Uint8Array;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #keep: StatementSync;
  readonly #decide: StatementSync;
  #next: number;
  #through: number;
  #decisions = 0;

  constructor(path: string) {
    this.#database = openSmall(path, "FULL");
    const { user_version: format } = this.#database.prepare("PRAGMA user_version").get() as {
      user_version: number;
    };
    if (format > FORMAT) {
      this.#database.close();
      throw new OutboxError(
        `${path} has format ${format} and this version knows ${FORMAT}: run a later one.`,
      );
    }
    this.#database.exec(`${SCHEMA} PRAGMA user_version = ${FORMAT};`);
    this.#insert = this.#database.prepare("INSERT INTO readings VALUES (?, ?, ?, ?, NULL)");
    this.#keep = this.#database.prepare("INSERT OR REPLACE INTO kept VALUES (?, ?)");
    this.#decide = this.#database.prepare("INSERT INTO decisions VALUES (?, ?, ?)");
    this.name = this.#ownName();
    this.#through = Number(this.kept("through") ?? "0");
    const { newest } = this.#database.prepare("SELECT MAX(sequence) AS newest FROM readings").get() as {
      newest: number | null;
    };
    this.#next = Math.max(newest ?? 0, this.#through) + 1;
  }

  /** The highest number that the platform has on its disk. */
  get through(): number {
    return this.#through;
  }

  get waiting(): number {
    return this.#next - 1 - this.#through;
  }

  /** Quarter hour of the oldest reading that waits. */
  get oldest(): UnixSeconds | undefined {
    const row = this.#database
      .prepare("SELECT MIN(interval_start) AS oldest FROM readings WHERE sequence > ?")
      .get(this.#through) as { oldest: number | null };
    return row.oldest ?? undefined;
  }

  /** Readings in order, and what else is to be kept with them, in one commit. On the disk when this returns. */
  add(readings: readonly OutboxReading[], kept: Readonly<Record<string, string>> = {}): void {
    this.#commit(() => {
      for (const { signed, isSpread } of readings) {
        const { intervalStart } = signed.reading;
        this.#insert.run(this.#next, intervalStart, encode(signedReadingCodec, signed), isSpread ? 1 : 0);
        this.#next += 1;
      }
      for (const [name, value] of Object.entries(kept)) this.#keep.run(name, value);
    });
  }

  /** The oldest readings that the platform does not have. */
  next(most: number, after = this.#through): NumberedReading[] {
    const rows = this.#database
      .prepare("SELECT sequence, signed FROM readings WHERE sequence > ? ORDER BY sequence LIMIT ?")
      .all(after, most) as { sequence: number; signed: Uint8Array }[];
    return rows.flatMap(({ sequence, signed }) => {
      const decoded = decode(signedReadingCodec, signed);
      return decoded.ok ? [{ sequence, signed: decoded.value }] : [];
    });
  }

  /** Forgets what the platform has; false where it speaks of another outbox or of nothing new. */
  acknowledge({ outbox, through, refused }: AckMessage): boolean {
    if (outbox !== toHex(this.name) || through >= this.#next) return false;
    const isNew = through > this.#through;
    if (!isNew && refused.length === 0) return false;
    this.#commit(() => {
      const refuse = this.#database.prepare("UPDATE readings SET refused = ? WHERE sequence = ?");
      for (const { sequence, reason } of refused) if (sequence < this.#next) refuse.run(reason, sequence);
      this.#through = Math.max(this.#through, through);
      this.#keep.run("through", String(this.#through));
      const newest = this.#database
        .prepare("SELECT interval_start AS start FROM readings WHERE sequence = ?")
        .get(this.#through) as { start: number } | undefined;
      if (newest === undefined) return;
      this.#database
        .prepare("DELETE FROM readings WHERE sequence <= ? AND interval_start < ?")
        .run(this.#through, newest.start - READINGS_KEPT_S);
    });
    return isNew;
  }

  /**
   * The home's meter has another key: what waits is signed with it under the same numbers, and what was refused for
   * the former one a while ago comes again under new ones. `sign`: `undefined` where it stays as it is.
   */
  signAnew(sign: (signed: SignedReading) => SignedReading | undefined): void {
    const rows = this.#database
      .prepare(
        `SELECT sequence, interval_start AS start, signed, spread, refused FROM readings
         WHERE sequence > ? OR refused = 'bad_signature' ORDER BY interval_start`,
      )
      .all(this.#through) as {
      sequence: number;
      start: number;
      signed: Uint8Array;
      spread: number;
      refused: string | null;
    }[];
    const newest = rows.at(-1)?.start ?? 0;
    const replace = this.#database.prepare("UPDATE readings SET signed = ? WHERE sequence = ?");
    const remove = this.#database.prepare("DELETE FROM readings WHERE sequence = ?");
    this.#commit(() => {
      for (const { sequence, start, signed, spread, refused } of rows) {
        const former = decode(signedReadingCodec, signed);
        if (!former.ok) continue;
        const own = sign(former.value);
        if (own === undefined) continue;
        const anew = encode(signedReadingCodec, own);
        if (sequence > this.#through) replace.run(anew, sequence);
        else if (refused !== null && start >= newest - REFUSED_AGAIN_S) {
          remove.run(sequence);
          this.#insert.run(this.#next, start, anew, spread);
          this.#next += 1;
        }
      }
    });
  }

  /** Readings that the platform refused for good, newest first. */
  refused(): { readonly sequence: number; readonly intervalStart: UnixSeconds; readonly reason: string }[] {
    return this.#database
      .prepare(
        "SELECT sequence, interval_start AS intervalStart, refused AS reason FROM readings WHERE refused IS NOT NULL ORDER BY sequence DESC LIMIT 100",
      )
      .all() as never;
  }

  kept(name: string): string | undefined {
    const row = this.#database.prepare("SELECT value FROM kept WHERE name = ?").get(name);
    return row?.value as string | undefined;
  }

  keep(values: Readonly<Record<string, string>>): void {
    this.#commit(() => {
      for (const [name, value] of Object.entries(values)) this.#keep.run(name, value);
    });
  }

  /** Decisions as they changed, oldest first; the newest 20,000 are kept. */
  decided(decisions: readonly Decision[]): void {
    if (decisions.length === 0) return;
    this.#commit(() => {
      for (const { code, numbers, since } of decisions)
        this.#decide.run(since, code, JSON.stringify(numbers));
      this.#prune(decisions.length);
    });
  }

  /** The same of loads. */
  loadsDecided(decisions: readonly LoadDecision[]): void {
    if (decisions.length === 0) return;
    this.#commit(() => {
      const insert = this.#database.prepare("INSERT INTO load_decisions VALUES (?, ?, ?, ?)");
      for (const { time, load, code, numbers } of decisions)
        insert.run(time, load, code, JSON.stringify(numbers));
      this.#prune(decisions.length);
    });
  }

  #prune(added: number): void {
    this.#decisions += added;
    if (this.#decisions < 500) return;
    this.#decisions = 0;
    for (const table of ["decisions", "load_decisions"]) {
      this.#database
        .prepare(`DELETE FROM ${table} WHERE rowid <= (SELECT MAX(rowid) FROM ${table}) - ?`)
        .run(DECISIONS_KEPT);
    }
  }

  /** Why loads ran or waited, newest first. */
  loadDecisions(most: number): LoadDecision[] {
    const rows = this.#database
      .prepare("SELECT time, load, code, numbers FROM load_decisions ORDER BY rowid DESC LIMIT ?")
      .all(most) as unknown as (Omit<LoadDecision, "numbers"> & { numbers: string })[];
    return rows.map((row) => ({ ...row, numbers: JSON.parse(row.numbers) as LoadDecision["numbers"] }));
  }

  /** The newest decisions, newest first. */
  decisions(most: number): Decision[] {
    const rows = this.#database
      .prepare("SELECT time, code, numbers FROM decisions ORDER BY rowid DESC LIMIT ?")
      .all(most) as { time: number; code: Decision["code"]; numbers: string }[];
    return rows.map(({ time, code, numbers }) => ({ code, since: time, numbers: JSON.parse(numbers) }));
  }

  close(): void {
    this.#database.close();
  }

  #commit(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    const [next, through] = [this.#next, this.#through];
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#next = next;
      this.#through = through;
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #ownName(): Uint8Array {
    const known = fromHex(this.kept("name") ?? "");
    if (known?.length === OUTBOX_BYTES) return known;
    const name = new Uint8Array(randomBytes(OUTBOX_BYTES));
    this.#keep.run("name", toHex(name));
    return name;
  }
}

/** An SQLite file of a small box: few pages in memory, a write-ahead log that stays short. */
export function openSmall(path: string, synchronous: "FULL" | "NORMAL"): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${synchronous};
    PRAGMA busy_timeout = 5000;
    PRAGMA cache_size = -512;
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = 200;
  `);
  return database;
}
