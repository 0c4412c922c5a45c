/**
 * The Merkle tree of a list (RFC 6962, section 2.1): a leaf is SHA-256(0x00 ‖ leaf), a node
 * SHA-256(0x01 ‖ left ‖ right), the left subtree the largest full one, the empty list SHA-256 of nothing.
 * Index and count are part of what a proof states, so a leaf cannot be claimed for another place.
 */
import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { HASH_BYTES, hash, hashLeaf, hashPair, hashParts } from "#crypto/hash.ts";
import { bytesOf, type Text32 } from "#crypto/text32.ts";

const LEAF = 0;
const NODE = 1;
const NODE_PREFIX = Uint8Array.of(NODE);

export function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  return merkleRootOf(leaves.map(merkleLeaf));
}

/** The root over leaves that `merkleLeaf` has hashed, for whoever has their bytes only in passing. */
export function merkleRootOf(leaves: readonly Text32[]): Uint8Array {
  if (leaves.length === 0) return hash(new Uint8Array(0));
  let level = leaves;
  while (level.length > 1) level = parents(level);
  return bytesOf(level[0]!);
}

export function merkleLeaf(leaf: Uint8Array): Text32 {
  return hashLeaf(LEAF, leaf);
}

/** The sibling hashes from the leaf at `index` up to the root, lowest first. */
export function merkleProof(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  assert(
    Number.isInteger(index) && index >= 0 && index < leaves.length,
    `no leaf ${index} of ${leaves.length}`,
  );
  return siblingsOf(levelsOf(leaves), index);
}

/** Of every leaf, each hashed once. */
export function merkleProofs(leaves: readonly Uint8Array[]): Uint8Array[][] {
  const levels = levelsOf(leaves);
  return leaves.map((_, index) => siblingsOf(levels, index));
}

/** The leaves' hashes, and above them their parents', without the root. */
function levelsOf(leaves: readonly Uint8Array[]): (readonly Text32[])[] {
  const levels: (readonly Text32[])[] = [];
  for (let level: readonly Text32[] = leaves.map(merkleLeaf); level.length > 1; level = parents(level)) {
    levels.push(level);
  }
  return levels;
}

function siblingsOf(levels: readonly (readonly Text32[])[], index: number): Uint8Array[] {
  return levels.flatMap((level, height) => {
    const sibling = level[(index >>> height) ^ 1];
    return sibling === undefined ? [] : [bytesOf(sibling)];
  });
}

/** Whether `leaf` is number `index` of the `count` leaves under `root`. Never throws, whatever it is given. */
export function verifyMerkleProof(
  root: Uint8Array,
  leaf: Uint8Array,
  index: number,
  count: number,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isInteger(index) || !Number.isInteger(count) || index < 0 || index >= count) return false;
  if (count > COUNT_MAX) return false;
  let node = bytesOf(merkleLeaf(leaf));
  let used = 0;
  for (let at = index, width = count; width > 1; at >>>= 1, width = (width + 1) >>> 1) {
    if (at % 2 === 0 && at + 1 === width) continue;
    const sibling = proof[used++];
    if (sibling === undefined || sibling.length !== HASH_BYTES) return false;
    node = at % 2 === 0 ? hashParts(NODE_PREFIX, node, sibling) : hashParts(NODE_PREFIX, sibling, node);
  }
  return used === proof.length && equalBytes(node, root);
}

const COUNT_MAX = 0x7fff_ffff;

/** Pairs from the left; one left over at the end rises as it is, which is RFC 6962's split from below. */
function parents(level: readonly Text32[]): Text32[] {
  const above: Text32[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const right = level[i + 1];
    above.push(right === undefined ? level[i]! : hashPair(NODE, level[i]!, right));
  }
  return above;
}
