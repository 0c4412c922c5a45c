import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import { panelField } from "#plant/panel.ts";
import { onGrid } from "#plant/resolution.ts";
import { availableSolarW, type Site } from "#plant/site.ts";
import { noiseAt } from "#sim/noise.ts";
import { Weather } from "#sim/weather.ts";

const SITE: Site = {
  panels: [panelField(5000, 30, 180)],
  inverter: { ratedW: 5000, nominalEfficiency: 0.96 },
  accumulator: undefined,
  connection: { importPowerMaxW: 6000, exportPowerMaxW: 6000 },
};
const YEAR = parseInstant("2026-01-01T00:00Z")!;
const DAY_S = 86_400;

test("the same instant has the same sky, whatever was asked before and in which order", () => {
  const instants = Array.from(
    { length: 200 },
    (_, i) => YEAR + ((i * 7919) % 365) * DAY_S + ((i * 613) % 96) * 900,
  );
  const forward = new Weather(11);
  const backward = new Weather(11);
  const first = instants.map((at) => forward.skyFor(forward.townSky(at, 900), 60));
  const second = instants
    .toReversed()
    .map((at) => backward.skyFor(backward.townSky(at, 900), 60))
    .toReversed();
  assert.deepEqual(first, second);
  const other = new Weather(12);
  assert.notDeepEqual(
    first,
    instants.map((at) => other.skyFor(other.townSky(at, 900), 60)),
  );
});

test("the mean over a step is the mean of its seconds, also over midnight", () => {
  const weather = new Weather(3);
  for (const start of [YEAR + 160 * DAY_S + 40_000, YEAR + 161 * DAY_S - 450, YEAR + 40 * DAY_S - 17]) {
    let sum = 0;
    for (let s = 0; s < 900; s++) sum += weather.beamShare(start + s, 1);
    assert.ok(Math.abs(sum / 900 - weather.beamShare(start, 900)) < 1e-9);
  }
});

test("a later home sees the same clouds later", () => {
  const weather = new Weather(3);
  const at = YEAR + 100 * DAY_S + 36_000;
  const town = weather.townSky(at, 60);
  const late = weather.skyFor(town, 120).light.beamWm2;
  assert.ok(Math.abs(late - town.clear.beamWm2 * weather.beamShare(at - 120, 60)) < 1e-9);
});

test("light is never more than clear beam allows, diffuse light fills in, night is dark", () => {
  const weather = new Weather(5);
  for (let at = YEAR; at < YEAR + 30 * DAY_S; at += 1800) {
    const town = weather.townSky(at, 900);
    const { light } = weather.skyFor(town, 0);
    assert.ok(light.beamWm2 >= 0 && light.beamWm2 <= town.clear.beamWm2 + 1e-9);
    assert.ok(light.diffuseWm2 >= 0 && light.globalWm2 >= light.diffuseWm2);
    if (town.clear.globalWm2 === 0) assert.equal(availableSolarW(SITE, weather.skyFor(town, 0)), 0);
    assert.ok(town.airC > -15 && town.airC < 45);
  }
});

test("a year has Rome's sun: 1,450 to 1,700 kWh/m², dull winters, bright summers, mild air", () => {
  for (const seed of [1, 2, 3]) {
    const weather = new Weather(seed);
    const global = [0, 0];
    const clear = [0, 0];
    let year = 0;
    let warmest = -99;
    let coldest = 99;
    for (let at = YEAR; at < YEAR + 365 * DAY_S; at += 3600) {
      const month = Math.floor((at - YEAR) / DAY_S / 30.5);
      const town = weather.townSky(at, 3600);
      const { globalWm2 } = weather.skyFor(town, 0).light;
      year += globalWm2 / 1000;
      const season = month >= 5 && month <= 7 ? 1 : month === 11 || month <= 1 ? 0 : undefined;
      if (season !== undefined) {
        global[season]! += globalWm2;
        clear[season]! += town.clear.globalWm2;
      }
      warmest = Math.max(warmest, town.airC);
      coldest = Math.min(coldest, town.airC);
    }
    assert.ok(year > 1450 && year < 1700, `${year} kWh/m²`);
    const [winter, summer] = [global[0]! / clear[0]!, global[1]! / clear[1]!];
    assert.ok(winter > 0.45 && winter < 0.75, `winter ${winter}`);
    assert.ok(summer > 0.82 && summer < 0.98, `summer ${summer}`);
    assert.ok(warmest > 29 && warmest < 42 && coldest < 5 && coldest > -10, `${coldest} to ${warmest} °C`);
  }
});

test("days come clear, broken and overcast, and broken days change within minutes", () => {
  const weather = new Weather(8);
  const kinds = { clear: 0, broken: 0, overcast: 0 };
  for (let day = 0; day < 365; day++) {
    const shares = Array.from({ length: 480 }, (_, i) =>
      weather.beamShare(YEAR + day * DAY_S + 32_400 + 60 * i, 60),
    );
    const mean = shares.reduce((a, b) => a + b) / shares.length;
    let turns = 0;
    for (let i = 1; i < shares.length; i++) if (Math.abs(shares[i]! - shares[i - 1]!) > 0.15) turns += 1;
    if (mean > 0.95) kinds.clear += 1;
    else if (mean < 0.15) kinds.overcast += 1;
    else if (turns > 10) kinds.broken += 1;
  }
  assert.ok(kinds.clear > 60, JSON.stringify(kinds));
  assert.ok(kinds.overcast > 15, JSON.stringify(kinds));
  assert.ok(kinds.broken > 100, JSON.stringify(kinds));
});

test("a day's yield in steps of 900 s and of 60 s agrees within one per cent", () => {
  const weather = new Weather(4);
  for (const day of [20, 95, 172, 290]) {
    const [coarse, fine] = [900, 60].map((step) => {
      let joules = 0;
      for (let at = YEAR + day * DAY_S; at < YEAR + (day + 1) * DAY_S; at += step) {
        joules += availableSolarW(SITE, weather.skyFor(weather.townSky(at, step), 0)) * step;
      }
      return joules;
    }) as [number, number];
    assert.ok(fine > 0);
    assert.ok(Math.abs(coarse / fine - 1) < 0.01, `day ${day}: ${coarse / fine}`);
  }
});

test("what a seed gives is fixed, to the last bit", () => {
  const weather = new Weather(2026);
  const town = weather.townSky(parseInstant("2026-06-16T10:45Z")!, 900);
  const sky = weather.skyFor(town, 30);
  assert.deepEqual(
    [town.airC, sky.light.globalWm2, availableSolarW(SITE, sky), noiseAt(1, 2, 1e9, 777)],
    FIXED,
  );
  assert.equal(onGrid(availableSolarW(SITE, sky)), availableSolarW(SITE, sky));
});

const FIXED = [22.995972191121858, 357.84164406177143, 1445.955078125, 0.25714487561428795];
