/**
 * What the chain asks of one home's counter: what its supply contract lets it draw, and which sales it has to deliver.
 * A question put to a state, so that the platform can prove the answer (`ledger/proven-rows`) and the home's gateway
 * put the same question to the rows that it was sent.
 */
import { MEMBERS } from "#ledger/member.ts";
import type { StateReader } from "#ledger/state.ts";
import { SUPPLY_CONTRACTS } from "#market/contract/contract.ts";
import { type SupplyStanding, supplyStandingOf } from "#market/contract/standing.ts";
import { suspensionInForce } from "#market/contract/terms.ts";
import { type Parameters, parametersOf } from "#market/parameters.ts";
import { PLANTS, type Plant } from "#market/participant.ts";
import { SALES, type Sale } from "#market/sale.ts";

export interface HomeOrders {
  readonly plant: Plant;
  /** Of its owner, none where nobody owns it any more: whose letters the home obeys. */
  readonly ownerKeys: readonly Uint8Array[];
  readonly standing: SupplyStanding;
  /** What a limited home may always draw, W; 0 where no contract may limit it. */
  readonly vitalW: number;
  /** The open ones, in the order of their authorisation; one that is being withdrawn included. */
  readonly sales: readonly Sale[];
  readonly laws: Parameters;
}

/** `undefined` where there is no such plant. */
export function homeOrdersOf(state: StateReader, number: number): HomeOrders | undefined {
  const plant = state.get(PLANTS, number);
  if (plant === undefined) return undefined;
  const laws = parametersOf(state);
  const standing = supplyStandingOf(state, number);
  const contract =
    standing.contract === undefined ? undefined : state.get(SUPPLY_CONTRACTS, standing.contract);
  const suspension = contract === undefined ? undefined : suspensionInForce(contract.terms, laws);
  const sales = plant.openSales.map((id) => state.get(SALES, id)!);
  const ownerKeys = state.get(MEMBERS, plant.owner)?.keys ?? [];
  return { plant, ownerKeys, standing, vitalW: suspension?.vitalW ?? 0, sales, laws };
}
