/**
 * What lines come to: value added tax per rate over the sum of its lines, half to even to the micro-euro (as
 * `tariff/bill` does), and what is paid in whole cents, half to even.
 */
import { divideHalfEven, MicroEur } from "#base/units.ts";
import type { BillLine, Totals, VatLine } from "#billing/document.ts";

const MILLION = 1_000_000n;
const PER_CENT = 10_000n;

/** Ascending by rate; untaxed lines have none. */
export function vatOf(lines: readonly BillLine[]): VatLine[] {
  const rates = [...new Set(lines.map(({ vatPpm }) => vatPpm))].filter((rate) => rate > 0n);
  return rates
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((vatPpm) => {
      const base = sum(lines.filter((line) => line.vatPpm === vatPpm));
      return { vatPpm, base, amount: MicroEur(divideHalfEven(base * vatPpm, MILLION)) };
    });
}

export function totalsOf(lines: readonly BillLine[], vatLines: readonly VatLine[]): Totals {
  const net = sum(lines);
  const vat = sum(vatLines);
  const total = MicroEur(net + vat);
  return { net, vat, total, payableCent: divideHalfEven(total, PER_CENT) };
}

function sum(lines: readonly { readonly amount: MicroEur }[]): MicroEur {
  return MicroEur(lines.reduce((total, { amount }) => total + amount, 0n));
}
