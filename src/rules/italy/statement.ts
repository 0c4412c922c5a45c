/**
 * A month's statement of an Italian configuration: the reckoning, the advance, what is due when, and every correction
 * as a version of its own with the lines that it changed. Nothing is rewritten: the first version stays what it was.
 */
import { ok, type Result, refuse } from "#base/result.ts";
import { type DayNumber, dayOf, ROME } from "#base/time.ts";
import { MicroEur, type MicroEurPerKwh, type Wh } from "#base/units.ts";
import {
  type Advance,
  advanceOf,
  type DueDays,
  dueDaysOf,
  hasEnded,
  recalculatedBy,
} from "#rules/italy/advance.ts";
import type { CerMonth } from "#rules/italy/configuration.ts";
import { type CerProblem, type Reckoning, reckonMonth } from "#rules/italy/reckoning.ts";
import { reopened, type Version } from "#rules/version.ts";
import type { IndexSeries } from "#tariff/index-series.ts";

/** Readings that were wrong, by slot of the month; energies put in their place. */
export interface ReadingCorrection {
  readonly id: string;
  readonly slot: number;
  readonly energy: Wh;
}

export interface Correction {
  readonly day: DayNumber;
  readonly reason: string;
  readonly readings: readonly ReadingCorrection[];
  readonly zonalPrice: IndexSeries | undefined;
  readonly trase: MicroEurPerKwh | undefined;
}

export interface StatementInput {
  readonly month: CerMonth;
  /** When the first version is reckoned: by default when results are due. */
  readonly day: DayNumber | undefined;
  readonly corrections: readonly Correction[];
}

export interface Statement {
  /** Of the last version. */
  readonly reckoning: Reckoning;
  readonly month: CerMonth;
  readonly advances: readonly Advance[];
  readonly due: DueDays;
  readonly versions: readonly (Version & { readonly recalculatedBy: DayNumber | undefined })[];
}

export type StatementProblem =
  | CerProblem
  | { readonly code: "not_in_operation"; readonly id: string }
  | { readonly code: "incentive_ended"; readonly id: string }
  | { readonly code: "correction_out_of_order"; readonly index: number }
  | { readonly code: "correction_too_late"; readonly index: number; readonly last: DayNumber }
  | { readonly code: "correction_of_unknown"; readonly index: number; readonly id: string }
  | { readonly code: "correction_outside_month"; readonly index: number; readonly slot: number };

/**
 * Fails, in this order: as `reckonMonth`; not_in_operation (a plant that began after the month's first day),
 * incentive_ended; then for each correction correction_out_of_order, correction_too_late, correction_of_unknown,
 * correction_outside_month, and as `reckonMonth` for what it makes of the month.
 */
export function statementOf(input: StatementInput): Result<Statement, StatementProblem> {
  const { month, corrections } = input;
  const first = reckonMonth(month);
  if (!first.ok) return first;
  const firstDay = dayOf(ROME, month.start);
  for (const { id, inOperation } of month.plants) {
    if (inOperation > firstDay) return refuse({ code: "not_in_operation", id });
    if (hasEnded(inOperation, firstDay)) return refuse({ code: "incentive_ended", id });
  }
  const due = dueDaysOf(firstDay);
  let day = input.day ?? due.results;
  let versions = reopened([], { day, reason: "first reckoning", lines: first.value.lines });
  let current = { month, reckoning: first.value };
  const recalculated: (DayNumber | undefined)[] = [undefined];
  for (const [index, correction] of corrections.entries()) {
    if (correction.day < day) return refuse({ code: "correction_out_of_order", index });
    if (correction.day > due.corrections) {
      return refuse({ code: "correction_too_late", index, last: due.corrections });
    }
    const corrected = correctedMonth(current.month, correction, index);
    if (!corrected.ok) return corrected;
    const again = reckonMonth(corrected.value);
    if (!again.ok) return again;
    day = correction.day;
    versions = reopened(versions, { day, reason: correction.reason, lines: again.value.lines });
    recalculated.push(recalculatedBy(day));
    current = { month: corrected.value, reckoning: again.value };
  }
  return ok({
    ...current,
    advances: month.plants.map(advanceOf).filter((advance) => advance !== undefined),
    due,
    versions: versions.map((version, i) => ({ ...version, recalculatedBy: recalculated[i] })),
  });
}

function correctedMonth(
  month: CerMonth,
  { readings, zonalPrice, trase }: Correction,
  index: number,
): Result<CerMonth, StatementProblem> {
  const ids = new Set([...month.plants, ...month.points].map(({ id }) => id));
  for (const { id, slot } of readings) {
    if (!ids.has(id)) return refuse({ code: "correction_of_unknown", index, id });
    if (slot < 0 || slot >= month.slots) return refuse({ code: "correction_outside_month", index, slot });
  }
  const put = (id: string, energies: readonly Wh[]): readonly Wh[] => {
    const own = readings.filter((reading) => reading.id === id);
    if (own.length === 0) return energies;
    const changed = [...energies];
    for (const { slot, energy } of own) changed[slot] = energy;
    return changed;
  };
  return ok({
    ...month,
    plants: month.plants.map((plant) => ({ ...plant, injected: put(plant.id, plant.injected) })),
    points: month.points.map((point) => ({ ...point, withdrawn: put(point.id, point.withdrawn) })),
    zonalPrice: zonalPrice ?? month.zonalPrice,
    arera: { ...month.arera, trase: trase ?? month.arera.trase },
  });
}

/** The sum of lines of one kind: `tip`, or all that is not. */
export function sumOf(versions: readonly Version[], which: "tip" | "valorisation"): MicroEur {
  const lines = versions.at(-1)?.lines ?? [];
  return MicroEur(
    lines
      .filter(({ key }) => key.startsWith("tip: ") === (which === "tip"))
      .reduce((sum, { amount }) => sum + amount, 0n),
  );
}
