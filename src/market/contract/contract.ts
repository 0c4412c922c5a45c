/**
 * A supply contract as the chain keeps it: who supplies which plant on which terms, where it stands in the
 * procedure against an unpaid invoice (`procedure`), and what the buyer put aside for it. And what must be known
 * per plant (its contracts, whether it may be suspended at all) and per seller (how many contracts and unpaid
 * invoices it has, and its last invoice's number).
 */
import { toHex } from "#base/bytes.ts";
import { type Codec, CodecError } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import { u32Key } from "#ledger/member.ts";
import type { StateReader, Table } from "#ledger/state.ts";
import { bytesKey } from "#ledger/transfer.ts";
import { type SupplyTerms, supplyTermsCodec } from "#market/contract/terms.ts";

/** Of offers, contracts and invoices: random. */
export const SUPPLY_ID_BYTES = 16;
/** Of one plant that are not closed. */
export const CONTRACTS_MAX = 8;
/** Of one contract that are not paid. */
export const UNPAID_MAX = 64;

export const SUPPLY_STATES = [
  "active",
  "notified",
  "reduced",
  "suspended",
  "disputed",
  "restored",
  "ended",
  "closed",
] as const;
export type SupplyState = (typeof SUPPLY_STATES)[number];

/** Why a contract is in its state: what `docs/market/contracts.md` gives the legal ground of. */
export const BASES = [
  "agreed",
  "invoice_overdue",
  "notice_over",
  "reduction_over",
  "paid",
  "prepaid",
  "credited",
  "disputed",
  "claim_upheld",
  "claim_dismissed",
  "protected",
  "restoration_over",
  "term_over",
  "ended_by_buyer",
  "ended_by_seller",
  "final_bill_over",
  "renewed",
] as const;
export type Basis = (typeof BASES)[number];

export interface SupplyContract {
  readonly offer: Uint8Array;
  readonly seller: number;
  readonly buyer: number;
  readonly plant: number;
  readonly terms: SupplyTerms;
  readonly state: SupplyState;
  readonly basis: Basis;
  /** Of the block that brought it into its state. */
  readonly since: UnixSeconds;
  readonly sinceHeight: number;
  /** The invoice that the procedure is about; `undefined` outside of one. */
  readonly invoice: Uint8Array | undefined;
  /** Of a disputed one: where the procedure stood, and goes on if the claim is upheld. */
  readonly frozen: "notified" | "reduced" | undefined;
  /** The next step by itself, not before both; 0 = none. */
  readonly stepTime: UnixSeconds;
  readonly stepHeight: number;
  /** It ends, and later is closed, in the first block that has reached both. */
  readonly endsTime: UnixSeconds;
  readonly endsHeight: number;
  /** 0 until it has ended. */
  readonly closesTime: UnixSeconds;
  readonly closesHeight: number;
  /** Who gave notice of its end: seller or buyer; `undefined` = nobody. */
  readonly endedBy: "buyer" | "seller" | undefined;
  /** What the buyer put aside and no invoice has taken. */
  readonly reserve: MicroEur;
  /** Up to where energy has been invoiced: no later invoice goes back before it. */
  readonly billedUntil: UnixSeconds;
  /** Ids of the invoices that are not paid, in the order of their numbers. */
  readonly unpaid: readonly Uint8Array[];
  /** Of its acceptance. */
  readonly height: number;
  readonly time: UnixSeconds;
}

/** One of some names, as u8. */
export function namesCodec<T extends string>(names: readonly T[], what: string): Codec<T> {
  return {
    write: (writer, name) => writer.u8(names.indexOf(name)),
    read(reader) {
      const code = reader.u8();
      const name = names[code];
      if (name === undefined) throw new CodecError(`${what} ${code}`);
      return name;
    },
  };
}

/** One of some names or none, as u8: 0 is none. */
export function optionalNameCodec<T extends string>(names: readonly T[], what: string): Codec<T | undefined> {
  return {
    write: (writer, name) => writer.u8(name === undefined ? 0 : names.indexOf(name) + 1),
    read(reader) {
      const code = reader.u8();
      if (code > names.length) throw new CodecError(`${what} ${code}`);
      return names[code - 1];
    },
  };
}

/** An id, or none. */
export const optionalIdCodec: Codec<Uint8Array | undefined> = {
  write(writer, id) {
    writer.boolean(id !== undefined);
    if (id !== undefined) writer.fixed(id, SUPPLY_ID_BYTES);
  },
  read: (reader) => (reader.boolean() ? reader.fixed(SUPPLY_ID_BYTES) : undefined),
};

const stateCodec = namesCodec(SUPPLY_STATES, "supply state");
const basisCodec = namesCodec(BASES, "basis");
const frozenCodec = optionalNameCodec(["notified", "reduced"] as const, "frozen step");
const endedByCodec = optionalNameCodec(["buyer", "seller"] as const, "party");

export const SUPPLY_CONTRACTS: Table<Uint8Array, SupplyContract> = {
  number: 51,
  name: "supply_contracts",
  key: bytesKey(SUPPLY_ID_BYTES),
  id: toHex,
  row: {
    write(writer, row) {
      writer.fixed(row.offer, SUPPLY_ID_BYTES).u32(row.seller).u32(row.buyer).u32(row.plant);
      supplyTermsCodec.write(writer, row.terms);
      stateCodec.write(writer, row.state);
      basisCodec.write(writer, row.basis);
      writer.uint(row.since).uint(row.sinceHeight);
      optionalIdCodec.write(writer, row.invoice);
      frozenCodec.write(writer, row.frozen);
      writer.uint(row.stepTime).uint(row.stepHeight).uint(row.endsTime).uint(row.endsHeight);
      writer.uint(row.closesTime).uint(row.closesHeight);
      endedByCodec.write(writer, row.endedBy);
      writer.u64(row.reserve).uint(row.billedUntil);
      writer.list(row.unpaid, UNPAID_MAX, (w, id) => w.fixed(id, SUPPLY_ID_BYTES));
      writer.uint(row.height).uint(row.time);
    },
    read: (reader) => ({
      offer: reader.fixed(SUPPLY_ID_BYTES),
      seller: reader.u32(),
      buyer: reader.u32(),
      plant: reader.u32(),
      terms: supplyTermsCodec.read(reader),
      state: stateCodec.read(reader),
      basis: basisCodec.read(reader),
      since: reader.uint(),
      sinceHeight: reader.uint(),
      invoice: optionalIdCodec.read(reader),
      frozen: frozenCodec.read(reader),
      stepTime: reader.uint(),
      stepHeight: reader.uint(),
      endsTime: reader.uint(),
      endsHeight: reader.uint(),
      closesTime: reader.uint(),
      closesHeight: reader.uint(),
      endedBy: endedByCodec.read(reader),
      reserve: MicroEur(reader.u64()),
      billedUntil: reader.uint(),
      unpaid: reader.list(UNPAID_MAX, (r) => r.fixed(SUPPLY_ID_BYTES)),
      height: reader.uint(),
      time: reader.uint(),
    }),
  },
};

/** Whether it supplies, or is about to; one that has ended may still be invoiced until it is closed. */
export function isRunning({ state }: Pick<SupplyContract, "state">): boolean {
  return state !== "ended" && state !== "closed";
}

/**
 * Why a plant is not to be disconnected. Never what somebody suffers from: that is nobody's business on a chain
 * that is kept for ever.
 */
export const PROTECTIONS = ["registered", "essential_service", "moratorium"] as const;
export type Protection = (typeof PROTECTIONS)[number];

export const protectionCodec = namesCodec(PROTECTIONS, "protection");

export interface SupplyPoint {
  /** Ids of its contracts that are not closed, in the order of their acceptance. */
  readonly contracts: readonly Uint8Array[];
  /** `undefined` = it may be suspended where that was agreed. */
  readonly protection:
    | { readonly reason: Protection; readonly height: number; readonly time: UnixSeconds }
    | undefined;
}

/** Plant → what is known of its supply; no row where there is nothing. */
export const SUPPLY_POINTS: Table<number, SupplyPoint> = {
  number: 53,
  name: "supply_points",
  key: u32Key,
  id: (plant) => plant,
  row: {
    write(writer, { contracts, protection }) {
      writer.list(contracts, CONTRACTS_MAX, (w, id) => w.fixed(id, SUPPLY_ID_BYTES));
      writer.boolean(protection !== undefined);
      if (protection === undefined) return;
      protectionCodec.write(writer, protection.reason);
      writer.uint(protection.height).uint(protection.time);
    },
    read: (reader) => ({
      contracts: reader.list(CONTRACTS_MAX, (r) => r.fixed(SUPPLY_ID_BYTES)),
      protection: reader.boolean()
        ? { reason: protectionCodec.read(reader), height: reader.uint(), time: reader.uint() }
        : undefined,
    }),
  },
};

export function supplyPointOf(state: StateReader, plant: number): SupplyPoint {
  return state.get(SUPPLY_POINTS, plant) ?? { contracts: [], protection: undefined };
}

export interface SupplySeller {
  /** Its contracts that are not closed. */
  readonly contracts: number;
  /** Its invoices that are not paid, of closed contracts too. */
  readonly unpaid: number;
  /** Civil year of its last invoice, and that one's number; the first of a year is 1. */
  readonly year: number;
  readonly number: number;
}

/** Seller → what it has under way; no row before its first contract. */
export const SUPPLY_SELLERS: Table<number, SupplySeller> = {
  number: 54,
  name: "supply_sellers",
  key: u32Key,
  id: (member) => member,
  row: {
    write: (writer, row) => writer.u32(row.contracts).u32(row.unpaid).u16(row.year).u32(row.number),
    read: (reader) => ({
      contracts: reader.u32(),
      unpaid: reader.u32(),
      year: reader.u16(),
      number: reader.u32(),
    }),
  },
};

export function supplySellerOf(state: StateReader, member: number): SupplySeller {
  return state.get(SUPPLY_SELLERS, member) ?? { contracts: 0, unpaid: 0, year: 0, number: 0 };
}
