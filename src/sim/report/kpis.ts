/**
 * The figures by which local markets are compared, of one street under one market. In slot t of home i: M what it
 * took from the MicroGrid, X what it gave, G its panels' energy, L what it used; shared S ≤ min(ΣX, ΣM).
 *
 * - self-consumption (ΣG − ΣX + ΣS) ÷ ΣG, self-sufficiency (ΣL − ΣM + ΣS) ÷ ΣL; without accumulators G − X and L − M
 *   are both min(G, L). What an accumulator loses counts as used;
 * - peak share: the street's highest ΣM − S over its highest ΣM without a market;
 * - savings: what homes paid without a market less what they pay, each with its own meters;
 * - market efficiency ΣS ÷ Σ min(ΣX, ΣM): every kWh that changes hands is worth the tariff less the feed-in price, so
 *   a share of the energy that could be shared is the same share of the welfare; of trades alone, without what is
 *   matched at slot end, `tradedShare`;
 * - Gini ΣΣ|bᵢ − bⱼ| ÷ (2n² × mean) of benefits, where none is below zero, and Jain (Σb)² ÷ (nΣb²);
 * - CO2 avoided: (imports without a market − imports with, less what is shared) × a factor that is handed in. Where
 *   meters are the same that is a matter of counting: the energy flowed to the neighbour before, too;
 * - settlement error: Wh that were traded and not metered, of all that meters counted.
 */
import { giniOf, jainOf } from "#sim/auction/run.ts";

export interface Meters {
  readonly id: string;
  readonly solarPeakW: number;
  /** Wh by quarter hour. */
  readonly imported: readonly number[];
  readonly exported: readonly number[];
  readonly generated: readonly number[];
  readonly used: readonly number[];
}

export interface Scenario {
  readonly name: string;
  readonly homes: readonly Meters[];
  /** Wh by quarter hour that count as shared. */
  readonly shared: readonly number[];
  /** Traded by price and left to slot end, Wh; `undefined`: no auction. */
  readonly tradedWh: number | undefined;
  readonly matchedWh: number | undefined;
  /** µEUR/kWh, weighted by energy. */
  readonly meanPrice: number | undefined;
  /** µEUR by home, against no market. */
  readonly benefit: readonly number[];
  /** Traded and not metered; `undefined`: nothing was traded ahead of the meter. */
  readonly imbalanceWh: number | undefined;
  readonly forecastErrorWh: number | undefined;
  readonly weekBeforeErrorWh: number | undefined;
}

export interface Kpis {
  readonly name: string;
  readonly generatedWh: number;
  readonly usedWh: number;
  readonly importedWh: number;
  readonly exportedWh: number;
  readonly sharedWh: number;
  readonly shareableWh: number;
  readonly selfConsumption: number;
  readonly selfSufficiency: number;
  readonly peakShare: number;
  /** W. */
  readonly peakImportW: number;
  readonly savings: number;
  readonly meanPrice: number | undefined;
  readonly tradedShare: number | undefined;
  readonly efficiency: number;
  readonly gini: number | undefined;
  readonly jain: number | undefined;
  readonly gaining: number;
  readonly losing: number;
  readonly gainingWithoutPanels: number;
  readonly withoutPanels: number;
  readonly co2AvoidedG: number;
  readonly settlementError: number | undefined;
  readonly forecastErrorWh: number | undefined;
  /** 1 − error ÷ that of the same quarter hour a week before. */
  readonly forecastSkill: number | undefined;
  readonly benefit: readonly number[];
}

/** `baseline`: the same street without a market. `gramPerKwh`: of what the MicroGrid takes from outside. */
export function kpisOf(scenario: Scenario, baseline: Scenario, gramPerKwh: number): Kpis {
  const { homes, shared, benefit } = scenario;
  const total = (of: (home: Meters) => readonly number[]) => sumOf(homes.map((home) => sumOf(of(home))));
  const [generatedWh, usedWh] = [total(({ generated }) => generated), total(({ used }) => used)];
  const [importedWh, exportedWh] = [total(({ imported }) => imported), total(({ exported }) => exported)];
  const sharedWh = sumOf(shared);
  const imports = bySlot(homes, ({ imported }) => imported);
  const exports = bySlot(homes, ({ exported }) => exported);
  const shareableWh = sumOf(imports.map((wh, slot) => Math.min(wh, exports[slot]!)));
  const peakWh = peakOf(imports.map((wh, slot) => wh - shared[slot]!));
  const beforeWh = sumOf(baseline.homes.map(({ imported }) => sumOf(imported)));
  const savings = sumOf(benefit);
  const isEven = benefit.every((one) => one >= 0) && savings > 0;
  const without = homes.map(({ solarPeakW }) => solarPeakW === 0);
  const { tradedWh, imbalanceWh, forecastErrorWh, weekBeforeErrorWh } = scenario;
  return {
    name: scenario.name,
    generatedWh,
    usedWh,
    importedWh,
    exportedWh,
    sharedWh,
    shareableWh,
    selfConsumption: (generatedWh - exportedWh + sharedWh) / generatedWh,
    selfSufficiency: (usedWh - importedWh + sharedWh) / usedWh,
    peakShare: peakWh / peakOf(bySlot(baseline.homes, ({ imported }) => imported)),
    peakImportW: peakWh * 4,
    savings,
    meanPrice: scenario.meanPrice,
    tradedShare: tradedWh === undefined ? undefined : tradedWh / shareableWh,
    efficiency: sharedWh / shareableWh,
    gini: isEven ? giniOf(benefit) : undefined,
    jain: savings === 0 ? undefined : jainOf(benefit),
    gaining: benefit.filter((one) => one > HALF_A_CENT).length,
    losing: benefit.filter((one) => one < -HALF_A_CENT).length,
    gainingWithoutPanels: benefit.filter((one, i) => without[i] && one > HALF_A_CENT).length,
    withoutPanels: without.filter(Boolean).length,
    co2AvoidedG: ((beforeWh - importedWh + sharedWh) / 1000) * gramPerKwh,
    settlementError: imbalanceWh === undefined ? undefined : imbalanceWh / (importedWh + exportedWh),
    forecastErrorWh,
    forecastSkill:
      forecastErrorWh === undefined || weekBeforeErrorWh === undefined
        ? undefined
        : 1 - forecastErrorWh / weekBeforeErrorWh,
    benefit,
  };
}

/** µEUR: less is nothing to anybody. */
const HALF_A_CENT = 5_000;

/** Σ over homes by quarter hour. */
export function bySlot(homes: readonly Meters[], of: (home: Meters) => readonly number[]): number[] {
  const slots = of(homes[0]!).length;
  return Array.from({ length: slots }, (_, slot) => homes.reduce((sum, home) => sum + of(home)[slot]!, 0));
}

function peakOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

export function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
