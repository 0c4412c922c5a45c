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
import { LONG, skippedUnlessLong } from "../support/counterparts.ts";
import { GENESIS, Load, NOON, PRODUCER } from "../support/node-load.ts";
import { PowerCutStorage } from "./power-cut-storage.ts";

const FOLDER = "/node";

/** A run, and how often the disk after each cut is drawn anew. */
interface Run {
  readonly blocks: number;
  readonly ofABlock: number;
  readonly snapshotEvery: number;
  readonly survivors: number;
}

const SURVIVORS = Number(process.env.CONTRADA_SURVIVORS ?? 2);
const SHORT: Run = { blocks: 7, ofABlock: 2, snapshotEvery: 2, survivors: LONG ? 12 * SURVIVORS : 2 };
/** The long form: five hundred transactions, or as many as CONTRADA_BLOCKS hold. */
const LARGE: Run = {
  blocks: Number(process.env.CONTRADA_BLOCKS ?? 50),
  ofABlock: 10,
  snapshotEvery: 10,
  survivors: SURVIVORS,
};

/** Block n holds the n-th few transactions, so that a run can be taken up at any height. */
class Life {
  readonly run: Run;
  readonly #transactions: readonly Uint8Array[];

  constructor(run: Run) {
    this.run = run;
    const load = new Load();
    const count = run.blocks * run.ofABlock;
    this.#transactions = Array.from({ length: count }, (_, i) => load.deposit(BigInt(i + 1)));
  }

  open(storage: PowerCutStorage): Promise<EmbeddedNode> {
    return openNode({
      folder: FOLDER,
      storage,
      genesis: GENESIS,
      producer: PRODUCER,
      now: () => NOON,
      blockIntervalMs: "manual",
      limits: { snapshotEvery: { blocks: this.run.snapshotEvery, transactions: 1_000 } },
    });
  }

  /** Makes the blocks that are missing and closes. Returns the hash of the last. */
  async finish(node: EmbeddedNode, acknowledged: (height: number) => void): Promise<string> {
    const { blocks, ofABlock } = this.run;
    for (let height = node.view().height + 1; height <= blocks; height++) {
      const of = this.#transactions.slice(ofABlock * (height - 1), ofABlock * height);
      const answers = of.map((bytes) => node.submit(bytes));
      for (const answer of answers) {
        const submission = await answer;
        if (!submission.admitted) throw node.fault ?? new Error(submission.status);
      }
      await node.produceNow();
      acknowledged(height);
    }
    await node.close();
    return toHex(node.view().tip!.hash);
  }
}

async function cutEverywhere(life: Life): Promise<void> {
  const { blocks, survivors } = life.run;
  const whole = new PowerCutStorage();
  const expected = await life.finish(await life.open(whole), () => {});
  const { operations } = whole;
  assert.ok(operations > 60, `only ${operations} operations`);
  let restarts = 0;
  for (let at = 1; at <= operations; at++) {
    for (let i = 0; i < survivors; i++) {
      const seed = `power ${at} ${i}`;
      const random = new Random(seed);
      let storage = new PowerCutStorage().cutAt(at);
      let acknowledged = 0;
      // Every second time the restart is cut short as well, and the restart after it.
      for (let lives = i % 2 === 0 ? 1 : 3; lives > 0; lives--) {
        try {
          await life.finish(await life.open(storage), (height) => (acknowledged = height));
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
      const node = await life.open(storage.cutAt(Number.POSITIVE_INFINITY));
      assert.ok(node.view().height >= acknowledged, `${seed}: ${node.view().height} of ${acknowledged}`);
      assert.equal(await life.finish(node, () => {}), expected, seed);
      const report = await auditFolder(FOLDER, { storage });
      assert.deepEqual([report.firstProblem, report.notes, report.height], [undefined, [], blocks], seed);
    }
  }
  console.log(
    `${blocks * life.run.ofABlock} transactions: power cut at each of ${operations} operations, ${restarts} restarts`,
  );
}

test("a power cut at any write loses no acknowledged block and changes no later one", () =>
  cutEverywhere(new Life(SHORT)));

test(`a power cut at any write of ${LARGE.blocks * LARGE.ofABlock} transactions loses none that was acknowledged`, async (t) => {
  if (skippedUnlessLong(t)) return;
  await cutEverywhere(new Life(LARGE));
});
