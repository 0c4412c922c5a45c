/**
 * Members' mandates: that the community may collect by SEPA direct debit what they owe, from the bank account that they
 * have named. A member gives one in a letter that one of its keys signs (`wire/debit-mandate`), and ends it whenever it
 * likes. A mandate is for one account: whoever names another gives another. One that nothing was collected by for 36
 * months has lapsed (EPC 016-06). Kept with the platform alone; the operator sees it, the chain never does.
 */
import type { DatabaseSync } from "node:sqlite";
import { civilDate, type DayNumber, dayNumber, dayOf, type Zone } from "#base/time.ts";
import type { ChainView } from "#chain/view.ts";
import { type MandateUse, mandateHash } from "#wire/debit-mandate.ts";
import type { BankAccounts } from "./bank-accounts.ts";
import { Refused } from "./problems.ts";
import type { Numbers } from "./pseudonyms.ts";
import { checkedSignature } from "./signed-letter.ts";

export const DEBIT_MANDATES_STEP = `
  CREATE TABLE debit_mandates (
    account INTEGER NOT NULL,
    change INTEGER NOT NULL,
    reference TEXT NOT NULL,
    creditor TEXT NOT NULL,
    use TEXT NOT NULL,
    signed INTEGER NOT NULL,
    bank_change INTEGER NOT NULL,
    public_key BLOB,
    signature BLOB,
    collected INTEGER,
    ended INTEGER,
    PRIMARY KEY (account, change)
  ) WITHOUT ROWID;
`;

export interface Mandate {
  readonly change: number;
  readonly reference: string;
  readonly creditor: string;
  readonly use: MandateUse;
  readonly signed: DayNumber;
  /** The last day on which something was to be collected by it. */
  readonly collected: DayNumber | null;
  readonly bankChange: number;
}

/** Why nothing can be collected from a member. In this order. */
export const DEBIT_FAULTS = [
  "no_bank_account",
  "no_mandate",
  "mandate_of_another_creditor",
  "mandate_of_another_account",
  "mandate_lapsed",
] as const;
export type DebitFault = (typeof DEBIT_FAULTS)[number];

/** As the wire brings it. */
export interface SignedMandate {
  readonly change: number;
  readonly creditor: string;
  readonly use: MandateUse;
  readonly signed: DayNumber;
  readonly account: number;
  readonly publicKey: string;
  readonly signature: string;
}

interface Options {
  readonly database: DatabaseSync;
  readonly chain: string;
  readonly view: () => ChainView;
  readonly numbers: Numbers;
  readonly bankAccounts: BankAccounts;
  readonly zone: Zone;
}

const LAPSES_AFTER_MONTHS = 36;

export class DebitMandates {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The one that stands, whether or not something can be collected by it. */
  of(account: number): Mandate | undefined {
    return this.#options.database
      .prepare(
        `SELECT change, reference, creditor, use, signed, collected, bank_change AS bankChange
         FROM debit_mandates WHERE account = ? AND ended IS NULL`,
      )
      .get(account) as unknown as Mandate | undefined;
  }

  /** How often the account has given one so far. */
  changesOf(account: number): number {
    const { changes } = this.#options.database
      .prepare("SELECT COALESCE(MAX(change), 0) AS changes FROM debit_mandates WHERE account = ?")
      .get(account) as { changes: number };
    return changes;
  }

  /** Of the account's next mandate; unique for the creditor, and without a number of the chain. */
  nextReference(account: number): string {
    return referenceOf(account, this.changesOf(account) + 1);
  }

  /**
   * From now on what the member owes is collected so; a mandate before it ends. Refused, in this order:
   * bank_account_missing, bank_account_changed (signed for another account), mandate_changed (not the next, or for
   * another creditor than the community is now), day_invalid (not signed today or yesterday), device_unknown,
   * signature_wrong.
   */
  give(member: number, letter: SignedMandate, creditor: string, now: number): Mandate {
    const { bankAccounts, numbers, zone, chain, database } = this.#options;
    const account = numbers.accountOf(member);
    if (bankAccounts.of(member) === undefined) {
      throw new Refused(
        "bank_account_missing",
        "You have named no bank account, so nothing can be collected from it. No mandate was kept. Name one first.",
      );
    }
    if (letter.account !== bankAccounts.changesOf(member)) throw new Refused("bank_account_changed");
    if (letter.change !== this.changesOf(account) + 1 || letter.creditor !== creditor)
      throw new Refused("mandate_changed");
    const today = dayOf(zone, now);
    if (letter.signed > today || letter.signed < today - 1) throw new Refused("day_invalid");
    const reference = referenceOf(account, letter.change);
    const hash = mandateHash({ ...letter, chain, member, reference });
    const view = this.#options.view();
    const { publicKey, signature } = checkedSignature(view, member, letter, hash, "No mandate was kept.");
    this.end(account, today);
    database
      .prepare("INSERT INTO debit_mandates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)")
      .run(
        account,
        letter.change,
        reference,
        creditor,
        letter.use,
        letter.signed,
        letter.account,
        publicKey,
        signature,
      );
    return this.of(account)!;
  }

  /** Nothing more is collected by the present one. */
  end(account: number, today: DayNumber): void {
    this.#options.database
      .prepare("UPDATE debit_mandates SET ended = ? WHERE account = ? AND ended IS NULL")
      .run(today, account);
  }

  /** Something is to be collected by the present one on a day. */
  used(account: number, day: DayNumber): void {
    this.#options.database
      .prepare("UPDATE debit_mandates SET collected = ? WHERE account = ? AND ended IS NULL")
      .run(day, account);
  }

  /** Why nothing can be collected on a day from the member of an account; `undefined`: it can. */
  faultOf(account: number, creditor: string | undefined, day: DayNumber): DebitFault | undefined {
    const { numbers, bankAccounts } = this.#options;
    const member = numbers.memberNow(account);
    if (bankAccounts.of(member) === undefined) return "no_bank_account";
    const mandate = this.of(account);
    if (mandate === undefined) return "no_mandate";
    if (mandate.creditor !== creditor) return "mandate_of_another_creditor";
    if (mandate.bankChange !== bankAccounts.changesOf(member)) return "mandate_of_another_account";
    return day >= lapseOf(mandate) ? "mandate_lapsed" : undefined;
  }

  /** Ends those of members that were erased, and forgets their letters. */
  forgetErased(): void {
    const { database, numbers, zone } = this.#options;
    const view = this.#options.view();
    const rows = database.prepare("SELECT account FROM debit_mandates WHERE signature IS NOT NULL").all();
    for (const { account } of rows as { account: number }[]) {
      if ((view.member(numbers.memberNow(account))?.closed ?? 1) === 0) continue;
      this.end(account, dayOf(zone, view.time));
      database
        .prepare("UPDATE debit_mandates SET public_key = NULL, signature = NULL WHERE account = ?")
        .run(account);
    }
  }
}

function referenceOf(account: number, change: number): string {
  return `CONTRADA-${account}-${change}`;
}

function lapseOf({ collected, signed }: Mandate): DayNumber {
  const { year, month, day } = civilDate(collected ?? signed);
  return dayNumber({ year: year + LAPSES_AFTER_MONTHS / 12, month, day });
}
