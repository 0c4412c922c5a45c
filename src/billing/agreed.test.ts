import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOf, parseInstant, ROME } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { tariffOfTerms } from "#billing/agreed.ts";
import type { SupplyTerms } from "#market/contract/terms.ts";
import { scheduleOf } from "#tariff/bill.ts";
import { indicesFrom } from "#tariff/index-series.ts";
import { MILLION, tariffFrom } from "#tariff/tariff.ts";

const FROM = parseInstant("2026-06-01T10:00Z")!;

function priceAt(price: SupplyTerms["price"], instant: string, series: unknown = {}): bigint {
  const terms: SupplyTerms = {
    price,
    billing: "invoiced",
    payWithinS: 0,
    suspension: undefined,
    from: FROM,
    until: FROM + 86_400,
    text: new Uint8Array(32),
  };
  const tariff = tariffFrom(tariffOfTerms(terms, ROME));
  const indices = indicesFrom(series);
  assert.ok(tariff.ok && indices.ok);
  assert.equal(tariff.value.validFrom, dayOf(ROME, FROM));
  const schedule = scheduleOf(tariff.value, parseInstant(instant)!, 1, indices.value);
  assert.ok(schedule.ok);
  return schedule.value.priced[0]!.priceAt[0]! / MILLION;
}

/** ARERA's bands: Monday 15 June, Saturday 13 June, Sunday 14 June 2026, and 2 June, a holiday; Rome is UTC + 2. */
const BANDS: readonly [instant: string, band: number][] = [
  ["2026-06-15T04:45Z", 2],
  ["2026-06-15T05:00Z", 1],
  ["2026-06-15T06:00Z", 0],
  ["2026-06-15T16:45Z", 0],
  ["2026-06-15T17:00Z", 1],
  ["2026-06-15T21:00Z", 2],
  ["2026-06-13T10:00Z", 1],
  ["2026-06-14T10:00Z", 2],
  ["2026-06-02T10:00Z", 2],
];

test("a quarter hour belongs to the band of its day and hour", () => {
  const prices = [300_000n, 200_000n, 100_000n].map(MicroEurPerKwh);
  const bands = { type: "bands", prices: [prices[0]!, prices[1]!, prices[2]!] } as const;
  for (const [instant, band] of BANDS) assert.equal(priceAt(bands, instant), prices[band], instant);
});

test("an index has its spread added, by the hour", () => {
  const price = { type: "index", index: "zone", spread: MicroEurPerKwh(-5_000n) } as const;
  const zone = { step: "hour", start: "2026-06-15T00:00Z", micro_eur_per_kwh: [100_000, 120_000] };
  assert.equal(priceAt(price, "2026-06-15T01:15Z", { zone }), 115_000n);
});
