/**
 * What energy costs and brings where no platform says it, quarter hour by quarter hour: one price, twenty-four by the
 * hour of the civil day, or a tariff file (docs/spec/tariffs.md). Of a tariff the price of the next kWh counts, with
 * value added tax: flat prices and bands; parts that a kWh more or less does not change cost the planner nothing.
 */
import { civilTime, dayOf, ROME, type UnixSeconds } from "#base/time.ts";
import { isWithin, kindOfDay } from "#tariff/calendar.ts";
import { MILLION, type Price, type Tariff } from "#tariff/tariff.ts";
import { HomeSettingsError } from "./home-settings.ts";

/** µEUR/kWh at an instant. */
export type PriceAt = (start: UnixSeconds) => number;

export interface HomePrices {
  readonly importPrice: PriceAt;
  readonly feedInPrice: PriceAt;
}

/** One price, or one for each hour of the civil day. */
export function priceOf(price: number | readonly number[]): PriceAt {
  if (typeof price === "number") return () => price;
  return (start) => price[civilTime(ROME, start).hour]!;
}

/** Throws `HomeSettingsError` where a price cannot be known beforehand. */
export function pricesOfTariff(tariff: Tariff): HomePrices {
  const of = (wanted: "import" | "export"): PriceAt => {
    const parts = tariff.components
      .filter(
        ({ direction, price: { kind } }) =>
          direction === wanted && kind !== "standing" && kind !== "capacity",
      )
      .map(({ id, price, vatPpm }) => {
        if (price.kind !== "flat" && price.kind !== "bands") {
          throw new HomeSettingsError(
            `tariff: "${id}" has a price by ${price.kind}, which nobody knows a day ahead; give importPrice as 24 prices instead.`,
          );
        }
        return { price, withTax: 1 + Number(vatPpm) / Number(MILLION) };
      });
    return (start) =>
      parts.reduce((sum, { price, withTax }) => sum + perKwh(price, tariff, start) * withTax, 0);
  };
  return { importPrice: of("import"), feedInPrice: of("export") };
}

function perKwh(
  price: Extract<Price, { kind: "flat" | "bands" }>,
  { zone, holidays }: Tariff,
  start: UnixSeconds,
): number {
  if (price.kind === "flat") return Number(price.price);
  const { hour, minute } = civilTime(zone, start);
  const kind = kindOfDay(dayOf(zone, start), holidays);
  const band = price.bands.find(
    ({ when }) => when.length === 0 || when.some((window) => isWithin(window, kind, hour * 60 + minute)),
  );
  return Number(band!.price);
}
