import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat, equalBytes, toHex, utf8 } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import { hash } from "#crypto/hash.ts";
import { merkleLeaf, merkleProof, merkleRoot, merkleRootOf, verifyMerkleProof } from "#crypto/merkle.ts";

/** RFC 6962, section 2.1, as written there: split at the largest power of two smaller than n. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return hash(new Uint8Array(0));
  if (leaves.length === 1) return hash(concat(Uint8Array.of(0), leaves[0]!));
  const split = naiveSplit(leaves.length);
  return hash(concat(Uint8Array.of(1), naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split))));
}

/** RFC 6962, section 2.1.1. */
function naiveProof(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length === 1) return [];
  const split = naiveSplit(leaves.length);
  return index < split
    ? [...naiveProof(leaves.slice(0, split), index), naiveRoot(leaves.slice(split))]
    : [...naiveProof(leaves.slice(split), index - split), naiveRoot(leaves.slice(0, split))];
}

function naiveSplit(count: number): number {
  let split = 1;
  while (2 * split < count) split *= 2;
  return split;
}

const leavesOf = (count: number) => {
  const random = new Random(`list ${count}`);
  return Array.from({ length: count }, () => random.bytes(random.integer(5)));
};

test("roots of published lists", () => {
  // The seven-leaf example that Certificate Transparency implementations share.
  const leaves = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
  ].map((hex) => Uint8Array.from(Buffer.from(hex, "hex")));
  assert.equal(toHex(merkleRoot([])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert.equal(
    toHex(merkleRoot(leaves.slice(0, 1))),
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  );
  assert.equal(toHex(merkleRoot(leaves)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
});

test("leaves of any length, hashed in passing from one buffer, come to the same root", () => {
  const random = new Random("long leaves");
  const leaves = [0, 1, 31, 2046, 2047, 2048, 2049, 5000].map((length) => random.bytes(length));
  const buffer = new Uint8Array(5000);
  const hashed = leaves.map((leaf) => {
    buffer.fill(0xff);
    buffer.set(leaf);
    return merkleLeaf(buffer.subarray(0, leaf.length));
  });
  assert.deepEqual(merkleRootOf(hashed), naiveRoot(leaves));
  assert.deepEqual(merkleRoot(leaves), naiveRoot(leaves));
  assert.deepEqual(merkleRootOf([]), naiveRoot([]));
});

test("root and proofs are RFC 6962's for every list of up to 40 leaves", () => {
  for (let count = 0; count <= 40; count++) {
    const leaves = leavesOf(count);
    const root = merkleRoot(leaves);
    assert.deepEqual(root, naiveRoot(leaves));
    for (const [index, leaf] of leaves.entries()) {
      const proof = merkleProof(leaves, index);
      assert.deepEqual(proof, naiveProof(leaves, index), `${index} of ${count}`);
      assert.ok(verifyMerkleProof(root, leaf, index, count, proof));
    }
  }
});

test("a leaf proves no other place, no other count that changes its path, and no other leaf", () => {
  for (let count = 1; count <= 17; count++) {
    const leaves = Array.from({ length: count }, (_, i) => utf8(`leaf ${i}`));
    const root = merkleRoot(leaves);
    for (let index = 0; index < count; index++) {
      const proof = merkleProof(leaves, index);
      for (let claimed = 0; claimed < count; claimed++) {
        const valid = verifyMerkleProof(root, leaves[index]!, claimed, count, proof);
        assert.equal(valid, claimed === index, `${index} as ${claimed} of ${count}`);
        assert.equal(verifyMerkleProof(root, leaves[claimed]!, index, count, proof), claimed === index);
      }
    }
  }
});

test("a tampered proof is refused, and nonsense is no error", () => {
  const leaves = leavesOf(23);
  const root = merkleRoot(leaves);
  fc.assert(
    fc.property(
      fc.nat(22),
      fc.nat(),
      fc.nat(31),
      fc.integer({ min: 1, max: 255 }),
      (index, which, place, flip) => {
        const proof = merkleProof(leaves, index);
        const leaf = leaves[index]!;
        const damaged = proof.map((sibling) => sibling.slice());
        damaged[which % damaged.length]![place]! ^= flip;
        assert.equal(verifyMerkleProof(root, leaf, index, 23, damaged), false);
        assert.equal(verifyMerkleProof(root, leaf, index, 23, proof.slice(1)), false);
        assert.equal(verifyMerkleProof(root, leaf, index, 23, proof.slice(0, -1)), false);
        assert.equal(verifyMerkleProof(root, leaf, index, 23, [...proof, root]), false);
        const other = root.slice();
        other[place]! ^= flip;
        assert.equal(verifyMerkleProof(other, leaf, index, 23, proof), false);
      },
    ),
  );
  const proof = merkleProof(leaves, 3);
  for (const [index, count] of [
    [-1, 23],
    [23, 23],
    [1.5, 23],
    [Number.NaN, 23],
    [3, 0],
    [3, 2 ** 40],
    [3, Number.POSITIVE_INFINITY],
  ] as const) {
    assert.equal(verifyMerkleProof(root, leaves[3]!, index, count, proof), false);
  }
  assert.equal(
    verifyMerkleProof(
      root,
      leaves[3]!,
      3,
      23,
      proof.map((sibling) => sibling.subarray(1)),
    ),
    false,
  );
  assert.equal(verifyMerkleProof(new Uint8Array(0), leaves[3]!, 3, 23, proof), false);
});

test("a node cannot be passed off as a leaf", () => {
  const leaves = leavesOf(4);
  const [a, b] = leaves.map((leaf) => hash(concat(Uint8Array.of(0), leaf)));
  const upper = merkleRoot(leaves.slice(2));
  assert.equal(verifyMerkleProof(merkleRoot(leaves), concat(a!, b!), 0, 2, [upper]), false);
  assert.equal(equalBytes(merkleRoot([concat(a!, b!)]), merkleRoot(leaves.slice(0, 2))), false);
});

test("a proof is asked only for a leaf that exists", () => {
  for (const index of [-1, 3, 0.5]) assert.throws(() => merkleProof(leavesOf(3), index));
});
