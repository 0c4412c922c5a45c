import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { parseDay } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { fingerprintOfValidators } from "#consensus/fingerprint.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { type Header, headerHash } from "#ledger/block.ts";
import { proveRow, type RowProof, rowProofCodec, vouchedBy } from "#ledger/proof.ts";
import { State, type Table } from "#ledger/state.ts";
import { SALES, type Sale } from "#market/sale.ts";
import { checkReceipt, receiptFrom } from "#wire/receipt.ts";
import type { Receipt } from "#wire/schemas.ts";
import { decidedBy } from "../test/support/decided.ts";
import {
  followedValidators,
  isCompared,
  receiptFile,
  setCompared,
  trustAnew,
  trustedFingerprint,
  trustedProducer,
  verifyReceipt,
} from "./receipt.ts";

const producer = signerFromSeed(new Uint8Array(32).fill(1));
const saleId = new Uint8Array(16).fill(0x5a);
const row: Sale = {
  plant: 3,
  seller: 12,
  supplier: 101,
  day: parseDay("2026-06-16")!,
  rate: MicroEurPerKwh(142_000n),
  fee: MicroEurPerKwh(4_000n),
  energy: Wh(1_500n),
  delivered: Wh(940n),
  state: "partly_delivered",
  height: 211,
  time: 1_781_606_763,
  firstInterval: 1_781_606_700,
  lastInterval: 1_781_613_900,
  expiryHeight: 50_211,
  closedHeight: 214,
  closedTime: 1_781_608_500,
  gross: MicroEur(133_480n),
  feePaid: MicroEur(3_760n),
};

function stateWith(sale: Sale): State {
  const state = new State([SALES as unknown as Table<never, never>]);
  const draft = state.draft();
  draft.put(SALES, saleId, sale);
  for (let i = 0; i < 40; i++) draft.put(SALES, new Uint8Array(16).fill(i), { ...row, plant: i });
  draft.seal().commit();
  return state;
}

function proofOf(sale: Sale, signer = producer): RowProof {
  const state = stateWith(sale);
  const header: Header = {
    chain: "olmo-test",
    height: 214,
    time: sale.closedTime,
    previousHash: new Uint8Array(32).fill(2),
    stateRoot: state.root,
    transactionsRoot: new Uint8Array(32),
    producer: signer.publicKey,
  };
  const signature = signer.sign(headerHash(header));
  return proveRow(state, { by: "producer", header, signature }, SALES, saleId);
}

function receiptOf(proof: RowProof): Receipt {
  const vouched = vouchedBy(proof.checkpoint);
  return {
    chain: "olmo-test",
    producer: toHex(producer.publicKey),
    block: {
      height: vouched.height,
      time: vouched.time,
      hash: toHex(vouched.hash),
      stateRoot: toHex(vouched.stateRoot),
    },
    proof: { bytes: toHex(encode(rowProofCodec, proof)), description: "row of the state" },
    sale: {
      id: toHex(saleId),
      supplier: { member: 101, name: "Alba Energia" },
      day: "2026-06-16",
      rateMicroEurPerKwh: 142_000,
      energyWh: 1_500,
      deliveredWh: 940,
      state: "partly_delivered",
      authorised: { height: 211, time: row.time, transaction: "00".repeat(32) },
      deadline: row.lastInterval + 900,
      settled: { height: 214, time: row.closedTime },
      grossMicroEur: 133_480,
      feeMicroEur: 3_760,
      netMicroEur: 129_720,
    },
  };
}

const trusted = { chain: "olmo-test", producer: producer.publicKey };

test("a sound receipt is verified, with the length of its path", () => {
  const checked = checkReceipt(receiptOf(proofOf(row)), trusted);
  assert.ok(checked.ok);
  assert.equal(checked.value.height, 214);
  assert.ok(checked.value.steps > 0);
});

test("a figure that differs from the proved one is found, whichever it is", () => {
  const changes: ((sale: Receipt["sale"]) => Receipt["sale"])[] = [
    (sale) => ({ ...sale, deliveredWh: 1_500 }),
    (sale) => ({ ...sale, energyWh: 940 }),
    (sale) => ({ ...sale, state: "settled" }),
    (sale) => ({ ...sale, grossMicroEur: 213_000 }),
    (sale) => ({ ...sale, feeMicroEur: 0 }),
    (sale) => ({ ...sale, netMicroEur: 133_480 }),
    (sale) => ({ ...sale, rateMicroEurPerKwh: 150_000 }),
    (sale) => ({ ...sale, day: "2026-06-17" }),
    (sale) => ({ ...sale, supplier: { ...sale.supplier, member: 102 } }),
    (sale) => ({ ...sale, id: "00".repeat(16) }),
    (sale) => ({ ...sale, settled: null }),
  ];
  const receipt = receiptOf(proofOf(row));
  for (const [i, change] of changes.entries()) {
    const checked = checkReceipt({ ...receipt, sale: change(receipt.sale) }, trusted);
    assert.ok(!checked.ok && checked.error === "other_sale", `change ${i}`);
  }
});

test("a proof that does not stand is refused by name", () => {
  const sound = proofOf(row);
  const forged = { ...sound, row: encode(SALES.row, { ...row, gross: MicroEur(999_999n) }) };
  const other = signerFromSeed(new Uint8Array(32).fill(9));
  const altered = (change: Partial<Header>): RowProof => {
    const { checkpoint } = sound;
    assert.ok(checkpoint.by === "producer");
    return { ...sound, checkpoint: { ...checkpoint, header: { ...checkpoint.header, ...change } } };
  };
  const rows: [Receipt, string][] = [
    [{ ...receiptOf(sound), proof: { bytes: "00", description: "" } }, "unreadable"],
    [receiptOf(altered({ chain: "other" })), "wrong_chain"],
    [receiptOf(proofOf(row, other)), "wrong_producer"],
    [receiptOf(altered({ height: 215 })), "bad_signature"],
    [receiptOf(forged), "wrong_path"],
  ];
  for (const [receipt, problem] of rows) {
    const checked = checkReceipt(receipt, trusted);
    assert.ok(!checked.ok && checked.error === problem, problem);
  }
});

test("a device trusts the producer it met first and no later one", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage;
  const first = "11".repeat(32);
  assert.deepEqual(trustedProducer("olmo", first, storage), fromHex(first));
  assert.deepEqual(trustedProducer("olmo", "22".repeat(32), storage), fromHex(first));
  assert.deepEqual(trustedProducer("pozzo", "22".repeat(32), storage), fromHex("22".repeat(32)));
});

test("a saved receipt is checked again from its file alone", () => {
  const proof = proofOf(row);
  const file = JSON.parse(receiptFile(receiptOf(proof), proof.checkpoint).text);
  const again = receiptFrom(file);
  assert.ok(again !== undefined);
  assert.ok(checkReceipt(again, { chain: file.chain, producer: fromHex(file.trusted.producer)! }).ok);
  for (const damage of [
    { format: "contrada/receipt/1" },
    { block: {} },
    { sale: null },
    { proof: { bytes: 1 } },
  ]) {
    assert.equal(receiptFrom({ ...file, ...damage }), undefined, Object.keys(damage).join());
  }
});

const memory = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage;
};
const reasonOf = (result: ReturnType<typeof verifyReceipt>) => (result.ok ? undefined : result.error);

function decidedProof(sale: Sale, seeds: readonly number[], height = 215, seconds = NOW): RowProof {
  const state = stateWith(sale);
  const checkpoint = decidedBy(seeds, { chain: "olmo-test", height, seconds, stateRoot: state.root });
  return proveRow(state, checkpoint, SALES, saleId);
}

const NOW = 1_781_700_000;
const four = [11, 12, 13, 14];

test("a receipt that validators vouch for is verified, and says how many signed", () => {
  const checked = verifyReceipt(receiptOf(decidedProof(row, four)), "olmo-test", {
    storage: memory(),
    now: NOW,
  });
  assert.ok(checked.ok);
  assert.deepEqual([checked.value.height, checked.value.validators], [214, { signed: 3, of: 4 }]);
});

test("a device follows the validators it met, and neither strangers nor a single producer after them", () => {
  const device = { storage: memory(), now: NOW + 60 };
  const verify = (proof: RowProof, at = device) => reasonOf(verifyReceipt(receiptOf(proof), "olmo-test", at));
  assert.equal(verify(decidedProof(row, four)), undefined);
  assert.equal(verify(decidedProof(row, [...four, 15], 230, NOW + 1)), undefined, "one came");
  assert.equal(verify(decidedProof(row, [12, 13, 15], 240, NOW + 2)), undefined, "two went");
  assert.equal(verify(decidedProof(row, [21, 22, 23, 24], 250, NOW + 3)), "not_enough_trusted");
  assert.equal(verify(proofOf(row)), "no_validators");
  assert.equal(verify(decidedProof(row, [12, 13, 14], 216)), undefined, "an older block of known validators");
  const later = { ...device, now: NOW + 100 * 86_400 };
  assert.equal(verify(decidedProof(row, [12, 13, 15], 260, NOW + 4), later), "trust_expired");
});

test("an owner vouches for the validators that the own device followed, and for nobody else", () => {
  const device = { storage: memory(), now: NOW + 60 };
  const look = (proof: RowProof, at = device) =>
    followedValidators(toHex(encode(rowProofCodec, proof)), "olmo-test", at);
  const first = decidedProof(row, four);
  const seen = look(first);
  assert.ok(seen.ok && first.checkpoint.by === "validators");
  assert.deepEqual(
    [seen.value.height, seen.value.time, seen.value.isFirstMeeting],
    [215, NOW, true],
    "that it met nobody before is said",
  );
  assert.equal(seen.value.validatorsHash, toHex(first.checkpoint.header.validatorsHash));
  const next = look(decidedProof(row, [...four, 15], 230, NOW + 1));
  assert.ok(next.ok && !next.value.isFirstMeeting);
  const reason = (result: ReturnType<typeof look>) => (result.ok ? undefined : result.error);
  assert.equal(reason(look(decidedProof(row, [21, 22, 23, 24], 250, NOW + 3))), "not_enough_trusted");
  assert.equal(reason(look(proofOf(row))), "unreadable", "one producer is no validators");
  const later = { ...device, now: NOW + 100 * 86_400 };
  assert.equal(reason(look(decidedProof(row, four, 260, NOW + 4), later)), "trust_expired");
});

test("a device that followed too long ago trusts anew only whom it is told to, and keeps what it has seen", () => {
  const device = { storage: memory(), now: NOW + 60 };
  const verify = (proof: RowProof, at = device) => reasonOf(verifyReceipt(receiptOf(proof), "olmo-test", at));
  const anew = (receipt: Receipt) => trustAnew(receipt, "olmo-test", device.storage);
  assert.equal(verify(decidedProof(row, four, 230, NOW)), undefined);
  const later = { ...device, now: NOW + 100 * 86_400 };
  const today = decidedProof(row, [21, 22, 23, 24], 260, later.now - 60);
  assert.equal(verify(today, later), "trust_expired");
  assert.equal(anew(receiptOf(proofOf(row))), false, "one producer is nobody's choice here");
  assert.equal(verify(today, later), "trust_expired");
  assert.equal(anew(receiptOf(today)), true);
  assert.equal(verify(today, later), undefined);
  assert.equal(verify(decidedProof(row, four, 270, later.now - 30), later), "not_enough_trusted");
  const rewritten = decidedProof({ ...row, plant: 4 }, [21, 22, 23, 24], 230, later.now);
  assert.equal(anew(receiptOf(rewritten)), true);
  assert.equal(verify(rewritten, later), "conflicting_header", "the block it saw before is not forgotten");
});

test("what a person compares at the first meeting is whom the device trusts, and is asked once", () => {
  const device = { storage: memory(), now: NOW + 60 };
  const shown = () => trustedFingerprint("olmo-test", device.storage);
  assert.equal(shown(), undefined, "it has met nobody");
  const met = decidedProof(row, four, 230, NOW);
  assert.ok(verifyReceipt(receiptOf(met), "olmo-test", device).ok);
  assert.ok(met.checkpoint.by === "validators");
  assert.equal(shown(), fingerprintOfValidators(met.checkpoint.validators));
  assert.equal(isCompared("olmo-test", device.storage), false);
  setCompared("olmo-test", device.storage);
  assert.equal(isCompared("olmo-test", device.storage), true);
  assert.equal(isCompared("another", device.storage), false);
  const alone = memory();
  assert.ok(verifyReceipt(receiptOf(proofOf(row)), "olmo-test", { storage: alone, now: NOW }).ok);
  assert.match(trustedFingerprint("olmo-test", alone)!, /^([0-9A-F]{4} ){4}[0-9A-F]{4}$/);
});

test("two signed states of one block are an alarm, whoever signed them", () => {
  const other = { ...row, delivered: Wh(1_000n) };
  const shown = (proof: RowProof, deliveredWh: number) => {
    const receipt = receiptOf(proof);
    return { ...receipt, sale: { ...receipt.sale, deliveredWh } };
  };
  for (const prove of [proofOf, (sale: Sale) => decidedProof(sale, four)]) {
    const device = { storage: memory(), now: NOW };
    const verify = (receipt: Receipt) => reasonOf(verifyReceipt(receipt, "olmo-test", device));
    assert.equal(verify(shown(prove(row), 940)), undefined);
    assert.equal(verify(shown(prove(other), 1_000)), "conflicting_header");
    assert.equal(verify(shown(prove(row), 940)), undefined, "what was seen first stays verified");
  }
});
