/**
 * A small live town for tests of the whole: the real node, platform and built app in this process, on a free
 * port and a folder of its own, standing still until a test lets its clock run.
 */
import { spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseInstant, type UnixSeconds } from "#base/time.ts";
import { type OpenTown, openLiveTown } from "#sim/open-live.ts";
import { planTown } from "#sim/plan.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface TestTownChoices {
  readonly homes?: number;
  readonly historyDays?: number;
  /** ISO 8601, on a quarter hour. */
  readonly start?: string;
  readonly seed?: number;
  /** Of the clock once it runs; the town begins paused. */
  readonly speed?: number;
  readonly port?: number;
  /** Accumulators as the town's people chose them, instead of 10 kWh and 5 kW for everybody with panels. */
  readonly ownChoice?: boolean;
  /** Whether the people of the town sell by habit. */
  readonly trade?: boolean;
  /** Whether there is a market among neighbours, in which the town's people take part. */
  readonly market?: boolean;
  /** Whether a home is supplied whose owner lets the first bill lie. */
  readonly supplies?: boolean;
  /** Whether homes plan and go by their plans. */
  readonly planning?: boolean;
  /** Whether homes have heat pumps, cars and appliances of their own. */
  readonly loads?: boolean;
}

export interface TestTown {
  readonly url: string;
  readonly town: OpenTown;
  /** The town's own time. */
  readonly time: UnixSeconds;
  /** What the town complained of. */
  readonly complaints: readonly string[];
  /** Runs as fast as it goes to an instant, and stands there as it stood before. */
  runTo(instant: UnixSeconds): Promise<void>;
  close(): Promise<void>;
}

/** Two homes of three have panels and an accumulator of 10 kWh: home 1 and home 3 do, home 2 has neither. */
export async function openTestTown(choices: TestTownChoices = {}): Promise<TestTown> {
  const { homes = 6, historyDays = 2, seed = 16, speed = 60, port = 0, trade = true } = choices;
  const appFolder = await builtApp();
  const folder = mkdtempSync(join(tmpdir(), "contrada-end-to-end-"));
  const plan = planTown({
    seed,
    homes,
    measured: undefined,
    start: parseInstant(choices.start ?? "2026-06-16T11:00Z"),
    solarHomes: "default",
    solarPeakKwp: 0,
    solarColumn: undefined,
    accumulatorKwh: choices.ownChoice === true ? undefined : 10,
    accumulatorKw: choices.ownChoice === true ? undefined : 5,
  });
  const complaints: string[] = [];
  const town = await openLiveTown(
    plan,
    { seed, homes },
    {
      folder,
      appFolder,
      address: "127.0.0.1",
      port,
      speed,
      stepS: 5,
      trade,
      market: choices.market === true,
      supplies: choices.supplies === true,
      planning: choices.planning === true,
      loads: choices.loads === true,
      historyDays,
      // Opened with the first code.
      gateways: { address: "127.0.0.1", port: 0, names: ["127.0.0.1"], checkEveryMs: 200 },
      note(sentence, cause) {
        if (cause !== undefined) complaints.push(`${sentence}: ${cause}`);
      },
    },
  );
  await Promise.race([town.ready, town.ended]);
  town.live.control({ paused: true });
  return {
    url: town.url,
    town,
    complaints,
    get time() {
      return town.live.time;
    },
    async runTo(instant) {
      town.live.control({ seekTo: instant });
      while (town.live.time < instant) await Promise.race([sleep(10), town.ended]);
    },
    async close() {
      await town.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The folder of the built app; builds it where it is missing or older than what it is made of. Test files run
 * side by side: one builds, the others wait for it.
 */
export async function builtApp(): Promise<string> {
  const dist = process.env.CONTRADA_APP ?? join(ROOT, "app", "dist");
  const lock = join(tmpdir(), `contrada-build-${dist.replaceAll(/[^a-z0-9]+/gi, "-")}.lock`);
  for (;;) {
    if (isFresh(dist)) return dist;
    if (taken(lock)) break;
    await sleep(200);
  }
  try {
    await build(dist);
  } finally {
    rmSync(lock, { force: true });
  }
  return dist;
}

/** True where the lock is now ours. One whose process is gone counts for nothing. */
function taken(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    const holder = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The service worker is written last: a build that was cut off has none. */
function isFresh(dist: string): boolean {
  const last = join(dist, "sw.js");
  if (!existsSync(last)) return false;
  const builtAt = statSync(last).mtimeMs;
  const sources = globSync(
    ["app/**/*.{ts,tsx,css,html,svg}", "src/{base,chain,control,crypto,ledger,market,wire}/**/*.ts"],
    { cwd: ROOT, exclude: (name) => name === "dist" || name === "node_modules" },
  );
  return sources
    .filter((source) => !source.includes(".test."))
    .every((source) => statSync(join(ROOT, source)).mtimeMs <= builtAt);
}

async function build(dist: string): Promise<void> {
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  const child = spawn(
    process.execPath,
    [vite, "build", "app", "--outDir", dist, "--emptyOutDir", "--logLevel", "error"],
    { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] },
  );
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`the app cannot be built: ${errors.trim()}`);
}
