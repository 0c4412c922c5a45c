import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDay, parseDay, ROME } from "#base/time.ts";
import { daysBegun, shifted, slotsOf, spanOf } from "./period.ts";

const day = (text: string) => parseDay(text)!;
const span = (period: "day" | "week" | "month" | "year", text: string) => {
  const { first, last } = spanOf(period, day(text));
  return [formatDay(first), formatDay(last)];
};

test("a week runs from Monday to Sunday, a month and a year over their own days", () => {
  assert.deepEqual(span("day", "2026-06-16"), ["2026-06-16", "2026-06-16"]);
  assert.deepEqual(span("week", "2026-06-16"), ["2026-06-15", "2026-06-21"]);
  assert.deepEqual(span("week", "2026-06-21"), ["2026-06-15", "2026-06-21"]);
  assert.deepEqual(span("month", "2028-02-10"), ["2028-02-01", "2028-02-29"]);
  assert.deepEqual(span("month", "2026-12-31"), ["2026-12-01", "2026-12-31"]);
  assert.deepEqual(span("year", "2026-06-16"), ["2026-01-01", "2026-12-31"]);
});

test("the arrows step to the neighbouring period, whatever its length", () => {
  const step = (period: "day" | "week" | "month" | "year", text: string, by: -1 | 1) =>
    formatDay(shifted(period, day(text), by));
  assert.equal(step("day", "2026-03-01", -1), "2026-02-28");
  assert.equal(step("week", "2026-06-16", 1), "2026-06-22");
  assert.equal(step("week", "2026-06-16", -1), "2026-06-08");
  assert.equal(step("month", "2026-03-31", -1), "2026-02-01");
  assert.equal(step("month", "2026-12-05", 1), "2027-01-01");
  assert.equal(step("year", "2026-06-16", -1), "2025-01-01");
});

test("the day the clock goes forward has 23 hours and no 02, the day it goes back has 02 twice", () => {
  const hours = (text: string) => slotsOf(ROME, "hour", { first: day(text), last: day(text) });
  const spring = hours("2026-03-29");
  assert.equal(spring.length, 23);
  assert.deepEqual(
    spring.slice(0, 4).map((slot) => slot.label),
    [0, 1, 3, 4],
  );
  const autumn = hours("2026-10-25");
  assert.equal(autumn.length, 25);
  assert.deepEqual(
    autumn.slice(1, 5).map((slot) => [slot.label, slot.repeated]),
    [
      [1, false],
      [2, false],
      [2, true],
      [3, false],
    ],
  );
  assert.equal(hours("2026-06-16").length, 24);
});

test("a month has a slot for each of its days and a year for each month, heard of or not", () => {
  const june = slotsOf(ROME, "day", spanOf("month", day("2026-06-16")));
  assert.equal(june.length, 30);
  assert.equal(june.at(-1)!.label, 30);
  const year = slotsOf(ROME, "month", spanOf("year", day("2026-06-16")));
  assert.deepEqual(
    year.map((slot) => slot.label),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  );
  const all = slotsOf(ROME, "month", { first: day("2025-11-20"), last: day("2026-02-03") });
  assert.deepEqual(
    all.map((slot) => slot.label),
    [11, 12, 1, 2],
  );
  assert.equal(formatDay(all[0]!.day!), "2025-11-20");
  assert.equal(formatDay(all[1]!.day!), "2025-12-01");
});

test("an average per day counts only the days that have begun", () => {
  const june = spanOf("month", day("2026-06-16"));
  assert.equal(daysBegun(june, day("2026-06-16")), 16);
  assert.equal(daysBegun(june, day("2026-07-02")), 30);
  assert.equal(daysBegun(june, day("2026-05-02")), 1);
});
