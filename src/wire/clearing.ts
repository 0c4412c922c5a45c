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
import {
  areFees,
  feesByDistance,
  type Grid,
  type LevelFees,
  MAX_FEE,
  NO_GRID,
  type Particulars,
} from "#market/auction/particulars.ts";
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
export type Id = string | number;

interface OrderShape {
  readonly id: Id;
  readonly side: "bid" | "ask";
  readonly energy_wh: number;
  readonly limit_micro_eur_per_kwh: number;
  readonly key_per_mille?: number;
  readonly feeder?: string;
  readonly home?: string;
  readonly source?: "solar";
  readonly partner?: string;
  readonly gift?: true;
}

interface FeederShape {
  readonly id: string;
  readonly transformer?: string;
  readonly sells_at_most_wh?: number;
  readonly buys_at_most_wh?: number;
}

export interface BookShape {
  readonly orders: readonly OrderShape[];
  readonly price_micro_eur_per_kwh?: number;
  readonly feeders?: readonly FeederShape[];
  readonly fees_micro_eur_per_kwh?: LevelFees;
  readonly fees_by_distance?: { readonly micro_eur_per_kwh_km: number; readonly metres: LevelFees };
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

export interface CertificateShape {
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
  /** Where orders say more than energy and limit, or the grid has fees: cleared in stages (`wire/staged-clearing`). */
  readonly staged: { readonly particulars: Particulars; readonly grid: Grid } | undefined;
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
    certificate: { book_sha256: named.sha256, ...certificateShape(certificate) },
    book: named.shape,
  };
}

export function certificateShape(certificate: Certificate): Omit<CertificateShape, "book_sha256"> {
  return {
    marginal_bid_micro_eur_per_kwh: certificate.marginalBid ?? null,
    marginal_ask_micro_eur_per_kwh: certificate.marginalAsk ?? null,
    supporting_price_micro_eur_per_kwh: certificate.supportingPrice ?? null,
    bids_above_wh: certificate.bidsAboveWh,
    bids_at_wh: certificate.bidsAtWh,
    asks_below_wh: certificate.asksBelowWh,
    asks_at_wh: certificate.asksAtWh,
    welfare_nano_eur: certificate.welfare.toString(),
    welfare_bound_nano_eur: certificate.welfareBound.toString(),
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

export function rowsOf(ids: readonly Id[], { energyWh, amount }: Fills, sign: 1 | -1) {
  const rows: { id: Id; energyWh: number; pays: number }[] = [];
  for (const [i, id] of ids.entries()) {
    // Never −0, which JSON writes as 0 and a comparison tells apart.
    if (energyWh[i]! > 0) rows.push({ id, energyWh: energyWh[i]!, pays: sign * amount[i]! || 0 });
  }
  return rows;
}

/** By UTF-16 code units of the name's text: a number and its digits are the same name. */
export function compareIds(a: Id, b: Id): number {
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function readBook(json: unknown, mechanism: MechanismName): NamedBook {
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
    staged: stagedIn(shape, bids, asks),
    sha256: toHex(hash(utf8(JSON.stringify(shape)))),
  };
}

/** What orders and grid say beside energy and limit; homes are numbered by name, and whoever names none is its own. */
function stagedIn(shape: BookShape, bids: readonly Placed[], asks: readonly Placed[]): NamedBook["staged"] {
  const fees = feesOf(shape);
  const isWish = ({ order: { source, partner, gift } }: Placed) =>
    source !== undefined || partner !== undefined || gift !== undefined;
  if (fees === undefined && ![...bids, ...asks].some(isWish)) return undefined;
  const homeOf = ({ order }: Placed) => order.home ?? `order ${order.id}`;
  const names = new Set([...bids, ...asks].flatMap((one) => [homeOf(one), one.order.partner ?? homeOf(one)]));
  const homes = new Map([...names].sort().map((name, number) => [name, number]));
  const feeders = fees === undefined ? [] : (shape.feeders ?? []);
  const places = new Map(feeders.map(({ id }, place) => [id, place]));
  const side = (orders: readonly Placed[]) => ({
    home: orders.map((one) => homes.get(homeOf(one))!),
    feeder: orders.map(({ order }) => (order.feeder === undefined ? -1 : (places.get(order.feeder) ?? -1))),
    solar: orders.map(({ order }) => (order.source === "solar" ? 1 : 0)),
    partner: orders.map(({ order }) => (order.partner === undefined ? -1 : homes.get(order.partner)!)),
  });
  const transformers = [...new Set(feeders.map(({ transformer }) => transformer))];
  return {
    particulars: {
      bids: side(bids),
      asks: { ...side(asks), gift: asks.map(({ order }) => (order.gift === true ? 1 : 0)) },
    },
    grid: {
      transformerOf: feeders.map(({ transformer }) =>
        transformer === undefined ? -1 : transformers.indexOf(transformer),
      ),
      fees: fees ?? NO_GRID.fees,
    },
  };
}

function feesOf({ fees_micro_eur_per_kwh, fees_by_distance }: BookShape): LevelFees | undefined {
  if (fees_by_distance === undefined) return fees_micro_eur_per_kwh;
  return feesByDistance(fees_by_distance.micro_eur_per_kwh_km, fees_by_distance.metres);
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
  const levels = (value: unknown, name: string, most: number): LevelFees => {
    const of = objectOf(value, `"${name}"`);
    const at = (level: string) => wholeOf(of[level], `"${name}": "${level}"`, 0, most);
    return { feeder: at("feeder"), transformer: at("transformer"), beyond: at("beyond") };
  };
  const fees = optional(file.fees_micro_eur_per_kwh, (value) =>
    levels(value, "fees_micro_eur_per_kwh", MAX_FEE),
  );
  const byDistance = optional(file.fees_by_distance, (value) => {
    const of = objectOf(value, '"fees_by_distance"');
    return {
      micro_eur_per_kwh_km: wholeOf(of.micro_eur_per_kwh_km, '"micro_eur_per_kwh_km"', 0, MAX_FEE),
      metres: levels(of.metres, "metres", 1_000_000),
    };
  });
  if (fees !== undefined && byDistance !== undefined) {
    throw new UnreadableError('a book has "fees_micro_eur_per_kwh" or "fees_by_distance", not both.');
  }
  const ofLevels = fees ?? (byDistance && feesByDistance(byDistance.micro_eur_per_kwh_km, byDistance.metres));
  if (ofLevels !== undefined && !areFees(ofLevels)) {
    throw new UnreadableError("fees must not fall with the distance, nor pass 10 €/kWh.");
  }
  return {
    orders: mechanism === "continuous" ? orders : orders.sort((a, b) => compareIds(a.id, b.id)),
    ...(price === undefined ? {} : { price_micro_eur_per_kwh: price }),
    ...(feeders === undefined ? {} : { feeders: feeders.sort((a, b) => compareIds(a.id, b.id)) }),
    ...(fees === undefined ? {} : { fees_micro_eur_per_kwh: fees }),
    ...(byDistance === undefined ? {} : { fees_by_distance: byDistance }),
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
    ...wishesOf(order, name),
  };
}

/** What an order says of its home, its energy and its partner. */
function wishesOf(order: { readonly [field: string]: unknown }, name: string) {
  const home = optional(order.home, (value) => textOf(value, `${name}: "home"`));
  const partner = optional(order.partner, (value) => textOf(value, `${name}: "partner"`));
  const { source, gift } = order;
  if (source !== undefined && source !== "solar") {
    throw new UnreadableError(`${name}: "source" must be "solar" where it is said.`);
  }
  if (gift !== undefined && gift !== true)
    throw new UnreadableError(`${name}: "gift" must be true where it is said.`);
  if (partner !== undefined && partner === home)
    throw new UnreadableError(`${name}: a home is not its own partner.`);
  if (
    gift === true &&
    (order.side !== "ask" || order.limit_micro_eur_per_kwh !== 0 || partner === undefined)
  ) {
    throw new UnreadableError(`${name}: a gift is an ask with limit 0 and a partner.`);
  }
  return {
    ...(home === undefined ? {} : { home }),
    ...(source === undefined ? {} : { source: "solar" as const }),
    ...(partner === undefined ? {} : { partner }),
    ...(gift === undefined ? {} : { gift: true as const }),
  };
}

function feederShape(json: unknown, place: number): FeederShape {
  const feeder = objectOf(json, `feeder ${place + 1}`);
  const id = textOf(feeder.id, `feeder ${place + 1}: "id"`);
  const most = (name: string) =>
    optional(feeder[name], (value) => wholeOf(value, `feeder ${id}: "${name}"`, 0, Number.MAX_SAFE_INTEGER));
  const [sells, buys] = [most("sells_at_most_wh"), most("buys_at_most_wh")];
  const transformer = optional(feeder.transformer, (value) => textOf(value, `feeder ${id}: "transformer"`));
  return {
    id,
    ...(transformer === undefined ? {} : { transformer }),
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

export function certificateFrom(claimed: { readonly [name: string]: unknown }): Certificate {
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

export function priceOf(value: unknown, what: string): number | undefined {
  return value === null ? undefined : wholeOf(value, what, -MAX_LIMIT, MAX_LIMIT);
}
