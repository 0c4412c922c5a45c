/**
 * Reading a file's JSON by hand where a sentence must say what is missing and where: each function returns the
 * value in the form that it names, or throws; `reading` turns that into a refusal.
 */
import { fromHex } from "#base/bytes.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";

/** A sentence that says what a file should have, and where. */
export type Unreadable = string;

export class UnreadableError extends Error {}

export function reading<T>(read: () => T): Result<T, Unreadable> {
  try {
    return ok(read());
  } catch (error) {
    if (error instanceof UnreadableError) return refuse(error.message);
    throw error;
  }
}

export function refuseTwice(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new UnreadableError(`${what} ${name} stands there twice.`);
    seen.add(name);
  }
}

export function objectOf(value: unknown, what: string): { readonly [name: string]: unknown } {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as { readonly [name: string]: unknown };
  }
  throw new UnreadableError(`${what} must be a JSON object.`);
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UnreadableError(`${what} must be a list.`);
}

export function textOf(value: unknown, what: string): string {
  if (typeof value === "string" && value.length >= 1 && value.length <= 128) return value;
  throw new UnreadableError(`${what} must be a text of 1 to 128 characters.`);
}

export function wholeOf(value: unknown, what: string, least: number, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UnreadableError(`${what} must be a whole number from ${least} to ${most}.`);
}

export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

/** Year 2242: later instants are mistakes. */
const INSTANT_MAX = 0x1_ffff_ffff;

export function instantOf(value: unknown, what: string): UnixSeconds {
  return wholeOf(value, what, 0, INSTANT_MAX);
}

export function quarterOf(value: unknown, what: string): UnixSeconds {
  const instant = instantOf(value, what);
  if (instant % QUARTER_HOUR_S === 0) return instant;
  throw new UnreadableError(`${what} must be the start of a quarter hour.`);
}

export function numberOf(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new UnreadableError(`${what} must be a number.`);
}

export function amountOf(value: unknown, what: string): number {
  const amount = numberOf(value, what);
  if (amount >= 0) return amount;
  throw new UnreadableError(`${what} must not be negative.`);
}

export function orNull<T>(value: unknown, what: string, read: (value: unknown, what: string) => T): T | null {
  return value === null ? null : read(value, what);
}

export function oneOf<const C extends string>(value: unknown, what: string, choices: readonly C[]): C {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new UnreadableError(`${what} must be one of ${choices.join(", ")}.`);
}

export function shortList(value: unknown, what: string, most: number): readonly unknown[] {
  const list = listOf(value, what);
  if (list.length <= most) return list;
  throw new UnreadableError(`${what} must have at most ${most} items.`);
}

/** Lower-case hexadecimal of so many bytes. */
export function hexOf(value: unknown, what: string, bytes: number): string {
  const text = textOf(value, what);
  if (/^[0-9a-f]*$/.test(text) && text.length === 2 * bytes) return text;
  throw new UnreadableError(`${what} must be ${2 * bytes} hexadecimal digits in lower case.`);
}

export function hexTextOf(value: unknown, what: string): string {
  if (typeof value === "string" && fromHex(value) !== undefined) return value;
  throw new UnreadableError(`${what} must be hexadecimal.`);
}

const NAMES_MAX = 100;

export function recordOf<T>(
  value: unknown,
  what: string,
  read: (value: unknown, what: string) => T,
): Record<string, T> {
  const entries = Object.entries(objectOf(value, what));
  if (entries.length > NAMES_MAX) throw new UnreadableError(`${what} must have at most ${NAMES_MAX} names.`);
  // `fromEntries` makes "__proto__" an own name like any other.
  return Object.fromEntries(entries.map(([name, item]) => [name, read(item, `${what}.${name}`)]));
}
