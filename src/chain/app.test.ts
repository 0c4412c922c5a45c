import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/bytes.ts";
import { type Codec, encode } from "#base/codec.ts";
import { dayOf, parseInstant, ROME } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { ChainApp, isSigned } from "#chain/app.ts";
import { DEFAULT_PARAMETERS, type Genesis } from "#chain/genesis.ts";
import {
  admitMember,
  authoriseEnergySale,
  depositMoney,
  enrolEnergySupplier,
  publishDayRate,
  registerHomePlant,
  submitIntervalTotals,
} from "#chain/transactions.ts";
import { hash } from "#crypto/hash.ts";
import { type Signer, signerFromSeed } from "#crypto/keys.ts";
import type { BlockTransaction } from "#ledger/block.ts";
import { proofProblem } from "#ledger/proof.ts";
import { STATUS, type Status } from "#ledger/status.ts";
import { encodeTransaction, signingHash, type Transaction } from "#ledger/transaction.ts";

const START = parseInstant("2026-06-16T10:00Z")!;
const key = (name: string) => signerFromSeed(hash(utf8(name)));
const producer = key("producer");
const operator = key("operator");
const seller = key("seller");
const alba = key("alba");
const meter = key("meter");
const genesis: Genesis = {
  chain: "test",
  time: START,
  producer: producer.publicKey,
  operator: { member: 1, keys: [operator.publicKey] },
  parameters: DEFAULT_PARAMETERS,
};

/** A chain driven by hand: one block a call. */
class Bench {
  readonly app = new ChainApp(genesis);
  readonly blocks: import("#ledger/block.ts").Block[] = [];
  #nonces = new Map<number, number>();

  block(
    time: number,
    ...requests: [Signer, number, { number: number; codec: Codec<never> }, unknown][]
  ): Status[] {
    const open = this.app.open(time);
    const transactions: BlockTransaction[] = [];
    const statuses: Status[] = [];
    for (const [signer, sender, kind, body] of requests) {
      const nonce = (this.#nonces.get(sender) ?? 0) + 1;
      const unsigned = {
        chain: "test",
        kind: kind.number,
        sender,
        nonce,
        expiryHeight: open.height + 10,
        body: encode(kind.codec, body as never),
      };
      const transaction: Transaction = {
        ...unsigned,
        publicKey: signer.publicKey,
        signature: signer.sign(signingHash(unsigned)),
      };
      const { status } = open.execute(transaction, () => isSigned(transaction), "leaves no trace");
      statuses.push(status);
      if (status !== "ok") continue;
      this.#nonces.set(sender, nonce);
      transactions.push({ bytes: encodeTransaction(transaction), status: STATUS[status] });
    }
    const produced = this.app.produce(open, transactions, producer);
    produced.commit();
    this.blocks.push(produced.block);
    return statuses;
  }
}

test("one kilowatt-hour: charged, sold, delivered, proved, paid; and the log replays to the same root", () => {
  const bench = new Bench();
  const today = dayOf(ROME, START);
  assert.deepEqual(
    bench.block(
      START - 86_400,
      [operator, 1, admitMember, { member: 2, role: "citizen", keys: [seller.publicKey] }],
      [operator, 1, admitMember, { member: 3, role: "supplier", keys: [alba.publicKey] }],
      [operator, 1, enrolEnergySupplier, { member: 3, name: "Alba Energia" }],
      [operator, 1, depositMoney, { member: 3, amount: MicroEur(10_000_000n), reference: "opening" }],
      [
        operator,
        1,
        registerHomePlant,
        {
          plant: 1,
          sheet: {
            owner: 2,
            meterKey: meter.publicKey,
            feeder: 1,
            solarPeakW: 5000,
            capacity: Wh(6400n),
            chargePowerMaxW: 5000,
            dischargePowerMaxW: 5000,
          },
        },
      ],
    ),
    ["ok", "ok", "ok", "ok", "ok"],
  );
  // The block above opened at the genesis time (its clock was behind), so today has begun: no rate for it.
  assert.deepEqual(bench.block(START, [alba, 3, publishDayRate, { day: today, rate: 142_000n }]), [
    "rate_too_late",
  ]);
  const tomorrow = today + 1;
  assert.deepEqual(bench.block(START, [alba, 3, publishDayRate, { day: tomorrow, rate: 142_000n }]), ["ok"]);
  const noon = START + 86_400;
  const still = { chargedWh: 0, usedWh: 0, exportedWh: 0, lostWh: 0 };
  const totals = (intervalStart: number, storedSolar: object) => ({
    intervalStart,
    commitmentsRoot: new Uint8Array(32),
    entries: [{ plant: 1, storedSolar: { ...still, ...storedSolar }, storedGrid: still }],
  });
  const sale = {
    sale: new Uint8Array(16).fill(7),
    plant: 1,
    supplier: 3,
    day: tomorrow,
    rate: MicroEurPerKwh(142_000n),
    fee: DEFAULT_PARAMETERS.saleFee,
    energy: Wh(1000n),
  };
  assert.deepEqual(bench.block(noon, [seller, 2, authoriseEnergySale, sale]), ["storage_too_low"]);
  assert.deepEqual(
    bench.block(noon, [operator, 1, submitIntervalTotals, totals(noon - 900, { chargedWh: 1200 })]),
    ["ok"],
  );
  assert.deepEqual(bench.block(noon + 10, [seller, 2, authoriseEnergySale, sale]), ["ok"]);
  assert.deepEqual(bench.app.view().store(1), { solar: 1200n, grid: 0n, pending: 1080n, free: 120n });
  assert.equal(bench.app.view().money(3).pendingOut, 142_000n);
  bench.block(noon + 900, [operator, 1, submitIntervalTotals, totals(noon, { exportedWh: 700, lostWh: 40 })]);
  assert.equal(bench.app.view().sale(sale.sale)?.delivered, 700n);
  assert.deepEqual(bench.app.view().store(1), { solar: 460n, grid: 0n, pending: 324n, free: 136n });
  bench.block(noon + 1800, [
    operator,
    1,
    submitIntervalTotals,
    totals(noon + 900, { exportedWh: 310, lostWh: 20 }),
  ]);
  const view = bench.app.view();
  assert.equal(view.sale(sale.sale)?.state, "settled");
  assert.equal(view.money(2).posted, 138_000n);
  assert.equal(view.money(3).posted, 10_000_000n - 142_000n);
  assert.equal(view.boughtEnergy(3), 1000n);
  assert.deepEqual(view.store(1), { solar: 130n, grid: 0n, pending: 0n, free: 130n });

  const proof = view.proveSale(sale.sale)!;
  assert.equal(proofProblem(proof, { chain: "test", producer: producer.publicKey }), undefined);
  assert.equal(
    proofProblem(
      { ...proof, row: Uint8Array.from(proof.row, (b, i) => (i === 30 ? b ^ 1 : b)) },
      {
        chain: "test",
        producer: producer.publicKey,
      },
    ),
    "wrong_path",
  );

  const audit = new ChainApp(genesis);
  for (const block of bench.blocks) assert.equal(audit.replay(block).ok, true);
  assert.deepEqual(audit.stateRoot, bench.app.stateRoot);
  const restored = new ChainApp(genesis, { tip: bench.app.tip!, rows: bench.app.export() });
  assert.deepEqual(restored.stateRoot, bench.app.stateRoot);
});
