/**
 * How fast a town runs whole: homes stepped, readings signed by their meters and verified by the head-end, every
 * block signed and synced to disk. Two towns of 500 homes, one whose meters sign each quarter hour and one whose
 * meters sign a day; beside them, from the same run, what signing and verifying alone allow. One JSON object on
 * standard output; `--short` takes less than 15 s, whole it takes about a minute.
 *
 * A home-interval is one quarter hour of one home. `per_s` counts real time, `per_core_s` the processor time of
 * the one thread that steps, signs, verifies and books, whoever else uses the machine; `helpers` is the processor
 * time of all other threads (garbage collection, compilation, syncing, signatures of transactions) per that of
 * this one. The limit of one core is 1 ÷ (1 ÷ signatures per second + 1 ÷ verifications per second), measured
 * before, between and after the runs.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseInstant } from "#base/time.ts";
import { hash } from "#crypto/hash.ts";
import { signerFromSeed, verifySignature } from "#crypto/keys.ts";
import { HeadlessTown } from "#sim/headless.ts";
import { planTown } from "#sim/plan.ts";

/** On the project's disk: a folder of temporary files may live in memory, where a sync costs nothing. */
const PLACE = fileURLToPath(new URL("../.cache/bench/", import.meta.url));
const ROUND_MS = 250;
/** In Rome. */
const MIDNIGHT = "2026-06-15T22:00Z";

const short = process.argv.includes("--short");
const homes = short ? 200 : 500;

const limits = [oneCoreLimit()];
const interval = await run("interval", short ? 40 : 96);
limits.push(oneCoreLimit());
const day = await run("day", short ? 96 : 192);
limits.push(oneCoreLimit());

const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[1]!;
const sign = Math.round(middle(limits.map(({ sign }) => sign)));
const verify = Math.round(middle(limits.map(({ verify }) => verify)));
const limit = Math.round(1 / (1 / sign + 1 / verify));
console.log(
  JSON.stringify({
    node: process.version,
    cores: availableParallelism(),
    homes,
    sign_per_s: sign,
    verify_per_s: verify,
    sign_and_verify_limit_per_s: limit,
    signed_by_interval: {
      ...interval,
      of_limit: Number((interval.per_core_s / limit).toFixed(3)),
      goal: 5_000,
    },
    signed_by_day: { ...day, goal: 50_000 },
  }),
);

async function run(signatures: "interval" | "day", quarterHours: number) {
  mkdirSync(PLACE, { recursive: true });
  const folder = mkdtempSync(join(PLACE, "town-"));
  const plan = planTown({
    seed: 1,
    homes,
    measured: undefined,
    start: parseInstant(MIDNIGHT)!,
    solarHomes: "default",
    solarPeakKwp: undefined,
    solarColumn: undefined,
    accumulatorKwh: undefined,
    accumulatorKw: undefined,
  });
  // A household finds out once in its life what its habits come to in a year; that belongs to the founding.
  for (const { source } of plan.homes) source.loadW(plan.start, 900);
  const town = await HeadlessTown.open(plan, { folder, stepS: 900, trade: true, signatures });
  try {
    const foundedBlocks = town.node.counters.blocks;
    const [all, own] = [process.cpuUsage(), process.threadCpuUsage()];
    const began = performance.now();
    await town.run(quarterHours);
    const wallS = (performance.now() - began) / 1000;
    const [allS, ownS] = [process.cpuUsage(all), process.threadCpuUsage(own)].map(secondsOf) as [
      number,
      number,
    ];
    const { readings, refused, sales } = town.report();
    if (readings !== homes * quarterHours || Object.keys(refused).length > 0) {
      throw new Error(`${readings} readings, refused ${JSON.stringify(refused)}`);
    }
    const { blocks, sealingMs } = town.node.counters;
    return {
      readings,
      sales,
      blocks: blocks - foundedBlocks,
      wall_s: Number(wallS.toFixed(2)),
      core_s: Number(ownS.toFixed(2)),
      helpers: Number((allS / ownS - 1).toFixed(2)),
      sealing_ms_per_block: Number((sealingMs / blocks).toFixed(2)),
      per_s: Math.round(readings / wallS),
      per_core_s: Math.round(readings / ownS),
    };
  } finally {
    await town.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Signatures made and verified per second of one core, of 32 bytes under 64 keys. */
function oneCoreLimit(): { readonly sign: number; readonly verify: number } {
  const signed = Array.from({ length: 64 }, (_, i) => {
    const signer = signerFromSeed(hash(Uint8Array.of(i)));
    const message = hash(Uint8Array.of(i, i));
    return { signer, message, signature: signer.sign(message) };
  });
  const rate = (work: (one: (typeof signed)[number]) => unknown) => {
    let done = 0;
    const before = process.threadCpuUsage();
    const began = performance.now();
    while (performance.now() - began < ROUND_MS)
      for (const one of signed) done += work(one) === false ? 0 : 1;
    return done / secondsOf(process.threadCpuUsage(before));
  };
  return {
    sign: rate(({ signer, message }) => signer.sign(message)),
    verify: rate(({ signer, message, signature }) => verifySignature(signer.publicKey, message, signature)),
  };
}

function secondsOf({ user, system }: { readonly user: number; readonly system: number }): number {
  return (user + system) / 1_000_000;
}
