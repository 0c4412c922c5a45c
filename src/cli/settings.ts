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
}

export type Setting =
  | (Common<boolean> & { readonly kind: "switch" })
  | (Common<string | undefined> & { readonly kind: "text" })
  | (Common<string> & { readonly kind: "choice"; readonly choices: readonly string[] })
  | (Common<string | undefined> & { readonly kind: "date" })
  | (Common<number> & { readonly kind: "integer"; readonly min: number; readonly max: number })
  | (Common<number> & {
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
      ? number
      : string | S["default"];
export type Origin = "flag" | "variable" | "file" | "default";

export interface Resolved<T extends Table> {
  readonly values: Values<T>;
  readonly origins: { readonly [K in keyof T]: Origin };
  /** Words that are no flags. */
  readonly words: readonly string[];
}

/** `pvPeakKwp` → `pv-peak-kwp`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function variableOf(name: string): string {
  return `CONTRADA_${flagOf(name).replaceAll("-", "_").toUpperCase()}`;
}

/**
 * Reads a command's settings. Throws `UsageError` for an unknown flag, a missing value, a value out of its
 * range, and a settings file that cannot be read.
 */
export function resolve<T extends Table>(
  table: T,
  args: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): Resolved<T> {
  const { flags, words } = readFlags(table, args);
  const file = settingsFile(flags.get("settings") ?? environment.CONTRADA_SETTINGS);
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
      values[name] = parse(setting, String(file.content[flagOf(name)]), `"${flagOf(name)}" in ${file.path}`);
      origins[name] = "file";
    } else {
      values[name] = setting.default;
      origins[name] = "default";
    }
  }
  return { values: values as Values<T>, origins: origins as Resolved<T>["origins"], words };
}

/** The flags of a command as `--help` prints them. */
export function describe(table: Table): string {
  const rows = Object.entries(table).map(([name, setting]) => {
    const flag = setting.kind === "switch" && setting.default ? `--no-${flagOf(name)}` : `--${flagOf(name)}`;
    const value = setting.kind === "switch" ? "" : ` ${setting.value ?? setting.kind.toUpperCase()}`;
    const usual =
      setting.kind === "switch" || setting.default === undefined ? "" : ` (default ${setting.default})`;
    return [`  ${flag}${value}`, `${setting.help}${usual}`] as const;
  });
  const width = Math.max(...rows.map(([flag]) => flag.length)) + 2;
  return rows.map(([flag, help]) => flag.padEnd(width) + help).join("\n");
}

function readFlags(table: Table, args: readonly string[]): { flags: Map<string, string>; words: string[] } {
  const names = new Map(Object.keys(table).map((name) => [flagOf(name), name]));
  const flags = new Map<string, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (!word.startsWith("--")) {
      words.push(word);
      continue;
    }
    const [flag, attached] = splitOnce(word.slice(2), "=");
    if (flag === "settings") {
      flags.set("settings", attached ?? args[++i] ?? missing("--settings", "a file"));
      continue;
    }
    const negated = flag.startsWith("no-") && names.has(flag.slice(3));
    const name = names.get(negated ? flag.slice(3) : flag);
    if (name === undefined) throw new UsageError(unknownFlag(flag, [...names.keys()]));
    const setting = table[name]!;
    if (setting.kind === "switch") flags.set(name, negated ? "false" : (attached ?? "true"));
    else if (negated) throw new UsageError(`--${flag} does not exist; --${flag.slice(3)} takes a value.`);
    else {
      const next = attached ?? args[++i];
      flags.set(name, next ?? missing(`--${flag}`, setting.value ?? `a ${setting.kind}`));
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
        throw new UsageError(`${place} must be one of ${setting.choices.join(", ")}, not "${text}".`);
      }
      return text;
    case "integer":
    case "number": {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      const whole = setting.kind === "integer";
      if (!Number.isFinite(value) || (whole && !Number.isInteger(value))) {
        const unit = setting.kind === "number" ? ` of ${setting.unit}` : "";
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

function settingsFile(
  path: string | undefined,
): { path: string; content: { readonly [name: string]: unknown } } | undefined {
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

function unknownFlag(flag: string, known: readonly string[]): string {
  const near = known.find((name) => name.startsWith(flag.slice(0, 4)) || flag.startsWith(name.slice(0, 4)));
  return `there is no --${flag}${near === undefined ? "" : `; did you mean --${near}?`} See --help.`;
}

function missing(flag: string, what: string): never {
  throw new UsageError(`${flag} wants ${what} after it.`);
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
