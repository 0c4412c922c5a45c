/**
 * Sealed orders: until the book closes each home hands in a hash of its order, afterwards the order itself. Nobody,
 * who runs the auction included, can look at the others' orders before the own is fixed, nor leave one out or slip
 * one in unseen: the seals are listed at gate closure under one Merkle root, and the book is what opens them.
 *
 * A seal is the tagged hash `contrada/auction/seal/1` of the order's canonical encoding, which names the quarter
 * hour and the home, so a seal cannot be handed in for another's, nor again; 32 random bytes in it keep anybody
 * from trying out likely orders. What is never opened does not trade and is named: whether its home pays for that
 * is the law's business. Time is handed in, randomness too.
 */
import { assert } from "#base/assert.ts";
import { compareBytes, equalBytes } from "#base/bytes.ts";
import { type Codec, encode } from "#base/codec.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { HASH_BYTES, taggedHash } from "#crypto/hash.ts";
import { merkleProof, merkleRoot, verifyMerkleProof } from "#crypto/merkle.ts";
import { MAX_ENERGY_WH, MAX_LIMIT } from "#market/auction/book.ts";

export interface SealedOrder {
  /** Start of the quarter hour. */
  readonly slot: UnixSeconds;
  /** The home's number in this period. */
  readonly home: number;
  /** Which of its orders, 0 to 255. */
  readonly number: number;
  readonly side: "bid" | "ask";
  readonly energyWh: number;
  /** µEUR/kWh. */
  readonly limit: number;
  /** 32 random bytes. */
  readonly salt: Uint8Array;
}

/** What is handed in before the gate closes. */
export interface Seal {
  readonly home: number;
  readonly number: number;
  readonly hash: Uint8Array;
}

/** The limit in two's complement. Whether there can be such an order, `openBook` asks. */
export const sealedOrderCodec: Codec<SealedOrder> = {
  write: (writer, { slot, home, number, side, energyWh, limit, salt }) =>
    writer
      .uint(slot)
      .u32(home)
      .u8(number)
      .boolean(side === "ask")
      .u32(energyWh)
      .u32(limit >>> 0)
      .fixed(salt, HASH_BYTES),
  read: (reader) => ({
    slot: reader.uint(),
    home: reader.u32(),
    number: reader.u8(),
    side: reader.boolean() ? "ask" : "bid",
    energyWh: reader.u32(),
    limit: reader.u32() | 0,
    salt: reader.fixed(HASH_BYTES),
  }),
};

/** Asserts that the order is within the bounds of a book. */
export function sealOf(order: SealedOrder): Seal {
  assert(isPossible(order), "an order of a quarter hour, within the bounds of a book");
  const { home, number } = order;
  return { home, number, hash: taggedHash("contrada/auction/seal/1", encode(sealedOrderCodec, order)) };
}

export type Phase = "sealing" | "opening" | "closed";

/** Seals are taken until `gateS` before the quarter hour begins, openings from then until it begins. */
export function phaseAt(now: UnixSeconds, slot: UnixSeconds, gateS: number): Phase {
  if (now < slot - gateS) return "sealing";
  return now < slot ? "opening" : "closed";
}

/** By home, then by number: the order in which the root lists them. Asserts that none stands there twice. */
export function listed(seals: readonly Seal[]): Seal[] {
  const sorted = seals.toSorted((a, b) => a.home - b.home || a.number - b.number);
  for (let i = 1; i < sorted.length; i++) {
    assert(!isSame(sorted[i - 1]!, sorted[i]!), "a home seals an order of a number once");
  }
  return sorted;
}

/** Published when the gate closes: RFC 6962 over home (4 bytes) ‖ number (1) ‖ hash, as `listed`. */
export function sealsRoot(seals: readonly Seal[]): Uint8Array {
  return merkleRoot(listed(seals).map(leafOf));
}

/** With which a home shows that its order was handed in, whatever the book says. */
export interface SealProof {
  readonly index: number;
  readonly count: number;
  readonly path: readonly Uint8Array[];
}

/** Asserts that the seal is among them. */
export function proveSeal(seals: readonly Seal[], seal: Seal): SealProof {
  const all = listed(seals);
  const index = all.findIndex((one) => isSame(one, seal) && equalBytes(one.hash, seal.hash));
  assert(index >= 0, "the seal is none of these");
  return { index, count: all.length, path: merkleProof(all.map(leafOf), index) };
}

export function verifySeal(root: Uint8Array, seal: Seal, { index, count, path }: SealProof): boolean {
  return verifyMerkleProof(root, leafOf(seal), index, count, path);
}

export type OpeningProblem = "impossible_order" | "other_slot" | "not_sealed" | "wrong_seal" | "opened_twice";

export interface OpenedBook {
  /** By home and number, each opened rightly and once. */
  readonly orders: readonly SealedOrder[];
  readonly refused: readonly { readonly order: SealedOrder; readonly problem: OpeningProblem }[];
  /** Sealed and never opened. */
  readonly unopened: readonly Seal[];
}

/** What the gate let in and its home then opened. The order of seals and openings makes no difference. */
export function openBook(
  slot: UnixSeconds,
  seals: readonly Seal[],
  openings: readonly SealedOrder[],
): OpenedBook {
  const sealed = new Map(listed(seals).map((seal) => [keyOf(seal), seal]));
  const opened = new Map<number, SealedOrder>();
  const refused: { order: SealedOrder; problem: OpeningProblem }[] = [];
  // Two openings that both fit one seal are the same bytes; any order would do, and this is one.
  const sorted = openings.toSorted(
    (a, b) => a.home - b.home || a.number - b.number || compareBytes(a.salt, b.salt) || a.limit - b.limit,
  );
  for (const order of sorted) {
    const problem = problemOf(order, slot, sealed.get(keyOf(order)), opened.has(keyOf(order)));
    if (problem === undefined) opened.set(keyOf(order), order);
    else refused.push({ order, problem });
  }
  return {
    orders: [...opened.values()],
    refused,
    unopened: [...sealed.values()].filter((seal) => !opened.has(keyOf(seal))),
  };
}

/** The order's name in the book: its home, and which of its orders. */
export function nameOf({ home, number }: Seal | SealedOrder): string {
  return `${home}/${number}`;
}

function problemOf(
  order: SealedOrder,
  slot: UnixSeconds,
  seal: Seal | undefined,
  isOpened: boolean,
): OpeningProblem | undefined {
  if (!isPossible(order)) return "impossible_order";
  if (order.slot !== slot) return "other_slot";
  if (seal === undefined) return "not_sealed";
  if (!equalBytes(sealOf(order).hash, seal.hash)) return "wrong_seal";
  return isOpened ? "opened_twice" : undefined;
}

function isPossible({ slot, home, number, energyWh, limit, salt }: SealedOrder): boolean {
  const isWhole = (value: number, least: number, most: number) =>
    Number.isInteger(value) && value >= least && value <= most;
  return (
    isWhole(slot, 0, Number.MAX_SAFE_INTEGER) &&
    slot % QUARTER_HOUR_S === 0 &&
    isWhole(home, 0, 0xffff_ffff) &&
    isWhole(number, 0, 0xff) &&
    isWhole(energyWh, 1, MAX_ENERGY_WH) &&
    isWhole(limit, -MAX_LIMIT, MAX_LIMIT) &&
    salt.length === HASH_BYTES
  );
}

function isSame(a: Seal, b: Seal): boolean {
  return a.home === b.home && a.number === b.number;
}

function keyOf({ home, number }: Seal | SealedOrder): number {
  return home * 256 + number;
}

function leafOf({ home, number, hash }: Seal): Uint8Array {
  const leaf = new Uint8Array(5 + HASH_BYTES);
  new DataView(leaf.buffer).setUint32(0, home);
  leaf[4] = number;
  leaf.set(hash, 5);
  return leaf;
}
