import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDay, parseDay } from "#base/time.ts";
import { earliestCollection, isTargetDay, NOTICE_DAYS } from "./target-days.ts";

const on = (text: string) => parseDay(text)!;

test("TARGET rests on weekends and six holidays, and on no others", () => {
  // As the European Central Bank lists them for 2026 and 2027.
  const closed = [
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-01",
    "2026-12-25",
    "2027-03-26",
    "2027-03-29",
  ];
  for (const day of closed) assert.equal(isTargetDay(on(day)), false, day);
  // Epiphany, Republic Day, the Assumption: holidays of Italy, not of TARGET. 26 December 2026 is a Saturday.
  for (const day of ["2026-01-06", "2026-06-02", "2027-12-24", "2025-12-24"]) {
    assert.equal(isTargetDay(on(day)), true, day);
  }
  for (const day of ["2026-06-20", "2026-06-21", "2026-12-26"])
    assert.equal(isTargetDay(on(day)), false, day);
  const year = Array.from({ length: 365 }, (_, i) => on("2026-01-01") + i);
  assert.equal(year.filter(isTargetDay).length, 256);
});

test("a debit is collected 14 days after it is announced, or on the next day that banks settle", () => {
  const rows: readonly [string, string][] = [
    ["2026-06-16", "2026-06-30"],
    ["2026-06-13", "2026-06-29"],
    ["2026-12-11", "2026-12-28"],
    ["2026-03-20", "2026-04-07"],
  ];
  for (const [today, day] of rows) {
    assert.equal(formatDay(earliestCollection(on(today))), day, today);
    assert.ok(earliestCollection(on(today)) >= on(today) + NOTICE_DAYS);
  }
});
