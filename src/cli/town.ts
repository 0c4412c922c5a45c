/** `contrada town`: a whole town, live with platform and app, or headless as fast as it goes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dayStart, formatInstant, parseDay, parseInstant, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import type { Command } from "#cli/command.ts";
import { startProgress } from "#cli/progress.ts";
import { resolve, UsageError, type Values } from "#cli/settings.ts";
import { TOWN_SETTINGS } from "#cli/town-settings.ts";
import { type HeadlessReport, runHeadless } from "#sim/headless.ts";
import { HomesFileError, type MeasuredHomes, readHomes } from "#sim/homes-file.ts";
import { planTown, type TownChoices, type TownPlan } from "#sim/plan.ts";

type Settings = Values<typeof TOWN_SETTINGS>;

const GENERATED_DAYS = 7;
const HEADLESS_STEP_S = 900;
const LIVE_STEP_S = 5;

export const town: Command = {
  usage: "town [flags]",
  about:
    "Runs a town of homes with panels, accumulators and meters, a ledger, a trading platform and the citizens' app.\n" +
    "Live by default: open the address that it prints. With --headless it runs as fast as it goes and ends with figures.",
  settings: TOWN_SETTINGS,
  examples: [
    "town",
    "town --count 48 --seed 7 --speed 600",
    "town --headless --days 30 --json",
    "town --headless --json --homes homes.csv --solar-homes every-second --solar-peak-kwp 5 --accumulator-kwh 0 --no-trade",
  ],
  async run(args, environment) {
    const { values, words } = resolve(TOWN_SETTINGS, args, environment);
    if (words.length > 0) throw new UsageError(`"${words[0]}" is no flag; contrada town takes flags only.`);
    if (values.json && !values.headless) throw new UsageError("--json belongs to --headless.");
    const stepS = stepOf(values);
    const plan = planOf(values);
    if (values.headless) return headless(values, plan, stepS);
    const { runLive } = await import("#cli/live.ts");
    return runLive(values, plan, stepS);
  },
};

async function headless(values: Settings, plan: TownPlan, stepS: number): Promise<number> {
  const available = Number.isFinite(plan.end)
    ? (plan.end - plan.start) / QUARTER_HOUR_S
    : Number.POSITIVE_INFINITY;
  const asked =
    values.days > 0
      ? Math.round((values.days * 86_400) / QUARTER_HOUR_S)
      : Number.isFinite(available)
        ? available
        : GENERATED_DAYS * 96;
  if (asked > available) {
    throw new UsageError(
      `--days ${values.days} is more than the file holds: ${((available * QUARTER_HOUR_S) / 86_400).toFixed(2)} days from ${formatInstant(plan.start)}.`,
    );
  }
  const temporary = values.data === undefined ? mkdtempSync(join(tmpdir(), "contrada-town-")) : undefined;
  const progress = startProgress(`${plan.homes.length} homes`, asked);
  try {
    const report = await runHeadless(plan, {
      folder: values.data ?? temporary!,
      intervals: asked,
      stepS,
      trade: values.trade,
      signatures: values.signatures,
      onProgress: (intervals, time) => progress.show(intervals, formatInstant(time).slice(0, 10)),
    });
    progress.end();
    console.log(values.json ? JSON.stringify(report) : readable(report));
    return 0;
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

function stepOf({ step, headless }: Settings): number {
  if (step === 0) return headless ? HEADLESS_STEP_S : LIVE_STEP_S;
  if (QUARTER_HOUR_S % step !== 0) {
    throw new UsageError(`--step must divide a quarter hour of 900 s, which ${step} does not.`);
  }
  return step;
}

/** The town that the settings describe. Throws `UsageError`. */
export function planOf(values: Settings): TownPlan {
  const measured = values.homes === undefined ? undefined : measuredHomes(values.homes);
  const choices: TownChoices = {
    seed: values.seed,
    homes: values.count,
    measured,
    start: startOf(values.start),
    solarHomes:
      values.solarHomes === "default"
        ? measured === undefined
          ? "default"
          : "every-second"
        : values.solarHomes,
    solarPeakKwp: values.solarPeakKwp,
    solarColumn: values.solarColumn,
    accumulatorKwh: values.accumulatorKwh,
    accumulatorKw: values.accumulatorKw,
  };
  try {
    return planTown(choices);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function measuredHomes(path: string): MeasuredHomes {
  try {
    return readHomes(path);
  } catch (error) {
    if (error instanceof HomesFileError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function startOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const day = parseDay(text);
  const instant = day === undefined ? parseInstant(text)! : dayStart(ROME, day);
  if (instant % QUARTER_HOUR_S !== 0) throw new UsageError(`--start must be a quarter hour, not ${text}.`);
  return instant;
}

function readable(report: HeadlessReport): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const kwh = (value: number) => `${value.toLocaleString("en", { maximumFractionDigits: 1 })} kWh`;
  const rows: [string, string][] = [
    [
      "homes",
      `${report.homes}, ${report.homes_with_panels} with panels, ${report.homes_with_accumulator} with accumulator`,
    ],
    ["time", `${report.from} to ${report.until}, ${report.days} days`],
    ["generation", kwh(report.generation_kwh)],
    ["demand", kwh(report.demand_kwh)],
    ["import", kwh(report.import_kwh)],
    ["export", kwh(report.export_kwh)],
    [
      "alone",
      `self-consumption ${percent(report.self_consumption_alone)}, self-sufficiency ${percent(report.self_sufficiency_alone)}`,
    ],
    [
      "shared",
      `self-consumption ${percent(report.self_consumption_shared)}, self-sufficiency ${percent(report.self_sufficiency_shared)}`,
    ],
    [
      "matched",
      `${report.shared_quarter_hour_kwh.toFixed(2)} kWh per quarter hour, ${report.shared_hour_kwh.toFixed(2)} per hour`,
    ],
    [
      "sales",
      `${report.sales} authorised, ${report.sales_settled} settled, ${report.sales_partly_delivered} partly delivered, ${report.sales_voided} voided`,
    ],
    [
      "sold",
      `${report.sold_kwh.toFixed(1)} kWh for ${report.paid_eur.toFixed(2)} €, of it ${report.fees_eur.toFixed(2)} € fees`,
    ],
    ["ledger", `${report.blocks} blocks, ${report.transactions} transactions, ${report.state_rows} rows`],
    ["state root", report.state_root],
    [
      "took",
      `${report.wall_s.toFixed(1)} s, ${report.home_intervals_per_s.toLocaleString("en")} home-quarter-hours per second`,
    ],
  ];
  const refused = Object.entries(report.refused);
  if (refused.length > 0)
    rows.push(["refused", refused.map(([status, times]) => `${status} × ${times}`).join(", ")]);
  return rows.map(([name, value]) => name.padEnd(12) + value).join("\n");
}
