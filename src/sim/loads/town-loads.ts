/**
 * Who in a simulated town has which loads, drawn from its seed: of 24 homes five have a car, five a heat pump, one a
 * micro-CHP, and most two or three appliances behind smart plugs. What a household did by habit before (laundry, dishes,
 * hot water) is done by these loads from then on. A town of measured homes has none: its measurements hold them already.
 *
 * Loads begin with the present of a live town; what it lived before is as it was, so a seed still ends where it ended.
 */
import { Random } from "#base/random.ts";
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { comingOffers } from "#control/coming-offers.ts";
import type { Offers } from "#control/flexible-load.ts";
import type { Plan } from "#control/plan.ts";
import { UsualDay } from "#forecast/usual-day.ts";
import type { Habit } from "#sim/household.ts";
import type { HomePlan, TownPlan } from "#sim/plan.ts";
import { BoilerLoad, DISHES, FreezerLoad, ProgrammeLoad, WASHING } from "./appliances.ts";
import { CarLoad } from "./car.ts";
import { ChpLoad, HeatPumpLoad } from "./heating.ts";
import { HomeLoads, type KeptLoads } from "./home-loads.ts";
import type { SimulatedLoad } from "./load.ts";

/** By a home's place among 24. */
const CARS: ReadonlySet<number> = new Set([1, 4, 11, 16, 21]);
const HEAT_PUMPS: ReadonlySet<number> = new Set([3, 9, 14, 18, 0]);
const CHPS: ReadonlySet<number> = new Set([5]);

/** What comes in at most where nothing large is at home, and where something is: usual contracts in Italy, W. */
const SMALL_W = 4_500;
const LARGE_W = 6_000;
/** Days from which the first usual day is made. */
const KNOWN_DAYS = 3;

export interface KeptTownLoads {
  readonly time: UnixSeconds;
  readonly homes: Readonly<Record<string, KeptLoads>>;
}

export class TownLoads {
  readonly #homes = new Map<number, HomeLoads>();

  /** From an instant on; `planOf` says what the home's planner means to do, where it has one. */
  constructor(plan: TownPlan, time: UnixSeconds, planOf: (plant: number) => Plan | undefined) {
    for (const home of plan.homes) {
      const loads = drawLoads(plan, home, time);
      if (loads.length === 0) continue;
      const large = loads.some(({ kind }) => kind === "car" || kind === "heat_pump");
      const known = new KnownHome(home, time);
      const offers = (slot: UnixSeconds) =>
        known.offersFrom(slot, large ? LARGE_W : SMALL_W, plan.prices, planOf(home.plant));
      this.#homes.set(home.plant, new HomeLoads(loads, large ? LARGE_W : SMALL_W, offers));
    }
  }

  of(plant: number): HomeLoads | undefined {
    return this.#homes.get(plant);
  }

  /** How all of them stand at the end of a step, by plant. */
  keep(time: UnixSeconds): KeptTownLoads {
    const homes = Object.fromEntries([...this.#homes].map(([plant, loads]) => [plant, loads.keep()]));
    return { time, homes };
  }

  resume({ time, homes }: KeptTownLoads): void {
    for (const [plant, loads] of this.#homes) {
      const kept = homes[plant];
      if (kept !== undefined) loads.resume(time, kept);
    }
  }
}

function drawLoads(plan: TownPlan, { plant, source }: HomePlan, time: UnixSeconds): SimulatedLoad[] {
  const { generated } = source;
  if (generated === undefined) return [];
  const { zone } = plan;
  const random = new Random(plan.seed).fork(`loads ${plant}`);
  const place = plant % 24;
  const loads: SimulatedLoad[] = [];
  const left = new Set<Habit>();
  const { people } = generated.household.traits;
  const house = {
    tankLitres: 400,
    tankLossWPerK: 2,
    heatingMaxW: 8_000,
    roomsWhPerK: 7_000 + 500 * random.fork("house").integer(8),
    roomsLossWPerK: 110 + 10 * random.fork("walls").integer(7),
  };
  if (HEAT_PUMPS.has(place)) {
    const pump = { powerMaxW: 2_500, powerMinW: 600, carnotShare: 0.45, copMax: 6 };
    loads.push(new HeatPumpLoad(pump, house, random, zone));
    left.add("hot_water");
  }
  if (CHPS.has(place)) {
    loads.push(new ChpLoad({ powerW: 1_000, heatPerWatt: 2.5 }, house, random, zone));
    left.add("hot_water");
  }
  if (CARS.has(place)) {
    const batteryWh = [38_000, 42_000, 52_000, 58_000][random.fork("car").integer(4)]!;
    const car = { batteryWh, powerMinW: 1_380, powerMaxW: 3_680, efficiency: 0.9 };
    loads.push(new CarLoad(car, random.fork("car"), zone, time));
  }
  const heated = left.has("hot_water");
  const wants = place === 1 ? 3 : [0, 2, 2, 2, 3, 3][random.fork("plugs").integer(6)]!;
  const shelf = [
    ...(heated ? [] : ["boiler" as const]),
    ...(["washing_machine", "dishwasher", "freezer"] as const),
  ];
  const first = place === 1 ? 0 : random.fork("first").integer(shelf.length);
  for (let i = 0; i < Math.min(wants, shelf.length); i++) {
    const kind = shelf[(first + i) % shelf.length]!;
    if (kind === "boiler") {
      loads.push(new BoilerLoad(random, zone));
      left.add("hot_water");
    } else if (kind === "freezer") {
      loads.push(new FreezerLoad(random, zone));
    } else if (kind === "washing_machine") {
      const filling = { probability: Math.min(0.9, 0.3 + 0.15 * people), minute: 450, spread: 150 };
      loads.push(new ProgrammeLoad(kind, WASHING, filling, random, zone));
      left.add("laundry");
    } else {
      const filling = { probability: Math.min(0.95, 0.5 + 0.12 * people), minute: 1_220, spread: 60 };
      loads.push(new ProgrammeLoad(kind, DISHES, filling, random, zone));
      left.add("dishes");
    }
  }
  generated.household.leaveOut(left);
  return loads;
}

/** What a home's box knows of it: its usual day, the tariff, and the planner's view of sun and store. */
class KnownHome {
  readonly #source: HomePlan["source"];
  readonly #loadW = new UsualDay();
  readonly #solarW = new UsualDay();
  #knownTo: UnixSeconds;

  constructor({ source }: HomePlan, time: UnixSeconds) {
    this.#source = source;
    this.#knownTo = time - (time % QUARTER_HOUR_S) - KNOWN_DAYS * 86_400;
  }

  offersFrom(
    slot: UnixSeconds,
    connectionW: number,
    prices: TownPlan["prices"],
    plan: Plan | undefined,
  ): Offers {
    for (; this.#knownTo < slot; this.#knownTo += QUARTER_HOUR_S) {
      this.#loadW.add(this.#knownTo, this.#source.loadW(this.#knownTo, QUARTER_HOUR_S));
      this.#solarW.add(this.#knownTo, this.#source.solarW(this.#knownTo, QUARTER_HOUR_S));
    }
    return comingOffers(slot, plan, (time) => ({
      ...prices(time),
      loadW: this.#loadW.at(time),
      solarW: this.#solarW.at(time),
      importMaxW: connectionW,
    }));
  }
}
