/**
 * What an embedded node tells whoever watches it (docs/operating/observing.md). Everything but two histograms is
 * counted anyway and only read when somebody looks.
 */
import type { Histogram, MetricsRegistry, Sample } from "#base/metrics.ts";
import type { NodeCounters } from "#node/node.ts";
import type { Storage, StorageFile } from "#node/storage.ts";

/** What is asked of a node, whoever makes its blocks. */
export interface WatchedRunner {
  readonly counters: Readonly<
    Pick<NodeCounters, "blocks" | "transactions" | "submitted"> & {
      readonly refused: ReadonlyMap<string, number>;
    }
  >;
  height(): number;
  inFlight(): { readonly transactions: number; readonly bytes: number };
  stopped(): boolean;
}

export interface Watched extends WatchedRunner {
  readonly counters: Readonly<NodeCounters>;
  rows(): number;
  logBytes(): number;
  verified(): number;
  slowPathAsked(): number;
  snapshotHeight(): number;
  /** Seconds since the last snapshot of this run, or since the opening. */
  snapshotAgeS(): number;
}

/** Registers what every node tells: its chain, what was handed in and refused, what is in flight. */
export function registerRunner(registry: MetricsRegistry, node: WatchedRunner): void {
  const { counters } = node;
  registry.gauge("contrada_chain_height_blocks", "Height of the last durable block.", () => node.height());
  registry.gauge(
    "contrada_chain_stopped_state",
    "1 = the node stopped by itself and acknowledges nothing.",
    () => (node.stopped() ? 1 : 0),
  );
  registry.counter("contrada_chain_blocks_total", "Blocks committed since the start.", () => counters.blocks);
  registry.counter(
    "contrada_chain_transactions_total",
    "Transactions made durable since the start.",
    () => counters.transactions,
  );
  registry.counter(
    "contrada_chain_submissions_total",
    "Transactions handed in here since the start.",
    () => counters.submitted,
  );
  registry.counter("contrada_chain_rejections_total", "Of these, refused, by status.", () =>
    [...counters.refused].sort().map(([reason, value]): Sample => ({ value, labels: { reason } })),
  );
  registry.gauge(
    "contrada_mempool_transactions_count",
    "Transactions in flight: handed in here, neither refused nor durable.",
    () => node.inFlight().transactions,
  );
  registry.gauge("contrada_mempool_size_bytes", "Bytes of them.", () => node.inFlight().bytes);
}

/** Registers the node. Returns where the wait of each transaction, from handing in to durable, is to be noted. */
export function registerNode(registry: MetricsRegistry, node: Watched): Histogram {
  const { counters } = node;
  registerRunner(registry, node);
  registry.gauge("contrada_chain_state_rows", "Rows of the chain's state.", () => node.rows());
  registry.gauge("contrada_chain_log_bytes", "Size of the block log.", () => node.logBytes());
  registry.counter(
    "contrada_chain_sealing_seconds_total",
    "Time from sealing to durable, all blocks together.",
    () => counters.sealingMs / 1_000,
  );
  registry.counter("contrada_signature_verifications_total", "Signatures judged.", () => node.verified());
  registry.counter(
    "contrada_signature_slow_path_total",
    "Of these, not accepted by native cryptography: false, or made to be slow.",
    () => node.slowPathAsked(),
  );
  registry.counter("contrada_snapshot_written_total", "Snapshots written.", () => counters.snapshots);
  registry.gauge("contrada_snapshot_lag_blocks", "Blocks since the last snapshot.", () =>
    Math.max(0, node.height() - node.snapshotHeight()),
  );
  registry.gauge("contrada_snapshot_age_seconds", "Time since the last snapshot, or since the start.", () =>
    node.snapshotAgeS(),
  );
  return registry.histogram(
    "contrada_chain_commit_latency_seconds",
    "From handing a transaction in to its block being durable.",
  );
}

/** A storage whose syncs of files are timed. */
export function timedSyncs(storage: Storage, registry: MetricsRegistry, clockMs: () => number): Storage {
  const syncs = registry.histogram(
    "contrada_storage_sync_seconds",
    "Duration of one sync of a file to the disk.",
  );
  const timed = (file: StorageFile): StorageFile => ({
    path: file.path,
    size: () => file.size(),
    read: (offset, length) => file.read(offset, length),
    write: (offset, bytes) => file.write(offset, bytes),
    truncate: (size) => file.truncate(size),
    async sync() {
      const began = clockMs();
      await file.sync();
      syncs.observe((clockMs() - began) / 1_000);
    },
    syncNow() {
      const began = clockMs();
      file.syncNow();
      syncs.observe((clockMs() - began) / 1_000);
    },
    close: () => file.close(),
  });
  return {
    makeFolder: (path) => storage.makeFolder(path),
    exists: (path) => storage.exists(path),
    list: (folder) => storage.list(folder),
    open: (path, mode) => timed(storage.open(path, mode)),
    read: (path) => storage.read(path),
    rename: (from, to) => storage.rename(from, to),
    remove: (path) => storage.remove(path),
    syncFolder: (path) => storage.syncFolder(path),
    lock: (path) => storage.lock(path),
  };
}
