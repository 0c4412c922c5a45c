/** Supply contracts of the street, for tests: terms, and what seller, buyer and arbiter ask for. */
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import {
  acceptOneSupply,
  issueOneInvoice,
  offerOneSupply,
  prepaySupply,
} from "#chain/supply-transactions.ts";
import type { InvoiceRequest } from "#market/contract/billing.ts";
import type { OfferRequest } from "#market/contract/offer.ts";
import type { SupplyTerms } from "#market/contract/terms.ts";
import type { Parameters } from "#market/parameters.ts";
import { ALBA, ask, citizenOf, type Request, saleId } from "./chain-bench.ts";

/** Laws under which a procedure takes some quarter hours. */
export const QUICK_SUPPLY = {
  delayBlocks: 2,
  supplyPayMinimumS: 900,
  supplyNoticeMinimumS: 1800,
  supplyReducedMinimumS: 900,
  supplyEndNoticeS: 1800,
  supplyFinalBillS: 900,
} as const satisfies Partial<Parameters>;

/** Flat, by invoice, suspendable at the laws' minimum, for the time from an instant on. */
export function termsFrom(from: number, laws: Parameters, changes: Partial<SupplyTerms> = {}): SupplyTerms {
  return {
    price: { type: "flat", price: MicroEurPerKwh(250_000n) },
    billing: "invoiced",
    payWithinS: laws.supplyPayMinimumS,
    suspension: {
      noticeS: laws.supplyNoticeMinimumS,
      reducedS: laws.supplyReducedMinimumS,
      reducedPerMille: laws.supplyReducedPerMille,
      vitalW: laws.supplyVitalMinimumW,
    },
    from,
    until: from + 30 * 86_400,
    text: new Uint8Array(32).fill(1),
    ...changes,
  };
}

/** An offer to whoever accepts. */
export function offering(
  seller: number,
  offer: Uint8Array,
  terms: SupplyTerms,
  changes: Partial<OfferRequest> = {},
): Request {
  return ask(seller, offerOneSupply, { offer, to: 0, acceptBy: terms.until - 1, terms, ...changes });
}

export function accepting(contract: Uint8Array, offer: Uint8Array, plant: number, buyer?: number): Request {
  return ask(buyer ?? citizenOf(plant), acceptOneSupply, { contract, offer, plant });
}

/** An invoice of 4 kWh for 1 €. */
export function invoiceOf(
  number: number,
  contract: Uint8Array,
  periodTo: number,
  changes: Partial<InvoiceRequest> = {},
): InvoiceRequest {
  return {
    invoice: saleId(1_000 + number),
    contract,
    number,
    corrects: undefined,
    energy: Wh(4_000n),
    amount: MicroEur(1_000_000n),
    periodFrom: periodTo - 900,
    periodTo,
    document: new Uint8Array(32).fill(number % 256),
    ...changes,
  };
}

export function billing(
  number: number,
  contract: Uint8Array,
  periodTo: number,
  changes: Partial<InvoiceRequest> = {},
  seller = ALBA,
): Request {
  return ask(seller, issueOneInvoice, invoiceOf(number, contract, periodTo, changes));
}

export function prepaying(contract: Uint8Array, amount: bigint, buyer: number): Request {
  return ask(buyer, prepaySupply, { contract, amount: MicroEur(amount) });
}
