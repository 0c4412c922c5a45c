/** `contrada clear BOOK.json`: clears a book of bids and asks, with a certificate that anyone can check. */
import { readFileSync } from "node:fs";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import type { MechanismName } from "#market/auction/mechanism.ts";
import { bookFrom, clearNamed, type NamedBook } from "#wire/clearing.ts";
import { isSealed, type OpenedOrders, openedFrom } from "#wire/sealed-orders.ts";
import { clearStagedNamed, type StagedShape, stagedBookOf } from "#wire/staged-clearing.ts";

const SETTINGS = {
  mechanism: {
    kind: "choice",
    choices: ["uniform", "pay-as-bid", "continuous", "fixed-split"],
    default: "uniform",
    help: "how the book is cleared: uniform, pay-as-bid, continuous or fixed-split",
  },
  json: { kind: "switch", default: false, help: "answer with one JSON object, which verify-clearing checks" },
} as const;

export const clear: Command = {
  usage: "clear BOOK.json [flags]",
  about:
    "Clears a book of bids and asks as the neighbours' auction of a quarter hour does, and says at what price, who\n" +
    "trades how much, and what each pays or receives. BOOK.json is an object with a list of orders, each\n" +
    '{"id", "side": "bid" or "ask", "energy_wh", "limit_micro_eur_per_kwh"}, in whole numbers; - reads standard\n' +
    "input. docs/spec/clearing.md has the formats. Exit code 0, or 2 where there is no such book.",
  settings: SETTINGS,
  examples: [
    ["clear book.json", "a table of who trades how much at the one price"],
    ["clear book.json --mechanism pay-as-bid --json > clearing.json", "a file for verify-clearing"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    const [file, more] = words;
    if (file === undefined) throw new UsageError("clear wants the book's file after it.");
    if (more !== undefined) throw new UsageError(`clear takes one file; "${more}" is one too many.`);
    const { named, opened } = bookIn(file, values.mechanism);
    const staged = stagedBookOf(named);
    if (staged !== undefined) {
      const clearing = clearStagedNamed(named, staged, values.mechanism);
      console.log(values.json ? JSON.stringify(clearing) : stagesSaid(clearing));
      return 0;
    }
    const clearing = clearNamed(named, values.mechanism);
    if (values.json) {
      console.log(JSON.stringify(clearing));
      return 0;
    }
    if (opened !== undefined) console.log(openingsSaid(opened));
    const { price_micro_eur_per_kwh: price, traded_wh, fills, payments, certificate } = clearing;
    if (price === null) {
      console.log("Nothing trades: no bid reaches an ask.");
      return 0;
    }
    const mean = values.mechanism === "pay-as-bid" || values.mechanism === "continuous" ? "on average " : "";
    console.log(`${traded_wh} Wh trade at ${mean}${price} µEUR/kWh (${values.mechanism}).`);
    const width = fills.reduce((most, { id }) => Math.max(most, String(id).length), 0);
    for (const [i, { id, energy_wh }] of fills.entries()) {
      const pays = payments[i]!.pays_micro_eur;
      const said = pays < 0 ? `receives ${-pays}` : `pays ${pays}`;
      console.log(`  ${String(id).padEnd(width)}  ${String(energy_wh).padStart(10)} Wh  ${said} µEUR`);
    }
    console.log(
      `Worth ${certificate.welfare_nano_eur} nEUR to those who trade; no trades are worth more than ` +
        `${certificate.welfare_bound_nano_eur}.`,
    );
    return 0;
  },
};

/** The book of a file: its orders, or those that its openings take out of its seals. Throws `UsageError`. */
export function bookIn(file: string, mechanism: MechanismName): { named: NamedBook; opened?: OpenedOrders } {
  const json = jsonOf(file);
  const opened = isSealed(json) ? openedFrom(json) : undefined;
  if (opened !== undefined && !opened.ok) throw new UsageError(`${file}: ${opened.error}`);
  const book = opened === undefined ? json : { ...(json as object), orders: opened.value.orders };
  const named = bookFrom(book, mechanism);
  if (!named.ok) throw new UsageError(`${file}: ${named.error}`);
  return { named: named.value, ...(opened && { opened: opened.value }) };
}

function stagesSaid({
  mechanism,
  traded_wh,
  fees_micro_eur,
  stages,
  fills,
  payments,
  attributed,
  certificate,
}: StagedShape): string {
  const width = fills.reduce((most, { id }) => Math.max(most, String(id).length), 0);
  return [
    `${traded_wh} Wh trade in ${stages.length} stages (${mechanism}); the grid receives ${fees_micro_eur} µEUR.`,
    ...stages.map(
      ({ stage, level, part, price_micro_eur_per_kwh: price, traded_wh: wh, fees_micro_eur: fees }, i) =>
        `  stage ${i + 1}, ${stage}, ${level}${part === "whole" ? "" : `, ${part}`}: ` +
        (price === null ? "nothing" : `${wh} Wh at ${price} µEUR/kWh, fees ${fees} µEUR`),
    ),
    ...fills.map(({ id, energy_wh }, i) => {
      const pays = payments[i]!.pays_micro_eur;
      const said = pays < 0 ? `receives ${-pays}` : `pays ${pays}`;
      return `  ${String(id).padEnd(width)}  ${String(energy_wh).padStart(10)} Wh  ${said} µEUR`;
    }),
    ...attributed.map(({ bid, ask, energy_wh }) => `  ${energy_wh} Wh went from ${ask} to ${bid}`),
    `Worth ${certificate.welfare_nano_eur} nEUR to those who trade; without wishes ` +
      `${certificate.welfare_without_wishes_nano_eur}; no trades are worth more than ${certificate.welfare_bound_nano_eur}.`,
  ].join("\n");
}

function openingsSaid({ orders, sealsRoot, unopened, refused }: OpenedOrders): string {
  return [
    `${orders.length} orders were opened of the seals under ${sealsRoot}.`,
    ...unopened.map((name) => `  ${name} was never opened`),
    ...refused.map(({ order, problem }) => `  an opening of ${order} was refused (${problem})`),
  ].join("\n");
}

/** A file's JSON, or that of standard input for `-`. Throws `UsageError` where there is none. */
export function jsonOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is no file with JSON in it.`);
  }
}
