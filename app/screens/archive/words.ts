/** How spans and slots of the archive are said in the language chosen and the community's zone. */
import { civilDate, civilTime, offsetAt, parseDay, weekday } from "#base/time.ts";
import type { Archive } from "#wire/schemas.ts";
import { monthName, weekdayName } from "../../format.ts";
import { local, zone } from "../../local.ts";
import { now } from "../../session.ts";
import { language, t } from "../../strings/dictionary.ts";
import { type Slot, shifted } from "./period.ts";

/** `1 to 16 June 2026`: never beyond now. */
export function spanText(archive: Archive): string {
  const first = parseDay(archive.fromDay)!;
  const last = Math.max(first, Math.min(parseDay(archive.toDay)!, todayOf()));
  const text = (day: number, withYear: boolean) => local.dayText(formatted(day), withYear);
  if (archive.period === "all") return t("archive.since", { from: text(first, true) });
  if (first === last) return `${weekdayName(language(), weekday(first))} ${text(first, true)}`;
  const a = civilDate(first);
  const b = civilDate(last);
  const from =
    a.year !== b.year
      ? text(first, true)
      : a.month !== b.month
        ? text(first, false)
        : language() === "de"
          ? `${a.day}.`
          : String(a.day);
  return t("archive.from_to", { from, to: text(last, true) });
}

/** The heading of the chart: `June 2026`, `2026`, `Tue 16 June`. */
export function periodTitle(archive: Archive): string {
  const { year, month } = civilDate(parseDay(archive.fromDay)!);
  switch (archive.period) {
    case "month":
      return capital(`${monthName(language(), month)} ${year}`);
    case "year":
      return String(year);
    default:
      return capital(spanText(archive));
  }
}

/** What the period before is called in a comparison: `May`, `2025`, `the day before`. */
export function beforeText(archive: Archive): string {
  if (archive.period === "all") return "";
  const { year, month } = civilDate(shifted(archive.period, parseDay(archive.fromDay)!, -1));
  switch (archive.period) {
    case "day":
      return t("archive.day_before");
    case "week":
      return t("archive.week_before");
    case "month":
      return monthName(language(), month);
    case "year":
      return String(year);
  }
}

/** A slot in full: `Tue 16 June`, `June 2026`, `02:00 (winter time)` where an hour comes twice. */
export function slotText(slot: Slot, bucket: Archive["bucket"]): string {
  if (bucket === "hour") {
    const hour = local.clockTime(slot.start);
    const twin = civilTime(zone(), slot.start + (slot.repeated ? -3600 : 3600)).hour === slot.label;
    if (!twin) return hour;
    const summer = offsetAt(zone(), slot.start) !== zone().standardOffsetS;
    return t(summer ? "archive.hour_summer" : "archive.hour_winter", { hour });
  }
  const day = slot.day!;
  if (bucket === "month") {
    const { year, month } = civilDate(day);
    return capital(`${monthName(language(), month)} ${year}`);
  }
  return `${weekdayName(language(), weekday(day))} ${local.dayText(formatted(day), false)}`;
}

/** A slot under the axis, as short as it can be; shorter still where slots are `narrow`. */
export function axisText(slot: Slot, archive: Pick<Archive, "bucket" | "period">, narrow = false): string {
  if (archive.bucket === "hour") return String(slot.label).padStart(2, "0");
  if (archive.bucket === "month") return capital(monthName(language(), slot.label).slice(0, 3));
  if (archive.period === "week") {
    const name = weekdayName(language(), weekday(slot.day!));
    return narrow ? name : `${name} ${slot.label}`;
  }
  return String(slot.label);
}

function todayOf(): number {
  return Math.floor((now() + offsetAt(zone(), now())) / 86_400);
}

function formatted(day: number): string {
  const { year, month, day: dayOfMonth } = civilDate(day);
  return `${year}-${String(month).padStart(2, "0")}-${String(dayOfMonth).padStart(2, "0")}`;
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(language()) + text.slice(1);
}
