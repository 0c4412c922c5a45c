/**
 * The archive screen's numbers: what a home made, used and sold in a day, week, month, year, or ever, with the
 * same span before it. Spans are civil days of the community's zone, so a day may have 23 or 25 hours; a
 * quarter hour belongs to the span in which it begins, and so does what it delivered to a sale. Money is booked
 * to the quarter hour that earned it.
 */
import {
  civilDate,
  type DayNumber,
  dayNumber,
  dayOf,
  dayStart,
  formatDay,
  QUARTER_HOUR_S,
  quarterHourOf,
  type UnixSeconds,
  weekday,
  type Zone,
} from "#base/time.ts";
import type { Archive as ArchiveAnswer, ArchiveTotals, FlowsWh, Period } from "#wire/schemas.ts";
import type { Archive, Sum } from "./archive.ts";
import type { ChainIndex, Delivery, IndexedSale } from "./index.ts";
import { NO_FLOWS } from "./live.ts";

/** First and last day, both included. */
export interface DaySpan {
  readonly first: DayNumber;
  readonly last: DayNumber;
}

type Bucket = ArchiveAnswer["bucket"];

const HOUR_S = 3600;
export const BUCKET_OF: { readonly [period in Period]: Bucket } = {
  day: "hour",
  week: "day",
  month: "day",
  year: "month",
  all: "month",
};

/** The span of a period that holds `day`; weeks begin on Monday. `all` is from the first day of data to today. */
export function spanOf(period: Period, day: DayNumber, all: DaySpan): DaySpan {
  const { year, month } = civilDate(day);
  switch (period) {
    case "day":
      return { first: day, last: day };
    case "week": {
      const first = day - weekday(day) + 1;
      return { first, last: first + 6 };
    }
    case "month":
      return { first: firstOfMonth(year, month), last: firstOfMonth(year, month + 1) - 1 };
    case "year":
      return { first: firstOfMonth(year, 1), last: firstOfMonth(year + 1, 1) - 1 };
    case "all":
      return all;
  }
}

/** The span of the same kind that ends where this one begins; `undefined` for `all`. */
export function spanBefore(period: Period, span: DaySpan): DaySpan | undefined {
  return period === "all" ? undefined : spanOf(period, span.first - 1, span);
}

/** The instants at which the buckets of a span begin, and, at last, the one at which the span ends. */
export function bucketBounds(zone: Zone, bucket: Bucket, { first, last }: DaySpan): UnixSeconds[] {
  const end = dayStart(zone, last + 1);
  const bounds: UnixSeconds[] = [];
  if (bucket === "hour") {
    for (let start = dayStart(zone, first); start < end; start += HOUR_S) bounds.push(start);
  } else if (bucket === "day") {
    for (let day = first; day <= last; day++) bounds.push(dayStart(zone, day));
  } else {
    let { year, month } = civilDate(first);
    for (let day = firstOfMonth(year, month); day <= last; day = firstOfMonth(year, month)) {
      bounds.push(dayStart(zone, Math.max(day, first)));
      [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
    }
  }
  bounds.push(end);
  return bounds;
}

export interface HistoryQuery {
  /** The home id. */
  readonly plant: number;
  readonly period: Period;
  /** A day of the span; today where it says nothing. */
  readonly day?: DayNumber | undefined;
  /** By the chain's clock. */
  readonly now: UnixSeconds;
}

/** The archive's answer with its sales as the index has them. */
export type History = Omit<ArchiveAnswer, "sales"> & { readonly sales: readonly IndexedSale[] };

export class HomeHistory {
  readonly #archive: Archive;
  readonly #index: ChainIndex;
  readonly #zone: Zone;
  readonly #plantsOf: (home: number) => readonly number[];

  /** `plantsOf`: all numbers that a home's plant has had on the chain. */
  constructor(
    archive: Archive,
    index: ChainIndex,
    zone: Zone,
    plantsOf: (home: number) => readonly number[] = (home) => [home],
  ) {
    this.#archive = archive;
    this.#index = index;
    this.#zone = zone;
    this.#plantsOf = plantsOf;
  }

  read({ plant, period, day, now }: HistoryQuery): History {
    const zone = this.#zone;
    const today = dayOf(zone, now);
    const extent = this.#archive.extent(plant);
    const firstDay = extent === undefined ? today : Math.min(today, dayOf(zone, extent.first));
    const span = spanOf(period, day ?? today, { first: firstDay, last: today });
    const before = spanBefore(period, span);
    const bucket = BUCKET_OF[period];
    const from = dayStart(zone, span.first);
    const to = dayStart(zone, span.last + 1);
    const sales = this.#salesOf(plant, from, to);
    return {
      period,
      from,
      to,
      fromDay: formatDay(span.first),
      toDay: formatDay(span.last),
      bucket,
      totals: this.#totals(plant, span, sales.length),
      // Nothing to compare with before the home's first reading.
      previous:
        before === undefined || extent === undefined || before.last < firstDay
          ? null
          : this.#totals(plant, before, undefined),
      buckets: this.#buckets(plant, bucket, span, now),
      days: this.#days(plant, span),
      sales,
    };
  }

  /** Under all its numbers, newest first. */
  #salesOf(home: number, from: UnixSeconds, to: UnixSeconds): IndexedSale[] {
    const sales = this.#plantsOf(home).flatMap((plant) => this.#index.salesOfPlant(plant, from, to));
    return sales.sort((a, b) => b.time - a.time);
  }

  /** Under all its numbers, oldest first: a home's numbers follow each other in time. */
  #deliveriesOf(home: number, from: UnixSeconds, to: UnixSeconds): Delivery[] {
    return this.#plantsOf(home).flatMap((plant) => this.#index.deliveries(plant, from, to));
  }

  #totals(plant: number, span: DaySpan, sales: number | undefined): ArchiveTotals {
    const from = dayStart(this.#zone, span.first);
    const to = dayStart(this.#zone, span.last + 1);
    const { flowsWh } = sum(this.#archive.daysOf(plant, span.first, span.last));
    const deliveries = this.#deliveriesOf(plant, from, to);
    return {
      flowsWh,
      ...soldBy(deliveries),
      sales: sales ?? this.#salesOf(plant, from, to).length,
    };
  }

  #buckets(plant: number, bucket: Bucket, span: DaySpan, now: UnixSeconds): ArchiveAnswer["buckets"] {
    const zone = this.#zone;
    const bounds = bucketBounds(zone, bucket, span);
    const extent = this.#archive.extent(plant);
    // Expected is what lies between the first reading ever and the quarter hour before the last that ended:
    // that one may still be on its way.
    const expectedFrom = extent?.first ?? Number.POSITIVE_INFINITY;
    const expectedTo = quarterHourOf(now) - QUARTER_HOUR_S;
    const days = bucket === "hour" ? [] : this.#archive.daysOf(plant, span.first, span.last);
    const deliveries = this.#deliveriesOf(plant, bounds[0]!, bounds.at(-1)!);
    const buckets: ArchiveAnswer["buckets"] = [];
    for (let i = 0; i + 1 < bounds.length; i++) {
      const start = bounds[i]!;
      const end = bounds[i + 1]!;
      if (start > now) break;
      const first = dayOf(zone, start);
      const last = dayOf(zone, end - 1);
      const { flowsWh, intervals } =
        bucket === "hour"
          ? this.#archive.sumOf(plant, start, end)
          : sum(days.filter(({ day }) => day >= first && day <= last));
      const expected = Math.min(end, expectedTo) - Math.max(start, expectedFrom);
      buckets.push({
        start,
        day: formatDay(first),
        flowsWh,
        ...soldBy(deliveries.filter(({ intervalStart }) => intervalStart >= start && intervalStart < end)),
        missingIntervals: Math.max(0, expected / QUARTER_HOUR_S - intervals),
      });
    }
    return buckets;
  }

  #days(plant: number, span: DaySpan): ArchiveAnswer["days"] {
    const deliveries = this.#deliveriesOf(
      plant,
      dayStart(this.#zone, span.first),
      dayStart(this.#zone, span.last + 1),
    );
    const byDay = Map.groupBy(deliveries, ({ intervalStart }) => dayOf(this.#zone, intervalStart));
    return this.#archive.daysOf(plant, span.first, span.last).map(({ day, flowsWh }) => ({
      day: formatDay(day),
      flowsWh,
      ...soldBy(byDay.get(day) ?? []),
    }));
  }
}

function soldBy(deliveries: readonly Delivery[]): { soldWh: number; earnedMicroEur: number } {
  let soldWh = 0;
  let earnedMicroEur = 0;
  for (const { energyWh, netMicroEur } of deliveries) {
    soldWh += energyWh;
    earnedMicroEur += netMicroEur;
  }
  return { soldWh, earnedMicroEur };
}

export function sum(sums: readonly Sum[]): Sum {
  const flowsWh: FlowsWh = { ...NO_FLOWS };
  let intervals = 0;
  for (const one of sums) {
    intervals += one.intervals;
    for (const flow of Object.keys(flowsWh) as (keyof FlowsWh)[]) flowsWh[flow] += one.flowsWh[flow];
  }
  return { flowsWh, intervals };
}

function firstOfMonth(year: number, month: number): DayNumber {
  return month === 13 ? dayNumber({ year: year + 1, month: 1, day: 1 }) : dayNumber({ year, month, day: 1 });
}
