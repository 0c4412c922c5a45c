/**
 * The lines of what the neighbours' market booked for a home, out of its statements of settled days, and whether those
 * statements are the ledger's: each lies under the `statementsRoot` that `settle_day` put into the day's row.
 *
 * A day has a line for each thing that it came to: bought, sold, matched when the quarter hours were over, the fee of
 * that, what was short and what was long, and what the balancing supplier bears. A later version has lines only for what
 * it changed, by the difference; so a correction that comes after a bill stands on the next one, and no bill is rewritten.
 * The sum of a day's lines is what the ledger took from the home for it.
 */

import { equalBytes } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { formatDay } from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { BilledDay, BillLine, Period, ProvenStatement } from "#billing/document.ts";
import { type CheckpointProblem, proofProblem, type Trust } from "#ledger/proof.ts";
import { leafOf, outcomeOf, type Statement, verifyStatement } from "#market/auction/statement.ts";
import { MARKET_DAYS } from "#market/market-day.ts";

export const MARKET_LINES = [
  "bought",
  "sold",
  "matched_bought",
  "matched_sold",
  "market_fee",
  "short",
  "long",
  "waived",
] as const;
export type MarketLine = (typeof MARKET_LINES)[number];

/** What a day comes to in one respect: what the home pays is positive. */
interface Sum {
  readonly energyWh: number;
  readonly amount: number;
  /** Quarter hours that have a part in it. */
  readonly slots: number;
}

type Sums = Readonly<Record<MarketLine, Sum>>;

const NOTHING: Sum = { energyWh: 0, amount: 0, slots: 0 };

/** Of all days, in their order. */
export function marketLines(days: readonly BilledDay[]): BillLine[] {
  return days.flatMap(({ billedBy, versions }) => {
    const lines: BillLine[] = [];
    let before: Sums | undefined;
    for (const { statement } of versions) {
      const sums = sumsOf(statement);
      if (before !== undefined) lines.push(...differences(statement, before, sums));
      else if (billedBy === undefined) lines.push(...wholeDay(statement, sums));
      before = sums;
    }
    return lines;
  });
}

/** Whether two versions say the same of the home: the salt and the version's number say nothing. */
export function saysTheSame(a: Statement, b: Statement): boolean {
  const [one, other] = [sumsOf(a), sumsOf(b)];
  return MARKET_LINES.every(
    (kind) => one[kind].amount === other[kind].amount && one[kind].energyWh === other[kind].energyWh,
  );
}

function sumsOf({ lines, fallbackFee, waived }: Statement): Sums {
  const of = (part: (line: Statement["lines"][number]) => readonly [energyWh: number, amount: number]): Sum =>
    lines.reduce((sum, line) => {
      const [energyWh, amount] = part(line);
      if (energyWh === 0 && amount === 0) return sum;
      return { energyWh: sum.energyWh + energyWh, amount: sum.amount + amount, slots: sum.slots + 1 };
    }, NOTHING);
  const outcome = (line: Statement["lines"][number]) => outcomeOf(line, fallbackFee);
  return {
    bought: of(({ boughtWh, paid }) => [boughtWh, paid]),
    sold: of(({ soldWh, earned }) => [soldWh, -earned]),
    matched_bought: of(({ fallbackBoughtWh, fallbackPaid }) => [fallbackBoughtWh, fallbackPaid]),
    matched_sold: of(({ fallbackSoldWh, fallbackEarned }) => [fallbackSoldWh, -fallbackEarned]),
    market_fee: of((line) => (fallbackFee === 0 ? [0, 0] : [line.fallbackBoughtWh, outcome(line).fee])),
    short: of((line) => [outcome(line).shortWh, outcome(line).shortPaid]),
    long: of((line) => [outcome(line).longWh, -outcome(line).longEarned]),
    waived: { energyWh: 0, amount: -waived, slots: 0 },
  };
}

function wholeDay(statement: Statement, sums: Sums): BillLine[] {
  return MARKET_LINES.filter((kind) => sums[kind].energyWh !== 0 || sums[kind].amount !== 0).map((kind) => {
    const { energyWh, amount, slots } = sums[kind];
    return {
      ...lineOf(statement, kind, amount),
      quantity: kind === "waived" ? undefined : Wh(BigInt(energyWh)),
      price: kind === "market_fee" ? MicroEurPerKwh(BigInt(statement.fallbackFee)) : undefined,
      formula: kind === "waived" ? "above the cap" : `sum of ${slots} quarter hours`,
    };
  });
}

function differences(statement: Statement, before: Sums, after: Sums): BillLine[] {
  return MARKET_LINES.filter(
    (kind) => before[kind].energyWh !== after[kind].energyWh || before[kind].amount !== after[kind].amount,
  ).map((kind) => {
    const [was, is] = [before[kind], after[kind]];
    return {
      ...lineOf(statement, kind, is.amount - was.amount),
      quantity: undefined,
      price: undefined,
      formula: `${is.amount} µEUR − ${was.amount} µEUR; ${is.energyWh} Wh after ${was.energyWh} Wh`,
    };
  });
}

function lineOf({ day, version }: Statement, kind: MarketLine, amount: number) {
  return {
    kind,
    label: version === 1 ? formatDay(day) : `${formatDay(day)}, version ${version}`,
    // A sum of nothing that is taken away is −0, which no whole number knows.
    amount: MicroEur(BigInt(amount + 0)),
    vatPpm: 0n,
    rule: `market day ${formatDay(day)}, version ${version}`,
  };
}

export type MarketDayProblem =
  | CheckpointProblem
  | "wrong_path"
  /** The row is another day's, or of another version. */
  | "other_day"
  /** The statement does not lie under the root of the day's row. */
  | "statement_unproven"
  /** Of another member than those who had the home. */
  | "other_owner"
  | "outside_period"
  | "out_of_order";

/** Of the day at a place of the bill's list; in the order of the checks. */
export function marketDayProblem(
  days: readonly BilledDay[],
  index: number,
  of: { readonly period: Period; readonly owners: ReadonlySet<number>; readonly trust: TrustOf },
): MarketDayProblem | undefined {
  const { day, billedBy, versions } = days[index]!;
  const before = days[index - 1];
  if (before !== undefined && before.day >= day) return "out_of_order";
  if (day >= of.period.until || (billedBy === undefined && day < of.period.from)) return "outside_period";
  for (const [i, version] of versions.entries()) {
    if (i > 0 && versions[i - 1]!.statement.version >= version.statement.version) return "out_of_order";
    const problem = versionProblem(day, version, of.owners, of.trust);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Whom to believe of a checkpoint. */
export type TrustOf = (checkpoint: ProvenStatement["booked"]["checkpoint"]) => Trust;

function versionProblem(
  day: number,
  { statement, proof, booked }: ProvenStatement,
  owners: ReadonlySet<number>,
  trust: TrustOf,
): MarketDayProblem | undefined {
  const problem = proofProblem(booked, trust(booked.checkpoint));
  if (problem !== undefined && problem !== "stale") return problem;
  const isOfDay = booked.table === MARKET_DAYS.number && equalBytes(booked.key, encode(MARKET_DAYS.key, day));
  const row = isOfDay && booked.row !== undefined ? decode(MARKET_DAYS.row, booked.row) : undefined;
  if (!row?.ok || row.value.versions !== statement.version || statement.day !== day) return "other_day";
  if (!verifyStatement(row.value.statementsRoot, leafOf(statement), proof)) return "statement_unproven";
  return owners.has(statement.member) ? undefined : "other_owner";
}
