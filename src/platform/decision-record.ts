/**
 * Why each home did what it did: its decisions as they changed, each with the numbers that were compared. What stood for
 * less than a minute is left out: a cloud, a kettle. Nothing is settled by it; a crash may lose the last second.
 */
import type { DatabaseSync } from "node:sqlite";
import type { UnixSeconds } from "#base/time.ts";
import type { Decision } from "#wire/schemas.ts";
import { type Durability, inTransaction, openDatabase } from "./database.ts";

/** For how long a decision must stand to be written down, s. */
export const STOOD_S = 60;
const KEPT_S = 90 * 86_400;
const BATCH = 2_000;
const FORGET_EVERY = 5_000;

const STEPS = [
  `CREATE TABLE decisions (
     home INTEGER NOT NULL,
     since INTEGER NOT NULL,
     code TEXT NOT NULL,
     numbers TEXT NOT NULL,
     PRIMARY KEY (home, since)
   ) WITHOUT ROWID;`,
];

interface Watched {
  /** Written last, or read from the file. */
  code: string | undefined;
  candidate: Decision | undefined;
}

export class DecisionRecord {
  readonly #database: DatabaseSync;
  readonly #watched = new Map<number, Watched>();
  #pending: { readonly home: number; readonly decision: Decision }[] = [];
  #written = 0;
  #newest: UnixSeconds = 0;

  constructor(path: string, durability: Durability = "normal") {
    this.#database = openDatabase(path, STEPS, durability);
  }

  /** What a home decided in the step that ended at `end`. */
  record(home: number, decision: Decision, end: UnixSeconds): void {
    let watched = this.#watched.get(home);
    if (watched === undefined) {
      watched = { code: this.#last(home), candidate: undefined };
      this.#watched.set(home, watched);
    }
    this.#newest = Math.max(this.#newest, end);
    if (decision.code === watched.code) {
      watched.candidate = undefined;
      return;
    }
    if (watched.candidate?.code !== decision.code) watched.candidate = decision;
    const { candidate } = watched;
    if (candidate === undefined || end - candidate.since < STOOD_S) return;
    watched.code = candidate.code;
    watched.candidate = undefined;
    this.#pending.push({ home, decision: candidate });
    if (this.#pending.length >= BATCH) this.flush();
  }

  /** Those that began in [from, to), newest first, and the one that stood at `from`. */
  between(home: number, from: UnixSeconds, to: UnixSeconds, limit: number): Decision[] {
    this.flush();
    const rows = this.#database
      .prepare(
        `SELECT since, code, numbers FROM decisions
         WHERE home = ?1 AND since < ?3
           AND since >= COALESCE((SELECT MAX(since) FROM decisions WHERE home = ?1 AND since <= ?2), ?2)
         ORDER BY since DESC LIMIT ?4`,
      )
      .all(home, from, to, limit);
    return (rows as { since: number; code: string; numbers: string }[]).map(({ since, code, numbers }) => ({
      code,
      numbers: JSON.parse(numbers) as Decision["numbers"],
      since,
    }));
  }

  flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    inTransaction(this.#database, () => {
      const insert = this.#database.prepare("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?)");
      for (const { home, decision } of pending) {
        insert.run(home, decision.since, decision.code, JSON.stringify(decision.numbers));
      }
      this.#written += pending.length;
      if (this.#written < FORGET_EVERY) return;
      this.#written = 0;
      this.#database.prepare("DELETE FROM decisions WHERE since < ?").run(this.#newest - KEPT_S);
    });
  }

  close(): void {
    this.flush();
    this.#database.close();
  }

  #last(home: number): string | undefined {
    const row = this.#database
      .prepare("SELECT code FROM decisions WHERE home = ? ORDER BY since DESC LIMIT 1")
      .get(home) as { code: string } | undefined;
    return row?.code;
  }
}
