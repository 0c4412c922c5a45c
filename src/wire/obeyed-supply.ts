/**
 * What a home's supply contract asks of its counter, from what the chain says of the home (`market/home-orders`): by
 * the platform from the state itself, by the home's gateway from rows that came with their proof.
 *
 * The chain says a share of the connection; how much that is in watts whoever asks must know: the gateway by its own
 * settings, not by what it is told.
 */
import type { SupplyCommand, SupplyOrder } from "#control/supply-limit.ts";
import type { HomeOrders } from "#market/home-orders.ts";

/** The order that the state of a height asks of a plant whose connection bears so many W. */
export function supplyOrderFrom(
  { standing, vitalW }: HomeOrders,
  { height, connectionW }: { readonly height: number; readonly connectionW: number },
): SupplyOrder {
  const { limit, protection } = standing;
  const isProtected = protection !== undefined;
  if (limit.type === "none") return { command: { kind: "none" }, height, isProtected, vitalW: 0 };
  const command: SupplyCommand =
    limit.type === "suspended"
      ? { kind: "disconnected" }
      : { kind: "reduced", powerMaxW: Math.max(limit.vitalW, (limit.perMille * connectionW) / 1000) };
  return { command, height, isProtected, vitalW };
}
