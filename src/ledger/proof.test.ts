import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { hash } from "#crypto/hash.ts";
import { signerFromSeed } from "#crypto/keys.ts";
import { type Header, headerHash } from "#ledger/block.ts";
import {
  type Checkpoint,
  type ProofProblem,
  proofProblem,
  proveRow,
  type RowProof,
  rowProofCodec,
} from "#ledger/proof.ts";
import { AGES, checkpoint, header, numberCodec, signature, state, trusted } from "./test-ages.ts";

const proof = proveRow(state, checkpoint, AGES, 13);

test("a row is proved to whoever knows the chain's name and its producer's key", () => {
  assert.equal(proofProblem(proof, trusted), undefined);
  assert.equal(decode(numberCodec, proof.row!).ok && encode(numberCodec, 33).join(), proof.row!.join());
  const carried = decode(rowProofCodec, encode(rowProofCodec, proof));
  assert.ok(carried.ok);
  assert.equal(proofProblem(carried.value, trusted), undefined, "and after a journey through its bytes");
});

test("that there is no row is proved in the same way, and no row that there is can be denied", () => {
  const absent = proveRow(state, checkpoint, AGES, 99);
  assert.equal(absent.row, undefined);
  assert.equal(proofProblem(absent, trusted), undefined);
  const carried = decode(rowProofCodec, encode(rowProofCodec, absent));
  assert.deepEqual(carried, { ok: true, value: absent });
  assert.equal(proofProblem({ ...absent, key: proof.key }, trusted), "wrong_path");
  assert.equal(proofProblem({ ...proof, row: undefined }, trusted), "wrong_path");
  assert.equal(proofProblem({ ...absent, row: proof.row }, trusted), "wrong_path");
});

test("a checkpoint that was verified already is not verified again, and its like counts for nothing", () => {
  let read = 0;
  const watched: Checkpoint = {
    by: "producer",
    header,
    get signature() {
      read += 1;
      return signature;
    },
  };
  const one = proveRow(state, watched, AGES, 13);
  assert.equal(proofProblem(one, { chain: "test", verified: watched }), undefined);
  assert.equal(read, 0, "nobody looks at its signature");
  assert.equal(proofProblem(one, { chain: "test", verified: checkpoint }), "not_enough_trusted");
  assert.equal(proofProblem(one, { chain: "tests", verified: watched }), "wrong_chain");
  assert.equal(proofProblem({ ...one, row: undefined }, { chain: "test", verified: watched }), "wrong_path");
});

test("a proof of an older state than was asked for is stale", () => {
  assert.equal(proofProblem(proof, trusted, { fromHeight: 3 }), undefined);
  assert.equal(proofProblem(proof, trusted, { fromHeight: 4 }), "stale");
});

test("whatever is changed in a proof, it proves nothing", () => {
  const impostor = signerFromSeed(hash(utf8("impostor")));
  const forged = { ...header, stateRoot: new Uint8Array(32) };
  const own = { ...header, producer: impostor.publicKey };
  const another = proveRow(state, checkpoint, AGES, 14);
  const signed = (header: Header, signature: Uint8Array): Partial<RowProof> => ({
    checkpoint: { by: "producer", header, signature },
  });
  const rows: readonly [ProofProblem, Partial<RowProof>][] = [
    ["wrong_chain", signed({ ...header, chain: "tests" }, new Uint8Array(64))],
    ["wrong_producer", signed(own, impostor.sign(headerHash(own)))],
    ["bad_signature", signed(forged, signature)],
    ["bad_signature", signed(header, impostor.sign(headerHash(header)))],
    ["bad_signature", signed({ ...header, height: 4 }, signature)],
    ["wrong_path", { row: encode(numberCodec, 34) }],
    ["wrong_path", { key: encode(numberCodec, 14) }],
    ["wrong_path", { key: another.key, row: another.row }],
    ["wrong_path", { table: 8 }],
    ["wrong_path", { path: another.path }],
    ["wrong_path", { path: { ...proof.path, siblings: proof.path.siblings.slice(1) } }],
    ["wrong_path", { path: { siblings: [], other: undefined } }],
  ];
  for (const [problem, change] of rows) assert.equal(proofProblem({ ...proof, ...change }, trusted), problem);
});
