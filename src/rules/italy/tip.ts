/**
 * The premium tariff (tariffa incentivante premio, TIP) for energy shared in an Italian renewable community: decree
 * 414 of 7 December 2023, annex 1, and the operating rules of the GSE of February 2024; later amendments were not
 * checked. In €/MWh:
 *
 *   TIP = {min[CAP; base + max(0; 180 − Pz)] + FC} × (1 − F)
 *
 * base and CAP by the plant's power: up to 200 kW 80 and 120, up to 600 kW 70 and 110, above 60 and 100. The cap
 * comes before FC, the correction for less sun, which photovoltaic plants alone have: 4 in the centre, 10 in the
 * north. F = 1.25 × the share of the investment that a grant paid (0.5 at 40 %); it does not hold for energy shared
 * with withdrawal points of local authorities, religious, third-sector and environmental bodies.
 *
 * Capacity that the law on new buildings obliges earns nothing: the factor (P − P₀) ÷ P, P₀ = 0.025 kW per m² of
 * footprint, for public buildings 0.0275. Here prices are whole µEUR/kWh: 1 €/MWh = 1,000.
 */
import { divideHalfEven, MicroEurPerKwh, maximum, minimum } from "#base/units.ts";

export const REGIONS = {
  north: [
    "Emilia-Romagna",
    "Friuli-Venezia Giulia",
    "Liguria",
    "Lombardia",
    "Piemonte",
    "Trentino-Alto Adige",
    "Valle d'Aosta",
    "Veneto",
  ],
  centre: ["Abruzzo", "Lazio", "Marche", "Toscana", "Umbria"],
  south: ["Basilicata", "Calabria", "Campania", "Molise", "Puglia", "Sardegna", "Sicilia"],
} as const;
export type Area = keyof typeof REGIONS;
export type Region = (typeof REGIONS)[Area][number];

/** What the price of a plant depends on. */
export interface PlantTerms {
  readonly kind: "photovoltaic" | "other";
  /** W, up to 1 MW. */
  readonly powerW: bigint;
  readonly region: Region;
  /** Millionths of the investment that a grant paid: at most 400,000. */
  readonly grantPpm: bigint;
}

export const MAX_POWER_W = 1_000_000n;
export const MAX_GRANT_PPM = 400_000n;
const WHOLE = 1_000_000n;

/** 1 €/MWh. */
function perMwh(euro: bigint): MicroEurPerKwh {
  return MicroEurPerKwh(euro * 1000n);
}

export function areaOf(region: Region): Area {
  return (Object.keys(REGIONS) as Area[]).find((area) =>
    (REGIONS[area] as readonly Region[]).includes(region),
  )!;
}

export function powerClassOf(powerW: bigint): {
  readonly base: MicroEurPerKwh;
  readonly cap: MicroEurPerKwh;
} {
  if (powerW <= 200_000n) return { base: perMwh(80n), cap: perMwh(120n) };
  if (powerW <= 600_000n) return { base: perMwh(70n), cap: perMwh(110n) };
  return { base: perMwh(60n), cap: perMwh(100n) };
}

/** FC: only photovoltaic plants, by area. */
export function correctionOf({ kind, region }: PlantTerms): MicroEurPerKwh {
  if (kind !== "photovoltaic") return perMwh(0n);
  return perMwh({ north: 10n, centre: 4n, south: 0n }[areaOf(region)]);
}

/** F in millionths, rounded down to a whole one. */
export function reductionPpm({ grantPpm }: PlantTerms): bigint {
  return (grantPpm * 125n) / 100n;
}

/** The TIP before F: min[CAP; base + max(0; 180 − Pz)] + FC, µEUR/kWh. Exact. */
export function tipBeforeGrant(terms: PlantTerms, zonalPrice: MicroEurPerKwh): MicroEurPerKwh {
  const { base, cap } = powerClassOf(terms.powerW);
  const variable = maximum(0n, perMwh(180n) - zonalPrice);
  return MicroEurPerKwh(minimum(cap, base + variable) + correctionOf(terms));
}

/** The TIP, µEUR/kWh, half to even. Sums of a month multiply the exact factors and round once instead. */
export function tip(terms: PlantTerms, zonalPrice: MicroEurPerKwh): MicroEurPerKwh {
  return MicroEurPerKwh(
    divideHalfEven(tipBeforeGrant(terms, zonalPrice) * (WHOLE - reductionPpm(terms)), WHOLE),
  );
}

/**
 * P₀ in milliwatts: what a new building of this footprint (m²) must have.
 */
export function obligedMilliwatt(footprintM2: bigint, isPublic: boolean): bigint {
  return footprintM2 * (isPublic ? 27_500n : 25_000n);
}
