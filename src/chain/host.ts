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
import type { Header } from "#ledger/block.ts";
import type { Status } from "#ledger/status.ts";

/**
 * Why a node turned a transaction away without the chain's own rules: too much is waiting already, the same
 * transaction waits already, the node is closing.
 */
export type AdmissionRefusal = "overloaded" | "already_waiting" | "stopped";

export type Submission =
  | {
      readonly admitted: true;
      readonly id: Uint8Array;
      /** Resolves when the block is durable; rejects when the node stops first. */
      readonly committed: Promise<Outcome>;
    }
  | {
      readonly admitted: false;
      /** `undefined` where the bytes are no transaction. */
      readonly id: Uint8Array | undefined;
      readonly status: Status | AdmissionRefusal;
    };

/** What became of a transaction in its block; durable. */
export interface Outcome {
  readonly id: Uint8Array;
  readonly height: number;
  readonly index: number;
  readonly status: Status;
}

export interface StoredTransaction {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
  readonly status: Status;
}

/**
 * Who vouches for a block: its producer, by a header of ours and a signature over its hash; or several validators,
 * whose commit CometBFT keeps (a `Checkpoint` of `ledger/proof` carries it to whoever checks).
 */
export type Seal =
  | {
      readonly by: "producer";
      readonly header: Header;
      /** Over the header's hash. */
      readonly signature: Uint8Array;
    }
  | { readonly by: "validators" };

/** A block as the log keeps it. */
export interface StoredBlock {
  readonly height: number;
  readonly time: UnixSeconds;
  readonly hash: Uint8Array;
  /** The genesis hash before the first block. */
  readonly previousHash: Uint8Array;
  /** Of the state after this block. */
  readonly stateRoot: Uint8Array;
  readonly transactions: readonly StoredTransaction[];
  readonly seal: Seal;
}

/** A block with what it made happen. */
export interface CommittedBlock extends StoredBlock {
  readonly transactions: readonly (StoredTransaction & { readonly events: readonly ChainEvent[] })[];
  /** Events of the block's opening (sales that expired), before those of its transactions. */
  readonly events: readonly ChainEvent[];
}

export interface ChainHost {
  readonly chain: string;
  /** The genesis producer's public key: what receipts are checked against. */
  readonly producer: Uint8Array;
  /** Never rejects. */
  submit(transaction: Uint8Array): Promise<Submission>;
  /** Committed state, to read between blocks; never a block in progress. */
  view(): ChainView;
  /** Time of the chain's clock now. */
  now(): UnixSeconds;
  /** How many admitted transactions wait for a block. */
  waiting(): number;
  /** Called after each commit, in order, once per block. Returns how to stop listening. */
  onBlock(listener: (block: CommittedBlock) => void): () => void;
  /** A committed block, or `undefined` where there is none of that height. */
  block(height: number): StoredBlock | undefined;
  /**
   * The blocks from a height to the tip with their events, for an index that is behind. Executes the chain
   * anew from its genesis beside the running one: as slow as an audit.
   */
  replay(fromHeight: number): Iterable<CommittedBlock>;
}
