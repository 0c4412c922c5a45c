import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { demandWh, exportWh, generationWh, importWh } from "#metering/reading.ts";
import { onGrid } from "#plant/resolution.ts";
import type { Site } from "#plant/site.ts";
import { Balance, type BalanceFigures } from "#sim/balance.ts";
import { Home } from "#sim/home.ts";
import { type MeasuredHomes, readHomes } from "#sim/homes-file.ts";

const PANELS_ONLY: Site = {
  panels: [],
  inverter: { ratedW: 5000, nominalEfficiency: 0.96 },
  accumulator: undefined,
  connection: { importPowerMaxW: 50_000, exportPowerMaxW: 50_000 },
};

test("two homes, two quarter hours: own use, sharing per slot and per hour", () => {
  const balance = new Balance();
  // One home exports 3, the other imports 2; then the first imports 4.
  balance.add(5, 2, 0, 3);
  balance.add(0, 2, 2, 0);
  balance.closeSlot();
  balance.add(0, 4, 4, 0);
  balance.add(0, 0, 0, 0);
  balance.closeSlot();
  assert.deepEqual(balance.figures(), {
    generation: 5,
    demand: 8,
    imported: 6,
    exported: 3,
    selfConsumptionAlone: 2 / 5,
    selfSufficiencyAlone: 2 / 8,
    selfConsumptionShared: 4 / 5,
    selfSufficiencyShared: 4 / 8,
    sharedPerSlot: 2,
    sharedPerHour: 3,
    peakExport: 1,
    peakImport: 4,
  });
});

test("hours are matched apart from each other", () => {
  const balance = new Balance(2);
  for (const [imported, exported] of [
    [0, 5],
    [5, 0],
    [0, 5],
    [0, 5],
    [10, 0],
  ] as const) {
    balance.add(exported, imported, imported, exported);
    balance.closeSlot();
  }
  assert.equal(balance.figures().sharedPerSlot, 0);
  assert.equal(balance.figures().sharedPerHour, 5);
});

test("the sixteen measured homes come to the published figures, to every digit", (t) => {
  const homes = hamlet();
  if (homes === undefined) return t.skip("shared data absent: homes-hamlet");
  const balance = new Balance();
  forEachStep(
    homes,
    (solarW, loadW) => {
      const kwh = homes.stepS / 3_600_000;
      const own = Math.min(solarW, loadW);
      balance.add(solarW * kwh, loadW * kwh, (loadW - own) * kwh, (solarW - own) * kwh);
    },
    () => balance.closeSlot(),
  );
  assert.deepEqual(printed(balance.figures(), 1), {
    ...PUBLISHED,
    sharedPerSlot: "1,076.54",
    sharedPerHour: "1,133.87",
    peakExportKw: "30.5",
    peakImportKw: "15.0",
  });
});

test("through the integer door they come to the same, to 24 Wh of energy shared in six weeks", (t) => {
  const measured = hamlet();
  if (measured === undefined) return t.skip("shared data absent: homes-hamlet");
  const homes = measured.loads.map(
    (_, i) =>
      new Home({ plant: i + 1, site: PANELS_ONLY, start: measured.start!, importPrice: 0, feedInPrice: 0 }),
  );
  const balance = new Balance();
  let time = measured.start!;
  forEachStep(
    measured,
    (solarW, loadW, i) => {
      homes[i]!.step(time, 900, onGrid(solarW), onGrid(loadW));
      const { flows } = homes[i]!.closeInterval();
      balance.add(generationWh(flows), demandWh(flows), importWh(flows), exportWh(flows));
    },
    () => {
      balance.closeSlot();
      time += 900;
    },
  );
  const figures = balance.figures();
  const { sharedPerSlot, sharedPerHour, ...others } = printed(figures, 1000);
  assert.deepEqual(others, { ...PUBLISHED, peakExportKw: "30.5", peakImportKw: "15.0" });
  // Matching takes the lesser of two sums each slot, so the carried remainders do not cancel out entirely.
  assert.equal(sharedPerSlot, "1,076.56");
  assert.ok(Math.abs(figures.sharedPerSlot - 1_076_536.875) < 30);
  assert.ok(Math.abs(figures.sharedPerHour - 1_133_868.875) < 30);
  assert.match(sharedPerHour, /^1,133\.8[67]$/);
});

/** design/market.md, section 5. */
const PUBLISHED = {
  generation: "6,208.8",
  demand: "7,079.0",
  imported: "5,938.5",
  exported: "5,068.3",
  selfConsumptionAlone: "18.37 %",
  selfSufficiencyAlone: "16.11 %",
  selfConsumptionShared: "35.71 %",
  selfSufficiencyShared: "31.32 %",
};

/** As published: kWh with one decimal (shared: two), percent with two; `perKwh` units of the figures per kWh. */
function printed(figures: BalanceFigures, perKwh: number) {
  const kwh = (energy: number, digits: number) =>
    (energy / perKwh).toFixed(digits).replace(/(\d)(\d{3})\./, "$1,$2.");
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  return {
    generation: kwh(figures.generation, 1),
    demand: kwh(figures.demand, 1),
    imported: kwh(figures.imported, 1),
    exported: kwh(figures.exported, 1),
    selfConsumptionAlone: percent(figures.selfConsumptionAlone),
    selfSufficiencyAlone: percent(figures.selfSufficiencyAlone),
    selfConsumptionShared: percent(figures.selfConsumptionShared),
    selfSufficiencyShared: percent(figures.selfSufficiencyShared),
    sharedPerSlot: kwh(figures.sharedPerSlot, 2),
    sharedPerHour: kwh(figures.sharedPerHour, 2),
    peakExportKw: kwh(4 * figures.peakExport, 1),
    peakImportKw: kwh(4 * figures.peakImport, 1),
  };
}

/** Every second home from the first with 5 kWp of `pv2`. */
function forEachStep(
  homes: MeasuredHomes,
  home: (solarW: number, loadW: number, index: number) => void,
  step: () => void,
): void {
  const pv2 = homes.solar.find(({ name }) => name === "pv2")!.perUnit;
  for (let t = 0; t < homes.steps; t++) {
    homes.loads.forEach(({ powerW }, i) => {
      home(i % 2 === 0 ? 5000 * pv2[t]! : 0, powerW[t]!, i);
    });
    step();
  }
}

function hamlet(): MeasuredHomes | undefined {
  const url = new URL("../../../shared/data/homes-hamlet/hamlet_households_pv_15min.csv", import.meta.url);
  if (existsSync(url)) return readHomes(fileURLToPath(url));
  assert.notEqual(process.env.CONTRADA_REQUIRE, "all", "shared data absent: homes-hamlet");
  return undefined;
}
