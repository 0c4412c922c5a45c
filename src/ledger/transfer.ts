/**
 * Transfers in two phases. *Pending* reserves an amount on both accounts, which may be resized; *post* moves up
 * to that amount and frees the rest; *void* frees all; *expire* is a void by height, run at the start of a
 * block. A pending transfer is resolved exactly once. A resolved one stays on record until its expiry height, so that its id
 * cannot be used again before, and is then forgotten.
 *
 * Each function checks everything before it changes anything: a refusal leaves the draft as it was.
 */
import { assert } from "#base/assert.ts";
import { compareBytes, equalBytes, toHex } from "#base/bytes.ts";
import { type Codec, CodecError } from "#base/codec.ts";
import { textOf } from "#crypto/text32.ts";
import {
  ACCOUNTS,
  type AccountId,
  type Asset,
  accountIdCodec,
  adjust,
  availableOf,
} from "#ledger/account.ts";
import type { Draft, Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";

export const TRANSFER_ID_BYTES = 32;
/** No amount above this is moved at once; sums stay far below what a balance can hold. */
export const AMOUNT_MAX = 1n << 60n;

export interface Movement {
  readonly from: AccountId;
  readonly to: AccountId;
  readonly asset: Asset;
  readonly amount: bigint;
}

export interface PendingTransfer extends Movement {
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** The first height at which it is void by itself. */
  readonly expiryHeight: number;
}

const TRANSFER_STATES = ["pending", "posted", "voided", "expired"] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

export interface TransferRow extends Movement {
  readonly expiryHeight: number;
  readonly state: TransferState;
  /** What was moved; 0 unless posted. */
  readonly posted: bigint;
}

export const bytesKey = (length: number): Codec<Uint8Array> => ({
  write: (writer, bytes) => writer.fixed(bytes, length),
  read: (reader) => reader.fixed(length),
});

export const TRANSFERS: Table<Uint8Array, TransferRow> = {
  number: 2,
  name: "transfers",
  key: bytesKey(TRANSFER_ID_BYTES),
  id: textOf,
  row: {
    write(writer, row) {
      accountIdCodec.write(writer, row.from);
      accountIdCodec.write(writer, row.to);
      writer.u8(row.asset).u64(row.amount).uint(row.expiryHeight).u8(TRANSFER_STATES.indexOf(row.state));
      writer.u64(row.posted);
    },
    read: (reader) => ({
      from: accountIdCodec.read(reader),
      to: accountIdCodec.read(reader),
      asset: reader.u8(),
      amount: reader.u64(),
      expiryHeight: reader.uint(),
      state: stateOf(reader.u8()),
      posted: reader.u64(),
    }),
  },
};

/** Height → the ids that expire there, sorted. */
export const TRANSFER_EXPIRIES: Table<number, readonly Uint8Array[]> = {
  number: 3,
  name: "transfer_expiries",
  key: { write: (writer, height) => writer.uint(height), read: (reader) => reader.uint() },
  id: (height) => height,
  row: {
    write: (writer, ids) => writer.list(ids, 0xffff_ffff, (w, id) => w.fixed(id, TRANSFER_ID_BYTES)),
    read: (reader) => reader.list(0xffff_ffff, (r) => r.fixed(TRANSFER_ID_BYTES)),
  },
};

/**
 * Moves an amount at once. Fails, in this order: amount_not_positive, amount_too_large, account_unknown,
 * balance_too_low.
 */
export function transfer(draft: Draft, movement: Movement): Status {
  const status = checkMovement(draft, movement);
  if (status !== "ok") return status;
  adjust(draft, movement.from, movement.asset, -movement.amount);
  adjust(draft, movement.to, movement.asset, movement.amount);
  return "ok";
}

/**
 * Reserves an amount. The same transfer again is `ok` and changes nothing. `height` is the block's; the
 * expiry must lie above it. Fails, in this order: amount_not_positive, amount_too_large, account_unknown,
 * transfer_exists_differently, transfer_expired, balance_too_low.
 */
export function reserve(draft: Draft, pending: PendingTransfer, height: number): Status {
  const status = checkMovement(draft, pending);
  if (status !== "ok" && status !== "balance_too_low") return status;
  const existing = draft.get(TRANSFERS, pending.id);
  if (existing !== undefined) return sameTransfer(existing, pending) ? "ok" : "transfer_exists_differently";
  if (pending.expiryHeight <= height) return "transfer_expired";
  if (status !== "ok") return status;
  const { from, to, asset, amount, expiryHeight } = pending;
  draft.put(TRANSFERS, pending.id, { from, to, asset, amount, expiryHeight, state: "pending", posted: 0n });
  const others = draft.get(TRANSFER_EXPIRIES, expiryHeight) ?? [];
  draft.put(TRANSFER_EXPIRIES, expiryHeight, insertSorted(others, pending.id));
  adjust(draft, from, asset, 0n, amount, 0n);
  adjust(draft, to, asset, 0n, 0n, amount);
  return "ok";
}

/**
 * Moves `amount` of what was reserved, which may be nothing, and frees the rest. Fails, in this order:
 * amount_not_positive (below zero), transfer_unknown, transfer_already_resolved, exceeds_pending.
 */
export function postTransfer(draft: Draft, id: Uint8Array, amount: bigint): Status {
  if (amount < 0n) return "amount_not_positive";
  const row = draft.get(TRANSFERS, id);
  if (row === undefined) return "transfer_unknown";
  if (row.state !== "pending") return "transfer_already_resolved";
  if (amount > row.amount) return "exceeds_pending";
  resolve(draft, id, row, "posted", amount);
  return "ok";
}

/**
 * Changes how much a pending transfer reserves, to more, to less or to nothing; it stays pending. Fails, in
 * this order: amount_not_positive (below zero), amount_too_large, transfer_unknown,
 * transfer_already_resolved, balance_too_low (for what it would reserve beyond what it does).
 */
export function resizeTransfer(draft: Draft, id: Uint8Array, amount: bigint): Status {
  if (amount < 0n) return "amount_not_positive";
  if (amount > AMOUNT_MAX) return "amount_too_large";
  const row = draft.get(TRANSFERS, id);
  if (row === undefined) return "transfer_unknown";
  if (row.state !== "pending") return "transfer_already_resolved";
  const change = amount - row.amount;
  if (change === 0n) return "ok";
  if (!mayMove(draft, row.from, row.asset, change)) return "balance_too_low";
  draft.put(TRANSFERS, id, { ...row, amount });
  adjust(draft, row.from, row.asset, 0n, change, 0n);
  adjust(draft, row.to, row.asset, 0n, 0n, change);
  return "ok";
}

/** Frees what was reserved. Fails, in this order: transfer_unknown, transfer_already_resolved. */
export function voidTransfer(draft: Draft, id: Uint8Array): Status {
  const row = draft.get(TRANSFERS, id);
  if (row === undefined) return "transfer_unknown";
  if (row.state !== "pending") return "transfer_already_resolved";
  resolve(draft, id, row, "voided", 0n);
  return "ok";
}

/** The ids on record for this expiry height, resolved or not, in order. */
export function expiringAt(draft: Draft, height: number): readonly Uint8Array[] {
  return draft.get(TRANSFER_EXPIRIES, height) ?? [];
}

/** Run once at the start of the block of that height: voids what is still pending and forgets the rest. */
export function expireTransfers(draft: Draft, height: number): void {
  for (const id of expiringAt(draft, height)) {
    const row = draft.get(TRANSFERS, id);
    assert(row !== undefined, `transfer ${toHex(id)} is listed to expire and is not on record`);
    if (row.state === "pending") resolve(draft, id, row, "expired", 0n);
    draft.delete(TRANSFERS, id);
  }
  draft.delete(TRANSFER_EXPIRIES, height);
}

function resolve(draft: Draft, id: Uint8Array, row: TransferRow, state: TransferState, posted: bigint): void {
  draft.put(TRANSFERS, id, { ...row, state, posted });
  adjust(draft, row.from, row.asset, -posted, -row.amount, 0n);
  adjust(draft, row.to, row.asset, posted, 0n, -row.amount);
}

function checkMovement(draft: Draft, { from, to, asset, amount }: Movement): Status {
  if (amount <= 0n) return "amount_not_positive";
  if (amount > AMOUNT_MAX) return "amount_too_large";
  if (draft.get(ACCOUNTS, from) === undefined || draft.get(ACCOUNTS, to) === undefined) {
    return "account_unknown";
  }
  return mayMove(draft, from, asset, amount) ? "ok" : "balance_too_low";
}

/** Whether an open account can spare an amount; what is not above zero always. */
function mayMove(draft: Draft, from: AccountId, asset: Asset, amount: bigint): boolean {
  return amount <= 0n || draft.get(ACCOUNTS, from)!.overdraft || availableOf(draft, from, asset) >= amount;
}

function sameTransfer(row: TransferRow, pending: PendingTransfer): boolean {
  return (
    ACCOUNTS.id(row.from) === ACCOUNTS.id(pending.from) &&
    ACCOUNTS.id(row.to) === ACCOUNTS.id(pending.to) &&
    row.asset === pending.asset &&
    row.amount === pending.amount &&
    row.expiryHeight === pending.expiryHeight
  );
}

function insertSorted(ids: readonly Uint8Array[], id: Uint8Array): readonly Uint8Array[] {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(ids[middle]!, id) < 0) low = middle + 1;
    else high = middle;
  }
  assert(low === ids.length || !equalBytes(ids[low]!, id), `transfer ${toHex(id)} is listed already`);
  return [...ids.slice(0, low), id, ...ids.slice(low)];
}

function stateOf(code: number): TransferState {
  const state = TRANSFER_STATES[code];
  if (state === undefined) throw new CodecError(`transfer state ${code}`);
  return state;
}
