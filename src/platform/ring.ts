/**
 * Power over time, for charts: what every home did in each step of the last 48 hours, and minute by minute for
 * 90 days. Nothing is settled by these values; a crash may lose the last second of them.
 *
 * Steps are kept in memory and written in batches; the minutes are means over the steps, weighted by their
 * length. Where steps are longer than a minute (a town in a hurry), a minute's row stands for the whole step.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { UnixSeconds } from "#base/time.ts";
import type { FlowsW } from "#wire/schemas.ts";
import { type Durability, inTransaction, openDatabase } from "./database.ts";

export const STEPS_KEPT_S = 48 * 3600;
export const MINUTES_KEPT_S = 90 * 86_400;
const MINUTE_S = 60;
/** Rows in memory before they are written. */
const BATCH = 10_000;
/** How far the kept span is overrun before the oldest rows are dropped: deleting is cheaper in bulk. */
const SLACK_S = 3600;

const VALUES = ["sh", "sa", "sg", "ah", "ag", "gh", "ga", "stored"] as const;
/** Solar to home, … as in `FlowsW`, W; and the content of the accumulator, Wh. */
export const VALUE_COUNT = VALUES.length;

const TABLE = (name: string) => `
  CREATE TABLE ${name} (
    plant INTEGER NOT NULL,
    time INTEGER NOT NULL,
    step INTEGER NOT NULL,
    ${VALUES.map((value) => `${value} INTEGER NOT NULL`).join(", ")},
    PRIMARY KEY (plant, time)
  ) WITHOUT ROWID;`;

const SCHEMA = [TABLE("steps") + TABLE("minutes")];

export type Table = "steps" | "minutes";

export interface RingRow {
  readonly time: UnixSeconds;
  /** Length of the span that the values stand for, s. */
  readonly stepS: number;
  /** Means of the seven flows, W, and of the content, Wh: `VALUE_COUNT` numbers. */
  readonly values: readonly number[];
}

interface Minute {
  start: UnixSeconds;
  seconds: number;
  readonly sums: Float64Array;
}

export class Ring {
  readonly #database: DatabaseSync;
  readonly #insert: { readonly [table in Table]: StatementSync };
  readonly #drop: { readonly [table in Table]: StatementSync };
  readonly #pending: { readonly [table in Table]: number[][] } = { steps: [], minutes: [] };
  readonly #minutes = new Map<number, Minute>();
  #newest = 0;
  #droppedBefore = 0;

  constructor(path: string, durability: Durability = "normal") {
    this.#database = openDatabase(path, SCHEMA, durability);
    const insert = (table: Table) =>
      this.#database.prepare(
        `INSERT OR REPLACE INTO ${table} VALUES (?, ?, ?, ${VALUES.map(() => "?").join(", ")})`,
      );
    const drop = (table: Table) =>
      this.#database.prepare(`DELETE FROM ${table} WHERE plant = ? AND time < ?`);
    this.#insert = { steps: insert("steps"), minutes: insert("minutes") };
    this.#drop = { steps: drop("steps"), minutes: drop("minutes") };
  }

  /** A home's mean values over [time, time + stepS). Steps of a home come in order of time. */
  record(plant: number, time: UnixSeconds, stepS: number, flowsW: FlowsW, storedWh: number): void {
    const values = [
      flowsW.solarToHome,
      flowsW.solarToAccumulator,
      flowsW.solarToGrid,
      flowsW.accumulatorToHome,
      flowsW.accumulatorToGrid,
      flowsW.gridToHome,
      flowsW.gridToAccumulator,
      storedWh,
    ];
    this.#pending.steps.push(row(plant, time, stepS, values));
    this.#addToMinute(plant, time, stepS, values);
    if (time > this.#newest) this.#newest = time;
    if (this.#pending.steps.length >= BATCH) this.flush();
  }

  /** Writes what is in memory, the minutes that are not over included, and drops what is too old. */
  flush(): void {
    const { steps, minutes } = this.#pending;
    if (steps.length + minutes.length === 0) return;
    inTransaction(this.#database, () => {
      for (const values of steps) this.#insert.steps.run(...values);
      for (const values of minutes) this.#insert.minutes.run(...values);
      for (const [plant, minute] of this.#minutes) {
        if (minute.seconds > 0) this.#insert.minutes.run(...minuteRow(plant, minute));
      }
      if (this.#newest - SLACK_S > this.#droppedBefore) {
        this.#droppedBefore = this.#newest;
        for (const plant of this.#minutes.keys()) {
          this.#drop.steps.run(plant, this.#newest - STEPS_KEPT_S);
          this.#drop.minutes.run(plant, this.#newest - MINUTES_KEPT_S);
        }
      }
    });
    steps.length = 0;
    minutes.length = 0;
  }

  /** A home's rows that begin in [from, to), ascending. */
  rows(table: Table, plant: number, from: UnixSeconds, to: UnixSeconds): RingRow[] {
    this.flush();
    const rows = this.#database
      .prepare(`SELECT * FROM ${table} WHERE plant = ? AND time >= ? AND time < ? ORDER BY time`)
      .all(plant, from, to) as Record<string, number>[];
    return rows.map((found) => ({
      time: found.time!,
      stepS: found.step!,
      values: VALUES.map((value) => found[value]!),
    }));
  }

  /** The length of a home's longest step in [from, to), s; 0 where there is none. */
  coarsest(table: Table, plant: number, from: UnixSeconds, to: UnixSeconds): number {
    this.flush();
    const found = this.#database
      .prepare(`SELECT MAX(step) AS step FROM ${table} WHERE plant = ? AND time >= ? AND time < ?`)
      .get(plant, from, to);
    return (found?.step as number | null) ?? 0;
  }

  /** The start of a home's oldest row. */
  oldest(table: Table, plant: number): UnixSeconds | undefined {
    this.flush();
    const found = this.#database.prepare(`SELECT MIN(time) AS time FROM ${table} WHERE plant = ?`).get(plant);
    return (found?.time as number | null) ?? undefined;
  }

  close(): void {
    this.flush();
    this.#database.close();
  }

  #addToMinute(plant: number, time: UnixSeconds, stepS: number, values: readonly number[]): void {
    const start = time - (time % MINUTE_S);
    let minute = this.#minutes.get(plant);
    if (minute === undefined) {
      minute = { start, seconds: 0, sums: new Float64Array(VALUE_COUNT) };
      this.#minutes.set(plant, minute);
    }
    if (minute.start !== start) {
      if (minute.seconds > 0) this.#pending.minutes.push(minuteRow(plant, minute));
      minute.start = start;
      minute.seconds = 0;
      minute.sums.fill(0);
    }
    minute.seconds += stepS;
    for (let i = 0; i < VALUE_COUNT; i++) minute.sums[i]! += values[i]! * stepS;
  }
}

function minuteRow(plant: number, { start, seconds, sums }: Minute): number[] {
  const means = Array.from(sums, (sum) => sum / seconds);
  return row(plant, start, Math.max(MINUTE_S, seconds), means);
}

function row(plant: number, time: UnixSeconds, stepS: number, values: readonly number[]): number[] {
  return [plant, time, stepS, ...values.map(Math.round)];
}
