/**
 * When a home uses much more than it should or usually does: by the quarter hours of its meter. Pure.
 */
import { QUARTER_HOUR_S, type UnixSeconds } from "#base/time.ts";

export interface UsedQuarter {
  readonly start: UnixSeconds;
  /** From the MicroGrid, and in all, Wh. */
  readonly importWh: number;
  readonly demandWh: number;
}

export type Excess =
  | { readonly code: "excess_power"; readonly powerW: number; readonly limitW: number }
  | { readonly code: "excess_unusual"; readonly powerW: number; readonly usualW: number };

const DAYS = 7;
const DAY_S = 86_400;
const PER_HOUR = 3_600 / QUARTER_HOUR_S;
/** Unusual is so many times the usual, and at least so much above it, W; for two quarter hours in a row. */
const TIMES = 3;
const ABOVE_W = 1_000;

/**
 * `used` tells of any quarter hour, or nothing. Above the limit comes first. Usual is the median of the same quarter
 * hour of the seven days before, which at least four of them must have.
 */
export function excessIn(
  last: UsedQuarter,
  used: (start: UnixSeconds) => UsedQuarter | undefined,
  limitW: number,
): Excess | undefined {
  if (last.importWh * PER_HOUR > limitW) {
    return { code: "excess_power", powerW: last.importWh * PER_HOUR, limitW };
  }
  const before = used(last.start - QUARTER_HOUR_S);
  const usual = usualAt(last.start, used);
  if (before === undefined || usual === undefined || !isUnusual(last, usual)) return undefined;
  const usualBefore = usualAt(before.start, used);
  if (usualBefore === undefined || !isUnusual(before, usualBefore)) return undefined;
  return { code: "excess_unusual", powerW: last.demandWh * PER_HOUR, usualW: usual * PER_HOUR };
}

function isUnusual({ demandWh }: UsedQuarter, usualWh: number): boolean {
  return demandWh >= TIMES * usualWh && (demandWh - usualWh) * PER_HOUR >= ABOVE_W;
}

function usualAt(
  start: UnixSeconds,
  used: (start: UnixSeconds) => UsedQuarter | undefined,
): number | undefined {
  const days: number[] = [];
  for (let day = 1; day <= DAYS; day++) {
    const quarter = used(start - day * DAY_S);
    if (quarter !== undefined) days.push(quarter.demandWh);
  }
  return median(days);
}

const ENOUGH = 4;

function median(values: number[]): number | undefined {
  if (values.length < ENOUGH) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
