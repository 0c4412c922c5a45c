/**
 * What the home falls back to when something is lost, the most careful first. Each has a row in
 * docs/home/gateway.md: what is lost, how soon it is noticed, what the devices do.
 */
export const SAFE_STATES = [
  /** Nothing can be written: every device goes by its own reversion. */
  "all_lost",
  /** The accumulator does not answer: nothing is asked of it, its own reversion stops it. */
  "accumulator_lost",
  /** What flows through the connection is unknown: the accumulator rests. */
  "counter_lost",
  /** What the panels give is unknown: the accumulator follows the counter. */
  "inverter_lost",
  /** The clock cannot be right: nothing that depends on the time counts. */
  "clock_wrong",
  /** The platform is not heard: orders stand as they were, within what silence allows. */
  "link_lost",
  /** No plan: energy is stored and used by the self-consumption rule. */
  "plan_lost",
  "normal",
] as const;
export type SafeStateName = (typeof SAFE_STATES)[number];
