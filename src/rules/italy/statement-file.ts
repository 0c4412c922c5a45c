/**
 * The file formats of a month's statement: what goes in (`contrada/cer-statement/1`) and what comes out
 * (`contrada/cer-result/1`), as plain values; docs/spec/cer.md specifies both.
 */
import { Field, FieldError } from "#base/fields.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import {
  civilDate,
  type DayNumber,
  dayNumber,
  dayStart,
  formatDay,
  formatInstant,
  parseDay,
  QUARTER_HOUR_S,
  ROME,
  type UnixSeconds,
} from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import { type AreraParameters, type CerPlant, type CerPoint, HOLDERS } from "#rules/italy/configuration.ts";
import { type Correction, type Statement, type StatementInput, sumOf } from "#rules/italy/statement.ts";
import {
  MAX_GRANT_PPM,
  MAX_POWER_W,
  obligedMilliwatt,
  REGIONS,
  type Region,
  reductionPpm,
} from "#rules/italy/tip.ts";
import type { TrueUp } from "#rules/italy/true-up.ts";
import type { Metered } from "#rules/rule-book.ts";
import { type IndexSeries, monthOf, pricesAt, readSeries } from "#tariff/index-series.ts";

export const STATEMENT_FORMAT = "contrada/cer-statement/1";
export const RESULT_FORMAT = "contrada/cer-result/1";
const MAX_WH = 10n ** 12n;
const WHOLE = 1_000_000n;

/** The input of a file's content; refuses what does not fit, naming the place. */
export function statementInputFrom(content: unknown): Result<StatementInput, FieldError> {
  try {
    return ok(readInput(new Field(content, "statement")));
  } catch (error) {
    if (error instanceof FieldError) return refuse(error);
    throw error;
  }
}

interface Frame {
  readonly start: UnixSeconds;
  readonly slotS: 900 | 3600;
  readonly slots: number;
}

function readInput(file: Field): StatementInput {
  file.object([
    "format",
    "kind",
    "month",
    "from",
    "slot",
    "reckoned_on",
    "zonal_price",
    "arera",
    "plants",
    "points",
    "corrections",
  ]);
  file.at("format").choice([STATEMENT_FORMAT]);
  const kind = file.at("kind").choice(["community", "group"]);
  const frame = readFrame(file);
  const plants = file
    .at("plants")
    .list()
    .map((plant) => readPlant(plant, frame));
  const points = file
    .at("points")
    .list()
    .map((point) => readPoint(point, frame));
  const reckonedOn = file.at("reckoned_on");
  const corrections = file.at("corrections");
  return {
    month: {
      kind,
      ...frame,
      plants,
      points,
      zonalPrice: readPrices(file.at("zonal_price"), frame),
      arera: readArera(file.at("arera")),
    },
    day: reckonedOn.absent ? undefined : reckonedOn.day(),
    corrections: corrections.absent ? [] : corrections.list().map((each) => readCorrection(each, frame)),
  };
}

/** The month's slots, or those from `from` on, as many as the first list has. */
function readFrame(file: Field): Frame {
  const month = file.at("month");
  const first = parseDay(`${month.text("a month like 2026-06")}-01`);
  if (first === undefined) month.fail("a month like 2026-06");
  const { year, month: number } = civilDate(first!);
  const next = number === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: number + 1, day: 1 };
  const begins = dayStart(ROME, first!);
  const ends = dayStart(ROME, dayNumber(next));
  const slotS = file.at("slot").choice(["hour", "quarter_hour"]) === "hour" ? 3600 : QUARTER_HOUR_S;
  const whole = (ends - begins) / slotS;
  const from = file.at("from");
  if (from.absent) return { start: begins, slotS, slots: whole };
  const start = from.instant();
  const inside = start >= begins && start < ends && start % 3600 === 0;
  if (!inside) from.fail(`a whole hour from ${formatInstant(begins)} to before ${formatInstant(ends)}`);
  const [plant] = file.at("plants").list("at least one plant");
  const slots = plant?.at("injected_wh").list().length ?? 0;
  const most = (ends - start) / slotS;
  if (slots === 0 || slots > most || (slots * slotS) % 3600 !== 0) {
    (plant?.at("injected_wh") ?? file.at("plants")).fail(`whole hours of energies, at most ${most} slots`);
  }
  return { start, slotS, slots };
}

function readEnergies(field: Field, { slots }: Frame): readonly Wh[] {
  const list = field.list();
  if (list.length !== slots)
    field.fail(`a list of ${slots} energies, one for each slot, not ${list.length},`);
  return list.map((each) => Wh(each.whole(0n, MAX_WH, "Wh")));
}

function readPlant(field: Field, frame: Frame): CerPlant {
  field.object([
    "id",
    "cabin",
    "kind",
    "power_w",
    "region",
    "in_operation",
    "grant_per_million",
    "new_building",
    "voltage",
    "yearly_hours",
    "injected_wh",
  ]);
  const grant = field.at("grant_per_million");
  const building = field.at("new_building");
  const voltage = field.at("voltage");
  const hours = field.at("yearly_hours");
  return {
    id: field.at("id").text(),
    cabin: field.at("cabin").text(),
    kind: field.at("kind").choice(["photovoltaic", "other"]),
    powerW: field.at("power_w").whole(1n, MAX_POWER_W, "W"),
    region: field.at("region").choice([...REGIONS.north, ...REGIONS.centre, ...REGIONS.south]),
    inOperation: field.at("in_operation").day(),
    grantPpm: grant.absent ? 0n : grant.whole(0n, MAX_GRANT_PPM, "millionths"),
    obligedMilliwatt: building.absent ? 0n : readBuilding(building),
    voltage: voltage.absent ? "low" : voltage.choice(["low", "medium"]),
    yearlyHours: hours.absent ? undefined : hours.whole(0n, 8784n, "hours"),
    injected: readEnergies(field.at("injected_wh"), frame),
  };
}

function readBuilding(field: Field): bigint {
  field.object(["footprint_m2", "public"]);
  return obligedMilliwatt(field.at("footprint_m2").whole(0n, 1_000_000n, "m²"), field.at("public").truth());
}

function readPoint(field: Field, frame: Frame): CerPoint {
  field.object(["id", "cabin", "holder", "withdrawn_wh", "charged_wh", "efficiency_per_million"]);
  const charged = field.at("charged_wh");
  const efficiency = field.at("efficiency_per_million");
  if (!charged.absent && efficiency.absent) efficiency.fail("the mean cycle efficiency of what is charged");
  return {
    id: field.at("id").text(),
    cabin: field.at("cabin").text(),
    holder: field.at("holder").choice(HOLDERS),
    withdrawn: readEnergies(field.at("withdrawn_wh"), frame),
    charged: charged.absent ? undefined : readEnergies(charged, frame),
    efficiencyPpm: efficiency.absent ? WHOLE : efficiency.whole(0n, WHOLE, "millionths"),
  };
}

function readPrices(field: Field, { start }: Frame): IndexSeries {
  const { value } = field;
  const begins = field.at("start");
  const step = field.at("step").choice(["quarter_hour", "hour", "month"]);
  const whole = step === "month" || !begins.absent;
  return readSeries(
    whole ? field : new Field({ ...(value as object), start: formatInstant(start) }, field.path),
  );
}

function readArera(field: Field): AreraParameters {
  field.object(["trase_micro_eur_per_kwh", "btau_micro_eur_per_kwh", "source"]);
  const btau = field.at("btau_micro_eur_per_kwh");
  return {
    trase: readParameter(field.at("trase_micro_eur_per_kwh")),
    btau: btau.absent ? undefined : readParameter(btau),
    source: field.at("source").text("where and when the parameters were published"),
  };
}

function readParameter(field: Field): MicroEurPerKwh {
  return MicroEurPerKwh(field.whole(0n, 1_000_000n, "µEUR/kWh"));
}

function readCorrection(field: Field, frame: Frame): Correction {
  field.object(["day", "reason", "readings", "zonal_price", "trase_micro_eur_per_kwh"]);
  const readings = field.at("readings");
  const prices = field.at("zonal_price");
  const trase = field.at("trase_micro_eur_per_kwh");
  return {
    day: field.at("day").day(),
    reason: field.at("reason").text("why it is corrected"),
    readings: readings.absent
      ? []
      : readings.list().map((reading) => {
          reading.object(["id", "slot", "wh"]);
          return {
            id: reading.at("id").text(),
            slot: Number(reading.at("slot").whole(0n, BigInt(frame.slots - 1), "slots, counted from 0,")),
            energy: Wh(reading.at("wh").whole(0n, MAX_WH, "Wh")),
          };
        }),
    zonalPrice: prices.absent ? undefined : readPrices(prices, frame),
    trase: trase.absent ? undefined : readParameter(trase),
  };
}

/** What a street's statement says beside its readings. */
export interface StreetFigures {
  readonly region: Region;
  readonly grantPpm: bigint;
  /** W of the panels of each home that has some. */
  readonly powerW: ReadonlyMap<string, bigint>;
  readonly inOperation: DayNumber;
  readonly zonalPrice: IndexSeries;
  readonly trase: MicroEurPerKwh;
  readonly source: string;
}

/**
 * The statement of a street's first civil month, as plain values for a file: every home a citizen's point, those with
 * panels plants besides, all on one primary substation. The metered hours of that month count, from the first whole
 * one; `undefined` where there is none.
 */
export function streetStatement(metered: Metered, figures: StreetFigures): object | undefined {
  const skipped = ((3600 - (metered.start % 3600)) % 3600) / QUARTER_HOUR_S;
  const start = metered.start + skipped * QUARTER_HOUR_S;
  const month = monthOf(ROME, start);
  let slots = 0;
  while (skipped + slots + 4 <= metered.slots && monthOf(ROME, start + slots * QUARTER_HOUR_S) === month)
    slots += 4;
  if (slots === 0) return undefined;
  const prices = pricesAt(figures.zonalPrice, priceStep(figures.zonalPrice), ROME, start, slots);
  if (!prices.ok) return undefined;
  const part = (energies: readonly Wh[]) => energies.slice(skipped, skipped + slots).map(Number);
  return {
    format: STATEMENT_FORMAT,
    kind: "community",
    month,
    from: formatInstant(start),
    slot: "quarter_hour",
    zonal_price: {
      step: "hour",
      start: formatInstant(start),
      micro_eur_per_kwh: prices.value.filter((_, i) => i % 4 === 0).map(Number),
    },
    arera: { trase_micro_eur_per_kwh: Number(figures.trase), source: figures.source },
    plants: metered.participants
      .filter(({ id }) => figures.powerW.has(id))
      .map(({ id, exported }) => ({
        id: `panels of ${id}`,
        cabin: "the street's",
        kind: "photovoltaic",
        power_w: Number(figures.powerW.get(id)!),
        region: figures.region,
        in_operation: formatDay(figures.inOperation),
        grant_per_million: Number(figures.grantPpm),
        injected_wh: part(exported),
      })),
    points: metered.participants.map(({ id, imported }) => ({
      id: `home ${id}`,
      cabin: "the street's",
      holder: "citizen",
      withdrawn_wh: part(imported),
    })),
  };
}

function priceStep(series: IndexSeries): "hour" | "month" {
  return series.step === "month" ? "month" : "hour";
}

/** A statement as plain values; amounts in µEUR, energies in Wh, prices in µEUR/kWh. */
export function resultOf(statement: Statement, trueUp: TrueUp): object {
  const { month, reckoning, advances, due, versions } = statement;
  const byPlant = new Map(month.plants.map((plant) => [plant.id, plant]));
  return {
    format: RESULT_FORMAT,
    ok: true,
    kind: month.kind,
    month: monthOf(ROME, month.start),
    from: formatInstant(month.start),
    hours: (month.slots * month.slotS) / 3600,
    injected_wh: Number(reckoning.injected),
    withdrawn_wh: Number(reckoning.withdrawn),
    shared_wh: Number(reckoning.shared),
    lines: reckoning.lines.map((line) => ({
      line: line.key,
      energy_wh: Number(line.energy),
      amount_micro_eur: Number(line.amount),
      formula: line.formula,
      source: line.source,
    })),
    tip_micro_eur: Number(sumOf(versions, "tip")),
    valorisation_micro_eur: Number(sumOf(versions, "valorisation")),
    total_micro_eur: Number(versions.at(-1)!.total),
    advances: advances.map(({ plant, amount, formula }) => ({
      plant,
      amount_micro_eur: Number(amount),
      formula,
    })),
    versions: versions.map((version) => ({
      version: version.number,
      day: formatDay(version.day),
      reason: version.reason,
      recalculated_by: version.recalculatedBy === undefined ? null : formatDay(version.recalculatedBy),
      total_micro_eur: Number(version.total),
      change_micro_eur: Number(version.change),
      differences: version.differences.map(({ key, before, after, change }) => ({
        line: key,
        before_micro_eur: Number(before),
        after_micro_eur: Number(after),
        change_micro_eur: Number(change),
      })),
    })),
    true_up: trueUpResult(trueUp),
    due: {
      readings: formatDay(due.readings),
      results: formatDay(due.results),
      true_up: formatDay(due.trueUp),
      corrections_until: formatDay(due.corrections),
    },
    plants: reckoning.given.map(({ id, energy }) => ({
      plant: id,
      shared_wh: sumWh(energy),
      reduction_per_million: Number(reductionPpm(byPlant.get(id)!)),
    })),
    points: reckoning.used.map(({ id, energy }) => ({ point: id, shared_wh: sumWh(energy) })),
    hourly: reckoning.hours.map((hour) => ({
      start: formatInstant(hour.start),
      cabin: hour.cabin,
      zonal_price_micro_eur_per_kwh: Number(hour.zonalPrice),
      injected_wh: Number(hour.injected),
      withdrawn_wh: Number(hour.withdrawn),
      shared_wh: Number(hour.shared),
      plants: hour.plants.map(({ plant, energy, spared, tip }) => ({
        plant,
        shared_wh: Number(energy),
        spared_wh: Number(spared),
        tip_micro_eur_per_kwh: Number(tip),
      })),
    })),
  };
}

export function trueUpResult(trueUp: TrueUp): object {
  return {
    year: trueUp.year,
    due: formatDay(trueUp.due),
    months: trueUp.months,
    injected_wh: Number(trueUp.injected),
    shared_wh: Number(trueUp.shared),
    tip_micro_eur: Number(trueUp.tip),
    advanced_micro_eur: Number(trueUp.advanced),
    balance_micro_eur: Number(trueUp.balance),
    payable_micro_eur: Number(trueUp.payable),
    threshold_per_million: Number(trueUp.thresholdPpm),
    excess_wh: Number(trueUp.excess),
    excess_tip_micro_eur: Number(trueUp.excessTip),
  };
}

function sumWh(energies: readonly Wh[]): number {
  let sum = 0n;
  for (const wh of energies) sum += wh;
  return Number(sum);
}
