/** What a decision compared, with units. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { comparedText } from "./compared.ts";

const ROWS: readonly (readonly [name: string, value: number, text: string])[] = [
  ["solarW", 1021.734375, "solar 1022 W"],
  ["importPowerMaxW", 4500, "import power max 4500 W"],
  ["storedWh", 5001, "stored 5.00 kWh"],
  ["storedValueMicroEurPerKwh", 284_605, "stored value 0.2846 €/kWh"],
  ["storedValueMicroEurPerKwh", Number.NaN, "stored value micro eur per kwh NaN"],
  ["targetPercent", 80.25, "target 80.3 %"],
  ["tankC", 48.26, "tank 48.3 °C"],
  ["leftS", 119.6, "left 120 s"],
  ["untilTime", 1_781_604_000, "until 2026-06-16T10:00:00Z"],
  ["untilTime", Number.MAX_SAFE_INTEGER, "until it is changed"],
  ["isBound", 1, "is bound 1"],
];

for (const [name, value, expected] of ROWS) {
  test(`${name} ${value} reads "${expected}"`, () => assert.equal(comparedText({ [name]: value }), expected));
}

test("several stand in their order", () => {
  assert.equal(comparedText({ loadW: 500, reserveWh: 0 }), "load 500 W, reserve 0.00 kWh");
  assert.equal(comparedText({}), "");
});
