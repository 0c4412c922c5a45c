/**
 * The loads of one simulated home, stepped together before the BEC decides: what they take is part of what the home
 * draws, so its energy books stay exact.
 *
 * Whoever matters more is asked first: of two who wait for the sun it gets the surplus, and where less may come in than
 * all want, the others give way (`control/appliance`), before the rest of the home does. The accumulator is not counted
 * on: it is there for the rest.
 */
import { quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { givingWay } from "#control/appliance.ts";
import type { Offers } from "#control/flexible-load.ts";
import type { LoadWishes } from "#platform/home-loads.ts";
import type { HomePreferences } from "#wire/home-schemas.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import { ChpLoad, Heating } from "./heating.ts";
import type { KeptLoad, SimulatedLoad } from "./load.ts";

/** What a step of the home is. */
export interface HomeStep {
  readonly time: UnixSeconds;
  readonly seconds: number;
  readonly solarW: number;
  /** What the home draws without its loads, W. */
  readonly baseW: number;
  /** What the supply contract lets in, W. */
  readonly supplyMaxW: number;
  readonly importPrice: number;
  readonly outdoorC: number;
}

/** By load id. */
export type KeptLoads = Readonly<Record<string, KeptLoad>>;

export class HomeLoads {
  readonly loads: readonly SimulatedLoad[];
  /** What may come in, W. */
  readonly #connectionW: number;
  readonly #offersFrom: (slot: UnixSeconds) => Offers;
  #order: readonly SimulatedLoad[];
  #wishes: LoadWishes | undefined;
  #planned: UnixSeconds = Number.NEGATIVE_INFINITY;
  #time: UnixSeconds = 0;
  #comfort: HomePreferences["comfort"] = "balanced";

  constructor(
    loads: readonly SimulatedLoad[],
    connectionW: number,
    offersFrom: (slot: UnixSeconds) => Offers,
  ) {
    this.loads = loads;
    this.#connectionW = connectionW;
    this.#offersFrom = offersFrom;
    this.#order = byPriority(loads);
  }

  /** What the owner's letters say; the same object until something changes. */
  hear(wishes: LoadWishes): void {
    if (wishes === this.#wishes) return;
    this.#wishes = wishes;
    for (const load of this.loads) {
      const wish = wishes.get(load.id);
      if (wish !== undefined) load.hear(wish);
    }
    this.#order = byPriority(this.loads);
    this.#planned = Number.NEGATIVE_INFINITY;
  }

  /** How its owner wants the home run as a whole. */
  comfort(comfort: HomePreferences["comfort"]): void {
    if (comfort === this.#comfort) return;
    this.#comfort = comfort;
    for (const load of this.loads) if (load instanceof Heating) load.comfort(comfort);
  }

  /**
   * Decides and lives a step. What the loads add to the home's draw, W on the grid: less than nothing where a micro-CHP
   * serves the home, and never less than −`baseW`.
   */
  step({ time, seconds, solarW, baseW, supplyMaxW, importPrice, outdoorC }: HomeStep): number {
    const slot = quarterHourOf(time);
    if (this.#planned < slot) {
      const offers = this.#offersFrom(slot);
      for (const load of this.loads) load.plan(time, offers);
      this.#planned = slot;
    }
    this.#time = time + seconds;
    const shared = { time, seconds, importPrice, outdoorC };
    let ownW = solarW;
    for (const load of this.loads) {
      if (!(load instanceof ChpLoad)) continue;
      load.decide({ ...shared, surplusW: Math.max(0, ownW - baseW), limitW: 0 });
      ownW += load.madeW;
    }
    const headroomW = Math.min(this.#connectionW, supplyMaxW) + ownW - baseW;
    const took = new Map<SimulatedLoad, number>();
    let usedW = 0;
    for (const load of this.#order) {
      if (load instanceof ChpLoad) continue;
      const surplusW = Math.max(0, ownW - baseW - usedW);
      const limitW = Math.max(0, headroomW - usedW);
      const powerW = load.decide({ ...shared, surplusW, limitW });
      took.set(load, powerW);
      usedW += powerW;
    }
    const wanting = [...took].map(([{ id, preferences }, usualW]) => ({
      ...{ id, usualW, priority: preferences.priority },
    }));
    for (const id of givingWay(wanting, usedW - Math.max(0, headroomW))) {
      const load = this.loads.find((one) => one.id === id)!;
      load.cut();
      usedW -= took.get(load)!;
    }
    let freeW = baseW + usedW;
    for (const load of this.loads) {
      if (load instanceof ChpLoad) {
        const served = Math.min(load.madeW, freeW);
        load.serve(served);
        freeW -= served;
      }
      load.live({ ...shared, surplusW: 0, limitW: 0 });
    }
    return freeW - baseW;
  }

  reports(): LoadReport[] {
    return this.loads.map((load) => load.report(this.#time));
  }

  /** By load id, how each stands. */
  keep(): KeptLoads {
    return Object.fromEntries(this.loads.map((load) => [load.id, load.keep()]));
  }

  /** They go on as they were kept at an instant. */
  resume(time: UnixSeconds, kept: KeptLoads): void {
    this.#time = time;
    for (const load of this.loads) {
      const own = kept[load.id];
      if (own !== undefined) load.resume(own);
    }
  }
}

/** Who gives way last comes first. */
function byPriority(loads: readonly SimulatedLoad[]): SimulatedLoad[] {
  return loads.toSorted((a, b) => b.preferences.priority - a.preferences.priority);
}
