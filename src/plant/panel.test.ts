import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import { inverterPowerW } from "#plant/inverter.ts";
import { cellTemperatureC, panelField, panelPowerW } from "#plant/panel.ts";
import { onGrid } from "#plant/resolution.ts";
import { availableSolarW, type Site, solarPeakW } from "#plant/site.ts";
import { clearSky, ROME_SITE, sunPosition } from "#plant/sun.ts";

const SITE: Site = {
  panels: [panelField(3000, 30, 135), panelField(2000, 30, 225)],
  inverter: { ratedW: 4000, nominalEfficiency: 0.96 },
  accumulator: undefined,
  connection: { importPowerMaxW: 6000, exportPowerMaxW: 6000 },
};

test("panels and inverter give what pvlib's PVWatts gives", () => {
  const fixture = JSON.parse(readFileSync(new URL("./fixtures/pvlib.json", import.meta.url), "utf8"));
  const { peakW, temperatureCoefficient, lossShare } = fixture.panel;
  const field = panelField(peakW, 30, 180, { temperatureCoefficient, lossShare });
  for (const c of fixture.panels) {
    close(cellTemperatureC(c.planeWm2, c.airC), c.cellC, 1e-5);
    const dcW = panelPowerW(field, c.planeWm2, c.airC);
    close(dcW, c.dcW, 1e-5);
    close(inverterPowerW(fixture.inverter, dcW), c.acW, 1e-5);
  }
});

test("an inverter gives nothing from too little, never more than its rating, and more from more in between", () => {
  const { inverter } = SITE;
  assert.equal(inverterPowerW(inverter, 0), 0);
  assert.equal(inverterPowerW(inverter, 20), 0);
  assert.equal(inverterPowerW(inverter, 9000), 4000);
  let before = 0;
  for (let dcW = 30; dcW < 6000; dcW += 10) {
    const acW = inverterPowerW(inverter, dcW);
    assert.ok(acW >= before && acW < dcW, `at ${dcW} W`);
    before = acW;
  }
});

test("a site with two roofs gives on a clear noon what its fields give, on the grid, and nothing at night", () => {
  assert.equal(solarPeakW(SITE), 5000);
  const sky = (instant: string) => {
    const sun = sunPosition(ROME_SITE, parseInstant(instant)!);
    return { sun, light: clearSky(sun, ROME_SITE, 3), airC: 26 };
  };
  const noonW = availableSolarW(SITE, sky("2026-06-21T11:15Z"));
  assert.ok(noonW > 3400 && noonW < 4000, `${noonW} W`);
  assert.equal(noonW, onGrid(noonW));
  assert.equal(availableSolarW(SITE, sky("2026-06-21T23:15Z")), 0);
  assert.equal(availableSolarW({ ...SITE, panels: [] }, sky("2026-06-21T11:15Z")), 0);
});

function close(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}
