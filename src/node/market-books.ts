/**
 * The laws of the neighbours' market, checked from the rows of a whole state: who takes part stands and has what it
 * says; days are what their books came to; the calendar is of the days that are not final.
 */
import type { Member } from "#ledger/member.ts";
import type { MarketCalendar } from "#market/market-calendar.ts";
import type { MarketDay } from "#market/market-day.ts";
import type { Plant } from "#market/participant.ts";
import { capOn, NO_PLANT, type Participation } from "#market/participation.ts";
import type { BookKey, SlotBook } from "#market/slot-book.ts";

interface Rows<K, V> {
  readonly key: K;
  readonly row: V;
}

export interface MarketRows {
  readonly participations: readonly Rows<number, Participation>[];
  readonly books: readonly Rows<BookKey, SlotBook>[];
  readonly days: readonly Rows<number, MarketDay>[];
  readonly calendar: MarketCalendar;
}

/** In words; nothing when all is well. */
export function marketProblems(
  { participations, books, days, calendar }: MarketRows,
  members: readonly Rows<number, Member>[],
  plants: readonly Rows<number, Plant>[],
): string[] {
  return [
    ...participationProblems(participations, members, plants),
    ...dayProblems(books, days),
    ...calendarProblems(calendar, days, participations),
  ];
}

function participationProblems(
  participations: MarketRows["participations"],
  members: readonly Rows<number, Member>[],
  plants: readonly Rows<number, Plant>[],
): string[] {
  const problems: string[] = [];
  const standing = new Map(members.filter(({ row }) => row.closed === 0).map(({ key, row }) => [key, row]));
  const owners = new Map(
    plants.filter(({ row }) => row.closed === 0).map(({ key, row }) => [key, row.owner]),
  );
  for (const { key: member, row } of participations) {
    const role = standing.get(member)?.role;
    const own = role === "supplier" ? row.plant === NO_PLANT : owners.get(row.plant) === member;
    if ((role !== "citizen" && role !== "supplier") || !own) {
      problems.push(
        `member ${member} takes part in the market with plant ${row.plant}, which is not its own`,
      );
    }
    if (!isAscending(row.caps.map(({ from }) => from)) || !isAscending(row.nets.map(({ day }) => day))) {
      problems.push(`the days of member ${member} in the market are not ascending`);
    }
    const most = row.caps.reduce((max, { cap }) => (cap > max ? cap : max), 0n);
    if (row.held > most) problems.push(`member ${member} holds ${row.held} for a market that takes ${most}`);
    const first = row.caps[0]?.from ?? 0;
    for (const { day, net } of row.nets) {
      // Caps of days that are final are forgotten.
      if (day >= first && net < -capOn(row, day)) {
        problems.push(`member ${member} paid ${-net} for day ${day}, more than its cap`);
      }
    }
  }
  return problems;
}

function dayProblems(books: MarketRows["books"], days: MarketRows["days"]): string[] {
  const problems: string[] = [];
  const cleared = new Map(days.map(({ key }) => [key, { books: 0, tradedWh: 0, gridFees: 0n }]));
  for (const { key, row } of books) {
    const name = `book ${key.slot}/${key.session}`;
    const sum = cleared.get(row.day);
    if (sum === undefined) problems.push(`${name} is of a day that was never opened`);
    if (row.result === undefined || sum === undefined) continue;
    sum.books += 1;
    sum.tradedWh += row.result.tradedWh;
    sum.gridFees += row.result.bought - row.result.sold;
    if (row.result.bought < row.result.sold) problems.push(`${name} pays out more than it takes in`);
    if (row.result.orders > row.count) problems.push(`${name} has more orders than were sealed`);
  }
  for (const { key: day, row } of days) {
    const sum = cleared.get(day)!;
    if (row.books !== sum.books || row.tradedWh !== sum.tradedWh) {
      problems.push(
        `day ${day} counts ${row.tradedWh} Wh of ${row.books} books, not ${sum.tradedWh} of ${sum.books}`,
      );
    }
    if (row.gridFees !== sum.gridFees) {
      problems.push(`day ${day} has ${row.gridFees} for the grid, its books kept ${sum.gridFees}`);
    }
    // Half a µEUR for each line of a statement that was matched afterwards, which is 1 Wh at least.
    const dueMilli = 1000n * row.gridFees + BigInt(row.fallbackWh) * row.fallback.fee;
    const offMilli = 1000n * row.fees - dueMilli;
    const mostMilli = 500n * BigInt(row.fallbackWh);
    if (row.versions > 0 && (offMilli > mostMilli || offMilli < -mostMilli || row.fees < row.gridFees)) {
      problems.push(`day ${day} gave the community ${row.fees}, its books kept ${row.gridFees}`);
    }
    if (row.closed && !row.final) problems.push(`day ${day} is closed and not final`);
    if (row.moved < 0n || (row.versions === 0 && (row.moved !== 0n || row.fees !== 0n))) {
      problems.push(`day ${day} moved ${row.moved} in ${row.versions} versions`);
    }
  }
  return problems;
}

function calendarProblems(
  { open, leaving }: MarketCalendar,
  days: MarketRows["days"],
  participations: MarketRows["participations"],
): string[] {
  const problems: string[] = [];
  const unfinished = days.filter(({ row }) => !row.final).map(({ key }) => key);
  if (unfinished.join() !== open.join())
    problems.push(`the days ${unfinished} are open, the calendar has ${open}`);
  if (!isAscending(leaving)) problems.push("the members that leave the market are not ascending");
  const there = new Set(participations.map(({ key }) => key));
  for (const member of leaving) {
    if (!there.has(member)) problems.push(`member ${member} waits for a reserve that it has not`);
  }
  return problems;
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, i) => i === 0 || numbers[i - 1]! < number);
}
