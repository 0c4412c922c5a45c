import assert from "node:assert/strict";
import { test } from "node:test";
import { type Head, heightOf, readHeads, SLOT_BYTES, writeBothHeads, writeHead } from "#node/head.ts";
import { MemoryStorage } from "#node/memory-storage.ts";

const hash = (byte: number) => new Uint8Array(32).fill(byte);

function headOf(height: number, clean = false): Head {
  return {
    clean,
    logEnd: 48 + height * 500,
    block: {
      header: {
        chain: "a chain whose name is 32 bytes..",
        height,
        time: 1_800_000_000 + height,
        previousHash: hash(1),
        stateRoot: hash(2),
        transactionsRoot: hash(3),
        producer: hash(4),
      },
      signature: new Uint8Array(64).fill(5),
    },
  };
}

function file() {
  return new MemoryStorage().open("/head", "create");
}

test("heads are written in turn, and the newest is read", () => {
  const head = file();
  for (const height of [1, 2, 3]) {
    writeHead(head, headOf(height));
    assert.deepEqual(readHeads(head.read(0, 2 * SLOT_BYTES)).head, headOf(height));
  }
  // Whatever becomes of block 4's slot, block 3's is still there.
  writeHead(head, headOf(4));
  head.write(100, Uint8Array.of(0xff));
  const { head: left, damaged } = readHeads(head.read(0, 2 * SLOT_BYTES));
  assert.deepEqual([left, damaged], [headOf(3), [0]]);
});

test("a head without a block is that of an empty chain", async () => {
  const head = file();
  await writeBothHeads(head, { clean: true, logEnd: 48, block: undefined });
  const read = readHeads(head.read(0, 2 * SLOT_BYTES));
  assert.deepEqual(read, { head: { clean: true, logEnd: 48, block: undefined }, damaged: [], excess: 0 });
  assert.equal(heightOf(read.head!), 0);
});

test("no flipped byte of a slot passes, padding included, and no file that is too short or too long", async () => {
  const head = file();
  await writeBothHeads(head, headOf(7, true));
  const bytes = head.read(0, 2 * SLOT_BYTES);
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at]! ^= 0x10;
    const { head: left, damaged } = readHeads(flipped);
    assert.deepEqual([left, damaged], [headOf(7, true), [at < SLOT_BYTES ? 0 : 1]], `byte ${at}`);
  }
  assert.deepEqual(readHeads(bytes.subarray(0, 2 * SLOT_BYTES - 1)).damaged, [1]);
  assert.deepEqual(readHeads(bytes.subarray(0, SLOT_BYTES - 1)), {
    head: undefined,
    damaged: [0, 1],
    excess: 0,
  });
  assert.equal(readHeads(Uint8Array.of(...bytes, 0)).excess, 1);
});
