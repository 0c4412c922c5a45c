/**
 * What the GSE pays before the meters are known, and when things are due (operating rules, February 2024).
 * Monthly advance of a plant: kW × H ÷ 12 × 0.60 × (base + 20 + FC) × (1 − F), with H for photovoltaic plants 900
 * hours a year in the north, 1,050 in the centre, 1,100 in the south. Readings are due by the 15th and results by the
 * 25th of the following month, the true-up by 15 May of the next year; corrections count until the 61st month and are
 * recalculated by June and December. What obliged capacity earned too much in advance the true-up takes back.
 */
import { civilDate, type DayNumber, dayNumber } from "#base/time.ts";
import { divideHalfEven, MicroEur } from "#base/units.ts";
import type { CerPlant } from "#rules/italy/configuration.ts";
import { areaOf, correctionOf, powerClassOf, reductionPpm } from "#rules/italy/tip.ts";

const WHOLE = 1_000_000n;
/** 20 €/MWh. */
const USUAL_VARIABLE = 20_000n;
const YEARLY_HOURS = { north: 900n, centre: 1050n, south: 1100n } as const;

export interface Advance {
  readonly plant: string;
  readonly amount: MicroEur;
  readonly formula: string;
}

/** The advance of a month, half to even; `undefined` for a plant whose yearly hours nobody stated. */
export function advanceOf(plant: CerPlant): Advance | undefined {
  const hours =
    plant.yearlyHours ?? (plant.kind === "photovoltaic" ? YEARLY_HOURS[areaOf(plant.region)] : undefined);
  if (hours === undefined) return undefined;
  const price = powerClassOf(plant.powerW).base + USUAL_VARIABLE + correctionOf(plant);
  const kept = WHOLE - reductionPpm(plant);
  const amount = divideHalfEven(plant.powerW * hours * 60n * price * kept, 12n * 100n * 1000n * WHOLE);
  return {
    plant: plant.id,
    amount: MicroEur(amount),
    formula: `${plant.powerW} W × ${hours} h ÷ 12 × 0.60 × ${price} µEUR/kWh ÷ 1000 × ${kept} ÷ 1,000,000`,
  };
}

export interface DueDays {
  readonly readings: DayNumber;
  readonly results: DayNumber;
  readonly trueUp: DayNumber;
  /** The last day of the 61st month, the month itself being none. */
  readonly corrections: DayNumber;
}

/** Of a month that begins on a day. */
export function dueDaysOf(firstDay: DayNumber): DueDays {
  const { year, month } = civilDate(firstDay);
  return {
    readings: dayOfMonth(year, month + 1, 15),
    results: dayOfMonth(year, month + 1, 25),
    trueUp: dayNumber({ year: year + 1, month: 5, day: 15 }),
    corrections: dayOfMonth(year, month + 62, 1) - 1,
  };
}

/** By when a correction that came on a day is recalculated: 30 June or 31 December. */
export function recalculatedBy(day: DayNumber): DayNumber {
  const { year, month } = civilDate(day);
  return month <= 6 ? dayNumber({ year, month: 6, day: 30 }) : dayNumber({ year, month: 12, day: 31 });
}

/** The twenty years of the incentive have passed. */
export function hasEnded(inOperation: DayNumber, firstDay: DayNumber): boolean {
  const { year, month, day } = civilDate(inOperation);
  return firstDay >= dayNumber({ year: year + 20, month, day });
}

/** Months beyond December run on into the next years. */
function dayOfMonth(year: number, month: number, day: number): DayNumber {
  const years = Math.floor((month - 1) / 12);
  return dayNumber({ year: year + years, month: month - 12 * years, day });
}
