/** `contrada node`: one validator of a network: the application, CometBFT beside it, and what everybody may read. */
import { closeSync, existsSync, openSync } from "node:fs";
import { basename, join, resolve as resolvePath } from "node:path";
import { about, type Note } from "#base/log.ts";
import { MetricsRegistry } from "#base/metrics.ts";
import type { Command } from "#cli/command.ts";
import { appFolderIn, buildApp, gatewayNamesOf, listenProblem } from "#cli/live.ts";
import { LOG_SETTINGS, logOf } from "#cli/log.ts";
import { cometIn, networkAround, TOWN_FOLDER, townOfNetwork } from "#cli/network-file.ts";
import { resolve, UsageError, type Values } from "#cli/settings.ts";
import { askedToStop } from "#cli/stop.ts";
import { MQTT_PORT, TOWN_SETTINGS } from "#cli/town-settings.ts";
import { openChainBefore } from "#node/chain-before.ts";
import { SNAPSHOT_EVERY } from "#node/comet/application.ts";
import { type CometHost, openCometHost } from "#node/comet/host.ts";
import { NodeFault } from "#node/fault.ts";
import { openPlatform } from "#platform/platform.ts";
import { openNetworkTown } from "#sim/open-live.ts";
import { importPriceAt } from "#sim/plan.ts";
import { BEFORE_FOLDER } from "#sim/town-folder.ts";

const SETTINGS = {
  engine: { kind: "choice", choices: ["cometbft"], default: "cometbft", help: "what decides the blocks" },
  address: { kind: "text", value: "ADDRESS", default: "127.0.0.1", help: "where it answers" },
  port: {
    kind: "integer",
    value: "PORT",
    min: 0,
    max: 65_535,
    default: 8080,
    help: "0 = any free one",
  },
  town: {
    kind: "switch",
    default: false,
    help: "run the demo town of its network here, with platform and app",
  },
  snapshotEvery: {
    kind: "integer",
    value: "BLOCKS",
    min: 5,
    max: 1_000_000,
    default: SNAPSHOT_EVERY,
    help: "from one snapshot of the state to the next, for restarts and for nodes that join",
  },
  trade: { kind: "switch", default: true, help: "with --town: owners sell by habit" },
  market: {
    kind: "switch",
    default: true,
    help: "with --town: no neighbours' market: nobody takes part in auctions",
  },
  mqttPort: {
    ...MQTT_PORT,
    help: "with --town: where gateways of real homes reach the broker, opened when the first is expected",
  },
  renewMonthly: {
    kind: "switch",
    default: false,
    help: "with --town: homes get new numbers on the ledger on the first day of each month",
  },
  ...LOG_SETTINGS,
} as const;

/** Seconds of a step of the town. */
const STEP_S = 5;

export const node: Command = {
  usage: "node HOME [flags]",
  about: [
    "One validator: the chain's application, a CometBFT that is started anew when it falls, and the public side of the",
    "platform: community, blocks, transactions and the explorer, without an operator's key. HOME is a home of CometBFT",
    "whose genesis holds a chain of Contrada. Ctrl-C ends it, and the same command goes on where it stopped.",
  ].join("\n"),
  settings: SETTINGS,
  examples: [
    ["node /var/lib/contrada --address 0.0.0.0", "one validator of several hosts"],
    [
      "node data/network/node0 --town",
      "a node of a network on this machine, with the town's platform and app",
    ],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment, TOWN_SETTINGS);
    const [home, more] = words;
    if (home === undefined) throw new UsageError("node wants a home, e.g. data/network/node0.");
    if (more !== undefined) throw new UsageError(`node takes one home; "${more}" is one too many.`);
    const output = openLog(home);
    try {
      return await runNode(home, values, environment, output);
    } finally {
      closeSync(output);
    }
  },
};

type NodeValues = Values<typeof SETTINGS>;

function openLog(home: string): number {
  if (!existsSync(join(home, "config", "config.toml"))) {
    throw new UsageError(`${home} is no home of CometBFT; contrada network init makes some.`);
  }
  return openSync(join(home, "comet.log"), "a");
}

async function runNode(
  home: string,
  values: NodeValues,
  environment: NodeJS.ProcessEnv,
  output: number,
): Promise<number> {
  const name = basename(resolvePath(home));
  const note = logOf(values, { node: name }).tell;
  const stopped = Promise.race([askedToStop(), orphaned()]);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const metrics = new MetricsRegistry();
  const before = values.town ? await openChainBefore(join(home, TOWN_FOLDER, BEFORE_FOLDER)) : undefined;
  const host = await openCometHost({
    home,
    binary: cometIn(environment),
    output,
    metrics,
    before,
    snapshotEvery: values.snapshotEvery,
    note,
    failed: failed.reject,
  }).catch((error) => {
    throw error instanceof NodeFault ? new UsageError(error.message, { cause: error }) : error;
  });
  const ending = new AbortController();
  try {
    const open = values.town
      ? await openTown(home, host, values, environment, { signal: ending.signal, note, metrics })
      : await openObserver(home, host, values, environment, { note, metrics });
    try {
      console.log(`${name} is open at ${open.url}`);
      await Promise.race([stopped, failed.promise, open.ended]);
    } finally {
      await open.close();
    }
  } catch (error) {
    throw listenProblem(error, values) ?? error;
  } finally {
    ending.abort();
    await host.close();
    await before?.close();
    if (process.connected) process.disconnect?.(); // an open channel keeps a process
  }
  return 0;
}

interface Open {
  readonly url: string;
  /** Rejects where it breaks. */
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

interface Surroundings {
  readonly note: Note;
  readonly metrics: MetricsRegistry;
}

async function openTown(
  home: string,
  host: CometHost,
  { address, port, mqttPort, trade, market, renewMonthly }: NodeValues,
  environment: NodeJS.ProcessEnv,
  { signal, note, metrics }: Surroundings & { readonly signal: AbortSignal },
): Promise<Open> {
  const { town } = networkAround(home);
  if (town === undefined) throw new UsageError("the network of this home has no town; leave --town away.");
  const plan = townOfNetwork(town);
  const appFolder = appFolderIn(environment);
  const app = buildApp(appFolder, signal);
  app.catch(() => undefined);
  const identity = { seed: town.seed, homes: town.homes, mode: "network", chain: host.chain };
  const options = {
    folder: join(home, TOWN_FOLDER),
    appFolder,
    address,
    port,
    stepS: STEP_S,
    trade,
    market,
    supplies: true,
    planning: true,
    loads: true,
    gateways: { address, port: mqttPort, names: gatewayNamesOf(address) },
    renewMonthly,
    billMonthly: true,
    note,
    metrics,
  };
  const open = await openNetworkTown(plan, identity, host, options);
  app.catch((error) => note("the app is not built", error, about("cli", "app_not_built", {}, "error")));
  void open.ready.then(() => console.log("The town lives."));
  return open;
}

async function openObserver(
  home: string,
  host: CometHost,
  { address, port }: NodeValues,
  environment: NodeJS.ProcessEnv,
  { note, metrics }: Surroundings,
): Promise<Open> {
  const appFolder = appFolderIn(environment);
  const platform = await openPlatform({
    host,
    folder: join(home, "platform"),
    address,
    port,
    ...(existsSync(join(appFolder, "sw.js")) && { appFolder }),
    community: { name: host.chain, homes: host.view().plants().length },
    directory: { member: () => undefined, plant: () => undefined },
    map: NO_MAP,
    importPrice: (time) => importPriceAt(host.view().parameters.zone, time),
    note,
    metrics,
  });
  return { url: platform.url, ended: new Promise(() => {}), close: () => platform.close() };
}

/** What a node knows of streets. */
const NO_MAP = {
  name: "",
  width: 1,
  height: 1,
  streets: [],
  feeders: [],
  transformer: { x: 0, y: 0, ratedVa: 0 },
  homes: [],
};

/** Resolves when the process that started this one is gone, where it left a channel. */
function orphaned(): Promise<"orphaned"> {
  return new Promise((resolve) => process.on("disconnect", () => resolve("orphaned")));
}
