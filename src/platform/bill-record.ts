/** How a bill is put among the kept ones: whoever made its document, its row is the same. */
import type { DatabaseSync } from "node:sqlite";
import { type Bill, type BillNumber, numberText } from "#billing/document.ts";
import type { Numbers } from "./pseudonyms.ts";

export const BILL_COLUMNS =
  "issuer, year, count, kind, account, home, first, until, issued, payable, hash, taken_back, takes_back";

export function keepBill(
  database: DatabaseSync,
  numbers: Numbers,
  { number, kind, recipient, period, issued, totals, evidence }: Bill,
  hash: Uint8Array,
  document: string,
): void {
  const takesBack: BillNumber | undefined = evidence.takenBack?.number;
  database
    .prepare(`INSERT INTO bills (${BILL_COLUMNS}, document) VALUES (${"?, ".repeat(13)}?)`)
    .run(
      number.issuer,
      number.year,
      number.count,
      kind,
      numbers.accountOf(recipient.member),
      recipient.home,
      period.from,
      period.until,
      issued,
      Number(totals.payableCent),
      hash,
      null,
      takesBack === undefined ? null : numberText(takesBack),
      document,
    );
}
