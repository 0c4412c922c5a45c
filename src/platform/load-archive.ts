/**
 * What each load of a home took, for ever: energy, state and what it held by quarter hours, and its energy by civil days.
 * It lies in the file of the readings and is kept as they are. A row is some 18 to 23 bytes, 0.6 to 0.8 MB for a load and
 * year (`bench/load-archive.ts`); of one home no more than `LOADS_MAX` loads are kept, whatever it reports.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type DayNumber, dayOf, type UnixSeconds, type Zone } from "#base/time.ts";
import {
  LOAD_LEVELS,
  LOAD_STATES,
  type LoadKind,
  type LoadLevel,
  type LoadState,
} from "#wire/load-preferences.ts";
import { inTransaction } from "./database.ts";

/** A home has a dozen; what invents names without end is not followed. */
export const LOADS_MAX = 64;

export const LOAD_ARCHIVE_STEP = `
  CREATE TABLE loads (
    key INTEGER PRIMARY KEY,
    home INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT,
    UNIQUE (home, id)
  );
  CREATE TABLE load_quarters (
    load INTEGER NOT NULL,
    start INTEGER NOT NULL,
    wh INTEGER NOT NULL,
    state INTEGER NOT NULL,
    PRIMARY KEY (load, start)
  ) WITHOUT ROWID;
  CREATE TABLE load_days (
    load INTEGER NOT NULL,
    day INTEGER NOT NULL,
    wh INTEGER NOT NULL,
    PRIMARY KEY (load, day)
  ) WITHOUT ROWID;
`;

/** What a load held as a quarter hour ended: whole percent, tenths of a degree. Of earlier rows nothing is known. */
export const LOAD_LEVELS_STEP = `
  ALTER TABLE load_quarters ADD COLUMN charge INTEGER;
  ALTER TABLE load_quarters ADD COLUMN tank INTEGER;
  ALTER TABLE load_quarters ADD COLUMN room INTEGER;
`;

/** Steps of a kept number in one of the level's unit. */
const STEPS_IN_UNIT: Readonly<Record<LoadLevel, number>> = { charge: 1, tank: 10, room: 10 };

/** Percent and °C, where its device tells them. */
export type Levels = { readonly [L in LoadLevel]?: number };

/** A load as its home names it. */
export interface KnownLoad {
  readonly id: string;
  readonly kind: LoadKind;
  readonly name: string | null;
}

/** What a load took in a quarter hour, or in the part of it that was heard of; what a micro-CHP made. */
export interface LoadQuarter extends KnownLoad {
  readonly home: number;
  readonly start: UnixSeconds;
  readonly energyWh: number;
  readonly state: LoadState;
  readonly levels: Levels;
}

export type StoredQuarter = Pick<LoadQuarter, "start" | "energyWh" | "state" | "levels">;

export class LoadArchive {
  readonly #database: DatabaseSync;
  readonly #zone: Zone;
  readonly #add: StatementSync;
  readonly #addDay: StatementSync;

  constructor(database: DatabaseSync, zone: Zone) {
    this.#database = database;
    this.#zone = zone;
    this.#add = database.prepare(`
      INSERT INTO load_quarters (load, start, wh, state, ${LOAD_LEVELS.join(", ")}) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET wh = wh + excluded.wh, state = excluded.state,
        ${LOAD_LEVELS.map((level) => `${level} = COALESCE(excluded.${level}, ${level})`).join(", ")}
    `);
    this.#addDay = database.prepare(
      "INSERT INTO load_days VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET wh = wh + excluded.wh",
    );
  }

  /** Durable when it returns. A second part of a quarter hour is added to the first. */
  store(quarters: readonly LoadQuarter[]): void {
    if (quarters.length === 0) return;
    inTransaction(this.#database, () => {
      for (const quarter of quarters) {
        const key = this.#keyOf(quarter);
        if (key === undefined) continue;
        const { start, energyWh, state, levels } = quarter;
        const held = LOAD_LEVELS.map((level) => stepsOf(level, levels[level]));
        this.#add.run(key, start, energyWh, LOAD_STATES.indexOf(state), ...held);
        this.#addDay.run(key, dayOf(this.#zone, start), energyWh);
      }
    });
  }

  /** Every load that a home ever had, in the order in which they came. */
  loadsOf(home: number): (KnownLoad & { readonly key: number })[] {
    const rows = this.#database
      .prepare("SELECT key, id, kind, name FROM loads WHERE home = ? ORDER BY key")
      .all(home);
    return rows as unknown as (KnownLoad & { readonly key: number })[];
  }

  /** Of a load, the quarter hours that begin in [from, to), ascending. */
  quarters(key: number, from: UnixSeconds, to: UnixSeconds): StoredQuarter[] {
    const rows = this.#database
      .prepare("SELECT * FROM load_quarters WHERE load = ? AND start >= ? AND start < ? ORDER BY start")
      .all(key, from, to) as unknown as QuarterRow[];
    return rows.map(({ start, wh, state, ...held }) => ({
      ...{ start, energyWh: wh, state: LOAD_STATES[state]! },
      levels: Object.fromEntries(
        LOAD_LEVELS.flatMap((level) =>
          held[level] === null ? [] : [[level, held[level] / STEPS_IN_UNIT[level]]],
        ),
      ),
    }));
  }

  /** Of a load, the days from `first` to `last`, both included, that it was heard of. */
  days(key: number, first: DayNumber, last: DayNumber): { day: DayNumber; energyWh: number }[] {
    const rows = this.#database
      .prepare("SELECT day, wh FROM load_days WHERE load = ? AND day BETWEEN ? AND ? ORDER BY day")
      .all(key, first, last) as { day: DayNumber; wh: number }[];
    return rows.map(({ day, wh }) => ({ day, energyWh: wh }));
  }

  /** `undefined` where the home has too many already. */
  #keyOf({ home, id, kind, name }: LoadQuarter): number | undefined {
    const known = this.#database
      .prepare("SELECT key, kind, name FROM loads WHERE home = ? AND id = ?")
      .get(home, id) as { key: number; kind: string; name: string | null } | undefined;
    if (known === undefined) {
      const { count } = this.#database
        .prepare("SELECT COUNT(*) AS count FROM loads WHERE home = ?")
        .get(home) as { count: number };
      if (count >= LOADS_MAX) return undefined;
      const { lastInsertRowid } = this.#database
        .prepare("INSERT INTO loads (home, id, kind, name) VALUES (?, ?, ?, ?)")
        .run(home, id, kind, name);
      return Number(lastInsertRowid);
    }
    if (known.kind !== kind || known.name !== name) {
      this.#database.prepare("UPDATE loads SET kind = ?, name = ? WHERE key = ?").run(kind, name, known.key);
    }
    return known.key;
  }
}

type QuarterRow = { readonly start: number; readonly wh: number; readonly state: number } & {
  readonly [L in LoadLevel]: number | null;
};

/** Half up; nothing of what is no number. */
function stepsOf(level: LoadLevel, value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value * STEPS_IN_UNIT[level]);
}
