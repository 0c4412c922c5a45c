/**
 * What the gateway of a home takes of its box: resident memory and share of one core of `contrada gateway` at cycles
 * of one second with five devices, from outside (`bench/box/processes`). `--enrolled`: in a community, over MQTT with
 * mutual TLS to a town of its own that lives as fast as we do.
 *
 * `--soak SECONDS` goes on for so long with two such boxes, and says whether their memory grows. One is left alone:
 * its resident memory is what a box really takes, objects that nobody has collected yet included. In the other what
 * nobody holds is let go of every half minute (`liveMb`): a leak shows there and nowhere to hide. Both slopes are least
 * squares over the second half, when everything has been used once. `grows` is false where the live memory's slope is
 * below 0.5 MB an hour and the resident memory of the last quarter at its highest is no more than 0.5 MB above that of
 * the quarter before; at 0.5 MB an hour a box with 100 MB to spare would run for eight days, which is why the slopes
 * are printed too. `--soak 3600` is the figure of docs/operating/figures.md.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { type Box, type BoxStatus, Processes } from "./box/processes.ts";

/** Until everything is compiled and connected, s. */
const WARM_S = 5;
/** An enrolled one also hears its first orders. */
const WARM_ENROLLED_S = 15;
const LIVE_EVERY_S = 30;
const GROWS_MB_PER_HOUR = 0.5;
const GROWS_MB = 0.5;

const soak = process.argv.indexOf("--soak");
const isSoak = soak >= 0;
const isEnrolled = process.argv.includes("--enrolled");
const seconds = isSoak ? Number(process.argv[soak + 1]) : process.argv.includes("--short") ? 8 : 60;
assert.ok(seconds >= (isSoak ? 120 : 5), "--soak wants at least 120 seconds");

if (process.platform !== "linux") {
  console.log(JSON.stringify({ skipped: "reads /proc, which only Linux has" }));
  process.exit();
}

interface Sample {
  readonly at: number;
  readonly mb: number;
}

const folder = mkdtempSync(join(tmpdir(), "contrada-bench-"));
const processes = await Processes.open(folder);
try {
  const town = isEnrolled ? await processes.town() : undefined;
  const where = town === undefined ? {} : { town };
  const box = await processes.box(where);
  const looked = isSoak ? await processes.box({ ...where, looksIntoHeap: true }) : undefined;
  await passed((isEnrolled ? WARM_ENROLLED_S : WARM_S) * 1000);
  const began = performance.now();
  const before = box.processorS;
  const { resident, live } = await watch(box, looked, seconds);
  const took = (performance.now() - began) / 1000;
  const core = (box.processorS - before) / took;
  const { devices, faults, outbox } = await wellNow(box);
  const standing = faults.filter(({ resolvedAt }) => resolvedAt === null).map(({ code }) => code);
  console.log(
    JSON.stringify({
      devices: devices.length,
      enrolled: isEnrolled,
      seconds: Math.round(took),
      watchdogMb: round(box.watchdogMb),
      rssMb: round(highest(resident)),
      corePercent: round(core * 100),
      ...(isSoak && growth(resident, live)),
      ...(isEnrolled && { readingsWaiting: outbox.waiting }),
      standingFaults: standing,
    }),
  );
} finally {
  await processes.close();
  rmSync(folder, { recursive: true });
}

/** How the box is once all five devices answered in one cycle; on a busy machine one may be late in another. */
async function wellNow(box: Box): Promise<BoxStatus> {
  for (let tries = 0; ; tries++) {
    const status = await box.status();
    if (status.devices.filter(({ problem }) => problem === null).length === 5) return status;
    assert.ok(tries < 30, "all five devices answer");
    await passed(1_000);
  }
}

/** Resident memory of the one every ten seconds or oftener, live memory of the other every half minute. */
async function watch(
  box: Box,
  looked: Box | undefined,
  forS: number,
): Promise<{ readonly resident: Sample[]; readonly live: Sample[] }> {
  const resident: Sample[] = [];
  const live: Sample[] = [];
  const began = performance.now();
  const every = Math.max(500, Math.min(10_000, (forS * 1000) / 40));
  for (let next = every; next <= forS * 1000; next += every) {
    await passed(Math.max(0, began + next - performance.now()));
    const at = (performance.now() - began) / 1000;
    const mb = box.rssMb;
    assert.ok(mb > 0, "the gateway runs");
    resident.push({ at, mb });
    if (looked !== undefined && at - (live.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= LIVE_EVERY_S) {
      live.push({ at, mb: await looked.liveMb() });
      console.error(`${Math.round(at)} s: ${round(mb)} MB resident, ${round(live.at(-1)!.mb)} MB live`);
    }
  }
  return { resident, live };
}

function growth(resident: readonly Sample[], live: readonly Sample[]) {
  const half = <T>(samples: readonly T[]) => samples.slice(Math.floor(samples.length / 2));
  const quarter = Math.floor(resident.length / 4);
  const [earlier, last] = [resident.slice(-2 * quarter, -quarter), resident.slice(-quarter)].map(highest);
  const liveSlope = slope(half(live)) * 3600;
  return {
    liveMb: round(live.at(-1)!.mb),
    liveSlopeMbPerHour: round(liveSlope),
    rssSlopeMbPerHour: round(slope(half(resident)) * 3600),
    rssMbByQuarter: [0, 1, 2, 3].map((q) => round(highest(resident.slice(q * quarter, (q + 1) * quarter)))),
    grows: liveSlope >= GROWS_MB_PER_HOUR || last! > earlier! + GROWS_MB,
  };
}

function highest(samples: readonly Sample[]): number {
  return Math.max(...samples.map(({ mb }) => mb));
}

/** Least squares, MB per second. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [at, mb] = [mean((one) => one.at), mean((one) => one.mb)];
  const up = samples.reduce((sum, one) => sum + (one.at - at) * (one.mb - mb), 0);
  return up / samples.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
