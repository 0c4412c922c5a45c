import assert from "node:assert/strict";
import { test } from "node:test";
import type { HomeAccumulator } from "#wire/home-schemas.ts";
import { priceAt, prospectOf } from "./prospect.ts";

const HOUR = 3600;
const NOW = 20 * HOUR;
const HOME: HomeAccumulator = {
  ...{ home: 1, capacityWh: 10_000, chargePowerMaxW: 4000, dischargePowerMaxW: 3000, storedWh: 5000 },
  ...{ command: null, changes: 0, preferenceChanges: 0, local: null, runBy: "simulation", heardAt: NOW },
  preferences: {
    ...{ reservePercent: 20, communityFirst: false, wearMicroEurPerKwh: 20_000, comfort: "balanced" },
  },
  importPrices: [
    { from: NOW, microEurPerKwh: 330_000 },
    { from: 22 * HOUR, microEurPerKwh: 210_000 },
    { from: 31 * HOUR, microEurPerKwh: 330_000 },
  ],
};
const asked = { powerW: null, until: NOW + 4 * HOUR, reservePercent: null, target: null } as const;

test("the price of an instant is the last that began", () => {
  assert.deepEqual(
    [NOW, 22 * HOUR - 1, 22 * HOUR, 40 * HOUR].map((time) => priceAt(HOME, time)),
    [330_000, 330_000, 210_000, 330_000],
  );
});

test("a charge at full power says when it is full and what it costs at most", () => {
  const prospect = prospectOf({ ...asked, mode: "charge" }, HOME, NOW);
  assert.equal(prospect.endWh, 10_000);
  assert.equal(Math.round(prospect.doneAt! - NOW), Math.round((5000 / (4000 * 0.95)) * HOUR));
  assert.equal(Math.round(prospect.movedWh), Math.round(5000 / 0.95));
  assert.equal(Math.round(prospect.costMicroEur / 1000), Math.round((5000 / 0.95) * 0.33));
});

test("a discharge ends at the reserve, or with the command", () => {
  const prospect = prospectOf({ ...asked, mode: "discharge" }, HOME, NOW);
  assert.deepEqual([Math.round(prospect.endWh), prospect.costMicroEur], [2000, 0]);
  const short = prospectOf({ ...asked, mode: "discharge", powerW: 950, until: NOW + HOUR }, HOME, NOW);
  assert.deepEqual(
    [Math.round(short.endWh), short.doneAt, Math.round(short.movedWh)],
    [4000, undefined, 950],
  );
});

test("a target names the cheap hours in which it buys", () => {
  const by = 31 * HOUR;
  const prospect = prospectOf(
    { ...asked, mode: "auto", until: by, target: { socPercent: 80, by } },
    HOME,
    NOW,
  );
  assert.deepEqual(prospect.spans, [{ from: by - HOUR, to: by }]);
  assert.equal(Math.round(prospect.endWh), 8000);
  assert.equal(Math.round(prospect.costMicroEur / 1000), Math.round((3000 / 0.95) * 0.21));
});

test("nobody buys to hold, nor for a target that is there already", () => {
  const by = 31 * HOUR;
  for (const command of [
    { ...asked, mode: "hold" as const },
    { ...asked, mode: "auto" as const, until: by, target: { socPercent: 40, by } },
  ]) {
    const prospect = prospectOf(command, HOME, NOW);
    assert.deepEqual([prospect.movedWh, prospect.costMicroEur, prospect.endWh], [0, 0, 5000]);
  }
});
