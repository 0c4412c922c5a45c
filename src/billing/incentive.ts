/** A home's part of a month of the community's incentive, by the statute: for giving shared energy and for using it. */
import { ok, type Result, refuse } from "#base/result.ts";
import { type DayNumber, dayOf, type Zone } from "#base/time.ts";
import { divideHalfEven, MicroEur } from "#base/units.ts";
import type { BillHead, BillLine, IncentiveShares } from "#billing/document.ts";
import { type CerProblem, type Reckoning, reckonMonth } from "#rules/italy/reckoning.ts";
import { payOut } from "#rules/neighbour-price.ts";
import { type MoneyLine, total } from "#rules/rule-book.ts";

export type IncentiveProblem =
  | { readonly code: "statement_unfit"; readonly problem: CerProblem }
  /** What homes gave or used does not sum to what the hours say was shared. */
  | { readonly code: "shares_unbalanced" }
  /** The month lies outside the bill's period; of a year: months are missing, not ascending, or outside it. */
  | { readonly code: "months_unfit" };

const MILLION = 1_000_000n;

/**
 * The home's part of the community's incentive, by the statute. Fails, in this order: months_unfit, statement_unfit,
 * shares_unbalanced.
 */
export function incentiveLines(
  { zone, period, recipient }: BillHead,
  incentive: IncentiveShares,
): Result<readonly BillLine[], IncentiveProblem> {
  // A community's first month begins with its first day.
  const { from, until } = daysOf(zone, incentive);
  if (from < period.from || until > period.until) return refuse({ code: "months_unfit" });
  const reckoning = reckonShares(incentive);
  if (!reckoning.ok) return reckoning;
  const own = `home ${recipient.home}`;
  return ok(
    passedOn(poolOf(reckoning.value), incentive)
      .filter(({ to }) => to === own)
      .map(({ key, amount, energy, formula }) => ({
        kind: "incentive",
        label: key.startsWith(GIVING) ? "for giving shared energy" : "for using shared energy",
        quantity: energy,
        price: undefined,
        amount: MicroEur(-amount),
        vatPpm: 0n,
        rule: STATUTE,
        formula,
      })),
  );
}

/** The days that a month's hours cover, the last one not included. */
export function daysOf(zone: Zone, { month }: IncentiveShares): { from: DayNumber; until: DayNumber } {
  const { start, slots, slotS } = month;
  return { from: dayOf(zone, start), until: dayOf(zone, start + slots * slotS - 1) + 1 };
}

/** The month, where its homes fit it. Fails, in this order: statement_unfit, shares_unbalanced. */
export function reckonShares({ month, homes }: IncentiveShares): Result<Reckoning, IncentiveProblem> {
  const reckoning = reckonMonth(month);
  if (!reckoning.ok) return refuse({ code: "statement_unfit", problem: reckoning.error });
  const { shared } = reckoning.value;
  const balanced =
    total(homes.map(({ given }) => given)) === shared && total(homes.map(({ used }) => used)) === shared;
  return balanced ? ok(reckoning.value) : refuse({ code: "shares_unbalanced" });
}

/** All that the authority pays of a month. */
export function poolOf({ lines }: Pick<Reckoning, "lines">): MicroEur {
  return MicroEur(lines.reduce((sum, { amount }) => sum + amount, 0n));
}

const GIVING = "giving";

/** What a community passes on of a pool: for giving and for using, by energy with largest remainders; nothing is left. */
export function passedOn(
  pool: MicroEur,
  { producersPpm, homes }: Pick<IncentiveShares, "producersPpm" | "homes">,
): MoneyLine[] {
  const forProducers = divideHalfEven(pool * producersPpm, MILLION);
  const given = homes.map(({ id, given: weight }) => ({ id, weight })).filter(({ weight }) => weight > 0n);
  const used = homes.map(({ id, used: weight }) => ({ id, weight })).filter(({ weight }) => weight > 0n);
  return [
    ...payOut(forProducers, GIVING, given, STATUTE),
    ...payOut(pool - forProducers, "using", used, STATUTE),
  ];
}

/**
 * What each home receives of a pool, by home; without one of what the month comes to. `undefined` where that cannot be
 * reckoned. Their sum is the pool, or nothing where nobody gave or used.
 */
export function incentiveParts(
  shares: IncentiveShares,
  pool?: MicroEur,
): ReadonlyMap<string, MicroEur> | undefined {
  const reckoning = pool === undefined ? reckonMonth(shares.month) : undefined;
  if (reckoning?.ok === false) return undefined;
  const all = pool ?? poolOf(reckoning!.value);
  const parts = new Map<string, MicroEur>();
  for (const { to, amount } of passedOn(all, shares)) {
    const home = to.replace("home ", "");
    parts.set(home, MicroEur((parts.get(home) ?? 0n) + amount));
  }
  return parts;
}

export const STATUTE = "decree 414/2023 and the community's statute";
