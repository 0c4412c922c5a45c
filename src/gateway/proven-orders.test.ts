import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "#base/codec.ts";
import { giveOneNotice } from "#chain/supply-transactions.ts";
import {
  type OrderKnowledge,
  type OrderRefusal,
  type PinnedTrust,
  provenOrders,
} from "#gateway/proven-orders.ts";
import { vouchedBy } from "#ledger/proof.ts";
import { provenRowsCodec } from "#ledger/proven-rows.ts";
import { homeOrdersOf } from "#market/home-orders.ts";
import { supplyOrderFrom } from "#wire/obeyed-supply.ts";
import {
  ALBA,
  ask,
  type ChainBench,
  meterSigner,
  openStreet,
  saleId,
  signerOf,
} from "../../test/support/chain-bench.ts";
import { decidedBy } from "../../test/support/decided.ts";
import { accepting, billing, offering, QUICK_SUPPLY, termsFrom } from "../../test/support/supplies.ts";

const [OFFER, CONTRACT] = [saleId(70), saleId(71)];

/** A home whose contract goes on to its suspension; time passes by `wait`. */
function unpaidHome() {
  const { bench, noon } = openStreet({ parameters: QUICK_SUPPLY });
  let time = noon;
  const terms = termsFrom(noon, bench.view.parameters);
  bench.accept(time, offering(ALBA, OFFER, terms));
  bench.accept(time, accepting(CONTRACT, OFFER, 1));
  const wait = (seconds: number) => {
    time += seconds;
    for (let i = 0; i <= QUICK_SUPPLY.delayBlocks; i++) bench.block(time);
  };
  wait(1800);
  bench.accept(time, billing(1, CONTRACT, noon + 900));
  wait(1000);
  bench.accept(time, ask(ALBA, giveOneNotice, { invoice: saleId(1_001) }));
  return { bench, wait };
}

function proofOf(bench: ChainBench, plant = 1): Uint8Array {
  return encode(provenRowsCodec, bench.view.proveAnswers((state) => homeOrdersOf(state, plant))!);
}

function knowledge(bench: ChainBench, changes: Partial<OrderKnowledge> = {}): OrderKnowledge {
  return {
    trust: { by: "producer", chain: "test", producer: bench.producer.publicKey },
    meterKeys: [meterSigner(1).publicKey],
    fromHeight: 0,
    connectionW: 3_000,
    now: bench.view.time,
    home: 1,
    ownerKeys: [],
    ...changes,
  };
}

test("a gateway reads from proven rows what the chain's own state asks of its home, step by step", () => {
  const { bench, wait } = unpaidHome();
  const kinds: string[] = [];
  for (const seconds of [0, 1900, 1000]) {
    wait(seconds);
    const told = provenOrders(proofOf(bench), knowledge(bench));
    assert.ok(told.ok);
    assert.equal(told.value.plant, 1);
    const { height } = bench.view;
    const orders = bench.view.ask((state) => homeOrdersOf(state, 1))!;
    const itself = supplyOrderFrom(orders, { height, connectionW: 3_000 });
    assert.deepEqual(told.value.supply, itself);
    kinds.push(told.value.supply.command.kind);
  }
  assert.deepEqual(kinds, ["none", "reduced", "disconnected"]);
});

test("an order that is not proven is refused with the reason", () => {
  const { bench, wait } = unpaidHome();
  const early = proofOf(bench);
  wait(1900);
  wait(1000);
  const suspended = proofOf(bench);
  const refusal = (payload: Uint8Array, changes: Partial<OrderKnowledge> = {}): OrderRefusal | "taken" => {
    const told = provenOrders(payload, knowledge(bench, changes));
    return told.ok ? "taken" : told.error;
  };
  assert.equal(refusal(suspended), "taken");
  const heard = bench.view.height;
  assert.equal(refusal(early, { fromHeight: heard }), "stale", "what the chain has left behind");
  assert.equal(refusal(suspended.subarray(0, 100)), "malformed");
  const stranger = signerOf("somebody else").publicKey;
  const trust = { by: "producer", chain: "test", producer: stranger } as const;
  assert.equal(refusal(suspended, { trust }), "wrong_producer");
  assert.equal(refusal(suspended, { meterKeys: [meterSigner(2).publicKey] }), "other_meter");
  assert.equal(refusal(proofOf(bench, 2)), "other_meter", "the neighbour's rows, rightly proven");
  const proven = bench.view.proveAnswers((state) => homeOrdersOf(state, 1))!;
  const without = { ...proven, rows: proven.rows.slice(0, -1) };
  assert.equal(refusal(encode(provenRowsCodec, without)), "incomplete");
  const lifted = proven.rows.map((row) => ({ ...row, row: row.table === 11 ? row.row : undefined }));
  assert.equal(refusal(encode(provenRowsCodec, { ...proven, rows: lifted })), "wrong_path");
});

test("validators are believed by the hash that was pinned, followed from header to header, and no longer after two weeks", () => {
  const { bench } = unpaidHome();
  const proven = bench.view.proveAnswers((state) => homeOrdersOf(state, 1))!;
  const { stateRoot } = vouchedBy(proven.checkpoint);
  const wall = 1_790_000_000;
  const by = (seeds: readonly number[], height: number, seconds: number) => {
    const checkpoint = decidedBy(seeds, { chain: "test", height, seconds, stateRoot });
    return { checkpoint, payload: encode(provenRowsCodec, { ...proven, checkpoint }) };
  };
  const ours = by([1, 2, 3, 4], 100, wall);
  const { validatorsHash } = ours.checkpoint.header;
  const pinned: PinnedTrust = { by: "named_validators", chain: "test", validatorsHash, enrolledAt: wall };
  const asked = (payload: Uint8Array, changes: Partial<OrderKnowledge>) =>
    provenOrders(payload, knowledge(bench, { trust: pinned, now: wall + 5, ...changes }));
  const first = asked(ours.payload, {});
  assert.ok(first.ok && first.value.trust.by === "validators");
  const { trust } = first.value;
  const refusal = (payload: Uint8Array, changes: Partial<OrderKnowledge>) => {
    const told = asked(payload, changes);
    return told.ok ? "taken" : told.error;
  };
  const strangers = by([5, 6, 7, 8], 101, wall + 10).payload;
  assert.equal(refusal(strangers, { now: wall + 15 }), "unexpected_validators");
  assert.equal(refusal(strangers, { trust, now: wall + 15 }), "unexpected_validators");
  const later = by([1, 2, 3, 4], 150, wall + 600).payload;
  assert.equal(refusal(later, { trust, now: wall + 605 }), "taken");
  assert.equal(refusal(later, { trust, now: wall + 15 * 86_400 }), "trust_expired");
  assert.equal(refusal(ours.payload, { now: wall - 3_600 }), "from_the_future");
  assert.equal(refusal(ours.payload, { now: undefined }), "taken", "from the own disk, however old");
  assert.equal(refusal(proofOf(bench), {}), "no_validators");
});
