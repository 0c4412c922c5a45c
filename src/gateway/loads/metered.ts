/**
 * What a load's device counts: by its register of energy where it has one that moves on, by its power otherwise.
 */
import type { UnixSeconds } from "#base/time.ts";
import { DayMeter } from "#control/load-day.ts";
import { J_PER_WH } from "#plant/resolution.ts";
import { type Seen, ZONE } from "./steered-load.ts";

export interface KeptMeter {
  readonly joules: number;
  readonly dayEnd: UnixSeconds;
  readonly registerWh: number | null;
}

export class LoadMeter {
  readonly #day: DayMeter;
  #registerWh: number | undefined;

  constructor(kept?: KeptMeter) {
    this.#day = new DayMeter(ZONE, kept);
    this.#registerWh = kept?.registerWh ?? undefined;
  }

  /** What was used since the last look, J. */
  see(seen: Seen | undefined, now: UnixSeconds, seconds: number): number {
    if (seen === undefined) return 0;
    const { powerW = 0, energyWh } = seen.values;
    const before = this.#registerWh;
    this.#registerWh = energyWh;
    const movedWh = energyWh === undefined || before === undefined ? undefined : energyWh - before;
    // A register that was changed or reset says nothing of what lies between.
    const joules =
      movedWh !== undefined && movedWh >= 0 && movedWh < MOST_WH
        ? movedWh * J_PER_WH
        : Math.max(0, powerW) * seconds;
    this.#day.add(now, 1, joules);
    return joules;
  }

  get todayWh(): number {
    return this.#day.wattHours;
  }

  get kept(): KeptMeter {
    return { ...this.#day.kept, registerWh: this.#registerWh ?? null };
  }
}

/** Between two looks, restarts included. */
const MOST_WH = 50_000;
