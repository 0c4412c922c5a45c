/**
 * The grid that physics stands on: power in multiples of 1/1024 W, time in whole seconds, hence energy in
 * multiples of 1/1024 J. Each such value is a double with bits to spare (2^53/1024 J are 2.4 GWh), so adding
 * powers, multiplying by seconds and summing joules is exact, in any order, for ever: conservation in the
 * tests is equality, and the metering door (`metering/load-profile`) never sees a rounding error.
 *
 * Whatever computes a power rounds it here before anybody compares or integrates it. Since `plant/elementary`
 * already yields equal bits on every machine, the rounding is no cure for different sines; it is what makes
 * the bookkeeping exact.
 */
const PER_UNIT = 1024;

/** Joules in a watt-hour. */
export const J_PER_WH = 3600;

/** The nearest value of the grid. */
export function onGrid(value: number): number {
  return Math.round(value * PER_UNIT) / PER_UNIT;
}

/** The greatest value of the grid not above. */
export function floorOnGrid(value: number): number {
  return Math.floor(value * PER_UNIT) / PER_UNIT;
}

/** The least value of the grid not below. */
export function ceilOnGrid(value: number): number {
  return Math.ceil(value * PER_UNIT) / PER_UNIT;
}
