/** The folder of a live town: stopped, killed, half booked, and opened again. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { dayOf, QUARTER_HOUR_S } from "#base/time.ts";
import { Wh } from "#base/units.ts";
import { authoriseEnergySale } from "#chain/transactions.ts";
import { auditFolder } from "#node/audit.ts";
import { NodeFault } from "#node/fault.ts";
import { openNode } from "#node/node.ts";
import { Archive } from "#platform/archive.ts";
import { HeadEnd } from "#platform/head-end.ts";
import { MemberAccount } from "#platform/member-account.ts";
import { type OpenTown, openLiveTown } from "#sim/open-live.ts";
import { livedBefore, planTown } from "#sim/plan.ts";
import { saltsOf } from "#sim/salts.ts";
import { Town, townGenesis } from "#sim/town.ts";
import { TownFolderError } from "#sim/town-folder.ts";
import { saleId } from "../support/chain-bench.ts";
import { LONG } from "../support/counterparts.ts";
import { choicesOf } from "../support/headless-town.ts";

const PLAN = planTown(choicesOf({ homes: 4 }));
const IDENTITY = { seed: 7, homes: 4 };
const HISTORY_DAYS = 1;
const { from: FROM } = livedBefore(PLAN, HISTORY_DAYS);
const folders: string[] = [];
const children = new Set<ChildProcess>();
const opened: OpenTown[] = [];
after(async () => {
  // What a failed test left open; a town that is closed twice says so.
  for (const town of opened) await town.close().catch(() => undefined);
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "contrada-live-"));
  folders.push(folder);
  return folder;
}

async function open(folder: string, change: { readonly speed?: number; readonly port?: number } = {}) {
  const complaints: string[] = [];
  const town = await openLiveTown(PLAN, IDENTITY, {
    folder,
    address: "127.0.0.1",
    port: 0,
    speed: 0,
    stepS: 60,
    trade: true,
    historyDays: HISTORY_DAYS,
    ...change,
    note: (sentence, cause) => {
      if (cause !== undefined) complaints.push(`${sentence}: ${cause}`);
    },
  });
  opened.push(town);
  return { town, complaints };
}

/** Runs a paused or running town on, to stand there. */
async function runTo(town: OpenTown, instant: number): Promise<void> {
  await Promise.race([town.ready, town.ended]);
  town.live.control({ paused: true, seekTo: instant });
  while (town.live.time < instant) await Promise.race([sleep(5), town.ended]);
}

/**
 * A folder that nobody has open, as it must be after whatever happened: the ledger holds, each home has one
 * reading of each quarter hour up to the same end, none refused or found odd, and the books stand where they do.
 */
async function assertSound(folder: string): Promise<number> {
  const report = await auditFolder(folder);
  assert.equal(report.firstProblem, undefined, JSON.stringify(report.firstProblem));
  const archive = new Archive(join(folder, "readings.sqlite"), PLAN.zone);
  try {
    assert.deepEqual(archive.findings(10), []);
    const ends = PLAN.homes.map(({ plant }) => {
      const readings = archive.span(plant, 0, Number.MAX_SAFE_INTEGER);
      readings.forEach(({ reading, quality }, i) => {
        assert.equal(reading.intervalStart, FROM + i * QUARTER_HOUR_S, `plant ${plant}, reading ${i}`);
        assert.equal(quality, "measured");
        assert.equal(archive.batches(reading.intervalStart).length, 1, "booked once");
      });
      return FROM + readings.length * QUARTER_HOUR_S;
    });
    assert.equal(new Set(ends).size, 1, "every home has come as far");
    return ends[0]!;
  } finally {
    archive.close();
  }
}

/** The live town of `live-child.ts` in a process of its own. */
function startChild(
  folder: string,
  speed = 0,
): { child: ChildProcess; said: (word: string) => Promise<void> } {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("live-child.ts", import.meta.url)), folder, `${speed}`],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  children.add(child);
  let output = "";
  child.stdout!.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const said = async (word: string) => {
    while (!output.includes(word)) {
      assert.equal(child.exitCode, null, "the town ended by itself");
      await sleep(5);
    }
  };
  return { child, said };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGKILL");
  await gone;
  children.delete(child);
}

test("a town that is stopped goes on where it stood: clock, meters, books, and a sale on its way", {
  timeout: 60_000,
}, async () => {
  const folder = newFolder();
  const first = await open(folder, { speed: 60 });
  const solarMeter = (town: OpenTown) =>
    town.platform.live.devicesOf(1).find(({ kind }) => kind === "solar_meter")!.numbers.producedWh!;
  await runTo(first.town, PLAN.start + 4 * 3600 + 300);
  assert.deepEqual([...first.town.refused], []);
  const produced = solarMeter(first.town);
  await first.town.close();
  const stopped = await assertSound(folder);
  assert.equal(
    stopped,
    PLAN.start + 4 * 3600 + QUARTER_HOUR_S,
    "the quarter hour under way was lived to its end",
  );

  // Meanwhile somebody sold 1,500 Wh.
  const plan = PLAN.homes[0]!;
  const genesis = townGenesis(PLAN, FROM);
  const node = await openNode({ folder, genesis, producer: PLAN.producer, now: () => stopped });
  const day = dayOf(PLAN.zone, stopped);
  const [{ member: supplier }] = PLAN.suppliers as [(typeof PLAN.suppliers)[0]];
  const before = node.view().store(1);
  assert.ok(before.free > 2_000n, `${before.free} Wh`);
  const owner = new MemberAccount(node, { member: plan.owner, signer: plan.ownerKey });
  const submission = await owner.send(authoriseEnergySale, {
    sale: saleId(1),
    plant: 1,
    supplier,
    day,
    rate: node.view().rate(supplier, day)!.rate,
    fee: node.view().parameters.saleFee,
    energy: Wh(1_500n),
  });
  assert.ok(submission.admitted);
  await node.close();

  const second = await open(folder, { speed: 60 });
  assert.equal(second.town.live.time, stopped);
  await second.town.ready;
  assert.ok(solarMeter(second.town) >= produced, "a solar meter does not run back");
  await runTo(second.town, stopped + 3_600);
  assert.deepEqual([...second.town.refused], []);
  await second.town.close();
  assert.deepEqual([...first.complaints, ...second.complaints], []);
  assert.equal(await assertSound(folder), stopped + 3_600);
  const last = await openNode({ folder, genesis, producer: PLAN.producer, now: () => stopped + 3_600 });
  const sale = last.view().sale(saleId(1))!;
  assert.deepEqual([sale.state, sale.delivered], ["settled", 1_500n]);
  await last.close();
});

test("killed while it is founded, in its history and in its present, a town goes on each time", {
  timeout: 60_000,
}, async () => {
  const folder = newFolder();
  const founding = startChild(folder);
  while (!existsSync(join(folder, "blocks.log"))) await sleep(2);
  await kill(founding.child);
  const instants = [
    ["open", 30],
    ["lives", 170],
    ["open", 400],
    ["lives", 0],
    ["open", 333],
  ] as const;
  for (const [word, ms] of instants.slice(0, LONG ? instants.length : 2)) {
    const { child, said } = startChild(folder);
    await said(word);
    await sleep(ms);
    await kill(child);
  }
  const { town, complaints } = await open(folder);
  const start = town.live.time;
  assert.ok(start >= PLAN.start, "it had come to its present");
  await runTo(town, start + 3 * 3600);
  assert.deepEqual([...town.refused], []);
  await town.close();
  assert.deepEqual(complaints, []);
  assert.ok((await assertSound(folder)) >= start + 3 * 3600);
});

test("readings that were stored and not booked when the process died are booked, and the meters follow them", {
  timeout: 60_000,
}, async () => {
  const folder = newFolder();
  const { town } = await open(folder, { speed: 60 });
  await runTo(town, PLAN.start + 3600);
  await town.close();
  const stopped = await assertSound(folder);

  // Two quarter hours of a town whose head-end stores and dies before it submits.
  const genesis = townGenesis(PLAN, FROM);
  let now = stopped;
  const node = await openNode({ folder, genesis, producer: PLAN.producer, now: () => now });
  const archive = new Archive(join(folder, "readings.sqlite"), PLAN.zone);
  const operator = new MemberAccount(node, { member: 1, signer: PLAN.operator.key });
  const headEnd = new HeadEnd({ host: node, operator, archive, salt: saltsOf(PLAN.seed) });
  const stores = new Map(
    PLAN.homes.map(({ plant }) => {
      const { solar, grid } = node.view().store(plant);
      return [plant, { solarWh: Number(solar), gridWh: Number(grid) }];
    }),
  );
  const dying = new Town(
    PLAN,
    node,
    {
      receive: (signed) => {
        now += QUARTER_HOUR_S;
        return headEnd.receive(signed);
      },
      receiveDays: (days) => headEnd.receiveDays(days),
      closeInterval: () => Promise.resolve("ok"),
      newestOf: (home) => headEnd.newestOf(home),
    },
    operator,
    { stepS: 900, trade: false, signatures: "interval", stores, start: stopped },
  );
  await dying.runUntil(stopped + 2 * QUARTER_HOUR_S);
  assert.equal(dying.readings, 2 * 4);
  const closing = dying.homes.map((home) => [BigInt(home.meteredSolarWh), BigInt(home.meteredGridWh)]);
  archive.close();
  await node.close();

  const again = await open(folder, { speed: 60 });
  assert.equal(again.town.live.time, stopped + 2 * QUARTER_HOUR_S);
  again.town.live.control({ paused: true });
  await again.town.ready;
  await again.town.close();
  const after = await openNode({ folder, genesis, producer: PLAN.producer, now: () => now });
  const booked = PLAN.homes.map(({ plant }) => {
    const { solar, grid } = after.view().store(plant);
    return [solar, grid];
  });
  assert.deepEqual(booked, closing);
  await after.close();
  const last = await open(folder, { speed: 60 });
  await runTo(last.town, stopped + 5 * QUARTER_HOUR_S);
  assert.deepEqual([...last.town.refused], []);
  await last.town.close();
  assert.equal(await assertSound(folder), stopped + 5 * QUARTER_HOUR_S);
});

test("a folder that is another town's, of a newer format, or open already is refused; nothing stays open", {
  timeout: 60_000,
}, async () => {
  const folder = newFolder();
  const { town } = await open(folder, { speed: 60 });
  await assert.rejects(open(folder), (error) => error instanceof NodeFault && error.code === "folder_in_use");
  await town.close();
  await assert.rejects(
    openLiveTown(
      PLAN,
      { ...IDENTITY, seed: 8 },
      { folder, address: "127.0.0.1", port: 0, speed: 0, stepS: 5, trade: true, historyDays: 1 },
    ),
    (error) => error instanceof TownFolderError && error.message.includes("seed 7, not 8"),
  );
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.on("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await assert.rejects(open(folder, { port }), { code: "EADDRINUSE" });
  server.close();
  // The folder was let go each time.
  await (await open(folder, { speed: 60 })).town.close();
  writeFileSync(join(folder, "format"), "contrada data folder, format 99\n");
  await assert.rejects(open(folder), (error) => error instanceof NodeFault && error.code === "format_newer");
});

test("a town that is closed while it is founded has ended, and is founded when it is opened again", {
  timeout: 60_000,
}, async () => {
  const folder = newFolder();
  const first = await open(folder);
  await first.town.close();
  await first.town.ended;
  const second = await open(folder);
  await second.town.ready;
  await second.town.close();
  assert.ok((await assertSound(folder)) >= PLAN.start);
});
