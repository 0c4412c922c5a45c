/**
 * Checks what the ledger says of a settled day without asking anyone: somebody who is trusted vouches for the state of a
 * block, the day's row lies on the path to that state's root, and the row names the root of the homes' statements. A
 * home's statement is checked under that root (`market/auction/statement`).
 */
import { fromHex, toHex } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { parseDay } from "#base/time.ts";
import {
  type ProofProblem,
  proofProblem,
  type RowProof,
  rowProofCodec,
  type Trust,
  vouchedBy,
} from "#ledger/proof.ts";
import { MARKET_DAYS } from "#market/market-day.ts";

export type DayProofProblem = "unreadable" | ProofProblem | "other_day" | "other_root";

export interface CheckedDay {
  /** Of the block whose state was proved. */
  readonly height: number;
  readonly versions: number;
  readonly final: boolean;
}

/** The proof in hexadecimal, whatever it is worth; `undefined` where it is unreadable. */
export function dayProofIn(hex: string): RowProof | undefined {
  const bytes = fromHex(hex);
  const proof = bytes && decode(rowProofCodec, bytes);
  return proof?.ok === true ? proof.value : undefined;
}

/**
 * Fails, in this order: what `proofProblem` of `ledger/proof` finds, other_day (the proof is of another row), unreadable,
 * other_root (another version's, or another).
 */
export function checkMarketDay(
  proof: RowProof,
  trust: Trust,
  {
    day,
    version,
    statementsRoot,
  }: { readonly day: string; readonly version: number; readonly statementsRoot: string },
): Result<CheckedDay, DayProofProblem> {
  const problem = proofProblem(proof, trust);
  if (problem !== undefined) return refuse(problem);
  const number = parseDay(day);
  const key = number === undefined ? undefined : encode(MARKET_DAYS.key, number);
  if (key === undefined || proof.table !== MARKET_DAYS.number || toHex(proof.key) !== toHex(key)) {
    return refuse("other_day");
  }
  if (proof.row === undefined) return refuse("other_day");
  const row = decode(MARKET_DAYS.row, proof.row);
  if (!row.ok) return refuse("unreadable");
  const { versions, final } = row.value;
  if (versions !== version || toHex(row.value.statementsRoot) !== statementsRoot) return refuse("other_root");
  return ok({ height: vouchedBy(proof.checkpoint).height, versions, final });
}
