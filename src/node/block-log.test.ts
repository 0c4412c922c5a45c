import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { ChainApp } from "#chain/app.ts";
import { genesisHash } from "#chain/genesis.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { BlockLog, createLog, HEAD_FILE, LOG_FILE } from "#node/block-log.ts";
import { type FaultCode, NodeFault } from "#node/fault.ts";
import { SLOT_BYTES } from "#node/head.ts";
import { LOG_START } from "#node/log-record.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import type { OpenMode, Storage, StorageFile } from "#node/storage.ts";
import { PowerCutStorage } from "../../test/faults/power-cut-storage.ts";
import { GENESIS, Load, NOON, PRODUCER } from "../../test/support/node-load.ts";

const HASH = genesisHash(GENESIS);
const FOLDER = "/log";

/** Blocks of one deposit each, as a producer makes them. */
class Blocks {
  readonly #app = new ChainApp(GENESIS);
  readonly #load = new Load();

  next() {
    const open = this.#app.open(NOON);
    const bytes = this.#load.deposit();
    const transaction = decodeTransaction(bytes);
    assert.ok(transaction.ok);
    assert.equal(open.execute(transaction.value, () => true, "leaves no trace").status, "ok");
    const produced = this.#app.produce(open, [{ bytes, status: STATUS.ok }], PRODUCER);
    produced.commit();
    return produced;
  }
}

async function logOf(count: number, storage: Storage = new MemoryStorage()) {
  await createLog(storage, FOLDER, HASH);
  const log = await BlockLog.open(storage, FOLDER, HASH);
  const blocks = new Blocks();
  const ends = [log.size];
  for (let i = 0; i < count; i++) {
    const { block, hash } = blocks.next();
    await log.append(block, hash);
    ends.push(log.size);
  }
  return { storage, log, blocks, ends };
}

function isFault(code: FaultCode, height?: number) {
  return (error: unknown) => {
    assert.ok(error instanceof NodeFault, String(error));
    assert.equal(error.code, code);
    if (height !== undefined) assert.equal(error.place?.height, height);
    return true;
  };
}

/** The same files after a crash, one of them changed. */
function changed(storage: Storage, name: string, change: (bytes: Uint8Array) => Uint8Array): MemoryStorage {
  const copy = new MemoryStorage();
  for (const file of [LOG_FILE, HEAD_FILE]) {
    const bytes = storage.read(join(FOLDER, file));
    copy.open(join(FOLDER, file), "create").write(0, file === name ? change(bytes) : bytes);
  }
  return copy;
}

const flipped = (at: number) => (bytes: Uint8Array) => {
  const other = bytes.slice();
  other[at]! ^= 1;
  return other;
};

test("blocks are read back by height, and a closed log opens where it ended", async () => {
  const { storage, log } = await logOf(3);
  const tip = log.tip;
  assert.equal(log.read(0), undefined);
  assert.equal(log.read(4), undefined);
  assert.deepEqual(
    [1, 2, 3].map((height) => log.read(height)?.header.height),
    [1, 2, 3],
  );
  await log.close();
  const again = await BlockLog.open(storage, FOLDER, HASH);
  assert.deepEqual([again.height, again.tip, again.notes], [3, tip, []]);
  assert.deepEqual(again.read(2), log.read(2));
});

test("a write cut short at any byte of a record that was not acknowledged is removed, and the log goes on", async () => {
  const { storage, log, blocks, ends } = await logOf(2);
  const before = storage.read(join(FOLDER, LOG_FILE));
  const { block, hash } = blocks.next();
  const heads = storage.read(join(FOLDER, HEAD_FILE));
  await log.append(block, hash);
  const whole = storage.read(join(FOLDER, LOG_FILE));
  for (let size = before.length; size <= whole.length; size++) {
    for (const filled of [false, true]) {
      // The size may have been written before the bytes: zeros then.
      const torn = new Uint8Array(filled ? whole.length : size);
      torn.set(whole.subarray(0, size));
      const crashed = changed(storage, LOG_FILE, () => torn);
      crashed.open(join(FOLDER, HEAD_FILE), "write").write(0, heads);
      const again = await BlockLog.open(crashed, FOLDER, HASH);
      const complete = size === whole.length;
      assert.equal(again.height, complete ? 3 : 2, `cut at ${size}`);
      assert.equal(again.notes.length, size === before.length && !filled ? 0 : 1, `cut at ${size}`);
      assert.equal(again.size, complete ? whole.length : ends[2]);
      if (!complete) await again.append(block, hash);
      assert.deepEqual(crashed.read(join(FOLDER, LOG_FILE)), whole);
      assert.equal((await BlockLog.open(crashed, FOLDER, HASH)).height, 3);
    }
  }
});

test("the same cut through an acknowledged block stops the node, at a record's end too", async () => {
  const { storage, ends } = await logOf(3);
  for (let size = 0; size < ends[3]!; size++) {
    const cut = changed(storage, LOG_FILE, (bytes) => bytes.slice(0, size));
    const atEnd = ends.includes(size) && size >= LOG_START;
    const code = size >= LOG_START && atEnd ? "log_cut_short" : "log_damaged";
    await assert.rejects(BlockLog.open(cut, FOLDER, HASH), isFault(code), `cut at ${size}`);
  }
});

test("a flipped byte anywhere stops the node and is told with its block, in the last record too", async () => {
  const { storage, ends } = await logOf(3);
  for (let at = 0; at < ends[3]!; at++) {
    const height = at < LOG_START ? undefined : ends.findIndex((end) => at < end);
    const rotten = changed(storage, LOG_FILE, flipped(at));
    await assert.rejects(BlockLog.open(rotten, FOLDER, HASH), isFault("log_damaged", height), `byte ${at}`);
  }
});

test("a log of another genesis, a missing log, a missing head and a head of another log are told", async () => {
  const { storage } = await logOf(2);
  const other = genesisHash({ ...GENESIS, chain: "other" });
  await assert.rejects(BlockLog.open(storage, FOLDER, other), isFault("log_damaged"));
  const noLog = changed(storage, LOG_FILE, (bytes) => bytes);
  noLog.remove(join(FOLDER, LOG_FILE));
  await assert.rejects(BlockLog.open(noLog, FOLDER, HASH), isFault("log_cut_short"));
  const noHead = changed(storage, LOG_FILE, (bytes) => bytes);
  noHead.remove(join(FOLDER, HEAD_FILE));
  await assert.rejects(BlockLog.open(noHead, FOLDER, HASH), isFault("head_damaged"));
  const longer = await logOf(3);
  const heads = longer.storage.read(join(FOLDER, HEAD_FILE));
  await assert.rejects(
    BlockLog.open(
      changed(storage, HEAD_FILE, () => heads),
      FOLDER,
      HASH,
    ),
    isFault("log_cut_short"),
  );
});

test("one unreadable slot of the head is rewritten, two stop the node", async () => {
  const { storage } = await logOf(3);
  for (const slot of [0, 1]) {
    const rotten = changed(storage, HEAD_FILE, flipped(slot * SLOT_BYTES + 9));
    const log = await BlockLog.open(rotten, FOLDER, HASH);
    assert.equal(log.height, 3);
    assert.ok(log.notes.includes(`rewrote slot ${slot} of the head`), String(log.notes));
    assert.deepEqual((await BlockLog.open(rotten, FOLDER, HASH)).notes, []);
  }
  const both = changed(storage, HEAD_FILE, (bytes) => flipped(9)(flipped(SLOT_BYTES + 9)(bytes)));
  await assert.rejects(BlockLog.open(both, FOLDER, HASH), isFault("head_damaged"));
});

/** A disk whose n-th sync fails and that counts what is asked of it afterwards. */
class FailingSync extends MemoryStorage {
  left = Number.POSITIVE_INFINITY;
  later = 0;

  override open(path: string, mode: OpenMode): StorageFile {
    const file = super.open(path, mode);
    return {
      path,
      size: () => file.size(),
      read: (offset, length) => file.read(offset, length),
      write: (offset, bytes) => {
        if (this.left < 0) this.later += 1;
        file.write(offset, bytes);
      },
      truncate: (size) => file.truncate(size),
      sync: async () => {
        this.left -= 1;
        if (this.left < -1) this.later += 1;
        if (this.left === -1) throw new Error("EIO");
      },
      syncNow: () => file.syncNow(),
      close: () => file.close(),
    };
  }
}

test("a failed sync of the log or the head is final: nothing is written or synced after it", async () => {
  for (const sync of [0, 1]) {
    const storage = new FailingSync();
    const { log, blocks } = await logOf(2, storage);
    storage.left = sync;
    const { block, hash } = blocks.next();
    await assert.rejects(log.append(block, hash), isFault("disk_failed", 3));
    await assert.rejects(log.append(block, hash), isFault("disk_failed", 3));
    assert.equal(storage.later, 0);
    assert.equal(log.height, 2);
    log.abandon();
  }
});

test("a block that rots under a running node is told when it is read", async () => {
  const { storage, log, ends } = await logOf(3);
  const file = storage.open(join(FOLDER, LOG_FILE), "write");
  const at = ends[2]! - 40; // in the only transaction's signature
  file.write(at, flipped(0)(file.read(at, 1)));
  assert.throws(() => log.read(2), isFault("log_damaged", 2));
  assert.equal(toHex(log.read(3)!.header.previousHash).length, 64);
});

test("a block that a killed process had only written is synced before the head names it", async () => {
  for (let i = 0; i < 12; i++) {
    const storage = new PowerCutStorage();
    const { log, blocks } = await logOf(2, storage);
    const { block, hash } = blocks.next();
    storage.cutAt(storage.operations + 2); // the write is done, its sync is not
    await assert.rejects(log.append(block, hash), isFault("disk_failed", 3));
    storage.cutAt(Number.POSITIVE_INFINITY); // killed: what was written is still shown
    const again = await BlockLog.open(storage, FOLDER, HASH);
    assert.equal(again.height, 3);
    again.abandon();
    // And then the power goes.
    const last = await BlockLog.open(storage.restarted(`killed ${i}`), FOLDER, HASH);
    assert.equal(last.height, 3);
  }
});

test("a head that a killed process had only written is synced before the other slot is begun", async () => {
  for (let i = 0; i < 24; i++) {
    const storage = new PowerCutStorage();
    const { log, blocks } = await logOf(2, storage);
    const third = blocks.next();
    storage.cutAt(storage.operations + 4); // the block is durable; its head is written, and not synced
    await assert.rejects(log.append(third.block, third.hash), isFault("disk_failed", 3));
    storage.cutAt(Number.POSITIVE_INFINITY);
    const again = await BlockLog.open(storage, FOLDER, HASH);
    const fourth = blocks.next();
    storage.cutAt(storage.operations + 3); // the power goes in the write of the next head
    await assert.rejects(again.append(fourth.block, fourth.hash), isFault("disk_failed", 4));
    const last = await BlockLog.open(storage.restarted(`killed ${i}`), FOLDER, HASH);
    assert.equal(last.height, 4);
  }
});
