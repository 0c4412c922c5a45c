/**
 * What a platform's clients meet when they offer a validator twice what the network commits: four validators
 * under CometBFT on this machine, one of them with its application in this process as `contrada node` runs it,
 * and all load through that one's door (`node/comet/host`). One JSON object: committed a second with 1,000 always
 * under way, the share of it that still commits under twice as much, and how soon a refusal is answered.
 *
 * `node bench/door.ts [--short]`; CONTRADA_COMETBFT names another binary.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MicroEur } from "#base/units.ts";
import { depositMoney } from "#chain/transactions.ts";
import { findComet } from "#node/comet/binary.ts";
import { openCometHost } from "#node/comet/host.ts";
import { cometAbsent, makeNetwork } from "../test/networks/comet-network.ts";
import { GENESIS, Load, OPERATOR, operator } from "../test/support/node-load.ts";

const short = process.argv.includes("--short");
const SENDERS = 1_500;
const SATURATED_S = short ? 6 : 20;
const OVERLOAD_S = short ? 8 : 20;
/** Of overload that is not counted: until then what is let in fills what may wait. */
const FILLING_S = 4;
/** Transactions under way when saturated. */
const WINDOW = 1_000;
/** More than the machine was ever seen to commit, a second. */
const MOST_PER_S = 6_000;

if (cometAbsent !== undefined) {
  if (process.env.CONTRADA_REQUIRE === "all") throw new Error(`required, but absent: ${cometAbsent}`);
  console.log(JSON.stringify({ skipped: `absent: ${cometAbsent}` }));
  process.exit(0);
}

const load = new Load();
const setup = [...load.operators(SENDERS)];
const each = Math.ceil((MOST_PER_S * (SATURATED_S + FILLING_S + OVERLOAD_S + 4)) / SENDERS);
const transactions = Array.from({ length: SENDERS }, (_, sender) =>
  Array.from({ length: each }, (_, i) => {
    const body = { member: OPERATOR, amount: MicroEur(1n), reference: `door ${sender} ${i}`.padEnd(64, "r") };
    return load.transaction(operator(sender), depositMoney, body);
  }),
);
const next = transactions.map(() => 0);

const folder = mkdtempSync(join(tmpdir(), "contrada-bench-"));
const nodes = await makeNetwork(folder, 4, GENESIS);
const host = await openCometHost({ home: nodes[3]!.home, binary: findComet()! });
let committed = 0;
host.onBlock((block) => (committed += block.transactions.length));
try {
  for (const node of nodes.slice(0, 3)) await node.start();
  while (!host.ready()) await sleep(100);
  for (let from = 0; from < setup.length; from += 250) {
    const some = await Promise.all(setup.slice(from, from + 250).map((bytes) => host.submit(bytes)));
    if (some.some(({ admitted }) => !admitted)) throw new Error("the senders are not admitted");
    await host.produceNow();
  }
  const peak = await saturate();
  console.log(JSON.stringify({ saturated: peak, overload: await overload(2 * peak, peak) }));
} finally {
  await host.close();
  await Promise.all(nodes.slice(0, 3).map((node) => node.kill()));
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

/** Committed a second, after two seconds of ascent. */
async function saturate(): Promise<number> {
  let stop = false;
  let turn = 0;
  const busy = new Set<number>();
  const again = async (sender: number) => {
    const submission = await host.submit(transactions[sender]![next[sender]!]!);
    if (submission.admitted) {
      next[sender]! += 1;
      await submission.committed;
    } else await sleep(20);
  };
  const lane = async () => {
    while (!stop) {
      while (busy.has(turn % SENDERS)) turn += 1;
      const sender = turn++ % SENDERS;
      busy.add(sender);
      await again(sender);
      busy.delete(sender);
    }
  };
  const lanes = Array.from({ length: WINDOW }, lane);
  await sleep(2_000);
  const before = { at: performance.now(), committed };
  await sleep(1_000 * SATURATED_S);
  const perS = ((committed - before.committed) / (performance.now() - before.at)) * 1_000;
  stop = true;
  await Promise.all(lanes);
  return Math.round(perS);
}

/** So many a second, whatever becomes of them; a sender that is refused offers the same again in its turn. */
async function overload(perS: number, peak: number) {
  const busy = new Set<number>();
  const waits = { admitted: [] as number[], refused: [] as number[] };
  const refusals = new Map<string, number>();
  let offered = 0;
  let missed = 0;
  let turn = 0;
  const offer = () => {
    for (let tried = 0; tried < SENDERS; tried++) {
      const sender = turn++ % SENDERS;
      if (busy.has(sender)) continue;
      busy.add(sender);
      offered += 1;
      const sent = performance.now();
      void host.submit(transactions[sender]![next[sender]!]!).then((submission) => {
        busy.delete(sender);
        waits[submission.admitted ? "admitted" : "refused"].push(performance.now() - sent);
        if (submission.admitted) next[sender]! += 1;
        else refusals.set(submission.status, (refusals.get(submission.status) ?? 0) + 1);
      });
      return;
    }
    missed += 1;
  };
  const began = performance.now();
  let counted = { at: began, committed, offered, missed };
  for (let due = 0; performance.now() - began < 1_000 * (FILLING_S + OVERLOAD_S); await sleep(2)) {
    if (counted.at === began && performance.now() - began > 1_000 * FILLING_S) {
      counted = { at: performance.now(), committed, offered, missed };
    }
    for (const until = ((performance.now() - began) / 1_000) * perS; due < until; due++) offer();
  }
  const seconds = (performance.now() - counted.at) / 1_000;
  const committedPerS = Math.round((committed - counted.committed) / seconds);
  return {
    offeredPerS: Math.round((offered - counted.offered) / seconds),
    notOfferedPerS: Math.round((missed - counted.missed) / seconds),
    committedPerS,
    ofPeak: Number((committedPerS / peak).toFixed(2)),
    admitted: percentiles(waits.admitted),
    refused: { count: waits.refused.length, ...percentiles(waits.refused) },
    refusals: Object.fromEntries(refusals),
  };
}

function percentiles(values: number[]) {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
