/**
 * What a month of an Italian configuration is reckoned from: its plants and withdrawal points with their primary
 * substations and metered energies, the zonal price, and the dated parameters of the authority.
 */
import type { DayNumber, UnixSeconds } from "#base/time.ts";
import type { MicroEurPerKwh, Wh } from "#base/units.ts";
import type { PlantTerms } from "#rules/italy/tip.ts";
import type { IndexSeries } from "#tariff/index-series.ts";

export interface CerPlant extends PlantTerms {
  readonly id: string;
  /** Primary substation. */
  readonly cabin: string;
  readonly inOperation: DayNumber;
  /** What the law on new buildings obliges, mW. */
  readonly obligedMilliwatt: bigint;
  readonly voltage: "low" | "medium";
  /** Hours of full power a year for the advance, where the plant is not photovoltaic. */
  readonly yearlyHours: bigint | undefined;
  readonly injected: readonly Wh[];
}

export const HOLDERS = [
  "citizen",
  "business",
  "local_authority",
  "religious",
  "third_sector",
  "environmental",
] as const;
export type Holder = (typeof HOLDERS)[number];

/** A grant does not lower the TIP of what these use. */
export const SPARED: readonly Holder[] = ["local_authority", "religious", "third_sector", "environmental"];

export interface CerPoint {
  readonly id: string;
  readonly cabin: string;
  readonly holder: Holder;
  readonly withdrawn: readonly Wh[];
  /** Charged from the grid for later injection, not part of `withdrawn`; counts times the mean cycle efficiency. */
  readonly charged: readonly Wh[] | undefined;
  readonly efficiencyPpm: bigint;
}

/** Of the authority, dated; µEUR/kWh. */
export interface AreraParameters {
  /** Variable part of the transmission tariff, low voltage. */
  readonly trase: MicroEurPerKwh;
  /** Highest variable part of the distribution tariff, for groups of one building. */
  readonly btau: MicroEurPerKwh | undefined;
  readonly source: string;
}

export interface CerMonth {
  /** A community, or a group of one building. */
  readonly kind: "community" | "group";
  readonly start: UnixSeconds;
  readonly slotS: 900 | 3600;
  readonly slots: number;
  readonly plants: readonly CerPlant[];
  readonly points: readonly CerPoint[];
  readonly zonalPrice: IndexSeries;
  readonly arera: AreraParameters;
}
