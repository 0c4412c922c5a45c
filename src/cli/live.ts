/** `contrada town`, live: builds the app where it is missing or old, opens the town, says where it is. */
import { spawn } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatInstant } from "#base/time.ts";
import { logOf } from "#cli/log.ts";
import { startProgress } from "#cli/progress.ts";
import { UsageError } from "#cli/settings.ts";
import { askedToStop } from "#cli/stop.ts";
import type { TownValues } from "#cli/town.ts";
import { fingerprintOfProducer } from "#consensus/fingerprint.ts";
import { type OpenTown, openLiveTown } from "#sim/open-live.ts";
import { livedBefore, type TownPlan } from "#sim/plan.ts";
import { forgetTown, type TownIdentity } from "#sim/town-folder.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const APP = join(ROOT, "app");

export async function runLive(
  values: TownValues,
  plan: TownPlan,
  identity: TownIdentity,
  stepS: number,
): Promise<number> {
  const folder = values.data ?? join("data", "town");
  const appFolder = appFolderIn(process.env);
  if (values.fresh) forgetTown(folder);
  const ending = new AbortController();
  const stopped = askedToStop();
  const app = buildApp(appFolder, ending.signal);
  app.catch(() => undefined);
  const { from, present } = livedBefore(plan, values.history);
  const progress = startProgress("living the days before", (present - from) / 900);
  let town: OpenTown | undefined;
  try {
    town = await openLiveTown(plan, identity, {
      folder,
      appFolder,
      address: values.address,
      port: values.port,
      speed: values.speed,
      stepS,
      trade: values.trade,
      supplies: true,
      planning: true,
      loads: true,
      market: values.market,
      gateways: {
        address: values.address,
        port: values.mqttPort,
        names: gatewayNamesOf(values.address),
        ...(values.mqttUrl === undefined ? {} : { mqttUrl: values.mqttUrl }),
      },
      renewMonthly: values.renewMonthly,
      billMonthly: true,
      historyDays: values.history,
      onHistory: (done, time) => progress.show(done, formatInstant(time).slice(0, 10)),
      note: logOf(values).tell,
    });
    if ((await Promise.race([app, town.ended, stopped])) === "stopped") return 0;
    progress.end();
    console.log(`Contrada is open at ${town.url}`);
    console.log(
      `Its blocks are signed by ${fingerprintOfProducer(plan.producer.publicKey)}, as a phone shows it.`,
    );
    if ((await Promise.race([town.ready, town.ended, stopped])) === "stopped") return 0;
    progress.end();
    console.log(`The town lives. Its data is in ${folder}; Ctrl-C ends it.`);
    await Promise.race([town.ended, stopped]);
    return 0;
  } catch (error) {
    throw listenProblem(error, values) ?? error;
  } finally {
    progress.end();
    ending.abort();
    await town?.close();
  }
}

/** Names and addresses under which gateways reach this machine; the first is told to them. */
export function gatewayNamesOf(address: string): string[] {
  const everywhere = address === "0.0.0.0" || address === "::";
  return [...new Set([everywhere ? hostname() : address, "localhost", "127.0.0.1"])];
}

/** Where the built app is, or will be. */
export function appFolderIn(environment: NodeJS.ProcessEnv): string {
  return environment.CONTRADA_APP ?? join(APP, "dist");
}

/** Why the platform cannot listen where it should, in a sentence; `undefined` where it is something else. */
export function listenProblem(
  error: unknown,
  { address, port }: Pick<TownValues, "address" | "port">,
): UsageError | undefined {
  const sentences: { readonly [code: string]: string } = {
    EADDRINUSE: `port ${port} is in use: choose another with --port, or 0 for any free one.`,
    EACCES: `port ${port} may not be opened by you: choose one above 1023 with --port.`,
    EADDRNOTAVAIL: `this machine has no address ${address}: choose one with --address, e.g. 127.0.0.1.`,
    ENOTFOUND: `there is no address ${address}: choose one with --address, e.g. 127.0.0.1.`,
  };
  const { code, syscall } = error as NodeJS.ErrnoException;
  const sentence = syscall === "listen" || syscall === "getaddrinfo" ? sentences[code ?? ""] : undefined;
  return sentence === undefined ? undefined : new UsageError(sentence, { cause: error });
}

/** Of what the app is made. */
const APP_SOURCES = [
  "app/**/*.{ts,tsx,css,html,svg,png,woff2}",
  "src/{base,chain,control,crypto,ledger,market,metering,plant,wire}/**/*.ts",
];

/** Builds the app unless what is built is newer than everything it is made of. */
export async function buildApp(folder: string, ending: AbortSignal): Promise<void> {
  // The service worker is written last: a build that was cut off has none.
  const built = join(folder, "sw.js");
  if (existsSync(built)) {
    const builtAt = statSync(built).mtimeMs;
    const sources = globSync(APP_SOURCES, {
      cwd: ROOT,
      exclude: (name) => name === "dist" || name === "node_modules",
    }).filter((source) => !source.includes(".test."));
    if (sources.every((source) => statSync(join(ROOT, source)).mtimeMs <= builtAt)) return;
  }
  const vite = join(ROOT, "node_modules", "vite", "bin", "vite.js");
  if (!existsSync(vite)) {
    if (existsSync(built)) return;
    throw new UsageError(
      'the app is not built and its tools are absent: run "npm ci" in the project\'s folder.',
    );
  }
  const child = spawn(
    process.execPath,
    [vite, "build", APP, "--outDir", folder, "--emptyOutDir", "--logLevel", "error"],
    { cwd: ROOT, stdio: ["ignore", "ignore", "pipe"] },
  );
  ending.addEventListener("abort", () => child.kill());
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0 && !ending.aborted) throw new Error(`the app cannot be built: ${errors.trim()}`);
}
