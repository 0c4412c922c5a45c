import assert from "node:assert/strict";
import { test } from "node:test";
import type { Series } from "#wire/schemas.ts";
import { type DayStep, keptWorth, pastDay } from "./kept-worth.ts";

const step = (lackingWh: number, priceMicroEurPerKwh: number): DayStep => ({
  lackingWh,
  priceMicroEurPerKwh,
});
const store = { contentWh: 4_000, reserveWh: 1_000, capacityWh: 6_000 };

test("energy that the evening needs is worth the evening's price, less the way out", () => {
  const evening = [step(3_800, 400_000), step(-6_000, 200_000)];
  assert.equal(keptWorth(evening, store, 1_000), 380_000);
});

test("energy that the sun refills before it is needed is worth nothing", () => {
  const noon = [step(-8_000, 200_000), step(3_000, 400_000)];
  assert.equal(keptWorth(noon, store, 1_000), 0);
});

test("the first kWh is worth less than the last: only what the evening would miss counts", () => {
  const evening = [step(1_900, 400_000), step(-6_000, 200_000)];
  assert.equal(keptWorth(evening, store, 1_000), 0);
  assert.equal(keptWorth(evening, store, 2_000), 380_000);
  const half = keptWorth(evening, store, 1_500);
  assert.ok(half > 0 && half < 380_000);
});

test("the reserve is never used up, so energy out of it saves nothing", () => {
  assert.equal(keptWorth([step(9_000, 400_000)], { ...store, contentWh: 1_000 }, 500), 0);
});

test("a past day is read from the series, and too little of it is no day", () => {
  const series = (count: number): Series => {
    const column = (value: number) => Array.from({ length: count }, () => value);
    return {
      stepS: 900,
      time: Array.from({ length: count }, (_, i) => i * 900),
      solarW: column(1_000),
      homeFromSolarW: column(1_000),
      homeFromAccumulatorW: column(200),
      homeFromGridW: column(200),
      exportW: column(0),
      storedWh: column(3_000),
      importPriceMicroEurPerKwh: column(300_000),
    };
  };
  const day = pastDay(series(96))!;
  assert.equal(day.length, 96);
  assert.deepEqual(day[0], { lackingWh: 100, priceMicroEurPerKwh: 300_000 });
  assert.equal(pastDay(series(40)), undefined);
});
