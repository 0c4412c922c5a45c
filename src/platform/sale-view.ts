/** A sale as its seller sees it, and as its supplier does: the seller is then a pseudonym. */
import { toHex } from "#base/bytes.ts";
import { civilDate, dayOf, formatDay, type Zone } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { taggedHash } from "#crypto/hash.ts";
import { quoteSale } from "#market/sale.ts";
import type { Purchase, Sale } from "#wire/schemas.ts";
import { deadlineOf, type IndexedSale } from "./index.ts";

/** `supplierName` is the name under which the buyer is enrolled. */
export function saleView(sale: IndexedSale, supplierName: string): Sale {
  const { gross, fee } = moneyOf(sale);
  return {
    id: toHex(sale.id),
    supplier: { member: sale.supplier, name: supplierName },
    day: formatDay(sale.day),
    rateMicroEurPerKwh: sale.rate,
    energyWh: sale.energy,
    deliveredWh: sale.delivered,
    state: sale.state,
    authorised: { height: sale.height, time: sale.time, transaction: toHex(sale.transaction) },
    deadline: deadlineOf(sale),
    settled: sale.closed === null ? null : { height: sale.closed.height, time: sale.closed.time },
    grossMicroEur: gross,
    feeMicroEur: fee,
    netMicroEur: gross - fee,
  };
}

export function purchaseView(sale: IndexedSale, seller: string): Purchase {
  return {
    id: toHex(sale.id),
    seller,
    day: formatDay(sale.day),
    rateMicroEurPerKwh: sale.rate,
    energyWh: sale.energy,
    deliveredWh: sale.delivered,
    state: sale.state,
    authorised: { height: sale.height, time: sale.time },
    settled: sale.closed === null ? null : { height: sale.closed.height, time: sale.closed.time },
    grossMicroEur: moneyOf(sale).gross,
  };
}

/**
 * What a supplier knows a seller by: the same within a civil month, another one for another supplier and in
 * another month, so that nobody can follow a home through the year or compare lists with a competitor.
 */
export function pseudonym(
  secret: Uint8Array,
  zone: Zone,
  { supplier, seller, time }: Pick<IndexedSale, "supplier" | "seller" | "time">,
): string {
  const { year, month } = civilDate(dayOf(zone, time));
  const words = Uint32Array.of(supplier, seller, year, month);
  const digest = taggedHash("contrada/pseudonym/1", secret, bigEndian(words));
  return toHex(digest.subarray(0, 5));
}

/** While a sale is open: what it will bring when all of it is delivered. Afterwards: what was paid. */
function moneyOf(sale: IndexedSale): { readonly gross: number; readonly fee: number } {
  if (sale.closed !== null) return sale.closed;
  const quote = quoteSale(
    {
      rate: MicroEurPerKwh(BigInt(sale.rate)),
      fee: MicroEurPerKwh(BigInt(sale.feeRate)),
      storeMarginPerMille: 0,
    },
    Wh(BigInt(sale.energy)),
  );
  return { gross: Number(quote.gross), fee: Number(quote.fee) };
}

function bigEndian(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  for (const [i, word] of words.entries()) view.setUint32(i * 4, word);
  return new Uint8Array(view.buffer);
}
