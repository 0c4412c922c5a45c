/** A home's loads: their books close, cars are ready, nobody freezes, and limits hold before anything else. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { parseInstant, QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import { onGrid } from "#plant/resolution.ts";
import { planTown, type TownPlan } from "#sim/plan.ts";
import { modesOf, USUAL_PREFERENCES } from "#wire/load-preferences.ts";
import type { LoadPreferences, LoadReport } from "#wire/load-schemas.ts";
import type { CarLoad } from "./car.ts";
import type { HeatPumpLoad } from "./heating.ts";
import { keepLoads, keptLoads, LOADS_FILE } from "./kept-file.ts";
import { TownLoads } from "./town-loads.ts";

const SUMMER = "2026-06-16T08:00Z";
const WINTER = "2026-01-12T06:00Z";
const DAY_S = 86_400;

function town(start: string, seed = 1): TownPlan {
  return planTown({
    ...{ seed, homes: 24, measured: undefined, start: parseInstant(start)!, solarHomes: "default" },
    ...{
      solarPeakKwp: undefined,
      solarColumn: undefined,
      accumulatorKwh: undefined,
      accumulatorKw: undefined,
    },
  });
}

interface Lived {
  readonly time: UnixSeconds;
  readonly seconds: number;
  readonly baseW: number;
  readonly solarW: number;
  readonly maxW: number;
  readonly addedW: number;
  readonly importPrice: number;
}

/** Lives one home from an instant on; answers with what its loads added in each step, W. */
function* life(
  plan: TownPlan,
  plant: number,
  options: {
    readonly stepS?: () => number;
    readonly supplyMaxW?: (time: UnixSeconds) => number;
    readonly wishes?: (time: UnixSeconds) => ReadonlyMap<string, LoadPreferences> | undefined;
    readonly loads?: TownLoads;
  } = {},
): Generator<Lived, never> {
  const { stepS = () => QUARTER_HOUR_S, supplyMaxW = () => Number.POSITIVE_INFINITY } = options;
  const all = options.loads ?? new TownLoads(plan, plan.start, () => undefined);
  const own = all.of(plant)!;
  const { source } = plan.homes[plant - 1]!;
  let change = 0;
  for (let time = plan.start; ; ) {
    const seconds = Math.min(stepS(), QUARTER_HOUR_S - (time % QUARTER_HOUR_S));
    const wanted = options.wishes?.(time);
    if (wanted !== undefined) {
      change++;
      own.hear(new Map([...wanted].map(([id, preferences]) => [id, { change, preferences }])));
    }
    const baseW = source.loadW(time, seconds);
    const solarW = source.solarW(time, seconds);
    const maxW = supplyMaxW(time);
    const outdoorC = source.generated!.airC(time, seconds);
    const { importPrice } = plan.prices(time);
    const addedW = own.step({ time, seconds, solarW, baseW, supplyMaxW: maxW, importPrice, outdoorC });
    yield { time, seconds, baseW, solarW, maxW, addedW, importPrice };
    time += seconds;
  }
}

test("whatever owners want and limits allow, what the loads say adds up to what the home draws, to the bit", () => {
  const random = new Random("loads add up");
  let limited = 0;
  for (const start of [SUMMER, WINTER]) {
    const plan = town(start, 1 + random.integer(1_000));
    const loads = new TownLoads(plan, plan.start, () => undefined);
    for (const { plant } of plan.homes) {
      const own = loads.of(plant);
      if (own === undefined) continue;
      const lengths = [1, 7, 60, 300, 900];
      let joules = 0;
      let midnightFrom = -1;
      const supplyMaxW = (time: UnixSeconds) =>
        [Number.POSITIVE_INFINITY, 3_000, 700, 0][Math.floor(time / 4_000 + plant) % 4]!;
      const wishes = () => {
        if (random.integer(40) > 0) return undefined;
        return new Map(
          own.loads.map(({ id, kind }) => {
            const modes = modesOf(kind);
            const mode = modes[random.integer(modes.length)]!;
            return [id, { ...USUAL_PREFERENCES[kind], mode, priority: 1 + random.integer(9) }];
          }),
        );
      };
      const steps = life(plan, plant, {
        loads,
        supplyMaxW,
        wishes,
        stepS: () => lengths[random.integer(5)]!,
      });
      for (let i = 0; i < 400; i++) {
        const { time, seconds, baseW, solarW, maxW, addedW } = steps.next().value;
        assert.equal(addedW, onGrid(addedW), "on the grid of physics");
        assert.ok(addedW >= -baseW, "a micro-CHP serves the home, and no more");
        const reports: readonly LoadReport[] = own.reports();
        const saidW = reports.reduce((sum, { powerW }) => sum + powerW, 0);
        assert.equal(saidW, addedW);
        for (const { kind, powerW } of reports) assert.ok(kind === "chp" ? powerW <= 0 : powerW >= 0);
        const free = Math.max(0, maxW + solarW - baseW);
        const usedW = reports.reduce((sum, { powerW }) => sum + Math.max(0, powerW), 0);
        const madeW = reports.reduce((sum, { numbers }) => sum + (numbers.madeW ?? 0), 0);
        assert.ok(usedW <= free + madeW, `${usedW} W of loads where ${free} W are left`);
        if (reports.some(({ state }) => state === "limited")) limited++;
        const day = Math.floor((time + 2 * 3600) / DAY_S);
        if (day !== midnightFrom) joules = 0;
        midnightFrom = day;
        joules += reports.reduce((sum, { powerW }) => sum + Math.abs(powerW), 0) * seconds;
        const saidWh = reports.reduce((sum, { todayWh }) => sum + todayWh, 0);
        if (start === SUMMER)
          assert.ok(Math.abs(saidWh - joules / 3600) < 1e-6, "today is the sum since midnight");
      }
    }
  }
  assert.ok(limited > 100, `limits bind now and then: ${limited} steps`);
});

test("a car is charged as its owner wants by the morning, and cheaper than at once", () => {
  const costOf = (mode: "cheapest" | "now") => {
    let cost = 0;
    let mornings = 0;
    for (const seed of [3, 4]) {
      const plan = town(SUMMER, seed);
      const loads = new TownLoads(plan, plan.start, () => undefined);
      for (const plant of [1, 4, 11]) {
        const car = loads.of(plant)!.loads.find(({ kind }) => kind === "car") as CarLoad;
        const first = new Map([["car", { ...USUAL_PREFERENCES.car, mode }]]);
        const wishes = (time: UnixSeconds) => (time === plan.start ? first : undefined);
        const steps = life(plan, plant, { loads, wishes });
        for (let i = 0; i < 96 * 9; i++) {
          const { time, seconds, importPrice, solarW, baseW } = steps.next().value;
          const { powerW, numbers } = car.report(time);
          cost += (powerW - Math.min(powerW, Math.max(0, solarW - baseW))) * seconds * importPrice;
          // Seven in the morning, after a night at home.
          if ((time + seconds - 5 * 3600) % DAY_S !== 0) continue;
          mornings++;
          assert.ok(
            numbers.storedPercent! >= 79.9,
            `home ${plant} of seed ${seed}: ${numbers.storedPercent} %`,
          );
        }
      }
    }
    assert.equal(mornings, 2 * 3 * 9);
    return cost;
  };
  const share = costOf("cheapest") / costOf("now");
  assert.ok(share < 0.8, `the cheapest hours cost ${share} of at once`);
});

test("comfort first is a degree more where nothing is said of the heating itself", () => {
  const plan = town(WINTER);
  const own = new TownLoads(plan, plan.start, () => undefined).of(3)!;
  const heating = own.loads.find(({ kind }) => kind === "heat_pump")!;
  own.comfort("comfort");
  assert.equal(heating.preferences.roomMinC, 20.5);
  own.comfort("save");
  assert.equal(heating.preferences.roomMinC, 18.5);
  const preferences = { ...USUAL_PREFERENCES.heat_pump, roomMinC: 22 };
  own.hear(new Map([["heat-pump", { change: 1, preferences }]]));
  own.comfort("comfort");
  assert.equal(heating.preferences.roomMinC, 22);
});

test("over a winter week nobody freezes, whichever way the heat is made", () => {
  for (const mode of ["cheapest", "sun"] as const) {
    const plan = town(WINTER);
    const loads = new TownLoads(plan, plan.start, () => undefined);
    for (const plant of [3, 5, 9, 14]) {
      const heating = loads.of(plant)!.loads.find(({ kind }) => kind === "heat_pump" || kind === "chp")!;
      const { roomC, tankC } = { roomC: 19.5, tankC: 38 };
      const preferences = {
        ...USUAL_PREFERENCES[heating.kind],
        mode: heating.kind === "chp" ? "cheapest" : mode,
      } as const;
      const wishes = (time: UnixSeconds) =>
        time === plan.start ? new Map([[heating.id, preferences]]) : undefined;
      const steps = life(plan, plant, { loads, wishes, stepS: () => 300 });
      let coldest = 99;
      let emptiest = 99;
      let warmest = 0;
      for (let i = 0; i < 7 * 288; i++) {
        steps.next();
        const { roomC, tankC } = heating as HeatPumpLoad;
        coldest = Math.min(coldest, roomC);
        emptiest = Math.min(emptiest, tankC);
        warmest = Math.max(warmest, tankC);
      }
      assert.ok(coldest >= roomC - 0.2, `home ${plant}: ${coldest} °C`);
      assert.ok(emptiest >= tankC - 5, `home ${plant}: a tank of ${emptiest} °C`);
      assert.ok(warmest <= preferences.tankMaxC! + 5, `home ${plant}: a tank of ${warmest} °C`);
    }
  }
});

test("a town that is opened again finds cars, tanks and programmes as they stood, and today's energy with them", () => {
  const plan = town(WINTER);
  const loads = new TownLoads(plan, plan.start, () => undefined);
  const lives = plan.homes.flatMap(({ plant }) =>
    loads.of(plant) === undefined ? [] : [life(plan, plant, { loads })],
  );
  let time = plan.start;
  // Half past two in the afternoon of the second day: machines run, cars are away.
  for (; time < plan.start + 31 * 3_600; time += QUARTER_HOUR_S) for (const one of lives) one.next();
  const file = join(mkdtempSync(join(tmpdir(), "contrada-loads-")), LOADS_FILE);
  keepLoads(file, loads.keep(time));
  const told = ({ id, todayWh, numbers }: LoadReport) => {
    const { storedPercent, tankC, roomC, waterC, missingS, readyBy } = numbers;
    return [id, todayWh, storedPercent, tankC, roomC, waterC, missingS, readyBy];
  };
  const stood = (of: TownLoads) => plan.homes.map(({ plant }) => of.of(plant)?.reports().map(told));

  const again = new TownLoads(plan, time, () => undefined);
  assert.notDeepEqual(stood(again), stood(loads), "without what was kept all of them begin anew");
  again.resume(keptLoads(file, time)!);
  assert.deepEqual(stood(again), stood(loads));
  const programmes = stood(again)
    .flat()
    .filter((one) => one?.[6] !== undefined);
  assert.ok(programmes.length > 0, "one of the machines was in the middle of its programme");

  assert.equal(keptLoads(file, time - 1), undefined, "a future is not gone on from");
  assert.equal(keptLoads(file, time + 2 * DAY_S), undefined, "nor a past of two days ago");
  for (const broken of ["", "[]", "null", '{"time":1}', `{"time":${time},"homes":{"1":7}}`]) {
    writeFileSync(file, broken);
    assert.equal(keptLoads(file, time), undefined, broken);
  }
  rmSync(dirname(file), { recursive: true });
});
