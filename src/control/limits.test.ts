import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type AccumulatorLimits,
  type FlowLimit,
  type LimitName,
  limit,
  type Surroundings,
  taperedW,
  timedLimit,
} from "#control/limits.ts";

const ACCUMULATOR: AccumulatorLimits = {
  id: "battery",
  chargePowerMaxW: 3000,
  dischargePowerMaxW: 2500,
  capacityWh: 10_000,
  socPercent: 50,
  socMinPercent: 10,
  socMaxPercent: 95,
  taper: [],
  rampWPerS: Number.POSITIVE_INFINITY,
  setpointW: 0,
  powerW: 0,
};
const CONNECTION: FlowLimit = { name: "connection", importPowerMaxW: 6000, exportPowerMaxW: 6000 };
const CALM: Surroundings = {
  accumulators: [ACCUMULATOR],
  gridW: 0,
  solarW: 0,
  phases: undefined,
  flow: [CONNECTION],
  seconds: 1,
};

function with_(accumulator: Partial<AccumulatorLimits>, around: Partial<Surroundings> = {}): Surroundings {
  return { ...CALM, accumulators: [{ ...ACCUMULATOR, ...accumulator }], ...around };
}

const CASES: readonly [
  title: string,
  wantedW: number,
  Surroundings,
  setpointW: number,
  LimitName | undefined,
][] = [
  ["what every limit allows is done", 1000, CALM, 1000, undefined],
  ["no more than the device can give", 4000, CALM, 2500, "device_power"],
  ["no more than the device can take", -4000, CALM, -3000, "device_power"],
  ["an accumulator of unknown content rests", 1000, with_({ socPercent: undefined }), 0, "not_available"],
  ["and one whose content is no per cent", 1000, with_({ socPercent: 180 }), 0, "not_available"],
  ["at its lowest content nothing comes out", 1000, with_({ socPercent: 10 }), 0, "soc_window"],
  ["but it may be charged", -1000, with_({ socPercent: 10 }), -1000, undefined],
  ["at its highest nothing goes in", -1000, with_({ socPercent: 95 }), 0, "soc_window"],
  ["just above the lowest, no more than lasts", 2000, with_({ socPercent: 10.01 }), 360, "soc_window"],
  [
    "nearly full it is charged more slowly",
    -3000,
    with_({
      socPercent: 85,
      taper: [
        { socPercent: 80, chargePowerMaxW: 3000 },
        { socPercent: 90, chargePowerMaxW: 1000 },
      ],
    }),
    -2000,
    "soc_taper",
  ],
  ["away from rest it goes by the ramp", 2000, with_({ rampWPerS: 500, setpointW: 300 }), 800, "ramp"],
  ["back to rest at once", 0, with_({ rampWPerS: 500, setpointW: 2500 }), 0, undefined],
  [
    "through rest to the other side by one ramp",
    -2000,
    with_({ rampWPerS: 500, setpointW: 2500 }),
    -500,
    "ramp",
  ],
  ["no more goes out than the connection bears", 2000, with_({}, { gridW: -5000 }), 1000, "connection"],
  [
    "reckoned from what the accumulator does now",
    2500,
    with_({ powerW: 2000 }, { gridW: -6000 }),
    2000,
    "connection",
  ],
  ["no more comes in than the connection bears", -3000, with_({}, { gridW: 4000 }), -2000, "connection"],
  [
    "what is above the import limit the accumulator covers",
    0,
    with_({}, { gridW: 7000 }),
    1000,
    "connection",
  ],
  [
    "the contract's limit counts where it is stricter",
    -3000,
    with_(
      {},
      { gridW: 0, flow: [CONNECTION, { name: "contract", importPowerMaxW: 500, exportPowerMaxW: 1e9 }] },
    ),
    -500,
    "contract",
  ],
  [
    "a suspended home charges nothing from the MicroGrid, and may deliver",
    2000,
    with_(
      {},
      { gridW: 0, flow: [CONNECTION, { name: "contract", importPowerMaxW: 0, exportPowerMaxW: 1e9 }] },
    ),
    2000,
    undefined,
  ],
  [
    "one phase at its fuse stops the charging",
    -3000,
    with_(
      {},
      { gridW: 5060, phases: { fuseA: 25, voltageV: 230, powersW: [5060, 0, 0], shares: [1, 0, 0] } },
    ),
    -690,
    "phase_current",
  ],
  [
    "on three phases a third of it burdens each",
    -3000,
    with_(
      {},
      {
        gridW: 5500,
        flow: [{ ...CONNECTION, importPowerMaxW: 1e9 }],
        phases: { fuseA: 25, voltageV: 230, powersW: [5500, 0, 0], shares: [1 / 3, 1 / 3, 1 / 3] },
      },
    ),
    -750,
    "phase_current",
  ],
  ["with a counter that says nothing it rests", 1000, with_({}, { gridW: undefined }), 0, "not_available"],
  ["a wish that is no number is rest", Number.NaN, CALM, 0, undefined],
];

for (const [title, wantedW, surroundings, setpointW, bound] of CASES) {
  test(title, () => {
    const limited = limit(wantedW, surroundings);
    assert.ok(Math.abs(limited.totalW - setpointW) < 1e-9, `${limited.totalW} W`);
    assert.equal(limited.bound, bound);
    assert.deepEqual(limited.setpointsW, [limited.totalW]);
  });
}

test("export that no accumulator can take is taken from the inverter, and the limit that asks for it is named", () => {
  const flow: FlowLimit[] = [CONNECTION, { name: "operator", importPowerMaxW: 1e9, exportPowerMaxW: 1000 }];
  const full = with_({ socPercent: 95 }, { gridW: -4500, solarW: 5000, flow });
  const limited = limit(0, full);
  assert.equal(limited.totalW, 0);
  assert.equal(limited.isKept, false, "by the accumulator alone it is not");
  assert.equal(limited.inverterMaxW, 1500, "the load of 500 W and what may go out");
  assert.equal(limited.inverterBound, "operator");
  const empty = limit(0, with_({}, { gridW: -4500, solarW: 5000, flow }));
  assert.equal(empty.totalW, -3000, "one with room takes what it can first");
  assert.equal(empty.inverterMaxW, 4500);
});

test("two accumulators share in proportion to what they can, and each keeps its own bounds", () => {
  const limited = limit(3000, {
    ...CALM,
    accumulators: [ACCUMULATOR, { ...ACCUMULATOR, id: "second", dischargePowerMaxW: 1250 }],
  });
  assert.deepEqual(limited.setpointsW, [2000, 1000]);
  const oneEmpty = limit(3000, {
    ...CALM,
    accumulators: [ACCUMULATOR, { ...ACCUMULATOR, id: "second", socPercent: 10 }],
  });
  assert.deepEqual(oneEmpty.setpointsW, [2500, 0]);
  assert.equal(oneEmpty.bound, "device_power");
});

test("a taper is read between its points and held beyond them", () => {
  const taper = [
    { socPercent: 80, chargePowerMaxW: 3000 },
    { socPercent: 100, chargePowerMaxW: 0 },
  ];
  assert.deepEqual(
    [0, 80, 90, 100, 101].map((soc) => taperedW(taper, soc)),
    [3000, 3000, 1500, 0, 0],
  );
  assert.equal(taperedW([], 99), Number.POSITIVE_INFINITY);
});

test("an operator's limit holds for its time, and while nobody is heard the failsafe holds for its duration", () => {
  const order = {
    name: "operator" as const,
    importPowerMaxW: 4200,
    exportPowerMaxW: 1e9,
    from: 1000,
    until: 2000,
  };
  const failsafe = { importPowerMaxW: 3000, exportPowerMaxW: 1e9, afterS: 60, durationS: 7200 };
  const importAt = (now: number, silentS: number) =>
    Math.min(...timedLimit([order], failsafe, { now, silentS }).map((one) => one.importPowerMaxW));
  assert.equal(importAt(999, 0), Number.POSITIVE_INFINITY, "not before it begins");
  assert.equal(importAt(1000, 0), 4200);
  assert.equal(importAt(2000, 0), Number.POSITIVE_INFINITY, "nor after its end");
  assert.equal(importAt(1500, 60), 4200, "a hiccup changes nothing");
  assert.equal(importAt(1500, 61), 3000, "silence brings the failsafe, the stricter of both");
  assert.equal(importAt(2500, 500), 3000, "also where no order stands");
  assert.equal(importAt(9000, 7261), Number.POSITIVE_INFINITY, "and after its duration nothing");
  assert.deepEqual(timedLimit([], undefined, { now: 0, silentS: 1e6 }), []);
});

test("whatever is wanted, no device leaves its bounds, and no bound of the connection is broken that could be kept", () => {
  const power = fc.double({ min: -20_000, max: 20_000, noNaN: true });
  const odd = fc.oneof(
    power,
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  );
  const accumulator = fc.record({
    chargePowerMaxW: fc.integer({ min: 0, max: 5000 }),
    dischargePowerMaxW: fc.integer({ min: 0, max: 5000 }),
    socPercent: fc.option(fc.double({ min: -5, max: 110, noNaN: true }), { nil: undefined }),
    rampWPerS: fc.constantFrom(500, Number.POSITIVE_INFINITY),
    setpointW: power,
    powerW: power,
  });
  fc.assert(
    fc.property(
      odd,
      fc.array(accumulator, { maxLength: 3 }),
      power,
      fc.integer({ min: 0, max: 8000 }),
      fc.integer({ min: 0, max: 8000 }),
      (wantedW, some, gridW, importPowerMaxW, exportPowerMaxW) => {
        const accumulators = some.map((one) => ({ ...ACCUMULATOR, ...one }));
        const flow: FlowLimit[] = [{ name: "connection", importPowerMaxW, exportPowerMaxW }];
        const limited = limit(wantedW, { ...CALM, accumulators, gridW, flow });
        let [nowW, mostW, leastW] = [0, 0, 0];
        for (const [i, setpointW] of limited.setpointsW.entries()) {
          const { socPercent, socMinPercent, socMaxPercent, ...one } = accumulators[i]!;
          assert.ok(setpointW <= one.dischargePowerMaxW + 1e-6 && setpointW >= -one.chargePowerMaxW - 1e-6);
          if (socPercent === undefined || socPercent <= socMinPercent) assert.ok(setpointW <= 1e-6);
          if (socPercent === undefined || socPercent >= socMaxPercent) assert.ok(setpointW >= -1e-6);
          assert.ok(setpointW <= Math.max(0, one.setpointW) + one.rampWPerS + 1e-6);
          assert.ok(setpointW >= Math.min(0, one.setpointW) - one.rampWPerS - 1e-6);
          nowW += one.powerW;
        }
        // What the connection would carry with the new setpoints; rest is always possible.
        const gridAfterW = gridW + nowW - limited.totalW;
        const gridAtRestW = gridW + nowW;
        [mostW, leastW] = [Math.max(importPowerMaxW, gridAtRestW), Math.min(-exportPowerMaxW, gridAtRestW)];
        assert.ok(gridAfterW <= mostW + 1e-6, `${gridAfterW} W come in`);
        assert.ok(gridAfterW >= leastW - 1e-6, `${-gridAfterW} W go out`);
        // How far outside, W; within a thousandth rounding decides.
        const outsideW = Math.max(gridAfterW - importPowerMaxW, -exportPowerMaxW - gridAfterW);
        if (outsideW <= 0 || outsideW > 1e-3) assert.equal(limited.isKept, outsideW <= 0);
      },
    ),
    { numRuns: 1000 },
  );
});
