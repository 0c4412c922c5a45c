/**
 * Sales of stored energy: what they bring, and what becomes of them. Each story starts on the street of the
 * bench, at noon, with a full quarter hour before it in which plant 1 was charged.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dayOf, dayStart, ROME, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { ChainEvent } from "#chain/events.ts";
import { depositMoney, publishDayRate, withdrawEnergySale } from "#chain/transactions.ts";
import { quoteSale, type SaleState, sellableFrom } from "#market/sale.ts";
import { auditBooks } from "../../test/support/audit.ts";
import {
  ALBA,
  ALBA_RATE,
  ask,
  BORA,
  type ChainBench,
  citizenOf,
  interval,
  type Moved,
  OPERATOR,
  openStreet,
  type StreetOptions,
  saleId,
  selling,
} from "../../test/support/chain-bench.ts";

test("a quote rounds half to even, keeps at most all of it as fee, and reserves the allowance rounded up", () => {
  // energy, rate, fee, margin → gross, fee, net, reserved
  const rows: readonly (readonly [bigint, bigint, bigint, number, bigint, bigint, bigint, bigint])[] = [
    [1000n, 142_000n, 4_000n, 80, 142_000n, 4_000n, 138_000n, 1080n],
    [1n, 142_000n, 4_000n, 80, 142n, 4n, 138n, 2n],
    [1n, 500n, 0n, 0, 0n, 0n, 0n, 1n],
    [3n, 500n, 0n, 0, 2n, 0n, 2n, 3n],
    [5n, 500n, 0n, 0, 2n, 0n, 2n, 5n],
    [7n, 500n, 500n, 0, 4n, 4n, 0n, 7n],
    [1n, 501n, 0n, 0, 1n, 0n, 1n, 1n],
    [1n, 499n, 499n, 0, 0n, 0n, 0n, 1n],
    [1000n, 3_000n, 4_000n, 80, 3_000n, 3_000n, 0n, 1080n],
    [1000n, 0n, 4_000n, 80, 0n, 0n, 0n, 1080n],
    [0n, 142_000n, 4_000n, 80, 0n, 0n, 0n, 0n],
    [12n, 142_000n, 4_000n, 80, 1_704n, 48n, 1_656n, 13n],
    [13n, 142_000n, 4_000n, 80, 1_846n, 52n, 1_794n, 15n],
    [25n, 142_000n, 4_000n, 80, 3_550n, 100n, 3_450n, 27n],
  ];
  for (const [energy, rate, fee, storeMarginPerMille, ...expected] of rows) {
    const offer = { rate: MicroEurPerKwh(rate), fee: MicroEurPerKwh(fee), storeMarginPerMille };
    const quote = quoteSale(offer, Wh(energy));
    assert.deepEqual(
      [quote.gross, quote.fee, quote.net, quote.reserved],
      expected,
      `${energy} Wh at ${rate}`,
    );
  }
});

test("what may be sold is the most whose reserve still fits, exactly", () => {
  const amounts = fc.bigInt({ min: -10n, max: 10n ** 9n });
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 65_535 }), (available, storeMarginPerMille) => {
      const offer = { rate: ALBA_RATE, fee: MicroEurPerKwh(0n), storeMarginPerMille };
      const reserved = (energy: bigint) => quoteSale(offer, Wh(energy)).reserved;
      const most = sellableFrom(Wh(available), storeMarginPerMille);
      if (available <= 0n) return assert.equal(most, 0n);
      assert.ok(reserved(most) <= available);
      assert.ok(reserved(most + 1n) > available);
    }),
  );
});

test("the parts of a sale never pay more than the whole, and a supplier never more than it reserved", () => {
  const small = fc.bigInt({ min: 0n, max: 100_000n });
  const prices = fc.bigInt({ min: 0n, max: 2_000_000n });
  fc.assert(
    fc.property(small, small, prices, prices, (some, more, rate, fee) => {
      const offer = { rate: MicroEurPerKwh(rate), fee: MicroEurPerKwh(fee), storeMarginPerMille: 80 };
      const part = quoteSale(offer, Wh(some));
      const whole = quoteSale(offer, Wh(some + more));
      assert.ok(part.gross <= whole.gross && part.fee <= part.gross && part.net >= 0n);
      assert.equal(part.net + part.fee, part.gross);
    }),
  );
});

/** A quarter hour in seconds. */
const Q = 900;

interface Scene {
  readonly bench: ChainBench;
  readonly noon: UnixSeconds;
  /** Sells from plant 1, one block. */
  sell(energy: bigint, sale?: number, time?: UnixSeconds): void;
  /** The reading of the n-th quarter hour after noon, submitted when it has ended. */
  read(n: number, solar: Moved["solar"], grid?: Moved["grid"]): readonly ChainEvent[];
  withdraw(sale: number, time: UnixSeconds): void;
  state(sale?: number): readonly [SaleState, bigint];
  /** Reserved, free. */
  store(): readonly [bigint, bigint];
  /** Of the seller; of the supplier, and what is pending of it. */
  money(): readonly [bigint, bigint, bigint];
}

function scene(options: StreetOptions & { readonly charged?: number } = {}): Scene {
  const { bench, noon } = openStreet({ homes: 1, signatures: false, ...options });
  bench.accept(noon, interval(noon - Q, { plant: 1, solar: { chargedWh: options.charged ?? 1200 } }));
  const audited = <T>(value: T): T => {
    assert.deepEqual(auditBooks(bench.app), []);
    return value;
  };
  return {
    bench,
    noon,
    sell(energy, sale = 1, time = noon + 60) {
      audited(bench.accept(time, selling(bench, time, { sale: saleId(sale), energy: Wh(energy) })));
    },
    read(n, solar = {}, grid = {}) {
      const start = noon + n * Q;
      const clock = Math.max(bench.app.time, start + Q);
      return audited(bench.accept(clock, interval(start, { plant: 1, solar, grid }))).events;
    },
    withdraw(sale, time) {
      audited(bench.accept(time, ask(citizenOf(1), withdrawEnergySale, { sale: saleId(sale) })));
    },
    state(sale = 1) {
      const row = bench.view.sale(saleId(sale))!;
      return [row.state, row.delivered];
    },
    store() {
      const { pending, free } = bench.view.store(1);
      return [pending, free];
    },
    money() {
      const alba = bench.view.money(ALBA);
      return [bench.view.money(citizenOf(1)).posted, alba.posted, alba.pendingOut];
    },
  };
}

const FUNDS = 10_000_000n;

test("an open sale holds the supplier's gross amount, and the energy with the allowance for losses", () => {
  const s = scene();
  s.sell(1000n);
  assert.deepEqual(s.money(), [0n, FUNDS, 142_000n]);
  assert.equal(s.bench.view.money(citizenOf(1)).pendingIn, 142_000n);
  assert.deepEqual(s.store(), [1080n, 120n]);
});

test("delivered in parts: the reserve follows what is to come, the money moves once and whole", () => {
  const s = scene();
  s.sell(1000n);
  s.read(0, { exportedWh: 400, lostWh: 20 });
  assert.deepEqual(s.state(), ["open", 400n]);
  assert.deepEqual(s.store(), [648n, 132n]);
  assert.deepEqual(s.money(), [0n, FUNDS, 142_000n]);
  const events = s.read(1, { exportedWh: 600, lostWh: 30 });
  assert.deepEqual(s.state(), ["settled", 1000n]);
  assert.deepEqual(s.store(), [0n, 150n]);
  assert.deepEqual(s.money(), [138_000n, FUNDS - 142_000n, 0n]);
  assert.deepEqual(
    events.map(({ type }) => type),
    ["sale_progressed", "sale_closed", "interval_submitted"],
  );
});

test("delivered to the last Wh and not one more: what goes beyond is unsold", () => {
  const s = scene();
  s.sell(1000n);
  s.read(0, { exportedWh: 1010, lostWh: 40 });
  assert.deepEqual(s.state(), ["settled", 1000n]);
  assert.equal(s.bench.view.boughtEnergy(ALBA), 1000n);
  assert.deepEqual(s.store(), [0n, 150n]);
});

test("partly delivered when its last quarter hour is over: paid for that part, the rest of everything freed", () => {
  const s = scene({ parameters: { deliveryIntervals: 2 } });
  s.sell(1000n);
  s.read(0, { exportedWh: 333 });
  s.read(1, {});
  assert.deepEqual(s.state(), ["open", 333n]);
  s.read(2, {});
  assert.deepEqual(s.state(), ["partly_delivered", 333n]);
  // 333 × 142 = 47,286; fee 333 × 4 = 1,332.
  assert.deepEqual(s.money(), [45_954n, FUNDS - 47_286n, 0n]);
  assert.deepEqual(s.store(), [0n, 867n]);
});

test("the last quarter hour itself still delivers; one after it does not, even when the last one's reading is missing", () => {
  const last = scene({ parameters: { deliveryIntervals: 2 } });
  last.sell(1000n);
  last.read(2, { exportedWh: 1000 });
  assert.deepEqual(last.state(), ["settled", 1000n]);

  const late = scene({ parameters: { deliveryIntervals: 2 } });
  late.sell(1000n);
  late.read(3, { exportedWh: 1000 });
  assert.deepEqual(late.state(), ["voided", 0n]);
  assert.deepEqual(late.money(), [0n, FUNDS, 0n]);
  assert.equal(late.bench.view.boughtEnergy(ALBA), 0n);
});

test("nothing delivered: voided, and nobody pays", () => {
  const s = scene({ parameters: { deliveryIntervals: 0 } });
  s.sell(1000n);
  s.read(0, { usedWh: 100 });
  assert.deepEqual(s.state(), ["voided", 0n]);
  assert.deepEqual(s.money(), [0n, FUNDS, 0n]);
  assert.deepEqual(s.store(), [0n, 1100n]);
});

test("the quarter hour that was running when it was authorised counts whole; the one before it does not count", () => {
  const s = scene({ charged: 1300 });
  s.sell(1000n, 1, s.noon + Q + 899);
  s.read(0, { exportedWh: 100 });
  assert.deepEqual(s.state(), ["open", 0n], "that was before anybody bought it");
  s.read(1, { exportedWh: 100 });
  assert.deepEqual(s.state(), ["open", 100n]);
});

test("two open sales are delivered in the order of their authorisation, across both", () => {
  const s = scene({ charged: 1370 });
  s.sell(500n, 2);
  s.sell(700n, 1);
  assert.deepEqual(s.store(), [540n + 756n, 74n]);
  const events = s.read(0, { exportedWh: 650, lostWh: 20 });
  assert.deepEqual(
    [s.state(2), s.state(1)],
    [
      ["settled", 500n],
      ["open", 150n],
    ],
  );
  assert.deepEqual(
    events.map(({ type }) => type),
    ["sale_progressed", "sale_closed", "sale_progressed", "interval_submitted"],
  );
  assert.deepEqual(s.store(), [594n, 106n]);
  s.read(1, { exportedWh: 550 });
  assert.deepEqual(s.state(1), ["settled", 700n]);
  assert.deepEqual(s.money(), [1_200n * 138n, FUNDS - 1_200n * 142n, 0n]);
});

test("a withdrawn sale is paid for what it delivered until the end of the running quarter hour", () => {
  const s = scene();
  s.sell(1000n);
  s.read(0, { exportedWh: 200 });
  s.withdraw(1, s.noon + Q + 300);
  assert.deepEqual(s.state(), ["withdrawing", 200n]);
  assert.deepEqual(s.store(), [864n, 136n], "its energy stays reserved until its meter has spoken");
  s.read(1, { exportedWh: 90 });
  assert.deepEqual(s.state(), ["partly_delivered", 290n]);
  assert.deepEqual(s.store(), [0n, 910n]);
});

test("a reading that was late does not cut a withdrawn sale short of what it delivered since", () => {
  const s = scene();
  s.sell(1000n);
  // At 12:32, with the readings of 12:00 and 12:15 still to come.
  s.withdraw(1, s.noon + 2 * Q + 120);
  s.read(0, { exportedWh: 200 });
  assert.deepEqual(s.state(), ["withdrawing", 200n]);
  s.read(1, { exportedWh: 200 });
  s.read(2, { exportedWh: 50 });
  assert.deepEqual(s.state(), ["partly_delivered", 450n]);
});

test("a sale withdrawn and then delivered in full is settled; one withdrawn late ends when it would have", () => {
  const s = scene();
  s.sell(1000n);
  s.withdraw(1, s.noon + 120);
  s.read(0, { exportedWh: 1000 });
  assert.deepEqual(s.state(), ["settled", 1000n]);

  const late = scene({ parameters: { deliveryIntervals: 1 } });
  late.sell(1000n);
  late.withdraw(1, late.noon + 10 * Q);
  assert.equal(late.bench.view.sale(saleId(1))!.lastInterval, late.noon + Q);
});

test("a sale whose meter never speaks again closes by height, before the transactions of that block", () => {
  const s = scene({ parameters: { saleExpiryBlocks: 3 } });
  s.sell(1000n);
  s.read(0, { exportedWh: 100 });
  const { expiryHeight } = s.bench.view.sale(saleId(1))!;
  while (s.bench.app.height < expiryHeight - 1) s.bench.accept(s.noon + Q);
  assert.deepEqual(s.state(), ["open", 100n]);
  const { events, statuses } = s.bench.block(s.noon + 2 * Q, [
    interval(s.noon + Q, { plant: 1, solar: { exportedWh: 500 } }),
  ]);
  assert.deepEqual(statuses, ["ok"]);
  assert.deepEqual(events[0], {
    type: "sale_closed",
    sale: saleId(1),
    plant: 1,
    state: "partly_delivered",
    delivered: 100n,
    gross: 14_200n,
    fee: 400n,
  });
  assert.deepEqual(s.money(), [13_800n, FUNDS - 14_200n, 0n]);
  assert.deepEqual(s.store(), [0n, 600n]);
  s.bench.accept(s.noon + 2 * Q);
  assert.deepEqual(auditBooks(s.bench.app), [], "and a block later its transfers are forgotten");
});

test("a house that uses what it has sold shrinks the reserve to what is left, and ends partly delivered", () => {
  const s = scene({ parameters: { deliveryIntervals: 2 } });
  s.sell(1000n);
  s.read(0, { usedWh: 900 });
  assert.deepEqual(s.store(), [300n, 0n]);
  s.read(1, { exportedWh: 290, lostWh: 10 });
  assert.deepEqual(s.state(), ["open", 290n]);
  assert.deepEqual(s.store(), [0n, 0n]);
  s.read(2, {});
  assert.deepEqual(s.state(), ["partly_delivered", 290n]);
});

test("recharged after that, the reserve is restored first, to the oldest sale first, before anything is free", () => {
  const s = scene({ charged: 1370 });
  s.sell(500n, 1);
  s.sell(700n, 2);
  s.read(0, { usedWh: 1250 });
  assert.deepEqual(s.store(), [120n, 0n]);
  s.read(1, { chargedWh: 600 });
  assert.deepEqual(s.store(), [720n, 0n]);
  assert.deepEqual(
    s.bench.block(s.bench.app.time, [
      selling(s.bench, s.bench.app.time, { sale: saleId(3), energy: Wh(100n) }),
    ]).statuses,
    ["storage_too_low"],
    "what was sold already is not sold again",
  );
  s.read(2, { chargedWh: 700 });
  assert.deepEqual(s.store(), [1296n, 124n]);
  s.read(3, { exportedWh: 1200 });
  assert.deepEqual(
    [s.state(1), s.state(2)],
    [
      ["settled", 500n],
      ["settled", 700n],
    ],
  );
});

test("a sale authorised before midnight is delivered after it, at the rate of the day it was authorised on", () => {
  const s = scene();
  const midnight = dayStart(ROME, dayOf(ROME, s.noon) + 1);
  s.sell(1000n, 1, midnight - 10);
  const start = midnight;
  s.bench.accept(start + Q, interval(start, { plant: 1, solar: { exportedWh: 1000 } }));
  assert.deepEqual(s.state(), ["settled", 1000n]);
  assert.deepEqual(s.money(), [138_000n, FUNDS - 142_000n, 0n]);
});

test("yesterday's rate buys nothing: a quote from before midnight is refused after it", () => {
  const s = scene();
  const midnight = dayStart(ROME, dayOf(ROME, s.noon) + 1);
  const quoted = selling(s.bench, midnight - 1);
  assert.deepEqual(s.bench.block(midnight, [quoted]).statuses, ["rate_expired"]);
  assert.deepEqual(s.bench.block(midnight, [selling(s.bench, midnight)]).statuses, ["ok"]);
});

test("what was signed at another rate than the published one is refused, however little they differ", () => {
  const s = scene();
  for (const [rate, status] of [
    [ALBA_RATE - 1n, "rate_differs"],
    [ALBA_RATE + 1n, "rate_differs"],
    [ALBA_RATE, "ok"],
  ] as const) {
    const request = selling(s.bench, s.noon, { rate: MicroEurPerKwh(rate) });
    assert.deepEqual(s.bench.block(s.noon, [request]).statuses, [status]);
  }
});

test("energy from the MicroGrid is sold only where the law allows it, and after the solar energy", () => {
  const charge = { chargedWh: 600 };
  for (const gridEnergySellable of [false, true]) {
    const s = scene({ charged: 500, parameters: { gridEnergySellable } });
    s.read(0, {}, charge);
    const asked = selling(s.bench, s.bench.app.time, { energy: Wh(1000n) });
    const { statuses } = s.bench.block(s.bench.app.time, [asked]);
    assert.deepEqual(statuses, [gridEnergySellable ? "ok" : "storage_too_low"]);
    if (!gridEnergySellable) {
      assert.deepEqual(s.store(), [0n, 500n], "what is stored of it is not free to be sold");
      const start = s.noon + Q;
      const unsold = interval(start, { plant: 1, grid: { exportedWh: 1 } });
      assert.deepEqual(s.bench.block(start + Q, [unsold]).statuses, ["grid_energy_not_sellable"]);
      continue;
    }
    assert.deepEqual(s.bench.view.store(1), { solar: 500n, grid: 600n, pending: 1080n, free: 20n });
    s.read(1, { exportedWh: 450, lostWh: 20 }, { exportedWh: 400, lostWh: 10 });
    assert.deepEqual(s.state(), ["open", 850n]);
    assert.deepEqual(s.store(), [162n, 58n]);
    s.read(2, {}, { exportedWh: 150 });
    assert.deepEqual(s.state(), ["settled", 1000n]);
    assert.equal(s.bench.view.boughtEnergy(ALBA), 1000n);
  }
});

test("a supplier pays for what it reserved, whatever else it buys meanwhile, and buys no more than it can pay", () => {
  const s = scene({ funds: 200_000n });
  s.sell(1000n);
  const more = selling(s.bench, s.noon + 120, { sale: saleId(2), energy: Wh(100n), supplier: ALBA });
  s.read(0, { chargedWh: 1300 });
  const later = { sale: saleId(2), energy: Wh(500n) };
  const time = s.bench.app.time;
  assert.deepEqual(s.bench.block(time, [selling(s.bench, time, later)]).statuses, ["supplier_funds_too_low"]);
  assert.deepEqual(s.bench.block(time, [more]).statuses, ["ok"]);
  assert.deepEqual(
    s.bench.block(time, [selling(s.bench, time, { ...later, supplier: BORA, sale: saleId(3) })]).statuses,
    ["ok"],
  );
  s.bench.accept(
    time,
    ask(OPERATOR, depositMoney, { member: ALBA, amount: MicroEur(50_000n), reference: "" }),
  );
  assert.deepEqual(
    s.bench.block(time, [selling(s.bench, time, { sale: saleId(4), energy: Wh(200n) })]).statuses,
    ["ok"],
    "and more when it has more",
  );
});

test("a sale at nothing is a gift: nothing is paid, the energy is counted, the fee is nothing too", () => {
  const { bench, noon } = openStreet({ homes: 1, signatures: false, parameters: { rateDaysAhead: 8 } });
  const day = dayOf(ROME, noon) + 8;
  bench.accept(noon, ask(BORA, publishDayRate, { day, rate: MicroEurPerKwh(0n) }));
  const time = noon + 8 * 86_400;
  bench.accept(time, interval(time - Q, { plant: 1, solar: { chargedWh: 1200 } }));
  bench.accept(time, selling(bench, time, { supplier: BORA, rate: MicroEurPerKwh(0n) }));
  bench.accept(time + Q, interval(time, { plant: 1, solar: { exportedWh: 1000 } }));
  const sale = bench.view.sale(saleId(1))!;
  assert.deepEqual([sale.state, sale.gross, sale.feePaid], ["settled", 0n, 0n]);
  assert.equal(bench.view.boughtEnergy(BORA), 1000n);
  assert.deepEqual(auditBooks(bench.app), []);
});

test("a supplier's record counts the sales that ended", () => {
  const s = scene({ parameters: { deliveryIntervals: 0 } });
  s.sell(500n, 1);
  s.sell(500n, 2);
  s.read(0, { exportedWh: 600 });
  assert.deepEqual(
    [s.state(1), s.state(2)],
    [
      ["settled", 500n],
      ["partly_delivered", 100n],
    ],
  );
  const { salesClosed, salesPaid } = s.bench.view.supplier(ALBA)!;
  assert.deepEqual([salesClosed, salesPaid], [2, 2]);
});
