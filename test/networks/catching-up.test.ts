/** A validator that fetches what the others have decided, behind the chain's port. The long form only. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Submission } from "#chain/host.ts";
import { findComet } from "#node/comet/binary.ts";
import { openCometHost } from "#node/comet/host.ts";
import { skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { GENESIS, Load, OPERATOR, temporaryFolder } from "../support/node-load.ts";
import { eventually } from "./agreement.ts";
import { type CometNode, cometAbsent, makeNetwork } from "./comet-network.ts";

function admitted(submission: Submission) {
  assert.ok(submission.admitted, submission.admitted ? "" : submission.status);
  return submission;
}

const until = (what: string, holds: () => boolean) =>
  eventually(what, async () => (holds() ? true : undefined));

test("a node that is behind the others is not ready, takes nothing new, and later hands in what it had admitted", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  const [own, ...others] = (await makeNetwork(temporaryFolder(t), 4, GENESIS)) as [CometNode, ...CometNode[]];
  const end = () => Promise.all(others.map((node) => node.kill()));
  const start = () => Promise.all(others.map((node) => node.start()));
  t.after(end);
  const host = await openCometHost({ home: own.home, binary: findComet()!, firstPauseMs: 100 });
  t.after(() => host.close());
  await start();
  await until("it is ready", () => host.ready());
  await Promise.all(others.map((node) => node.ready()));
  const load = new Load();
  for (let i = 0; i < 3; i++) await admitted(await host.submit(load.deposit())).committed;

  await end();
  const alone = admitted(await host.submit(load.deposit()));
  process.kill(host.comet!, "SIGKILL");
  await until("CometBFT was started again", () => host.restarts === 1);
  await until("CometBFT says that it is behind", () => host.catchingUp);
  assert.equal(host.ready(), false);
  const [next, later] = [load.deposit(), load.deposit()];
  const behind = await host.submit(next);
  assert.deepEqual([behind.admitted, !behind.admitted && behind.status], [false, "catching_up"]);
  assert.equal(host.waiting(), 1, "what was admitted waits");

  await start();
  assert.equal((await alone.committed).status, "ok");
  await until("it is ready", () => host.ready());
  for (const one of [next, later]) await admitted(await host.submit(one)).committed;
  assert.equal(host.view().member(OPERATOR)!.nonce, 6);
  assert.equal(host.counters.lost, 0);
});
