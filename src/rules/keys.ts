/**
 * Allocation keys: how the surplus of one slot is shared among those who need energy. With G the energy given, Lᵢ
 * what home i takes, kᵢ its part:
 * - static: min(Lᵢ, kᵢG); what a home cannot use of its part goes back to the producers;
 * - dynamic: Lᵢ ÷ ΣL × min(G, ΣL);
 * - hybrid: first the static part, then the rest by what each still needs.
 * Producers give in proportion to what they fed in. Whole Wh by largest remainder: nothing is lost in a slot.
 */
import { minimum } from "#base/units.ts";
import { apportion } from "#rules/apportion.ts";
import type { RuleProblem, SlotKey } from "#rules/rule-book.ts";

export const WHOLE_PPM = 1_000_000n;

export const dynamicKey: SlotKey = (imported, exported) => {
  const shared = minimum(sum(imported), sum(exported));
  return { received: apportion(shared, imported), given: apportion(shared, exported) };
};

/** `partsPpm`: each home's part in millionths, together at most a whole, in the order of the homes. */
export function staticKey(partsPpm: readonly bigint[]): SlotKey {
  const unassigned = WHOLE_PPM - sum(partsPpm);
  return (imported, exported) => {
    const entitled = apportion(sum(exported), [...partsPpm, unassigned]);
    const received = imported.map((need, i) => minimum(need, entitled[i]!));
    return { received, given: apportion(sum(received), exported) };
  };
}

export function hybridKey(partsPpm: readonly bigint[]): SlotKey {
  const first = staticKey(partsPpm);
  return (imported, exported) => {
    const fixed = first(imported, exported).received;
    const needs = imported.map((need, i) => need - fixed[i]!);
    const rest = minimum(sum(needs), sum(exported) - sum(fixed));
    const received = apportion(rest, needs).map((more, i) => more + fixed[i]!);
    return { received, given: apportion(sum(received), exported) };
  };
}

/** A key over the part of each meter that takes part: floor(energy × participation), per slot. */
export function participating(participationPpm: readonly bigint[], key: SlotKey): SlotKey {
  const part = (energies: readonly bigint[]) =>
    energies.map((wh, i) => (wh * participationPpm[i]!) / WHOLE_PPM);
  return (imported, exported) => key(part(imported), part(exported));
}

/** Static parts in the order of the homes' names; refuses key_missing, keys_above_whole. */
export function partsOf(
  ids: readonly string[],
  partsPpm: ReadonlyMap<string, bigint> | undefined,
): readonly bigint[] | RuleProblem {
  if (partsPpm === undefined) return ids.map(() => WHOLE_PPM / BigInt(ids.length));
  const missing = ids.find((id) => !partsPpm.has(id));
  if (missing !== undefined) return { code: "key_missing", id: missing };
  const parts = ids.map((id) => partsPpm.get(id)!);
  const sumPpm = parts.reduce((sum, part) => sum + part, 0n);
  return sumPpm > WHOLE_PPM ? { code: "keys_above_whole", sumPpm } : parts;
}

function sum(values: readonly bigint[]): bigint {
  let all = 0n;
  for (const value of values) all += value;
  return all;
}
