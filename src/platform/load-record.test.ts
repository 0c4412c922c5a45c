import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { dayStart, parseDay, parseInstant, QUARTER_HOUR_S, ROME, type UnixSeconds } from "#base/time.ts";
import { LOAD_LEVELS, type LoadKind, type LoadState, USUAL_PREFERENCES } from "#wire/load-preferences.ts";
import type { LoadReport } from "#wire/load-schemas.ts";
import { Archive } from "./archive.ts";
import { LOADS_MAX } from "./load-archive.ts";
import { loadHistory, loadsCsv } from "./load-history.ts";
import { LoadRecord } from "./load-record.ts";

const HOME = 7;
const NOON = parseInstant("2026-06-16T10:00Z")!;
const MIDNIGHT = dayStart(ROME, parseDay("2026-06-17")!);

function report(
  todayWh: number,
  state: LoadState = "running",
  id = "car",
  kind: LoadKind = "car",
): LoadReport {
  return {
    ...{ id, kind, name: null, powerW: 0, todayWh, state, code: "charging_from_sun", numbers: {} },
    ...{ nextRun: null, preferences: USUAL_PREFERENCES[kind], change: 0 },
  };
}

function openRecord() {
  const archive = new Archive(":memory:", ROME, "off");
  return { archive, record: new LoadRecord(archive.loads, ROME) };
}

/** Start after noon in quarter hours, Wh, state. */
function kept(archive: Archive, from: UnixSeconds = NOON) {
  return archive.loads
    .loadsOf(HOME)
    .flatMap(({ key }) => archive.loads.quarters(key, 0, 4e9))
    .map(({ start, energyWh, state }) => [(start - from) / QUARTER_HOUR_S, energyWh, state]);
}

test("a simulation that reports at quarter hours and a gateway that reports at odd seconds leave the same history", () => {
  const whAt = (time: UnixSeconds) => (time < NOON + 1_800 ? (time - NOON) * 0.4 : 720);
  const histories = [900, 37, 11].map((everyS) => {
    const { archive, record } = openRecord();
    for (let time = NOON; time <= NOON + 4_000; time += everyS) {
      record.hear(HOME, time, [report(whAt(time), time <= NOON + 1_800 ? "running" : "idle")]);
    }
    record.flush();
    const rows = kept(archive).slice(0, 4);
    archive.close();
    return rows;
  });
  assert.deepEqual(histories[0], [
    [0, 360, "running"],
    [1, 360, "running"],
    [2, 0, "idle"],
    [3, 0, "idle"],
  ]);
  // A report at an odd second knows the step of 37 s that the charge ended in only whole.
  for (const rows of histories.slice(1)) {
    assert.equal(
      rows.reduce((sum, [, wh]) => sum + (wh as number), 0),
      720,
    );
    for (const [i, [slot, wh]] of rows.entries()) {
      assert.equal(slot, i);
      assert.ok(Math.abs((wh as number) - (histories[0]![i]![1] as number)) <= 15, `${slot}: ${wh} Wh`);
    }
  }
});

test("the count that begins anew at midnight costs nothing, whichever side of it is heard", () => {
  for (const afterS of [0, 5, 300]) {
    const { archive, record } = openRecord();
    const evening = MIDNIGHT - QUARTER_HOUR_S;
    record.hear(HOME, evening, [report(8_000)]);
    record.hear(HOME, MIDNIGHT, [report(8_100)]);
    if (afterS > 0) record.hear(HOME, MIDNIGHT + afterS, [report(afterS / 10)]);
    record.hear(HOME, MIDNIGHT + QUARTER_HOUR_S, [report(90)]);
    record.flush();
    assert.deepEqual(
      kept(archive, MIDNIGHT),
      [
        [-1, 100, "running"],
        [0, 90, "running"],
      ],
      `${afterS} s after`,
    );
    archive.close();
  }
  const late = openRecord();
  for (const [afterS, wh] of [
    [-900, 8_000],
    [5, 8_100],
    [65, 6],
    [900, 90],
  ] as const) {
    late.record.hear(HOME, MIDNIGHT + afterS, [report(wh)]);
  }
  late.record.flush();
  assert.deepEqual(
    kept(late.archive, MIDNIGHT).map(([slot, wh]) => [slot, wh]),
    [
      [-1, 99],
      [0, 91],
    ],
    "a box that begins its day a little late",
  );
  late.archive.close();
  const { archive, record } = openRecord();
  record.hear(HOME, MIDNIGHT, [report(10)]);
  record.hear(HOME, MIDNIGHT + QUARTER_HOUR_S, [report(90)]);
  record.flush();
  assert.deepEqual(
    kept(archive, MIDNIGHT),
    [[0, 90, "running"]],
    "more by a quarter past than all of yesterday",
  );
  archive.close();
});

test("what a silence of more than an hour took nobody knows, and no quarter hour is made up for it", () => {
  const { archive, record } = openRecord();
  record.hear(HOME, NOON, [report(100)]);
  record.hear(HOME, NOON + 900, [report(200)]);
  record.hear(HOME, NOON + 900 + 3_601, [report(9_000)]);
  record.hear(HOME, NOON + 5_400, [report(9_010)]);
  record.flush();
  assert.deepEqual(kept(archive), [
    [0, 100, "running"],
    [5, 10, "running"],
  ]);
  archive.close();
});

test("what a load holds is kept as each quarter hour ends, in proportion where no report ends it", () => {
  const { archive, record } = openRecord();
  const say = (afterS: number, numbers: Record<string, number>, state: LoadState = "running") =>
    record.hear(HOME, NOON + afterS, [
      { ...report(afterS, state), numbers },
      { ...report(0, "idle", "heat", "heat_pump"), numbers: { tankC: 40 + afterS / 450, roomC: 20.04 } },
      { ...report(0, "idle", "boiler", "boiler"), numbers: { waterC: 55, surplusW: 3 } },
    ]);
  say(0, { storedPercent: 40 });
  say(450, { storedPercent: 41 });
  say(1_350, { storedPercent: 45 });
  say(2_700, { storedPercent: 70 }, "away");
  record.close();
  const held = archive.loads
    .loadsOf(HOME)
    .map(({ key }) => archive.loads.quarters(key, 0, 4e9).map(({ levels }) => levels));
  assert.deepEqual(held, [
    [{ charge: 43 }, {}, {}],
    [
      { tank: 42, room: 20 },
      { tank: 44, room: 20 },
      { tank: 46, room: 20 },
    ],
    [{ tank: 55 }, { tank: 55 }, { tank: 55 }],
  ]);
  const again = new LoadRecord(archive.loads, ROME);
  again.hear(HOME, NOON + 1_000, [{ ...report(0), numbers: {} }]);
  again.hear(HOME, NOON + 1_800, [{ ...report(5), numbers: {} }]);
  again.hear(HOME, NOON + 100, []);
  again.close();
  const [car] = archive.loads.loadsOf(HOME);
  assert.deepEqual(archive.loads.quarters(car!.key, NOON, NOON + 900)[0]!.levels, { charge: 43 });
  archive.close();
});

test("a file from before goes on: what it held nobody knows, what comes is kept", () => {
  const folder = mkdtempSync(`${tmpdir()}/contrada-loads-`);
  const path = `${folder}/readings.sqlite`;
  const made = new Archive(path, ROME, "off");
  made.close();
  const old = new DatabaseSync(path);
  for (const level of LOAD_LEVELS) old.exec(`ALTER TABLE load_quarters DROP COLUMN ${level}`);
  const { user_version: version } = old.prepare("PRAGMA user_version").get() as { user_version: number };
  old.exec(`PRAGMA user_version = ${version - 1}`);
  old.exec(`INSERT INTO loads VALUES (1, ${HOME}, 'car', 'car', NULL)`);
  old.exec(`INSERT INTO load_quarters VALUES (1, ${NOON}, 250, 0)`);
  old.close();
  const archive = new Archive(path, ROME, "off");
  const record = new LoadRecord(archive.loads, ROME);
  record.hear(HOME, NOON + 900, [{ ...report(0), numbers: { storedPercent: 60 } }]);
  record.hear(HOME, NOON + 1_800, [{ ...report(100), numbers: { storedPercent: 61.4 } }]);
  record.close();
  assert.deepEqual(archive.loads.quarters(1, 0, 4e9), [
    { start: NOON, energyWh: 250, state: "running", levels: {} },
    { start: NOON + 900, energyWh: 100, state: "running", levels: { charge: 61 } },
  ]);
  archive.close();
  rmSync(folder, { recursive: true });
});

test("half watt-hours add up over the day, and a quarter hour under one is no run", () => {
  const { archive, record } = openRecord();
  for (let i = 0; i <= 8; i++) record.hear(HOME, NOON + i * 900, [report(i * 0.5)]);
  record.flush();
  const rows = kept(archive);
  assert.equal(
    rows.reduce((sum, [, wh]) => sum + (wh as number), 0),
    4,
  );
  assert.deepEqual(new Set(rows.map(([, wh, state]) => `${wh} ${state}`)), new Set(["0 idle", "1 running"]));
  archive.close();
});

test("a quarter hour that a restart parts is one again, and days are the sums of their quarter hours", () => {
  const { archive, record } = openRecord();
  record.hear(HOME, NOON, [report(0)]);
  record.hear(HOME, NOON + 300, [report(40, "limited")]);
  record.close();
  const again = new LoadRecord(archive.loads, ROME);
  again.hear(HOME, NOON + 400, [report(50)]);
  again.hear(HOME, NOON + 900, [report(110)]);
  again.flush();
  assert.deepEqual(kept(archive), [[0, 100, "running"]]);
  const [load] = archive.loads.loadsOf(HOME);
  assert.deepEqual(archive.loads.days(load!.key, 0, 99_999), [
    { day: parseDay("2026-06-16"), energyWh: 100 },
  ]);
  archive.close();
});

test("a home that invents load after load is not followed beyond so many", () => {
  const { archive, record } = openRecord();
  for (let i = 0; i < 3 * LOADS_MAX; i++) {
    record.hear(HOME, NOON, [report(0, "idle", `plug-${i}`, "appliance")]);
    record.hear(HOME, NOON + 900, [report(5, "idle", `plug-${i}`, "appliance")]);
  }
  record.close();
  const again = new LoadRecord(archive.loads, ROME);
  again.hear(HOME, NOON + 900, [report(0, "idle", "one-more", "appliance")]);
  again.hear(HOME, NOON + 1_800, [report(5, "idle", "one-more", "appliance")]);
  again.close();
  assert.equal(archive.loads.loadsOf(HOME).length, LOADS_MAX);
  archive.close();
});

test("a day is told by quarter hours, with the gap that it has; a week by days; and both as a table", () => {
  const { archive, record } = openRecord();
  for (const i of [0, 1, 2, 8, 9]) {
    record.hear(HOME, NOON + i * 900, [
      report(i * 1_000, "running"),
      { ...report(0, "waiting", "boiler", "boiler"), numbers: { waterC: 50 + i / 4 } },
    ]);
  }
  record.flush();
  const now = NOON + 9_000;
  const day = loadHistory(archive, ROME, { home: HOME, period: "day", now });
  assert.equal(day.starts.length, 96);
  const [car, boiler] = day.loads;
  assert.deepEqual([car!.id, car!.totalWh, boiler!.id, boiler!.totalWh], ["car", 3_000, "boiler", 0]);
  const at = day.starts.indexOf(NOON);
  assert.deepEqual(car!.energyWh.slice(at - 1, at + 9), [
    ...[null, 1_000, 1_000, null, null, null, null, null, null, 1_000],
  ]);
  assert.deepEqual(boiler!.states.slice(at - 1, at + 3), [null, "waiting", "waiting", null]);
  const [tank] = boiler!.levels;
  assert.deepEqual(
    [car!.levels, tank!.of, tank!.values.slice(at - 1, at + 3)],
    [[], "tank", [null, 50.3, 50.5, null]],
  );
  const lines = loadsCsv(ROME, day).split("\r\n");
  assert.equal(
    lines[0],
    "from,to,car (car) [kWh],car (car) state,boiler (boiler) [kWh],boiler (boiler) state,boiler (boiler) tank [°C]",
  );
  assert.equal(
    lines[1 + at],
    "2026-06-16T12:00:00+02:00,2026-06-16T12:15:00+02:00,1.000,running,0.000,waiting,50.3",
  );
  assert.equal(lines[1 + at + 2], "2026-06-16T12:30:00+02:00,2026-06-16T12:45:00+02:00,,,,,");
  const week = loadHistory(archive, ROME, { home: HOME, period: "week", now });
  assert.deepEqual(week.loads[0]!.energyWh, [null, 3_000, null, null, null, null, null]);
  assert.deepEqual(week.loads[1]!.levels, []);
  assert.equal(loadHistory(archive, ROME, { home: HOME, period: "year", now }).loads[0]!.energyWh[5], 3_000);
  assert.deepEqual(
    loadHistory(archive, ROME, { home: HOME, period: "day", day: parseDay("2026-06-07")!, now }).loads,
    [],
  );
  archive.close();
});
