/** The chain under the real CometBFT, alone and as four validators on this machine. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { toHex } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import { ChainApp, isSigned } from "#chain/app.ts";
import { depositMoney } from "#chain/transactions.ts";
import { STATUS } from "#ledger/status.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import { findComet } from "#node/comet/binary.ts";
import { superviseComet } from "#node/comet/supervisor.ts";
import { skipped } from "../support/counterparts.ts";
import { GENESIS, Load, OPERATOR, temporaryFolder } from "../support/node-load.ts";
import { agreement, eventually } from "./agreement.ts";
import { type CometNode, cometAbsent, makeNetwork } from "./comet-network.ts";
import { contrada, done, speaking, statusOf } from "./commands.ts";

async function startNetwork(t: TestContext, validators: number): Promise<CometNode[]> {
  const nodes = await makeNetwork(temporaryFolder(t), validators, GENESIS);
  t.after(() => Promise.all(nodes.map((node) => node.kill())));
  for (const node of nodes) await node.start();
  await Promise.all(nodes.map((node) => node.ready()));
  return nodes;
}

/** Executes what CometBFT decided, block by block, beside it: codes and app hash must be the same. */
async function replayed(
  node: CometNode,
  height: number,
): Promise<{ root: string; committed: number; chain: ChainApp }> {
  const chain = new ChainApp(GENESIS);
  let committed = 0;
  for (let at = 1; at <= height; at++) {
    const { time, transactions } = await node.block(at);
    const block = chain.open(time);
    for (const { tx, code } of transactions) {
      const transaction = decodeTransaction(tx);
      assert.ok(transaction.ok);
      const { status } = block.execute(transaction.value, () => isSigned(transaction.value), "counts");
      assert.equal(code, STATUS[status], `block ${at}`);
      if (status === "ok") committed += 1;
    }
    chain.seal(block).commit();
  }
  return { root: toHex(chain.stateRoot), committed, chain };
}

/** Hands deposits in one after the other; each must be accepted at the door. */
async function deposit(node: CometNode, load: Load, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { code } = await node.send(load.deposit(100n));
    assert.equal(code, STATUS.ok, `deposit ${i}`);
  }
}

/** Waits until a node's application has seen so much money come in. */
function arrived(node: CometNode, deposits: number): Promise<number> {
  return eventually(`${deposits} deposits in blocks`, async () => {
    const { height } = await node.application();
    const { committed } = await replayed(node, height);
    return committed === deposits ? height : undefined;
  });
}

test("one validator under the real CometBFT: deposits, refusals at the door, kill and restart", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const [node] = (await startNetwork(t, 1)) as [CometNode];
  const load = new Load();
  await deposit(node, load, 20);
  const height = await arrived(node, 20);
  const money = { member: OPERATOR, amount: MicroEur(1n), reference: "forged" };
  const odd = { nonce: 21, signature: new Uint8Array(64).fill(7) };
  const forged = load.transaction(OPERATOR, depositMoney, money, odd);
  assert.equal((await node.send(forged)).code, STATUS.bad_signature);
  const before = await agreement([node], height);
  const { root, chain } = await replayed(node, before.height);
  assert.equal(before.appHash, root);
  assert.equal(chain.view().money(OPERATOR).posted, 2_000n);

  await node.kill();
  await node.start();
  await node.ready();
  const after = await node.application();
  assert.ok(after.height >= before.height);
  await deposit(node, load, 5);
  const end = await agreement([node], await arrived(node, 25));
  assert.equal(end.appHash, (await replayed(node, end.height)).root);
});

test("four validators agree; one killed and started again catches up to the same app hash", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const nodes = (await startNetwork(t, 4)) as [CometNode, CometNode, CometNode, CometNode];
  const [first, , , last] = nodes;
  const load = new Load();
  await deposit(first, load, 20);
  const reached = await agreement(nodes, await arrived(first, 20));
  assert.equal(reached.appHash, (await replayed(last, reached.height)).root);

  await last.kill();
  await deposit(first, load, 20);
  const without = await agreement(nodes.slice(0, 3), await arrived(first, 40));
  assert.ok(without.height > reached.height, "three of four go on");

  await last.start();
  await last.ready();
  const together = await agreement(nodes, without.height);
  const { root, committed, chain } = await replayed(last, together.height);
  assert.deepEqual([together.appHash, committed], [root, 40]);
  assert.equal(chain.view().money(OPERATOR).posted, 4_000n);
});

test("a supervised node comes back by itself, when CometBFT falls, with nothing lost", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const [node] = (await makeNetwork(temporaryFolder(t), 1, GENESIS)) as [CometNode];
  const notes: string[] = [];
  const supervised = superviseComet({
    home: node.home,
    binary: findComet()!,
    note: (sentence) => notes.push(sentence),
    firstPauseMs: 100,
  });
  t.after(() => supervised.close());
  await node.ready();
  const load = new Load();
  await deposit(node, load, 10);
  await arrived(node, 10);
  process.kill(supervised.comet!, "SIGKILL");
  await eventually("a second start", async () => (supervised.restarts === 1 ? true : undefined));
  await node.ready();
  await deposit(node, load, 10);
  const height = await arrived(node, 20);
  const { appHash } = await agreement([node], height);
  assert.equal(appHash, (await replayed(node, (await node.application()).height)).root);
  assert.match(notes.join("\n"), /starting anew in 100 ms/);
  const { comet } = supervised;
  await supervised.close();
  assert.throws(() => process.kill(comet!, 0), /ESRCH/, "CometBFT ended with it");
});

test("a supervisor gives up where a new start would find the same", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const [node] = (await makeNetwork(temporaryFolder(t), 1, GENESIS)) as [CometNode];
  const options = { home: node.home, binary: findComet()!, firstPauseMs: 50 };
  const first = superviseComet(options);
  t.after(() => first.close());
  await node.ready();
  await assert.rejects(superviseComet(options).ended, /open in another process/);
  assert.equal(first.restarts, 0);
});

test("a network from two commands: init, up, and status while it runs and after Ctrl-C", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const folder = join(temporaryFolder(t), "network");
  await done("network", "init", folder, "--validators", "2", "--no-town");
  assert.equal((await contrada("network", "init", folder)).code, 2, "not twice");
  assert.equal(statSync(join(folder, "operator.key")).mode & 0o077, 0);
  const up = speaking(t, "network", "up", folder);
  const [first, second] = await eventually("both validators run and agree", async () => {
    const { nodes } = await statusOf(folder);
    return nodes.every(({ height }) => height !== null && height >= 1) ? nodes : undefined;
  });
  assert.deepEqual([first?.name, first?.peers, second?.name, second?.peers], ["node0", 1, "node1", 1]);
  assert.equal(first?.app_hash, second?.app_hash);
  up.child.kill("SIGINT");
  assert.equal(await up.ended, 0, up.said());
  const after = await contrada("network", "status", folder);
  assert.equal(after.code, 1);
  assert.match(after.out, /node1 .* does not answer/);
});
