import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlockSummary } from "#wire/schemas.ts";
import { merged, rowsOf, searched } from "./chain.ts";

const block = (height: number, transactions = 0): BlockSummary => ({
  height,
  time: height * 5,
  hash: "0".repeat(64),
  transactions,
  refused: 0,
});

test("blocks from the stream and from older pages form one list, newest first, each height once", () => {
  const list = merged([block(5), block(4)], [block(7, 2), block(5, 1), block(6)]);
  assert.deepEqual(
    list.map(({ height, transactions }) => [height, transactions]),
    [
      [7, 2],
      [6, 0],
      [5, 1],
      [4, 0],
    ],
  );
});

test("empty blocks are drawn together from three on, across no gap, and never the newest", () => {
  const rows = rowsOf(
    [block(20), block(19), block(18), block(17), block(16, 1), block(15), block(14), block(9)],
    3,
  );
  assert.deepEqual(
    rows.map((row) =>
      row.kind === "block" ? row.block.height : [row.newest.height, row.oldest.height, row.count],
    ),
    [20, [19, 17, 3], 16, 15, 14, 9],
  );
});

test("a search names a block by its height, however it is grouped, and a transaction by its id", () => {
  const id = "ab".repeat(32);
  const rows: [string, string | undefined][] = [
    ["48214", "/ledger/block/48214"],
    [" 48,214 ", "/ledger/block/48214"],
    ["48.214", "/ledger/block/48214"],
    ["#7", "/ledger/block/7"],
    [id.toUpperCase(), `/ledger/transaction/${id}`],
    ["0", undefined],
    ["alba", undefined],
    ["", undefined],
    ["ab".repeat(31), undefined],
  ];
  for (const [text, path] of rows) assert.equal(searched(text), path, text);
});
