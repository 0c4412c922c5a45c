/**
 * A disk that is full, breaks, or says that a sync failed, at every single operation of a node's life. The
 * node stops and says so; nothing is acknowledged after the fault; when the disk is mended the next start finds
 * every acknowledged block, and the chain ends with the same block as one that nothing disturbed. The same for
 * the application under CometBFT. One run is on a real file system that is really full.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { auditFolder } from "#node/audit.ts";
import { NodeFault } from "#node/fault.ts";
import { type EmbeddedNode, openNode } from "#node/node.ts";
import { skipped } from "../support/counterparts.ts";
import { GENESIS, Load, NOON, OPERATOR, openLoaded, PRODUCER } from "../support/node-load.ts";
import { FailingStorage, type Failure, type Operation } from "./failing-storage.ts";

const FOLDER = "/node";
const BLOCKS = 7;
const load = new Load();
const TRANSACTIONS = Array.from({ length: 2 * BLOCKS }, (_, i) => load.deposit(BigInt(i + 1)));

interface Told {
  readonly notes: string[];
  readonly faults: NodeFault[];
}

function open(storage: FailingStorage, told: Told): Promise<EmbeddedNode> {
  return openNode({
    folder: FOLDER,
    storage,
    genesis: GENESIS,
    producer: PRODUCER,
    now: () => NOON,
    blockIntervalMs: "manual",
    note: (sentence) => told.notes.push(sentence),
    failed: (fault) => told.faults.push(fault),
    limits: { snapshotEvery: { blocks: 2, transactions: 1_000 } },
  });
}

/** Makes the blocks that are missing. Returns the hashes of those that were acknowledged. */
async function proceed(node: EmbeddedNode, acknowledged: Map<number, string>): Promise<void> {
  for (let height = node.view().height + 1; height <= BLOCKS; height++) {
    const submitted = TRANSACTIONS.slice(2 * height - 2, 2 * height).map((bytes) => node.submit(bytes));
    await node.produceNow();
    for (const answer of submitted) {
      const submission = await answer;
      assert.ok(submission.admitted);
      assert.equal((await submission.committed).height, height);
    }
    acknowledged.set(height, toHex(node.block(height)!.hash));
  }
}

function isDiskFault(error: unknown): boolean {
  return error instanceof NodeFault && error.code === "disk_failed" && /ENOSPC|EIO/.test(String(error.cause));
}

test("whatever the disk refuses, and when: the node stops, acknowledges nothing more, and recovers", async () => {
  const whole = new FailingStorage();
  const undisturbed = new Map<number, string>();
  const first = await open(whole, { notes: [], faults: [] });
  await proceed(first, undisturbed);
  await first.close();
  assert.equal(undisturbed.size, BLOCKS);
  const kinds = new Map<string, number>();
  let stopped = 0;
  let snapshotsFailed = 0;
  for (let at = 1; at <= whole.done.length; at++) {
    for (const how of failuresOf(whole.done[at - 1]!)) {
      for (const lasting of [false, true]) {
        const what = `operation ${at}, ${whole.done[at - 1]}, ${how}, ${lasting ? "lasting" : "once"}`;
        const storage = new FailingStorage().plan({ at, how, lasting });
        const told: Told = { notes: [], faults: [] };
        const acknowledged = new Map<number, string>();
        let node: EmbeddedNode | undefined;
        try {
          node = await open(storage, told);
          await proceed(node, acknowledged);
          await node.close();
          // Only a snapshot was lost: the chain goes on without it, and says so.
          assert.ok(storage.failures > 0, what);
          assert.match(told.notes.join("\n"), /snapshot/, what);
          snapshotsFailed += 1;
        } catch (error) {
          assert.ok(isDiskFault(error), `${what}: ${error}`);
          stopped += 1;
        }
        if (node?.fault !== undefined) {
          assert.ok(isDiskFault(node.fault), what);
          assert.deepEqual(told.faults, [node.fault], what);
          // A disk that works again does not bring it back: the lost pages would never be missed.
          const before = storage.done.length;
          storage.mend();
          const late = await node.submit(load.deposit());
          assert.deepEqual([late.admitted, !late.admitted && late.status], [false, "stopped"], what);
          await assert.rejects(node.produceNow(), { code: "disk_failed" }, what);
          assert.equal(storage.done.length, before, `${what}: it still writes`);
          await node.close();
          assert.equal(storage.done.length, before, `${what}: it writes at its end`);
        }
        const key = `${whole.done[at - 1]} ${how}`;
        kinds.set(key, (kinds.get(key) ?? 0) + 1);

        storage.mend();
        const again = await open(storage, { notes: [], faults: [] });
        assert.ok(again.view().height >= acknowledged.size, `${what}: ${acknowledged.size} acknowledged`);
        for (const [height, hash] of acknowledged) assert.equal(toHex(again.block(height)!.hash), hash, what);
        await proceed(again, acknowledged);
        await again.close();
        assert.equal(toHex(again.view().tip!.hash), undisturbed.get(BLOCKS), what);
        const report = await auditFolder(FOLDER, { storage });
        assert.deepEqual([report.firstProblem, report.height], [undefined, BLOCKS], what);
      }
    }
  }
  for (const operation of ["make", "write", "truncate", "sync", "rename", "sync folder"]) {
    assert.ok(
      [...kinds.keys()].some((kind) => kind.startsWith(operation)),
      operation,
    );
  }
  assert.ok(stopped > 100 && snapshotsFailed > 20, `${stopped} stopped, ${snapshotsFailed} snapshots`);
  console.log(
    `${whole.done.length} operations, each refused in every way: ${stopped} stops, ${snapshotsFailed} snapshots lost; nothing else`,
  );
});

function failuresOf(operation: Operation): readonly Failure[] {
  if (operation === "write") return ["full", "half", "broken"];
  return ["full", "broken"];
}

test("a node on a file system that is really full stops, and goes on when there is room", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "contrada-full-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    rmdirSync(folder);
    skipped(t, "the right to mount a small file system");
    return;
  }
  t.after(() => {
    execFileSync("umount", ["-l", folder]);
    rmdirSync(folder);
  });
  const faults: NodeFault[] = [];
  const own = new Load();
  const node = await openLoaded(folder, { blockIntervalMs: "manual", failed: (fault) => faults.push(fault) });
  let acknowledged = 0;
  let fault: unknown;
  for (let block = 1; fault === undefined && block < 2_000; block++) {
    const answers = Array.from({ length: 10 }, () => node.submit(own.deposit()));
    await node.produceNow().catch((error) => (fault = error));
    for (const answer of await Promise.all(answers)) {
      if (!answer.admitted) continue;
      await answer.committed.then(
        () => (acknowledged += 1),
        () => {},
      );
    }
  }
  assert.ok(isDiskFault(fault), String(fault));
  assert.equal(faults.length, 1);
  assert.ok(acknowledged > 50, `${acknowledged} acknowledged`);
  assert.deepEqual(await node.submit(own.deposit()).then((late) => late.admitted), false);
  await node.close();
  execFileSync("mount", ["-o", "remount,size=16m", folder]);
  const again = await openLoaded(folder, { blockIntervalMs: "manual" });
  assert.ok(again.view().money(OPERATOR).posted >= BigInt(acknowledged));
  own.nonces.set(OPERATOR, again.view().member(OPERATOR)!.nonce);
  const late = again.submit(own.deposit());
  await again.produceNow();
  assert.ok((await late).admitted);
  await again.close();
  assert.equal((await auditFolder(folder)).firstProblem, undefined);
  t.diagnostic(`${acknowledged} acknowledged before the disk was full`);
});
