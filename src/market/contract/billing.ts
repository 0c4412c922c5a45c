/**
 * Invoices of a supply, and the credit notes that correct them: numbered by their seller without a gap in each
 * civil year. No energy is invoiced twice: the periods of a contract's invoices follow each other; an invoice of
 * which a credit note leaves nothing gives its period free again, if it was the last.
 *
 * The chain does not compute what a bill comes to: its document does, line by line, and the buyer disputes what
 * does not follow from readings and terms.
 */
import { equalBytes } from "#base/bytes.ts";
import type { Codec } from "#base/codec.ts";
import { civilDate, dayOf, type UnixSeconds } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import type { Moment } from "#ledger/agenda.ts";
import { standingMember } from "#ledger/member.ts";
import type { Draft, StateReader } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { AMOUNT_MAX } from "#ledger/transfer.ts";
import {
  optionalIdCodec,
  SUPPLY_CONTRACTS,
  SUPPLY_ID_BYTES,
  SUPPLY_SELLERS,
  type SupplyContract,
  supplySellerOf,
  UNPAID_MAX,
} from "#market/contract/contract.ts";
import type { EmitSupply } from "#market/contract/events.ts";
import { SUPPLY_INVOICES, type SupplyInvoice, standingAmount } from "#market/contract/invoice.ts";
import { canGiveBack, drawReserve, owedBack, takeOff } from "#market/contract/payment.ts";
import { contractOf } from "#market/contract/procedure.ts";
import { parametersOf } from "#market/parameters.ts";

/** What a seller signs. */
export interface InvoiceRequest {
  /** 16 random bytes. */
  readonly invoice: Uint8Array;
  readonly contract: Uint8Array;
  /** The seller's next of this civil year. */
  readonly number: number;
  /** The invoice of this contract that it takes energy and amount off; `undefined` = it asks for them. */
  readonly corrects: Uint8Array | undefined;
  readonly energy: Wh;
  readonly amount: MicroEur;
  readonly periodFrom: UnixSeconds;
  readonly periodTo: UnixSeconds;
  /** SHA-256 of the document. */
  readonly document: Uint8Array;
}

export const invoiceRequestCodec: Codec<InvoiceRequest> = {
  write(writer, body) {
    writer.fixed(body.invoice, SUPPLY_ID_BYTES).fixed(body.contract, SUPPLY_ID_BYTES).u32(body.number);
    optionalIdCodec.write(writer, body.corrects);
    writer.u64(body.energy).u64(body.amount).uint(body.periodFrom).uint(body.periodTo);
    writer.fixed(body.document, 32);
  },
  read: (reader) => ({
    invoice: reader.fixed(SUPPLY_ID_BYTES),
    contract: reader.fixed(SUPPLY_ID_BYTES),
    number: reader.u32(),
    corrects: optionalIdCodec.read(reader),
    energy: Wh(reader.u64()),
    amount: MicroEur(reader.u64()),
    periodFrom: reader.uint(),
    periodTo: reader.uint(),
    document: reader.fixed(32),
  }),
};

/** The number that a seller's next invoice has at a time of the chain, and its year. */
export function nextInvoiceNumber(
  state: StateReader,
  seller: number,
  time: UnixSeconds,
): { readonly year: number; readonly number: number } {
  const { year } = civilDate(dayOf(parametersOf(state).zone, time));
  const last = supplySellerOf(state, seller);
  return { year, number: last.year === year ? last.number + 1 : 1 };
}

/**
 * Issues an invoice, which the buyer's money put aside pays at once as far as it reaches; or a credit note, of which
 * what was paid already is given back. Fails, in this order: not_the_owner (not the seller), member_unknown (there
 * is nobody to give back to), amount_not_positive, amount_too_large, balance_too_low (to give back), id_taken,
 * contract_unknown, contract_ended (it is closed; a credit note may come still), invoice_unknown (to be corrected:
 * none of this contract), invoice_too_large (more is taken off than stands), number_out_of_order, period_invalid,
 * too_many_invoices.
 */
export function issueInvoice(
  draft: Draft,
  request: InvoiceRequest,
  seller: number,
  now: Moment,
  emit: EmitSupply,
): Status {
  const { invoice, contract: id, corrects, amount } = request;
  const contract = draft.get(SUPPLY_CONTRACTS, id);
  if (contract !== undefined && contract.seller !== seller) return "not_the_owner";
  const before = corrects === undefined ? undefined : draft.get(SUPPLY_INVOICES, corrects);
  const back = before === undefined ? MicroEur(0n) : owedBack(before, amount);
  const nobody = contract !== undefined && standingMember(draft, contract.buyer) === undefined;
  if (back > 0n && nobody) return "member_unknown";
  if (amount <= 0n) return "amount_not_positive";
  if (amount > AMOUNT_MAX) return "amount_too_large";
  if (!canGiveBack(draft, seller, back)) return "balance_too_low";
  if (draft.get(SUPPLY_INVOICES, invoice) !== undefined) return "id_taken";
  if (contract === undefined) return "contract_unknown";
  if (corrects === undefined && contract.state === "closed") return "contract_ended";
  if (corrects !== undefined) {
    if (before === undefined || !equalBytes(before.contract, id)) return "invoice_unknown";
    if (amount > standingAmount(before)) return "invoice_too_large";
  }
  const next = nextInvoiceNumber(draft, seller, now.time);
  if (request.number !== next.number) return "number_out_of_order";
  if (!isPeriod(contract, request, before, now)) return "period_invalid";
  if (corrects === undefined && contract.unpaid.length >= UNPAID_MAX) return "too_many_invoices";

  const counted = supplySellerOf(draft, seller);
  draft.put(SUPPLY_SELLERS, seller, {
    ...counted,
    ...next,
    unpaid: counted.unpaid + (corrects === undefined ? 1 : 0),
  });
  draft.put(SUPPLY_INVOICES, invoice, {
    contract: id,
    ...next,
    corrects,
    energy: request.energy,
    amount,
    credited: MicroEur(0n),
    paid: MicroEur(0n),
    state: corrects === undefined ? "open" : "settled",
    periodFrom: request.periodFrom,
    periodTo: request.periodTo,
    document: request.document,
    ...now,
    dueTime: now.time + contract.terms.payWithinS,
    dispute: undefined,
    settledHeight: corrects === undefined ? 0 : now.height,
    settledTime: corrects === undefined ? 0 : now.time,
  });
  const { buyer } = contract;
  const { number } = next;
  emit({ type: "invoice_issued", invoice, contract: id, seller, buyer, number, amount, corrects });
  if (corrects === undefined) {
    const unpaid = [...contract.unpaid, invoice];
    draft.put(SUPPLY_CONTRACTS, id, { ...contract, billedUntil: request.periodTo, unpaid });
    drawReserve(draft, id, now, emit);
  } else {
    takeOff(draft, corrects, amount, "credited", now, emit);
    freePeriod(draft, corrects);
  }
  return "ok";
}

/** An invoice's period follows the last one's within the term of the supply and is over; a credit note's is within its invoice's. */
function isPeriod(
  contract: SupplyContract,
  { periodFrom, periodTo }: InvoiceRequest,
  before: SupplyInvoice | undefined,
  now: Moment,
): boolean {
  if (periodFrom >= periodTo) return false;
  if (before !== undefined) return periodFrom >= before.periodFrom && periodTo <= before.periodTo;
  const ends = Math.min(now.time, contract.endsTime);
  return periodFrom >= contract.billedUntil && periodTo <= ends;
}

/** Where nothing stands of a contract's last invoice, its period may be invoiced anew. */
function freePeriod(draft: Draft, invoice: Uint8Array): void {
  const row = draft.get(SUPPLY_INVOICES, invoice)!;
  const contract = contractOf(draft, row.contract);
  if (standingAmount(row) > 0n || contract.billedUntil !== row.periodTo) return;
  draft.put(SUPPLY_CONTRACTS, row.contract, { ...contract, billedUntil: row.periodFrom });
}
