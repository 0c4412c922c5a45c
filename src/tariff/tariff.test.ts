/** Tariff files: the examples are read, and what does not fit is refused with its place. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { tariffFrom } from "#tariff/tariff.ts";

type Tree = { [name: string]: unknown };
const example = (name: string) =>
  JSON.parse(readFileSync(new URL(`examples/${name}.json`, import.meta.url), "utf8")) as Tree;

for (const name of ["italy-home", "austria-home", "germany-home"]) {
  test(`the example ${name} is a tariff`, () => {
    const tariff = tariffFrom(example(name));
    assert.ok(tariff.ok, tariff.ok ? "" : tariff.error.message);
    assert.equal(tariff.value.components.length, (example(name).components as unknown[]).length);
  });
}

const FLAT = { kind: "flat", micro_eur_per_kwh: 1 };
const component = (changes: Tree = {}) => ({
  components: [{ id: "x", part: "energy", direction: "import", price: FLAT, ...changes }],
});
const window = (from: string, to: string) => ({
  price: {
    kind: "bands",
    bands: [
      { name: "a", micro_eur_per_kwh: 1, when: [{ days: ["mon"], from, to }] },
      { name: "b", micro_eur_per_kwh: 1 },
    ],
  },
});

const refused: readonly [changes: Tree, says: RegExp][] = [
  [{ format: "contrada/tariff/9" }, /^tariff\.format: one of contrada\/tariff\/1 expected, got/],
  [{ currency: "EUR" }, /^tariff\.currency: one of the names format, name/],
  [{ zone: "Europe/Paris" }, /^tariff\.zone: one of Europe\/Rome, .* got "Europe\/Paris"/],
  [{ valid_from: "2026-02-30" }, /^tariff\.valid_from: a day like 2026-06-16 expected/],
  [{ valid_until: "2020-01-01" }, /^tariff\.valid_until: a day after 2020-01-01 expected/],
  [{ source: undefined }, /^tariff\.source: a text expected, nothing there/],
  [{ components: [] }, /^tariff\.components: at least one component/],
  [{ components: [...component().components, ...component().components] }, /\[1\]\.id: an id that no other/],
  [component({ part: "tax" }), /\[0\]\.part: one of energy, network, levy/],
  [
    component({ vat_per_million: 1_000_001 }),
    /vat_per_million: a whole number of millionths from 0 to 1000000/,
  ],
  [component({ price: { kind: "free" } }), /price\.kind: one of flat, bands/],
  [
    component({ price: { kind: "flat", micro_eur_per_kwh: 0.18 } }),
    /a whole number of µEUR\/kWh .* got 0\.18/,
  ],
  [component({ price: { kind: "flat", micro_eur_per_kwh: 2 ** 53 } }), /a whole number of µEUR\/kWh/],
  [component({ price: { ...FLAT, spread: 1 } }), /price\.spread: one of the names kind, micro_eur_per_kwh/],
  [component(window("08:00", "07:00")), /when\[0\]\.to: a time of day after `from`/],
  [component(window("08:10", "09:00")), /when\[0\]\.from: a quarter hour of the day like 07:45/],
  [component(window("23:00", "24:15")), /when\[0\]\.to: a quarter hour of the day/],
  [
    component({ price: { kind: "bands", bands: [{ name: "a", micro_eur_per_kwh: 1, when: [] }] } }),
    /bands\[0\]\.when: no windows in the last band/,
  ],
  [
    component({ price: { kind: "tiers", tiers: [{ micro_eur_per_kwh: 1 }, { micro_eur_per_kwh: 2 }] } }),
    /tiers\[0\]\.up_to_wh: the tier's end in Wh/,
  ],
  [
    component({
      price: {
        kind: "tiers",
        tiers: [
          { up_to_wh: 9, micro_eur_per_kwh: 1 },
          { up_to_wh: 9, micro_eur_per_kwh: 1 },
          { micro_eur_per_kwh: 2 },
        ],
      },
    }),
    /tiers\[1\]\.up_to_wh: a whole number of Wh from 10/,
  ],
  [
    component({
      price: {
        kind: "index",
        index: "pz",
        per: "hour",
        floor_micro_eur_per_kwh: 2,
        cap_micro_eur_per_kwh: 1,
      },
    }),
    /a cap not below the floor/,
  ],
  [
    component({ direction: "export", price: { kind: "capacity", basis: "peak", micro_eur_per_kw_month: 1 } }),
    /price\.kind: a price of energy or a standing amount/,
  ],
];

for (const [changes, says] of refused) {
  test(`refused: ${says.source}`, () => {
    const whole = {
      format: "contrada/tariff/1",
      name: "x",
      zone: "UTC",
      valid_from: "2020-01-01",
      source: "a test",
      ...component(),
    };
    assert.ok(tariffFrom(whole).ok);
    const tariff = tariffFrom({ ...whole, ...changes });
    assert.ok(!tariff.ok);
    assert.match(tariff.error.message, says);
  });
}

test("what is no object at all is refused, too", () => {
  for (const value of [null, undefined, 7, "x", [], true]) {
    const tariff = tariffFrom(value);
    assert.ok(!tariff.ok);
    assert.match(tariff.error.message, /^tariff: an object expected/);
  }
});
