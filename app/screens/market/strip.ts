/** The price strip's columns: a step for each quarter hour, a gap where nothing traded, then what is expected. */
import { QUARTER_HOUR_S } from "#base/time.ts";
import type { MarketNow, PricePoint } from "#wire/market-schemas.ts";

export interface Strip {
  readonly time: number[];
  /** €/kWh. */
  readonly price: (number | null)[];
  readonly expected: (number | null)[];
  readonly tariff: (number | null)[];
  readonly feedIn: (number | null)[];
}

export function stripOf(
  market: Pick<MarketNow, "indication" | "outlook" | "tariff">,
  prices: readonly PricePoint[],
): Strip {
  const euro = (microEur: number | null) => (microEur === null ? null : microEur / 1e6);
  const past = new Map(prices.map((one) => [one.slot, euro(one.priceMicroEurPerKwh)]));
  const ahead = new Map(
    [market.indication, ...market.outlook].map((one) => [one.slot, euro(one.priceMicroEurPerKwh)]),
  );
  const slots = [...past.keys(), ...ahead.keys()];
  const strip: Strip = { time: [], price: [], expected: [], tariff: [], feedIn: [] };
  if (slots.length === 0) return strip;
  const last = Math.max(...slots);
  for (let slot = Math.min(...slots); slot <= last + QUARTER_HOUR_S; slot += QUARTER_HOUR_S) {
    strip.time.push(slot);
    // A step is drawn to the next point, so the last one needs an end of its own.
    const known = slot > last ? slot - QUARTER_HOUR_S : slot;
    strip.price.push(slot > last ? null : (past.get(known) ?? null));
    strip.expected.push(past.has(known) ? null : (ahead.get(known) ?? null));
    strip.tariff.push(euro(market.tariff.importMicroEurPerKwh));
    strip.feedIn.push(euro(market.tariff.feedInMicroEurPerKwh));
  }
  return strip;
}
