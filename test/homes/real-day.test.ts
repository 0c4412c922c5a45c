/**
 * A day of a home in real processes: a town at 60 times, `contrada devices` in it, `contrada gateway --clock platform`.
 * `CONTRADA_PROCESS_HOURS` says how many hours of it, without it none: 24 take 24 minutes. Prints what was expected and
 * what arrived, what the accumulator and the connection truly did against their limits, and how far the sums of the
 * readings are from the devices' registers.
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { formatInstant, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import type { Reading } from "#metering/reading.ts";
import { openingWh } from "#metering/vee.ts";
import { Archive } from "#platform/archive.ts";
import { askControl } from "#sim/home-devices/control-socket.ts";
import type { Registers } from "#sim/home-devices/home-physics.ts";
import { ACCUMULATOR, HOME, type Program, RealHome } from "./real-home.ts";
import { energiesOfReading } from "./simulated-day.ts";

const HOURS = Number(process.env.CONTRADA_PROCESS_HOURS ?? 0);
const SPEED = 60;
const LOOK_MS = 150;
const CONNECTION = { importPowerMaxW: 6_000, exportPowerMaxW: 4_000 };
const NEAR_W = 50;
/** Looks in a row at more than a limit: a cycle, its devices' answers, and a busy machine. */
const LOOKS = 6;
/** How far in time the gateway may read registers from the end of a quarter hour, s of the home. */
const APART_S = 60;
const NAMES = ["imported", "exported", "solar", "charged", "discharged"] as const;

test(`${HOURS} h of a home in real processes at ${SPEED} times: every reading arrives, no limit is violated`, async (t) => {
  if (!(HOURS > 0)) {
    t.skip("CONTRADA_PROCESS_HOURS is not set");
    return;
  }
  const scene = new RealHome({ speed: SPEED });
  try {
    await runDay(t, scene);
  } finally {
    await scene.close();
  }
});

async function runDay(t: TestContext, scene: RealHome): Promise<void> {
  mkdirSync(scene.home, { recursive: true });
  writeFileSync(join(scene.home, "home.json"), JSON.stringify({ connection: CONNECTION }));
  const town = await scene.startTown();
  await scene.startDevices(50);
  await scene.enrol();
  const gateway = scene.startGateway();
  const { metering, devices } = await scene.whenGateway(
    "its meter counts",
    ({ metering }) => metering.stands === "counts",
  );
  const storedWh = devices.find(({ kind }) => kind === "accumulator")!.values.storedWh!;
  const from = metering.from!;
  const end = from + HOURS * 3_600;
  const watch = new LimitWatch();
  let status = await scene.status();
  for (; status.time < end; status = await scene.status()) {
    watch.look(await scene.truth(), status.time);
    await sleep(LOOK_MS);
  }
  const { outbox } = await scene.whenGateway("none waits", ({ outbox }) => outbox.waiting === 0);
  assert.equal(outbox.waiting, 0);
  const { registers } = (await askControl(scene.control, { do: "quarters", home: 1 })) as {
    registers: Registers[];
  };
  assert.equal(await gateway.end(), 0);
  assert.equal(await town.end(), 0);
  await scene.says(["verify", scene.town]);
  const archive = new Archive(join(scene.town, "readings.sqlite"), ROME);
  const arrived = archive.span(HOME, from, end).map(({ reading }) => reading);
  archive.close();
  const expected = HOURS * 4;
  const at = new Map(registers.map((one) => [one.at, one]));
  const [first] = arrived;
  const booksWh = openingOf(first!);
  const sums = { imported: 0, exported: 0, solar: 0, charged: 0, discharged: 0 };
  const apart = { ...sums };
  for (const reading of arrived) {
    const energies = energiesOfReading(reading);
    const [begun, now] = [at.get(first!.intervalStart)!, at.get(reading.intervalStart + QUARTER_HOUR_S)!];
    for (const name of NAMES) {
      sums[name] += energies[name];
      apart[name] = Math.max(
        apart[name],
        Math.abs(sums[name] - (countedOf(now)[name] - countedOf(begun)[name])),
      );
    }
  }
  const rounded = (values: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(value)]));
  t.diagnostic(
    JSON.stringify({
      hours: HOURS,
      speed: SPEED,
      from: formatInstant(from),
      readingsExpected: expected,
      readingsArrived: arrived.length,
      cycles: status.counts.cycles,
      slowestCycleMs: Math.round(status.counts.slowestMs),
      decisions: notesOf(gateway, "decision").length,
      faults: countsOf(notesOf(gateway, "fault").map(({ fault }) => fault!.code)),
      looks: watch.looks,
      violations: watch.violations.length,
      storedWhAtFirst: Math.round(storedWh),
      booksWhAtFirst: booksWh,
      sumsWh: rounded(sums),
      furthestFromRegistersWh: rounded(apart),
    }),
  );
  assert.deepEqual(watch.violations, []);
  assert.equal(arrived.length, expected);
  for (const [i, { intervalStart }] of arrived.entries()) {
    assert.equal(intervalStart, from + i * QUARTER_HOUR_S, "none is missing, none comes twice");
  }
  const apartMaxWh = (10_000 * APART_S) / 3_600;
  for (const name of NAMES) {
    // What the box found in the accumulator and the books of the simulated home had not is nobody's when it comes out.
    const most = apartMaxWh + (name === "discharged" ? Math.max(0, storedWh - booksWh) : 0);
    assert.ok(apart[name] <= most, `${name} is ${apart[name]} Wh from the registers`);
  }
}

/** Content by the books before a reading, Wh. */
function openingOf({ closingSolarWh, closingGridWh, storedSolar, storedGrid }: Reading): number {
  return openingWh(closingSolarWh, storedSolar) + openingWh(closingGridWh, storedGrid);
}

function countedOf({ importWh, exportWh, solarWh, chargedWh, dischargedWh }: Registers) {
  return {
    imported: importWh,
    exported: exportWh,
    solar: solarWh,
    charged: chargedWh,
    discharged: dischargedWh,
  };
}

interface Note {
  readonly about: string;
  readonly fault?: { readonly code: string };
}

function notesOf({ out }: Program, about: string): Note[] {
  const notes = out.split("\n").filter((line) => line.startsWith("{"));
  return notes.map((line) => JSON.parse(line) as Note).filter((note) => note.about === about);
}

/** How often each was told; standing and resolved count apart. */
function countsOf(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** Limits by what the devices know to be true. */
class LimitWatch {
  readonly violations: string[] = [];
  looks = 0;
  #over = 0;

  look(truth: ReadonlyMap<string, Readonly<Record<string, number>>>, time: number): void {
    this.looks += 1;
    const ea = truth.get("accumulator")!;
    const gridW = truth.get("counter")!.powerW!;
    const powerW = ea.powerW!;
    const [soc, when] = [ea.socPercent!, formatInstant(time)];
    if (Math.abs(powerW) > ACCUMULATOR.kw * 1_000 + 1) this.violations.push(`${when}: ${powerW} W`);
    if (soc < 4 - 0.05 || soc > 98 + 0.05) this.violations.push(`${when}: ${soc} %`);
    const isOver =
      gridW < -CONNECTION.exportPowerMaxW - NEAR_W ||
      (gridW > CONNECTION.importPowerMaxW + NEAR_W && powerW < -NEAR_W);
    this.#over = isOver ? this.#over + 1 : 0;
    if (this.#over === LOOKS) this.violations.push(`${when}: ${gridW} W for ${LOOKS} looks`);
  }
}
