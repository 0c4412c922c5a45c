import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { Field, FieldError } from "#base/fields.ts";
import type { Result } from "#base/result.ts";
import { statementOf } from "#rules/italy/statement.ts";
import { statementInputFrom } from "#rules/italy/statement-file.ts";
import { termsFrom } from "#rules/terms.ts";
import { indicesFrom } from "#tariff/index-series.ts";
import { tariffFrom } from "#tariff/tariff.ts";
import { usageFrom } from "#tariff/usage-file.ts";

test("a field knows its place and says what would fit", () => {
  const file = new Field({ a: [{ b: "x" }], n: 7, t: "2026-06-16T10:00Z", d: "2026-06-16", yes: true });
  assert.equal(file.at("n").whole(0n, 7n, "Wh"), 7n);
  assert.equal(file.at("d").day(), 20_620);
  assert.equal(file.at("t").instant(), 20_620 * 86_400 + 36_000);
  assert.equal(file.at("yes").truth(), true);
  const inner = file.at("a").list()[0]!.at("b");
  assert.equal(inner.path, "file.a[0].b");
  assert.throws(
    () => inner.choice(["y", "z"]),
    /^FieldError: file\.a\[0\]\.b: one of y, z expected, got "x"$/,
  );
  assert.throws(() => file.at("n").whole(8n, 9n, "Wh"), /a whole number of Wh from 8 to 9 expected, got 7/);
  assert.throws(() => file.at("none").text(), /file\.none: a text expected, nothing there/);
  assert.throws(() => file.object(["a", "n", "t", "d"]), /file\.yes: one of the names a, n, t, d expected/);
  assert.throws(() => file.at("a").names(), /an object expected, got a list/);
});

test("names that every object inherits are no content", () => {
  const file = new Field(JSON.parse('{"x": 1}'));
  for (const name of ["toString", "constructor", "__proto__"]) assert.ok(file.at(name).absent, name);
});

const readers: readonly [
  name: string,
  read: (content: unknown) => Result<unknown, FieldError>,
  example: URL,
][] = [
  ["a tariff", tariffFrom, new URL("../tariff/examples/italy-home.json", import.meta.url)],
  ["a usage", usageFrom, new URL("../../docs/spec/examples/usage-one-hour.json", import.meta.url)],
  [
    "a statement",
    statementInputFrom,
    new URL("../../docs/spec/examples/cer-two-hours.json", import.meta.url),
  ],
];

/** A value with one part of it replaced, taken away or added. */
function damaged(value: unknown, path: readonly number[], other: unknown): unknown {
  const [at, ...rest] = path;
  if (typeof value !== "object" || value === null || at === undefined) return other;
  const names = Object.keys(value);
  const name = names[at % (names.length + 1)] ?? "new";
  const changed = damaged((value as { [name: string]: unknown })[name], rest, other);
  if (Array.isArray(value)) return value.map((item: unknown, i) => (String(i) === name ? changed : item));
  return { ...value, [name]: changed };
}

for (const [name, read, example] of readers) {
  test(`whatever stands in the file of ${name}, it is read or refused by place, and nothing else happens`, () => {
    const whole = JSON.parse(readFileSync(example, "utf8")) as unknown;
    const other = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.integer(), fc.constant(-1));
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 12 }), { maxLength: 6 }), other, (path, value) => {
        const found = read(damaged(whole, path, value));
        if (!found.ok) assert.match(found.error.message, /^(tariff|statement|usage)/);
        else if (name === "a statement") statementOf(found.value as Parameters<typeof statementOf>[0]);
      }),
      { numRuns: 400 },
    );
  });
}

test("arbitrary values are no files of terms or of prices", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const found of [termsFrom(value), indicesFrom({ pz: value })]) {
        if (!found.ok) assert.ok(found.error instanceof FieldError);
      }
    }),
    { numRuns: 200 },
  );
});
