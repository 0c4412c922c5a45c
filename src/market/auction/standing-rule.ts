/**
 * What a home's standing rule orders for a quarter hour: from what the home is expected to have over or to lack, what
 * its accumulator holds, and what its owner wants. Each order says why it is what it is, and where there is none, why
 * not. The rule itself is signed by its owner and kept by whoever acts by it; it is nothing of the chain's.
 *
 * A home that will both give and take within the quarter hour orders the difference only: nobody trades with itself.
 * Who will lack something does not sell from the accumulator: the home's own counter uses that first.
 */
import type { Wishes } from "#market/auction/wishes.ts";

export interface StandingRule {
  /** µEUR/kWh at the least for what the panels give and the home does not use; `undefined`: not here. */
  readonly sellSurplusFrom: number | undefined;
  /** “Above 0.18 €/kWh keep 3 kWh.” */
  readonly sellStored: { readonly from: number; readonly keepWh: number } | undefined;
  /** µEUR/kWh at the most; `undefined`: not here. */
  readonly buyUpTo: number | undefined;
  readonly solarOnly: boolean;
  /** A paddle of the same book, where that home has one. */
  readonly partner: { readonly paddle: number; readonly gift: boolean } | undefined;
}

/** Of the quarter hour, Wh. */
export interface Expectation {
  readonly surplusWh: number;
  readonly needWh: number;
  /** Solar energy in the accumulator that is promised to nobody. */
  readonly storedWh: number;
  /** What the accumulator can give within the quarter hour beside all it has to. */
  readonly deliverableWh: number;
}

export interface Means {
  /** µEUR that may still be spent on the quarter hour's civil day. */
  readonly spendable: number;
}

export type ReasonCode =
  | "surplus_expected"
  | "stored_above_keep"
  | "need_expected"
  | "nothing_expected"
  | "store_at_keep"
  | "cap_reached";

export interface Reason {
  readonly code: ReasonCode;
  readonly numbers: { readonly [name: string]: number };
}

export interface RuledOrder {
  readonly side: "bid" | "ask";
  readonly energyWh: number;
  readonly limit: number;
  readonly wishes: Wishes;
  readonly reason: Reason;
}

export interface Ruled {
  readonly orders: readonly RuledOrder[];
  /** Why there is nothing more. */
  readonly without: readonly Reason[];
}

/** At most two orders: what is over, and what is stored; or one bid. */
export function ordersByRule(rule: StandingRule, expected: Expectation, { spendable }: Means): Ruled {
  const { surplusWh, needWh } = expected;
  const orders: RuledOrder[] = [];
  const without: Reason[] = [];
  const netWh = surplusWh - needWh;
  const numbers = { surplusWh, needWh };
  if (netWh < 0 && rule.buyUpTo !== undefined) {
    const affordableWh = energyFor(spendable, rule.buyUpTo, -netWh);
    const energyWh = Math.min(-netWh, affordableWh);
    const { solarOnly, partner, buyUpTo } = rule;
    if (energyWh > 0) {
      const wishes = { solar: solarOnly, partner: partner?.paddle, gift: false };
      const reason = { code: "need_expected", numbers } as const;
      orders.push({ side: "bid", energyWh, limit: buyUpTo, wishes, reason });
    }
    if (energyWh < -netWh) without.push({ code: "cap_reached", numbers: { ...numbers, spendable } });
  }
  if (netWh > 0 && rule.sellSurplusFrom !== undefined) {
    const gift = rule.partner?.gift === true;
    orders.push({
      side: "ask",
      energyWh: netWh,
      limit: gift ? 0 : rule.sellSurplusFrom,
      wishes: { solar: true, partner: rule.partner?.paddle, gift },
      reason: { code: "surplus_expected", numbers },
    });
  }
  if (netWh >= 0 && rule.sellStored !== undefined) {
    const { from, keepWh } = rule.sellStored;
    const { storedWh, deliverableWh } = expected;
    const energyWh = Math.max(0, Math.min(storedWh - keepWh, deliverableWh));
    const stored = { storedWh, keepWh, deliverableWh };
    if (energyWh > 0) {
      const partner = rule.partner?.gift === false ? rule.partner.paddle : undefined;
      const wishes = { solar: true, partner, gift: false };
      const reason = { code: "stored_above_keep", numbers: stored } as const;
      orders.push({ side: "ask", energyWh, limit: from, wishes, reason });
    } else without.push({ code: "store_at_keep", numbers: stored });
  }
  if (orders.length + without.length === 0) without.push({ code: "nothing_expected", numbers });
  return { orders, without };
}

/** How much of an energy a sum pays for at a price at the most, Wh. */
function energyFor(amount: number, price: number, energyWh: number): number {
  if (price <= 0) return energyWh;
  return Number((BigInt(Math.max(0, amount)) * 1000n) / BigInt(price));
}
