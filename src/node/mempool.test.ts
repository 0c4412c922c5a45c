import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "#chain/host.ts";
import { type Candidate, Mempool } from "#node/mempool.ts";

const LIMITS = { transactions: 4, bytes: 1_000, ofOneSender: 3 };

function candidate(id: number, odd: { sender?: number; bytes?: number; signature?: number } = {}): Candidate {
  return {
    id: new Uint8Array(32).fill(id),
    transaction: {
      chain: "load",
      kind: 7,
      sender: odd.sender ?? id,
      nonce: id,
      expiryHeight: 10,
      body: new Uint8Array(0),
      publicKey: new Uint8Array(32),
      signature: new Uint8Array(64).fill(odd.signature ?? 0),
    },
    bytes: new Uint8Array(odd.bytes ?? 100),
    verdict: undefined,
    verifying: false,
    answer: () => {},
    answered: Promise.resolve({ admitted: false, id: undefined, status: "stopped" }),
    committed: Promise.withResolvers<Outcome>(),
  };
}

test("transactions leave in the order of their arrival, and count until they are refused or durable", () => {
  const mempool = new Mempool(LIMITS);
  const all = [1, 2, 3].map((id) => candidate(id));
  for (const each of all) assert.equal(mempool.enter(each), undefined);
  assert.equal(mempool.last(), all[2]);
  assert.equal(mempool.includeFirst(), all[0]);
  assert.equal(mempool.refuseFirst(), all[1]);
  assert.deepEqual([mempool.count, mempool.queued, mempool.bytes], [2, 1, 200]);
  mempool.release(all[0]!);
  assert.deepEqual([mempool.count, mempool.queued, mempool.bytes], [1, 1, 100]);
  assert.equal(mempool.first(), all[2]);
  mempool.refuseFirst();
  assert.deepEqual(
    [mempool.count, mempool.bytes, mempool.first(), mempool.last()],
    [0, 0, undefined, undefined],
  );
});

test("count, bytes and a sender's share are bounded; room that is freed is room again", () => {
  const count = new Mempool(LIMITS);
  for (const id of [1, 2, 3, 4]) assert.equal(count.enter(candidate(id)), undefined);
  assert.equal(count.enter(candidate(5)), "overloaded");
  count.includeFirst(); // still in flight
  assert.equal(count.enter(candidate(5)), "overloaded");
  count.refuseFirst();
  assert.equal(count.enter(candidate(5)), undefined);

  const bytes = new Mempool(LIMITS);
  assert.equal(bytes.enter(candidate(1, { bytes: 600 })), undefined);
  assert.equal(bytes.enter(candidate(2, { bytes: 401 })), "overloaded");
  assert.equal(bytes.enter(candidate(2, { bytes: 400 })), undefined);

  const sender = new Mempool(LIMITS);
  for (const id of [1, 2, 3]) assert.equal(sender.enter(candidate(id, { sender: 9 })), undefined);
  assert.equal(sender.enter(candidate(4, { sender: 9 })), "overloaded");
  assert.equal(sender.enter(candidate(4, { sender: 8 })), undefined);
  sender.refuseFirst();
  assert.equal(sender.enter(candidate(5, { sender: 9 })), undefined);
});

test("the same transaction waits once; a copy with another signature may try", () => {
  const mempool = new Mempool(LIMITS);
  assert.equal(mempool.enter(candidate(1)), undefined);
  assert.equal(mempool.enter(candidate(1)), "already_waiting");
  const copy = candidate(1, { signature: 1 });
  assert.equal(mempool.enter(copy), undefined);
  const included = mempool.includeFirst();
  assert.equal(mempool.isIncluded(copy.id), true);
  assert.equal(mempool.enter(candidate(1, { signature: 2 })), "already_waiting");
  mempool.refuseFirst();
  mempool.release(included);
  assert.equal(mempool.isIncluded(copy.id), false);
  assert.equal(mempool.enter(candidate(1)), undefined);
});

test("a queue that many pass through stays in order and small", () => {
  const mempool = new Mempool({ transactions: 10_000, bytes: 1e9, ofOneSender: 10_000 });
  let next = 0;
  let out = 0;
  const enter = () => {
    const id = new Uint8Array(32);
    new DataView(id.buffer).setUint32(0, next);
    assert.equal(
      mempool.enter({ ...candidate(next & 0xff), id, bytes: Uint8Array.of(next & 0xff) }),
      undefined,
    );
    next += 1;
  };
  for (let i = 0; i < 3_000; i++) enter();
  for (let i = 0; i < 9_000; i++) {
    enter();
    assert.equal(mempool.refuseFirst().bytes[0], out++ & 0xff);
  }
  while (mempool.first() !== undefined) assert.equal(mempool.refuseFirst().bytes[0], out++ & 0xff);
  assert.equal(out, next);
});
