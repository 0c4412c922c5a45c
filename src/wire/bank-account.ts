/**
 * What a member's key signs to name the bank account that its payouts go to. The letter stays with the platform and
 * never reaches the chain; its signature keeps whoever steals a session from having the money sent elsewhere.
 */
import { utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";

export interface BankAccountLetter {
  readonly chain: string;
  readonly member: number;
  /** 1 for the first account that the member names, one more for each later one: an old letter counts no more. */
  readonly change: number;
  readonly holder: string;
  /** As `wire/iban` gives it: capitals, no blanks. */
  readonly iban: string;
}

export function bankAccountHash({ chain, member, change, holder, iban }: BankAccountLetter): Uint8Array {
  const parts = [chain, String(member), String(change), iban, holder];
  // No part holds a line break, so no two letters have the same bytes.
  return taggedHash("contrada/bank-account/1", utf8(parts.join("\n")));
}
