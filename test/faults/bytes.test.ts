/**
 * No byte of a finished log can change and no tail of it can go without the audit telling. By default a
 * sample of the flips is tried and every cut at the records' ends; CONTRADA_LONG=1 tries all of both.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { auditFolder } from "#node/audit.ts";
import { HEAD_FILE, LOG_FILE } from "#node/block-log.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import { commitAll, GENESIS, Load, NOON, openLoaded, QUARTER } from "../support/node-load.ts";

const FOLDER = "/node";
const LONG = process.env.CONTRADA_LONG === "1";

/** Three dozen blocks of several kinds. */
async function finishedLog(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  let clock = GENESIS.time;
  const node = await openLoaded(FOLDER, { storage, now: () => clock, blockIntervalMs: "manual" });
  const load = new Load();
  await commitAll(node, load.street(2));
  clock = NOON;
  await commitAll(node, [load.interval(NOON - QUARTER, 2)]);
  for (let i = 0; i < 34; i++)
    await commitAll(node, i % 8 === 0 ? [load.sale(1), load.deposit()] : [load.deposit()]);
  await node.close();
  return storage;
}

test("every flipped byte and every lost tail of a finished log is found by the audit", async () => {
  const storage = await finishedLog();
  const path = join(FOLDER, LOG_FILE);
  const whole = storage.read(path);
  const file = storage.open(path, "write");
  const random = new Random("flips");
  const found = async (what: string) => {
    const { firstProblem } = await auditFolder(FOLDER, { storage });
    assert.equal(firstProblem?.place.file, LOG_FILE, what);
  };
  assert.equal((await auditFolder(FOLDER, { storage })).firstProblem, undefined);
  const ends: number[] = [];
  for (let at = 0; at < whole.length; at++) {
    // "CBLK": where a record begins.
    if (whole[at] === 0x43 && whole[at + 1] === 0x42 && whole[at + 2] === 0x4c && whole[at + 3] === 0x4b)
      ends.push(at);
  }
  assert.equal(ends.length, 36);

  let flips = 0;
  const last = ends.at(-1)!;
  for (let at = 0; at < whole.length; at++) {
    // The first bytes, the last record and one in two dozen of the rest.
    if (!LONG && at > 100 && at < last && random.integer(24) !== 0) continue;
    file.write(at, Uint8Array.of(whole[at]! ^ (1 + random.integer(255))));
    await found(`byte ${at}`);
    file.write(at, whole.subarray(at, at + 1));
    flips += 1;
  }

  let cuts = 0;
  for (let size = whole.length - 1; size >= 0; size--) {
    if (!LONG && size < last && !ends.includes(size) && random.integer(80) !== 0) continue;
    file.truncate(size);
    await found(`cut at ${size}`);
    file.write(0, whole);
    cuts += 1;
  }
  assert.equal((await auditFolder(FOLDER, { storage })).firstProblem, undefined);
  console.log(`${flips} flips and ${cuts} cuts of ${whole.length} bytes in ${ends.length} blocks`);
});

test("a flipped byte of a closed node's head is told, as damage or as an unfinished write", async () => {
  const storage = await finishedLog();
  const path = join(FOLDER, HEAD_FILE);
  const whole = storage.read(path);
  const file = storage.open(path, "write");
  for (let at = 0; at < whole.length; at += LONG ? 1 : 37) {
    file.write(at, Uint8Array.of(whole[at]! ^ 0x40));
    const { firstProblem, notes } = await auditFolder(FOLDER, { storage });
    assert.ok(firstProblem?.place.file === HEAD_FILE || notes.length === 1, `byte ${at}`);
    file.write(at, whole.subarray(at, at + 1));
  }
});
