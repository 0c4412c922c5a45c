/**
 * A buyer who thinks an invoice wrong disputes it, once: nothing advances until the arbiter has decided what
 * stands of it. What stands is due anew after the time that the contract gives for paying.
 */
import { MicroEur } from "#base/units.ts";
import type { Moment } from "#ledger/agenda.ts";
import { standingMember } from "#ledger/member.ts";
import type { Draft } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import type { EmitSupply } from "#market/contract/events.ts";
import { type DisputeReason, restOf, SUPPLY_INVOICES, standingAmount } from "#market/contract/invoice.ts";
import { canGiveBack, drawReserve, owedBack, takeOff } from "#market/contract/payment.ts";
import { contractOf, holdProcedure } from "#market/contract/procedure.ts";

/**
 * Disputes an invoice. Fails, in this order: not_the_owner (not the buyer's), invoice_unknown, invoice_closed,
 * invoice_disputed (it is, or was).
 */
export function disputeInvoice(
  draft: Draft,
  { invoice, reason }: { readonly invoice: Uint8Array; readonly reason: DisputeReason },
  buyer: number,
  now: Moment,
  emit: EmitSupply,
): Status {
  const row = draft.get(SUPPLY_INVOICES, invoice);
  if (row === undefined) return "invoice_unknown";
  if (contractOf(draft, row.contract).buyer !== buyer) return "not_the_owner";
  if (row.state === "settled") return "invoice_closed";
  if (row.dispute !== undefined) return "invoice_disputed";
  draft.put(SUPPLY_INVOICES, invoice, { ...row, state: "disputed", dispute: reason });
  emit({ type: "invoice_disputed", invoice, contract: row.contract });
  holdProcedure(draft, invoice, "disputed", now, emit);
  return "ok";
}

/**
 * Decides what stands of a disputed invoice. Fails, in this order: member_unknown (there is nobody to give back to),
 * balance_too_low (the seller has not what is to be given back), invoice_unknown, invoice_not_disputed,
 * invoice_too_large (more than stood).
 */
export function resolveDispute(
  draft: Draft,
  { invoice, amount }: { readonly invoice: Uint8Array; readonly amount: MicroEur },
  now: Moment,
  emit: EmitSupply,
): Status {
  const row = draft.get(SUPPLY_INVOICES, invoice);
  if (row === undefined) return "invoice_unknown";
  const contract = contractOf(draft, row.contract);
  const stood = standingAmount(row);
  const off = MicroEur(amount > stood ? 0n : stood - amount);
  const back = row.state === "disputed" ? owedBack(row, off) : MicroEur(0n);
  if (back > 0n && standingMember(draft, contract.buyer) === undefined) return "member_unknown";
  if (!canGiveBack(draft, contract.seller, back)) return "balance_too_low";
  if (row.state !== "disputed") return "invoice_not_disputed";
  if (amount > stood) return "invoice_too_large";
  emit({ type: "dispute_resolved", invoice, contract: row.contract, amount });
  const dueTime = now.time + contract.terms.payWithinS;
  const open = { ...row, state: "open", dueTime } as const;
  draft.put(SUPPLY_INVOICES, invoice, open);
  takeOff(draft, invoice, off, "claim_dismissed", now, emit);
  if (restOf(draft.get(SUPPLY_INVOICES, invoice)!) === 0n) return "ok";
  holdProcedure(draft, invoice, "upheld", now, emit);
  drawReserve(draft, row.contract, now, emit);
  return "ok";
}
