/**
 * The timeline in numbers: the span that is shown, the series that grows with each live value, stacks, axis marks
 * in the community's zone, price blocks, hourly rows for the table twin. Pure; `timeline-chart` draws it.
 *
 * A step's values belong to the interval that starts at its time, so a point stands at the middle of its step.
 */
import { civilTime, dayOf, dayStart, type UnixSeconds, type Zone } from "#base/time.ts";
import type { Live, Series } from "#wire/schemas.ts";
import { solarOf } from "./flow.ts";

export const SPANS = ["hour", "day", "two", "ahead"] as const;
export type Span = (typeof SPANS)[number];

export interface Range {
  readonly from: UnixSeconds;
  readonly to: UnixSeconds;
}

/** What a span covers: the last hour, the civil day, yesterday and today, or half a day back and a day on. */
export function rangeOf(span: Span, zone: Zone, now: UnixSeconds): Range {
  if (span === "hour") {
    // Whole minutes, so that the axis slides step by step and not with every second.
    const to = Math.floor(now / 60) * 60 + 60;
    return { from: to - 3600, to };
  }
  if (span === "ahead") {
    // Half a day back and a day on, from full hours, so that it stands still for an hour.
    const hour = Math.floor(now / 3600) * 3600;
    return { from: hour - 12 * 3600, to: hour + 24 * 3600 };
  }
  const today = dayOf(zone, now);
  return {
    from: dayStart(zone, span === "day" ? today : today - 1),
    to: dayStart(zone, today + 1),
  };
}

/** The columns of a `Series` that hold values. */
const COLUMNS = [
  "solarW",
  "homeFromSolarW",
  "homeFromAccumulatorW",
  "homeFromGridW",
  "exportW",
  "storedWh",
  "importPriceMicroEurPerKwh",
] as const;

/**
 * The series with the live value in its last step; a new step begins where the live value lies beyond it. The
 * value stands for its step until the series is read again, which brings the step's mean. An older value than the
 * last step changes nothing.
 */
export function growSeries(series: Series, live: Live): Series {
  const { stepS } = series;
  if (stepS <= 0) return series;
  const time = Math.floor(live.time / stepS) * stepS;
  const last = series.time.at(-1);
  if (last !== undefined && time < last) return series;
  const { flowsW } = live;
  const row: Record<(typeof COLUMNS)[number], number> = {
    solarW: solarOf(flowsW),
    homeFromSolarW: flowsW.solarToHome,
    homeFromAccumulatorW: flowsW.accumulatorToHome,
    homeFromGridW: flowsW.gridToHome,
    exportW: flowsW.solarToGrid + flowsW.accumulatorToGrid,
    storedWh: live.accumulator === null ? 0 : live.accumulator.storedSolarWh + live.accumulator.storedGridWh,
    importPriceMicroEurPerKwh: live.importPriceMicroEurPerKwh,
  };
  const keep = last === time ? series.time.length - 1 : series.time.length;
  const grown = { ...series, time: [...series.time.slice(0, keep), time] };
  for (const column of COLUMNS) grown[column] = [...series[column].slice(0, keep), row[column]];
  return grown;
}

/** The time up to which a series reaches. */
export function endOf(series: Series): UnixSeconds {
  const last = series.time.at(-1);
  return last === undefined ? 0 : last + series.stepS;
}

/** Columns to draw, kW: x in the middle of each step, the stacked borders of use, production; a gap is `null`. */
export interface Stack {
  readonly x: number[];
  readonly fromSolar: (number | null)[];
  readonly toAccumulator: (number | null)[];
  readonly toGrid: (number | null)[];
  readonly production: (number | null)[];
  readonly stored: (number | null)[];
  /** Index of the series' row, by point; gaps have none. */
  readonly row: (number | undefined)[];
}

/**
 * Stacks the use of a home by source: panels, on them accumulator, on them MicroGrid. Times outside the range are
 * left out; the step that is still running stands at `now` at the latest.
 */
export function stack(series: Series, { from, to }: Range, now = Number.POSITIVE_INFINITY): Stack {
  const out: Stack = {
    x: [],
    fromSolar: [],
    toAccumulator: [],
    toGrid: [],
    production: [],
    stored: [],
    row: [],
  };
  const half = series.stepS / 2;
  const push = (x: number, row: number | undefined, values: readonly (number | null)[]) => {
    out.x.push(x);
    out.row.push(row);
    out.fromSolar.push(values[0]!);
    out.toAccumulator.push(values[1]!);
    out.toGrid.push(values[2]!);
    out.production.push(values[3]!);
    out.stored.push(values[4]!);
  };
  let before: number | undefined;
  series.time.forEach((time, i) => {
    if (time < from - series.stepS || time >= to) return;
    if (before !== undefined && time - before > 1.5 * series.stepS) {
      push(before + series.stepS, undefined, [null, null, null, null, null]);
    }
    before = time;
    const solar = series.homeFromSolarW[i]! / 1000;
    const accumulator = solar + series.homeFromAccumulatorW[i]! / 1000;
    // A step that is still to come stands whole after now; the one that runs ends there.
    push(time >= now ? time + half : Math.max(time, Math.min(time + half, now)), i, [
      solar,
      accumulator,
      accumulator + series.homeFromGridW[i]! / 1000,
      series.solarW[i]! / 1000,
      series.storedWh[i]! / 1000,
    ]);
  });
  return out;
}

/** Steps of the kW axis from 0 to a round top that holds every value: three to five lines. */
export function powerMarks(highestKw: number): readonly number[] {
  const top = Math.max(0.5, highestKw * 1.06);
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].find((one) => top / one <= 5) ?? 200;
  return Array.from({ length: Math.ceil(top / step - 1e-9) + 1 }, (_, i) => Number((i * step).toFixed(1)));
}

export interface TimeMark {
  readonly at: UnixSeconds;
  /** `06`, `12:30`. */
  readonly label: string;
  /** A civil day begins here. */
  readonly midnight: boolean;
}

/**
 * Marks of the time axis at round civil times of the zone: every ten minutes of an hour, every three hours of a
 * day, every six of two. On the day of the autumn change both 02:00 hours exist, and both are marked.
 */
export function timeMarks(span: Span, zone: Zone, { from, to }: Range): readonly TimeMark[] {
  const marks: TimeMark[] = [];
  const everyS = span === "hour" ? 600 : 3600;
  const hours = span === "day" ? 3 : 6;
  for (let at = Math.ceil(from / everyS) * everyS; at <= to; at += everyS) {
    const { hour, minute } = civilTime(zone, at);
    const isEnd = at === to && hour === 0 && span !== "hour";
    if (span !== "hour" && hour % hours !== 0) continue;
    marks.push({
      at,
      label: span === "hour" ? `${two(hour)}:${two(minute)}` : isEnd ? "24" : two(hour),
      midnight: hour === 0 && minute === 0,
    });
  }
  return marks;
}

export interface PriceBlock extends Range {
  readonly price: number;
}

/** Neighbouring steps of one price as one block; the last reaches to the end of its step. */
export function priceBlocks(series: Series, range: Range): readonly PriceBlock[] {
  const blocks: { from: number; to: number; price: number }[] = [];
  series.time.forEach((time, i) => {
    const from = Math.max(time, range.from);
    const to = Math.min(time + series.stepS, range.to);
    if (to <= from) return;
    const price = series.importPriceMicroEurPerKwh[i]!;
    const last = blocks.at(-1);
    if (last !== undefined && last.price === price && from - last.to <= 1.5 * series.stepS) last.to = to;
    else
      blocks.push({ from: last !== undefined && from - last.to < series.stepS ? last.to : from, to, price });
  });
  return blocks;
}

/** Means of an hour (of a day or two) or of a step (of an hour), W and Wh, for the table twin. */
export interface TableRow {
  readonly from: UnixSeconds;
  readonly homeFromSolarW: number;
  readonly homeFromAccumulatorW: number;
  readonly homeFromGridW: number;
  readonly solarW: number;
  readonly exportW: number;
  /** At the end of the row. */
  readonly storedWh: number;
  readonly importPriceMicroEurPerKwh: number;
}

export function tableRows(series: Series, { from, to }: Range, everyS: number): readonly TableRow[] {
  const groups = new Map<number, number[]>();
  series.time.forEach((time, i) => {
    if (time < from || time >= to) return;
    const start = Math.floor(time / everyS) * everyS;
    const group = groups.get(start);
    if (group === undefined) groups.set(start, [i]);
    else group.push(i);
  });
  return [...groups].map(([start, rows]) => {
    const mean = (column: readonly number[]) => rows.reduce((sum, i) => sum + column[i]!, 0) / rows.length;
    return {
      from: start,
      homeFromSolarW: mean(series.homeFromSolarW),
      homeFromAccumulatorW: mean(series.homeFromAccumulatorW),
      homeFromGridW: mean(series.homeFromGridW),
      solarW: mean(series.solarW),
      exportW: mean(series.exportW),
      storedWh: series.storedWh[rows.at(-1)!]!,
      importPriceMicroEurPerKwh: series.importPriceMicroEurPerKwh[rows.at(-1)!]!,
    };
  });
}

/** The row of the series that a time falls into, or the nearest one. */
export function rowAt(series: Series, at: UnixSeconds): number | undefined {
  let best: number | undefined;
  let distance = Number.POSITIVE_INFINITY;
  series.time.forEach((time, i) => {
    const d = Math.abs(time + series.stepS / 2 - at);
    if (d < distance) {
      distance = d;
      best = i;
    }
  });
  return best;
}

export function usedW(series: Series, row: number): number {
  return series.homeFromSolarW[row]! + series.homeFromAccumulatorW[row]! + series.homeFromGridW[row]!;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
