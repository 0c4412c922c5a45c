/** `contrada town`, live: builds the app where it is missing or old, opens the town, says where it is. */
import { spawn } from "node:child_process";
import { existsSync, globSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatInstant } from "#base/time.ts";
import { startProgress } from "#cli/progress.ts";
import { UsageError, type Values } from "#cli/settings.ts";
import type { TOWN_SETTINGS } from "#cli/town-settings.ts";
import { openLiveTown, TownDiffersError, townIn } from "#sim/open-live.ts";
import type { TownPlan } from "#sim/plan.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const APP = join(ROOT, "app");
const DIST = join(APP, "dist");

export async function runLive(
  values: Values<typeof TOWN_SETTINGS>,
  plan: TownPlan,
  stepS: number,
): Promise<number> {
  const folder = values.data ?? join("data", "town");
  if (values.fresh) forget(folder);
  const app = buildApp();
  const progress = startProgress(`${values.history} days of history`, values.history * 96);
  const opened = openLiveTown(plan, identityOf(values), {
    folder,
    appFolder: DIST,
    address: values.address,
    port: values.port,
    speed: values.speed,
    stepS,
    trade: values.trade,
    historyDays: values.history,
    onHistory: (done, time) => progress.show(done, formatInstant(time).slice(0, 10)),
    note(sentence, cause) {
      if (cause !== undefined) console.error(`contrada: ${sentence}`, cause);
    },
  }).catch((error: unknown) => {
    if (error instanceof TownDiffersError) throw new UsageError(error.message, { cause: error });
    throw error;
  });
  const town = await opened;
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await app;
  console.log(`Contrada is open at ${town.url}`);
  try {
    await Promise.race([town.ready, town.ended, stopped]);
    progress.end();
    console.log(`The town lives. Its data is in ${folder}; Ctrl-C ends it.`);
    await Promise.race([town.ended, stopped]);
    return 0;
  } finally {
    await town.close();
  }
}

/** What makes a town the same town; a folder is not opened as another one. */
function identityOf(values: Values<typeof TOWN_SETTINGS>) {
  const { seed, count, homes, start, history } = values;
  const { solarHomes, solarPeakKwp, solarColumn, accumulatorKwh, accumulatorKw } = values;
  return {
    seed,
    homes: count,
    file: homes,
    start,
    history,
    solarHomes,
    solarPeakKwp,
    solarColumn,
    accumulatorKwh,
    accumulatorKw,
  };
}

/** Only a folder that a town made is removed. */
function forget(folder: string): void {
  if (!existsSync(folder)) return;
  if (townIn(folder) === undefined) {
    throw new UsageError(`${folder} holds no town, so --fresh does not remove it.`);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Builds the app unless what is built is newer than everything it is made of. */
async function buildApp(): Promise<void> {
  const built = join(DIST, "index.html");
  if (existsSync(built)) {
    const builtAt = statSync(built).mtimeMs;
    const sources = globSync(["app/**/*.{ts,tsx,css,html,svg}", "src/**/*.ts"], {
      cwd: ROOT,
      exclude: (name) => name === "dist" || name === "node_modules",
    });
    if (sources.every((source) => statSync(join(ROOT, source)).mtimeMs <= builtAt)) return;
  }
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  if (!existsSync(vite)) {
    if (existsSync(built)) return;
    throw new UsageError(
      'the app is not built and its tools are absent: run "npm ci" in the project\'s folder.',
    );
  }
  const child = spawn(process.execPath, [vite, "build", APP, "--logLevel", "error"], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`the app cannot be built: ${errors.trim()}`);
}
