/**
 * How many homes an adversary that reads the whole chain follows across renewals: a simulated town of twenty homes
 * with accumulators lives some weeks, its quarter hours and its income go onto a chain where everybody's numbers
 * change after each period, and the adversary of `test/support/linking` pairs old and new ones. The figures are the
 * homes that it pairs rightly, the mean over the renewals; guessing gives one of twenty, or one for each standard size.
 * A home's income is booked as deposits here: what of a sale tells who sells it is not looked at.
 */

import { decode } from "#base/codec.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import { depositMoney, submitIntervalTotals } from "#chain/transactions.ts";
import type { ChainView } from "#chain/view.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import type { Plant } from "#market/participant.ts";
import { renewedSheet } from "#market/renewal.ts";
import type { IntervalEntry, StoreMovement } from "#market/settlement.ts";
import {
  admission,
  ask,
  ChainBench,
  citizenOf,
  OPERATOR,
  registration,
} from "../test/support/chain-bench.ts";
import { openTown } from "../test/support/headless-town.ts";
import { type Habits, link, type Seen, type Trace } from "../test/support/linking.ts";
import { planRenewal } from "../test/support/renewals.ts";

const short = process.argv.includes("--short");
const HOMES = 20;
const PERIODS = 3;
const DAYS = short ? 2 : 7;
const DAY_QUARTERS = 96;
/** Rome's midnight in June. */
const MIDNIGHT_UTC_S = 22 * 3600;

interface Recorded {
  readonly start: number;
  readonly plants: ReadonlyMap<number, Plant>;
  /** By start of the quarter hour. */
  readonly entries: ReadonlyMap<number, readonly IntervalEntry[]>;
  /** What sales brought, by quarter hour. */
  readonly income: ReadonlyMap<number, readonly { readonly plant: number; readonly net: bigint }[]>;
}

async function recordTown(seed: number): Promise<Recorded> {
  const town = await openTown({ seed, homes: HOMES, solarHomes: "all" });
  const start = town.town.time;
  const entries = new Map<number, readonly IntervalEntry[]>();
  const income = new Map<number, { plant: number; net: bigint }[]>();
  town.node.onBlock((block) => {
    for (const { bytes, events } of block.transactions) {
      const transaction = decodeTransaction(bytes);
      if (!transaction.ok) continue;
      if (transaction.value.kind === submitIntervalTotals.number) {
        const body = decode(submitIntervalTotals.codec, transaction.value.body);
        if (body.ok) entries.set(body.value.intervalStart, body.value.entries);
      }
      for (const event of events) {
        if (event.type !== "sale_closed" || event.gross === event.fee) continue;
        const at = town.town.time - QUARTER_HOUR_S;
        income.set(at, [...(income.get(at) ?? []), { plant: event.plant, net: event.gross - event.fee }]);
      }
    }
  });
  const plants = new Map(
    town.node
      .view()
      .plants()
      .map(({ key, row }) => [key, row]),
  );
  await town.run(DAY_QUARTERS * (DAYS * (PERIODS + 1) + 1));
  await town.node.close();
  return { start, plants, entries, income };
}

interface Choice {
  readonly gapQuarters: number;
  /** Quarter hours after midnight at which the gap begins. */
  readonly gapFrom: number;
  readonly unit: bigint;
  /** What the adversary sees of the accumulators: each quarter hour, as on the chain, or one sum a day, as it could be. */
  readonly entries?: "days";
}

/** Traces → homes paired rightly, the mean over the renewals. */
function linked(town: Recorded, choice: Choice): Record<string, number> {
  const { start, plants } = town;
  const bench = new ChainBench({
    time: start,
    signatures: false,
    parameters: { renewalUnit: MicroEur(choice.unit) },
  });
  bench.accept(
    start,
    ...[...plants.keys()].flatMap((plant) => {
      const { capacity, chargePowerMaxW, dischargePowerMaxW, feeder, solarPeakW } = plants.get(plant)!;
      const sheet = { capacity, chargePowerMaxW, dischargePowerMaxW, feeder, solarPeakW };
      return [admission(citizenOf(plant), "citizen"), registration(plant, citizenOf(plant), sheet)];
    }),
  );
  const homes = [...plants.keys()];
  let members = new Map(homes.map((home) => [home, citizenOf(home)]));
  let numbers = new Map(homes.map((home) => [home, home]));
  let owed = new Map<number, bigint>();
  let watched = new Map(homes.map((home) => [home, new Watch(choice.entries === "days")]));
  const renewals: { readonly old: Seen[]; readonly fresh: Seen[]; readonly truth: Map<number, number> }[] =
    [];
  const watchedAfter: ReadonlyMap<number, Watch>[] = [];
  const first = start - (start % 86_400) + MIDNIGHT_UTC_S + choice.gapFrom * QUARTER_HOUR_S;
  let held = new Map<number, { solar: StoreMovement; grid: StoreMovement }>();
  let reference = 0;
  for (let at = start; town.entries.has(at) || at < start + 86_400; at += QUARTER_HOUR_S) {
    const sinceFirst = at - first - DAYS * 86_400;
    const intoPeriod = ((sinceFirst % (DAYS * 86_400)) + DAYS * 86_400) % (DAYS * 86_400);
    const inGap =
      sinceFirst >= 0 && intoPeriod < choice.gapQuarters * QUARTER_HOUR_S && renewals.length < PERIODS;
    const entries = town.entries.get(at) ?? [];
    if (inGap) for (const entry of entries) held = hold(held, entry);
    else {
      const moved = entries.map((entry) => ({ ...entry, plant: numbers.get(entry.plant)! }));
      for (const entry of entries) watched.get(entry.plant)!.see(at, entry);
      bench.accept(
        at + QUARTER_HOUR_S,
        ask(OPERATOR, submitIntervalTotals, {
          intervalStart: at,
          commitmentsRoot: new Uint8Array(32),
          entries: moved.sort((a, b) => a.plant - b.plant),
        }),
      );
    }
    const income = (town.income.get(at) ?? []).map(({ plant, net }) =>
      ask(OPERATOR, depositMoney, {
        member: members.get(plant)!,
        amount: MicroEur(net),
        reference: `sale ${++reference}`,
      }),
    );
    if (income.length > 0) bench.accept(at + QUARTER_HOUR_S, ...income);
    if (!inGap || intoPeriod + QUARTER_HOUR_S < choice.gapQuarters * QUARTER_HOUR_S) continue;
    const old = homes.map((home) => seen(bench.view, members.get(home)!, watched.get(home)!));
    const homeOf = new Map([...numbers].map(([home, plant]) => [plant, home]));
    const plan = planRenewal(bench.view, {
      period: renewals.length + 1,
      lastInterval: at,
      closed: [...members.values()],
      owed: (member) => owed.get(member) ?? 0n,
      moved: (plant, origin) => gapOf(held.get(homeOf.get(plant)!)?.[origin]),
    });
    bench.accept(at + QUARTER_HOUR_S, plan.request);
    owed = new Map([...plan.rests].map(([member, rest]) => [plan.members.get(member)!, rest]));
    members = new Map([...members].map(([home, member]) => [home, plan.members.get(member)!]));
    numbers = new Map([...numbers].map(([home, plant]) => [home, plan.plants.get(plant)!]));
    held = new Map();
    watched = new Map(homes.map((home) => [home, new Watch(choice.entries === "days")]));
    watchedAfter.push(watched);
    const fresh = homes.map((home) => seen(bench.view, members.get(home)!, undefined));
    renewals.push({ old, fresh, truth: new Map(plan.members) });
  }
  const traces: readonly (readonly Trace[])[] = [
    ["sheets"],
    ["stores"],
    ["money"],
    ["sheets", "stores", "money"],
    ["sheets", "stores", "money", "habits"],
  ];
  return Object.fromEntries(
    traces.map((used) => {
      let right = 0;
      for (const [i, { old, fresh, truth }] of renewals.entries()) {
        const after = [...watchedAfter[i]!.values()];
        const known = fresh.map((home, h) => ({ ...home, habits: after[h]!.habits() }));
        // Listed by number, so that no order tells.
        const pairs = link(
          old,
          known.sort((a, b) => a.number - b.number),
          used,
          Number(choice.unit),
        );
        for (const [was, is] of pairs) if (truth.get(was) === is) right += 1;
      }
      return [used.join("+"), Math.round((10 * right) / renewals.length) / 10];
    }),
  );
}

/** What entries tell of a home. */
class Watch {
  readonly #daily: boolean;
  #today: { readonly day: number; readonly charged: number; readonly used: number; readonly gone: number } = {
    day: 0,
    charged: 0,
    used: 0,
    gone: 0,
  };
  #storedWh = 0;
  #lowestWh = 0;
  #fullestWh = 0;
  #quickestWh = 0;
  #days = new Set<number>();
  readonly #hours = new Array<number>(48).fill(0);

  constructor(daily: boolean) {
    this.#daily = daily;
  }

  see(at: number, { storedSolar, storedGrid }: IntervalEntry): void {
    const charged = storedSolar.chargedWh + storedGrid.chargedWh;
    const used = storedSolar.usedWh + storedGrid.usedWh;
    const gone =
      used + storedSolar.exportedWh + storedGrid.exportedWh + storedSolar.lostWh + storedGrid.lostWh;
    const day = Math.floor(at / 86_400);
    if (!this.#daily) {
      this.#note(at, charged, used, gone);
      return;
    }
    const today = this.#today;
    const same = today.day === day;
    if (!same && today.day > 0) this.#note(today.day * 86_400, today.charged, today.used, today.gone);
    this.#today = {
      day,
      charged: charged + (same ? today.charged : 0),
      used: used + (same ? today.used : 0),
      gone: gone + (same ? today.gone : 0),
    };
  }

  #note(at: number, charged: number, used: number, gone: number): void {
    this.#storedWh += charged - gone;
    this.#lowestWh = Math.min(this.#lowestWh, this.#storedWh);
    this.#fullestWh = Math.max(this.#fullestWh, this.#storedWh);
    this.#quickestWh = Math.max(this.#quickestWh, charged);
    this.#days.add(Math.floor(at / 86_400));
    const hour = Math.floor((at % 86_400) / 3_600);
    this.#hours[hour]! += charged;
    this.#hours[24 + hour]! += used;
  }

  habits(): Habits {
    const days = Math.max(1, this.#days.size);
    return {
      fullestWh: this.#fullestWh - this.#lowestWh,
      quickestWh: this.#quickestWh,
      hours: this.#hours.map((sum) => sum / days),
    };
  }
}

function seen(view: ChainView, number: number, watch: Watch | undefined): Seen {
  const plants = view.plantsOf(number);
  const stored = plants.reduce((sum, plant) => sum + view.store(plant).solar + view.store(plant).grid, 0n);
  return {
    number,
    sheet: plants.map((plant) => Object.values(renewedSheet(view.plant(plant)!)).join(" ")).join(),
    storedWh: Number(stored),
    money: Number(view.money(number).posted),
    ...(watch === undefined ? {} : { habits: watch.habits() }),
  };
}

function hold(
  held: Map<number, { solar: StoreMovement; grid: StoreMovement }>,
  { plant, storedSolar, storedGrid }: IntervalEntry,
): Map<number, { solar: StoreMovement; grid: StoreMovement }> {
  const before = held.get(plant);
  return held.set(plant, { solar: plus(before?.solar, storedSolar), grid: plus(before?.grid, storedGrid) });
}

function plus(a: StoreMovement | undefined, b: StoreMovement): StoreMovement {
  if (a === undefined) return b;
  return {
    chargedWh: a.chargedWh + b.chargedWh,
    usedWh: a.usedWh + b.usedWh,
    exportedWh: a.exportedWh + b.exportedWh,
    lostWh: a.lostWh + b.lostWh,
  };
}

function gapOf(moved: StoreMovement | undefined) {
  const wh = (value: number | undefined) => Wh(BigInt(value ?? 0));
  return {
    charged: wh(moved?.chargedWh),
    used: wh(moved?.usedWh),
    exported: wh(moved?.exportedWh),
    lost: wh(moved?.lostWh),
  };
}

const choices: Readonly<Record<string, Choice>> = {
  "no gap, money to the cent": { gapQuarters: 1, gapFrom: 0, unit: 10_000n },
  "00:00 to 04:00, 1 EUR": { gapQuarters: 16, gapFrom: 0, unit: 1_000_000n },
  "07:00 to 16:00, 1 EUR": { gapQuarters: 36, gapFrom: 28, unit: 1_000_000n },
  "07:00 to 16:00, 5 EUR": { gapQuarters: 36, gapFrom: 28, unit: 5_000_000n },
  "07:00 to 16:00, 5 EUR, one entry a day": {
    gapQuarters: 36,
    gapFrom: 28,
    unit: 5_000_000n,
    entries: "days",
  },
};
const town = await recordTown(11);
const sizes = new Set([...town.plants.values()].map((row) => Object.values(renewedSheet(row)).join(" ")));
const exact = new Set(
  [...town.plants.values()].map((row) => `${row.feeder} ${row.solarPeakW} ${row.capacity}`),
);
console.log(
  JSON.stringify(
    {
      homes: HOMES,
      periods: PERIODS,
      days_each: DAYS,
      sheets_exact: exact.size,
      sheets_in_standard_sizes: sizes.size,
      paired: Object.fromEntries(
        Object.entries(choices).map(([name, choice]) => [name, linked(town, choice)]),
      ),
    },
    undefined,
    2,
  ),
);
