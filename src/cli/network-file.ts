/** `network.json` in the folder of a network on this machine: its chain, its town, and where each node listens. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "#cli/settings.ts";
import { COMET_INSTALL, findComet } from "#node/comet/binary.ts";
import { planTown, type TownPlan } from "#sim/plan.ts";

export interface NetworkNode {
  /** Of its folder, too. */
  readonly name: string;
  /** Ports of the loopback address: JSON-RPC, the other validators, and what everybody may read. */
  readonly rpc: number;
  readonly p2p: number;
  readonly http: number;
}

export interface NetworkFile {
  readonly chain: string;
  /** `undefined` where nobody is simulated. */
  readonly town?: { readonly seed: number; readonly homes: number };
  readonly nodes: readonly NetworkNode[];
}

export const NETWORK_FILE = "network.json";

/** Throws `UsageError` where a folder holds no network. */
export function readNetwork(folder: string): NetworkFile {
  const file = join(folder, NETWORK_FILE);
  if (!existsSync(file)) {
    throw new UsageError(`${folder} holds no network; make one by: contrada network init ${folder}`);
  }
  return JSON.parse(readFileSync(file, "utf8")) as NetworkFile;
}

export function writeNetwork(folder: string, network: NetworkFile): void {
  writeFileSync(join(folder, NETWORK_FILE), `${JSON.stringify(network, undefined, 2)}\n`);
}

/** The network that a home is of, where it stands beside the others on this machine. */
export function networkAround(home: string): NetworkFile {
  return readNetwork(dirname(resolve(home)));
}

/** The town of a network: made up, as `contrada town` makes one without further flags. */
export function townOfNetwork({ seed, homes }: NonNullable<NetworkFile["town"]>): TownPlan {
  return planTown({
    seed,
    homes,
    measured: undefined,
    start: undefined,
    solarHomes: "default",
    solarPeakKwp: undefined,
    solarColumn: undefined,
    accumulatorKwh: undefined,
    accumulatorKw: undefined,
  });
}

/** Throws `UsageError` where there is none. */
export function cometIn(environment: NodeJS.ProcessEnv): string {
  const binary = findComet(environment);
  if (binary === undefined) throw new UsageError(`there is no cometbft here; build it by: ${COMET_INSTALL}`);
  return binary;
}
