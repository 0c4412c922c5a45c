/**
 * The spans of the archive as civil days of the community's zone: which days a day, week, month or year holds,
 * what stands before and after it, and the slots its chart is divided into. A slot exists whether or not the
 * meter has spoken, so a gap stays a gap on the axis.
 *
 * A day has 23, 24 or 25 hour slots; where an hour comes twice (the last Sunday of October) both carry the
 * same clock time and `repeated` tells the second one.
 */
import {
  civilDate,
  civilTime,
  type DayNumber,
  dayNumber,
  dayStart,
  type UnixSeconds,
  weekday,
  type Zone,
} from "#base/time.ts";
import type { Archive, Period } from "#wire/schemas.ts";

export const PERIODS: readonly Period[] = ["day", "week", "month", "year", "all"];

const HOUR_S = 3600;

/** First and last day, both included. */
export interface DaySpan {
  readonly first: DayNumber;
  readonly last: DayNumber;
}

/** The days of the period that holds `day`; `all` has no span of its own. */
export function spanOf(period: Exclude<Period, "all">, day: DayNumber): DaySpan {
  const { year, month } = civilDate(day);
  switch (period) {
    case "day":
      return { first: day, last: day };
    case "week": {
      const first = day - (weekday(day) - 1);
      return { first, last: first + 6 };
    }
    case "month":
      return { first: dayNumber({ year, month, day: 1 }), last: firstOfMonth(year, month + 1) - 1 };
    case "year":
      return {
        first: dayNumber({ year, month: 1, day: 1 }),
        last: dayNumber({ year: year + 1, month: 1, day: 1 }) - 1,
      };
  }
}

/** The first day of the period before (`-1`) or after (`1`) the one that holds `day`. */
export function shifted(period: Exclude<Period, "all">, day: DayNumber, by: -1 | 1): DayNumber {
  const { first, last } = spanOf(period, day);
  return by === 1 ? last + 1 : spanOf(period, first - 1).first;
}

/** One place on the chart's axis. */
export interface Slot {
  readonly start: UnixSeconds;
  /** 0 to 23 for an hour, 1 to 31 for a day, 1 to 12 for a month. */
  readonly label: number;
  /** The second of two hours with the same clock time. */
  readonly repeated: boolean;
  /** The day that a tap opens; `undefined` where the slot is an hour. */
  readonly day: DayNumber | undefined;
}

/** The slots between `first` and `last` (both included), as fine as the archive's buckets. */
export function slotsOf(zone: Zone, bucket: Archive["bucket"], { first, last }: DaySpan): readonly Slot[] {
  const slots: Slot[] = [];
  if (bucket === "hour") {
    const end = dayStart(zone, last + 1);
    for (let start = dayStart(zone, first); start < end; start += HOUR_S) {
      const { hour } = civilTime(zone, start);
      const repeated = slots.at(-1)?.label === hour;
      slots.push({ start, label: hour, repeated, day: undefined });
    }
  } else if (bucket === "day") {
    for (let day = first; day <= last; day++) {
      slots.push({ start: dayStart(zone, day), label: civilDate(day).day, repeated: false, day });
    }
  } else {
    let { year, month } = civilDate(first);
    for (let day = firstOfMonth(year, month); day <= last; day = firstOfMonth(year, month)) {
      // "All" begins on its first day, not on the first of that month.
      const from = Math.max(day, first);
      slots.push({ start: dayStart(zone, from), label: month, repeated: false, day: from });
      ({ year, month } = civilDate(firstOfMonth(year, month + 1)));
    }
  }
  return slots;
}

/**
 * The days that have begun by `now`, at least 1: what an average per day is taken over while the period still
 * runs.
 */
export function daysBegun({ first, last }: DaySpan, today: DayNumber): number {
  return Math.max(1, Math.min(last, today) - first + 1);
}

function firstOfMonth(year: number, month: number): DayNumber {
  return month === 13 ? dayNumber({ year: year + 1, month: 1, day: 1 }) : dayNumber({ year, month, day: 1 });
}
