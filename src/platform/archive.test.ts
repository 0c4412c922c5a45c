import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "node:test";
import { dayOf, dayStart, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import { Archive, type StoredReading } from "./archive.ts";
import { FormatError, inTransaction, openDatabase } from "./database.ts";
import { Meter, NOON, temporaryFolder } from "./test-street.ts";

const stored = (reading: StoredReading["reading"], quality: StoredReading["quality"] = "measured") => ({
  reading,
  quality,
  received: reading.intervalStart + QUARTER_HOUR_S,
});

test("a reading comes back as it was stored, also from a file that was closed", () => {
  const folder = temporaryFolder();
  try {
    const path = `${folder.path}/readings.sqlite`;
    const archive = new Archive(path, ROME);
    const reading = new Meter(3, NOON).reading({
      solarToHome: 11,
      solarToGrid: 12,
      gridToHome: 13,
      solar: { chargedWh: 40, usedWh: 5, exportedWh: 6, lostWh: 1 },
      grid: { chargedWh: 30, usedWh: 7, exportedWh: 2, lostWh: 3 },
    });
    archive.store([stored(reading, "late")]);
    archive.close();
    const again = new Archive(path, ROME);
    assert.deepEqual(again.find(3, NOON), stored(reading, "late"));
    assert.deepEqual(again.before(3, NOON + 1), reading);
    assert.equal(again.before(3, NOON), undefined);
    assert.deepEqual(again.after(3, NOON - 1), [reading]);
    assert.equal(again.find(4, NOON), undefined, "another plant's");
    again.close();
  } finally {
    folder.remove();
  }
});

test("the daily sums are the sums of the readings, whatever was replaced", () => {
  const archive = new Archive(":memory:", ROME, "off");
  const start = dayStart(ROME, dayOf(ROME, NOON) - 1);
  const meter = new Meter(1, start);
  const readings = Array.from({ length: 192 }, (_, i) =>
    meter.reading({ gridToHome: i, solarToHome: 2 * i }),
  );
  archive.store(readings.map((reading) => stored(reading)));
  archive.store([stored(readings[5]!)]);
  const corrected = { ...readings[7]!, flows: { ...readings[7]!.flows, gridToHome: 1000 } };
  archive.store([stored(corrected, "late")]);
  const day = dayOf(ROME, start);
  const days = archive.daysOf(1, day, day + 1);
  assert.equal(days.length, 2);
  for (const { day: number, flowsWh, intervals } of days) {
    const sum = archive.sumOf(1, dayStart(ROME, number), dayStart(ROME, number + 1));
    assert.deepEqual({ flowsWh, intervals }, sum);
    assert.equal(intervals, 96);
  }
  assert.equal(days[0]!.flowsWh.gridToHome, (95 * 96) / 2 - 7 + 1000);
  assert.deepEqual(archive.extent(1), { first: start, last: start + 191 * QUARTER_HOUR_S });
});

test("a batch is kept with the plants whose commitments it holds, in their order", () => {
  const archive = new Archive(":memory:", ROME, "off");
  const batch = {
    intervalStart: NOON,
    commitmentsRoot: new Uint8Array(32).fill(9),
    plants: [2, 70_000, 4],
    transaction: new Uint8Array(32).fill(8),
    height: 12,
  };
  archive.booked(batch);
  archive.booked(batch);
  assert.deepEqual(archive.batches(NOON), [batch]);
  assert.equal(archive.newestBatch(), NOON);
});

test("a file of an earlier format takes the steps it lacks, one of a later format is refused", () => {
  const folder = temporaryFolder();
  try {
    const path = `${folder.path}/file.sqlite`;
    const first = openDatabase(path, ["CREATE TABLE a (x INTEGER)"], "off");
    for (const file of [path, `${path}-wal`]) assert.equal(statSync(file).mode & 0o077, 0, "nobody else's");
    first.exec("INSERT INTO a VALUES (7)");
    first.close();
    const steps = ["CREATE TABLE a (x INTEGER)", "ALTER TABLE a ADD COLUMN y INTEGER DEFAULT 1"];
    const second = openDatabase(path, steps, "off");
    assert.deepEqual({ ...second.prepare("SELECT * FROM a").get() }, { x: 7, y: 1 });
    second.close();
    assert.throws(() => openDatabase(path, steps.slice(0, 1), "off"), FormatError);
    // A step that fails leaves the file in the format it had.
    assert.throws(() => openDatabase(path, [...steps, "CREATE TABLE b (z INTEGER); NONSENSE"], "off"));
    const third = openDatabase(path, steps, "off");
    assert.deepEqual(third.prepare("SELECT name FROM sqlite_master WHERE name = 'b'").all(), []);
    assert.throws(() =>
      inTransaction(third, () => {
        third.exec("INSERT INTO a VALUES (8, 8)");
        throw new Error("no");
      }),
    );
    assert.equal(third.prepare("SELECT COUNT(*) AS n FROM a").get()?.n, 1, "rolled back");
    third.close();
  } finally {
    folder.remove();
  }
});
