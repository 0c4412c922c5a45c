/**
 * What a gateway knows of its home for whoever plans a load: what the rest usually draws at this hour, what the sun
 * usually gives or the planner expects of it, prices, and what may come in. `control/flexible-load` finds the cheapest
 * hours among these offers.
 */
import { QUARTER_HOUR_S, quarterHourOf, type UnixSeconds } from "#base/time.ts";
import { comingOffers } from "#control/coming-offers.ts";
import type { Offers } from "#control/flexible-load.ts";
import type { Plan } from "#control/plan.ts";
import { UsualDay } from "#forecast/usual-day.ts";

/** What the coming quarter hours bring, whoever says it. */
export interface ComingTerms {
  readonly importPrice: (start: UnixSeconds) => number;
  readonly feedInPrice: (start: UnixSeconds) => number;
  /** What may come in, W. */
  readonly importMaxW: (start: UnixSeconds) => number;
  /** The accumulator's, where there is one. */
  readonly plan: Plan | undefined;
}

interface KeptHome {
  readonly baseW: (number | null)[];
  readonly solarW: (number | null)[];
}

export class KnownHome {
  readonly #baseW: UsualDay;
  readonly #solarW: UsualDay;
  readonly #sums = { seconds: 0, baseJ: 0, solarJ: 0 };
  #slot: UnixSeconds | undefined;

  constructor(kept?: object) {
    const known = kept as KeptHome | undefined;
    this.#baseW = new UsualDay(known?.baseW);
    this.#solarW = new UsualDay(known?.solarW);
  }

  get kept(): KeptHome {
    return { baseW: this.#baseW.kept, solarW: this.#solarW.kept };
  }

  /** `baseW`: without the loads that are steered. */
  see(now: UnixSeconds, seconds: number, baseW: number, solarW: number): void {
    const slot = quarterHourOf(now);
    const sums = this.#sums;
    if (slot !== this.#slot) {
      if (this.#slot !== undefined && sums.seconds > QUARTER_HOUR_S / 3) {
        this.#baseW.add(this.#slot, sums.baseJ / sums.seconds);
        this.#solarW.add(this.#slot, sums.solarJ / sums.seconds);
      }
      this.#slot = slot;
      sums.seconds = 0;
      sums.baseJ = 0;
      sums.solarJ = 0;
    }
    sums.seconds += seconds;
    sums.baseJ += baseW * seconds;
    sums.solarJ += solarW * seconds;
  }

  offersFrom(slot: UnixSeconds, terms: ComingTerms): Offers {
    return comingOffers(slot, terms.plan, (time) => ({
      // In the first day nothing is known of the hours to come: then prices alone decide.
      loadW: known(this.#baseW.at(time), 0),
      solarW: known(this.#solarW.at(time), 0),
      importPrice: terms.importPrice(time),
      feedInPrice: terms.feedInPrice(time),
      importMaxW: terms.importMaxW(time),
    }));
  }
}

/** The offers that are left where somebody means to take so much of each step, W. */
export function offersWithout(offers: Offers, takenW: ArrayLike<number>): Offers {
  const surplusW = Float64Array.from(offers.surplusW);
  const importMaxW = Float64Array.from(offers.importMaxW);
  for (let step = 0; step < Math.min(takenW.length, surplusW.length); step++) {
    const ownW = Math.min(surplusW[step]!, takenW[step]!);
    surplusW[step]! -= ownW;
    importMaxW[step] = Math.max(0, importMaxW[step]! - (takenW[step]! - ownW));
  }
  return { ...offers, surplusW, importMaxW };
}

function known(watts: number, otherwise: number): number {
  return Number.isNaN(watts) ? otherwise : watts;
}
