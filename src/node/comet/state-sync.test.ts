import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import {
  ResponseApplySnapshotChunk_Result as Applied,
  ResponseOfferSnapshot_Result as Offered,
  type Snapshot,
} from "cosmjs-types/tendermint/abci/types";
import { toHex } from "#base/bytes.ts";
import { SNAPSHOT_FOLDER, snapshotHeights, snapshotName } from "#node/snapshot.ts";
import { disk } from "#node/storage.ts";
import { genesisFile, open, Spoken } from "../../../test/support/abci.ts";
import { type ChainBench, interval, openStreet, selling } from "../../../test/support/chain-bench.ts";
import { temporaryFolder } from "../../../test/support/node-load.ts";

const EVERY = { snapshotEvery: 4 };

/** A street and some blocks more, with an open sale. */
function past(): ChainBench {
  const { bench, noon } = openStreet();
  bench.accept(noon, interval(noon - 900, { plant: 1, solar: { chargedWh: 1_200 } }));
  bench.accept(noon + 10, selling(bench, noon));
  for (let i = 1; i <= 8; i++) bench.block(noon + 10 + i, []);
  return bench;
}

async function listed(node: Spoken): Promise<Snapshot[]> {
  return (await node.ask({ listSnapshots: {} })).listSnapshots!.snapshots;
}

/** A node that has decided the whole past, with its snapshots, and where it was at each height. */
async function old(t: TestContext, bench: ChainBench, folder = temporaryFolder(t)) {
  const node = open(t, folder, bench.app.time, EVERY);
  await node.begin(bench.genesis);
  for (const block of bench.blocks) {
    await node.decide(block);
    await written(folder, Math.floor(block.header.height / 4) * 4);
  }
  return { node, folder };
}

/** Waits for the snapshot of a height, which is written beside the running chain. */
async function written(folder: string, height: number): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await pause(5)) {
    if (height === 0 || snapshotHeights(disk, folder)[0] === height) return;
  }
  throw new Error(`no snapshot of block ${height}`);
}

/** The app hash of a height. */
const rootAt = (bench: ChainBench, height: number) => bench.blocks[height - 1]!.header.stateRoot;

function fresh(t: TestContext, bench: ChainBench) {
  const folder = temporaryFolder(t);
  const options = { ...EVERY, genesisFile: genesisFile(folder, bench.genesis) };
  return { node: open(t, folder, bench.app.time, options), folder, options };
}

async function offer(node: Spoken, snapshot: Snapshot, appHash: Uint8Array) {
  return (await node.ask({ offerSnapshot: { snapshot, appHash } })).offerSnapshot!.result;
}

async function chunkOf(node: Spoken, { height, format }: Snapshot, chunk: number) {
  return (await node.ask({ loadSnapshotChunk: { height, format, chunk } })).loadSnapshotChunk!.chunk;
}

async function apply(node: Spoken, index: number, chunk: Uint8Array, sender = "ada") {
  return (await node.ask({ applySnapshotChunk: { index, chunk, sender } })).applySnapshotChunk!;
}

test("nodes take equal snapshots at the same heights, and offer those that two blocks followed", async (t) => {
  const bench = past();
  const { height } = bench.app;
  const first = await old(t, bench);
  const second = await old(t, bench);
  const taken = snapshotHeights(disk, first.folder);
  assert.deepEqual(taken, [Math.floor(height / 4) * 4, Math.floor(height / 4) * 4 - 4]);
  const offered = await listed(first.node);
  assert.deepEqual(
    offered.map((one) => Number(one.height)),
    taken.filter((at) => at + 2 <= height),
  );
  assert.deepEqual(await listed(second.node), offered);
});

test("a restart goes on from the newest snapshot, from an older one where that is damaged, or from none", async (t) => {
  const bench = past();
  const { node, folder } = await old(t, bench);
  const [newest, older] = snapshotHeights(disk, folder) as [number, number];
  const where = await node.info();
  node.app.close();
  const damage = (height: number) => {
    const file = disk.open(join(folder, SNAPSHOT_FOLDER, snapshotName(height)), "write");
    file.write(200, Uint8Array.of(0xde, 0xad, 0xbe, 0xef));
    file.close();
  };
  for (const from of [newest, older, 0]) {
    const again = new Spoken(folder, bench.app.time, EVERY);
    assert.deepEqual(await again.info(), where);
    const expected =
      from === 0 ? /^(passed over .*)+$/ : new RegExp(`went on from the snapshot of block ${from}`);
    assert.match(again.notes.join(" "), expected);
    assert.equal(again.app.block(1)?.height, 1, "the blocks before it are there");
    assert.deepEqual(
      [...again.app.replay(newest + 1)].map(({ height }) => height),
      Array.from({ length: bench.app.height - newest }, (_, i) => newest + 1 + i),
    );
    again.app.close();
    if (from !== 0) damage(from);
  }
});

test("a snapshot of blocks that the log has lost is removed", async (t) => {
  const bench = past();
  const { node, folder } = await old(t, bench);
  const [newest, older] = snapshotHeights(disk, folder) as [number, number];
  node.app.close();
  const file = disk.open(join(folder, "decided.log"), "write");
  const size = file.size();
  for (let cut = 1; ; cut += 50) {
    file.truncate(size - cut);
    const again = new Spoken(folder, bench.app.time, EVERY);
    const { height } = again.app;
    again.app.close();
    if (height >= newest) continue;
    assert.deepEqual(snapshotHeights(disk, folder), [older]);
    assert.match(again.notes.join(), new RegExp(`removed the snapshot of block ${newest}`));
    break;
  }
  file.close();
});

test("a new node begins with the state of another, follows it to the same app hash, and restarts", async (t) => {
  const bench = past();
  const giver = await old(t, bench);
  const [snapshot] = (await listed(giver.node)) as [Snapshot];
  const base = Number(snapshot.height);
  const { node, folder, options } = fresh(t, bench);
  assert.deepEqual(await node.info(), [0, ""]);
  assert.equal(await offer(node, snapshot, rootAt(bench, base)), Offered.ACCEPT);
  for (let i = 0; i < snapshot.chunks; i++) {
    assert.equal((await apply(node, i, await chunkOf(giver.node, snapshot, i))).result, Applied.ACCEPT);
  }
  assert.deepEqual(await node.info(), [base, toHex(rootAt(bench, base))]);
  for (const block of bench.blocks.slice(base)) {
    const { appHash } = await node.decide(block);
    assert.equal(appHash, toHex(block.header.stateRoot), `block ${block.header.height}`);
  }
  assert.deepEqual(await node.info(), await giver.node.info(), "as by full replay");
  assert.equal(node.app.view()!.time, bench.app.time);
  assert.equal(node.app.block(base), undefined);
  const after = [...node.app.replay(1)].map(({ height }) => height);
  assert.deepEqual(
    after,
    [...bench.blocks.slice(base)].map(({ header }) => header.height),
  );
  node.app.close();

  const again = new Spoken(folder, bench.app.time, options);
  assert.deepEqual(await again.info(), await giver.node.info());
  again.app.close();
  // Its log is of no use without the state that it follows.
  for (const height of snapshotHeights(disk, folder)) {
    disk.remove(join(folder, SNAPSHOT_FOLDER, snapshotName(height)));
  }
  assert.throws(() => new Spoken(folder, bench.app.time, options), /state of block \d+.* state sync/);
});

test("a chunk that a peer falsified is fetched from another, and that peer asked no more", async (t) => {
  const bench = past();
  const giver = await old(t, bench);
  const [snapshot] = (await listed(giver.node)) as [Snapshot];
  const { node } = fresh(t, bench);
  await offer(node, snapshot, rootAt(bench, Number(snapshot.height)));
  const good = await chunkOf(giver.node, snapshot, 0);
  for (const lie of [good.slice(1), good.map((byte, i) => (i === 99 ? byte ^ 1 : byte)), new Uint8Array(0)]) {
    const { result, refetchChunks, rejectSenders } = await apply(node, 0, lie, "mallory");
    assert.deepEqual([result, refetchChunks, rejectSenders], [Applied.RETRY, [0], ["mallory"]]);
  }
  assert.deepEqual(await node.info(), [0, ""]);
  assert.equal((await apply(node, 0, good)).result, Applied.ACCEPT);
  assert.equal((await node.info())[0], Number(snapshot.height));
});

test("a state whose root is not the trusted app hash is refused as a whole, and another one taken", async (t) => {
  const bench = past();
  const giver = await old(t, bench);
  const [snapshot] = (await listed(giver.node)) as [Snapshot];
  const { node, folder } = fresh(t, bench);
  const chunk = await chunkOf(giver.node, snapshot, 0);
  await offer(node, snapshot, new Uint8Array(32).fill(9));
  assert.equal((await apply(node, 0, chunk)).result, Applied.REJECT_SNAPSHOT);
  assert.deepEqual(await node.info(), [0, ""]);
  assert.deepEqual(disk.list(join(folder, SNAPSHOT_FOLDER)), []);
  assert.equal((await apply(node, 0, chunk)).result, Applied.ABORT, "nothing is on offer now");
  await offer(node, snapshot, rootAt(bench, Number(snapshot.height)));
  assert.equal((await apply(node, 0, chunk)).result, Applied.ACCEPT);
});

test("offers that this node cannot use are refused at once", async (t) => {
  const bench = past();
  const giver = await old(t, bench);
  const [snapshot] = (await listed(giver.node)) as [Snapshot];
  const { node } = fresh(t, bench);
  const root = rootAt(bench, Number(snapshot.height));
  assert.equal(await offer(node, { ...snapshot, format: 2 }, root), Offered.REJECT_FORMAT);
  assert.equal(await offer(node, { ...snapshot, chunks: 2 }, root), Offered.REJECT);
  assert.equal(await offer(node, { ...snapshot, hash: new Uint8Array(32) }, root), Offered.REJECT);
  assert.equal(await offer(node, { ...snapshot, height: snapshot.height + 1n }, root), Offered.ACCEPT);
  const { result } = await apply(node, 0, await chunkOf(giver.node, snapshot, 0));
  assert.equal(result, Applied.REJECT_SNAPSHOT, "its content is of another height");
  assert.equal(await offer(giver.node, snapshot, root), Offered.ABORT, "a node that has blocks keeps them");
  assert.equal((await chunkOf(giver.node, snapshot, 77)).length, 0);
  assert.equal((await chunkOf(giver.node, { ...snapshot, format: 2 }, 0)).length, 0);
  assert.equal((await chunkOf(giver.node, { ...snapshot, height: 3n }, 0)).length, 0);
});

test("a crash while a state comes in, or before its log is begun, leaves a node that begins anew", async (t) => {
  const bench = past();
  const giver = await old(t, bench);
  const [snapshot] = (await listed(giver.node)) as [Snapshot];
  const root = rootAt(bench, Number(snapshot.height));
  const chunk = await chunkOf(giver.node, snapshot, 0);
  const { node, folder, options } = fresh(t, bench);
  await offer(node, snapshot, root);
  const within = join(folder, SNAPSHOT_FOLDER);
  assert.equal(disk.list(within).length, 1, "an unfinished file");
  node.app.close();
  // A process that was killed leaves that file, or a whole one that no log speaks of.
  for (const name of [`${snapshotName(8)}.part`, snapshotName(8)]) {
    const file = disk.open(join(within, name), "create");
    file.write(0, chunk);
    file.close();
    const again = new Spoken(folder, bench.app.time, options);
    assert.deepEqual(await again.info(), [0, ""], name);
    assert.deepEqual(disk.list(within), [], name);
    await offer(again, snapshot, root);
    again.app.close();
  }
  const last = new Spoken(folder, bench.app.time, options);
  t.after(() => last.app.close());
  await offer(last, snapshot, root);
  assert.equal((await apply(last, 0, chunk)).result, Applied.ACCEPT);
  assert.equal((await last.info())[0], Number(snapshot.height));
});
