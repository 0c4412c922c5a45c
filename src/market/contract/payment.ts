/**
 * Money for a supply: an invoice paid whole, money put aside for invoices to come, and what a credit note or a
 * decision takes off an invoice, which is given back as far as it was paid. What is put aside leaves the buyer's
 * account for `prepaid` and goes from there to the seller as invoices come, the oldest first, as far as it reaches;
 * a disputed invoice takes nothing.
 */
import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { MicroEur, minimum } from "#base/units.ts";
import { availableOf } from "#ledger/account.ts";
import type { Moment } from "#ledger/agenda.ts";
import type { Draft, StateReader } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { AMOUNT_MAX, transfer } from "#ledger/transfer.ts";
import { MONEY, memberAccount, PREPAID } from "#market/books.ts";
import {
  type Basis,
  isRunning,
  SUPPLY_CONTRACTS,
  SUPPLY_SELLERS,
  supplySellerOf,
} from "#market/contract/contract.ts";
import type { EmitSupply } from "#market/contract/events.ts";
import { restOf, SUPPLY_INVOICES, type SupplyInvoice } from "#market/contract/invoice.ts";
import { contractOf, restore } from "#market/contract/procedure.ts";

/**
 * Pays what is left of an invoice, disputed or not. Fails, in this order: not_the_owner (not the buyer's),
 * balance_too_low, invoice_unknown, invoice_closed.
 */
export function payInvoice(
  draft: Draft,
  invoice: Uint8Array,
  buyer: number,
  now: Moment,
  emit: EmitSupply,
): Status {
  const row = draft.get(SUPPLY_INVOICES, invoice);
  if (row === undefined) return "invoice_unknown";
  const contract = contractOf(draft, row.contract);
  if (contract.buyer !== buyer) return "not_the_owner";
  const amount = restOf(row);
  if (availableOf(draft, memberAccount(buyer), MONEY) < amount) return "balance_too_low";
  if (row.state === "settled") return "invoice_closed";
  const [from, to] = [memberAccount(buyer), memberAccount(contract.seller)];
  must(transfer(draft, { from, to, asset: MONEY, amount }));
  emit({
    type: "invoice_paid",
    invoice,
    contract: row.contract,
    amount,
    from: "money",
    rest: MicroEur(0n),
  });
  settle(draft, invoice, { ...row, paid: MicroEur(row.paid + amount) }, "paid", now, emit);
  return "ok";
}

/**
 * Puts money aside for a contract's invoices, and pays with it what is open. Fails, in this order: not_the_owner,
 * amount_not_positive, amount_too_large, balance_too_low, contract_unknown, contract_ended, not_prepaid.
 */
export function prepay(
  draft: Draft,
  { contract: id, amount }: { readonly contract: Uint8Array; readonly amount: MicroEur },
  buyer: number,
  now: Moment,
  emit: EmitSupply,
): Status {
  const contract = draft.get(SUPPLY_CONTRACTS, id);
  if (contract !== undefined && contract.buyer !== buyer) return "not_the_owner";
  if (amount <= 0n) return "amount_not_positive";
  if (amount > AMOUNT_MAX) return "amount_too_large";
  if (availableOf(draft, memberAccount(buyer), MONEY) < amount) return "balance_too_low";
  if (contract === undefined) return "contract_unknown";
  if (!isRunning(contract)) return "contract_ended";
  if (contract.terms.billing !== "prepaid") return "not_prepaid";
  must(transfer(draft, { from: memberAccount(buyer), to: PREPAID, asset: MONEY, amount }));
  const reserve = MicroEur(contract.reserve + amount);
  draft.put(SUPPLY_CONTRACTS, id, { ...contract, reserve });
  emit({ type: "supply_prepaid", contract: id, amount, reserve });
  drawReserve(draft, id, now, emit);
  return "ok";
}

/** Pays a contract's open invoices out of what is put aside, the oldest first, as far as it reaches. */
export function drawReserve(draft: Draft, id: Uint8Array, now: Moment, emit: EmitSupply): void {
  for (const invoice of contractOf(draft, id).unpaid) {
    const contract = contractOf(draft, id);
    const row = draft.get(SUPPLY_INVOICES, invoice)!;
    if (row.state !== "open") continue;
    const amount = minimum(restOf(row), contract.reserve);
    if (amount === 0n) return;
    must(transfer(draft, { from: PREPAID, to: memberAccount(contract.seller), asset: MONEY, amount }));
    draft.put(SUPPLY_CONTRACTS, id, { ...contract, reserve: MicroEur(contract.reserve - amount) });
    const paid = { ...row, paid: MicroEur(row.paid + amount) };
    emit({ type: "invoice_paid", invoice, contract: id, amount, from: "reserve", rest: restOf(paid) });
    settle(draft, invoice, paid, "prepaid", now, emit);
  }
}

/** What the seller would have to give back if so much were taken off an invoice. */
export function owedBack(row: SupplyInvoice, off: MicroEur): MicroEur {
  const rest = restOf(row);
  return MicroEur(off > rest ? off - rest : 0n);
}

/** Whether the seller can give that back. */
export function canGiveBack(state: StateReader, seller: number, back: MicroEur): boolean {
  return availableOf(state, memberAccount(seller), MONEY) >= back;
}

/**
 * Takes something off an invoice: less is left to pay, and what was paid beyond it goes back to the buyer's account.
 * The caller has checked that it is no more than stands, and that the seller has what goes back.
 */
export function takeOff(
  draft: Draft,
  invoice: Uint8Array,
  off: MicroEur,
  basis: Basis,
  now: Moment,
  emit: EmitSupply,
): void {
  const row = draft.get(SUPPLY_INVOICES, invoice)!;
  const { seller, buyer } = contractOf(draft, row.contract);
  const back = owedBack(row, off);
  const changed = { ...row, credited: MicroEur(row.credited + off), paid: MicroEur(row.paid - back) };
  if (back > 0n) {
    must(
      transfer(draft, { from: memberAccount(seller), to: memberAccount(buyer), asset: MONEY, amount: back }),
    );
    emit({
      type: "invoice_paid",
      invoice,
      contract: row.contract,
      amount: MicroEur(-back),
      from: "money",
      rest: restOf(changed),
    });
  }
  settle(draft, invoice, changed, basis, now, emit);
}

/** Keeps an invoice as it is given; where nothing is left of it, it is settled, and its procedure over. */
export function settle(
  draft: Draft,
  invoice: Uint8Array,
  row: SupplyInvoice,
  basis: Basis,
  now: Moment,
  emit: EmitSupply,
): void {
  draft.put(SUPPLY_INVOICES, invoice, row);
  if (restOf(row) > 0n || row.state === "settled") return;
  const settled = { state: "settled", settledHeight: now.height, settledTime: now.time } as const;
  draft.put(SUPPLY_INVOICES, invoice, { ...row, ...settled });
  const contract = contractOf(draft, row.contract);
  draft.put(SUPPLY_CONTRACTS, row.contract, {
    ...contract,
    unpaid: contract.unpaid.filter((other) => !equalBytes(other, invoice)),
  });
  const seller = supplySellerOf(draft, contract.seller);
  draft.put(SUPPLY_SELLERS, contract.seller, { ...seller, unpaid: seller.unpaid - 1 });
  restore(draft, invoice, basis, now, emit);
}

/** A step that the checks before it have made certain. */
function must(status: Status): void {
  assert(status === "ok", `a checked payment of a supply is refused: ${status}`);
}
