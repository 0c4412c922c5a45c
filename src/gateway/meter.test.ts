import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#base/random.ts";
import { type Closed, Meter, type MeterState, type Quantity, type Seen } from "#gateway/meter.ts";
import { exportWh, generationWh, importWh, type Reading } from "#metering/reading.ts";
import { type PlantLimits, validateReading } from "#metering/vee.ts";
import { FLOW, FLOWS } from "#plant/flows.ts";

const START = 1_781_604_000;
const LIMITS: PlantLimits = {
  plant: 7,
  solarPowerMaxW: 6_000,
  capacityWh: 10_000,
  chargePowerMaxW: 3_000,
  dischargePowerMaxW: 3_000,
  importPowerMaxW: 6_000,
  exportPowerMaxW: 6_000,
};

/** A home with whole-Wh registers, and the flows that turn them. */
class Home {
  readonly wh: { [quantity in Quantity]: number } = {
    import: 1_000.4,
    export: 500,
    solar: 9_000,
    charged: 300,
    discharged: 250,
  };
  storedWh = 4_000;
  readonly flowsW = new Float64Array(FLOWS);

  flow(flows: Partial<Record<keyof typeof FLOW, number>>): void {
    this.flowsW.fill(0);
    for (const [name, powerW] of Object.entries(flows)) this.flowsW[FLOW[name as keyof typeof FLOW]] = powerW;
  }

  pass(seconds: number): void {
    const [sh, sa, sg, ah, ag, gh, ga] = this.flowsW as unknown as number[];
    const hours = seconds / 3600;
    this.wh.import += (gh! + ga!) * hours;
    this.wh.export += (sg! + ag!) * hours;
    this.wh.solar += (sh! + sa! + sg!) * hours;
    this.wh.charged += (sa! + ga!) * hours;
    this.wh.discharged += (ah! + ag!) * hours;
    this.storedWh += (0.95 * (sa! + ga!) - (ah! + ag!) / 0.95) * hours;
  }

  seen(changes: Partial<Seen> = {}): Seen {
    const registersWh = Object.fromEntries(
      Object.entries(this.wh).map(([name, wh]) => [name, Math.floor(wh)]),
    ) as Seen["registersWh"];
    return { registersWh, flowsW: this.flowsW, storedWh: this.storedWh, ...changes };
  }
}

function checked(readings: readonly Closed[], openingSolarWh: number, openingGridWh: number): void {
  let previous: Reading | undefined;
  for (const { reading } of readings) {
    const firstOpening = { solarWh: openingSolarWh, gridWh: openingGridWh };
    const findings = validateReading(reading, LIMITS, previous, { firstOpening });
    assert.deepEqual(findings, [], JSON.stringify(reading));
    previous = reading;
  }
}

function sum(readings: readonly Closed[], of: (reading: Reading) => number): number {
  return readings.reduce((total, { reading }) => total + of(reading), 0);
}

const metered = () => new Meter(7, { from: START, solarWh: 3_000, gridWh: 1_000 });

test("a day's readings are whole, possible, follow each other, and sum to what the registers counted", () => {
  const home = new Home();
  const meter = metered();
  const random = new Random("a day");
  const before = { ...home.wh };
  const readings: Closed[] = [];
  readings.push(...meter.see(START, 0, home.seen()));
  for (let t = 10; t <= 86_400; t += 10) {
    if (t % 600 === 0) {
      const sun = random.integer(3) === 0 ? 0 : random.integer(3_000);
      const deal = random.integer(4);
      if (home.storedWh > 9_000 || home.storedWh < 1_000) {
        home.flow({ solarToHome: 200, solarToGrid: sun, accumulatorToHome: home.storedWh > 9_000 ? 900 : 0 });
      } else if (deal === 0) home.flow({ solarToHome: 300, solarToAccumulator: sun, gridToHome: 100 });
      else if (deal === 1) home.flow({ accumulatorToHome: 700, accumulatorToGrid: 500, solarToGrid: sun });
      else if (deal === 2) home.flow({ gridToHome: 450, gridToAccumulator: 1_000, solarToHome: sun / 2 });
      else home.flow({ solarToHome: sun, gridToHome: 333 });
    }
    home.pass(10);
    readings.push(...meter.see(START + t, 10, home.seen()));
  }
  assert.equal(readings.length, 96);
  checked(readings, 3_000, 1_000);
  const grown = (name: Quantity) => home.wh[name] - before[name];
  assert.ok(Math.abs(sum(readings, ({ flows }) => importWh(flows)) - grown("import")) < 3);
  assert.ok(Math.abs(sum(readings, ({ flows }) => exportWh(flows)) - grown("export")) < 3);
  assert.ok(Math.abs(sum(readings, ({ flows }) => generationWh(flows)) - grown("solar")) < 8);
  const last = readings.at(-1)!.reading;
  const stored = last.closingSolarWh + last.closingGridWh;
  assert.ok(stored <= home.storedWh + 2, "the books are not ahead of the state of charge");
  assert.ok(stored > home.storedWh - 60, `nor far behind it: ${stored} of ${home.storedWh} Wh`);
});

test("killed in the middle of a quarter hour and begun again, a meter loses nothing of the registers' difference", () => {
  const home = new Home();
  home.flow({ gridToHome: 1_800, solarToHome: 600 });
  let meter = metered();
  meter.see(START, 0, home.seen());
  const atClose: MeterState = JSON.parse(JSON.stringify(meter.state));
  for (let t = 1; t <= 300; t++) {
    home.pass(1);
    meter.see(START + t, 1, home.seen());
  }
  // Killed: what it had added up since the last close is gone, the registers go on for five minutes.
  home.pass(300);
  meter = new Meter(7, atClose);
  const readings: Closed[] = [];
  for (let t = 600; t <= 900; t++) {
    readings.push(...meter.see(START + t, 1, home.seen()));
    home.pass(1);
  }
  assert.equal(readings.length, 1);
  const { flows } = readings[0]!.reading;
  assert.ok(Math.abs(importWh(flows) - 450) <= 1, `${importWh(flows)} Wh`);
  assert.ok(Math.abs(generationWh(flows) - 150) <= 1, `${generationWh(flows)} Wh`);
});

test("what flowed while nobody looked is spread over the quarter hours that were missed", () => {
  const home = new Home();
  home.flow({ gridToHome: 1_000, solarToAccumulator: 500 });
  let meter = metered();
  meter.see(START, 0, home.seen());
  const kept: MeterState = JSON.parse(JSON.stringify(meter.state));
  home.pass(3 * 3600 + 600);
  meter = new Meter(7, kept);
  const readings = meter.see(START + 3 * 3600 + 600, 1, home.seen());
  assert.equal(readings.length, 12);
  assert.ok(readings.every(({ isSpread }) => isSpread));
  for (const { reading } of readings) {
    assert.ok(Math.abs(importWh(reading.flows) - 250) <= 1, `${importWh(reading.flows)} Wh`);
    assert.ok(Math.abs(reading.flows.solarToAccumulator - 125) <= 2);
  }
  checked(readings, 3_000, 1_000);
  // The ten minutes of the quarter hour that runs are its own.
  home.pass(300);
  const [next] = meter.see(START + 3 * 3600 + 900, 1, home.seen());
  assert.ok(Math.abs(importWh(next!.reading.flows) - 250) <= 1);
});

test("a register that cannot be read at the end is stood in for, and set right when it is heard again", () => {
  const home = new Home();
  home.flow({ gridToHome: 1_200 });
  const meter = metered();
  meter.see(START, 0, home.seen());
  const readings: Closed[] = [];
  const silent = { ...home.seen().registersWh, import: undefined };
  for (let t = 1; t <= 1800; t++) {
    home.pass(1);
    // The counter falls silent for twenty minutes; its powers are half known.
    const lost = t > 300 && t < 1500;
    const seen = lost
      ? { ...home.seen({ registersWh: silent }), flowsW: t % 2 === 0 ? home.flowsW : undefined }
      : home.seen();
    readings.push(...meter.see(START + t, 1, seen));
  }
  assert.equal(readings.length, 2);
  const first = importWh(readings[0]!.reading.flows);
  assert.ok(Math.abs(first - 200) <= 1, `five minutes by the register, half of ten by powers: ${first} Wh`);
  assert.equal(
    sum(readings, ({ flows }) => importWh(flows)),
    600,
  );
});

test("a register that falls back is of another device, and counts from its new value on", () => {
  const home = new Home();
  home.flow({ gridToHome: 3_600 });
  const meter = metered();
  meter.see(START, 0, home.seen());
  const readings: Closed[] = [];
  for (let t = 1; t <= 900; t++) {
    home.pass(1);
    if (t === 450) home.wh.import = 3;
    readings.push(...meter.see(START + t, 1, home.seen()));
  }
  const energy = importWh(readings[0]!.reading.flows);
  assert.ok(Math.abs(energy - 900) <= 2, `${energy} Wh`);
});

test("a clock that is set back makes no quarter hour twice, and one that jumps ahead loses no energy", () => {
  const home = new Home();
  home.flow({ gridToHome: 3_600 });
  const meter = metered();
  const readings: Closed[] = [];
  const see = (time: number) => readings.push(...meter.see(time, 1, home.seen()));
  meter.see(START, 0, home.seen());
  for (let t = 1; t <= 1_000; t++) {
    home.pass(1);
    see(START + t);
  }
  for (let t = 0; t < 300; t++) {
    home.pass(1);
    see(START + t);
  }
  for (let t = 901; t <= 1_800; t++) {
    home.pass(1);
    see(START + t);
  }
  assert.deepEqual(
    readings.map(({ reading }) => reading.intervalStart),
    [START, START + 900],
  );
  assert.equal(
    sum(readings, ({ flows }) => importWh(flows)),
    900 + 100 + 300 + 900,
  );
});

test("energy that an accumulator gives beyond its books earns nothing, and no book is overdrawn", () => {
  const home = new Home();
  const meter = new Meter(7, { from: START, solarWh: 100, gridWh: 0 });
  home.flow({ accumulatorToGrid: 1_000 });
  const readings: Closed[] = [];
  meter.see(START, 0, home.seen());
  for (let t = 10; t <= 1800; t += 10) {
    home.pass(10);
    readings.push(...meter.see(START + t, 10, home.seen()));
  }
  checked(readings, 100, 0);
  assert.equal(
    sum(readings, ({ flows }) => flows.accumulatorToGrid),
    100,
  );
  assert.equal(
    sum(readings, ({ flows }) => exportWh(flows)),
    500,
    "what went out is told as it was",
  );
});
