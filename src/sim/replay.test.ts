/** A home lived again: nothing broken, nothing foreseen, and a planner that earns what a rule of hours does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { foresightSaving, type Lived } from "#control/foresight.ts";
import type { StoreModel } from "#control/outlook.ts";
import { SCENARIO_CHOICES } from "#forecast/scenarios.ts";
import { type ReplayPrices, type ReplayRule, replayHome, savingOf } from "#sim/replay.ts";
import { PricesFileError, parsePrices } from "#sim/replay-file.ts";

const STORE: StoreModel = {
  capacityWh: 6400,
  chargePowerMaxW: 3000,
  dischargePowerMaxW: 3000,
  oneWayEfficiency: Math.sqrt(0.9),
  wear: 16_500,
  reserveWh: 640,
  ceilingWh: 6400,
  gridEnergySellable: false,
  feedsIn: true,
};
const OPEN = { importPowerMaxW: Number.POSITIVE_INFINITY, exportPowerMaxW: Number.POSITIVE_INFINITY };
const DAYS = 14;
const FEW = { ...SCENARIO_CHOICES, days: 5 };

function drawnHome(seed: number): Lived {
  const random = new Random(`replayed home ${seed}`);
  const loadW = new Float64Array(DAYS * 24);
  const solarW = new Float64Array(DAYS * 24);
  for (let day = 0; day < DAYS; day++) {
    const sky = 0.2 + 0.8 * random.float();
    for (let hour = 0; hour < 24; hour++) {
      loadW[day * 24 + hour] =
        200 + random.integer(300) + (hour >= 18 && hour < 23 ? 1000 + random.integer(800) : 0);
      solarW[day * 24 + hour] = Math.max(0, 4000 * sky * Math.sin(((hour - 6) / 12) * Math.PI));
    }
  }
  return { stepS: 3600, loadW, solarW };
}

const PRICES: ReplayPrices = {
  importPrice: Float64Array.from({ length: DAYS * 24 }, (_, t) =>
    t % 24 >= 17 && t % 24 < 22 ? 450_000 : 220_000,
  ),
  exportPrice: Float64Array.from({ length: DAYS * 24 }, (_, t) => 90_000 + 8_000 * (Math.floor(t / 24) % 9)),
  exportKnown: false,
};
const lived = (rule: ReplayRule, home: Lived, more = {}) =>
  replayHome(home, 0, PRICES, { rule, store: STORE, connection: OPEN, scenarios: FEW, ...more });

test("no rule breaks a limit, and the planner saves most, near to the best with hindsight", () => {
  let [planned, byHours, alone, best] = [0, 0, 0, 0];
  for (let seed = 0; seed < 4; seed++) {
    const home = drawnHome(seed);
    const [plan, hours, self] = (["plan", "time-of-use", "self-consumption"] as const).map((rule) =>
      lived(rule, home),
    );
    for (const replayed of [plan!, hours!, self!]) assert.equal(replayed.violations, 0);
    planned += savingOf(plan!);
    byHours += savingOf(hours!);
    alone += savingOf(self!);
    best += foresightSaving(STORE, home, PRICES, STORE.reserveWh);
  }
  assert.ok(planned > byHours && planned > alone, `${planned}, ${byHours}, ${alone}`);
  assert.ok(planned > 0.9 * best && planned < best, `${planned / best}`);
});

test("limits of the connection bind the replayed home, too", () => {
  const connection = { importPowerMaxW: 900, exportPowerMaxW: 500 };
  for (const rule of ["plan", "time-of-use", "self-consumption"] as const) {
    const replayed = lived(rule, drawnHome(7), { connection });
    assert.equal(replayed.violations, 0, rule);
    assert.ok(replayed.exportWh <= 500 * DAYS * 24);
  }
});

test("what comes later changes nothing before: the first week of two futures is the same", () => {
  const home = drawnHome(3);
  const other = { ...home, loadW: home.loadW.map((w, t) => (t < 168 ? w : w + 700)) };
  const prices = { ...PRICES, exportPrice: PRICES.exportPrice.map((p, t) => (t < 168 ? p : 10_000)) };
  const until = (lived: Lived, known: ReplayPrices) => {
    const sums: number[] = [];
    const cut = { ...lived, loadW: lived.loadW.slice(0, 168), solarW: lived.solarW.slice(0, 168) };
    const replayed = replayHome(cut, 0, known, {
      rule: "plan",
      store: STORE,
      connection: OPEN,
      scenarios: FEW,
    });
    sums.push(replayed.cost, replayed.chargedWh, replayed.boughtWh);
    return sums;
  };
  assert.deepEqual(until(other, prices), until(home, PRICES));
});

test("a file of prices has one value, 24 or one per step; anything else is named", () => {
  const parse = (json: unknown, steps = 48) =>
    parsePrices(typeof json === "string" ? json : JSON.stringify(json), "p.json", {
      steps,
      stepS: 3600,
      begins: 3600,
    });
  const hours = Array.from({ length: 24 }, (_, i) => i / 100);
  const { importPrice, exportPrice, exportKnown } = parse({
    import_eur_per_kwh: hours,
    export_eur_per_kwh: [0.08],
  });
  assert.deepEqual([importPrice[0], importPrice[22], importPrice[23]], [10_000, 230_000, 0]);
  assert.equal(exportPrice[47], 80_000);
  assert.equal(exportKnown, true);
  const each = Array.from({ length: 48 }, () => 0.1);
  assert.equal(parse({ import_eur_per_kwh: each, export_eur_per_kwh: each }).exportKnown, false);
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    ["{", /p\.json: not JSON/],
    [[], /an object with/],
    [{ import_eur_per_kwh: [0.3] }, /export_eur_per_kwh must be a list/],
    [{ import_eur_per_kwh: [0.3, 0.2], export_eur_per_kwh: [0] }, /has 2 values; 1, 24 .* or 48/],
    [{ import_eur_per_kwh: [-1], export_eur_per_kwh: [0] }, /import_eur_per_kwh\[0\] is -1/],
    [{ import_eur_per_kwh: ["a"], export_eur_per_kwh: [0] }, /\[0\] is "a"/],
    [{ import_eur_per_kwh: [1], export_eur_per_kwh: [0], tax: 3 }, /"tax" is unknown/],
  ];
  for (const [json, message] of wrong) {
    assert.throws(
      () => parse(json),
      (error) => error instanceof PricesFileError && message.test(error.message),
    );
  }
});
