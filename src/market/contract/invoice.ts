/**
 * An invoice for a supply, or a credit note that takes something off one. The chain keeps number, period, amounts
 * and the hash of the document; the document itself, with its lines, stays with seller and buyer.
 *
 *   rest = amount − credited − paid, never below zero
 *
 * where *credited* is what credit notes and decisions took off. An invoice is *settled* when nothing is left of it.
 */
import { toHex } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import type { Table } from "#ledger/state.ts";
import { bytesKey } from "#ledger/transfer.ts";
import {
  namesCodec,
  optionalIdCodec,
  optionalNameCodec,
  SUPPLY_ID_BYTES,
} from "#market/contract/contract.ts";

export const INVOICE_STATES = ["open", "disputed", "settled"] as const;
export type InvoiceState = (typeof INVOICE_STATES)[number];

/** What a buyer says is wrong with an invoice. */
export const DISPUTE_REASONS = ["reading", "price", "period", "not_supplied", "other"] as const;
export type DisputeReason = (typeof DISPUTE_REASONS)[number];
export const disputeReasonCodec = namesCodec(DISPUTE_REASONS, "dispute reason");

export interface SupplyInvoice {
  readonly contract: Uint8Array;
  /** Of the seller in that civil year, from 1 on, without a gap. */
  readonly year: number;
  readonly number: number;
  /** Of a credit note: the invoice that it takes its amount off. */
  readonly corrects: Uint8Array | undefined;
  readonly energy: Wh;
  readonly amount: MicroEur;
  readonly credited: MicroEur;
  readonly paid: MicroEur;
  readonly state: InvoiceState;
  /** What it is for: [from, to). */
  readonly periodFrom: UnixSeconds;
  readonly periodTo: UnixSeconds;
  /** SHA-256 of the document. */
  readonly document: Uint8Array;
  /** Of its issue. */
  readonly height: number;
  readonly time: UnixSeconds;
  /** It is overdue after it. */
  readonly dueTime: UnixSeconds;
  /** Of the one dispute that an invoice may have; `undefined` = none yet. */
  readonly dispute: DisputeReason | undefined;
  /** When nothing was left of it; 0 before. */
  readonly settledHeight: number;
  readonly settledTime: UnixSeconds;
}

const stateCodec = namesCodec(INVOICE_STATES, "invoice state");
const disputeCodec = optionalNameCodec(DISPUTE_REASONS, "dispute reason");

export const SUPPLY_INVOICES: Table<Uint8Array, SupplyInvoice> = {
  number: 52,
  name: "supply_invoices",
  key: bytesKey(SUPPLY_ID_BYTES),
  id: toHex,
  row: {
    write(writer, row) {
      writer.fixed(row.contract, SUPPLY_ID_BYTES).u16(row.year).u32(row.number);
      optionalIdCodec.write(writer, row.corrects);
      writer.u64(row.energy).u64(row.amount).u64(row.credited).u64(row.paid);
      stateCodec.write(writer, row.state);
      writer.uint(row.periodFrom).uint(row.periodTo).fixed(row.document, 32);
      writer.uint(row.height).uint(row.time).uint(row.dueTime);
      disputeCodec.write(writer, row.dispute);
      writer.uint(row.settledHeight).uint(row.settledTime);
    },
    read: (reader) => ({
      contract: reader.fixed(SUPPLY_ID_BYTES),
      year: reader.u16(),
      number: reader.u32(),
      corrects: optionalIdCodec.read(reader),
      energy: Wh(reader.u64()),
      amount: MicroEur(reader.u64()),
      credited: MicroEur(reader.u64()),
      paid: MicroEur(reader.u64()),
      state: stateCodec.read(reader),
      periodFrom: reader.uint(),
      periodTo: reader.uint(),
      document: reader.fixed(32),
      height: reader.uint(),
      time: reader.uint(),
      dueTime: reader.uint(),
      dispute: disputeCodec.read(reader),
      settledHeight: reader.uint(),
      settledTime: reader.uint(),
    }),
  },
};

/** What is left to pay; nothing of a credit note. */
export function restOf({ corrects, amount, credited, paid }: SupplyInvoice): MicroEur {
  return MicroEur(corrects === undefined ? amount - credited - paid : 0n);
}

/** What of it stands, paid or not. */
export function standingAmount({ corrects, amount, credited }: SupplyInvoice): MicroEur {
  return MicroEur(corrects === undefined ? amount - credited : 0n);
}
