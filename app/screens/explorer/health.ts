/**
 * How a network of validators stands: how many of them signed the last block, and how many may fail before no
 * block comes any more. More than two thirds of the power must sign; where all weigh the same, n of them bear
 * the failure of ⌊(n − 1) / 3⌋. Counted are the heaviest: any that many may fail.
 */
import type { Network } from "#wire/schemas.ts";

export interface Health {
  readonly signed: number;
  readonly of: number;
  /** Of all of them, how many may fail at once. */
  readonly bears: number;
  /** Beside those whose signature is missing, how many more. */
  readonly bearsMore: number;
}

export function healthOf(validators: Network["validators"]): Health {
  const voting = validators.filter(({ power }) => power > 0);
  const signed = voting.filter(({ signedLast }) => signedLast);
  const total = powerOf(voting);
  return {
    signed: signed.length,
    of: voting.length,
    bears: failuresBorne(voting, total),
    bearsMore: failuresBorne(signed, total),
  };
}

function failuresBorne(present: Network["validators"], total: number): number {
  const heaviestFirst = present.map(({ power }) => power).sort((a, b) => b - a);
  let left = powerOf(present);
  let failures = 0;
  for (const power of heaviestFirst) {
    left -= power;
    if (left * 3 <= total * 2) return failures;
    failures += 1;
  }
  return failures;
}

function powerOf(validators: Network["validators"]): number {
  return validators.reduce((sum, { power }) => sum + power, 0);
}
