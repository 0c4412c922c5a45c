import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import type { CommittedBlock } from "#chain/host.ts";
import { admitMember, depositMoney, publishDayRate, registerMemberKey } from "#chain/transactions.ts";
import type { Status } from "#ledger/status.ts";
import { decodeTransaction, encodeTransaction, transactionId } from "#ledger/transaction.ts";
import { NodeFault } from "#node/fault.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import { DEFAULT_LIMITS, type EmbeddedNode, type NodeOptions } from "#node/node.ts";
import { SNAPSHOT_FOLDER, snapshotHeights, snapshotName } from "#node/snapshot.ts";
import type { OpenMode, StorageFile } from "#node/storage.ts";
import {
  admission,
  commitAll,
  GENESIS,
  Load,
  NOON,
  OPERATOR,
  openLoaded,
  PRODUCER,
  QUARTER,
  RATE,
  signerOf,
  temporaryFolder,
} from "../../test/support/node-load.ts";

/** A node on storage without a disk. */
function openInMemory(options: Partial<NodeOptions> = {}): Promise<EmbeddedNode> {
  return openLoaded("/node", { storage: new MemoryStorage(), ...options });
}

async function refusal(node: EmbeddedNode, bytes: Uint8Array): Promise<string> {
  const submission = await node.submit(bytes);
  assert.equal(submission.admitted, false);
  return submission.admitted ? "" : submission.status;
}

function changed(bytes: Uint8Array, changes: object): Uint8Array {
  const transaction = decodeTransaction(bytes);
  assert.ok(transaction.ok);
  return encodeTransaction({ ...transaction.value, ...changes });
}

function idOf(bytes: Uint8Array): string {
  const transaction = decodeTransaction(bytes);
  assert.ok(transaction.ok);
  return toHex(transactionId(transaction.value));
}

test("what is admitted is committed, told to listeners first, and readable afterwards", async () => {
  const node = await openInMemory();
  const told: CommittedBlock[] = [];
  const stop = node.onBlock((block) => told.push(block));
  const bytes = new Load().deposit(5n);
  const submission = await node.submit(bytes);
  assert.ok(submission.admitted);
  assert.deepEqual([node.waiting(), node.view().height, told.length], [1, 0, 0]);
  const outcome = await submission.committed;
  assert.equal(told.length, 1);
  assert.deepEqual(outcome, { id: submission.id, height: 1, index: 0, status: "ok" });
  assert.equal(toHex(outcome.id), idOf(bytes));
  assert.deepEqual([node.waiting(), node.view().height], [0, 1]);
  assert.equal(node.view().money(OPERATOR).posted, 5n);
  const { events, transactions, ...rest } = told[0]!;
  assert.deepEqual(events, []);
  assert.equal(transactions[0]!.events[0]!.type, "deposited");
  assert.deepEqual(node.block(1), {
    ...rest,
    transactions: transactions.map(({ id, bytes, status }) => ({ id, bytes, status })),
  });
  assert.equal(node.block(2), undefined);
  stop();
  const load = new Load();
  load.deposit();
  await commitAll(node, [load.deposit()]);
  assert.equal(told.length, 1);
  await node.close();
});

test("a sender's transactions in flight are executed in the order they were handed in", async () => {
  const node = await openInMemory();
  const load = new Load();
  const deposits = Array.from({ length: 300 }, () => load.deposit());
  const outcomes = await commitAll(node, deposits);
  const places = outcomes.map(({ height, index }) => height * 1_000 + index);
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
  assert.equal(node.view().member(OPERATOR)?.nonce, 300);
  await node.close();
});

test("a member may ask for something right behind its admission, in the same block", async () => {
  const node = await openInMemory({ blockIntervalMs: "manual" });
  const load = new Load();
  const key = signerOf("second key").publicKey;
  const submitted = Promise.all(
    [
      load.transaction(OPERATOR, admitMember, admission(2, "citizen")),
      load.transaction(2, registerMemberKey, { key }),
    ].map((bytes) => node.submit(bytes)),
  );
  await node.produceNow();
  assert.deepEqual(
    (await submitted).map(({ admitted }) => admitted),
    [true, true],
  );
  assert.equal(node.view().height, 1);
  assert.equal(node.view().memberOfKey(key), 2);
  await node.close();
});

test("refusals come at once, are the chain's own, and leave no block", async () => {
  const node = await openInMemory();
  const load = new Load();
  await commitAll(node, [load.deposit()]);
  const deposit = (odd: object) =>
    load.transaction(
      OPERATOR,
      depositMoney,
      { member: OPERATOR, amount: 1n as never, reference: "" },
      {
        nonce: 2,
        ...odd,
      },
    );
  const forged = changed(deposit({}), { signature: new Uint8Array(64) });
  const rows: [Status, Uint8Array][] = [
    ["malformed", Uint8Array.of(1, 2, 3)],
    ["malformed", new Uint8Array(70_000)],
    ["malformed", changed(deposit({}), { body: Uint8Array.of(9) })],
    ["wrong_chain", changed(deposit({}), { chain: "other" })],
    ["unknown_kind", changed(deposit({}), { kind: 999 })],
    ["unknown_sender", changed(deposit({}), { sender: 77 })],
    ["key_not_registered", changed(deposit({}), { publicKey: signerOf("stranger").publicKey })],
    ["bad_signature", forged],
    ["expired", deposit({ expiryHeight: 1 })],
    ["expiry_too_far", deposit({ expiryHeight: 1_000_000 })],
    ["nonce_already_used", deposit({ nonce: 1 })],
    ["nonce_out_of_order", deposit({ nonce: 3 })],
    ["role_not_allowed", load.transaction(OPERATOR, publishDayRate, { day: 1, rate: RATE }, { nonce: 2 })],
    [
      "member_unknown",
      load.transaction(
        OPERATOR,
        depositMoney,
        { member: 77, amount: 1n as never, reference: "" },
        { nonce: 2 },
      ),
    ],
  ];
  for (const [status, bytes] of rows) {
    const submission = await node.submit(bytes);
    assert.deepEqual([submission.admitted, !submission.admitted && submission.status], [false, status]);
    const readable = decodeTransaction(bytes).ok && bytes.length < 65_536;
    assert.equal(submission.id !== undefined, readable, status);
  }
  await node.produceNow();
  assert.equal(node.view().height, 1);
  assert.equal(node.waiting(), 0);
  // The nonce that the refused ones named is still free.
  await commitAll(node, [load.deposit()]);
  assert.equal(node.counters.refused.get("malformed"), 3);
  await node.close();
});

test("a transaction waits once, and a copy with a false signature keeps nobody out", async () => {
  const node = await openInMemory({ blockIntervalMs: "manual" });
  const bytes = new Load().deposit();
  const copy = changed(bytes, { signature: signerOf("thief").sign(new Uint8Array(32)) });
  const [false1, true1, again] = await Promise.all([copy, bytes, bytes].map((each) => node.submit(each)));
  assert.deepEqual(false1, { admitted: false, id: true1!.id, status: "bad_signature" });
  assert.equal(true1!.admitted, true);
  assert.deepEqual(again, { admitted: false, id: true1!.id, status: "already_waiting" });
  assert.equal(await refusal(node, bytes), "already_waiting");
  assert.equal(await refusal(node, copy), "already_waiting");
  await node.produceNow();
  assert.equal(await refusal(node, bytes), "nonce_already_used");
  await node.close();
});

test("with too much in flight a node refuses at once, and what it admitted still commits", async () => {
  const inFlight = { transactions: 20, bytes: 1_000_000, ofOneSender: 20 };
  const node = await openInMemory({ limits: { ...DEFAULT_LIMITS, inFlight }, blockIntervalMs: "manual" });
  const load = new Load();
  const submissions = await Promise.all(Array.from({ length: 50 }, () => node.submit(load.deposit())));
  const statuses = submissions.map((each) => (each.admitted ? "ok" : each.status));
  assert.deepEqual(statuses, [...Array(20).fill("ok"), ...Array(30).fill("overloaded")]);
  assert.equal(node.waiting(), 20);
  await node.produceNow();
  for (const each of submissions) if (each.admitted) assert.equal((await each.committed).height, 1);
  load.nonces.set(OPERATOR, 20);
  assert.equal((await node.submit(load.deposit())).admitted, true);
  await node.close();
});

test("a block is sealed when its time is up, when it is full, or when asked", async () => {
  const heights = async (options: Partial<NodeOptions>) => {
    const node = await openInMemory(options);
    const load = new Load();
    const blocks = new Map<number, number>();
    node.onBlock(({ height, transactions }) => blocks.set(height, transactions.length));
    const submissions = await Promise.all(Array.from({ length: 10 }, () => node.submit(load.deposit())));
    assert.ok(submissions.every((each) => each.admitted));
    await node.produceNow();
    await node.close();
    return [...blocks.values()];
  };
  const block = { transactions: 4, bytes: 1_000_000 };
  assert.deepEqual(await heights({ blockIntervalMs: "manual" }), [10]);
  assert.deepEqual(await heights({ limits: { block }, blockIntervalMs: "manual" }), [4, 4, 2]);
  const size = new Load().deposit().length;
  const bytes = { transactions: 100, bytes: 3 * size + 3 };
  assert.deepEqual(await heights({ limits: { block: bytes }, blockIntervalMs: "manual" }), [3, 3, 3, 1]);

  const timed = await openInMemory({ blockIntervalMs: 20 });
  const began = performance.now();
  const submission = await timed.submit(new Load().deposit());
  assert.ok(submission.admitted);
  await submission.committed;
  // A timer counts whole milliseconds from a clock of its own.
  assert.ok(performance.now() - began >= 15);
  await timed.close();
});

test("in manual mode the same submissions give the same blocks", async () => {
  const run = async () => {
    let clock = NOON;
    const node = await openInMemory({ blockIntervalMs: "manual", now: () => clock });
    const load = new Load();
    const hashes: string[] = [];
    node.onBlock(({ hash }) => hashes.push(toHex(hash)));
    for (let i = 0; i < 5; i++) {
      const submitted = Array.from({ length: 20 }, () => node.submit(load.deposit()));
      await node.produceNow();
      await Promise.all(submitted);
      clock += 900;
    }
    await node.close();
    return hashes;
  };
  const first = await run();
  assert.equal(first.length, 5);
  assert.deepEqual(await run(), first);
});

test("a block takes the time of its first transaction, not of a refusal long before", async () => {
  let clock = NOON;
  const node = await openInMemory({ blockIntervalMs: "manual", now: () => clock });
  const load = new Load();
  assert.equal(await refusal(node, changed(load.deposit(), { chain: "other" })), "wrong_chain");
  load.nonces.clear();
  clock += 3_600;
  await node.submit(load.deposit());
  await node.produceNow();
  assert.equal(node.view().tip?.header.time, NOON + 3_600);
  clock -= 1_000; // a clock that goes back makes no block before the last
  await node.submit(load.deposit());
  await node.produceNow();
  assert.equal(node.view().tip?.header.time, NOON + 3_600);
  await node.close();
});

test("a closing node seals what waits and answers nothing else", async (t) => {
  const folder = temporaryFolder(t);
  const node = await openLoaded(folder, { blockIntervalMs: 60_000 });
  const load = new Load();
  const submissions = [node.submit(load.deposit()), node.submit(load.deposit())];
  const closing = node.close();
  assert.equal(await refusal(node, load.deposit()), "stopped");
  for (const submission of await Promise.all(submissions)) {
    assert.ok(submission.admitted);
    assert.equal((await submission.committed).height, 1);
  }
  await closing;
  await node.close();
  const again = await openLoaded(folder);
  assert.equal(again.view().height, 1);
  assert.equal(again.counters.replayed, 0);
  await again.close();
});

/** A disk whose syncs fail from some moment on. */
class FailingDisk extends MemoryStorage {
  fails = false;

  override open(path: string, mode: OpenMode): StorageFile {
    const file = super.open(path, mode);
    return {
      path,
      size: () => file.size(),
      read: (offset, length) => file.read(offset, length),
      write: (offset, bytes) => file.write(offset, bytes),
      truncate: (size) => file.truncate(size),
      sync: async () => {
        if (this.fails) throw new Error("EIO: i/o error");
      },
      syncNow: () => file.syncNow(),
      close: () => file.close(),
    };
  }
}

test("a failed sync stops the node: promises are broken loudly, and a restart finds the acknowledged blocks", async () => {
  const storage = new FailingDisk();
  const faults: NodeFault[] = [];
  const node = await openInMemory({
    storage,
    blockIntervalMs: "manual",
    failed: (fault) => faults.push(fault),
  });
  const load = new Load();
  await node.submit(load.deposit());
  await node.produceNow();
  storage.fails = true;
  const lost = await node.submit(load.deposit());
  assert.ok(lost.admitted);
  await assert.rejects(node.produceNow(), { code: "disk_failed" });
  await assert.rejects(lost.committed, { code: "disk_failed" });
  assert.deepEqual([node.fault?.code, faults.length, node.view().height], ["disk_failed", 1, 1]);
  assert.equal(await refusal(node, load.deposit()), "stopped");
  await node.close();
  storage.fails = false;
  const again = await openInMemory({ storage });
  assert.ok(again.view().height >= 1);
  await again.close();
});

test("what waits for its turn when the node stops is answered, and what waits for its block is rejected", async () => {
  const storage = new FailingDisk();
  const block = { transactions: 3, bytes: 1_000_000 };
  const node = await openInMemory({ storage, limits: { block }, blockIntervalMs: "manual" });
  const load = new Load();
  storage.fails = true;
  const submissions = await Promise.all(Array.from({ length: 8 }, () => node.submit(load.deposit())));
  const statuses = submissions.map((each) => (each.admitted ? "ok" : each.status));
  assert.deepEqual(statuses, ["ok", "ok", "ok", "stopped", "stopped", "stopped", "stopped", "stopped"]);
  for (const each of submissions) if (each.admitted) await assert.rejects(each.committed, NodeFault);
  await node.close();
});

test("a broken invariant stops the node, and its next start goes on from the last good block", async () => {
  const storage = new MemoryStorage();
  let broken = false;
  const producer = {
    publicKey: PRODUCER.publicKey,
    sign(message: Uint8Array) {
      if (broken) throw new Error("the key is gone");
      return PRODUCER.sign(message);
    },
  };
  const node = await openInMemory({ storage, producer, blockIntervalMs: "manual" });
  const load = new Load();
  await node.submit(load.deposit());
  await node.produceNow();
  broken = true;
  await node.submit(load.deposit());
  await assert.rejects(node.produceNow(), { code: "invariant_broken" });
  await node.close();
  load.nonces.set(OPERATOR, 1);
  const again = await openInMemory({ storage });
  assert.deepEqual((await commitAll(again, [load.deposit()]))[0]?.height, 2);
  await again.close();
});

test("a listener that throws is noted, and others hear the block all the same", async () => {
  const notes: string[] = [];
  const node = await openInMemory({ note: (sentence) => notes.push(sentence) });
  let heard = 0;
  node.onBlock(() => {
    throw new Error("a broken index");
  });
  node.onBlock(() => (heard += 1));
  await commitAll(node, [new Load().deposit()]);
  assert.equal(heard, 1);
  assert.ok(notes.includes("a listener threw at block 1"));
  await node.close();
});

/** A short history of a street, in blocks. */
async function liveThrough(node: () => Promise<EmbeddedNode>, after: (height: number) => Promise<void>) {
  const load = new Load();
  const street = [...load.street(3)];
  const batches = [
    street,
    [load.deposit()],
    [load.interval(NOON - QUARTER, 3)],
    [load.sale(1), load.sale(2, 150n)],
  ];
  batches.push([load.sale(3)], [load.deposit(), load.deposit()], [load.interval(NOON, 3, 20)]);
  for (const [i, batch] of batches.entries()) {
    await commitAll(await node(), batch);
    await after(i + 1);
  }
}

/** The clock of `liveThrough`: the genesis day for the street and its rates, then noon, then a quarter later. */
function clockAt(height: number): number {
  return height < 2 ? GENESIS.time : height < 6 ? NOON : NOON + QUARTER;
}

test("a run that is restarted after every block equals one that never was", async (t) => {
  let done = 0;
  const straight = await openInMemory({ now: () => clockAt(done), blockIntervalMs: "manual" });
  await liveThrough(
    async () => straight,
    async (height) => void (done = height),
  );
  const expected = straight.view();
  assert.equal(expected.height, 7);
  for (const snapshots of [true, false]) {
    const folder = temporaryFolder(t);
    let height = 0;
    const open = () => openLoaded(folder, { now: () => clockAt(height), blockIntervalMs: "manual" });
    let node = await open();
    await liveThrough(
      async () => node,
      async (done) => {
        height = done;
        const { hash } = node.view().tip!;
        await node.close();
        if (!snapshots) {
          for (const at of [done, done - 1]) {
            if (at > 0) writeFileSync(join(folder, SNAPSHOT_FOLDER, snapshotName(at)), "rotten");
          }
        }
        node = await open();
        assert.deepEqual(node.view().tip?.hash, hash);
        assert.equal(node.counters.replayed, snapshots ? 0 : done);
      },
    );
    assert.deepEqual(node.view().tip, expected.tip);
    assert.deepEqual(node.view().stateRoot, expected.stateRoot);
    await node.close();
  }
  await straight.close();
});

test("a rotten snapshot is passed over for the older one, and two for the genesis", async () => {
  const storage = new MemoryStorage();
  const load = new Load();
  const first = await openInMemory({ storage });
  for (let i = 0; i < 3; i++) {
    await commitAll(first, [load.deposit()]);
    if (i !== 1) await first.snapshotNow();
  }
  const { hash } = first.view().tip!;
  await first.close();
  assert.deepEqual(snapshotHeights(storage, "/node"), [3, 1]);
  const newest = join("/node", SNAPSHOT_FOLDER, snapshotName(3));
  for (const [rotten, replayed] of [
    [3, 2],
    [1, 3],
  ] as const) {
    const file = storage.open(join("/node", SNAPSHOT_FOLDER, snapshotName(rotten)), "write");
    file.write(200, Uint8Array.of(file.read(200, 1)[0]! ^ 4));
    const notes: string[] = [];
    const node = await openInMemory({ storage, note: (sentence) => notes.push(sentence) });
    assert.equal(node.counters.replayed, replayed);
    assert.ok(
      notes.includes(`passed over the snapshot of block ${rotten}: its checksum is wrong`),
      String(notes),
    );
    assert.deepEqual(node.view().tip?.hash, hash);
    await node.close(); // writes the newest snapshot anew
    storage.remove(newest);
  }
});

test("snapshots are made as blocks or transactions add up", async () => {
  const snapshotsOf = async (snapshotEvery: { blocks: number; transactions: number }) => {
    const storage = new MemoryStorage();
    const node = await openInMemory({ storage, limits: { snapshotEvery }, blockIntervalMs: "manual" });
    const load = new Load();
    for (let i = 0; i < 6; i++) {
      void node.submit(load.deposit());
      void node.submit(load.deposit());
      await node.produceNow();
      for (let turns = 0; turns < 20; turns++) await nextTurn(); // a small snapshot takes fewer
    }
    const heights = snapshotHeights(storage, "/node");
    await node.close();
    return heights;
  };
  assert.deepEqual(await snapshotsOf({ blocks: 2, transactions: 1_000 }), [6, 4]);
  assert.deepEqual(await snapshotsOf({ blocks: 1_000, transactions: 10 }), [5]);
});

test("replay gives again, from any height, what the listeners were told", async () => {
  const storage = new MemoryStorage();
  let done = 0;
  const node = await openInMemory({ storage, now: () => clockAt(done), blockIntervalMs: "manual" });
  const told: CommittedBlock[] = [];
  node.onBlock((block) => told.push(block));
  await liveThrough(
    async () => node,
    async (height) => {
      done = height;
      if (height === 4) await node.snapshotNow();
    },
  );
  for (let from = 1; from <= told.length + 1; from++) {
    assert.deepEqual([...node.replay(from)], told.slice(from - 1), `from ${from}`);
  }
  await node.close();
});
