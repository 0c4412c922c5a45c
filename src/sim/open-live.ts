/**
 * Everything that a live town is made of, in one process and one data folder: node, platform, homes and their
 * clock. The node is an embedded one, or the town's seat in a network of validators, whose clock it then follows. A folder that holds a town already is resumed where it stood: the chain from its log, the meters and
 * accumulators from their last readings, the sky from the seed. The quarter hour that was running when a process
 * was killed is lived anew: nobody had read it.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { Note } from "#base/log.ts";
import { MetricsRegistry } from "#base/metrics.ts";
import { dayOf, QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import type { ChainView } from "#chain/view.ts";
import { demandWh, generationWh, type Reading } from "#metering/reading.ts";
import { type EmbeddedNode, openNode } from "#node/node.ts";
import { FLOW } from "#plant/flows.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import { Archive } from "#platform/archive.ts";
import type { Directory } from "#platform/directory.ts";
import type { GatewaysOptions } from "#platform/gateways/gateways.ts";
import { seededEntropy } from "#platform/market/books.ts";
import { type OperatedPlatform, openPlatform, READINGS_FILE } from "#platform/platform.ts";
import type { Numbers } from "#platform/pseudonyms.ts";
import type { Registrar } from "#platform/renewals.ts";
import { DEFAULT_TERMS } from "#rules/terms.ts";
import { devicesOf } from "#sim/devices.ts";
import type { Home } from "#sim/home.ts";
import { HomePlans, type LivedQuarterHour } from "#sim/home-plans.ts";
import { townIdentity } from "#sim/identities.ts";
import { LiveTown, sampleOf, type Watcher } from "#sim/live-town.ts";
import { keepLoads, keptLoads, LOADS_FILE } from "#sim/loads/kept-file.ts";
import { type KeptTownLoads, TownLoads } from "#sim/loads/town-loads.ts";
import { TownMarket } from "#sim/market.ts";
import { type ChainTime, NetworkClock } from "#sim/network-clock.ts";
import { livedBefore, meterAfter, ownerKeyAfter, type TownPlan } from "#sim/plan.ts";
import { saltsOf } from "#sim/salts.ts";
import { addressOf, MICROGRID, streetMap } from "#sim/street.ts";
import type { SupplyLink } from "#sim/supply-link.ts";
import { SupplyScenario } from "#sim/supply-scenario.ts";
import { isFounded, isInhabited, Town, type TownHost, townGenesis } from "#sim/town.ts";
import { claimFolder, type TownIdentity } from "#sim/town-folder.ts";
import townTariff from "#sim/town-tariff.json" with { type: "json" };
import { nextKeyLetter } from "#wire/next-key.ts";

export interface LiveOptions {
  readonly folder: string;
  /** The built app, served at /. */
  readonly appFolder?: string;
  readonly address: string;
  readonly port: number;
  readonly speed: number;
  readonly stepS: number;
  readonly trade: boolean;
  /** Whether the town holds the neighbours' market, and its people take part. */
  readonly market?: boolean;
  /** Takes gateways of real homes; where it is absent, none. */
  readonly gateways?: GatewaysOptions;
  /** Whether pseudonyms are renewed by themselves on the first day of each month. */
  readonly renewMonthly?: boolean;
  /** Whether everybody's bills are made once a civil month has ended. */
  readonly billMonthly?: boolean;
  /** Whether a supplier supplies a home whose owner lets the first bill lie: `sim/supply-scenario`. */
  readonly supplies?: boolean;
  /** Whether homes plan and go by their plans, from the present on: `sim/home-plans`. */
  readonly planning?: boolean;
  /** Whether homes have heat pumps, cars and appliances that wait, follow or give way: `sim/loads`. */
  readonly loads?: boolean;
  /** Days lived at quarter-hour steps before the town goes live: see `livedBefore`. */
  readonly historyDays: number;
  /** Called at each quarter hour of the days already lived. */
  onHistory?(done: number, time: UnixSeconds): void;
  readonly note?: Note;
  /** What `/metrics` shows of the chain's node. */
  readonly metrics?: MetricsRegistry;
}

export interface OpenTown {
  readonly url: string;
  readonly platform: OperatedPlatform;
  readonly live: LiveTown;
  /** On which way each home hears what its supply contract asks; empty before the town is there. */
  readonly supplyLinks: readonly SupplyLink[];
  /** Resolves when the town has lived its history and runs by its clock. */
  readonly ready: Promise<void>;
  /** Rejects when the town breaks; resolves after `close`. */
  readonly ended: Promise<void>;
  /** What the town itself asked for and was refused, by status: nothing in a healthy town. */
  readonly refused: ReadonlyMap<string, number>;
  /** Ends the quarter hour under way, seals what waits, lets the folder go. */
  close(): Promise<void>;
}

/**
 * Throws `TownFolderError` where the folder holds another town, `NodeFault` where its chain cannot be opened, and
 * what listening throws where the port cannot be had; then nothing stays open.
 */
/** µEUR/kWh of the zone's market, as in `sim/billing`. */
const ZONAL_PRICE = 120_000;

export async function openLiveTown(
  plan: TownPlan,
  identity: TownIdentity,
  options: LiveOptions,
): Promise<OpenTown> {
  const { folder, note = () => undefined } = options;
  claimFolder(folder, identity);
  const { from } = livedBefore(plan, options.historyDays);
  const genesis = townGenesis(plan, from);
  const clock = { now: () => genesis.time };
  const metrics = options.metrics ?? new MetricsRegistry();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  const node = await openNode({
    folder,
    genesis,
    producer: plan.producer,
    now: () => clock.now(),
    metrics,
    note,
    failed: (fault) => failure.reject(fault),
  });
  try {
    const ground = { ...embedded(node, clock, plan, options), failure: failure.promise };
    return await openOn(ground, plan, { ...options, metrics });
  } catch (error) {
    await node.close();
    throw error;
  }
}

/** The chain of a town in a network: a `CometHost` fits. */
export interface NetworkHost extends TownHost, ChainTime {
  ready(): boolean;
  close(): Promise<void>;
}

/** What of a live town's options a network leaves open: it has its own clock, and no past to live first. */
export type NetworkTownOptions = Omit<LiveOptions, "speed" | "historyDays" | "onHistory">;

/**
 * The town in a network of validators, at the node that is its operator's. It waits until the node takes part,
 * founds the town where nobody did, and follows the chain's clock. The host is closed with it.
 */
export async function openNetworkTown(
  plan: TownPlan,
  identity: TownIdentity,
  host: NetworkHost,
  options: NetworkTownOptions,
): Promise<OpenTown> {
  claimFolder(options.folder, identity);
  const past = pastOf(plan, join(options.folder, READINGS_FILE));
  const ground: Ground = {
    host,
    past,
    live: new LiveTown(plan, host.now(), 0, {
      speed: 0,
      stepS: options.stepS,
      clock: new NetworkClock(host),
    }),
    present: 0,
    patienceMs: CLOSE_PATIENCE_MS,
    speed: () => host.speed,
    follow: () => {},
    async begin(goOn, numbers) {
      while (!host.ready() && goOn()) await sleep(READY_POLL_MS);
      const founded = isInhabited(plan, host.view(), numbers);
      const now = host.now();
      const resumed = past.end > 0 && now - past.end <= CAUGHT_UP_S;
      return { founded, start: resumed ? past.end : quarterHourOf(now) };
    },
  };
  return openOn(ground, plan, { ...options, speed: 0, historyDays: 0 });
}

/** A clock that the node is given before anybody knows what will drive it. */
interface Clock {
  now: () => UnixSeconds;
}

/** What a live town stands on. */
interface Ground {
  readonly host: TownHost & { close(): Promise<void> };
  readonly past: Past;
  readonly live: LiveTown;
  /** When the town has caught up with what it lived before somebody looks at it; 0 = at once. */
  readonly present: UnixSeconds;
  /** Lets the chain's clock follow the town, where it can. */
  follow(now: () => UnixSeconds): void;
  /** How long a town that ends may wait for its chain, ms; then the chain is closed under it. */
  readonly patienceMs?: number;
  /** Rejects when the chain stops by itself: the town is broken then, whatever it is doing. */
  readonly failure?: Promise<never>;
  /** Whether the chain makes blocks by itself, and how fast its time runs now; an embedded one waits for the town. */
  readonly speed?: () => number;
  /** When to begin, and whether the town is founded already; may wait for the chain. */
  begin(
    goOn: () => boolean,
    numbers: Numbers,
  ): Promise<{ readonly founded: boolean; readonly start: UnixSeconds }>;
}

const READY_POLL_MS = 100;
/** How long before somebody looks at the town its people begin to trade, s. */
const MARKET_HISTORY_S = 86_400;
/** Above this a quarter hour is over before a validators' block or two: nobody joins the market then. */
const MARKET_SPEED_MAX = 120;
const CLOSE_PATIENCE_MS = 3_000;
/** What a town in a network has missed it lives through, up to so much; after more it goes on at the present, s. */
const CAUGHT_UP_S = 86_400;

function embedded(node: EmbeddedNode, clock: Clock, plan: TownPlan, options: LiveOptions): Ground {
  const { from, present: lived } = livedBefore(plan, options.historyDays);
  const founded = isFounded(plan, from, node.view());
  const past = pastOf(plan, join(options.folder, READINGS_FILE));
  const start = founded ? Math.max(from, quarterHourOf(node.view().time), past.end) : from;
  const present = Math.max(start, lived);
  return {
    host: node,
    past,
    live: new LiveTown(plan, start, present, options),
    present,
    follow(now) {
      clock.now = now;
    },
    begin: () => Promise.resolve({ founded, start }),
  };
}

async function openOn(ground: Ground, plan: TownPlan, options: LiveOptions): Promise<OpenTown> {
  const { folder, note = () => undefined } = options;
  const { host: node, past, live, present } = ground;
  const { from } = livedBefore(plan, options.historyDays);
  const platform = await openPlatform({
    host: node,
    folder,
    address: options.address,
    port: options.port,
    ...(options.appFolder === undefined ? {} : { appFolder: options.appFolder }),
    community: { name: "Contrada Olmo", homes: plan.homes.length },
    operator: { member: plan.operator.member, signer: plan.operator.key },
    registrar: registrarOf(plan),
    renewMonthly: options.renewMonthly === true,
    billMonthly: options.billMonthly === true,
    ...(options.market === true
      ? {
          market: {
            feedInPrice: (time: UnixSeconds) => plan.prices(time).feedInPrice,
            storeAsks: true,
            entropy: seededEntropy(plan.seed),
          },
        }
      : {}),
    ...(options.gateways === undefined ? {} : { gateways: options.gateways }),
    directory: directoryOf(plan),
    map: streetMap(plan.homes.length),
    importPrice: (time) => plan.prices(time).importPrice,
    tariff: townTariff,
    incentive: { terms: DEFAULT_TERMS.italy, zonalPrice: () => ZONAL_PRICE },
    demo: live,
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    salt: saltsOf(plan.seed),
    note,
  });

  const produced = new ProducedEnergy(plan, past);
  const { promise: ready, resolve: arrive } = Promise.withResolvers<void>();
  let closing = false;
  let town: Town | undefined;

  const begin = async () => {
    const { founded, start } = await ground.begin(() => !closing, platform.numbers);
    if (closing) return;
    if (founded) {
      // What was read before the end and not booked yet is booked first: then the books stand where the meters do.
      ground.follow(() => start);
      await platform.headEnd.closeInterval(start - QUARTER_HOUR_S);
      await node.produceNow();
    }
    const scenario =
      options.supplies === true
        ? SupplyScenario.of({
            plan,
            host: node,
            operator: platform.operator,
            bill: (contract) => platform.supplyBill(contract),
            present,
          })
        : undefined;
    const { market: desk, numbers } = platform;
    const market =
      desk === undefined
        ? undefined
        : new TownMarket({
            ...{ plan, host: node, desk, operator: platform.operator, numbers },
            // The last of the days before: enough to have something to look at.
            from: Math.max(start, present - MARKET_HISTORY_S),
            ...(ground.speed === undefined
              ? {}
              : { runsByItself: true, isCalm: () => ground.speed!() <= MARKET_SPEED_MAX }),
          });
    let townLoads: TownLoads | undefined;
    const loadsPath = join(folder, LOADS_FILE);
    const opened = new Town(plan, node, platform.headEnd, platform.operator, {
      stepS: options.stepS,
      trade: options.trade,
      signatures: "interval",
      stores: storesOf(plan, start, past, node.view(), platform.numbers),
      start,
      numbers: platform.numbers,
      supplyOrder: (home) => platform.supplyOrder(home),
      homeOrders: (home) => platform.homeOrders(home),
      operatorLimit: (home) => platform.limits.tell(home),
      hasGateway: (home) => platform.gateways?.has(home) ?? true,
      loads: {
        of: (plant) => townLoads?.of(plant),
        wishes: (plant) => platform.loadLetters.wishes(plant),
      },
      affairs: (time) => scenario?.onQuarterHour(time) ?? Promise.resolve(),
      ...(market === undefined ? {} : { market }),
    });
    town = opened;
    if (!founded) await opened.found(() => !closing);
    if (closing) return;
    // On a network a founding may have been cut short: what the chain has is left alone.
    if (!founded || ground.speed !== undefined) await scenario?.found(start);
    ground.follow(() => opened.time);
    const plans =
      options.planning === true
        ? new HomePlans(
            opened.homes,
            (time) => plan.prices(time),
            (plant) => past.lived.get(plant) ?? [],
            (plant, made, solarBandW) => platform.live.plan(plant, { plan: made, solarBandW }),
          )
        : undefined;
    // Homes that a gateway runs show what it says.
    let elsewhere = opened.handedOver(start);
    const watcher: Watcher = {
      onStep(time, stepS, homes) {
        const links = opened.supplyLinks;
        const samples = homes.flatMap((home, i) =>
          elsewhere.has(home.plant) ? [] : [sampleOf(home, links[i])],
        );
        platform.live.record(time - stepS, stepS, samples);
        produced.add(homes, stepS);
        plans?.lived(time, stepS);
        if (time >= present) plans?.plan(time);
      },
      onQuarterHour(time) {
        elsewhere = opened.handedOver(time);
        if (options.loads === true && townLoads === undefined && time >= present) {
          townLoads = beginLoads(plan, time, platform, keptLoads(loadsPath, time));
        }
        if (townLoads !== undefined) {
          for (const { plant } of plan.homes) {
            const own = elsewhere.has(plant) ? undefined : townLoads.of(plant);
            if (own !== undefined) platform.loadRecord.hear(plant, time, own.reports());
          }
          platform.loadRecord.flush();
          keepLoads(loadsPath, townLoads.keep(time));
        }
        if (time < present) options.onHistory?.((time - from) / QUARTER_HOUR_S, time);
        // While the past flies by, the technical sheets need not follow each quarter hour of it.
        if (time >= present || time === start || time % PAST_SHEETS_S === 0) {
          showDevices(plan, opened.homes, produced, platform, time, elsewhere);
        }
        if (time === present) arrive();
      },
    };
    const name = () => nameNextKeys(plan, platform, node, () => !closing);
    await name();
    const stop = platform.renewals?.onApplied(() => void name().catch((error) => note("next keys", error)));
    watcher.onQuarterHour(opened.time);
    if (present === 0) arrive();
    await live.run(opened, watcher);
    stop?.();
  };
  const lived = begin();
  const ended = ground.failure === undefined ? lived : Promise.race([lived, ground.failure]);
  for (const promise of [lived, ended]) promise.catch(() => undefined);
  return {
    url: platform.url,
    platform,
    live,
    ready,
    ended,
    get supplyLinks() {
      return town?.supplyLinks ?? [];
    },
    get refused() {
      return town?.refused ?? new Map();
    },
    async close() {
      closing = true;
      const gone = live
        .stop()
        .then(() => lived)
        .catch(() => undefined);
      const { patienceMs } = ground;
      if (patienceMs !== undefined) {
        // Without two thirds of the validators what waits is never decided.
        await Promise.race([gone, sleep(patienceMs, undefined, { ref: false })]);
        await node.close();
      }
      await gone;
      town?.close();
      await platform.close();
      await node.close();
    },
  };
}

/** From now on the town's homes have loads of their own, which their owners see and have a say in. */
function beginLoads(
  plan: TownPlan,
  time: UnixSeconds,
  platform: OperatedPlatform,
  kept: KeptTownLoads | undefined,
): TownLoads {
  const loads = new TownLoads(plan, time, (plant) => platform.live.planOf(plant)?.plan);
  if (kept !== undefined) loads.resume(kept);
  for (const { plant } of plan.homes) {
    const own = loads.of(plant);
    if (own !== undefined) platform.loadLetters.report(plant, () => own.reports());
  }
  return loads;
}

/** How much of the past a planner is given, s: three weeks. */
const PLANNERS_PAST_S = 21 * 86_400;

/** How often the devices of a home are shown anew while its past is lived, s. */
const PAST_SHEETS_S = 6 * 3600;

/** What a folder's meters have reported before it is opened. */
interface Past {
  /** The end of the last quarter hour that was read; 0 = none. */
  readonly end: UnixSeconds;
  readonly last: ReadonlyMap<number, Reading>;
  /** By plant, what its panels have given, Wh. */
  readonly generatedWh: ReadonlyMap<number, number>;
  /** By plant, the last weeks by quarter hours, oldest first: what its planner goes by. */
  readonly lived: ReadonlyMap<number, readonly LivedQuarterHour[]>;
}

function pastOf({ homes, zone }: TownPlan, path: string): Past {
  const last = new Map<number, Reading>();
  const generatedWh = new Map<number, number>();
  const lived = new Map<number, LivedQuarterHour[]>();
  let end = 0;
  if (!existsSync(path)) return { end, last, generatedWh, lived };
  const archive = new Archive(path, zone);
  try {
    for (const { plant } of homes) {
      const reading = archive.before(plant, Number.MAX_SAFE_INTEGER);
      if (reading === undefined) continue;
      last.set(plant, reading);
      end = Math.max(end, reading.intervalStart + QUARTER_HOUR_S);
      lived.set(
        plant,
        archive
          .span(plant, reading.intervalStart - PLANNERS_PAST_S, reading.intervalStart + 1)
          .map(({ reading: { flows } }) => ({ loadW: 4 * demandWh(flows), solarW: 4 * generationWh(flows) })),
      );
      const days = archive.daysOf(plant, 0, dayOf(zone, end));
      generatedWh.set(
        plant,
        days.reduce((sum, { flowsWh }) => sum + generationWh(flowsWh), 0),
      );
    }
  } finally {
    archive.close();
  }
  return { end, last, generatedWh, lived };
}

/** Where the accumulators stand at an instant: as their meters said, or, without a reading, as the books say. */
function storesOf(
  { homes }: TownPlan,
  start: UnixSeconds,
  { last }: Past,
  view: ChainView,
  numbers: Numbers,
): Map<number, { solarWh: number; gridWh: number }> {
  return new Map(
    homes.map(({ plant }) => {
      const reading = last.get(plant);
      if (reading?.intervalStart === start - QUARTER_HOUR_S) {
        return [plant, { solarWh: reading.closingSolarWh, gridWh: reading.closingGridWh }];
      }
      const { solar, grid } = view.store(numbers.plantNow(plant));
      return [plant, { solarWh: Number(solar), gridWh: Number(grid) }];
    }),
  );
}

/** Energy that each home's panels have given since they were installed, by its solar meter, J. */
class ProducedEnergy {
  readonly #joules: Float64Array;

  constructor(plan: TownPlan, past: Past) {
    // Installed some years before the town is looked at: a register that begins at zero looks broken.
    this.#joules = Float64Array.from(
      plan.homes,
      ({ solarPeakW, plant }) =>
        J_PER_WH * (solarPeakW * (1800 + 370 * (plant % 7)) + (past.generatedWh.get(plant) ?? 0)),
    );
  }

  add(homes: readonly Home[], seconds: number): void {
    for (const [i, { flowsW }] of homes.entries()) {
      this.#joules[i]! +=
        seconds * (flowsW[FLOW.solarToHome]! + flowsW[FLOW.solarToAccumulator]! + flowsW[FLOW.solarToGrid]!);
    }
  }

  wattHours(index: number): number {
    return Math.floor(this.#joules[index]! / J_PER_WH);
  }
}

function showDevices(
  plan: TownPlan,
  homes: readonly Home[],
  produced: ProducedEnergy,
  platform: OperatedPlatform,
  time: UnixSeconds,
  elsewhere: ReadonlySet<number>,
): void {
  for (const [i, { plant, site, faults }] of plan.homes.entries()) {
    if (elsewhere.has(plant)) continue;
    const now = faults.at(time, site);
    const silent = now.find(({ code, resolvedAt }) => code === "solar_meter_silent" && resolvedAt === null);
    const flows = homes[i]!.flowsW;
    const solarW = flows[FLOW.solarToHome]! + flows[FLOW.solarToAccumulator]! + flows[FLOW.solarToGrid]!;
    platform.live.faults(plant, now);
    platform.live.devices(plant, devicesOf(site, time, solarW, produced.wattHours(i), silent?.since));
  }
}

/** The registrar of people who are made up, and of meters that make their next key when they are asked. */
function registrarOf(plan: TownPlan): Registrar {
  const homes = new Map(plan.homes.map((home) => [home.plant, home]));
  return {
    attest: (account, period) => townIdentity(plan.seed, account, "person", period),
    meterKey(home, renewals) {
      const of = homes.get(home);
      return of === undefined ? undefined : meterAfter(plan.seed, of, renewals).publicKey;
    },
  };
}

/** The simulation's own key of each owner names the one that follows it, a few homes at a time. */
async function nameNextKeys(
  { homes, seed }: TownPlan,
  platform: OperatedPlatform,
  host: TownHost,
  goOn: () => boolean,
): Promise<void> {
  const { numbers, nextKeys } = platform;
  for (const [i, home] of homes.entries()) {
    if (i % HOMES_AT_ONCE === 0) await setImmediate();
    if (!goOn()) return;
    const member = numbers.memberNow(home.owner);
    const renewals = numbers.renewalsOf(home.owner);
    const key = ownerKeyAfter(seed, home, renewals);
    // One that somebody recovered or took over is no longer the simulation's.
    if (host.view().memberOfKey(key.publicKey) !== member || nextKeys.after(key.publicKey) !== undefined)
      continue;
    const letter = nextKeyLetter(host.chain, key, ownerKeyAfter(seed, home, renewals + 1));
    nextKeys.offer(member, letter, host.now());
  }
}

const HOMES_AT_ONCE = 10;

/** Contracted power of every simulated home, W: what most households in Italy have. */
const CONTRACTED_W = 3_000;

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
    plants.set(plant, { name, address, feeder, microgrid: MICROGRID, reserveWh, contractedW: CONTRACTED_W });
  }
  return { member: (number) => members.get(number), plant: (number) => plants.get(number) };
}
