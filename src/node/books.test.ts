import assert from "node:assert/strict";
import { before, test } from "node:test";
import { encode } from "#base/codec.ts";
import { ChainApp } from "#chain/app.ts";
import { TABLES } from "#chain/genesis.ts";
import { ACCOUNTS, type Account } from "#ledger/account.ts";
import { KEYS, MEMBERS } from "#ledger/member.ts";
import { type RawRow, State, type Table } from "#ledger/state.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { TRANSFER_EXPIRIES, TRANSFERS } from "#ledger/transfer.ts";
import { FEES, MONEY, memberAccount, SOLAR, storeAccount } from "#market/books.ts";
import { PLANTS, type Plant } from "#market/participant.ts";
import { SALE_EXPIRIES, SALES, type Sale } from "#market/sale.ts";
import { booksProblems } from "#node/books.ts";
import { GENESIS, Load, NOON, OPERATOR, PRODUCER, QUARTER, SUPPLIER } from "../../test/support/node-load.ts";

/** A street with a settled sale, one partly delivered and still open, and one just opened. */
let state: State;
let rows: RawRow[];
let height: number;

before(() => {
  const app = new ChainApp(GENESIS);
  const load = new Load();
  const block = (time: number, ...transactions: Uint8Array[]) => {
    const open = app.open(time);
    const included = transactions.map((bytes) => {
      const transaction = decodeTransaction(bytes);
      assert.ok(transaction.ok);
      assert.equal(open.execute(transaction.value, () => true, "leaves no trace").status, "ok");
      return { bytes, status: STATUS.ok };
    });
    app.produce(open, included, PRODUCER).commit();
  };
  block(GENESIS.time, ...load.street(3));
  block(NOON, load.interval(NOON - QUARTER, 3));
  block(NOON, load.sale(1, 100n), load.sale(1, 500n), load.sale(2, 700n));
  block(NOON + QUARTER, load.delivery(NOON, 1, 300));
  rows = [...app.export()];
  height = app.height;
  state = State.import(TABLES, rows);
});

/** The problems once a row is changed; `undefined` takes it away. */
function after<K, V>(table: Table<K, V>, key: K, change: (row: V) => V | undefined): string[] {
  const name = encode(table.key, key).join();
  const other = rows.filter((row) => row.table !== table.number || row.key.join() !== name);
  const row = change(state.get(table, key)!);
  if (row !== undefined) {
    other.push({ table: table.number, key: encode(table.key, key), row: encode(table.row, row) });
  }
  return booksProblems(other, height);
}

const balance =
  (asset: number, changes: { posted?: bigint; pendingOut?: bigint; pendingIn?: bigint }) =>
  (row: Account) => ({
    ...row,
    balances: row.balances.map((b) =>
      b.asset === asset
        ? {
            asset,
            posted: b.posted + (changes.posted ?? 0n),
            pendingOut: b.pendingOut + (changes.pendingOut ?? 0n),
            pendingIn: b.pendingIn + (changes.pendingIn ?? 0n),
          }
        : b,
    ),
  });

function says(problems: readonly string[], pattern: RegExp): void {
  assert.ok(
    problems.some((problem) => pattern.test(problem)),
    `${pattern} is not among: ${problems.join("; ")}`,
  );
}

test("the books of an honest chain are in order", () => {
  assert.deepEqual(booksProblems(rows, height), []);
  const sales = state.rows(SALES).map(({ row }) => row.state);
  assert.deepEqual([...sales].sort(), ["open", "open", "settled"]);
});

test("money or energy made of nothing is found", () => {
  says(
    after(ACCOUNTS, memberAccount(OPERATOR), (row) => ({
      ...row,
      balances: [{ asset: MONEY, posted: 1n, pendingOut: 0n, pendingIn: 0n }],
    })),
    /asset 0 sums to 1, not to zero/,
  );
  says(after(ACCOUNTS, storeAccount(3), balance(SOLAR, { posted: -1n })), /asset 1 sums to -1/);
});

test("more reserved than held is found", () => {
  const taken = -state.get(ACCOUNTS, storeAccount(2))!.balances[0]!.posted;
  says(
    after(ACCOUNTS, storeAccount(2), balance(SOLAR, { posted: taken })),
    /account 2\/2, asset 1 holds 0, of which/,
  );
});

test("a reserve without its transfer is found, and a transfer without its reserve", () => {
  says(
    after(ACCOUNTS, storeAccount(2), balance(SOLAR, { pendingOut: 1n })),
    /account 2\/2, asset 1 has \d+ reserved/,
  );
  says(after(ACCOUNTS, memberAccount(SUPPLIER), balance(SOLAR, { pendingIn: 1n })), /has \d+ announced/);
  const pending = state.rows(TRANSFERS).find(({ row }) => row.state === "pending")!;
  says(
    after(TRANSFERS, pending.key, (row) => ({ ...row, state: "voided" as const })),
    /reserved, its pending transfers/,
  );
});

test("a transfer that is listed nowhere, twice, elsewhere or after its expiry is found", () => {
  const [list] = state.rows(TRANSFER_EXPIRIES);
  says(
    after(TRANSFER_EXPIRIES, list!.key, () => undefined),
    /transfer [0-9a-f]+ is listed nowhere/,
  );
  says(
    after(TRANSFER_EXPIRIES, list!.key, (ids) => [ids[0]!, ...ids]),
    /listed twice/,
  );
  const { key } = state.rows(TRANSFERS)[0]!;
  says(
    after(TRANSFERS, key, (row) => ({ ...row, expiryHeight: row.expiryHeight + 1 })),
    /on record for/,
  );
  says(
    after(TRANSFERS, key, () => undefined),
    /on record for never/,
  );
  says(booksProblems(rows, list!.key), /transfers are still listed to expire/);
});

test("what is left under a closed number is found", () => {
  const closing = (row: Plant) => ({ ...row, closed: height });
  says(after(PLANTS, 3, closing), /plant 3 is closed, its owner is not/);
  says(after(PLANTS, 3, closing), /plant 3 is closed with energy in its store/);
  const paid = state.rows(SALES).find(({ row }) => row.gross > 0n)!.row.plant;
  says(after(PLANTS, paid, closing), /member \d+ is closed with money/);
});

test("an open sale must be listed at its plant and where it expires; a closed one nowhere", () => {
  const open = state.rows(SALES).find(({ row }) => row.plant === 2)!;
  const closed = state.rows(SALES).find(({ row }) => row.state === "settled")!;
  says(
    after(PLANTS, 2, (row) => ({ ...row, openSales: [] })),
    /plant 2 does not list its open sale/,
  );
  says(
    after(PLANTS, 2, (row) => ({ ...row, openSales: [closed.key] })),
    /which is not open there/,
  );
  says(
    after(PLANTS, 1, (row) => ({ ...row, openSales: [...row.openSales, ...row.openSales] })),
    /not open there/,
  );
  const { key } = state.rows(SALE_EXPIRIES)[0]!;
  says(
    after(SALE_EXPIRIES, key, () => undefined),
    /sale [0-9a-f]+ is listed nowhere/,
  );
  says(
    after(SALES, open.key, (row) => ({ ...row, plant: 3 })),
    /plant 2 lists sale [0-9a-f]+, which is not open there/,
  );
});

test("a sale that paid something else than what was delivered is found", () => {
  const closed = state.rows(SALES).find(({ row }) => row.state === "settled")!;
  const open = state.rows(SALES).find(({ row }) => row.plant === 2)!;
  const with1 = (field: "gross" | "feePaid") => (row: Sale) => ({ ...row, [field]: row[field] + 1n }) as Sale;
  says(after(SALES, closed.key, with1("gross")), /sale [0-9a-f]+ paid \d+ and \d+ instead of/);
  says(after(SALES, closed.key, with1("feePaid")), /the treasury holds/);
  says(
    after(SALES, open.key, (row) => ({ ...row, delivered: row.energy })),
    /is delivered and still open/,
  );
  says(
    after(SALES, open.key, (row) => ({ ...row, delivered: 1n as Sale["delivered"] })),
    /holds \d+ Wh of/,
  );
  says(
    after(SALES, open.key, (row) => ({ ...row, energy: 700_000n as Sale["energy"] })),
    /reserved for open sales/,
  );
  says(after(ACCOUNTS, FEES, balance(MONEY, { posted: 1n })), /the treasury holds/);
});

test("a key in use that is not registered to whom it serves is found", () => {
  const member = state.get(MEMBERS, OPERATOR)!;
  says(
    after(KEYS, member.keys[0]!, () => undefined),
    /a key of member 1 is not registered to it/,
  );
  says(
    after(KEYS, state.get(PLANTS, 1)!.meterKey, () => OPERATOR),
    /the meter key of plant 1/,
  );
});
