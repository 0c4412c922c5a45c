/**
 * One of four validators is dishonest, under load: its application lies, or its key signs in two processes at
 * once. The other three go on with one history, which holds nothing that no honest proposer would put there. The
 * long form only.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import { MicroEur } from "#base/units.ts";
import { depositMoney } from "#chain/transactions.ts";
import { STATUS } from "#ledger/status.ts";
import { EVIDENCE } from "#market/evidence.ts";
import { LONG, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { OPERATOR } from "../support/node-load.ts";
import { agreement, eventually, PROGRESS_MS } from "./agreement.ts";
import { type CometNode, cometAbsent, twinOf } from "./comet-network.ts";
import { openScene, type Scene } from "./scene.ts";

const LASTS_MS = LONG ? 15_000 : 6_000;

/** The three agree at every height, and hold what clients saw exactly once. Returns the figures to be told. */
async function settled({ nodes, load, beside }: Scene, began: number) {
  const gap = load.longestGap([0, 1, 2], began);
  assert.ok(gap <= PROGRESS_MS, `no block for ${gap} ms`);
  await load.stop();
  const { height } = await agreement(nodes, load.highest([0, 1, 2]));
  await beside.follow(nodes, height);
  beside.holdsOnce(load.acknowledged);
  return {
    slowestProgressMs: Math.round(gap),
    acknowledged: load.acknowledged.size,
    blocks: height,
    forks: 0,
  };
}

test("a validator whose application comes to another state is left behind, and its block is nobody's", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  const program = { file: "byzantine-application-child.ts", args: ["another state"] };
  const began = performance.now();
  const scene = await openScene(t, program);
  await pause(LASTS_MS);
  const said = await settled(scene, began);
  const liar = await scene.byzantine!.application().catch(() => undefined);
  assert.ok(liar === undefined || liar.height < said.blocks, "it does not follow");
  t.diagnostic(JSON.stringify({ fault: "another state", ...said }));
});

test("a validator that says yes to everything gets nothing malformed or forged into a block", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  const began = performance.now();
  const scene = await openScene(t, { file: "byzantine-application-child.ts", args: ["yes to all"] });
  const { byzantine, deposits, beside, load } = scene;
  const forged = Array.from({ length: 20 }, (_, i) =>
    deposits.transaction(
      OPERATOR,
      depositMoney,
      { member: OPERATOR, amount: MicroEur(1_000_000n), reference: `forged ${i}` },
      { nonce: deposits.nonces.get(OPERATOR)! + 1 + i, signature: new Uint8Array(64).fill(7) },
    ),
  );
  for (const tx of [...forged, Uint8Array.of(9, 9, 9)]) {
    assert.equal((await byzantine!.send(tx)).code, STATUS.ok, "it takes everything");
  }
  const seen = new Set(load.blocks[0]!.keys()).size;
  await pause(LASTS_MS);
  await eventually("it had its turn", async () =>
    /proposes \d\d/.test(wholeLog(byzantine!)) ? true : undefined,
  );
  const said = await settled(scene, began);
  assert.ok(load.blocks[0]!.size > seen, "the others go on");
  assert.equal(beside.refused, 0, "no block holds a refused transaction");
  t.diagnostic(JSON.stringify({ fault: "yes to all", ...said }));
});

function wholeLog({ home }: CometNode): string {
  return readFileSync(join(home, "processes.log"), "utf8");
}

test("a key that signs in two processes at once parts nobody, and the evidence stands in the state", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  const began = performance.now();
  const scene = await openScene(t);
  const { nodes } = scene;
  const original = nodes[3]!;
  const twin = twinOf(original);
  t.after(() => twin.kill());
  await twin.start();
  const address = JSON.parse(readFileSync(join(original.home, "config", "priv_validator_key.json"), "utf8"))
    .address as string;
  const evidence = `misbehaviour 1 of ${address}`;
  await eventually(
    "evidence in the applications of the honest",
    async () => (nodes.slice(0, 3).every((node) => wholeLog(node).includes(evidence)) ? true : undefined),
    120_000,
  );
  const evidenceMs = Math.round(performance.now() - began);
  await twin.kill();
  await original.kill();
  await pause(1_000);
  const said = await settled({ ...scene, nodes: nodes.slice(0, 3) }, began);
  const kept = [...scene.beside.chain.export()].filter(
    ({ table, key }) => table === EVIDENCE.number && toHex(key).startsWith(address.toLowerCase()),
  );
  assert.ok(kept.length > 0, "the evidence stands in the state, and so in every node's app hash");
  t.diagnostic(JSON.stringify({ fault: "double signature", ...said, evidenceMs }));
});
