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
 */
import { assert } from "#base/assert.ts";
import { compareBytes, equalBytes } from "#base/bytes.ts";
import { type Codec, CodecError } from "#base/codec.ts";
import { HASH_BYTES, hash } from "#crypto/hash.ts";

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

const DEPTH_MAX = 256;
const EMPTY_HASH = new Uint8Array(HASH_BYTES);

interface Leaf {
  readonly leaf: true;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly hash: Uint8Array;
}

interface Branch {
  readonly leaf: false;
  readonly left: Node | undefined;
  readonly right: Node | undefined;
  readonly size: number;
  readonly hash: Uint8Array;
}

type Node = Leaf | Branch;

export class SparseTree {
  static readonly empty: SparseTree = new SparseTree(undefined);

  readonly #top: Node | undefined;

  private constructor(top: Node | undefined) {
    this.#top = top;
  }

  /** 32 bytes; zeros for the empty tree. */
  get root(): Uint8Array {
    return this.#top === undefined ? EMPTY_HASH.slice() : this.#top.hash.slice();
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

  get(key: Uint8Array): Uint8Array | undefined {
    let node = this.#top;
    for (let depth = 0; node !== undefined && !node.leaf; depth++) {
      node = bitAt(key, depth) === 0 ? node.left : node.right;
    }
    return node !== undefined && equalBytes(node.key, key) ? node.value.slice() : undefined;
  }

  /** Proof of what the tree holds under a key, or that it holds nothing. */
  prove(key: Uint8Array): SparseProof {
    assert(key.length === HASH_BYTES, `a key has ${HASH_BYTES} bytes, got ${key.length}`);
    const siblings: (Uint8Array | undefined)[] = [];
    let node = this.#top;
    while (node !== undefined && !node.leaf) {
      const right = bitAt(key, siblings.length) === 1;
      siblings.push((right ? node.left : node.right)?.hash.slice());
      node = right ? node.right : node.left;
    }
    const other =
      node === undefined || equalBytes(node.key, key)
        ? undefined
        : { key: node.key.slice(), value: node.value.slice() };
    return { siblings, other };
  }
}

/**
 * Whether `proof` shows that the tree of `root` holds `value` under `key`, or nothing where `value` is
 * `undefined`. Never throws, whatever it is given.
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
    node = leafHash(key, value);
  } else if (other !== undefined) {
    if (other.key.length !== HASH_BYTES || other.value.length !== HASH_BYTES) return false;
    if (sharedBits(key, other.key) < siblings.length || equalBytes(key, other.key)) return false;
    node = leafHash(other.key, other.value);
  } else {
    node = EMPTY_HASH;
  }
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth] ?? EMPTY_HASH;
    if (sibling.length !== HASH_BYTES) return false;
    node = bitAt(key, depth) === 0 ? nodeHash(node, sibling) : nodeHash(sibling, node);
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
      siblings.push(bitAt(present, i) === 1 ? reader.fixed(HASH_BYTES) : undefined);
    }
    const other = reader.boolean()
      ? { key: reader.fixed(HASH_BYTES), value: reader.fixed(HASH_BYTES) }
      : undefined;
    return { siblings, other };
  },
};

/** The subtree after the changes `from` … `to` − 1, which all belong below it. */
function updated(
  node: Node | undefined,
  changes: readonly Change[],
  from: number,
  to: number,
  depth: number,
): Node | undefined {
  if (from === to) return node;
  if (to - from === 1 && (node === undefined || (node.leaf && equalBytes(node.key, changes[from]!.key)))) {
    return replaced(node, changes[from]!);
  }
  const middle = firstRight(changes, from, to, depth);
  let left: Node | undefined;
  let right: Node | undefined;
  if (node !== undefined) {
    if (!node.leaf) {
      left = node.left;
      right = node.right;
    } else if (bitAt(node.key, depth) === 0) left = node;
    else right = node;
  }
  const newLeft = updated(left, changes, from, middle, depth + 1);
  const newRight = updated(right, changes, middle, to, depth + 1);
  if (node !== undefined && !node.leaf && newLeft === left && newRight === right) return node;
  return joined(newLeft, newRight);
}

function replaced(node: Leaf | undefined, { key, value }: Change): Leaf | undefined {
  if (value === undefined) return undefined;
  if (node !== undefined && equalBytes(node.value, value)) return node;
  return { leaf: true, key: key.slice(), value: value.slice(), hash: leafHash(key, value) };
}

function joined(left: Node | undefined, right: Node | undefined): Node | undefined {
  if (left === undefined && (right === undefined || right.leaf)) return right;
  if (right === undefined && left!.leaf) return left;
  return {
    leaf: false,
    left,
    right,
    size: sizeOf(left) + sizeOf(right),
    hash: nodeHash(left?.hash ?? EMPTY_HASH, right?.hash ?? EMPTY_HASH),
  };
}

function sizeOf(node: Node | undefined): number {
  if (node === undefined) return 0;
  return node.leaf ? 1 : node.size;
}

function sortedByKey(changes: readonly Change[]): Change[] {
  for (const { key, value } of changes) {
    assert(key.length === HASH_BYTES, `a key has ${HASH_BYTES} bytes, got ${key.length}`);
    assert(value === undefined || value.length === HASH_BYTES, `a value has ${HASH_BYTES} bytes`);
  }
  const sorted = changes.toSorted((a, b) => compareBytes(a.key, b.key));
  for (let i = 1; i < sorted.length; i++) {
    assert(!equalBytes(sorted[i - 1]!.key, sorted[i]!.key), "a batch changes a key at most once");
  }
  return sorted;
}

/** The first of the sorted changes whose key has bit `depth` set. */
function firstRight(changes: readonly Change[], from: number, to: number, depth: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bitAt(changes[middle]!.key, depth) === 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bitAt(bytes: Uint8Array, index: number): number {
  return (bytes[index >>> 3]! >>> (7 - (index & 7))) & 1;
}

/** Number of leading bits in which two keys agree. */
function sharedBits(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < HASH_BYTES; i++) {
    if (a[i] !== b[i]) return 8 * i + Math.clz32(a[i]! ^ b[i]!) - 24;
  }
  return 8 * HASH_BYTES;
}

const leafInput = new Uint8Array(1 + 2 * HASH_BYTES);
const nodeInput = Uint8Array.from(leafInput);
nodeInput[0] = 1;

function leafHash(key: Uint8Array, value: Uint8Array): Uint8Array {
  leafInput.set(key, 1);
  leafInput.set(value, 1 + HASH_BYTES);
  return hash(leafInput);
}

function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return hash(nodeInput);
}
