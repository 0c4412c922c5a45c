/**
 * Money out of the books: a member's own payouts and the bank account they go to, and those that wait for the
 * operator's bank.
 */
import { fromHex, toHex } from "#base/bytes.ts";
import { isWaiting } from "#market/payout.ts";
import { maskedIban } from "#wire/iban.ts";
import type { MaskedBankAccount, OwnBankAccount } from "#wire/schemas.ts";
import type { BankAccount } from "../bank-accounts.ts";
import type { Parts } from "../parts.ts";
import { waitingPayouts } from "../payout-view.ts";
import { Refused } from "../problems.ts";
import type { Handlers } from "../server.ts";

const SHOWN = 100;

type Keys =
  | "GET /v1/account/payouts"
  | "GET /v1/account/bank"
  | "POST /v1/account/bank"
  | "DELETE /v1/account/bank"
  | "GET /v1/operator/payouts"
  | "GET /v1/operator/payouts/:id/bank";

export function payoutRoutes(parts: Parts): Handlers<Keys> {
  const { host, index, directory, bankAccounts, numbers } = parts;
  const own = (member: number): OwnBankAccount => ({
    account: masked(bankAccounts.of(member)),
    changes: bankAccounts.changesOf(member),
  });
  return {
    "GET /v1/account/payouts": ({ visitor: { account }, query: { limit } }) => {
      const view = host.view();
      const shown = limit ?? SHOWN;
      const ids = [...numbers.membersOf(account)]
        .reverse()
        .flatMap((member) => index.payoutsOf(member, shown));
      return ids.slice(0, shown).flatMap((id) => {
        const row = view.payout(id);
        if (row === undefined) return [];
        const expired = row.state === "waiting" && !isWaiting(row, view.height + 1);
        return [
          {
            id: toHex(id),
            amountMicroEur: Number(row.amount),
            state: expired ? "expired" : row.state,
            asked: { height: row.height, time: row.time },
            expiryHeight: row.expiryHeight,
            settled: row.settledHeight === 0 ? null : { height: row.settledHeight, time: row.settledTime },
            reference: row.reference ?? null,
          },
        ];
      });
    },
    "GET /v1/account/bank": ({ visitor: { member } }) => own(member),
    "POST /v1/account/bank": ({ visitor: { member }, body }) => {
      // Who pays must know it; at a node that only observes it would wait for nobody.
      if (parts.operator === undefined) throw new Refused("not_offered");
      bankAccounts.name(member, body, host.now());
      return own(member);
    },
    "DELETE /v1/account/bank": ({ visitor: { member } }) => {
      bankAccounts.forget(member);
      return own(member);
    },
    "GET /v1/operator/payouts": () => {
      const view = host.view();
      return waitingPayouts(parts).map(({ id, row: { member, amount, height, time, expiryHeight } }) => ({
        id: toHex(id),
        member,
        name:
          directory.member(numbers.accountOf(member))?.name ??
          view.supplier(member)?.name ??
          `Member ${member}`,
        amountMicroEur: Number(amount),
        asked: { height, time },
        expiryHeight,
        bank: masked(bankAccounts.of(member)),
      }));
    },
    "GET /v1/operator/payouts/:id/bank": ({ params: { id } }) => {
      const view = host.view();
      const row = view.payout(fromHex(id)!);
      if (row === undefined) throw new Refused("payout_unknown");
      if (!isWaiting(row, view.height + 1)) throw new Refused("payout_closed");
      const account = bankAccounts.of(row.member);
      if (account === undefined) throw new Refused("bank_account_missing");
      return { ...account };
    },
  };
}

function masked(account: BankAccount | undefined): MaskedBankAccount | null {
  if (account === undefined) return null;
  const { holder, iban, since } = account;
  return { holder, iban: maskedIban(iban), since };
}
