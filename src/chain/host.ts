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
import type { RowProof } from "#ledger/proof.ts";
import type { Table } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";

/**
 * Why a node turned a transaction away without the chain's own rules: too much is waiting already, it is behind the
 * other validators and would judge by an old state, the same transaction waits already, the node is closing.
 */
export type AdmissionRefusal = "overloaded" | "catching_up" | "already_waiting" | "stopped";

/** Why an admitted transaction will never stand in a block: its promise `committed` rejects with this. */
export class LostTransaction extends Error {
  override readonly name = "LostTransaction";
  /** What the chain would say of it now. */
  readonly status: Status | AdmissionRefusal;

  constructor(status: Status | AdmissionRefusal, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

export type Submission =
  | {
      readonly admitted: true;
      readonly id: Uint8Array;
      /** Resolves when the block is durable; rejects when the node stops first, or it can come no more. */
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

/** A validator at a block. Keys and addresses in hexadecimal. */
export interface BlockSigner {
  readonly address: string;
  readonly publicKey: string;
  readonly power: number;
  readonly signed: boolean;
}

/** How a network of several validators stands, by one of its nodes. Keys and addresses in hexadecimal. */
export interface NetworkState {
  readonly engine: "cometbft";
  /** The engine's. */
  readonly version: string;
  /** Of the last block that is durable here, by the chain's time. */
  readonly height: number;
  readonly time: UnixSeconds;
  /** What consensus has come to, by its own time, RFC 3339. */
  readonly consensusHeight: number;
  readonly consensusTime: string;
  /** Behind the others, fetching blocks. */
  readonly catchingUp: boolean;
  readonly ready: boolean;
  /** This node; `address` is that of its validator's key. */
  readonly self: { readonly nodeId: string; readonly name: string; readonly address: string };
  readonly validators: readonly {
    readonly address: string;
    readonly publicKey: string;
    readonly power: number;
    readonly signedLast: boolean;
  }[];
  readonly peers: readonly { readonly nodeId: string; readonly name: string; readonly address: string }[];
}

export interface ChainHost {
  readonly chain: string;
  /** The end of another chain that this one goes on from; the heights go on, too. */
  readonly origin?:
    | { readonly chain: string; readonly height: number; readonly hash: Uint8Array }
    | undefined;
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
  /**
   * The proof of a row of the committed state, or of its absence. Where validators vouch for a state, the header
   * after it is waited for; rejects where it does not come. Where it is absent, the view proves what its producer
   * signed.
   */
  proveRow?<K, V>(table: Table<K, V>, key: K): Promise<RowProof>;
  /** Whether it takes part in its network and blocks come that should; where it is absent, always. */
  ready?(): boolean;
  /** The network's state, where there is one. Rejects where its engine does not answer. */
  network?(): Promise<NetworkState>;
  /** The validators of a block and who of them signed it. Rejects as `network`, and where it is not kept. */
  signers?(height: number): Promise<readonly BlockSigner[]>;
}
