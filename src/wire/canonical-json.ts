/**
 * One text for one JSON value, to be hashed: names in the order of their UTF-16 code units, no blanks, texts as
 * `JSON.stringify` writes them, whole numbers only (as RFC 8785 has them).
 */
import { assert } from "#base/assert.ts";

/** Asserts that numbers are whole and exact, and that nothing else than JSON is there. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    assert(Number.isSafeInteger(value), `a whole number is wanted, not ${value}`);
    return String(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  assert(typeof value === "object", `no JSON: ${typeof value}`);
  const named = value as { readonly [name: string]: unknown };
  const names = Object.keys(named)
    .filter((name) => named[name] !== undefined)
    .sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(named[name])}`).join(",")}}`;
}
