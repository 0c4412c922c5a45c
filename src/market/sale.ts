/**
 * The sale of stored energy to a supplier at its rate of the day: what it brings (`quoteSale`, the very
 * function the app previews with), its authorisation, and its end.
 *
 * While a sale is open the supplier's money and the plant's stored energy are pending: the gross amount, and
 * the energy still to come with an allowance for conversion losses. Readings move the energy (`settlement`);
 * the money moves once, when the sale closes, for exactly what was delivered.
 */
import { assert } from "#base/assert.ts";
import { toHex } from "#base/bytes.ts";
import { type Codec, CodecError } from "#base/codec.ts";
import { type DayNumber, dayOf, QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, minimum, priceOf, Wh } from "#base/units.ts";
import { taggedHash } from "#crypto/hash.ts";
import { availableOf } from "#ledger/account.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import {
  bytesKey,
  postTransfer,
  reserve,
  resizeTransfer,
  TRANSFERS,
  transfer,
  voidTransfer,
} from "#ledger/transfer.ts";
import { FEES, GRID, MONEY, memberAccount, SOLAR, storeAccount } from "#market/books.ts";
import type { Emit } from "#market/events.ts";
import { type Parameters, parametersOf } from "#market/parameters.ts";
import { PLANTS, SALE_ID_BYTES, SUPPLIERS, standingPlant } from "#market/participant.ts";
import { RATES } from "#market/rate.ts";

/** What a sale is quoted on. */
export interface Offer {
  readonly rate: MicroEurPerKwh;
  /** The community's, per kWh. */
  readonly fee: MicroEurPerKwh;
  readonly storeMarginPerMille: number;
}

export interface Quote {
  /** What the supplier pays. */
  readonly gross: MicroEur;
  /** What the community keeps of it; never more than all. */
  readonly fee: MicroEur;
  /** What the seller receives: gross − fee. */
  readonly net: MicroEur;
  /** What is reserved in the accumulator: the energy and the allowance for losses. */
  readonly reserved: Wh;
}

/**
 * What an amount of stored energy brings at an offer.
 * gross [µEUR] = energy [Wh] × rate [µEUR/kWh] ÷ 1000, half to even; fee likewise, at most gross;
 * reserved [Wh] = energy × (1000 + margin) ÷ 1000, rounded up.
 */
export function quoteSale(offer: Offer, energy: Wh): Quote {
  const gross = priceOf(energy, offer.rate);
  const fee = minimum(priceOf(energy, offer.fee), gross);
  return { gross, fee, net: MicroEur(gross - fee), reserved: reservedFor(energy, offer.storeMarginPerMille) };
}

/** The most that may be sold out of what is stored and free: the inverse of `reserved`, rounded down. */
export function sellableFrom(available: Wh, storeMarginPerMille: number): Wh {
  return available <= 0n ? Wh(0n) : Wh((available * 1000n) / BigInt(1000 + storeMarginPerMille));
}

function reservedFor(energy: Wh, storeMarginPerMille: number): Wh {
  return Wh((energy * BigInt(1000 + storeMarginPerMille) + 999n) / 1000n);
}

const SALE_STATES = ["open", "withdrawing", "settled", "partly_delivered", "voided"] as const;
export type SaleState = (typeof SALE_STATES)[number];

export interface Sale {
  readonly plant: number;
  readonly seller: number;
  readonly supplier: number;
  readonly day: DayNumber;
  readonly rate: MicroEurPerKwh;
  readonly fee: MicroEurPerKwh;
  readonly energy: Wh;
  readonly delivered: Wh;
  readonly state: SaleState;
  /** Height and time of the block that authorised it. */
  readonly height: number;
  readonly time: UnixSeconds;
  /** The quarter hour that was running when it was authorised. */
  readonly firstInterval: UnixSeconds;
  /** The last in which it may be delivered; a withdrawal brings it forward. */
  readonly lastInterval: UnixSeconds;
  readonly expiryHeight: number;
  /** Height and time of the block that closed it; 0 while open. */
  readonly closedHeight: number;
  readonly closedTime: UnixSeconds;
  /** What was paid, and the fee within it; 0 while open. */
  readonly gross: MicroEur;
  readonly feePaid: MicroEur;
}

export const SALES: Table<Uint8Array, Sale> = {
  number: 14,
  name: "sales",
  key: bytesKey(SALE_ID_BYTES),
  id: toHex,
  row: {
    write(writer, sale) {
      writer.u32(sale.plant).u32(sale.seller).u32(sale.supplier).u32(sale.day);
      writer.u64(sale.rate).u64(sale.fee).u64(sale.energy).u64(sale.delivered);
      writer.u8(SALE_STATES.indexOf(sale.state)).uint(sale.height).uint(sale.time);
      writer.uint(sale.firstInterval).uint(sale.lastInterval).uint(sale.expiryHeight);
      writer.uint(sale.closedHeight).uint(sale.closedTime).u64(sale.gross).u64(sale.feePaid);
    },
    read: (reader) => ({
      plant: reader.u32(),
      seller: reader.u32(),
      supplier: reader.u32(),
      day: reader.u32(),
      rate: MicroEurPerKwh(reader.u64()),
      fee: MicroEurPerKwh(reader.u64()),
      energy: Wh(reader.u64()),
      delivered: Wh(reader.u64()),
      state: saleStateOf(reader.u8()),
      height: reader.uint(),
      time: reader.uint(),
      firstInterval: reader.uint(),
      lastInterval: reader.uint(),
      expiryHeight: reader.uint(),
      closedHeight: reader.uint(),
      closedTime: reader.uint(),
      gross: MicroEur(reader.u64()),
      feePaid: MicroEur(reader.u64()),
    }),
  },
};

/** Height → the sales that close there if they are still open, in the order of their authorisation. */
export const SALE_EXPIRIES: Table<number, readonly Uint8Array[]> = {
  number: 15,
  name: "sale_expiries",
  key: { write: (writer, height) => writer.uint(height), read: (reader) => reader.uint() },
  id: (height) => height,
  row: {
    write: (writer, ids) => writer.list(ids, 0xffff_ffff, (w, id) => w.fixed(id, SALE_ID_BYTES)),
    read: (reader) => reader.list(0xffff_ffff, (r) => r.fixed(SALE_ID_BYTES)),
  },
};

/** What the seller signs: every figure that decides what it brings. */
export interface SaleRequest {
  /** 16 random bytes. */
  readonly sale: Uint8Array;
  readonly plant: number;
  readonly supplier: number;
  readonly day: DayNumber;
  readonly rate: MicroEurPerKwh;
  readonly fee: MicroEurPerKwh;
  readonly energy: Wh;
}

interface BlockTime {
  readonly height: number;
  readonly time: UnixSeconds;
}

/**
 * Opens a sale. Fails, in this order: not_the_owner, plant_unknown, supplier_unknown, supplier_suspended,
 * rate_expired (the day is not today), rate_missing, rate_differs, fee_differs, sale_exists,
 * quantity_below_minimum, storage_too_low, supplier_funds_too_low, too_many_open_sales.
 */
export function authoriseSale(
  draft: Draft,
  request: SaleRequest,
  seller: number,
  block: BlockTime,
  emit: Emit,
): Status {
  const parameters = parametersOf(draft);
  const plant = standingPlant(draft, request.plant);
  const supplier = draft.get(SUPPLIERS, request.supplier);
  const published = draft.get(RATES, { supplier: request.supplier, day: request.day });
  if (plant !== undefined && plant.owner !== seller) return "not_the_owner";
  if (plant === undefined) return "plant_unknown";
  if (supplier === undefined) return "supplier_unknown";
  if (supplier.suspended) return "supplier_suspended";
  if (request.day !== dayOf(parameters.zone, block.time)) return "rate_expired";
  if (published === undefined) return "rate_missing";
  if (published.rate !== request.rate) return "rate_differs";
  if (parameters.saleFee !== request.fee) return "fee_differs";
  if (draft.get(SALES, request.sale) !== undefined) return "sale_exists";
  if (request.energy < parameters.minimumSale) return "quantity_below_minimum";
  const { storeMarginPerMille } = parameters;
  const quote = quoteSale({ rate: request.rate, fee: request.fee, storeMarginPerMille }, request.energy);
  if (sellableStore(draft, request.plant, parameters) < quote.reserved) return "storage_too_low";
  if (availableOf(draft, memberAccount(request.supplier), MONEY) < quote.gross) {
    return "supplier_funds_too_low";
  }
  if (plant.openSales.length >= parameters.maxOpenSales) return "too_many_open_sales";

  const firstInterval = quarterHourOf(block.time);
  const { sale: id, ...terms } = request;
  const sale: Sale = {
    ...terms,
    seller,
    delivered: Wh(0n),
    state: "open",
    height: block.height,
    time: block.time,
    firstInterval,
    lastInterval: firstInterval + parameters.deliveryIntervals * QUARTER_HOUR_S,
    expiryHeight: block.height + parameters.saleExpiryBlocks,
    closedHeight: 0,
    closedTime: 0,
    gross: MicroEur(0n),
    feePaid: MicroEur(0n),
  };
  if (quote.gross > 0n) {
    must(
      reserve(
        draft,
        {
          id: moneyTransfer(id),
          from: memberAccount(sale.supplier),
          to: memberAccount(seller),
          asset: MONEY,
          amount: quote.gross,
          expiryHeight: sale.expiryHeight + 1,
        },
        block.height,
      ),
    );
  }
  draft.put(SALES, id, sale);
  holdEnergy(draft, id, sale, parameters, block.height);
  draft.put(SALE_EXPIRIES, sale.expiryHeight, [...(draft.get(SALE_EXPIRIES, sale.expiryHeight) ?? []), id]);
  draft.put(PLANTS, request.plant, { ...plant, openSales: [...plant.openSales, id] });
  emit({
    type: "sale_authorised",
    sale: id,
    plant: sale.plant,
    seller,
    supplier: sale.supplier,
    day: sale.day,
    rate: sale.rate,
    energy: sale.energy,
    lastInterval: sale.lastInterval,
  });
  return "ok";
}

/**
 * Ends the delivery of an open sale with the quarter hour that is running: what it delivered until then is
 * paid when that one's reading comes, however late the readings before it are.
 * Fails, in this order: not_the_owner, sale_unknown, sale_not_open.
 */
export function withdrawSale(
  draft: Draft,
  id: Uint8Array,
  sender: number,
  block: BlockTime,
  emit: Emit,
): Status {
  const sale = draft.get(SALES, id);
  if (sale !== undefined && sale.seller !== sender) return "not_the_owner";
  if (sale === undefined) return "sale_unknown";
  if (sale.state !== "open") return "sale_not_open";
  const lastInterval = Math.min(sale.lastInterval, quarterHourOf(block.time));
  draft.put(SALES, id, { ...sale, state: "withdrawing", lastInterval });
  emit({ type: "sale_withdrawn", sale: id, plant: sale.plant, lastInterval });
  return "ok";
}

export function isOpen(sale: Sale): boolean {
  return sale.state === "open" || sale.state === "withdrawing";
}

/** What a plant has stored, free of reserves, that may be sold at all. */
export function sellableStore(state: StateReader, plant: number, parameters: Parameters): Wh {
  const solar = availableOf(state, storeAccount(plant), SOLAR);
  return Wh(parameters.gridEnergySellable ? solar + availableOf(state, storeAccount(plant), GRID) : solar);
}

/** Whether a quarter hour is one of those in which a sale may be delivered. */
export function isDeliveredIn(sale: Sale, intervalStart: UnixSeconds): boolean {
  return sale.firstInterval <= intervalStart && intervalStart <= sale.lastInterval;
}

/**
 * Reserves what an open sale still has to deliver, as far as the store has it: solar energy first. What it
 * had reserved before has been released.
 */
export function holdEnergy(
  draft: Draft,
  id: Uint8Array,
  sale: Sale,
  parameters: Parameters,
  height: number,
): void {
  const from = storeAccount(sale.plant);
  const to = memberAccount(sale.supplier);
  const expiryHeight = sale.expiryHeight + 1;
  let wanted: bigint = reservedFor(Wh(sale.energy - sale.delivered), parameters.storeMarginPerMille);
  for (const asset of parameters.gridEnergySellable ? [SOLAR, GRID] : [SOLAR]) {
    const amount = minimum(availableOf(draft, from, asset), wanted);
    if (amount <= 0n) continue;
    const transferId = energyTransfer(id, asset);
    if (draft.get(TRANSFERS, transferId) !== undefined) must(resizeTransfer(draft, transferId, amount));
    else must(reserve(draft, { id: transferId, from, to, asset, amount, expiryHeight }, height));
    wanted -= amount;
  }
}

/** Frees what a sale has reserved, for its plant's movement to be booked and the rest to be held anew. */
export function releaseEnergy(draft: Draft, id: Uint8Array): void {
  for (const asset of [SOLAR, GRID]) {
    const status = resizeTransfer(draft, energyTransfer(id, asset), 0n);
    assert(status === "ok" || status === "transfer_unknown", `a reserve of energy is ${status}`);
  }
}

/**
 * Closes a sale: pays for what was delivered, keeps the fee of that, frees the rest of money and energy, and
 * takes it off the plant's list.
 */
export function closeSale(draft: Draft, id: Uint8Array, sale: Sale, block: BlockTime, emit: Emit): void {
  assert(isOpen(sale), `sale ${toHex(id)} is closed already`);
  for (const asset of [SOLAR, GRID]) {
    const status = voidTransfer(draft, energyTransfer(id, asset));
    assert(status === "ok" || status === "transfer_unknown", `a reserve of energy is ${status}`);
  }
  const quote = quoteSale({ rate: sale.rate, fee: sale.fee, storeMarginPerMille: 0 }, sale.delivered);
  const reserved = priceOf(sale.energy, sale.rate) > 0n;
  if (reserved && quote.gross > 0n) must(postTransfer(draft, moneyTransfer(id), quote.gross));
  else if (reserved) must(voidTransfer(draft, moneyTransfer(id)));
  if (quote.fee > 0n) {
    must(transfer(draft, { from: memberAccount(sale.seller), to: FEES, asset: MONEY, amount: quote.fee }));
  }
  const state =
    sale.delivered === sale.energy ? "settled" : sale.delivered > 0n ? "partly_delivered" : "voided";
  const closed: Sale = {
    ...sale,
    state,
    closedHeight: block.height,
    closedTime: block.time,
    gross: quote.gross,
    feePaid: quote.fee,
  };
  draft.put(SALES, id, closed);
  const supplier = draft.get(SUPPLIERS, sale.supplier);
  assert(supplier !== undefined, `sale ${toHex(id)} has no supplier`);
  draft.put(SUPPLIERS, sale.supplier, {
    ...supplier,
    salesClosed: supplier.salesClosed + 1,
    salesPaid: supplier.salesPaid + 1,
  });
  const plant = draft.get(PLANTS, sale.plant);
  assert(plant !== undefined, `sale ${toHex(id)} has no plant`);
  const name = toHex(id);
  draft.put(PLANTS, sale.plant, {
    ...plant,
    openSales: plant.openSales.filter((other) => toHex(other) !== name),
  });
  emit({
    type: "sale_closed",
    sale: id,
    plant: sale.plant,
    state,
    delivered: sale.delivered,
    gross: quote.gross,
    fee: quote.fee,
  });
}

/** Run at the start of a block: closes the sales whose meter never spoke again. */
export function expireSales(draft: Draft, block: BlockTime, emit: Emit): void {
  const due = draft.get(SALE_EXPIRIES, block.height);
  if (due === undefined) return;
  for (const id of due) {
    const sale = draft.get(SALES, id);
    assert(sale !== undefined, `sale ${toHex(id)} is listed to expire and is not on record`);
    if (!isOpen(sale)) continue;
    closeSale(draft, id, sale, block, emit);
  }
  draft.delete(SALE_EXPIRIES, block.height);
}

function moneyTransfer(sale: Uint8Array): Uint8Array {
  return taggedHash("contrada/sale/money/1", sale);
}

function energyTransfer(sale: Uint8Array, asset: number): Uint8Array {
  return taggedHash("contrada/sale/energy/1", sale, Uint8Array.of(asset));
}

/** A step that the checks before it have made certain. */
function must(status: Status): void {
  assert(status === "ok", `a checked step of a sale is refused: ${status}`);
}

function saleStateOf(code: number): SaleState {
  const state = SALE_STATES[code];
  if (state === undefined) throw new CodecError(`sale state ${code}`);
  return state;
}

export const saleRequestCodec: Codec<SaleRequest> = {
  write(writer, request) {
    writer.fixed(request.sale, SALE_ID_BYTES).u32(request.plant).u32(request.supplier).u32(request.day);
    writer.u64(request.rate).u64(request.fee).u64(request.energy);
  },
  read: (reader) => ({
    sale: reader.fixed(SALE_ID_BYTES),
    plant: reader.u32(),
    supplier: reader.u32(),
    day: reader.u32(),
    rate: MicroEurPerKwh(reader.u64()),
    fee: MicroEurPerKwh(reader.u64()),
    energy: Wh(reader.u64()),
  }),
};
