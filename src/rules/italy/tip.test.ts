/** The Italian formula, to the cent: rows of the decree's formula and the hand-computed ones beside them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayNumber, formatDay, parseDay } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { advanceOf, dueDaysOf, hasEnded, recalculatedBy } from "#rules/italy/advance.ts";
import type { CerPlant } from "#rules/italy/configuration.ts";
import { obligedMilliwatt, type PlantTerms, type Region, tip } from "#rules/italy/tip.ts";

const plant = (changes: Partial<PlantTerms> = {}): PlantTerms => ({
  kind: "photovoltaic",
  powerW: 100_000n,
  region: "Lombardia",
  grantPpm: 0n,
  ...changes,
});

/** Zonal price and TIP in thousandths of €/MWh, which are µEUR/kWh. */
const rows: readonly [title: string, terms: Partial<PlantTerms>, pz: bigint, expected: bigint][] = [
  ["100 kW in the north at 150", {}, 150_000n, 120_000n],
  ["100 kW in the north at 120: the cap, then FC", {}, 120_000n, 130_000n],
  ["100 kW in the north at 120 with a grant of 20 %", { grantPpm: 200_000n }, 120_000n, 97_500n],
  ["100 kW in the north at 120 with a grant of 40 %", { grantPpm: 400_000n }, 120_000n, 65_000n],
  ["a price above 180 leaves the base and FC", {}, 200_000n, 90_000n],
  ["a price below zero meets the cap", {}, -50_000n, 130_000n],
  ["in the south no correction", { region: "Puglia" }, 120_000n, 120_000n],
  ["in the centre four", { region: "Umbria" }, 120_000n, 124_000n],
  ["water in the north gets no correction", { kind: "other" }, 120_000n, 120_000n],
  ["200 kW still belong to the smallest", { powerW: 200_000n }, 160_000n, 110_000n],
  ["one watt more does not", { powerW: 200_001n }, 160_000n, 100_000n],
  ["600 kW: 70 and at most 110", { powerW: 600_000n }, 100_000n, 120_000n],
  ["1 MW: 60 and at most 100", { powerW: 1_000_000n }, 100_000n, 110_000n],
  ["what is left below a micro-euro is rounded half to even", { grantPpm: 100_001n }, 150_001n, 104_999n],
];

for (const [title, terms, pz, expected] of rows) {
  test(`TIP: ${title}`, () => {
    assert.equal(tip(plant(terms), MicroEurPerKwh(pz)), expected);
  });
}

function cerPlant(changes: Partial<CerPlant>): CerPlant {
  return {
    ...plant(),
    id: "P",
    cabin: "C",
    inOperation: 0,
    obligedMilliwatt: 0n,
    voltage: "low",
    yearlyHours: undefined,
    injected: [],
    ...changes,
  };
}

const advances: readonly [title: string, changes: Partial<CerPlant>, expected: bigint | undefined][] = [
  // 50 kW × 1,100 h ÷ 12 × 0.60 × 100 €/MWh
  ["50 kW in the south, no grant: 275.00 €", { powerW: 50_000n, region: "Sicilia" }, 275_000_000n],
  // 100 × 900 ÷ 12 × 0.60 × 110 ÷ 1000
  ["100 kW in the north", {}, 495_000_000n],
  // the same × (1 − 0.25)
  ["100 kW in the north with a grant of 20 %", { grantPpm: 200_000n }, 371_250_000n],
  // 300 × 1,050 ÷ 12 × 0.60 × (70 + 20 + 4) ÷ 1000
  ["300 kW in the centre", { powerW: 300_000n, region: "Lazio" }, 1_480_500_000n],
  ["water whose hours nobody stated gets none", { kind: "other" }, undefined],
  [
    "water of 4,000 hours: 100 × 4,000 ÷ 12 × 0.60 × 100",
    { kind: "other", yearlyHours: 4000n },
    2_000_000_000n,
  ],
];

for (const [title, changes, expected] of advances) {
  test(`advance: ${title}`, () => {
    assert.equal(advanceOf(cerPlant(changes))?.amount, expected);
  });
}

test("what a new building must have anyway: 0.025 kW a square metre, 0.0275 for a public one", () => {
  assert.equal(obligedMilliwatt(400n, false), 10_000_000n);
  assert.equal(obligedMilliwatt(400n, true), 11_000_000n);
});

test("what is due when, from the month's first day", () => {
  const due = dueDaysOf(parseDay("2026-12-01")!);
  assert.deepEqual(Object.values(due).map(formatDay), [
    "2027-01-15",
    "2027-01-25",
    "2027-05-15",
    "2032-01-31",
  ]);
  assert.equal(formatDay(recalculatedBy(parseDay("2027-06-30")!)), "2027-06-30");
  assert.equal(formatDay(recalculatedBy(parseDay("2027-07-01")!)), "2027-12-31");
  const began = dayNumber({ year: 2026, month: 3, day: 15 });
  assert.ok(!hasEnded(began, parseDay("2046-03-14")!));
  assert.ok(hasEnded(began, parseDay("2046-03-15")!));
});

test("every region belongs to one area", () => {
  const regions: readonly Region[] = ["Valle d'Aosta", "Abruzzo", "Molise"];
  assert.deepEqual(
    regions.map((region) => tip(plant({ region }), MicroEurPerKwh(200_000n))),
    [90_000n, 84_000n, 80_000n],
  );
});
