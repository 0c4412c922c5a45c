/**
 * A town on paper: which homes, with which installation and which people, who supplies, what energy costs. Made
 * from a seed and a few choices, or from a file of measured homes; the same choices give the same town.
 */
import { utf8 } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import {
  civilTime,
  type DayNumber,
  formatInstant,
  parseInstant,
  QUARTER_HOUR_S,
  quarterHourOf,
  ROME,
  type UnixSeconds,
  type Zone,
} from "#base/time.ts";
import { hash } from "#crypto/hash.ts";
import { type Signer, signerFromSeed } from "#crypto/keys.ts";
import type { AccumulatorParameters } from "#plant/accumulator.ts";
import { panelField } from "#plant/panel.ts";
import type { Site } from "#plant/site.ts";
import { FaultLog, shaded, shadeOf } from "#sim/devices.ts";
import type { MeasuredHomes } from "#sim/homes-file.ts";
import { Household } from "#sim/household.ts";
import {
  firstRowOf,
  generatedSource,
  MeasuredRows,
  measuredSource,
  SharedSky,
  type Source,
} from "#sim/sources.ts";
import { Weather } from "#sim/weather.ts";

/** Prices that the BEC compares, µEUR/kWh. */
export interface Prices {
  readonly importPrice: number;
  readonly feedInPrice: number;
}

export interface HomePlan {
  readonly plant: number;
  /** Member number of the owner. */
  readonly owner: number;
  readonly site: Site;
  readonly solarPeakW: number;
  /** Wh that stay in the accumulator for the owner. */
  readonly reserveWh: number;
  readonly source: Source;
  readonly faults: FaultLog;
  readonly meter: Signer;
  readonly ownerKey: Signer;
}

export interface TownChoices {
  readonly seed: number;
  /** Of generated homes; measured ones are as many as the file has. */
  readonly homes: number;
  readonly measured: MeasuredHomes | undefined;
  /**
   * First instant, a quarter hour; `undefined` = the file's, or the default town's. In a dated file it is one of
   * the file's; of an undated one it says when the first row begins.
   */
  readonly start: UnixSeconds | undefined;
  /** `default` (two of three), `every-second` (from the first), `all`, `none`, or numbers like `1,3,5`. */
  readonly solarHomes: string;
  /** kWp of each home with panels; `undefined` or 0 = 3 to 6 by seed (generated) or 5 (measured). */
  readonly solarPeakKwp: number | undefined;
  /** Column of a measured file; `undefined` = its first. */
  readonly solarColumn: string | undefined;
  /** kWh of each home with panels; 0 = no accumulators; `undefined` = 5 to 13.5 by seed. */
  readonly accumulatorKwh: number | undefined;
  /** `undefined` or 0 = three quarters of the kWh, at most 5. */
  readonly accumulatorKw: number | undefined;
}

export interface SupplierPlan {
  readonly member: number;
  readonly name: string;
  readonly key: Signer;
  /** Its rate for a day, µEUR/kWh. */
  rateOf(day: DayNumber): bigint;
}

export interface TownPlan {
  readonly seed: number;
  readonly zone: Zone;
  readonly start: UnixSeconds;
  /** Where a measured file ends and begins again; Infinity for a generated town. */
  readonly end: UnixSeconds;
  readonly operator: { readonly member: number; readonly key: Signer };
  readonly producer: Signer;
  readonly suppliers: readonly SupplierPlan[];
  /** An energy company that is a member and waits to be enrolled. */
  readonly applicant: { readonly member: number; readonly name: string; readonly key: Signer };
  readonly homes: readonly HomePlan[];
  prices(time: UnixSeconds): Prices;
}

export const OPERATOR = 1;
const FIRST_SUPPLIER = 2;
const FIRST_CITIZEN = 101;
const RESERVE_SHARE = 0.2;
const FEED_IN = 80_000;
export const DEFAULT_START = "2026-06-16T08:00Z";
const SUPPLIERS = ["Alba Energia", "Ponente Luce", "Tevere Power"];
/** kWh and kW: below, no home has it. */
const SMALLEST = 0.1;

/** The key of someone in a simulated town; never of anybody else. */
export function townKey(seed: number, who: string): Signer {
  return signerFromSeed(hash(utf8(`contrada simulated town ${seed}: ${who}`)));
}

/** The meter that a simulated home gets when its gateway has gone, the first or a later time: 1, 2, … */
export function meterOfReturn(seed: number, { plant }: HomePlan, renewals: number, times: number): Signer {
  return townKey(seed, `meter ${plant} renewal ${renewals} return ${times}`);
}

/** Throws `RangeError` with a sentence where the choices fit no town. */
export function planTown(choices: TownChoices): TownPlan {
  const { seed, measured } = choices;
  const zone = ROME;
  checkSizes(choices);
  const rows = measured && new MeasuredRows(measured, firstRow(measured, choices.start, zone));
  const start = choices.start ?? rows?.start ?? parseInstant(DEFAULT_START)!;
  checkStart(start, rows);
  const count = measured === undefined ? choices.homes : measured.loads.length;
  const withSolar = solarHomes(choices.solarHomes, count);
  const solarColumn = columnOf(measured, choices.solarColumn);
  const random = new Random(seed);
  const sky = new SharedSky(new Weather(random.fork("weather").uint32()));
  const homes: HomePlan[] = [];
  for (let index = 0; index < count; index++) {
    const own = random.fork(`home ${index}`);
    const peakW = withSolar[index] ? peakOf(choices, own) : 0;
    const site = siteOf(choices, own, peakW);
    const plant = index + 1;
    const shade = measured === undefined && peakW > 0 ? shadeOf(own.fork("shade")) : undefined;
    const source =
      measured === undefined || rows === undefined
        ? generatedSource(sky, site, new Household(own.fork("household"), zone), own.integer(240))
        : measuredSource(measured, rows, index, solarColumn, peakW);
    homes.push({
      plant,
      owner: FIRST_CITIZEN + index,
      site,
      solarPeakW: peakW,
      reserveWh: Math.round((site.accumulator?.capacityWh ?? 0) * RESERVE_SHARE),
      source: shade === undefined ? source : shaded(source, shade, zone),
      faults: new FaultLog(plant, own.fork("faults"), zone, shade, start),
      meter: townKey(seed, `meter ${plant}`),
      ownerKey: townKey(seed, `owner ${plant}`),
    });
  }
  return {
    seed,
    zone,
    start,
    end: rows?.end ?? Number.POSITIVE_INFINITY,
    operator: { member: OPERATOR, key: townKey(seed, "operator") },
    producer: townKey(seed, "producer"),
    suppliers: SUPPLIERS.map((name, i) => supplierPlan(seed, FIRST_SUPPLIER + i, name, 142_000 - 7_000 * i)),
    applicant: {
      member: FIRST_SUPPLIER + SUPPLIERS.length,
      name: "Nuova Luce",
      key: townKey(seed, "supplier Nuova Luce"),
    },
    homes,
    prices: priceTable(measured, rows, zone),
  };
}

/**
 * The span that a town lives before somebody looks at it: a generated one the days before its start, a measured
 * one the first days of its file, as far as that goes.
 */
export function livedBefore(
  { start, end }: Pick<TownPlan, "start" | "end">,
  days: number,
): { readonly from: UnixSeconds; readonly present: UnixSeconds } {
  const span = days * 86_400;
  if (end === Number.POSITIVE_INFINITY) return { from: start - span, present: start };
  return { from: start, present: Math.min(start + span, quarterHourOf(end)) };
}

/** The dearest and cheapest hours of a plain time-of-use tariff, µEUR/kWh, by civil hour. */
export function importPriceAt(zone: Zone, time: UnixSeconds): number {
  const { hour } = civilTime(zone, time);
  if (hour < 7 || hour >= 22) return 210_000;
  return hour >= 17 ? 410_000 : 330_000;
}

function priceTable(
  measured: MeasuredHomes | undefined,
  rows: MeasuredRows | undefined,
  zone: Zone,
): (time: UnixSeconds) => Prices {
  const priced = measured?.pricePerKwh?.values;
  if (rows === undefined || priced === undefined) {
    return (time) => ({ importPrice: importPriceAt(zone, time), feedInPrice: FEED_IN });
  }
  return (time) => ({
    importPrice: Math.round(priced[rows.at(time)]! * 1_000_000),
    feedInPrice: FEED_IN,
  });
}

function supplierPlan(seed: number, member: number, name: string, around: number): SupplierPlan {
  const random = new Random(seed).fork(`supplier ${name}`);
  return {
    member,
    name,
    key: townKey(seed, `supplier ${name}`),
    rateOf: (day) => BigInt(around + 1_000 * (random.fork(`day ${day}`).integer(17) - 8)),
  };
}

/** What a home's meter signs with after so many renewals of pseudonyms: each gives it a new key. */
export function meterAfter(seed: number, { plant, meter }: HomePlan, renewals: number): Signer {
  return renewals === 0 ? meter : townKey(seed, `meter ${plant} renewal ${renewals}`);
}

/** What the simulation signs with for a home's owner after so many renewals of pseudonyms. */
export function ownerKeyAfter(seed: number, { plant, ownerKey }: HomePlan, renewals: number): Signer {
  return renewals === 0 ? ownerKey : townKey(seed, `owner ${plant} renewal ${renewals}`);
}

function checkSizes({ accumulatorKwh, accumulatorKw, solarPeakKwp }: TownChoices): void {
  if (accumulatorKwh !== undefined && accumulatorKwh !== 0 && !(accumulatorKwh >= SMALLEST)) {
    throw new RangeError(
      `an accumulator holds ${SMALLEST} kWh or more, or 0 for none; not ${accumulatorKwh}.`,
    );
  }
  for (const [what, value] of [
    ["an accumulator's power", accumulatorKw],
    ["the peak power of panels", solarPeakKwp],
  ] as const) {
    if (value !== undefined && value !== 0 && !(value >= SMALLEST)) {
      throw new RangeError(`${what} is ${SMALLEST} kW or more, not ${value}.`);
    }
  }
}

function firstRow(measured: MeasuredHomes, start: UnixSeconds | undefined, zone: Zone): UnixSeconds {
  return measured.start ?? start ?? firstRowOf(measured.firstHour!, zone);
}

function checkStart(start: UnixSeconds, rows: MeasuredRows | undefined): void {
  if (start % QUARTER_HOUR_S !== 0) {
    throw new RangeError(`a town starts at a quarter hour, not at ${formatInstant(start)}.`);
  }
  if (rows !== undefined && (start < rows.start || start + QUARTER_HOUR_S > rows.end)) {
    throw new RangeError(
      `the file holds ${formatInstant(rows.start)} to ${formatInstant(rows.end)}; there is no quarter hour at ${formatInstant(start)} in it.`,
    );
  }
}

/** The number of a measured file's solar column by its name, with or without its unit. Throws `RangeError`. */
export function columnOf(measured: MeasuredHomes | undefined, wanted: string | undefined): number {
  if (wanted === undefined) return 0;
  if (measured === undefined) throw new RangeError("a solar column is one of a file of measured homes.");
  const { solar } = measured;
  const name = wanted.replace(/^solar_W_per_kWp_/, "").replace(/_pu$/, "");
  const index = solar.findIndex((column) => column.name === name);
  if (index < 0) {
    const known = solar.map((column) => column.name).join(", ");
    throw new RangeError(`the file has no solar column "${wanted}"; it has ${known}.`);
  }
  return index;
}

/** Which of so many homes have panels, by the words of `TownChoices.solarHomes`. Throws `RangeError`. */
export function solarHomes(choice: string, count: number): boolean[] {
  const homes = Array.from(
    { length: count },
    (_, i) =>
      choice === "all" || (choice === "every-second" && i % 2 === 0) || (choice === "default" && i % 3 !== 1),
  );
  if (["all", "none", "every-second", "default"].includes(choice)) return homes;
  for (const word of choice.split(",")) {
    const number = Number(word);
    if (!/^\s*\d+\s*$/.test(word) || number < 1 || number > count) {
      throw new RangeError(
        `homes with panels are "default", "all", "none", "every-second" or numbers from 1 to ${count} like 1,3,5; not "${word}".`,
      );
    }
    homes[number - 1] = true;
  }
  return homes;
}

function peakOf(choices: TownChoices, random: Random): number {
  if (choices.solarPeakKwp) return Math.round(choices.solarPeakKwp * 1000);
  return choices.measured === undefined ? 3_000 + 500 * random.fork("panels").integer(7) : 5_000;
}

function siteOf(choices: TownChoices, random: Random, peakW: number): Site {
  const drawn = random.fork("site");
  const tilt = 18 + drawn.integer(18);
  const azimuth = 130 + drawn.integer(101);
  const accumulator = peakW === 0 ? undefined : accumulatorOf(choices, drawn);
  return {
    panels: peakW === 0 ? [] : [panelField(peakW, tilt, azimuth)],
    inverter: { ratedW: peakW, nominalEfficiency: 0.965 },
    accumulator,
    connection: { importPowerMaxW: 1_000_000, exportPowerMaxW: Math.max(6_000, peakW + 5_000) },
  };
}

function accumulatorOf(choices: TownChoices, random: Random): AccumulatorParameters | undefined {
  const kwh = choices.accumulatorKwh ?? [5, 6.4, 6.4, 10, 13.5][random.integer(5)]!;
  if (kwh === 0) return undefined;
  const power = choices.accumulatorKw ? choices.accumulatorKw * 1000 : Math.min(5_000, 750 * kwh);
  return {
    capacityWh: Math.round(kwh * 1000),
    chargePowerMaxW: Math.round(power),
    dischargePowerMaxW: Math.round(power),
    roundTripEfficiency: 0.9,
    standbyLossW: 5,
  };
}
