/** `contrada cer STATEMENT.json…`: the incentive of an Italian energy community, line by line. */
import { readFileSync } from "node:fs";
import { formatDay, formatInstant, ROME } from "#base/time.ts";
import type { Command } from "#cli/command.ts";
import { resolve, UsageError } from "#cli/settings.ts";
import { type Statement, type StatementProblem, statementOf } from "#rules/italy/statement.ts";
import { resultOf, statementInputFrom, trueUpResult } from "#rules/italy/statement-file.ts";
import { trueUpOf } from "#rules/italy/true-up.ts";
import { monthOf } from "#tariff/index-series.ts";

const SETTINGS = {
  json: { kind: "switch", default: false, help: "answer with one JSON object: docs/spec/cer.md" },
} as const;

export const cer: Command = {
  usage: "cer STATEMENT.json… [flags]",
  about:
    "Reckons months of an Italian energy community (CER) or group of one building: energy shared per hour and primary\n" +
    "substation, the incentive (TIP) and the authority's valorisation line by line with their formulas, advance,\n" +
    "true-up, and every correction as a version with its differences. Exit code 0, or 1 where a statement is refused.",
  settings: SETTINGS,
  examples: [
    ["cer june.json", "the month as a table"],
    ["cer january.json february.json --json", "two months and their true-up as one JSON object"],
  ],
  async run(args, environment) {
    const { values, words } = resolve(SETTINGS, args, environment);
    if (words.length === 0) throw new UsageError("cer wants a statement's file after it.");
    const statements: Statement[] = [];
    for (const file of words) {
      const input = statementInputFrom(jsonOf(file));
      const problem = input.ok
        ? undefined
        : { code: "bad_field", path: input.error.path, message: input.error.message };
      const statement = input.ok ? statementOf(input.value) : undefined;
      if (statement?.ok) {
        statements.push(statement.value);
        continue;
      }
      const refusal = problem ?? { code: statement!.error.code, message: sentenceOf(statement!.error) };
      if (values.json) console.log(JSON.stringify({ ok: false, file, problem: refusal }));
      else console.error(`contrada: ${file}: ${refusal.message} (${refusal.code})`);
      return 1;
    }
    const yearOf = ({ month }: Statement) => monthOf(ROME, month.start).slice(0, 4);
    const years = Map.groupBy(statements, yearOf);
    const trueUps = new Map([...years].map(([year, months]) => [year, trueUpOf(months)]));
    const results = statements.map((statement) => resultOf(statement, trueUps.get(yearOf(statement))!));
    if (!values.json) {
      for (const statement of statements) console.log(readable(statement));
      for (const trueUp of trueUps.values()) {
        console.log(
          `\nTrue-up of ${trueUp.year} over ${trueUp.months} month${trueUp.months === 1 ? "" : "s"}: TIP ${euro(trueUp.tip)}, ` +
            `advanced ${euro(trueUp.advanced)}, balance ${euro(trueUp.balance)}, ` +
            `of the TIP ${euro(trueUp.excessTip)} for social ends; due by ${formatDay(trueUp.due)}.`,
        );
      }
    } else if (results.length === 1) console.log(JSON.stringify(results[0]));
    else {
      const true_ups = [...trueUps.values()].map(trueUpResult);
      console.log(JSON.stringify({ ok: true, statements: results, true_ups }));
    }
    return 0;
  },
};

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${file} is no file with JSON in it.`, { cause: error });
  }
}

function sentenceOf(problem: StatementProblem): string {
  switch (problem.code) {
    case "no_plants":
      return "a configuration has at least one plant";
    case "no_points":
      return "a configuration has at least one withdrawal point";
    case "period_misaligned":
      return "the period must consist of whole hours";
    case "duplicate_id":
      return `"${problem.id}" stands twice among plants and points; give each a name of its own`;
    case "plant_too_large":
      return `plant ${problem.id} has ${problem.powerW} W; the incentive is for plants up to 1 MW`;
    case "grant_too_large":
      return `plant ${problem.id} had a grant of ${problem.grantPpm} millionths; at most 400,000 go with the incentive`;
    case "readings_incomplete":
      return `${problem.id} has ${problem.found} energies where ${problem.wanted}, none below zero, are wanted`;
    case "parameter_missing":
      return "a group of one building needs arera.btau_micro_eur_per_kwh";
    case "zonal_price_incomplete":
      return problem.at === undefined
        ? "the zonal price does not fit the hours"
        : `there is no zonal price at ${formatInstant(problem.at)}`;
    case "not_in_operation":
      return `plant ${problem.id} began after the month did; leave it out`;
    case "incentive_ended":
      return `the twenty years of plant ${problem.id} are over; leave it out`;
    case "correction_out_of_order":
      return `correction ${problem.index + 1} lies before the version that it corrects`;
    case "correction_too_late":
      return `correction ${problem.index + 1} comes after ${formatDay(problem.last)}, the end of the 61st month`;
    case "correction_of_unknown":
      return `correction ${problem.index + 1} is of "${problem.id}", which is neither plant nor point`;
    case "correction_outside_month":
      return `correction ${problem.index + 1} is of slot ${problem.slot}, which the month does not have`;
  }
}

function readable({ month, reckoning, advances, versions }: Statement): string {
  const rows = reckoning.lines.map(({ key, energy, amount, formula }) => [
    key,
    `${energy} Wh`,
    euro(amount),
    formula,
  ]);
  const history = versions.map(
    ({ number, day, reason, total, differences }) =>
      `version ${number}, ${formatDay(day)}, ${reason}: ${euro(total)}` +
      (number === 1 ? "" : differences.map(({ key, change }) => `\n    ${key}: ${euro(change)}`).join("")),
  );
  return [
    `${month.kind} from ${formatInstant(month.start)}: injected ${reckoning.injected} Wh, withdrawn ${reckoning.withdrawn} Wh, shared ${reckoning.shared} Wh`,
    "",
    ...table(rows),
    "",
    ...advances.map(({ plant, amount }) => `advance of ${plant}: ${euro(amount)}`),
    ...history,
  ].join("\n");
}

export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  const last = widths.length - 1;
  return rows.map((row) =>
    row
      .map((cell, at) =>
        at === 0 || at === last ? cell.padEnd(at === last ? 0 : widths[at]!) : cell.padStart(widths[at]!),
      )
      .join("  "),
  );
}

/** To the cent, half to even on whole micro-euro. */
export function euro(amount: bigint): string {
  const sign = amount < 0n ? "-" : "";
  const micro = amount < 0n ? -amount : amount;
  let cents = micro / 10_000n;
  const rest = micro % 10_000n;
  if (rest > 5000n || (rest === 5000n && cents % 2n === 1n)) cents += 1n;
  return `${sign}${cents / 100n}.${String(cents % 100n).padStart(2, "0")} €`;
}
