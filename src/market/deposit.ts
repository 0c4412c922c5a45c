/**
 * Money that reached the community's bank account, credited to a member. The bank's reference names it: what
 * was booked once under a reference is never booked again, however often somebody asks, neither as a deposit nor as
 * a payout.
 */
import { assert } from "#base/assert.ts";
import { toHex, utf8 } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import { taggedHash } from "#crypto/hash.ts";
import { standingMember } from "#ledger/member.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { AMOUNT_MAX, bytesKey, transfer } from "#ledger/transfer.ts";
import { MONEY, memberAccount, OUTSIDE } from "#market/books.ts";

export const REFERENCE_MAX_BYTES = 64;

export interface Deposit {
  readonly member: number;
  readonly amount: MicroEur;
  /** The bank's, at most 64 bytes; used once. */
  readonly reference: string;
}

export interface BookedDeposit {
  readonly member: number;
  readonly amount: MicroEur;
  readonly height: number;
}

/** H("contrada/deposit/1", reference) → what was booked under it. */
export const DEPOSITS: Table<Uint8Array, BookedDeposit> = {
  number: 16,
  name: "deposits",
  key: bytesKey(32),
  id: toHex,
  row: {
    write: (writer, row) => writer.u32(row.member).u64(row.amount).uint(row.height),
    read: (reader) => ({ member: reader.u32(), amount: MicroEur(reader.u64()), height: reader.uint() }),
  },
};

/** `referenceKey` of a payment out → the payout that it paid. */
export const PAYOUT_REFERENCES: Table<Uint8Array, Uint8Array> = {
  number: 18,
  name: "payout_references",
  key: bytesKey(32),
  id: toHex,
  row: bytesKey(16),
};

export function referenceKey(reference: string): Uint8Array {
  return taggedHash("contrada/deposit/1", utf8(reference));
}

/** Whether a payment of this reference was booked, in or out. */
export function isBooked(state: StateReader, reference: string): boolean {
  const key = referenceKey(reference);
  return state.get(DEPOSITS, key) !== undefined || state.get(PAYOUT_REFERENCES, key) !== undefined;
}

/**
 * Books a deposit. Fails, in this order: member_unknown, amount_not_positive, amount_too_large,
 * deposit_exists (something was booked under this reference).
 */
export function bookDeposit(draft: Draft, { member, amount, reference }: Deposit, height: number): Status {
  if (standingMember(draft, member) === undefined) return "member_unknown";
  const key = referenceKey(reference);
  if (amount <= 0n) return "amount_not_positive";
  if (amount > AMOUNT_MAX) return "amount_too_large";
  if (draft.get(DEPOSITS, key) !== undefined) return "deposit_exists";
  if (draft.get(PAYOUT_REFERENCES, key) !== undefined) return "deposit_exists";
  const status = transfer(draft, { from: OUTSIDE, to: memberAccount(member), asset: MONEY, amount });
  assert(status === "ok", `a checked deposit is refused: ${status}`);
  draft.put(DEPOSITS, key, { member, amount, height });
  return "ok";
}
