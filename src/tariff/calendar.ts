/**
 * Days and hours of tariffs: which band a quarter hour belongs to. A band is a set of windows of civil hours on
 * kinds of day; holidays are a kind of their own and no weekday. Italian bands are those of ARERA's deliberation
 * 181/06: F1 on working days 8 to 19; F2 on working days 7 to 8 and 19 to 23 and on Saturdays 7 to 23; F3 the
 * rest. Easter follows the anonymous Gregorian computus (Meeus, "Astronomical Algorithms", chapter 8).
 */
import { civilDate, type DayNumber, dayNumber, ROME, UTC, weekday, type Zone } from "#base/time.ts";

export const ZONES: readonly Zone[] = [
  ROME,
  { ...ROME, name: "Europe/Vienna" },
  { ...ROME, name: "Europe/Berlin" },
  UTC,
];

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"] as const;
export type KindOfDay = (typeof DAYS)[number];

/** Civil hours of some kinds of day: minutes from midnight, `from` < `to` ≤ 1440. */
export interface Window {
  readonly days: readonly KindOfDay[];
  readonly fromMinute: number;
  readonly toMinute: number;
}

export type Holidays = "italy" | readonly DayNumber[];

/** What kind of day it is; a holiday is none of the week. */
export function kindOfDay(day: DayNumber, holidays: Holidays): KindOfDay {
  const isHoliday = holidays === "italy" ? isItalianHoliday(day) : holidays.includes(day);
  return isHoliday ? "holiday" : DAYS[weekday(day) - 1]!;
}

export function isWithin(window: Window, kind: KindOfDay, minute: number): boolean {
  return window.days.includes(kind) && minute >= window.fromMinute && minute < window.toMinute;
}

/** Month and day of the Italian holidays that do not move. */
const FIXED = ["1-1", "1-6", "4-25", "5-1", "6-2", "8-15", "11-1", "12-8", "12-25", "12-26"];

function isItalianHoliday(day: DayNumber): boolean {
  const { year, month, day: dayOfMonth } = civilDate(day);
  return FIXED.includes(`${month}-${dayOfMonth}`) || day === easter(year) + 1;
}

/** Easter Sunday. */
export function easter(year: number): DayNumber {
  const whole = (a: number, b: number) => Math.floor(a / b);
  const a = year % 19;
  const b = whole(year, 100);
  const c = year % 100;
  const f = whole(b + 8, 25);
  const g = whole(b - f + 1, 3);
  const h = (19 * a + b - whole(b, 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * whole(c, 4) - h - (c % 4)) % 7;
  const m = whole(a + 11 * h + 22 * l, 451);
  const n = h + l - 7 * m + 114;
  return dayNumber({ year, month: whole(n, 31), day: (n % 31) + 1 });
}
