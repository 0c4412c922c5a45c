/**
 * What a running process tells of itself, one line per event: when, how grave, which room, a key that never changes
 * its meaning, a sentence for people, and fields. As JSON for machines that collect, or as text for a terminal.
 *
 * Pure: the clock and where lines go are handed in. Nothing that a line holds may be secret or say who somebody
 * is: fields are heights, counts, durations and codes; a field whose name sounds like a secret is left out.
 */
import { formatInstant, type UnixSeconds } from "#base/time.ts";

export const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

export type Fields = { readonly [name: string]: string | number | boolean };

/** What a sentence is about, for machines. */
export interface About {
  readonly room: string;
  /** In lower case with underscores; documented in docs/operating/observing.md. */
  readonly key: string;
  readonly fields: Fields;
  readonly level: Level;
}

/** How rooms below the shells tell something: a sentence, what brought it about, and what it is about. */
export type Note = (sentence: string, cause?: unknown, about?: About) => void;

export function about(room: string, key: string, fields: Fields = {}, level: Level = "warn"): About {
  return { room, key, fields, level };
}

export interface LogEvent {
  /** Milliseconds since 1970. */
  readonly ms: number;
  readonly level: Level;
  readonly room: string;
  readonly key: string;
  readonly message: string;
  readonly fields: Fields;
  readonly cause?: unknown;
}

export interface LogOptions {
  readonly format: "json" | "text";
  /** What is less grave is left out. */
  readonly level: Level;
  /** In every line, such as which of several nodes this is. */
  readonly always?: Fields;
  readonly nowMs: () => number;
  readonly write: (line: string) => void;
}

export class Log {
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  readonly tell: Note = (sentence, cause, what = unnamed(cause)) => {
    const { format, level, always = {}, nowMs, write } = this.#options;
    if (LEVELS.indexOf(what.level) < LEVELS.indexOf(level)) return;
    const event: LogEvent = {
      ms: nowMs(),
      level: what.level,
      room: what.room,
      key: what.key,
      message: sentence,
      fields: { ...always, ...what.fields },
      ...(cause !== undefined && { cause }),
    };
    write(format === "json" ? jsonLine(event) : textLine(event));
  };
}

/** What somebody told without saying what it is about. */
function unnamed(cause: unknown): About {
  return about("process", "note", {}, cause === undefined ? "warn" : "error");
}

/** One line of JSON: `time` in UTC with milliseconds, `level`, `room`, `key`, `message`, the fields, `error`. */
export function jsonLine({ ms, level, room, key, message, fields, cause }: LogEvent): string {
  const error = cause === undefined ? undefined : reasonOf(cause);
  return JSON.stringify({
    time: instantOf(ms),
    level,
    room,
    key,
    message,
    ...kept(fields),
    ...(error !== undefined && { error }),
  });
}

/** One line for people: `12:34:56.789 warn  node  sentence (height 12)`. */
export function textLine({ ms, level, room, message, fields, cause }: LogEvent): string {
  const listed = Object.entries(kept(fields)).map(([name, value]) => `${name} ${value}`);
  const behind = listed.length === 0 ? "" : ` (${listed.join(", ")})`;
  const because = cause === undefined ? "" : `: ${reasonOf(cause)}`;
  const line = `${instantOf(ms).slice(11, 23)} ${level.padEnd(5)} ${room.padEnd(9)} ${message}${behind}${because}`;
  return line.replace(LINE_BREAKS, " ");
}

/** Nobody forges a second line, or paints the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are meant
const LINE_BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

const SECRET = /seed|secret|salt|token|cookie|authori[sz]ation|password|private|iban/i;

function kept(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, value]) => [name, SECRET.test(name) ? LEFT_OUT : value]);
  return Object.fromEntries(entries);
}

const LEFT_OUT = "(left out)";

/** What went wrong in one line, with the code of whoever has one; where it went wrong only for what nobody foresaw. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as { readonly code?: unknown };
  const known = typeof code === "string" ? ` (${code})` : "";
  const inner = cause.cause === undefined ? "" : `; ${reasonOf(cause.cause)}`;
  const at = known === "" && cause.name !== "Error" ? placeOf(cause) : "";
  return `${cause.name}: ${cause.message}${known}${at}${inner}`;
}

/** The first line of its stack, without the folder. */
function placeOf({ stack = "" }: Error): string {
  const place = /^\s+at .*?([\w.-]+\.ts:\d+)/m.exec(stack)?.[1];
  return place === undefined ? "" : ` at ${place}`;
}

function instantOf(ms: number): string {
  const seconds = Math.floor(ms / 1000) as UnixSeconds;
  const fraction = String(Math.floor(ms) - seconds * 1000).padStart(3, "0");
  return `${formatInstant(seconds).replace(/Z$/, "")}.${fraction}Z`;
}
