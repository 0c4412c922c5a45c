import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shareOut } from "#market/auction/share.ts";
import { apportion } from "#rules/apportion.ts";

test("a market's shares are those of a rule book: one method, in numbers for large books and in bigints for money", () => {
  const weight = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(
      fc.array(weight, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 0, max: 2 ** 40 }),
      (weights, total) => {
        const sum = weights.reduce((a, b) => a + b, 0);
        fc.pre(sum > 0);
        const shares = shareOut({ factor: total, divisor: sum, total }, weights);
        assert.deepEqual(shares.map(BigInt), apportion(BigInt(total), weights.map(BigInt)));
      },
    ),
  );
});
