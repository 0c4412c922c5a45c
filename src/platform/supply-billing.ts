/**
 * What a seller could invoice of a contract now: the energy that the buyer's counter took from the MicroGrid since
 * the last invoice, at the price of the terms, and the plain document that stands behind its hash.
 *
 * amount [µEUR] = Σ over the bands of energy [Wh] × price [µEUR/kWh] ÷ 1000, half to even. An index is nothing that
 * the platform keeps: there the seller says the amount.
 */
import {
  civilTime,
  dayOf,
  QUARTER_HOUR_S,
  quarterHourOf,
  type UnixSeconds,
  weekday,
  type Zone,
} from "#base/time.ts";
import { MicroEur, priceOf, Wh } from "#base/units.ts";
import type { SupplyContract } from "#market/contract/contract.ts";
import type { SupplyPrice } from "#market/contract/terms.ts";
import { importWh } from "#metering/reading.ts";
import { kindOfDay } from "#tariff/calendar.ts";
import type { Parts } from "./parts.ts";

export interface Billable {
  readonly from: UnixSeconds;
  readonly to: UnixSeconds;
  readonly energy: Wh;
  readonly readings: number;
  /** Quarter hours of the span without a reading. */
  readonly missing: number;
  readonly amount: MicroEur | undefined;
}

/** Up to the last whole quarter hour that was read; energy before the first whole one of the term is nobody's. */
export function billableOf(
  { archive, host, zone, numbers }: Pick<Parts, "archive" | "host" | "zone" | "numbers">,
  contract: SupplyContract,
): Billable {
  const { plant, billedUntil, endsTime, terms } = contract;
  const first = Math.ceil(billedUntil / QUARTER_HOUR_S) * QUARTER_HOUR_S;
  const last = quarterHourOf(Math.min(host.now(), endsTime));
  const readings = archive.readingsOf(numbers.homeOf(plant), first, last);
  const bands = [0, 0, 0];
  let to = first;
  for (const { reading } of readings) {
    bands[bandOf(zone, reading.intervalStart)]! += importWh(reading.flows);
    to = reading.intervalStart + QUARTER_HOUR_S;
  }
  const energy = bands.map((wh) => Wh(BigInt(wh)));
  return {
    from: billedUntil,
    to: readings.length === 0 ? billedUntil : to,
    energy: Wh(energy.reduce((sum, wh) => sum + wh, 0n)),
    readings: readings.length,
    missing: (to - first) / QUARTER_HOUR_S - readings.length,
    amount: amountOf(terms.price, energy),
  };
}

function amountOf(price: SupplyPrice, bands: readonly Wh[]): MicroEur | undefined {
  if (price.type === "index") return undefined;
  if (price.type === "flat") return priceOf(Wh(bands.reduce((sum, wh) => sum + wh, 0n)), price.price);
  return MicroEur(bands.reduce((sum, wh, i) => sum + priceOf(wh, price.prices[i]!), 0n));
}

/** F1, F2 or F3 as 0, 1, 2: ARERA's deliberation 181/06, as in `tariff/calendar`. */
export function bandOf(zone: Zone, time: UnixSeconds): number {
  const day = dayOf(zone, time);
  const { hour } = civilTime(zone, time);
  const isDay = hour >= 7 && hour < 23;
  if (kindOfDay(day, "italy") === "holiday" || weekday(day) === 7 || !isDay) return 2;
  return weekday(day) <= 5 && hour >= 8 && hour < 19 ? 0 : 1;
}
