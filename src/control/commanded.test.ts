import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CommandBound, Directive } from "#control/command.ts";
import { decide, explainObeyed, type Obeyed } from "#control/commanded.ts";
import { DECISION_CODES, type DecisionCode, type Situation } from "#control/dispatch.ts";
import { NO_SUPPLY_LIMIT, type SupplyLimit } from "#control/supply-limit.ts";
import { Accumulator } from "#plant/accumulator.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";
import { J_PER_WH, onGrid } from "#plant/resolution.ts";

const EA = {
  capacityWh: 6400,
  chargePowerMaxW: 3000,
  dischargePowerMaxW: 2500,
  roundTripEfficiency: 0.81,
  standbyLossW: 0,
};

interface Case {
  readonly act: Directive["act"];
  readonly by?: Directive["by"];
  readonly powerW?: number;
  readonly reserveWh?: number;
  readonly fullWh?: number;
  readonly solarW?: number;
  readonly loadW?: number;
  readonly solarWh?: number;
  readonly gridWh?: number;
  readonly saleWh?: number;
  readonly supply?: SupplyLimit;
  readonly importMaxW?: number;
  readonly exportMaxW?: number;
  readonly gridEnergySellable?: boolean;
  readonly value?: number;
  readonly seconds?: number;
}

function directiveFor(c: Case): Directive {
  return {
    act: c.act,
    powerW: c.powerW ?? Number.POSITIVE_INFINITY,
    reserveWh: c.reserveWh ?? 1000,
    fullWh: c.fullWh ?? EA.capacityWh,
    by: c.by ?? "owner",
    until: 1000,
    endsAt: 1000,
    target: c.by === "target" ? { socPercent: 50, by: 1000 } : null,
  };
}

function situationFor(c: Case): Situation {
  return {
    seconds: c.seconds ?? 60,
    solarW: c.solarW ?? 0,
    loadW: c.loadW ?? 500,
    accumulator: new Accumulator(EA, c.solarWh ?? 3000, c.gridWh ?? 0),
    connection: { importPowerMaxW: c.importMaxW ?? 6000, exportPowerMaxW: c.exportMaxW ?? 4000 },
    supply: c.supply ?? NO_SUPPLY_LIMIT,
    reserveWh: 0,
    saleRemainingJ: (c.saleWh ?? 0) * J_PER_WH,
    gridEnergySellable: c.gridEnergySellable ?? false,
    importPrice: 300_000,
    feedInPrice: 80_000,
    storedValue: c.value ?? Number.NaN,
    wear: 0,
  };
}

type Flows = Partial<Record<keyof typeof FLOW, number>>;

function run(c: Case): { code: DecisionCode; bound: CommandBound | null; flows: Flows } {
  const flowsW = new Float64Array(FLOWS);
  const outcome: Obeyed = { code: 0, bound: null };
  decide(situationFor(c), directiveFor(c), flowsW, outcome);
  const flows: Flows = {};
  for (const [name, at] of Object.entries(FLOW)) {
    if (flowsW[at] !== 0) flows[name as keyof typeof FLOW] = flowsW[at]!;
  }
  return { code: DECISION_CODES[outcome.code]!, bound: outcome.bound, flows };
}

const TABLE: readonly [
  title: string,
  given: Case,
  code: DecisionCode,
  bound: CommandBound | null,
  flows: Flows,
][] = [
  [
    "a free accumulator serves the home",
    { act: "free" },
    "accumulator_supplies_home",
    null,
    { accumulatorToHome: 500 },
  ],
  ["held, it gives nothing", { act: "hold" }, "command_holds", null, { gridToHome: 500 }],
  [
    "held, it takes what the panels have left",
    { act: "hold", solarW: 1500 },
    "panels_cover_home_rest_charges",
    null,
    { solarToHome: 500, solarToAccumulator: 1000 },
  ],
  [
    "held, it buys nothing, however much the plan would",
    { act: "hold", value: 900_000 },
    "command_holds",
    null,
    { gridToHome: 500 },
  ],
  [
    "held at the gateway, it is the gateway's word",
    { act: "hold", by: "local" },
    "local_holds",
    null,
    { gridToHome: 500 },
  ],
  [
    "charging takes the panels' surplus and buys the rest",
    { act: "charge", solarW: 1500, powerW: 2000 },
    "command_charges",
    null,
    { solarToHome: 500, solarToAccumulator: 1000, gridToAccumulator: 1000 },
  ],
  [
    "charging buys no more than the connection lets in",
    { act: "charge", importMaxW: 2000 },
    "command_charges",
    "import_limit",
    { gridToHome: 500, gridToAccumulator: 1500 },
  ],
  [
    "charging buys no more than the contract lets in",
    { act: "charge", supply: { powerMaxW: 900, why: "reduced" } },
    "command_charges",
    "supply",
    { gridToHome: 500, gridToAccumulator: 400 },
  ],
  [
    "a full accumulator that shall charge is kept full",
    { act: "charge", solarWh: 6400 },
    "command_holds",
    "full",
    { gridToHome: 500 },
  ],
  [
    "surplus beyond the power that was asked goes out",
    { act: "charge", powerW: 400, solarW: 1500 },
    "command_charges",
    null,
    { solarToHome: 500, solarToAccumulator: 400, solarToGrid: 600 },
  ],
  [
    "discharging serves the home, then the MicroGrid",
    { act: "discharge", powerW: 2000 },
    "command_discharges",
    null,
    { accumulatorToHome: 500, accumulatorToGrid: 1500 },
  ],
  [
    "discharging stops at the reserve",
    { act: "discharge", solarWh: 1000 },
    "command_holds",
    "reserve",
    { gridToHome: 500 },
  ],
  [
    "discharging lets no more out than the connection bears",
    { act: "discharge", exportMaxW: 700 },
    "command_discharges",
    "export_limit",
    { accumulatorToHome: 500, accumulatorToGrid: 700 },
  ],
  [
    "what came from the MicroGrid serves the home alone",
    { act: "discharge", solarWh: 0, gridWh: 3000 },
    "command_discharges",
    "provenance",
    { accumulatorToHome: 500 },
  ],
  [
    "what is sold leaves even while the accumulator is held",
    { act: "hold", saleWh: 400, loadW: 0 },
    "delivering_sale",
    "sale",
    { accumulatorToGrid: 2500 },
  ],
  [
    "a suspended home lives from its accumulator even while it is held, reserve and all",
    { act: "hold", supply: { powerMaxW: 0, why: "suspended" }, reserveWh: 3000 },
    "supply_suspended_accumulator_supplies",
    "supply",
    { accumulatorToHome: 500 },
  ],
  [
    "held, it still keeps the connection's limit",
    { act: "hold", importMaxW: 300 },
    "accumulator_keeps_import_limit",
    "import_limit",
    { accumulatorToHome: 200, gridToHome: 300 },
  ],
];

for (const [title, given, code, bound, flows] of TABLE) {
  test(title, () => assert.deepEqual(run(given), { code, bound, flows }));
}

test("every decision that somebody asked for can be reached, and says who asked", () => {
  const reached = new Set<DecisionCode>();
  for (const act of ["hold", "charge", "discharge"] as const) {
    for (const by of ["owner", "target", "local"] as const) reached.add(run({ act, by, powerW: 900 }).code);
  }
  const asked = DECISION_CODES.filter((code) => /^(command|target|local)_/.test(code));
  assert.deepEqual([...reached].sort(), [...asked].sort());
});

test("a charge to a target ends at the target", () => {
  const c: Case = { act: "charge", by: "target", fullWh: 3010, seconds: 60 };
  const situation = situationFor(c);
  const flowsW = new Float64Array(FLOWS);
  const outcome: Obeyed = { code: 0, bound: null };
  for (let i = 0; i < 5; i++) {
    decide(situation, directiveFor(c), flowsW, outcome);
    situation.accumulator!.step(60, flowsW[1]!, flowsW[6]!, flowsW[3]!, flowsW[4]!);
  }
  assert.ok(Math.abs(situation.accumulator!.storedWh - 3010) < 0.01, `${situation.accumulator!.storedWh}`);
  assert.deepEqual([DECISION_CODES[outcome.code], outcome.bound], ["target_holds", null]);
});

test("a decision that somebody asked for says until when", () => {
  const c: Case = { act: "charge", powerW: 2000 };
  const outcome: Obeyed = { code: 0, bound: null };
  const situation = situationFor(c);
  decide(situation, directiveFor(c), new Float64Array(FLOWS), outcome);
  const { code, numbers } = explainObeyed(outcome, situation, directiveFor(c), 7);
  assert.equal(code, "command_charges");
  assert.deepEqual([numbers.untilTime, numbers.commandW], [1000, 2000]);
});

const watts = (max: number) => fc.double({ min: 0, max, noNaN: true }).map(onGrid);

test("whatever is asked, flows add up and no limit is passed", () => {
  const cases = fc.record({
    act: fc.constantFrom<Directive["act"]>("free", "hold", "charge", "discharge"),
    powerW: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), watts(4000)),
    reserveWh: fc.integer({ min: 0, max: 6400 }),
    fullWh: fc.integer({ min: 0, max: 6400 }),
    solarW: watts(6000),
    loadW: watts(9000),
    solarWh: fc.integer({ min: 0, max: 3200 }),
    gridWh: fc.integer({ min: 0, max: 3200 }),
    saleWh: fc.constantFrom(0, 0, 300),
    supply: fc.constantFrom<SupplyLimit>(
      NO_SUPPLY_LIMIT,
      { powerMaxW: 700, why: "reduced" },
      { powerMaxW: 0, why: "suspended" },
    ),
    importMaxW: watts(6000),
    exportMaxW: watts(4000),
    gridEnergySellable: fc.boolean(),
    value: fc.constantFrom(Number.NaN, 0, 200_000, 900_000),
    seconds: fc.constantFrom(1, 60, 900),
  });
  fc.assert(
    fc.property(cases, (c) => {
      const situation = situationFor(c);
      const w = new Float64Array(FLOWS);
      decide(situation, directiveFor(c), w, { code: 0, bound: null });
      assert.ok(w.every((flow) => flow >= 0));
      const home =
        w[FLOW.solarToHome]! + w[FLOW.accumulatorToHome]! + w[FLOW.gridToHome]! + w[FLOW.unserved]!;
      assert.equal(home, c.loadW);
      const panels =
        w[FLOW.solarToHome]! + w[FLOW.solarToAccumulator]! + w[FLOW.solarToGrid]! + w[FLOW.curtailed]!;
      assert.equal(panels, c.solarW);
      const charged = w[FLOW.solarToAccumulator]! + w[FLOW.gridToAccumulator]!;
      const given = w[FLOW.accumulatorToHome]! + w[FLOW.accumulatorToGrid]!;
      assert.ok(charged <= EA.chargePowerMaxW && given <= EA.dischargePowerMaxW && charged * given === 0);
      assert.ok(w[FLOW.solarToGrid]! + w[FLOW.accumulatorToGrid]! <= c.exportMaxW);
      if (charged > 0 && w[FLOW.gridToAccumulator]! > 0) {
        assert.ok(
          w[FLOW.gridToHome]! + w[FLOW.gridToAccumulator]! <= Math.min(c.importMaxW, c.supply.powerMaxW),
        );
      }
      const { accumulator } = situation;
      accumulator!.step(
        c.seconds,
        w[FLOW.solarToAccumulator]!,
        w[FLOW.gridToAccumulator]!,
        w[FLOW.accumulatorToHome]!,
        w[FLOW.accumulatorToGrid]!,
      );
      if (!c.gridEnergySellable)
        assert.equal(accumulator!.movement[6], 0, "nothing from the MicroGrid is sold");
      assert.equal(
        Number.isNaN(situation.storedValue),
        Number.isNaN(c.value),
        "the plan's value is left as it was",
      );
    }),
    { numRuns: 1500 },
  );
});
