/** The chain's port over the real CometBFT: one validator in this process, its CometBFT beside it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import { MetricsRegistry } from "#base/metrics.ts";
import { MicroEur } from "#base/units.ts";
import type { CommittedBlock, Submission } from "#chain/host.ts";
import { depositMoney } from "#chain/transactions.ts";
import { findComet } from "#node/comet/binary.ts";
import { layOutNetwork } from "#node/comet/homes.ts";
import { type CometHost, openCometHost } from "#node/comet/host.ts";
import { CometRpcError } from "#node/comet/rpc.ts";
import { NodeFault } from "#node/fault.ts";
import { openPlatform } from "#platform/platform.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { GENESIS, Load, OPERATOR, temporaryFolder } from "../support/node-load.ts";
import { cometAbsent } from "./comet-network.ts";

async function home(t: TestContext): Promise<string> {
  const options = { folder: temporaryFolder(t), binary: findComet()!, validators: 1, genesis: GENESIS };
  const [node] = await layOutNetwork(options);
  return node!.home;
}

async function opened(t: TestContext, at: string, options = {}): Promise<CometHost> {
  const host = await openCometHost({ home: at, binary: findComet()!, firstPauseMs: 100, ...options });
  t.after(() => host.close());
  return host;
}

function admitted(submission: Submission) {
  assert.ok(submission.admitted, submission.admitted ? "" : submission.status);
  return submission;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 90_000; Date.now() < end; await pause(50)) if (holds()) return;
  throw new Error(`not within 90 s: ${what}`);
}

test("what is admitted is committed and told, refusals are the chain's own, and everything is there after a restart", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const folder = await home(t);
  const first = await openCometHost({ home: folder, binary: findComet()! });
  t.after(() => first.close());
  const told: CommittedBlock[] = [];
  first.onBlock((block) => told.push(block));
  const load = new Load();
  const one = admitted(await first.submit(load.deposit(5n)));
  const { height, index, status } = await one.committed;
  assert.deepEqual([height >= 1, index, status], [true, 0, "ok"]);
  assert.equal(first.view().money(OPERATOR).posted, 5n);

  const again = load.deposit();
  const [waits, copy] = await Promise.all([first.submit(again), first.submit(again)]);
  assert.ok(waits.admitted && !copy.admitted && copy.status === "already_waiting");
  await waits.committed;
  const refusals = [
    [Uint8Array.of(1, 2, 3), "malformed"],
    [again, "nonce_already_used"],
    [load.deposit().fill(7, -64), "bad_signature"],
    [load.deposit(), "nonce_out_of_order"],
  ] as const;
  for (const [bytes, status] of refusals) {
    const refused = await first.submit(bytes);
    assert.ok(!refused.admitted && refused.status === status, `${status}: ${JSON.stringify(refused)}`);
  }

  await until("both blocks are told", () => told.at(-1)?.height === first.view().height);
  assert.deepEqual([...first.replay(1)], told);
  const { validators, peers, height: at } = await first.network();
  assert.deepEqual([validators.length, validators[0]!.signedLast, peers], [1, true, []]);
  assert.equal(at, first.view().height);
  const [signer, ...others] = await first.signers(1);
  assert.deepEqual([signer?.publicKey, signer?.signed, others], [validators[0]!.publicKey, true, []]);
  await assert.rejects(first.signers(at + 1_000), CometRpcError);
  await until("it is ready", () => first.ready());
  await first.close();
  assert.equal(first.ready(), false);
  const late = await first.submit(load.deposit());
  assert.ok(!late.admitted && late.status === "stopped");
  await assert.rejects(
    first.network(),
    (error) => error instanceof CometRpcError && error.problem === "unreachable",
  );

  const second = await opened(t, folder);
  const last = told.at(-1)!;
  assert.equal(second.view().height >= last.height, true);
  const { events: _, ...stored } = last;
  const transactions = last.transactions.map(({ id, bytes, status }) => ({ id, bytes, status }));
  assert.deepEqual(second.block(last.height), { ...stored, transactions });
  assert.equal(toHex(second.block(1)!.hash), toHex(second.block(2)!.previousHash));
  assert.equal(second.block(second.view().height + 1), undefined);
});

test("CometBFT is killed under load three times: what was acknowledged stays, and what was in flight arrives", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const host = await opened(t, await home(t));
  const load = new Load();
  const sent: Submission[] = [];
  let acknowledged = 0;
  const step = async () => {
    const one = await host.submit(load.deposit(1n));
    sent.push(one);
    if (one.admitted) void one.committed.then(() => (acknowledged += 1));
  };
  for (let i = 0; i < 20; i++) await step();
  for (let kill = 1; kill <= 3; kill++) {
    const burst = Promise.all(Array.from({ length: 300 }, step));
    await pause(60 * kill);
    process.kill(host.comet!, "SIGKILL");
    const before = acknowledged;
    assert.ok(host.view().money(OPERATOR).posted >= BigInt(before), "acknowledged is in the books");
    await until("CometBFT was started again", () => host.restarts === kill && host.comet !== undefined);
    await burst;
    await until("it is ready", () => host.ready());
  }
  const outcomes = await Promise.all(sent.map((one) => admitted(one).committed));
  assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(["ok"]));
  assert.equal(new Set(outcomes.map(({ id }) => toHex(id))).size, 920);
  assert.equal(host.view().money(OPERATOR).posted, 920n);
  assert.ok(host.counters.again > 0, "some were handed in again");
  assert.equal(host.waiting(), 0);
});

test("with too much in flight it refuses at once, and what waits when it closes is rejected", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const inFlight = { transactions: 50, bytes: 1 << 20, ofOneSender: 40 };
  const host = await opened(t, await home(t), { inFlight });
  const load = new Load();
  admitted(await host.submit(load.deposit()));
  await host.produceNow();
  const many = await Promise.all(Array.from({ length: 60 }, () => host.submit(load.deposit())));
  assert.equal(many.filter((one) => one.admitted).length, 40);
  assert.ok(many.slice(40).every((one) => !one.admitted && one.status === "overloaded"));
  await host.produceNow();
  assert.equal(host.view().member(OPERATOR)!.nonce, 41);

  const deposited = { member: OPERATOR, amount: MicroEur(1n), reference: "too late" };
  const late = load.transaction(OPERATOR, depositMoney, deposited, { nonce: 42 });
  process.kill(host.comet!, "SIGKILL");
  const stranded = host.submit(late);
  await host.close();
  const refused = await stranded;
  assert.ok(!refused.admitted && refused.status === "stopped");
});

test("whoever comes behind five hundred that CometBFT has not answered is refused at once", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const host = await opened(t, await home(t));
  const load = new Load();
  admitted(await host.submit(load.deposit()));
  await host.produceNow();
  const deposits = Array.from({ length: 600 }, () => load.deposit());
  const answers: Submission[] = [];
  const many = deposits.map((bytes) => host.submit(bytes).then((answer) => answers.push(answer)));
  await Promise.all(many.slice(500));
  assert.deepEqual(
    answers.slice(0, 100).map((one) => (one.admitted ? "admitted" : one.status)),
    new Array(100).fill("overloaded"),
  );
  await Promise.all(many);
  assert.equal(answers.filter((one) => one.admitted).length, 500);
  await host.produceNow();
  assert.equal(host.view().member(OPERATOR)!.nonce, 501);
});

test("a home that is in use, is none, or is of another chain says so", async (t) => {
  if (skipped(t, cometAbsent)) return;
  const folder = await home(t);
  const binary = findComet()!;
  await assert.rejects(openCometHost({ home: temporaryFolder(t), binary }), NodeFault);
  await opened(t, folder);
  await assert.rejects(
    openCometHost({ home: folder, binary }),
    (error) => error instanceof NodeFault && error.code === "folder_in_use",
  );
  await assert.rejects(openCometHost({ home: join(folder, "config"), binary }), /no home of CometBFT/);
});

test("a CometBFT that stands still shows at /readyz within five seconds and in the figures, and again when it goes on", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  const metrics = new MetricsRegistry();
  const host = await opened(t, await home(t), { metrics });
  const load = new Load();
  await admitted(await host.submit(load.deposit(5n))).committed;
  await host.submit(Uint8Array.of(1, 2, 3));
  const folder = temporaryFolder(t);
  const platform = await openPlatform({
    host,
    folder,
    port: 0,
    community: { name: "Street", homes: 0 },
    directory: { member: () => undefined, plant: () => undefined },
    map: {
      name: "",
      width: 1,
      height: 1,
      streets: [],
      feeders: [],
      transformer: { x: 0, y: 0, ratedVa: 0 },
      homes: [],
    },
    importPrice: () => 0,
    metrics,
  });
  t.after(() => platform.close());
  const ready = async () => (await fetch(`${platform.url}/readyz`)).status === 200;
  const token = readFileSync(join(folder, "metrics.token"), "utf8").trim();
  const figures = async () => {
    const answer = await fetch(`${platform.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    return answer.text();
  };
  const eventually = async (what: string, milliseconds: number, holds: () => Promise<boolean>) => {
    for (const end = Date.now() + milliseconds; Date.now() < end; await pause(100)) if (await holds()) return;
    throw new Error(`not within ${milliseconds} ms: ${what}\n${await figures()}`);
  };
  const says = (line: string) => async () => (await figures()).includes(`\n${line}\n`);

  await eventually("it is ready", 30_000, ready);
  await eventually(
    "consensus is looked at",
    30_000,
    async () =>
      (await says("contrada_consensus_signers_count 1")()) && says("contrada_platform_ready_state 1")(),
  );
  const text = await figures();
  for (const line of [
    "contrada_chain_submissions_total 2",
    "contrada_chain_transactions_total 1",
    'contrada_chain_rejections_total{reason="malformed"} 1',
    "contrada_chain_commit_latency_seconds_count 1",
    "contrada_consensus_broadcast_latency_seconds_count 1",
    "contrada_consensus_validators_count 1",
    "contrada_consensus_peers_count 0",
    "contrada_consensus_catching_up_state 0",
    "contrada_consensus_unchecked_transactions 0",
  ]) {
    assert.ok(text.includes(`\n${line}\n`), `${line} is not in\n${text}`);
  }
  const told = readFileSync(new URL("../../docs/operating/observing.md", import.meta.url), "utf8");
  for (const [, name] of text.matchAll(/^# TYPE (\w+)/gm)) {
    assert.ok(told.includes(`\`${name}`), `${name} is not documented`);
  }

  const { comet } = host;
  process.kill(comet!, "SIGSTOP");
  try {
    await eventually("it is not ready", 5_000, async () => !(await ready()));
    await eventually("the figures say so", 20_000, says("contrada_consensus_answering_state 0"));
    assert.ok(await says("contrada_platform_ready_state 0")());
    const age = Number(/\ncontrada_consensus_block_age_seconds (\S+)/.exec(await figures())?.[1]);
    assert.ok(age > 1, `a block ${age} s ago`);
  } finally {
    process.kill(comet!, "SIGCONT");
  }
  await eventually("it is ready again", 30_000, ready);
  await eventually("the figures say so", 30_000, says("contrada_consensus_answering_state 1"));
});
