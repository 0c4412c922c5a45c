import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { CodecError } from "#base/codec.ts";
import type { RawRow } from "#ledger/state.ts";
import {
  CHUNK_BYTES,
  offerProblem,
  openStateSnapshot,
  Refused,
  StateReceiver,
  type StateSnapshot,
  writeStateSnapshot,
} from "#node/comet/state-snapshot.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import { SNAPSHOT_FOLDER, snapshotHeights, snapshotName } from "#node/snapshot.ts";

const FOLDER = "/application";
const GENESIS_HASH = new Uint8Array(32).fill(1);
const ROOT = new Uint8Array(32).fill(2);
const goOn = () => Promise.resolve(true);

/** Rows of about 3.5 MB, some longer than a chunk. */
const ROWS: RawRow[] = Array.from({ length: 500 }, (_, i) => ({
  table: 1 + Math.floor(i / 100),
  key: Uint8Array.of(i >>> 8, i & 0xff),
  row: new Uint8Array(i === 250 ? CHUNK_BYTES + 77 : 5_000).map((_, at) => (at * 31 + i) & 0xff),
}));

async function written(height = 10, rows: Iterable<RawRow> = ROWS): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  await write(storage, height, rows);
  return storage;
}

function write(storage: MemoryStorage, height: number, rows: Iterable<RawRow>, keep = 0): Promise<boolean> {
  const content = { genesisHash: GENESIS_HASH, height, stateRoot: ROOT, rows };
  return writeStateSnapshot(storage, FOLDER, content, keep, goOn);
}

function opened(storage: MemoryStorage, height = 10): StateSnapshot {
  const snapshot = openStateSnapshot(storage, FOLDER, height, GENESIS_HASH);
  assert.ok(typeof snapshot === "object", String(snapshot));
  return snapshot;
}

const text = (rows: Iterable<RawRow>) =>
  [...rows].map(({ table, key, row }) => `${table} ${toHex(key)} ${toHex(row)}`);

test("a snapshot gives the rows back, in chunks of a mebibyte that put together are the file", async () => {
  const snapshot = opened(await written());
  assert.deepEqual(text(snapshot.rows()), text(ROWS));
  assert.equal(snapshot.offer.chunks, 4);
  for (let i = 0; i < 4; i++) {
    assert.equal(snapshot.chunk(i)!.length === CHUNK_BYTES, i < 3, `chunk ${i}`);
  }
  assert.equal(snapshot.chunk(4), undefined);
  assert.equal(offerProblem(snapshot.offer), undefined);
  const again = opened(await written());
  assert.equal(toHex(again.offer.hash), toHex(snapshot.offer.hash), "equal states, equal bytes");
});

test("the newest two and the one that the log begins with are kept", async () => {
  const storage = new MemoryStorage();
  for (const height of [10, 20, 30, 40, 50]) await write(storage, height, ROWS.slice(0, 2), 10);
  assert.deepEqual(snapshotHeights(storage, FOLDER), [50, 40, 10]);
});

test("a snapshot that is given up leaves nothing behind", async () => {
  const storage = new MemoryStorage();
  const content = { genesisHash: GENESIS_HASH, height: 10, stateRoot: ROOT, rows: ROWS };
  let pauses = 0;
  const whole = await writeStateSnapshot(storage, FOLDER, content, 0, () => Promise.resolve(++pauses < 3));
  assert.equal(whole, false);
  assert.deepEqual(storage.list(join(FOLDER, SNAPSHOT_FOLDER)), []);
});

test("a byte changed anywhere, and any cut, is noticed before the last row", async () => {
  const storage = await written(10, ROWS.slice(0, 20));
  const path = join(FOLDER, SNAPSHOT_FOLDER, snapshotName(10));
  const bytes = storage.read(path);
  const judged = (changed: Uint8Array): string => {
    const copy = new MemoryStorage();
    copy.open(path, "create").write(0, changed);
    const snapshot = openStateSnapshot(copy, FOLDER, 10, GENESIS_HASH);
    if (typeof snapshot === "string") return snapshot;
    try {
      return text(snapshot.rows()).length === 20 ? "good" : "other rows";
    } catch (error) {
      assert.ok(error instanceof CodecError, String(error));
      return error.message;
    }
  };
  assert.equal(judged(bytes), "good");
  for (let at = 0; at < bytes.length; at += at < 300 || at > bytes.length - 100 ? 1 : 997) {
    const flipped = bytes.slice();
    flipped[at]! ^= 0x20;
    assert.match(judged(flipped), /damaged/, `byte ${at}`);
    assert.doesNotMatch(judged(bytes.slice(0, at)), /good|other rows/, `cut at ${at}`);
  }
  const other = openStateSnapshot(storage, FOLDER, 10, new Uint8Array(32));
  assert.equal(other, "it is of another genesis");
  storage.rename(path, join(FOLDER, SNAPSHOT_FOLDER, snapshotName(11)));
  assert.equal(openStateSnapshot(storage, FOLDER, 11, GENESIS_HASH), "it is of block 10");
});

test("chunks that come in, in any order and twice, make the same snapshot; a false one does not count", async () => {
  const { offer, chunk } = opened(await written());
  const storage = new MemoryStorage();
  const receiver = new StateReceiver(storage, FOLDER, offer, GENESIS_HASH);
  for (const index of [3, 0, 0, 2]) assert.ok(receiver.take(index, chunk(index)!), `chunk ${index}`);
  const false_ = chunk(1)!.slice();
  false_[7]! ^= 1;
  const lies: [number, Uint8Array][] = [
    [1, false_],
    [1, chunk(2)!],
    [1, new Uint8Array(0)],
    [1, chunk(1)!.subarray(1)],
    [4, chunk(1)!],
    [-1, chunk(1)!],
    [1, new Uint8Array(CHUNK_BYTES + 1)],
  ];
  for (const [i, [index, bytes]] of lies.entries())
    assert.equal(receiver.take(index, bytes), false, `lie ${i}`);
  assert.equal(receiver.complete, false);
  assert.ok(receiver.take(1, chunk(1)!));
  assert.equal(receiver.complete, true);
  const count = await receiver.finish((snapshot) => text(snapshot.rows()).length);
  assert.equal(count, ROWS.length);
  assert.deepEqual(text(opened(storage).rows()), text(ROWS));
});

test("what comes in and is refused in the end, or given up, leaves nothing", async () => {
  const { offer, chunk } = opened(await written(10, ROWS.slice(0, 3)));
  for (const end of ["refused", "of another genesis", "given up"] as const) {
    const storage = new MemoryStorage();
    const genesis = end === "of another genesis" ? new Uint8Array(32) : GENESIS_HASH;
    const receiver = new StateReceiver(storage, FOLDER, offer, genesis);
    if (end === "given up") receiver.drop();
    else {
      receiver.take(0, chunk(0)!);
      const found = await receiver.finish(() => {
        throw new CodecError("no such state");
      });
      assert.ok(found instanceof Refused);
      assert.equal(found.why, end === "refused" ? "no such state" : "it is of another genesis");
    }
    assert.deepEqual(storage.list(join(FOLDER, SNAPSHOT_FOLDER)), [], end);
  }
});

test("an offer whose numbers do not fit is refused before anything is fetched", async () => {
  const { offer } = opened(await written());
  const cases: [string, Partial<typeof offer>, RegExp][] = [
    ["no height", { height: 0 }, /no height/],
    ["no chunks", { chunks: 0, metadata: new Uint8Array(0) }, /0 chunks/],
    ["too many chunks", { chunks: 100_000 }, /100000 chunks/],
    ["metadata too short", { metadata: offer.metadata.subarray(1) }, /one hash per chunk/],
    ["another hash", { hash: new Uint8Array(32) }, /do not have its hash/],
  ];
  for (const [name, change, problem] of cases) {
    assert.match(offerProblem({ ...offer, ...change }) ?? "none", problem, name);
  }
});
