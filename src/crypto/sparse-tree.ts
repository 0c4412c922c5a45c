/**
 * The tree under the ledger's state root: a compact binary sparse Merkle tree over 32-byte key hashes with
 * 32-byte values. The root depends on content alone, never on the order of changes.
 *
 * A leaf is SHA-256(0x00 ‖ key ‖ value), a node SHA-256(0x01 ‖ left ‖ right), an empty subtree 32 zero bytes,
 * and a subtree with a single leaf *is* that leaf. Bit i of a key (0 = the highest bit of the first byte)
 * chooses the side at depth i: 0 left, 1 right.
 *
 * Trees are immutable and share what they have in common, so a candidate state costs only its changed paths
 * and is thrown away by forgetting it. A batch is sorted once and every shared upper node is hashed once.
 *
 * Inside, keys, values and hashes are `crypto/text32` strings; callers see bytes only.
 */
import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { type Codec, CodecError } from "#base/codec.ts";
import { HASH_BYTES, hashPair, hashParts } from "#crypto/hash.ts";
import { bytesOf, type Text32, textOf } from "#crypto/text32.ts";

export interface Change {
  /** 32 bytes, at most once in a batch. */
  readonly key: Uint8Array;
  /** 32 bytes; `undefined` deletes. */
  readonly value: Uint8Array | undefined;
}

export interface SparseProof {
  /** Hashes beside the path, from the root down; `undefined` where that side is empty. At most 256. */
  readonly siblings: readonly (Uint8Array | undefined)[];
  /** The other leaf that the path of an absent key ends at; `undefined` where it ends at nothing, or at the key. */
  readonly other: { readonly key: Uint8Array; readonly value: Uint8Array } | undefined;
}

const LEAF = Uint8Array.of(0);
const BRANCH = Uint8Array.of(1);
const DEPTH_MAX = 8 * HASH_BYTES;
const EMPTY_HASH = new Uint8Array(HASH_BYTES);
const EMPTY_TEXT = textOf(EMPTY_HASH);

export class SparseTree {
  static readonly empty: SparseTree = new SparseTree(undefined);

  readonly #top: Node | undefined;

  private constructor(top: Node | undefined) {
    this.#top = top;
  }

  /** 32 bytes; zeros for the empty tree. */
  get root(): Uint8Array {
    return bytesOf(hashOf(this.#top));
  }

  /** Number of leaves. */
  get size(): number {
    return sizeOf(this.#top);
  }

  /** The tree after some changes, in any order; this one stays as it is. */
  update(changes: readonly Change[]): SparseTree {
    const sorted = sortedByKey(changes);
    const top = updated(this.#top, sorted, 0, sorted.length, 0);
    return top === this.#top ? this : new SparseTree(top);
  }

  /** The value under a key; `undefined` where there is none. */
  get(key: Uint8Array): Uint8Array | undefined {
    const { end } = this.#walk(key);
    return end !== undefined && end.key === textOf(key) ? bytesOf(end.value) : undefined;
  }

  /** Proof of what the tree holds under a key, or that it holds nothing. */
  prove(key: Uint8Array): SparseProof {
    const { end, beside } = this.#walk(key);
    const other = end === undefined || end.key === textOf(key) ? undefined : end;
    return {
      siblings: beside.map((node) => (node === undefined ? undefined : bytesOf(node.hash))),
      other: other && { key: bytesOf(other.key), value: bytesOf(other.value) },
    };
  }

  /** Where a key's path ends, and the subtrees beside it from the root down. */
  #walk(key: Uint8Array): { end: Leaf | undefined; beside: (Node | undefined)[] } {
    assert(key.length === HASH_BYTES, `a key has ${HASH_BYTES} bytes, got ${key.length}`);
    const beside: (Node | undefined)[] = [];
    let node = this.#top;
    while (node instanceof Branch) {
      const right = bitOfBytes(key, beside.length) === 1;
      beside.push(right ? node.left : node.right);
      node = right ? node.right : node.left;
    }
    return { end: node, beside };
  }
}

/**
 * Whether `proof` shows that the tree of `root` holds `value` under `key`, or nothing where `value` is
 * `undefined`. Never throws, whatever bytes it is given.
 */
export function verifySparseProof(
  root: Uint8Array,
  key: Uint8Array,
  value: Uint8Array | undefined,
  proof: SparseProof,
): boolean {
  const { siblings, other } = proof;
  if (key.length !== HASH_BYTES || siblings.length > DEPTH_MAX) return false;
  let node: Uint8Array;
  if (value !== undefined) {
    if (other !== undefined || value.length !== HASH_BYTES) return false;
    node = hashParts(LEAF, key, value);
  } else if (other !== undefined) {
    if (other.key.length !== HASH_BYTES || other.value.length !== HASH_BYTES) return false;
    if (equalBytes(key, other.key) || sharedBits(key, other.key) < siblings.length) return false;
    node = hashParts(LEAF, other.key, other.value);
  } else {
    node = EMPTY_HASH;
  }
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth] ?? EMPTY_HASH;
    if (sibling.length !== HASH_BYTES) return false;
    node = bitOfBytes(key, depth) === 0 ? hashParts(BRANCH, node, sibling) : hashParts(BRANCH, sibling, node);
  }
  return equalBytes(node, root);
}

/**
 * | field | form | meaning |
 * |---|---|---|
 * | depth | u16 ≤ 256 | number of siblings |
 * | present | ⌈depth ÷ 8⌉ bytes | bit i, highest first: sibling i is not empty; spare bits are zero |
 * | siblings | 32 each | those present, from the root down; never zeros |
 * | other | boolean, then 32 + 32 | key and value of the leaf found instead |
 */
export const sparseProofCodec: Codec<SparseProof> = {
  write(writer, { siblings, other }) {
    if (siblings.length > DEPTH_MAX) throw new CodecError(`proof of depth ${siblings.length}`);
    writer.u16(siblings.length);
    const present = new Uint8Array(Math.ceil(siblings.length / 8));
    for (const [depth, sibling] of siblings.entries()) {
      if (sibling !== undefined) present[depth >>> 3]! |= 0x80 >>> (depth & 7);
    }
    writer.fixed(present, present.length);
    for (const sibling of siblings) {
      if (sibling === undefined) continue;
      if (equalBytes(sibling, EMPTY_HASH)) throw new CodecError("an empty sibling is left out");
      writer.fixed(sibling, HASH_BYTES);
    }
    writer.boolean(other !== undefined);
    if (other !== undefined) writer.fixed(other.key, HASH_BYTES).fixed(other.value, HASH_BYTES);
  },
  read(reader) {
    const depth = reader.u16();
    if (depth > DEPTH_MAX) throw new CodecError(`proof of depth ${depth}`);
    const present = reader.fixed(Math.ceil(depth / 8));
    const siblings: (Uint8Array | undefined)[] = [];
    for (let i = 0; i < depth; i++) {
      siblings.push(bitOfBytes(present, i) === 1 ? reader.fixed(HASH_BYTES) : undefined);
    }
    const other = reader.boolean()
      ? { key: reader.fixed(HASH_BYTES), value: reader.fixed(HASH_BYTES) }
      : undefined;
    return { siblings, other };
  },
};

class Leaf {
  readonly key: Text32;
  readonly value: Text32;
  readonly hash: Text32;

  constructor(key: Text32, value: Text32) {
    this.key = key;
    this.value = value;
    this.hash = hashPair(0, key, value);
  }
}

class Branch {
  readonly left: Node | undefined;
  readonly right: Node | undefined;
  readonly size: number;
  readonly hash: Text32;

  constructor(left: Node | undefined, right: Node | undefined) {
    this.left = left;
    this.right = right;
    this.size = sizeOf(left) + sizeOf(right);
    this.hash = hashPair(1, hashOf(left), hashOf(right));
  }
}

type Node = Leaf | Branch;

interface Replacement {
  readonly key: Text32;
  readonly value: Text32 | undefined;
}

/** The subtree at `depth` after the changes `from` … `to` − 1, all of which belong below it. */
function updated(
  node: Node | undefined,
  changes: readonly Replacement[],
  from: number,
  to: number,
  depth: number,
): Node | undefined {
  if (from === to) return node;
  if (node instanceof Branch) {
    const middle = firstRight(changes, from, to, depth);
    const left = updated(node.left, changes, from, middle, depth + 1);
    const right = updated(node.right, changes, middle, to, depth + 1);
    return left === node.left && right === node.right ? node : joined(left, right);
  }
  if (to - from === 1) {
    const { key, value } = changes[from]!;
    if (node === undefined) return value === undefined ? undefined : new Leaf(key, value);
    if (node.key === key) {
      if (value === undefined) return undefined;
      return node.value === value ? node : new Leaf(key, value);
    }
    if (value === undefined) return node;
  }
  const middle = firstRight(changes, from, to, depth);
  const onRight = node !== undefined && bitOfText(node.key, depth) === 1;
  return joined(
    updated(onRight ? undefined : node, changes, from, middle, depth + 1),
    updated(onRight ? node : undefined, changes, middle, to, depth + 1),
  );
}

/** The subtree over two halves: a single leaf rises until it meets another. */
function joined(left: Node | undefined, right: Node | undefined): Node | undefined {
  if (left === undefined && !(right instanceof Branch)) return right;
  if (right === undefined && !(left instanceof Branch)) return left;
  return new Branch(left, right);
}

function sizeOf(node: Node | undefined): number {
  if (node === undefined) return 0;
  return node instanceof Branch ? node.size : 1;
}

function hashOf(node: Node | undefined): Text32 {
  return node === undefined ? EMPTY_TEXT : node.hash;
}

function sortedByKey(changes: readonly Change[]): Replacement[] {
  const sorted = changes.map(({ key, value }) => {
    assert(key.length === HASH_BYTES, `a key has ${HASH_BYTES} bytes, got ${key.length}`);
    assert(value === undefined || value.length === HASH_BYTES, `a value has ${HASH_BYTES} bytes`);
    return { key: textOf(key), value: value === undefined ? undefined : textOf(value) };
  });
  sorted.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  for (let i = 1; i < sorted.length; i++) {
    assert(sorted[i - 1]!.key !== sorted[i]!.key, "a batch changes a key at most once");
  }
  return sorted;
}

/** The first of the sorted changes whose key has bit `depth` set, or `to`. */
function firstRight(changes: readonly Replacement[], from: number, to: number, depth: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bitOfText(changes[middle]!.key, depth) === 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bitOfText(text: Text32, index: number): number {
  return (text.charCodeAt(index >>> 3) >>> (7 - (index & 7))) & 1;
}

function bitOfBytes(bytes: Uint8Array, index: number): number {
  return (bytes[index >>> 3]! >>> (7 - (index & 7))) & 1;
}

/** Number of leading bits in which two different keys agree. */
function sharedBits(a: Uint8Array, b: Uint8Array): number {
  let at = 0;
  while (a[at] === b[at]) at += 1;
  return 8 * at + Math.clz32(a[at]! ^ b[at]!) - 24;
}
