/**
 * Bills that a pencil can follow, one per form of price, and larger ones that a program of its own reckoned from the
 * specification alone (test/oracles/tariff_check.py, results committed).
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parseDay, parseInstant } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { type Bill, billOf, scheduleOf, type Usage } from "#tariff/bill.ts";
import { easter, kindOfDay } from "#tariff/calendar.ts";
import { type Indices, indicesFrom } from "#tariff/index-series.ts";
import { type Tariff, tariffFrom } from "#tariff/tariff.ts";
import { skipped, skippedUnlessLong } from "../../test/support/counterparts.ts";

const ORACLES = new URL("../../test/oracles/", import.meta.url);
const read = (url: URL): unknown => JSON.parse(readFileSync(url, "utf8"));
const example = (name: string): Tariff => {
  const tariff = tariffFrom(read(new URL(`examples/${name}.json`, import.meta.url)));
  assert.ok(tariff.ok, tariff.ok ? "" : tariff.error.message);
  return tariff.value;
};

type Tree = { readonly [name: string]: unknown };

/** A tariff of one component. */
function of(component: Tree, others: Tree = {}): Tariff {
  const tariff = tariffFrom({
    format: "contrada/tariff/1",
    name: "one component",
    zone: "Europe/Rome",
    holidays: "italy",
    valid_from: "2020-01-01",
    source: "a test",
    components: [{ id: "x", part: "energy", direction: "import", ...component }],
    ...others,
  });
  assert.ok(tariff.ok, tariff.ok ? "" : tariff.error.message);
  return tariff.value;
}

const wh = (values: readonly number[]) => values.map((value) => Wh(BigInt(value)));

function bill(tariff: Tariff, start: string, usage: Partial<Usage>, indices: Indices = new Map()): Bill {
  const slots = (usage.supplied ?? usage.exported)!.length;
  const nothing = wh(new Array<number>(slots).fill(0));
  const schedule = scheduleOf(tariff, parseInstant(start)!, slots, indices);
  assert.ok(schedule.ok, schedule.ok ? "" : schedule.error.code);
  return billOf(schedule.value, {
    supplied: nothing,
    shared: {},
    exported: nothing,
    contractedPowerW: 3000n,
    ...usage,
  });
}

const lines = ({ lines }: Bill) => lines.map(({ label, source, amount }) => [label, source, Number(amount)]);

test("a flat price: 1,234 Wh at 0.18 €/kWh, and tax of ten per cent", () => {
  const found = bill(
    of({ price: { kind: "flat", micro_eur_per_kwh: 180_000 }, vat_per_million: 100_000 }),
    "2026-06-16T10:00Z",
    { supplied: wh([1000, 234]) },
  );
  assert.deepEqual(lines(found), [
    ["all hours", "supplier", 222_120],
    ["100000 millionths", "vat", 22_212],
  ]);
  assert.equal(found.total, 244_332n);
});

const BANDS = (example("italy-home").components[0]!.price as { kind: "bands" }).kind;

test("the Italian bands: a Friday evening, a Saturday, Easter Monday", () => {
  assert.equal(BANDS, "bands");
  const bands = { ...example("italy-home"), components: [example("italy-home").components[0]!] };
  const one = (start: string) => lines(bill(bands, start, { supplied: wh([1000]) }))[0];
  // 162,000 µEUR in F1, 151,000 in F2, 134,000 in F3; Rome is two hours ahead of UTC in April.
  const rows: readonly [string, string, number][] = [
    ["2026-04-10T05:00Z", "F2", 151_000],
    ["2026-04-10T06:00Z", "F1", 162_000],
    ["2026-04-10T16:45Z", "F1", 162_000],
    ["2026-04-10T17:00Z", "F2", 151_000],
    ["2026-04-10T21:00Z", "F3", 134_000],
    ["2026-04-11T06:00Z", "F2", 151_000],
    ["2026-04-12T10:00Z", "F3", 134_000],
    ["2026-04-06T10:00Z", "F3", 134_000],
    ["2026-04-25T10:00Z", "F3", 134_000],
  ];
  for (const [start, band, amount] of rows) assert.deepEqual(one(start), [band, "supplier", amount], start);
});

test("on the long day the clock's hours come as they are read: one comes twice, and the evening stays the evening", () => {
  const price = (from: string, to: string) => ({
    kind: "bands",
    bands: [
      { name: "then", micro_eur_per_kwh: 1000, when: [{ days: ["sun"], from, to }] },
      { name: "rest", micro_eur_per_kwh: 0 },
    ],
  });
  const thousands = wh(new Array<number>(104).fill(1000));
  const then = (from: string, to: string) =>
    bill(of({ price: price(from, to) }), "2026-10-24T21:00Z", { supplied: thousands }).total / 1000n;
  assert.deepEqual([then("22:00", "24:00"), then("02:00", "03:00"), then("00:00", "24:00")], [8n, 8n, 100n]);
});

test("Easter and its Monday, as calendars print them", () => {
  for (const day of ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25"]) {
    assert.equal(easter(Number(day.slice(0, 4))), parseDay(day));
  }
  assert.equal(kindOfDay(parseDay("2026-04-06")!, "italy"), "holiday");
  assert.equal(kindOfDay(parseDay("2026-04-07")!, "italy"), "tue");
});

const index = (...values: number[]): Indices =>
  new Map([
    [
      "pun",
      {
        step: "quarter_hour" as const,
        start: parseInstant("2026-06-16T10:00Z")!,
        values: values.map((value) => MicroEurPerKwh(BigInt(value))),
      },
    ],
  ]);

test("an index with losses, spread, floor and cap; negative prices are paid out", () => {
  const tariff = (price: Tree) =>
    of({ price: { kind: "index", index: "pun", per: "quarter_hour", ...price } });
  const usage = { supplied: wh([1000, 2000, 500]) };
  const indices = index(100_000, -50_000, 300_000);
  const total = (price: Tree) => Number(bill(tariff(price), "2026-06-16T10:00Z", usage, indices).total);
  // 1 × 100,000 − 2 × 50,000 + 0.5 × 300,000
  assert.equal(total({}), 150_000);
  // (110,000 + 5,000) + 2 × (−55,000 + 5,000) + 0.5 × (330,000 + 5,000)
  assert.equal(total({ factor_per_million: 1_100_000, spread_micro_eur_per_kwh: 5000 }), 182_500);
  // 100,000 + 2 × 0 + 0.5 × 200,000
  assert.equal(total({ floor_micro_eur_per_kwh: 0, cap_micro_eur_per_kwh: 200_000 }), 200_000);
});

test("by the hour an index counts with the mean of its quarter hours", () => {
  const tariff = of({ price: { kind: "index", index: "pun", per: "hour" } });
  const found = bill(tariff, "2026-06-16T10:15Z", { supplied: wh([1000]) }, index(10, 21, 30, 41));
  // (10 + 21 + 30 + 41) ÷ 4 = 25.5, half to even
  assert.equal(found.total, 26n);
});

test("tiers fill up within a civil month and begin anew with the next", () => {
  const tariff = of({
    price: {
      kind: "tiers",
      tiers: [{ up_to_wh: 1500, micro_eur_per_kwh: 0 }, { micro_eur_per_kwh: 100_000 }],
    },
  });
  const found = bill(tariff, "2026-06-30T21:30Z", { supplied: wh([1000, 1000, 1000, 1000]) });
  assert.deepEqual(lines(found), [
    ["2026-06, up to 1500 Wh", "supplier", 0],
    ["2026-06, beyond", "supplier", 50_000],
    ["2026-07, up to 1500 Wh", "supplier", 0],
    ["2026-07, beyond", "supplier", 50_000],
  ]);
});

test("fixed parts count the civil days that a period touches", () => {
  const fixed = (per: string) => of({ price: { kind: "standing", per, micro_eur: 3_000_000 } });
  const usage = { supplied: wh([0, 0, 0, 0]) };
  assert.deepEqual(lines(bill(fixed("day"), "2026-06-30T21:30Z", usage)), [["2 days", "fixed", 6_000_000]]);
  assert.deepEqual(lines(bill(fixed("month"), "2026-06-30T21:30Z", usage)), [
    ["2026-06", "fixed", 100_000],
    ["2026-07", "fixed", 96_774],
  ]);
  assert.deepEqual(lines(bill(fixed("year"), "2024-12-31T22:30Z", usage)), [
    ["2024", "fixed", 8197],
    ["2025", "fixed", 8219],
  ]);
});

test("capacity is paid by contract or by the month's highest quarter hour, shared energy included", () => {
  const capacity = (basis: string) =>
    of({ price: { kind: "capacity", basis, micro_eur_per_kw_month: 3_000_000 } });
  const usage = { supplied: wh([100, 400]), shared: { feeder: wh([500, 100]) } };
  // One of thirty days: 3 kW × 3 € ÷ 30; 4 × 600 Wh = 2.4 kW.
  assert.equal(bill(capacity("contracted"), "2026-06-16T10:00Z", usage).total, 300_000n);
  assert.equal(bill(capacity("peak"), "2026-06-16T10:00Z", usage).total, 240_000n);
});

test("shared energy pays no supplier, whole fees, or what its level leaves of them", () => {
  const usage = { supplied: wh([1000]), shared: { feeder: wh([1000]), beyond: wh([2000]) } };
  const price = { kind: "flat", micro_eur_per_kwh: 100_000 };
  const at = "2026-06-16T10:00Z";
  assert.equal(bill(of({ price }), at, usage).total, 100_000n);
  assert.equal(bill(of({ price, part: "network" }), at, usage).total, 400_000n);
  const reduced = { feeder: 430_000, transformer: 0, beyond: 720_000 };
  assert.deepEqual(lines(bill(of({ price, part: "network", on_shared_per_million: reduced }), at, usage)), [
    ["all hours", "supplier", 100_000],
    ["all hours", "feeder", 43_000],
    ["all hours", "beyond", 144_000],
  ]);
});

test("what a home gives is credited, also below zero", () => {
  const tariff = of({ direction: "export", price: { kind: "index", index: "pun", per: "quarter_hour" } });
  const found = bill(tariff, "2026-06-16T10:00Z", { exported: wh([1000, 3000]) }, index(90_000, -10_000));
  assert.equal(found.total, -60_000n);
});

test("each line is rounded once, half to even", () => {
  const half = of({ price: { kind: "flat", micro_eur_per_kwh: 500 } });
  const total = (energy: number) => bill(half, "2026-06-16T10:00Z", { supplied: wh([energy]) }).total;
  assert.deepEqual([total(1), total(3), total(5)], [0n, 2n, 2n]);
});

const refused: readonly [code: string, price: Tree, start: string][] = [
  ["period_misaligned", { kind: "flat", micro_eur_per_kwh: 1 }, "2026-06-16T10:05Z"],
  ["outside_validity", { kind: "flat", micro_eur_per_kwh: 1 }, "2019-12-31T22:45Z"],
  ["index_missing", { kind: "index", index: "spot", per: "hour" }, "2026-06-16T10:00Z"],
  ["index_incomplete", { kind: "index", index: "pun", per: "hour" }, "2026-06-16T12:00Z"],
  ["index_too_coarse", { kind: "index", index: "monthly", per: "hour" }, "2026-06-16T10:00Z"],
];

for (const [code, price, start] of refused) {
  test(`a tariff does not lie over a period: ${code}`, () => {
    const indices: Indices = new Map([...index(1), ["monthly", { step: "month", months: new Map() }]]);
    const schedule = scheduleOf(of({ price }), parseInstant(start)!, 4, indices);
    assert.equal(schedule.ok ? "accepted" : schedule.error.code, code);
  });
}

interface Case {
  readonly name: string;
  readonly tariff: string;
  readonly start: string;
  readonly slots: number;
  readonly contracted_power_w: number;
  readonly supplied: readonly number[];
  readonly exported: readonly number[];
  readonly shared: { readonly [level: string]: readonly number[] };
  readonly indices: { readonly [name: string]: Tree };
}

function series([a, b, c, m, d]: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, i) => ((a! * i * i + b! * i + c!) % m!) + d!);
}

const { cases } = read(new URL("tariffs/cases.json", ORACLES)) as { cases: readonly Case[] };
const expected = read(new URL("tariffs/expected.json", ORACLES)) as {
  readonly [name: string]: { readonly [line: string]: number };
};

for (const { name, tariff, start, slots, ...spec } of cases) {
  test(`line by line what another program reckons: ${name}`, () => {
    const indices = indicesFrom(
      Object.fromEntries(
        Object.entries(spec.indices).map(([id, { step, start, count, values, months }]) => [
          id,
          step === "month"
            ? { step, micro_eur_per_kwh: months }
            : { step, start, micro_eur_per_kwh: series(values as number[], count as number) },
        ]),
      ),
    );
    assert.ok(indices.ok);
    const found = bill(
      example(tariff),
      start,
      {
        supplied: wh(series(spec.supplied, slots)),
        exported: wh(series(spec.exported, slots)),
        shared: Object.fromEntries(
          Object.entries(spec.shared).map(([level, values]) => [level, wh(series(values, slots))]),
        ),
        contractedPowerW: BigInt(spec.contracted_power_w),
      },
      indices.value,
    );
    const own = Object.fromEntries(
      found.lines.map(({ component, label, source, amount }) => [
        `${component} | ${label} | ${source}`,
        Number(amount),
      ]),
    );
    assert.deepEqual(own, expected[name]);
  });
}

test("what is committed is what the other program says", (t) => {
  if (skippedUnlessLong(t)) return;
  const script = fileURLToPath(new URL("tariff_check.py", ORACLES));
  const { error, status, stdout, stderr } = spawnSync("python3", [script], { encoding: "utf8" });
  if (skipped(t, error === undefined ? undefined : "python3")) return;
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), expected);
});
