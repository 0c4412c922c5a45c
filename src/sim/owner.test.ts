import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import { dayOf } from "#base/time.ts";
import { Wh } from "#base/units.ts";
import { quoteSale } from "#market/sale.ts";
import { habitualSale } from "#sim/owner.ts";
import {
  BORA,
  BORA_RATE,
  type ChainBench,
  interval,
  openStreet,
  selling,
} from "../../test/support/chain-bench.ts";

/** A store of 6,400 Wh that holds `solar` and `grid`, at noon of a day with rates. */
function streetWith(solar: number, grid = 0): { bench: ChainBench; day: number } {
  const { bench, noon } = openStreet();
  let [left, leftGrid] = [solar, grid];
  let start = noon;
  while (left + leftGrid > 0) {
    const charged = Math.min(left, 1_000);
    const chargedGrid = Math.min(leftGrid, 1_000 - charged);
    bench.accept(
      start + 900,
      interval(start, { plant: 1, solar: { chargedWh: charged }, grid: { chargedWh: chargedGrid } }),
    );
    left -= charged;
    leftGrid -= chargedGrid;
    start += 900;
  }
  return { bench, day: dayOf(bench.genesis.parameters.zone, start) };
}

/** What the owner asks for in 400 quarter hours of that kind. */
function asked({ bench, day }: ReturnType<typeof streetWith>, hour = 12, reserveWh = 1_280n) {
  return Array.from({ length: 400 }, (_, i) =>
    habitualSale(
      bench.view,
      1,
      Wh(reserveWh),
      { day, hour },
      bench.view.plant(1)!.capacity,
      () => new Random(i),
    ),
  ).filter((request) => request !== undefined);
}

test("with a full accumulator, some quarter hours around midday see a sale to whoever pays best", () => {
  const street = streetWith(6_000);
  const requests = asked(street);
  assert.ok(requests.length > 30 && requests.length < 90, `${requests.length} of 400`);
  const { parameters } = street.bench.view;
  for (const request of requests) {
    assert.equal(request.supplier, BORA);
    assert.equal(request.rate, BORA_RATE);
    assert.equal(request.day, street.day);
    assert.ok(request.energy >= parameters.minimumSale && request.energy % 100n === 0n);
    const { reserved } = quoteSale(
      { ...request, storeMarginPerMille: parameters.storeMarginPerMille },
      request.energy,
    );
    assert.ok(reserved <= 6_000n - 1_280n, "the reserve stays");
  }
  assert.equal(new Set(requests.map(({ sale }) => toHex(sale))).size, requests.length);
});

test("the same quarter hour has the same sale", () => {
  const street = streetWith(6_000);
  assert.deepEqual(asked(street), asked(street));
});

test("nothing is sold early, late, from a store that is not nearly full, or below the reserve", () => {
  const full = streetWith(6_000);
  for (const hour of [0, 8, 16, 23]) assert.deepEqual(asked(full, hour), []);
  for (const hour of [9, 15]) assert.ok(asked(full, hour).length > 0);
  assert.deepEqual(asked(full, 12, 6_000n), []);
  assert.deepEqual(asked(streetWith(5_100)), [], "80 % of 6,400 Wh are 5,120");
  assert.deepEqual(
    asked(streetWith(4_000, 2_000)),
    [],
    "energy from the MicroGrid fills it and cannot be sold",
  );
});

test("one sale at a time, and none without a plant, an accumulator or a rate of the day", () => {
  const { bench, day } = streetWith(6_000);
  assert.deepEqual(asked({ bench, day: day + 30 }), []);
  bench.accept(bench.view.time, selling(bench, bench.view.time));
  assert.deepEqual(asked({ bench, day }), []);
  const now = { day, hour: 12 };
  assert.equal(
    habitualSale(bench.view, 99, Wh(0n), now, Wh(6_000n), () => new Random(1)),
    undefined,
  );
  const bare = openStreet({
    sheet: { capacity: Wh(0n), chargePowerMaxW: 0, dischargePowerMaxW: 0 },
  }).bench;
  assert.equal(
    habitualSale(bare.view, 1, Wh(0n), now, Wh(0n), () => new Random(1)),
    undefined,
  );
});

test("luck is asked for only where everything else allows a sale", () => {
  const { bench, day } = streetWith(1_000);
  habitualSale(bench.view, 1, Wh(0n), { day, hour: 12 }, bench.view.plant(1)!.capacity, () =>
    assert.fail("drawn in vain"),
  );
});
