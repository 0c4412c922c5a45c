/**
 * The switch at the box: a file in the gateway's folder that always wins over whatever comes from afar. `hold`:
 * nothing leaves the accumulator; `auto`: the BEC decides, letters of the owner are not obeyed. It stays until somebody
 * takes it away, restarts included.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "#control/command.ts";

export const OVERRIDE_FILE = "override.json";
export type Override = "hold" | "auto";

/** What the switch asks for, and why, where whoever set it said so. */
export interface BoxSwitch extends Command {
  readonly reason: string | null;
}

export const REASON_MAX = 120;

export function writeOverride(folder: string, override: Override | undefined, reason?: string): void {
  const path = join(folder, OVERRIDE_FILE);
  if (override === undefined) {
    rmSync(path, { force: true });
    return;
  }
  writeFileSync(`${path}.new`, `${JSON.stringify({ override, reason })}\n`);
  renameSync(`${path}.new`, path);
}

/** What the switch says, looked at anew whenever the file has changed. A file that makes no sense holds. */
export function overrideIn(folder: string): () => BoxSwitch | null {
  const path = join(folder, OVERRIDE_FILE);
  let seen = "";
  let command: BoxSwitch | null = null;
  return () => {
    const stat = statSync(path, { throwIfNoEntry: false });
    const now = stat === undefined ? "" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    if (now === seen) return command;
    seen = now;
    command = stat === undefined ? null : commandOf(path);
    return command;
  };
}

function commandOf(path: string): BoxSwitch {
  let mode: Override = "hold";
  let said: string | null = null;
  try {
    const { override, reason } = JSON.parse(readFileSync(path, "utf8")) as {
      override?: unknown;
      reason?: unknown;
    };
    if (override === "auto") mode = override;
    if (typeof reason === "string" && reason !== "") said = reason.slice(0, REASON_MAX);
  } catch {
    // Somebody wanted something: the careful meaning counts.
  }
  return {
    mode,
    powerW: null,
    issuedAt: 0,
    until: Number.MAX_SAFE_INTEGER,
    reservePercent: null,
    target: null,
    reason: said,
  };
}
