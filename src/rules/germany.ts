/**
 * German energy sharing, §42c EnWG: since 1 June 2026 within one operator's balancing area (neighbouring areas from
 * June 2028), by a supply contract and a contract on the use of the plant, metered by quarter hour. The sharing
 * replaces the supplier's energy only: all grid fees and levies stay, and the residual supplier stays. The contract
 * names the key.
 */
import { ok, refuse } from "#base/result.ts";
import { dayNumber, dayStart, ROME, type UnixSeconds } from "#base/time.ts";
import type { MicroEurPerKwh } from "#base/units.ts";
import { byName } from "#rules/apportion.ts";
import { dynamicKey, partsOf, staticKey, WHOLE_PPM } from "#rules/keys.ts";
import { linesAtPrice } from "#rules/neighbour-price.ts";
import { problemOf, type RuleBook, sharesBy } from "#rules/rule-book.ts";

export interface GermanTerms {
  readonly key: "static" | "dynamic";
  readonly partsPpm: ReadonlyMap<string, bigint> | undefined;
  /** Balancing area of each home; whoever is not named stands in `area`. */
  readonly area: string;
  readonly areas: ReadonlyMap<string, string>;
  readonly price: MicroEurPerKwh;
  /** Reckon as if the law were in force in the period, to compare on older readings. */
  readonly asIfInForce: boolean;
}

/** 1 June 2026 of the German clock, which is that of Rome. */
export const IN_FORCE: UnixSeconds = dayStart(ROME, dayNumber({ year: 2026, month: 6, day: 1 }));

/** Refuses besides the usual: not_in_force, outside_area, key_missing, keys_above_whole. */
export function germanBook(terms: GermanTerms): RuleBook {
  return {
    name: "germany-42c",
    title: `German energy sharing (§42c EnWG), ${terms.key} key`,
    slotS: 900,
    allocate(metered) {
      const problem = problemOf(metered, 900);
      if (problem !== undefined) return refuse(problem);
      if (!terms.asIfInForce && metered.start < IN_FORCE)
        return refuse({ code: "not_in_force", from: IN_FORCE });
      const ids = metered.participants.toSorted(byName).map(({ id }) => id);
      const outside = ids.find((id) => (terms.areas.get(id) ?? terms.area) !== terms.area);
      if (outside !== undefined) return refuse({ code: "outside_area", id: outside });
      const parts = partsOf(ids, terms.partsPpm);
      if ("code" in parts) return refuse(parts);
      const shares = sharesBy(metered, 900, terms.key === "dynamic" ? dynamicKey : staticKey(parts));
      return ok({
        slotS: 900,
        shares: shares,
        lines: linesAtPrice(shares, terms.price, "§42c EnWG, contract's price"),
        supply: "replaced",
        fees: { networkPpm: WHOLE_PPM, levyPpm: WHOLE_PPM },
      });
    },
  };
}
