/** `contrada tariff TARIFF.json USAGE.json`: what a tariff makes of metered quarter hours, line by line. */
import { readFileSync } from "node:fs";
import type { FieldError } from "#base/fields.ts";
import { formatDay, formatInstant } from "#base/time.ts";
import { euro, table } from "#cli/cer.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { billOf, scheduleOf, type TariffProblem } from "#tariff/bill.ts";
import { type Tariff, tariffFrom } from "#tariff/tariff.ts";
import { billResult, usageFrom } from "#tariff/usage-file.ts";

const SETTINGS = {
  json: { kind: "switch", default: false, help: "answer with one JSON object: docs/spec/tariffs.md" },
} as const;

export const tariff: Command = {
  usage: "tariff TARIFF.json USAGE.json [flags]",
  about:
    "Reckons the bill of one home's metered quarter hours under a tariff and explains each line: what was counted, at\n" +
    "which price, by which formula. Exit code 0, or 2 where a file does not fit.",
  settings: SETTINGS,
  examples: [["tariff tariff.json june.json", "the bill as a table, each line with its formula"]],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    const [tariffFile, usageFile, more] = words;
    if (tariffFile === undefined || usageFile === undefined) {
      throw new UsageError("tariff wants two files after it: the tariff's and the usage's.");
    }
    if (more !== undefined) throw new UsageError(`tariff takes two files; "${more}" is one too many.`);
    const chosen = readAs(tariffFile, tariffFrom);
    const file = readAs(usageFile, usageFrom);
    const schedule = scheduleOf(chosen, file.start, file.slots, file.indices);
    if (!schedule.ok) {
      throw new UsageError(`${tariffSentence(chosen, schedule.error)} (${schedule.error.code})`);
    }
    const bill = billOf(schedule.value, file.usage);
    if (values.json) console.log(JSON.stringify(billResult(chosen, file, bill)));
    else {
      const rows = bill.lines.map(({ component, label, source, energy, amount, formula }) => [
        component,
        label,
        source,
        energy === undefined ? "" : `${energy} Wh`,
        euro(amount),
        formula,
      ]);
      console.log([chosen.name, "", ...table(rows), "", `total ${euro(bill.total)}`].join("\n"));
    }
    return 0;
  },
};

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: FieldError };

/** A file's JSON as what `from` makes of it. Throws `UsageError` with the file's name and the place. */
export function readAs<T>(file: string, from: (content: unknown) => Answer<T>): T {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} is no file with JSON in it.`, { cause: error });
  }
  const answer = from(content);
  if (!answer.ok) throw new UsageError(`${file}: ${answer.error.message}`, { cause: answer.error });
  return answer.value;
}

export function tariffSentence({ name }: Tariff, problem: TariffProblem): string {
  switch (problem.code) {
    case "period_misaligned":
      return "the period must begin at a quarter hour.";
    case "outside_validity":
      return `the tariff "${name}" does not hold on ${formatDay(problem.day)}.`;
    case "index_missing":
      return `"${problem.component}" follows ${problem.index}, of which there are no prices: --prices FILE.`;
    case "index_too_coarse":
      return `"${problem.component}" wants finer prices of ${problem.index} than there are.`;
    case "index_incomplete":
      return `"${problem.component}" finds no price of ${problem.index} at ${formatInstant(problem.at)}.`;
  }
}
