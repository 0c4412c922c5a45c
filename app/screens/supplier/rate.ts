/** A rate as it is typed: euro per kWh with at most six decimals, which are whole µEUR/kWh. */

/** µEUR/kWh of `0.142` or `0,142`; `undefined` where the text is no such number. */
export function typedRate(text: string): number | undefined {
  const parts = /^\s*(\d{0,3})(?:[.,](\d{0,6}))?\s*(?:€(?:\/kWh)?)?\s*$/i.exec(text);
  if (parts === null || (parts[1] === "" && (parts[2] ?? "") === "")) return undefined;
  return Number(parts[1] || "0") * 1_000_000 + Number((parts[2] ?? "").padEnd(6, "0"));
}

export interface RateBounds {
  readonly lowest: number;
  readonly highest: number;
}

export function withinBounds(rate: number | undefined, { lowest, highest }: RateBounds): rate is number {
  return rate !== undefined && rate >= lowest && rate <= highest;
}
