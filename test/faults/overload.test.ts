/**
 * Ten times more than the node can take, for some seconds; with CONTRADA_LONG=1 a minute, or CONTRADA_OVERLOAD_S.
 * What it can take is held down by a disk whose syncs take 40 ms, so that the load generator beside it can make
 * ten times that.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { decodeTransaction, encodeTransaction } from "#ledger/transaction.ts";
import { disk, type Storage } from "#node/storage.ts";
import { Load, OPERATOR, openLoaded, signerOf, temporaryFolder } from "../support/node-load.ts";

const LONG_S = Number(process.env.CONTRADA_OVERLOAD_S ?? 60);
const SECONDS = process.env.CONTRADA_LONG === "1" ? LONG_S : 5;
const BLOCK = 130;
/** A block needs two syncs, one after the other. */
const SYNC_MS = 40;
const CAPACITY = (BLOCK * 1_000) / (2 * SYNC_MS);
const OFFERED = 12 * CAPACITY;
const IN_FLIGHT = 450;
/** Memory of a deposit's row, its key, its leaf of the tree, and of what this test notes of it. */
const ROW_BYTES = 1_400;

const slowDisk: Storage = {
  ...disk,
  open(path, mode) {
    const file = disk.open(path, mode);
    return {
      path,
      size: () => file.size(),
      read: (offset, length) => file.read(offset, length),
      write: (offset, bytes) => file.write(offset, bytes),
      truncate: (size) => file.truncate(size),
      sync: () => sleep(SYNC_MS).then(() => file.sync()),
      syncNow: () => file.syncNow(),
      close: () => file.close(),
    };
  },
};

test("ten times too much is refused at once, in flat memory, while what was admitted commits", async (t) => {
  const node = await openLoaded(temporaryFolder(t), {
    storage: slowDisk,
    blockIntervalMs: 50,
    limits: {
      block: { transactions: BLOCK, bytes: 1_000_000 },
      inFlight: { transactions: IN_FLIGHT, bytes: 1_000_000, ofOneSender: IN_FLIGHT },
      snapshotEvery: { blocks: 20, transactions: 1_000_000 },
    },
  });
  const load = new Load();
  const waits: number[] = [];
  /** How many refusals took so many milliseconds; the last place is for all that took longer. */
  const refusals = new Uint32Array(10_000);
  let judgedAfterMs = 0;
  let admitted = 0;
  let offered = 0;
  let next = load.deposit();
  const offer = (bytes: Uint8Array, isNext: boolean) => {
    const before = node.counters.refused.get("overloaded") ?? 0;
    const began = performance.now();
    offered += 1;
    const answer = node.submit(bytes);
    const taken = (node.counters.refused.get("overloaded") ?? 0) === before;
    if (isNext && taken) next = load.deposit();
    return answer.then(async (submission) => {
      if (!submission.admitted) {
        const waited = performance.now() - began;
        if (submission.status === "overloaded")
          refusals[Math.min(refusals.length - 1, Math.floor(waited))]! += 1;
        else judgedAfterMs = Math.max(judgedAfterMs, waited);
        return;
      }
      admitted += 1;
      await submission.committed;
      waits.push(performance.now() - began);
    });
  };

  const live: number[] = [];
  const committed: number[] = [];
  const rssBefore = process.memoryUsage.rss() / 1e6;
  const open = new Set<Promise<void>>();
  const began = performance.now();
  let elapsed = 0;
  while (elapsed < SECONDS * 1_000) {
    const due = Math.min((elapsed / 1_000) * OFFERED - offered, 200); // a busy machine offers less, not later
    for (let i = 0; i < due; i++) {
      // One in twenty carries a signature that nobody made.
      const forged = offered % 20 === 0;
      const each = offer(forged ? forgery(next) : next, !forged);
      open.add(each);
      void each.finally(() => open.delete(each));
    }
    await nextTurn();
    elapsed = performance.now() - began;
    const quarter = Math.floor((4 * elapsed) / (SECONDS * 1_000));
    if (live.length < quarter) {
      live.push(liveMb());
      committed.push(admitted);
    }
  }
  await Promise.all(open);
  waits.sort((a, b) => a - b);
  // What the load generator's own busy turns hold up is not the node's: nine hundred and ninety-nine of a thousand.
  const refusedAfterMs = within(refusals, 0.999);
  const p99 = waits[Math.floor(waits.length * 0.99)]!;
  // A booked deposit is a row of the state that stays: that much more is no leak.
  const rowsMb = ((admitted - (committed[0] ?? 0)) * ROW_BYTES) / 1e6;
  const growthMb = live.at(-1)! - live[0]! - rowsMb;
  const rssMb = process.memoryUsage.rss() / 1e6 - rssBefore;
  const overloaded = node.counters.refused.get("overloaded") ?? 0;

  // Twelve times what the disk allows; on a busy machine the generator, which shares it, falls behind.
  assert.ok(offered >= 5 * admitted, `only ${offered} offered for ${admitted} admitted`);
  assert.ok(overloaded > offered / 2, `${overloaded} of ${offered} refused as too many`);
  assert.ok(refusedAfterMs < 3_000, `a refusal took ${refusedAfterMs} ms`);
  assert.equal(waits.length, admitted);
  assert.ok(judgedAfterMs < 5_000, `a false signature was told after ${judgedAfterMs} ms`);
  assert.ok(admitted > (CAPACITY * SECONDS) / 10, `only ${admitted} admitted`);
  assert.ok(p99 < 5_000, `p99 ${p99} ms`);
  assert.ok(growthMb < 8, `${growthMb} MB more in use`);
  assert.ok(rssMb < 384, `${rssMb} MB more resident`);
  assert.equal(node.view().member(OPERATOR)?.nonce, admitted);
  assert.equal(node.waiting(), 0);
  console.log(
    `${SECONDS} s: ${offered} offered, ${overloaded} overloaded, refusals within ${refusedAfterMs.toFixed(0)} ms, slowest verdict ${judgedAfterMs.toFixed(0)} ms; ` +
      `${admitted} committed, p99 ${p99.toFixed(0)} ms; memory in use ${growthMb.toFixed(1)} MB more beside ${rowsMb.toFixed(1)} MB of booked deposits, resident ${rssMb.toFixed(0)} MB more`,
  );
  await node.close();
});

/** The first millisecond by which that share of the counted had come. */
function within(counts: Uint32Array, share: number): number {
  let left = counts.reduce((sum, count) => sum + count, 0) * share;
  return counts.findIndex((count) => (left -= count) <= 0);
}

/** Heap and buffers after a collection. */
function liveMb(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const thief = signerOf("thief");

function forgery(bytes: Uint8Array): Uint8Array {
  const transaction = decodeTransaction(bytes);
  assert.ok(transaction.ok);
  return encodeTransaction({ ...transaction.value, signature: thief.sign(new Uint8Array(32)) });
}
