/** `contrada dispatch`: the BEC's decisions replayed over measured homes, and what an accumulator brings them. */
import { readFileSync } from "node:fs";
import { ROME } from "#base/time.ts";
import type { Command } from "#cli/command.ts";
import { startProgress } from "#cli/progress.ts";
import { resolve, UsageError, type Values } from "#cli/settings.ts";
import { foresightSaving, resaleCanPay } from "#control/foresight.ts";
import type { StoreModel } from "#control/outlook.ts";
import { HomesFileError, readHomes } from "#sim/homes-file.ts";
import { type Replayed, replayHome, savingOf } from "#sim/replay.ts";
import {
  type MeasuredHome,
  measuredHomes,
  PricesFileError,
  parsePrices,
  secondOfDay,
} from "#sim/replay-file.ts";

const HOMES = "Homes and prices";
const EA = "Accumulator of each home";
const HOUR_S = 3600;

const SETTINGS = {
  homes: {
    kind: "text",
    value: "FILE.csv",
    default: undefined,
    help: "measured homes, as contrada town reads them",
    group: HOMES,
  },
  prices: {
    kind: "text",
    value: "FILE.json",
    default: undefined,
    help: 'what energy costs and brings: {"import_eur_per_kwh": […], "export_eur_per_kwh": […]}, each of one value, 24 or one per step',
    group: HOMES,
  },
  solarHomes: {
    kind: "text",
    value: "WHICH",
    default: "all",
    help: "homes with panels: all, none, every-second, default (two of three) or numbers like 1,3,5",
    group: HOMES,
  },
  solarPeakKwp: {
    kind: "number",
    value: "KWP",
    min: 0.1,
    max: 1000,
    unit: "kWp",
    default: 5,
    help: "panels of each of these homes",
    group: HOMES,
  },
  solarColumn: {
    kind: "text",
    value: "NAME",
    default: undefined,
    help: "solar column of the file; default its first",
    group: HOMES,
  },
  accumulatorKwh: {
    kind: "number",
    value: "KWH",
    min: 0.1,
    max: 10_000,
    unit: "kWh",
    default: 6.4,
    help: "capacity",
    group: EA,
  },
  accumulatorKw: {
    kind: "number",
    value: "KW",
    min: 0.1,
    max: 10_000,
    unit: "kW",
    default: 5,
    help: "power at the terminals, both ways",
    group: EA,
  },
  roundTrip: {
    kind: "number",
    value: "SHARE",
    min: 0.01,
    max: 1,
    unit: "",
    default: 0.9,
    help: "what comes out again of what goes in, above 0 to 1",
    group: EA,
  },
  wear: {
    kind: "number",
    value: "EUR",
    min: 0,
    max: 10,
    unit: "€/kWh",
    default: 0.0165,
    help: "ageing, € per kWh at the terminals, in and out alike",
    group: EA,
  },
  reserveKwh: {
    kind: "number",
    value: "KWH",
    min: 0,
    max: 10_000,
    unit: "kWh",
    default: 0,
    help: "stays in the accumulator",
    group: EA,
  },
  resale: {
    kind: "switch",
    default: false,
    help: "energy bought from the MicroGrid may be sold again",
    group: EA,
  },
  importKw: {
    kind: "number",
    value: "KW",
    min: 0.1,
    max: 100_000,
    unit: "kW",
    default: undefined,
    help: "what the connection carries in; no bound by default",
    group: "Connection",
  },
  exportKw: {
    kind: "number",
    value: "KW",
    min: 0,
    max: 100_000,
    unit: "kW",
    default: undefined,
    help: "what it carries out; no bound by default",
    group: "Connection",
  },
  rule: {
    kind: "choice",
    choices: ["plan", "time-of-use", "self-consumption"],
    default: "plan",
    value: "RULE",
    help: "plan, or what the BEC falls back to: time-of-use, self-consumption",
    group: "Answer",
  },
  oracle: {
    kind: "switch",
    default: false,
    help: "also the best that was possible with hindsight, and the share of it that was reached",
    group: "Answer",
  },
  json: { kind: "switch", default: false, help: "answer with one JSON object", group: "Answer" },
} as const;

type DispatchValues = Values<typeof SETTINGS>;

export const dispatchCommand: Command = {
  usage: "dispatch --homes FILE.csv --prices FILE.json [flags]",
  about: [
    "Replays what the bidirectional counter would have decided in measured homes with an accumulator, step by step and",
    "knowing only what was before, and says what that cost, what it saved over no accumulator, wear paid, how many",
    "cycles it took and how many limits were broken (none). docs/home/dispatch.md explains rule, planner and formats.",
  ].join("\n"),
  settings: SETTINGS,
  examples: [
    ["dispatch --homes homes.csv --prices prices.json", "a table of the homes"],
    [
      "dispatch --homes homes.csv --prices prices.json --oracle --json",
      "how near to the best with hindsight",
    ],
    ["dispatch --homes homes.csv --prices prices.json --rule self-consumption", "without a planner"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    if (words.length > 0)
      throw new UsageError(`"${words[0]}" is no flag; contrada dispatch takes flags only.`);
    const report = replay(values);
    console.log(values.json ? JSON.stringify(report) : readable(report, values));
    return 0;
  },
};

interface HomeReport {
  readonly home: string;
  readonly solar_kwp: number;
  readonly gaps: number;
  readonly demand_kwh: number;
  readonly solar_kwh: number;
  readonly import_kwh: number;
  readonly export_kwh: number;
  readonly bought_for_accumulator_kwh: number;
  readonly cost_without_eur: number;
  readonly cost_eur: number;
  readonly wear_eur: number;
  readonly saving_eur: number;
  readonly cycles: number;
  readonly decisions: number;
  readonly violations: number;
  readonly best_saving_eur?: number;
  readonly share_of_best?: number | null;
}

interface DispatchReport {
  readonly rule: string;
  readonly steps: number;
  readonly step_s: number;
  readonly days: number;
  readonly homes: readonly HomeReport[];
  readonly total: Omit<HomeReport, "home" | "solar_kwp">;
  /** Whether the best is exact, or an upper bound, since resale is forbidden and could have paid. */
  readonly oracle?: "exact" | "bound";
}

function replay(values: DispatchValues): DispatchReport {
  const { homes: homesFile, prices: pricesFile } = values;
  if (homesFile === undefined) throw new UsageError("dispatch wants the measured homes: --homes FILE.csv");
  if (pricesFile === undefined) throw new UsageError("dispatch wants the prices: --prices FILE.json");
  const measured = readHomesFile(homesFile);
  const { steps, stepS } = measured;
  if (HOUR_S % stepS !== 0) {
    throw new UsageError(`${homesFile}: steps of ${stepS} s; dispatch takes steps that divide an hour.`);
  }
  const begins = secondOfDay(measured, ROME);
  const prices = readPrices(pricesFile, { steps, stepS, begins });
  const store = storeOf(values);
  let homes: MeasuredHome[];
  try {
    homes = measuredHomes(measured, values);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
  const connection = {
    importPowerMaxW: powerOf(values.importKw),
    exportPowerMaxW: powerOf(values.exportKw),
  };
  const limits = {
    importPowerMaxW: new Float64Array(steps).fill(connection.importPowerMaxW),
    exportPowerMaxW: new Float64Array(steps).fill(connection.exportPowerMaxW),
  };
  const progress = startProgress(`${homes.length} homes`, homes.length * steps);
  const reports = homes.map((home, i) => {
    const replayed = replayHome(home.lived, begins, prices, {
      rule: values.rule,
      store,
      connection,
      onStep: (step) => {
        if (step % 64 === 0) progress.show(i * steps + step, home.name);
      },
    });
    const best = values.oracle
      ? foresightSaving(store, home.lived, { ...prices, ...limits }, store.reserveWh)
      : undefined;
    return {
      ...reportOf(replayed, store, best),
      home: home.name,
      solar_kwp: home.solarPeakW / 1000,
      gaps: home.gaps,
    };
  });
  progress.end();
  const sum = (name: Exclude<keyof HomeReport, "home">) =>
    round(
      reports.reduce((total, report) => total + (report[name] ?? 0), 0),
      6,
    );
  const savings = sum("saving_eur");
  const best = sum("best_saving_eur");
  return {
    rule: values.rule,
    steps,
    step_s: stepS,
    days: round((steps * stepS) / 86_400, 4),
    homes: reports,
    total: {
      gaps: sum("gaps"),
      demand_kwh: sum("demand_kwh"),
      solar_kwh: sum("solar_kwh"),
      import_kwh: sum("import_kwh"),
      export_kwh: sum("export_kwh"),
      bought_for_accumulator_kwh: sum("bought_for_accumulator_kwh"),
      cost_without_eur: sum("cost_without_eur"),
      cost_eur: sum("cost_eur"),
      wear_eur: sum("wear_eur"),
      saving_eur: savings,
      cycles: sum("cycles"),
      decisions: sum("decisions"),
      violations: sum("violations"),
      ...(values.oracle && { best_saving_eur: best, share_of_best: shareOf(savings, best) }),
    },
    ...(values.oracle && { oracle: resaleCanPay(store, prices) ? "bound" : "exact" }),
  };
}

function readHomesFile(path: string) {
  try {
    return readHomes(path);
  } catch (error) {
    if (error instanceof HomesFileError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function readPrices(path: string, steps: Parameters<typeof parsePrices>[2]) {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${(error as Error).message})`, { cause: error });
  }
  try {
    return parsePrices(text, path, steps);
  } catch (error) {
    if (error instanceof PricesFileError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function storeOf(values: DispatchValues): StoreModel {
  const capacityWh = Math.round(values.accumulatorKwh * 1000);
  const reserveWh = Math.round(values.reserveKwh * 1000);
  if (reserveWh >= capacityWh) {
    throw new UsageError(
      `--reserve-kwh ${values.reserveKwh} leaves nothing of an accumulator of ${values.accumulatorKwh} kWh.`,
    );
  }
  const powerMaxW = Math.round(values.accumulatorKw * 1000);
  return {
    capacityWh,
    chargePowerMaxW: powerMaxW,
    dischargePowerMaxW: powerMaxW,
    oneWayEfficiency: Math.sqrt(values.roundTrip),
    wear: Math.round(values.wear * 1_000_000),
    reserveWh,
    ceilingWh: capacityWh,
    gridEnergySellable: values.resale,
    feedsIn: true,
  };
}

function powerOf(kw: number | undefined): number {
  return kw === undefined ? Number.POSITIVE_INFINITY : Math.round(kw * 1000);
}

function reportOf(replayed: Replayed, { capacityWh }: StoreModel, best: number | undefined) {
  const kwh = (wh: number) => round(wh / 1000, 3);
  const eur = (microEur: number) => round(microEur / 1_000_000, 6);
  const saving = eur(savingOf(replayed));
  return {
    demand_kwh: kwh(replayed.loadWh),
    solar_kwh: kwh(replayed.solarWh),
    import_kwh: kwh(replayed.importWh),
    export_kwh: kwh(replayed.exportWh),
    bought_for_accumulator_kwh: kwh(replayed.boughtWh),
    cost_without_eur: eur(replayed.costWithout),
    cost_eur: eur(replayed.cost),
    wear_eur: eur(replayed.wear),
    saving_eur: saving,
    cycles: round(replayed.dischargedWh / capacityWh, 3),
    decisions: replayed.decisions,
    violations: replayed.violations,
    ...(best !== undefined && { best_saving_eur: eur(best), share_of_best: shareOf(saving, eur(best)) }),
  };
}

/** `null` where nothing could have been saved. */
function shareOf(saving: number, best: number): number | null {
  return best > 0 ? round(saving / best, 6) : null;
}

function readable({ homes, total, oracle, days, rule }: DispatchReport, values: DispatchValues): string {
  const columns = ["home", "without €", "with €", "wear €", "saved €", "cycles", "violations"];
  if (oracle !== undefined) columns.push("best €", "share");
  const row = (name: string, home: Omit<HomeReport, "home" | "solar_kwp">) => [
    name,
    home.cost_without_eur.toFixed(2),
    home.cost_eur.toFixed(2),
    home.wear_eur.toFixed(2),
    home.saving_eur.toFixed(2),
    home.cycles.toFixed(1),
    String(home.violations),
    ...(oracle === undefined
      ? []
      : [
          home.best_saving_eur!.toFixed(2),
          home.share_of_best == null ? "–" : `${(100 * home.share_of_best).toFixed(1)} %`,
        ]),
  ];
  const rows = [columns, ...homes.map((home) => row(home.home, home)), row("all", total)];
  const widths = columns.map((_, at) => Math.max(...rows.map((cells) => cells[at]!.length)));
  const lines = rows.map((cells) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join("  "),
  );
  return [
    `${days} days, ${values.accumulatorKwh} kWh and ${values.accumulatorKw} kW in each home, rule: ${rule}`,
    ...lines,
    ...(oracle === "bound"
      ? [
          "The best is an upper bound: selling what was bought could have paid, and is forbidden (--resale allows it).",
        ]
      : []),
  ].join("\n");
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
