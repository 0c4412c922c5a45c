/** Bidders who see forecast and store: what they keep, bid and ask, and that the accumulator follows what traded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Accumulator } from "#plant/accumulator.ts";
import { Forecast, type Household, ordersOf, spareWh, steer, toKeepWh } from "#sim/auction/battery.ts";
import { liveStreet } from "#sim/auction/lived.ts";
import { planTown } from "#sim/plan.ts";

const OUTSIDE = { feedIn: 80_000, tariff: 300_000 };
const MIDWAY = 190_000;

/** Lossless, 5 kWh, 4 kW; the day before repeated itself: `nets` of its quarter hours, from now on. */
function home(storedWh: number, nets: (ahead: number) => number): Household {
  const forecast = new Forecast();
  for (let slot = 0; slot < 96; slot++) forecast.observe(nets(slot));
  const parameters = {
    capacityWh: 5_000,
    chargePowerMaxW: 4_000,
    dischargePowerMaxW: 4_000,
    roundTripEfficiency: 1,
    standbyLossW: 0,
  };
  return { accumulator: new Accumulator(parameters, storedWh), reserveWh: 500, forecast };
}

/** 16 quarter hours of evening and night that lack 100 Wh each, then sun; the last quarter hour lacked 100, too. */
const evening = (ahead: number) => (ahead < 16 ? 100 : ahead < 60 ? -200 : 100);

test("what the night will lack is kept, and the sun of tomorrow spares nothing of it", () => {
  assert.equal(toKeepWh(home(5_000, evening), MIDWAY, OUTSIDE), 1_500);
});

test("the next quarter hour lies midway between the last and that of the day before", () => {
  const forecast = new Forecast();
  assert.equal(forecast.net(0), 0);
  for (let slot = 0; slot < 96; slot++) forecast.observe(slot);
  assert.equal(forecast.net(0), (95 + 0) / 2);
  assert.equal(forecast.net(7), 7);
  assert.equal(forecast.weekBefore(), undefined);
});

test("in the evening a full store asks with what the night leaves, a poor one bids and is spared", () => {
  assert.deepEqual(ordersOf(home(3_000, evening), OUTSIDE), [{ side: "ask", energyWh: 900, limit: 80_000 }]);
  // 600 Wh above the reserve, 100 now and 1,500 later wanted: what is stored is bid for so that it stays.
  assert.deepEqual(ordersOf(home(1_100, evening), OUTSIDE), [{ side: "bid", energyWh: 100, limit: 294_000 }]);
  assert.deepEqual(ordersOf(home(500, evening), OUTSIDE), [{ side: "bid", energyWh: 100, limit: 300_000 }]);
});

test("at noon the surplus fills the store first and the rest is asked at the feed-in price", () => {
  // 48 quarter hours of sun of which the next lies below: afterwards 20 that lack 150 Wh.
  const noon = (ahead: number) => (ahead < 2 || ahead > 90 ? -1_000 : 150);
  const poor = ordersOf(home(500, noon), OUTSIDE);
  assert.deepEqual(poor, []);
  const rich = ordersOf(home(5_000, noon), OUTSIDE);
  assert.deepEqual(rich, [{ side: "ask", energyWh: 1_000, limit: 80_000 }]);
});

test("a home without an accumulator bids for what it lacks and asks with what is over", () => {
  const bare = (net: number): Household => ({ ...home(0, () => net), accumulator: undefined, reserveWh: 0 });
  assert.deepEqual(ordersOf(bare(120), OUTSIDE), [{ side: "bid", energyWh: 120, limit: 300_000 }]);
  assert.deepEqual(ordersOf(bare(-120), OUTSIDE), [{ side: "ask", energyWh: 120, limit: 80_000 }]);
  assert.deepEqual(ordersOf(bare(0), OUTSIDE), []);
});

test("who is paid little for stored energy trusts tomorrow's sun less, and sells less of it", () => {
  // A cloudless noon between two wants.
  const day = (ahead: number) => (ahead < 8 ? 50 : ahead < 40 ? -40 : 60);
  const one = home(4_000, day);
  assert.ok(spareWh(one, 100_000, OUTSIDE) < spareWh(one, 290_000, OUTSIDE));
});

test("the BEC exports the surplus first, then from the store, and stops when the sold energy is out", () => {
  const now = { surplusW: 1_000, seconds: 60, secondsLeft: 900 };
  assert.deepEqual(steer({ soldWh: 500, boughtWh: 0 }, { exportedJ: 0, importedJ: 0 }, now), {
    exportFirst: true,
    fromStoreJ: 60_000,
    keepStore: false,
  });
  const out = { exportedJ: 500 * 3600, importedJ: 0 };
  assert.deepEqual(steer({ soldWh: 500, boughtWh: 0 }, out, now), {
    exportFirst: false,
    fromStoreJ: 0,
    keepStore: false,
  });
  assert.ok(steer({ soldWh: 0, boughtWh: 100 }, { exportedJ: 0, importedJ: 359_999 }, now).keepStore);
  assert.ok(!steer({ soldWh: 0, boughtWh: 100 }, { exportedJ: 0, importedJ: 360_000 }, now).keepStore);
});

test("a street with battery-aware bidders shares more than it could without a market, and everybody pays once", () => {
  const plan = planTown({
    seed: 7,
    homes: 4,
    measured: undefined,
    start: undefined,
    solarHomes: "every-second",
    solarPeakKwp: 5,
    solarColumn: undefined,
    accumulatorKwh: 8,
    accumulatorKw: undefined,
  });
  const slots = 2 * 96;
  const none = liveStreet(plan, slots, "none", OUTSIDE);
  const auction = liveStreet(plan, slots, "auction", OUTSIDE);
  const supplier = liveStreet(plan, slots, "supplier", OUTSIDE);
  const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
  const shareable = (street: typeof none) => {
    const over = (of: "imported" | "exported", slot: number) =>
      sum(street.homes.map((home) => home[of][slot]!));
    return sum(
      Array.from({ length: slots }, (_, slot) => Math.min(over("imported", slot), over("exported", slot))),
    );
  };
  assert.ok(sum(auction.traded) > 0 && shareable(auction) > shareable(none));
  assert.ok(sum(auction.delivered) <= sum(auction.traded));
  assert.ok(sum(auction.delivered) + sum(auction.matched) <= shareable(auction));
  assert.ok(supplier.soldToSuppliersWh > 0);
  assert.equal(sum(none.traded) + none.imbalanceWh + none.soldToSuppliersWh, 0);
  // What homes pay in all is what the supplier gets for what the street took from it, less what it gave.
  for (const street of [none, auction]) {
    const { tariff, feedIn } = OUTSIDE;
    const taken = sum(street.homes.flatMap(({ imported }) => imported));
    const given = sum(street.homes.flatMap(({ exported }) => exported));
    const shared = sum(street.delivered) + sum(street.matched);
    const plain = ((taken - shared) * tariff - (given - shared) * feedIn) / 1000;
    // Who traded and did not meter it buys it back from the supplier: at most the spread for each such Wh.
    const more = sum(street.homes.map(({ cost }) => cost)) - plain;
    assert.ok(Math.abs(more) <= (street.imbalanceWh * (tariff - feedIn)) / 1000 + slots, `${more}`);
  }
  assert.deepEqual(liveStreet(plan, 96, "auction", OUTSIDE), liveStreet(plan, 96, "auction", OUTSIDE));
});
