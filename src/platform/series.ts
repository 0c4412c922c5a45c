/**
 * Power over time for a chart: the finest values kept for the span, at most about 2,000 points of one length.
 * Steps of the last 48 hours, minutes of the last 90 days, quarter hours for ever; what is finer than a point
 * is averaged into it by time. A point without values is left out, so a gap stays a gap.
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Series } from "#wire/schemas.ts";
import type { Archive } from "./archive.ts";
import { type Ring, type RingRow, VALUE_COUNT } from "./ring.ts";

export const POINTS_MAX = 2_000;
/** Lengths of a point, s. */
const LENGTHS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400,
] as const;
const LONGEST = 7 * 86_400;

interface Span {
  readonly plant: number;
  readonly from: UnixSeconds;
  readonly to: UnixSeconds;
}

export function seriesOf(
  {
    archive,
    ring,
    importPrice,
  }: {
    readonly archive: Archive;
    readonly ring: Ring;
    readonly importPrice: (time: UnixSeconds) => number;
  },
  span: Span,
): Series {
  const pointS = LENGTHS.find((length) => (span.to - span.from) / length <= POINTS_MAX) ?? LONGEST;
  const rows = rowsOf(archive, ring, span, pointS);
  return columnsOf(rows, Math.max(pointS, commonStep(rows)), importPrice);
}

/** The rows of the finest source that reaches back to the span's beginning and is no finer than needed. */
function rowsOf(archive: Archive, ring: Ring, span: Span, pointS: number): RingRow[] {
  const { plant, from, to } = span;
  const steps = ring.oldest("steps", plant) ?? to;
  const minutes = ring.oldest("minutes", plant) ?? to;
  const readings = archive.extent(plant)?.first ?? to;
  // What a home has nothing of before its own beginning, no source can be blamed for.
  const begin = Math.max(from, Math.min(steps, minutes, readings));
  if (pointS < 30 && steps <= begin) return ring.rows("steps", plant, from, to);
  if (pointS < QUARTER_HOUR_S && minutes < begin + 60) return ring.rows("minutes", plant, from, to);
  const old = quarterHours(archive, span);
  const read = old.at(-1);
  // The quarter hours that have no reading yet are carried on from the minutes.
  const recent = ring.rows("minutes", plant, read === undefined ? from : read.time + read.stepS, to);
  return [...old, ...recent];
}

function quarterHours(archive: Archive, { plant, from, to }: Span): RingRow[] {
  return archive.span(plant, from, to).map(({ reading: { intervalStart, flows, ...rest } }) => ({
    time: intervalStart,
    stepS: QUARTER_HOUR_S,
    values: [
      ...[
        flows.solarToHome,
        flows.solarToAccumulator,
        flows.solarToGrid,
        flows.accumulatorToHome,
        flows.accumulatorToGrid,
        flows.gridToHome,
        flows.gridToAccumulator,
      ].map((energyWh) => energyWh * 4),
      rest.closingSolarWh + rest.closingGridWh,
    ],
  }));
}

/** The longest step among the rows: no point is shorter, or there would be gaps where there are none. */
function commonStep(rows: readonly RingRow[]): number {
  let longest = 0;
  for (const { stepS } of rows) if (stepS > longest) longest = stepS;
  return LENGTHS.find((length) => length >= longest) ?? longest;
}

function columnsOf(
  rows: readonly RingRow[],
  stepS: number,
  importPrice: (time: UnixSeconds) => number,
): Series {
  const series: Series = {
    stepS,
    time: [],
    solarW: [],
    homeFromSolarW: [],
    homeFromAccumulatorW: [],
    homeFromGridW: [],
    exportW: [],
    storedWh: [],
    importPriceMicroEurPerKwh: [],
  };
  const sums = new Float64Array(VALUE_COUNT);
  let seconds = 0;
  let start = Number.NaN;
  const close = () => {
    if (seconds === 0) return;
    const [sh, sa, sg, ah, ag, gh, , stored] = Array.from(sums, (sum) => Math.round(sum / seconds)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    series.time.push(start);
    series.solarW.push(sh + sa + sg);
    series.homeFromSolarW.push(sh);
    series.homeFromAccumulatorW.push(ah);
    series.homeFromGridW.push(gh);
    series.exportW.push(sg + ag);
    series.storedWh.push(stored);
    series.importPriceMicroEurPerKwh.push(Math.round(importPrice(start)));
    sums.fill(0);
    seconds = 0;
  };
  for (const row of rows) {
    const point = row.time - (row.time % stepS);
    if (point !== start) {
      close();
      start = point;
    }
    seconds += row.stepS;
    for (let i = 0; i < VALUE_COUNT; i++) sums[i]! += row.values[i]! * row.stepS;
  }
  close();
  return series;
}
