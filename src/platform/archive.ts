/**
 * The readings of every home, for ever, and what they add up to per civil day: the settlement archive.
 *
 * One row a plant and quarter hour, in the order of time within a plant. The meters' signatures are kept beside them,
 * one a reading or one a day as they came, so that a bill can be checked by a stranger. The daily sums are kept in the same
 * transaction as the readings they sum, so a year is read in 365 rows. Commits are synced to disk: a reading
 * that was acknowledged is never asked for again.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { dayOf, type UnixSeconds, type Zone } from "#base/time.ts";
import { columnsOf, type Reading } from "#metering/reading.ts";
import type { FlowsWh } from "#wire/schemas.ts";
import { type Durability, inTransaction, openDatabase } from "./database.ts";
import { LOAD_ARCHIVE_STEP, LOAD_LEVELS_STEP, LoadArchive } from "./load-archive.ts";

/** How a value came about, as it is marked on screens and in exports. */
export type Quality = "measured" | "late";
const QUALITIES: readonly Quality[] = ["measured", "late"];

export interface StoredReading {
  readonly reading: Reading;
  readonly quality: Quality;
  /** By the chain's clock. */
  readonly received: UnixSeconds;
}

/** What a meter signed at once: one reading, or several of a day. */
export interface KeptSignature {
  readonly plant: number;
  /** Of its first and its last reading, and how many there are. */
  readonly start: UnixSeconds;
  readonly last: UnixSeconds;
  readonly count: number;
  readonly signed: "each" | "together";
  readonly signature: Uint8Array;
}

/** One batch of an interval that the chain has booked: what a home needs to prove its own reading by. */
export interface BookedBatch {
  readonly intervalStart: UnixSeconds;
  readonly commitmentsRoot: Uint8Array;
  /** Whose commitments are the leaves, in their order. */
  readonly plants: readonly number[];
  readonly transaction: Uint8Array;
  readonly height: number;
}

/** A finding about a home's readings, for the operator. */
export interface StoredFinding {
  readonly plant: number;
  readonly intervalStart: UnixSeconds;
  readonly code: string;
  readonly numbers: { readonly [name: string]: number };
  readonly found: UnixSeconds;
}

/** Where a head-end keeps what it received. The simulation's keeps nothing. */
export interface ReadingArchive {
  /** Durable when it returns, with what was signed. A reading of the same plant and interval is replaced. */
  store(readings: readonly StoredReading[], signatures?: readonly KeptSignature[]): void;
  find(plant: number, intervalStart: UnixSeconds): StoredReading | undefined;
  /** The nearest one before that interval. */
  before(plant: number, intervalStart: UnixSeconds): Reading | undefined;
  /** Those of later intervals, ascending. */
  after(plant: number, intervalStart: UnixSeconds): Reading[];
  booked(batch: BookedBatch): void;
  /** Start of the latest interval with a booked batch; 0 = none. */
  newestBatch(): UnixSeconds;
  report(findings: readonly StoredFinding[]): void;
}

export const NO_ARCHIVE: ReadingArchive = {
  store: () => undefined,
  find: () => undefined,
  before: () => undefined,
  after: () => [],
  booked: () => undefined,
  newestBatch: () => 0,
  report: () => undefined,
};

/** Energy of a span with the number of quarter hours that stand behind it. */
export interface Sum {
  readonly flowsWh: FlowsWh;
  readonly intervals: number;
}

export interface DaySum extends Sum {
  readonly day: number;
}

const FLOWS = [
  "solar_home",
  "solar_accumulator",
  "solar_grid",
  "accumulator_home",
  "accumulator_grid",
  "grid_home",
  "grid_accumulator",
] as const;
const MOVEMENTS = ["solar", "gridstore"].flatMap((origin) =>
  ["charged", "used", "exported", "lost"].map((what) => `${origin}_${what}`),
);
const columns = (names: readonly string[], type: string) => names.map((name) => `${name} ${type}`).join(", ");

const STEPS = [
  `
  CREATE TABLE readings (
    plant INTEGER NOT NULL,
    start INTEGER NOT NULL,
    ${columns(FLOWS, "INTEGER NOT NULL")},
    ${columns(MOVEMENTS, "INTEGER NOT NULL")},
    closing_solar INTEGER NOT NULL,
    closing_grid INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY (plant, start)
  ) WITHOUT ROWID;
  CREATE TABLE days (
    plant INTEGER NOT NULL,
    day INTEGER NOT NULL,
    ${columns(FLOWS, "INTEGER NOT NULL")},
    intervals INTEGER NOT NULL,
    PRIMARY KEY (plant, day)
  ) WITHOUT ROWID;
  CREATE TABLE batches (
    start INTEGER NOT NULL,
    root BLOB NOT NULL,
    plants BLOB NOT NULL,
    id BLOB NOT NULL,
    height INTEGER NOT NULL,
    PRIMARY KEY (start, root)
  ) WITHOUT ROWID;
  CREATE TABLE findings (
    plant INTEGER NOT NULL,
    start INTEGER NOT NULL,
    code TEXT NOT NULL,
    numbers TEXT NOT NULL,
    found INTEGER NOT NULL,
    PRIMARY KEY (plant, start, code)
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE signatures (
    plant INTEGER NOT NULL,
    start INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    together INTEGER NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (plant, start)
  ) WITHOUT ROWID;
  `,
  LOAD_ARCHIVE_STEP,
  LOAD_LEVELS_STEP,
];

const READING_COLUMNS = [
  "plant",
  "start",
  ...FLOWS,
  ...MOVEMENTS,
  "closing_solar",
  "closing_grid",
  "quality",
  "received",
];
const SUMS = FLOWS.map((flow) => `COALESCE(SUM(${flow}), 0) AS ${flow}`).join(", ");

type Row = Record<string, number>;

export class Archive implements ReadingArchive {
  /** What single loads of the homes took. */
  readonly loads: LoadArchive;
  readonly #database: DatabaseSync;
  readonly #zone: Zone;
  readonly #insert: StatementSync;
  readonly #find: StatementSync;
  readonly #before: StatementSync;
  readonly #after: StatementSync;
  readonly #sign: StatementSync;
  readonly #signed: StatementSync;
  readonly #span: StatementSync;
  readonly #addDay: StatementSync;
  readonly #sumSpan: StatementSync;
  readonly #days: StatementSync;
  readonly #extent: StatementSync;

  constructor(path: string, zone: Zone, durability: Durability = "full") {
    this.#zone = zone;
    const database = openDatabase(path, STEPS, durability);
    this.#database = database;
    this.loads = new LoadArchive(database, zone);
    const marks = READING_COLUMNS.map(() => "?").join(", ");
    this.#insert = database.prepare(
      `INSERT OR REPLACE INTO readings (${READING_COLUMNS.join(", ")}) VALUES (${marks})`,
    );
    this.#find = database.prepare("SELECT * FROM readings WHERE plant = ? AND start = ?");
    this.#before = database.prepare(
      "SELECT * FROM readings WHERE plant = ? AND start < ? ORDER BY start DESC LIMIT 1",
    );
    this.#after = database.prepare("SELECT * FROM readings WHERE plant = ? AND start > ? ORDER BY start");
    this.#sign = database.prepare("INSERT OR REPLACE INTO signatures VALUES (?, ?, ?, ?, ?, ?)");
    this.#signed = database.prepare(
      "SELECT * FROM signatures WHERE plant = ? AND start >= ? AND last < ? ORDER BY start",
    );
    this.#span = database.prepare(
      "SELECT * FROM readings WHERE plant = ? AND start >= ? AND start < ? ORDER BY start",
    );
    this.#addDay = database.prepare(`
      INSERT INTO days (plant, day, ${FLOWS.join(", ")}, intervals)
      VALUES (?, ?, ${FLOWS.map(() => "?").join(", ")}, ?)
      ON CONFLICT DO UPDATE SET
        ${FLOWS.map((flow) => `${flow} = ${flow} + excluded.${flow}`).join(", ")},
        intervals = intervals + excluded.intervals
    `);
    this.#sumSpan = database.prepare(
      `SELECT ${SUMS}, COUNT(*) AS intervals FROM readings WHERE plant = ? AND start >= ? AND start < ?`,
    );
    this.#days = database.prepare("SELECT * FROM days WHERE plant = ? AND day BETWEEN ? AND ? ORDER BY day");
    this.#extent = database.prepare(
      "SELECT MIN(start) AS first, MAX(start) AS last FROM readings WHERE plant = ?",
    );
  }

  store(readings: readonly StoredReading[], signatures: readonly KeptSignature[] = []): void {
    if (readings.length === 0) return;
    inTransaction(this.#database, () => {
      for (const { reading, quality, received } of readings) {
        const { plant, intervalStart } = reading;
        const old = this.#find.get(plant, intervalStart);
        this.#insert.run(plant, intervalStart, ...columnsOf(reading), QUALITIES.indexOf(quality), received);
        const day = dayOf(this.#zone, intervalStart);
        if (old !== undefined) this.#addToDay(plant, day, readingOf(old as Row).flows, -1);
        this.#addToDay(plant, day, reading.flows, 1);
      }
      for (const { plant, start, last, count, signed, signature } of signatures) {
        this.#sign.run(plant, start, last, count, signed === "together" ? 1 : 0, signature);
      }
    });
  }

  /** What a plant's meter signed of intervals that begin in [from, to), ascending. */
  signaturesOf(plant: number, from: UnixSeconds, to: UnixSeconds): KeptSignature[] {
    return this.#signed.all(plant, from, to).map((row) => ({
      plant,
      start: row.start as number,
      last: row.last as number,
      count: row.count as number,
      signed: row.together === 1 ? "together" : "each",
      signature: row.signature as Uint8Array,
    }));
  }

  find(plant: number, intervalStart: UnixSeconds): StoredReading | undefined {
    const row = this.#find.get(plant, intervalStart) as Row | undefined;
    if (row === undefined) return undefined;
    return { reading: readingOf(row), quality: QUALITIES[row.quality!]!, received: row.received! };
  }

  before(plant: number, intervalStart: UnixSeconds): Reading | undefined {
    const row = this.#before.get(plant, intervalStart) as Row | undefined;
    return row === undefined ? undefined : readingOf(row);
  }

  after(plant: number, intervalStart: UnixSeconds): Reading[] {
    return (this.#after.all(plant, intervalStart) as Row[]).map(readingOf);
  }

  /** A plant's readings of quarter hours in [from, to), ascending. */
  span(plant: number, from: UnixSeconds, to: UnixSeconds): StoredReading[] {
    return (this.#span.all(plant, from, to) as Row[]).map((row) => ({
      reading: readingOf(row),
      quality: QUALITIES[row.quality!]!,
      received: row.received!,
    }));
  }

  booked({ intervalStart, commitmentsRoot, plants, transaction, height }: BookedBatch): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO batches (start, root, plants, id, height) VALUES (?, ?, ?, ?, ?)")
      .run(
        intervalStart,
        commitmentsRoot,
        new Uint8Array(Uint32Array.from(plants).buffer),
        transaction,
        height,
      );
  }

  newestBatch(): UnixSeconds {
    const row = this.#database.prepare("SELECT COALESCE(MAX(start), 0) AS start FROM batches").get();
    return row!.start as number;
  }

  /** Batches that the chain booked for an interval. */
  batches(intervalStart: UnixSeconds): BookedBatch[] {
    const rows = this.#database
      .prepare("SELECT * FROM batches WHERE start = ? ORDER BY height, root")
      .all(intervalStart);
    return rows.map((row) => ({
      intervalStart,
      commitmentsRoot: row.root as Uint8Array,
      plants: [...new Uint32Array((row.plants as Uint8Array).slice().buffer)],
      transaction: row.id as Uint8Array,
      height: row.height as number,
    }));
  }

  report(findings: readonly StoredFinding[]): void {
    if (findings.length === 0) return;
    inTransaction(this.#database, () => {
      const insert = this.#database.prepare("INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?)");
      for (const { plant, intervalStart, code, numbers, found } of findings) {
        insert.run(plant, intervalStart, code, JSON.stringify(numbers), found);
      }
    });
  }

  /** Newest first. */
  findings(limit: number): StoredFinding[] {
    const rows = this.#database
      .prepare("SELECT * FROM findings ORDER BY found DESC, start DESC, plant LIMIT ?")
      .all(limit);
    return rows.map((row) => ({
      plant: row.plant as number,
      intervalStart: row.start as number,
      code: row.code as string,
      numbers: JSON.parse(row.numbers as string),
      found: row.found as number,
    }));
  }

  /** Starts of a plant's first and last reading. */
  extent(plant: number): { readonly first: UnixSeconds; readonly last: UnixSeconds } | undefined {
    const row = this.#extent.get(plant) as { first: number | null; last: number | null };
    return row.first === null || row.last === null ? undefined : { first: row.first, last: row.last };
  }

  /** What the readings whose interval begins in [from, to) add up to. */
  sumOf(plant: number, from: UnixSeconds, to: UnixSeconds): Sum {
    return sumOfRow(this.#sumSpan.get(plant, from, to) as Row);
  }

  /** The days from `first` to `last`, both included, that have readings. */
  daysOf(plant: number, first: number, last: number): DaySum[] {
    return (this.#days.all(plant, first, last) as Row[]).map((row) => ({
      day: row.day!,
      ...sumOfRow(row),
    }));
  }

  close(): void {
    this.#database.close();
  }

  #addToDay(plant: number, day: number, flows: Reading["flows"], sign: 1 | -1): void {
    this.#addDay.run(
      plant,
      day,
      sign * flows.solarToHome,
      sign * flows.solarToAccumulator,
      sign * flows.solarToGrid,
      sign * flows.accumulatorToHome,
      sign * flows.accumulatorToGrid,
      sign * flows.gridToHome,
      sign * flows.gridToAccumulator,
      sign,
    );
  }
}

function readingOf(row: Row): Reading {
  return {
    plant: row.plant!,
    intervalStart: row.start!,
    flows: flowsOf(row),
    storedSolar: {
      chargedWh: row.solar_charged!,
      usedWh: row.solar_used!,
      exportedWh: row.solar_exported!,
      lostWh: row.solar_lost!,
    },
    storedGrid: {
      chargedWh: row.gridstore_charged!,
      usedWh: row.gridstore_used!,
      exportedWh: row.gridstore_exported!,
      lostWh: row.gridstore_lost!,
    },
    closingSolarWh: row.closing_solar!,
    closingGridWh: row.closing_grid!,
  };
}

function flowsOf(row: Row): FlowsWh {
  return {
    solarToHome: row.solar_home!,
    solarToAccumulator: row.solar_accumulator!,
    solarToGrid: row.solar_grid!,
    accumulatorToHome: row.accumulator_home!,
    accumulatorToGrid: row.accumulator_grid!,
    gridToHome: row.grid_home!,
    gridToAccumulator: row.grid_accumulator!,
  };
}

function sumOfRow(row: Row): Sum {
  return { flowsWh: flowsOf(row), intervals: row.intervals! };
}
