import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { concat, equalBytes, toHex } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { Random } from "#base/random.ts";
import { hash } from "#crypto/hash.ts";
import {
  type Change,
  type SparseProof,
  SparseTree,
  sparseProofCodec,
  verifySparseProof,
} from "#crypto/sparse-tree.ts";

interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** The definition, word by word: no sharing, no batches, no order. */
function naiveRoot(entries: readonly Entry[], depth = 0): Uint8Array {
  if (entries.length === 0) return new Uint8Array(32);
  if (entries.length === 1) return hash(concat(Uint8Array.of(0), entries[0]!.key, entries[0]!.value));
  const side = (bit: number) =>
    entries.filter(({ key }) => ((key[depth >> 3]! >> (7 - (depth % 8))) & 1) === bit);
  return hash(concat(Uint8Array.of(1), naiveRoot(side(0), depth + 1), naiveRoot(side(1), depth + 1)));
}

/** Keys that often agree in long prefixes, so that paths run deep and leaves meet late. */
const key: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.tuple(fc.nat(255), fc.integer({ min: 0, max: 7 })).map(([bit, low]) => {
    const bytes = new Uint8Array(32);
    bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
    bytes[31]! ^= low;
    return bytes;
  }),
);
const value: fc.Arbitrary<Uint8Array> = fc
  .integer({ min: 0, max: 1000 })
  .map((seed) => new Random(seed).bytes(32));
const entries: fc.Arbitrary<Entry[]> = fc.uniqueArray(fc.record({ key, value }), {
  maxLength: 40,
  selector: (entry) => toHex(entry.key),
});

function treeOf(changes: readonly Change[]): SparseTree {
  return SparseTree.empty.update(changes);
}

function randomEntries(count: number, seed: string): Entry[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => ({ key: random.bytes(32), value: random.bytes(32) }));
}

test("the empty tree has the root of zeros, a single leaf its own hash", () => {
  assert.deepEqual(SparseTree.empty.root, new Uint8Array(32));
  assert.equal(SparseTree.empty.size, 0);
  const [entry] = randomEntries(1, "one");
  const tree = treeOf([entry!]);
  assert.deepEqual(tree.root, hash(concat(Uint8Array.of(0), entry!.key, entry!.value)));
  assert.equal(tree.size, 1);
  assert.equal(treeOf([{ key: entry!.key, value: undefined }]), SparseTree.empty);
});

test("a pinned root: the tree's definition cannot drift", () => {
  assert.equal(toHex(treeOf(randomEntries(1000, "pinned")).root), PINNED_ROOT);
});

test("root, size and content are those of the naive tree", () => {
  fc.assert(
    fc.property(entries, (content) => {
      const tree = treeOf(content);
      assert.deepEqual(tree.root, naiveRoot(content));
      assert.equal(tree.size, content.length);
      for (const entry of content) assert.deepEqual(tree.get(entry.key), entry.value);
    }),
    { numRuns: 150 },
  );
});

test("the root depends on content alone: any order, any batches, any detour", () => {
  fc.assert(
    fc.property(
      entries,
      entries,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      (content, detour, batch, seed) => {
        const random = new Random(seed);
        const order = [...content];
        for (let i = order.length - 1; i > 0; i--) {
          const j = random.integer(i + 1);
          [order[i], order[j]] = [order[j]!, order[i]!];
        }
        let tree = treeOf(detour);
        const wanted = new Set(content.map((entry) => toHex(entry.key)));
        const leaving = detour.filter((entry) => !wanted.has(toHex(entry.key)));
        const changes: Change[] = [
          ...order,
          ...leaving.map((entry) => ({ key: entry.key, value: undefined })),
        ];
        for (let i = 0; i < changes.length; i += batch) {
          const before = tree.root;
          const next = tree.update(changes.slice(i, i + batch));
          assert.deepEqual(tree.root, before, "the older tree stays as it was");
          tree = next;
        }
        assert.deepEqual(tree.root, naiveRoot(content));
        assert.equal(tree.size, content.length);
        for (const entry of leaving) assert.equal(tree.get(entry.key), undefined);
      },
    ),
    { numRuns: 150 },
  );
});

test("deleting everything, at once or one by one, leads back to the empty tree", () => {
  const content = randomEntries(200, "delete");
  const none = content.map((entry) => ({ key: entry.key, value: undefined }));
  assert.deepEqual(treeOf(content).update(none).root, new Uint8Array(32));
  let tree = treeOf(content);
  for (const change of none) tree = tree.update([change]);
  assert.deepEqual(tree.root, new Uint8Array(32));
  assert.equal(tree.size, 0);
});

test("changes that change nothing give the very same tree", () => {
  const content = randomEntries(50, "same");
  const tree = treeOf(content);
  assert.equal(tree.update([]), tree);
  assert.equal(tree.update(content), tree);
  assert.equal(tree.update(randomEntries(50, "absent").map(({ key }) => ({ key, value: undefined }))), tree);
});

test("what a caller does to its arrays afterwards does not reach the tree", () => {
  const [entry] = randomEntries(1, "alias");
  const tree = treeOf([entry!]);
  const root = tree.root;
  const kept = { key: entry!.key.slice(), value: entry!.value.slice() };
  entry!.value.fill(0);
  entry!.key.fill(0);
  tree.get(kept.key)!.fill(1);
  tree.root.fill(2);
  assert.deepEqual(tree.get(kept.key), kept.value);
  assert.deepEqual(tree.root, root);
});

test("a batch with one key twice, or with another length, is a broken invariant", () => {
  const [a, b] = randomEntries(2, "twice");
  assert.throws(() => treeOf([a!, b!, { key: a!.key.slice(), value: b!.value }]), /at most once/);
  assert.throws(() => treeOf([{ key: a!.key.subarray(1), value: a!.value }]), /32 bytes/);
  assert.throws(() => treeOf([{ key: a!.key, value: new Uint8Array(33) }]), /32 bytes/);
  assert.throws(() => treeOf([a!]).get(new Uint8Array(31)), /32 bytes/);
  assert.throws(() => treeOf([a!]).prove(new Uint8Array(31)), /32 bytes/);
});

test("a proof shows what is there and what is not, and survives its encoding", () => {
  fc.assert(
    fc.property(entries, key, value, (content, asked, another) => {
      const tree = treeOf(content);
      const { root } = tree;
      for (const wanted of [asked, ...content.slice(0, 5).map((entry) => entry.key)]) {
        const held = content.find((entry) => equalBytes(entry.key, wanted))?.value;
        const decoded = decode(sparseProofCodec, encode(sparseProofCodec, tree.prove(wanted)));
        assert.ok(decoded.ok);
        assert.deepEqual(decoded.value, tree.prove(wanted));
        assert.ok(verifySparseProof(root, wanted, held, decoded.value));
        if (held !== undefined)
          assert.equal(verifySparseProof(root, wanted, undefined, decoded.value), false);
        if (held === undefined || !equalBytes(held, another)) {
          assert.equal(verifySparseProof(root, wanted, another, decoded.value), false);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test("a changed byte of an encoded proof is refused by the codec or by the root", () => {
  fc.assert(
    fc.property(entries, key, fc.nat(), fc.integer({ min: 1, max: 255 }), (content, asked, place, flip) => {
      const tree = treeOf(content);
      const held = tree.get(asked);
      const encoded = encode(sparseProofCodec, tree.prove(asked));
      encoded[place % encoded.length]! ^= flip;
      const decoded = decode(sparseProofCodec, encoded);
      if (decoded.ok) assert.equal(verifySparseProof(tree.root, asked, held, decoded.value), false);
      assert.equal(decode(sparseProofCodec, encoded.subarray(0, -1)).ok, false);
    }),
    { numRuns: 300 },
  );
});

test("a proof of one key shows nothing of another", () => {
  const content = randomEntries(64, "swap");
  const tree = treeOf(content);
  for (const a of content.slice(0, 8)) {
    for (const b of content.slice(0, 8)) {
      const proof = tree.prove(a.key);
      assert.equal(verifySparseProof(tree.root, b.key, b.value, proof), a === b);
      assert.equal(verifySparseProof(tree.root, b.key, undefined, proof), false);
    }
  }
});

test("absence is not shown by a leaf off the path, by the key itself, or by a tree cut short", () => {
  const content = randomEntries(64, "forge");
  const tree = treeOf(content);
  const [held, other] = content as [Entry, Entry];
  const proof = tree.prove(held.key);
  const forged: SparseProof[] = [
    { siblings: proof.siblings, other: undefined },
    { siblings: proof.siblings, other: held },
    { siblings: tree.prove(other.key).siblings, other },
    { siblings: [], other: undefined },
    { siblings: [], other },
    { siblings: proof.siblings.slice(0, -1), other: undefined },
  ];
  for (const [i, forgery] of forged.entries()) {
    assert.equal(verifySparseProof(tree.root, held.key, undefined, forgery), false, `forgery ${i}`);
  }
  assert.ok(verifySparseProof(tree.root, held.key, held.value, proof));
  assert.equal(verifySparseProof(tree.root, held.key, held.value, { ...proof, other }), false);
});

test("two keys that differ in the last bit stand at depth 256, and deeper proofs are refused", () => {
  const [a, b] = [new Uint8Array(32), new Uint8Array(32)];
  b[31] = 1;
  const content = [
    { key: a, value: hash(a) },
    { key: b, value: hash(b) },
  ];
  const tree = treeOf(content);
  assert.deepEqual(tree.root, naiveRoot(content));
  const proof = tree.prove(b);
  assert.equal(proof.siblings.length, 256);
  assert.equal(proof.siblings.filter((sibling) => sibling !== undefined).length, 1);
  assert.equal(encode(sparseProofCodec, proof).length, 2 + 32 + 32 + 1, "empty siblings cost one bit");
  assert.ok(verifySparseProof(tree.root, b, hash(b), proof));
  const deeper = { siblings: [...proof.siblings, undefined], other: undefined };
  assert.equal(verifySparseProof(tree.root, b, hash(b), deeper), false);
  assert.throws(() => encode(sparseProofCodec, deeper));
  assert.equal(decode(sparseProofCodec, Uint8Array.of(1, 1, ...new Uint8Array(34))).ok, false);
  assert.deepEqual(tree.update([{ key: a, value: undefined }]).root, naiveRoot(content.slice(1)));
});

test("a proof has one encoding: no spare bits, no sibling of zeros", () => {
  const spare = Uint8Array.of(0, 1, 0b0100_0000, 0);
  const zeros = Uint8Array.of(0, 1, 0b1000_0000, ...new Uint8Array(32), 0);
  assert.equal(decode(sparseProofCodec, spare).ok, false);
  assert.equal(decode(sparseProofCodec, zeros).ok, false);
  assert.throws(() => encode(sparseProofCodec, { siblings: [new Uint8Array(32)], other: undefined }));
  assert.ok(decode(sparseProofCodec, Uint8Array.of(0, 1, 0, 0)).ok);
});

test("siblings or leaves of another length are refused, not hashed", () => {
  const content = randomEntries(8, "lengths");
  const tree = treeOf(content);
  const { key: held, value: holds } = content[0]!;
  const proof = tree.prove(held);
  const cut = { siblings: proof.siblings.map((sibling) => sibling?.subarray(1)), other: undefined };
  assert.equal(verifySparseProof(tree.root, held, holds, cut), false);
  assert.equal(verifySparseProof(tree.root, held.subarray(1), holds, proof), false);
  assert.equal(verifySparseProof(tree.root, held, holds.subarray(1), proof), false);
  assert.equal(verifySparseProof(tree.root.subarray(1), held, holds, proof), false);
  const short = { siblings: proof.siblings, other: { key: new Uint8Array(3), value: holds } };
  assert.equal(verifySparseProof(tree.root, held, undefined, short), false);
});

const PINNED_ROOT = "cfeba94d07c935a5854de3179e705c894c44eb9f7ec6d87019c306dfc872f43f";
