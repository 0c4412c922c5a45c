/**
 * The numbers of an issuer's bills: one series for each civil year, ascending from 1 without a gap, over all kinds.
 *
 * Most bills take the next number in the commit that keeps them. A bill of a supply contract has its number in the
 * document whose hash its seller has yet to sign, so it reserves one. The chain counts a seller's invoices without a gap
 * itself; of all documents for the same number there only one can ever be issued, so they share one reservation, and
 * there is one at most that waits. One that was not used for an hour, or whose place on the chain another document took,
 * goes to the next bill, and the documents that had it are gone with it: nobody has seen them.
 */
import type { DatabaseSync } from "node:sqlite";
import { type BillNumber, numberText } from "#billing/document.ts";
import type { ChainHost } from "#chain/host.ts";

export const BILL_NUMBERS_STEP = `
  CREATE TABLE reserved_numbers (
    issuer INTEGER NOT NULL,
    year INTEGER NOT NULL,
    count INTEGER NOT NULL,
    chain_number INTEGER NOT NULL,
    made INTEGER NOT NULL,
    PRIMARY KEY (issuer, year, count)
  ) WITHOUT ROWID;
  ALTER TABLE supply_bills ADD COLUMN number TEXT;
  DROP INDEX bills_once;
  CREATE UNIQUE INDEX bills_once ON bills (issuer, kind, home, first, until)
    WHERE taken_back IS NULL AND kind <> 'credit_note' AND kind <> 'contract';
  CREATE INDEX bills_by_hash ON bills (hash);
`;

/** How long a document may wait for its seller's signature, s. */
export const RESERVED_S = 3_600;

interface Options {
  readonly database: DatabaseSync;
  readonly host: Pick<ChainHost, "view" | "now">;
}

export class BillNumbers {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** For a bill that is kept in the same commit. What the chain has issued must stand among the bills already. */
  next(issuer: number, year: number): BillNumber {
    const { database, host } = this.#options;
    const chain = host.view().nextInvoiceNumber(issuer, host.now());
    for (const { count, chain_number: taken, made } of this.#waiting(issuer, year)) {
      const isPassed = chain.year !== year || taken < chain.number;
      if (!isPassed && made + RESERVED_S > host.now()) continue;
      const number = { issuer, year, count };
      database
        .prepare("DELETE FROM reserved_numbers WHERE issuer = ? AND year = ? AND count = ?")
        .run(issuer, year, count);
      database.prepare("DELETE FROM supply_bills WHERE number = ?").run(numberText(number));
      return number;
    }
    const { last } = database
      .prepare(
        `SELECT MAX(COALESCE((SELECT MAX(count) FROM bills WHERE issuer = ?1 AND year = ?2), 0),
          COALESCE((SELECT MAX(count) FROM reserved_numbers WHERE issuer = ?1 AND year = ?2), 0)) AS last`,
      )
      .get(issuer, year) as { last: number };
    return { issuer, year, count: last + 1 };
  }

  /** For the document of an invoice that is to have this number on the chain; it is good for an hour from now. */
  reserve(issuer: number, { year, number }: { readonly year: number; readonly number: number }): BillNumber {
    const { database, host } = this.#options;
    const own = this.#waiting(issuer, year).find(({ chain_number: reserved }) => reserved === number);
    const { count } = own ?? this.next(issuer, year);
    database
      .prepare("INSERT OR REPLACE INTO reserved_numbers VALUES (?, ?, ?, ?, ?)")
      .run(issuer, year, count, number, host.now());
    return { issuer, year, count };
  }

  /** Reserved, and no bill has it yet. */
  #waiting(
    issuer: number,
    year: number,
  ): { readonly count: number; readonly chain_number: number; readonly made: number }[] {
    return this.#options.database
      .prepare(
        `SELECT count, chain_number, made FROM reserved_numbers AS r WHERE issuer = ? AND year = ? AND NOT EXISTS
          (SELECT 1 FROM bills AS b WHERE b.issuer = r.issuer AND b.year = r.year AND b.count = r.count)
          ORDER BY count`,
      )
      .all(issuer, year) as { count: number; chain_number: number; made: number }[];
  }
}
