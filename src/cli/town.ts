/** `contrada town`: a whole town, live with platform and app, or headless as fast as it goes. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { toHex } from "#base/bytes.ts";
import { dayStart, formatInstant, parseDay, parseInstant, QUARTER_HOUR_S, ROME } from "#base/time.ts";
import type { Command } from "#cli/command.ts";
import { startProgress } from "#cli/progress.ts";
import { flagOf, type Origin, resolve, UsageError, type Values } from "#cli/settings.ts";
import { ONLY_HEADLESS, ONLY_LIVE, TOWN_SETTINGS } from "#cli/town-settings.ts";
import { hash } from "#crypto/hash.ts";
import { FolderNotEmptyError, type HeadlessReport, runHeadless } from "#sim/headless.ts";
import { HomesFileError, type MeasuredHomes, readHomes } from "#sim/homes-file.ts";
import { planTown, type TownPlan } from "#sim/plan.ts";
import { claimFolder, forgetTown, TownFolderError, type TownIdentity } from "#sim/town-folder.ts";

export type TownValues = Values<typeof TOWN_SETTINGS>;

const GENERATED_DAYS = 7;
const HEADLESS_STEP_S = 900;
const LIVE_STEP_S = 5;

export const town: Command = {
  usage: "town [flags]",
  about: [
    "Runs a town: homes with panels, accumulators and meters, owners who sell what is stored, a ledger that settles it,",
    "the trading platform and the citizens' app. Open the address that it prints; Ctrl-C ends it, and the same command",
    "goes on where it stopped. With --headless it runs without a screen, as fast as it goes, and ends with figures.",
  ].join("\n"),
  settings: TOWN_SETTINGS,
  examples: [
    ["town", "24 homes on http://127.0.0.1:8080, kept in data/town"],
    ["town --count 48 --seed 7 --speed 600 --data data/large", "another, larger town, ten minutes a second"],
    ["town --headless --days 30 --json", "a month in one JSON object"],
    [
      "town --headless --homes homes.csv --solar-peak-kwp 5 --accumulator-kwh 0 --no-trade",
      "what the measured homes of a file would make of 5 kWp on every second roof",
    ],
  ],
  async run(args, environment) {
    const { values, words, origins } = resolve(TOWN_SETTINGS, args, environment);
    if (words.length > 0) throw new UsageError(`"${words[0]}" is no flag; contrada town takes flags only.`);
    checkTogether(values, origins);
    const stepS = stepOf(values);
    const { plan, identity } = townOf(values);
    try {
      if (values.headless) return await headless(values, plan, identity, stepS);
      const { runLive } = await import("#cli/live.ts");
      return await runLive(values, plan, identity, stepS);
    } catch (error) {
      if (error instanceof TownFolderError || error instanceof FolderNotEmptyError) {
        throw new UsageError(error.message, { cause: error });
      }
      throw error;
    }
  },
};

async function headless(
  values: TownValues,
  plan: TownPlan,
  identity: TownIdentity,
  stepS: number,
): Promise<number> {
  const intervals = intervalsOf(values.days, plan);
  const temporary = values.data === undefined ? mkdtempSync(join(tmpdir(), "contrada-town-")) : undefined;
  try {
    if (values.data !== undefined) {
      if (values.fresh) forgetTown(values.data);
      claimFolder(values.data, { ...identity, mode: "headless" });
    }
    const progress = startProgress(`${plan.homes.length} homes`, intervals);
    const report = await runHeadless(
      plan,
      intervals,
      {
        folder: values.data ?? temporary!,
        stepS,
        trade: values.trade,
        signatures: values.signatures,
      },
      (time) => progress.show((time - plan.start) / QUARTER_HOUR_S, formatInstant(time).slice(0, 10)),
    ).finally(() => progress.end());
    console.log(values.json ? JSON.stringify(report) : readable(report));
    return 0;
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

/** Quarter hours of a headless run. */
function intervalsOf(days: number | undefined, { start, end }: TownPlan): number {
  const available = Math.floor((end - start) / QUARTER_HOUR_S);
  if (days === undefined) return Number.isFinite(available) ? available : GENERATED_DAYS * 96;
  const asked = Math.max(1, Math.round(days * 96));
  if (asked <= available) return asked;
  const most = Math.floor((available / 96) * 100) / 100;
  throw new UsageError(
    `--days ${days} is more than the file holds: ${most} days from ${formatInstant(start)}.`,
  );
}

/** Settings that do not go together, where somebody wrote them on the command line. */
function checkTogether(values: TownValues, origins: { readonly [K in keyof TownValues]: Origin }): void {
  const written = (name: keyof TownValues) => origins[name] === "flag";
  for (const name of values.headless ? ONLY_LIVE : ONLY_HEADLESS) {
    if (!written(name)) continue;
    throw new UsageError(
      values.headless
        ? `--${flagOf(name)} belongs to a live town, not to --headless.`
        : `--${flagOf(name)} belongs to --headless.`,
    );
  }
  if (values.headless && values.market && written("market")) {
    throw new UsageError(
      "--market belongs to a live town: a headless one holds no neighbours' market. contrada report and contrada auction simulate markets.",
    );
  }
  if (values.homes !== undefined && written("count")) {
    throw new UsageError("--count is of homes that are made up; a file of --homes has its own.");
  }
  if (values.homes === undefined && written("solarColumn")) {
    throw new UsageError("--solar-column is a column of the file of --homes, and there is none.");
  }
}

function stepOf({ step, headless }: TownValues): number {
  if (step === undefined) return headless ? HEADLESS_STEP_S : LIVE_STEP_S;
  if (QUARTER_HOUR_S % step !== 0) {
    throw new UsageError(`--step must divide a quarter hour of 900 s, which ${step} does not.`);
  }
  return step;
}

/** The town that the settings describe, and what makes it this town and no other. Throws `UsageError`. */
export function townOf(values: TownValues): { readonly plan: TownPlan; readonly identity: TownIdentity } {
  const measured = values.homes === undefined ? undefined : measuredHomes(values.homes);
  const {
    seed,
    count,
    homes: file,
    start,
    solarColumn,
    solarPeakKwp,
    accumulatorKwh,
    accumulatorKw,
  } = values;
  const solarHomes = values.solarHomes ?? (measured === undefined ? "default" : "every-second");
  try {
    const plan = planTown({
      seed,
      homes: count,
      measured,
      start: startOf(start),
      solarHomes,
      solarPeakKwp,
      solarColumn,
      accumulatorKwh,
      accumulatorKw,
    });
    const identity: TownIdentity = {
      seed,
      homes: plan.homes.length,
      mode: "live",
      file: file === undefined ? undefined : fileIdentity(file),
      start: formatInstant(plan.start),
      history: values.headless ? undefined : values.history,
      solarHomes,
      solarPeakKwp,
      solarColumn,
      accumulatorKwh,
      accumulatorKw,
    };
    return { plan, identity };
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** A file is the same wherever it lies. */
function fileIdentity(path: string): string {
  return `${basename(path)}, sha256 ${toHex(hash(readFileSync(path))).slice(0, 16)}`;
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
  return day === undefined ? parseInstant(text) : dayStart(ROME, day);
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
