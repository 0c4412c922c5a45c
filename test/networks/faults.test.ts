/**
 * Faults on four real validators, under load. In each cycle one fault befalls the next validator in turn. While
 * it lasts the others go on; afterwards all stand at one height with one app hash, every height is the same
 * block everywhere, a replica beside them comes to the same app hashes, and what clients saw in a block is
 * there exactly once. Each test ends with one line of JSON: cycles, slowest progress, slowest return, forks.
 *
 * `CONTRADA_CYCLES=25` runs as many cycles of each kind, `CONTRADA_PAUSE_S=60` sets how long a paused validator
 * stands still; without them a test runs one cycle, or two with `CONTRADA_LONG=1`.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { LONG, skipped, skippedUnlessLong } from "../support/counterparts.ts";
import { agreement, eventually, PROGRESS_MS } from "./agreement.ts";
import { type CometNode, cometAbsent } from "./comet-network.ts";
import { openScene, type Scene } from "./scene.ts";
import type { Cut } from "./wires.ts";

const CYCLES = Number(process.env.CONTRADA_CYCLES ?? (LONG ? 2 : 1));
const PAUSE_MS = 1_000 * Number(process.env.CONTRADA_PAUSE_S ?? 4);
/** Until there are blocks again where there could be none. */
const RESUMES_MS = 1.5 * PROGRESS_MS;
/** CometBFT dials a lost peer every five to eight seconds; a node that was away then has blocks to fetch. */
const RETURN_MS = 60_000;

/** What a test says at its end, and a figure may quote. */
interface Report {
  readonly fault: string;
  cycles: number;
  slowestProgressMs: number;
  slowestReturnMs: number;
  acknowledged: number;
  forks: number;
}

function report(fault: string): Report {
  return { fault, cycles: 0, slowestProgressMs: 0, slowestReturnMs: 0, acknowledged: 0, forks: 0 };
}

/** All nodes stand together at what the best of them has now, or later; returns the milliseconds that it took. */
async function reunion({ nodes, load, beside }: Scene): Promise<number> {
  const began = performance.now();
  const highest = load.highest(nodes.map((_, i) => i));
  await eventually(
    `all nodes come to block ${highest}`,
    async () => {
      const standings = await Promise.all(nodes.map((node) => node.application()));
      return standings.every(({ height }) => height >= highest) ? true : undefined;
    },
    RETURN_MS,
  );
  const took = performance.now() - began;
  await beside.follow(nodes, highest);
  return took;
}

/** Ends the load and holds the whole history against what clients saw. */
async function settle(scene: Scene, t: TestContext, said: Report): Promise<void> {
  const { nodes, load, beside } = scene;
  await load.stop();
  const { height } = await agreement(nodes, load.highest([0, 1, 2, 3]));
  await beside.follow(nodes, height);
  beside.holdsOnce(load.acknowledged);
  said.acknowledged = load.acknowledged.size;
  t.diagnostic(JSON.stringify(said));
}

const others = (victim: number) => [0, 1, 2, 3].filter((node) => node !== victim);

/** Looks on for so long, and until the three others have made two blocks without the one that is away. */
type Meanwhile = (forMs: number) => Promise<void>;

/** Cycles of a fault of one validator: `befall` resolves when it is over and the validator is to come back. */
async function oneOfFour(
  t: TestContext,
  fault: string,
  befall: (scene: Scene, victim: number, cycle: number, meanwhile: Meanwhile) => Promise<void>,
): Promise<void> {
  const scene = await openScene(t);
  const said = report(fault);
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const victim = cycle % 4;
    const began = performance.now();
    const before = scene.load.highest(others(victim));
    await befall(scene, victim, cycle, async (forMs) => {
      await pause(forMs);
      const onwards = async () => (scene.load.highest(others(victim)) >= before + 2 ? true : undefined);
      await eventually(`cycle ${cycle}: three of four go on`, onwards, 2 * PROGRESS_MS);
    });
    const gap = scene.load.longestGap(others(victim), began);
    assert.ok(gap <= PROGRESS_MS, `cycle ${cycle}: no block of three for ${gap} ms`);
    const back = await reunion(scene);
    said.cycles += 1;
    said.slowestProgressMs = Math.max(said.slowestProgressMs, Math.round(gap));
    said.slowestReturnMs = Math.max(said.slowestReturnMs, Math.round(back));
    await pause(500);
  }
  await settle(scene, t, said);
}

/** The others are observed for so long while one is away. */
const AWAY_MS = 4_000;

async function comesBack(node: CometNode): Promise<void> {
  await node.start();
  await node.ready();
}

test("a validator killed at once, both its processes, is missed by nobody and comes back", async (t) => {
  if (skipped(t, cometAbsent)) return;
  await oneOfFour(t, "killed", async ({ nodes }, victim, _, meanwhile) => {
    await nodes[victim]!.kill();
    await meanwhile(AWAY_MS);
    await comesBack(nodes[victim]!);
  });
});

test("a validator that stands still for a while goes on where the others are", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  await oneOfFour(t, "paused", async ({ nodes }, victim, _, meanwhile) => {
    nodes[victim]!.pause();
    await meanwhile(PAUSE_MS);
    nodes[victim]!.resume();
  });
});

test("a validator cut off from the others, silently or by closed connections, finds back", async (t) => {
  if (skipped(t, cometAbsent)) return;
  await oneOfFour(t, "partitioned", async ({ wires }, victim, cycle, meanwhile) => {
    const cables = wires.filter(({ from, to }) => from === victim || to === victim);
    const how: Cut = cycle % 2 === 0 ? "closed" : "silent";
    for (const cable of cables) cable.cut(how);
    await meanwhile(AWAY_MS);
    for (const cable of cables) cable.mend();
  });
});

test("a validator is ended in order and started again", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  await oneOfFour(t, "restarted", async ({ nodes }, victim, _, meanwhile) => {
    await nodes[victim]!.stop();
    await meanwhile(AWAY_MS / 2);
    await comesBack(nodes[victim]!);
  });
});

/**
 * CometBFT's own clock cannot be moved from here: Go asks the kernel directly, so that no library preloaded into
 * it changes the answer, and Linux's time namespaces leave the wall clock alone.
 */
test("a validator whose application's clock is ten minutes ahead or behind comes to the same blocks", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  await oneOfFour(t, "the application's clock is wrong", async ({ nodes }, victim, cycle, meanwhile) => {
    const node = nodes[victim]!;
    await node.stop();
    node.program = { file: "application-child.ts", args: [cycle % 2 === 0 ? "600" : "-600"] };
    await comesBack(node);
    await meanwhile(AWAY_MS);
  });
});

/** Flips a bit every `step` bytes from a place on, given as a share of the file. */
function spoil(file: string, share: number, step = 4_096): void {
  const bytes = readFileSync(file);
  for (let at = Math.floor(bytes.length * share); at < bytes.length; at += step) bytes[at]! ^= 0x10;
  writeFileSync(file, bytes);
}

/** What may be damaged in a validator's folder, and is made good from what is left of it and from the others. */
const DAMAGES: readonly { readonly name: string; spoil(home: string, cycle: number): void }[] = [
  {
    name: "the application's log has flipped bytes",
    spoil: (home, cycle) => spoil(join(home, "application", "decided.log"), [0.9, 0.5, 0.1][cycle % 3]!),
  },
  {
    name: "the application's folder is gone",
    spoil: (home) => rmSync(join(home, "application"), { recursive: true }),
  },
  {
    name: "CometBFT's write-ahead log has flipped bytes at its end",
    spoil: (home) => spoil(join(home, "data", "cs.wal", "wal"), 0.99),
  },
  {
    name: "all data are gone but the state of the validator's key",
    spoil(home) {
      rmSync(join(home, "application"), { recursive: true });
      for (const name of readdirSync(join(home, "data"))) {
        if (name !== "priv_validator_state.json") rmSync(join(home, "data", name), { recursive: true });
      }
    },
  },
];

for (const { name, spoil } of DAMAGES) {
  test(`a validator comes back although ${name}`, async (t) => {
    if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
    await oneOfFour(t, name, async ({ nodes }, victim, cycle, meanwhile) => {
      const node = nodes[victim]!;
      await node.kill();
      spoil(node.home, cycle);
      await meanwhile(AWAY_MS / 2);
      await comesBack(node);
      assert.ok(existsSync(join(node.home, "application", "decided.log")));
    });
  });
}

/** Cycles of a fault that leaves no majority: nothing is committed while it lasts, and soon after it. */
async function noMajority(
  t: TestContext,
  fault: string,
  begin: (scene: Scene, cycle: number) => Promise<() => Promise<void>>,
): Promise<void> {
  const scene = await openScene(t);
  const { load } = scene;
  const all = [0, 1, 2, 3];
  const said = report(fault);
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    const end = await begin(scene, cycle);
    await pause(1_500); // what was already decided arrives
    const before = load.highest(all);
    await pause(AWAY_MS);
    assert.equal(load.highest(all), before, `cycle ${cycle}: half of the validators commit nothing`);
    const began = performance.now();
    await end();
    await eventually("a new block", async () => (load.highest(all) > before ? true : undefined), RETURN_MS);
    const resumed = performance.now() - began;
    assert.ok(resumed <= RESUMES_MS, `cycle ${cycle}: resumed after ${resumed} ms`);
    const back = await reunion(scene);
    said.cycles += 1;
    said.slowestProgressMs = Math.max(said.slowestProgressMs, Math.round(resumed));
    said.slowestReturnMs = Math.max(said.slowestReturnMs, Math.round(back));
    await pause(500);
  }
  await settle(scene, t, said);
}

test("with two of four killed nothing is committed, and all goes on when they are back", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  await noMajority(t, "two of four killed", async ({ nodes }, cycle) => {
    const down = [nodes[cycle % 4]!, nodes[(cycle + 1) % 4]!];
    await Promise.all(down.map((node) => node.kill()));
    return async () => {
      await Promise.all(down.map(comesBack));
    };
  });
});

test("two and two cut off from each other commit nothing and do not part", async (t) => {
  if (skipped(t, cometAbsent) || skippedUnlessLong(t)) return;
  await noMajority(t, "two and two", async ({ wires }, cycle) => {
    const side = [cycle % 4, (cycle + 1) % 4];
    const cables = wires.filter(({ from, to }) => side.includes(from) !== side.includes(to));
    for (const cable of cables) cable.cut(cycle % 2 === 0 ? "closed" : "silent");
    return async () => {
      for (const cable of cables) cable.mend();
    };
  });
});
