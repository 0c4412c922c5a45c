/**
 * Everything that a live town is made of, in one process and one data folder: node, platform, homes and their
 * clock. A folder that holds a town already is resumed where it stood: the chain from its log, the accumulators
 * from the books, the sky from the seed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { openNode } from "#node/node.ts";
import { FLOW } from "#plant/flows.ts";
import type { Directory } from "#platform/directory.ts";
import { openPlatform, type Platform } from "#platform/platform.ts";
import { devicesOf } from "#sim/devices.ts";
import type { Home } from "#sim/home.ts";
import { LiveTown, sampleOf, type Watcher } from "#sim/live-town.ts";
import type { TownPlan } from "#sim/plan.ts";
import { saltsOf } from "#sim/salts.ts";
import { addressOf, MICROGRID, streetMap } from "#sim/street.ts";
import { Town, townGenesis } from "#sim/town.ts";

export interface LiveOptions {
  readonly folder: string;
  /** The built app, served at /. */
  readonly appFolder?: string;
  readonly address: string;
  readonly port: number;
  readonly speed: number;
  readonly stepS: number;
  readonly trade: boolean;
  /** Days lived before the plan's start, at quarter-hour steps, before the town goes live. */
  readonly historyDays: number;
  /** Called at each quarter hour of the days already lived. */
  onHistory?(done: number, time: UnixSeconds): void;
  note?(sentence: string, cause?: unknown): void;
}

export interface OpenTown {
  readonly url: string;
  readonly platform: Platform;
  readonly live: LiveTown;
  /** Resolves when the town has lived its history and runs by its clock. */
  readonly ready: Promise<void>;
  /** Rejects when the town breaks; resolves after `close`. */
  readonly ended: Promise<void>;
  /** Ends the step under way, seals what waits, lets the folder go. */
  close(): Promise<void>;
}

/** What of the choices must be the same when a folder is opened again. */
export interface TownIdentity {
  readonly seed: number;
  readonly homes: number;
  readonly [name: string]: unknown;
}

export class TownDiffersError extends Error {
  override readonly name = "TownDiffersError";
}

/** The identity kept in a folder, or `undefined` where it holds no town. */
export function townIn(folder: string): TownIdentity | undefined {
  const path = join(folder, "town.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as TownIdentity) : undefined;
}

/** Throws `TownDiffersError` where the folder holds another town. */
function claimFolder(folder: string, identity: TownIdentity): void {
  const kept = townIn(folder);
  if (kept === undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "town.json"), `${JSON.stringify(identity, null, 2)}\n`);
    return;
  }
  for (const [name, value] of Object.entries(identity)) {
    if (JSON.stringify(kept[name] ?? null) === JSON.stringify(value ?? null)) continue;
    throw new TownDiffersError(
      `${folder} holds a town with ${name} ${JSON.stringify(kept[name] ?? null)}, not ${JSON.stringify(value ?? null)}: start it as it was, choose another --data folder, or begin anew with --fresh.`,
    );
  }
}

export async function openLiveTown(
  plan: TownPlan,
  identity: TownIdentity,
  options: LiveOptions,
): Promise<OpenTown> {
  const { folder, note = () => undefined } = options;
  claimFolder(folder, identity);
  const historyStart = plan.start - options.historyDays * 86_400;
  const genesis = townGenesis({ ...plan, start: historyStart }, `town-${plan.seed}`);
  let now = () => genesis.time;
  const node = await openNode({ folder, genesis, producer: plan.producer, now: () => now(), note });
  const founded = node.view().height > 0;
  const start = founded ? quarterHourOf(node.view().time) : historyStart;
  const present = Math.max(start, plan.start);
  const live = new LiveTown(plan, start, present, options);
  const platform = await openPlatform({
    host: node,
    folder,
    address: options.address,
    port: options.port,
    ...(options.appFolder === undefined ? {} : { appFolder: options.appFolder }),
    community: { name: "Contrada Olmo", homes: plan.homes.length },
    operator: { member: plan.operator.member, signer: plan.operator.key },
    directory: directoryOf(plan),
    map: streetMap(plan.homes.length),
    importPrice: (time) => plan.prices(time).importPrice,
    demo: live,
    salt: saltsOf(plan.seed),
  });

  const town = new Town(plan, node, platform.headEnd, platform.operator, {
    stepS: options.stepS,
    trade: options.trade,
    signatures: "interval",
    stores: storesOf(plan, (plant) => node.view().store(plant)),
    start,
  });
  let closing = false;
  const produced = new ProducedEnergy(plan);
  const watcher: Watcher = {
    onStep(time, stepS, homes) {
      platform.live.record(time - stepS, stepS, homes.map(sampleOf));
      produced.add(homes, stepS);
    },
    onQuarterHour(time) {
      if (time < present) options.onHistory?.((time - historyStart) / QUARTER_HOUR_S, time);
      else showDevices(plan, town.homes, produced, platform, time);
      if (time === present) arrive();
    },
  };
  let arrive: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const begin = async () => {
    if (!founded) await town.found();
    now = () => town.time;
    watcher.onQuarterHour(town.time);
    if (!closing) await live.run(town, watcher);
  };
  const ended = begin();
  ended.catch(() => undefined);
  return {
    url: platform.url,
    platform,
    live,
    ready,
    ended,
    async close() {
      closing = true;
      await live.stop().catch(() => undefined);
      await ended.catch(() => undefined);
      town.close();
      await platform.close();
      await node.close();
    },
  };
}

/** Energy that each home's panels have given since the town began, by its solar meter, J. */
class ProducedEnergy {
  readonly #joules: Float64Array;

  constructor(plan: TownPlan) {
    // Installed some years before the town is looked at: a register that begins at zero looks broken.
    this.#joules = Float64Array.from(
      plan.homes,
      ({ solarPeakW, plant }) => solarPeakW * 3600 * (1800 + 370 * (plant % 7)),
    );
  }

  add(homes: readonly Home[], seconds: number): void {
    for (const [i, { flowsW }] of homes.entries()) {
      this.#joules[i]! +=
        seconds * (flowsW[FLOW.solarToHome]! + flowsW[FLOW.solarToAccumulator]! + flowsW[FLOW.solarToGrid]!);
    }
  }

  wattHours(index: number): number {
    return Math.floor(this.#joules[index]! / 3600);
  }
}

function showDevices(
  plan: TownPlan,
  homes: readonly Home[],
  produced: ProducedEnergy,
  platform: Platform,
  time: UnixSeconds,
): void {
  for (const [i, { plant, site, faults }] of plan.homes.entries()) {
    const now = faults.at(time, site);
    const silent = now.find(({ code, resolvedAt }) => code === "solar_meter_silent" && resolvedAt === null);
    const flows = homes[i]!.flowsW;
    const solarW = flows[FLOW.solarToHome]! + flows[FLOW.solarToAccumulator]! + flows[FLOW.solarToGrid]!;
    platform.live.faults(plant, now);
    platform.live.devices(plant, devicesOf(site, time, solarW, produced.wattHours(i), silent?.since));
  }
}

function storesOf(
  plan: TownPlan,
  storeOf: (plant: number) => { readonly solar: bigint; readonly grid: bigint },
): Map<number, { solarWh: number; gridWh: number }> {
  return new Map(
    plan.homes.map(({ plant }) => {
      const { solar, grid } = storeOf(plant);
      return [plant, { solarWh: Number(solar), gridWh: Number(grid) }];
    }),
  );
}

function directoryOf(plan: TownPlan): Directory {
  const members = new Map<number, NonNullable<ReturnType<Directory["member"]>>>();
  members.set(plan.operator.member, { name: "Contrada Olmo", address: null, role: "operator" });
  for (const { member, name } of [...plan.suppliers, plan.applicant]) {
    members.set(member, { name, address: null, role: "supplier" });
  }
  const plants = new Map<number, NonNullable<ReturnType<Directory["plant"]>>>();
  for (const { owner, plant, reserveWh } of plan.homes) {
    const { name, address, feeder } = addressOf(plant - 1);
    members.set(owner, { name, address, role: "citizen" });
    plants.set(plant, { name, address, feeder, microgrid: MICROGRID, reserveWh });
  }
  return { member: (number) => members.get(number), plant: (number) => plants.get(number) };
}
