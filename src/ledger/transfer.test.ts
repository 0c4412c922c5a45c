import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toHex } from "#base/bytes.ts";
import { ACCOUNTS, type AccountId, assertBooks, balanceOf, openAccount } from "#ledger/account.ts";
import { type Draft, State, type Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import {
  AMOUNT_MAX,
  expireTransfers,
  expiringAt,
  type PendingTransfer,
  postTransfer,
  reserve,
  resizeTransfer,
  TRANSFER_EXPIRIES,
  TRANSFERS,
  transfer,
  voidTransfer,
} from "#ledger/transfer.ts";

const TABLES = [ACCOUNTS, TRANSFERS, TRANSFER_EXPIRIES] as unknown as readonly Table<never, never>[];
const bank: AccountId = { kind: 0, number: 1 };
const anna: AccountId = { kind: 1, number: 1 };
const bice: AccountId = { kind: 1, number: 2 };
const ASSET = 0;
const id = (byte: number) => new Uint8Array(32).fill(byte);
const pending: PendingTransfer = {
  id: id(1),
  from: anna,
  to: bice,
  asset: ASSET,
  amount: 40n,
  expiryHeight: 10,
};

function opened(): State {
  const state = new State(TABLES);
  const draft = state.draft();
  openAccount(draft, bank, true);
  openAccount(draft, anna);
  openAccount(draft, bice);
  assert.equal(transfer(draft, { from: bank, to: anna, asset: ASSET, amount: 100n }), "ok");
  draft.seal().commit();
  return state;
}

/** Anna posted, Anna's reserve, Bice posted, Bice's announcement. */
function figures(draft: Draft): readonly bigint[] {
  const [a, b] = [balanceOf(draft, anna, ASSET), balanceOf(draft, bice, ASSET)];
  assert.equal(a.pendingIn, 0n);
  assert.equal(b.pendingOut, 0n);
  return [a.posted, a.pendingOut, b.posted, b.pendingIn];
}

type Move = readonly [string, (draft: Draft) => Status | void, Status | undefined, readonly bigint[]];
const hold = (changes: Partial<PendingTransfer> = {}, height = 1) => {
  return (draft: Draft) => reserve(draft, { ...pending, ...changes }, height);
};
const post = (amount: bigint) => (draft: Draft) => postTransfer(draft, id(1), amount);
const free = (draft: Draft) => voidTransfer(draft, id(1));
const resize = (amount: bigint) => (draft: Draft) => resizeTransfer(draft, id(1), amount);
const expire = (height: number) => (draft: Draft) => expireTransfers(draft, height);

/** Each life of a transfer: what is done, what is answered, and the four figures after it. */
const LIVES: readonly (readonly [string, readonly Move[]])[] = [
  [
    "reserved, posted in full",
    [
      ["reserve", hold(), "ok", [100n, 40n, 0n, 40n]],
      ["post", post(40n), "ok", [60n, 0n, 40n, 0n]],
      ["post again", post(40n), "transfer_already_resolved", [60n, 0n, 40n, 0n]],
      ["void", free, "transfer_already_resolved", [60n, 0n, 40n, 0n]],
      ["resize", resize(1n), "transfer_already_resolved", [60n, 0n, 40n, 0n]],
      ["reserve again, resolved long since", hold(), "ok", [60n, 0n, 40n, 0n]],
      ["expire", expire(10), undefined, [60n, 0n, 40n, 0n]],
      ["post after it is forgotten", post(40n), "transfer_unknown", [60n, 0n, 40n, 0n]],
    ],
  ],
  [
    "reserved, posted in part: the rest is free",
    [
      ["reserve", hold(), "ok", [100n, 40n, 0n, 40n]],
      ["post more than that", post(41n), "exceeds_pending", [100n, 40n, 0n, 40n]],
      ["post less than nothing", post(-1n), "amount_not_positive", [100n, 40n, 0n, 40n]],
      ["post a part", post(15n), "ok", [85n, 0n, 15n, 0n]],
      ["spend the rest", hold({ id: id(2), amount: 85n }), "ok", [85n, 85n, 15n, 85n]],
    ],
  ],
  [
    "reserved, posted as nothing",
    [
      ["reserve", hold(), "ok", [100n, 40n, 0n, 40n]],
      ["post nothing", post(0n), "ok", [100n, 0n, 0n, 0n]],
      ["void", free, "transfer_already_resolved", [100n, 0n, 0n, 0n]],
    ],
  ],
  [
    "reserved, voided",
    [
      ["reserve", hold(), "ok", [100n, 40n, 0n, 40n]],
      ["void", free, "ok", [100n, 0n, 0n, 0n]],
      ["void again", free, "transfer_already_resolved", [100n, 0n, 0n, 0n]],
      ["post", post(1n), "transfer_already_resolved", [100n, 0n, 0n, 0n]],
    ],
  ],
  [
    "reserved, expired, forgotten: its id may be used again",
    [
      ["reserve", hold(), "ok", [100n, 40n, 0n, 40n]],
      ["another block", expire(9), undefined, [100n, 40n, 0n, 40n]],
      ["its block", expire(10), undefined, [100n, 0n, 0n, 0n]],
      ["post too late", post(40n), "transfer_unknown", [100n, 0n, 0n, 0n]],
      ["the same id anew", hold({ expiryHeight: 20 }, 10), "ok", [100n, 40n, 0n, 40n]],
    ],
  ],
  [
    "asked for twice: once",
    [
      ["reserve", hold(), "ok", [100n, 40n, 0n, 40n]],
      ["the same again", hold(), "ok", [100n, 40n, 0n, 40n]],
      ["the same after its expiry", hold({}, 10), "ok", [100n, 40n, 0n, 40n]],
      ["another amount", hold({ amount: 41n }), "transfer_exists_differently", [100n, 40n, 0n, 40n]],
      ["another asset", hold({ asset: 3 }), "transfer_exists_differently", [100n, 40n, 0n, 40n]],
      ["another expiry", hold({ expiryHeight: 11 }), "transfer_exists_differently", [100n, 40n, 0n, 40n]],
      ["another payer", hold({ from: bank }), "transfer_exists_differently", [100n, 40n, 0n, 40n]],
      ["another payee", hold({ to: bank }), "transfer_exists_differently", [100n, 40n, 0n, 40n]],
    ],
  ],
  [
    "no more is reserved than there is",
    [
      ["reserve", hold(), "ok", [100n, 40n, 0n, 40n]],
      ["a second, too much", hold({ id: id(2), amount: 61n }), "balance_too_low", [100n, 40n, 0n, 40n]],
      ["a second, all of it", hold({ id: id(2), amount: 60n }), "ok", [100n, 100n, 0n, 100n]],
      [
        "move what is reserved",
        (draft) => transfer(draft, { ...pending, amount: 1n }),
        "balance_too_low",
        [100n, 100n, 0n, 100n],
      ],
      [
        "already expired",
        hold({ id: id(3), amount: 1n, expiryHeight: 5 }, 5),
        "transfer_expired",
        [100n, 100n, 0n, 100n],
      ],
    ],
  ],
  [
    "resized while pending",
    [
      ["reserve", hold(), "ok", [100n, 40n, 0n, 40n]],
      ["less", resize(10n), "ok", [100n, 10n, 0n, 10n]],
      ["nothing, and still pending", resize(0n), "ok", [100n, 0n, 0n, 0n]],
      ["all there is", resize(100n), "ok", [100n, 100n, 0n, 100n]],
      ["more than there is", resize(101n), "balance_too_low", [100n, 100n, 0n, 100n]],
      ["below nothing", resize(-1n), "amount_not_positive", [100n, 100n, 0n, 100n]],
      ["beyond any amount", resize(AMOUNT_MAX + 1n), "amount_too_large", [100n, 100n, 0n, 100n]],
      ["it is another transfer now", hold(), "transfer_exists_differently", [100n, 100n, 0n, 100n]],
      ["post", post(70n), "ok", [30n, 0n, 70n, 0n]],
    ],
  ],
];

for (const [title, moves] of LIVES) {
  test(`a transfer's life: ${title}`, () => {
    const draft = opened().draft();
    for (const [what, act, status, after] of moves) {
      assert.equal(act(draft) ?? undefined, status, what);
      assert.deepEqual(figures(draft), after, what);
      assertBooks(draft);
    }
  });
}

test("whoever may overdraw may reserve and pay what it does not have", () => {
  const draft = opened().draft();
  assert.equal(reserve(draft, { ...pending, from: bank, amount: AMOUNT_MAX }, 1), "ok");
  assert.equal(postTransfer(draft, id(1), AMOUNT_MAX), "ok");
  assert.equal(balanceOf(draft, bank, ASSET).posted, -100n - AMOUNT_MAX);
  assertBooks(draft);
});

test("transfers of one height expire in the order of their ids, whatever order they came in", () => {
  const draft = opened().draft();
  for (const byte of [7, 3, 9, 1, 8]) {
    assert.equal(reserve(draft, { ...pending, id: id(byte), amount: 1n }, 1), "ok");
  }
  assert.deepEqual(
    expiringAt(draft, 10).map((bytes) => bytes[0]),
    [1, 3, 7, 8, 9],
  );
  expireTransfers(draft, 10);
  assert.deepEqual(expiringAt(draft, 10), []);
  assert.equal(draft.get(TRANSFERS, id(3)), undefined);
});

/** What the accounts must say after any history of transfers, told by a plain list. */
interface Model {
  readonly amount: bigint;
  readonly from: number;
  readonly to: number;
  readonly expiryHeight: number;
  readonly reserved: bigint;
  readonly state: "pending" | "resolved";
}

const account = fc.integer({ min: 0, max: 2 });
const amount = fc.bigInt({ min: -1n, max: 60n });
const which = fc.integer({ min: 1, max: 5 });
const operation = fc.oneof(
  fc.record({ type: fc.constant("move" as const), from: account, to: account, amount }),
  fc.record({
    type: fc.constant("reserve" as const),
    which,
    from: account,
    to: account,
    amount,
    lasts: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({ type: fc.constant("post" as const), which, amount }),
  fc.record({ type: fc.constant("void" as const), which }),
  fc.record({ type: fc.constant("resize" as const), which, amount }),
  fc.record({ type: fc.constant("block" as const) }),
);

test("after any history the accounts say what a plain list of the transfers says, and a refusal changes nothing", () => {
  const accounts = [bank, anna, bice];
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const state = opened();
      let draft = state.draft();
      let height = 1;
      const posted = [-100n, 100n, 0n];
      const book = new Map<number, Model>();
      const held = (i: number) => {
        let sum = 0n;
        for (const t of book.values()) if (t.state === "pending" && t.from === i) sum += t.reserved;
        return sum;
      };
      const spare = (i: number, more: bigint) => more <= 0n || i === 0 || posted[i]! - held(i) >= more;
      for (const op of operations) {
        const before = toHex(draft.seal().root);
        let status: Status = "ok";
        let expected: boolean;
        if (op.type === "move") {
          const { from, to } = op;
          status = transfer(draft, {
            from: accounts[from]!,
            to: accounts[to]!,
            asset: ASSET,
            amount: op.amount,
          });
          expected = op.amount > 0n && spare(from, op.amount);
          if (expected) {
            posted[from]! -= op.amount;
            posted[to]! += op.amount;
          }
        } else if (op.type === "reserve") {
          const wanted = {
            from: op.from,
            to: op.to,
            amount: op.amount,
            expiryHeight: height + op.lasts,
          };
          status = reserve(
            draft,
            {
              id: id(op.which),
              from: accounts[op.from]!,
              to: accounts[op.to]!,
              asset: ASSET,
              amount: op.amount,
              expiryHeight: wanted.expiryHeight,
            },
            height,
          );
          const known = book.get(op.which);
          const same =
            known !== undefined &&
            known.from === wanted.from &&
            known.to === wanted.to &&
            known.expiryHeight === wanted.expiryHeight &&
            known.amount === wanted.amount;
          expected =
            op.amount > 0n && (known === undefined ? op.lasts > 0 && spare(op.from, op.amount) : same);
          if (expected && known === undefined) {
            book.set(op.which, { ...wanted, reserved: op.amount, state: "pending" });
          }
        } else if (op.type === "block") {
          height += 1;
          expireTransfers(draft, height);
          for (const [key, t] of book) if (t.expiryHeight === height) book.delete(key);
          assertBooks(draft);
          draft.seal().commit();
          draft = state.draft();
          expected = true;
        } else {
          const known = book.get(op.which);
          const live = known?.state === "pending" ? known : undefined;
          if (op.type === "post") {
            status = postTransfer(draft, id(op.which), op.amount);
            expected = live !== undefined && op.amount >= 0n && op.amount <= live.reserved;
            if (expected) {
              posted[live!.from]! -= op.amount;
              posted[live!.to]! += op.amount;
            }
          } else if (op.type === "void") {
            status = voidTransfer(draft, id(op.which));
            expected = live !== undefined;
          } else {
            status = resizeTransfer(draft, id(op.which), op.amount);
            expected = live !== undefined && op.amount >= 0n && spare(live.from, op.amount - live.reserved);
            if (expected) book.set(op.which, { ...live!, reserved: op.amount, amount: op.amount });
          }
          if (expected && op.type !== "resize") book.set(op.which, { ...live!, state: "resolved" });
        }
        assert.equal(status === "ok", expected, `${op.type}: ${status}`);
        if (status !== "ok") assert.equal(toHex(draft.seal().root), before, `${status} left a trace`);
        assertBooks(draft);
        for (const [i, who] of accounts.entries()) {
          const balance = balanceOf(draft, who, ASSET);
          let coming = 0n;
          for (const t of book.values()) if (t.state === "pending" && t.to === i) coming += t.reserved;
          assert.deepEqual(
            [balance.posted, balance.pendingOut, balance.pendingIn],
            [posted[i], held(i), coming],
          );
        }
      }
    }),
    { numRuns: 300 },
  );
});
