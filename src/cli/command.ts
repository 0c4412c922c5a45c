/** What a command is: its name, its help and what it does. */
import { describe, type Table, takesFile } from "#cli/settings.ts";

export interface Command {
  /** `town [flags]`, `verify FOLDER [flags]`. */
  readonly usage: string;
  /** A paragraph. */
  readonly about: string;
  readonly settings: Table;
  /** What one would type, and what it is for. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** Returns the exit code. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number>;
}

export function helpOf(command: Command): string {
  return [
    `Usage: contrada ${command.usage}`,
    "",
    command.about,
    "",
    describe(command.settings),
    "",
    ...(takesFile(command.settings) ? ORIGINS : []),
    "Examples:",
    ...command.examples.flatMap(([line, meaning]) => [`  contrada ${line}`, `      ${meaning}`]),
  ].join("\n");
}

const ORIGINS = [
  "Each flag can also stand as a variable, e.g. CONTRADA_SOLAR_PEAK_KWP=5 for --solar-peak-kwp 5. A flag counts",
  "more than a variable, a variable more than the file.",
  "",
];
