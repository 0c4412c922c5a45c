/**
 * Days on which euro payments are settled between banks (TARGET, of the European Central Bank): Mondays to Fridays
 * without New Year, Good Friday, Easter Monday, 1 May, 25 and 26 December. National holidays do not count. And when a
 * direct debit may be collected: of its scheme (EPC 016-06) the debtor hears of it 14 days before, unless both agreed
 * otherwise, and the debtor's bank has it a TARGET day before; one more is left for the creditor's own bank.
 */
import { civilDate, type DayNumber, weekday } from "#base/time.ts";
import { easter } from "#tariff/calendar.ts";

/** Days between a debtor's hearing of a debit and its collection. */
export const NOTICE_DAYS = 14;
/** TARGET days between handing in a file and its collection. */
export const LEAD_TARGET_DAYS = 2;
/** Banks take no file for a day that is further away. */
export const COLLECTION_AHEAD_DAYS = 90;

const FIXED: ReadonlySet<string> = new Set(["1-1", "5-1", "12-25", "12-26"]);

export function isTargetDay(day: DayNumber): boolean {
  const { year, month, day: dayOfMonth } = civilDate(day);
  const sunday = easter(year);
  const isHoliday = FIXED.has(`${month}-${dayOfMonth}`) || day === sunday - 2 || day === sunday + 1;
  return weekday(day) <= 5 && !isHoliday;
}

/** The first TARGET day on which what is handed in, and announced, today may be collected. */
export function earliestCollection(today: DayNumber): DayNumber {
  let handedIn = today;
  for (let count = 0; count < LEAD_TARGET_DAYS; ) if (isTargetDay(++handedIn)) count++;
  let day = Math.max(handedIn, today + NOTICE_DAYS);
  while (!isTargetDay(day)) day++;
  return day;
}
