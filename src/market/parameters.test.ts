import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { DEFAULT_PARAMETERS } from "#chain/genesis.ts";
import { type Parameters, parametersProblem } from "#market/parameters.ts";
import { ChainBench } from "../../test/support/chain-bench.ts";

test("laws under which a rule could not be kept begin no chain", () => {
  assert.equal(parametersProblem(DEFAULT_PARAMETERS), undefined);
  const { zone } = DEFAULT_PARAMETERS;
  const rows: readonly (readonly [RegExp, Partial<Parameters>])[] = [
    [/^zone/, { zone: { ...zone, standardOffsetS: 3601 } }],
    [/^zone/, { zone: { ...zone, standardOffsetS: 15 * 3600 } }],
    [/^zone/, { zone: { ...zone, standardOffsetS: -15 * 3600 } }],
    [/^minimumSale/, { minimumSale: Wh(0n) }],
    [/^saleExpiryBlocks/, { saleExpiryBlocks: 0 }],
    [/^maxOpenSales/, { maxOpenSales: 0 }],
    [/^maxExpiryAhead/, { maxExpiryAhead: 0 }],
    [/^rateHighest/, { rateHighest: MicroEurPerKwh(1_000_000_001n) }],
    [/^saleFee/, { saleFee: MicroEurPerKwh(1_000_000_001n) }],
    [/^rateLowest/, { rateLowest: MicroEurPerKwh(2_000_001n) }],
    [/^rateDaysAhead/, { rateDaysAhead: 0 }],
  ];
  for (const [problem, change] of rows) {
    assert.match(parametersProblem({ ...DEFAULT_PARAMETERS, ...change }) ?? "accepted", problem);
    assert.throws(() => new ChainBench({ parameters: change }), /genesis parameters are refused/);
  }
  const strict = { deliveryIntervals: 0, storeMarginPerMille: 0, meterTolerancePerMille: 0, rateClosesS: 0 };
  assert.equal(parametersProblem({ ...DEFAULT_PARAMETERS, ...strict }), undefined);
});

test("docs/spec/laws.md names every parameter, in the order of its encoding, with the default", () => {
  const text = readFileSync(new URL("../../docs/spec/laws.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|/gm)];
  const shown = (value: unknown) =>
    typeof value === "object" ? "Europe/Rome, 3600, eu" : String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  assert.deepEqual(
    rows.map((row) => [row[1], row[3]!.trim()]),
    Object.entries(DEFAULT_PARAMETERS).map(([name, value]) => [name, shown(value)]),
  );
});
