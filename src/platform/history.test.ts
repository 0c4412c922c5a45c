import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type DayNumber,
  dayStart,
  formatDay,
  parseDay,
  parseInstant,
  QUARTER_HOUR_S,
  quarterHoursOf,
  ROME,
} from "#base/time.ts";
import type { Period } from "#wire/schemas.ts";
import { Archive } from "./archive.ts";
import { archiveCsv, isoTime } from "./csv.ts";
import { BUCKET_OF, bucketBounds, HomeHistory, spanBefore, spanOf } from "./history.ts";
import type { ChainIndex, Delivery, IndexedSale } from "./index.ts";
import { Meter } from "./test-street.ts";

const day = (text: string): DayNumber => parseDay(text)!;
const ALL = { first: day("2026-01-10"), last: day("2026-06-16") };

test("a period holds its day; the one before ends where it begins", () => {
  const rows: [Period, string, string, string, string | undefined][] = [
    ["day", "2026-06-16", "2026-06-16", "2026-06-16", "2026-06-15"],
    ["week", "2026-06-16", "2026-06-15", "2026-06-21", "2026-06-08"],
    ["week", "2026-06-21", "2026-06-15", "2026-06-21", "2026-06-08"],
    ["week", "2026-01-01", "2025-12-29", "2026-01-04", "2025-12-22"],
    ["month", "2026-03-31", "2026-03-01", "2026-03-31", "2026-02-01"],
    ["month", "2024-02-29", "2024-02-01", "2024-02-29", "2024-01-01"],
    ["month", "2026-12-05", "2026-12-01", "2026-12-31", "2026-11-01"],
    ["year", "2026-06-16", "2026-01-01", "2026-12-31", "2025-01-01"],
    ["all", "2026-06-16", "2026-01-10", "2026-06-16", undefined],
  ];
  for (const [period, on, first, last, before] of rows) {
    const span = spanOf(period, day(on), ALL);
    assert.deepEqual([formatDay(span.first), formatDay(span.last)], [first, last], `${period} of ${on}`);
    const previous = spanBefore(period, span);
    assert.equal(previous === undefined ? undefined : formatDay(previous.first), before, `before ${on}`);
    if (previous !== undefined) assert.equal(previous.last, span.first - 1);
  }
});

test("a day has 23, 24 or 25 hour buckets, and buckets follow each other without a gap", () => {
  for (const [on, hours] of [
    ["2026-03-29", 23],
    ["2026-06-16", 24],
    ["2026-10-25", 25],
  ] as const) {
    const bounds = bucketBounds(ROME, "hour", { first: day(on), last: day(on) });
    assert.equal(bounds.length - 1, hours, on);
    for (let i = 1; i < bounds.length; i++) assert.equal(bounds[i]! - bounds[i - 1]!, 3600, on);
  }
  const march = bucketBounds(ROME, "day", { first: day("2026-03-01"), last: day("2026-03-31") });
  assert.equal(march.length - 1, 31);
  const lengths = march.slice(1).map((end, i) => (end - march[i]!) / 3600);
  assert.equal(lengths[28], 23, "29 March");
  assert.equal(
    lengths.reduce((a, b) => a + b),
    31 * 24 - 1,
  );
  const year = bucketBounds(ROME, "month", { first: day("2026-01-01"), last: day("2026-12-31") });
  assert.deepEqual(
    [year.length - 1, year[0], year.at(-1)],
    [12, dayStart(ROME, day("2026-01-01")), dayStart(ROME, day("2027-01-01"))],
  );
  const begun = bucketBounds(ROME, "month", ALL);
  assert.deepEqual(
    [begun.length - 1, begun[0]],
    [6, dayStart(ROME, ALL.first)],
    "the first month is as long as its data",
  );
});

/** An archive with one reading a quarter hour over some days, each of 40 Wh from the MicroGrid. */
function archiveOf(first: string, last: string, skip: (index: number) => boolean = () => false): Archive {
  const archive = new Archive(":memory:", ROME, "off");
  const meter = new Meter(1, dayStart(ROME, day(first)));
  const end = dayStart(ROME, day(last) + 1);
  const readings = [];
  for (let i = 0; meter.next < end; i++) {
    const reading = meter.reading({ gridToHome: 40 });
    if (!skip(i))
      readings.push({ reading, quality: "measured", received: reading.intervalStart + 900 } as const);
  }
  archive.store(readings);
  return archive;
}

function indexOf(deliveries: readonly Delivery[] = []): ChainIndex {
  return {
    salesOfPlant: () => [] as IndexedSale[],
    deliveries: (_plant: number, from: number, to: number) =>
      deliveries.filter(({ intervalStart }) => intervalStart >= from && intervalStart < to),
  } as unknown as ChainIndex;
}

test("both days of the clock change are added up whole, by hours and by days alike", () => {
  for (const [on, before, quarters, repeated] of [
    ["2026-03-29", "2026-03-28", 92, []],
    ["2026-10-25", "2026-10-24", 100, ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]],
  ] as const) {
    assert.equal(quarterHoursOf(ROME, day(on)), quarters);
    const history = new HomeHistory(archiveOf(before, on), indexOf(), ROME);
    const now = dayStart(ROME, day(on) + 2);
    const read = history.read({ plant: 1, period: "day", day: day(on), now });
    assert.equal(read.totals.flowsWh.gridToHome, quarters * 40);
    assert.equal(read.previous?.flowsWh.gridToHome, 96 * 40);
    assert.equal(read.buckets.length, quarters / 4);
    assert.equal(
      read.buckets.reduce((sum, { flowsWh }) => sum + flowsWh.gridToHome, 0),
      quarters * 40,
    );
    assert.ok(
      read.buckets.every(
        ({ flowsWh, missingIntervals }) => flowsWh.gridToHome === 160 && missingIntervals === 0,
      ),
    );
    assert.deepEqual(read.days, [
      { day: on, flowsWh: { ...read.totals.flowsWh }, soldWh: 0, earnedMicroEur: 0 },
    ]);
    const twice = read.buckets
      .map(({ start }) => isoTime(ROME, start))
      .filter((text) => text.includes("T02:00:00"));
    assert.deepEqual(twice, repeated);
    const month = history.read({ plant: 1, period: "month", day: day(on), now });
    assert.equal(month.totals.flowsWh.gridToHome, (96 + quarters) * 40);
  }
});

test("missing quarter hours are counted from the first reading to the last that should be there", () => {
  // Of the second day the meter says nothing from 06:00 to 07:00.
  const history = new HomeHistory(
    archiveOf("2026-06-14", "2026-06-15", (i) => i >= 96 + 24 && i < 96 + 28),
    indexOf(),
    ROME,
  );
  const now = parseInstant("2026-06-16T01:10Z")!;
  const read = history.read({ plant: 1, period: "day", day: day("2026-06-15"), now });
  assert.deepEqual(
    read.buckets
      .map(({ missingIntervals }, hour) => [hour, missingIntervals])
      .filter(([, missing]) => missing !== 0),
    [[6, 4]],
  );
  const today = history.read({ plant: 1, period: "day", now });
  assert.equal(today.fromDay, "2026-06-16");
  assert.equal(today.buckets.length, 4, "hours that have begun");
  assert.deepEqual(
    today.buckets.map(({ missingIntervals }) => missingIntervals),
    [4, 4, 3, 0],
    "the quarter hour from 02:45 may still be on its way",
  );
  const month = history.read({ plant: 1, period: "month", now });
  const missing = month.buckets.map(({ missingIntervals }) => missingIntervals);
  assert.deepEqual(
    [missing[12], missing[13], missing[14], missing[15]],
    [0, 0, 4, 11],
    "none before the first reading",
  );
  assert.equal(month.previous, null, "nothing to compare with before the first reading");
});

test("what was sold stands in the bucket that delivered it", () => {
  const start = dayStart(ROME, day("2026-06-15"));
  const sale = new Uint8Array(16);
  const deliveries = [
    { intervalStart: start - QUARTER_HOUR_S, sale, energyWh: 5, netMicroEur: 500 },
    { intervalStart: start, sale, energyWh: 7, netMicroEur: 700 },
    { intervalStart: start + 13 * 3600, sale, energyWh: 9, netMicroEur: 900 },
  ];
  const history = new HomeHistory(archiveOf("2026-06-14", "2026-06-15"), indexOf(deliveries), ROME);
  const read = history.read({ plant: 1, period: "day", day: day("2026-06-15"), now: start + 86_400 });
  assert.deepEqual([read.totals.soldWh, read.totals.earnedMicroEur], [16, 1600]);
  assert.deepEqual([read.previous?.soldWh, read.previous?.earnedMicroEur], [5, 500]);
  assert.deepEqual([read.buckets[0]?.soldWh, read.buckets[13]?.soldWh], [7, 9]);
  assert.deepEqual(read.days[0], {
    day: "2026-06-15",
    flowsWh: read.totals.flowsWh,
    soldWh: 16,
    earnedMicroEur: 1600,
  });
});

test("the CSV export has units, exact decimals, offsets, and survives commas, quotes and formulas", () => {
  const history = new HomeHistory(archiveOf("2026-10-25", "2026-10-25"), indexOf(), ROME);
  const read = history.read({
    plant: 1,
    period: "day",
    day: day("2026-10-25"),
    now: parseInstant("2026-10-27T00:00Z")!,
  });
  const sale = {
    id: "07".repeat(16),
    supplier: { member: 4, name: '=cmd, "Alba"' },
    day: "2026-10-25",
    rateMicroEurPerKwh: 142_000,
    energyWh: 1001,
    deliveredWh: 1000,
    state: "partly_delivered" as const,
    authorised: { height: 1, time: parseInstant("2026-10-25T00:30Z")!, transaction: "00".repeat(32) },
    deadline: 0,
    settled: { height: 2, time: parseInstant("2026-10-25T01:30Z")! },
    grossMicroEur: 142_001,
    feeMicroEur: 1,
    netMicroEur: -5,
  };
  const csv = archiveCsv(ROME, { ...read, sales: [sale] });
  const lines = csv.split("\r\n");
  assert.equal(BUCKET_OF[read.period], "hour");
  assert.match(
    lines[0]!,
    /^from,to,panels to home \[kWh\],.*,sold \[kWh\],earned \[EUR\],missing quarter hours$/,
  );
  assert.equal(
    lines[1],
    "2026-10-25T00:00:00+02:00,2026-10-25T01:00:00+02:00,0.000,0.000,0.000,0.000,0.000,0.160,0.000,0.000,0.000000,0",
  );
  assert.match(lines[3]!, /^2026-10-25T02:00:00\+02:00,2026-10-25T02:00:00\+01:00,/);
  assert.match(lines[25]!, /^2026-10-25T23:00:00\+01:00,2026-10-26T00:00:00\+01:00,/);
  assert.equal(lines[26], "");
  assert.match(lines[27]!, /^sale,authorised,settled,supplier,rate \[EUR\/kWh\]/);
  assert.equal(
    lines[28],
    `${"07".repeat(16)},2026-10-25T02:30:00+02:00,2026-10-25T02:30:00+01:00,"'=cmd, ""Alba""",0.142000,1.001,1.000,0.142001,0.000001,-0.000005,partly_delivered`,
  );
  assert.equal(csv.endsWith("\r\n"), true);
});
