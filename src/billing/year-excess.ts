/**
 * The yearly true-up of a community's incentive, where it shared more than 55 % of what it gave (45 % with a grant): the
 * TIP on the excess belongs to consumers that are no businesses (`rules/italy/true-up`). By then it has been passed on
 * with everything else, so it is taken from each home in proportion to what the months passed on to it, and given to
 * each in proportion to what it used of the year's shared energy. Both sum to the TIP on the excess, by largest
 * remainders, so what homes receive sums to nothing.
 *
 * Every home of a street is a household's: a business among them, or a social end, is not told apart here.
 */

import { ok, type Result, refuse } from "#base/result.ts";
import type { DayNumber } from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import type { BillHead, BillLine, YearShares } from "#billing/document.ts";
import {
  daysOf,
  type IncentiveProblem,
  passedOn,
  poolOf,
  reckonShares,
  STATUTE,
} from "#billing/incentive.ts";
import { apportion, byName } from "#rules/apportion.ts";
import { excessOf, isGranted, type TrueUp } from "#rules/italy/true-up.ts";

export interface YearExcess extends Pick<TrueUp, "thresholdPpm" | "excess" | "excessTip"> {
  readonly injected: bigint;
  readonly shared: bigint;
  readonly tip: bigint;
  /** Of every home that is still there, ascending by name. */
  readonly homes: readonly ExcessPart[];
}

export interface ExcessPart {
  readonly id: string;
  /** µEUR that the months passed on to it, and what is taken of it. */
  readonly received: MicroEur;
  readonly taken: MicroEur;
  /** What it used of the year's shared energy, and what it is given for that. */
  readonly used: Wh;
  readonly given: MicroEur;
}

/** Fails with the first month that does: statement_unfit, shares_unbalanced. */
export function yearExcess({ months, left }: YearShares): Result<YearExcess, IncentiveProblem> {
  const gone = new Set(left);
  const year = { injected: 0n, shared: 0n, tip: 0n, granted: false };
  const received = new Map<string, bigint>();
  const used = new Map<string, bigint>();
  const add = (to: Map<string, bigint>, id: string, amount: bigint) => {
    if (!gone.has(id)) to.set(id, (to.get(id) ?? 0n) + amount);
  };
  for (const shares of months) {
    const reckoning = reckonShares(shares);
    if (!reckoning.ok) return reckoning;
    const { injected, shared, lines } = reckoning.value;
    year.injected += injected;
    year.shared += shared;
    year.tip += poolOf({ lines: lines.filter(({ key }) => key.startsWith("tip: ")) });
    year.granted ||= isGranted(shares.month);
    for (const { id, used: energy } of shares.homes) add(used, id, energy);
    for (const { to, amount } of passedOn(poolOf({ lines }), shares)) {
      add(received, to.replace("home ", ""), amount);
    }
  }
  const excess = excessOf(year);
  const homes = [...used.keys()].map((id) => ({ id })).sort(byName);
  const weights = (of: Map<string, bigint>) => homes.map(({ id }) => of.get(id) ?? 0n);
  const whole = (of: Map<string, bigint>) => weights(of).reduce((sum, weight) => sum + weight, 0n) > 0n;
  // Where nobody is left who received or used, there is nobody to take from or to give to.
  const moved = whole(received) && whole(used) ? excess.excessTip : 0n;
  const taken = apportion(moved, weights(received));
  const given = apportion(moved, weights(used));
  return ok({
    ...excess,
    ...{ injected: year.injected, shared: year.shared, tip: year.tip },
    homes: homes.map(({ id }, i) => ({
      id,
      received: MicroEur(received.get(id) ?? 0n),
      taken: MicroEur(taken[i]!),
      used: Wh(used.get(id) ?? 0n),
      given: MicroEur(given[i]!),
    })),
  });
}

/** What is taken of a home's incentive, positive, and what it is given, negative; lines of nothing are left out. */
export function trueUpLines(
  head: BillHead,
  shares: YearShares,
): Result<readonly BillLine[], IncentiveProblem> {
  if (!areOfPeriod(head, shares)) return refuse({ code: "months_unfit" });
  const year = yearExcess(shares);
  if (!year.ok) return year;
  const own = year.value.homes.find(({ id }) => id === String(head.recipient.home));
  if (own === undefined) return ok([]);
  const { injected, shared, tip, thresholdPpm, excess, excessTip, homes } = year.value;
  const sum = (of: (part: ExcessPart) => bigint) => homes.reduce((all, part) => all + of(part), 0n);
  const why = `${tip} µEUR × ${excess} ÷ ${shared} Wh, above ${thresholdPpm} millionths of ${injected} Wh`;
  const line = (label: string, quantity: Wh | undefined, amount: bigint, part: string): BillLine => ({
    ...{ kind: "excess", label, quantity, price: undefined, amount: MicroEur(amount), vatPpm: 0n },
    rule: STATUTE,
    formula: `${excessTip} µEUR × ${part}, largest remainder; ${excessTip} µEUR = ${why}`,
  });
  const taken = `${own.received} ÷ ${sum(({ received }) => received)} µEUR`;
  const given = `${own.used} ÷ ${sum(({ used }) => used)} Wh`;
  return ok(
    [
      line("incentive on the excess, as it was passed on", undefined, own.taken, taken),
      line("incentive on the excess, to consumers", own.used, -own.given, given),
    ].filter(({ amount }) => amount !== 0n),
  );
}

/** At least one, ascending, each whole within the period. */
function areOfPeriod({ zone, period }: BillHead, { months }: YearShares): boolean {
  let until: DayNumber = period.from;
  for (const month of months) {
    const days = daysOf(zone, month);
    if (days.from < until) return false;
    until = days.until;
  }
  return months.length > 0 && until <= period.until;
}
