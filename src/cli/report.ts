/** `contrada report`: one street under six markets, as a page with drawings and as JSON. */
import { writeFileSync } from "node:fs";
import { civilTime, formatInstant, QUARTER_HOUR_S } from "#base/time.ts";
import type { Command } from "#cli/command.ts";
import { type ReportPage, reportPage, type StreetReport } from "#cli/report-page.ts";
import { resolve, UsageError, type Values } from "#cli/settings.ts";
import { planStreet, type StreetValues, streetSettings } from "#cli/street.ts";
import type { TownPlan } from "#sim/plan.ts";
import { bySlot, type Kpis, kpisOf } from "#sim/report/kpis.ts";
import { type StreetScenarios, scenariosOf } from "#sim/report/scenarios.ts";

const MAX_LIMIT = 1_000_000_000;
const USUAL_DAYS = 30;
const GROUP = "The report";
const price = (usual: number, help: string) =>
  ({
    kind: "integer",
    value: "MICRO-EUR",
    min: 0,
    max: MAX_LIMIT,
    default: usual,
    help,
    group: GROUP,
  }) as const;

const SETTINGS = {
  ...streetSettings(USUAL_DAYS),
  feedIn: price(80_000, "what a kWh brings without a market, µEUR"),
  tariff: price(300_000, "what a kWh costs without a market, µEUR"),
  zonalPrice: price(120_000, "zonal price that the Italian incentive follows, µEUR/kWh at all hours"),
  runs: {
    kind: "integer",
    min: 1,
    max: 100,
    default: 8,
    help: "runs of the auction by bidders without intelligence",
    group: GROUP,
  },
  gridGram: {
    kind: "integer",
    value: "GRAM",
    min: 0,
    max: 2_000,
    default: 250,
    help: "grams of CO2 of a kWh from outside; a figure to begin with",
    group: GROUP,
  },
  out: {
    kind: "text",
    value: "FILE.html",
    default: undefined,
    help: "where the page is written",
    group: GROUP,
  },
  json: { kind: "switch", default: false, help: "answer with one JSON object", group: GROUP },
} as const;

export const report: Command = {
  usage: "report [flags]",
  about:
    "Lays six markets over one street and says what each makes of it: none, suppliers only, the neighbours' auction\n" +
    "with bidders who see forecast and store, the same with bidders who know nothing, the Italian community, and a\n" +
    "fixed split. Once with accumulators (30 days) and once without (all that a file holds). --out writes a page.",
  settings: SETTINGS,
  examples: [
    [
      "report --homes homes.csv --solar-homes every-second --solar-peak-kwp 5 --solar-column pv2 --out report.html",
      "the measured homes of a file",
    ],
    ["report --days 7 --json", "a made-up street, a week, for programs"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    if (words.length > 0) throw new UsageError(`"${words[0]}" is no flag; contrada report takes flags only.`);
    if (values.feedIn >= values.tariff)
      throw new UsageError("--feed-in must lie below --tariff, or nobody gains by trading.");
    const { out, json } = values;
    const page = pageOf(values, `contrada report ${args.join(" ")}`);
    if (out !== undefined) writeFileSync(out, reportPage(page));
    console.log(json ? JSON.stringify(jsonOf(page)) : readable(page));
    return 0;
  },
};

function pageOf(values: Values<typeof SETTINGS>, command: string): ReportPage {
  const { feedIn, tariff, zonalPrice, runs, gridGram, out: _, json: __, ...street } = values;
  const terms = { outside: { feedIn, tariff }, zonalPrice, runs };
  const reportFor = (own: StreetValues, usual: number, most: number, title: string): StreetReport => {
    const { plan, slots } = planStreet(own, usual);
    const lived = Math.min(slots, most);
    return streetReport(plan, scenariosOf(plan, lived, terms), gridGram, title);
  };
  const isFree = street.days === undefined;
  return {
    bare: reportFor(
      { ...street, accumulatorKwh: 0 },
      USUAL_DAYS,
      Infinity,
      "The same homes without accumulators",
    ),
    stored: reportFor(
      street,
      USUAL_DAYS,
      isFree ? USUAL_DAYS * 96 : Infinity,
      "Accumulators beside all panels",
    ),
    outside: terms.outside,
    gramPerKwh: gridGram,
    command: command.replace(/\S*\/(?=[^/\s]+)/g, ""),
  };
}

function streetReport(
  plan: TownPlan,
  scenarios: StreetScenarios,
  gramPerKwh: number,
  title: string,
): StreetReport {
  const { none, supplier, auction, chance, cer, split, lived, runs } = scenarios;
  const slots = none.shared.length;
  const hourOf = (slot: number) => civilTime(plan.zone, plan.start + slot * QUARTER_HOUR_S).hour;
  // Mean kW by civil hour: Wh of a quarter hour × 4 ÷ 1000.
  const byHour = (values: readonly number[]) => meansBy(values, hourOf).map((wh) => (wh * 4) / 1000);
  const importedWith = bySlot(auction.homes, ({ imported }) => imported);
  const exportedWith = bySlot(auction.homes, ({ exported }) => exported);
  const until = plan.start + slots * QUARTER_HOUR_S;
  return {
    title,
    period: `${formatInstant(plan.start).slice(0, 10)} to ${formatInstant(until).slice(0, 10)} (${(slots / 96).toFixed(1)} days)`,
    kpis: [none, supplier, auction, chance, cer, split].map((one) => kpisOf(one, none, gramPerKwh)),
    homes: lived.none.homes.map(({ id, solarPeakW, cost }) => ({ id, solarPeakW, costAlone: cost })),
    day: {
      importedAlone: byHour(bySlot(none.homes, ({ imported }) => imported)),
      importedWith: byHour(importedWith.map((wh, slot) => wh - auction.shared[slot]!)),
      shared: byHour(auction.shared),
      exportedWith: byHour(exportedWith.map((wh, slot) => wh - auction.shared[slot]!)),
    },
    price: pricesByHour(lived.auction, hourOf),
    runs,
    storedAtEndKwh: {
      none: lived.none.storedWh / 1000,
      supplier: lived.supplier.storedWh / 1000,
      auction: lived.auction.storedWh / 1000,
    },
  };
}

function meansBy(values: readonly number[], hourOf: (slot: number) => number): number[] {
  const sums = new Array<number>(24).fill(0);
  const counts = new Array<number>(24).fill(0);
  for (const [slot, value] of values.entries()) {
    sums[hourOf(slot)]! += value;
    counts[hourOf(slot)]! += 1;
  }
  return sums.map((sum, hour) => (counts[hour] === 0 ? 0 : sum / counts[hour]!));
}

/** €/kWh, weighted by energy; 0 where nothing traded. */
function pricesByHour(
  { traded, price: prices }: StreetScenarios["lived"]["auction"],
  hourOf: (slot: number) => number,
): number[] {
  const paid = new Array<number>(24).fill(0);
  const wh = new Array<number>(24).fill(0);
  for (const [slot, energy] of traded.entries()) {
    paid[hourOf(slot)]! += energy * (prices[slot] ?? 0);
    wh[hourOf(slot)]! += energy;
  }
  return paid.map((sum, hour) => (wh[hour] === 0 ? 0 : sum / wh[hour]! / 1e6));
}

function jsonOf({ bare, stored, outside, gramPerKwh }: ReportPage): object {
  const street = ({ title, period, kpis, homes, runs, storedAtEndKwh }: StreetReport) => ({
    title,
    period,
    scenarios: kpis.map(scenarioJson),
    homes: homes.map(({ id, solarPeakW, costAlone }, i) => ({
      home: id,
      solar_peak_w: solarPeakW,
      cost_alone_eur: euros(costAlone),
      benefit_eur: Object.fromEntries(kpis.map(({ name, benefit }) => [name, euros(benefit[i]!)])),
    })),
    runs_of_chance: runs.map(({ tradedShare, meanPrice }) => ({
      traded_share: rounded(tradedShare, 4),
      mean_price_eur_per_kwh: rounded(meanPrice / 1e6, 4),
    })),
    stored_at_end_kwh: storedAtEndKwh,
  });
  return {
    format: "contrada/market-report/1",
    tariff_micro_eur_per_kwh: outside.tariff,
    feed_in_micro_eur_per_kwh: outside.feedIn,
    grid_g_per_kwh: gramPerKwh,
    without_accumulators: street(bare),
    with_accumulators: street(stored),
  };
}

function scenarioJson(k: Kpis): object {
  return {
    scenario: k.name,
    generated_kwh: rounded(k.generatedWh / 1000, 3),
    used_kwh: rounded(k.usedWh / 1000, 3),
    imported_kwh: rounded(k.importedWh / 1000, 3),
    exported_kwh: rounded(k.exportedWh / 1000, 3),
    shared_kwh: rounded(k.sharedWh / 1000, 3),
    shareable_kwh: rounded(k.shareableWh / 1000, 3),
    self_consumption: rounded(k.selfConsumption, 4),
    self_sufficiency: rounded(k.selfSufficiency, 4),
    peak_import_kw: rounded(k.peakImportW / 1000, 3),
    peak_share: rounded(k.peakShare, 4),
    savings_eur: euros(k.savings),
    mean_price_eur_per_kwh: rounded(k.meanPrice === undefined ? Number.NaN : k.meanPrice / 1e6, 4),
    traded_share: rounded(k.tradedShare, 4),
    market_efficiency: rounded(k.efficiency, 4),
    gini: rounded(k.gini, 3),
    jain: rounded(k.jain, 3),
    homes_gaining: k.gaining,
    homes_losing: k.losing,
    homes_without_panels: k.withoutPanels,
    homes_without_panels_gaining: k.gainingWithoutPanels,
    co2_avoided_kg: rounded(k.co2AvoidedG / 1000, 2),
    settlement_error: rounded(k.settlementError, 4),
    forecast_error_wh: rounded(k.forecastErrorWh, 1),
    forecast_skill: rounded(k.forecastSkill, 3),
  };
}

function readable({ bare, stored }: ReportPage): string {
  const lines = [stored, bare].flatMap(({ title, period, kpis }) => [
    `${title}, ${period}:`,
    ...kpis.map(
      (k) =>
        `  ${k.name.padEnd(9)} self-sufficiency ${(100 * k.selfSufficiency).toFixed(2)} %, shared ${(k.sharedWh / 1000).toFixed(1)} kWh, ` +
        `the street saves ${(k.savings / 1e6).toFixed(2)} €, ${k.gaining} homes gain, ${k.losing} lose`,
    ),
  ]);
  return lines.join("\n");
}

function euros(microEur: number): number | null {
  return rounded(microEur / 1e6, 2);
}

/** What is not defined, as a mean over nothing, is told as null. */
function rounded(value: number | undefined, digits: number): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toFixed(digits)) || 0;
}
