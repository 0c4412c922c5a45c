/**
 * The flows of one home in an array, for the steps of physics: W, each ≥ 0, direction in the name. The first
 * seven are those of `metering/reading`; then what the panels could have given and nobody took, and what the
 * home would have used and the counter did not let in (`control/supply-limit`): neither flows, so no meter has it.
 */
export const FLOW = {
  solarToHome: 0,
  solarToAccumulator: 1,
  solarToGrid: 2,
  accumulatorToHome: 3,
  accumulatorToGrid: 4,
  gridToHome: 5,
  gridToAccumulator: 6,
  curtailed: 7,
  unserved: 8,
} as const;
export const FLOWS = 9;
