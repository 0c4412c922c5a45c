/**
 * What the rules of flexible loads need of time, and whoever carries them out keeps: how long something has been as it
 * is, energy since midnight, when a civil day next comes to a minute, the first run of a timetable.
 */
import { dayOf, dayStart, type UnixSeconds, type Zone } from "#base/time.ts";
import { J_PER_WH } from "#plant/resolution.ts";

/** Energy since midnight. */
export class DayMeter {
  readonly #zone: Zone;
  #joules: number;
  #dayEnd: UnixSeconds;

  /** With what was kept of the day on which it was kept. */
  constructor(zone: Zone, kept: { readonly joules: number; readonly dayEnd: UnixSeconds } = NO_DAY) {
    this.#zone = zone;
    this.#joules = kept.joules;
    this.#dayEnd = kept.dayEnd;
  }

  add(time: UnixSeconds, seconds: number, powerW: number): void {
    if (time >= this.#dayEnd) {
      this.#dayEnd = dayStart(this.#zone, dayOf(this.#zone, time) + 1);
      this.#joules = 0;
    }
    this.#joules += powerW * seconds;
  }

  get wattHours(): number {
    return this.#joules / J_PER_WH;
  }

  /** What `resume` takes. */
  keep(): { readonly dayJ: number; readonly dayEnd: UnixSeconds } {
    return { dayJ: this.#joules, dayEnd: this.#dayEnd };
  }

  /** It goes on from a day's energy in J, and the instant at which that day ends. */
  resume(dayJ: number, dayEnd: UnixSeconds): void {
    this.#joules = dayJ;
    this.#dayEnd = dayEnd;
  }

  get kept() {
    return { joules: this.#joules, dayEnd: this.#dayEnd };
  }
}

const NO_DAY = { joules: 0, dayEnd: 0 };

/** How long something has been as it is, s. */
export class Stood {
  #is: boolean | undefined;
  seconds = Number.POSITIVE_INFINITY;

  /** Before a step; the first word is taken as having stood for long. */
  see(is: boolean): number {
    if (this.#is !== undefined && is !== this.#is) this.seconds = 0;
    this.#is = is;
    return this.seconds;
  }

  pass(seconds: number): void {
    this.seconds += seconds;
  }
}

/** The next time the civil day comes to a minute, later than `time`. */
export function nextMinute(zone: Zone, time: UnixSeconds, minute: number): UnixSeconds {
  const today = dayOf(zone, time);
  for (let day = today; ; day++) {
    // Counted back from the next midnight: before it, no clock changes.
    const at = dayStart(zone, day + 1) - (1440 - minute) * 60;
    if (at > time) return at;
  }
}

/** The first run of a timetable that begins at `start`; `null` where it gives nothing. */
export function firstRun(
  powerW: ArrayLike<number>,
  start: UnixSeconds,
  stepS: number,
): { readonly from: UnixSeconds; readonly to: UnixSeconds } | null {
  for (let from = 0; from < powerW.length; from++) {
    if (powerW[from]! <= 0) continue;
    let to = from;
    while (to < powerW.length && powerW[to]! > 0) to++;
    return { from: start + from * stepS, to: start + to * stepS };
  }
  return null;
}
