/**
 * What a node of a network tells whoever watches it (docs/operating/observing.md). What means the same as at an
 * embedded node has the same name; `contrada_consensus_…` is what only a network has. Everything but two
 * histograms is counted anyway and only read when somebody looks.
 */
import type { Histogram, MetricsRegistry, Sample } from "#base/metrics.ts";
import type { CometCounters } from "#node/comet/host.ts";
import { registerRunner, type WatchedRunner } from "#node/metrics.ts";

/** What this node's CometBFT said last; nothing where it does not answer. */
export interface Consensus {
  readonly height: number;
  readonly catchingUp: boolean;
  readonly validators: number;
  /** Of these, whose signature stands in the last commit. */
  readonly signers: number;
  readonly peers: number;
}

export interface WatchedComet extends WatchedRunner {
  readonly counters: Readonly<CometCounters>;
  /** Seconds since this node committed a block, or since the opening. */
  blockAgeS(): number;
  consensus(): Consensus | undefined;
  inFlight(): { readonly transactions: number; readonly bytes: number; readonly unchecked: number };
  restarts(): number;
}

export interface CometLatencies {
  /** From handing a transaction in to CheckTx's word on it, s. */
  readonly broadcast: Histogram;
  /** From handing a transaction in to this node's Commit, s. */
  readonly commit: Histogram;
}

/** Registers the node. Returns where the waits of transactions are to be noted. */
export function registerCometNode(registry: MetricsRegistry, node: WatchedComet): CometLatencies {
  const { counters } = node;
  registerRunner(registry, node);
  registry.gauge(
    "contrada_consensus_unchecked_transactions",
    "Of these, still without CheckTx's word.",
    () => node.inFlight().unchecked,
  );
  registry.gauge("contrada_consensus_block_age_seconds", "Time since this node committed a block.", () =>
    node.blockAgeS(),
  );
  registry.gauge("contrada_consensus_answering_state", "1 = this node's CometBFT answers.", () =>
    node.consensus() === undefined ? 0 : 1,
  );
  const ofConsensus = (value: (consensus: Consensus) => number) => (): readonly Sample[] => {
    const consensus = node.consensus();
    return consensus === undefined ? [] : [{ value: value(consensus) }];
  };
  registry.gauge(
    "contrada_consensus_height_blocks",
    "Height that consensus has decided, as this node's CometBFT knows it.",
    ofConsensus(({ height }) => height),
  );
  registry.gauge(
    "contrada_consensus_catching_up_state",
    "1 = fetches blocks that the others decided long ago.",
    ofConsensus(({ catchingUp }) => (catchingUp ? 1 : 0)),
  );
  registry.gauge(
    "contrada_consensus_validators_count",
    "Validators of the chain.",
    ofConsensus(({ validators }) => validators),
  );
  registry.gauge(
    "contrada_consensus_signers_count",
    "Validators whose signature stands in the last commit.",
    ofConsensus(({ signers }) => signers),
  );
  registry.gauge(
    "contrada_consensus_peers_count",
    "Nodes to which this one is connected.",
    ofConsensus(({ peers }) => peers),
  );
  registry.counter(
    "contrada_consensus_restarts_total",
    "New starts of this node's CometBFT after it fell.",
    () => node.restarts(),
  );
  registry.counter(
    "contrada_consensus_again_total",
    "Transactions handed to a CometBFT once more after it fell.",
    () => counters.again,
  );
  registry.counter(
    "contrada_consensus_lost_total",
    "Transactions that were admitted and can come no more.",
    () => counters.lost,
  );
  return {
    broadcast: registry.histogram(
      "contrada_consensus_broadcast_latency_seconds",
      "From handing a transaction in to CheckTx's word on it.",
    ),
    commit: registry.histogram(
      "contrada_chain_commit_latency_seconds",
      "From handing a transaction in to its block being durable.",
    ),
  };
}
