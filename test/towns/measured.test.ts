/** Towns of measured homes: our own two small files, reckoned by hand, and the shared ones. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { QUARTER_HOUR_S } from "#base/time.ts";
import type { HeadlessOptions, HeadlessReport } from "#sim/headless.ts";
import { readHomes } from "#sim/homes-file.ts";
import { sharedData, skippedWithout } from "../support/counterparts.ts";
import { type Choices, openTown } from "../support/headless-town.ts";

/** The whole file, or its first `days`. */
async function run(
  file: string,
  choices: Choices = {},
  days?: number,
  options: Partial<HeadlessOptions> = { trade: false },
): Promise<HeadlessReport> {
  const measured = readHomes(file);
  const solar = { solarHomes: "every-second", ...choices };
  const town = await openTown({ measured, ...solar }, options);
  try {
    const whole = (measured.steps * measured.stepS) / QUARTER_HOUR_S;
    await town.run(days === undefined ? whole : days * 96);
    return town.report();
  } finally {
    await town.close();
  }
}

const own = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const energies = (report: HeadlessReport) => ({
  generation: report.generation_kwh,
  demand: report.demand_kwh,
  import: report.import_kwh,
  export: report.export_kwh,
  alone: [report.self_consumption_alone, report.self_sufficiency_alone],
  shared: [report.self_consumption_shared, report.self_sufficiency_shared],
  matched: [report.shared_quarter_hour_kwh, report.shared_hour_kwh],
  peaks: [report.peak_export_kw, report.peak_import_kw],
});

/*
 * dated.csv, 4 kWp on home a, W by quarter hour:
 *   a draws     1000 1000  400 2000 |    0  800    0  600   5800
 *   a's panels  2000 1000 2000    0 | 4000  400    0 1600  11000
 *   a gives     1000    0 1600    0 | 4000    0    0 1000   7600
 *   a takes        0    0    0 2000 |    0  400    0    0   2400
 *   b takes      400 2000  800    0 | 1000  800    0  600   5600
 *   matched      400    0  800    0 | 1000    0    0  600   2800; by hours 2600 + 2800 = 5400
 * A quarter hour of 4000 W is one kWh.
 */
test("a dated file comes to what a pencil finds", async () => {
  const report = await run(own("dated.csv"), { solarPeakKwp: 4, accumulatorKwh: 0 });
  assert.deepEqual(energies(report), {
    generation: 2.75,
    demand: 2.85,
    import: 2,
    export: 1.9,
    alone: [0.309091, 0.298246],
    shared: [0.563636, 0.54386],
    matched: [0.7, 1.35],
    peaks: [3, 2],
  });
  assert.deepEqual([report.homes, report.homes_with_panels, report.homes_with_accumulator], [2, 1, 0]);
  assert.deepEqual([report.from, report.until], ["2026-03-01T23:00:00Z", "2026-03-02T01:00:00Z"]);
  assert.deepEqual([report.readings, report.refused, report.sales], [16, {}, 0]);
});

/*
 * undated.csv, 4 kWp on home a, kWh by hour:
 *   a draws     1.0 0.5 2.0 0      a's panels  0 2 1 4
 *   a gives       0 1.5   0 4      a takes     1 0 1 0
 *   b takes     0.5 0.5 1.0 0.25   matched     0 0.5 0 0.25
 */
test("an undated file comes to what a pencil finds", async () => {
  const report = await run(own("undated.csv"), { solarPeakKwp: 4, accumulatorKwh: 0 });
  assert.deepEqual(energies(report), {
    generation: 7,
    demand: 5.75,
    import: 4.25,
    export: 5.5,
    alone: [0.214286, 0.26087],
    shared: [0.321429, 0.391304],
    matched: [0.75, 0.75],
    peaks: [3.75, 2],
  });
  assert.equal(report.from, "2022-07-31T20:00:00Z");
  assert.deepEqual([report.readings, report.refused], [32, {}]);
});

test("with an accumulator the same file gives less to the MicroGrid and takes less from it", async () => {
  const report = await run(own("undated.csv"), { solarPeakKwp: 4, accumulatorKwh: 3, accumulatorKw: 1.5 });
  assert.equal(report.generation_kwh, 7);
  // Hour 2 charges 1.5 kWh, of which hour 3 takes what it can: √0.9 in, √0.9 out, 5 W standing by.
  assert.ok(report.import_kwh > 3.25 && report.import_kwh < 4.25, `${report.import_kwh}`);
  assert.ok(report.export_kwh < 5.5 - 1.5, `${report.export_kwh}`);
  assert.deepEqual(report.refused, {});
});

test("the sixteen homes of the README come to its figures, through meters and ledger", async (t) => {
  const shared = "homes-hamlet/hamlet_households_pv_15min.csv";
  if (skippedWithout(t, shared)) return;
  // Signed by the day: it takes a tenth of the time, and the energies are the same (town.test.ts).
  const report = await run(
    sharedData(shared),
    { solarPeakKwp: 5, solarColumn: "pv2", accumulatorKwh: 0 },
    undefined,
    { trade: false, signatures: "day" },
  );
  assert.deepEqual(energies(report), {
    generation: 6_208.772,
    demand: 7_079.011,
    import: 5_938.509,
    export: 5_068.27,
    alone: [0.183692, 0.16111],
    shared: [0.357082, 0.313185],
    matched: [1_076.537, 1_133.869],
    peaks: [30.545, 15.008],
  });
  assert.deepEqual([report.homes, report.homes_with_panels], [16, 8]);
  assert.deepEqual([report.readings, report.refused], [16 * 4_316, {}]);
  const kwh = (value: number, digits = 1) =>
    `${value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })} kWh`;
  const shares = (consumption: number, sufficiency: number) =>
    `self-consumption ${(100 * consumption).toFixed(2)} %, self-sufficiency ${(100 * sufficiency).toFixed(2)} %`;
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  for (const stated of [
    `| generation, demand | ${kwh(report.generation_kwh)}, ${kwh(report.demand_kwh)} |`,
    `| import, export | ${kwh(report.import_kwh)}, ${kwh(report.export_kwh)} |`,
    `| each home alone | ${shares(report.self_consumption_alone, report.self_sufficiency_alone)} |`,
    `| shared with the neighbours, per quarter hour | ${shares(report.self_consumption_shared, report.self_sufficiency_shared)} |`,
    `| energy shared | ${kwh(report.shared_quarter_hour_kwh, 2)} matched per quarter hour, ${kwh(report.shared_hour_kwh, 2)} matched per hour |`,
  ]) {
    assert.ok(readme.includes(stated), stated);
  }
});

test("hourly homes without dates run with prices, gaps, accumulators and trade", async (t) => {
  const shared = "homes-citylearn/citylearn2022_homes_hourly.csv";
  if (skippedWithout(t, shared)) return;
  const report = await run(sharedData(shared), { solarPeakKwp: 5 }, 4, {});
  assert.deepEqual([report.homes, report.homes_with_panels, report.homes_with_accumulator], [9, 5, 5]);
  assert.equal(report.from, "2022-07-31T21:00:00Z");
  assert.deepEqual([report.readings, report.refused], [9 * 4 * 96, {}]);
  assert.ok(report.sales > 10 && report.generation_kwh > 300, JSON.stringify(report));
  // Home 7 reports nothing in more than a thousand hours of the year: read as no load.
  assert.ok(report.demand_kwh > 600 && Number.isFinite(report.demand_kwh));
});
