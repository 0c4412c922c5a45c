/**
 * Settings of the commands: each comes by flag, by `CONTRADA_*` variable or from one JSON file, in this order of
 * precedence, is validated, and remembers its origin (`contrada config` shows it). A setting is a row of a
 * table; a wrong value is one sentence that names the place it came from.
 */
import { readFileSync } from "node:fs";
import { parseDay, parseInstant } from "#base/time.ts";

/** Somebody's words on the command line make no sense; the message says which and what would. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Common<T> {
  readonly help: string;
  /** Shown in `--help` after the flag. */
  readonly value?: string;
  readonly default: T;
  /** Heading under which `--help` shows it. */
  readonly group?: string;
}

export type Setting =
  | (Common<boolean> & { readonly kind: "switch" })
  | (Common<string | undefined> & { readonly kind: "text" })
  | (Common<string> & { readonly kind: "choice"; readonly choices: readonly string[] })
  | (Common<string | undefined> & { readonly kind: "date" })
  | (Common<number | undefined> & { readonly kind: "integer"; readonly min: number; readonly max: number })
  | (Common<number | undefined> & {
      readonly kind: "number";
      readonly min: number;
      readonly max: number;
      readonly unit: string;
    });

export type Table = { readonly [name: string]: Setting };
export type Values<T extends Table> = { readonly [K in keyof T]: ValueOf<T[K]> };
type ValueOf<S extends Setting> = S extends { readonly choices: readonly (infer C)[] }
  ? C
  : S extends { readonly kind: "switch" }
    ? boolean
    : S extends { readonly kind: "integer" | "number" }
      ? number | Extract<S["default"], undefined>
      : string | Extract<S["default"], undefined>;
export type Origin = "flag" | "variable" | "file" | "default";

export interface Resolved<T extends Table> {
  readonly values: Values<T>;
  readonly origins: { readonly [K in keyof T]: Origin };
  /** Words that are no flags. */
  readonly words: readonly string[];
}

/** `solarPeakKwp` → `solar-peak-kwp`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function variableOf(name: string): string {
  return `CONTRADA_${flagOf(name).replaceAll("-", "_").toUpperCase()}`;
}

/**
 * Reads a command's settings. Throws `UsageError` for an unknown flag, a missing value, a value that does not
 * fit, and a settings file that cannot be read or holds a name that is neither in the table nor in `others`,
 * what other commands know.
 */
export function resolve<T extends Table>(
  table: T,
  args: readonly string[],
  environment: { readonly [name: string]: string | undefined },
  others: Table = {},
): Resolved<T> {
  const { flags, words } = readFlags(table, args);
  const file = settingsFile(flags.get("settings") ?? (environment.CONTRADA_SETTINGS || undefined));
  if (file !== undefined) checkNames(file, [...Object.keys(table), ...Object.keys(others)].map(flagOf));
  const values: { [name: string]: unknown } = {};
  const origins: { [name: string]: Origin } = {};
  for (const [name, setting] of Object.entries(table)) {
    const variable = environment[variableOf(name)];
    if (flags.has(name)) {
      values[name] = parse(setting, flags.get(name)!, `--${flagOf(name)}`);
      origins[name] = "flag";
    } else if (variable !== undefined && variable !== "") {
      values[name] = parse(setting, variable, variableOf(name));
      origins[name] = "variable";
    } else if (file !== undefined && Object.hasOwn(file.content, flagOf(name))) {
      const text = textOf(file.content[flagOf(name)]);
      values[name] = parse(setting, text, `"${flagOf(name)}" in ${file.path}`);
      origins[name] = "file";
    } else {
      values[name] = setting.default;
      origins[name] = "default";
    }
  }
  return { values: values as Values<T>, origins: origins as Resolved<T>["origins"], words };
}

/** The flags of a command as `--help` prints them, by group, and that of the settings file. */
export function describe(table: Table): string {
  const rows = Object.entries(table).map(([name, setting]) => ({
    group: setting.group ?? "Flags",
    flag: flagText(name, setting),
    help: setting.help + usualText(setting),
  }));
  if (takesFile(table)) {
    rows.push({
      group: "Flags from a file",
      flag: "--settings FILE",
      help: 'a JSON object of flags without their dashes, e.g. {"count": 48, "trade": false}',
    });
  }
  const width = Math.max(...rows.map(({ flag }) => flag.length)) + 4;
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups
    .map((group) => {
      const lines = rows
        .filter((row) => row.group === group)
        .map(({ flag, help }) => `  ${flag}`.padEnd(width) + wrapped(help, width));
      return [`${group}:`, ...lines].join("\n");
    })
    .join("\n\n");
}

/** Whether a command has so much to be told that one would write it down. */
export function takesFile(table: Table): boolean {
  return Object.keys(table).length > 3;
}

function flagText(name: string, setting: Setting): string {
  if (setting.kind === "switch") return `--${setting.default ? "no-" : ""}${flagOf(name)}`;
  return `--${flagOf(name)} ${setting.value ?? setting.kind.toUpperCase()}`;
}

function usualText(setting: Setting): string {
  return setting.kind === "switch" || setting.default === undefined ? "" : ` (default ${setting.default})`;
}

const LINE = 110;

/** A help text in lines that stand under each other. */
function wrapped(text: string, indent: number): string {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && indent + line.length + 1 + word.length > LINE) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(indent)}`);
}

function readFlags(table: Table, args: readonly string[]): { flags: Map<string, string>; words: string[] } {
  const names = new Map(Object.keys(table).map((name) => [flagOf(name), name]));
  const flags = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (!word.startsWith("-") || word === "-") {
      words.push(word);
      continue;
    }
    const [flag, attached] = splitOnce(word.slice(2), "=");
    const negated = flag.startsWith("no-") && names.has(flag.slice(3));
    const name = flag === "settings" ? flag : names.get(negated ? flag.slice(3) : flag);
    if (name === undefined || !word.startsWith("--"))
      throw new UsageError(unknownFlag(word, flag, names.keys()));
    const setting = table[name];
    if (setting?.kind === "switch") {
      if (negated && attached !== undefined)
        throw new UsageError(`--${flag} takes no value, not "${attached}".`);
      flags.set(name, negated ? "false" : (attached ?? "true"));
    } else if (negated) {
      throw new UsageError(`--${flag} does not exist; --${flag.slice(3)} takes a value.`);
    } else {
      const next = attached ?? args[++i];
      if (next === undefined || next === "" || next.startsWith("--")) {
        throw new UsageError(`--${flag} wants ${setting?.value ?? "a file"} after it.`);
      }
      flags.set(name, next);
    }
  }
  return { flags, words };
}

function parse(setting: Setting, text: string, place: string): unknown {
  switch (setting.kind) {
    case "switch":
      if (text === "true" || text === "1" || text === "yes") return true;
      if (text === "false" || text === "0" || text === "no") return false;
      throw new UsageError(`${place} must be true or false, not "${text}".`);
    case "text":
      return text;
    case "date":
      if (parseDay(text) === undefined && parseInstant(text) === undefined) {
        throw new UsageError(
          `${place} must be a date like 2026-06-16 or an instant like 2026-06-16T08:00Z, not "${text}".`,
        );
      }
      return text;
    case "choice":
      if (!setting.choices.includes(text)) {
        throw new UsageError(`${place} must be ${setting.choices.join(" or ")}, not "${text}".`);
      }
      return text;
    case "integer":
    case "number": {
      const whole = setting.kind === "integer";
      const unit = setting.kind === "number" ? ` of ${setting.unit}` : "";
      const value = NUMBER.test(text) ? Number(text) : Number.NaN;
      if (!Number.isFinite(value) || (whole && !Number.isInteger(value))) {
        throw new UsageError(
          `${place} must be a ${whole ? "whole number" : `number${unit}`}, not "${text}".`,
        );
      }
      if (value < setting.min || value > setting.max) {
        throw new UsageError(`${place} must lie between ${setting.min} and ${setting.max}, not ${text}.`);
      }
      return value;
    }
  }
}

/** Decimal, as people write numbers. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

interface SettingsFile {
  readonly path: string;
  readonly content: { readonly [name: string]: unknown };
}

function settingsFile(path: string | undefined): SettingsFile | undefined {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError(`the settings file ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null && !Array.isArray(content)) {
      return { path, content: content as { [name: string]: unknown } };
    }
  } catch (cause) {
    throw new UsageError(`the settings file ${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  throw new UsageError(`the settings file ${path} must hold one JSON object of setting names and values.`);
}

function checkNames({ path, content }: SettingsFile, known: readonly string[]): void {
  const stray = Object.keys(content).find((name) => !known.includes(name));
  if (stray === undefined) return;
  throw new UsageError(
    `there is no setting "${stray}", which stands in ${path}${nearest(stray, known, "")}.`,
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function unknownFlag(word: string, flag: string, known: Iterable<string>): string {
  return `there is no ${splitOnce(word, "=")[0]}${nearest(flag, [...known], "--")}. --help shows every flag.`;
}

/** "; perhaps …" where a known name begins alike or differs by a slip of the hand. */
function nearest(name: string, known: readonly string[], dashes: string): string {
  const near = known.find(
    (other) => slips(name, other) <= 2 || (name.length > 3 && other.startsWith(name.slice(0, 4))),
  );
  return near === undefined || name.length < 3 ? "" : `; perhaps ${dashes}${near}`;
}

/** Letters to add, drop or change from one word to the other (Levenshtein). */
function slips(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
