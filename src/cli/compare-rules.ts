/** `contrada compare-rules`: what each rule book pays a street and each home of it, on the same meters. */
import { writeFileSync } from "node:fs";
import { formatInstant, QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEurPerKwh } from "#base/units.ts";
import { euro, table } from "#cli/cer.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { meterStreet, streetSettings } from "#cli/street.ts";
import { type Answer, readAs, tariffSentence } from "#cli/tariff.ts";
import { auctionBook } from "#market/auction/rule-book.ts";
import { type BookOutcome, type Comparison, compareRules } from "#rules/compare.ts";
import { type Fairness, fairnessOf } from "#rules/fairness.ts";
import { streetStatement } from "#rules/italy/statement-file.ts";
import type { Metered } from "#rules/rule-book.ts";
import { booksOf, DEFAULT_TERMS, LONG_AGO, type RuleTerms, termsFrom } from "#rules/terms.ts";
import { drawnLimits } from "#sim/limits.ts";
import type { MeteredTown } from "#sim/metered.ts";
import italyHome from "#tariff/examples/italy-home.json" with { type: "json" };
import { hourlyIndex, type Indices, indicesFrom } from "#tariff/index-series.ts";
import { type Tariff, tariffFrom } from "#tariff/tariff.ts";

const USUAL_DAYS = 30;
const RULES = "Rules and prices";
const SETTINGS = {
  ...streetSettings(USUAL_DAYS),
  tariff: {
    kind: "text",
    value: "FILE.json",
    default: undefined,
    help: "what every home pays its supplier and receives for what it gives: docs/spec/tariffs.md; default an Italian example",
    group: RULES,
  },
  prices: {
    kind: "text",
    value: "FILE.json",
    default: undefined,
    help: "index series that the tariff and the incentive follow; the zonal price is called pz, default 0.12 €/kWh at all hours",
    group: RULES,
  },
  terms: {
    kind: "text",
    value: "FILE.json",
    default: undefined,
    help: "prices, keys and parameters of the rule books: docs/spec/rule-terms.md",
    group: RULES,
  },
  cerStatement: {
    kind: "text",
    value: "FILE.json",
    default: undefined,
    help: "also write the street's first civil month as a statement for contrada cer",
    group: RULES,
  },
  json: { kind: "switch", default: false, help: "answer with one JSON object", group: RULES },
} as const;

const ZONAL_PRICE = MicroEurPerKwh(120_000n);

export const compare: Command = {
  usage: "compare-rules [flags]",
  about:
    "Meters a street (made up, or of a file) and lays every rule book over it: the Italian incentive, the Austrian keys,\n" +
    "German sharing, free allocation, an auction at limits drawn by chance. Shows what each pays the street and each home against every home for itself.",
  settings: SETTINGS,
  examples: [
    ["compare-rules --days 30", "a made-up street, a month"],
    [
      "compare-rules --start 2026-06-01 --days 30 --cer-statement june.json",
      "June as a statement that contrada cer reckons",
    ],
    [
      "compare-rules --homes homes.csv --solar-peak-kwp 5 --accumulator-kwh 0 --json",
      "the measured homes of a file, as one JSON object",
    ],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    if (words.length > 0) throw new UsageError(`"${words[0]}" is no flag; compare-rules takes flags only.`);
    const {
      tariff: tariffFile,
      prices: pricesFile,
      terms: termsFile,
      cerStatement,
      json,
      ...street
    } = values;
    const metered = meterStreet(street, USUAL_DAYS);
    const tariff = tariffFile === undefined ? own(tariffFrom(italyHome)) : readAs(tariffFile, tariffFrom);
    const terms = termsFile === undefined ? DEFAULT_TERMS : readAs(termsFile, termsFrom);
    const indices = withZonalPrice(
      pricesFile === undefined ? new Map() : readAs(pricesFile, indicesFrom),
      metered,
    );
    if (cerStatement !== undefined) writeStatement(cerStatement, metered, terms, indices);
    const comparison = comparisonOf(metered, tariff, terms, indices);
    console.log(
      json ? JSON.stringify(reportOf(metered, tariff, comparison)) : readable(metered, tariff, comparison),
    );
    return 0;
  },
};

function writeStatement(file: string, town: MeteredTown, terms: RuleTerms, indices: Indices): void {
  const metered: Metered = { start: town.start, slots: town.slots, participants: town.homes };
  const zonalPrice = indices.get("pz")!;
  const statement = streetStatement(metered, {
    ...terms.italy,
    powerW: powersOf(town),
    inOperation: LONG_AGO,
    zonalPrice,
  });
  if (statement === undefined) throw new UsageError("--cer-statement: no whole hour with a zonal price.");
  writeFileSync(file, `${JSON.stringify(statement)}\n`);
}

function powersOf({ homes }: MeteredTown): ReadonlyMap<string, bigint> {
  const withPanels = homes.filter(({ solarPeakW }) => solarPeakW > 0);
  return new Map(withPanels.map(({ id, solarPeakW }) => [id, BigInt(Math.round(solarPeakW))]));
}

function comparisonOf(town: MeteredTown, tariff: Tariff, terms: RuleTerms, indices: Indices): Comparison {
  const metered: Metered = { start: town.start, slots: town.slots, participants: town.homes };
  const { lowest, highest, seed: drawnBy, fallbackPrice } = terms.auction;
  const range = { seed: drawnBy, lowest: Number(lowest), highest: Number(highest) };
  const ids = town.homes.map(({ id }) => id);
  const books = [
    ...booksOf(terms, { powerW: powersOf(town), zonalPrice: indices.get("pz")! }),
    auctionBook({ limitOf: drawnLimits(range, ids, town.slots), fallbackPrice }),
  ];
  const { contractedPowerW, level } = terms;
  const compared = compareRules(metered, books, { tariff, indices, contractedPowerW, level });
  if (!compared.ok) throw new UsageError(tariffSentence(tariff, compared.error));
  return compared.value;
}

/** The zonal price of a file, or a constant one that covers the period. */
function withZonalPrice(indices: Indices, { start, slots }: MeteredTown): Indices {
  if (indices.has("pz")) return indices;
  const prices = hourlyIndex(start, start + slots * QUARTER_HOUR_S, () => ZONAL_PRICE);
  return new Map([...indices, ["pz", prices]]);
}

function own<T>(answer: Answer<T>): T {
  if (!answer.ok) throw answer.error;
  return answer.value;
}

/** Amounts in µEUR, energies in Wh. */
function reportOf(town: MeteredTown, tariff: Tariff, { alone, books }: Comparison): object {
  const withPanels = withPanelsIn(town);
  return {
    from: formatInstant(town.start),
    until: formatInstant(town.start + town.slots * QUARTER_HOUR_S),
    homes: town.homes.length,
    tariff: tariff.name,
    imported_wh: sumOf(town.homes.flatMap(({ imported }) => imported)),
    exported_wh: sumOf(town.homes.flatMap(({ exported }) => exported)),
    alone: bookReport(alone, withPanels),
    books: books.map((book) =>
      "problem" in book
        ? { book: book.name, title: book.title, refused: book.problem.code }
        : bookReport(book, withPanels),
    ),
  };
}

function withPanelsIn({ homes }: MeteredTown): ReadonlySet<string> {
  return new Set(homes.filter(({ solarPeakW }) => solarPeakW > 0).map(({ id }) => id));
}

function fairnessReport({ losing, giniPpm, jainPpm, ...of }: Fairness): object {
  const share = (ppm: bigint | undefined) => (ppm === undefined ? null : Number(ppm) / 1e6);
  return {
    homes_losing: losing,
    homes_without_panels: of.withoutPanels,
    homes_without_panels_gaining: of.withoutPanelsGaining,
    homes_without_panels_losing: of.withoutPanelsLosing,
    gini: share(giniPpm),
    jain: share(jainPpm),
  };
}

function bookReport(
  { name, title, shared, cost, benefit, gaining, parties, homes, allocation }: BookOutcome,
  withPanels: ReadonlySet<string>,
): object {
  return {
    book: name,
    title,
    shared_wh: Number(shared),
    shared_per: allocation === undefined ? null : allocation.slotS === 900 ? "quarter_hour" : "hour",
    cost_micro_eur: Number(cost),
    benefit_micro_eur: Number(benefit),
    homes_gaining: gaining,
    ...fairnessReport(fairnessOf(homes, withPanels)),
    net_of_others_micro_eur: Object.fromEntries([...parties].map(([party, net]) => [party, Number(net)])),
    homes: homes.map((home) => ({
      home: home.id,
      received_wh: Number(home.received),
      given_wh: Number(home.given),
      cost_micro_eur: Number(home.cost),
      benefit_micro_eur: Number(home.benefit),
    })),
    lines: (allocation?.lines ?? []).map(({ key, from, to, amount, energy, formula, source }) => ({
      line: key,
      from,
      to,
      amount_micro_eur: Number(amount),
      energy_wh: energy === undefined ? null : Number(energy),
      formula,
      source,
    })),
  };
}

function readable(town: MeteredTown, tariff: Tariff, { alone, books }: Comparison): string {
  const kept = books.filter((book): book is BookOutcome => !("problem" in book));
  const refused = books.filter((book) => "problem" in book);
  const kwh = (wh: bigint) => `${(Number(wh) / 1000).toFixed(2)} kWh`;
  const best = kept.toSorted((a, b) => (a.benefit > b.benefit ? -1 : a.benefit < b.benefit ? 1 : 0))[0];
  const street = [
    ["rule book", "shared", "the street pays", "it gains", "homes that gain", ""],
    ...[alone, ...kept].map((book) => [
      book.title,
      kwh(book.shared),
      euro(book.cost),
      euro(book.benefit),
      `${book.gaining} of ${book.homes.length}`,
      book === best && book.benefit > 0n ? "pays this street most" : "",
    ]),
  ];
  const withPanels = withPanelsIn(town);
  const fairness = [
    ["rule book", "gain", "lose", "without panels gain", "lose", "Gini", "Jain", ""],
    ...kept.map((book) => {
      const of = fairnessOf(book.homes, withPanels);
      return [
        book.title,
        String(book.gaining),
        String(of.losing),
        `${of.withoutPanelsGaining} of ${of.withoutPanels}`,
        String(of.withoutPanelsLosing),
        of.giniPpm === undefined ? "–" : (Number(of.giniPpm) / 1e6).toFixed(3),
        of.jainPpm === undefined ? "–" : (Number(of.jainPpm) / 1e6).toFixed(3),
        "",
      ];
    }),
  ];
  const each = [
    ["home", "alone", ...kept.map(({ name }) => name), ""],
    ...alone.homes.map(({ id, cost }, i) => [
      `${id}${town.homes[i]!.solarPeakW > 0 ? " ☀" : ""}`,
      euro(cost),
      ...kept.map(({ homes }) => euro(homes[i]!.benefit)),
      "",
    ]),
  ];
  return [
    `${town.homes.length} homes, ${formatInstant(town.start)} to ${formatInstant(town.start + town.slots * QUARTER_HOUR_S)}`,
    `tariff: ${tariff.name}`,
    "",
    ...table(street),
    ...refused.map(({ title, problem }) => `${title}: not possible here (${problem.code})`),
    "",
    "Who gains and who loses if the rule becomes this one, and how evenly (Gini 0 and Jain 1: all the same):",
    ...table(fairness),
    "",
    "What each home pays alone, and gains under each rule book:",
    ...table(each),
  ]
    .map((line) => line.trimEnd())
    .join("\n");
}

function sumOf(energies: readonly bigint[]): number {
  let sum = 0n;
  for (const wh of energies) sum += wh;
  return Number(sum);
}
