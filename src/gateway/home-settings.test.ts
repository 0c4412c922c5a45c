import assert from "node:assert/strict";
import { test } from "node:test";
import { HomeSettingsError, readHomeSettings, USUAL_HOME } from "./home-settings.ts";

test("a home of which nothing is said is the usual one", () => {
  assert.deepEqual(readHomeSettings({}), USUAL_HOME);
});

test("what is said counts, and the rest stays usual", () => {
  const home = readHomeSettings({
    plant: 3,
    connection: { exportPowerMaxW: 0 },
    phaseShares: [0.5, 0.25, 0.25],
    accumulator: { rampWPerS: 100, taper: [{ socPercent: 90, chargePowerMaxW: 500 }] },
    importPrice: Array.from({ length: 24 }, (_, hour) => 10_000 * hour),
    failsafe: {},
  });
  assert.equal(home.plant, 3);
  assert.deepEqual(home.connection, { importPowerMaxW: 6_000, exportPowerMaxW: 0 });
  assert.deepEqual(home.phaseShares, [0.5, 0.25, 0.25]);
  assert.deepEqual(home.accumulator, {
    ...USUAL_HOME.accumulator,
    rampWPerS: 100,
    taper: [{ socPercent: 90, chargePowerMaxW: 500 }],
  });
  assert.equal((home.importPrice as readonly number[])[23], 230_000);
  assert.deepEqual(home.failsafe, {
    importPowerMaxW: 4_200,
    exportPowerMaxW: 0,
    afterS: 300,
    durationS: 7_200,
  });
});

const REFUSED: readonly [says: string, value: unknown][] = [
  ["home.json must be an object.", null],
  ["home.json must be an object.", []],
  ['home.json has no "fuse"; there are plant, connection, fuseA,', { fuse: 25 }],
  ['connection has no "maxW"; there are importPowerMaxW, exportPowerMaxW.', { connection: { maxW: 1 } }],
  [
    "connection.importPowerMaxW must be a number from 0 to 1000000, not -1.",
    { connection: { importPowerMaxW: -1 } },
  ],
  ['fuseA must be a number from 0 to 1000, not "25".', { fuseA: "25" }],
  ["voltageV must be a number from 50 to 1000, not 0.", { voltageV: 0 }],
  ["plant must be a whole number.", { plant: 1.5 }],
  ["reserveWh must be a whole number.", { reserveWh: 0.5 }],
  ["phaseShares must be a list.", { phaseShares: 1 }],
  ["phaseShares must be one to three shares that sum to 1, such as [1, 0, 0].", { phaseShares: [0.5] }],
  ["phaseShares must be one to three shares", { phaseShares: [0.25, 0.25, 0.25, 0.25] }],
  ["phaseShares[1] must be a number from 0 to 1, not 2.", { phaseShares: [0, 2] }],
  [
    "accumulator.socMinPercent must be below accumulator.socMaxPercent.",
    { accumulator: { socMinPercent: 100 } },
  ],
  ["accumulator.setpointHoldS must be a number from 1 to 3600", { accumulator: { setpointHoldS: 0 } }],
  ["accumulator.taper must be a list.", { accumulator: { taper: {} } }],
  [
    "accumulator.taper must rise by socPercent.",
    {
      accumulator: {
        taper: [
          { socPercent: 90, chargePowerMaxW: 500 },
          { socPercent: 90, chargePowerMaxW: 100 },
        ],
      },
    },
  ],
  ["accumulator.taper[0].chargePowerMaxW must be a number", { accumulator: { taper: [{ socPercent: 90 }] } }],
  ["importPrice must be one price or 24, one for each hour of the day.", { importPrice: [100_000, 200_000] }],
  [
    "feedInPrice[3] must be a number",
    { feedInPrice: Array.from({ length: 24 }, (_, i) => (i === 3 ? null : 1)) },
  ],
  ["tariff must be a text, not 3.", { tariff: 3 }],
  ['failsafe has no "forS"; there are importPowerMaxW,', { failsafe: { forS: 1 } }],
  ["failsafe.afterS must be a number", { failsafe: { afterS: "soon" } }],
];

for (const [says, value] of REFUSED) {
  test(`home.json is refused with where and what would do: ${says}`, () => {
    assert.throws(
      () => readHomeSettings(value),
      (error) => error instanceof HomeSettingsError && error.message.startsWith(says),
    );
  });
}
