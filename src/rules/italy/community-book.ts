/**
 * The Italian community as a rule book among others: sharing is reckoned per hour beside bills that stay as they are,
 * the authority pays the incentive to the community, and the community passes it on by its statute: a part to
 * producers by energy given, the rest to consumers by energy used. All homes hang on one primary substation; every
 * home is a citizen's withdrawal point, those with panels are plants besides. The yearly limit of 55 % is for the
 * true-up of a year and is left out here.
 */
import { ok, refuse } from "#base/result.ts";
import type { DayNumber } from "#base/time.ts";
import { divideHalfEven, type Wh } from "#base/units.ts";
import { byName } from "#rules/apportion.ts";
import type { AreraParameters, CerPlant } from "#rules/italy/configuration.ts";
import { reckonMonth } from "#rules/italy/reckoning.ts";
import type { Region } from "#rules/italy/tip.ts";
import { WHOLE_PPM } from "#rules/keys.ts";
import { payOut } from "#rules/neighbour-price.ts";
import { problemOf, type RuleBook, type Share, total } from "#rules/rule-book.ts";
import type { IndexSeries } from "#tariff/index-series.ts";

export interface ItalianTerms {
  readonly region: Region;
  readonly grantPpm: bigint;
  /** W of the panels of each home that has some. */
  readonly powerW: ReadonlyMap<string, bigint>;
  readonly inOperation: DayNumber;
  readonly zonalPrice: IndexSeries;
  readonly arera: AreraParameters;
  /** Of the incentive, for those who give. */
  readonly producersPpm: bigint;
}

const CABIN = "the street's";

/** Refuses besides the usual: terms_refused, with the reason that the reckoning gives. */
export function italianBook(terms: ItalianTerms): RuleBook {
  return {
    name: "italy-cer",
    title: "Italian energy community (CER)",
    slotS: 3600,
    allocate(metered) {
      const problem = problemOf(metered, 3600);
      if (problem !== undefined) return refuse(problem);
      const { start, slots, participants } = metered;
      const ordered = participants.toSorted(byName);
      const stranger = ordered.find(
        ({ id, exported }) => !terms.powerW.has(id) && exported.some((wh) => wh > 0n),
      );
      if (stranger !== undefined) {
        return refuse({
          code: "terms_refused",
          reason: `${stranger.id} gives energy and has no power stated`,
        });
      }
      const plants = ordered
        .filter(({ id }) => terms.powerW.has(id))
        .map(
          ({ id, exported }): CerPlant => ({
            id: plantOf(id),
            cabin: CABIN,
            kind: "photovoltaic",
            powerW: terms.powerW.get(id)!,
            region: terms.region,
            grantPpm: terms.grantPpm,
            inOperation: terms.inOperation,
            obligedMilliwatt: 0n,
            voltage: "low",
            yearlyHours: undefined,
            injected: exported,
          }),
        );
      const reckoning = reckonMonth({
        kind: "community",
        start,
        slotS: 900,
        slots,
        plants,
        points: ordered.map(({ id, imported }) => ({
          id,
          cabin: CABIN,
          holder: "citizen",
          withdrawn: imported,
          charged: undefined,
          efficiencyPpm: WHOLE_PPM,
        })),
        zonalPrice: terms.zonalPrice,
        arera: terms.arera,
      });
      if (!reckoning.ok) return refuse({ code: "terms_refused", reason: reckoning.error.code });
      const { lines, given, used, shared } = reckoning.value;
      const nothing = new Array<Wh>(slots / 4).fill(0n as Wh);
      const givenBy = new Map(given.map(({ id, energy }) => [id, energy]));
      const usedBy = new Map(used.map(({ id, energy }) => [id, energy]));
      const shares: Share[] = participants.map(({ id }) => ({
        id,
        received: usedBy.get(id)!,
        given: givenBy.get(plantOf(id)) ?? nothing,
      }));
      const pool = lines.reduce((sum, { amount }) => sum + amount, 0n);
      const forProducers = divideHalfEven(pool * terms.producersPpm, WHOLE_PPM);
      const weights = (of: (share: Share) => readonly Wh[]) =>
        shares
          .toSorted(byName)
          .map((share) => ({ id: share.id, weight: total(of(share)) }))
          .filter(({ weight }) => weight > 0n);
      return ok({
        slotS: 3600,
        shares,
        lines:
          shared === 0n
            ? lines
            : [
                ...lines,
                ...payOut(
                  forProducers,
                  "incentive for giving",
                  weights(({ given }) => given),
                  STATUTE,
                ),
                ...payOut(
                  pool - forProducers,
                  "incentive for using",
                  weights(({ received }) => received),
                  STATUTE,
                ),
              ],
        supply: "untouched",
        fees: undefined,
      });
    },
  };
}

const STATUTE = "the community's statute";

function plantOf(home: string): string {
  return `panels of ${home}`;
}
