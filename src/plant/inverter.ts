/**
 * From direct to alternating current: the part-load efficiency of PVWatts version 5 (Dobos, NREL 2014,
 * section 11), clipped at the rated power, nothing below the power that wakes the inverter.
 *
 * η(ζ) = (η_nominal ÷ 0.9637) (−0.0162 ζ − 0.0059 ÷ ζ + 0.9858), ζ = input ÷ rated input.
 */
export interface Inverter {
  /** Rated alternating-current power, W. */
  readonly ratedW: number;
  /** At rated load; 0.96 is usual. */
  readonly nominalEfficiency: number;
}

const REFERENCE_EFFICIENCY = 0.9637;

/** Alternating-current power for a direct-current power, W, not rounded; never negative. */
export function inverterPowerW(inverter: Inverter, dcW: number): number {
  if (dcW <= 0) return 0;
  const ratedInputW = inverter.ratedW / inverter.nominalEfficiency;
  // η(ζ) × input, multiplied out so that nothing is divided by a small ζ.
  const acW =
    (inverter.nominalEfficiency / REFERENCE_EFFICIENCY) *
    ((-0.0162 * dcW * dcW) / ratedInputW - 0.0059 * ratedInputW + 0.9858 * dcW);
  return Math.max(0, Math.min(acW, inverter.ratedW));
}
