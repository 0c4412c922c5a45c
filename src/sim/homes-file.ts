/**
 * Measured homes from a CSV file: loads, output of panels per unit of rated power, and a price where there is
 * one. Two layouts are known and told apart by their header:
 *
 * - dated: `utc,load_W_…,…,pv…_pu,…`, instants like 2021-02-14T23:00Z at even steps; loads in W, panels as a
 *   share of rated power;
 * - undated: `step,month,hour,day_type,load_kWh_…,…,solar_W_per_kWp_…,…,tou_price_usd_kWh,…`, hourly, numbered
 *   from 0; loads in kWh per hour, panels in W per kWp. Hour 24 is the last of its day.
 *
 * In the undated layout a load of exactly zero in many hours is a meter that did not report: a home with more
 * than `GAP_HOURS` such hours gets NaN there, and `gaps` counts them. Columns of other names are left alone
 * (`ignored` lists them), but a load or panel column with a foreign unit is an error.
 */
import { readFileSync } from "node:fs";
import { parseInstant, type UnixSeconds } from "#base/time.ts";

export interface HomeLoad {
  /** The column's name without its unit: `2012_3`, `7`. */
  readonly name: string;
  /** Mean power of each step, W; NaN in a gap. */
  readonly powerW: Float64Array;
  readonly gaps: number;
}

export interface SolarSeries {
  /** The column's name without its unit: `pv2`, `1`. */
  readonly name: string;
  /** Output per unit of rated power, 0 to about 1. */
  readonly perUnit: Float64Array;
}

/** Day and hour of an undated file's row: hour 1 to 24 ends at that hour. */
export interface CivilHour {
  readonly month: number;
  readonly hour: number;
  /** 1 to 8, as the file numbers its days: Monday to Sunday, holiday. */
  readonly dayType: number;
  /** Hours from this one on, itself included, until the month turns; `undefined` where the file ends before. */
  readonly hoursLeftInMonth: number | undefined;
}

export interface MeasuredHomes {
  readonly layout: "dated" | "undated";
  readonly stepS: number;
  readonly steps: number;
  /** Start of the first step; `undefined` in an undated file. */
  readonly start: UnixSeconds | undefined;
  /** The first row's place in its year; `undefined` in a dated file. */
  readonly firstHour: CivilHour | undefined;
  readonly loads: readonly HomeLoad[];
  readonly solar: readonly SolarSeries[];
  /** Price of imported energy per kWh in the file's currency, or `undefined` where it has none. */
  readonly pricePerKwh: { readonly currency: string; readonly values: Float64Array } | undefined;
  readonly ignored: readonly string[];
}

export type HomesFileProblem =
  | "unreadable"
  | "not_a_homes_file"
  | "missing_column"
  | "wrong_unit"
  | "duplicate_column"
  | "bad_row"
  | "bad_cell"
  | "uneven_steps"
  | "no_rows";

/** What is wrong with a file, in one line that says where and what was expected. */
export class HomesFileError extends Error {
  override readonly name = "HomesFileError";
  readonly problem: HomesFileProblem;
  /** Counted from 1, the header being line 1; `undefined` where the file as a whole is meant. */
  readonly line: number | undefined;
  readonly column: string | undefined;

  constructor(problem: HomesFileProblem, message: string, line?: number, column?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.problem = problem;
    this.line = line;
    this.column = column;
  }
}

/** A home with more hours of exactly zero load than this has a meter with gaps. */
export const GAP_HOURS = 500;

/** Reads a file. Throws `HomesFileError`. */
export function readHomes(path: string): MeasuredHomes {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HomesFileError(
      "unreadable",
      `${path}: cannot be read (${reason})`,
      undefined,
      undefined,
      error,
    );
  }
  return parseHomes(text, path);
}

/** The homes of a CSV text; `source` stands in front of every error. Throws `HomesFileError`. */
export function parseHomes(text: string, source = "homes file"): MeasuredHomes {
  const [first] = text.replace(/^\uFEFF/, "").split(/\r?\n/, 1);
  if (first!.startsWith("utc,")) return parseDated(new Table(text, source));
  if (first!.startsWith("step,")) return parseUndated(new Table(text, source));
  throw new HomesFileError(
    "not_a_homes_file",
    `${source}: line 1 must begin with "utc," (dated homes) or "step," (hourly homes without dates), got "${short(first!)}"`,
    1,
  );
}

function parseDated(table: Table): MeasuredHomes {
  const loads = table.columns(/^load_/, /^load_W_(.+)$/, "load_W_<home>");
  const solar = table.columns(/^pv/, /^(pv.+)_pu$/, "pv<number>_pu");
  table.require(loads.length > 0, "load_W_<home>");
  table.require(solar.length > 0, "pv<number>_pu");
  const instants = table.rows.map((_, row) => {
    const cell = table.cell(row, 0);
    const instant = parseInstant(cell);
    if (instant === undefined) throw table.badCell(row, 0, "an instant like 2021-02-14T23:00Z");
    return instant;
  });
  const start = instants[0]!;
  const stepS = instants.length > 1 ? instants[1]! - start : 900;
  instants.forEach((instant, row) => {
    if (row === 0 || (stepS > 0 && instant === start + row * stepS)) return;
    const expected = stepS > 0 ? `rows ${stepS} s apart` : "rows that go forward in time";
    throw new HomesFileError(
      "uneven_steps",
      `${table.source}: line ${row + 2}: ${table.cell(row, 0)} where ${expected} were expected`,
      row + 2,
      "utc",
    );
  });
  return {
    layout: "dated",
    stepS,
    steps: table.rows.length,
    start,
    firstHour: undefined,
    loads: loads.map(({ name, at }) => ({
      name,
      powerW: table.numbers(at, 1, "a power in W, 0 or more"),
      gaps: 0,
    })),
    solar: solar.map(({ name, at }) => ({
      name,
      perUnit: table.numbers(at, 1, "a share of rated power, 0 or more"),
    })),
    pricePerKwh: undefined,
    ignored: table.ignored([0, ...loads.map(({ at }) => at), ...solar.map(({ at }) => at)]),
  };
}

function parseUndated(table: Table): MeasuredHomes {
  const loads = table.columns(/^load_/, /^load_kWh_(.+)$/, "load_kWh_<home>");
  const solar = table.columns(/^solar_/, /^solar_W_per_kWp_(.+)$/, "solar_W_per_kWp_<number>");
  const prices = table.columns(/price/, /^.*price_([a-z]{3})_kWh$/, "<…>price_<currency>_kWh");
  table.require(loads.length > 0, "load_kWh_<home>");
  table.require(solar.length > 0, "solar_W_per_kWp_<number>");
  const [month, hour, dayType] = ["month", "hour", "day_type"].map((name) => {
    const at = table.header.indexOf(name);
    table.require(at >= 0, name);
    return { at, values: table.numbers(at, 1, "a whole number") };
  }) as [Numbered, Numbered, Numbered];
  table.numbers(0, 1, "the number of the hour").forEach((step, row) => {
    if (step === row) return;
    throw new HomesFileError(
      "uneven_steps",
      `${table.source}: line ${row + 2}: step ${step} where ${row} was expected`,
      row + 2,
      "step",
    );
  });
  hour.values.forEach((value, row) => {
    const before = row === 0 ? undefined : hour.values[row - 1];
    const follows = before === undefined || value === (before % 24) + 1;
    if (value >= 1 && value <= 24 && follows) return;
    throw table.badCell(
      row,
      hour.at,
      before === undefined ? "an hour from 1 to 24" : `hour ${(before % 24) + 1}`,
    );
  });
  const price = prices[0];
  const turn = month.values.findIndex((value) => value !== month.values[0]);
  return {
    layout: "undated",
    stepS: 3600,
    steps: table.rows.length,
    start: undefined,
    firstHour: {
      month: month.values[0]!,
      hour: hour.values[0]!,
      dayType: dayType.values[0]!,
      hoursLeftInMonth: turn < 0 ? undefined : turn,
    },
    loads: loads.map(({ name, at }) =>
      withGaps(name, table.numbers(at, 1000, "an energy in kWh, 0 or more")),
    ),
    solar: solar.map(({ name, at }) => ({ name, perUnit: table.numbers(at, 0.001, "W per kWp, 0 or more") })),
    pricePerKwh:
      price === undefined
        ? undefined
        : { currency: price.name.toUpperCase(), values: table.numbers(price.at, 1, "a price per kWh") },
    ignored: table.ignored([
      0,
      ...[month, hour, dayType, ...loads, ...solar].map(({ at }) => at),
      ...(price === undefined ? [] : [price.at]),
    ]),
  };
}

function withGaps(name: string, powerW: Float64Array): HomeLoad {
  const zeros = powerW.reduce((count, power) => count + (power === 0 ? 1 : 0), 0);
  if (zeros <= GAP_HOURS) return { name, powerW, gaps: 0 };
  return { name, powerW: powerW.map((power) => (power === 0 ? Number.NaN : power)), gaps: zeros };
}

interface Numbered {
  readonly at: number;
  readonly values: Float64Array;
}

interface Column {
  readonly name: string;
  readonly at: number;
}

/** A comma-separated text with a header, no quotes, no empty cells. */
class Table {
  readonly source: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];

  constructor(text: string, source: string) {
    const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
    while (lines.length > 0 && lines.at(-1) === "") lines.pop();
    this.source = source;
    this.header = (lines[0] ?? "").split(",");
    this.rows = lines.slice(1).map((line, row) => {
      const cells = line.split(",");
      if (cells.length === this.header.length) return cells;
      throw new HomesFileError(
        "bad_row",
        `${source}: line ${row + 2}: ${cells.length} cells where the header has ${this.header.length}`,
        row + 2,
      );
    });
    const twice = this.header.find((name, at) => this.header.indexOf(name) !== at);
    if (twice !== undefined) {
      throw new HomesFileError(
        "duplicate_column",
        `${source}: line 1: column "${twice}" stands twice`,
        1,
        twice,
      );
    }
    if (this.rows.length === 0) {
      throw new HomesFileError("no_rows", `${source}: no rows after the header`, 1);
    }
  }

  /** The columns of a family by name; one of the family that is not spelt in the unit expected is refused. */
  columns(family: RegExp, spelling: RegExp, expected: string): Column[] {
    const found: Column[] = [];
    this.header.forEach((name, at) => {
      if (!family.test(name)) return;
      const parts = spelling.exec(name);
      if (parts === null) {
        throw new HomesFileError(
          "wrong_unit",
          `${this.source}: line 1: column "${name}" where ${expected} was expected`,
          1,
          name,
        );
      }
      found.push({ name: parts[1]!, at });
    });
    return found;
  }

  require(present: boolean, name: string): void {
    if (present) return;
    throw new HomesFileError("missing_column", `${this.source}: line 1: no column ${name}`, 1, name);
  }

  cell(row: number, at: number): string {
    return this.rows[row]![at]!;
  }

  /** A column as numbers ≥ 0, times `factor`. */
  numbers(at: number, factor: number, expected: string): Float64Array {
    const values = new Float64Array(this.rows.length);
    for (let row = 0; row < values.length; row++) {
      const cell = this.cell(row, at);
      if (!NUMBER.test(cell)) throw this.badCell(row, at, expected);
      values[row] = Number(cell) * factor;
    }
    return values;
  }

  badCell(row: number, at: number, expected: string): HomesFileError {
    const column = this.header[at]!;
    return new HomesFileError(
      "bad_cell",
      `${this.source}: line ${row + 2}, column ${column}: "${short(this.cell(row, at))}" where ${expected} was expected`,
      row + 2,
      column,
    );
  }

  ignored(used: readonly number[]): string[] {
    return this.header.filter((_, at) => !used.includes(at));
  }
}

const NUMBER = /^\d+(\.\d+)?(e[+-]?\d+)?$/i;

function short(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
