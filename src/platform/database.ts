/**
 * Opening the platform's SQLite files: write-ahead log, a format version, and the steps that lead from one
 * format to the next.
 *
 * `user_version` holds the number of steps a file has taken. A file made by a later Contrada is refused rather
 * than read wrongly. Each step is one transaction with its number, so a crash leaves the old format or the new.
 */
import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/**
 * What a commit promises. `full`: it survives a power cut. `normal`: it survives the process, and a power cut
 * may lose the last ones. `off`: for files that are made anew anyway.
 */
export type Durability = "full" | "normal" | "off";

/** A file that this version cannot read: made by a later one. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}

/** `steps[n]` is the SQL that leads from format n to n + 1. `path` may be `:memory:`. */
export function openDatabase(path: string, steps: readonly string[], durability: Durability): DatabaseSync {
  // Sessions and secrets are nobody else's on this machine; SQLite gives its side files the same mode.
  if (path !== ":memory:") closeSync(openSync(path, "a", 0o600));
  const database = new DatabaseSync(path);
  try {
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${durability.toUpperCase()};
      PRAGMA foreign_keys = ON;
      PRAGMA busy_timeout = 5000;
      PRAGMA temp_store = MEMORY;
    `);
    migrate(database, path, steps);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Runs `work` in one transaction; an error rolls all of it back. Not to be nested. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function migrate(database: DatabaseSync, path: string, steps: readonly string[]): void {
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > steps.length) {
    throw new FormatError(
      `${path} has format ${version} and this version knows ${steps.length}: run the version that wrote it, or a later one`,
    );
  }
  for (let step = version; step < steps.length; step++) {
    inTransaction(database, () => {
      database.exec(steps[step]!);
      database.exec(`PRAGMA user_version = ${step + 1}`);
    });
  }
}
