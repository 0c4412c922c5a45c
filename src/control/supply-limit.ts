/**
 * What a home may draw from the MicroGrid now, where its supply contract says less than its connection bears:
 * the command that the gateway last heard, how long ago it last heard anything, and what nobody may take from a
 * home.
 *
 * A supplier that is not paid may, where both agreed to it, have the supply reduced and then suspended; the steps
 * up to there are the chain's (`market`, docs/market/contracts.md). Here stands what the box in the home does with
 * them, and it is built to fail on the side of the people who live there:
 *
 * 1. Nobody's arrears limit a home whose connection is protected, whatever command arrives.
 * 2. A reduced supply never leaves less than the vital minimum.
 * 3. Only a link that is heard can suspend. Once it is silent for longer than `trustedS` a suspended home has the
 *    vital minimum again: the payment may have been made, and the word of it cannot come.
 * 4. Silence invents nothing and lifts nothing: a home without a limit keeps its connection, a reduced one stays
 *    reduced, a suspended one gets no more than the vital minimum.
 * 5. A command that is older than the one that stands changes nothing, however it arrives.
 *
 * Only what comes in is limited: panels and accumulator go on serving the home, and surplus may leave. Left out:
 * which appliance goes without; what is not served is one figure (`plant/flows`).
 */

/** What the contract's state asks of the counter. Powers are W at the connection. */
export type SupplyCommand =
  | { readonly kind: "none" }
  | { readonly kind: "reduced"; readonly powerMaxW: number }
  | { readonly kind: "disconnected" };

/** A command as it stands in the home's gateway. */
export interface SupplyOrder {
  readonly command: SupplyCommand;
  /** Of the block whose state asks for it: a later one replaces it, an earlier one is old news. */
  readonly height: number;
  /** "Not disconnectable": no arrears touch this home. */
  readonly isProtected: boolean;
  /** W, of the contract; what a limited home may always draw. */
  readonly vitalW: number;
}

/** How the way from the platform to the home stands. */
export interface SupplyLink {
  /** Since the gateway last heard the platform, s. */
  readonly silentS: number;
  /** Silence up to here is an ordinary hiccup, s. */
  readonly trustedS: number;
}

/** Why the counter limits what comes in; the order is that of the small integers that `dispatch` counts with. */
export const SUPPLY_LIMITS = ["none", "reduced", "suspended", "vital_minimum"] as const;
export type SupplyLimitName = (typeof SUPPLY_LIMITS)[number];

/** What may come in now, W, and why it is so much. Infinity without a limit: the connection's own bound is apart. */
export interface SupplyLimit {
  readonly powerMaxW: number;
  readonly why: SupplyLimitName;
}

export const NO_SUPPLY_LIMIT: SupplyLimit = { powerMaxW: Number.POSITIVE_INFINITY, why: "none" };

/** Before anything was ever heard: silence invents no limit. */
export const NO_SUPPLY_ORDER: SupplyOrder = {
  command: { kind: "none" },
  height: 0,
  isProtected: false,
  vitalW: 0,
};

/** What a link is trusted for unless somebody says otherwise, s. */
export const LINK_TRUSTED_S = 300;

/** What may be drawn from the MicroGrid under an order that is this old. */
export function supplyLimit(order: SupplyOrder, link: SupplyLink): SupplyLimit {
  const { command, isProtected, vitalW } = order;
  if (isProtected || command.kind === "none") return NO_SUPPLY_LIMIT;
  if (command.kind === "reduced") return { powerMaxW: Math.max(command.powerMaxW, vitalW), why: "reduced" };
  return link.silentS > link.trustedS
    ? { powerMaxW: vitalW, why: "vital_minimum" }
    : { powerMaxW: 0, why: "suspended" };
}

/** The order that stands after one was heard: the later of the two. */
export function heed(standing: SupplyOrder, heard: SupplyOrder): SupplyOrder {
  return heard.height < standing.height ? standing : heard;
}
