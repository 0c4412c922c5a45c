import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  DECISION_CODES,
  type DecisionCode,
  dispatch,
  explain,
  plainStoredValue,
  type Situation,
} from "#control/dispatch.ts";
import { NO_SUPPLY_LIMIT, type SupplyLimit } from "#control/supply-limit.ts";
import { Accumulator, type AccumulatorParameters } from "#plant/accumulator.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { J_PER_WH, onGrid } from "#plant/resolution.ts";

const EA: AccumulatorParameters = {
  capacityWh: 6400,
  chargePowerMaxW: 3000,
  dischargePowerMaxW: 2500,
  roundTripEfficiency: 0.81,
  standbyLossW: 0,
};

interface Case {
  readonly solarW?: number;
  readonly loadW?: number;
  readonly stored?: readonly [solarWh: number, gridWh: number];
  readonly ea?: Partial<AccumulatorParameters> | "none";
  readonly reserveWh?: number;
  readonly saleWh?: number;
  readonly importMaxW?: number;
  readonly exportMaxW?: number;
  readonly supply?: SupplyLimit;
  readonly value?: number;
  /** By content, from empty to full, equally long steps. */
  readonly values?: readonly number[];
  readonly capsW?: readonly [importMaxW: number, exportMaxW: number];
  readonly ceilingWh?: number;
  readonly communityW?: number;
  readonly feedsInStored?: boolean;
  readonly targetWh?: number;
  readonly gridEnergySellable?: boolean;
  readonly seconds?: number;
}

function situationOf(c: Case): Situation {
  return {
    seconds: c.seconds ?? 60,
    solarW: c.solarW ?? 0,
    loadW: c.loadW ?? 0,
    accumulator:
      c.ea === "none"
        ? undefined
        : new Accumulator({ ...EA, ...c.ea }, c.stored?.[0] ?? 3000, c.stored?.[1] ?? 0),
    connection: { importPowerMaxW: c.importMaxW ?? 6000, exportPowerMaxW: c.exportMaxW ?? 4000 },
    supply: c.supply ?? NO_SUPPLY_LIMIT,
    reserveWh: c.reserveWh ?? 1000,
    saleRemainingJ: (c.saleWh ?? 0) * J_PER_WH,
    gridEnergySellable: c.gridEnergySellable ?? false,
    importPrice: 300_000,
    feedInPrice: 80_000,
    storedValue: c.value ?? Number.NaN,
    wear: 20_000,
    values:
      c.values === undefined
        ? undefined
        : {
            capacityWh: EA.capacityWh,
            solar: Float64Array.from(c.values),
            grid: Float64Array.from(c.values),
          },
    demandResponse: c.capsW && { importPowerMaxW: c.capsW[0], exportPowerMaxW: c.capsW[1] },
    ceilingWh: c.ceilingWh,
    communityW: c.communityW,
    feedsInStored: c.feedsInStored,
    targetWh: c.targetWh,
  };
}

type Flows = Partial<Record<keyof typeof FLOW, number>>;

function decide(c: Case): { code: DecisionCode; flows: Flows } {
  const flowsW = new Float64Array(FLOWS);
  const code = DECISION_CODES[dispatch(situationOf(c), flowsW)]!;
  const flows: Flows = {};
  for (const [name, at] of Object.entries(FLOW)) {
    if (flowsW[at] !== 0) flows[name as keyof typeof FLOW] = flowsW[at]!;
  }
  return { code, flows };
}

const suspended: SupplyLimit = { powerMaxW: 0, why: "suspended" };
const reducedTo = (powerMaxW: number): SupplyLimit => ({ powerMaxW, why: "reduced" });
const vitalMinimum: SupplyLimit = { powerMaxW: 500, why: "vital_minimum" };
const full = [6400, 0] as const;
const atReserve = [1000, 0] as const;

const TABLE: readonly [title: string, given: Case, code: DecisionCode, flows: Flows][] = [
  ["nothing flows in an empty house at night", {}, "nothing_flows", {}],
  [
    "panels give exactly what the home needs",
    { solarW: 500, loadW: 500 },
    "panels_cover_home",
    { solarToHome: 500 },
  ],
  [
    "surplus charges",
    { solarW: 2500, loadW: 500 },
    "panels_cover_home_rest_charges",
    { solarToHome: 500, solarToAccumulator: 2000 },
  ],
  [
    "what charging cannot take is exported",
    { solarW: 4500, loadW: 500 },
    "panels_cover_home_rest_charges_and_exports",
    { solarToHome: 500, solarToAccumulator: 3000, solarToGrid: 1000 },
  ],
  [
    "a full accumulator leaves the surplus to the MicroGrid",
    { solarW: 2500, loadW: 500, stored: full },
    "panels_cover_home_rest_exports_accumulator_full",
    { solarToHome: 500, solarToGrid: 2000 },
  ],
  [
    "what the connection cannot take is curtailed",
    { solarW: 5500, loadW: 500, stored: full },
    "panels_curtailed_export_limit",
    { solarToHome: 500, solarToGrid: 4000, curtailed: 1000 },
  ],
  [
    "a home without an accumulator exports",
    { solarW: 2500, loadW: 500, ea: "none" },
    "panels_cover_home_rest_exports_no_accumulator",
    { solarToHome: 500, solarToGrid: 2000 },
  ],
  [
    "a home without an accumulator curtails too",
    { solarW: 5500, loadW: 500, ea: "none" },
    "panels_curtailed_export_limit",
    { solarToHome: 500, solarToGrid: 4000, curtailed: 1000 },
  ],
  [
    "a home without an accumulator imports",
    { solarW: 100, loadW: 500, ea: "none" },
    "microgrid_supplies_home_no_accumulator",
    { solarToHome: 100, gridToHome: 400 },
  ],
  [
    "the accumulator supplies the home",
    { solarW: 100, loadW: 900 },
    "accumulator_supplies_home",
    { solarToHome: 100, accumulatorToHome: 800 },
  ],
  [
    "beyond the accumulator's power the MicroGrid helps",
    { loadW: 4000 },
    "accumulator_supplies_home_power_limit",
    { accumulatorToHome: 2500, gridToHome: 1500 },
  ],
  [
    "the reserve is kept",
    { loadW: 900, stored: atReserve },
    "microgrid_supplies_home_reserve_kept",
    { gridToHome: 900 },
  ],
  [
    "an empty accumulator supplies nothing",
    { loadW: 900, stored: [0, 0], reserveWh: 0 },
    "microgrid_supplies_home_accumulator_empty",
    { gridToHome: 900 },
  ],
  [
    "the reserve keeps the import limit",
    { loadW: 7000, stored: atReserve },
    "accumulator_keeps_import_limit",
    { accumulatorToHome: 1000, gridToHome: 6000 },
  ],
  [
    "a home that needs more than everything is told so",
    { loadW: 9000, stored: [0, 0] },
    "import_limit_exceeded",
    { gridToHome: 9000 },
  ],
  [
    "a sale leaves at the accumulator's power",
    { saleWh: 1500 },
    "delivering_sale",
    { accumulatorToGrid: 2500 },
  ],
  [
    "while it delivers, the accumulator feeds the home first",
    { saleWh: 1500, loadW: 900 },
    "delivering_sale",
    { accumulatorToHome: 900, accumulatorToGrid: 1600 },
  ],
  [
    "a sale goes on top of the surplus, up to the export limit",
    { saleWh: 1500, solarW: 3000, loadW: 500 },
    "delivering_sale",
    { solarToHome: 500, solarToGrid: 2500, accumulatorToGrid: 1500 },
  ],
  [
    "where the surplus fills the connection the sale waits and the rest charges",
    { saleWh: 1500, solarW: 5000, loadW: 500 },
    "panels_cover_home_rest_charges_and_exports",
    { solarToHome: 500, solarToAccumulator: 3000, solarToGrid: 1500 },
  ],
  [
    "the last watt-hours of a sale leave at less power",
    { saleWh: 10, seconds: 900 },
    "delivering_sale",
    { accumulatorToGrid: 40 },
  ],
  [
    "a home that needs all of the accumulator's power makes the sale wait, and what is sold stays",
    { saleWh: 1800, loadW: 2600 },
    "microgrid_supplies_home_energy_sold",
    { gridToHome: 2600 },
  ],
  ["energy from the MicroGrid is not sold", { saleWh: 1500, stored: [0, 3000] }, "nothing_flows", {}],
  [
    "energy from the MicroGrid is sold where the community allows it",
    { saleWh: 1500, stored: [0, 3000], gridEnergySellable: true },
    "delivering_sale",
    { accumulatorToGrid: 2500 },
  ],
  ["a sale does not touch the reserve", { saleWh: 1500, stored: atReserve }, "nothing_flows", {}],
  [
    "with a plan, cheap stored energy lets the surplus go out",
    { solarW: 2500, loadW: 500, value: 90_000 },
    "panels_cover_home_rest_exports_worth_more",
    { solarToHome: 500, solarToGrid: 2000 },
  ],
  [
    "with a plan, what the connection cannot take still charges",
    { solarW: 5500, loadW: 500, value: 90_000 },
    "panels_cover_home_rest_exports_worth_more",
    { solarToHome: 500, solarToAccumulator: 1000, solarToGrid: 4000 },
  ],
  [
    "with a plan, energy worth more later is kept",
    { loadW: 900, value: 310_000 },
    "microgrid_supplies_home_stored_worth_more",
    { gridToHome: 900 },
  ],
  [
    "with a plan, energy worth less than the price is used",
    { loadW: 900, value: 200_000 },
    "accumulator_supplies_home",
    { accumulatorToHome: 900 },
  ],
  [
    "with a plan, a cheap hour charges from the MicroGrid within the import limit",
    { loadW: 900, value: 400_000, importMaxW: 3000 },
    "microgrid_charges_accumulator",
    { gridToHome: 900, gridToAccumulator: 2100 },
  ],
  [
    "with a plan, a cheap hour adds to the surplus",
    { solarW: 1500, loadW: 500, value: 400_000 },
    "microgrid_charges_accumulator",
    { solarToHome: 500, solarToAccumulator: 1000, gridToAccumulator: 2000 },
  ],
  [
    "limits hold whatever the plan says",
    { loadW: 7000, value: 400_000 },
    "accumulator_keeps_import_limit",
    { accumulatorToHome: 1000, gridToHome: 6000 },
  ],
  [
    "by a table of values surplus is stored up to the content where it is worth no more than outside",
    // η v > q + w where v > 111,111: below 3,200 Wh, 180 of which are missing.
    { solarW: 2500, loadW: 500, stored: [3020, 0], values: [200_000, 100_000], seconds: 900 },
    "panels_cover_home_rest_exports_worth_more",
    { solarToHome: 500, solarToAccumulator: 800, solarToGrid: 1200 },
  ],
  [
    "by a table of values the home is served down to the content that is worth more later",
    // p > v ÷ η + w where v < 252,000: above 3,200 Wh, of which 200 are there.
    { loadW: 900, stored: [3400, 0], values: [300_000, 100_000], seconds: 900 },
    "microgrid_supplies_home_stored_worth_more",
    { accumulatorToHome: 719.9990234375, gridToHome: 180.0009765625 },
  ],
  [
    "stored energy goes out unsold where that is allowed and worth more than keeping it",
    { stored: [3000, 0], values: [20_000], feedsInStored: true },
    "accumulator_exports_worth_more",
    { accumulatorToGrid: 2500 },
  ],
  [
    "and beside the home's own need",
    { loadW: 900, stored: [3000, 0], values: [20_000], feedsInStored: true },
    "accumulator_exports_worth_more",
    { accumulatorToHome: 900, accumulatorToGrid: 1600 },
  ],
  [
    "what came from the MicroGrid does not go out unsold either",
    { stored: [0, 3000], values: [20_000], feedsInStored: true },
    "nothing_flows",
    {},
  ],
  ["without that permission it stays", { stored: [3000, 0], values: [20_000] }, "nothing_flows", {}],
  [
    "a plan charges from the MicroGrid for what the owner wants by a time",
    { loadW: 900, values: [2_000_000], targetWh: 6000, importMaxW: 3000 },
    "microgrid_charges_for_target",
    { gridToHome: 900, gridToAccumulator: 2100 },
  ],
  [
    "an operator's limit bounds what a plan buys",
    { loadW: 900, value: 400_000, capsW: [1500, 4000] },
    "microgrid_charges_accumulator",
    { gridToHome: 900, gridToAccumulator: 600 },
  ],
  [
    "under an operator's limit the accumulator gives what may not come in, its reserve too",
    { loadW: 2000, stored: atReserve, value: 400_000, capsW: [1500, 4000] },
    "accumulator_keeps_import_limit",
    { accumulatorToHome: 500, gridToHome: 1500 },
  ],
  [
    "an operator's limit on what goes out curtails what cannot be stored",
    { solarW: 4500, loadW: 500, capsW: [6000, 600] },
    "panels_curtailed_export_limit",
    { solarToHome: 500, solarToAccumulator: 3000, solarToGrid: 600, curtailed: 400 },
  ],
  [
    "nothing is charged above the ceiling",
    { solarW: 2500, loadW: 500, stored: [5000, 0], ceilingWh: 5000, value: 400_000 },
    "panels_cover_home_rest_exports_accumulator_full",
    { solarToHome: 500, solarToGrid: 2000 },
  ],
  [
    "neighbours get the surplus before the accumulator where the owner chose so",
    { solarW: 2500, loadW: 500, communityW: 1200 },
    "community_takes_surplus_first",
    { solarToHome: 500, solarToAccumulator: 800, solarToGrid: 1200 },
  ],
  [
    "a reduced home that needs less than it may have notices nothing",
    { loadW: 700, ea: "none", supply: reducedTo(900) },
    "microgrid_supplies_home_no_accumulator",
    { gridToHome: 700 },
  ],
  [
    "a reduced home without an accumulator sheds what is too much",
    { loadW: 2000, ea: "none", supply: reducedTo(900) },
    "supply_reduced_load_shed",
    { gridToHome: 900, unserved: 1100 },
  ],
  [
    "in a reduced home the accumulator gives what may not come in, its reserve too",
    { loadW: 2000, stored: atReserve, supply: reducedTo(900) },
    "supply_reduced_accumulator_helps",
    { accumulatorToHome: 1100, gridToHome: 900 },
  ],
  [
    "what the accumulator cannot give either is shed",
    { loadW: 4000, supply: reducedTo(900) },
    "supply_reduced_load_shed",
    { accumulatorToHome: 2500, gridToHome: 900, unserved: 600 },
  ],
  [
    "a suspended home lives from its panels",
    { solarW: 2500, loadW: 500, ea: "none", supply: suspended },
    "panels_cover_home_rest_exports_no_accumulator",
    { solarToHome: 500, solarToGrid: 2000 },
  ],
  [
    "a suspended home without panels has nothing",
    { loadW: 800, ea: "none", supply: suspended },
    "supply_suspended_load_shed",
    { unserved: 800 },
  ],
  [
    "a suspended home lives from its accumulator, down to the last of the reserve",
    { loadW: 800, stored: atReserve, supply: suspended },
    "supply_suspended_accumulator_supplies",
    { accumulatorToHome: 800 },
  ],
  [
    "a suspended home with an empty accumulator sheds the rest",
    { solarW: 300, loadW: 800, stored: [0, 0], supply: suspended },
    "supply_suspended_load_shed",
    { solarToHome: 300, unserved: 500 },
  ],
  [
    "a plan buys nothing for a suspended home",
    { solarW: 1500, loadW: 500, value: 400_000, supply: suspended },
    "panels_cover_home_rest_charges",
    { solarToHome: 500, solarToAccumulator: 1000 },
  ],
  [
    "a plan buys for a reduced home within what it may draw",
    { loadW: 400, value: 400_000, supply: reducedTo(900) },
    "microgrid_charges_accumulator",
    { gridToHome: 400, gridToAccumulator: 500 },
  ],
  [
    "after the link is lost the vital minimum comes in",
    { loadW: 800, ea: "none", supply: vitalMinimum },
    "vital_minimum_load_shed",
    { gridToHome: 500, unserved: 300 },
  ],
  [
    "and the accumulator adds to it",
    { loadW: 800, stored: atReserve, supply: vitalMinimum },
    "vital_minimum_accumulator_helps",
    { accumulatorToHome: 300, gridToHome: 500 },
  ],
  [
    "where the contract leaves more than the connection bears, the connection is the limit and cuts nothing off",
    { loadW: 9000, stored: [0, 0], supply: reducedTo(7000) },
    "import_limit_exceeded",
    { gridToHome: 9000 },
  ],
];

for (const [title, given, code, flows] of TABLE) {
  test(title, () => {
    const actual = decide(given);
    assert.equal(actual.code, code);
    assert.deepEqual(actual.flows, flows);
  });
}

/** What an owner asks for is decided in `control/commanded`. */
const IS_ASKED = /^(command|target|local)_/;

test("every code can be reached", () => {
  const reached = new Set(TABLE.map(([, , code]) => code));
  assert.deepEqual(
    DECISION_CODES.filter((code) => !IS_ASKED.test(code)).filter((code) => !reached.has(code)),
    [],
  );
});

test("a decision says what was compared", () => {
  const situation = situationOf({ loadW: 900, stored: atReserve, saleWh: 12 });
  const code = dispatch(situation, new Float64Array(FLOWS));
  assert.deepEqual(explain(code, situation, 1_781_568_000), {
    code: "microgrid_supplies_home_energy_sold",
    numbers: {
      solarW: 0,
      loadW: 900,
      storedWh: 1000,
      capacityWh: 6400,
      reserveWh: 1000,
      storedValueMicroEurPerKwh: 252_000,
      importPriceMicroEurPerKwh: 300_000,
      feedInPriceMicroEurPerKwh: 80_000,
      saleRemainingWh: 12,
    },
    since: 1_781_568_000,
  });
  assert.equal(plainStoredValue(300_000, 0.9, 20_000), 252_000);
});

test("a decision under a limited supply says what may come in", () => {
  const situation = situationOf({ loadW: 900, ea: "none", supply: reducedTo(450) });
  const { numbers } = explain(dispatch(situation, new Float64Array(FLOWS)), situation, 0);
  assert.equal(numbers.supplyPowerMaxW, 450);
});

test("flows add up, limits hold and the accumulator can do what is asked, in every situation", () => {
  const watts = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 12_000, noNaN: true }).map(onGrid));
  const whole = (max: number) => fc.integer({ min: 0, max });
  const situation = fc.record({
    solarW: watts,
    loadW: watts,
    stored: fc.tuple(whole(3200), whole(3200)),
    ea: fc.record({ chargePowerMaxW: whole(6000), dischargePowerMaxW: whole(6000) }),
    reserveWh: whole(7000),
    saleWh: fc.oneof(fc.constant(0), whole(3000)),
    importMaxW: whole(9000),
    exportMaxW: whole(9000),
    value: fc.oneof(fc.constant(Number.NaN), whole(500_000)),
    values: fc.oneof(
      fc.constant(undefined),
      fc.array(whole(500_000), { minLength: 1, maxLength: 9 }).map((values) => values.sort((a, b) => b - a)),
    ),
    capsW: fc.oneof(fc.constant(undefined), fc.tuple(whole(9000), whole(9000))),
    ceilingWh: fc.oneof(fc.constant(undefined), whole(6400)),
    communityW: fc.oneof(fc.constant(undefined), whole(6000)),
    feedsInStored: fc.boolean(),
    gridEnergySellable: fc.boolean(),
    supply: fc.oneof(
      fc.constant(NO_SUPPLY_LIMIT),
      fc.constant(suspended),
      whole(9000).map(reducedTo),
      fc.constant(vitalMinimum),
    ),
    seconds: fc.constantFrom(1, 5, 60, 900),
  });
  fc.assert(
    fc.property(situation, ({ values, capsW, ceilingWh, communityW, ...given }) => {
      const s = situationOf({
        ...given,
        ...(values && { values }),
        ...(capsW && { capsW }),
        ...(ceilingWh !== undefined && { ceilingWh }),
        ...(communityW !== undefined && { communityW }),
      });
      const importPowerMaxW = Math.min(s.connection.importPowerMaxW, capsW?.[0] ?? 9e9);
      const exportPowerMaxW = Math.min(s.connection.exportPowerMaxW, capsW?.[1] ?? 9e9);
      const f = new Float64Array(FLOWS);
      dispatch(s, f);
      const [toHome, toStore, toGrid, storeHome, storeGrid, gridHome, gridStore, curtailed, unserved] =
        f as unknown as number[];
      for (const value of f) assert.ok(value >= 0 && value === onGrid(value));
      assert.equal(toHome! + storeHome! + gridHome! + unserved!, s.loadW);
      const { powerMaxW, why } = s.supply;
      // Where the connection bears less than the contract leaves, it is the limit: pointed at, never cut off.
      const isLimited = why !== "none" && powerMaxW < importPowerMaxW;
      assert.ok(unserved === 0 || isLimited, "shed without a limit");
      if (isLimited) {
        assert.ok(gridHome! + gridStore! <= powerMaxW, "more came in than the contract leaves");
        if (unserved! > 0) assert.equal(gridHome, powerMaxW, "shed while more might come in");
      }
      assert.equal(toHome! + toStore! + toGrid! + curtailed!, s.solarW);
      assert.ok(toGrid! + storeGrid! <= exportPowerMaxW);
      assert.ok(gridStore === 0 || gridHome! + gridStore! <= importPowerMaxW);
      assert.ok(toStore! + gridStore! === 0 || storeHome! + storeGrid! === 0, "both ways at once");
      assert.ok(toGrid! + storeGrid! === 0 || gridHome! + gridStore! === 0, "taken and given at once");
      const accumulator = s.accumulator!;
      const beforeJ = accumulator.solarJ + accumulator.gridJ;
      accumulator.step(s.seconds, toStore!, gridStore!, storeHome!, storeGrid!);
      const afterJ = accumulator.solarJ + accumulator.gridJ;
      const importMaxW = Math.min(importPowerMaxW, powerMaxW);
      // A suspended home touches its reserve as soon as it needs anything.
      if (gridHome! < importMaxW && afterJ < beforeJ) {
        assert.ok(afterJ >= s.reserveWh * J_PER_WH - 1, "the reserve was touched");
      }
      if (!s.gridEnergySellable) assert.equal(accumulator.movement[6], 0, "grid energy was sold");
      if (!given.feedsInStored) {
        assert.ok(storeGrid! * s.seconds < s.saleRemainingJ + 1, "more delivered than sold");
      }
      const ceilingJ = Math.max(beforeJ, (ceilingWh ?? EA.capacityWh) * J_PER_WH);
      assert.ok(afterJ <= ceilingJ, "charged above the ceiling");
    }),
    { numRuns: 3000 },
  );
});
