import assert from "node:assert/strict";
import { test } from "node:test";
import type { MarketRule } from "#wire/market-schemas.ts";
import { EMPTY_RULE, formOf, ruleOf, typedKwh, typedLimit } from "./rule-form.ts";

const usual = { feedIn: 80_000, tariff: 330_000 };
const english = (value: number, decimals: number) => value.toFixed(decimals);
const italian = (value: number, decimals: number) => value.toFixed(decimals).replace(".", ",");

test("a rule that is put into the form and taken out again is the same, in each language's decimals", () => {
  const rules: MarketRule[] = [
    { ...EMPTY_RULE, sellStored: { fromMicroEurPerKwh: 180_000, keepWh: 3_000 } },
    {
      sellSurplusFromMicroEurPerKwh: 95_000,
      sellStored: null,
      buyUpToMicroEurPerKwh: 250_000,
      solarOnly: true,
      partner: { home: 7, gift: false },
      forwardPerMille: 250 - 50,
    },
  ];
  for (const rule of rules) {
    for (const decimal of [english, italian])
      assert.deepEqual(ruleOf(formOf(rule, usual, decimal)), { rule });
  }
});

test("a rule that wants nothing is none", () => {
  assert.deepEqual(ruleOf(formOf(EMPTY_RULE, usual, english)), { rule: null });
});

test("every field that holds no such number is named, and only where it counts", () => {
  const form = {
    ...formOf(EMPTY_RULE, usual, english),
    sellSurplus: true,
    surplusFrom: "cheap",
    sellStored: true,
    keep: "-1",
    buy: false,
    buyUpTo: "nonsense",
    forwardPercent: "101",
  };
  const read = ruleOf(form);
  assert.ok("wrong" in read);
  assert.deepEqual([...read.wrong].sort(), ["forwardPercent", "keep", "surplusFrom"]);
});

test("limits are read to the micro-euro and may be negative", () => {
  const rows: [string, number | undefined][] = [
    ["0.142", 142_000],
    ["0,1425 €/kWh", 142_500],
    ["−0.01", -10_000],
    ["-0", 0],
    ["1000", 1_000_000_000],
    ["1001", undefined],
    ["", undefined],
    [".", undefined],
    ["0.1234567", undefined],
  ];
  for (const [text, wanted] of rows) assert.equal(typedLimit(text), wanted, text);
  assert.equal(typedKwh("1,25 kWh"), 1_250);
  assert.equal(typedKwh("1.2345"), undefined);
});
