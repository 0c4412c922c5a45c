/**
 * Accounts and their balances. An account holds any number of assets; what an asset means (money, a kind of
 * energy) is the market's knowledge, here it is a number. Per asset a balance has
 *   posted      what was moved in minus what was moved out,
 *   pendingOut  reserved by transfers that may still take it,
 *   pendingIn   announced by transfers that may still bring it; spends nothing.
 * What may be moved is posted − pendingOut. Only an account opened with `overdraft` may go below zero: it is
 * the far side of the books (the bank, the panels), so that every asset sums to zero over all accounts.
 */
import { assert } from "#base/assert.ts";
import type { Codec } from "#base/codec.ts";
import type { Draft, StateReader, Table } from "#ledger/state.ts";

export interface AccountId {
  /** u8: a class of accounts, named by the market. */
  readonly kind: number;
  /** u32: which one of its class. */
  readonly number: number;
}

/** u8, named by the market. */
export type Asset = number;

export interface Balance {
  readonly asset: Asset;
  readonly posted: bigint;
  readonly pendingOut: bigint;
  readonly pendingIn: bigint;
}

export interface Account {
  readonly overdraft: boolean;
  /** Ascending by asset; an asset never touched is absent. */
  readonly balances: readonly Balance[];
}

const MAX_ASSETS = 16;

export const accountIdCodec: Codec<AccountId> = {
  write: (writer, id) => writer.u8(id.kind).u32(id.number),
  read: (reader) => ({ kind: reader.u8(), number: reader.u32() }),
};

export const ACCOUNTS: Table<AccountId, Account> = {
  number: 1,
  name: "accounts",
  key: accountIdCodec,
  id: (id) => id.kind * 0x1_0000_0000 + id.number,
  row: {
    write(writer, account) {
      writer.boolean(account.overdraft).list(account.balances, MAX_ASSETS, (w, balance) => {
        w.u8(balance.asset).i128(balance.posted).u64(balance.pendingOut).u64(balance.pendingIn);
      });
    },
    read: (reader) => ({
      overdraft: reader.boolean(),
      balances: reader.list(MAX_ASSETS, (r) => ({
        asset: r.u8(),
        posted: r.i128(),
        pendingOut: r.u64(),
        pendingIn: r.u64(),
      })),
    }),
  },
};

const NOTHING = { posted: 0n, pendingOut: 0n, pendingIn: 0n };

/** Opens an empty account. An account of that id already open is a programming error. */
export function openAccount(draft: Draft, id: AccountId, overdraft = false): void {
  assert(draft.get(ACCOUNTS, id) === undefined, `account ${id.kind}/${id.number} is open already`);
  draft.put(ACCOUNTS, id, { overdraft, balances: [] });
}

/** Zero for an asset never touched and for an account never opened. */
export function balanceOf(state: StateReader, id: AccountId, asset: Asset): Balance {
  return state.get(ACCOUNTS, id)?.balances.find((b) => b.asset === asset) ?? { asset, ...NOTHING };
}

/** What may still be moved out: posted − pendingOut. */
export function availableOf(state: StateReader, id: AccountId, asset: Asset): bigint {
  const { posted, pendingOut } = balanceOf(state, id, asset);
  return posted - pendingOut;
}

/** Adds to the three figures of one balance. The account must be open; the caller keeps the sums at zero. */
export function adjust(
  draft: Draft,
  id: AccountId,
  asset: Asset,
  posted: bigint,
  pendingOut = 0n,
  pendingIn = 0n,
): void {
  const account = draft.get(ACCOUNTS, id);
  assert(account !== undefined, `account ${id.kind}/${id.number} is not open`);
  const balances: Balance[] = [];
  let placed = false;
  for (const balance of account.balances) {
    if (!placed && balance.asset >= asset) {
      placed = true;
      const old = balance.asset === asset ? balance : NOTHING;
      balances.push({
        asset,
        posted: old.posted + posted,
        pendingOut: old.pendingOut + pendingOut,
        pendingIn: old.pendingIn + pendingIn,
      });
      if (balance.asset === asset) continue;
    }
    balances.push(balance);
  }
  if (!placed) balances.push({ asset, posted, pendingOut, pendingIn });
  draft.put(ACCOUNTS, id, { overdraft: account.overdraft, balances });
}

/**
 * Holds a draft's accounts to the books' laws: every asset moved sums to zero, so do the announcements in
 * and out, nothing reserved or announced is negative, and no account without overdraft holds less than it
 * has reserved. Throws `InvariantError`: a node that finds its books wrong stops.
 */
export function assertBooks(draft: Draft): void {
  const moved = new Map<Asset, bigint>();
  const announced = new Map<Asset, bigint>();
  for (const { key, before, after } of draft.changes(ACCOUNTS)) {
    assert(after !== undefined, `account ${key.kind}/${key.number} was closed`);
    assert(
      after.balances.length >= (before?.balances.length ?? 0),
      `account ${key.kind}/${key.number} lost a balance`,
    );
    for (const balance of after.balances) {
      const old = before?.balances.find((b) => b.asset === balance.asset) ?? NOTHING;
      add(moved, balance.asset, balance.posted - old.posted);
      add(
        announced,
        balance.asset,
        balance.pendingOut - old.pendingOut - (balance.pendingIn - old.pendingIn),
      );
      assert(
        balance.pendingOut >= 0n && balance.pendingIn >= 0n,
        `account ${key.kind}/${key.number}: a negative reserve`,
      );
      assert(
        after.overdraft || balance.posted >= balance.pendingOut,
        `account ${key.kind}/${key.number}, asset ${balance.asset}: holds ${balance.posted}, reserved ${balance.pendingOut}`,
      );
    }
  }
  for (const [asset, sum] of moved) assert(sum === 0n, `asset ${asset} was made or destroyed: ${sum}`);
  for (const [asset, sum] of announced)
    assert(sum === 0n, `asset ${asset}: reserves and announcements differ`);
}

function add(sums: Map<Asset, bigint>, asset: Asset, value: bigint): void {
  sums.set(asset, (sums.get(asset) ?? 0n) + value);
}
