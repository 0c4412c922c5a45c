/**
 * A plan as it is shown and handed on: what the planner expects and means to do, step by step, and what stored
 * energy is worth. The BEC obeys only the values of the present step (`values`), each second anew; everything
 * else is for people, who want to see sun, load, prices and the accumulator's way on one timeline.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { DecisionCode } from "#control/dispatch.ts";
import type { ValueTable } from "#control/value-table.ts";

export interface PlanStep {
  readonly start: UnixSeconds;
  readonly seconds: number;
  /** Expected means, W. */
  readonly solarW: number;
  readonly loadW: number;
  /** µEUR/kWh. */
  readonly importPrice: number;
  readonly exportPrice: number;
  /** At the accumulator's terminals, W: positive gives, negative takes. */
  readonly accumulatorW: number;
  /** At the connection, W: positive comes in, negative goes out. */
  readonly gridW: number;
  /** At the end of the step, Wh. */
  readonly storedWh: number;
  /** What the next stored kWh is worth at the end of the step, µEUR per kWh of content. */
  readonly storedValue: number;
  /** Why, as the BEC would say it. */
  readonly code: DecisionCode;
}

export interface Plan {
  readonly made: UnixSeconds;
  /** From here on nobody follows it: see `control/guidance`. */
  readonly until: UnixSeconds;
  readonly storedWh: number;
  readonly values: ValueTable;
  readonly steps: readonly PlanStep[];
}
