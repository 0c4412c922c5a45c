/**
 * Austrian energy communities (EAG, ElWOG): the grid operator allocates what members feed in per quarter hour by a
 * static or a dynamic key; a meter may belong to up to five communities with participation factors that sum to at
 * most 100 %. Members pay each other the community's price; network fees of nearby communities are reduced and two
 * levies do not fall due. The reductions are terms of the book: they change with the ordinances.
 */
import { ok, refuse } from "#base/result.ts";
import type { MicroEurPerKwh } from "#base/units.ts";
import { byName } from "#rules/apportion.ts";
import { dynamicKey, participating, partsOf, staticKey, WHOLE_PPM } from "#rules/keys.ts";
import { linesAtPrice } from "#rules/neighbour-price.ts";
import {
  problemOf,
  type RuleBook,
  type RuleProblem,
  type SharedFees,
  type SlotKey,
  sharesBy,
} from "#rules/rule-book.ts";

export interface AustrianTerms {
  readonly key: "static" | "dynamic";
  /** Static: each home's part in millionths; `undefined` = equal parts. */
  readonly partsPpm: ReadonlyMap<string, bigint> | undefined;
  /** What of each meter belongs to this community, and what to others; whole where nothing is said. */
  readonly participationPpm: ReadonlyMap<string, { readonly here: bigint; readonly elsewhere: bigint }>;
  readonly price: MicroEurPerKwh;
  readonly fees: SharedFees;
}

export function austrianBook(terms: AustrianTerms): RuleBook {
  return {
    name: `austria-${terms.key}`,
    title: `Austrian energy community, ${terms.key} key`,
    slotS: 900,
    allocate(metered) {
      const problem = problemOf(metered, 900);
      if (problem !== undefined) return refuse(problem);
      const ids = metered.participants.toSorted(byName).map(({ id }) => id);
      const taking: bigint[] = [];
      for (const id of ids) {
        const { here, elsewhere } = terms.participationPpm.get(id) ?? { here: WHOLE_PPM, elsewhere: 0n };
        if (here < 0n || elsewhere < 0n || here + elsewhere > WHOLE_PPM) {
          return refuse({ code: "participation_above_whole", id, ppm: here + elsewhere });
        }
        taking.push(here);
      }
      const key = terms.key === "dynamic" ? dynamicKey : keyOfParts(ids, terms.partsPpm);
      if (typeof key !== "function") return refuse(key);
      const shares = sharesBy(metered, 900, participating(taking, key));
      const source = `EAG, ${terms.key} key, community's price`;
      return ok({
        slotS: 900,
        shares: shares,
        lines: linesAtPrice(shares, terms.price, source),
        supply: "replaced",
        fees: terms.fees,
      });
    },
  };
}

function keyOfParts(
  ids: readonly string[],
  partsPpm: ReadonlyMap<string, bigint> | undefined,
): SlotKey | RuleProblem {
  const parts = partsOf(ids, partsPpm);
  return "code" in parts ? parts : staticKey(parts);
}
