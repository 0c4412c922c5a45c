/** How a command that goes on running tells what happens: on standard error, by `--log` and `--log-level`. */
import { type Fields, LEVELS, Log } from "#base/log.ts";
import type { Values } from "#cli/settings.ts";

export const LOG_SETTINGS = {
  log: {
    kind: "choice",
    choices: ["auto", "json", "text"],
    value: "FORM",
    default: "auto",
    group: "Log",
    help: "on standard error: json is one object a line, text is for people; auto is text on a terminal",
  },
  logLevel: {
    kind: "choice",
    choices: ["auto", ...LEVELS],
    value: "LEVEL",
    default: "auto",
    group: "Log",
    help: "debug, info, warn or error: what is less grave is left out; debug tells every request and block; auto is info as json, warn as text",
  },
} as const;

/** Writes lines to standard error. `always` stands in each. */
export function logOf({ log, logLevel }: Values<typeof LOG_SETTINGS>, always: Fields = {}): Log {
  const json = log === "json" || (log === "auto" && !process.stderr.isTTY);
  return new Log({
    format: json ? "json" : "text",
    level: logLevel !== "auto" ? logLevel : json ? "info" : "warn",
    always,
    nowMs: () => Date.now(),
    write: (line) => process.stderr.write(`${line}\n`),
  });
}
