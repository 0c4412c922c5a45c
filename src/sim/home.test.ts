import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { parseInstant } from "#base/time.ts";
import { type Reading, storeAfter } from "#metering/reading.ts";
import { isUnfit, type PlantLimits, validateReading } from "#metering/vee.ts";
import { FLOW } from "#plant/flows.ts";
import { panelField } from "#plant/panel.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import { availableSolarW, type Site } from "#plant/site.ts";
import { Home } from "#sim/home.ts";
import { Household } from "#sim/household.ts";
import { Weather } from "#sim/weather.ts";

const SITE: Site = {
  panels: [panelField(4500, 28, 170)],
  inverter: { ratedW: 4200, nominalEfficiency: 0.96 },
  accumulator: {
    capacityWh: 6400,
    chargePowerMaxW: 3300,
    dischargePowerMaxW: 3300,
    roundTripEfficiency: 0.9,
    standbyLossW: 4,
  },
  connection: { importPowerMaxW: 9000, exportPowerMaxW: 6000 },
};
const LIMITS: PlantLimits = {
  plant: 3,
  solarPowerMaxW: 4200,
  capacityWh: 6400,
  chargePowerMaxW: 3300,
  dischargePowerMaxW: 3300,
  importPowerMaxW: 9000,
  exportPowerMaxW: 6000,
};
const START = parseInstant("2026-06-16T04:00Z")!;

function home(change: Partial<ConstructorParameters<typeof Home>[0]> = {}): Home {
  return new Home({
    plant: 3,
    site: SITE,
    start: START,
    importPrice: 300_000,
    feedInPrice: 80_000,
    ...change,
  });
}

/** Runs generated days; calls back at each quarter hour. */
function run(
  one: Home,
  { quarterHours, stepS }: { quarterHours: number; stepS: number },
  atReading: (reading: Reading, index: number) => void,
): void {
  const weather = new Weather(4);
  const household = new Household(new Random(12));
  for (let index = 0; index < quarterHours; index++) {
    const start = START + 900 * index;
    for (let at = start; at < start + 900; at += stepS) {
      const sky = weather.skyFor(weather.townSky(at, stepS), 0);
      one.step(at, stepS, availableSolarW(SITE, sky), household.meanPowerW(at, stepS));
    }
    atReading(one.closeInterval(), index);
  }
}

test("a fortnight of readings follows on, passes validation and stays with the physical store", () => {
  const one = home({ reserveWh: 1280 });
  let previous: Reading | undefined;
  let charged = 0;
  run(one, { quarterHours: 14 * 96, stepS: 60 }, (reading) => {
    const findings = validateReading(reading, LIMITS, previous);
    assert.ok(!isUnfit(findings), JSON.stringify(findings));
    assert.equal(reading.closingSolarWh, storeAfter(previous?.closingSolarWh ?? 0, reading.storedSolar));
    assert.ok(Math.abs(reading.closingSolarWh - one.accumulator!.solarJ / J_PER_WH) < 1);
    charged += reading.storedSolar.chargedWh;
    previous = reading;
  });
  assert.ok(charged > 40_000, `${charged} Wh charged`);
});

test("a sale of 1,500 Wh is proven by exactly 1,500 Wh, in any step length", () => {
  for (const stepS of [5, 60, 900]) {
    const one = home({ storedSolarWh: 5000.7, reserveWh: 1280 });
    let exported = 0;
    run(one, { quarterHours: 12, stepS }, (reading, index) => {
      exported += reading.flows.accumulatorToGrid;
      assert.equal(reading.storedGrid.exportedWh, 0);
      if (index === 1) one.order(1500 * J_PER_WH);
    });
    assert.equal(exported, 1500, `in steps of ${stepS} s`);
    assert.equal(one.saleRemainingWh, 0);
  }
});

test("a sale stopped on the way leaves what was delivered, and the next one is again exact", () => {
  const one = home({ storedSolarWh: 6000 });
  let exported = 0;
  run(one, { quarterHours: 20, stepS: 60 }, (reading, index) => {
    exported += reading.flows.accumulatorToGrid;
    if (index === 0) one.order(3000 * J_PER_WH);
    if (index === 2) {
      assert.ok(exported > 500 && exported < 3000, `${exported} Wh on the way`);
      one.order(0);
      assert.equal(one.saleRemainingWh, 0);
    }
    if (index === 5) {
      exported = 0;
      // What left on the way and was no whole watt-hour yet counts for the next sale.
      one.order(1000 * J_PER_WH - one.unreadExportJ);
    }
  });
  assert.equal(exported, 1000);
});

test("what has left and is in no reading yet is known to the joule", () => {
  const one = home({ storedSolarWh: 6000 });
  one.order(500 * J_PER_WH + 1000);
  for (let s = 0; s < 900; s += 60) one.step(START + s, 60, 0, 0);
  assert.equal(one.saleRemainingWh, 0);
  assert.ok(Math.abs(one.unreadExportJ - (500 * J_PER_WH + 1000)) <= 1);
  assert.equal(one.closeInterval().storedSolar.exportedWh, 500);
  assert.ok(Math.abs(one.unreadExportJ - 1000) <= 1);
});

test("what is sold and cannot leave yet is kept from the home", () => {
  const one = home({ storedSolarWh: 3000, reserveWh: 1000 });
  one.order(1890 * J_PER_WH);
  one.step(START, 60, 0, 5000);
  assert.equal(one.decision.code, "microgrid_supplies_home_energy_sold");
  // Only the few Wh above reserve and sale are used.
  assert.ok(one.flowsW[FLOW.accumulatorToHome]! < 500 && one.flowsW[FLOW.gridToHome]! > 4500);
  one.step(START + 60, 60, 0, 5000);
  assert.equal(one.flowsW[FLOW.gridToHome], 5000);
});

test("a decision is made anew only when its code changes, and says since when it stands", () => {
  const one = home({ storedSolarWh: 3000, reserveWh: 1000 });
  one.step(START, 60, 0, 400);
  const first = one.decision;
  assert.equal(first.code, "accumulator_supplies_home");
  one.step(START + 60, 60, 0, 900);
  assert.equal(one.decision, first);
  assert.equal(one.explanation.numbers.loadW, 900, "what a screen shows has the numbers of now");
  assert.equal(one.explanation.since, first.since);
  one.step(START + 120, 60, 2000, 900);
  assert.equal(one.decision.code, "panels_cover_home_rest_charges");
  assert.equal(one.decision.since, START + 120);
});

test("a home without an accumulator meters and has no store", () => {
  const one = home({ site: { ...SITE, accumulator: undefined } });
  for (let s = 0; s < 900; s += 60) one.step(START + s, 60, 2000, 500);
  const reading = one.closeInterval();
  assert.equal(reading.flows.solarToGrid, 375);
  assert.equal(reading.flows.solarToHome, 125);
  assert.equal(reading.closingSolarWh, 0);
});

test("a home holds, gives and goes on by its own rule as its owner asks, and reports each", () => {
  const one = home({ storedSolarWh: 5000 });
  const step = (at: number) => {
    one.step(at, 60, 0, 900);
    if ((at + 60) % 900 === 0) one.closeInterval();
    return one.decision.code;
  };
  const asked = { powerW: null, reservePercent: null, target: null, issuedAt: START, until: START + 180 };
  assert.equal(step(START), "accumulator_supplies_home");
  one.hear({ change: 1, command: { ...asked, mode: "hold" } }, START + 60);
  assert.equal(step(START + 60), "command_holds");
  assert.equal(one.flowsW[FLOW.gridToHome], 900);
  assert.deepEqual(one.commandReport, {
    ...{ change: 1, state: "obeyed", bound: null, refusal: null, since: START + 60 },
  });
  assert.equal(one.decision.numbers.untilTime, START + 180);
  step(START + 120);
  assert.equal(step(START + 180), "accumulator_supplies_home", "it has expired");
  assert.deepEqual([one.commandReport?.state, one.commandReport?.since], ["expired", START + 180]);

  one.hear({ change: 1, command: { ...asked, mode: "discharge", until: START + 900 } }, START + 240);
  assert.equal(step(START + 240), "accumulator_supplies_home", "an old letter changes nothing");
  one.hear({ change: 2, command: { ...asked, mode: "discharge", until: START + 900 } }, START + 300);
  assert.equal(step(START + 300), "command_discharges");
  assert.equal(one.flowsW[FLOW.accumulatorToGrid], 3300 - 900);

  one.override({ ...asked, mode: "hold", until: START + 420 }, START + 360);
  assert.equal(step(START + 360), "local_holds");
  assert.equal(one.commandReport?.state, "overridden");
  assert.equal(step(START + 420), "command_discharges", "the switch at the gateway has run out");
  one.hear({ change: 3, command: null }, START + 480);
  assert.equal(step(START + 480), "accumulator_supplies_home");
  assert.equal(one.commandReport?.state, "withdrawn");
});

test("a command that reaches a home too late is refused by the home itself, and the one before goes on", () => {
  const one = home({ storedSolarWh: 5000 });
  const asked = { powerW: null, reservePercent: null, target: null, issuedAt: START, until: START + 7200 };
  one.hear({ change: 1, command: { ...asked, mode: "hold" } }, START);
  one.hear({ change: 2, command: { ...asked, mode: "discharge" } }, START + 901);
  assert.deepEqual([one.commandReport?.state, one.commandReport?.refusal], ["refused", "command_stale"]);
  one.step(START, 60, 0, 900);
  assert.equal(one.decision.code, "command_holds");
});

test("a reserve that a command asks for is gone with it", () => {
  const one = home({ storedSolarWh: 5000, reserveWh: 1000 });
  const asked = { mode: "auto", powerW: null, target: null, issuedAt: START, until: START + 120 } as const;
  one.hear({ change: 1, command: { ...asked, reservePercent: 100 } }, START);
  one.step(START, 60, 0, 900);
  assert.equal(one.decision.code, "microgrid_supplies_home_reserve_kept");
  one.step(START + 120, 60, 0, 900);
  assert.deepEqual([one.decision.code, one.situation.reserveWh], ["accumulator_supplies_home", 1000]);
});
