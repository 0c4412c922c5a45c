/**
 * What a tariff makes of metered quarter hours, line by line: each line says what was counted, at what price, by
 * which formula, and is rounded once, half to even, to the micro-euro. Value added tax is a line per rate over the
 * sum of its lines. What the home pays is positive, what it receives negative.
 *
 * Energy from the supplier and energy that neighbours share are counted apart, so that a reduced fee shows. Fixed
 * amounts count each civil day that the period touches; a month's amount over some of its days is amount × days ÷
 * days of that month. Tiers begin anew with each civil month, and with the period.
 */
import { assert } from "#base/assert.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import {
  civilDate,
  civilTime,
  type DayNumber,
  dayNumber,
  dayOf,
  dayStart,
  formatDay,
  QUARTER_HOUR_S,
  type UnixSeconds,
} from "#base/time.ts";
import { divideHalfEven, MicroEur, type MicroEurPerKwh, maximum, minimum, Wh } from "#base/units.ts";
import { isWithin, kindOfDay } from "#tariff/calendar.ts";
import { type IndexProblem, type Indices, monthOf, pricesAt } from "#tariff/index-series.ts";
import { type Component, LEVELS, type Level, MILLION, type Part, type Tariff } from "#tariff/tariff.ts";

/** Quarter hours of one home; every list is as long as the period has slots. */
export interface Usage {
  /** Taken from the MicroGrid and bought of the supplier. */
  readonly supplied: readonly Wh[];
  /** Taken from the MicroGrid and shared by neighbours, by how near they are. */
  readonly shared: { readonly [L in Level]?: readonly Wh[] };
  /** Given to the MicroGrid and sold under this tariff. */
  readonly exported: readonly Wh[];
  readonly contractedPowerW: bigint;
}

export interface BillLine {
  readonly component: string;
  readonly part: Part | "vat";
  /** Band, tier, month: which part of the component. */
  readonly label: string;
  readonly source: "supplier" | Level | "export" | "fixed" | "vat";
  /** `undefined` where no energy is counted. */
  readonly energy: Wh | undefined;
  /** `undefined` where it changes within the line, only a part of it holds, or nothing is counted. */
  readonly price: MicroEurPerKwh | undefined;
  readonly amount: MicroEur;
  readonly formula: string;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  readonly total: MicroEur;
}

export type TariffProblem =
  | { readonly code: "period_misaligned"; readonly at: UnixSeconds }
  | { readonly code: "outside_validity"; readonly day: DayNumber }
  | { readonly code: "index_missing"; readonly component: string; readonly index: string }
  | (IndexProblem & { readonly component: string; readonly index: string });

/** A tariff laid over the quarter hours of a period, for any number of homes. */
export interface Schedule {
  readonly tariff: Tariff;
  readonly start: UnixSeconds;
  readonly slots: number;
  readonly months: readonly string[];
  readonly monthAt: Uint16Array;
  readonly days: readonly DayNumber[];
  readonly priced: readonly Priced[];
}

/** A component whose price hangs on the time alone: its price in each slot, in millionths of µEUR/kWh. */
interface Priced {
  readonly component: Component;
  readonly labels: readonly string[];
  readonly labelAt: Uint16Array;
  readonly priceAt: readonly bigint[];
  /** Of a label, where it is one and the same. */
  readonly priceOf: (label: number) => MicroEurPerKwh | undefined;
  readonly formula: (label: number) => string;
}

/**
 * Lays a tariff over a period. Fails, in this order: period_misaligned, outside_validity (the first day that the
 * tariff does not cover), then for each component index_missing, index_too_coarse, index_incomplete.
 */
export function scheduleOf(
  tariff: Tariff,
  start: UnixSeconds,
  slots: number,
  indices: Indices,
): Result<Schedule, TariffProblem> {
  if (start % QUARTER_HOUR_S !== 0) return refuse({ code: "period_misaligned", at: start });
  assert(Number.isSafeInteger(slots) && slots > 0, "a period has quarter hours");
  const { zone, validFrom, validUntil } = tariff;
  const first = dayOf(zone, start);
  const last = dayOf(zone, start + (slots - 1) * QUARTER_HOUR_S);
  if (first < validFrom) return refuse({ code: "outside_validity", day: first });
  if (validUntil !== undefined && last >= validUntil) {
    return refuse({ code: "outside_validity", day: Math.max(first, validUntil) });
  }
  const days = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const months = [...new Set(days.map((day) => monthOf(zone, dayStart(zone, day))))];
  const dayAt = new Uint16Array(slots);
  const minuteAt = new Uint16Array(slots);
  const monthAt = new Uint16Array(slots);
  for (const [d, day] of days.entries()) {
    const from = Math.max(0, (dayStart(zone, day) - start) / QUARTER_HOUR_S);
    const to = Math.min(slots, (dayStart(zone, day + 1) - start) / QUARTER_HOUR_S);
    const month = months.indexOf(monthOf(zone, dayStart(zone, day)));
    for (let i = from; i < to; i++) {
      dayAt[i] = d;
      monthAt[i] = month;
      const { hour, minute } = civilTime(zone, start + i * QUARTER_HOUR_S);
      minuteAt[i] = hour * 60 + minute;
    }
  }
  const priced: Priced[] = [];
  for (const component of tariff.components) {
    const { price, id } = component;
    if (price.kind === "flat") {
      priced.push({
        component,
        labels: ["all hours"],
        labelAt: new Uint16Array(slots),
        priceAt: Array.from({ length: slots }, () => price.price * MILLION),
        priceOf: () => price.price,
        formula: () => `energy × ${perKwh(price.price)}`,
      });
    } else if (price.kind === "bands") {
      const kinds = days.map((day) => kindOfDay(day, tariff.holidays));
      const labelAt = Uint16Array.from({ length: slots }, (_, i) =>
        price.bands.findIndex(
          ({ when }) =>
            when.length === 0 || when.some((hours) => isWithin(hours, kinds[dayAt[i]!]!, minuteAt[i]!)),
        ),
      );
      priced.push({
        component,
        labels: price.bands.map(({ name }) => name),
        labelAt,
        priceAt: Array.from(labelAt, (band) => price.bands[band]!.price * MILLION),
        priceOf: (band) => price.bands[band]!.price,
        formula: (band) => `energy in ${price.bands[band]!.name} × ${perKwh(price.bands[band]!.price)}`,
      });
    } else if (price.kind === "index") {
      const series = indices.get(price.index);
      if (series === undefined) return refuse({ code: "index_missing", component: id, index: price.index });
      const found = pricesAt(series, price.per, zone, start, slots);
      if (!found.ok) return refuse({ ...found.error, component: id, index: price.index });
      priced.push({
        component,
        labels: [price.index],
        labelAt: new Uint16Array(slots),
        priceAt: found.value.map((index) => indexed(price, index)),
        priceOf: () => undefined,
        formula: () => indexFormula(price),
      });
    }
  }
  return ok({ tariff, start, slots, months, monthAt, days, priced });
}

type IndexPrice = Extract<Component["price"], { kind: "index" }>;

/** In millionths of µEUR/kWh, exactly. */
function indexed({ factorPpm, spread, floor, cap }: IndexPrice, index: MicroEurPerKwh): bigint {
  let price = index * factorPpm + spread * MILLION;
  if (floor !== undefined) price = maximum(price, floor * MILLION);
  if (cap !== undefined) price = minimum(price, cap * MILLION);
  return price;
}

function indexFormula({ index, per, factorPpm, spread, floor, cap }: IndexPrice): string {
  const limits = [
    floor === undefined ? "" : `, at least ${perKwh(floor)}`,
    cap === undefined ? "" : `, at most ${perKwh(cap)}`,
  ].join("");
  return `Σ energy × (${index} by ${per.replace("_", " ")} × ${factorPpm} ÷ 1,000,000 + ${perKwh(spread)}${limits})`;
}

/** The bill of one home. Every list of `usage` has the schedule's length. */
export function billOf(schedule: Schedule, usage: Usage): Bill {
  const lines: BillLine[] = [];
  for (const component of schedule.tariff.components)
    lines.push(...componentLines(schedule, component, usage));
  lines.push(...vatLines(schedule.tariff, lines));
  return { lines, total: sum(lines.map(({ amount }) => amount)) };
}

interface Stream {
  readonly source: BillLine["source"];
  readonly energy: readonly Wh[];
  readonly ppm: bigint;
}

/** Where the energy that a component counts comes from, and how much of the price holds for it. */
function streamsOf(component: Component, usage: Usage): readonly Stream[] {
  if (component.direction === "export") return [{ source: "export", energy: usage.exported, ppm: MILLION }];
  return [
    { source: "supplier" as const, energy: usage.supplied, ppm: MILLION },
    ...LEVELS.map((level) => ({
      source: level,
      energy: usage.shared[level] ?? [],
      ppm: component.onSharedPpm[level],
    })),
  ].filter(({ ppm, energy }) => ppm > 0n && energy.length > 0);
}

function componentLines(schedule: Schedule, component: Component, usage: Usage): BillLine[] {
  const { price } = component;
  switch (price.kind) {
    case "flat":
    case "bands":
    case "index":
      return pricedLines(schedule.priced.find((priced) => priced.component === component)!, schedule, usage);
    case "tiers":
      return tierLines(schedule, component, price.tiers, usage);
    case "standing":
      return standingLines(schedule, component, price);
    case "capacity":
      return capacityLines(schedule, component, price, usage);
  }
}

function pricedLines(priced: Priced, { slots }: Schedule, usage: Usage): BillLine[] {
  const { component, labels, labelAt, priceAt, priceOf, formula } = priced;
  const lines: BillLine[] = [];
  for (const { source, energy, ppm } of streamsOf(component, usage)) {
    assert(energy.length === slots, "usage covers the period");
    const energies = labels.map(() => 0n);
    const products = labels.map(() => 0n);
    for (let i = 0; i < slots; i++) {
      const wh = energy[i]!;
      if (wh === 0n) continue;
      energies[labelAt[i]!]! += wh;
      products[labelAt[i]!]! += wh * priceAt[i]!;
    }
    for (const [i, label] of labels.entries()) {
      if (energies[i] === 0n) continue;
      const counted = { energy: Wh(energies[i]!), price: priceOf(i), product: products[i]! };
      lines.push(energyLine(component, label, source, counted, ppm, formula(i)));
    }
  }
  return lines;
}

interface Counted {
  readonly energy: Wh;
  readonly price: MicroEurPerKwh | undefined;
  /** Σ Wh × millionths of µEUR/kWh, exact. */
  readonly product: bigint;
}

/** Rounded here, once. */
function energyLine(
  component: Component,
  label: string,
  source: BillLine["source"],
  { energy, price, product }: Counted,
  ppm: bigint,
  formula: string,
): BillLine {
  const amount = divideHalfEven(product * ppm, 1000n * MILLION * MILLION);
  return {
    component: component.id,
    part: component.part,
    label,
    source,
    energy,
    price: ppm === MILLION ? price : undefined,
    amount: MicroEur(component.direction === "export" ? -amount : amount),
    formula: ppm === MILLION ? formula : `${formula} × ${ppm} ÷ 1,000,000 (shared energy, ${source})`,
  };
}

function tierLines(
  schedule: Schedule,
  component: Component,
  tiers: Extract<Component["price"], { kind: "tiers" }>["tiers"],
  usage: Usage,
): BillLine[] {
  const { months, monthAt, slots } = schedule;
  const streams = streamsOf(component, usage);
  const filled = months.map(() => tiers.map(() => streams.map(() => 0n)));
  const counted = months.map(() => 0n);
  for (let i = 0; i < slots; i++) {
    const month = monthAt[i]!;
    for (const [s, { energy }] of streams.entries()) {
      let rest: bigint = energy[i]!;
      for (const [t, { upTo }] of tiers.entries()) {
        if (rest === 0n) break;
        const room = upTo === undefined ? rest : maximum(0n, upTo - counted[month]!);
        const taken = minimum(rest, room);
        filled[month]![t]![s]! += taken;
        counted[month]! += taken;
        rest -= taken;
      }
    }
  }
  const lines: BillLine[] = [];
  for (const [m, month] of months.entries()) {
    for (const [t, { upTo, price }] of tiers.entries()) {
      for (const [s, { source, ppm }] of streams.entries()) {
        const energy = Wh(filled[m]![t]![s]!);
        if (energy === 0n) continue;
        const end = upTo === undefined ? "beyond" : `up to ${upTo} Wh`;
        const formula = `energy ${end} of the month × ${perKwh(price)}`;
        const counted = { energy, price, product: energy * price * MILLION };
        lines.push(energyLine(component, `${month}, ${end}`, source, counted, ppm, formula));
      }
    }
  }
  return lines;
}

function standingLines(
  { days }: Schedule,
  component: Component,
  { per, amount }: Extract<Component["price"], { kind: "standing" }>,
): BillLine[] {
  if (per === "day") {
    return [
      fixedLine(
        component,
        `${days.length} days`,
        amount * BigInt(days.length),
        `${amount} µEUR × ${days.length} days`,
      ),
    ];
  }
  return spansOf(days, per).map(({ label, counted, whole }) =>
    fixedLine(
      component,
      label,
      divideHalfEven(amount * BigInt(counted), BigInt(whole)),
      `${amount} µEUR × ${counted} of ${whole} days`,
    ),
  );
}

function capacityLines(
  { days, months, monthAt, slots }: Schedule,
  component: Component,
  { basis, amount }: Extract<Component["price"], { kind: "capacity" }>,
  usage: Usage,
): BillLine[] {
  return spansOf(days, "month").map(({ label, counted, whole }) => {
    let powerW = usage.contractedPowerW;
    if (basis === "peak") {
      const month = months.indexOf(label);
      let peak = 0n;
      for (let i = 0; i < slots; i++) if (monthAt[i] === month) peak = maximum(peak, importedAt(usage, i));
      powerW = 4n * peak;
    }
    return fixedLine(
      component,
      label,
      divideHalfEven(amount * powerW * BigInt(counted), 1000n * BigInt(whole)),
      `${amount} µEUR/kW × ${powerW} W (${basis}) ÷ 1000 × ${counted} of ${whole} days`,
    );
  });
}

function importedAt({ supplied, shared }: Usage, slot: number): bigint {
  return LEVELS.reduce<bigint>((total, level) => total + (shared[level]?.[slot] ?? 0n), supplied[slot]!);
}

/** The civil months or years that days belong to: how many of their days are counted. */
function spansOf(days: readonly DayNumber[], per: "month" | "year") {
  const spans: { readonly label: string; counted: number; readonly whole: number }[] = [];
  for (const day of days) {
    const label = formatDay(day).slice(0, per === "month" ? 7 : 4);
    const last = spans.at(-1);
    if (last?.label === label) last.counted += 1;
    else spans.push({ label, counted: 1, whole: lengthOf(day, per) });
  }
  return spans;
}

function lengthOf(day: DayNumber, per: "month" | "year"): number {
  const { year, month } = civilDate(day);
  if (per === "year")
    return dayNumber({ year: year + 1, month: 1, day: 1 }) - dayNumber({ year, month: 1, day: 1 });
  const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
  return dayNumber(next) - dayNumber({ year, month, day: 1 });
}

function fixedLine(component: Component, label: string, amount: bigint, formula: string): BillLine {
  return {
    component: component.id,
    part: component.part,
    label,
    source: component.direction === "export" ? "export" : "fixed",
    energy: undefined,
    price: undefined,
    amount: MicroEur(component.direction === "export" ? -amount : amount),
    formula,
  };
}

function vatLines({ components }: Tariff, lines: readonly BillLine[]): BillLine[] {
  const rates = [...new Set(components.map(({ vatPpm }) => vatPpm))].filter((rate) => rate > 0n);
  return rates
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((rate) => {
      const taxed = new Set(components.filter(({ vatPpm }) => vatPpm === rate).map(({ id }) => id));
      const base = sum(lines.filter(({ component }) => taxed.has(component)).map(({ amount }) => amount));
      return {
        component: "vat",
        part: "vat" as const,
        label: `${rate} millionths`,
        source: "vat" as const,
        energy: undefined,
        price: undefined,
        amount: MicroEur(divideHalfEven(base * rate, MILLION)),
        formula: `${base} µEUR × ${rate} ÷ 1,000,000`,
      };
    });
}

function sum(amounts: readonly MicroEur[]): MicroEur {
  return MicroEur(amounts.reduce((total, amount) => total + amount, 0n));
}

function perKwh(price: MicroEurPerKwh): string {
  return `${price} µEUR/kWh`;
}
