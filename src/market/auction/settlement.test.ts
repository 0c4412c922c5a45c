/** Settlement of a day: hand-made quarter hours, conservation in whatever happens, corrections as differences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decode } from "#base/codec.ts";
import { Random } from "#base/random.ts";
import {
  amountOf,
  type BalancingPrices,
  differenceOf,
  fallbackPrice,
  type MeteredDay,
  type SettledDay,
  type SettlementTerms,
  settleDay,
  type TradedDay,
} from "#market/auction/settlement.ts";
import {
  leafOf,
  linesOf,
  outcomeOf,
  proveStatement,
  type Statement,
  statementCodec,
  statementNet,
  statementsRoot,
  verifyStatement,
} from "#market/auction/statement.ts";

const TARIFF = 300_000;
const FEED_IN = 80_000;
const TERMS: SettlementTerms = { fallback: true, fallbackFee: 0 };

interface Row {
  readonly bought?: number;
  readonly sold?: number;
  readonly imported?: number;
  readonly exported?: number;
  readonly measured?: boolean;
}

/** One quarter hour in which everything traded at one price. */
function quarterHour(price: number, rows: readonly Row[], terms = TERMS) {
  const of = (pick: (row: Row) => number | undefined) => Uint32Array.from(rows, (row) => pick(row) ?? 0);
  const traded: TradedDay = {
    homes: rows.length,
    boughtWh: of(({ bought }) => bought),
    soldWh: of(({ sold }) => sold),
    paid: rows.map(({ bought = 0 }) => (bought * price) / 1000),
    earned: rows.map(({ sold = 0 }) => (sold * price) / 1000),
  };
  const metered: MeteredDay = {
    importedWh: of(({ imported }) => imported),
    exportedWh: of(({ exported }) => exported),
    measured: Uint8Array.from(rows, ({ measured = true }) => (measured ? 1 : 0)),
  };
  const prices = { tariff: Int32Array.of(TARIFF), feedIn: Int32Array.of(FEED_IN) };
  return { traded, metered, prices, settled: settleDay(terms, traded, metered, prices) };
}

const CASES: readonly (readonly [
  sentence: string,
  rows: readonly Row[],
  nets: readonly number[],
  supplier: number,
])[] = [
  [
    "what was sold and delivered is paid, what was bought and used is charged",
    [
      { sold: 1000, exported: 1000 },
      { bought: 1000, imported: 1000 },
    ],
    [200_000, -200_000],
    0,
  ],
  [
    "who delivers less buys the rest at the tariff",
    [
      { sold: 1000, exported: 400 },
      { bought: 1000, imported: 1000 },
    ],
    [200_000 - 600 * 300, -200_000],
    600 * 300,
  ],
  [
    "who uses less sells the rest at the feed-in rate",
    [
      { sold: 1000, exported: 1000 },
      { bought: 1000, imported: 250 },
    ],
    [200_000, -200_000 + 750 * 80],
    -750 * 80,
  ],
  [
    "what nobody traded is matched midway, in proportion",
    [{ exported: 300 }, { imported: 400 }, { imported: 200 }],
    [300 * 190, -200 * 190, -100 * 190],
    0,
  ],
  [
    "more than was sold and more than was bought meet in the fallback",
    [
      { sold: 100, exported: 300 },
      { bought: 100, imported: 250 },
    ],
    [20_000 + 150 * 190, -20_000 - 150 * 190],
    0,
  ],
  [
    "who sold again what it had bought owes only the difference",
    [
      { sold: 500, exported: 500 },
      { bought: 500, sold: 300 },
      { bought: 300, imported: 300 },
    ],
    [100_000, -40_000 + 200 * 80, -60_000],
    -200 * 80,
  ],
  [
    "a quarter hour that nobody measured is taken as traded, and has no part in the fallback",
    [
      { sold: 1000, measured: false },
      { bought: 1000, imported: 1500 },
    ],
    [200_000, -200_000],
    0,
  ],
  ["nobody does anything", [{}, {}], [0, 0], 0],
];
for (const [sentence, rows, nets, supplier] of CASES) {
  test(sentence, () => {
    const { settled } = quarterHour(200_000, rows);
    assert.deepEqual(settled.nets, nets);
    assert.equal(settled.totals.supplier, supplier);
  });
}

test("without the fallback by law, what is left stays with the supplier", () => {
  const { settled } = quarterHour(200_000, [{ exported: 300 }, { imported: 400 }], {
    fallback: false,
    fallbackFee: 0,
  });
  assert.deepEqual([settled.nets, settled.totals.fallbackWh], [[0, 0], 0]);
});

test("who buys by fallback pays the community's fee, half to even", () => {
  const { settled } = quarterHour(0, [{ exported: 500 }, { imported: 500 }], {
    fallback: true,
    fallbackFee: 3,
  });
  // 1.5 µEUR.
  assert.equal(settled.totals.fees, 2);
  assert.deepEqual(settled.nets, [95_000, -95_002]);
});

test("whose consent ends buys nothing by fallback, and what it still owes the balancing supplier bears", () => {
  const rows = [
    { bought: 1000, imported: 3000 },
    { sold: 1000, exported: 2000 },
    { sold: 0, imported: 500 },
    { sold: 0 },
  ];
  const { traded, metered, prices } = quarterHour(200_000, rows);
  const lowest = [-150_000, -10_000_000, -10_000_000, 0];
  const settled = settleDay(TERMS, traded, metered, prices, lowest);
  // Of the 1,000 Wh that are left over the third home alone takes 500, at 0.19 €/kWh.
  assert.deepEqual(settled.nets, [-150_000, 200_000 + 95_000, -95_000, 0]);
  assert.deepEqual(settled.waived, [50_000, 0, 0, 0]);
  assert.equal(settled.totals.supplier, -50_000);
});

test("an odd watt-hour and an odd micro-euro go to the largest remainder, and to whoever stands first", () => {
  const { settled } = quarterHour(0, [{ imported: 1 }, { imported: 1 }, { exported: 1 }]);
  assert.deepEqual([...settled.fallbackBoughtWh], [1, 0, 0]);
  assert.deepEqual(settled.nets, [-190, 0, 190]);
  assert.equal(fallbackPrice(3, 0), 2);
  assert.equal(fallbackPrice(5, 0), 2, "half to even");
  assert.equal(amountOf(500, 1), 0, "half to even");
  assert.equal(amountOf(500, 3), 2);
  assert.equal(amountOf(4_294_967_295, -1_000_000_000), -4_294_967_295_000_000);
});

const energy = fc.integer({ min: 0, max: 6_000 });
const dayArbitrary = fc
  .record({ homes: fc.integer({ min: 1, max: 6 }), slots: fc.integer({ min: 1, max: 5 }) })
  .chain(({ homes, slots }) =>
    fc.record({
      homes: fc.constant(homes),
      trades: fc.array(
        fc.record({
          slot: fc.nat(slots - 1),
          seller: fc.nat(homes - 1),
          buyer: fc.nat(homes - 1),
          // Nobody is charged for a trade of nothing.
          energy: energy.map((wh) => Math.max(1, wh)),
          price: fc.integer({ min: -200_000, max: 900_000 }),
          fee: fc.nat(900),
        }),
        { maxLength: 20 },
      ),
      imported: fc.array(energy, { minLength: homes * slots, maxLength: homes * slots }),
      exported: fc.array(energy, { minLength: homes * slots, maxLength: homes * slots }),
      measured: fc.array(fc.nat(4), { minLength: homes * slots, maxLength: homes * slots }),
      tariff: fc.array(fc.integer({ min: -50_000, max: 700_000 }), { minLength: slots, maxLength: slots }),
      feedIn: fc.array(fc.integer({ min: -90_000, max: 300_000 }), { minLength: slots, maxLength: slots }),
      terms: fc.record({ fallback: fc.boolean(), fallbackFee: fc.nat(40_000) }),
      lowest: fc.option(
        fc.array(fc.integer({ min: -3_000_000, max: 50_000 }), { minLength: homes, maxLength: homes }),
        { nil: undefined },
      ),
    }),
  );
type Drawn = typeof dayArbitrary extends fc.Arbitrary<infer T> ? T : never;

function settle(drawn: Drawn): {
  readonly traded: TradedDay;
  readonly metered: MeteredDay;
  readonly prices: BalancingPrices;
  readonly settled: SettledDay;
} {
  const { homes, trades } = drawn;
  const places = drawn.imported.length;
  const boughtWh = new Uint32Array(places);
  const soldWh = new Uint32Array(places);
  const paid = new Array<number>(places).fill(0);
  const earned = new Array<number>(places).fill(0);
  for (const { slot, seller, buyer, energy: wh, price, fee } of trades) {
    const amount = amountOf(wh, price);
    boughtWh[slot * homes + buyer]! += wh;
    soldWh[slot * homes + seller]! += wh;
    paid[slot * homes + buyer]! += amount + fee;
    earned[slot * homes + seller]! += amount;
  }
  const traded = { homes, boughtWh, soldWh, paid, earned };
  const metered = {
    importedWh: Uint32Array.from(drawn.imported),
    exportedWh: Uint32Array.from(drawn.exported),
    measured: Uint8Array.from(drawn.measured, (of) => (of === 0 ? 0 : 1)),
  };
  const prices = { tariff: Int32Array.from(drawn.tariff), feedIn: Int32Array.from(drawn.feedIn) };
  const { lowest } = drawn;
  return { traded, metered, prices, settled: settleDay(drawn.terms, traded, metered, prices, lowest) };
}

const sumOf = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);

test("energy and money come out even to the last watt-hour and micro-euro, whatever was traded and metered", () => {
  fc.assert(
    fc.property(dayArbitrary, (drawn) => {
      const { traded, metered, settled } = settle(drawn);
      const { totals, nets } = settled;
      assert.equal(sumOf(nets) + totals.supplier + totals.fees, 0);
      assert.ok(totals.fees >= sumOf(drawn.trades.map(({ fee }) => fee)));
      for (const [home, least] of drawn.lowest?.entries() ?? []) assert.ok(nets[home]! >= least);
      assert.equal(sumOf(settled.fallbackBoughtWh), sumOf(settled.fallbackSoldWh));
      assert.equal(sumOf(settled.fallbackPaid), sumOf(settled.fallbackEarned));
      let [deliveredWh, usedWh] = [0, 0];
      for (let at = 0; at < traded.boughtWh.length; at++) {
        const position = traded.boughtWh[at]! - traded.soldWh[at]!;
        deliveredWh += Math.max(0, -position) - settled.shortWh[at]!;
        usedWh += Math.max(0, position) - settled.longWh[at]!;
        if (metered.measured[at] === 0) continue;
        assert.ok(Math.max(0, -position) - settled.shortWh[at]! <= metered.exportedWh[at]!);
        assert.ok(Math.max(0, position) - settled.longWh[at]! <= metered.importedWh[at]!);
        const taken = Math.max(0, position) - settled.longWh[at]! + settled.fallbackBoughtWh[at]!;
        assert.ok(taken <= metered.importedWh[at]!, "nobody buys more than it took");
      }
      assert.equal(deliveredWh + totals.shortWh, usedWh + totals.longWh);
    }),
    { numRuns: 300 },
  );
});

test("after the fallback nobody is left with an export while a neighbour is left with an import", () => {
  fc.assert(
    fc.property(dayArbitrary, (drawn) => {
      const { traded, metered, settled, prices } = settle({
        ...drawn,
        trades: [],
        lowest: undefined,
        terms: { ...drawn.terms, fallback: true },
      });
      for (let slot = 0; slot < prices.tariff.length; slot++) {
        let [inWh, outWh] = [0, 0];
        for (let at = slot * traded.homes; at < (slot + 1) * traded.homes; at++) {
          if (metered.measured[at] === 0) continue;
          inWh += metered.importedWh[at]! - settled.fallbackBoughtWh[at]!;
          outWh += metered.exportedWh[at]! - settled.fallbackSoldWh[at]!;
        }
        assert.ok(inWh === 0 || outWh === 0);
      }
    }),
    { numRuns: 100 },
  );
});

test("a version's differences lead from what was booked to what is right, and come out even themselves", () => {
  fc.assert(
    fc.property(dayArbitrary, fc.array(energy, { minLength: 30, maxLength: 30 }), (drawn, other) => {
      const first = settle(drawn).settled;
      const second = settle({
        ...drawn,
        exported: drawn.exported.map((_, i) => other[i % other.length]!),
      }).settled;
      const booked = (settled: SettledDay) =>
        new Map([
          ...settled.nets.map((net, home): [number, number] => [home + 1, net]),
          [9_000, settled.totals.supplier],
          [9_001, settled.totals.fees],
        ]);
      const difference = differenceOf(booked(first), booked(second));
      assert.equal(sumOf(difference.map(({ net }) => net)), 0);
      const after = booked(first);
      for (const { party, net } of difference) after.set(party, after.get(party)! + net);
      assert.deepEqual(after, booked(second));
      assert.deepEqual(differenceOf(booked(second), booked(second)), []);
      assert.ok(difference.every(({ party }, i) => i === 0 || party > difference[i - 1]!.party));
    }),
    { numRuns: 100 },
  );
});

test("every home's statement comes to its net, and is proved under the root", () => {
  fc.assert(
    fc.property(dayArbitrary, (drawn) => {
      const { traded, metered, prices, settled } = settle(drawn);
      const random = new Random("statements");
      const statements = settled.nets.map(
        (_, home): Statement => ({
          day: 20_620,
          version: 1,
          member: 101 + home,
          fallbackFee: drawn.terms.fallbackFee,
          waived: settled.waived[home]!,
          lines: linesOf(home, 1_781_560_800, traded, metered, prices, settled),
          salt: random.bytes(16),
        }),
      );
      const leaves = statements.map(leafOf);
      const root = statementsRoot(leaves);
      for (const [home, statement] of statements.entries()) {
        assert.equal(statementNet(statement), settled.nets[home]);
        const read = decode(statementCodec, leaves[home]!);
        assert.deepEqual(read.ok && read.value, statement);
        const proof = proveStatement(leaves, home);
        assert.ok(verifyStatement(root, leaves[home]!, proof));
        const other = leafOf({ ...statement, version: 2 });
        assert.ok(!verifyStatement(root, other, proof));
      }
    }),
    { numRuns: 60 },
  );
});

test("a line says what was short and long, and what it came to", () => {
  const { traded, metered, prices, settled } = quarterHour(200_000, [
    { sold: 1000, exported: 400 },
    { bought: 1000, imported: 900 },
  ]);
  const [seller] = linesOf(0, 0, traded, metered, prices, settled);
  assert.deepEqual(outcomeOf(seller!, 0), {
    shortWh: 600,
    longWh: 0,
    shortPaid: 180_000,
    longEarned: 0,
    fee: 0,
    net: 20_000,
  });
});

test("a clearing that pays out more than it takes is no clearing", () => {
  const { traded, metered, prices } = quarterHour(200_000, [
    { sold: 1000, exported: 1000 },
    { bought: 1000, imported: 1000 },
  ]);
  assert.throws(
    () => settleDay(TERMS, { ...traded, paid: [0, 199_999] }, metered, prices),
    /no more is received/,
  );
});

test("a day of 1,000 homes settles", (t) => {
  const homes = 1_000;
  const places = homes * 96;
  const random = new Random("a thousand homes");
  const half = homes / 2;
  const boughtWh = new Uint32Array(places);
  const soldWh = new Uint32Array(places);
  const importedWh = Uint32Array.from({ length: places }, () => random.integer(900));
  const exportedWh = Uint32Array.from({ length: places }, () => random.integer(900));
  for (let slot = 0; slot < 96; slot++) {
    for (let home = 0; home < half; home++) {
      const wh = random.integer(500);
      boughtWh[slot * homes + home] = wh;
      soldWh[slot * homes + home + half] = wh;
    }
  }
  const paid = Array.from(boughtWh, (wh) => amountOf(wh, 170_000));
  const earned = Array.from(soldWh, (wh) => amountOf(wh, 170_000));
  const prices = { tariff: new Int32Array(96).fill(TARIFF), feedIn: new Int32Array(96).fill(FEED_IN) };
  const began = performance.now();
  const { nets, totals } = settleDay(
    TERMS,
    { homes, boughtWh, soldWh, paid, earned },
    { importedWh, exportedWh, measured: new Uint8Array(places).fill(1) },
    prices,
  );
  t.diagnostic(`${Math.round(performance.now() - began)} ms`);
  assert.equal(sumOf(nets) + totals.supplier + totals.fees, 0);
});
