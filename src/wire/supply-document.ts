/**
 * The plain document behind a supply invoice's hash: everything that the ledger says of it, in lines that people
 * and programs read alike. Who has contract and invoice from the ledger writes the same text and has the same hash.
 *
 * It holds no line per quarter hour: which reading came to what is the bill's (`contrada verify-bill`).
 */
import { toHex, utf8 } from "#base/bytes.ts";
import { formatInstant, type UnixSeconds } from "#base/time.ts";
import { hash } from "#crypto/hash.ts";
import type { SupplyPrice } from "#market/contract/terms.ts";

/** What both agree to besides the figures; its hash stands in the terms. Another text may stand behind another hash. */
export const SUPPLY_TEXT =
  "Supply of energy to the home's connection. Bills follow the meter's readings and are due within the time agreed. Where both agreed to it, a bill that stays unpaid leads to a notice, then to a reduced supply, then to its suspension, each after its delay; paying restores the supply at once, a dispute freezes every step, and a protected home is never touched.";

export interface SupplyDocument {
  readonly chain: string;
  readonly contract: Uint8Array;
  readonly year: number;
  readonly number: number;
  readonly periodFrom: UnixSeconds;
  readonly periodTo: UnixSeconds;
  readonly energy: bigint;
  readonly amount: bigint;
  readonly price: SupplyPrice;
}

export function supplyDocumentText(document: SupplyDocument): string {
  const { chain, contract, year, number, periodFrom, periodTo, energy, amount, price } = document;
  return [
    "contrada supply invoice 1",
    `chain ${chain}`,
    `contract ${toHex(contract)}`,
    `number ${year}/${number}`,
    `period ${formatInstant(periodFrom)} ${formatInstant(periodTo)}`,
    `energy ${energy} Wh`,
    `price ${priceText(price)}`,
    `amount ${amount} µEUR`,
    "",
  ].join("\n");
}

export function supplyDocumentHash(document: SupplyDocument): Uint8Array {
  return hash(utf8(supplyDocumentText(document)));
}

function priceText(price: SupplyPrice): string {
  if (price.type === "flat") return `flat ${price.price} µEUR/kWh`;
  if (price.type === "bands") return `bands F1 F2 F3 ${price.prices.join(" ")} µEUR/kWh`;
  return `index ${price.index} + ${price.spread} µEUR/kWh`;
}
