/**
 * What a home will have over or lack in a quarter hour, by persistence: as in the last quarter hour that was read and
 * as at the same time yesterday, the mean of both where there are both. Plain, and as good as much else a few minutes
 * ahead; for tomorrow yesterday alone counts.
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Reading } from "#metering/reading.ts";
import type { ReadingArchive } from "../archive.ts";

export interface Forecast {
  readonly slot: UnixSeconds;
  /** Wh that the panels will give and the home will not use; what goes into the accumulator is not over. */
  readonly surplusWh: number;
  /** Wh that the home will take from the MicroGrid. */
  readonly needWh: number;
  readonly basis: "last_quarter_hour" | "yesterday";
}

const DAY_S = 86_400;
/** A reading older than that says nothing about a quarter hour. */
const RECENT_S = 2 * 3600;
/** A day without a reading is passed over, so many times. */
const DAYS_BACK = 2;

/** `undefined` where nothing was read that says anything. */
export function forecastOf(
  archive: Pick<ReadingArchive, "find" | "before">,
  home: number,
  slot: UnixSeconds,
  now: UnixSeconds,
): Forecast | undefined {
  const yesterday = onEarlierDay(archive, home, slot, now);
  const last = slot - now > RECENT_S ? undefined : archive.before(home, now);
  const recent = last !== undefined && slot - last.intervalStart <= RECENT_S ? last : undefined;
  if (recent === undefined && yesterday === undefined) return undefined;
  const known = [recent, yesterday].filter((reading) => reading !== undefined);
  const mean = (of: (reading: Reading) => number) =>
    Math.floor(known.reduce((sum, reading) => sum + of(reading), 0) / known.length);
  return {
    slot,
    surplusWh: mean(({ flows }) => flows.solarToGrid),
    needWh: mean(({ flows }) => flows.gridToHome + flows.gridToAccumulator),
    basis: recent === undefined ? "yesterday" : "last_quarter_hour",
  };
}

function onEarlierDay(
  archive: Pick<ReadingArchive, "find">,
  home: number,
  slot: UnixSeconds,
  now: UnixSeconds,
): Reading | undefined {
  let at = slot - DAY_S;
  // Of a quarter hour that is not over there is no reading yet.
  while (at + QUARTER_HOUR_S > now) at -= DAY_S;
  for (let back = 0; back < DAYS_BACK; back++, at -= DAY_S) {
    const found = archive.find(home, at);
    if (found !== undefined) return found.reading;
  }
  return undefined;
}
