import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import type { Plan } from "#control/plan.ts";
import { FLOW } from "#plant/flows.ts";
import { panelField } from "#plant/panel.ts";
import { Home } from "#sim/home.ts";
import { HomePlans } from "#sim/home-plans.ts";

const START = parseInstant("2026-06-17T03:30Z")!;
const SITE = {
  panels: [panelField(4500, 28, 170)],
  inverter: { ratedW: 4200, nominalEfficiency: 0.96 },
  accumulator: {
    ...{ capacityWh: 6400, chargePowerMaxW: 3300, dischargePowerMaxW: 3300 },
    ...{ roundTripEfficiency: 0.9, standbyLossW: 4 },
  },
  connection: { importPowerMaxW: 9000, exportPowerMaxW: 6000 },
};

test("a home that lived dull days buys at night for the dear evening, shows its plan, and one without a store does not", () => {
  const prices = (time: number) => {
    const hour = Math.floor((time % 86_400) / 3600) + 2;
    return { importPrice: hour % 24 < 7 ? 100_000 : 500_000, feedInPrice: 80_000 };
  };
  const home = new Home({ plant: 1, site: SITE, start: START, ...prices(START) });
  const bare = new Home({
    plant: 2,
    site: { ...SITE, accumulator: undefined },
    start: START,
    ...prices(START),
  });
  const days = Array.from({ length: 3 * 96 }, () => ({ loadW: 800, solarW: 0 }));
  const shown = new Map<number, { plan: Plan; high: readonly number[] }>();
  const plans = new HomePlans(
    [home, bare],
    prices,
    () => days,
    (plant, plan, { high }) => shown.set(plant, { plan, high }),
  );
  home.step(START, 60, 0, 800);
  assert.equal(home.flowsW[FLOW.gridToAccumulator], 0, "without a plan nothing is bought");
  assert.equal(plans.plan(START), 0);
  home.step(START + 60, 60, 0, 800);
  assert.ok(home.flowsW[FLOW.gridToAccumulator]! > 0);
  assert.equal(home.decision.code, "microgrid_charges_accumulator");
  assert.deepEqual([...shown.keys()], [1]);
  const { plan, high } = shown.get(1)!;
  assert.equal(high.length, plan.steps.length);
  assert.ok(plan.steps.every(({ start }, i) => i === 0 || start > plan.steps[i - 1]!.start));
});

test("before a first day is lived there is no plan, and the plain rule goes on", () => {
  const home = new Home({ plant: 1, site: SITE, start: START, importPrice: 100_000, feedInPrice: 80_000 });
  const plans = new HomePlans(
    [home],
    () => ({ importPrice: 100_000, feedInPrice: 80_000 }),
    () => [],
    () => assert.fail("nothing is known of this home"),
  );
  plans.plan(START);
  assert.equal(home.situation.values, undefined);
});
