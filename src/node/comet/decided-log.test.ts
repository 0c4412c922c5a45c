import assert from "node:assert/strict";
import { test } from "node:test";
import { type DecidedBlock, DecidedLog } from "#node/comet/decided-log.ts";
import { NodeFault } from "#node/fault.ts";
import { PowerCutStorage } from "../../../test/faults/power-cut-storage.ts";

const GENESIS = new Uint8Array(32).fill(1);
const PATH = "/home/decided.log";

function blockAt(height: number): DecidedBlock {
  const bytes = new Uint8Array(32).fill(height);
  return {
    height,
    time: 100 + height,
    hash: bytes,
    stateRoot: bytes,
    misbehaviour: [{ kind: "duplicate_vote", address: bytes.slice(0, 20), height }],
    transactions: [{ bytes, status: 0 }],
  };
}

function opened(storage: PowerCutStorage): { readonly log: DecidedLog; readonly heights: number[] } {
  const log = new DecidedLog(storage, PATH, GENESIS);
  const heights: number[] = [];
  log.recover(({ height }) => heights.push(height) === height);
  return { log, heights };
}

test("a block that a killed process had only written is believed only when it is synced", async () => {
  for (let i = 0; i < 12; i++) {
    const storage = new PowerCutStorage();
    const { log } = opened(storage);
    await log.append(blockAt(1));
    storage.cutAt(storage.operations + 2); // the write is done, its sync is not
    await assert.rejects(log.append(blockAt(2)), /could not be made durable/);
    storage.cutAt(Number.POSITIVE_INFINITY); // killed: what was written is still shown
    assert.deepEqual(opened(storage).heights, [1, 2]);
    // What the application told CometBFT that it has survives a power cut from here on.
    assert.deepEqual(opened(storage.restarted(`killed ${i}`)).heights, [1, 2]);
  }
});

const STATE_ROOT = new Uint8Array(32).fill(7);
/** Within the base, and within its checksum. */
const OF_THE_OPENING = [60, 100];

async function begunAfter41(): Promise<PowerCutStorage> {
  const storage = new PowerCutStorage();
  const log = DecidedLog.begin(storage, PATH, GENESIS, { height: 41, stateRoot: STATE_ROOT });
  await log.append(blockAt(42));
  return storage;
}

test("a log says where it begins", async () => {
  const log = new DecidedLog(await begunAfter41(), PATH, GENESIS);
  const heights: number[] = [];
  assert.equal(
    log.recover(({ height }) => heights.push(height) > 0),
    0,
  );
  assert.deepEqual([log.base, log.height, heights], [{ height: 41, stateRoot: STATE_ROOT }, 42, [42]]);
  assert.deepEqual([log.read(41), log.read(42)?.height, log.read(43)], [undefined, 42, undefined]);
});

test("where a log began with a state of others and its base is damaged, the node stops and says what to do", async () => {
  for (const offset of OF_THE_OPENING) {
    const storage = await begunAfter41();
    storage.open(PATH, "write").write(offset, Uint8Array.of(1, 2, 3));
    assert.throws(
      () => new DecidedLog(storage, PATH, GENESIS),
      (error) =>
        error instanceof NodeFault &&
        error.code === "state_lost" &&
        error.message.includes("remove /home and"),
    );
  }
  const storage = await begunAfter41();
  storage.open(PATH, "write").truncate(70);
  assert.throws(() => new DecidedLog(storage, PATH, GENESIS), { code: "state_lost" });
});

test("where a log began with the chain, a damaged base is made anew and no block is lost", async () => {
  for (const offset of OF_THE_OPENING) {
    const storage = new PowerCutStorage();
    await opened(storage).log.append(blockAt(1));
    storage.open(PATH, "write").write(offset, Uint8Array.of(1, 2, 3));
    assert.deepEqual(opened(storage).heights, [1]);
    const { log } = opened(storage.restarted("after the cure"));
    assert.deepEqual(log.base, { height: 0, stateRoot: undefined });
    assert.equal(log.height, 1);
  }
});

test("a log whose making a kill cut short is there after a power cut, with what was appended since", async () => {
  const whole = new PowerCutStorage();
  opened(whole);
  for (let at = 1; at <= whole.operations; at++) {
    const storage = new PowerCutStorage().cutAt(at);
    assert.throws(() => opened(storage));
    storage.cutAt(Number.POSITIVE_INFINITY);
    await opened(storage).log.append(blockAt(1));
    for (let i = 0; i < 4; i++) {
      assert.deepEqual(opened(storage.restarted(`${at} ${i}`)).heights, [1], `killed at operation ${at}`);
    }
  }
});
