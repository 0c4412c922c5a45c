/**
 * The yearly true-up of the community's incentive out of the months as they stand: what of it goes to other members
 * because the year shared much (`billing/year-excess`), and beside it the year against its advances. What is kept of a
 * run is what its bills carry.
 */
import { civilDate, type DayNumber, dayNumber, formatDay } from "#base/time.ts";
import type { Period, YearShares } from "#billing/document.ts";
import { yearExcess } from "#billing/year-excess.ts";
import { incentiveFrom } from "#wire/bill.ts";

/** What a true-up's run says of its year, whole Wh and µEUR. */
export interface YearFigures {
  readonly year: number;
  readonly months: readonly string[];
  readonly injectedWh: number;
  readonly thresholdPpm: number;
  readonly excessWh: number;
  readonly tipMicroEur: number;
  /** What the authority advanced of these months. */
  readonly advancedMicroEur: number;
}

interface KeptYear {
  readonly figures: YearFigures;
  readonly months: readonly { readonly statement: unknown }[];
  readonly left: readonly string[];
}

export interface MonthResult {
  readonly first: DayNumber;
  /** As a run of the month keeps it. */
  readonly document: string;
  /** µEUR; 0 where there was none. */
  readonly advanced: number;
}

/** By when the true-up of a year is due; its runs go by this day. */
export function trueUpDay(year: number): DayNumber {
  return dayNumber({ year: year + 1, month: 5, day: 15 });
}

export function yearOf(due: DayNumber): Period {
  const { year } = civilDate(due);
  return {
    from: dayNumber({ year: year - 1, month: 1, day: 1 }),
    until: dayNumber({ year, month: 1, day: 1 }),
  };
}

/**
 * The year's document, and of each home that still takes part what it is given less what is taken, µEUR: the sum is
 * nothing. `undefined` where the months cannot be reckoned.
 */
export function trueUp(
  year: number,
  results: readonly MonthResult[],
  standing: ReadonlySet<string>,
):
  | { readonly document: string; readonly pool: bigint; readonly shared: bigint; readonly parts: Parts }
  | undefined {
  const months = results.map(({ document }) => JSON.parse(document) as KeptYear["months"][number]);
  const shares = months.map((month) => incentiveFrom(month));
  const homes = new Set(shares.flatMap((month) => month.homes.map(({ id }) => id)));
  const left = [...homes].filter((id) => !standing.has(id)).sort();
  const made = yearExcess({ months: shares, left });
  if (!made.ok) return undefined;
  const { injected, shared, tip, thresholdPpm, excess } = made.value;
  const figures: YearFigures = {
    year,
    months: results.map(({ first }) => formatDay(first).slice(0, 7)),
    injectedWh: Number(injected),
    thresholdPpm: Number(thresholdPpm),
    excessWh: Number(excess),
    tipMicroEur: Number(tip),
    advancedMicroEur: results.reduce((sum, { advanced }) => sum + advanced, 0),
  };
  const kept: KeptYear = { figures, months, left };
  return {
    document: JSON.stringify(kept),
    pool: made.value.homes.reduce((sum, { given }) => sum + given, 0n),
    shared,
    parts: new Map(made.value.homes.map(({ id, given, taken }) => [id, given - taken])),
  };
}

type Parts = ReadonlyMap<string, bigint>;

export function figuresOf(document: string): YearFigures {
  return (JSON.parse(document) as KeptYear).figures;
}

/** As a bill carries it. */
export function yearEvidence(document: string): {
  readonly trueUp: YearShares;
  readonly statements: readonly unknown[];
} {
  const { months, left } = JSON.parse(document) as KeptYear;
  return {
    trueUp: { months: months.map((month) => incentiveFrom(month)), left },
    statements: months.map(({ statement }) => statement),
  };
}
