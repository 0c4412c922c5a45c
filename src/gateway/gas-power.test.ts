/** A home with a micro-CHP at its meter: what gas makes is in no reading, and never the sun's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { type Closed, Meter, type MeterState, type Seen } from "#gateway/meter.ts";
import { demandWh, exportWh, generationWh, importWh } from "#metering/reading.ts";
import { type PlantLimits, validateReading } from "#metering/vee.ts";
import { FLOW } from "#plant/flows.ts";
import { gasSeen, homeNow, measuredFlows } from "./home-now.ts";
import { freezeImage, type ProcessImage } from "./process-image.ts";

const START = 1_781_604_000;
const LIMITS: PlantLimits = {
  ...{ plant: 7, solarPowerMaxW: 6_000, capacityWh: 10_000, chargePowerMaxW: 3_000 },
  ...{ dischargePowerMaxW: 3_000, importPowerMaxW: 6_000, exportPowerMaxW: 6_000 },
};

/** A home by its physics: load, sun, gas engine and accumulator; registers in whole Wh. */
class Home {
  readonly wh = { import: 0, export: 0, solar: 0, charged: 0, discharged: 0, gas: 0 };
  storedWh = 4_000;
  loadW = 0;
  solarW = 0;
  gasW = 0;
  /** Discharge positive. */
  accumulatorW = 0;

  get gridW(): number {
    return this.loadW - this.solarW - this.gasW - this.accumulatorW;
  }

  pass(seconds: number): void {
    const hours = seconds / 3600;
    this.wh.import += Math.max(0, this.gridW) * hours;
    this.wh.export += Math.max(0, -this.gridW) * hours;
    this.wh.solar += this.solarW * hours;
    this.wh.gas += this.gasW * hours;
    this.wh.charged += Math.max(0, -this.accumulatorW) * hours;
    this.wh.discharged += Math.max(0, this.accumulatorW) * hours;
    this.storedWh -= this.accumulatorW * hours;
  }

  image(isEngineHeard = true): ProcessImage {
    const measuredAt = START * 1000;
    const known = { template: "", sheet: {}, readAt: measuredAt, problem: undefined };
    const { gridW, solarW, gasW, accumulatorW, wh } = this;
    const floor = Math.floor;
    return freezeImage(measuredAt, [
      { ...known, id: "counter", kind: "counter", measuredAt, values: { powerW: gridW } },
      { ...known, id: "inverter", kind: "inverter", measuredAt, values: { powerW: solarW } },
      { ...known, id: "battery", kind: "accumulator", measuredAt, values: { powerW: accumulatorW } },
      {
        ...{ ...known, id: "chp", kind: "micro_chp", values: { powerW: gasW, energyWh: floor(wh.gas) } },
        measuredAt: isEngineHeard ? measuredAt : undefined,
      },
    ]);
  }

  seen(isEngineHeard = true): Seen {
    const image = this.image(isEngineHeard);
    const home = homeNow(image, 2_500);
    const { gas: _, ...counted } = this.wh;
    const registersWh = Object.fromEntries(
      Object.entries(counted).map(([name, wh]) => [name, Math.floor(wh)]),
    ) as Seen["registersWh"];
    const { storedWh } = this;
    return { registersWh, flowsW: measuredFlows(home), storedWh, gas: gasSeen(image, home) };
  }
}

function sums(closed: readonly Closed[]) {
  let [imported, exported, generated, demand, soldSolar, chargedSolar, chargedGrid] = [0, 0, 0, 0, 0, 0, 0];
  let previous: Closed["reading"] | undefined;
  for (const { reading } of closed) {
    const findings = validateReading(reading, LIMITS, previous, {
      firstOpening: { solarWh: 3_000, gridWh: 1_000 },
    });
    assert.deepEqual(findings, [], JSON.stringify(reading));
    previous = reading;
    imported += importWh(reading.flows);
    exported += exportWh(reading.flows);
    generated += generationWh(reading.flows);
    demand += demandWh(reading.flows);
    soldSolar += reading.flows.solarToGrid + reading.storedSolar.exportedWh;
    chargedSolar += reading.storedSolar.chargedWh;
    chargedGrid += reading.storedGrid.chargedWh;
  }
  return { imported, exported, generated, demand, soldSolar, chargedSolar, chargedGrid };
}

const metered = () => new Meter(7, { from: START, solarWh: 3_000, gridWh: 1_000 });

/** An hour in steps of ten seconds as it is set. */
function hour(home: Home, meter: Meter, from: number, isEngineHeard = true): Closed[] {
  const closed: Closed[] = [];
  for (let t = 10; t <= 3_600; t += 10) {
    home.pass(10);
    closed.push(...meter.see(START + from + t, 10, home.seen(isEngineHeard)));
  }
  return closed;
}

test("gas serves the house first; what leaves of it is in no reading", () => {
  // Each hour: load, sun, gas, accumulator; then what the readings say.
  const rows: [
    why: string,
    flows: [number, number, number, number],
    says: Partial<ReturnType<typeof sums>>,
  ][] = [
    [
      "the house draws more than it makes",
      [1_500, 0, 1_000, 0],
      { imported: 500, exported: 0, demand: 500, generated: 0 },
    ],
    ["at night 700 W go out", [300, 0, 1_000, 0], { imported: 0, exported: 0, demand: 0, generated: 0 }],
    [
      "by day the sun goes out",
      [600, 2_000, 1_000, 0],
      { exported: 2_000, generated: 2_000, soldSolar: 2_000 },
    ],
    [
      "and is stored",
      [600, 2_000, 1_000, -1_500],
      { exported: 500, generated: 2_000, chargedSolar: 1_500, chargedGrid: 0 },
    ],
    [
      "gas is stored beside the books",
      [300, 0, 1_000, -700],
      { exported: 0, imported: 0, chargedSolar: 0, chargedGrid: 0 },
    ],
    [
      "and what comes in is the MicroGrid's",
      [300, 0, 1_000, -2_000],
      { imported: 1_300, chargedGrid: 1_300 },
    ],
  ];
  for (const [why, [loadW, solarW, gasW, accumulatorW], says] of rows) {
    const home = Object.assign(new Home(), { loadW, solarW, gasW, accumulatorW });
    const meter = metered();
    meter.see(START, 0, home.seen());
    const told = sums(hour(home, meter, 0));
    for (const [name, wh] of Object.entries(says)) {
      const value = told[name as keyof typeof told];
      assert.ok(Math.abs(value - wh) <= 6, `${why}: ${name} is ${value} Wh, not ${wh}`);
    }
  }
});

test("what is shown of each second holds no gas either", () => {
  const home = Object.assign(new Home(), { loadW: 300, gasW: 1_000, accumulatorW: -2_000 });
  const seen = homeNow(home.image(), 2_500);
  const flowsW = measuredFlows(seen)!;
  assert.deepEqual([flowsW[FLOW.gridToAccumulator], flowsW[FLOW.gridToHome]], [1_300, 0]);
  assert.deepEqual(gasSeen(home.image(), seen)?.flowsW, { madeW: 1_000, toAccumulatorW: 700, toGridW: 0 });
});

test("what was stored out of gas serves the house before what may be sold, and is no part of the books", () => {
  const home = Object.assign(new Home(), { loadW: 300, gasW: 1_000, accumulatorW: -700 });
  const meter = metered();
  meter.see(START, 0, home.seen());
  hour(home, meter, 0);
  const { solarWh, gridWh, gasWh = 0 } = meter.books;
  assert.deepEqual([Math.round(solarWh), Math.round(gridWh)], [3_000, 1_000]);
  assert.ok(Math.abs(gasWh - 700) < 6, `${gasWh} Wh`);
  Object.assign(home, { loadW: 700, gasW: 0, accumulatorW: 700 });
  const used = sums(hour(home, new Meter(7, JSON.parse(JSON.stringify(meter.state)) as MeterState), 3_600));
  assert.ok(used.demand <= 6, `${used.demand} Wh of the books for a house that lives from gas`);
});

test("an engine that is not heard, or that ran while nobody looked, makes nothing the sun's", () => {
  const home = Object.assign(new Home(), { loadW: 300, solarW: 500, gasW: 1_000 });
  const unheard = metered();
  unheard.see(START, 0, home.seen(false));
  const told = sums(hour(home, unheard, 0, false));
  assert.ok(told.soldSolar <= 500 && told.generated <= 500, JSON.stringify(told));

  // Half of it at night, half beside a sun that the house uses itself: a gateway that was off cannot tell them apart.
  const away = Object.assign(new Home(), { loadW: 300, gasW: 1_000 });
  const meter = metered();
  meter.see(START, 0, away.seen());
  away.pass(3_600);
  Object.assign(away, { loadW: 2_000, solarW: 1_000, gasW: 0 });
  away.pass(3_600);
  const after = sums(meter.see(START + 7_200, 0, away.seen()));
  assert.ok(after.exported <= 4, `${after.exported} Wh of gas in the readings`);
  assert.ok(Math.abs(after.imported - 1_000) <= 8, `${after.imported} Wh came in`);
});

test("random days: no more is the sun's than its meter says, nothing goes out that did not", () => {
  for (let seed = 0; seed < 6; seed++) {
    const random = new Random(`gas ${seed}`);
    const home = new Home();
    const meter = metered();
    meter.see(START, 0, home.seen());
    const closed: Closed[] = [];
    for (let t = 30; t <= 6 * 3600; t += 30) {
      if (random.integer(20) === 0) home.loadW = random.integer(4_000);
      if (random.integer(20) === 0) home.solarW = Math.max(0, random.integer(6_000) - 2_000);
      if (random.integer(40) === 0) home.gasW = home.gasW > 0 ? 0 : 1_000;
      if (random.integer(20) === 0) home.accumulatorW = random.integer(5_000) - 2_500;
      const stays = home.storedWh - (home.accumulatorW * 30) / 3600;
      if (stays < 200 || stays > 9_800) home.accumulatorW = 0;
      home.pass(30);
      // Now and then the engine is not heard, or nobody looks.
      if (random.integer(60) === 0) continue;
      closed.push(...meter.see(START + t, 30, home.seen(random.integer(30) !== 0)));
    }
    const told = sums(closed);
    const slack = 40;
    const why = `seed ${seed}: ${JSON.stringify(told)} of ${JSON.stringify(home.wh)}`;
    assert.ok(told.generated <= home.wh.solar + slack, why);
    assert.ok(told.exported <= home.wh.export + slack, why);
    assert.ok(Math.abs(told.imported - home.wh.import) <= slack, why);
  }
});
