/**
 * A settlement is never rewritten: provisional, final and corrected reckonings stand beside each other as versions,
 * each with what changed line by line against the one before. The differences of a version sum to the change of its
 * total; a line that came or went counts from or to zero.
 */
import { assert } from "#base/assert.ts";
import type { DayNumber } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import type { MoneyLine } from "#rules/rule-book.ts";

export interface Difference {
  readonly key: string;
  readonly before: MicroEur;
  readonly after: MicroEur;
  /** after − before. */
  readonly change: MicroEur;
}

export interface Version {
  /** From 1. */
  readonly number: number;
  readonly day: DayNumber;
  readonly reason: string;
  readonly lines: readonly MoneyLine[];
  readonly total: MicroEur;
  readonly differences: readonly Difference[];
  readonly change: MicroEur;
}

/** The versions with one more. Days may not run backwards. */
export function reopened(
  versions: readonly Version[],
  next: { readonly day: DayNumber; readonly reason: string; readonly lines: readonly MoneyLine[] },
): readonly Version[] {
  const previous = versions.at(-1);
  assert(previous === undefined || next.day >= previous.day, "a version follows the one before");
  const differences = differencesOf(previous?.lines ?? [], next.lines);
  const total = MicroEur(next.lines.reduce((sum, { amount }) => sum + amount, 0n));
  return [
    ...versions,
    {
      ...next,
      number: versions.length + 1,
      total,
      differences,
      change: MicroEur(total - (previous?.total ?? 0n)),
    },
  ];
}

/** Lines that changed, in the order of the later version, then those that went. */
export function differencesOf(before: readonly MoneyLine[], after: readonly MoneyLine[]): Difference[] {
  const old = new Map(before.map(({ key, amount }) => [key, amount]));
  const now = new Set(after.map(({ key }) => key));
  return [
    ...after.map(({ key, amount }) => difference(key, old.get(key) ?? MicroEur(0n), amount)),
    ...before
      .filter(({ key }) => !now.has(key))
      .map(({ key, amount }) => difference(key, amount, MicroEur(0n))),
  ].filter(({ change }) => change !== 0n);
}

function difference(key: string, before: MicroEur, after: MicroEur): Difference {
  return { key, before, after, change: MicroEur(after - before) };
}
