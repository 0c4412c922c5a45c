/**
 * What the accounts and assets of the ledger stand for in an energy community.
 *
 * | account | holds |
 * |---|---|
 * | outside | minus all money that the bank holds for the community |
 * | fees | the community's share of sales |
 * | charged | minus all energy that ever went into an accumulator |
 * | used, lost, unsold | energy that left an accumulator: to the home, as losses, to the MicroGrid unsold |
 * | pool | what is left of members' money when their numbers change (`renewal`): less than a unit of each |
 * | market | nothing; what members reserve for the neighbours' market is announced to it (`participation`) |
 * | prepaid | what buyers of a supply put aside for its invoices (`contract`) |
 * | member n | a member's money; a supplier's bought energy |
 * | store n | what plant n has stored, by origin |
 *
 * Money and each origin of energy sum to zero over all accounts, always: a watt-hour that is sold was charged
 * once and is nowhere else.
 */
import type { AccountId } from "#ledger/account.ts";

/** µEUR. */
export const MONEY = 0;
/** Wh stored from the plant's own panels. */
export const SOLAR = 1;
/** Wh stored from the MicroGrid. */
export const GRID = 2;

const SYSTEM = 0;
export const OUTSIDE: AccountId = { kind: SYSTEM, number: 1 };
export const FEES: AccountId = { kind: SYSTEM, number: 2 };
export const CHARGED: AccountId = { kind: SYSTEM, number: 3 };
export const USED: AccountId = { kind: SYSTEM, number: 4 };
export const LOST: AccountId = { kind: SYSTEM, number: 5 };
export const UNSOLD: AccountId = { kind: SYSTEM, number: 6 };
export const POOL: AccountId = { kind: SYSTEM, number: 7 };
export const MARKET: AccountId = { kind: SYSTEM, number: 8 };

export const PREPAID: AccountId = { kind: SYSTEM, number: 9 };

export const SYSTEM_ACCOUNTS: readonly { readonly id: AccountId; readonly overdraft: boolean }[] = [
  { id: OUTSIDE, overdraft: true },
  { id: FEES, overdraft: false },
  { id: CHARGED, overdraft: true },
  { id: USED, overdraft: false },
  { id: LOST, overdraft: false },
  { id: UNSOLD, overdraft: false },
  { id: POOL, overdraft: false },
  { id: MARKET, overdraft: false },
  { id: PREPAID, overdraft: false },
];

export function memberAccount(member: number): AccountId {
  return { kind: 1, number: member };
}

export function storeAccount(plant: number): AccountId {
  return { kind: 2, number: plant };
}
