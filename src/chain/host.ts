/**
 * The port that a chain runner fills and a platform uses: hand in transactions, read committed state, follow
 * blocks. `node` implements it over the embedded producer (and later over CometBFT); `platform` knows nothing
 * else of how blocks come about.
 *
 * Acknowledgement: `submit` answers as soon as the transaction is admitted or refused; only `committed` says
 * that it is durable. A transaction admitted and then lost in a crash was never acknowledged.
 */
import type { UnixSeconds } from "#base/time.ts";
import type { ChainEvent } from "#chain/events.ts";
import type { ChainView } from "#chain/view.ts";
import type { Status } from "#ledger/status.ts";

/** Why a node turned a transaction away before the chain's own rules were asked. */
export type AdmissionRefusal = "overloaded" | "already_waiting" | "stopped";

export type Submission =
  | { readonly admitted: true; readonly id: Uint8Array; readonly committed: Promise<Outcome> }
  | { readonly admitted: false; readonly id: Uint8Array | undefined; readonly status: Status | AdmissionRefusal };

/** What became of a transaction in its block; durable. */
export interface Outcome {
  readonly id: Uint8Array;
  readonly height: number;
  readonly index: number;
  readonly status: Status;
}

export interface CommittedTransaction {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
  readonly status: Status;
  readonly events: readonly ChainEvent[];
}

export interface CommittedBlock {
  readonly height: number;
  readonly time: UnixSeconds;
  readonly hash: Uint8Array;
  readonly previousHash: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  readonly transactions: readonly CommittedTransaction[];
  /** Events of the block itself (expiries), before those of its transactions. */
  readonly events: readonly ChainEvent[];
}

export interface ChainHost {
  readonly chain: string;
  submit(transaction: Uint8Array): Submission;
  /** Committed state, to read between blocks; never a block in progress. */
  view(): ChainView;
  /** Called after each commit, in order, once per block. Returns how to stop listening. */
  onBlock(listener: (block: CommittedBlock) => void): () => void;
  /** A committed block, or `undefined` where there is none of that height. */
  block(height: number): CommittedBlock | undefined;
}
