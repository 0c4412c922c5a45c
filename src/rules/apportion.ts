/**
 * Sharing out whole units so that nothing is lost: by weight, the largest remainders get the units that flooring
 * left over (Hamilton's method). Equal remainders go to whoever comes first, so callers order by name, and the
 * order in which homes stand in a file changes nothing.
 */
import { assert } from "#base/assert.ts";

/**
 * Shares of `total` ≥ 0 by `weights` ≥ 0, adding up to `total` exactly; each is within one unit of its exact share,
 * and 0 where the weight is 0. All weights 0: nobody gets anything, which the caller must allow for.
 */
export function apportion(total: bigint, weights: readonly bigint[]): bigint[] {
  assert(total >= 0n && weights.every((weight) => weight >= 0n), "shares of a whole, by weights");
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map(() => 0n);
  const shares = weights.map((weight) => (total * weight) / sum);
  let rest = total - shares.reduce((a, b) => a + b, 0n);
  if (rest === 0n) return shares;
  const byRemainder = weights
    .map((weight, at) => ({ at, remainder: (total * weight) % sum }))
    .toSorted((a, b) => (a.remainder === b.remainder ? a.at - b.at : a.remainder > b.remainder ? -1 : 1));
  for (const { at } of byRemainder) {
    if (rest === 0n) break;
    shares[at]! += 1n;
    rest -= 1n;
  }
  return shares;
}

/** An order of names by their UTF-16 units, the same on every machine. */
export function byName(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
