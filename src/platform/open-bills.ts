/**
 * What members owe by the bills that are kept here and that no direct debit has: invoices of energy by the tariff, credit
 * notes of what was collected already, and of supply contracts the invoices that stand open on the ledger.
 */
import type { DatabaseSync } from "node:sqlite";
import { divideHalfEven } from "#base/units.ts";
import { numberText } from "#billing/document.ts";
import type { ChainView } from "#chain/view.ts";
import { restOf } from "#market/contract/invoice.ts";
import type { Numbers } from "./pseudonyms.ts";

export interface OpenBill {
  readonly bill: string;
  readonly account: number;
  /** Of a credit note of what was collected, below zero. */
  readonly cents: number;
  /** The account to which it is booked when it is collected. */
  readonly payee: number;
}

interface Books {
  readonly database: DatabaseSync;
  readonly view: ChainView;
  readonly numbers: Numbers;
  /** Of all debits of a bill. */
  readonly statesOf: (bill: string) => readonly string[];
}

const PER_CENT = 10_000n;

export function openBills(books: Books): OpenBill[] {
  const { database, statesOf } = books;
  const invoices = database
    .prepare(
      `SELECT issuer, year, count, account, payable, takes_back FROM bills
       WHERE (kind = 'supply' AND taken_back IS NULL OR kind = 'credit_note') AND payable <> 0`,
    )
    .all()
    .map((row) => ({
      bill: nameOf(row),
      account: row.account as number,
      cents: row.payable as number,
      payee: row.issuer as number,
      takesBack: row.takes_back as string | null,
    }))
    .filter(({ takesBack }) => takesBack === null || statesOf(takesBack).includes("collected"))
    .map(({ takesBack: _, ...bill }) => bill);
  return [...invoices, ...openInvoices(books)].filter(
    ({ bill }) => !statesOf(bill).some((state) => state === "pending" || state === "collected"),
  );
}

/** Of supply contracts: what is left of an invoice that nobody disputes, in cents, half to even. */
function openInvoices({ database, view, numbers }: Books): OpenBill[] {
  const find = database.prepare("SELECT issuer, year, count FROM bills WHERE hash = ? AND kind = 'contract'");
  return view.supplyContracts().flatMap(({ row: { unpaid, buyer } }) =>
    unpaid.flatMap((id) => {
      const invoice = view.supplyInvoice(id)!;
      const row = invoice.state === "open" ? find.get(invoice.document) : undefined;
      const cents = Number(divideHalfEven(restOf(invoice), PER_CENT));
      if (row === undefined || cents === 0) return [];
      const account = numbers.accountOf(buyer);
      return [{ bill: nameOf(row), account, cents, payee: account }];
    }),
  );
}

/** By account. Where an issuer's credit notes outweigh its bills, all of them wait. */
export function debitsOf(
  open: readonly OpenBill[],
): { readonly account: number; readonly bills: readonly OpenBill[]; readonly cents: number }[] {
  const accounts = [...new Set(open.map(({ account }) => account))].sort((a, b) => a - b);
  const sum = (bills: readonly OpenBill[]) => bills.reduce((all, { cents }) => all + cents, 0);
  return accounts.flatMap((account) => {
    const own = open.filter((bill) => bill.account === account);
    const bills = own.filter(({ payee }) => sum(own.filter((bill) => bill.payee === payee)) > 0);
    return bills.length === 0 ? [] : [{ account, bills, cents: sum(bills) }];
  });
}

function nameOf(row: Readonly<Record<string, unknown>>): string {
  const { issuer, year, count } = row as { issuer: number; year: number; count: number };
  return numberText({ issuer, year, count });
}
