import assert from "node:assert/strict";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { genesisHash } from "#chain/genesis.ts";
import { auditFolder } from "#node/audit.ts";
import { HEAD_FILE } from "#node/block-log.ts";
import { type FaultCode, NodeFault } from "#node/fault.ts";
import {
  FORMAT,
  FORMAT_FILE,
  type Formats,
  GENESIS_FILE,
  MIGRATIONS,
  openFolder,
  PRODUCER_KEY_FILE,
  producerKey,
} from "#node/folder.ts";
import { SNAPSHOT_FOLDER } from "#node/snapshot.ts";
import { disk } from "#node/storage.ts";
import { PowerCutStorage } from "../../test/faults/power-cut-storage.ts";
import { commitAll, GENESIS, Load, openLoaded, temporaryFolder } from "../../test/support/node-load.ts";

function isFault(code: FaultCode, sentence?: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof NodeFault, String(error));
    assert.equal(error.code, code);
    if (sentence !== undefined) assert.match(error.message, sentence);
    return true;
  };
}

test("a folder is made from a genesis, and opened again with it or without", async (t) => {
  const path = join(temporaryFolder(t), "deep", "node");
  const made = await openFolder(disk, path, GENESIS);
  assert.deepEqual(made.notes, ["made the data folder"]);
  made.release();
  for (const genesis of [GENESIS, undefined]) {
    const again = await openFolder(disk, path, genesis);
    assert.deepEqual([again.genesis, again.genesisHash, again.notes], [GENESIS, genesisHash(GENESIS), []]);
    again.release();
  }
  assert.equal(readFileSync(join(path, FORMAT_FILE), "utf8"), "contrada data folder, format 1\n");
});

test("a folder in use is refused, and a refused opening keeps nobody out", async (t) => {
  const path = temporaryFolder(t);
  const first = await openFolder(disk, path, GENESIS);
  await assert.rejects(openFolder(disk, path, GENESIS), isFault("folder_in_use", /open in another process/));
  first.release();
  await assert.rejects(openFolder(disk, path, { ...GENESIS, chain: "other" }), isFault("genesis_differs"));
  (await openFolder(disk, path, GENESIS)).release();
});

test("a newer folder is refused with a sentence that says what to do; an unknown one too", async (t) => {
  const path = temporaryFolder(t);
  (await openFolder(disk, path, GENESIS)).release();
  writeFileSync(join(path, FORMAT_FILE), `contrada data folder, format ${FORMAT + 1}\n`);
  await assert.rejects(
    openFolder(disk, path, GENESIS),
    isFault("format_newer", /Start the version that wrote it/),
  );
  for (const text of [
    "",
    "format 1",
    "contrada data folder, format 01\n",
    "contrada data folder, format 1",
  ]) {
    writeFileSync(join(path, FORMAT_FILE), text);
    await assert.rejects(openFolder(disk, path, GENESIS), isFault("format_unreadable"), text);
  }
});

test("an older folder is led from format to format, and again from where a crash left it", async (t) => {
  const path = temporaryFolder(t);
  (await openFolder(disk, path, GENESIS)).release();
  const steps: number[] = [];
  let crash = true;
  const formats: Formats = {
    current: 3,
    migrations: new Map([
      ...MIGRATIONS,
      [1, () => void steps.push(1)],
      [
        2,
        async () => {
          steps.push(2);
          if (crash) throw new Error("crash");
        },
      ],
    ]),
  };
  await assert.rejects(openFolder(disk, path, GENESIS, formats), /crash/);
  assert.equal(readFileSync(join(path, FORMAT_FILE), "utf8"), "contrada data folder, format 2\n");
  crash = false;
  const opened = await openFolder(disk, path, GENESIS, formats);
  assert.deepEqual(opened.notes, ["brought the data folder to format 3"]);
  opened.release();
  assert.deepEqual(steps, [1, 2, 2]);
  await assert.rejects(openFolder(disk, path, GENESIS), isFault("format_newer"));
  const gap = { current: 5, migrations: formats.migrations };
  await assert.rejects(openFolder(disk, path, GENESIS, gap), isFault("format_unreadable", /from format 3/));
});

test("without a genesis there is nothing to begin; a damaged or missing one is told", async (t) => {
  const path = temporaryFolder(t);
  await assert.rejects(openFolder(disk, path, undefined), isFault("genesis_unreadable"));
  (await openFolder(disk, path, GENESIS)).release();
  const file = join(path, GENESIS_FILE);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, -1));
  await assert.rejects(openFolder(disk, path, undefined), isFault("genesis_unreadable", /damaged/));
  disk.remove(file);
  await assert.rejects(openFolder(disk, path, GENESIS), isFault("genesis_unreadable", /missing/));
});

test("a folder whose making was cut short is made anew, one that holds blocks never", async (t) => {
  const path = temporaryFolder(t);
  (await openFolder(disk, path, { ...GENESIS, chain: "first try" })).release();
  disk.remove(join(path, FORMAT_FILE));
  const node = await openLoaded(path);
  assert.equal(node.chain, GENESIS.chain);
  await commitAll(node, [new Load().deposit()]);
  await node.close();
  assert.ok(statSync(join(path, HEAD_FILE)).size > 0);
  disk.remove(join(path, FORMAT_FILE));
  await assert.rejects(openFolder(disk, path, GENESIS), isFault("format_unreadable", /holds blocks/));
});

test("snapshots may be thrown away with their folder", async (t) => {
  const path = temporaryFolder(t);
  const load = new Load();
  for (const height of [1, 2]) {
    const node = await openLoaded(path);
    assert.equal((await commitAll(node, [load.deposit()]))[0]?.height, height);
    await node.close();
    rmSync(join(path, SNAPSHOT_FOLDER), { recursive: true });
    const { blocks, snapshots, firstProblem } = await auditFolder(path);
    assert.deepEqual([blocks, snapshots, firstProblem], [height, 0, undefined]);
  }
});

test("a producer's key is made once, for the owner alone, and read again", (t) => {
  const path = join(temporaryFolder(t), "node");
  const key = producerKey(path);
  assert.deepEqual(producerKey(path).publicKey, key.publicKey);
  const file = join(path, PRODUCER_KEY_FILE);
  if (process.platform !== "win32") assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(readFileSync(file, "utf8"), /^[0-9a-f]{64}\n$/);
  assert.notEqual(toHex(key.publicKey), readFileSync(file, "utf8").trim());
  writeFileSync(file, "not a key\n");
  assert.throws(() => producerKey(path), isFault("producer_key_unreadable"));
});

test("a node of the folder's own key opens without a signer; another signer is refused", async (t) => {
  const path = temporaryFolder(t);
  const { publicKey } = producerKey(path);
  await assert.rejects(
    openLoaded(path, { genesis: { ...GENESIS, producer: publicKey } }),
    isFault("producer_differs"),
  );
  const { openNode } = await import("#node/node.ts");
  const node = await openNode({ folder: path, now: () => GENESIS.time });
  await commitAll(node, [new Load().deposit()]);
  assert.deepEqual(node.view().tip?.header.producer, publicKey);
  await node.close();
});

test("a folder whose making a kill cut short is whole after a power cut, once it was opened again", async () => {
  const whole = new PowerCutStorage();
  await openFolder(whole, "/node", GENESIS);
  for (let at = 1; at <= whole.operations; at++) {
    const storage = new PowerCutStorage().cutAt(at);
    await assert.rejects(openFolder(storage, "/node", GENESIS));
    storage.cutAt(Number.POSITIVE_INFINITY); // killed: what was written and named is still shown
    (await openFolder(storage, "/node", GENESIS)).release();
    for (let i = 0; i < 6; i++) {
      const again = await openFolder(storage.restarted(`killed ${at} ${i}`), "/node", undefined);
      assert.deepEqual(again.notes, [], `killed at operation ${at}`);
    }
  }
});
