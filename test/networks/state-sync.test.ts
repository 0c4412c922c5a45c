/**
 * A node that joins a running network with a snapshot of the others, instead of executing their whole past.
 * The long form only.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STATUS } from "#ledger/status.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { GENESIS, Load, temporaryFolder } from "../support/node-load.ts";
import { agreement, Beside, eventually } from "./agreement.ts";
import { type CometNode, cometAbsent, joining, makeNetwork } from "./comet-network.ts";

const EVERY = "5";

/** State sync from what block 1 vouches for. */
async function syncing(nodes: readonly CometNode[]): Promise<Readonly<Record<string, string>>> {
  return {
    enable: "true",
    rpc_servers: `"${nodes.map((node) => `http://127.0.0.1:${node.rpc}`).join(",")}"`,
    trust_height: "1",
    trust_hash: `"${(await nodes[0]!.block(1)).hash}"`,
    discovery_time: '"5s"',
  };
}

test("a fifth node joins by state sync, with the app hash of a full replay, and follows", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  const folder = temporaryFolder(t);
  const nodes = await makeNetwork(folder, 4, GENESIS);
  t.after(() => Promise.all(nodes.map((node) => node.kill())));
  for (const node of nodes) node.program = { file: "application-child.ts", args: [EVERY] };
  for (const node of nodes) await node.start();
  await Promise.all(nodes.map((node) => node.ready()));
  const [first] = nodes as [CometNode];
  const load = new Load();
  const blocks = async (count: number) => {
    const { height } = await first.application();
    while ((await first.application()).height < height + count) {
      const before = (await first.application()).height;
      assert.equal((await first.send(load.deposit())).code, STATUS.ok);
      await eventually(
        "a block",
        async () => (await first.application()).height > before || undefined,
        60_000,
      );
    }
  };
  await blocks(14);

  const fifth = await joining(folder, nodes, await syncing(nodes));
  t.after(() => fifth.kill());
  fifth.program = { file: "application-child.ts", args: [EVERY] };
  await fifth.start();
  await fifth.ready();
  await eventually(
    "a state of the others",
    async () => (await fifth.application()).height > 0 || undefined,
    120_000,
  );
  assert.match(fifth.log(), /began with the state of block (\d+)/);
  const base = Number(/began with the state of block (\d+)/.exec(fifth.log())![1]);
  assert.equal(base % 5, 0);
  await blocks(4);
  const all = [...nodes, fifth];
  const reached = await agreement(all, base + 3, 60_000);
  const beside = new Beside();
  await beside.follow(nodes, reached.height);
  assert.equal(Buffer.from(beside.chain.stateRoot).toString("hex"), reached.appHash, "as by full replay");
  const status = (await fifth.call("status", {})) as { sync_info: { earliest_block_height: string } };
  assert.ok(Number(status.sync_info.earliest_block_height) > base, "it never saw the blocks before");

  await fifth.stop();
  await blocks(3);
  await fifth.start();
  await fifth.ready();
  await agreement(all, reached.height + 3, 60_000);
});
