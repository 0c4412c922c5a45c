/** A small configuration that a pencil can follow: reckoning, versions, true-up, and every refusal. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayStart, formatDay, parseDay, ROME } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import type { CerMonth, CerPlant, CerPoint } from "#rules/italy/configuration.ts";
import { type Reckoning, reckonMonth } from "#rules/italy/reckoning.ts";
import { type StatementInput, statementOf } from "#rules/italy/statement.ts";
import { trueUpOf } from "#rules/italy/true-up.ts";

const wh = (...values: number[]) => values.map((value) => Wh(BigInt(value)));
const price = (value: number) => MicroEurPerKwh(BigInt(value));
const START = dayStart(ROME, parseDay("2026-06-01")!);

/*
 * Two hours of one substation; zonal price 120 and 200 €/MWh.
 *             first hour                       second hour
 *   P1        2000                             1000           100 kW, north, the elder
 *   P2        5000                             2000           300 kW, north, grant 20 %: F = 0.25
 *   home      3000                             5000
 *   school    1000                                0           a local authority's: F does not hold
 *   shared    4000: P1 2000, P2 2000           3000: P1 1000, P2 2000
 *   of P2     1500 at 120 × 0.75, 500 at 120   2000 at 80 × 0.75
 */
const P1: CerPlant = {
  id: "P1",
  cabin: "A",
  kind: "photovoltaic",
  powerW: 100_000n,
  region: "Lombardia",
  grantPpm: 0n,
  inOperation: parseDay("2025-01-01")!,
  obligedMilliwatt: 0n,
  voltage: "low",
  yearlyHours: undefined,
  injected: wh(2000, 1000),
};
const P2: CerPlant = {
  ...P1,
  id: "P2",
  powerW: 300_000n,
  grantPpm: 200_000n,
  inOperation: parseDay("2025-06-01")!,
  voltage: "medium",
  injected: wh(5000, 2000),
};
const HOME: CerPoint = {
  id: "home",
  cabin: "A",
  holder: "citizen",
  withdrawn: wh(3000, 5000),
  charged: undefined,
  efficiencyPpm: 900_000n,
};
const SCHOOL: CerPoint = { ...HOME, id: "school", holder: "local_authority", withdrawn: wh(1000, 0) };
const MONTH: CerMonth = {
  kind: "community",
  start: START,
  slotS: 3600,
  slots: 2,
  plants: [P2, P1],
  points: [SCHOOL, HOME],
  zonalPrice: { step: "hour", start: START, values: [price(120_000), price(200_000)] },
  arera: { trase: price(8_480), btau: price(600), source: "a test" },
};

function reckoned(month: CerMonth): Reckoning {
  const result = reckonMonth(month);
  assert.ok(result.ok);
  return result.value;
}

const amounts = ({ lines }: Pick<Reckoning, "lines">) =>
  Object.fromEntries(lines.map(({ key, amount }) => [key, Number(amount)]));

test("each line comes to what a pencil finds", () => {
  const found = reckoned(MONTH);
  assert.deepEqual([found.injected, found.withdrawn, found.shared], [10_000n, 9000n, 7000n]);
  assert.deepEqual(amounts(found), { "tip: P1": 350_000, "tip: P2": 315_000, trase: 59_360 });
  assert.deepEqual(
    found.hours.map(({ plants }) => plants),
    [
      [
        { plant: "P1", energy: 2000n, spared: 500n, tip: 130_000n },
        { plant: "P2", energy: 2000n, spared: 500n, tip: 90_000n },
      ],
      [
        { plant: "P1", energy: 1000n, spared: 0n, tip: 90_000n },
        { plant: "P2", energy: 2000n, spared: 0n, tip: 60_000n },
      ],
    ],
  );
  assert.deepEqual(found.used, [
    { id: "school", energy: [1000n, 0n] },
    { id: "home", energy: [3000n, 3000n] },
  ]);
});

test("a group of one building gets BTAU and avoided losses besides", () => {
  assert.deepEqual(amounts(reckoned({ ...MONTH, kind: "group" })), {
    "tip: P1": 350_000,
    "tip: P2": 315_000,
    trase: 59_360,
    btau: 4200,
    "losses: P1": 11_440,
    "losses: P2": 7680,
  });
});

test("quarter hours are summed to hours before they are matched", () => {
  const quarters = (first: number) => wh(first, 0, 0, 0);
  const found = reckoned({
    ...MONTH,
    slotS: 900,
    slots: 4,
    plants: [{ ...P1, injected: quarters(1000) }],
    points: [{ ...HOME, withdrawn: wh(0, 0, 0, 800) }],
  });
  assert.equal(found.shared, 800n);
});

test("a zonal price by quarter hours counts with its mean, by the month with itself", () => {
  const values = [100_000, 110_000, 120_000, 150_000].map(price);
  const quarterly = reckoned({
    ...MONTH,
    plants: [{ ...P1, injected: wh(1000, 0) }],
    zonalPrice: { step: "quarter_hour", start: START, values: [...values, ...values] },
  });
  assert.equal(quarterly.hours[0]!.zonalPrice, 120_000n);
  const monthly = reckoned({
    ...MONTH,
    zonalPrice: { step: "month", months: new Map([["2026-06", price(131_000)]]) },
  });
  assert.equal(monthly.hours[1]!.zonalPrice, 131_000n);
});

test("the elder plant gives first, whatever it is called; plants of one day give by what they injected", () => {
  const elder = { ...P2, inOperation: P1.inOperation - 1 };
  const found = (plants: readonly CerPlant[]) =>
    reckoned({ ...MONTH, plants }).given.map(({ energy }) => energy.map(Number));
  assert.deepEqual(found([P1, elder]), [
    [0, 1000],
    [4000, 2000],
  ]);
  // 4,000 of 7,000 Wh: 2 : 5 is 1,142.86 to 2,857.14.
  assert.deepEqual(found([P1, { ...P2, inOperation: P1.inOperation }]), [
    [1143, 1000],
    [2857, 2000],
  ]);
});

test("energy is shared within a primary substation only", () => {
  const found = reckoned({ ...MONTH, points: [HOME, { ...SCHOOL, cabin: "B" }] });
  assert.deepEqual([found.shared, found.used[1]!.energy], [6000n, [0n, 0n]]);
});

test("what was charged from the grid to be injected later counts as withdrawn, times the efficiency", () => {
  const found = reckoned({
    ...MONTH,
    points: [{ ...HOME, withdrawn: wh(1000, 0), charged: wh(1000, 1) }],
  });
  assert.deepEqual(
    found.hours.map(({ withdrawn }) => withdrawn),
    [1900n, 1n],
  );
});

test("capacity that a new building must have earns nothing", () => {
  const half = reckoned({ ...MONTH, plants: [{ ...P1, obligedMilliwatt: 50_000_000n }, P2] });
  assert.equal(amounts(half)["tip: P1"], 175_000);
  const all = reckoned({ ...MONTH, plants: [{ ...P1, obligedMilliwatt: 150_000_000n }, P2] });
  assert.equal(amounts(all)["tip: P1"], 0);
});

const INPUT: StatementInput = { month: MONTH, day: undefined, corrections: [] };
const correction = {
  day: parseDay("2026-10-03")!,
  reason: "the home's meter was replaced",
  readings: [{ id: "home", slot: 1, energy: Wh(2500n) }],
  zonalPrice: undefined,
  trase: undefined,
};

test("a correction is a version of its own whose differences sum to the change; the first stays what it was", () => {
  const before = statementOf(INPUT);
  const result = statementOf({
    ...INPUT,
    corrections: [
      correction,
      { ...correction, day: parseDay("2027-02-01")!, reason: "TRASE", readings: [], trase: price(8_000) },
    ],
  });
  assert.ok(before.ok && result.ok);
  const { versions } = result.value;
  assert.deepEqual(versions[0]!.lines, before.value.versions[0]!.lines);
  assert.deepEqual(
    versions.map(({ number, day, total, change, recalculatedBy }) => [
      number,
      formatDay(day),
      total,
      change,
      recalculatedBy && formatDay(recalculatedBy),
    ]),
    [
      [1, "2026-07-25", 724_360n, 724_360n, undefined],
      // The second hour shares 2,500 instead of 3,000: P2 loses 0.5 kWh × 0.06 €, TRASE 0.5 kWh.
      [2, "2026-10-03", 690_120n, -34_240n, "2026-12-31"],
      [3, "2027-02-01", 687_000n, -3120n, "2027-06-30"],
    ],
  );
  assert.deepEqual(versions[1]!.differences, [
    { key: "tip: P2", before: 315_000n, after: 285_000n, change: -30_000n },
    { key: "trase", before: 59_360n, after: 55_120n, change: -4240n },
  ]);
  for (const { differences, change } of versions) {
    assert.equal(
      differences.reduce((sum, difference) => sum + difference.change, 0n),
      change,
    );
  }
});

test("the true-up sets the year's TIP against its advances, and the excess apart", () => {
  const statement = statementOf(INPUT);
  assert.ok(statement.ok);
  const year = trueUpOf([statement.value, statement.value]);
  assert.deepEqual(
    [year.year, formatDay(year.due), year.months, year.injected, year.shared],
    [2026, "2027-05-15", 2, 20_000n, 14_000n],
  );
  // P1 495 €, P2 300 × 900 ÷ 12 × 0.60 × 100 ÷ 1000 × 0.75 = 1,012.50 €, twice.
  assert.deepEqual([year.tip, year.advanced], [1_330_000n, 3_015_000_000n]);
  assert.equal(year.balance, year.tip - year.advanced);
  assert.equal(year.payable, 0n);
  // 45 % where there was a grant: 14,000 − 9,000 Wh; 1.33 € × 5 ÷ 14.
  assert.deepEqual([year.thresholdPpm, year.excess, year.excessTip], [450_000n, 5000n, 475_000n]);
});

const month = (changes: Partial<CerMonth>): StatementInput => ({ ...INPUT, month: { ...MONTH, ...changes } });
const late = { ...correction, day: parseDay("2031-08-01")! };
/** In the order of precedence. */
const refusals: readonly [code: string, input: StatementInput][] = [
  ["no_plants", month({ plants: [] })],
  ["no_points", month({ points: [] })],
  ["period_misaligned", month({ start: START + 900 })],
  ["duplicate_id", month({ points: [HOME, { ...SCHOOL, id: "P1" }] })],
  ["plant_too_large", month({ plants: [{ ...P1, powerW: 1_000_001n }] })],
  ["grant_too_large", month({ plants: [{ ...P1, grantPpm: 400_001n }] })],
  ["readings_incomplete", month({ plants: [{ ...P1, injected: wh(1) }] })],
  ["readings_incomplete", month({ points: [{ ...HOME, withdrawn: wh(1, -1) }] })],
  ["parameter_missing", month({ kind: "group", arera: { ...MONTH.arera, btau: undefined } })],
  ["zonal_price_incomplete", month({ zonalPrice: { step: "hour", start: START, values: [price(1)] } })],
  ["not_in_operation", month({ plants: [{ ...P1, inOperation: parseDay("2026-06-02")! }] })],
  ["incentive_ended", month({ plants: [{ ...P1, inOperation: parseDay("2006-06-01")! }] })],
  ["correction_out_of_order", { ...INPUT, corrections: [{ ...correction, day: parseDay("2026-07-24")! }] }],
  ["correction_too_late", { ...INPUT, corrections: [late] }],
  [
    "correction_of_unknown",
    { ...INPUT, corrections: [{ ...correction, readings: [{ id: "x", slot: 0, energy: Wh(1n) }] }] },
  ],
  [
    "correction_outside_month",
    { ...INPUT, corrections: [{ ...correction, readings: [{ id: "home", slot: 2, energy: Wh(1n) }] }] },
  ],
];

for (const [code, input] of refusals) {
  test(`refused: ${code}`, () => {
    const result = statementOf(input);
    assert.equal(result.ok ? "accepted" : result.error.code, code);
  });
}
