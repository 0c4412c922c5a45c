/**
 * Civil time by whole-number arithmetic: no clock, no `Date`, no `Intl`, so that the chain may use it.
 * Instants are Unix seconds (UTC, leap seconds not counted). A zone is a standard offset and a rule of
 * daylight saving; the one rule here is the European Union's since 1996: one hour forward from the last
 * Sunday of March 01:00 UTC to the last Sunday of October 01:00 UTC (Directive 2000/84/EC).
 * Days are numbered from 1970-01-01. Calendar conversion follows the proleptic Gregorian era arithmetic
 * described by Howard Hinnant, "chrono-compatible low-level date algorithms".
 */
import { assert } from "#base/assert.ts";

/** Seconds since 1970-01-01T00:00:00Z, a whole number. */
export type UnixSeconds = number;
/** A civil day of a zone, counted from 1970-01-01. */
export type DayNumber = number;

export const QUARTER_HOUR_S = 900;

export interface Zone {
  /** IANA name, shown to people; not interpreted. */
  readonly name: string;
  readonly standardOffsetS: number;
  readonly daylight: "none" | "eu";
}

export const ROME: Zone = { name: "Europe/Rome", standardOffsetS: 3600, daylight: "eu" };
export const UTC: Zone = { name: "UTC", standardOffsetS: 0, daylight: "none" };

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

export interface CivilTime extends CivilDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Seconds east of UTC at that instant. */
  readonly offsetS: number;
}

const DAY_S = 86_400;

export function dayNumber({ year, month, day }: CivilDate): DayNumber {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function civilDate(number: DayNumber): CivilDate {
  const z = number + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted + (shifted < 10 ? 3 : -9);
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** 1 = Monday … 7 = Sunday. */
export function weekday(number: DayNumber): number {
  return ((((number + 3) % 7) + 7) % 7) + 1;
}

export function offsetAt(zone: Zone, instant: UnixSeconds): number {
  if (zone.daylight === "none") return zone.standardOffsetS;
  const { year } = civilDate(Math.floor(instant / DAY_S));
  const summer = instant >= lastSundayAt1Utc(year, 3) && instant < lastSundayAt1Utc(year, 10);
  return zone.standardOffsetS + (summer ? 3600 : 0);
}

export function civilTime(zone: Zone, instant: UnixSeconds): CivilTime {
  assert(Number.isSafeInteger(instant), `an instant is whole seconds, got ${instant}`);
  const offsetS = offsetAt(zone, instant);
  const local = instant + offsetS;
  const day = Math.floor(local / DAY_S);
  const second = local - day * DAY_S;
  return {
    ...civilDate(day),
    hour: Math.floor(second / 3600),
    minute: Math.floor(second / 60) % 60,
    second: second % 60,
    offsetS,
  };
}

/** The civil day of a zone that an instant belongs to. */
export function dayOf(zone: Zone, instant: UnixSeconds): DayNumber {
  return Math.floor((instant + offsetAt(zone, instant)) / DAY_S);
}

/** The first instant of a civil day. Clocks change at 01:00 UTC, never at a midnight of an EU zone. */
export function dayStart(zone: Zone, day: DayNumber): UnixSeconds {
  const standard = day * DAY_S - zone.standardOffsetS;
  const summer = standard - 3600;
  return offsetAt(zone, summer) !== zone.standardOffsetS ? summer : standard;
}

/** 96, and on the days of the clock change 92 or 100. */
export function quarterHoursOf(zone: Zone, day: DayNumber): number {
  return (dayStart(zone, day + 1) - dayStart(zone, day)) / QUARTER_HOUR_S;
}

/** The start of the quarter hour that an instant belongs to. */
export function quarterHourOf(instant: UnixSeconds): UnixSeconds {
  return Math.floor(instant / QUARTER_HOUR_S) * QUARTER_HOUR_S;
}

/** `2026-06-16`. */
export function formatDay(day: DayNumber): string {
  const { year, month, day: dayOfMonth } = civilDate(day);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(dayOfMonth, 2)}`;
}

/** The day of `2026-06-16`, or `undefined` where the text is no such date. */
export function parseDay(text: string): DayNumber | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return undefined;
  const number = dayNumber({ year: Number(parts[1]), month: Number(parts[2]), day: Number(parts[3]) });
  return formatDay(number) === text ? number : undefined;
}

/** `2026-06-16T10:45:00Z`. */
export function formatInstant(instant: UnixSeconds): string {
  const { hour, minute, second } = civilTime(UTC, instant);
  return `${formatDay(Math.floor(instant / DAY_S))}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}Z`;
}

/** The instant of `2026-06-16T10:45Z` or `…:45:30Z`, or `undefined` where the text is no such instant. */
export function parseInstant(text: string): UnixSeconds | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?Z$/.exec(text);
  const day = parts === null ? undefined : parseDay(parts[1]!);
  if (parts === null || day === undefined) return undefined;
  return day * DAY_S + Number(parts[2]) * 3600 + Number(parts[3]) * 60 + Number(parts[4] ?? 0);
}

function lastSundayAt1Utc(year: number, month: 3 | 10): UnixSeconds {
  const last = dayNumber({ year, month, day: 31 });
  return (last - (weekday(last) % 7)) * DAY_S + 3600;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, "0");
}
