/**
 * The neighbours' books on the chain: one of each quarter hour and session. After the gate the operator seals the
 * book: how many orders there are, and the Merkle root of their seals. Then it opens them all in one transaction, and
 * the chain clears the book itself: it makes every seal anew, so nothing was changed, left out or slipped in, keeps to
 * what the feeders can carry, and finds price and volume by the mechanism of the law. Whoever reads the block can
 * clear the same book again; who traded what is known to the paddles' owners alone.
 *
 * Nothing of money is moved here: what was traded is settled with what was metered (`market-day`). A book that is not
 * opened in time is never cleared.
 */
import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { type Codec, withEncoding } from "#base/codec.ts";
import { type DayNumber, dayOf, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import { HASH_BYTES, taggedHash } from "#crypto/hash.ts";
import { merkleLeaf, merkleRootOf } from "#crypto/merkle.ts";
import type { Text32 } from "#crypto/text32.ts";
import type { Moment } from "#ledger/agenda.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import { earliest, type Status } from "#ledger/status.ts";
import type { MechanismName } from "#market/auction/mechanism.ts";
import type { LevelFees } from "#market/auction/particulars.ts";
import {
  type BookOrder,
  bookOrderCodec,
  isBookOrder,
  type Seal,
  sealLeaf,
  sealOf,
} from "#market/auction/seal.ts";
import { type ClearedBook, clearOrders } from "#market/book-clearing.ts";
import type { Emit } from "#market/events.ts";
import { limitIn, readMost, writeMost } from "#market/feeder-limit.ts";
import { countCleared, MARKET_DAYS, openDay } from "#market/market-day.ts";
import {
  gridFeesOf,
  MECHANISM_NAMES,
  mechanismOf,
  type Parameters,
  parametersOf,
} from "#market/parameters.ts";

/** So many that one body holds them all, each with a partner or never opened (37 bytes). */
export const MAX_BOOK_ORDERS = 1_700;

/** Of an order on the chain, Wh: 20 MW. So no sum of a book's money passes 2^53 µEUR, whatever its limits and fees. */
export const MAX_BOOK_ORDER_WH = 5_000_000;

/** Which book of a quarter hour: its own, or that of the day before. */
export const SESSIONS = { own: 0, forward: 1 } as const;

export interface BookKey {
  /** Start of the quarter hour. */
  readonly slot: UnixSeconds;
  readonly session: number;
}

/** By what a book is cleared. */
export interface ClearingTerms {
  readonly mechanism: MechanismName;
  /** For the grid. */
  readonly fees: LevelFees;
  /** Of the book's feeders, ascending by feeder; those that nobody limits are left out. */
  readonly limits: readonly BookLimit[];
}

export interface BookLimit {
  readonly feeder: number;
  readonly maxSoldWh: number | undefined;
  readonly maxBoughtWh: number | undefined;
}

export interface BookResult {
  /** Of the canonical body that opened it. */
  readonly bookHash: Uint8Array;
  /** The laws and limits of its hour: with them anybody clears it again, whatever the community has changed since. */
  readonly terms: ClearingTerms;
  readonly orders: number;
  /** µEUR/kWh; `undefined` where nothing traded. */
  readonly price: number | undefined;
  readonly tradedWh: number;
  /** What all buyers pay, the fees for the grid included, and what all sellers receive. */
  readonly bought: MicroEur;
  readonly sold: MicroEur;
  readonly height: number;
}

export interface SlotBook {
  /** The civil day that it is settled with. */
  readonly day: DayNumber;
  readonly count: number;
  readonly sealsRoot: Uint8Array;
  readonly sealedHeight: number;
  readonly sealedTime: UnixSeconds;
  readonly result: BookResult | undefined;
}

const termsCodec: Codec<ClearingTerms> = {
  write(writer, { mechanism, fees, limits }) {
    writer.u8(MECHANISM_NAMES.indexOf(mechanism)).uint(fees.feeder).uint(fees.transformer).uint(fees.beyond);
    writer.list(limits, MAX_BOOK_ORDERS, (w, { feeder, maxSoldWh, maxBoughtWh }) => {
      w.u16(feeder);
      writeMost(w, maxSoldWh);
      writeMost(w, maxBoughtWh);
    });
  },
  read: (reader) => ({
    mechanism: mechanismOf(reader.u8()),
    fees: { feeder: reader.uint(), transformer: reader.uint(), beyond: reader.uint() },
    limits: reader.list(MAX_BOOK_ORDERS, (r) => ({
      feeder: r.u16(),
      maxSoldWh: readMost(r),
      maxBoughtWh: readMost(r),
    })),
  }),
};

const resultCodec: Codec<BookResult> = {
  write(writer, row) {
    writer.fixed(row.bookHash, HASH_BYTES);
    termsCodec.write(writer, row.terms);
    writer.u16(row.orders);
    writer.boolean(row.price !== undefined);
    if (row.price !== undefined) writer.i64(BigInt(row.price));
    writer.uint(row.tradedWh).i64(row.bought).i64(row.sold).uint(row.height);
  },
  read: (reader) => ({
    bookHash: reader.fixed(HASH_BYTES),
    terms: termsCodec.read(reader),
    orders: reader.u16(),
    price: reader.boolean() ? Number(reader.i64()) : undefined,
    tradedWh: reader.uint(),
    bought: MicroEur(reader.i64()),
    sold: MicroEur(reader.i64()),
    height: reader.uint(),
  }),
};

export const BOOKS: Table<BookKey, SlotBook> = {
  number: 45,
  name: "books",
  key: {
    write: (writer, { slot, session }) => writer.uint(slot).u8(session),
    read: (reader) => ({ slot: reader.uint(), session: reader.u8() }),
  },
  id: ({ slot, session }) => `${slot}/${session}`,
  row: {
    write(writer, row) {
      writer
        .u32(row.day)
        .u16(row.count)
        .fixed(row.sealsRoot, HASH_BYTES)
        .uint(row.sealedHeight)
        .uint(row.sealedTime);
      writer.boolean(row.result !== undefined);
      if (row.result !== undefined) resultCodec.write(writer, row.result);
    },
    read: (reader) => ({
      day: reader.u32(),
      count: reader.u16(),
      sealsRoot: reader.fixed(HASH_BYTES),
      sealedHeight: reader.uint(),
      sealedTime: reader.uint(),
      result: reader.boolean() ? resultCodec.read(reader) : undefined,
    }),
  },
};

export interface SealBook extends BookKey {
  /** Of all orders handed in. */
  readonly count: number;
  /** `sealsRoot` of `auction/seal`. */
  readonly root: Uint8Array;
}

export const sealBookCodec: Codec<SealBook> = {
  write: (writer, { slot, session, count, root }) =>
    writer.uint(slot).u8(session).u16(count).fixed(root, HASH_BYTES),
  read: (reader) => ({
    slot: reader.uint(),
    session: reader.u8(),
    count: reader.u16(),
    root: reader.fixed(HASH_BYTES),
  }),
};

export interface ClearBook extends BookKey {
  /** Opened, ascending by paddle and number. */
  readonly orders: readonly BookOrder[];
  /** Sealed and never opened, ascending by paddle and number. */
  readonly unopened: readonly Seal[];
}

export const clearBookCodec: Codec<ClearBook> = {
  write(writer, { slot, session, orders, unopened }) {
    writer.uint(slot).u8(session).list(orders, MAX_BOOK_ORDERS, bookOrderCodec.write);
    writer.list(unopened, MAX_BOOK_ORDERS, (w, { paddle, number, hash }) =>
      w.u32(paddle).u8(number).fixed(hash, HASH_BYTES),
    );
  },
  read: (reader) => ({
    slot: reader.uint(),
    session: reader.u8(),
    orders: reader.list(MAX_BOOK_ORDERS, bookOrderCodec.read),
    unopened: reader.list(MAX_BOOK_ORDERS, (r) => ({
      paddle: r.u32(),
      number: r.u8(),
      hash: r.fixed(HASH_BYTES),
    })),
  }),
};

/** When a book may be sealed: from the first of these instants on, before the second. */
export function sealingSpan(
  { marketGateS, marketForwardGateS }: Parameters,
  { slot, session }: BookKey,
): { readonly from: UnixSeconds; readonly before: UnixSeconds } {
  return session === SESSIONS.own
    ? { from: slot - marketGateS, before: slot }
    : { from: slot - marketForwardGateS, before: slot - marketGateS };
}

/**
 * Fixes which orders a book has. Fails, in this order: interval_misaligned, session_invalid, book_too_early (its gate is
 * not closed), book_too_late, book_exists, book_impossible (no order, or more than a body opens).
 */
export function sealBook(
  draft: Draft,
  { slot, session, count, root }: SealBook,
  now: Moment,
  emit: Emit,
): Status {
  const laws = parametersOf(draft);
  const { from, before } = sealingSpan(laws, { slot, session });
  const status = earliest([
    slot % QUARTER_HOUR_S === 0 ? "ok" : "interval_misaligned",
    session === SESSIONS.own || session === SESSIONS.forward ? "ok" : "session_invalid",
    now.time < from ? "book_too_early" : "ok",
    now.time >= before ? "book_too_late" : "ok",
    draft.get(BOOKS, { slot, session }) === undefined ? "ok" : "book_exists",
    count < 1 || count > MAX_BOOK_ORDERS ? "book_impossible" : "ok",
  ]);
  if (status !== "ok") return status;
  const day = dayOf(laws.zone, slot);
  draft.put(
    BOOKS,
    { slot, session },
    { day, count, sealsRoot: root, sealedHeight: now.height, sealedTime: now.time, result: undefined },
  );
  openDay(draft, day, now);
  emit({ type: "book_sealed", slot, session, count, root });
  return "ok";
}

/**
 * Opens a sealed book and clears it. Fails, in this order: entries_out_of_order (orders or unopened seals not ascending,
 * or one in both), book_too_late (`marketClearingS` after its sealing, or its day is settled), book_unknown, book_cleared, book_impossible (an
 * order that cannot be), seals_differ (the orders and the unopened are not what was sealed).
 */
export function clearBook(draft: Draft, body: ClearBook, now: Moment, emit: Emit): Status {
  const { slot, session, orders, unopened } = body;
  const sealed = draft.get(BOOKS, { slot, session });
  const laws = parametersOf(draft);
  const possible = orders.every((order) => isBookOrder(order) && order.energyWh <= MAX_BOOK_ORDER_WH);
  const inOrder = isAscending(orders) && isAscending(unopened) && !shareOne(orders, unopened);
  const status = earliest([
    inOrder ? "ok" : "entries_out_of_order",
    sealed !== undefined && isOverdue(draft, sealed, laws, now) ? "book_too_late" : "ok",
    sealed === undefined ? "book_unknown" : "ok",
    sealed?.result === undefined ? "ok" : "book_cleared",
    possible ? "ok" : "book_impossible",
  ]);
  if (status !== "ok") return status;
  if (!isWhatWasSealed(body, sealed!)) return "seals_differ";
  const terms = termsNow(draft, body, laws);
  const cleared = openedResult(body, sealed!.sealsRoot, terms);
  const result: BookResult = {
    bookHash: withEncoding(clearBookCodec, body, (bytes) => taggedHash("contrada/market/book/1", bytes)),
    terms,
    orders: orders.length,
    price: cleared.clearing.price,
    tradedWh: cleared.clearing.tradedWh,
    bought: MicroEur(cleared.bought),
    sold: MicroEur(cleared.sold),
    height: now.height,
  };
  assert(cleared.bought >= cleared.sold, "a book pays its sellers more than its buyers pay");
  draft.put(BOOKS, { slot, session }, { ...sealed!, result });
  const { price, tradedWh, bought, sold } = result;
  countCleared(draft, sealed!.day, { tradedWh, gridFees: MicroEur(bought - sold) });
  emit({
    type: "book_cleared",
    ...{ slot, session, mechanism: terms.mechanism, orders: orders.length, unopened: unopened.length },
    ...{ price, tradedWh, bought, sold },
  });
  return "ok";
}

/** A community that changes its zone may settle a day with a book of it unopened. */
function isOverdue(
  state: StateReader,
  { day, sealedTime }: SlotBook,
  { marketClearingS }: Parameters,
  now: Moment,
): boolean {
  return now.time > sealedTime + marketClearingS || (state.get(MARKET_DAYS, day)?.versions ?? 0) > 0;
}

/** By what a book that is opened now is cleared. */
export function termsNow(
  state: StateReader,
  { slot, orders }: Pick<ClearBook, "slot" | "orders">,
  laws: Parameters = parametersOf(state),
): ClearingTerms {
  const feeders = [...new Set(orders.map(({ feeder }) => feeder))].sort((a, b) => a - b);
  const limits = feeders.flatMap((feeder): BookLimit[] => {
    const limit = limitIn(state, feeder, slot);
    return limit === undefined
      ? []
      : [{ feeder, maxSoldWh: limit.maxSoldWh, maxBoughtWh: limit.maxBoughtWh }];
  });
  return { mechanism: laws.marketMechanism, fees: gridFeesOf(laws), limits };
}

/** What the chain makes of an opened book by these terms. */
export function openedResult(
  { orders }: Pick<ClearBook, "orders">,
  root: Uint8Array,
  { mechanism, fees, limits }: ClearingTerms,
): ClearedBook {
  const limitOf = new Map(
    limits.map(({ feeder, maxSoldWh, maxBoughtWh }) => [
      feeder,
      { sellsAtMostWh: maxSoldWh, buysAtMostWh: maxBoughtWh },
    ]),
  );
  return clearOrders({ orders, mechanism, fees, root, limitOf: (feeder) => limitOf.get(feeder) });
}

/** As many, and under one root, with the seals of the orders made anew. */
function isWhatWasSealed(
  { slot, session, orders, unopened }: ClearBook,
  { count, sealsRoot }: SlotBook,
): boolean {
  if (orders.length + unopened.length !== count) return false;
  const leaves: Text32[] = [];
  let next = 0;
  for (const order of orders) {
    for (; next < unopened.length && isBefore(unopened[next]!, order); next++)
      leaves.push(leafOf(unopened[next]!));
    leaves.push(leafOf(sealOf({ slot, session, ...order })));
  }
  for (; next < unopened.length; next++) leaves.push(leafOf(unopened[next]!));
  return equalBytes(merkleRootOf(leaves), sealsRoot);
}

function leafOf(seal: Seal): Text32 {
  return merkleLeaf(sealLeaf(seal));
}

interface Named {
  readonly paddle: number;
  readonly number: number;
}

function isBefore(a: Named, b: Named): boolean {
  return a.paddle < b.paddle || (a.paddle === b.paddle && a.number < b.number);
}

function isAscending(orders: readonly Named[]): boolean {
  for (let i = 1; i < orders.length; i++) if (!isBefore(orders[i - 1]!, orders[i]!)) return false;
  return true;
}

/** Whether an order stands in both of two ascending lists. */
function shareOne(a: readonly Named[], b: readonly Named[]): boolean {
  const names = new Set(b.map(({ paddle, number }) => paddle * 256 + number));
  return names.size > 0 && a.some(({ paddle, number }) => names.has(paddle * 256 + number));
}
