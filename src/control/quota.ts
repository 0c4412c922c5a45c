/**
 * A quota of cheap energy, so many kWh at so much between two times (a supplier's free hours up to a cap): what each
 * step of an outlook may draw of it. The quota is dealt out from its first hour on, to each step as much as home and
 * accumulator could take together: what is cheap is not dearer for being taken early. A planner takes the lengths as
 * tiers (`Terms.freeWh`); the BEC itself compares with the price that holds while some of the quota is left.
 */
export interface Quota {
  /** What is left of it, Wh. */
  readonly leftWh: number;
  /** Whether a step lies in its hours. */
  readonly holds: (step: number) => boolean;
}

/** By step, Wh. `lackingW`: what the home is expected to need beyond its panels. */
export function spreadQuota(
  { leftWh, holds }: Quota,
  seconds: Float64Array,
  lackingW: (step: number) => number,
  chargePowerMaxW: number,
): Float64Array {
  let left = leftWh;
  return seconds.map((length, step) => {
    if (!holds(step)) return 0;
    const takes = ((Math.max(0, lackingW(step)) + chargePowerMaxW) * length) / 3600;
    const dealt = Math.min(left, takes);
    left -= dealt;
    return dealt;
  });
}
