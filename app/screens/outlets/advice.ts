/** Which of the outlets is said first, and what it is compared with. */
import type { OutletAdvice, OutletView } from "#wire/outlet-schemas.ts";

export type Advice = OutletAdvice["advice"][number];

/** Stored energy waits for a decision; what the panels give flows anyway. */
export function mainAdvice({ advice }: OutletAdvice): Advice | undefined {
  return advice.find(({ source }) => source === "accumulator") ?? advice[0];
}

/** The first that is a choice now. */
export function bestOf({ outlets }: Advice): OutletView | undefined {
  return outlets.find(({ rank }) => rank !== null);
}

/** What the best one is compared with: keeping, where that is another; else the second best. */
export function comparedWith(advice: Advice): OutletView | undefined {
  const best = bestOf(advice);
  const others = advice.outlets.filter((one) => one !== best && one.rank !== null);
  return others.find(({ kind }) => kind === "keep") ?? others[0];
}

/** Per mille of the greatest worth; nothing where it is worth nothing or less. */
export function barPerMille(one: OutletView, advice: Advice): number {
  const net = one.worth?.netMicroEurPerKwh ?? 0;
  const most = Math.max(...advice.outlets.map(({ worth }) => worth?.netMicroEurPerKwh ?? 0));
  return net <= 0 || most <= 0 ? 0 : Math.round((1000 * net) / most);
}
