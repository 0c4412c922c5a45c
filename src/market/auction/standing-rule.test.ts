/** What a standing rule orders, and why. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Expectation, ordersByRule, type StandingRule } from "#market/auction/standing-rule.ts";

const RULE: StandingRule = {
  sellSurplusFrom: 120_000,
  sellStored: { from: 180_000, keepWh: 3_000 },
  buyUpTo: 250_000,
  solarOnly: false,
  partner: undefined,
};
const QUIET: Expectation = { surplusWh: 0, needWh: 0, storedWh: 0, deliverableWh: 1_250 };
const PLENTY = { spendable: 5_000_000 };

type Line = readonly [side: "bid" | "ask", energyWh: number, limit: number, reason: string];
const CASES: readonly (readonly [
  sentence: string,
  rule: Partial<StandingRule>,
  expected: Partial<Expectation>,
  spendable: number,
  orders: readonly Line[],
  without: readonly string[],
])[] = [
  [
    "what is over is asked for from the surplus price on",
    {},
    { surplusWh: 400 },
    5_000_000,
    [["ask", 400, 120_000, "surplus_expected"]],
    ["store_at_keep"],
  ],
  [
    "“above 0.18 €/kWh keep 3 kWh” sells what lies above them",
    {},
    { storedWh: 3_700 },
    5_000_000,
    [["ask", 700, 180_000, "stored_above_keep"]],
    [],
  ],
  [
    "no more than the accumulator can give in a quarter hour",
    {},
    { storedWh: 9_000 },
    5_000_000,
    [["ask", 1_250, 180_000, "stored_above_keep"]],
    [],
  ],
  [
    "what is lacking is bid for up to the price",
    {},
    { needWh: 300 },
    5_000_000,
    [["bid", 300, 250_000, "need_expected"]],
    [],
  ],
  [
    "who will lack something keeps what is stored",
    {},
    { needWh: 300, storedWh: 9_000 },
    5_000_000,
    [["bid", 300, 250_000, "need_expected"]],
    [],
  ],
  [
    "who gives and takes orders the difference",
    { sellStored: undefined },
    { surplusWh: 500, needWh: 120 },
    5_000_000,
    [["ask", 380, 120_000, "surplus_expected"]],
    [],
  ],
  [
    "a bid ends where the day's cap does",
    {},
    { needWh: 300 },
    50_000,
    [["bid", 200, 250_000, "need_expected"]],
    ["cap_reached"],
  ],
  ["with the cap spent nothing is bid", {}, { needWh: 300 }, 0, [], ["cap_reached"]],
  [
    "below a price of zero the cap does not matter",
    { buyUpTo: -10_000 },
    { needWh: 300 },
    0,
    [["bid", 300, -10_000, "need_expected"]],
    [],
  ],
  ["nothing expected, nothing ordered", { sellStored: undefined }, {}, 5_000_000, [], ["nothing_expected"]],
  [
    "who does not want to buy here does not",
    { buyUpTo: undefined },
    { needWh: 300 },
    5_000_000,
    [],
    ["nothing_expected"],
  ],
];
for (const [sentence, rule, expected, spendable, orders, without] of CASES) {
  test(sentence, () => {
    const ruled = ordersByRule({ ...RULE, ...rule }, { ...QUIET, ...expected }, { spendable });
    assert.deepEqual(
      ruled.orders.map(({ side, energyWh, limit, reason }) => [side, energyWh, limit, reason.code]),
      orders,
    );
    assert.deepEqual(
      ruled.without.map(({ code }) => code),
      without,
    );
  });
}

test("a gift is asked for nothing, for the partner alone; what is stored has its price", () => {
  const rule = { ...RULE, partner: { paddle: 7, gift: true } };
  const { orders } = ordersByRule(rule, { ...QUIET, surplusWh: 400, storedWh: 4_000 }, PLENTY);
  assert.deepEqual(
    orders.map(({ limit, wishes }) => [limit, wishes]),
    [
      [0, { solar: true, partner: 7, gift: true }],
      [180_000, { solar: true, partner: undefined, gift: false }],
    ],
  );
});

test("solar only is a wish of bids; every ask is of solar energy", () => {
  const rule = { ...RULE, solarOnly: true, partner: { paddle: 7, gift: false } };
  const bid = ordersByRule(rule, { ...QUIET, needWh: 100 }, PLENTY).orders[0]!;
  assert.deepEqual(bid.wishes, { solar: true, partner: 7, gift: false });
  const ask = ordersByRule({ ...rule, solarOnly: false }, { ...QUIET, surplusWh: 100 }, PLENTY).orders[0]!;
  assert.deepEqual(ask.wishes, { solar: true, partner: 7, gift: false });
});

test("nobody sells what is kept, bids more than the cap pays for, or stands on both sides", () => {
  const wh = fc.nat(20_000);
  fc.assert(
    fc.property(
      fc.record({ surplusWh: wh, needWh: wh, storedWh: wh, deliverableWh: wh }),
      fc.record({ keepWh: wh, from: fc.integer({ min: -1_000, max: 900_000 }) }),
      fc.integer({ min: 1, max: 900_000 }),
      fc.nat(3_000_000),
      (expected, sellStored, buyUpTo, spendable) => {
        const { orders } = ordersByRule({ ...RULE, sellStored, buyUpTo }, expected, { spendable });
        assert.ok(new Set(orders.map(({ side }) => side)).size <= 1);
        for (const { side, energyWh, limit, reason } of orders) {
          assert.ok(energyWh > 0);
          if (side === "bid") {
            assert.ok(energyWh * limit <= spendable * 1000);
            assert.ok(energyWh <= expected.needWh);
          } else if (reason.code === "stored_above_keep") {
            assert.ok(energyWh <= Math.max(0, expected.storedWh - sellStored.keepWh));
          } else assert.ok(energyWh <= expected.surplusWh);
        }
      },
    ),
    { numRuns: 300 },
  );
});
