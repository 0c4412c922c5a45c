/**
 * To which bank account each member's payouts go. Kept with the platform alone, never on the chain; its owner and the
 * operator see the ends of the number, the operator the whole of it only for a payout that waits and in the file of a
 * direct debit that the member gave a mandate for.
 *
 * A member names its account in a letter that one of its keys signs (`wire/bank-account`): a session alone, stolen or
 * left open, cannot send the money elsewhere.
 */
import type { DatabaseSync } from "node:sqlite";
import type { UnixSeconds } from "#base/time.ts";
import type { ChainView } from "#chain/view.ts";
import { bankAccountHash } from "#wire/bank-account.ts";
import { parseIban } from "#wire/iban.ts";
import { Refused } from "./problems.ts";
import { type Numbers, SAME_NUMBERS } from "./pseudonyms.ts";
import { checkedSignature } from "./signed-letter.ts";

export interface BankAccount {
  readonly holder: string;
  readonly iban: string;
  readonly since: UnixSeconds;
}

/** As the wire brings it. */
export interface SignedLetter {
  readonly holder: string;
  readonly iban: string;
  readonly change: number;
  readonly publicKey: string;
  readonly signature: string;
}

interface Options {
  readonly database: DatabaseSync;
  readonly chain: string;
  readonly view: () => ChainView;
  /** Accounts are kept by account id: a renewal of pseudonyms leaves them where they are. */
  readonly numbers?: Numbers;
}

export class BankAccounts {
  readonly #options: Options;
  readonly #numbers: Numbers;

  constructor(options: Options) {
    this.#options = options;
    this.#numbers = options.numbers ?? SAME_NUMBERS;
  }

  /** `undefined` where the member has named none, or took it back. */
  of(member: number): BankAccount | undefined {
    return this.#options.database
      .prepare("SELECT holder, iban, since FROM bank_accounts WHERE member = ? AND iban IS NOT NULL")
      .get(this.#numbers.accountOf(member)) as unknown as BankAccount | undefined;
  }

  /** How often the member has named an account so far. */
  changesOf(member: number): number {
    const row = this.#options.database
      .prepare("SELECT changes FROM bank_accounts WHERE member = ?")
      .get(this.#numbers.accountOf(member));
    return (row?.changes as number | undefined) ?? 0;
  }

  /**
   * From now on payouts go there. Refused, in this order: iban_invalid, holder_invalid (2 to 70 characters, as a
   * SEPA payment has them, without controls or blanks at the ends), bank_account_changed (not the next change),
   * device_unknown (no key of the member), signature_wrong.
   */
  name(member: number, letter: SignedLetter, now: UnixSeconds): BankAccount {
    const iban = parseIban(letter.iban);
    if (!iban.ok) throw new Refused("iban_invalid", IBAN_DETAILS[iban.error]);
    const { holder, change } = letter;
    if (!isHolder(holder)) throw new Refused("holder_invalid");
    if (change !== this.changesOf(member) + 1) throw new Refused("bank_account_changed");
    const hash = bankAccountHash({ chain: this.#options.chain, member, change, holder, iban: iban.value });
    const view = this.#options.view();
    const { publicKey, signature } = checkedSignature(
      view,
      member,
      letter,
      hash,
      "No bank account was kept.",
    );
    this.#options.database
      .prepare(
        `INSERT INTO bank_accounts (member, holder, iban, since, changes, public_key, signature)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET holder = ?2, iban = ?3, since = ?4, changes = ?5, public_key = ?6, signature = ?7`,
      )
      .run(this.#numbers.accountOf(member), holder, iban.value, now, change, publicKey, signature);
    return { holder, iban: iban.value, since: now };
  }

  /** Forgets holder, number and letter; only how often one was named stays, so that an old letter counts no more. */
  forget(member: number): void {
    this.#options.database
      .prepare(
        `UPDATE bank_accounts SET holder = NULL, iban = NULL, since = NULL, public_key = NULL, signature = NULL
         WHERE member = ?`,
      )
      .run(this.#numbers.accountOf(member));
  }

  /** Forgets the accounts of members that were erased. */
  forgetErased(): void {
    const view = this.#options.view();
    const rows = this.#options.database
      .prepare("SELECT member FROM bank_accounts WHERE iban IS NOT NULL")
      .all();
    for (const { member } of rows as { member: number }[]) {
      if ((view.member(this.#numbers.memberNow(member))?.closed ?? 1) > 0) this.forget(member);
    }
  }
}

const IBAN_DETAILS = {
  iban_characters:
    "An IBAN begins with two letters and two digits, then letters and digits follow. It was not kept. Copy it from your bank.",
  iban_country:
    "Only accounts in countries of the euro payments area (SEPA) can be paid. It was not kept. Name another account.",
  iban_length:
    "The IBAN has not as many characters as its country's have. It was not kept. Compare it with your bank's.",
  iban_check:
    "The check digits of the IBAN do not fit: something is mistyped. It was not kept. Compare it with your bank's.",
} as const;

function isHolder(holder: string): boolean {
  const { length } = [...holder];
  return length >= 2 && length <= 70 && holder.trim() === holder && !/\p{Cc}/u.test(holder);
}
