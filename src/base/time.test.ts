import assert from "node:assert/strict";
import { test } from "node:test";
import {
  civilDate,
  civilTime,
  dayNumber,
  dayOf,
  dayStart,
  formatDay,
  formatInstant,
  parseDay,
  parseInstant,
  quarterHoursOf,
  ROME,
  weekday,
} from "#base/time.ts";

test("a day of Rome has 92, 96 or 100 quarter hours", () => {
  const rows: [string, number][] = [
    ["2026-03-28", 96],
    ["2026-03-29", 92],
    ["2026-06-16", 96],
    ["2026-10-25", 100],
    ["2026-10-26", 96],
  ];
  for (const [text, expected] of rows) assert.equal(quarterHoursOf(ROME, parseDay(text)!), expected, text);
});

test("days and instants agree with the platform's own calendar and time zone data over a century", () => {
  const rome = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Europe/Rome",
    dateStyle: "short",
    timeStyle: "medium",
  });
  for (let day = dayNumber({ year: 1997, month: 1, day: 1 }); day < 33_000; day += 1) {
    assert.deepEqual(dayNumber(civilDate(day)), day);
    const noon = day * 86_400 + 43_200;
    assert.equal(formatInstant(noon), new Date(noon * 1000).toISOString().replace(".000", ""));
    assert.equal(weekday(day) % 7, new Date(noon * 1000).getUTCDay());
    if (day % 7 !== 0) continue;
    for (const instant of [noon, day * 86_400, day * 86_400 + 3599, day * 86_400 + 3600]) {
      const local = civilTime(ROME, instant);
      const text = `${formatDay(dayNumber(local))} ${[local.hour, local.minute, local.second].map((n) => String(n).padStart(2, "0")).join(":")}`;
      assert.equal(text, rome.format(instant * 1000), formatInstant(instant));
    }
  }
});

test("the first instant of a day belongs to it and the one before does not", () => {
  for (let day = 20_000; day < 21_000; day++) {
    const start = dayStart(ROME, day);
    assert.equal(dayOf(ROME, start), day);
    assert.equal(dayOf(ROME, start - 1), day - 1);
  }
});

test("what is no date or instant is not read as one", () => {
  for (const text of ["2026-02-30", "2026-13-01", "26-01-01", "2026-1-1", ""]) {
    assert.equal(parseDay(text), undefined, text);
  }
  for (const text of ["2026-02-01T24:00Z", "2026-02-01T10:00", "2026-02-01 10:00Z", "2026-02-29T00:00Z"]) {
    assert.equal(parseInstant(text), undefined, text);
  }
  assert.equal(formatInstant(parseInstant("2021-02-14T23:00Z")!), "2021-02-14T23:00:00Z");
});
