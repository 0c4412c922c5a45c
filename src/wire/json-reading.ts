/**
 * Reading a file's JSON by hand where a sentence must say what is missing and where: each function returns the
 * value in the form that it names, or throws; `reading` turns that into a refusal.
 */
import { ok, type Result, refuse } from "#base/result.ts";

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
