/** `network.json` in the folder of a network on this machine: its chain, its town, and where each node listens. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseInstant } from "#base/time.ts";
import { UsageError } from "#cli/settings.ts";
import { COMET_INSTALL, findComet } from "#node/comet/binary.ts";
import { planTown, type TownPlan } from "#sim/plan.ts";
import { townIn } from "#sim/town-folder.ts";

export interface NetworkNode {
  /** Of its folder, too. */
  readonly name: string;
  /** Ports of the loopback address: JSON-RPC, the other validators, and what everybody may read. */
  readonly rpc: number;
  readonly p2p: number;
  readonly http: number;
}

/** What makes a network's town this one: what `contrada town` was told, of made-up homes. */
export interface NetworkTown {
  readonly seed: number;
  readonly homes: number;
  /** An instant, as in the folder of a town. */
  readonly start?: string;
  readonly solarHomes?: string;
  readonly solarPeakKwp?: number;
  readonly accumulatorKwh?: number;
  readonly accumulatorKw?: number;
}

export interface NetworkFile {
  readonly chain: string;
  /** `undefined` where nobody is simulated. */
  readonly town?: NetworkTown;
  readonly nodes: readonly NetworkNode[];
}

/** What a town's platform keeps, in the home of its node. */
export const TOWN_FOLDER = "town";
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

/** The town of a network: made up, as `contrada town` makes it by the same choices. */
export function townOfNetwork({ seed, homes, ...choices }: NetworkTown): TownPlan {
  return planTown({
    seed,
    homes,
    measured: undefined,
    start: choices.start === undefined ? undefined : parseInstant(choices.start),
    solarHomes: choices.solarHomes ?? "default",
    solarPeakKwp: choices.solarPeakKwp,
    solarColumn: undefined,
    accumulatorKwh: choices.accumulatorKwh,
    accumulatorKw: choices.accumulatorKw,
  });
}

/** The town in a folder of `contrada town`. Throws `UsageError` where there is none that a network can go on with. */
export function townToMove(folder: string): NetworkTown {
  const kept = townIn(folder);
  if (kept === undefined) throw new UsageError(`${folder} holds no town.`);
  if (kept.file !== undefined) {
    throw new UsageError(`${folder} holds a town of measured homes, which a network does not replay.`);
  }
  const { seed, homes, ...others } = kept as unknown as NetworkTown;
  const { start, solarHomes, solarPeakKwp, accumulatorKwh, accumulatorKw } = others;
  return {
    seed,
    homes,
    ...(start !== undefined && { start }),
    ...(solarHomes !== undefined && { solarHomes }),
    ...(solarPeakKwp !== undefined && { solarPeakKwp }),
    ...(accumulatorKwh !== undefined && { accumulatorKwh }),
    ...(accumulatorKw !== undefined && { accumulatorKw }),
  };
}

/** Throws `UsageError` where there is none. */
export function cometIn(environment: NodeJS.ProcessEnv): string {
  const binary = findComet(environment);
  if (binary === undefined) throw new UsageError(`there is no cometbft here; build it by: ${COMET_INSTALL}`);
  return binary;
}
