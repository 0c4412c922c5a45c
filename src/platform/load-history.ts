/**
 * What the loads of a home took in a span of the archive screen, each with the quarter hours of a day, the days of a week
 * or month, or the months of a year or of all; and the same as a table. Spans and buckets are those of `history`.
 */
import { dayOf, dayStart, formatDay, QUARTER_HOUR_S, type UnixSeconds, type Zone } from "#base/time.ts";
import { LOAD_LEVELS, type LoadLevel } from "#wire/load-preferences.ts";
import type { LoadArchive as LoadArchiveAnswer } from "#wire/load-schemas.ts";
import type { Period } from "#wire/schemas.ts";
import type { Archive } from "./archive.ts";
import { csvOf, isoTime, kWh } from "./csv.ts";
import { BUCKET_OF, bucketBounds, spanOf } from "./history.ts";

export interface LoadQuery {
  /** The home id. */
  readonly home: number;
  readonly period: Period;
  /** A day of the span; today where it says nothing. */
  readonly day?: number | undefined;
  /** By the chain's clock. */
  readonly now: UnixSeconds;
}

export function loadHistory(
  archive: Archive,
  zone: Zone,
  { home, period, day, now }: LoadQuery,
): LoadArchiveAnswer {
  const today = dayOf(zone, now);
  const extent = archive.extent(home);
  const firstDay = extent === undefined ? today : Math.min(today, dayOf(zone, extent.first));
  const span = spanOf(period, day ?? today, { first: firstDay, last: today });
  const from = dayStart(zone, span.first);
  const to = dayStart(zone, span.last + 1);
  const starts =
    period === "day"
      ? Array.from({ length: (to - from) / QUARTER_HOUR_S }, (_, i) => from + i * QUARTER_HOUR_S)
      : bucketBounds(zone, BUCKET_OF[period], span).slice(0, -1);
  const loads = archive.loads.loadsOf(home).map(({ key, id, kind, name }) => {
    const energyWh: (number | null)[] = starts.map(() => null);
    const states: LoadArchiveAnswer["loads"][number]["states"] = starts.map(() => null);
    const levels = new Map<LoadLevel, (number | null)[]>();
    let last = 0;
    const add = (time: UnixSeconds, wh: number) => {
      while (last + 1 < starts.length && starts[last + 1]! <= time) last++;
      energyWh[last] = (energyWh[last] ?? 0) + wh;
    };
    if (period === "day") {
      for (const quarter of archive.loads.quarters(key, from, to)) {
        add(quarter.start, quarter.energyWh);
        states[last] = quarter.state;
        for (const of of LOAD_LEVELS) {
          const value = quarter.levels[of];
          if (value === undefined) continue;
          if (!levels.has(of))
            levels.set(
              of,
              starts.map(() => null),
            );
          levels.get(of)![last] = value;
        }
      }
    } else {
      for (const one of archive.loads.days(key, span.first, span.last)) {
        add(dayStart(zone, one.day), one.energyWh);
      }
    }
    const totalWh = energyWh.reduce<number>((sum, wh) => sum + (wh ?? 0), 0);
    const held = LOAD_LEVELS.flatMap((of) => {
      const values = levels.get(of);
      return values === undefined ? [] : [{ of, values }];
    });
    return { id, kind, name, totalWh, energyWh, states, levels: held };
  });
  return {
    ...{ period, from, to, starts },
    fromDay: formatDay(span.first),
    toDay: formatDay(span.last),
    // A load of long ago has no line in a span that it did not live.
    loads: loads.filter(({ energyWh }) => energyWh.some((wh) => wh !== null)),
  };
}

const UNIT_OF: Readonly<Record<LoadLevel, string>> = { charge: "%", tank: "°C", room: "°C" };

/** One row a bucket; of a load its energy, in a day its state and what it held. A field that is empty was not heard of. Instants carry the zone's offset. */
export function loadsCsv(zone: Zone, { period, starts, to, loads }: LoadArchiveAnswer): string {
  const withStates = period === "day";
  const columns = loads.flatMap(({ id, name, kind, levels }) => {
    const what = `${name ?? kind.replaceAll("_", " ")} (${id})`;
    const held = levels.map(({ of }) => `${what} ${of} [${UNIT_OF[of]}]`);
    return [`${what} [kWh]`, ...(withStates ? [`${what} state`] : []), ...held];
  });
  const rows = starts.map((start, i) => [
    isoTime(zone, start),
    isoTime(zone, starts[i + 1] ?? to),
    ...loads.flatMap(({ energyWh, states, levels }) => {
      const wh = energyWh[i] ?? null;
      const held = levels.map(({ of, values }) => values[i]?.toFixed(of === "charge" ? 0 : 1) ?? "");
      return [wh === null ? "" : kWh(wh), ...(withStates ? [states[i] ?? ""] : []), ...held];
    }),
  ]);
  return csvOf([["from", "to", ...columns], ...rows]);
}
