import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/bytes.ts";
import { type Codec, decode, encode } from "#base/codec.ts";
import { hash } from "#crypto/hash.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { type Header, headerHash } from "#ledger/block.ts";
import type { Checkpoint } from "#ledger/proof.ts";
import { NotProvenError, proveAnswers, provenRowsCodec, provenState } from "#ledger/proven-rows.ts";
import { State, type StateReader, type Table } from "#ledger/state.ts";

const numberCodec: Codec<number> = {
  write: (writer, value) => writer.u32(value),
  read: (reader) => reader.u32(),
};
const AGES: Table<number, number> = {
  number: 7,
  name: "ages",
  key: numberCodec,
  id: (key) => key,
  row: numberCodec,
};
const producer = signerFromSeed(hash(utf8("producer")));
const trust = { chain: "test", producer: producer.publicKey };

const state = new State([AGES] as unknown as readonly Table<never, never>[]);
const draft = state.draft();
for (let i = 0; i < 50; i++) draft.put(AGES, i, 20 + i);
draft.seal().commit();
const header: Header = {
  chain: "test",
  height: 3,
  time: 1000,
  previousHash: new Uint8Array(32),
  stateRoot: state.root,
  transactionsRoot: new Uint8Array(32),
  producer: producer.publicKey,
};
const checkpoint: Checkpoint = { by: "producer", header, signature: producer.sign(headerHash(header)) };

/** Whose age decides depends on an age: what is asked second follows from the first answer. */
const question = (reader: StateReader) => [reader.get(AGES, reader.get(AGES, 5)!), reader.get(AGES, 99)];
const proven = proveAnswers(state, checkpoint, question);

test("who has proven rows asks the chain's own question and gets the chain's answer", () => {
  const carried = decode(provenRowsCodec, encode(provenRowsCodec, proven));
  assert.ok(carried.ok);
  assert.deepEqual(carried.value, proven);
  const answer = provenState(carried.value, trust);
  assert.ok(answer.ok);
  assert.equal(answer.value.vouched.height, 3);
  assert.deepEqual(question(answer.value.state), question(state));
  assert.deepEqual(question(state), [45, undefined], "one row that is, and one that is proved not to be");
});

test("what was not proven is not taken for absent", () => {
  const answer = provenState(proven, trust);
  assert.ok(answer.ok);
  assert.throws(() => answer.value.state.get(AGES, 6), NotProvenError);
});

test("rows that were changed, left out of the state or vouched for by others say nothing", () => {
  const [first, ...others] = proven.rows;
  const changed = { checkpoint, rows: [{ ...first!, row: encode(numberCodec, 44) }, ...others] };
  assert.deepEqual(provenState(changed, trust), { ok: false, error: "wrong_path" });
  const denied = { checkpoint, rows: [{ ...first!, row: undefined }, ...others] };
  assert.deepEqual(provenState(denied, trust), { ok: false, error: "wrong_path" });
  assert.deepEqual(provenState(proven, trust, { fromHeight: 4 }), { ok: false, error: "stale" });
  const other = signerFromSeed(hash(utf8("somebody"))).publicKey;
  const elsewhere = provenState({ checkpoint, rows: [] }, { chain: "test", producer: other });
  assert.deepEqual(elsewhere, { ok: false, error: "wrong_producer" }, "also where nothing is asked");
  const forged = { ...checkpoint, signature: new Uint8Array(64).fill(1) } as Checkpoint;
  assert.deepEqual(provenState({ checkpoint: forged, rows: proven.rows }, trust), {
    ok: false,
    error: "bad_signature",
  });
});
