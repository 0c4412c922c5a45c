/** The readings of a day and a little more, in memory, for a bench that leaves the platform's archive out. */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";
import type { Reading } from "#metering/reading.ts";
import type { ReadingArchive, StoredReading } from "#platform/archive.ts";

/** Of plants that are numbered from 1; what is older than `KEPT` quarter hours is gone. */
export class LastReadings implements Pick<ReadingArchive, "find" | "before"> {
  readonly #rows: (Reading | undefined)[][];

  constructor(plants: number) {
    this.#rows = Array.from({ length: plants }, () => new Array<Reading | undefined>(KEPT).fill(undefined));
  }

  keep(reading: Reading): void {
    this.#rows[reading.plant - 1]![placeOf(reading.intervalStart)] = reading;
  }

  find(plant: number, intervalStart: UnixSeconds): StoredReading | undefined {
    const reading = this.#rows[plant - 1]![placeOf(intervalStart)];
    if (reading?.intervalStart !== intervalStart) return undefined;
    return { reading, quality: "measured", received: intervalStart + QUARTER_HOUR_S };
  }

  before(plant: number, intervalStart: UnixSeconds): Reading | undefined {
    return this.find(plant, intervalStart - QUARTER_HOUR_S)?.reading;
  }
}

/** Quarter hours. */
const KEPT = 128;

function placeOf(intervalStart: UnixSeconds): number {
  return (intervalStart / QUARTER_HOUR_S) % KEPT;
}
