/**
 * What stored energy is worth in the home: what it saves when the coming day goes as the past one did, hour by hour.
 * The accumulator is walked through that day twice, with the energy and without it; the difference of what has to
 * be bought from the MicroGrid is the energy's worth. The first kWh may be worth nothing (the sun refills it before
 * the home needs it) and the last one a full evening's price, so the worth depends on how much is meant.
 *
 * Left out: another weather, another behaviour, sales to come, the accumulator's power limit and its wear.
 */
import type { Series } from "#wire/schemas.ts";

/** One step of the past day: what the home lacked beyond its panels (negative: what was left over), and the price. */
export interface DayStep {
  readonly lackingWh: number;
  readonly priceMicroEurPerKwh: number;
}

export interface StoreNow {
  /** Without what is promised in open sales. */
  readonly contentWh: number;
  /** The home itself does not go below it. */
  readonly reserveWh: number;
  readonly capacityWh: number;
}

/** One way through accumulator and inverter: half of a usual round trip of 90 %. */
const EFFICIENCY = 0.95;
const ENOUGH_S = 20 * 3600;

/** The steps of a series, or `undefined` where it holds less than 20 hours. */
export function pastDay(series: Series): readonly DayStep[] | undefined {
  if (series.time.length * series.stepS < ENOUGH_S) return undefined;
  const hours = series.stepS / 3600;
  return series.time.map((_, i) => {
    const homeW =
      (series.homeFromSolarW[i] ?? 0) +
      (series.homeFromAccumulatorW[i] ?? 0) +
      (series.homeFromGridW[i] ?? 0);
    return {
      lackingWh: (homeW - (series.solarW[i] ?? 0)) * hours,
      priceMicroEurPerKwh: series.importPriceMicroEurPerKwh[i] ?? 0,
    };
  });
}

/** What `takenWh` saves by staying in the accumulator, µEUR. */
export function keptWorth(day: readonly DayStep[], store: StoreNow, takenWh: number): number {
  return Math.max(
    0,
    Math.round(bought(day, store, store.contentWh - takenWh) - bought(day, store, store.contentWh)),
  );
}

/** What a day from this content on costs at the MicroGrid, µEUR. */
function bought(day: readonly DayStep[], { reserveWh, capacityWh }: StoreNow, fromWh: number): number {
  let contentWh = fromWh;
  let microEur = 0;
  for (const { lackingWh, priceMicroEurPerKwh } of day) {
    if (lackingWh <= 0) {
      contentWh = Math.min(capacityWh, contentWh - lackingWh * EFFICIENCY);
      continue;
    }
    const outWh = Math.min(Math.max(0, contentWh - reserveWh), lackingWh / EFFICIENCY);
    contentWh -= outWh;
    microEur += ((lackingWh - outWh * EFFICIENCY) * priceMicroEurPerKwh) / 1000;
  }
  return microEur;
}
