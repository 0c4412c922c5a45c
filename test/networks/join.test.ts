/**
 * A fifth organisation joins a network of four as its people would, by commands alone: a home on its own host, the
 * genesis checked against what was stated, a snapshot or all blocks, admission, votes, and then blocks that it signs.
 * The long form only.
 */
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freePorts } from "#node/comet/homes.ts";
import { CometRpc } from "#node/comet/rpc.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { temporaryFolder } from "../support/node-load.ts";
import { eventually } from "./agreement.ts";
import { cometAbsent } from "./comet-network.ts";
import { contrada, done, running, statusOf } from "./commands.ts";

const WITHIN_MS = 120_000;
const OPERATOR = 900_001;
const FIFTH = 900_005;
/** Nobody waits a week for a vote here, and a snapshot comes soon. */
const LAWS = { votingPeriodS: 25, enactmentDelayS: 0, delayBlocks: 2, maxOpenProposals: 500 };

test("a fifth organisation makes its home where it runs, joins by a snapshot, is voted in and signs blocks", async (t) => {
  if (skippedUnlessLong(t) || skipped(t, cometAbsent)) return;
  const folder = temporaryFolder(t);
  const [network, fifth, sixth] = ["network", "fifth", "sixth"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const laws = join(folder, "laws.json");
  writeFileSync(laws, JSON.stringify(LAWS));
  await done("network", "init", network, "--no-town", "--laws", laws);
  running(t, "network", "up", network);
  const first = join(network, "node0");
  const before = await eventually(
    "the network answers",
    async () => {
      const status = await statusOf(network);
      return status.nodes.every((node) => node.running && node.height > 0) ? status : undefined;
    },
    WITHIN_MS,
  );
  const rpcs = before.nodes.slice(0, 2).map(({ rpc }) => rpc);
  const votes = (proposal: number) =>
    Promise.all(
      before.nodes.map((_, i) =>
        done("organisation", "vote", join(network, `node${i}`), "--proposal", String(proposal)),
      ),
    );

  const [p2p, rpc, http] = (await freePorts(3)).map(String) as [string, string, string];
  const joining = (home: string, ...more: readonly string[]) => {
    const at = ["--p2p", `127.0.0.1:${p2p}`, "--own-rpc", `127.0.0.1:${rpc}`];
    return ["network", "join", home, "--rpc", rpcs.join(","), ...at, ...more];
  };
  const unstated = await contrada(...joining(fifth));
  assert.equal(unstated.code, 2);
  assert.match(unstated.told, new RegExp(`has the hash ${before.genesis_hash}`));
  const other = await contrada(...joining(fifth, "--genesis-hash", "00".repeat(32)));
  assert.match(other.told, /not the one that you stated/);
  assert.equal(other.code, 2);

  // Something to be decided, so that there are blocks, and with them a snapshot.
  const company = (member: number, key: string) => [
    ...["organisation", "admit", first, "--key", join(network, "operator.key"), "--member", String(member)],
    ...[
      "--member-key",
      key,
      "--country",
      "IT",
      "--register-number",
      `MI ${member}`,
      "--name",
      `Company ${member}`,
    ],
    ...["--registrar", join(folder, "registrar.json")],
  ];
  const noKey = await contrada(...company(OPERATOR, "00".repeat(32)));
  assert.match(noKey.told, /refused/);
  await eventually(
    "a snapshot is offered",
    async () => {
      await done("organisation", "propose", first, "--remove", "900004", "--purpose", "A block");
      const { value } = await new CometRpc({ address: rpcs[0]! }).abciQuery("/snapshots", new Uint8Array(0));
      return Buffer.from(String(value), "base64").length > 4 || undefined;
    },
    WITHIN_MS,
  );

  const stated = joining(fifth, "--genesis-hash", before.genesis_hash, "--json");
  const home = JSON.parse(await done(...stated)) as {
    validator: string;
    organisation: string;
    peers: string[];
    from: { height: number } | null;
  };
  assert.equal(home.peers.length, 4, "it knows the others from two of them");
  assert.ok(
    home.from !== null && home.from.height > 0 && home.from.height % 5 === 0,
    "it begins with a snapshot",
  );
  for (const file of ["config/priv_validator_key.json", "config/node_key.json", "organisation.key"]) {
    assert.equal(statSync(join(fifth, file)).mode & 0o077, 0, `${file} is for its owner alone`);
  }
  const again = await contrada(...stated);
  assert.match(again.told, /holds a node already; its keys are not touched/);
  running(t, "node", fifth, "--port", http);
  const own = new CometRpc({ address: `http://127.0.0.1:${rpc}` });
  await done(
    "organisation",
    "propose",
    first,
    "--remove",
    "900004",
    "--purpose",
    "Blocks after the snapshot",
  );
  await eventually(
    "the fifth has caught up",
    async () => {
      const [{ latestHeight, catchingUp }, others] = [await own.status(), await statusOf(network)];
      return (!catchingUp && latestHeight >= others.nodes[0]!.height - 1) || undefined;
    },
    WITHIN_MS,
  );
  const begun = (await own.call("status", {})) as { sync_info: { earliest_block_height: string } };
  assert.ok(
    Number(begun.sync_info.earliest_block_height) > home.from.height,
    "it never saw the blocks before",
  );

  await done(...company(FIFTH, home.organisation));
  const admission = ["--admit", String(FIFTH), "--validator", home.validator, "--purpose", "A fifth one"];
  const proposed = await done("organisation", "propose", first, ...admission);
  const proposal = Number(/number (\d+)/.exec(proposed)![1]);
  await votes(proposal);
  await eventually(
    "it is a validator",
    async () => {
      await done("organisation", "propose", first, "--remove", "900004", "--purpose", "Time goes on");
      return (await own.status()).validator.power > 0n || undefined;
    },
    WITHIN_MS,
  );
  const { address } = (await own.status()).validator;
  await eventually(
    "it signs a block",
    async () => {
      await done("organisation", "propose", fifth, "--remove", "900004", "--purpose", "By the fifth");
      return (await own.commit()).signers.includes(address) || undefined;
    },
    WITHIN_MS,
  );

  // Another one executes all blocks instead, and comes to the same state.
  const [p2pOf6, rpcOf6, httpOf6] = (await freePorts(3)).map(String) as [string, string, string];
  const replay = [
    ...["network", "join", sixth, "--rpc", rpcs[0]!, "--genesis-hash", before.genesis_hash, "--replay"],
    ...["--p2p", `127.0.0.1:${p2pOf6}`, "--own-rpc", `127.0.0.1:${rpcOf6}`],
  ];
  assert.match(await done(...replay), /executes all blocks since the genesis/);
  running(t, "node", sixth, "--port", httpOf6);
  await eventually(
    "the sixth has the others' state",
    async () => {
      const [mine, theirs] = [(await statusOf(sixth)).nodes[0]!, (await statusOf(network)).nodes];
      return (mine.height > 0 && theirs.every(({ app_hash }) => app_hash === mine.app_hash)) || undefined;
    },
    WITHIN_MS,
  );
  const registrar = JSON.parse(readFileSync(join(folder, "registrar.json"), "utf8")) as {
    members: { member: number; number: string }[];
  };
  assert.deepEqual(registrar.members.at(-1)?.number, `MI${FIFTH}`);
  await done("network", "down", network);
});
