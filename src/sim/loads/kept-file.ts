/**
 * How a town's loads stood at the end of its last quarter hour, in a file of its folder: a car goes on with its charge, a
 * tank with its heat, a programme where it stood, as accumulators do by their meters. It is written anew each quarter
 * hour, whole or not at all, and not synced: after a power cut loads go on from an earlier quarter hour, which no book
 * knows of.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { UnixSeconds } from "#base/time.ts";
import type { KeptTownLoads } from "./town-loads.ts";

export const LOADS_FILE = "loads.json";

/** Older than this, s, it says nothing about now. */
const STALE_S = 86_400;

export function keepLoads(path: string, kept: KeptTownLoads): void {
  writeFileSync(`${path}.part`, JSON.stringify(kept), { mode: 0o600 });
  renameSync(`${path}.part`, path);
}

/** What was kept for a town that goes on at an instant; `undefined` where there is nothing, or nothing of use. */
export function keptLoads(path: string, start: UnixSeconds): KeptTownLoads | undefined {
  let said: unknown;
  try {
    said = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
  const { time, homes } = (said ?? {}) as Partial<KeptTownLoads>;
  if (typeof time !== "number" || typeof homes !== "object" || homes === null) return undefined;
  if (!Object.values(homes).every(isKept)) return undefined;
  return time <= start && start - time <= STALE_S ? { time, homes } : undefined;
}

function isKept(home: unknown): boolean {
  return (
    typeof home === "object" &&
    home !== null &&
    Object.values(home).every((load) => typeof load === "object" && load !== null)
  );
}
