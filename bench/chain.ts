/**
 * What one embedded node commits, durably, with everything on: envelopes, signatures, rules, state roots, log
 * and head synced, a real disk. The mix is two thirds deposits, a third sales, a few rates. One JSON object:
 *
 * - `verify…PerS`: Ed25519 verifications a second on this machine, one thread and all cores: the limit of any
 *   chain that checks each signature once;
 * - `saturated`: 500 clients that each wait for their transaction's commit before the next;
 * - `offered2000PerS`: 2,000 transactions a second from outside, whatever the node does.
 *
 * Latency is from `submit` to durable. `node bench/chain.ts [--short]`; short takes under ten seconds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "#base/random.ts";
import { verifySignature, verifySignatureAsync } from "#crypto/keys.ts";
import { type EmbeddedNode, openNode } from "#node/node.ts";
import { commitAll, GENESIS, Load, NOON, PRODUCER, QUARTER, signerOf } from "../test/support/node-load.ts";

const short = process.argv.includes("--short");
const HOMES = short ? 150 : 600;
const SUPPLIERS = short ? 5 : 20;
const SATURATED = short ? 6_000 : 30_000;
const OFFERED_SECONDS = short ? 1.5 : 10;
const OFFERED = 2_000 * OFFERED_SECONDS;
const CLIENTS = 500;
/** As many as a home may have open. */
const SALES_A_HOME = 8;

const limit = await verifyLimit(short ? 1_500 : 10_000);
const folder = mkdtempSync(join(tmpdir(), "contrada-bench-"));
try {
  let clock = GENESIS.time;
  const node = await openNode({ folder, genesis: GENESIS, producer: PRODUCER, now: () => clock });
  const load = new Load();
  await commitAll(node, load.street(HOMES));
  await commitAll(node, load.suppliers(SUPPLIERS));
  clock = NOON;
  await commitAll(node, [load.interval(NOON - QUARTER, HOMES)]);
  const mix = mixed(load, [...load.rates(SUPPLIERS)], new Random("bench chain"));

  const sealing = { ...node.counters };
  const saturated = await closedLoop(node, mix.slice(0, SATURATED));
  const blocks = node.counters.blocks - sealing.blocks;
  const offered = await openLoop(node, mix.slice(SATURATED), 2_000);
  const report = {
    node: process.version,
    cores: availableParallelism(),
    verifyOneThreadPerS: limit.oneThread,
    verifyAllCoresPerS: limit.allCores,
    saturated: {
      ...saturated,
      clients: CLIENTS,
      blocks,
      sealingMeanMs: round(
        (node.counters.sealingMs - sealing.sealingMs) / (node.counters.blocks - sealing.blocks),
      ),
      ofVerifyLimit: Number((saturated.committedPerS / limit.allCores).toFixed(2)),
    },
    offered2000PerS: offered,
    homes: HOMES,
    rows: node.view().rows,
  };
  await node.close();
  console.log(JSON.stringify(report, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Deposits, sales and rates in an order that keeps every sender's own. */
function mixed(load: Load, rates: Uint8Array[], random: Random): Uint8Array[] {
  const total = SATURATED + OFFERED;
  const sales = Array.from({ length: HOMES * SALES_A_HOME }, (_, i) => 1 + (i % HOMES));
  const wantsSales = Math.min(sales.length, Math.floor(total / 3));
  const all: Uint8Array[] = [];
  let sold = 0;
  while (all.length < total) {
    const left = total - all.length;
    const drawn = random.integer(left);
    if (drawn < rates.length) all.push(rates.shift()!);
    else if (drawn < rates.length + wantsSales - sold) all.push(load.sale(sales[sold++]!));
    else all.push(load.deposit());
  }
  return all;
}

async function closedLoop(node: EmbeddedNode, transactions: readonly Uint8Array[]) {
  const waits: number[] = [];
  let next = 0;
  const began = performance.now();
  const client = async () => {
    while (next < transactions.length) waits.push(await committed(node, transactions[next++]!));
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return figures(waits, performance.now() - began);
}

async function openLoop(node: EmbeddedNode, transactions: readonly Uint8Array[], perSecond: number) {
  const waits: Promise<number>[] = [];
  const began = performance.now();
  while (waits.length < transactions.length) {
    const due = Math.min(transactions.length, ((performance.now() - began) / 1_000) * perSecond);
    while (waits.length < due) waits.push(committed(node, transactions[waits.length]!));
    await sleep(1);
  }
  const done = await Promise.all(waits);
  return figures(done, performance.now() - began);
}

/** Milliseconds from handing in to durable. */
async function committed(node: EmbeddedNode, bytes: Uint8Array): Promise<number> {
  const began = performance.now();
  const submission = await node.submit(bytes);
  if (!submission.admitted) throw new Error(`a transaction is refused: ${submission.status}`);
  await submission.committed;
  return performance.now() - began;
}

function figures(waits: readonly number[], ms: number) {
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor((sorted.length - 1) * share)]!);
  return {
    committedPerS: Math.round((waits.length / ms) * 1_000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
    transactions: waits.length,
  };
}

/** Verifications a second of distinct messages under a few hundred keys, as a node sees them. */
async function verifyLimit(count: number): Promise<{ oneThread: number; allCores: number }> {
  const random = new Random("verify");
  const signers = Array.from({ length: 200 }, (_, i) => signerOf(`verify ${i}`));
  const signed = Array.from({ length: count }, (_, i) => {
    const signer = signers[i % signers.length]!;
    const message = random.bytes(32);
    return { key: signer.publicKey, message, signature: signer.sign(message) };
  });
  const oneThread = await rateOf(count, async () => {
    for (const { key, message, signature } of signed) verifySignature(key, message, signature);
  });
  const allCores = await rateOf(count, async () => {
    let next = 0;
    const worker = async () => {
      while (next < signed.length) {
        const { key, message, signature } = signed[next++]!;
        await verifySignatureAsync(key, message, signature);
      }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
  });
  return { oneThread, allCores };
}

async function rateOf(count: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return Math.round((count / (performance.now() - began)) * 1_000);
}

function round(ms: number): number {
  return Number(ms.toFixed(1));
}
