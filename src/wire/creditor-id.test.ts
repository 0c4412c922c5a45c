import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCreditorId } from "./creditor-id.ts";

// Published examples: the Bundesbank's for tests, the Austrian national bank's, and those of EPC 262-08 and its readers.
const GOOD = [
  "DE98ZZZ09999999999",
  "AT61ZZZ01234567890",
  "IT66ZZZA1B2C3D4E5F6G7H8",
  "ES23ZZZ47690558N",
  "FR72ZZZ123456",
];

test("a creditor's identifier holds by its check digits, whatever line of business it names", () => {
  for (const id of GOOD) {
    const read = parseCreditorId(`${id.slice(0, 4)} ${id.slice(4).toLowerCase()}`);
    assert.deepEqual(read, { ok: true, value: id }, id);
    assert.ok(parseCreditorId(`${id.slice(0, 4)}B12${id.slice(7)}`).ok, "another line of business");
  }
});

test("every single wrong character of a national number is found, and what is no identifier is named", () => {
  for (const id of GOOD) {
    for (let at = 7; at < id.length; at++) {
      const other = id[at] === "7" ? "8" : "7";
      assert.deepEqual(parseCreditorId(id.slice(0, at) + other + id.slice(at + 1)), {
        ok: false,
        error: "creditor_check",
      });
    }
  }
  const faults: readonly [string, string][] = [
    ["", "creditor_characters"],
    ["98DEZZZ09999999999", "creditor_characters"],
    ["DE98ZZZ099999999é", "creditor_characters"],
    ["DE98ZZZ0999999999", "creditor_length"],
    ["FR72ZZZ", "creditor_length"],
    ["IT66ZZZA1B2C3D4E5F6G7H", "creditor_length"],
    ["DE89ZZZ09999999999", "creditor_check"],
  ];
  for (const [text, error] of faults) assert.deepEqual(parseCreditorId(text), { ok: false, error }, text);
});
