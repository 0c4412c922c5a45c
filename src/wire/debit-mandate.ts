/**
 * What a member's key signs to let the community collect by SEPA direct debit what the member owes: the mandate. It
 * names the account by the number of the letter that named it (`wire/bank-account`): whoever changes the account gives
 * a new mandate. The letter stays with the platform and never reaches the chain.
 */
import { utf8 } from "#base/bytes.ts";
import { type DayNumber, formatDay } from "#base/time.ts";
import { taggedHash } from "#crypto/hash.ts";

/** For many collections, or for a single one. */
export const MANDATE_USES = ["recurrent", "one_off"] as const;
export type MandateUse = (typeof MANDATE_USES)[number];

export interface MandateLetter {
  readonly chain: string;
  readonly member: number;
  /** 1 for the first mandate that the member gives, one more for each later one: an old letter counts no more. */
  readonly change: number;
  /** `mandateReference` of it, as the bank will read it. */
  readonly reference: string;
  /** The creditor's identifier, as `wire/creditor-id` gives it. */
  readonly creditor: string;
  readonly use: MandateUse;
  readonly signed: DayNumber;
  /** `changes` of the bank account that is to be debited. */
  readonly account: number;
}

export function mandateHash(letter: MandateLetter): Uint8Array {
  const { chain, member, change, reference, creditor, use, signed, account } = letter;
  const parts = [chain, member, change, reference, creditor, use, formatDay(signed), account];
  // No part holds a line break, so no two letters have the same bytes.
  return taggedHash("contrada/debit-mandate/1", utf8(parts.join("\n")));
}
