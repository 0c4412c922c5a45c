/** `contrada config`: every setting of the town with its value and where it comes from. */
import type { Command } from "#cli/command.ts";
import { flagOf, resolve, UsageError, variableOf } from "#cli/settings.ts";
import { TOWN_SETTINGS } from "#cli/town-settings.ts";

const SETTINGS = {
  ...TOWN_SETTINGS,
  json: { kind: "switch", default: false, help: "one JSON object: flag → value and origin" },
} as const;

export const config: Command = {
  usage: "config [flags]",
  about: [
    "Shows what `contrada town` with the same flags, variables and settings file would run with, and where each value",
    "comes from: a flag, a variable, the file, or the default.",
  ].join("\n"),
  settings: SETTINGS,
  examples: [
    ["config", "every setting as it stands"],
    ["config --settings town.json --seed 7", "the same with a file and a flag"],
    ["config --json", "for programs"],
  ],
  async run(args, environment) {
    const { values, origins, words } = resolve(SETTINGS, args, environment);
    if (words.length > 0) throw new UsageError(`"${words[0]}" is no flag; contrada config takes flags only.`);
    const names = Object.keys(TOWN_SETTINGS) as (keyof typeof TOWN_SETTINGS)[];
    if (values.json) {
      const shown = names.map((name) => [
        flagOf(name),
        { value: values[name] ?? null, origin: origins[name] },
      ]);
      console.log(JSON.stringify(Object.fromEntries(shown)));
      return 0;
    }
    const rows = names.map((name) => [
      flagOf(name),
      String(values[name] ?? "–"),
      origins[name] === "variable" ? variableOf(name) : origins[name],
    ]);
    const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]!.length)) + 2);
    for (const [name, value, origin] of rows) {
      console.log(name!.padEnd(widths[0]!) + value!.padEnd(widths[1]!) + origin);
    }
    return 0;
  },
};
