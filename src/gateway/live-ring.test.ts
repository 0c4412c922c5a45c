import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { LiveRing, MINUTES_KEPT_S, SECONDS_KEPT_S } from "./live-ring.ts";

/** A quarter hour that begins an hour. */
const START = Date.parse("2026-06-16T12:00:00Z") / 1000;
const folder = mkdtempSync(join(tmpdir(), "contrada-ring-"));
after(() => rmSync(folder, { recursive: true }));

/** The panels' flow into the home alone, W, and what is stored, Wh. */
const sun = (solarW: number, storedWh = 0) => [solarW, 0, 0, 0, 0, 0, 0, storedWh];

test("seconds are kept as they were, rounded, and a minute as their mean", () => {
  const ring = new LiveRing(":memory:");
  ring.record(START + 58, sun(100.4, 3_000));
  ring.record(START + 59, sun(201.6, 3_001));
  ring.record(START + 60, sun(900, 3_002));
  assert.deepEqual(ring.rows("seconds", START, START + 60), [
    [START + 58, ...sun(100, 3_000)],
    [START + 59, ...sun(202, 3_001)],
  ]);
  assert.deepEqual(ring.rows("minutes", START, START + 120), [
    [START, ...sun(151, 3_001)],
    [START + 60, ...sun(900, 3_002)],
  ]);
  ring.close();
});

test("a quarter hour knows what the home drew and what the sun gave, and of how many minutes", () => {
  const ring = new LiveRing(":memory:");
  // Sun to home, accumulator and MicroGrid; accumulator and MicroGrid to the home.
  ring.record(START, [100, 20, 3, 40, 0, 5, 0, 0]);
  ring.record(START + 60, [300, 20, 3, 40, 0, 5, 0, 0]);
  ring.record(START + 900, sun(70));
  assert.deepEqual(
    ring.quarterHours(START, START + 1_800).map((row) => ({ ...row })),
    [
      { start: START, minutes: 2, loadW: 245, solarW: 223 },
      { start: START + 900, minutes: 1, loadW: 70, solarW: 70 },
    ],
  );
  assert.deepEqual(ring.quarterHours(START + 1_800, START + 2_700), []);
  ring.close();
});

test("what is older than two days by the second and 90 by the minute is let go of, at the full hour", () => {
  const ring = new LiveRing(":memory:");
  const kept = (table: "seconds" | "minutes") => ring.rows(table, 0, 2 * START).map(([time]) => time);
  const [old, older] = [START - SECONDS_KEPT_S - 60, START - MINUTES_KEPT_S - 60];
  for (const time of [older, old, START - 60]) ring.record(time, sun(1));
  assert.deepEqual(kept("seconds"), [older, old, START - 60]);
  ring.record(START, sun(1));
  assert.deepEqual(kept("seconds"), [START - 60, START]);
  assert.deepEqual(kept("minutes"), [old, START - 60, START]);
  ring.close();
});

test("a ring that is closed in the middle of a minute has it when it is opened again", () => {
  const path = join(folder, "live.db");
  const before = new LiveRing(path);
  before.record(START + 5, sun(10));
  before.close();
  const again = new LiveRing(path);
  again.record(START + 6, sun(30));
  assert.deepEqual(
    again.rows("seconds", START, START + 60).map(([time]) => time),
    [START + 5, START + 6],
  );
  again.close();
});

test("a second that comes twice, after a clock was set back, counts as it was last", () => {
  const ring = new LiveRing(":memory:");
  ring.record(START, sun(10));
  ring.record(START + 60, sun(10));
  ring.record(START, sun(20));
  assert.deepEqual(ring.rows("seconds", START, START + 60), [[START, ...sun(20)]]);
  ring.close();
});
