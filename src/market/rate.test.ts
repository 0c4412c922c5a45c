import assert from "node:assert/strict";
import { test } from "node:test";
import { dayNumber, dayStart, ROME, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh } from "#base/units.ts";
import { State, type Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { PARAMETERS, type Parameters } from "#market/parameters.ts";
import { SUPPLIERS } from "#market/participant.ts";
import { publishRate, RATES } from "#market/rate.ts";

const LAWS: Parameters = {
  zone: ROME,
  saleFee: MicroEurPerKwh(4_000n),
  minimumSale: 100n as Parameters["minimumSale"],
  deliveryIntervals: 8,
  saleExpiryBlocks: 50_000,
  maxOpenSales: 8,
  storeMarginPerMille: 80,
  gridEnergySellable: false,
  rateLowest: MicroEurPerKwh(10_000n),
  rateHighest: MicroEurPerKwh(500_000n),
  rateDaysAhead: 7,
  rateClosesS: 300,
  maxExpiryAhead: 100_000,
  meterTolerancePerMille: 100,
  votingPeriodS: 604_800,
  enactmentDelayS: 259_200,
  delayBlocks: 20,
  quorumPerMille: 200,
  maxOpenProposals: 20,
  operatorIsRegistrar: true,
  keyDelayS: 86_400,
  recoveryDelayS: 259_200,
  renewalUnit: MicroEur(1_000_000n),
  renewalMinimum: 5,
  marketMechanism: "uniform",
  marketGateS: 900,
  marketForwardGateS: 86_400,
  marketClearingS: 900,
  marketFallback: true,
  marketCorrectionDays: 60,
  marketCapHighest: MicroEur(50_000_000n),
  marketFeeFeeder: MicroEurPerKwh(0n),
  marketFeeTransformer: MicroEurPerKwh(0n),
  marketFeeBeyond: MicroEurPerKwh(0n),
  supplyPayMinimumS: 1_728_000,
  supplyNoticeMinimumS: 2_160_000,
  supplyReducedMinimumS: 1_296_000,
  supplyReducedPerMille: 150,
  supplyVitalMinimumW: 500,
  supplyEndNoticeS: 2_592_000,
  supplyFinalBillS: 3_628_800,
};
const SUPPLIER = 3;

function draftWithSupplier() {
  const draft = new State([PARAMETERS, SUPPLIERS, RATES] as unknown as readonly Table<
    never,
    never
  >[]).draft();
  draft.put(PARAMETERS, 0, LAWS);
  const supplier = { name: "Alba Energia", suspended: false, enrolled: 1, salesClosed: 0, salesPaid: 0 };
  draft.put(SUPPLIERS, SUPPLIER, supplier);
  draft.put(SUPPLIERS, SUPPLIER + 1, supplier);
  return draft;
}

const publish = (day: number, time: UnixSeconds, rate = 142_000n): Status =>
  publishRate(draftWithSupplier(), { supplier: SUPPLIER, day }, MicroEurPerKwh(rate), { height: 5, time });

test("a rate is published until five minutes before its day begins, in the community's own zone", () => {
  const rows: readonly (readonly [string, number, number])[] = [
    ["a summer day: midnight in Rome is 22:00 UTC", 2026, 6],
    ["a winter day: 23:00 UTC", 2026, 12],
  ];
  for (const [what, year, month] of rows) {
    const day = dayNumber({ year, month, day: 16 });
    const midnight = dayStart(ROME, day);
    assert.equal(midnight, day * 86_400 - (month === 6 ? 7200 : 3600), what);
    assert.equal(publish(day, midnight - 301), "ok", what);
    assert.equal(publish(day, midnight - 300), "rate_too_late", what);
    assert.equal(publish(day, midnight), "rate_too_late", what);
    assert.equal(publish(day, midnight + 86_400), "rate_too_late", what);
  }
});

test("the days on which the clocks change begin when Rome's midnight is, not a day of seconds later", () => {
  const forward = dayNumber({ year: 2026, month: 3, day: 29 });
  const back = dayNumber({ year: 2026, month: 10, day: 25 });
  for (const [day, hours] of [
    [forward, 23],
    [back, 25],
  ] as const) {
    const next = dayStart(ROME, day) + hours * 3600;
    assert.equal(publish(day + 1, next - 301), "ok");
    assert.equal(publish(day + 1, next - 300), "rate_too_late");
  }
});

test("a rate is published at most seven days ahead, counted in civil days", () => {
  const day = dayNumber({ year: 2026, month: 6, day: 16 });
  for (const time of [dayStart(ROME, day), dayStart(ROME, day + 1) - 1]) {
    assert.equal(publish(day + 7, time), "ok");
    assert.equal(publish(day + 8, time), "rate_too_early");
  }
});

test("a rate lies within the law's bounds, both allowed", () => {
  const day = dayNumber({ year: 2026, month: 6, day: 16 });
  const time = dayStart(ROME, day) - 3600;
  const rows: readonly (readonly [bigint, Status])[] = [
    [9_999n, "rate_out_of_range"],
    [10_000n, "ok"],
    [500_000n, "ok"],
    [500_001n, "rate_out_of_range"],
  ];
  for (const [rate, status] of rows) assert.equal(publish(day, time, rate), status);
});

test("a rate is published once, and stays what it was; another supplier's or another day's is another", () => {
  const draft = draftWithSupplier();
  const day = dayNumber({ year: 2026, month: 6, day: 16 });
  const block = { height: 5, time: dayStart(ROME, day) - 3600 };
  const put = (supplier: number, on: number, rate: bigint) =>
    publishRate(draft, { supplier, day: on }, MicroEurPerKwh(rate), block);
  assert.equal(put(SUPPLIER, day, 142_000n), "ok");
  assert.equal(put(SUPPLIER, day, 142_000n), "rate_already_published");
  assert.equal(put(SUPPLIER, day, 150_000n), "rate_already_published");
  assert.equal(put(SUPPLIER, day + 1, 150_000n), "ok");
  assert.equal(put(SUPPLIER + 1, day, 160_000n), "ok");
  assert.deepEqual(draft.get(RATES, { supplier: SUPPLIER, day }), { rate: 142_000n, ...block });
});

test("no two suppliers and days share a place, however far the day", () => {
  const ids = new Set(
    [
      { supplier: 3, day: 0x10_0000 },
      { supplier: 4, day: 0 },
      { supplier: 3, day: 0 },
      { supplier: 0, day: 0xffff_ffff },
      { supplier: 0xffff_ffff, day: 0xffff_ffff },
      { supplier: 31, day: 1 },
      { supplier: 3, day: 11 },
    ].map((key) => RATES.id(key)),
  );
  assert.equal(ids.size, 7);
});
