/**
 * What index tariffs follow: zonal price, PUN Index, a spot market. Since 1 January 2025 the Italian market has
 * zonal prices and the PUN Index GME, since 1 October 2025 by quarter hour, while incentives count hours: a series
 * says its own grid of time, and a coarser price is the arithmetic mean of the finer ones, half to even. (How the
 * authority averages is not confirmed; the mean is this house's choice.)
 */
import { assert } from "#base/assert.ts";
import { Field, FieldError } from "#base/fields.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import { civilTime, QUARTER_HOUR_S, type UnixSeconds, type Zone } from "#base/time.ts";
import { divideHalfEven, MicroEurPerKwh } from "#base/units.ts";

const HOUR_S = 3_600;

export type IndexSeries =
  | {
      readonly step: "quarter_hour" | "hour";
      /** Where the first value begins. */
      readonly start: UnixSeconds;
      readonly values: readonly MicroEurPerKwh[];
    }
  | {
      /** By civil month, `2026-06`. */
      readonly step: "month";
      readonly months: ReadonlyMap<string, MicroEurPerKwh>;
    };

export type Indices = ReadonlyMap<string, IndexSeries>;

export type IndexProblem =
  /** A series has no value for an instant that is wanted. */
  | { readonly code: "index_incomplete"; readonly at: UnixSeconds }
  /** A price by the hour from a series by the month. */
  | { readonly code: "index_too_coarse" };

/** By the hours that [from, until) touches: of each the price at its beginning. */
export function hourlyIndex(
  from: UnixSeconds,
  until: UnixSeconds,
  priceAt: (hour: UnixSeconds) => MicroEurPerKwh,
): IndexSeries {
  const start = from - (from % HOUR_S);
  const values: MicroEurPerKwh[] = [];
  for (let hour = start; hour < until; hour += HOUR_S) values.push(priceAt(hour));
  return { step: "hour", start, values };
}

/** `2026-06`. */
export function monthOf(zone: Zone, instant: UnixSeconds): string {
  const { year, month } = civilTime(zone, instant);
  return `${year}-${month < 10 ? "0" : ""}${month}`;
}

/**
 * The price that holds in each quarter hour from `start`, on the grid `per`. Fails, in this order:
 * index_too_coarse, index_incomplete. A mean takes in all values of its hour or civil month that the series has,
 * of which there must be one.
 */
export function pricesAt(
  series: IndexSeries,
  per: "quarter_hour" | "hour" | "month",
  zone: Zone,
  start: UnixSeconds,
  slots: number,
): Result<MicroEurPerKwh[], IndexProblem> {
  assert(start % QUARTER_HOUR_S === 0, "slots begin at quarter hours");
  const prices: MicroEurPerKwh[] = [];
  if (series.step === "month" || per === "month") {
    if (per !== "month") return refuse({ code: "index_too_coarse" });
    const months = series.step === "month" ? series.months : meansByMonth(series, zone);
    for (let i = 0; i < slots; i++) {
      const at = start + i * QUARTER_HOUR_S;
      const price = months.get(monthOf(zone, at));
      if (price === undefined) return refuse({ code: "index_incomplete", at });
      prices.push(price);
    }
    return ok(prices);
  }
  const stepS = series.step === "hour" ? 3600 : QUARTER_HOUR_S;
  if (stepS === 3600 && per === "quarter_hour") return refuse({ code: "index_too_coarse" });
  const gridS = per === "hour" ? 3600 : QUARTER_HOUR_S;
  for (let i = 0; i < slots; i++) {
    const at = start + i * QUARTER_HOUR_S;
    const from = at - (at % gridS);
    const values: MicroEurPerKwh[] = [];
    for (let t = from; t < from + gridS; t += stepS) {
      const value = series.values[(t - series.start) / stepS];
      if (value !== undefined) values.push(value);
    }
    if (values.length === 0) return refuse({ code: "index_incomplete", at });
    prices.push(mean(values));
  }
  return ok(prices);
}

/** Arithmetic mean, half to even. */
export function mean(values: readonly MicroEurPerKwh[]): MicroEurPerKwh {
  const sum = values.reduce((total, value) => total + value, 0n);
  return MicroEurPerKwh(divideHalfEven(sum, BigInt(values.length)));
}

function meansByMonth(series: Exclude<IndexSeries, { step: "month" }>, zone: Zone) {
  const byMonth = new Map<string, MicroEurPerKwh[]>();
  const stepS = series.step === "hour" ? 3600 : QUARTER_HOUR_S;
  for (const [i, value] of series.values.entries()) {
    const month = monthOf(zone, series.start + i * stepS);
    const values = byMonth.get(month);
    if (values === undefined) byMonth.set(month, [value]);
    else values.push(value);
  }
  return new Map([...byMonth].map(([month, values]) => [month, mean(values)]));
}

/**
 * Series of a file: `{"pun": {"step": "hour", "start": "2026-06-01T00:00Z", "micro_eur_per_kwh": […]}}`, or
 * `{"step": "month", "micro_eur_per_kwh": {"2026-06": 120000}}`.
 */
export function indicesFrom(content: unknown): Result<Indices, FieldError> {
  try {
    return ok(readIndices(new Field(content, "indices")));
  } catch (error) {
    if (error instanceof FieldError) return refuse(error);
    throw error;
  }
}

export function readIndices(field: Field): Indices {
  return new Map(field.names().map((name) => [name, readSeries(field.at(name))]));
}

export function readSeries(field: Field): IndexSeries {
  const step = field.at("step").choice(["quarter_hour", "hour", "month"]);
  const values = field.at("micro_eur_per_kwh");
  if (step === "month") {
    field.object(["step", "micro_eur_per_kwh"]);
    return { step, months: new Map(values.names().map((month) => [month, readPrice(values.at(month))])) };
  }
  field.object(["step", "start", "micro_eur_per_kwh"]);
  const start = field.at("start").instant();
  const stepS = step === "hour" ? 3600 : QUARTER_HOUR_S;
  if (start % stepS !== 0) field.at("start").fail(`an instant at a whole ${step.replace("_", " ")}`);
  return { step, start, values: values.list().map(readPrice) };
}

function readPrice(field: Field): MicroEurPerKwh {
  return MicroEurPerKwh(field.whole(-100_000_000n, 100_000_000n, "µEUR/kWh"));
}
