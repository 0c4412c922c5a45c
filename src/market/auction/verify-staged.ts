/**
 * Checks a clearing in stages: that the stages are those of the rule and in its sequence, that each holds by its own
 * certificate (`verify`) for what the stages before it left, that fees are those of its level, and that what each
 * order trades and pays is the sum over them. Only whether a pool could be cleared together, so that who takes solar
 * energy alone gets enough, is found by clearing it.
 */
import { totalWh } from "#market/auction/book.ts";
import type { Clearing } from "#market/auction/clearing.ts";
import { MECHANISMS, type MechanismName } from "#market/auction/mechanism.ts";
import { type Pool, type StagedBook, type StagedClearing, stagesOf, summed } from "#market/auction/staged.ts";
import { type ClearingProblem, clearingProblem, type Found } from "#market/auction/verify.ts";

export type StagedProblem = ClearingProblem | "other_stage" | "wrong_fee" | "wrong_attribution";

/** What a file says of a stage: which pool, and what it came to. */
export interface ClaimedStage {
  readonly pool: Pick<Pool, "stage" | "level" | "of" | "with" | "part">;
  /** What it came to, an entry for each order of the pool; `undefined`: it speaks of an order that is not in it. */
  clearingOf(pool: Pool): Clearing | undefined;
  /** µEUR, of all its bids together. */
  readonly fees: number;
}

export interface ClaimedStages extends Omit<StagedClearing, "stages" | "mechanism"> {
  /** The pools' orders are those of the rule, so only the results are claimed, by place in the pool. */
  readonly stages: readonly ClaimedStage[];
}

export interface FoundInStage extends Omit<Found, "problem" | "at"> {
  readonly problem: StagedProblem;
  /** Counted from 0; `undefined`: of the whole. */
  readonly stage: number | undefined;
  /** By place in the book. */
  readonly at?: Found["at"];
}

/** The first problem, stage by stage and then of the whole; `undefined` where the clearing holds. */
export function stagedProblem(
  staged: StagedBook,
  mechanism: MechanismName,
  claimed: ClaimedStages,
): FoundInStage | undefined {
  let found: FoundInStage | undefined;
  let next = 0;
  const stages = stagesOf(staged, mechanism, (pool) => {
    const stage = next;
    const one = claimed.stages[next];
    const clearing = one !== undefined && isSamePool(pool, one) ? one.clearingOf(pool) : undefined;
    if (found === undefined && clearing?.mechanism !== pool.mechanism)
      found = { problem: "other_stage", stage };
    // After the first problem the rule goes on by itself, and nobody looks at it.
    if (found !== undefined || clearing === undefined)
      return MECHANISMS[pool.mechanism](pool.book, pool.terms);
    next += 1;
    const wrong = clearingProblem(pool.book, clearing, pool.terms);
    if (wrong === undefined) return clearing;
    found = { ...wrong, stage, at: inBook(pool, wrong.at) };
    return MECHANISMS[pool.mechanism](pool.book, pool.terms);
  });
  if (found !== undefined) return found;
  if (next < claimed.stages.length) return { problem: "other_stage", stage: next };
  for (const [stage, { fees }] of stages.entries()) {
    const expected = fees.reduce((sum, fee) => sum + fee, 0);
    if (claimed.stages[stage]!.fees !== expected) return { problem: "wrong_fee", stage, expected };
  }
  return wholeProblem(claimed, summed(staged, mechanism, stages));
}

function isSamePool(pool: Pool, { pool: claimed }: ClaimedStage): boolean {
  return (
    pool.stage === claimed.stage &&
    pool.level === claimed.level &&
    pool.of === claimed.of &&
    pool.with === claimed.with &&
    pool.part === claimed.part
  );
}

function inBook({ bids, asks }: Pool, at: Found["at"]): Found["at"] {
  return at && { side: at.side, order: (at.side === "bid" ? bids : asks)[at.order]! };
}

/** The stages hold; whether the sums over them are what is claimed. */
function wholeProblem(claimed: ClaimedStages, right: StagedClearing): FoundInStage | undefined {
  const stage = undefined;
  for (const side of ["bids", "asks"] as const) {
    const at = side === "bids" ? ("bid" as const) : ("ask" as const);
    for (let order = 0; order < right[side].amount.length; order++) {
      const [energy, amount] = [right[side].energyWh[order]!, right[side].amount[order]!];
      if (claimed[side].energyWh[order] !== energy)
        return { problem: "other_result", stage, at: { side: at, order }, expected: energy };
      if (claimed[side].amount[order] !== amount)
        return { problem: "wrong_payment", stage, at: { side: at, order }, expected: amount };
    }
  }
  if (claimed.tradedWh !== totalWh(right.bids.energyWh))
    return { problem: "wrong_volume", stage, expected: right.tradedWh };
  if (claimed.fees !== right.fees) return { problem: "wrong_fee", stage, expected: right.fees };
  if (claimed.price !== right.price) return { problem: "wrong_price", stage, expected: right.price };
  if (claimed.welfare !== right.welfare) return { problem: "wrong_welfare", stage, expected: right.welfare };
  const isSame =
    claimed.attributed.length === right.attributed.length &&
    right.attributed.every(({ bid, ask, energyWh }, i) => {
      const one = claimed.attributed[i]!;
      return one.bid === bid && one.ask === ask && one.energyWh === energyWh;
    });
  return isSame ? undefined : { problem: "wrong_attribution", stage };
}
