/**
 * What a home's supply contract asks of its counter now: the state of the chain, turned into the command that the
 * gateway gets (`control/supply-limit`). The chain says a share of the connection; how much that is in watts only
 * the platform knows.
 */
import type { ChainView } from "#chain/view.ts";
import type { SupplyCommand, SupplyOrder } from "#control/supply-limit.ts";
import { suspensionInForce } from "#market/contract/terms.ts";
import type { SupplyAllowance } from "#wire/contract-schemas.ts";
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
  const { height } = view;
  const { limit, contract, protection } = view.supplyStanding(numbers.plantNow(home));
  const isProtected = protection !== undefined;
  if (limit.type === "none") return { command: { kind: "none" }, height, isProtected, vitalW: 0 };
  const terms = view.supplyContract(contract!)!.terms;
  const { vitalW } = suspensionInForce(terms, view.parameters)!;
  const command: SupplyCommand =
    limit.type === "suspended"
      ? { kind: "disconnected" }
      : {
          kind: "reduced",
          powerMaxW: Math.max(limit.vitalW, (limit.perMille * connectionOf(directory, home)) / 1000),
        };
  return { command, height, isProtected, vitalW };
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
