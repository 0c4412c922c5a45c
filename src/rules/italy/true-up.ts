/**
 * The yearly true-up of a configuration, by 15 May of the next year: what the months earned in the end against what
 * was advanced, and where the year shared much, what is not the members' alone. Where shared ÷ injected of the year is
 * above 55 % (45 % where a plant had a grant), the incentive on the excess goes to consumers that are no businesses,
 * or to social ends, in accounts of its own: excess energy = shared − threshold × injected, half to even, and of the
 * TIP as much as it is of the shared energy. Payouts begin at 50 €; what is less waits.
 *
 * Taken as given here: the TIP is advanced monthly and settled by the true-up; the authority's valorisation is paid
 * with each month's results.
 */
import { assert } from "#base/assert.ts";
import { civilDate, type DayNumber, dayNumber, dayOf, ROME } from "#base/time.ts";
import { divideHalfEven, MicroEur, maximum, Wh } from "#base/units.ts";
import type { CerMonth } from "#rules/italy/configuration.ts";
import { type Statement, sumOf } from "#rules/italy/statement.ts";

export interface TrueUp {
  readonly year: number;
  readonly due: DayNumber;
  readonly months: number;
  readonly injected: Wh;
  readonly shared: Wh;
  readonly tip: MicroEur;
  readonly advanced: MicroEur;
  /** tip − advanced: what is still due, or below zero, to be given back. */
  readonly balance: MicroEur;
  readonly thresholdPpm: bigint;
  readonly excess: Wh;
  /** Of the TIP, for non-business consumers or social ends. */
  readonly excessTip: MicroEur;
  /** What is paid now of a balance: all, or nothing below 50 €. */
  readonly payable: MicroEur;
}

const WHOLE = 1_000_000n;
const LEAST_PAYOUT = 50_000_000n;

/** The year of its statements, which are at least one and all of one year. */
export function trueUpOf(statements: readonly Statement[]): TrueUp {
  const years = new Set(statements.map(({ month }) => civilDate(dayOf(ROME, month.start)).year));
  assert(years.size === 1, "a true-up is of one year");
  const [year] = years as unknown as [number];
  const add = (of: (statement: Statement) => bigint) => statements.reduce((sum, each) => sum + of(each), 0n);
  const injected = add(({ reckoning }) => reckoning.injected);
  const shared = add(({ reckoning }) => reckoning.shared);
  const tip = add(({ versions }) => sumOf(versions, "tip"));
  const advanced = add(({ advances }) => advances.reduce((sum, { amount }) => sum + amount, 0n));
  const granted = statements.some(({ month }) => isGranted(month));
  const balance = tip - advanced;
  return {
    year,
    due: dayNumber({ year: year + 1, month: 5, day: 15 }),
    months: statements.length,
    injected: Wh(injected),
    shared: Wh(shared),
    tip: MicroEur(tip),
    advanced: MicroEur(advanced),
    balance: MicroEur(balance),
    ...excessOf({ injected, shared, tip, granted }),
    payable: MicroEur(balance >= LEAST_PAYOUT ? balance : 0n),
  };
}

/** Whether a plant of it had a grant. */
export function isGranted({ plants }: CerMonth): boolean {
  return plants.some(({ grantPpm }) => grantPpm > 0n);
}

/**
 * What a year shared above the threshold, and the TIP on it: excess [Wh] = shared − threshold × injected, excess TIP
 * [µEUR] = TIP × excess ÷ shared, each half to even, nothing where the year stayed below.
 */
export function excessOf(year: {
  readonly injected: bigint;
  readonly shared: bigint;
  readonly tip: bigint;
  readonly granted: boolean;
}): Pick<TrueUp, "thresholdPpm" | "excess" | "excessTip"> {
  const { injected, shared, tip, granted } = year;
  const thresholdPpm = granted ? 450_000n : 550_000n;
  const excess = maximum(0n, shared - divideHalfEven(injected * thresholdPpm, WHOLE));
  const excessTip = shared === 0n ? 0n : divideHalfEven(tip * excess, shared);
  return { thresholdPpm, excess: Wh(excess), excessTip: MicroEur(excessTip) };
}
