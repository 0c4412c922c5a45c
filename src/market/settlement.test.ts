/** What a quarter hour's reading does to a plant's books, apart from sales; those have their own tests. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "#base/codec.ts";
import { Wh } from "#base/units.ts";
import { submitIntervalTotals } from "#chain/transactions.ts";
import { balanceOf } from "#ledger/account.ts";
import { CHARGED, GRID, LOST, SOLAR, UNSOLD, USED } from "#market/books.ts";
import type { PlantSheet } from "#market/participant.ts";
import { intervalTotalsCodec } from "#market/settlement.ts";
import { auditBooks } from "../../test/support/audit.ts";
import { ask, interval, OPERATOR, openStreet, totals } from "../../test/support/chain-bench.ts";

const Q = 900;

test("each Wh goes where its meter says, by origin, and the far sides of the batch are one posting", () => {
  const { bench, noon } = openStreet({ homes: 2, signatures: false });
  bench.accept(
    noon,
    interval(
      noon - Q,
      { plant: 1, solar: { chargedWh: 1000, usedWh: 100, exportedWh: 50, lostWh: 7 } },
      { plant: 2, solar: { chargedWh: 300 }, grid: { chargedWh: 40, usedWh: 30, lostWh: 1 } },
    ),
  );
  assert.deepEqual(bench.view.store(1), { solar: 843n, grid: 0n, pending: 0n, free: 843n });
  assert.deepEqual(bench.view.store(2), { solar: 300n, grid: 9n, pending: 0n, free: 300n });
  const state = bench.app.open(noon).state;
  const posted = [CHARGED, USED, LOST, UNSOLD].map((id) =>
    [SOLAR, GRID].map((asset) => balanceOf(state, id, asset).posted),
  );
  assert.deepEqual(posted, [
    [-1300n, -40n],
    [100n, 30n],
    [7n, 1n],
    [50n, 0n],
  ]);
  assert.deepEqual(auditBooks(bench.app), []);
});

test("within one quarter hour a store may be filled and emptied again", () => {
  const { bench, noon } = openStreet({ homes: 1, signatures: false });
  const both = { chargedWh: 900, exportedWh: 850, lostWh: 50 };
  bench.accept(noon, interval(noon - Q, { plant: 1, solar: both }));
  assert.equal(bench.view.store(1).solar, 0n);
});

test("a batch books all its entries or none", () => {
  const { bench, noon } = openStreet({ homes: 2, signatures: false });
  const root = bench.app.stateRoot;
  const { statuses } = bench.block(noon, [
    interval(noon - Q, { plant: 1, solar: { chargedWh: 100 } }, { plant: 2, solar: { usedWh: 1 } }),
  ]);
  assert.deepEqual(statuses, ["store_overdrawn"]);
  assert.deepEqual(bench.app.stateRoot, root);
});

test("a plant's quarter hours are submitted in order, each once, in as many batches as it takes", () => {
  const { bench, noon } = openStreet({ homes: 2, signatures: false });
  const read = (n: number, plant: number) =>
    bench.block(noon + 4 * Q, [interval(noon + n * Q, { plant, solar: { chargedWh: 1 } })]).statuses[0];
  assert.equal(read(0, 1), "ok");
  assert.equal(read(0, 1), "interval_already_submitted");
  assert.equal(read(0, 2), "ok", "another plant's reading of the same quarter hour");
  assert.equal(read(2, 1), "ok", "one may be missing");
  assert.equal(read(1, 1), "interval_already_submitted", "and does not come after a later one");
  assert.equal(read(3, 1), "ok");
  assert.equal(read(4, 1), "interval_in_future");
  assert.equal(bench.view.plant(1)!.lastInterval, noon + 3 * Q);
});

test("a reading is refused until its quarter hour has ended, to the second", () => {
  const { bench, noon } = openStreet({ homes: 1, signatures: false });
  const request = interval(noon, { plant: 1, solar: { chargedWh: 1 } });
  assert.deepEqual(bench.block(noon + Q - 1, [request]).statuses, ["interval_in_future"]);
  assert.deepEqual(bench.block(noon + Q, [request]).statuses, ["ok"]);
});

test("readings are held to the plant's powers and capacity, with a tenth more and one Wh for the meter", () => {
  // 5,000 W over a quarter hour are 1,250 Wh, with tolerance 1,375, with rounding 1,376.
  const sheets: readonly (readonly [Partial<PlantSheet>, object, "ok" | "exceeds_plant_limits"])[] = [
    [{}, { chargedWh: 1376 }, "ok"],
    [{}, { chargedWh: 1377 }, "exceeds_plant_limits"],
    [{ chargePowerMaxW: 4999 }, { chargedWh: 1375 }, "ok"],
    [{ chargePowerMaxW: 4999 }, { chargedWh: 1376 }, "exceeds_plant_limits"],
    [{}, { chargedWh: 1376, usedWh: 1000, exportedWh: 376 }, "ok"],
    [{}, { chargedWh: 1377, usedWh: 1000, exportedWh: 377 }, "exceeds_plant_limits"],
    [{ capacity: Wh(1000n) }, { chargedWh: 1101 }, "ok"],
    [{ capacity: Wh(1000n) }, { chargedWh: 1102 }, "exceeds_plant_limits"],
    [{ capacity: Wh(1000n) }, { chargedWh: 1202, lostWh: 101 }, "ok"],
    [{ capacity: Wh(0n), chargePowerMaxW: 0, dischargePowerMaxW: 0 }, { chargedWh: 1 }, "ok"],
    [
      { capacity: Wh(0n), chargePowerMaxW: 0, dischargePowerMaxW: 0 },
      { chargedWh: 2 },
      "exceeds_plant_limits",
    ],
  ];
  for (const [sheet, solar, status] of sheets) {
    const { bench, noon } = openStreet({ homes: 1, signatures: false, sheet });
    const request = interval(noon - Q, { plant: 1, solar });
    assert.deepEqual(bench.block(noon, [request]).statuses, [status], JSON.stringify([solar, status]));
  }
});

test("the limits count both origins together", () => {
  const { bench, noon } = openStreet({ homes: 1, signatures: false });
  const charge = (solar: number, grid: number) =>
    interval(noon - Q, { plant: 1, solar: { chargedWh: solar }, grid: { chargedWh: grid } });
  assert.deepEqual(bench.block(noon, [charge(1000, 377)]).statuses, ["exceeds_plant_limits"]);
  assert.deepEqual(bench.block(noon, [charge(1000, 376)]).statuses, ["ok"]);
});

test("a batch without entries tells of its quarter hour and moves nothing", () => {
  const { bench, noon } = openStreet({ homes: 1, signatures: false });
  const { events } = bench.accept(noon, ask(OPERATOR, submitIntervalTotals, totals(noon - Q)));
  assert.deepEqual(
    events.map((event) => event.type === "interval_submitted" && [event.intervalStart, event.plants]),
    [[noon - Q, 0]],
  );
});

test("an entry takes 36 bytes, so that 1,700 of them fit into a transaction", () => {
  const size = (n: number) =>
    encode(intervalTotalsCodec, totals(0, ...Array.from({ length: n }, (_, plant) => ({ plant })))).length;
  assert.equal(size(1), size(0) + 36);
  assert.equal(size(1700), 44 + 1700 * 36);
  assert.throws(() => size(1701));
});
