import assert from "node:assert/strict";
import { test } from "node:test";
import { InvariantError } from "#base/assert.ts";
import { toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { dayOf } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { ChainApp, isSigned, type ReplayProblem } from "#chain/app.ts";
import {
  authoriseEnergySale,
  depositMoney,
  enrolEnergySupplier,
  publishDayRate,
  submitIntervalTotals,
} from "#chain/transactions.ts";
import { type Block, headerHash, transactionsRoot } from "#ledger/block.ts";
import { proofProblem } from "#ledger/proof.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction, encodeTransaction } from "#ledger/transaction.ts";
import {
  ALBA,
  admission,
  ask,
  ChainBench,
  citizenOf,
  interval,
  OPERATOR,
  openStreet,
  registration,
  START,
  saleId,
  selling,
  signerOf,
  totals,
} from "../../test/support/chain-bench.ts";

test("one kilowatt-hour: charged, sold, delivered, proved, paid; and the log replays to the same root", () => {
  const bench = new ChainBench();
  const seller = citizenOf(1);
  const today = dayOf(bench.genesis.parameters.zone, START);
  bench.accept(
    START - 86_400,
    admission(seller, "citizen"),
    admission(ALBA, "supplier"),
    ask(OPERATOR, enrolEnergySupplier, { member: ALBA, name: "Alba Energia" }),
    ask(OPERATOR, depositMoney, { member: ALBA, amount: MicroEur(10_000_000n), reference: "opening" }),
    registration(1, seller),
  );
  assert.equal(bench.app.time, START, "a clock that is behind does not turn the chain's time back");
  const rate = MicroEurPerKwh(142_000n);
  assert.deepEqual(bench.block(START, [ask(ALBA, publishDayRate, { day: today, rate })]).statuses, [
    "rate_too_late",
  ]);
  bench.accept(START, ask(ALBA, publishDayRate, { day: today + 1, rate }));

  const noon = START + 86_400;
  const sale = {
    sale: saleId(7),
    plant: 1,
    supplier: ALBA,
    day: today + 1,
    rate,
    fee: bench.genesis.parameters.saleFee,
    energy: Wh(1000n),
  };
  assert.deepEqual(bench.block(noon, [ask(seller, authoriseEnergySale, sale)]).statuses, ["storage_too_low"]);
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1200 } }));
  bench.accept(noon + 10, ask(seller, authoriseEnergySale, sale));
  assert.deepEqual(bench.view.store(1), { solar: 1200n, grid: 0n, pending: 1080n, free: 120n });
  assert.equal(bench.view.money(ALBA).pendingOut, 142_000n);

  bench.accept(noon + 900, interval(noon, { plant: 1, solar: { exportedWh: 700, lostWh: 40 } }));
  assert.equal(bench.view.sale(sale.sale)?.delivered, 700n);
  assert.deepEqual(bench.view.store(1), { solar: 460n, grid: 0n, pending: 324n, free: 136n });

  bench.accept(noon + 1800, interval(noon + 900, { plant: 1, solar: { exportedWh: 310, lostWh: 20 } }));
  assert.equal(bench.view.sale(sale.sale)?.state, "settled");
  assert.equal(bench.view.money(seller).posted, 138_000n);
  assert.equal(bench.view.money(ALBA).posted, 10_000_000n - 142_000n);
  assert.equal(bench.view.boughtEnergy(ALBA), 1000n);
  assert.deepEqual(bench.view.store(1), { solar: 130n, grid: 0n, pending: 0n, free: 130n });

  const proof = bench.view.proveSale(sale.sale)!;
  const trusted = { chain: "test", producer: bench.producer.publicKey };
  assert.equal(proofProblem(proof, trusted), undefined);
  const forged = Uint8Array.from(proof.row!, (byte, i) => (i === 30 ? byte ^ 1 : byte));
  assert.equal(proofProblem({ ...proof, row: forged }, trusted), "wrong_path");

  assert.equal(toHex(bench.replayed().stateRoot), toHex(bench.app.stateRoot));
  assert.equal(toHex(bench.restored().stateRoot), toHex(bench.app.stateRoot));
});

test("a block that does not follow is refused by the first thing that is wrong with it, and changes nothing", () => {
  const { bench, noon } = openStreet({ homes: 1 });
  const reading = interval(noon - 900, { plant: 1, solar: { chargedWh: 1200 } });
  const before = bench.app.export();
  const tip = bench.app.tip!;
  const rows = [...before];
  const good = bench.accept(noon, reading).block;
  const signed = (header: Block["header"], changes: Partial<Block> = {}): Block => ({
    ...good,
    header,
    signature: bench.producer.sign(headerHash(header)),
    ...changes,
  });
  const { header } = good;
  const zeros = new Uint8Array(32);
  const other = signerOf("another producer");
  const junk = [{ bytes: Uint8Array.of(1, 2, 3), status: STATUS.malformed }];
  const called = [{ ...good.transactions[0]!, status: STATUS.store_overdrawn }];
  const forged = (transactions: Block["transactions"]) =>
    signed({ ...header, transactionsRoot: transactionsRoot(transactions) }, { transactions });
  const rowsOfTable: readonly [ReplayProblem, Block][] = [
    ["wrong_chain", signed({ ...header, chain: "another", height: 1 })],
    ["wrong_height", signed({ ...header, height: header.height + 1, previousHash: zeros })],
    ["wrong_previous_hash", signed({ ...header, previousHash: zeros, time: 0 })],
    ["time_went_back", signed({ ...header, time: tip.header.time - 1, producer: other.publicKey })],
    [
      "wrong_producer",
      { ...good, header: { ...header, producer: other.publicKey }, signature: new Uint8Array(64) },
    ],
    ["bad_block_signature", { ...good, signature: other.sign(headerHash(header)), transactions: [] }],
    ["wrong_transactions_root", { ...good, transactions: called }],
    ["transaction_malformed", forged(junk)],
    ["wrong_status", forged(called)],
    ["wrong_state_root", signed({ ...header, stateRoot: zeros })],
  ];
  for (const [problem, block] of rowsOfTable) {
    const app = new ChainApp(bench.genesis, { tip, rows });
    const result = app.replay(block);
    assert.deepEqual(result.ok ? "accepted" : result.error, problem);
    assert.equal(app.height, tip.header.height);
    assert.equal(toHex(app.stateRoot), toHex(tip.header.stateRoot));
    assert.equal(app.replay(good).ok, true, `the right block follows after ${problem}`);
  }
});

test("a refusal that stands in a block uses up its nonce there, and the replay agrees", () => {
  const { bench, noon } = openStreet({ homes: 1 });
  const nonce = () => bench.view.member(citizenOf(1))!.nonce;
  const request = selling(bench, noon);
  assert.deepEqual(bench.block(noon, [request]).statuses, ["storage_too_low"]);
  assert.equal(nonce(), 0);
  assert.deepEqual(bench.block(noon, [request], "counts").statuses, ["storage_too_low"]);
  assert.equal(nonce(), 1);
  const stranger = { ...request, sender: 4711 };
  assert.deepEqual(bench.block(noon, [stranger], "counts").statuses, ["unknown_sender"]);
  assert.equal(toHex(bench.replayed().stateRoot), toHex(bench.app.stateRoot));
});

test("a replay with a forged signature in the log is refused, whoever signed the block", () => {
  const { bench, noon } = openStreet({ homes: 1 });
  const fork = bench.fork();
  const open = fork.app.open(noon);
  const deposit = ask(OPERATOR, depositMoney, { member: citizenOf(1), amount: MicroEur(1n), reference: "" });
  const forged = fork.transaction(open, { ...deposit, signature: new Uint8Array(64) });
  const { status } = open.execute(forged, () => true, "leaves no trace");
  assert.equal(status, "ok", "a producer that does not look accepts it");
  const { block } = fork.app.produce(
    open,
    [{ bytes: encodeTransaction(forged), status: STATUS.ok }],
    fork.producer,
  );
  const result = bench.app.replay(block);
  assert.deepEqual(result.ok ? "accepted" : result.error, "wrong_status");
});

test("a block is made of what was executed in it, on the block before it, by the chain's producer", () => {
  const { bench, noon } = openStreet({ homes: 1 });
  const deposit = ask(OPERATOR, depositMoney, { member: ALBA, amount: MicroEur(1n), reference: "" });
  const open = bench.app.open(noon);
  const transaction = bench.transaction(open, deposit);
  open.execute(transaction, () => isSigned(transaction), "leaves no trace");
  assert.throws(() => bench.app.produce(open, [], bench.producer), /of which 1 were executed/);
  const done = [{ bytes: encodeTransaction(transaction), status: STATUS.ok }];
  assert.throws(() => bench.app.produce(open, done, signerOf("another")), /producer is not the chain's/);
  const first = bench.app.produce(open, done, bench.producer);
  const rival = bench.app.produce(bench.app.open(noon), [], bench.producer);
  first.commit();
  assert.throws(() => rival.commit(), /committed on another block/);
  assert.throws(() => bench.app.produce(open, done, bench.producer), /does not follow/);
  assert.equal(bench.app.height, first.block.header.height);
});

test("a block that was opened and dropped was never there", () => {
  const { bench, noon } = openStreet({ homes: 1 });
  const root = toHex(bench.app.stateRoot);
  const open = bench.app.open(noon);
  open.execute(
    bench.transaction(open, interval(noon - 900, { plant: 1, solar: { chargedWh: 100 } })),
    () => true,
    "leaves no trace",
  );
  assert.notEqual(toHex(open.seal().root), root);
  assert.equal(toHex(bench.app.stateRoot), root);
  assert.equal(bench.view.store(1).solar, 0n);
});

test("a snapshot is taken only with the tip that this chain's producer signed over these rows", () => {
  const { bench, noon } = openStreet({ homes: 1 });
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 100 } }));
  const tip = bench.app.tip!;
  const rows = [...bench.app.export()];
  const restore = (changes: Partial<typeof tip>, from = rows, genesis = bench.genesis) =>
    new ChainApp(genesis, { tip: { ...tip, ...changes }, rows: from });
  assert.equal(toHex(restore({}).stateRoot), toHex(bench.app.stateRoot));
  assert.throws(() => restore({}, rows.slice(1)), /rows have the root/);
  assert.throws(() => restore({}, [...rows, rows[0]!]), /comes twice/);
  assert.throws(() => restore({ hash: new Uint8Array(32) }), /another hash than its header/);
  assert.throws(() => restore({ signature: new Uint8Array(64) }), /not signed/);
  assert.throws(() => restore({}, rows, { ...bench.genesis, chain: "another" }), /of the chain test/);
  assert.throws(
    () => restore({}, rows, { ...bench.genesis, producer: signerOf("another").publicKey }),
    /another producer/,
  );
});

test("a view follows the chain, and what it proves is of the block it names", () => {
  const { bench, noon } = openStreet({ homes: 1 });
  const view = bench.app.view();
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1200 } }));
  bench.accept(noon, selling(bench, noon));
  assert.equal(view.height, bench.app.height);
  const proof = view.proveSale(saleId(1))!;
  assert.equal(
    proofProblem(proof, { chain: "test", producer: bench.producer.publicKey }),
    undefined,
    "a view that was taken two blocks ago proves a sale of now",
  );
});

test("the size of a full batch of readings stays within a transaction", () => {
  const entries = Array.from({ length: 1700 }, (_, i) => ({ plant: i, solar: { chargedWh: 0xffff_ffff } }));
  const body = encode(submitIntervalTotals.codec, totals(START, ...entries));
  const bench = new ChainBench({ chain: "c".repeat(32) });
  const transaction = bench.transaction(bench.app.open(START), {
    sender: OPERATOR,
    kind: submitIntervalTotals,
    body,
  });
  assert.equal(body.length, 44 + 1700 * 36);
  assert.ok(encodeTransaction(transaction).length <= 65_536);
});

test("blocks that validators decide lead to the same roots as a producer's, without a header", () => {
  const { bench, noon } = openStreet();
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1_200 } }));
  bench.accept(noon + 10, selling(bench, noon));
  const decided = new ChainApp(bench.genesis);
  for (const { header, transactions } of bench.blocks) {
    const open = decided.open(header.time);
    for (const { bytes } of transactions) {
      const transaction = decodeTransaction(bytes);
      assert.ok(transaction.ok);
      open.execute(transaction.value, () => true, "counts");
    }
    const before = toHex(decided.stateRoot);
    const step = decided.seal(open);
    assert.deepEqual(
      [step.height, step.time, toHex(step.stateRoot)],
      [header.height, header.time, toHex(header.stateRoot)],
    );
    assert.equal(toHex(decided.stateRoot), before, "nothing before commit");
    step.commit();
    assert.throws(() => step.commit(), InvariantError, "once only");
  }
  const view = decided.view();
  assert.deepEqual([view.height, view.time, view.tip], [bench.app.height, bench.app.time, undefined]);
  assert.deepEqual(
    [decided.height, toHex(decided.stateRoot)],
    [bench.app.height, toHex(bench.app.stateRoot)],
  );
});

test("a chain goes on under the engine that it began with", () => {
  const { bench, noon } = openStreet();
  assert.throws(() => bench.app.seal(bench.app.open(noon)), /goes on under its producer/);
  const decided = new ChainApp(bench.genesis);
  decided.seal(decided.open(noon)).commit();
  assert.throws(() => decided.produce(decided.open(noon), [], bench.producer), /no single producer/);
  assert.throws(() => decided.replay(bench.blocks[0]!), /no blocks of a producer/);
});
