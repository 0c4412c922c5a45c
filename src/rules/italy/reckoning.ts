/**
 * The hours of a configuration: energy shared per primary substation, who gave and who used it, and the money lines
 * of the incentive and of the authority's valorisation.
 *
 * Per hour and substation E = min(Σ injected, Σ withdrawn). It is given by the plants in the order in which they came
 * into operation (those of one day in proportion to what they injected), and used by the points in proportion to what they withdrew (whole Wh, largest remainder; of one
 * plant's energy the points that a grant spares count by their part of the hour's withdrawal). Energy charged from
 * the grid for later injection counts as withdrawn times the mean cycle efficiency, half to even per hour.
 *
 * Lines, each summed exactly over the hours and rounded once, half to even, to the micro-euro:
 * TIP per plant; TRASE × E; for groups of one building also BTAU × E and avoided losses c × Pz × E with c = 1.2 % at
 * medium and 2.6 % at low voltage, not below 0 in a month of negative prices.
 */
import { assert } from "#base/assert.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { QUARTER_HOUR_S, ROME, type UnixSeconds } from "#base/time.ts";
import { divideHalfEven, MicroEur, type MicroEurPerKwh, maximum, minimum, Wh } from "#base/units.ts";
import { apportion, byName } from "#rules/apportion.ts";
import { type CerMonth, type CerPlant, SPARED } from "#rules/italy/configuration.ts";
import {
  correctionOf,
  MAX_GRANT_PPM,
  MAX_POWER_W,
  powerClassOf,
  reductionPpm,
  tip,
  tipBeforeGrant,
} from "#rules/italy/tip.ts";
import { type MoneyLine, total } from "#rules/rule-book.ts";
import { pricesAt } from "#tariff/index-series.ts";

export type CerProblem =
  | { readonly code: "no_plants" }
  | { readonly code: "no_points" }
  | { readonly code: "period_misaligned" }
  | { readonly code: "duplicate_id"; readonly id: string }
  | { readonly code: "plant_too_large"; readonly id: string; readonly powerW: bigint }
  | { readonly code: "grant_too_large"; readonly id: string; readonly grantPpm: bigint }
  | {
      readonly code: "readings_incomplete";
      readonly id: string;
      readonly found: number;
      readonly wanted: number;
    }
  | { readonly code: "parameter_missing"; readonly parameter: "btau" }
  | { readonly code: "zonal_price_incomplete"; readonly at: UnixSeconds | undefined };

export interface PlantHour {
  readonly plant: string;
  readonly energy: Wh;
  /** Of it used by points that a grant spares. */
  readonly spared: Wh;
  /** With the grant's reduction; half to even. */
  readonly tip: MicroEurPerKwh;
}

export interface HourRow {
  readonly start: UnixSeconds;
  readonly cabin: string;
  readonly zonalPrice: MicroEurPerKwh;
  readonly injected: Wh;
  readonly withdrawn: Wh;
  readonly shared: Wh;
  readonly plants: readonly PlantHour[];
}

/** Energies by hour of one plant or point. */
export interface HourlyShare {
  readonly id: string;
  readonly energy: readonly Wh[];
}

export interface Reckoning {
  readonly hours: readonly HourRow[];
  readonly lines: readonly MoneyLine[];
  readonly injected: Wh;
  readonly withdrawn: Wh;
  readonly shared: Wh;
  /** By plant and by point, in the order of the configuration. */
  readonly given: readonly HourlyShare[];
  readonly used: readonly HourlyShare[];
}

const WHOLE = 1_000_000n;
/** Avoided losses in millionths. */
const LOSSES = { low: 26_000n, medium: 12_000n } as const;
const DECREE = "decree 414/2023, annex 1";

/**
 * What is wrong with a month, if anything, in this order: no_plants, no_points, period_misaligned, duplicate_id,
 * plant_too_large, grant_too_large, readings_incomplete, parameter_missing, zonal_price_incomplete.
 */
export function problemOfMonth(month: CerMonth): CerProblem | undefined {
  const { plants, points, start, slots, slotS } = month;
  if (plants.length === 0) return { code: "no_plants" };
  if (points.length === 0) return { code: "no_points" };
  if (start % 3600 !== 0 || slots <= 0 || (slots * slotS) % 3600 !== 0) return { code: "period_misaligned" };
  const ids = new Set<string>();
  for (const { id } of [...plants, ...points]) {
    if (ids.has(id)) return { code: "duplicate_id", id };
    ids.add(id);
  }
  for (const { id, powerW } of plants) {
    if (powerW <= 0n || powerW > MAX_POWER_W) return { code: "plant_too_large", id, powerW };
  }
  for (const { id, grantPpm } of plants) {
    if (grantPpm < 0n || grantPpm > MAX_GRANT_PPM) return { code: "grant_too_large", id, grantPpm };
  }
  const lists = [
    ...plants.map(({ id, injected }) => ({ id, list: injected })),
    ...points.map(({ id, withdrawn }) => ({ id, list: withdrawn })),
    ...points.flatMap(({ id, charged }) => (charged === undefined ? [] : [{ id, list: charged }])),
  ];
  for (const { id, list } of lists) {
    const sound = list.length === slots && list.every((wh) => wh >= 0n);
    if (!sound) return { code: "readings_incomplete", id, found: list.length, wanted: slots };
  }
  if (month.kind === "group" && month.arera.btau === undefined) {
    return { code: "parameter_missing", parameter: "btau" };
  }
  const prices = pricesByHour(month);
  if (!prices.ok) return prices.error;
  return undefined;
}

/** Fails as `problemOfMonth` says. */
export function reckonMonth(month: CerMonth): Result<Reckoning, CerProblem> {
  const problem = problemOfMonth(month);
  if (problem !== undefined) return refuse(problem);
  const prices = pricesByHour(month);
  assert(prices.ok, "a month without problems has its prices");
  const hours: HourRow[] = [];
  const given = new Map(month.plants.map(({ id }) => [id, [] as Wh[]]));
  const used = new Map(month.points.map(({ id }) => [id, [] as Wh[]]));
  const cabins = [...new Set([...month.plants, ...month.points].map(({ cabin }) => cabin))].toSorted(
    (a, b) => (a < b ? -1 : 1),
  );
  const inOrder = month.plants.toSorted((a, b) => a.inOperation - b.inOperation || byName(a, b));
  const byId = month.points.toSorted(byName);
  for (const [hour, zonalPrice] of prices.value.entries()) {
    for (const cabin of cabins) {
      const plants = inOrder.filter((plant) => plant.cabin === cabin);
      const points = byId.filter((point) => point.cabin === cabin);
      const injected = plants.map((plant) => ofHour(month, plant.injected, hour));
      const withdrawn = points.map(
        ({ withdrawn, charged, efficiencyPpm }) =>
          ofHour(month, withdrawn, hour) +
          (charged === undefined ? 0n : divideHalfEven(ofHour(month, charged, hour) * efficiencyPpm, WHOLE)),
      );
      const shared = minimum(sum(injected), sum(withdrawn));
      const uses = apportion(shared, withdrawn);
      for (const [i, { id }] of points.entries()) used.get(id)!.push(Wh(uses[i]!));
      const spares = points.map(({ holder }) => SPARED.includes(holder));
      const sparedUse = sum(withdrawn.filter((_, i) => spares[i]!));
      const gives = inOrderOfAge(shared, plants, injected);
      const rows = plants.map((plant, i): PlantHour => {
        const energy = gives[i]!;
        const spared = apportion(energy, [sum(withdrawn) - sparedUse, sparedUse])[1]!;
        given.get(plant.id)!.push(Wh(energy));
        return { plant: plant.id, energy: Wh(energy), spared: Wh(spared), tip: tip(plant, zonalPrice) };
      });
      hours.push({
        start: month.start + hour * 3600,
        cabin,
        zonalPrice,
        injected: Wh(sum(injected)),
        withdrawn: Wh(sum(withdrawn)),
        shared: Wh(shared),
        plants: rows,
      });
    }
  }
  const sumOf = (of: (row: HourRow) => Wh) => Wh(sum(hours.map(of)));
  return ok({
    hours,
    lines: linesOf(month, hours),
    injected: sumOf(({ injected }) => injected),
    withdrawn: sumOf(({ withdrawn }) => withdrawn),
    shared: sumOf(({ shared }) => shared),
    given: month.plants.map(({ id }) => ({ id, energy: given.get(id)! })),
    used: month.points.map(({ id }) => ({ id, energy: used.get(id)! })),
  });
}

/** The elder plants first; those that began on the same day by what they injected. `plants` stand by age. */
function inOrderOfAge(shared: bigint, plants: readonly CerPlant[], injected: readonly bigint[]): bigint[] {
  const gives: bigint[] = [];
  let rest = shared;
  for (let i = 0; i < plants.length; ) {
    let end = i + 1;
    while (plants[end]?.inOperation === plants[i]!.inOperation) end += 1;
    const group = injected.slice(i, end);
    const taken = minimum(rest, sum(group));
    gives.push(...apportion(taken, group));
    rest -= taken;
    i = end;
  }
  return gives;
}

/** One zonal price per hour; quarter-hourly ones are averaged. */
function pricesByHour({ zonalPrice, start, slots, slotS }: CerMonth): Result<MicroEurPerKwh[], CerProblem> {
  const quarters = (slots * slotS) / QUARTER_HOUR_S;
  const per = zonalPrice.step === "month" ? "month" : "hour";
  const found = pricesAt(zonalPrice, per, ROME, start, quarters);
  if (found.ok) return ok(found.value.filter((_, i) => i % 4 === 0));
  const at = found.error.code === "index_incomplete" ? found.error.at : undefined;
  return refuse({ code: "zonal_price_incomplete", at });
}

function ofHour({ slotS }: CerMonth, energies: readonly Wh[], hour: number): bigint {
  const each = 3600 / slotS;
  let of = 0n;
  for (let i = hour * each; i < (hour + 1) * each; i++) of += energies[i]!;
  return of;
}

function linesOf(month: CerMonth, hours: readonly HourRow[]): MoneyLine[] {
  const { arera, kind } = month;
  const lines: MoneyLine[] = [];
  const line = (key: string, energy: bigint, amount: bigint, formula: string, source: string) =>
    lines.push({
      key,
      from: "authority",
      to: "community",
      amount: MicroEur(maximum(0n, amount)),
      energy: Wh(energy),
      formula,
      source,
    });
  const ordered = month.plants.toSorted(byName);
  const rowsOf = rowsByPlant(month.plants, hours);
  for (const plant of ordered) {
    const rows = rowsOf.get(plant.id)!;
    const energy = total(rows.map(({ row }) => row.energy));
    line(`tip: ${plant.id}`, energy, tipOf(plant, rows), tipFormula(plant), DECREE);
  }
  const shared = sum(hours.map((row) => row.shared));
  line(
    "trase",
    shared,
    divideHalfEven(shared * arera.trase, 1000n),
    `E × TRASE ${arera.trase} µEUR/kWh ÷ 1000`,
    arera.source,
  );
  if (kind === "group") {
    const btau = arera.btau!;
    line(
      "btau",
      shared,
      divideHalfEven(shared * btau, 1000n),
      `E × BTAU ${btau} µEUR/kWh ÷ 1000`,
      arera.source,
    );
    for (const plant of ordered) {
      const rows = rowsOf.get(plant.id)!;
      const product = sum(rows.map(({ row, zonalPrice }) => row.energy * zonalPrice));
      line(
        `losses: ${plant.id}`,
        total(rows.map(({ row }) => row.energy)),
        divideHalfEven(product * LOSSES[plant.voltage], 1000n * WHOLE),
        `Σ E × Pz × c ${LOSSES[plant.voltage]} ÷ 1,000,000 (${plant.voltage} voltage)`,
        arera.source,
      );
    }
  }
  return lines;
}

interface PricedHour {
  readonly row: PlantHour;
  readonly zonalPrice: MicroEurPerKwh;
}

function rowsByPlant(plants: readonly CerPlant[], hours: readonly HourRow[]): Map<string, PricedHour[]> {
  const rows = new Map(plants.map(({ id }) => [id, [] as PricedHour[]]));
  for (const { plants: given, zonalPrice } of hours) {
    for (const row of given) rows.get(row.plant)!.push({ row, zonalPrice });
  }
  return rows;
}

/** Σ over the hours of E × TIP, less what is obliged: one rounding. */
function tipOf(plant: CerPlant, rows: readonly PricedHour[]): bigint {
  const kept = WHOLE - reductionPpm(plant);
  let product = 0n;
  for (const { row, zonalPrice } of rows) {
    const before = tipBeforeGrant(plant, zonalPrice);
    product += before * ((row.energy - row.spared) * kept + row.spared * WHOLE);
  }
  const power = plant.powerW * 1000n;
  const eligible = maximum(0n, power - plant.obligedMilliwatt);
  return divideHalfEven(product * eligible, 1000n * WHOLE * power);
}

function tipFormula(plant: CerPlant): string {
  const { base, cap } = powerClassOf(plant.powerW);
  const euro = (price: MicroEurPerKwh) => price / 1000n;
  const f = reductionPpm(plant);
  const grant = f === 0n ? "" : ` × (1 − F ${f} ÷ 1,000,000; F = 0 for spared points)`;
  const obliged =
    plant.obligedMilliwatt === 0n
      ? ""
      : ` × (P ${plant.powerW * 1000n} − P₀ ${plant.obligedMilliwatt} mW) ÷ P, not below 0`;
  return (
    `Σ E × {min[${euro(cap)}; ${euro(base)} + max(0; 180 − Pz)] + FC ${euro(correctionOf(plant))}} €/MWh` +
    grant +
    obliged
  );
}

function sum(values: readonly bigint[]): bigint {
  let all = 0n;
  for (const value of values) all += value;
  return all;
}
