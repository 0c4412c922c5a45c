/** What a plant may draw, by its contract: a pure function of the state, for counters and for screens. */
import type { UnixSeconds } from "#base/time.ts";
import type { StateReader } from "#ledger/state.ts";
import {
  type Basis,
  isRunning,
  type Protection,
  SUPPLY_CONTRACTS,
  type SupplyContract,
  type SupplyState,
  supplyPointOf,
} from "#market/contract/contract.ts";
import { suspensionInForce } from "#market/contract/terms.ts";
import { type Parameters, parametersOf } from "#market/parameters.ts";

/**
 * What may be drawn from the MicroGrid. *Reduced* is the greater of `vitalW` and `perMille` thousandths of the
 * connection's power, which is no number of the chain. What the home has of its own is never limited.
 */
export type SupplyLimit =
  | { readonly type: "none" }
  | { readonly type: "reduced"; readonly perMille: number; readonly vitalW: number }
  | { readonly type: "suspended" };

export interface SupplyStanding {
  /** Of the contract that decides; `undefined` where none is running. */
  readonly contract: Uint8Array | undefined;
  readonly seller: number | undefined;
  readonly state: SupplyState | undefined;
  readonly limit: SupplyLimit;
  /** Why, and since which block. */
  readonly basis: Basis | undefined;
  readonly since: UnixSeconds;
  readonly sinceHeight: number;
  /** The next step by itself, not before both; 0 = none. */
  readonly stepTime: UnixSeconds;
  readonly stepHeight: number;
  /** The invoice that it is about. */
  readonly invoice: Uint8Array | undefined;
  readonly protection: Protection | undefined;
}

const FREE: SupplyLimit = { type: "none" };

/** Of the plant's running contract that may suspend it; where there is none, of the first that is running. */
export function supplyStandingOf(state: StateReader, plant: number): SupplyStanding {
  const { contracts, protection } = supplyPointOf(state, plant);
  const running = contracts
    .map((id) => ({ id, row: state.get(SUPPLY_CONTRACTS, id)! }))
    .filter(({ row }) => isRunning(row));
  const deciding = running.find(({ row }) => row.terms.suspension !== undefined) ?? running[0];
  const row = deciding?.row;
  return {
    contract: deciding?.id,
    seller: row?.seller,
    state: row?.state,
    limit: row === undefined ? FREE : limitOf(row, parametersOf(state)),
    basis: row?.basis,
    since: row?.since ?? 0,
    sinceHeight: row?.sinceHeight ?? 0,
    stepTime: row?.stepTime ?? 0,
    stepHeight: row?.stepHeight ?? 0,
    invoice: row?.invoice,
    protection: protection?.reason,
  };
}

/** What a contract in its state leaves to its buyer. */
export function limitOf(contract: SupplyContract, laws: Parameters): SupplyLimit {
  const { state, frozen, terms } = contract;
  if (state === "suspended") return { type: "suspended" };
  const reduced = state === "reduced" || (state === "disputed" && frozen === "reduced");
  const agreed = reduced ? suspensionInForce(terms, laws) : undefined;
  if (agreed === undefined) return FREE;
  return { type: "reduced", perMille: agreed.reducedPerMille, vitalW: agreed.vitalW };
}
