/**
 * The money of shared energy at one price: each who received pays the community energy × price, half to even to the
 * micro-euro; what came in is paid out to those who gave, by energy, with largest remainders, so that nothing stays.
 */
import { MicroEur, type MicroEurPerKwh, priceOf, type Wh } from "#base/units.ts";
import { apportion, byName } from "#rules/apportion.ts";
import { type MoneyLine, type Share, total } from "#rules/rule-book.ts";

export function linesAtPrice(shares: readonly Share[], price: MicroEurPerKwh, source: string): MoneyLine[] {
  const ordered = shares.toSorted(byName).map(({ id, received, given }) => ({
    id,
    received: total(received),
    given: total(given),
  }));
  const paid = ordered
    .filter(({ received }) => received > 0n)
    .map(
      ({ id, received }): MoneyLine => ({
        key: `shared energy bought: ${id}`,
        from: `home ${id}`,
        to: "community",
        amount: priceOf(received, price),
        energy: received,
        formula: `${received} Wh × ${price} µEUR/kWh ÷ 1000`,
        source,
      }),
    );
  const pool = paid.reduce((sum, { amount }) => sum + amount, 0n);
  const givers = ordered.filter(({ given }) => given > 0n);
  return [
    ...paid,
    ...payOut(
      pool,
      "shared energy sold",
      givers.map(({ id, given }) => ({ id, weight: given })),
      source,
    ),
  ];
}

/** Shares a sum of the community out to homes by weight (Wh), exactly. */
export function payOut(
  pool: bigint,
  what: string,
  homes: readonly { readonly id: string; readonly weight: Wh }[],
  source: string,
): MoneyLine[] {
  const weights = homes.map(({ weight }) => weight);
  const whole = weights.reduce<bigint>((sum, weight) => sum + weight, 0n);
  const amounts = apportion(pool, weights);
  return homes.map(({ id, weight }, i) => ({
    key: `${what}: ${id}`,
    from: "community",
    to: `home ${id}`,
    amount: MicroEur(amounts[i]!),
    energy: weight,
    formula: `${pool} µEUR × ${weight} ÷ ${whole} Wh, largest remainder`,
    source,
  }));
}
