/** A node that joins a running network with a snapshot of the others, instead of executing their whole past. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { STATUS } from "#ledger/status.ts";
import { findComet } from "#node/comet/binary.ts";
import { freePorts } from "#node/comet/homes.ts";
import { skipped } from "../support/counterparts.ts";
import { GENESIS, Load, temporaryFolder } from "../support/node-load.ts";
import { agreement, Beside, eventually } from "./agreement.ts";
import { CometNode, cometAbsent, makeNetwork } from "./comet-network.ts";

const EVERY = "5";

/** The home of a fifth node: no validator, the others as peers, state sync from what block 1 vouches for. */
async function joining(folder: string, nodes: readonly CometNode[]): Promise<CometNode> {
  const binary = findComet()!;
  const home = join(folder, "joining");
  execFileSync(binary, ["init", "--home", home], { stdio: "ignore" });
  const [first] = nodes as [CometNode];
  copyFileSync(join(first.home, "config", "genesis.json"), join(home, "config", "genesis.json"));
  const [rpc, p2p] = (await freePorts(2)) as [number, number];
  const peers = nodes.map((node) => {
    const id = execFileSync(binary, ["show-node-id", "--home", node.home], { encoding: "utf8" }).trim();
    return `${id}@127.0.0.1:${node.p2p}`;
  });
  const settings: Readonly<Record<string, string>> = {
    persistent_peers: `"${peers.join(",")}"`,
    enable: "true",
    rpc_servers: `"${nodes.map((node) => `http://127.0.0.1:${node.rpc}`).join(",")}"`,
    trust_height: "1",
    trust_hash: `"${(await first.block(1)).hash}"`,
    discovery_time: '"5s"',
  };
  let config = readFileSync(join(first.home, "config", "config.toml"), "utf8");
  for (const [key, value] of Object.entries(settings)) {
    assert.match(config, new RegExp(`^${key} = `, "m"), key);
    config = config.replace(new RegExp(`^${key} = .*$`, "m"), `${key} = ${value}`);
  }
  config = config.replace(`127.0.0.1:${first.rpc}"`, `127.0.0.1:${rpc}"`);
  config = config.replace(`laddr = "tcp://127.0.0.1:${first.p2p}"`, `laddr = "tcp://127.0.0.1:${p2p}"`);
  writeFileSync(join(home, "config", "config.toml"), config);
  return new CometNode("joining", { home, rpc, p2p });
}

test("a fifth node joins by state sync, with the app hash of a full replay, and follows", async (t) => {
  if (skipped(t, cometAbsent)) return;
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

  const fifth = await joining(folder, nodes);
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
