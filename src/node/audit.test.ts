import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { utf8 } from "#base/bytes.ts";
import { genesisHash } from "#chain/genesis.ts";
import { type Block, type Header, headerHash, transactionsRoot } from "#ledger/block.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction, encodeTransaction } from "#ledger/transaction.ts";
import { auditFolder } from "#node/audit.ts";
import type { AuditReport } from "#node/audit-frame.ts";
import { BlockLog, HEAD_FILE, LOG_FILE } from "#node/block-log.ts";
import { FORMAT_FILE, GENESIS_FILE, openFolder } from "#node/folder.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import { openNode } from "#node/node.ts";
import { SNAPSHOT_FOLDER, snapshotName, writeSnapshot } from "#node/snapshot.ts";
import {
  commitAll,
  GENESIS,
  Load,
  NOON,
  openLoaded,
  PRODUCER,
  QUARTER,
  signerOf,
} from "../../test/support/node-load.ts";

const FOLDER = "/node";

function open(storage: MemoryStorage, clock = { now: NOON }) {
  return openLoaded(FOLDER, { storage, now: () => clock.now, blockIntervalMs: "manual" });
}

function audited(storage: MemoryStorage): Promise<AuditReport> {
  return auditFolder(FOLDER, { storage });
}

async function problemOf(storage: MemoryStorage) {
  const { firstProblem } = await audited(storage);
  return firstProblem && { ...firstProblem.place, what: firstProblem.what };
}

/** Four blocks: a street, a charge, sales, a delivery. */
async function street(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const clock = { now: GENESIS.time };
  const node = await open(storage, clock);
  const load = new Load();
  await commitAll(node, load.street(3));
  clock.now = NOON;
  await commitAll(node, [load.interval(NOON - QUARTER, 3)]);
  await node.snapshotNow();
  await commitAll(node, [load.sale(1), load.sale(2), load.deposit()]);
  clock.now += QUARTER;
  await commitAll(node, [load.interval(NOON, 3, 5)]);
  await node.close();
  return storage;
}

test("a good folder is found good, with what it holds", async () => {
  const storage = await street();
  const node = await open(storage);
  const root = node.view().stateRoot;
  await node.close();
  const told: number[] = [];
  const { chain, ...report } = await auditFolder(FOLDER, {
    storage,
    onProgress: ({ height, of }) => told.push(height, of),
  });
  assert.equal(chain?.height, 4);
  assert.deepEqual(report, {
    blocks: 4,
    transactions: 21,
    height: 4,
    stateRoot: root,
    snapshots: 2,
    notes: [],
  });
  assert.deepEqual(told.slice(0, 2), [1, 4]);
});

test("an empty chain is found good", async () => {
  const storage = new MemoryStorage();
  await (await open(storage)).close();
  const { blocks, height, firstProblem } = await audited(storage);
  assert.deepEqual([blocks, height, firstProblem], [0, 0, undefined]);
});

test("an audit runs beside a node that goes on", async () => {
  const storage = new MemoryStorage();
  const node = await open(storage);
  const load = new Load();
  await commitAll(node, [load.deposit()]);
  const [report] = await Promise.all([
    audited(storage),
    commitAll(node, [load.deposit()]).then(() => node.snapshotNow()),
  ]);
  assert.equal(report.firstProblem, undefined);
  assert.ok(report.blocks >= 1);
  await node.close();
});

/** A folder whose producer signed what it should not have: blocks are logged unlooked at. */
async function folderOf(blocks: readonly Block[]): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  (await openFolder(storage, FOLDER, GENESIS)).release();
  const log = await BlockLog.open(storage, FOLDER, genesisHash(GENESIS));
  for (const block of blocks) await log.append(block, headerHash(block.header));
  await log.close();
  return storage;
}

function signed(header: Header, transactions: Block["transactions"]): Block {
  const whole = { ...header, transactionsRoot: transactionsRoot(transactions) };
  return { header: whole, signature: PRODUCER.sign(headerHash(whole)), transactions };
}

async function honestBlocks(): Promise<readonly [Block, Block]> {
  const storage = new MemoryStorage();
  const node = await open(storage);
  const load = new Load();
  await commitAll(node, [load.deposit(), load.deposit()]);
  await commitAll(node, [load.deposit(), load.deposit(), load.deposit()]);
  await node.close();
  const log = await BlockLog.open(storage, FOLDER, genesisHash(GENESIS));
  return [log.read(1)!, log.read(2)!];
}

function forgedTransaction(bytes: Uint8Array, changes: object): { bytes: Uint8Array; status: number } {
  const transaction = decodeTransaction(bytes);
  assert.ok(transaction.ok);
  return { bytes: encodeTransaction({ ...transaction.value, ...changes }), status: STATUS.ok };
}

test("a producer that cheats is found out, at the block and the transaction", async () => {
  const [first, second] = await honestBlocks();
  const { header, transactions } = second;
  const [a, b, c] = transactions as [
    Block["transactions"][0],
    Block["transactions"][0],
    Block["transactions"][0],
  ];
  const unsigned = forgedTransaction(b.bytes, { signature: signerOf("thief").sign(utf8("x")) });
  const stranger = forgedTransaction(b.bytes, { publicKey: signerOf("stranger").publicKey });
  const load = new Load();
  // Past the references that the honest blocks have booked.
  for (let i = 0; i < 10; i++) load.deposit();
  load.nonces.set(1, 5);
  const rows: [string, Block, object][] = [
    [
      "a signature that nobody made",
      signed(header, [a, unsigned, c]),
      { transaction: 1, what: "wrong_status" },
    ],
    ["the key of a stranger", signed(header, [a, stranger, c]), { transaction: 1, what: "wrong_status" }],
    ["one left out", signed(header, [a, c]), { transaction: 1, what: "wrong_status" }],
    ["one repeated", signed(header, [a, b, b]), { transaction: 2, what: "wrong_status" }],
    ["the order changed", signed(header, [b, a, c]), { transaction: 0, what: "wrong_status" }],
    [
      "a verdict changed",
      signed(header, [a, b, { ...c, status: 60 }]),
      { transaction: 2, what: "wrong_status" },
    ],
    [
      "one more than the root says",
      signed(header, [...transactions, { bytes: load.deposit(), status: 0 }]),
      { what: "wrong_state_root" },
    ],
    [
      "another root",
      signed({ ...header, stateRoot: new Uint8Array(32) }, transactions),
      { what: "wrong_state_root" },
    ],
    ["time running back", signed({ ...header, time: NOON - 1 }, transactions), { what: "time_went_back" }],
    ["another chain", signed({ ...header, chain: "other" }, transactions), { what: "wrong_chain" }],
    [
      "transactions that the header does not cover",
      { ...signed(header, transactions), transactions: [a, b] },
      { what: "wrong_transactions_root" },
    ],
    [
      "bytes that are no transaction",
      signed(header, [a, { bytes: utf8("x"), status: 0 }]),
      { transaction: 1 },
    ],
  ];
  assert.equal(await problemOf(await folderOf([first, second])), undefined);
  for (const [what, block, expected] of rows) {
    const problem = await problemOf(await folderOf([first, block]));
    assert.ok(problem !== undefined, what);
    const { file, height } = problem;
    assert.deepEqual({ file, height }, { file: LOG_FILE, height: 2 }, what);
    assert.deepEqual({ ...problem, ...expected }, problem, what);
  }
  // What somebody else signed does not even pass as the head; further down, it is the block that tells.
  const thief = signerOf("thief");
  const stolen = { ...second, signature: thief.sign(headerHash(header)) };
  const own = { ...header, producer: thief.publicKey };
  const owned = { ...second, header: own, signature: thief.sign(headerHash(own)) };
  const next = (block: Block) =>
    signed({ ...header, height: 3, previousHash: headerHash(block.header) }, transactions);
  for (const [block, what] of [
    [stolen, "bad_block_signature"],
    [owned, "wrong_producer"],
  ] as const) {
    assert.equal((await problemOf(await folderOf([first, block])))?.what, "it is not signed");
    const problem = await problemOf(await folderOf([first, block, next(block)]));
    assert.deepEqual([problem?.height, problem?.what], [2, what]);
  }
});

test("a head that does not fit the log is found", async () => {
  const [first, second] = await honestBlocks();
  const shorter = await folderOf([first]);
  const longer = await folderOf([first, second]);
  const head = longer.read(join(FOLDER, HEAD_FILE));
  shorter.open(join(FOLDER, HEAD_FILE), "write").write(0, head);
  assert.deepEqual(await problemOf(shorter), {
    file: LOG_FILE,
    offset: shorter.read(join(FOLDER, LOG_FILE)).length,
    height: 2,
    what: "the log ends before block 2, which was acknowledged",
  });
  const other = await folderOf([first, signed({ ...second.header, time: NOON + 5 }, second.transactions)]);
  other.open(join(FOLDER, HEAD_FILE), "write").write(0, head);
  assert.deepEqual(await problemOf(other), { file: HEAD_FILE, height: 2, what: "it names another block" });
});

test("what a crash leaves is noted and is no problem", async () => {
  const [first, second] = await honestBlocks();
  const storage = await folderOf([first]);
  const log = await BlockLog.open(storage, FOLDER, genesisHash(GENESIS));
  const head = storage.read(join(FOLDER, HEAD_FILE));
  await log.append(second, headerHash(second.header));
  log.abandon();
  storage.open(join(FOLDER, HEAD_FILE), "write").write(0, head);
  const ahead = await audited(storage);
  assert.deepEqual(
    [ahead.firstProblem, ahead.blocks, ahead.notes],
    [undefined, 2, ["1 blocks after the head's, durable and not acknowledged"]],
  );
  const file = storage.open(join(FOLDER, LOG_FILE), "write");
  file.truncate(file.size() - 1);
  const torn = await audited(storage);
  assert.deepEqual([torn.firstProblem, torn.blocks, torn.notes.length], [undefined, 1, 1]);
  assert.match(
    torn.notes[0]!,
    /an unfinished write after block 1, byte \d+: a record that ends 1 bytes early/,
  );
});

test("snapshots are held against the log and their own roots", async () => {
  const storage = await street();
  const path = (height: number) => join(FOLDER, SNAPSHOT_FOLDER, snapshotName(height));
  const rotten = await street();
  rotten.open(path(2), "write").write(300, Uint8Array.of(0, 1, 2));
  assert.deepEqual(await problemOf(rotten), {
    file: join(SNAPSHOT_FOLDER, snapshotName(2)),
    height: 2,
    what: "its checksum is wrong",
  });
  // One of a chain that went another way.
  const other = new MemoryStorage();
  const node = await open(other);
  const load = new Load();
  for (let i = 0; i < 5; i++) await commitAll(node, [load.deposit()]);
  const snapshotsAt = async (height: number) => {
    const target = await street();
    target.open(path(height), "create").write(0, other.read(path(height)));
    return problemOf(target);
  };
  await node.close();
  assert.equal((await snapshotsAt(5))?.what, "the log ends before its block");
  other.rename(path(5), path(9));
  const fresh = new MemoryStorage();
  const short = await open(fresh);
  const again = new Load();
  for (let i = 0; i < 4; i++) await commitAll(short, [again.deposit(9n)]);
  await short.close();
  storage.remove(path(4));
  storage.open(path(4), "create").write(0, fresh.read(path(4)));
  assert.equal((await problemOf(storage))?.what, "the log holds another block");
  // One whose rows are not those of its header.
  const honest = await street();
  const chain = await openNode({ folder: FOLDER, storage: honest, producer: PRODUCER, now: () => NOON });
  const tip = chain.view().tip!;
  await chain.close();
  honest.remove(path(4));
  const content = { genesisHash: genesisHash(GENESIS), tip, rows: [] };
  await writeSnapshot(honest, FOLDER, content, () => Promise.resolve());
  assert.match((await problemOf(honest))!.what, /root/);
});

test("missing and unreadable files are named", async () => {
  for (const file of [FORMAT_FILE, GENESIS_FILE, HEAD_FILE, LOG_FILE]) {
    const storage = await folderOf([]);
    storage.remove(join(FOLDER, file));
    assert.deepEqual(await problemOf(storage), { file, what: "the file is missing" });
  }
  for (const [file, bytes, what] of [
    [FORMAT_FILE, "contrada data folder, format 2\n", /format 2/],
    [FORMAT_FILE, "something else", /no data folder/],
    [GENESIS_FILE, "x", /damaged/],
    [HEAD_FILE, "x", /cannot be read/],
    [LOG_FILE, "x", /ends within its first bytes/],
  ] as const) {
    const storage = await folderOf([]);
    storage.remove(join(FOLDER, file));
    storage.open(join(FOLDER, file), "create").write(0, utf8(bytes));
    const problem = await problemOf(storage);
    assert.equal(problem?.file, file);
    assert.match(problem.what, what);
  }
});
