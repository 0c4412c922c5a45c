/**
 * What `contrada dispatch` reads: measured homes as series without gaps, and a file of prices laid over their steps.
 *
 * Prices: `{"import_eur_per_kwh": […], "export_eur_per_kwh": […]}`, each a list of one value, of 24 (by the hour of the
 * day, the first from midnight), or of one per step of the homes' file; 0 or more. Hours of the day are those of the
 * file in an undated one, of the zone in a dated one.
 */
import { civilTime, type UnixSeconds, type Zone } from "#base/time.ts";
import type { Lived } from "#control/foresight.ts";
import type { MeasuredHomes } from "#sim/homes-file.ts";
import { columnOf, solarHomes } from "#sim/plan.ts";
import type { ReplayPrices } from "#sim/replay.ts";

/** What is wrong with a prices file, in one line. */
export class PricesFileError extends Error {
  override readonly name = "PricesFileError";
}

export interface MeasuredHome {
  readonly name: string;
  readonly solarPeakW: number;
  readonly lived: Lived;
  /** Steps whose load was not measured: the same time of the day before stands in, or 0. */
  readonly gaps: number;
}

export interface PanelChoices {
  readonly solarHomes: string;
  readonly solarPeakKwp: number;
  readonly solarColumn: string | undefined;
}

/** Hour of the day at which the file begins, s after midnight. */
export function secondOfDay(homes: MeasuredHomes, zone: Zone): number {
  if (homes.start === undefined) return ((homes.firstHour?.hour ?? 1) - 1) * 3600;
  const { hour, minute } = civilTime(zone, homes.start as UnixSeconds);
  return hour * 3600 + minute * 60;
}

/** The homes of a file with panels as chosen. Throws `RangeError` where the choices fit none. */
export function measuredHomes(homes: MeasuredHomes, choices: PanelChoices): MeasuredHome[] {
  const withPanels = solarHomes(choices.solarHomes, homes.loads.length);
  const { perUnit } = homes.solar[columnOf(homes, choices.solarColumn)]!;
  const perDay = Math.max(1, Math.round(86_400 / homes.stepS));
  return homes.loads.map(({ name, powerW }, i) => {
    const loadW = powerW.slice();
    let gaps = 0;
    for (let step = 0; step < loadW.length; step++) {
      if (Number.isFinite(loadW[step])) continue;
      gaps += 1;
      loadW[step] = step >= perDay ? loadW[step - perDay]! : 0;
    }
    const solarPeakW = withPanels[i] ? Math.round(choices.solarPeakKwp * 1000) : 0;
    const solarW = perUnit.map((share) => Math.min(solarPeakW, share * solarPeakW));
    return { name, solarPeakW, lived: { stepS: homes.stepS, loadW, solarW }, gaps };
  });
}

/** Prices of a file's text by step. `begins`: s after midnight of the first step. Throws `PricesFileError`. */
export function parsePrices(
  text: string,
  source: string,
  { steps, stepS, begins }: { readonly steps: number; readonly stepS: number; readonly begins: number },
): ReplayPrices {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new PricesFileError(`${source}: not JSON (${(error as Error).message})`, { cause: error });
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new PricesFileError(
      `${source}: an object with import_eur_per_kwh and export_eur_per_kwh was expected`,
    );
  }
  const named = json as { readonly [name: string]: unknown };
  const known = ["import_eur_per_kwh", "export_eur_per_kwh"];
  const foreign = Object.keys(named).find((name) => !known.includes(name));
  if (foreign !== undefined) {
    throw new PricesFileError(`${source}: "${foreign}" is unknown; ${known.join(" and ")} are the two lists`);
  }
  const listOf = (name: string): number[] => {
    const list = named[name];
    if (!Array.isArray(list)) throw new PricesFileError(`${source}: ${name} must be a list of numbers`);
    const lengths = [...new Set([1, 24, steps])];
    if (!lengths.includes(list.length)) {
      throw new PricesFileError(
        `${source}: ${name} has ${list.length} values; 1, 24 (by hour of the day) or ${steps} (one per step) were expected`,
      );
    }
    list.forEach((value, i) => {
      if (typeof value === "number" && value >= 0 && value <= 1000) return;
      throw new PricesFileError(
        `${source}: ${name}[${i}] is ${JSON.stringify(value)} where euro per kWh from 0 to 1000 were expected`,
      );
    });
    return list as number[];
  };
  const byStep = (list: number[]) =>
    Float64Array.from({ length: steps }, (_, step) => {
      const at = list.length === steps ? step : list.length === 1 ? 0 : hourOf(begins + step * stepS);
      return Math.round(list[at]! * 1_000_000);
    });
  const exported = listOf("export_eur_per_kwh");
  return {
    importPrice: byStep(listOf("import_eur_per_kwh")),
    exportPrice: byStep(exported),
    exportKnown: exported.length !== steps || exported.length === 24 || exported.length === 1,
  };
}

function hourOf(seconds: number): number {
  return Math.floor((seconds % 86_400) / 3600);
}
