/**
 * The fixed split: what asks offer is divided among bids by keys instead of by price, as communities do under
 * allocation rules (Austria's keys: static min(Lᵢ, kᵢ·G), dynamic Lᵢ ÷ ΣL × min(G, ΣL)). There is one price,
 * agreed beforehand; who would not trade at it stays out. Without an agreed price the one at which the uniform
 * auction would clear the same book stands in.
 *
 * Static: each bid gets at most its key's part of what is offered, rounded down, and what is over stays with the
 * sellers. Dynamic, where nobody has a key: in proportion to what each bids for. Sellers deliver in proportion to
 * what they offer.
 */
import { assert } from "#base/assert.ts";
import { type Book, type Orders, totalWh } from "#market/auction/book.ts";
import { type Clearing, certificateOf } from "#market/auction/clearing.ts";
import { shareOut } from "#market/auction/share.ts";
import { clearUniform, paidAt } from "#market/auction/uniform.ts";

export interface Split {
  /** µEUR/kWh, agreed; `undefined`: that of the uniform auction. */
  readonly price: number | undefined;
  /** One for each bid, in thousandths, at most 1,000 together; `undefined`: the dynamic split. */
  readonly keysPerMille: ArrayLike<number> | undefined;
}

export function clearBySplit(book: Book, { price: agreed, keysPerMille }: Split): Clearing {
  const price = agreed ?? clearUniform(book).price;
  const demandWh = willing(book.bids, price, -1);
  const supplyWh = willing(book.asks, price, 1);
  const offeredWh = totalWh(supplyWh);
  const bidsWh =
    keysPerMille === undefined
      ? inProportion(Math.min(offeredWh, totalWh(demandWh)), demandWh)
      : byKeys(offeredWh, demandWh, keysPerMille);
  const tradedWh = totalWh(bidsWh);
  const asksWh = inProportion(tradedWh, supplyWh);
  const paid = tradedWh === 0 ? undefined : price;
  return {
    mechanism: "fixed-split",
    tradedWh,
    price: paid,
    ...paidAt(paid, tradedWh, bidsWh, asksWh),
    certificate: certificateOf(book, bidsWh, asksWh),
  };
}

/** The energy of those whose limits admit the price. */
function willing({ energyWh, limit }: Orders, price: number | undefined, better: 1 | -1): Uint32Array {
  return energyWh.map((energy, i) =>
    price !== undefined && better * limit[i]! <= better * price ? energy : 0,
  );
}

function inProportion(totalToShareWh: number, weightsWh: Uint32Array): Uint32Array {
  const divisor = totalWh(weightsWh);
  if (divisor === 0) return new Uint32Array(weightsWh.length);
  return Uint32Array.from(shareOut({ factor: totalToShareWh, divisor, total: totalToShareWh }, weightsWh));
}

function byKeys(offeredWh: number, demandWh: Uint32Array, keysPerMille: ArrayLike<number>): Uint32Array {
  let sum = 0;
  for (let i = 0; i < keysPerMille.length; i++) sum += keysPerMille[i]!;
  assert(keysPerMille.length === demandWh.length && sum <= 1000, "a key for each bid, 1,000 together");
  return demandWh.map((energy, i) =>
    // Thousands first, for offered × key may pass 2^53.
    Math.min(
      energy,
      Math.floor(offeredWh / 1000) * keysPerMille[i]! +
        Math.floor(((offeredWh % 1000) * keysPerMille[i]!) / 1000),
    ),
  );
}
