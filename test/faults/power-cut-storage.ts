/**
 * A disk that loses power. It counts every operation that changes something; at the chosen one the power
 * goes, and that operation and all later ones throw. What a restart then finds follows from what was synced
 * (`test/support/disk-history.ts`).
 */
import { dirname } from "node:path";
import { Random } from "#base/random.ts";
import { MemoryStorage } from "#node/memory-storage.ts";
import type { OpenMode, StorageFile } from "#node/storage.ts";
import { type Change, Image, NamesOnDisk, survivor } from "../support/disk-history.ts";

export class PowerCut extends Error {
  override readonly name = "PowerCut";
}

interface FileHistory {
  durable: Image;
  since: Change[];
}

export class PowerCutStorage extends MemoryStorage {
  /** Operations so far. */
  operations = 0;
  #cutAt = Number.POSITIVE_INFINITY;
  readonly #names = new NamesOnDisk<FileHistory>();

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
      this.#names.make(path, { durable: new Image(), since: [] });
    }
    return this.#watched(super.open(path, mode), this.#names.shown.get(path)!);
  }

  override rename(from: string, to: string): void {
    this.#step();
    super.rename(from, to);
    this.#names.rename(from, to);
  }

  override remove(path: string): void {
    this.#step();
    super.remove(path);
    this.#names.remove(path);
  }

  override syncFolder(folder: string): void {
    this.#step();
    this.#names.syncFolder(folder);
  }

  /** The disk after the power came back. */
  restarted(seed: string): PowerCutStorage {
    const random = new Random(seed);
    const names = this.#names.afterPowerCut(random);
    const disk = new PowerCutStorage();
    for (const [path, { durable, since }] of names) {
      const file = disk.open(path, "create");
      const image = survivor(durable, since, random);
      file.write(0, image.read(0, image.size));
      file.syncNow();
    }
    for (const folder of new Set([...names.keys()].map(dirname))) disk.syncFolder(folder);
    disk.operations = 0;
    return disk;
  }

  #watched(file: StorageFile, history: FileHistory): StorageFile {
    const settle = () => {
      this.#step();
      history.durable = new Image(file.read(0, file.size()), file.size());
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
