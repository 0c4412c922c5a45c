import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import { genesisHash } from "#chain/genesis.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction, encodeTransaction } from "#ledger/transaction.ts";
import type { AuditReport } from "#node/audit-frame.ts";
import { TOLD_GENESIS_FILE } from "#node/comet/application.ts";
import { applicationFolderIn, auditApplication } from "#node/comet/audit.ts";
import { type DecidedBlock, DecidedLog } from "#node/comet/decided-log.ts";
import { DECIDED_LOG_FILE } from "#node/comet/restart.ts";
import { SNAPSHOT_FOLDER, snapshotHeights, snapshotName } from "#node/snapshot.ts";
import { disk } from "#node/storage.ts";
import { genesisFile, Spoken } from "../../../test/support/abci.ts";
import { type ChainBench, interval, openStreet, selling } from "../../../test/support/chain-bench.ts";
import { temporaryFolder } from "../../../test/support/node-load.ts";

const EVERY = { snapshotEvery: 4 };

/** A street's day with verdicts of several kinds. */
function day(): ChainBench {
  const { bench, noon } = openStreet();
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1_200 } }));
  bench.accept(noon + 10, selling(bench, noon));
  bench.block(noon + 20, [selling(bench, noon)], "counts");
  for (let i = 1; i <= 7; i++) bench.block(noon + 20 + i, []);
  bench.accept(noon + 900, interval(noon, { plant: 1, solar: { exportedWh: 1_000, lostWh: 40 } }));
  return bench;
}

/** Follows the blocks of a bench, each snapshot written before the next block. */
async function follow(node: Spoken, folder: string, blocks: ChainBench["blocks"]): Promise<void> {
  for (const block of blocks) {
    await node.decide(block);
    const { height } = block.header;
    if (height % EVERY.snapshotEvery !== 0) continue;
    for (const end = Date.now() + 90_000; snapshotHeights(disk, folder)[0] !== height; await pause(5)) {
      if (Date.now() > end) throw new Error(`no snapshot of block ${height}`);
    }
  }
}

/** A node that followed a day and ended. */
async function kept(t: TestContext, bench: ChainBench): Promise<string> {
  const folder = temporaryFolder(t);
  const node = new Spoken(folder, bench.app.time, EVERY);
  await node.begin(bench.genesis);
  await follow(node, folder, bench.blocks);
  node.app.close();
  return folder;
}

/** A home of CometBFT whose application began with the newest state of a giver, and followed the rest. */
async function synced(t: TestContext, bench: ChainBench, giverFolder: string) {
  const home = temporaryFolder(t);
  const config = join(home, "config");
  mkdirSync(config);
  const file = join(config, "genesis.json");
  renameSync(genesisFile(config, bench.genesis), file);
  const giver = new Spoken(giverFolder, bench.app.time, EVERY);
  const [snapshot] = (await giver.ask({ listSnapshots: {} })).listSnapshots!.snapshots;
  const { height, format } = snapshot!;
  const base = Number(height);
  const folder = join(home, "application");
  const node = new Spoken(folder, bench.app.time, { ...EVERY, genesisFile: file });
  const appHash = bench.blocks[base - 1]!.header.stateRoot;
  await node.ask({ offerSnapshot: { snapshot: snapshot!, appHash } });
  const { chunk } = (await giver.ask({ loadSnapshotChunk: { height, format, chunk: 0 } })).loadSnapshotChunk!;
  await node.ask({ applySnapshotChunk: { index: 0, chunk, sender: "giver" } });
  await follow(node, folder, bench.blocks.slice(base));
  node.app.close();
  giver.app.close();
  return { home, folder, base };
}

async function problemOf(folder: string) {
  const { firstProblem } = await auditApplication(folder);
  return firstProblem && { ...firstProblem.place, what: firstProblem.what };
}

function holds(report: AuditReport, bench: ChainBench, blocks: number): void {
  assert.equal(report.firstProblem, undefined);
  assert.deepEqual(
    [report.blocks, report.height, toHex(report.stateRoot!), report.snapshots],
    [blocks, bench.app.height, toHex(bench.app.stateRoot), 2],
  );
}

function flip(path: string, offset: number): void {
  const file = disk.open(path, "write");
  file.write(offset, Uint8Array.of(file.read(offset, 1)[0]! ^ 0x10));
  file.close();
}

test("a good folder of a validator is found good, and is not changed", async (t) => {
  const bench = day();
  const folder = await kept(t, bench);
  const before = disk.read(join(folder, DECIDED_LOG_FILE));
  const running = new Spoken(folder, bench.app.time, EVERY);
  const told: number[] = [];
  const report = await auditApplication(folder, { onProgress: ({ of }) => told.push(of) });
  running.app.close();
  holds(report, bench, bench.app.height);
  assert.equal(report.transactions, bench.blocks.flatMap(({ transactions }) => transactions).length);
  assert.deepEqual([report.notes, told[0]], [[], bench.app.height]);
  assert.deepEqual(disk.read(join(folder, DECIDED_LOG_FILE)), before);
});

test("a node that began with a state of others is checked from there, and says so", async (t) => {
  const bench = day();
  const { home, folder, base } = await synced(t, bench, await kept(t, bench));
  assert.equal(applicationFolderIn(home), folder);
  assert.equal(applicationFolderIn(folder), folder);
  assert.equal(applicationFolderIn(join(home, "config")), undefined);
  const report = await auditApplication(folder);
  assert.ok(base > 1 && base < bench.app.height);
  holds(report, bench, bench.app.height - base);
  assert.match(report.notes.join(), new RegExp(`began with the state of block ${base} .*not here`));
  const state = join(SNAPSHOT_FOLDER, snapshotName(base));
  flip(join(folder, state), 300);
  assert.match((await problemOf(folder))!.what, /the state of block \d+, with which it began, is damaged/);
});

test("a flipped byte is found wherever it is in the log, and a write that was cut short is none", async (t) => {
  const bench = day();
  const folder = await kept(t, bench);
  const path = join(folder, DECIDED_LOG_FILE);
  const size = disk.read(path).length;
  const step = Math.max(1, Math.floor(size / 150));
  for (let offset = 0; offset < size; offset += step) {
    flip(path, offset);
    const problem = await problemOf(folder);
    assert.ok(problem !== undefined, `byte ${offset}`);
    assert.ok(problem.offset! <= offset, `byte ${offset} is told at ${problem.offset}`);
    flip(path, offset);
  }
  // The length of the first record, byte by byte: what follows it looks cut short then.
  for (let offset = 124; offset < 128; offset++) {
    flip(path, offset);
    assert.equal((await problemOf(folder))?.height, 1, `byte ${offset}`);
    flip(path, offset);
  }
  assert.equal(await problemOf(folder), undefined);
  disk.open(path, "write").truncate(size - 5);
  const report = await auditApplication(folder);
  assert.deepEqual([report.firstProblem, report.height], [undefined, bench.app.height - 1]);
  assert.match(report.notes.join(), /an unfinished write after block \d+, byte \d+/);
});

/** The same folder with a log in which blocks say something else; each record whole. */
async function rewritten(
  t: TestContext,
  bench: ChainBench,
  from: string,
  change: (block: DecidedBlock) => DecidedBlock | undefined,
): Promise<string> {
  const folder = temporaryFolder(t);
  copyFileSync(join(from, TOLD_GENESIS_FILE), join(folder, TOLD_GENESIS_FILE));
  const hash = genesisHash(bench.genesis);
  const log = new DecidedLog(disk, join(from, DECIDED_LOG_FILE), hash);
  const other = new DecidedLog(disk, join(folder, DECIDED_LOG_FILE), hash);
  for (let height = 1; height <= log.height; height++) {
    const block = change(log.read(height)!);
    if (block !== undefined) await other.append(block);
  }
  log.close();
  other.close();
  return folder;
}

test("whoever rewrites a log is found out at the block, the transaction, the verdict or the root", async (t) => {
  const bench = day();
  const from = await kept(t, bench);
  const refused = bench.blocks.find(({ transactions }) => transactions.some(({ status }) => status !== 0))!;
  const at = refused.header.height;
  const first = (block: DecidedBlock, changes: object): DecidedBlock => ({
    ...block,
    transactions: block.transactions.map((one, i) => (i === 0 ? { ...one, ...changes } : one)),
  });
  const forged = (bytes: Uint8Array) => {
    const transaction = decodeTransaction(bytes);
    assert.ok(transaction.ok);
    return encodeTransaction({ ...transaction.value, signature: new Uint8Array(64).fill(7) });
  };
  const rows: readonly [string, (block: DecidedBlock) => DecidedBlock | undefined, object][] = [
    [
      "a verdict",
      (block) => first(block, { status: STATUS.ok }),
      { transaction: 0, what: "the log says ok, the rules say sale_exists" },
    ],
    [
      "a signature that nobody made",
      (block) => first(block, { bytes: forged(block.transactions[0]!.bytes) }),
      { transaction: 0, what: "the log says sale_exists, the rules say bad_signature" },
    ],
    [
      "a state root",
      (block) => ({ ...block, stateRoot: new Uint8Array(32).fill(3) }),
      { what: /state root 0303/ },
    ],
    ["a transaction left out", (block) => ({ ...block, transactions: [] }), { what: /state root/ }],
    [
      "evidence that nobody found",
      (block) => ({
        ...block,
        misbehaviour: [{ kind: "duplicate_vote", address: new Uint8Array(20), height: 1 }],
      }),
      { what: /state root/ },
    ],
    ["a time that goes back", (block) => ({ ...block, time: 1 }), {}],
    ["a block left out", () => undefined, { what: `block ${at + 1} in the place of ${at}` }],
  ];
  for (const [title, change, wanted] of rows) {
    const folder = await rewritten(t, bench, from, (block) => (block.height === at ? change(block) : block));
    const problem = await problemOf(folder);
    assert.ok(problem !== undefined, title);
    assert.deepEqual([problem.file, problem.height], [DECIDED_LOG_FILE, at], title);
    for (const [name, value] of Object.entries(wanted)) {
      const found: unknown = problem[name as keyof typeof problem];
      if (value instanceof RegExp) assert.match(String(found), value, title);
      else assert.equal(found, value, title);
    }
  }
  const report = await auditApplication(
    await rewritten(t, bench, from, (block) =>
      block.height === at ? { ...block, stateRoot: new Uint8Array(32) } : block,
    ),
  );
  assert.deepEqual([report.blocks, report.height], [at - 1, at - 1], "what lies before it holds");
});

test("a snapshot that is damaged, ahead of the log or of another state is told, and a missing genesis", async (t) => {
  const bench = day();
  const folder = await kept(t, bench);
  const [newest, older] = snapshotHeights(disk, folder) as [number, number];
  const path = (height: number) => join(folder, SNAPSHOT_FOLDER, snapshotName(height));
  flip(path(older), 300);
  assert.deepEqual(await problemOf(folder), {
    file: join(SNAPSHOT_FOLDER, snapshotName(older)),
    height: older,
    what: "chunk 0 is damaged",
  });
  flip(path(older), 300);
  copyFileSync(path(newest), path(newest + 100));
  assert.match((await problemOf(folder))!.what, /the log ends before its block/);
  renameSync(path(newest + 100), path(newest - 1));
  assert.match((await problemOf(folder))!.what, /it is of block/);
  disk.remove(path(newest - 1));
  assert.equal(await problemOf(folder), undefined);
  disk.remove(join(folder, TOLD_GENESIS_FILE));
  assert.equal((await problemOf(folder))?.what, "the file is missing");
});
