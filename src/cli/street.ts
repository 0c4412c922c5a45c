/** The street that `contrada auction` and `compare-rules` look at: which homes, for how long, and what they metered. */
import { UsageError, type Values } from "#cli/settings.ts";
import { type TownValues, townOf } from "#cli/town.ts";
import { TOWN_SETTINGS } from "#cli/town-settings.ts";
import { type MeteredTown, meterTown } from "#sim/metered.ts";
import type { TownPlan } from "#sim/plan.ts";

const { count, seed, homes, start, solarHomes, solarPeakKwp, solarColumn, accumulatorKwh, accumulatorKw } =
  TOWN_SETTINGS;

/** Which homes, and from when on. */
export const HOMES_SETTINGS = {
  count,
  seed,
  homes,
  start,
  solarHomes,
  solarPeakKwp,
  solarColumn,
  accumulatorKwh,
  accumulatorKw,
} as const;

/** The settings of a street; `usualDays` of a made-up one, of a file all it holds. */
export function streetSettings(usualDays: number) {
  return {
    ...HOMES_SETTINGS,
    days: {
      kind: "number",
      value: "DAYS",
      min: 0.05,
      max: 366,
      unit: "days",
      default: undefined,
      help: `how long, in days of 24 hours, to the whole hour; default ${usualDays}, or the whole file`,
      group: "The town",
    },
  } as const;
}

export type StreetValues = Values<ReturnType<typeof streetSettings>>;

/** Lives through the days that are asked for and meters them. Throws `UsageError` where a file holds fewer. */
export function meterStreet(values: StreetValues, usualDays: number): MeteredTown {
  const { plan, slots } = planStreet(values, usualDays);
  return meterTown(plan, slots);
}

/** The same street, not yet lived through. */
export function planStreet(
  { days, ...town }: StreetValues,
  usualDays: number,
): { readonly plan: TownPlan; readonly slots: number } {
  const usual = Object.fromEntries(Object.entries(TOWN_SETTINGS).map(([name, of]) => [name, of.default]));
  const { plan } = townOf({ ...(usual as TownValues), ...town, days, headless: true });
  return { plan, slots: 4 * hoursOf(days, usualDays, (plan.end - plan.start) / 3600) };
}

/** Whole hours to live through, of those that a file holds or of a made-up street without end. */
function hoursOf(days: number | undefined, usualDays: number, available: number): number {
  const most = Number.isFinite(available) ? Math.floor(available) : 366 * 24;
  if (days === undefined) return Math.max(1, Number.isFinite(available) ? most : usualDays * 24);
  const hours = Math.max(1, Math.round(days * 24));
  if (hours > most) {
    throw new UsageError(
      `--days ${days} is more than the file holds: ${Math.floor(most / 0.24) / 100} days.`,
    );
  }
  return hours;
}
