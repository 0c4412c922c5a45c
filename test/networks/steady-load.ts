/**
 * Clients of a network in trouble, and what a watcher sees of its blocks. Each client hands in one deposit,
 * waits until it stands in a block, and only then makes the next; where no block brings it, it hands the same
 * bytes to another node. What was seen in a block is acknowledged, and must stay, once.
 */
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type Load, operator } from "../support/node-load.ts";
import type { CometNode } from "./comet-network.ts";

export interface SeenBlock {
  readonly height: number;
  /** Monotonic, ms. */
  readonly at: number;
  readonly transactions: readonly { readonly tx: Uint8Array; readonly code: number }[];
}

/** Calls back for each new block of a node, over WebSocket; connects anew for as long as it is not closed. */
export function watchBlocks(node: CometNode, seen: (block: SeenBlock) => void): { close(): void } {
  let socket: WebSocket | undefined;
  let closed = false;
  const dial = () => {
    if (closed) return;
    socket = new WebSocket(`ws://127.0.0.1:${node.rpc}/websocket`);
    const query = "tm.event='NewBlock'";
    socket.onopen = () =>
      socket!.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "subscribe", params: { query } }));
    socket.onclose = () => void setTimeout(dial, 200);
    socket.onerror = () => {};
    socket.onmessage = ({ data }) => {
      const value = (JSON.parse(String(data)) as NewBlockEvent).result?.data?.value;
      if (value === undefined) return;
      const { header, data: body } = value.block;
      const results = value.result_finalize_block?.tx_results ?? [];
      const transactions = (body.txs ?? []).map((tx, i) => ({
        tx: new Uint8Array(Buffer.from(tx, "base64")),
        code: results[i]?.code ?? 0,
      }));
      seen({ height: Number(header.height), at: performance.now(), transactions });
    };
  };
  dial();
  return {
    close() {
      closed = true;
      socket?.close();
    },
  };
}

interface NewBlockEvent {
  readonly result?: {
    readonly data?: {
      readonly value: {
        readonly block: { readonly header: { height: string }; readonly data: { txs: string[] | null } };
        readonly result_finalize_block?: { tx_results?: { code?: number }[] | null };
      };
    };
  };
}

/** As CometBFT names a transaction: SHA-256 of its bytes, in capital hexadecimal digits. */
export function cometHash(tx: Uint8Array): string {
  return createHash("sha256").update(tx).digest("hex").toUpperCase();
}

/** So long a client waits for a block with what a node took, and before it asks another where one did not. */
const PATIENCE_MS = 4_000;
const AGAIN_MS = 100;

function codeOf(node: CometNode, tx: Uint8Array): Promise<number | "refused"> {
  return node.send(tx).then(
    ({ code }) => code,
    () => "refused",
  );
}

export class SteadyLoad {
  /** Hashes of what clients saw in a block with code 0. */
  readonly acknowledged = new Set<string>();
  /** When each node's blocks were seen, by height. */
  readonly blocks: Map<number, number>[];
  /** What a block or a node refused, which none should be: code and height. */
  readonly refused: string[] = [];
  readonly #nodes: readonly CometNode[];
  readonly #load: Load;
  readonly #pauseMs: number;
  readonly #watches: { close(): void }[];
  readonly #waiting = new Map<string, () => void>();
  readonly #clients: Promise<void>[];
  #stopping = false;
  #closed = false;

  /** Begins `clients` clients, each an operator that has been admitted; between two deposits each waits `pauseMs`. */
  constructor(nodes: readonly CometNode[], load: Load, clients: number, pauseMs: number) {
    this.#nodes = nodes;
    this.#load = load;
    this.#pauseMs = pauseMs;
    this.blocks = nodes.map(() => new Map());
    this.#watches = nodes.map((node, i) => watchBlocks(node, (block) => this.#seen(i, block)));
    this.#clients = Array.from({ length: clients }, (_, i) => this.#client(i));
  }

  /** Height of the newest block that one of these nodes showed. */
  highest(nodes: readonly number[]): number {
    return Math.max(0, ...nodes.flatMap((node) => [...this.blocks[node]!.keys()].slice(-1)));
  }

  /** The longest time between two new heights among these nodes since `from` (monotonic, ms), until now. */
  longestGap(nodes: readonly number[], from: number): number {
    const first = new Map<number, number>();
    for (const node of nodes) {
      for (const [height, at] of this.blocks[node]!) first.set(height, Math.min(at, first.get(height) ?? at));
    }
    const times = [from, ...[...first.values()].filter((at) => at > from), performance.now()].sort(
      (a, b) => a - b,
    );
    return Math.max(...times.slice(1).map((at, i) => at - times[i]!));
  }

  /** Resolves when every client has its last deposit acknowledged; rejects where one does not within a minute. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const late = pause(60_000, "late", { ref: false });
    const ended = await Promise.race([Promise.all(this.#clients), late]);
    this.close();
    if (ended === "late") throw new Error(`${this.#waiting.size} deposits were in no block after a minute`);
  }

  close(): void {
    this.#stopping = true;
    this.#closed = true;
    for (const watch of this.#watches) watch.close();
  }

  async #client(index: number): Promise<void> {
    for (let turn = index; !this.#stopping; await pause(this.#pauseMs)) {
      const tx = this.#load.deposit(1n, operator(index), operator(index));
      const { promise, resolve } = Promise.withResolvers<void>();
      const name = cometHash(tx);
      this.#waiting.set(name, resolve);
      for (let done = false; !done; turn += 1) {
        const node = this.#nodes[turn % this.#nodes.length]!;
        const seen = promise.then(() => true);
        // A node may be behind the block that a client saw elsewhere, or hold the deposit already: blocks decide.
        const code = await Promise.race([
          seen,
          codeOf(node, tx),
          pause(PATIENCE_MS, "silent", { ref: false }),
        ]);
        const patience = code === 0 ? PATIENCE_MS : AGAIN_MS;
        done = await Promise.race([seen, pause(patience, false, { ref: false })]);
        if (!done && this.#closed) return;
      }
    }
  }

  #seen(node: number, { height, at, transactions }: SeenBlock): void {
    this.blocks[node]!.set(height, at);
    for (const { tx, code } of transactions) {
      const name = cometHash(tx);
      if (code === 0) this.acknowledged.add(name);
      else this.refused.push(`${code} in block ${height}`);
      this.#waiting.get(name)?.();
      this.#waiting.delete(name);
    }
  }
}
