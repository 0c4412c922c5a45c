/**
 * What every load of a simulated home is to the home: it is asked what it wants of a step, may be cut off, and then
 * lives the step. The deciding is done by the pure rules of `control`, as a gateway does it; the load itself is physics.
 */
import { type DayNumber, dayOf, dayStart, type UnixSeconds, type Zone } from "#base/time.ts";
import type { Offers } from "#control/flexible-load.ts";
import type { LoadWish } from "#platform/home-loads.ts";
import { type LoadKind, USUAL_PREFERENCES } from "#wire/load-preferences.ts";
import type { LoadPreferences, LoadReport } from "#wire/load-schemas.ts";

/** What a load meets in a step of whole seconds. */
export interface LoadStep {
  readonly time: UnixSeconds;
  readonly seconds: number;
  /** What the home would have over without this load, W. */
  readonly surplusW: number;
  /** What connection and contract leave for it, W. */
  readonly limitW: number;
  /** µEUR/kWh of the MicroGrid. */
  readonly importPrice: number;
  readonly outdoorC: number;
}

/** A load's physics and clocks as plain numbers: what it goes on from where its town is opened again. */
export type KeptLoad = Readonly<Record<string, number>>;

export interface SimulatedLoad {
  readonly id: string;
  readonly kind: LoadKind;
  readonly preferences: LoadPreferences;
  /** An owner's letter; one that is known already changes nothing. */
  hear(wish: LoadWish): void;
  /** From a quarter hour on, and whenever a preference changed: what the coming steps offer to it. */
  plan(time: UnixSeconds, offers: Offers): void;
  /** Mean power that it takes in the step, W ≥ 0 on the grid of `plant/resolution`. */
  decide(step: LoadStep): number;
  /** It gives way in the step that was just decided. */
  cut(): void;
  /** Lives the step as decided. */
  live(step: LoadStep): void;
  report(time: UnixSeconds): LoadReport;
  /** How it stands between two steps. */
  keep(): KeptLoad;
  /** It stands as one of its kind was kept; a number that is missing is left as it is. */
  resume(kept: KeptLoad): void;
}

/** A number that was kept, where it is one. */
export function kept(of: KeptLoad, name: string, otherwise: number): number {
  const value = of[name];
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

/** The owner's word for a load, and which letter it came with. */
export class Standing {
  preferences: LoadPreferences;
  change = 0;

  constructor(kind: LoadKind) {
    this.preferences = USUAL_PREFERENCES[kind];
  }

  /** Where the owner said nothing of this load, what is usual in a home that is run so. */
  usual(preferences: LoadPreferences): void {
    if (this.change === 0) this.preferences = preferences;
  }

  /** Whether it is news. */
  hear({ change, preferences }: LoadWish): boolean {
    if (change <= this.change) return false;
    this.change = change;
    this.preferences = preferences;
    return true;
  }
}

/** What is drawn once for each civil day. */
export class Daily<T> {
  readonly #zone: Zone;
  readonly #draw: (day: DayNumber) => T;
  #from: UnixSeconds = 0;
  #end: UnixSeconds = 0;
  #drawn: T | undefined;

  constructor(zone: Zone, draw: (day: DayNumber) => T) {
    this.#zone = zone;
    this.#draw = draw;
  }

  at(time: UnixSeconds): T {
    if (time < this.#from || time >= this.#end) {
      const day = dayOf(this.#zone, time);
      this.#from = dayStart(this.#zone, day);
      this.#end = dayStart(this.#zone, day + 1);
      this.#drawn = this.#draw(day);
    }
    return this.#drawn as T;
  }

  /** Minutes of the day at an instant. */
  minute(time: UnixSeconds): number {
    this.at(time);
    return Math.floor((time - this.#from) / 60);
  }
}
