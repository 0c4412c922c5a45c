/**
 * Money that leaves the community's bank account for a member's own. The member asks and its money is reserved;
 * the operator pays by bank and settles with the bank's reference, or says that it was not paid, and the money is free
 * again. What nobody settles within `saleExpiryBlocks` expires as every pending transfer does.
 *
 * To which bank account the money goes, the platform keeps (`platform/bank-accounts`): no account number stands on
 * the chain.
 */
import { assert } from "#base/assert.ts";
import { toHex } from "#base/bytes.ts";
import { type Codec, CodecError, type Reader, type Writer } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import { taggedHash } from "#crypto/hash.ts";
import { availableOf } from "#ledger/account.ts";
import type { Draft, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import { AMOUNT_MAX, bytesKey, postTransfer, reserve, voidTransfer } from "#ledger/transfer.ts";
import { MONEY, memberAccount, OUTSIDE } from "#market/books.ts";
import { isBooked, PAYOUT_REFERENCES, REFERENCE_MAX_BYTES, referenceKey } from "#market/deposit.ts";
import type { Emit } from "#market/events.ts";
import { parametersOf } from "#market/parameters.ts";

export const PAYOUT_ID_BYTES = 16;

const PAYOUT_STATES = ["waiting", "paid", "unpaid"] as const;
/** Of the row. One that waits at its expiry height or later has expired: `isWaiting` says. */
export type PayoutState = (typeof PAYOUT_STATES)[number];

export interface Payout {
  readonly member: number;
  readonly amount: MicroEur;
  readonly state: PayoutState;
  /** Height and time of the block in which it was asked for. */
  readonly height: number;
  readonly time: UnixSeconds;
  /** The first height at which it is void by itself. */
  readonly expiryHeight: number;
  /** Height and time of the block that settled it; 0 before. */
  readonly settledHeight: number;
  readonly settledTime: UnixSeconds;
  /** The bank's, of one that was paid. */
  readonly reference: string | undefined;
}

export const PAYOUTS: Table<Uint8Array, Payout> = {
  number: 17,
  name: "payouts",
  key: bytesKey(PAYOUT_ID_BYTES),
  id: toHex,
  row: {
    write(writer, row) {
      writer.u32(row.member).u64(row.amount).u8(PAYOUT_STATES.indexOf(row.state));
      writer.uint(row.height).uint(row.time).uint(row.expiryHeight);
      writer.uint(row.settledHeight).uint(row.settledTime);
      writeReference(writer, row.reference);
    },
    read: (reader) => ({
      member: reader.u32(),
      amount: MicroEur(reader.u64()),
      state: payoutStateOf(reader.u8()),
      height: reader.uint(),
      time: reader.uint(),
      expiryHeight: reader.uint(),
      settledHeight: reader.uint(),
      settledTime: reader.uint(),
      reference: readReference(reader),
    }),
  },
};

/** What a member signs. */
export interface PayoutRequest {
  /** 16 random bytes. */
  readonly payout: Uint8Array;
  readonly amount: MicroEur;
}

export interface PayoutSettlement {
  readonly payout: Uint8Array;
  /** The bank's, of the payment that was made, at most 64 bytes, used once; `undefined` = it was not paid. */
  readonly reference: string | undefined;
}

export const payoutSettlementCodec: Codec<PayoutSettlement> = {
  write(writer, { payout, reference }) {
    writer.fixed(payout, PAYOUT_ID_BYTES);
    writeReference(writer, reference);
  },
  read: (reader) => ({ payout: reader.fixed(PAYOUT_ID_BYTES), reference: readReference(reader) }),
};

interface BlockTime {
  readonly height: number;
  readonly time: UnixSeconds;
}

/**
 * Reserves the amount. Fails, in this order: amount_not_positive, amount_too_large, balance_too_low,
 * payout_exists.
 */
export function requestPayout(
  draft: Draft,
  { payout, amount }: PayoutRequest,
  member: number,
  { height, time }: BlockTime,
  emit: Emit,
): Status {
  if (amount <= 0n) return "amount_not_positive";
  if (amount > AMOUNT_MAX) return "amount_too_large";
  if (availableOf(draft, memberAccount(member), MONEY) < amount) return "balance_too_low";
  if (draft.get(PAYOUTS, payout) !== undefined) return "payout_exists";
  const expiryHeight = height + parametersOf(draft).saleExpiryBlocks;
  const id = payoutTransfer(payout);
  must(
    reserve(
      draft,
      { id, from: memberAccount(member), to: OUTSIDE, asset: MONEY, amount, expiryHeight },
      height,
    ),
  );
  draft.put(PAYOUTS, payout, {
    member,
    amount,
    state: "waiting",
    height,
    time,
    expiryHeight,
    settledHeight: 0,
    settledTime: 0,
    reference: undefined,
  });
  emit({ type: "payout_requested", payout, member, amount });
  return "ok";
}

/**
 * Moves the amount out for good, or frees it. Fails, in this order: deposit_exists (something was booked under this
 * reference, in or out), payout_unknown, payout_closed (settled, or expired).
 */
export function settlePayout(
  draft: Draft,
  { payout, reference }: PayoutSettlement,
  { height, time }: BlockTime,
  emit: Emit,
): Status {
  if (reference !== undefined && isBooked(draft, reference)) return "deposit_exists";
  const row = draft.get(PAYOUTS, payout);
  if (row === undefined) return "payout_unknown";
  if (!isWaiting(row, height)) return "payout_closed";
  const paid = reference !== undefined;
  const id = payoutTransfer(payout);
  must(paid ? postTransfer(draft, id, row.amount) : voidTransfer(draft, id));
  if (paid) draft.put(PAYOUT_REFERENCES, referenceKey(reference), payout);
  draft.put(PAYOUTS, payout, {
    ...row,
    state: paid ? "paid" : "unpaid",
    settledHeight: height,
    settledTime: time,
    reference,
  });
  emit({ type: "payout_settled", payout, member: row.member, amount: row.amount, reference });
  return "ok";
}

/** Whether a payout is still to be settled in the block of a height. */
export function isWaiting(
  { state, expiryHeight }: Pick<Payout, "state" | "expiryHeight">,
  height: number,
): boolean {
  return state === "waiting" && height < expiryHeight;
}

export function payoutTransfer(payout: Uint8Array): Uint8Array {
  return taggedHash("contrada/payout/money/1", payout);
}

function writeReference(writer: Writer, reference: string | undefined): void {
  writer.boolean(reference !== undefined);
  if (reference !== undefined) writer.text(reference, REFERENCE_MAX_BYTES);
}

function readReference(reader: Reader): string | undefined {
  return reader.boolean() ? reader.text(REFERENCE_MAX_BYTES) : undefined;
}

/** A step that the checks before it have made certain. */
function must(status: Status): void {
  assert(status === "ok", `a checked step of a payout is refused: ${status}`);
}

function payoutStateOf(code: number): PayoutState {
  const state = PAYOUT_STATES[code];
  if (state === undefined) throw new CodecError(`payout state ${code}`);
  return state;
}
