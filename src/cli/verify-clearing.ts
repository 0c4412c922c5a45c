/** `contrada verify-clearing FILE`: checks a clearing by its certificate, and names the first thing that is wrong. */
import { bookIn, jsonOf } from "#cli/clear.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { clearingFrom, type WrongClearing, wrongIn } from "#wire/clearing.ts";
import { checkStaged, STAGED_FORMAT, type WrongStaged } from "#wire/staged-clearing.ts";

const SETTINGS = {
  book: {
    kind: "text",
    default: "",
    help: "the book, or seals and openings, that was to be cleared; without it the one that the file carries is believed",
  },
  json: { kind: "switch", default: false, help: "answer with one JSON object" },
} as const;

export const verifyClearing: Command = {
  usage: "verify-clearing FILE [flags]",
  about:
    "Checks what contrada clear --json wrote: that nobody trades outside the own limit or more than was ordered,\n" +
    "that energy and money balance, that price and shares follow the rule, and, by the certificate alone, that\n" +
    "nothing better was possible. Exit code 0 where it holds, 1 where it does not, naming the first thing that is\n" +
    "wrong, 2 where there is no clearing to check.",
  settings: SETTINGS,
  examples: [
    ["verify-clearing clearing.json", "by the book that it carries"],
    ["verify-clearing clearing.json --book book.json --json", "by the book that you know"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    const [file, more] = words;
    if (file === undefined) throw new UsageError("verify-clearing wants the clearing's file after it.");
    if (more !== undefined)
      throw new UsageError(`verify-clearing takes one file; "${more}" is one too many.`);
    const json = jsonOf(file);
    if (isStaged(json)) return verifyStaged(file, json, values);
    const read = clearingFrom(json);
    if (!read.ok) throw new UsageError(`${file} is no clearing: ${read.error}`);
    const { clearing, named } = read.value;
    const known = values.book === "" ? undefined : bookIn(values.book, clearing.mechanism).named.sha256;
    const wrong = wrongIn(read.value, known);
    if (values.json) {
      console.log(
        JSON.stringify({
          ok: wrong === undefined,
          problem: wrong?.problem ?? null,
          order: wrong?.order ?? null,
          expected: wrong?.expected ?? null,
          book_sha256: named.sha256,
        }),
      );
    } else if (wrong === undefined) {
      const price = clearing.price === undefined ? "nothing trades" : `at ${clearing.price} µEUR/kWh`;
      console.log(
        `The clearing holds (${clearing.mechanism}): ${clearing.tradedWh} Wh, ${price}, of the book ${named.sha256}.`,
      );
    } else {
      const where = wrong.order === undefined ? "" : `order ${wrong.order}: `;
      const right = wrong.expected === undefined ? "" : `, where ${wrong.expected} would be right`;
      console.log(
        `The clearing does not hold: ${where}${SENTENCES[wrong.problem]}${right} (${wrong.problem})`,
      );
    }
    return wrong === undefined ? 0 : 1;
  },
};

function isStaged(json: unknown): boolean {
  return typeof json === "object" && json !== null && "format" in json && json.format === STAGED_FORMAT;
}

function verifyStaged(
  file: string,
  json: unknown,
  { book, json: asJson }: { book: string; json: boolean },
): number {
  const read = checkStaged(json, (mechanism) =>
    book === "" ? undefined : bookIn(book, mechanism).named.sha256,
  );
  if (!read.ok) throw new UsageError(`${file} is no clearing: ${read.error}`);
  const { wrong, sha256, mechanism, tradedWh } = read.value;
  if (asJson) {
    const { problem = null, stage = null, order = null, expected = null } = wrong ?? {};
    console.log(
      JSON.stringify({ ok: wrong === undefined, problem, stage, order, expected, book_sha256: sha256 }),
    );
  } else if (wrong === undefined) {
    console.log(`The clearing holds (${mechanism}, in stages): ${tradedWh} Wh, of the book ${sha256}.`);
  } else {
    const where = `${wrong.stage === undefined ? "" : `stage ${wrong.stage}: `}${wrong.order === undefined ? "" : `order ${wrong.order}: `}`;
    const right = wrong.expected === undefined ? "" : `, where ${wrong.expected} would be right`;
    console.log(`The clearing does not hold: ${where}${SENTENCES[wrong.problem]}${right} (${wrong.problem})`);
  }
  return wrong === undefined ? 0 : 1;
}

const SENTENCES: Readonly<Record<WrongClearing["problem"] | WrongStaged["problem"], string>> = {
  other_book: "it belongs to another book",
  fill_above_order: "it trades more than was ordered, or than its feeder admits",
  energy_unbalanced: "not as much is sold as bought",
  wrong_volume: "the fills come to another volume",
  wrong_marginal_pair: "the marginal pair is not the last that trades",
  wrong_supporting_price: "demand and supply do not cross at the supporting price",
  wrong_sums: "a sum at the supporting price is wrong",
  wrong_welfare: "the trades are worth another sum",
  wrong_welfare_bound: "the bound of what trades can be worth is wrong",
  volume_not_highest: "more could be traded at one price",
  better_order_unfilled: "its fill does not follow from its limit",
  wrong_share_at_margin: "its share at the margin is wrong",
  welfare_not_highest: "better trades were possible",
  wrong_price: "the price does not follow from the rule",
  outside_limit: "the price lies outside a limit",
  wrong_payment: "the payment is wrong",
  money_unbalanced: "not as much is received as paid",
  other_result: "the mechanism gives another fill",
  other_stage: "the stages are not those of the rule",
  wrong_fee: "the fees are not those of the level",
  wrong_attribution: "it is said wrongly who gave to whom",
};
