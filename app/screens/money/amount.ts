/** An amount of money as it is typed: euro with at most two decimals, since banks pay cents. */

const MICRO_EUR_PER_CENT = 10_000;

/** µEUR of `12.5`, `12,50` or `12 €`; `undefined` where the text is no such amount. */
export function typedAmount(text: string): number | undefined {
  const parts = /^\s*(\d{0,9})(?:[.,](\d{0,2}))?\s*€?\s*$/.exec(text);
  if (parts === null || (parts[1] === "" && (parts[2] ?? "") === "")) return undefined;
  const cents = Number(parts[1] || "0") * 100 + Number((parts[2] ?? "").padEnd(2, "0"));
  return cents * MICRO_EUR_PER_CENT;
}

/** What of it a bank can pay: whole cents, downwards, µEUR. */
export function wholeCents(microEur: number): number {
  return Math.floor(microEur / MICRO_EUR_PER_CENT) * MICRO_EUR_PER_CENT;
}
