import assert from "node:assert/strict";
import { test } from "node:test";
import { MicroEur, Wh } from "#base/units.ts";
import { fairnessOf } from "#rules/fairness.ts";

const WITH_PANELS = new Set(["1", "2"]);

function homes(...benefits: number[]) {
  return benefits.map((benefit, i) => ({
    id: String(i + 1),
    received: Wh(0n),
    given: Wh(0n),
    cost: MicroEur(0n),
    benefit: MicroEur(BigInt(benefit)),
  }));
}

test("how evenly a benefit is spread, in rows whose figures are known", () => {
  const rows: [number[], bigint | undefined, bigint | undefined, string][] = [
    [[3, 3, 3], 0n, 1_000_000n, "all the same"],
    [[0, 0, 0, 8], 750_000n, 250_000n, "one has everything"],
    [[8, 0, 0, 0], 750_000n, 250_000n, "whoever it is"],
    [[1, 2, 3], 222_222n, 857_142n, "by hand: differences 8 ÷ (2 × 9 × 2); 36 ÷ (3 × 14)"],
    [[-1, 2, 2], undefined, 333_333n, "where one loses Gini has no meaning"],
    [[0, 0], undefined, undefined, "nobody gains"],
    [[-2, 2], undefined, 0n, "what one gains the other loses"],
  ];
  for (const [benefits, gini, jain, why] of rows) {
    const { giniPpm, jainPpm } = fairnessOf(homes(...benefits), WITH_PANELS);
    assert.deepEqual([giniPpm, jainPpm], [gini, jain], why);
  }
});

test("those without panels are counted apart", () => {
  const { losing, withoutPanels, withoutPanelsGaining, withoutPanelsLosing } = fairnessOf(
    homes(5, -1, -2, 0, 4),
    WITH_PANELS,
  );
  assert.deepEqual(
    { losing, withoutPanels, withoutPanelsGaining, withoutPanelsLosing },
    { losing: 2, withoutPanels: 3, withoutPanelsGaining: 1, withoutPanelsLosing: 1 },
  );
});
