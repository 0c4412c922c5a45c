/**
 * A day of a home over real sockets: `contrada devices` in a process of its own, the gateway's runtime with the real
 * drivers here. `CONTRADA_DAY_HOURS` and `CONTRADA_DAY_SPEED` give it in full (24 and 60: 24 minutes). The long form
 * only.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInstant } from "#base/time.ts";
import { skippedUnlessLong } from "../support/counterparts.ts";
import { energiesOfReading, liveDay } from "./simulated-day.ts";

const HOURS = Number(process.env.CONTRADA_DAY_HOURS ?? 0.52);
const SPEED = Number(process.env.CONTRADA_DAY_SPEED ?? 240);
/** Each of two flows that make up an energy is floored on its own, and carries what is left. */
const CARRIED_WH = 2;
/** A cycle of more seconds of the home than this. */
const STARVED_S = 2;
const NAMES = ["imported", "exported", "solar", "charged", "discharged"] as const;

test(`${HOURS} h of a home at ${SPEED} times: readings add up to the registers, no limit is violated, decisions are told`, async (t) => {
  if (skippedUnlessLong(t)) return;
  const day = await liveDay({
    start: parseInstant("2026-06-16T06:00Z")!,
    hours: HOURS,
    speed: SPEED,
    seed: 5,
  });
  const { readings, seen, truth } = day;
  // The first quarter hour began with the gateway in its midst.
  assert.ok(readings.length >= Math.floor(HOURS * 4), `${readings.length} readings`);
  for (const [i, { intervalStart }] of readings.entries()) {
    assert.equal(intervalStart, readings[0]!.intervalStart + 900 * i, "none is missing, none comes twice");
  }
  /** The furthest that something was apart, Wh, by energy. */
  const zero = (): Record<(typeof NAMES)[number], number> => ({
    imported: 0,
    exported: 0,
    solar: 0,
    charged: 0,
    discharged: 0,
  });
  const [sums, apart, late] = [zero(), zero(), zero()];
  for (const [i, reading] of readings.entries()) {
    const energies = energiesOfReading(reading);
    for (const name of NAMES) {
      if (i > 0) sums[name] += energies[name];
      const byRegisters = seen[i]![name] - seen[0]![name];
      const byTruth = truth[i]![name] - truth[0]![name];
      apart[name] = Math.max(apart[name], Math.abs(sums[name] - byRegisters));
      late[name] = Math.max(late[name], Math.abs(byRegisters - byTruth));
    }
  }
  const rounded = (values: Record<string, number>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(value * 10) / 10]));
  t.diagnostic(
    JSON.stringify({
      hours: HOURS,
      speed: SPEED,
      readings: readings.length,
      cycles: day.cycles,
      longestCycleS: Math.round(day.longestCycleS * 10) / 10,
      decisions: day.decisions,
      violations: day.violations.length,
      sumsWh: rounded(sums),
      furthestFromRegistersWh: rounded(apart),
      registersReadLateWh: rounded(late),
    }),
  );
  assert.deepEqual(day.violations, []);
  assert.ok(day.decisions > 0);
  // Registers are read up to two cycles after the quarter hour ended, at 10 kW at most, and not in one instant.
  const cycleWh = (10_000 * 2 * Math.max(1, day.longestCycleS)) / 3600;
  for (const name of NAMES) {
    // Where registers of different instants contradict each other the panels give way, and make up for it later. On a
    // machine that starves the gateway of its seconds, all of them are read at different instants.
    const isStarved = day.longestCycleS > STARVED_S;
    const most = name === "solar" || isStarved ? CARRIED_WH + cycleWh : CARRIED_WH;
    assert.ok(apart[name] <= most, `${name}: readings and registers are ${apart[name]} Wh apart`);
    assert.ok(late[name] <= 1 + cycleWh, `${name}: read ${late[name]} Wh away from the truth`);
  }
});
