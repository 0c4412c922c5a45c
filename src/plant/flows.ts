/**
 * The flows of one home in an array, for the steps of physics: W, each ≥ 0, direction in the name. The first
 * seven are those of `metering/reading`; the last is what the panels could have given and nobody took.
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
} as const;
export const FLOWS = 8;
