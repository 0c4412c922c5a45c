/** What a debtor reads on its statement, and why nothing was collected, in words. */
import type { CreditorFault } from "#wire/creditor-id.ts";
import type { DebitFault } from "./debit-mandates.ts";

/** Besides those of mandates: a mandate for one collection, or its last one, is used up. */
export type MemberFault = DebitFault | "mandate_used";

/** As many numbers as a statement of account has room for. */
export function textOf(bills: readonly string[]): string {
  const [first, ...more] = bills;
  const all = `Contrada ${bills.join(" ")}`;
  return all.length <= 140 ? all : `Contrada ${first} and ${more.length} more`;
}

export function refusedText(
  faults: readonly { readonly name: string; readonly fault: MemberFault }[],
): string {
  const each = faults.map(({ name, fault }) => `${name}: ${FAULT_TEXTS[fault]}`).join("; ");
  return `Nothing was collected from anybody, because of ${each}. Leave their bills out, or ask them to put it right.`;
}

const FAULT_TEXTS: Readonly<Record<MemberFault, string>> = {
  no_bank_account: "no bank account named",
  no_mandate: "no mandate given",
  mandate_of_another_creditor: "the mandate is for another creditor identifier",
  mandate_of_another_account: "the mandate is for an earlier bank account",
  mandate_lapsed: "the mandate was not used for 36 months",
  mandate_used: "the mandate was for one collection, or the last one was made",
};

export const CREDITOR_DETAILS: Readonly<Record<CreditorFault, string>> = {
  creditor_characters:
    "A creditor identifier begins with two letters and two digits, then letters and digits follow. It was not kept. Copy it from the letter of whoever issued it.",
  creditor_length:
    "The creditor identifier has not as many characters as its country's have. It was not kept. Compare it with the letter of whoever issued it.",
  creditor_check:
    "The check digits of the creditor identifier do not fit: something is mistyped. It was not kept. Compare it with the letter of whoever issued it.",
};
