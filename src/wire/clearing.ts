/**
 * Books and clearings as JSON, as docs/spec/clearing.md has them: `contrada clear` reads and writes them, and
 * whoever wants to check a clearing reads the same. The clearing carries its book in canonical form (orders by
 * name, fields in a fixed order), so that one file is all that a check needs, and the hash of that form, by
 * which several can make sure that they speak of the same book.
 */
import { toHex, utf8 } from "#base/bytes.ts";
import type { Result } from "#base/result.ts";
import { hash } from "#crypto/hash.ts";
import { type Book, MAX_ENERGY_WH, MAX_LIMIT, MAX_ORDERS, type Orders } from "#market/auction/book.ts";
import type { Certificate, Clearing, Fills } from "#market/auction/clearing.ts";
import { admit, type Feeders } from "#market/auction/feeder.ts";
import { MECHANISMS, type MechanismName, type Terms } from "#market/auction/mechanism.ts";
import { type ClearingProblem, clearingProblem, type Found } from "#market/auction/verify.ts";
import {
  listOf,
  objectOf,
  optional,
  reading,
  refuseTwice,
  textOf,
  type Unreadable,
  UnreadableError,
  wholeOf,
} from "#wire/json-reading.ts";

export const CLEARING_FORMAT = "contrada/clearing/1";

/** A name of an order, as the file has it. */
type Id = string | number;

interface OrderShape {
  readonly id: Id;
  readonly side: "bid" | "ask";
  readonly energy_wh: number;
  readonly limit_micro_eur_per_kwh: number;
  readonly key_per_mille?: number;
  readonly feeder?: string;
}

interface FeederShape {
  readonly id: string;
  readonly sells_at_most_wh?: number;
  readonly buys_at_most_wh?: number;
}

interface BookShape {
  readonly orders: readonly OrderShape[];
  readonly price_micro_eur_per_kwh?: number;
  readonly feeders?: readonly FeederShape[];
}

export interface ClearingShape {
  readonly format: string;
  readonly mechanism: MechanismName;
  readonly price_micro_eur_per_kwh: number | null;
  readonly traded_wh: number;
  /** Of the orders that traded, by name. */
  readonly fills: readonly { readonly id: Id; readonly energy_wh: number }[];
  /** Negative: receives. They come to 0. */
  readonly payments: readonly { readonly id: Id; readonly pays_micro_eur: number }[];
  readonly certificate: CertificateShape;
  readonly book: BookShape;
}

interface CertificateShape {
  /** SHA-256 of the book's canonical text. */
  readonly book_sha256: string;
  readonly marginal_bid_micro_eur_per_kwh: number | null;
  readonly marginal_ask_micro_eur_per_kwh: number | null;
  readonly supporting_price_micro_eur_per_kwh: number | null;
  readonly bids_above_wh: number;
  readonly bids_at_wh: number;
  readonly asks_below_wh: number;
  readonly asks_at_wh: number;
  /** Digits, for they may pass 2^53. */
  readonly welfare_nano_eur: string;
  readonly welfare_bound_nano_eur: string;
}

/** A book that was read: its columns, and where each name stands. */
export interface NamedBook {
  readonly book: Book;
  readonly terms: Terms;
  readonly bidIds: readonly Id[];
  readonly askIds: readonly Id[];
  readonly shape: BookShape;
  readonly sha256: string;
}

/** The book of a JSON value. `mechanism` decides whether the order of the orders means something. */
export function bookFrom(json: unknown, mechanism: MechanismName): Result<NamedBook, Unreadable> {
  return reading(() => readBook(json, mechanism));
}

export function clearNamed(named: NamedBook, mechanism: MechanismName): ClearingShape {
  const { certificate, ...clearing } = MECHANISMS[mechanism](named.book, named.terms);
  const rows = [...rowsOf(named.bidIds, clearing.bids, 1), ...rowsOf(named.askIds, clearing.asks, -1)].sort(
    (a, b) => compareIds(a.id, b.id),
  );
  return {
    format: CLEARING_FORMAT,
    mechanism,
    price_micro_eur_per_kwh: clearing.price ?? null,
    traded_wh: clearing.tradedWh,
    fills: rows.map(({ id, energyWh }) => ({ id, energy_wh: energyWh })),
    payments: rows.map(({ id, pays }) => ({ id, pays_micro_eur: pays })),
    certificate: {
      book_sha256: named.sha256,
      marginal_bid_micro_eur_per_kwh: certificate.marginalBid ?? null,
      marginal_ask_micro_eur_per_kwh: certificate.marginalAsk ?? null,
      supporting_price_micro_eur_per_kwh: certificate.supportingPrice ?? null,
      bids_above_wh: certificate.bidsAboveWh,
      bids_at_wh: certificate.bidsAtWh,
      asks_below_wh: certificate.asksBelowWh,
      asks_at_wh: certificate.asksAtWh,
      welfare_nano_eur: certificate.welfare.toString(),
      welfare_bound_nano_eur: certificate.welfareBound.toString(),
    },
    book: named.shape,
  };
}

export interface ClearingFile {
  readonly named: NamedBook;
  readonly clearing: Clearing;
  readonly claimedSha256: string;
}

/** What a clearing's file says, not yet checked. */
export function clearingFrom(json: unknown): Result<ClearingFile, Unreadable> {
  return reading(() => readClearing(json));
}

export interface WrongClearing {
  readonly problem: ClearingProblem | "other_book";
  /** The order where it was met. */
  readonly order: Id | undefined;
  /** What would be right, in digits. */
  readonly expected: string | undefined;
}

/** The first thing that is wrong; `book_sha256` is held to the book that the file carries, and to `known`. */
export function wrongIn(
  { named, clearing, claimedSha256 }: ClearingFile,
  known?: string,
): WrongClearing | undefined {
  for (const expected of [named.sha256, ...(known === undefined ? [] : [known])]) {
    if (claimedSha256 !== expected) return { problem: "other_book", order: undefined, expected };
  }
  const found = clearingProblem(named.book, clearing, named.terms);
  return (
    found && { problem: found.problem, order: idOf(named, found.at), expected: found.expected?.toString() }
  );
}

function idOf({ bidIds, askIds }: NamedBook, at: Found["at"]): Id | undefined {
  return at && (at.side === "bid" ? bidIds : askIds)[at.order];
}

function rowsOf(ids: readonly Id[], { energyWh, amount }: Fills, sign: 1 | -1) {
  const rows: { id: Id; energyWh: number; pays: number }[] = [];
  for (const [i, id] of ids.entries()) {
    // Never −0, which JSON writes as 0 and a comparison tells apart.
    if (energyWh[i]! > 0) rows.push({ id, energyWh: energyWh[i]!, pays: sign * amount[i]! || 0 });
  }
  return rows;
}

/** By UTF-16 code units of the name's text: a number and its digits are the same name. */
function compareIds(a: Id, b: Id): number {
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function readBook(json: unknown, mechanism: MechanismName): NamedBook {
  const shape = bookShape(json, mechanism);
  const sorted = shape.orders
    .map((order, arrival) => ({ order, arrival }))
    .sort((a, b) => compareIds(a.order.id, b.order.id));
  const bids = sorted.filter(({ order }) => order.side === "bid");
  const asks = sorted.filter(({ order }) => order.side === "ask");
  const whole: Book = { bids: columnsOf(bids), asks: columnsOf(asks) };
  return {
    book: admit(whole, feedersOf(shape, bids, asks)),
    terms: {
      arrivals: {
        bids: Uint32Array.from(bids, ({ arrival }) => arrival),
        asks: Uint32Array.from(asks, ({ arrival }) => arrival),
      },
      split: { price: shape.price_micro_eur_per_kwh, keysPerMille: keysOf(bids) },
    },
    bidIds: bids.map(({ order }) => order.id),
    askIds: asks.map(({ order }) => order.id),
    shape,
    sha256: toHex(hash(utf8(JSON.stringify(shape)))),
  };
}

interface Placed {
  readonly order: OrderShape;
  readonly arrival: number;
}

function columnsOf(orders: readonly Placed[]): Orders {
  return {
    energyWh: Uint32Array.from(orders, ({ order }) => order.energy_wh),
    limit: Int32Array.from(orders, ({ order }) => order.limit_micro_eur_per_kwh),
  };
}

/** Somebody's key makes the split static; a bid without one has none of it. */
function keysOf(bids: readonly Placed[]): Uint32Array | undefined {
  if (bids.every(({ order }) => order.key_per_mille === undefined)) return undefined;
  return Uint32Array.from(bids, ({ order }) => order.key_per_mille ?? 0);
}

function feedersOf(shape: BookShape, bids: readonly Placed[], asks: readonly Placed[]): Feeders {
  const feeders = shape.feeders ?? [];
  const places = new Map(feeders.map(({ id }, place) => [id, place]));
  const placesOf = (orders: readonly Placed[]) =>
    Int32Array.from(orders, ({ order }) =>
      order.feeder === undefined ? -1 : (places.get(order.feeder) ?? -1),
    );
  return {
    limits: feeders.map((feeder) => ({
      sellsAtMostWh: feeder.sells_at_most_wh,
      buysAtMostWh: feeder.buys_at_most_wh,
    })),
    ofBids: placesOf(bids),
    ofAsks: placesOf(asks),
  };
}

/** The canonical form: only known fields, in this order; orders and feeders by name unless arrival counts. */
function bookShape(json: unknown, mechanism: MechanismName): BookShape {
  const file = objectOf(json, "the book");
  const orders = listOf(file.orders, '"orders"').map(orderShape);
  if (orders.length > MAX_ORDERS) throw new UnreadableError(`a book has at most ${MAX_ORDERS} orders.`);
  refuseTwice(
    orders.map(({ id }) => String(id)),
    "order",
  );
  const keys = orders.reduce((sum, { key_per_mille }) => sum + (key_per_mille ?? 0), 0);
  if (keys > 1000) throw new UnreadableError(`the keys come to ${keys} per mille, which is above 1000.`);
  const price = optional(file.price_micro_eur_per_kwh, (value) =>
    wholeOf(value, '"price_micro_eur_per_kwh"', -MAX_LIMIT, MAX_LIMIT),
  );
  const feeders = optional(file.feeders, (value) => listOf(value, '"feeders"').map(feederShape));
  refuseTwice(feeders?.map(({ id }) => id) ?? [], "feeder");
  return {
    orders: mechanism === "continuous" ? orders : orders.sort((a, b) => compareIds(a.id, b.id)),
    ...(price === undefined ? {} : { price_micro_eur_per_kwh: price }),
    ...(feeders === undefined ? {} : { feeders: feeders.sort((a, b) => compareIds(a.id, b.id)) }),
  };
}

function orderShape(json: unknown, place: number): OrderShape {
  const here = `order ${place + 1}`;
  const order = objectOf(json, here);
  const id = order.id;
  const isName =
    (typeof id === "string" && id.length >= 1 && id.length <= 128) ||
    (typeof id === "number" && Number.isSafeInteger(id));
  if (!isName) throw new UnreadableError(`${here}: "id" must be a text of 1 to 128 characters.`);
  const name = `order ${id as Id}`;
  if (order.side !== "bid" && order.side !== "ask") {
    throw new UnreadableError(`${name}: "side" must be "bid" or "ask".`);
  }
  const key = optional(order.key_per_mille, (value) => wholeOf(value, `${name}: "key_per_mille"`, 0, 1000));
  if (key !== undefined && order.side === "ask") {
    throw new UnreadableError(`${name}: only bids have a "key_per_mille".`);
  }
  const feeder = optional(order.feeder, (value) => textOf(value, `${name}: "feeder"`));
  return {
    id: id as Id,
    side: order.side,
    energy_wh: wholeOf(order.energy_wh, `${name}: "energy_wh"`, 1, MAX_ENERGY_WH),
    limit_micro_eur_per_kwh: wholeOf(
      order.limit_micro_eur_per_kwh,
      `${name}: "limit_micro_eur_per_kwh"`,
      -MAX_LIMIT,
      MAX_LIMIT,
    ),
    ...(key === undefined ? {} : { key_per_mille: key }),
    ...(feeder === undefined ? {} : { feeder }),
  };
}

function feederShape(json: unknown, place: number): FeederShape {
  const feeder = objectOf(json, `feeder ${place + 1}`);
  const id = textOf(feeder.id, `feeder ${place + 1}: "id"`);
  const most = (name: string) =>
    optional(feeder[name], (value) => wholeOf(value, `feeder ${id}: "${name}"`, 0, Number.MAX_SAFE_INTEGER));
  const [sells, buys] = [most("sells_at_most_wh"), most("buys_at_most_wh")];
  return {
    id,
    ...(sells === undefined ? {} : { sells_at_most_wh: sells }),
    ...(buys === undefined ? {} : { buys_at_most_wh: buys }),
  };
}

function readClearing(json: unknown): ClearingFile {
  const file = objectOf(json, "the clearing");
  if (file.format !== CLEARING_FORMAT) {
    throw new UnreadableError(`"format" must be "${CLEARING_FORMAT}".`);
  }
  const mechanism = file.mechanism;
  if (typeof mechanism !== "string" || !Object.hasOwn(MECHANISMS, mechanism)) {
    throw new UnreadableError(`"mechanism" must be one of ${Object.keys(MECHANISMS).join(", ")}.`);
  }
  const named = readBook(file.book, mechanism as MechanismName);
  const claimed = objectOf(file.certificate, '"certificate"');
  const { bids, asks } = resultOf(file, named);
  return {
    named,
    clearing: {
      mechanism: mechanism as MechanismName,
      tradedWh: wholeOf(file.traded_wh, '"traded_wh"', 0, Number.MAX_SAFE_INTEGER),
      price: priceOf(file.price_micro_eur_per_kwh, '"price_micro_eur_per_kwh"'),
      bids,
      asks,
      certificate: certificateFrom(claimed),
    },
    claimedSha256: textOf(claimed.book_sha256, '"book_sha256"'),
  };
}

function certificateFrom(claimed: { readonly [name: string]: unknown }): Certificate {
  const energy = (name: string) => wholeOf(claimed[name], `"${name}"`, 0, Number.MAX_SAFE_INTEGER);
  const price = (name: string) => priceOf(claimed[name], `"${name}"`);
  const digits = (name: string) => {
    const text = claimed[name];
    if (typeof text !== "string" || !/^(0|-?[1-9]\d{0,39})$/.test(text)) {
      throw new UnreadableError(`"${name}" must be a whole number in digits, as a text.`);
    }
    return BigInt(text);
  };
  return {
    supportingPrice: price("supporting_price_micro_eur_per_kwh"),
    bidsAboveWh: energy("bids_above_wh"),
    bidsAtWh: energy("bids_at_wh"),
    asksBelowWh: energy("asks_below_wh"),
    asksAtWh: energy("asks_at_wh"),
    marginalBid: price("marginal_bid_micro_eur_per_kwh"),
    marginalAsk: price("marginal_ask_micro_eur_per_kwh"),
    welfare: digits("welfare_nano_eur"),
    welfareBound: digits("welfare_bound_nano_eur"),
  };
}

/** Fills and payments, each order once in either list, in the places of the book. */
function resultOf(
  file: { readonly [name: string]: unknown },
  named: NamedBook,
): { bids: Fills; asks: Fills } {
  const places = new Map<string, readonly ["bids" | "asks", number]>();
  for (const [i, id] of named.bidIds.entries()) places.set(String(id), ["bids", i]);
  for (const [i, id] of named.askIds.entries()) places.set(String(id), ["asks", i]);
  const sides = {
    bids: { energyWh: new Uint32Array(named.bidIds.length), amount: named.bidIds.map(() => 0) },
    asks: { energyWh: new Uint32Array(named.askIds.length), amount: named.askIds.map(() => 0) },
  };
  for (const [list, field] of [
    ["fills", "energy_wh"],
    ["payments", "pays_micro_eur"],
  ] as const) {
    const rows = listOf(file[list], `"${list}"`).map((json, i) => objectOf(json, `${list} ${i + 1}`));
    refuseTwice(
      rows.map(({ id }) => String(id)),
      `${list}: order`,
    );
    for (const row of rows) {
      const place = places.get(String(row.id));
      if (place === undefined) throw new UnreadableError(`${list}: the book has no order ${String(row.id)}.`);
      const [side, i] = place;
      const here = `${list}, order ${String(row.id)}: "${field}"`;
      if (list === "fills") sides[side].energyWh[i] = wholeOf(row[field], here, 1, MAX_ENERGY_WH);
      else {
        const pays = wholeOf(row[field], here, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
        sides[side].amount[i] = (side === "bids" ? pays : -pays) || 0;
      }
    }
  }
  return sides;
}

function priceOf(value: unknown, what: string): number | undefined {
  return value === null ? undefined : wholeOf(value, what, -MAX_LIMIT, MAX_LIMIT);
}
