/**
 * The formula of a bill's line in words. A document has it in one form for all, which is what is sealed and compared;
 * here it is said as people read it. What is of no known form stands as it is in the document.
 */
import { local } from "../../local.ts";
import { t } from "../../strings/dictionary.ts";

const price = (microEurPerKwh: string) => local.ratePerKwh(Number(microEurPerKwh), 4);
const money = (microEur: string) => local.money(Number(microEur));
const energy = (wh: string) => local.energy(Number(wh), "kWh");

type Words = (found: readonly string[]) => string;

/** By `tariff/bill`, `billing/lines`, `billing/market-days`. */
const FORMS: readonly (readonly [form: RegExp, words: Words])[] = [
  [/^(\d+) Wh × (-?\d+) µEUR\/kWh ÷ 1000$/, ([wh, at]) => `${energy(wh!)} × ${price(at!)}`],
  [/^energy × (-?\d+) µEUR\/kWh$/, ([at]) => t("bills.formula_energy", { price: price(at!) })],
  [
    /^energy in (.+) × (-?\d+) µEUR\/kWh$/,
    ([band, at]) => t("bills.formula_band", { band: band!, price: price(at!) }),
  ],
  [
    /^energy (.+) of the month × (-?\d+) µEUR\/kWh$/,
    ([tier, at]) => t("bills.formula_tier", { tier: tier!, price: price(at!) }),
  ],
  [
    /^Σ energy × \((.+) by (?:quarter )?hour × 1000000 ÷ 1,000,000 \+ (-?\d+) µEUR\/kWh\)$/,
    ([index, spread]) => t("bills.formula_index", { index: index!, spread: price(spread!) }),
  ],
  [
    /^(-?\d+) µEUR × (\d+) of (\d+) days$/,
    ([amount, counted, whole]) =>
      t("bills.formula_days", { amount: money(amount!), counted: counted!, whole: whole! }),
  ],
  [
    /^(-?\d+) µEUR\/kW × (\d+) W \(\w+\) ÷ 1000 × (\d+) of (\d+) days$/,
    ([amount, watts, counted, whole]) =>
      t("bills.formula_capacity", {
        amount: money(amount!),
        power: local.power(Number(watts), "kW"),
        counted: counted!,
        whole: whole!,
      }),
  ],
  [
    /^(-?\d+) µEUR × (\d+) ÷ (\d+) Wh, largest remainder$/,
    ([pool, own, all]) =>
      t("bills.formula_share", { pool: money(pool!), own: energy(own!), all: energy(all!) }),
  ],
  [/^sum of (\d+) quarter hours$/, ([count]) => t("bills.formula_quarters", { count: Number(count) })],
  [
    /^(-?\d+) µEUR − (-?\d+) µEUR; (\d+) Wh after (\d+) Wh$/,
    ([is, was, now, before]) =>
      t("bills.formula_difference", {
        is: money(is!),
        was: money(was!),
        now: energy(now!),
        before: energy(before!),
      }),
  ],
  [/^above the cap$/, () => t("bills.formula_cap")],
  [
    /^(\d+) µEUR of (-?\d+) µEUR$/,
    ([part, all]) => t("bills.formula_part", { part: money(part!), all: money(all!) }),
  ],
];

export function formulaInWords(formula: string): string {
  const taken = /^taken back: (.*)$/.exec(formula);
  if (taken !== null) return t("bills.formula_taken", { formula: formulaInWords(taken[1]!) });
  for (const [form, words] of FORMS) {
    const found = form.exec(formula);
    if (found !== null) return words(found.slice(1));
  }
  return formula;
}
