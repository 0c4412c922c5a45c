/**
 * How near the BEC's decisions come to the best with hindsight: the nine homes of `homes-citylearn`, a year of hours,
 * an accumulator of 6.4 kWh and 5 kW, 90 % round trip, wear of 16,500 µEUR per kWh at the terminals each way (33,000 a
 * kWh cycled, as `platform/outlets` reckons), resale of what was bought forbidden. Export at zero, at flat 0.08, and
 * at a supplier's rate of the day: the best of three drawn between 0.10 and 0.20, never within a cent of the import
 * price of its hour. Share = saving over no accumulator ÷ that of the linear program with perfect foresight (HiGHS,
 * two books), wear paid in both.
 *
 * Rules: the planner; hours (`control/guidance`, the rule without a planner: fills before the dear hours and lives
 * from the accumulator otherwise); hours-hold (fills as well, but gives only in dear hours); self-consumption. The
 * scenarios' choices were tuned on homes 1, 3, 4, 7 and 9 with zero and daily export only; `tuned` and `untuned` tell
 * the medians apart. Homes have 4 or 5 kWp of the file's first or second solar column, by turns.
 *
 * Ends with one JSON object; `--short` takes six weeks of two homes, `--case zero` one of the three. Needs ../shared/data.
 */
import { existsSync } from "node:fs";
import { Random } from "#base/random.ts";
import { ROME } from "#base/time.ts";
import { DECISION_CODES, dispatch, type Situation } from "#control/dispatch.ts";
import { foresightSaving, type Lived, resaleCanPay } from "#control/foresight.ts";
import type { StoreModel } from "#control/outlook.ts";
import { NO_SUPPLY_LIMIT } from "#control/supply-limit.ts";
import { HomePlanner } from "#forecast/home-planner.ts";
import { Accumulator } from "#plant/accumulator.ts";
import { FLOWS } from "#plant/flows.ts";
import { readHomes } from "#sim/homes-file.ts";
import { type ReplayPrices, type ReplayRule, replayHome, savingOf } from "#sim/replay.ts";
import { measuredHomes, secondOfDay } from "#sim/replay-file.ts";
import { sharedData } from "../test/support/counterparts.ts";
import { highsSaving } from "../test/support/dispatch-lp.ts";

const short = process.argv.includes("--short");
const only = process.argv[process.argv.indexOf("--case") + 1 || process.argv.length];
const FILE = sharedData("homes-citylearn/citylearn2022_homes_hourly.csv");
const KWP = [5, 4, 4, 5, 4, 4, 4, 4, 5];
const TUNED = [1, 3, 4, 7, 9];
const WEEKS_SHORT = 6;
const STORE: StoreModel = {
  capacityWh: 6400,
  chargePowerMaxW: 5000,
  dischargePowerMaxW: 5000,
  oneWayEfficiency: Math.sqrt(0.9),
  wear: 16_500,
  reserveWh: 0,
  ceilingWh: 6400,
  gridEnergySellable: false,
  feedsIn: true,
};
const OPEN = { importPowerMaxW: Number.POSITIVE_INFINITY, exportPowerMaxW: Number.POSITIVE_INFINITY };
const RULES = ["plan", "time-of-use", "hours-hold", "self-consumption"] as const;

console.log(
  JSON.stringify(existsSync(FILE) ? await measure() : { skipped: "no ../shared/data/homes-citylearn" }),
);

async function measure() {
  const file = readHomes(FILE);
  const steps = short ? WEEKS_SHORT * 168 : file.steps;
  const begins = secondOfDay(file, ROME);
  const numbers = short ? [1, 6] : KWP.map((_, i) => i + 1);
  const homes = numbers.map((number) => ({ number, lived: livedOf(number, steps) }));
  const cases: { [name: string]: object } = {};
  const times: number[] = [];
  for (const [name, prices] of pricesOf(file.pricePerKwh!.values, steps, begins)) {
    if (only !== undefined && only !== name) continue;
    const shares = new Map<string, number[]>(RULES.map((rule) => [rule, []]));
    let [violations, plans, apart] = [0, 0, 0];
    for (const { number, lived } of homes) {
      const best = await highsSaving(STORE, lived, prices, 0);
      if (!resaleCanPay(STORE, prices)) {
        apart = Math.max(apart, Math.abs(foresightSaving(STORE, lived, prices, 0) / best - 1));
      }
      for (const rule of RULES) {
        const replayed = replayHome(lived, begins, prices, {
          rule: rule as ReplayRule,
          store: STORE,
          connection: OPEN,
          ...(rule === "plan" && { clock: () => performance.now() }),
        });
        violations += replayed.violations;
        plans += replayed.plans;
        for (const ms of replayed.planMs) times.push(ms);
        shares.get(rule)!.push((100 * savingOf(replayed)) / best);
      }
      const row = RULES.map((rule) => `${rule} ${shares.get(rule)!.at(-1)!.toFixed(1)}`).join("  ");
      console.error(`${name.padEnd(5)} home ${number}: best ${(best / 1e6).toFixed(0)} €  ${row}`);
    }
    const planned = shares.get("plan")!;
    const worst = Math.min(
      ...planned.map(
        (share, i) => share - Math.max(shares.get("time-of-use")![i]!, shares.get("hours-hold")![i]!),
      ),
    );
    cases[name] = {
      homes: Object.fromEntries(
        numbers.map((number, i) => [
          number,
          Object.fromEntries(RULES.map((rule) => [rule, rounded(shares.get(rule)![i]!)])),
        ]),
      ),
      median: Object.fromEntries(RULES.map((rule) => [rule, rounded(median(shares.get(rule)!))])),
      median_tuned: rounded(median(planned.filter((_, i) => TUNED.includes(numbers[i]!)))),
      median_untuned: rounded(median(planned.filter((_, i) => !TUNED.includes(numbers[i]!)))),
      least_over_best_hours_rule: rounded(worst),
      violations,
      plans,
      exact_optimum_apart_from_highs: apart,
    };
  }
  times.sort((a, b) => a - b);
  return {
    steps,
    ...cases,
    plan_ms: { median: rounded(median(times)), p99: rounded(times[Math.floor(times.length * 0.99)]!) },
    quarter_hour_plan_ms: rounded(quarterHourPlanMs(homes[0]!.lived)),
    fast_rule_us: rounded(fastRuleUs()),
  };

  function livedOf(number: number, length: number): Lived {
    const solarColumn = file.solar[(number - 1) % file.solar.length]!.name;
    const home = measuredHomes(file, { solarHomes: "all", solarPeakKwp: KWP[number - 1]!, solarColumn })[
      number - 1
    ]!;
    const { stepS, loadW, solarW } = home.lived;
    return { stepS, loadW: loadW.slice(0, length), solarW: solarW.slice(0, length) };
  }
}

/** The three ways of export, by step. */
function pricesOf(
  perKwh: Float64Array,
  steps: number,
  begins: number,
): [name: string, prices: ReplayPrices][] {
  const importPrice = perKwh.slice(0, steps).map((price) => Math.round(price * 1_000_000));
  const random = new Random("rates of the day for the dispatch bench");
  const rates = Array.from({ length: 368 }, () =>
    Math.max(...[0, 1, 2].map(() => 100_000 + 1_000 * random.integer(101))),
  );
  const daily = importPrice.map((price, step) =>
    Math.min(rates[Math.floor((begins + step * 3600) / 86_400)]!, price - 10_000),
  );
  return [
    ["zero", { importPrice, exportPrice: new Float64Array(steps), exportKnown: true }],
    ["flat", { importPrice, exportPrice: new Float64Array(steps).fill(80_000), exportKnown: true }],
    ["daily", { importPrice, exportPrice: daily, exportKnown: false }],
  ];
}

/** One plan as a gateway makes it: a past of quarter hours. */
function quarterHourPlanMs({ loadW, solarW }: Lived): number {
  const planner = new HomePlanner(900);
  for (let i = 0; i < 96 * 21; i++) planner.past.add(loadW[i >> 2]!, solarW[i >> 2]!);
  const times: number[] = [];
  for (let i = 0; i < 60; i++) {
    const began = performance.now();
    planner.valuesFrom(900 * i, STORE, () => ({ importPrice: 300_000, exportPrice: 80_000 }));
    times.push(performance.now() - began);
  }
  return median(times);
}

/** One decision of one second by a table of values. */
function fastRuleUs(): number {
  const values = Float64Array.from({ length: 32 }, (_, i) => 500_000 - 15_000 * i);
  const accumulator = new Accumulator(
    {
      capacityWh: 6400,
      chargePowerMaxW: 5000,
      dischargePowerMaxW: 5000,
      roundTripEfficiency: 0.9,
      standbyLossW: 5,
    },
    3000,
  );
  const situation: Situation = {
    seconds: 1,
    solarW: 0,
    loadW: 0,
    accumulator,
    connection: OPEN,
    supply: NO_SUPPLY_LIMIT,
    reserveWh: 600,
    saleRemainingJ: 0,
    gridEnergySellable: false,
    feedsInStored: true,
    importPrice: 300_000,
    feedInPrice: 80_000,
    storedValue: Number.NaN,
    values: { capacityWh: 6400, solar: values, grid: values },
    wear: 16_500,
  };
  const flowsW = new Float64Array(FLOWS);
  const rounds = 200_000;
  let codes = 0;
  const began = performance.now();
  for (let i = 0; i < rounds; i++) {
    situation.loadW = (i * 37) % 6000;
    situation.solarW = (i * 101) % 5000;
    codes += dispatch(situation, flowsW);
  }
  const us = ((performance.now() - began) * 1000) / rounds;
  if (codes > rounds * DECISION_CODES.length) throw new Error("no such codes");
  return us;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
