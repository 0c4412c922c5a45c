/**
 * The data folder of a town: which town it holds, so that it is never opened as another one, and how it is
 * forgotten. What the chain and the platform keep in it is theirs (`node/folder`, `platform/platform`).
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "#base/bytes.ts";
import { HEAD_FILE, LOG_FILE } from "#node/block-log.ts";
import { CHAIN_FILES } from "#node/chain-before.ts";
import { FORMAT_FILE, GENESIS_FILE, LOCK_FILE, PRODUCER_KEY_FILE } from "#node/folder.ts";
import { SNAPSHOT_FOLDER } from "#node/snapshot.ts";
import { disk, replaceFile } from "#node/storage.ts";

/** What of a town's choices must be the same whenever its folder is opened. */
export interface TownIdentity {
  readonly seed: number;
  readonly homes: number;
  readonly [name: string]: unknown;
}

/** Why a folder is not opened or not forgotten, in one sentence that says what to do. */
export class TownFolderError extends Error {
  override readonly name = "TownFolderError";
}

const TOWN_FILE = "town.json";

/** What people and meters left behind. */
const LIFE_FILES = ["platform", "readings", "ring", "index"].map((name) => `${name}.sqlite`);
/** What not every town has. */
const OTHER_FILES = ["market", "decisions"].map((name) => `${name}.sqlite`);
/** The blocks of the chain over which a town lived before it moved. */
export const BEFORE_FOLDER = "before";
/** SQLite's log belongs to the file until it is folded in; what is shared between processes does not. */
const SQLITE_PARTS = ["", "-wal"];

/** Everything that a town's node and platform make. */
const TOWNS_OWN: readonly RegExp[] = [
  new RegExp(
    `^(${[FORMAT_FILE, LOCK_FILE, GENESIS_FILE, PRODUCER_KEY_FILE, LOG_FILE, HEAD_FILE, SNAPSHOT_FOLDER].join("|")})$`,
  ),
  /^(lock|(platform|readings|ring|index|market|decisions)\.sqlite)(-wal|-shm|-journal)?$/,
  /\.part$/,
  new RegExp(`^${BEFORE_FOLDER}$`),
];

/** The identity kept in a folder, or `undefined` where it holds no town. Throws `TownFolderError`. */
export function townIn(folder: string): TownIdentity | undefined {
  const path = join(folder, TOWN_FILE);
  if (!existsSync(path)) return undefined;
  try {
    const kept: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof kept === "object" && kept !== null) return kept as TownIdentity;
  } catch (cause) {
    throw new TownFolderError(`${path} cannot be read; choose another --data folder.`, { cause });
  }
  throw new TownFolderError(`${path} describes no town; choose another --data folder.`);
}

/**
 * Makes the folder a town's, or finds that it is that town's already. Throws `TownFolderError` where it holds
 * another town, or something that is no town.
 */
export function claimFolder(folder: string, identity: TownIdentity): void {
  const kept = townIn(folder);
  if (kept === undefined) {
    const other = existsSync(folder) ? readdirSync(folder).find((name) => !isTowns(name)) : undefined;
    if (other !== undefined || existsSync(join(folder, FORMAT_FILE))) {
      throw new TownFolderError(
        `${folder} holds ${other ?? "a chain"} and no town; choose an empty or a new --data folder.`,
      );
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    replaceFile(disk, join(folder, TOWN_FILE), utf8(`${JSON.stringify(identity, null, 2)}\n`));
    return;
  }
  const names = new Set([...Object.keys(identity), ...Object.keys(kept)]);
  for (const name of names) {
    const [before, now] = [kept[name], identity[name]].map((value) => JSON.stringify(value ?? null));
    if (before === now) continue;
    throw new TownFolderError(
      `${folder} holds a town with ${name} ${before}, not ${now}: start it as it was, choose another --data folder, or begin anew with --fresh.`,
    );
  }
}

/**
 * Copies a town's archive, index, sessions, applications and market to a new folder, and the blocks into one inside it,
 * for a town that lives on over another chain. Throws `TownFolderError` where there is no town that was lived in, and `NodeFault` where a
 * process has it open.
 */
export function copyLife(folder: string, to: string): void {
  if (townIn(folder) === undefined) throw new TownFolderError(`${folder} holds no town.`);
  const missing = LIFE_FILES.find((name) => !existsSync(join(folder, name)));
  if (missing !== undefined) {
    throw new TownFolderError(`${folder} has no ${missing}: only a town that was open in the app can move.`);
  }
  const release = disk.lock(join(folder, LOCK_FILE));
  try {
    mkdirSync(join(to, BEFORE_FOLDER), { recursive: true, mode: 0o700 });
    for (const name of CHAIN_FILES) copyFileSync(join(folder, name), join(to, BEFORE_FOLDER, name));
    for (const name of [...LIFE_FILES, ...OTHER_FILES].flatMap((file) =>
      SQLITE_PARTS.map((part) => file + part),
    )) {
      if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(to, name));
    }
  } finally {
    release();
  }
}

/**
 * Removes a town's files, and the folder where nothing else is in it. Does nothing where there is no folder.
 * Throws `TownFolderError` where it holds no town, and `NodeFault` where a process has it open.
 */
export function forgetTown(folder: string): void {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  if (townIn(folder) === undefined) {
    throw new TownFolderError(`${folder} holds no town, so --fresh does not remove it.`);
  }
  disk.lock(join(folder, LOCK_FILE))();
  for (const name of readdirSync(folder)) {
    if (isTowns(name)) rmSync(join(folder, name), { recursive: true });
  }
  // Last: a forgetting that is cut short can be repeated.
  rmSync(join(folder, TOWN_FILE));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

function isTowns(name: string): boolean {
  return TOWNS_OWN.some((own) => own.test(name));
}
