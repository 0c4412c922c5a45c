import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant, ROME } from "#base/time.ts";
import * as format from "./format.ts";

const NB = "\u00a0";

test("a power is W below 1 kW, kW with two decimals above, MW above a thousand of them", () => {
  const cases: [number, string][] = [
    [0, `0${NB}W`],
    [860.4, `860${NB}W`],
    [999.4, `999${NB}W`],
    [999.6, `1.00${NB}kW`],
    [3421, `3.42${NB}kW`],
    [1_250_000, `1.25${NB}MW`],
  ];
  for (const [watts, text] of cases) assert.equal(format.power("en", watts), text);
});

test("a power near 1 kW keeps the unit it had until it is clearly under", () => {
  assert.equal(format.powerUnit(990, "kW"), "kW");
  assert.equal(format.powerUnit(899, "kW"), "W");
  assert.equal(format.powerUnit(990, "W"), "W");
  assert.equal(format.powerUnit(990), "W");
  assert.equal(format.powerUnit(950_000, "MW"), "MW");
  assert.equal(format.powerUnit(950_000, "kW"), "kW");
});

test("energy has one decimal, in a sale two; money two, in a sale three", () => {
  assert.equal(format.energy("en", 6349), `6.3${NB}kWh`);
  assert.equal(format.soldEnergy("en", 1500), `1.50${NB}kWh`);
  assert.equal(format.soldEnergy("en", 0), `0.00${NB}kWh`);
  assert.equal(format.soldEnergy("it", 7), `7${NB}Wh`, "a neighbour's few watt-hours are not nothing");
  assert.equal(format.soldEnergy("it", 10), `0,01${NB}kWh`);
  assert.equal(format.energy("en", 1_234_000), `1.2${NB}MWh`);
  assert.equal(format.money("en", 1_140_000), `1.14${NB}€`);
  assert.equal(format.soldMoney("en", 129_720), `0.130${NB}€`);
  assert.equal(format.ratePerKwh("en", 142_000), `0.142${NB}€/kWh`);
});

test("separators are the language's, the minus is a true minus, and zero has no sign", () => {
  assert.equal(format.number("en", 18_204.6, 1), "18,204.6");
  assert.equal(format.number("it", 18_204.6, 1), "18.204,6");
  assert.equal(format.number("de", 18_204.6, 1), "18.204,6");
  assert.equal(format.number("en", -2.5, 1), "\u22122.5");
  assert.equal(format.number("en", -0.001, 2), "0.00");
});

test("numbers and names are those of Intl, halves included", () => {
  const locale = { en: "en-GB", it: "it-IT", de: "de-DE" } as const;
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (const language of ["en", "it", "de"] as const) {
    for (const decimals of [0, 1, 2, 3, 6]) {
      const intl = new Intl.NumberFormat(locale[language], {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      });
      const halves = [0.5, 1.5, 2.5, 0.1845, 1.005, 0.125, 12_345.675, 4e9 + 0.5];
      const drawn = Array.from({ length: 300 }, () => (random() - 0.5) * 10 ** Math.floor(random() * 9));
      for (const value of [...halves, ...halves.map((one) => -one), ...drawn, 0, 999, 1000, 1e6]) {
        const expected = intl.format(value).replace("-", "\u2212");
        const text = format.number(language, value, decimals);
        assert.equal(text, /[1-9]/.test(expected) ? expected : expected.replace("\u2212", ""), `${value}`);
      }
    }
    const weekday = new Intl.DateTimeFormat(locale[language], { weekday: "short", timeZone: "UTC" });
    const month = new Intl.DateTimeFormat(locale[language], { month: "long", timeZone: "UTC" });
    for (let i = 1; i <= 7; i++) {
      assert.equal(format.weekdayName(language, i), weekday.format(Date.UTC(2024, 0, i)).replace(".", ""));
    }
    for (let i = 1; i <= 12; i++) {
      assert.equal(format.monthName(language, i), month.format(Date.UTC(2024, i - 1, 1)));
    }
  }
});

test("a share that is not all is never 100 %, and one that is not none never 0 %", () => {
  assert.equal(format.percent("en", 0.998), `99${NB}%`);
  assert.equal(format.percent("en", 1), `100${NB}%`);
  assert.equal(format.percent("en", 0.001), `1${NB}%`);
  assert.equal(format.percent("en", 0), `0${NB}%`);
  assert.equal(format.percent("en", 0.655), `66${NB}%`);
});

test("times are the community's, in its words", () => {
  const noon = parseInstant("2026-06-16T10:45Z")!;
  assert.equal(format.dateTime("en", ROME, noon), "Tue 16 June, 12:45");
  assert.equal(format.dateTime("it", ROME, noon), "mar 16 giugno, 12:45");
  assert.equal(format.dateTime("de", ROME, noon), "Di 16. Juni, 12:45");
  assert.equal(format.dayText("en", "2026-03-03"), "3 March 2026");
  assert.equal(format.dayText("en", "not a day"), "not a day");
  assert.equal(format.when("en", ROME, noon, noon + 3600), "12:45");
  assert.equal(format.when("en", ROME, noon, noon + 86_400), "16 June, 12:45");
  // Both 02:30 of the autumn change are 02:30 on the wall.
  assert.equal(format.clockTime(ROME, parseInstant("2026-10-25T00:30Z")!), "02:30");
  assert.equal(format.clockTime(ROME, parseInstant("2026-10-25T01:30Z")!), "02:30");
});

test("a span is told in its largest fitting unit", () => {
  assert.equal(format.span("en", 42), `42${NB}s`);
  assert.equal(format.span("en", 400), `6${NB}min`);
  assert.equal(format.span("en", 3 * 3600), `3${NB}h`);
  assert.equal(format.span("de", 41 * 86_400), `41${NB}Tage`);
  assert.equal(format.span("en", -3), `0${NB}s`);
});
