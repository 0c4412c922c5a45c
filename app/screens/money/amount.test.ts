import assert from "node:assert/strict";
import { test } from "node:test";
import { typedAmount, wholeCents } from "./amount.ts";

test("an amount is read in euro to the cent, with a comma or a point", () => {
  const rows: [string, number | undefined][] = [
    ["12.34", 12_340_000],
    ["12,34", 12_340_000],
    ["12,5", 12_500_000],
    ["12", 12_000_000],
    [" 0.01 € ", 10_000],
    [",5", 500_000],
    ["0", 0],
    ["", undefined],
    [".", undefined],
    ["12.345", undefined],
    ["1.234,50", undefined],
    ["-1", undefined],
    ["ten", undefined],
  ];
  for (const [text, amount] of rows) assert.equal(typedAmount(text), amount, JSON.stringify(text));
});

test("what a bank can pay of an amount is its whole cents", () => {
  assert.equal(wholeCents(129_999), 120_000);
  assert.equal(wholeCents(130_000), 130_000);
  assert.equal(wholeCents(9_999), 0);
});
