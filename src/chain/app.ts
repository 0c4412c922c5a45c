/**
 * The chain as an application: the state, the blocks that lead from one state to the next, and the rules that
 * bind the machine to the market. A runner (`node`) opens a block, executes transactions, seals it, makes it
 * durable and commits; an audit replays finished blocks through the same code.
 */
import { assert } from "#base/assert.ts";
import { equalBytes, toHex } from "#base/bytes.ts";
import { ok, type Result, refuse } from "#base/result.ts";
import type { UnixSeconds } from "#base/time.ts";
import { runDeadline } from "#chain/deadlines.ts";
import type { ChainEvent } from "#chain/events.ts";
import { type Genesis, genesisHash, genesisState, openOrigin, TABLES } from "#chain/genesis.ts";
import { KINDS } from "#chain/transactions.ts";
import { ChainView, type Reached, type Tip } from "#chain/view.ts";
import type { Signer } from "#crypto/keys.ts";
import { verifySignature } from "#crypto/keys.ts";
import { runAgenda } from "#ledger/agenda.ts";
import {
  type Block,
  type BlockTransaction,
  type Header,
  headerHash,
  transactionsRoot,
} from "#ledger/block.ts";
import {
  type Executed,
  isEnvelopeRefusal,
  OpenBlock,
  type OpeningContext,
  type Rules,
} from "#ledger/machine.ts";
import { type RawRow, State } from "#ledger/state.ts";
import { STATUS, statusOf } from "#ledger/status.ts";
import { decodeTransaction, signingHash, type Transaction } from "#ledger/transaction.ts";
import { expireTransfers } from "#ledger/transfer.ts";
import { type Misbehaviour, recordMisbehaviour } from "#market/evidence.ts";
import { parametersOf } from "#market/parameters.ts";
import { expireSales } from "#market/sale.ts";
import { stepValidatorSet, type ValidatorUpdate, validatorUpdates } from "#market/validator-set.ts";

export type ChainBlock = OpenBlock<ChainEvent>;
export type ExecutedTransaction = Executed<ChainEvent>;

/** A block sealed and signed, not yet part of the chain. */
export interface ProducedBlock {
  readonly block: Block;
  readonly hash: Uint8Array;
  /** Of the block's opening. */
  readonly events: readonly ChainEvent[];
  /** Makes it the tip. The runner calls it when the block is durable. */
  commit(): void;
}

/** A block of a log that does not follow from what stands before it. */
export type ReplayProblem =
  | "wrong_chain"
  | "wrong_height"
  | "wrong_previous_hash"
  | "time_went_back"
  | "wrong_producer"
  | "bad_block_signature"
  | "wrong_transactions_root"
  | "transaction_malformed"
  | "wrong_status"
  | "wrong_state_root";

/** A block sealed without a header of ours: an engine of several validators signs it its own way. */
export interface SealedStep {
  readonly height: number;
  readonly time: UnixSeconds;
  readonly stateRoot: Uint8Array;
  /** Of the block's opening. */
  readonly events: readonly ChainEvent[];
  /** What consensus is told: validators that come or leave, ascending by key, mostly none. */
  readonly validatorUpdates: readonly ValidatorUpdate[];
  /** Makes it the chain's last. The runner calls it when the block is durable. */
  commit(): void;
}

export interface Replayed {
  readonly events: readonly ChainEvent[];
  readonly transactions: readonly ExecutedTransaction[];
}

/**
 * Where a chain may begin besides its genesis: the rows after a block that its producer signed, or after one
 * that several validators decided, whose root somebody else vouches for.
 */
export type ChainStart =
  | { readonly tip: Tip; readonly rows: Iterable<RawRow> }
  | { readonly decided: Reached; readonly stateRoot: Uint8Array; readonly rows: Iterable<RawRow> };

export class ChainApp {
  readonly genesis: Genesis;
  readonly #genesisHash: Uint8Array;
  readonly #rules: Rules<ChainEvent>;
  readonly #state: State;
  #tip: Tip | undefined;
  /** The last block that consensus of several validators decided; without header, hash and signature of ours. */
  #decided: Reached | undefined;

  /**
   * A chain before its first block, or, given `from`, as a snapshot left it. Throws `InvariantError` where the
   * rows are not those of the tip or of the state root, or the tip is not one that this chain's producer signed.
   */
  constructor(genesis: Genesis, from?: ChainStart) {
    this.genesis = genesis;
    this.#genesisHash = genesisHash(genesis);
    this.#rules = {
      chain: genesis.chain,
      kinds: KINDS,
      maxExpiryAhead: (state) => parametersOf(state).maxExpiryAhead,
      beginBlock: (context) => openBlock(genesis, context, []),
    };
    this.#state = from === undefined ? genesisState(genesis) : State.import(TABLES, from.rows);
    if (from === undefined) return;
    if ("tip" in from) {
      this.#tip = from.tip;
      assertSnapshot(genesis, from.tip, this.#state.root);
    } else {
      this.#decided = from.decided;
      assertRoot(this.#state.root, from.stateRoot);
    }
  }

  /** 0 before the first block. */
  get height(): number {
    return this.#reached?.height ?? 0;
  }

  /** Of the last block, or of the genesis. */
  get time(): UnixSeconds {
    return this.#reached?.time ?? this.genesis.time;
  }

  /** The last block of our own producer; `undefined` where several validators decide the blocks. */
  get tip(): Tip | undefined {
    return this.#tip;
  }

  get stateRoot(): Uint8Array {
    return this.#state.root;
  }

  /** Committed state, always that of the last block. */
  view(): ChainView {
    return new ChainView(
      this.#state,
      () => this.#tip,
      () => this.#reached,
    );
  }

  /** All rows, for a snapshot. */
  export(): Iterable<RawRow> {
    return this.#state.export();
  }

  /**
   * Opens the next block. Its time is the clock's, or the previous block's where the clock went back.
   * `misbehaviour` is what consensus hands over with the block; it is part of the block, and a replay needs
   * the same.
   */
  open(clock: UnixSeconds, misbehaviour: readonly Misbehaviour[] = []): ChainBlock {
    const rules =
      misbehaviour.length === 0
        ? this.#rules
        : {
            ...this.#rules,
            beginBlock: (context: OpeningContext<ChainEvent>) =>
              openBlock(this.genesis, context, misbehaviour),
          };
    return new OpenBlock(rules, this.#state, this.height + 1, Math.max(clock, this.time));
  }

  /** Seals an open block of this chain with the transactions that were executed in it, and signs it. */
  produce(open: ChainBlock, transactions: readonly BlockTransaction[], producer: Signer): ProducedBlock {
    const previous = this.#tip;
    assert(this.#decided === undefined, "a chain that validators decide is signed by no single producer");
    assert(open.height === this.height + 1, `block ${open.height} does not follow block ${this.height}`);
    assert(equalBytes(producer.publicKey, this.genesis.producer), "the producer is not the chain's");
    const counted = transactions.filter(({ status }) => !isEnvelopeRefusal(statusOf(status) ?? "malformed"));
    assert(
      counted.length === open.executed,
      `a block of ${counted.length} transactions, of which ${open.executed} were executed`,
    );
    const sealed = open.seal();
    const header: Header = {
      chain: this.genesis.chain,
      height: open.height,
      time: open.time,
      previousHash: previous?.hash ?? this.#genesisHash,
      stateRoot: sealed.root,
      transactionsRoot: transactionsRoot(transactions),
      producer: producer.publicKey,
    };
    const hash = headerHash(header);
    const signature = producer.sign(hash);
    return {
      block: { header, signature, transactions },
      hash,
      events: sealed.events,
      commit: () => {
        assert(this.#tip === previous, `block ${header.height} is committed on another block`);
        sealed.commit();
        this.#tip = { header, hash, signature };
      },
    };
  }

  /**
   * Seals an open block that several validators decided. The same transactions at the same times give the
   * same root as with a producer: the header is no part of the state. A chain goes on as it began; one that a
   * producer signed is not taken further here.
   */
  seal(open: ChainBlock): SealedStep {
    const previous = this.#decided;
    assert(this.#tip === undefined, "a chain that a producer signed goes on under its producer");
    assert(open.height === this.height + 1, `block ${open.height} does not follow block ${this.height}`);
    const { height, time } = open;
    const sealed = open.seal();
    return {
      height,
      time,
      stateRoot: sealed.root,
      events: sealed.events,
      validatorUpdates: validatorUpdates(this.#state, open.state),
      commit: () => {
        assert(
          this.#decided === previous && this.#tip === undefined,
          `block ${height} is committed on another block`,
        );
        sealed.commit();
        this.#decided = { height, time };
      },
    };
  }

  /**
   * Executes a finished block and makes it the tip. `signed` decides a transaction's signature: an audit
   * verifies, a restart may trust its own log. Refused, in this order: wrong_chain, wrong_height,
   * wrong_previous_hash, time_went_back, wrong_producer, bad_block_signature, wrong_transactions_root,
   * transaction_malformed, wrong_status, wrong_state_root; the chain is then as it was.
   */
  replay(
    block: Block,
    signed: (transaction: Transaction) => boolean = isSigned,
  ): Result<Replayed, ReplayProblem> {
    const { header, signature, transactions } = block;
    assert(this.#decided === undefined, "a chain that validators decide has no blocks of a producer");
    if (header.chain !== this.genesis.chain) return refuse("wrong_chain");
    if (header.height !== this.height + 1) return refuse("wrong_height");
    const previousHash = this.#tip?.hash ?? this.#genesisHash;
    if (!equalBytes(header.previousHash, previousHash)) return refuse("wrong_previous_hash");
    if (header.time < this.time) return refuse("time_went_back");
    if (!equalBytes(header.producer, this.genesis.producer)) return refuse("wrong_producer");
    const hash = headerHash(header);
    if (!verifySignature(header.producer, hash, signature)) return refuse("bad_block_signature");
    if (!equalBytes(header.transactionsRoot, transactionsRoot(transactions))) {
      return refuse("wrong_transactions_root");
    }
    const open = this.open(header.time);
    const executed: ExecutedTransaction[] = [];
    for (const { bytes, status } of transactions) {
      const transaction = decodeTransaction(bytes);
      if (!transaction.ok) return refuse("transaction_malformed");
      const result = open.execute(transaction.value, () => signed(transaction.value), "counts");
      if (STATUS[result.status] !== status) return refuse("wrong_status");
      executed.push(result);
    }
    const sealed = open.seal();
    if (!equalBytes(sealed.root, header.stateRoot)) return refuse("wrong_state_root");
    sealed.commit();
    this.#tip = { header, hash, signature };
    return ok({ events: sealed.events, transactions: executed });
  }

  get #reached(): Reached | undefined {
    return this.#tip?.header ?? this.#decided;
  }
}

/** What happens by itself: evidence first, then deadlines, which may change laws and organisations. */
function openBlock(
  genesis: Genesis,
  context: OpeningContext<ChainEvent>,
  misbehaviour: readonly Misbehaviour[],
): void {
  const { draft, height, time, emit } = context;
  const now = { height, time };
  openOrigin(draft, genesis, height);
  recordMisbehaviour(draft, misbehaviour, now, emit);
  runAgenda(draft, now, (deadline) => runDeadline(context, deadline));
  stepValidatorSet(draft);
  expireSales(draft, now, emit);
  expireTransfers(draft, height);
}

function assertSnapshot(genesis: Genesis, { header, hash, signature }: Tip, root: Uint8Array): void {
  assert(header.chain === genesis.chain, `the snapshot is of the chain ${header.chain}`);
  assert(equalBytes(header.producer, genesis.producer), "the snapshot's tip is of another producer");
  assert(equalBytes(hash, headerHash(header)), "the snapshot's tip has another hash than its header");
  assert(verifySignature(header.producer, hash, signature), "the snapshot's tip is not signed");
  assertRoot(root, header.stateRoot);
}

function assertRoot(root: Uint8Array, stated: Uint8Array): void {
  assert(
    equalBytes(root, stated),
    `the snapshot's rows have the root ${toHex(root)}, its header ${toHex(stated)}`,
  );
}

/** Whether a transaction carries the signature of the key that it names. */
export function isSigned(transaction: Transaction): boolean {
  return verifySignature(transaction.publicKey, signingHash(transaction), transaction.signature);
}
