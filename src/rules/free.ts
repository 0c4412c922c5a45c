/**
 * Free allocation: what neighbours agree among themselves where no law prescribes a key. Parts that they chose come
 * first (a gift, a home in need), the rest goes by need; one price; fees as the tariff says for shared energy.
 */
import { ok, refuse } from "#base/result.ts";
import type { MicroEurPerKwh } from "#base/units.ts";
import { byName } from "#rules/apportion.ts";
import { dynamicKey, hybridKey, partsOf } from "#rules/keys.ts";
import { linesAtPrice } from "#rules/neighbour-price.ts";
import { problemOf, type RuleBook, sharesBy } from "#rules/rule-book.ts";

export interface FreeTerms {
  /** Parts that come first, in millionths; `undefined`: by need alone. */
  readonly partsPpm: ReadonlyMap<string, bigint> | undefined;
  readonly price: MicroEurPerKwh;
}

/** Refuses besides the usual: key_missing, keys_above_whole. */
export function freeBook(terms: FreeTerms): RuleBook {
  return {
    name: "free",
    title: "Free allocation at an agreed price",
    slotS: 900,
    allocate(metered) {
      const problem = problemOf(metered, 900);
      if (problem !== undefined) return refuse(problem);
      const ids = metered.participants.toSorted(byName).map(({ id }) => id);
      const parts = terms.partsPpm === undefined ? undefined : partsOf(ids, terms.partsPpm);
      if (parts !== undefined && "code" in parts) return refuse(parts);
      const shares = sharesBy(metered, 900, parts === undefined ? dynamicKey : hybridKey(parts));
      return ok({
        slotS: 900,
        shares: shares,
        lines: linesAtPrice(shares, terms.price, "the neighbours' agreement"),
        supply: "replaced",
        fees: undefined,
      });
    },
  };
}
