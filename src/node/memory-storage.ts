/**
 * Storage without a disk, for simulations and tests. It keeps apart what was written and what was synced, so
 * that a test can ask what a power cut would have left.
 */
import { dirname } from "node:path";
import { assert } from "#base/assert.ts";
import { NodeFault } from "#node/fault.ts";
import type { OpenMode, Storage, StorageFile } from "#node/storage.ts";

/** The content of a file, shared by every handle on it; names point to it. */
interface Content {
  bytes: Uint8Array;
  size: number;
}

export class MemoryStorage implements Storage {
  protected readonly files = new Map<string, Content>();
  readonly #locks = new Set<string>();

  makeFolder(_path: string): void {}

  exists(path: string): boolean {
    return this.files.has(path) || this.list(path).length > 0;
  }

  list(folder: string): string[] {
    return [...this.files.keys()]
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1));
  }

  open(path: string, mode: OpenMode): StorageFile {
    let content = this.files.get(path);
    if (content === undefined) {
      assert(mode.startsWith("create"), `no file ${path}`);
      content = { bytes: new Uint8Array(1024), size: 0 };
      this.files.set(path, content);
    }
    return new MemoryFile(path, content);
  }

  read(path: string): Uint8Array {
    const content = this.files.get(path);
    assert(content !== undefined, `no file ${path}`);
    return content.bytes.slice(0, content.size);
  }

  rename(from: string, to: string): void {
    const content = this.files.get(from);
    assert(content !== undefined, `no file ${from}`);
    this.files.delete(from);
    this.files.set(to, content);
  }

  remove(path: string): void {
    this.files.delete(path);
  }

  syncFolder(_path: string): void {}

  lock(path: string): () => void {
    if (this.#locks.has(path)) throw new NodeFault("folder_in_use", `${path} is locked`);
    this.#locks.add(path);
    return () => void this.#locks.delete(path);
  }
}

class MemoryFile implements StorageFile {
  readonly path: string;
  readonly #content: Content;

  constructor(path: string, content: Content) {
    this.path = path;
    this.#content = content;
  }

  size(): number {
    return this.#content.size;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#content.bytes.slice(offset, Math.min(offset + length, this.#content.size));
  }

  write(offset: number, bytes: Uint8Array): void {
    const content = this.#content;
    const end = offset + bytes.length;
    if (end > content.bytes.length) {
      const larger = new Uint8Array(Math.max(end, 2 * content.bytes.length));
      larger.set(content.bytes.subarray(0, content.size));
      content.bytes = larger;
    }
    content.bytes.set(bytes, offset);
    content.size = Math.max(content.size, end);
  }

  truncate(size: number): void {
    this.#content.bytes.fill(0, size);
    this.#content.size = Math.min(this.#content.size, size);
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  syncNow(): void {}

  close(): void {}
}
