/**
 * A disk that refuses. At the chosen operation that changes something it fails as real disks do, once or from
 * then on until it is mended:
 *
 * - `full`: no room (ENOSPC), nothing of a write arrives;
 * - `half`: no room after half of the bytes of a write;
 * - `broken`: an I/O error (EIO); of a sync, after which the system has dropped what was not on the disk yet:
 *   the file reads as it was at its last sync, and the next sync would say that all is well.
 */
import { MemoryStorage } from "#node/memory-storage.ts";
import type { OpenMode, StorageFile } from "#node/storage.ts";

export type Operation = "make" | "write" | "truncate" | "sync" | "rename" | "remove" | "sync folder";
export type Failure = "full" | "half" | "broken";

export interface Plan {
  /** The n-th operation from the first of this storage. */
  readonly at: number;
  readonly how: Failure;
  readonly lasting: boolean;
}

export class FailingStorage extends MemoryStorage {
  /** What was done so far, in order. */
  readonly done: Operation[] = [];
  /** How often it failed. */
  failures = 0;
  #plan: Plan | undefined;
  readonly #synced = new Map<string, Uint8Array>();

  plan(plan: Plan): this {
    this.#plan = plan;
    return this;
  }

  /** Somebody made room, or put another disk in. */
  mend(): this {
    this.#plan = undefined;
    return this;
  }

  override open(path: string, mode: OpenMode): StorageFile {
    if (mode.startsWith("create") && !this.exists(path)) this.#step("make");
    const file = super.open(path, mode);
    return {
      path,
      size: () => file.size(),
      read: (offset, length) => file.read(offset, length),
      write: (offset, bytes) => {
        this.#step("write", () => file.write(offset, bytes.subarray(0, bytes.length >> 1)));
        file.write(offset, bytes);
      },
      truncate: (size) => {
        this.#step("truncate");
        file.truncate(size);
      },
      sync: async () => this.#sync(file),
      syncNow: () => this.#sync(file),
      close: () => file.close(),
    };
  }

  override rename(from: string, to: string): void {
    this.#step("rename");
    super.rename(from, to);
    this.#synced.set(to, this.#synced.get(from) ?? new Uint8Array(0));
  }

  override remove(path: string): void {
    this.#step("remove");
    super.remove(path);
  }

  override syncFolder(): void {
    this.#step("sync folder");
  }

  #sync(file: StorageFile): void {
    try {
      this.#step("sync");
      this.#synced.set(file.path, file.read(0, file.size()));
    } catch (error) {
      const before = this.#synced.get(file.path) ?? new Uint8Array(0);
      file.truncate(0);
      file.write(0, before);
      throw error;
    }
  }

  #step(operation: Operation, halfway: () => void = () => {}): void {
    this.done.push(operation);
    const plan = this.#plan;
    if (plan === undefined || this.done.length < plan.at) return;
    if (!plan.lasting && this.done.length > plan.at) return;
    // A full disk still lets go, and what is there already can be synced.
    const harmless: readonly Operation[] = ["truncate", "remove", "sync folder", "sync", "rename"];
    if (plan.how !== "broken" && harmless.includes(operation) && this.done.length > plan.at) return;
    this.failures += 1;
    if (plan.how === "half") halfway();
    const [code, said] = plan.how === "broken" ? ["EIO", "i/o error"] : ["ENOSPC", "no space left on device"];
    throw Object.assign(new Error(`${code}: ${said}, ${operation}`), { code, syscall: operation });
  }
}
