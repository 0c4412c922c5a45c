/**
 * A disk that loses power. It counts every operation that changes something; at the chosen one the power
 * goes, and that operation and all later ones throw. What a restart then finds follows from what was synced:
 *
 * - a file has what its last sync held, and of every write or truncation since then all, a part or nothing,
 *   in any combination, because the system may have written some pages back by itself;
 * - names (made, renamed, removed) are as the last sync of their folder left them, with the first few changes
 *   since, because file systems log names in order.
 */
import { dirname } from "node:path";
import { Random } from "#base/random.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import type { OpenMode, StorageFile } from "#node/storage.ts";

export class PowerCut extends Error {
  override readonly name = "PowerCut";
}

type Change =
  | { readonly type: "write"; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly size: number };

type Naming =
  | { readonly type: "made"; readonly path: string; readonly file: FileHistory }
  | { readonly type: "renamed"; readonly from: string; readonly to: string }
  | { readonly type: "removed"; readonly path: string };

interface FileHistory {
  durable: Uint8Array;
  since: Change[];
}

export class PowerCutStorage extends MemoryStorage {
  /** Operations so far. */
  operations = 0;
  #cutAt = Number.POSITIVE_INFINITY;
  readonly #durableNames = new Map<string, FileHistory>();
  readonly #histories = new Map<string, FileHistory>();
  #naming: Naming[] = [];

  /** The power goes at the n-th operation from now on, counted from the first of this storage. */
  cutAt(operation: number): this {
    this.#cutAt = operation;
    return this;
  }

  get isCut(): boolean {
    return this.operations >= this.#cutAt;
  }

  override open(path: string, mode: OpenMode): StorageFile {
    if (!this.exists(path) && mode.startsWith("create")) {
      this.#step();
      const file: FileHistory = { durable: new Uint8Array(0), since: [] };
      this.#histories.set(path, file);
      this.#naming.push({ type: "made", path, file });
    }
    return this.#watched(super.open(path, mode), this.#histories.get(path)!);
  }

  override rename(from: string, to: string): void {
    this.#step();
    super.rename(from, to);
    this.#histories.set(to, this.#histories.get(from)!);
    this.#histories.delete(from);
    this.#naming.push({ type: "renamed", from, to });
  }

  override remove(path: string): void {
    this.#step();
    super.remove(path);
    this.#histories.delete(path);
    this.#naming.push({ type: "removed", path });
  }

  override syncFolder(folder: string): void {
    this.#step();
    const inFolder = (naming: Naming) =>
      dirname(naming.type === "renamed" ? naming.to : naming.path) === folder;
    for (const naming of this.#naming) if (inFolder(naming)) apply(this.#durableNames, naming);
    this.#naming = this.#naming.filter((naming) => !inFolder(naming));
  }

  /** The disk after the power came back. */
  restarted(seed: string): PowerCutStorage {
    const random = new Random(seed);
    const names = new Map(this.#durableNames);
    for (const naming of this.#naming.slice(0, random.integer(this.#naming.length + 1))) {
      apply(names, naming);
    }
    const disk = new PowerCutStorage();
    for (const [path, history] of names) {
      const file = disk.open(path, "create");
      file.write(0, survivor(history, random));
      file.syncNow();
    }
    for (const folder of new Set([...names.keys()].map(dirname))) disk.syncFolder(folder);
    disk.operations = 0;
    return disk;
  }

  #watched(file: StorageFile, history: FileHistory): StorageFile {
    const settle = () => {
      this.#step();
      history.durable = file.read(0, file.size());
      history.since = [];
    };
    return {
      path: file.path,
      size: () => file.size(),
      read: (offset, length) => file.read(offset, length),
      write: (offset, bytes) => {
        history.since.push({ type: "write", offset, bytes: bytes.slice() });
        this.#step();
        file.write(offset, bytes);
      },
      truncate: (size) => {
        history.since.push({ type: "truncate", size });
        this.#step();
        file.truncate(size);
      },
      sync: async () => settle(),
      syncNow: settle,
      close: () => file.close(),
    };
  }

  #step(): void {
    if (this.isCut) throw new PowerCut(`no power since operation ${this.#cutAt}`);
    this.operations += 1;
    if (this.isCut) throw new PowerCut(`the power goes at operation ${this.#cutAt}`);
  }
}

function apply(names: Map<string, FileHistory>, naming: Naming): void {
  if (naming.type === "made") names.set(naming.path, naming.file);
  else if (naming.type === "removed") names.delete(naming.path);
  else {
    const file = names.get(naming.from);
    if (file === undefined) return;
    names.delete(naming.from);
    names.set(naming.to, file);
  }
}

function survivor({ durable, since }: FileHistory, random: Random): Uint8Array {
  let bytes = durable;
  for (const change of since) {
    const fate = random.integer(3);
    if (fate === 0) continue;
    if (change.type === "truncate") {
      bytes = resized(bytes, change.size);
      continue;
    }
    const kept =
      fate === 1 ? change.bytes : change.bytes.subarray(0, random.integer(change.bytes.length + 1));
    // The size may be known though the bytes are not there yet: zeros.
    const end = change.offset + (random.integer(2) === 0 ? change.bytes.length : kept.length);
    bytes = resized(bytes, Math.max(bytes.length, end));
    bytes.set(kept, change.offset);
  }
  return bytes;
}

function resized(bytes: Uint8Array, size: number): Uint8Array {
  const other = new Uint8Array(size);
  other.set(bytes.subarray(0, size));
  return other;
}
