/**
 * What the gateway of a home takes of its box: resident memory and share of one core of `contrada gateway` at cycles
 * of one second with five devices (inverter and accumulator by SunSpec, counter and solar meter by registers over
 * Modbus TCP, a plug at a broker), all of them `contrada devices` in a process of its own. Read from /proc; the
 * shell that watches over it is told apart (`watchdogMb`). `--soak SECONDS` goes on for so long and adds how the memory grows (least squares over the last
 * four fifths); `--soak 3600` is the figure of docs/operating/figures.md.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Aedes } from "aedes";

const CONTRADA = fileURLToPath(new URL("../bin/contrada.js", import.meta.url));
/** Until everything is compiled and connected, s. */
const WARM_S = 5;
/** USER_HZ: what Linux tells of processor time on every machine that Node runs on. */
const TICKS_PER_S = 100;

const soak = process.argv.indexOf("--soak");
const seconds = soak >= 0 ? Number(process.argv[soak + 1]) : process.argv.includes("--short") ? 8 : 60;
assert.ok(seconds >= 5, "--soak wants at least 5 seconds");

if (process.platform !== "linux") {
  console.log(JSON.stringify({ skipped: "reads /proc, which only Linux has" }));
  process.exit();
}

const folder = mkdtempSync(join(tmpdir(), "contrada-bench-"));
const children: ChildProcess[] = [];
const broker = await Aedes.createBroker();
const server = createServer(broker.handle);
server.listen(0, "127.0.0.1");
await once(server, "listening");
try {
  const equipment = await fiveDevices();
  const gateway = run("gateway", "--folder", join(folder, "home"), "--equipment", equipment);
  await passed(WARM_S * 1000);
  const samples: { readonly at: number; readonly rssMb: number }[] = [];
  const began = performance.now();
  const ticksBefore = ticksOf(gateway);
  const every = Math.max(500, Math.min(10_000, (seconds * 1000) / 40));
  while (performance.now() - began < seconds * 1000) {
    await passed(every);
    samples.push({ at: (performance.now() - began) / 1000, rssMb: rssOf(String(gateway.pid)) });
  }
  const took = (performance.now() - began) / 1000;
  const core = (ticksOf(gateway) - ticksBefore) / TICKS_PER_S / took;
  const { devices, faults } = JSON.parse(await statusOf(join(folder, "home"))) as {
    devices: readonly { problem: string | null }[];
    faults: readonly { code: string; resolvedAt: number | null }[];
  };
  assert.equal(devices.filter(({ problem }) => problem === null).length, 5, "all five devices answer");
  console.log(
    JSON.stringify({
      devices: devices.length,
      seconds: Math.round(took),
      watchdogMb: round(childrenOf(String(gateway.pid)).reduce((sum, pid) => sum + rssOf(pid), 0)),
      rssMb: round(Math.max(...samples.map(({ rssMb }) => rssMb))),
      corePercent: round(core * 100),
      ...(seconds >= 300 && { slopeMbPerHour: round(slope(samples.slice(samples.length / 5)) * 3600) }),
      standingFaults: faults.filter(({ resolvedAt }) => resolvedAt === null).map(({ code }) => code),
    }),
  );
} finally {
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(children.map((child) => child.exitCode ?? once(child, "exit")));
  server.close();
  broker.close();
  rmSync(folder, { recursive: true });
}

/** Starts the devices and writes an equipment file with one plug of its two. */
async function fiveDevices(): Promise<string> {
  const all = join(folder, "all.json");
  const { port } = server.address() as AddressInfo;
  run(
    "devices",
    "--counter",
    "modbus",
    "--out",
    all,
    "--control",
    join(folder, "devices.sock"),
    "--mqtt",
    `mqtt://127.0.0.1:${port}`,
  );
  for (let tries = 0; !existsSync(all); tries++) {
    assert.ok(tries < 300, "the devices begin");
    await passed(100);
  }
  await passed(200);
  const { devices } = JSON.parse(readFileSync(all, "utf8")) as { devices: readonly { id: string }[] };
  const file = join(folder, "devices.json");
  writeFileSync(file, JSON.stringify({ devices: devices.slice(0, 5) }));
  return file;
}

function run(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [CONTRADA, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  children.push(child);
  return child;
}

async function statusOf(home: string): Promise<string> {
  const child = spawn(process.execPath, [CONTRADA, "gateway", "status", "--folder", home, "--json"]);
  let text = "";
  for await (const part of child.stdout) text += String(part);
  return text;
}

/** MB of 10^6 bytes. */
function rssOf(pid: string): number {
  return (Number(/VmRSS:\s+(\d+)/.exec(procOf(pid, "status"))?.[1] ?? 0) * 1024) / 1e6;
}

/** Processor time of the process and of what it waited for, ticks; the shell's is far below one per cent of it. */
function ticksOf({ pid }: ChildProcess): number {
  const fields = procOf(String(pid), "stat")
    .replace(/^.*\) /, "")
    .split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

function childrenOf(pid: string): string[] {
  return readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => procOf(pid, `task/${thread}/children`).trim().split(" "))
    .filter((one) => one !== "");
}

function procOf(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** Least squares, MB per second. */
function slope(samples: readonly { readonly at: number; readonly rssMb: number }[]): number {
  const mean = (of: (sample: { at: number; rssMb: number }) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [at, rss] = [mean((one) => one.at), mean((one) => one.rssMb)];
  const up = samples.reduce((sum, one) => sum + (one.at - at) * (one.rssMb - rss), 0);
  return up / samples.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
