/**
 * A supply contract's price as a tariff, so that its bills are made and checked like all others: flat, the Italian
 * bands F1 F2 F3 (ARERA's deliberation 181/06: holidays count as Sundays), or an index by the hour plus the spread.
 * Whoever has the terms from the chain derives the same tariff, to the letter; it holds no tax, as the terms name none.
 */
import { dayOf, formatDay, type Zone } from "#base/time.ts";
import type { SupplyTerms } from "#market/contract/terms.ts";

const WORKING = ["mon", "tue", "wed", "thu", "fri"];

/** As `tariff/tariff` reads it: docs/spec/tariffs.md. */
export function tariffOfTerms({ price, from }: SupplyTerms, zone: Zone): object {
  return {
    format: "contrada/tariff/1",
    name: "supply contract",
    zone: zone.name,
    holidays: "italy",
    valid_from: formatDay(dayOf(zone, from)),
    source: "the contract's terms on the chain",
    components: [{ id: "energy", part: "energy", direction: "import", price: priceOf(price) }],
  };
}

function priceOf(price: SupplyTerms["price"]): object {
  if (price.type === "flat") return { kind: "flat", micro_eur_per_kwh: Number(price.price) };
  if (price.type === "index") {
    const { index, spread } = price;
    return { kind: "index", index, per: "hour", spread_micro_eur_per_kwh: Number(spread) };
  }
  const [f1, f2, f3] = price.prices.map(Number);
  const f2Hours = [
    { days: WORKING, from: "07:00", to: "08:00" },
    { days: WORKING, from: "19:00", to: "23:00" },
    { days: ["sat"], from: "07:00", to: "23:00" },
  ];
  return {
    kind: "bands",
    bands: [
      { name: "F1", micro_eur_per_kwh: f1, when: [{ days: WORKING, from: "08:00", to: "19:00" }] },
      { name: "F2", micro_eur_per_kwh: f2, when: f2Hours },
      { name: "F3", micro_eur_per_kwh: f3 },
    ],
  };
}
