/**
 * A simulated disk. It keeps apart what a file shows (the page cache) and what would be there after a power
 * cut, and it can fail as disks do:
 *
 * - `kill`: the process is gone, the page cache stays;
 * - `power`: what was synced is there, and some of the rest (`test/support/disk-history.ts`);
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
import { type Change, Image, NamesOnDisk, survivor } from "../support/disk-history.ts";
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
  #names = new NamesOnDisk<Content>();
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
    const contents = new Map<string, Content>();
    for (const [path, bytes] of files) {
      const image = new Image();
      image.write(0, bytes);
      contents.set(path, { shown: image.copy(), durable: image, since: [], settled: 0 });
    }
    this.#names = new NamesOnDisk(contents);
  }

  paths(): string[] {
    return [...this.#names.shown.keys()].sort();
  }

  size(path: string): number {
    return this.#names.shown.get(path)?.shown.size ?? 0;
  }

  /** Turns one bit over, in what is shown and what is durable. */
  flip(path: string, bit: number): void {
    const content = this.#names.shown.get(path)!;
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
    const names = this.#names.afterPowerCut(world.random);
    const survivors = new Map<Content, Content>();
    for (const content of names.values()) {
      if (survivors.has(content)) continue;
      const durable = survivor(content.durable, content.since, world.random);
      survivors.set(content, { shown: durable.copy(), durable, since: [], settled: 0 });
    }
    this.#names = new NamesOnDisk(
      new Map([...names].map(([path, content]) => [path, survivors.get(content)!])),
    );
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
    return this.#names.shown.has(path) || this.list(path).length > 0;
  }

  list(folder: string): string[] {
    return this.paths()
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1));
  }

  content(path: string): Content {
    const content = this.#names.shown.get(path);
    assert(content !== undefined, `no file ${path}`);
    return content;
  }

  make(path: string): void {
    this.#names.make(path, { shown: new Image(), durable: new Image(), since: [], settled: 0 });
  }

  rename(from: string, to: string): void {
    this.#names.rename(from, to);
  }

  remove(path: string): void {
    this.#names.remove(path);
  }

  syncFolder(folder: string): void {
    this.#names.syncFolder(folder);
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
      read: (offset, length) => content.shown.read(offset, length),
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
    return shown.read(0, shown.size);
  }

  rename(from: string, to: string): void {
    this.#step();
    this.#disk.rename(from, to);
  }

  remove(path: string): void {
    this.#step();
    this.#disk.remove(path);
  }

  syncFolder(path: string): void {
    this.#step();
    this.#disk.syncFolder(path);
  }

  lock(path: string): () => void {
    return this.#disk.lock(path);
  }
}
