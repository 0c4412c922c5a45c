/** `contrada auction`: what measured homes would make of the neighbours' auction, with agents that bid for them. */
import type { Command } from "#cli/command.ts";
import { resolve, UsageError, type Values } from "#cli/settings.ts";
import { meterStreet, planStreet, type StreetValues, streetSettings } from "#cli/street.ts";
import type { Outside } from "#sim/auction/agents.ts";
import { liveStreet } from "#sim/auction/lived.ts";
import { type AuctionFigures, giniOf, jainOf, type Quarter, runAuctions } from "#sim/auction/run.ts";
import type { MeteredTown } from "#sim/metered.ts";
import { sumOf } from "#sim/report/kpis.ts";
import { shareableOf } from "#sim/report/scenarios.ts";

const MAX_LIMIT = 1_000_000_000;

const USUAL_DAYS = 7;
const SETTINGS = {
  ...streetSettings(USUAL_DAYS),
  mechanism: {
    kind: "choice",
    choices: ["uniform", "pay-as-bid", "continuous", "fixed-split"],
    default: "uniform",
    help: "how each quarter hour is cleared: uniform, pay-as-bid, continuous or fixed-split",
    group: "The auction",
  },
  agents: {
    kind: "choice",
    choices: ["zero-intelligence", "ramp", "learning", "battery"],
    default: "zero-intelligence",
    help: "who bids for the homes: zero-intelligence, ramp, learning or battery (by forecast and store)",
    group: "The auction",
  },
  feedIn: {
    kind: "integer",
    value: "MICRO-EUR",
    min: -MAX_LIMIT,
    max: MAX_LIMIT,
    default: 80_000,
    help: "what a kWh brings without the auction, µEUR",
    group: "The auction",
  },
  tariff: {
    kind: "integer",
    value: "MICRO-EUR",
    min: -MAX_LIMIT,
    max: MAX_LIMIT,
    default: 300_000,
    help: "what a kWh costs without the auction, µEUR",
    group: "The auction",
  },
  fallback: {
    kind: "switch",
    default: true,
    help: "match nothing at slot end of what the auction left",
    group: "The auction",
  },
  runs: {
    kind: "integer",
    min: 1,
    max: 1000,
    default: 1,
    help: "how many times, each with other chances; the first with those of 1",
    group: "The auction",
  },
  json: { kind: "switch", default: false, help: "answer with one JSON object" },
} as const;

export const auction: Command = {
  usage: "auction [flags]",
  about:
    "Holds the neighbours' auction in every quarter hour of a street, made up or measured, and says how much of what\n" +
    "the homes could share was traded, at which price, and what each home saves against tariff and feed-in price.\n" +
    "Every clearing is checked by its certificate. Fees are left out; forecast errors count with --agents battery alone,\n" +
    "whose bidders steer their accumulators by what they trade and are settled against the meter.",
  settings: SETTINGS,
  examples: [
    [
      "auction --homes homes.csv --solar-column pv2 --runs 8",
      "eight seeds of bidders without any intelligence",
    ],
    [
      "auction --homes homes.csv --agents learning --mechanism pay-as-bid --json",
      "bidders who learn, and a report for programs",
    ],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    if (words.length > 0)
      throw new UsageError(`"${words[0]}" is no flag; contrada auction takes flags only.`);
    const reports = reportsOf(values);
    if (values.json) {
      console.log(JSON.stringify({ mechanism: values.mechanism, agents: values.agents, runs: reports }));
      return 0;
    }
    console.log(`${values.mechanism}, ${values.agents}:`);
    for (const report of reports) {
      console.log(
        `  run ${report.run}: ${percent(report.traded_share)} of ${report.shareable_kwh} kWh that can be shared, at ` +
          `${report.mean_price_eur_per_kwh} €/kWh; at slot end ${percent(report.fallback_share)} more; homes save ` +
          `${report.savings_eur} €, each at least ${report.least_savings_eur} €, Gini ${report.gini}, Jain ${report.jain}`,
      );
    }
    return 0;
  },
};

function reportsOf(values: Values<typeof SETTINGS>) {
  const { feedIn, tariff, mechanism, agents, fallback, runs, json: _, ...street } = values;
  if (feedIn >= tariff)
    throw new UsageError("--feed-in must lie below --tariff, or nobody gains by trading.");
  const quarters = quartersOf(meterStreet(street, USUAL_DAYS));
  const outside = { feedIn, tariff };
  if (agents === "battery") {
    if (mechanism !== "uniform" || !fallback || runs !== 1) {
      throw new UsageError("--agents battery goes with --mechanism uniform, the fallback, and one run.");
    }
    return [livedReport(street, outside)];
  }
  return Array.from({ length: runs }, (_, i) =>
    reportOf(i + 1, runAuctions({ quarters, mechanism, agents, outside, seed: i + 1, fallback })),
  );
}

/** A street without a market and the same with battery-aware bidders; what they save is the difference. */
function livedReport(street: StreetValues, outside: Outside) {
  const { plan, slots } = planStreet(street, USUAL_DAYS);
  const none = liveStreet(plan, slots, "none", outside);
  const lived = liveStreet(plan, slots, "auction", outside);
  const { traded, delivered, matched, price, imbalanceWh } = lived;
  const shareable = shareableOf(lived.homes);
  const figures = reportOf(1, {
    shareableWh: sumOf(shareable),
    tradedWh: sumOf(delivered),
    fallbackWh: sumOf(matched),
    meanPrice: sumOf(traded.map((wh, slot) => wh * (price[slot] ?? 0))) / sumOf(traded),
    clearedSlots: price.filter((one) => one !== undefined).length,
    savings: lived.homes.map(({ cost }, i) => none.homes[i]!.cost - cost),
  });
  return {
    ...figures,
    shareable_without_market_kwh: rounded(sumOf(shareableOf(none.homes)) / 1000, 3),
    imbalance_kwh: rounded(imbalanceWh / 1000, 3),
    forecast_error_wh: rounded(lived.forecastError, 1),
    same_day_last_week_error_wh: rounded(lived.weekBeforeError, 1),
    stored_at_end_kwh: rounded(lived.storedWh / 1000, 3),
    stored_at_end_without_market_kwh: rounded(none.storedWh / 1000, 3),
  };
}

function quartersOf({ homes, slots }: MeteredTown): Quarter[] {
  return Array.from({ length: slots }, (_, slot) => ({
    imported: homes.map(({ imported }) => Number(imported[slot]!)),
    exported: homes.map(({ exported }) => Number(exported[slot]!)),
  }));
}

function reportOf(run: number, figures: AuctionFigures) {
  const { shareableWh, tradedWh, fallbackWh, meanPrice, clearedSlots, savings } = figures;
  const saved = savings.reduce((sum, one) => sum + one, 0);
  return {
    run,
    shareable_kwh: rounded(shareableWh / 1000, 3),
    traded_kwh: rounded(tradedWh / 1000, 3),
    traded_share: rounded(tradedWh / shareableWh, 4),
    fallback_share: rounded(fallbackWh / shareableWh, 4),
    mean_price_eur_per_kwh: rounded(meanPrice / 1e6, 4),
    cleared_quarter_hours: clearedSlots,
    savings_eur: rounded(saved / 1e6, 2),
    least_savings_eur: rounded(Math.min(...savings) / 1e6, 2),
    gini: rounded(giniOf(savings), 3),
    jain: rounded(jainOf(savings), 3),
    savings_by_home_eur: savings.map((one) => rounded(one / 1e6, 2)),
  };
}

/** A number that is none, as a mean over nothing, is told as null. */
function rounded(value: number, digits: number): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : null;
}

function percent(share: number | null): string {
  return share === null ? "–" : `${(100 * share).toFixed(1)} %`;
}
