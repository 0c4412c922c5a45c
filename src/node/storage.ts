/**
 * The disk as the node sees it: a few operations on files, each either done or thrown. The log, the head and
 * the snapshots are written against this port, so that tests can lose power at every single write
 * (`memory-storage`, test/faults) and a simulation can do without a disk.
 *
 * `write` reaches the operating system; only `sync` makes it survive a power cut. Writing is synchronous
 * because it ends in the page cache within microseconds; syncing waits for the device and is not.
 */
import {
  closeSync,
  constants,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { NodeFault } from "#node/fault.ts";

export interface StorageFile {
  readonly path: string;
  /** Bytes. */
  size(): number;
  /** Fewer bytes than asked for where the file ends. The result may be overwritten by nobody. */
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
  truncate(size: number): void;
  /** Resolves when what was written is on the device. */
  sync(): Promise<void>;
  syncNow(): void;
  close(): void;
}

/** "create" makes an empty file where there is none, "create secret" one for the owner alone. */
export type OpenMode = "read" | "write" | "create" | "create secret";

export interface Storage {
  /** With its parents; for the owner alone. */
  makeFolder(path: string): void;
  exists(path: string): boolean;
  /** Names, in no order. */
  list(folder: string): string[];
  /** Throws where there is no such file, unless it may be made. */
  open(path: string, mode: OpenMode): StorageFile;
  read(path: string): Uint8Array;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Makes names that were added to, renamed in or removed from a folder durable. */
  syncFolder(path: string): void;
  /**
   * Keeps every other process, and every other opener in this one, out until it is released or the process
   * ends in whatever way. Throws `folder_in_use`.
   */
  lock(path: string): () => void;
}

class DiskFile implements StorageFile {
  readonly path: string;
  readonly #descriptor: number;

  constructor(path: string, mode: OpenMode) {
    this.path = path;
    const flags = mode === "read" ? constants.O_RDONLY : constants.O_RDWR;
    const create = mode.startsWith("create") ? constants.O_CREAT : 0;
    this.#descriptor = openSync(path, flags | create, mode === "create secret" ? 0o600 : 0o644);
  }

  size(): number {
    return fstatSync(this.#descriptor).size;
  }

  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(this.#descriptor, bytes, filled, length - filled, offset + filled);
      if (count === 0) return bytes.subarray(0, filled);
      filled += count;
    }
    return bytes;
  }

  write(offset: number, bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, offset + written);
    }
  }

  truncate(size: number): void {
    ftruncateSync(this.#descriptor, size);
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      fdatasync(this.#descriptor, (error) => (error === null ? resolve() : reject(error)));
    });
  }

  syncNow(): void {
    fdatasyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

export const disk: Storage = {
  makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  exists: existsSync,
  list: (folder) => readdirSync(folder),
  open: (path, mode) => new DiskFile(path, mode),
  read: (path) => new Uint8Array(readFileSync(path)),
  rename: renameSync,
  remove: (path) => rmSync(path),
  syncFolder(path) {
    if (process.platform === "win32") return; // there a folder cannot be opened; NTFS logs its names itself
    const descriptor = openSync(path, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  },
  lock: lockFile,
};

/**
 * Node has no file lock of its own, but SQLite brings one: an exclusive transaction on an empty database is
 * an advisory lock of the operating system, on Linux, macOS and Windows. The system drops it when the process
 * ends, so a lock never has to be judged stale after `kill -9`.
 */
function lockFile(path: string): () => void {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw new NodeFault(
      "folder_in_use",
      `The folder ${dirname(path)} is open in another process. Stop that one, or choose another folder`,
      { cause },
    );
  }
  return () => database.close();
}

/** The same storage without any sync: what is written survives the process, but not a power cut. */
export function withoutSync(storage: Storage): Storage {
  return {
    makeFolder: (path) => storage.makeFolder(path),
    exists: (path) => storage.exists(path),
    list: (folder) => storage.list(folder),
    read: (path) => storage.read(path),
    rename: (from, to) => storage.rename(from, to),
    remove: (path) => storage.remove(path),
    lock: (path) => storage.lock(path),
    syncFolder: () => {},
    open(path, mode) {
      const file = storage.open(path, mode);
      return {
        path,
        size: () => file.size(),
        read: (offset, length) => file.read(offset, length),
        write: (offset, bytes) => file.write(offset, bytes),
        truncate: (size) => file.truncate(size),
        sync: () => Promise.resolve(),
        syncNow: () => {},
        close: () => file.close(),
      };
    },
  };
}

/** Replaces a file as a whole: a reader after any crash finds the old content or the new one. */
export function replaceFile(
  storage: Storage,
  path: string,
  bytes: Uint8Array,
  mode: "create" | "create secret" = "create",
): void {
  const temporary = `${path}.part`;
  if (storage.exists(temporary)) storage.remove(temporary);
  const file = storage.open(temporary, mode);
  try {
    file.write(0, bytes);
    file.syncNow();
  } finally {
    file.close();
  }
  storage.rename(temporary, path);
  storage.syncFolder(dirname(path));
}
