import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ACCOUNTS,
  type Account,
  type AccountId,
  adjust,
  assertBooks,
  availableOf,
  balanceOf,
  openAccount,
} from "#ledger/account.ts";
import { type Draft, State, type Table } from "#ledger/state.ts";

const TABLES = [ACCOUNTS] as unknown as readonly Table<never, never>[];
const bank: AccountId = { kind: 0, number: 1 };
const anna: AccountId = { kind: 1, number: 1 };
const bice: AccountId = { kind: 1, number: 2 };
const MONEY = 0;
const ENERGY = 7;

/** Anna has 100 of money, of which 30 are reserved for Bice. */
function opened(): State {
  const state = new State(TABLES);
  const draft = state.draft();
  openAccount(draft, bank, true);
  openAccount(draft, anna);
  openAccount(draft, bice);
  adjust(draft, bank, MONEY, -100n);
  adjust(draft, anna, MONEY, 100n, 30n, 0n);
  adjust(draft, bice, MONEY, 0n, 0n, 30n);
  assertBooks(draft);
  draft.seal().commit();
  return state;
}

test("what may be moved is what is held less what is reserved; an account never opened holds nothing", () => {
  const state = opened();
  assert.deepEqual(balanceOf(state, anna, MONEY), {
    asset: MONEY,
    posted: 100n,
    pendingOut: 30n,
    pendingIn: 0n,
  });
  assert.equal(availableOf(state, anna, MONEY), 70n);
  assert.equal(availableOf(state, bice, MONEY), 0n, "what is announced spends nothing");
  assert.equal(availableOf(state, anna, ENERGY), 0n);
  assert.equal(availableOf(state, { kind: 9, number: 9 }, MONEY), 0n);
});

test("balances stand in the order of their assets, whichever was touched first", () => {
  const draft = opened().draft();
  for (const asset of [9, 3, 7, 3, 12]) adjust(draft, bice, asset, 1n);
  assert.deepEqual(
    draft.get(ACCOUNTS, bice)!.balances.map(({ asset, posted }) => [asset, posted]),
    [
      [MONEY, 0n],
      [3, 2n],
      [7, 1n],
      [9, 1n],
      [12, 1n],
    ],
  );
});

test("an account is opened once, and only an open one is moved", () => {
  const draft = opened().draft();
  assert.throws(() => openAccount(draft, anna), /open already/);
  assert.throws(() => adjust(draft, { kind: 1, number: 3 }, MONEY, 1n), /not open/);
});

test("books that break a law stop the node: each law, broken alone", () => {
  const put = (draft: Draft, id: AccountId, change: (account: Account) => Account) =>
    draft.put(ACCOUNTS, id, change(draft.get(ACCOUNTS, id)!));
  const rows: readonly [RegExp, (draft: Draft) => void][] = [
    [/asset 0 was made or destroyed: 1/, (draft) => adjust(draft, anna, MONEY, 1n)],
    [/asset 7 was made or destroyed: -1/, (draft) => adjust(draft, bank, ENERGY, -1n)],
    [
      /asset 0 was made or destroyed: 2/,
      (draft) => {
        adjust(draft, bank, MONEY, -1n);
        adjust(draft, anna, MONEY, 3n);
      },
    ],
    [/reserves and announcements differ/, (draft) => adjust(draft, anna, MONEY, 0n, 1n, 0n)],
    [/reserves and announcements differ/, (draft) => adjust(draft, bice, MONEY, 0n, 0n, -1n)],
    [
      /a negative reserve/,
      (draft) => {
        adjust(draft, bice, MONEY, 0n, -1n, 0n);
        adjust(draft, anna, MONEY, 0n, 1n, 0n);
      },
    ],
    [
      /1\/1, asset 0: holds 29, reserved 30/,
      (draft) => {
        adjust(draft, anna, MONEY, -71n);
        adjust(draft, bice, MONEY, 71n);
      },
    ],
    [/was closed/, (draft) => draft.delete(ACCOUNTS, anna)],
    [/lost a balance/, (draft) => put(draft, anna, (account) => ({ ...account, balances: [] }))],
  ];
  for (const [law, breakIt] of rows) {
    const draft = opened().draft();
    breakIt(draft);
    assert.throws(() => assertBooks(draft), law);
  }
  const lawful = opened().draft();
  adjust(lawful, anna, MONEY, -70n);
  adjust(lawful, bank, MONEY, 70n);
  assertBooks(lawful);
});
