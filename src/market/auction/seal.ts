/**
 * Sealed orders: until the book closes each home hands in a hash of its order, afterwards the order itself. Nobody,
 * who runs the auction included, can look at the others' orders before the own is fixed, nor leave one out or slip
 * one in unseen: the seals are listed at gate closure under one Merkle root, and the book is what opens them.
 *
 * Within a book a home goes by a paddle: a number drawn at random for this quarter hour and session, which says
 * nothing about the home, nor about its orders in other books.
 *
 * A seal is the tagged hash `contrada/auction/seal/1` of the order's canonical encoding, which names quarter hour,
 * session and paddle, so a seal cannot be handed in for another's, nor again; 16 random bytes in it keep anybody
 * from trying out likely orders. What is never opened does not trade and is named: whether its home pays for that
 * is the law's business. Time is handed in, randomness too.
 */
import { assert } from "#base/assert.ts";
import { compareBytes, equalBytes } from "#base/bytes.ts";
import { type Codec, withEncoding } from "#base/codec.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { HASH_BYTES, taggedHash } from "#crypto/hash.ts";
import { merkleProof, merkleRoot, verifyMerkleProof } from "#crypto/merkle.ts";
import { MAX_ENERGY_WH, MAX_LIMIT } from "#market/auction/book.ts";
import { areWishes, type Wishes, wishesCodec } from "#market/auction/wishes.ts";

/** Of a seal: enough that nobody tries them out between the gate and the opening. */
export const SALT_BYTES = 16;

/** Which book of a quarter hour: 0 its own, 1 that of the day before. */
export type Session = number;

/** An order as a book on the chain lists it: the book says which quarter hour and session. */
export interface BookOrder {
  /** The home's number in this book, drawn at random. */
  readonly paddle: number;
  /** Which of its orders, 0 to 255. */
  readonly number: number;
  readonly side: "bid" | "ask";
  readonly energyWh: number;
  /** µEUR/kWh. */
  readonly limit: number;
  /** Of the home's plant; 0 where it is not told. */
  readonly feeder: number;
  readonly wishes: Wishes;
  /** `SALT_BYTES` random bytes. */
  readonly salt: Uint8Array;
}

export interface SealedOrder extends BookOrder {
  /** Start of the quarter hour. */
  readonly slot: UnixSeconds;
  readonly session: Session;
}

/** What is handed in before the gate closes. */
export interface Seal {
  readonly paddle: number;
  readonly number: number;
  readonly hash: Uint8Array;
}

/** The limit in two's complement. Whether there can be such an order, `isPossible` asks. */
export const bookOrderCodec: Codec<BookOrder> = {
  write(writer, { paddle, number, side, energyWh, limit, feeder, wishes, salt }) {
    writer
      .u32(paddle)
      .u8(number)
      .boolean(side === "ask")
      .u32(energyWh)
      .u32(limit >>> 0)
      .u16(feeder);
    wishesCodec.write(writer, wishes);
    writer.fixed(salt, SALT_BYTES);
  },
  read: (reader) => ({
    paddle: reader.u32(),
    number: reader.u8(),
    side: reader.boolean() ? "ask" : "bid",
    energyWh: reader.u32(),
    limit: reader.u32() | 0,
    feeder: reader.u16(),
    wishes: wishesCodec.read(reader),
    salt: reader.fixed(SALT_BYTES),
  }),
};

export const sealedOrderCodec: Codec<SealedOrder> = {
  write(writer, order) {
    writer.uint(order.slot).u8(order.session);
    bookOrderCodec.write(writer, order);
  },
  read: (reader) => ({ slot: reader.uint(), session: reader.u8(), ...bookOrderCodec.read(reader) }),
};

/** Asserts that the order is within the bounds of a book. */
export function sealOf(order: SealedOrder): Seal {
  assert(isPossible(order), "an order of a quarter hour, within the bounds of a book");
  const { paddle, number } = order;
  return { paddle, number, hash: withEncoding(sealedOrderCodec, order, sealHash) };
}

function sealHash(bytes: Uint8Array): Uint8Array {
  return taggedHash("contrada/auction/seal/1", bytes);
}

export type Phase = "sealing" | "opening" | "closed";

/** Seals are taken until `gateS` before the quarter hour begins, openings from then until it begins. */
export function phaseAt(now: UnixSeconds, slot: UnixSeconds, gateS: number): Phase {
  if (now < slot - gateS) return "sealing";
  return now < slot ? "opening" : "closed";
}

/** By paddle, then by number: the order in which the root lists them. Asserts that none stands there twice. */
export function listed(seals: readonly Seal[]): Seal[] {
  const sorted = seals.toSorted((a, b) => a.paddle - b.paddle || a.number - b.number);
  for (let i = 1; i < sorted.length; i++) {
    assert(!isSame(sorted[i - 1]!, sorted[i]!), "a home seals an order of a number once");
  }
  return sorted;
}

/** Published when the gate closes: RFC 6962 over paddle (4 bytes) ‖ number (1) ‖ hash, as `listed`. */
export function sealsRoot(seals: readonly Seal[]): Uint8Array {
  return merkleRoot(listed(seals).map(sealLeaf));
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
  return { index, count: all.length, path: merkleProof(all.map(sealLeaf), index) };
}

export function verifySeal(root: Uint8Array, seal: Seal, { index, count, path }: SealProof): boolean {
  return verifyMerkleProof(root, sealLeaf(seal), index, count, path);
}

export type OpeningProblem = "impossible_order" | "other_slot" | "not_sealed" | "wrong_seal" | "opened_twice";

export interface OpenedBook {
  /** By paddle and number, each opened rightly and once. */
  readonly orders: readonly SealedOrder[];
  readonly refused: readonly { readonly order: SealedOrder; readonly problem: OpeningProblem }[];
  /** Sealed and never opened. */
  readonly unopened: readonly Seal[];
}

/** What the gate let in and its home then opened. The order of seals and openings makes no difference. */
export function openBook(
  { slot, session }: { readonly slot: UnixSeconds; readonly session: Session },
  seals: readonly Seal[],
  openings: readonly SealedOrder[],
): OpenedBook {
  const sealed = new Map(listed(seals).map((seal) => [keyOf(seal), seal]));
  const opened = new Map<number, SealedOrder>();
  const refused: { order: SealedOrder; problem: OpeningProblem }[] = [];
  // Two openings that both fit one seal are the same bytes; any order would do, and this is one.
  const sorted = openings.toSorted(
    (a, b) => a.paddle - b.paddle || a.number - b.number || compareBytes(a.salt, b.salt) || a.limit - b.limit,
  );
  for (const order of sorted) {
    const problem = problemOf(order, { slot, session }, sealed.get(keyOf(order)), opened.has(keyOf(order)));
    if (problem === undefined) opened.set(keyOf(order), order);
    else refused.push({ order, problem });
  }
  return {
    orders: [...opened.values()],
    refused,
    unopened: [...sealed.values()].filter((seal) => !opened.has(keyOf(seal))),
  };
}

/** The order's name in the book: its paddle in ten digits, and which of its orders in three, so names sort as they do. */
export function nameOf({ paddle, number }: Pick<BookOrder, "paddle" | "number">): string {
  return `${String(paddle).padStart(10, "0")}/${String(number).padStart(3, "0")}`;
}

function problemOf(
  order: SealedOrder,
  { slot, session }: { readonly slot: UnixSeconds; readonly session: Session },
  seal: Seal | undefined,
  isOpened: boolean,
): OpeningProblem | undefined {
  if (!isPossible(order)) return "impossible_order";
  if (order.slot !== slot || order.session !== session) return "other_slot";
  if (seal === undefined) return "not_sealed";
  if (!equalBytes(sealOf(order).hash, seal.hash)) return "wrong_seal";
  return isOpened ? "opened_twice" : undefined;
}

/** Whether there can be such an order at all, whoever placed it. */
export function isPossible({ slot, session, ...order }: SealedOrder): boolean {
  const isSlot = isWhole(slot, 0, Number.MAX_SAFE_INTEGER) && slot % QUARTER_HOUR_S === 0;
  return isSlot && isWhole(session, 0, 0xff) && isBookOrder(order);
}

/** The same of an order of a book whose quarter hour and session are known to be possible. */
export function isBookOrder(order: BookOrder): boolean {
  const { paddle, number, energyWh, limit, feeder, wishes, salt } = order;
  return (
    isWhole(paddle, 0, 0xffff_ffff) &&
    isWhole(number, 0, 0xff) &&
    isWhole(energyWh, 1, MAX_ENERGY_WH) &&
    isWhole(limit, -MAX_LIMIT, MAX_LIMIT) &&
    isWhole(feeder, 0, 0xffff) &&
    areWishes(order, wishes) &&
    salt.length === SALT_BYTES
  );
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function isSame(a: Seal, b: Seal): boolean {
  return a.paddle === b.paddle && a.number === b.number;
}

function keyOf({ paddle, number }: Seal | SealedOrder): number {
  return paddle * 256 + number;
}

/** What the root lists: paddle (4 bytes) ‖ number (1) ‖ hash. */
export function sealLeaf({ paddle, number, hash }: Seal): Uint8Array {
  const leaf = new Uint8Array(5 + HASH_BYTES);
  // By hand: a view of so small an array costs more than all the rest of a leaf.
  leaf[0] = paddle >>> 24;
  leaf[1] = paddle >>> 16;
  leaf[2] = paddle >>> 8;
  leaf[3] = paddle;
  leaf[4] = number;
  leaf.set(hash, 5);
  return leaf;
}
