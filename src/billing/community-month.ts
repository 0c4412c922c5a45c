/**
 * A community's month out of its homes' metered energy, as the bills of its incentive carry it: the hours of all homes
 * as one plant and one point, from which the authority's payment follows, and what each home gave and used of what was
 * shared. The class of power is each plant's own: the sum of small plants is no large one, so the one plant has the power
 * of the largest.
 */
import { ok, type Result, refuse } from "#base/result.ts";
import type { DayNumber } from "#base/time.ts";
import { type MicroEurPerKwh, Wh } from "#base/units.ts";
import type { IncentiveShares } from "#billing/document.ts";
import { italianBook } from "#rules/italy/community-book.ts";
import { statementInputFrom, streetStatement } from "#rules/italy/statement-file.ts";
import type { Region } from "#rules/italy/tip.ts";
import { type Metered, type RuleProblem, total } from "#rules/rule-book.ts";
import type { IndexSeries } from "#tariff/index-series.ts";

export interface CommunityTerms {
  readonly region: Region;
  readonly grantPpm: bigint;
  /** Of the incentive, for those who give. */
  readonly producersPpm: bigint;
  readonly trase: MicroEurPerKwh;
  readonly source: string;
  readonly inOperation: DayNumber;
  readonly zonalPrice: IndexSeries;
  /** W of the panels of each home that has some, at least one. */
  readonly powerW: ReadonlyMap<string, bigint>;
}

export interface CommunityMonth {
  /** As docs/spec/cer.md has it. */
  readonly statement: object;
  readonly shares: IncentiveShares;
}

/** Refuses as the Italian book does, and `terms_refused` where there is no whole hour, or prices lack. */
export function communityMonth(metered: Metered, terms: CommunityTerms): Result<CommunityMonth, RuleProblem> {
  const { trase, source, producersPpm, powerW, ...rest } = terms;
  const arera = { trase, btau: undefined, source };
  const allocation = italianBook({ ...rest, arera, producersPpm, powerW }).allocate(metered);
  if (!allocation.ok) return allocation;
  const sum = (of: "imported" | "exported") =>
    Array.from({ length: metered.slots }, (_, i) =>
      Wh(metered.participants.reduce((all, participant) => all + participant[of][i]!, 0n)),
    );
  const street = [{ id: "street", imported: sum("imported"), exported: sum("exported") }];
  const largest = [...powerW.values()].reduce((most, power) => (power > most ? power : most), 0n);
  const statement = streetStatement(
    { ...metered, participants: street },
    { ...rest, trase, source, powerW: new Map([["street", largest]]) },
  );
  const input = statement && statementInputFrom(statement);
  if (statement === undefined || !input?.ok) {
    return refuse({ code: "terms_refused", reason: "the month has no statement" });
  }
  const homes = allocation.value.shares.map(({ id, given, received }) => ({
    id,
    given: total(given),
    used: total(received),
  }));
  return ok({ statement, shares: { month: input.value.month, producersPpm, homes } });
}
