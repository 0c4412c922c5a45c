/** What a command is: its name, its help and what it does. */
import { describe, type Table } from "#cli/settings.ts";

export interface Command {
  /** `town [flags]`, `verify FOLDER [flags]`. */
  readonly usage: string;
  /** A paragraph. */
  readonly about: string;
  readonly settings: Table;
  readonly examples: readonly string[];
  /** Returns the exit code. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number>;
}

export function helpOf(command: Command): string {
  return [
    `Usage: contrada ${command.usage}`,
    "",
    command.about,
    "",
    "Flags:",
    describe(command.settings),
    "  --settings FILE  a JSON file of settings by flag name",
    "",
    "Examples:",
    ...command.examples.map((example) => `  contrada ${example}`),
  ].join("\n");
}
