/**
 * Who gains and who loses by a rule book, and how evenly: asked before a rule changes. In millionths, so that two who
 * reckon it say the same.
 */
import type { HomeOutcome } from "#rules/compare.ts";

const WHOLE = 1_000_000n;

export interface Fairness {
  readonly losing: number;
  readonly withoutPanels: number;
  readonly withoutPanelsGaining: number;
  readonly withoutPanelsLosing: number;
  /** 0 where all gain the same, near 1 where one gains all; `undefined` where nobody gains or anybody loses. */
  readonly giniPpm: bigint | undefined;
  /** 1 where all gain the same, 1 ÷ n where one has everything; `undefined` where nobody gains or loses. */
  readonly jainPpm: bigint | undefined;
}

export function fairnessOf(homes: readonly HomeOutcome[], withPanels: ReadonlySet<string>): Fairness {
  const benefits = homes.map(({ benefit }): bigint => benefit);
  const without = homes.filter(({ id }) => !withPanels.has(id));
  const isAny = benefits.some((benefit) => benefit !== 0n);
  return {
    losing: benefits.filter((benefit) => benefit < 0n).length,
    withoutPanels: without.length,
    withoutPanelsGaining: without.filter(({ benefit }) => benefit > 0n).length,
    withoutPanelsLosing: without.filter(({ benefit }) => benefit < 0n).length,
    giniPpm: isAny && benefits.every((benefit) => benefit >= 0n) ? giniPpm(benefits) : undefined,
    jainPpm: isAny ? jainPpm(benefits) : undefined,
  };
}

/** Mean difference of two homes ÷ twice the mean: Σ (2 i − n − 1) b over the sorted benefits b₁ … bₙ, ÷ (n Σ b); down. */
function giniPpm(benefits: readonly bigint[]): bigint {
  const count = BigInt(benefits.length);
  const sorted = benefits.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  let [spread, sum] = [0n, 0n];
  for (const [i, benefit] of sorted.entries()) {
    spread += (2n * BigInt(i) + 1n - count) * benefit;
    sum += benefit;
  }
  return (spread * WHOLE) / (count * sum);
}

/** (Σ b)² ÷ (n Σ b²); down. Jain, Chiu and Hawe 1984. */
function jainPpm(benefits: readonly bigint[]): bigint {
  let [sum, squares] = [0n, 0n];
  for (const benefit of benefits) {
    sum += benefit;
    squares += benefit * benefit;
  }
  return (sum * sum * WHOLE) / (BigInt(benefits.length) * squares);
}
