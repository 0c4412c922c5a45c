import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, toHex, utf8 } from "#base/bytes.ts";
import { hash } from "#crypto/hash.ts";
import { merkleProof, verifyMerkleProof } from "#crypto/merkle.ts";
import { type Header, headerHash, transactionsRoot } from "#ledger/block.ts";

const header: Header = {
  chain: "test",
  height: 3,
  time: 1_781_604_000,
  previousHash: new Uint8Array(32).fill(1),
  stateRoot: new Uint8Array(32).fill(2),
  transactionsRoot: new Uint8Array(32).fill(3),
  producer: new Uint8Array(32).fill(4),
};

test("a header's hash covers every field, in its own domain", () => {
  const changes: readonly Partial<Header>[] = [
    { chain: "tests" },
    { height: 4 },
    { time: header.time + 1 },
    { previousHash: new Uint8Array(32) },
    { stateRoot: new Uint8Array(32) },
    { transactionsRoot: new Uint8Array(32) },
    { producer: new Uint8Array(32) },
  ];
  const hashes = new Set(
    [header, ...changes.map((change) => ({ ...header, ...change }))].map((h) => toHex(headerHash(h))),
  );
  assert.equal(hashes.size, changes.length + 1);
  const tag = hash(utf8("contrada/header/1"));
  const bytes = concat(
    Uint8Array.of(0, 0, 0, 4),
    utf8("test"),
    Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 3),
    Uint8Array.of(0, 0, 0, 0, 0x6a, 0x31, 0x1e, 0xa0),
    header.previousHash,
    header.stateRoot,
    header.transactionsRoot,
    header.producer,
  );
  assert.equal(toHex(headerHash(header)), toHex(hash(concat(tag, tag, bytes))));
});

test("the transactions' root covers each transaction, its verdict and its place", () => {
  const a = { bytes: utf8("a"), status: 0 };
  const b = { bytes: utf8("b"), status: 0 };
  const roots = [
    [],
    [a],
    [b],
    [a, b],
    [b, a],
    [a, { ...b, status: 256 }],
    [a, { ...b, status: 1 }],
    [a, b, b],
  ];
  assert.equal(new Set(roots.map((list) => toHex(transactionsRoot(list)))).size, roots.length);
  assert.equal(toHex(transactionsRoot([])), toHex(hash(new Uint8Array(0))));
  const leaf = concat(utf8("b"), Uint8Array.of(0x01, 0x00));
  const leaves = [concat(utf8("a"), Uint8Array.of(0, 0)), leaf];
  const root = transactionsRoot([a, { ...b, status: 256 }]);
  assert.ok(verifyMerkleProof(root, leaf, 1, 2, merkleProof(leaves, 1)), "a verdict can be shown alone");
});
