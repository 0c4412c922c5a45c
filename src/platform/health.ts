/**
 * Whether a platform can serve: what `/readyz` answers, and a load balancer or an operator acts on. It says no
 * within five seconds where transactions wait and no block comes, and at once where the chain has stopped by
 * itself, is not yet caught up, the index is behind, or the disk is nearly full (a full one stops the node).
 * A process whose event loop is stuck answers nothing, which is a no too.
 */
import { statfsSync } from "node:fs";
import type { ChainHost } from "#chain/host.ts";

/** Below this the disk counts as full, bytes. */
export const FREE_MIN_BYTES = 64 * 1024 * 1024;
/** With a look each second, under five seconds until a stall shows. */
const STALL_MS = 3_500;
const LOOK_MS = 1_000;

export interface HealthOptions {
  readonly host: ChainHost;
  readonly indexHeight: () => number;
  /** Of the data. */
  readonly folder: string;
  /** Monotonic, ms; for tests. */
  readonly clockMs?: () => number;
  /** Free bytes where the data are; for tests. */
  readonly freeBytes?: () => number;
}

export class Health {
  readonly #options: HealthOptions;
  readonly #clockMs: () => number;
  readonly #freeBytes: () => number;
  readonly #timer: NodeJS.Timeout;
  #height = -1;
  /** Since when transactions have waited for a block. */
  #waitingSinceMs: number | undefined;

  constructor(options: HealthOptions) {
    this.#options = options;
    this.#clockMs = options.clockMs ?? (() => performance.now());
    this.#freeBytes = options.freeBytes ?? (() => freeBytesOf(options.folder));
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Why requests cannot be served, in a sentence; `undefined` where they can. */
  problem(): string | undefined {
    const { host, indexHeight } = this.#options;
    this.look();
    if (host.ready?.() === false) return "The chain has stopped, or has not caught up with the others yet.";
    const behind = host.view().height - indexHeight();
    if (behind > 0) return `The index of the ledger is ${behind} blocks behind.`;
    if (this.#waitingSinceMs !== undefined && this.#clockMs() - this.#waitingSinceMs >= STALL_MS) {
      return "Transactions wait, and no block comes.";
    }
    const free = this.#freeBytes();
    if (free < FREE_MIN_BYTES) return `The disk is nearly full: ${Math.floor(free / 1e6)} MB are left.`;
    return undefined;
  }

  /** Notes whether the chain moves; done by itself each second. */
  look(): void {
    const { host } = this.#options;
    const { height } = host.view();
    if (host.waiting() === 0) this.#waitingSinceMs = undefined;
    else if (this.#waitingSinceMs === undefined || height !== this.#height) {
      this.#waitingSinceMs = this.#clockMs();
    }
    this.#height = height;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
