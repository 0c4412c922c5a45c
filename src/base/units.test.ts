import assert from "node:assert/strict";
import { test } from "node:test";
import { divideFloor, divideHalfEven, MicroEur, MicroEurPerKwh, priceOf, Wh } from "#base/units.ts";

test("1.5 kWh at 0.18 €/kWh costs 0.27 €", () => {
  assert.equal(priceOf(Wh(1_500n), MicroEurPerKwh(180_000n)), MicroEur(270_000n));
});

test("a tie goes to the even micro-euro, on both sides of zero", () => {
  const rows: [bigint, bigint, bigint][] = [
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [6n, 4n, 2n],
    [7n, 4n, 2n],
    [-1n, 3n, 0n],
    [-2n, 3n, -1n],
  ];
  for (const [dividend, divisor, expected] of rows) {
    assert.equal(divideHalfEven(dividend, divisor), expected, `${dividend} / ${divisor}`);
  }
});

test("floor division rounds down where BigInt's own rounds toward zero", () => {
  assert.equal(divideFloor(-7n, 2n), -4n);
  assert.equal(divideFloor(7n, 2n), 3n);
  assert.equal(divideFloor(-8n, 2n), -4n);
});

test("a product beyond 2^53 stays exact", () => {
  assert.equal(priceOf(Wh(900_000_001n), MicroEurPerKwh(10_000_000n)), 9_000_000_010_000n);
});
