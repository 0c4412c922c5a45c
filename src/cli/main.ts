/**
 * The entry of every command. A command is a row of this table; its file is loaded only when it is called. What
 * a person got wrong ends in one line on standard error and exit code 2; what failed, in one line and exit
 * code 1. `CONTRADA_DEBUG=1` adds the stack.
 */
import { type Command, helpOf } from "#cli/command.ts";
import { UsageError } from "#cli/settings.ts";

const COMMANDS: { readonly [name: string]: { readonly summary: string; load(): Promise<Command> } } = {
  town: {
    summary: "run a whole town: homes, ledger, trading platform and app",
    load: async () => (await import("#cli/town.ts")).town,
  },
  verify: {
    summary: "replay a data folder's ledger and check every hash, signature, root and invariant",
    load: async () => (await import("#cli/verify.ts")).verify,
  },
  config: {
    summary: "show every setting with its value and where it comes from",
    load: async () => (await import("#cli/config.ts")).config,
  },
};

export async function main(args: string[]): Promise<void> {
  const [name, ...rest] = args;
  try {
    if (name === undefined || name === "--help" || name === "-h" || name === "help") {
      const wanted = name === "help" ? COMMANDS[rest[0] ?? ""] : undefined;
      console.log(wanted === undefined ? overview() : helpOf(await wanted.load()));
      if (name === undefined) process.exitCode = 2;
      return;
    }
    if (name === "--version") {
      const { default: about } = await import("../../package.json", { with: { type: "json" } });
      console.log(about.version);
      return;
    }
    const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (entry === undefined) {
      throw new UsageError(`there is no command "${name}". Known: ${Object.keys(COMMANDS).join(", ")}.`);
    }
    const command = await entry.load();
    if (rest.includes("--help") || rest.includes("-h")) {
      console.log(helpOf(command));
      return;
    }
    process.exitCode = await command.run(rest, process.env);
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    console.error(`contrada: ${reason.message}`);
    if (process.env.CONTRADA_DEBUG === "1") console.error(reason.stack, reason.cause ?? "");
    process.exitCode = reason instanceof UsageError ? 2 : 1;
  }
}

function overview(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length)) + 2;
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`);
  return [
    "Contrada: a smart energy grid for a neighbourhood on a blockchain.",
    "",
    "Usage: contrada COMMAND [flags]        (npm start = contrada town)",
    "",
    ...rows,
    "",
    "contrada COMMAND --help says what a command takes. Every flag can also stand as CONTRADA_* variable or in a",
    "JSON file given with --settings FILE.",
  ].join("\n");
}
