/**
 * Erasing a member: what ties a number to somebody goes from the state (the identity's commitment and nullifier, the
 * keys, the guardians), and the number never acts again. What it sold and bought stays in the books, as movements
 * of a number. `docs/operating/identity.md` says what remains in old blocks.
 *
 * Only an account at rest is erased: no money on it, nothing reserved from it or for it, which is also to say no
 * open sale; no supply contract that is not closed, and no invoice that somebody still has to pay to it. Whoever
 * holds an office or runs a validator gives that up first.
 */
import { balanceOf } from "#ledger/account.ts";
import { standingMember } from "#ledger/member.ts";
import type { Draft, StateReader } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { MONEY, memberAccount } from "#market/books.ts";
import { SUPPLY_POINTS, supplySellerOf } from "#market/contract/contract.ts";
import { ORGANISATIONS } from "#market/organisation.ts";
import { closeMembership, HOMES, SUPPLIERS } from "#market/participant.ts";
import { PARTICIPATIONS } from "#market/participation.ts";

/**
 * Fails, in this order: member_unknown, member_holds_office, account_not_empty, sales_still_open, market_not_left (it
 * takes part in the neighbours' market, or a day of it is not settled), contracts_still_running.
 */
export function eraseMember(draft: Draft, member: number, height: number): Status {
  const row = standingMember(draft, member);
  if (row === undefined) return "member_unknown";
  const office = row.role === "operator" || row.role === "registrar";
  if (office || draft.get(ORGANISATIONS, member) !== undefined) return "member_holds_office";
  const { posted, pendingIn, pendingOut } = balanceOf(draft, memberAccount(member), MONEY);
  if (posted !== 0n) return "account_not_empty";
  if (pendingIn !== 0n || pendingOut !== 0n) return "sales_still_open";
  if (draft.get(PARTICIPATIONS, member) !== undefined) return "market_not_left";
  if (hasContracts(draft, member)) return "contracts_still_running";
  closeMembership(draft, member, height);
  const supplier = draft.get(SUPPLIERS, member);
  if (supplier !== undefined) draft.put(SUPPLIERS, member, { ...supplier, suspended: true });
  return "ok";
}

/**
 * Whether a member buys or sells by a supply contract that is not closed, or has an invoice that is still to be paid
 * to it. What it owes itself of closed contracts stands in nobody's way: debts are not a chain's to collect.
 */
export function hasContracts(state: StateReader, member: number): boolean {
  const { contracts, unpaid } = supplySellerOf(state, member);
  const homes = state.get(HOMES, member) ?? [];
  const buys = homes.some((plant) => (state.get(SUPPLY_POINTS, plant)?.contracts.length ?? 0) > 0);
  return contracts > 0 || unpaid > 0 || buys;
}
