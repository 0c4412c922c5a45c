/**
 * The home's last two days second by second and its last 90 days minute by minute, for whoever looks at it on the
 * spot. Nothing is settled by these values; a power cut may lose the last minute of them.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { openSmall } from "./outbox.ts";

export const SECONDS_KEPT_S = 48 * 3600;
export const MINUTES_KEPT_S = 90 * 86_400;
/** Seven flows, W, and the content, Wh. */
export const RING_VALUES = 8;

const TABLE = (name: string) => `
  CREATE TABLE IF NOT EXISTS ${name} (
    time INTEGER PRIMARY KEY,
    sh INTEGER, sa INTEGER, sg INTEGER, ah INTEGER, ag INTEGER, gh INTEGER, ga INTEGER, stored INTEGER
  ) WITHOUT ROWID;`;

export class LiveRing {
  readonly #database: DatabaseSync;
  readonly #insert: { readonly seconds: StatementSync; readonly minutes: StatementSync };
  readonly #waiting: number[][] = [];
  readonly #sums = new Float64Array(RING_VALUES);
  #minute = 0;
  #count = 0;

  constructor(path: string) {
    this.#database = openSmall(path, "NORMAL");
    this.#database.exec(TABLE("seconds") + TABLE("minutes"));
    const insert = (table: string) =>
      this.#database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    this.#insert = { seconds: insert("seconds"), minutes: insert("minutes") };
  }

  /** The values of one second; written a minute at a time. */
  record(time: UnixSeconds, values: ArrayLike<number>): void {
    const minute = time - (time % 60);
    if (minute !== this.#minute) {
      this.flush();
      this.#minute = minute;
    }
    const row = [time];
    for (let i = 0; i < RING_VALUES; i++) {
      row.push(Math.round(values[i]!));
      this.#sums[i]! += values[i]!;
    }
    this.#count += 1;
    this.#waiting.push(row);
  }

  flush(): void {
    if (this.#count === 0) return;
    const mean = Array.from(this.#sums, (sum) => Math.round(sum / this.#count));
    this.#database.exec("BEGIN");
    for (const row of this.#waiting) this.#insert.seconds.run(...row);
    this.#insert.minutes.run(this.#minute, ...mean);
    // In bulk, once an hour: deleting a second at a time costs more than it frees.
    if (this.#minute % 3600 === 0) {
      this.#database.prepare("DELETE FROM seconds WHERE time < ?").run(this.#minute - SECONDS_KEPT_S);
      this.#database.prepare("DELETE FROM minutes WHERE time < ?").run(this.#minute - MINUTES_KEPT_S);
    }
    this.#database.exec("COMMIT");
    this.#waiting.length = 0;
    this.#sums.fill(0);
    this.#count = 0;
  }

  /** Rows that begin in [from, to), ascending: the time, then the values. */
  rows(table: "seconds" | "minutes", from: UnixSeconds, to: UnixSeconds): number[][] {
    this.flush();
    return this.#database
      .prepare(`SELECT * FROM ${table} WHERE time >= ? AND time < ? ORDER BY time`)
      .all(from, to)
      .map((row) => Object.values(row) as number[]);
  }

  /** Mean draw of the home and of the sun by quarter hour in [from, to), W, and of how many minutes; ascending. */
  quarterHours(
    from: UnixSeconds,
    to: UnixSeconds,
  ): {
    readonly start: UnixSeconds;
    readonly minutes: number;
    readonly loadW: number;
    readonly solarW: number;
  }[] {
    this.flush();
    return this.#database
      .prepare(
        `SELECT time - time % ${QUARTER_HOUR_S} AS start, COUNT(*) AS minutes,
          AVG(sh + ah + gh) AS loadW, AVG(sh + sa + sg) AS solarW
        FROM minutes WHERE time >= ? AND time < ? GROUP BY start ORDER BY start`,
      )
      .all(from, to) as never;
  }

  close(): void {
    this.flush();
    this.#database.close();
  }
}
