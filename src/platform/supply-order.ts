/**
 * What a home's supply contract asks of its counter now: the state of the chain, turned into the command that the
 * gateway gets (`control/supply-limit`). The chain says a share of the connection; how much that is in watts only
 * the platform knows.
 */
import type { ChainView } from "#chain/view.ts";
import { NO_SUPPLY_ORDER, type SupplyOrder } from "#control/supply-limit.ts";
import { homeOrdersOf } from "#market/home-orders.ts";
import type { SupplyAllowance } from "#wire/contract-schemas.ts";
import { supplyOrderFrom } from "#wire/obeyed-supply.ts";
import type { Directory } from "./directory.ts";
import type { Parts } from "./parts.ts";
import type { Numbers } from "./pseudonyms.ts";

/** The usual connection of a household in Italy, W, where nobody said another. */
const USUAL_CONNECTION_W = 3_000;

/** Contracted power of a home's connection, W. */
export function connectionOf(directory: Directory, home: number): number {
  return directory.plant(home)?.contractedW ?? USUAL_CONNECTION_W;
}

export function supplyOrderOf(
  { view, directory, numbers }: { view: ChainView; directory: Directory; numbers: Numbers },
  home: number,
): SupplyOrder {
  const orders = view.ask((state) => homeOrdersOf(state, numbers.plantNow(home)));
  if (orders === undefined) return { ...NO_SUPPLY_ORDER, height: view.height };
  return supplyOrderFrom(orders, { height: view.height, connectionW: connectionOf(directory, home) });
}

/** The orders of all homes as they stand; each is looked up once in a block, however often its home is told. */
export function supplyOrders(
  parts: Pick<Parts, "host" | "directory" | "numbers">,
): (home: number) => SupplyOrder {
  const standing = new Map<number, SupplyOrder>();
  return (home) => {
    const view = parts.host.view();
    const known = standing.get(home);
    if (known?.height === view.height) return known;
    const order = supplyOrderOf({ ...parts, view }, home);
    standing.set(home, order);
    return order;
  };
}

/** The same for a screen. */
export function allowanceOf({ command, isProtected, vitalW }: SupplyOrder): SupplyAllowance {
  if (isProtected || command.kind === "none") return { type: "none", powerMaxW: null, vitalW: null };
  return command.kind === "disconnected"
    ? { type: "suspended", powerMaxW: 0, vitalW }
    : { type: "reduced", powerMaxW: command.powerMaxW, vitalW };
}
