import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { hash } from "#crypto/hash.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import type { Checkpoint } from "#ledger/proof.ts";
import { NotProvenError, proveAnswers, provenRowsCodec, provenState } from "#ledger/proven-rows.ts";
import type { StateReader } from "#ledger/state.ts";
import { AGES, checkpoint, numberCodec, state, trusted } from "./test-ages.ts";

/** Whose age decides depends on an age: what is asked second follows from the first answer. */
const question = (reader: StateReader) => [reader.get(AGES, reader.get(AGES, 5)!), reader.get(AGES, 99)];
const proven = proveAnswers(state, checkpoint, question);

test("who has proven rows asks the chain's own question and gets the chain's answer", () => {
  const carried = decode(provenRowsCodec, encode(provenRowsCodec, proven));
  assert.ok(carried.ok);
  assert.deepEqual(carried.value, proven);
  const answer = provenState(carried.value, trusted);
  assert.ok(answer.ok);
  assert.equal(answer.value.vouched.height, 3);
  assert.deepEqual(question(answer.value.state), question(state));
  assert.deepEqual(question(state), [45, undefined], "one row that is, and one that is proved not to be");
});

test("what was not proven is not taken for absent", () => {
  const answer = provenState(proven, trusted);
  assert.ok(answer.ok);
  assert.throws(() => answer.value.state.get(AGES, 6), NotProvenError);
});

test("rows that were changed, left out of the state or vouched for by others say nothing", () => {
  const [first, ...others] = proven.rows;
  const changed = { checkpoint, rows: [{ ...first!, row: encode(numberCodec, 44) }, ...others] };
  assert.deepEqual(provenState(changed, trusted), { ok: false, error: "wrong_path" });
  const denied = { checkpoint, rows: [{ ...first!, row: undefined }, ...others] };
  assert.deepEqual(provenState(denied, trusted), { ok: false, error: "wrong_path" });
  assert.deepEqual(provenState(proven, trusted, { fromHeight: 4 }), { ok: false, error: "stale" });
  const other = signerFromSeed(hash(utf8("somebody"))).publicKey;
  const elsewhere = provenState({ checkpoint, rows: [] }, { chain: "test", producer: other });
  assert.deepEqual(elsewhere, { ok: false, error: "wrong_producer" }, "also where nothing is asked");
  const forged = { ...checkpoint, signature: new Uint8Array(64).fill(1) } as Checkpoint;
  assert.deepEqual(provenState({ checkpoint: forged, rows: proven.rows }, trusted), {
    ok: false,
    error: "bad_signature",
  });
});
