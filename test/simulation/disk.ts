/**
 * A simulated disk. It keeps apart what a file shows (the page cache) and what would be there after a power
 * cut, and it can fail as disks do:
 *
 * - `kill`: the process is gone, the page cache stays;
 * - `power`: of every write since the last sync all, a part or nothing is there, in any combination; names are
 *   as the last sync of their folder left them, with the first few changes since (as in `power-cut-storage`);
 * - a sync takes its time and may fail; what it should have made durable is then partly lost for good though
 *   still shown (the kernel drops such pages), so that only a restart of the machine tells the truth;
 * - a full disk takes a part of a write;
 * - a bit of what lies there at rest turns over.
 *
 * A process may end at any single operation. Every handle belongs to one life and is dead with it.
 */
import { dirname } from "node:path";
import { assert } from "#base/assert.ts";
import { NodeFault } from "#node/fault.ts";
import type { OpenMode, Storage, StorageFile } from "#node/storage.ts";
import type { Life, World } from "./world.ts";

export class Died extends Error {
  override readonly name = "Died";
}

export class DiskError extends Error {
  override readonly name = "DiskError";
}

export interface DiskFaults {
  /** Of 1,000 syncs. */
  syncFails: number;
  /** Of 1,000 writes. */
  full: number;
}

type Change =
  | { readonly type: "write"; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: "truncate"; readonly size: number };

type Naming =
  | { readonly type: "made"; readonly path: string; readonly content: Content }
  | { readonly type: "renamed"; readonly from: string; readonly to: string }
  | { readonly type: "removed"; readonly path: string };

class Image {
  bytes: Uint8Array;
  size = 0;

  constructor(bytes = new Uint8Array(1024), size = 0) {
    this.bytes = bytes;
    this.size = size;
  }

  copy(): Image {
    return new Image(this.bytes.slice(), this.size);
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

interface Content {
  shown: Image;
  durable: Image;
  since: Change[];
  /** Changes that a sync has settled, since the file was made. */
  settled: number;
}

export class SimulatedDisk {
  readonly faults: DiskFaults = { syncFails: 0, full: 0 };
  /** An injected fault was met since the last crash. */
  faulty = false;
  /** A sync failed: the page cache no longer says what is durable, and the machine has to restart. */
  deceptive = false;
  readonly #world: World;
  #shown = new Map<string, Content>();
  #durable = new Map<string, Content>();
  #naming: Naming[] = [];
  #locks = new Set<string>();
  #dieIn = Number.POSITIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
  }

  /** The process that has it mounted ends at the n-th operation from now. */
  dieIn(operations: number): void {
    this.#dieIn = operations;
  }

  /** What a process that begins now sees. `died` is called where an operation is its last. */
  mount(life: Life, died: () => void): Storage {
    return new Mounted(this, life, died);
  }

  /** Another machine in its place: nothing is there but these files. */
  renew(files: ReadonlyMap<string, Uint8Array>): void {
    this.#shown = new Map();
    this.#naming = [];
    for (const [path, bytes] of files) {
      const image = new Image(new Uint8Array(1024));
      image.write(0, bytes);
      this.#shown.set(path, { shown: image.copy(), durable: image, since: [], settled: 0 });
    }
    this.#durable = new Map(this.#shown);
  }

  paths(): string[] {
    return [...this.#shown.keys()].sort();
  }

  size(path: string): number {
    return this.#shown.get(path)?.shown.size ?? 0;
  }

  /** Turns one bit over, in what is shown and what is durable. */
  flip(path: string, bit: number): void {
    const content = this.#shown.get(path)!;
    for (const image of [content.shown, content.durable]) {
      if (bit >> 3 < image.size) image.bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
  }

  /** After the end of a process, or of the whole machine. */
  crash(kind: "kill" | "power"): void {
    const world = this.#world;
    this.#locks = new Set();
    this.#dieIn = Number.POSITIVE_INFINITY;
    this.faulty = false;
    if (kind === "kill" && !this.deceptive) return;
    this.deceptive = false;
    const names = new Map(this.#durable);
    for (const naming of this.#naming.slice(0, world.random.integer(this.#naming.length + 1))) {
      applyNaming(names, naming);
    }
    this.#naming = [];
    const survivors = new Map<Content, Content>();
    for (const content of names.values()) {
      if (survivors.has(content)) continue;
      const durable = content.durable.copy();
      for (const change of content.since) this.#survive(durable, change);
      survivors.set(content, { shown: durable.copy(), durable, since: [], settled: 0 });
    }
    this.#shown = new Map();
    for (const [path, content] of names) this.#shown.set(path, survivors.get(content)!);
    this.#durable = new Map(this.#shown);
  }

  step(life: Life, died: () => void): void {
    if (!life.alive) throw new Died("a process that has ended");
    this.#dieIn -= 1;
    if (this.#dieIn > 0) return;
    life.alive = false;
    died();
    throw new Died("the process ends at this operation");
  }

  // For `Mounted`.

  exists(path: string): boolean {
    return this.#shown.has(path) || this.list(path).length > 0;
  }

  list(folder: string): string[] {
    return this.paths()
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1));
  }

  content(path: string): Content {
    const content = this.#shown.get(path);
    assert(content !== undefined, `no file ${path}`);
    return content;
  }

  make(path: string): void {
    const content: Content = { shown: new Image(), durable: new Image(), since: [], settled: 0 };
    this.#shown.set(path, content);
    this.#naming.push({ type: "made", path, content });
  }

  name(naming: Naming): void {
    applyNaming(this.#shown, naming);
    this.#naming.push(naming);
  }

  syncFolder(folder: string): void {
    const inFolder = (naming: Naming) =>
      dirname(naming.type === "renamed" ? naming.to : naming.path) === folder;
    for (const naming of this.#naming) if (inFolder(naming)) applyNaming(this.#durable, naming);
    this.#naming = this.#naming.filter((naming) => !inFolder(naming));
  }

  lock(path: string): () => void {
    if (this.#locks.has(path)) throw new NodeFault("folder_in_use", `${path} is locked`);
    this.#locks.add(path);
    return () => void this.#locks.delete(path);
  }

  write(content: Content, offset: number, bytes: Uint8Array): void {
    let written = bytes.slice();
    const full = this.#world.happens(this.faults.full, 1000);
    if (full) written = written.subarray(0, this.#world.random.integer(written.length + 1));
    content.since.push({ type: "write", offset, bytes: written });
    content.shown.write(offset, written);
    if (!full) return;
    this.faulty = true;
    this.#world.count("disk full");
    throw new DiskError("ENOSPC: no space left on device, write");
  }

  /** Makes durable a file's changes up to a number, counted from its making, or loses some of them. */
  sync(content: Content, upTo: number): void {
    const settled = content.since.splice(0, Math.max(0, upTo - content.settled));
    content.settled += settled.length;
    if (this.#world.happens(this.faults.syncFails, 1000)) {
      for (const change of settled) if (this.#world.happens(1, 2)) content.durable.apply(change);
      this.faulty = true;
      this.deceptive = true;
      this.#world.count("sync failed");
      throw new DiskError("EIO: i/o error, fdatasync");
    }
    for (const change of settled) content.durable.apply(change);
  }

  /** How long a sync takes, ms; now and then a disk thinks. */
  syncMs(): number {
    return this.#world.happens(1, 50) ? this.#world.between(100, 2_000) : this.#world.between(1, 8);
  }

  sleep(ms: number, life: Life): Promise<void> {
    return this.#world.sleep(ms, "synced", life);
  }

  #survive(image: Image, change: Change): void {
    const { random } = this.#world;
    const fate = random.integer(3);
    if (fate === 0) return;
    if (change.type === "truncate" || fate === 1) {
      image.apply(change);
      return;
    }
    const kept = change.bytes.subarray(0, random.integer(change.bytes.length + 1));
    // The size may be known though the bytes are not there yet: zeros.
    const end = change.offset + (random.integer(2) === 0 ? change.bytes.length : kept.length);
    if (end > image.size) image.resize(end);
    image.write(change.offset, kept);
  }
}

class Mounted implements Storage {
  readonly #disk: SimulatedDisk;
  readonly #step: () => void;
  readonly #life: Life;

  constructor(disk: SimulatedDisk, life: Life, died: () => void) {
    this.#disk = disk;
    this.#life = life;
    this.#step = () => disk.step(life, died);
  }

  makeFolder(_path: string): void {}

  exists(path: string): boolean {
    return this.#disk.exists(path);
  }

  list(folder: string): string[] {
    return this.#disk.list(folder);
  }

  open(path: string, mode: OpenMode): StorageFile {
    const disk = this.#disk;
    const step = this.#step;
    const life = this.#life;
    if (mode.startsWith("create") && !disk.paths().includes(path)) {
      step();
      disk.make(path);
    }
    const content = disk.content(path);
    const alive = () => {
      if (!life.alive) throw new Died("a process that has ended");
    };
    return {
      path,
      size: () => content.shown.size,
      read: (offset, length) =>
        content.shown.bytes.slice(offset, Math.max(offset, Math.min(offset + length, content.shown.size))),
      write(offset, bytes) {
        alive();
        disk.write(content, offset, bytes);
        step();
      },
      truncate(size) {
        alive();
        content.since.push({ type: "truncate", size });
        content.shown.resize(size);
        step();
      },
      async sync() {
        step();
        const upTo = content.settled + content.since.length;
        await disk.sleep(disk.syncMs(), life);
        disk.sync(content, upTo);
      },
      syncNow() {
        step();
        disk.sync(content, content.settled + content.since.length);
      },
      close() {},
    };
  }

  read(path: string): Uint8Array {
    const { shown } = this.#disk.content(path);
    return shown.bytes.slice(0, shown.size);
  }

  rename(from: string, to: string): void {
    this.#step();
    this.#disk.name({ type: "renamed", from, to });
  }

  remove(path: string): void {
    this.#step();
    this.#disk.name({ type: "removed", path });
  }

  syncFolder(path: string): void {
    this.#step();
    this.#disk.syncFolder(path);
  }

  lock(path: string): () => void {
    return this.#disk.lock(path);
  }
}

function applyNaming(names: Map<string, Content>, naming: Naming): void {
  if (naming.type === "made") names.set(naming.path, naming.content);
  else if (naming.type === "removed") names.delete(naming.path);
  else {
    const content = names.get(naming.from);
    if (content === undefined) return;
    names.delete(naming.from);
    names.set(naming.to, content);
  }
}
