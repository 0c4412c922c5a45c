import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { MicroEurPerKwh } from "#base/units.ts";
import { type Outlet, rankOutlets, type Situation } from "./outlets.ts";

const price = (microEur: number) => MicroEurPerKwh(BigInt(microEur));

/** An evening: half a store of solar energy, the tariff dear, two suppliers with a rate. */
const EVENING: Situation = {
  source: "accumulator",
  chargePerMille: 950n,
  dischargePerMille: 950n,
  wear: price(20_000),
  importNow: price(410_000),
  vatPpm: 100_000n,
  deductsVat: false,
  drawsNow: false,
  store: { full: false, laterPrice: price(330_000), sellable: "yes" },
  market: { joined: true, price: price(180_000), fee: price(2_000) },
  suppliers: [
    { member: 12, rate: price(140_000), suspended: false, covers: true },
    { member: 11, rate: price(142_000), suspended: false, covers: true },
  ],
  saleFee: price(2_000),
  feedIn: price(80_000),
  incentive: { tariff: price(124_000), producersPpm: 500_000n, sharedPpm: 500_000n },
};

const named = ({ kind, supplier }: Outlet) => (supplier === undefined ? kind : `${kind} ${supplier}`);
const rowsOf = (change: Partial<Situation> = {}) =>
  rankOutlets({ ...EVENING, ...change }).map((outlet) => [
    named(outlet),
    outlet.rank,
    outlet.worth === undefined ? undefined : Number(outlet.worth.net),
    outlet.reason,
  ]);

test("the outlets of a stored kWh, reckoned by hand", () => {
  assert.deepEqual(rowsOf(), [
    // 330,000 × 0.95 − 19,000
    ["keep", 1, 294_500, "saves_later"],
    // (180,000 − 2,000) × 0.95 − 19,000
    ["neighbour", 2, 150_100, "market_price"],
    // (142,000 − 2,000) × 0.95 − 19,000
    ["supplier 11", 3, 114_000, "rate_of_today"],
    ["supplier 12", 4, 112_100, "rate_of_today"],
    // (80,000 + 124,000 × ½ × ½) × 0.95 − 19,000
    ["community", 5, 86_450, "shared_incentive"],
    // 410,000 × 0.95 − 19,000, but the house takes nothing from the MicroGrid
    ["use", undefined, 370_500, "house_is_covered"],
  ]);
});

test("the outlets of a kWh from the panels: only what goes through the accumulator loses and wears", () => {
  assert.deepEqual(rowsOf({ source: "panels", drawsNow: true }), [
    ["use", 1, 410_000, "saves_now"],
    // 330,000 × 0.95 × 0.95 − 20,000 × 0.9025
    ["keep", 2, 279_775, "saves_later"],
    ["neighbour", 3, 178_000, "market_price"],
    ["community", 4, 111_000, "shared_incentive"],
    // 140,000 × 0.9025 − 18,050
    ["supplier 11", 5, 108_300, "rate_of_today"],
    ["supplier 12", 6, 106_495, "rate_of_today"],
  ]);
});

test("each worth is the sum of its parts, each told apart", () => {
  const [keep] = rankOutlets(EVENING);
  assert.deepEqual(keep?.worth, { net: 294_500n, gross: 330_000n, fee: 0n, lost: 16_500n, wear: 19_000n });
  const seller = rankOutlets(EVENING).find(({ supplier }) => supplier === 11);
  assert.deepEqual(seller?.worth, {
    net: 114_000n,
    gross: 142_000n,
    fee: 2_000n,
    lost: 7_000n,
    wear: 19_000n,
  });
});

test("what the sun refills before it is needed is worth nothing kept, and wears nothing", () => {
  const store = { ...EVENING.store!, laterPrice: price(0) };
  const keep = rankOutlets({ ...EVENING, store }).find(({ kind }) => kind === "keep")!;
  assert.deepEqual(
    [keep.rank, keep.reason, keep.worth],
    [5, "refilled_by_the_sun", { net: 0n, gross: 0n, fee: 0n, lost: 0n, wear: 0n }],
  );
});

test("whoever deducts the tax saves the price without it", () => {
  const [keep] = rankOutlets({ ...EVENING, deductsVat: true });
  // 330,000 ÷ 1.1 = 300,000; × 0.95 − 19,000
  assert.equal(keep?.worth?.net, 266_000n);
});

test("at an equal worth what can still be changed comes first, and both are as good", () => {
  // (330,000 − 2,000) … the neighbours' price that makes both worth 294,500.
  const market = { joined: true, price: price(332_000), fee: price(2_000) };
  const suppliers = [
    { member: 12, rate: price(142_000), suspended: false, covers: true },
    { member: 11, rate: price(142_000), suspended: false, covers: true },
  ];
  assert.deepEqual(
    rowsOf({ market, suppliers })
      .slice(0, 5)
      .map(([name, rank]) => [name, rank]),
    [
      ["keep", 1],
      ["neighbour", 1],
      ["supplier 11", 3],
      ["supplier 12", 3],
      ["community", 5],
    ],
  );
});

test("an outlet that is no choice says why, and what it would bring where that can be told", () => {
  const of = (name: string, change: Partial<Situation>) => {
    const found = rankOutlets({ ...EVENING, ...change }).find((outlet) => named(outlet) === name)!;
    return [found.rank, found.reason, found.worth === undefined ? undefined : Number(found.worth.net)];
  };
  const rows: [string, Partial<Situation>, unknown[]][] = [
    [
      "keep",
      { source: "panels", store: { ...EVENING.store!, full: true } },
      [undefined, "accumulator_full", undefined],
    ],
    ["keep", { store: undefined }, [undefined, "no_accumulator", undefined]],
    ["neighbour", { market: undefined }, [undefined, "market_not_open", undefined]],
    ["neighbour", { market: { ...EVENING.market!, joined: false } }, [undefined, "not_joined", 150_100]],
    [
      "neighbour",
      { market: { ...EVENING.market!, price: undefined } },
      [undefined, "nothing_would_trade", undefined],
    ],
    [
      "supplier 11",
      { suppliers: [{ member: 11, rate: undefined, suspended: false, covers: true }] },
      [undefined, "rate_missing", undefined],
    ],
    [
      "supplier 11",
      { suppliers: [{ member: 11, rate: price(142_000), suspended: true, covers: true }] },
      [undefined, "supplier_suspended", undefined],
    ],
    [
      "supplier 11",
      { suppliers: [{ member: 11, rate: price(142_000), suspended: false, covers: false }] },
      [undefined, "funds_too_low", 114_000],
    ],
    [
      "supplier 11",
      { store: { ...EVENING.store!, sellable: "grid_energy" } },
      [undefined, "grid_energy", 114_000],
    ],
    [
      "community",
      { store: { ...EVENING.store!, sellable: "too_little_stored" } },
      [undefined, "too_little_stored", 86_450],
    ],
    ["community", { incentive: undefined }, [5, "feed_in", 57_000]],
  ];
  for (const [name, change, wanted] of rows) assert.deepEqual(of(name, change), wanted, name);
});

test("a fee never takes more than a rate", () => {
  const suppliers = [{ member: 11, rate: price(1_000), suspended: false, covers: true }];
  const found = rankOutlets({ ...EVENING, suppliers }).find(({ supplier }) => supplier === 11)!;
  assert.deepEqual(found.worth, { net: -19_000n, gross: 1_000n, fee: 1_000n, lost: 0n, wear: 19_000n });
});

test("whatever is handed in: parts add up, ranks follow worth, a price that rises makes no outlet worse", () => {
  const money = fc.integer({ min: 0, max: 1_000_000 }).map(price);
  const situations = fc.record({
    source: fc.constantFrom("panels", "accumulator"),
    chargePerMille: fc.bigInt({ min: 1n, max: 1000n }),
    dischargePerMille: fc.bigInt({ min: 1n, max: 1000n }),
    wear: money,
    importNow: money,
    vatPpm: fc.bigInt({ min: 0n, max: 300_000n }),
    deductsVat: fc.boolean(),
    drawsNow: fc.boolean(),
    store: fc.option(
      fc.record({
        full: fc.boolean(),
        laterPrice: money,
        sellable: fc.constantFrom("yes", "too_little_stored", "grid_energy"),
      }),
      { nil: undefined },
    ),
    market: fc.option(
      fc.record({ joined: fc.boolean(), price: fc.option(money, { nil: undefined }), fee: money }),
      { nil: undefined },
    ),
    suppliers: fc.uniqueArray(
      fc.record({
        member: fc.integer({ min: 1, max: 9 }),
        rate: fc.option(money, { nil: undefined }),
        suspended: fc.boolean(),
        covers: fc.boolean(),
      }),
      { selector: ({ member }) => member, maxLength: 4 },
    ),
    saleFee: money,
    feedIn: money,
    incentive: fc.constant(EVENING.incentive),
  }) as fc.Arbitrary<Situation>;
  fc.assert(
    fc.property(situations, money, (situation, more) => {
      const ranked = rankOutlets(situation);
      assert.equal(ranked.length, 4 + situation.suppliers.length);
      for (const { worth } of ranked) {
        if (worth !== undefined) assert.equal(worth.net, worth.gross - worth.fee - worth.lost - worth.wear);
      }
      const open = ranked.filter(({ rank }) => rank !== undefined);
      for (const [i, one] of open.entries()) {
        const better = open.filter((other) => other.worth!.net > one.worth!.net).length;
        assert.equal(one.rank, better + 1);
        assert.ok(i === 0 || open[i - 1]!.worth!.net >= one.worth!.net);
      }
      const dearer = rankOutlets({ ...situation, feedIn: price(Number(situation.feedIn + more)) });
      const given = (outlets: readonly Outlet[]) =>
        outlets.find(({ kind }) => kind === "community")!.worth!.net;
      assert.ok(given(dearer) >= given(ranked));
    }),
    { numRuns: 300 },
  );
});
