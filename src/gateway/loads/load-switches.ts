/**
 * The switches at the box for single loads: a file in the gateway's folder that wins over the owner's letters, until
 * somebody takes a load out of it. Written by `contrada gateway override --load`.
 */
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LOAD_MODES, type LoadMode } from "#wire/load-preferences.ts";

const LOADS_FILE = "override-loads.json";

export type LoadSwitches = ReadonlyMap<string, LoadMode>;

/** `undefined` ends it. */
export function writeLoadSwitch(folder: string, load: string, mode: LoadMode | undefined): void {
  const path = join(folder, LOADS_FILE);
  const switches = new Map(switchesOf(path));
  if (mode === undefined) switches.delete(load);
  else switches.set(load, mode);
  writeFileSync(`${path}.new`, `${JSON.stringify(Object.fromEntries(switches))}\n`);
  renameSync(`${path}.new`, path);
}

/** What the switches say, looked at anew whenever the file has changed; the same object until then. */
export function loadSwitchesIn(folder: string): () => LoadSwitches {
  const path = join(folder, LOADS_FILE);
  let seen = "";
  let switches: LoadSwitches = new Map();
  return () => {
    const stat = statSync(path, { throwIfNoEntry: false });
    const now = stat === undefined ? "" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    if (now === seen) return switches;
    seen = now;
    switches = stat === undefined ? new Map() : switchesOf(path);
    return switches;
  };
}

/** A file that makes no sense says nothing: the owner's letters go on. */
function switchesOf(path: string): LoadSwitches {
  try {
    const said = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, unknown>>;
    return new Map(
      Object.entries(said).flatMap(([load, mode]) => {
        const known = LOAD_MODES.find((one) => one === mode);
        return known === undefined ? [] : [[load, known] as const];
      }),
    );
  } catch {
    return new Map();
  }
}
