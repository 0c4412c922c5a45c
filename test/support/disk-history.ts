/**
 * What a disk was told and what of it is there after a power cut, for `test/faults` and `test/simulation`:
 *
 * - a file has what its last sync held, and of every write or truncation since then all, a part or nothing,
 *   in any combination, because the system may have written some pages back by itself;
 * - names (made, renamed, removed) are as the last sync of their folder left them, with the first few changes
 *   since, because file systems log names in order.
 */
import { dirname } from "node:path";
import type { Random } from "#base/random.ts";

export type Change =
  | { readonly type: "write"; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly size: number };

/** The bytes of a file, in a buffer that grows. */
export class Image {
  bytes: Uint8Array;
  size: number;

  constructor(bytes: Uint8Array = new Uint8Array(1024), size = 0) {
    this.bytes = bytes;
    this.size = size;
  }

  copy(): Image {
    return new Image(this.bytes.slice(), this.size);
  }

  /** What lies from an offset on, at most so many bytes, as a copy. */
  read(offset: number, length: number): Uint8Array {
    return this.bytes.slice(offset, Math.max(offset, Math.min(offset + length, this.size)));
  }

  apply(change: Change): void {
    if (change.type === "truncate") this.resize(change.size);
    else this.write(change.offset, change.bytes);
  }

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.size) this.resize(end);
    this.bytes.set(bytes, offset);
  }

  resize(size: number): void {
    if (size > this.bytes.length) {
      const larger = new Uint8Array(2 * size);
      larger.set(this.bytes.subarray(0, this.size));
      this.bytes = larger;
    }
    if (size < this.size) this.bytes.fill(0, size, this.size);
    this.size = size;
  }
}

/** What is there of a file after a power cut. */
export function survivor(durable: Image, since: readonly Change[], random: Random): Image {
  const image = durable.copy();
  for (const change of since) {
    const fate = random.integer(3);
    if (fate === 0) continue;
    if (change.type === "truncate" || fate === 1) {
      image.apply(change);
      continue;
    }
    const kept = change.bytes.subarray(0, random.integer(change.bytes.length + 1));
    // The size may be known though the bytes are not there yet: zeros.
    const end = change.offset + (random.integer(2) === 0 ? change.bytes.length : kept.length);
    if (end > image.size) image.resize(end);
    image.write(change.offset, kept);
  }
  return image;
}

type Naming<F> =
  | { readonly type: "made"; readonly path: string; readonly file: F }
  | { readonly type: "renamed"; readonly from: string; readonly to: string }
  | { readonly type: "removed"; readonly path: string };

/** Which files have which names: as a program sees them, and as they are on the device. */
export class NamesOnDisk<F> {
  readonly shown: Map<string, F>;
  readonly #durable: Map<string, F>;
  #since: Naming<F>[] = [];

  /** All names that there are at first are durable. */
  constructor(names: ReadonlyMap<string, F> = new Map()) {
    this.shown = new Map(names);
    this.#durable = new Map(names);
  }

  make(path: string, file: F): void {
    this.#name({ type: "made", path, file });
  }

  rename(from: string, to: string): void {
    this.#name({ type: "renamed", from, to });
  }

  remove(path: string): void {
    this.#name({ type: "removed", path });
  }

  /** Makes the names in a folder durable, not those in folders within it. */
  syncFolder(folder: string): void {
    const inFolder = (naming: Naming<F>) =>
      dirname(naming.type === "renamed" ? naming.to : naming.path) === folder;
    for (const naming of this.#since) if (inFolder(naming)) apply(this.#durable, naming);
    this.#since = this.#since.filter((naming) => !inFolder(naming));
  }

  afterPowerCut(random: Random): Map<string, F> {
    const names = new Map(this.#durable);
    for (const naming of this.#since.slice(0, random.integer(this.#since.length + 1))) apply(names, naming);
    return names;
  }

  #name(naming: Naming<F>): void {
    apply(this.shown, naming);
    this.#since.push(naming);
  }
}

function apply<F>(names: Map<string, F>, naming: Naming<F>): void {
  if (naming.type === "made") names.set(naming.path, naming.file);
  else if (naming.type === "removed") names.delete(naming.path);
  else {
    const file = names.get(naming.from);
    if (file === undefined) return;
    names.delete(naming.from);
    names.set(naming.to, file);
  }
}
