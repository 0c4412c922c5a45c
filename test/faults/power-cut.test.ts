/**
 * The power goes at every single write, sync, truncation, rename and removal of a node's life, from the
 * making of its folder to its end. Whatever the disk kept, the next start finds every acknowledged block,
 * goes on, and ends with the same block as a run that nothing interrupted.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import { auditFolder } from "#node/audit.ts";
import { type EmbeddedNode, openNode } from "#node/node.ts";
import { GENESIS, Load, NOON, PRODUCER } from "../support/node-load.ts";
import { PowerCutStorage } from "./power-cut-storage.ts";

const BLOCKS = 7;
const FOLDER = "/node";
const SURVIVORS = process.env.CONTRADA_LONG === "1" ? 24 : 2;

/** Block n holds the transactions 2n − 1 and 2n, so that a run can be taken up at any height. */
const load = new Load();
const TRANSACTIONS = Array.from({ length: 2 * BLOCKS }, (_, i) => load.deposit(BigInt(i + 1)));

function open(storage: PowerCutStorage, notes: string[] = []): Promise<EmbeddedNode> {
  return openNode({
    folder: FOLDER,
    storage,
    genesis: GENESIS,
    producer: PRODUCER,
    now: () => NOON,
    blockIntervalMs: "manual",
    note: (sentence) => notes.push(sentence),
    limits: { snapshotEvery: { blocks: 2, transactions: 1_000 } },
  });
}

/** Makes the blocks that are missing and closes. Returns the hash of the last. */
async function finish(node: EmbeddedNode, acknowledged: (height: number) => void): Promise<string> {
  for (let height = node.view().height + 1; height <= BLOCKS; height++) {
    for (const bytes of TRANSACTIONS.slice(2 * height - 2, 2 * height)) {
      const submission = await node.submit(bytes);
      if (!submission.admitted) throw node.fault ?? new Error(submission.status);
    }
    await node.produceNow();
    acknowledged(height);
  }
  await node.close();
  return toHex(node.view().tip!.hash);
}

test("a power cut at any write loses no acknowledged block and changes no later one", async () => {
  const whole = new PowerCutStorage();
  const expected = await finish(await open(whole), () => {});
  const { operations } = whole;
  assert.ok(operations > 60, `only ${operations} operations`);
  let restarts = 0;
  for (let at = 1; at <= operations; at++) {
    for (let i = 0; i < SURVIVORS; i++) {
      const seed = `power ${at} ${i}`;
      const random = new Random(seed);
      let storage = new PowerCutStorage().cutAt(at);
      let acknowledged = 0;
      // Every second time the restart is cut short as well, and the restart after it.
      for (let lives = i % 2 === 0 ? 1 : 3; lives > 0; lives--) {
        try {
          await finish(await open(storage), (height) => (acknowledged = height));
          break;
        } catch (error) {
          assert.ok(storage.isCut, `${seed}: ${error}`); // what the node says of it is tested beside the node
        }
        storage = storage.restarted(`${seed} ${lives}`);
        if (acknowledged > 0) {
          const report = await auditFolder(FOLDER, { storage });
          assert.equal(report.firstProblem, undefined, seed);
        }
        if (lives > 1) storage.cutAt(1 + random.integer(operations));
        restarts += 1;
      }
      const node = await open(storage.cutAt(Number.POSITIVE_INFINITY));
      assert.ok(node.view().height >= acknowledged, `${seed}: ${node.view().height} of ${acknowledged}`);
      assert.equal(await finish(node, () => {}), expected, seed);
      const report = await auditFolder(FOLDER, { storage });
      assert.deepEqual([report.firstProblem, report.notes, report.height], [undefined, [], BLOCKS], seed);
    }
  }
  console.log(`power cut at each of ${operations} operations, ${restarts} restarts`);
});
