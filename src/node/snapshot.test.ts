import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ChainApp } from "#chain/app.ts";
import { genesisHash } from "#chain/genesis.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import {
  openSnapshot,
  SNAPSHOT_FOLDER,
  type Snapshot,
  snapshotHeights,
  snapshotName,
  writeSnapshot,
} from "#node/snapshot.ts";
import { GENESIS, Load, NOON, PRODUCER } from "../../test/support/node-load.ts";

const FOLDER = "/node";
const TRUSTED = { genesisHash: genesisHash(GENESIS), chain: GENESIS.chain, producer: GENESIS.producer };

class Chain {
  readonly app = new ChainApp(GENESIS);
  readonly #load = new Load();
  readonly #street = this.#load.street(20);

  block(transactions = 5): void {
    const open = this.app.open(NOON - 86_400);
    const included = Array.from({ length: transactions }, () => {
      const bytes = this.#street.next().value ?? this.#load.deposit();
      const transaction = decodeTransaction(bytes);
      assert.ok(transaction.ok);
      assert.equal(open.execute(transaction.value, () => true, "leaves no trace").status, "ok");
      return { bytes, status: STATUS.ok };
    });
    this.app.produce(open, included, PRODUCER).commit();
  }

  content() {
    return { genesisHash: TRUSTED.genesisHash, tip: this.app.tip!, rows: this.app.export() };
  }
}

const atOnce = () => Promise.resolve();

function opened(storage: MemoryStorage, height: number): Snapshot {
  const snapshot = openSnapshot(storage, FOLDER, height, TRUSTED);
  assert.ok(typeof snapshot === "object", String(snapshot));
  return snapshot;
}

test("a snapshot restores the chain as it was, and the two newest are kept", async () => {
  const storage = new MemoryStorage();
  const chain = new Chain();
  for (let i = 0; i < 4; i++) {
    chain.block();
    await writeSnapshot(storage, FOLDER, chain.content(), atOnce);
  }
  assert.deepEqual(snapshotHeights(storage, FOLDER), [4, 3]);
  const snapshot = opened(storage, 4);
  const restored = new ChainApp(GENESIS, { tip: snapshot.tip, rows: snapshot.rows() });
  assert.deepEqual(restored.tip, chain.app.tip);
  assert.deepEqual([...restored.export()], [...chain.app.export()]);
});

test("blocks that are committed after the rows were taken are not in the snapshot", async () => {
  const storage = new MemoryStorage();
  const chain = new Chain();
  chain.block(48);
  const before = [...chain.app.export()];
  const content = chain.content();
  chain.block();
  let pauses = 0;
  await writeSnapshot(storage, FOLDER, content, async () => {
    pauses += 1;
    chain.block();
  });
  assert.ok(pauses > 0);
  const snapshot = opened(storage, 1);
  assert.deepEqual([...snapshot.rows()], before);
  assert.equal(new ChainApp(GENESIS, { tip: snapshot.tip, rows: snapshot.rows() }).height, 1);
});

test("a flip of any byte and a cut at any byte make a snapshot unbelievable", async () => {
  const storage = new MemoryStorage();
  const chain = new Chain();
  chain.block(3);
  await writeSnapshot(storage, FOLDER, chain.content(), atOnce);
  const path = join(FOLDER, SNAPSHOT_FOLDER, snapshotName(1));
  const bytes = storage.read(path);
  const judged = (changed: Uint8Array) => {
    const copy = new MemoryStorage();
    copy.open(path, "create").write(0, changed);
    return openSnapshot(copy, FOLDER, 1, TRUSTED);
  };
  assert.equal(typeof judged(bytes), "object");
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at]! ^= 0x20;
    assert.equal(judged(flipped), "its checksum is wrong", `byte ${at}`);
    assert.equal(typeof judged(bytes.slice(0, at)), "string", `cut at ${at}`);
  }
});

test("a snapshot of another chain, height, producer or with an unsigned header is told apart", async () => {
  const storage = new MemoryStorage();
  const chain = new Chain();
  chain.block();
  const content = chain.content();
  const judged = async (changes: Partial<typeof content>, trusted: Partial<typeof TRUSTED> = {}) => {
    await writeSnapshot(storage, FOLDER, { ...content, rows: [], ...changes }, atOnce);
    return openSnapshot(storage, FOLDER, 1, { ...TRUSTED, ...trusted });
  };
  const { header, signature } = content.tip;
  assert.equal(await judged({ genesisHash: new Uint8Array(32) }), "it is of another genesis");
  assert.equal(await judged({}, { chain: "other" }), "it is of another chain");
  assert.equal(await judged({}, { producer: new Uint8Array(32) }), "its header names another producer");
  const unsigned = { ...content.tip, header: { ...header, time: header.time + 1 }, signature };
  assert.equal(await judged({ tip: unsigned }), "its header is not signed");
  storage.rename(
    join(FOLDER, SNAPSHOT_FOLDER, snapshotName(1)),
    join(FOLDER, SNAPSHOT_FOLDER, snapshotName(2)),
  );
  assert.equal(openSnapshot(storage, FOLDER, 2, TRUSTED), "it is of block 1");
});

test("rows that do not give the header's root are not believed", async () => {
  const storage = new MemoryStorage();
  const chain = new Chain();
  chain.block();
  const rows = [...chain.app.export()].slice(1);
  await writeSnapshot(storage, FOLDER, { ...chain.content(), rows }, atOnce);
  const snapshot = opened(storage, 1);
  assert.throws(() => new ChainApp(GENESIS, { tip: snapshot.tip, rows: snapshot.rows() }), /root/);
});

test("an unfinished snapshot of an earlier run is cleared away", async () => {
  const storage = new MemoryStorage();
  const chain = new Chain();
  chain.block();
  storage.open(join(FOLDER, SNAPSHOT_FOLDER, `${snapshotName(9)}.part`), "create");
  assert.deepEqual(snapshotHeights(storage, FOLDER), []);
  await writeSnapshot(storage, FOLDER, chain.content(), atOnce);
  assert.deepEqual(storage.list(join(FOLDER, SNAPSHOT_FOLDER)), [snapshotName(1)]);
});
