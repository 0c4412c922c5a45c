/**
 * Reads values shaped like JSON (a tariff, a statement) field by field into the house's own types, for files that
 * people write. Whole numbers stay whole, names that nobody knows are refused, and whatever does not fit is one
 * `FieldError` that says where it stands and what would fit. Parsing text is for the shells; nothing here does.
 */

import type { DayNumber, UnixSeconds } from "#base/time.ts";
import { parseDay, parseInstant } from "#base/time.ts";

/** What does not fit: `path` is where, `components[2].price.kind`; the message says what would. */
export class FieldError extends Error {
  override readonly name = "FieldError";
  readonly path: string;

  constructor(path: string, expected: string, found?: unknown) {
    super(`${path}: ${expected} expected, ${found === undefined ? "nothing there" : `got ${shown(found)}`}`);
    this.path = path;
  }
}

/** A place in a file: what stands there, and how one gets there. */
export class Field {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path = "file") {
    this.value = value;
    this.path = path;
  }

  get absent(): boolean {
    return this.value === undefined;
  }

  fail(expected: string): never {
    throw new FieldError(this.path, expected, this.value);
  }

  /** An object with names of `names` only. */
  object(names: readonly string[]): this {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail("an object");
    for (const name of Object.keys(value as object)) {
      if (!names.includes(name)) {
        throw new FieldError(`${this.path}.${name}`, `one of the names ${names.join(", ")}`, name);
      }
    }
    return this;
  }

  /** The names of an object whose names are data. */
  names(): readonly string[] {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) this.fail("an object");
    return Object.keys(value as object);
  }

  at(name: string): Field {
    const { value } = this;
    const holds = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    return new Field(
      holds ? (value as { [name: string]: unknown })[name] : undefined,
      `${this.path}.${name}`,
    );
  }

  text(expected = "a text"): string {
    return typeof this.value === "string" && this.value !== "" ? this.value : this.fail(expected);
  }

  choice<const C extends string>(choices: readonly C[]): C {
    const found = choices.find((choice) => choice === this.value);
    return found ?? this.fail(`one of ${choices.join(", ")}`);
  }

  truth(): boolean {
    return typeof this.value === "boolean" ? this.value : this.fail("true or false");
  }

  /** A whole number within limits, which must be exact in JSON (below 2^53). */
  whole(min: bigint, max: bigint, unit: string): bigint {
    const { value } = this;
    const expected = `a whole number of ${unit} from ${min} to ${max}`;
    if (typeof value !== "number" || !Number.isSafeInteger(value)) this.fail(expected);
    const whole = BigInt(value as number);
    return whole < min || whole > max ? this.fail(expected) : whole;
  }

  day(): DayNumber {
    const day = typeof this.value === "string" ? parseDay(this.value) : undefined;
    return day ?? this.fail("a day like 2026-06-16");
  }

  instant(): UnixSeconds {
    const instant = typeof this.value === "string" ? parseInstant(this.value) : undefined;
    return instant ?? this.fail("an instant like 2026-06-16T10:00Z");
  }

  list(expected = "a list"): readonly Field[] {
    const { value, path } = this;
    if (!Array.isArray(value)) return this.fail(expected);
    return value.map((item: unknown, i) => new Field(item, `${path}[${i}]`));
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return value.length <= 40 ? `"${value}"` : `"${value.slice(0, 40)}…"`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
