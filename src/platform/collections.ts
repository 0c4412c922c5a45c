/**
 * Collecting by SEPA direct debit what members owe by the bills that are kept here: invoices of energy by the tariff,
 * and those invoices of supply contracts that stand open on the ledger. A run takes open bills, makes one debit for each
 * member out of them, and keeps it with all that its file says; what is in a run is in no other until the bank has
 * refused it or given it back. A run is made whole or not at all.
 *
 * A bill that was collected and then taken back counts against what the same issuer's next bills come to. What was
 * collected is booked as a deposit (`market/deposit`): of an invoice by the tariff to its issuer, of a contract's invoice
 * to its buyer, who pays it on the ledger. Its reference is the debit's, so that it is booked once.
 */
import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { toHex, utf8 } from "#base/bytes.ts";
import { type DayNumber, dayOf, formatDay, type UnixSeconds, type Zone } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import type { ChainHost } from "#chain/host.ts";
import { depositMoney } from "#chain/transactions.ts";
import { taggedHash } from "#crypto/hash.ts";
import { parseCreditorId } from "#wire/creditor-id.ts";
import type { BankAccounts } from "./bank-accounts.ts";
import { CREDITOR_DETAILS, type MemberFault, refusedText, textOf } from "./collection-texts.ts";
import { inTransaction } from "./database.ts";
import type { DebitMandates, Mandate } from "./debit-mandates.ts";
import { type Debit, directDebitXml, messageOfDebits, type Sequence } from "./direct-debit.ts";
import type { MemberAccount } from "./member-account.ts";
import { debitsOf, type OpenBill, openBills } from "./open-bills.ts";
import { Refused } from "./problems.ts";
import type { Numbers } from "./pseudonyms.ts";
import { COLLECTION_AHEAD_DAYS, earliestCollection, isTargetDay } from "./target-days.ts";

export const COLLECTIONS_STEP = `
  CREATE TABLE creditor (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL);
  CREATE TABLE collections (
    message TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    day INTEGER NOT NULL,
    creditor TEXT NOT NULL,
    holder TEXT NOT NULL,
    iban TEXT NOT NULL
  );
  CREATE TABLE debits (
    id TEXT PRIMARY KEY,
    message TEXT NOT NULL REFERENCES collections,
    place INTEGER NOT NULL,
    account INTEGER NOT NULL,
    cents INTEGER NOT NULL,
    mandate TEXT NOT NULL,
    signed INTEGER NOT NULL,
    sequence TEXT NOT NULL,
    holder TEXT,
    iban TEXT,
    state TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX debits_by_message ON debits (message, place);
  CREATE INDEX debits_by_account ON debits (account);
  CREATE TABLE debit_bills (
    debit TEXT NOT NULL REFERENCES debits,
    bill TEXT NOT NULL,
    cents INTEGER NOT NULL,
    payee INTEGER NOT NULL,
    PRIMARY KEY (debit, bill)
  ) WITHOUT ROWID;
  CREATE INDEX debit_bills_by_bill ON debit_bills (bill);
`;

/** `rejected`: the bank took it not at all; `returned`: it gave the money back. Then its bills are open again. */
export const DEBIT_STATES = ["pending", "collected", "rejected", "returned"] as const;
export type DebitState = (typeof DEBIT_STATES)[number];
export type DebitOutcome = Exclude<DebitState, "pending">;

/** A member's open bills, and whether they can be collected on the first day that is possible. */
export interface Collectable {
  readonly account: number;
  readonly bills: readonly OpenBill[];
  readonly cents: number;
  readonly fault: MemberFault | undefined;
  /** Of the debit, where it can be. */
  readonly sequence: Sequence | undefined;
}

export interface KeptDebit extends Omit<Debit, "holder" | "iban" | "text"> {
  readonly account: number;
  readonly state: DebitState;
  readonly bills: readonly string[];
}

export interface KeptCollection {
  readonly message: string;
  readonly created: UnixSeconds;
  readonly day: DayNumber;
  readonly debits: readonly KeptDebit[];
}

interface Options {
  readonly database: DatabaseSync;
  readonly host: ChainHost;
  readonly numbers: Numbers;
  readonly operator: MemberAccount;
  readonly bankAccounts: BankAccounts;
  readonly mandates: DebitMandates;
  readonly zone: Zone;
  readonly nameOf: (account: number) => string;
}

interface DebitRow {
  readonly id: string;
  readonly account: number;
  readonly cents: number;
  readonly mandate: string;
  readonly signed: number;
  readonly sequence: Sequence;
  readonly holder: string | null;
  readonly iban: string | null;
  readonly state: DebitState;
}

const PER_CENT = 10_000n;
const SHOWN = 50;

export class Collections {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The identifier under which the community collects. */
  creditor(): string | undefined {
    const row = this.#options.database.prepare("SELECT id FROM creditor").get();
    return row?.id as string | undefined;
  }

  /** Refused: creditor_invalid. Mandates for another identifier serve no more. */
  nameCreditor(text: string): void {
    const id = parseCreditorId(text);
    if (!id.ok) throw new Refused("creditor_invalid", CREDITOR_DETAILS[id.error]);
    this.#options.database
      .prepare("INSERT INTO creditor VALUES (1, ?1) ON CONFLICT DO UPDATE SET id = ?1")
      .run(id.value);
  }

  earliest(): DayNumber {
    return earliestCollection(this.#today());
  }

  /** Who owes something by bills that no run has, by account. */
  open(): Collectable[] {
    const { mandates } = this.#options;
    return debitsOf(this.#openBills()).map(({ account, bills, cents }) => {
      const fault = this.faultOf(account);
      const sequence = fault === undefined ? this.#sequenceOf(mandates.of(account)!, false) : undefined;
      return { account, bills, cents, fault, sequence };
    });
  }

  /** Why nothing can be collected from an account on a day, the first possible one where none is named. */
  faultOf(account: number, day = this.earliest()): MemberFault | undefined {
    const { mandates } = this.#options;
    const used = this.#isUsed(mandates.of(account)) ? "mandate_used" : undefined;
    return mandates.faultOf(account, this.creditor(), day) ?? used;
  }

  /**
   * Collects open bills on a day: all of them, or those named; of members named in `last` for the last time. Refused, in
   * this order: creditor_unknown, bank_account_missing (the community's own), bill_not_open, nothing_to_collect,
   * collection_day_unfit, debits_refused (somebody has no bank account or no mandate that serves: each is named).
   */
  collect(of: {
    readonly day: DayNumber | undefined;
    readonly bills: readonly string[] | undefined;
    readonly last: readonly number[];
  }): KeptCollection {
    const { database, host, bankAccounts, mandates, numbers, operator } = this.#options;
    const creditor = this.creditor();
    if (creditor === undefined) throw new Refused("creditor_unknown");
    const own = bankAccounts.of(operator.member);
    if (own === undefined)
      throw new Refused(
        "bank_account_missing",
        "The community has named no bank account to collect to. Nothing was collected. Name it on the screen Bank.",
      );
    return inTransaction(database, () => {
      const made = debitsOf(this.#chosen(of.bills));
      if (made.length === 0) throw new Refused("nothing_to_collect");
      const day = this.#dayOf(of.day);
      this.#checkAll(made, day);
      const debits = made.map(({ account, cents, bills }) => {
        const member = numbers.memberNow(account);
        const mandate = mandates.of(account)!;
        const sequence = this.#sequenceOf(mandate, of.last.includes(member));
        return { id: toHex(randomBytes(16)), account, cents, bills, mandate, sequence, member };
      });
      const message = messageOfDebits(debits.map(({ id }) => id));
      database
        .prepare("INSERT INTO collections VALUES (?, ?, ?, ?, ?, ?)")
        .run(message, host.now(), day, creditor, own.holder, own.iban);
      const keep = database.prepare("INSERT INTO debits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending')");
      const keepBill = database.prepare("INSERT INTO debit_bills VALUES (?, ?, ?, ?)");
      for (const [place, { id, account, cents, bills, mandate, sequence, member }] of debits.entries()) {
        const { reference, signed } = mandate;
        const { holder, iban } = bankAccounts.of(member)!;
        keep.run(id, message, place, account, cents, reference, signed, sequence, holder, iban);
        for (const bill of bills) keepBill.run(id, bill.bill, bill.cents, bill.payee);
        mandates.used(account, day);
      }
      return this.runs().find((run) => run.message === message)!;
    });
  }

  /** The newest ones, newest first. */
  runs(): KeptCollection[] {
    return this.#options.database
      .prepare("SELECT message, created, day FROM collections ORDER BY rowid DESC LIMIT ?")
      .all(SHOWN)
      .map((row) => ({
        message: row.message as string,
        created: row.created as number,
        day: row.day as number,
        debits: this.#debits("message = ? ORDER BY place", row.message as string).map(keptOf(this.#billsOf)),
      }));
  }

  /** What is or was collected from an account, newest first. */
  from(account: number): { readonly day: DayNumber; readonly debit: KeptDebit }[] {
    return this.runs().flatMap(({ day, debits }) =>
      debits.filter((debit) => debit.account === account).map((debit) => ({ day, debit })),
    );
  }

  /**
   * The file of a run, as it was made. Refused: collection_unknown; collection_closed (somebody of it was erased since,
   * and the bank account forgotten).
   */
  file(message: string): string {
    const row = this.#options.database.prepare("SELECT * FROM collections WHERE message = ?").get(message);
    if (row === undefined) throw new Refused("collection_unknown");
    const debits = this.#debits("message = ? ORDER BY place", message).map(
      ({ id, cents, mandate, signed, sequence, holder, iban }): Debit => {
        if (holder === null || iban === null) throw new Refused("collection_closed");
        const text = textOf(this.#billsOf(id));
        return { id, cents, holder, iban, mandate: { reference: mandate, signed }, sequence, text };
      },
    );
    return directDebitXml({
      created: row.created as number,
      collection: row.day as number,
      creditor: { id: row.creditor as string, holder: row.holder as string, iban: row.iban as string },
      debits,
    });
  }

  /**
   * What became of a debit at the bank: collected, and then booked; or not. One that was collected may still be
   * returned. Refused, in this order: debit_unknown, debit_closed, and as the ledger refuses the deposit.
   */
  async close(id: string, outcome: DebitOutcome): Promise<void> {
    const [debit] = this.#debits("id = ?", id);
    if (debit === undefined) throw new Refused("debit_unknown");
    if (debit.state === outcome) return;
    const mayBe = debit.state === "pending" || (debit.state === "collected" && outcome === "returned");
    if (!mayBe) throw new Refused("debit_closed");
    if (outcome === "collected") await this.#book(id);
    this.#options.database.prepare("UPDATE debits SET state = ? WHERE id = ?").run(outcome, id);
  }

  /** A debit of it is at the bank. */
  isUnderWay(bill: string): boolean {
    return this.#statesOf(bill).includes("pending");
  }

  /** Forgets the bank accounts of erased members' debits that are over. */
  forgetErased(): void {
    const { database, host, numbers } = this.#options;
    const rows = database
      .prepare("SELECT DISTINCT account FROM debits WHERE iban IS NOT NULL AND state <> 'pending'")
      .all() as { account: number }[];
    for (const { account } of rows) {
      if ((host.view().member(numbers.memberNow(account))?.closed ?? 1) === 0) continue;
      database
        .prepare("UPDATE debits SET holder = NULL, iban = NULL WHERE account = ? AND state <> 'pending'")
        .run(account);
    }
  }

  /** Each payee's part of a debit, less what an earlier debit of the same bills has booked already. */
  async #book(id: string): Promise<void> {
    const { database, host, numbers, operator } = this.#options;
    const rows = database
      .prepare("SELECT bill, cents, payee FROM debit_bills WHERE debit = ? ORDER BY bill")
      .all(id) as { bill: string; cents: number; payee: number }[];
    for (const payee of new Set(rows.map((row) => row.payee))) {
      const reference = referenceOf(id, payee);
      if (host.view().deposit(reference) !== undefined) continue;
      const cents = rows
        .filter((row) => row.payee === payee && !this.#isBooked(row.bill, id))
        .reduce((sum, row) => sum + row.cents, 0);
      if (cents <= 0) continue;
      const amount = MicroEur(BigInt(cents) * PER_CENT);
      const sent = await operator.send(depositMoney, { member: numbers.memberNow(payee), amount, reference });
      if (sent.admitted) await sent.committed;
      else if (sent.status !== "deposit_exists" && sent.status !== "ok") throw new Refused(sent.status);
    }
  }

  /** By another debit, whatever became of that one afterwards. */
  #isBooked(bill: string, debit: string): boolean {
    const view = this.#options.host.view();
    return this.#options.database
      .prepare("SELECT debit, payee FROM debit_bills WHERE bill = ? AND debit <> ?")
      .all(bill, debit)
      .some((row) => view.deposit(referenceOf(row.debit as string, row.payee as number)) !== undefined);
  }

  #chosen(bills: readonly string[] | undefined): OpenBill[] {
    const open = this.#openBills();
    if (bills === undefined) return open;
    const strange = bills.find((name) => open.every(({ bill }) => bill !== name));
    if (strange !== undefined)
      throw new Refused(
        "bill_not_open",
        `Nothing is open of bill ${strange}: it is in another collection, was taken back, or is no member's. Nothing was collected. Look at what is open.`,
      );
    return open.filter(({ bill }) => bills.includes(bill));
  }

  #dayOf(asked: DayNumber | undefined): DayNumber {
    const [earliest, day] = [this.earliest(), asked ?? this.earliest()];
    if (day >= earliest && day <= earliest + COLLECTION_AHEAD_DAYS && isTargetDay(day)) return day;
    throw new Refused(
      "collection_day_unfit",
      `On ${formatDay(day)} nothing can be collected: members hear of it 14 days before, the bank two days, and it settles from Monday to Friday, not on holidays of TARGET. Nothing was collected. The first day is ${formatDay(earliest)}.`,
    );
  }

  /** Nobody is left out in silence, and nothing is collected from the others. */
  #checkAll(made: readonly { readonly account: number }[], day: DayNumber): void {
    const { nameOf } = this.#options;
    const faults = made.flatMap(({ account }) => {
      const fault = this.faultOf(account, day);
      return fault === undefined ? [] : [{ name: nameOf(account), fault }];
    });
    if (faults.length > 0) throw new Refused("debits_refused", refusedText(faults));
  }

  #sequenceOf(mandate: Mandate, last: boolean): Sequence {
    if (mandate.use === "one_off") return "OOFF";
    if (last) return "FNAL";
    return this.#debits("mandate = ? AND state <> 'rejected'", mandate.reference).length === 0
      ? "FRST"
      : "RCUR";
  }

  #isUsed(mandate: Mandate | undefined): boolean {
    if (mandate === undefined) return false;
    const over = "mandate = ? AND state <> 'rejected' AND sequence IN ('OOFF', 'FNAL')";
    return this.#debits(over, mandate.reference).length > 0;
  }

  #openBills(): OpenBill[] {
    const { database, host, numbers } = this.#options;
    return openBills({ database, view: host.view(), numbers, statesOf: (bill) => this.#statesOf(bill) });
  }

  #statesOf(bill: string): DebitState[] {
    return this.#options.database
      .prepare("SELECT state FROM debits JOIN debit_bills ON debit = id WHERE bill = ?")
      .all(bill)
      .map(({ state }) => state as DebitState);
  }

  #debits(where: string, value: string): DebitRow[] {
    return this.#options.database
      .prepare(`SELECT * FROM debits WHERE ${where}`)
      .all(value) as unknown as DebitRow[];
  }

  readonly #billsOf = (debit: string): string[] =>
    this.#options.database
      .prepare("SELECT bill FROM debit_bills WHERE debit = ? ORDER BY bill")
      .all(debit)
      .map(({ bill }) => bill as string);

  #today(): DayNumber {
    return dayOf(this.#options.zone, this.#options.host.now());
  }
}

function keptOf(billsOf: (debit: string) => string[]) {
  return ({ id, account, cents, mandate, signed, sequence, state }: DebitRow): KeptDebit => ({
    ...{ id, account, cents, sequence, state },
    mandate: { reference: mandate, signed },
    bills: billsOf(id),
  });
}

/** Of a deposit: it stands on the chain for everybody to read, and says nothing to whoever does not know the debit. */
function referenceOf(debit: string, payee: number): string {
  return toHex(taggedHash("contrada/direct-debit/booking/1", utf8(`${debit}\n${payee}`)));
}
