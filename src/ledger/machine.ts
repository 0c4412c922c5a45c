/**
 * The state machine: which transactions count, in which order, and what they do. It knows no kind of
 * transaction; the chain hands it the table of kinds and the hooks of a block.
 *
 * A block is opened on a committed state, transactions are executed one after the other, and the block is
 * sealed; nothing of it touches the state before `commit`. So one machine serves a producer that builds a
 * block as transactions arrive, a validator that looks at a proposal and drops it, and an audit that replays
 * a log.
 */
import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { type Codec, type CodecError, decode } from "#base/codec.ts";
import type { Result } from "#base/result.ts";
import type { UnixSeconds } from "#base/time.ts";
import { assertBooks } from "#ledger/account.ts";
import { countVoters, MEMBERS, type Role, VOTERS } from "#ledger/member.ts";
import type { Draft, SealedDraft, State, StateReader } from "#ledger/state.ts";
import type { Status } from "#ledger/status.ts";
import type { Transaction } from "#ledger/transaction.ts";

/** What a kind's rules may look at and do. */
export interface Context<E> {
  readonly draft: Draft;
  readonly height: number;
  readonly time: UnixSeconds;
  /** Member number of who signed. */
  readonly sender: number;
  readonly role: Role;
  /** Which of the sender's keys signed. */
  readonly key: Uint8Array;
  /** The chain's name: what a body carries further signatures for. */
  readonly chain: string;
  emit(event: E): void;
}

/** What may be looked at and done as a block opens. */
export type OpeningContext<E> = Omit<Context<E>, "sender" | "role" | "key" | "chain">;

export interface Kind<B, E> {
  readonly number: number;
  readonly name: string;
  readonly codec: Codec<B>;
  /** Who may send it. */
  readonly roles: readonly Role[];
  /** Checks everything, then changes; a refusal leaves the draft as it was. */
  apply(context: Context<E>, body: B): Status;
}

export interface Rules<E> {
  readonly chain: string;
  readonly kinds: ReadonlyMap<number, Kind<never, E>>;
  /** How far ahead of the block a transaction's expiry may lie. */
  maxExpiryAhead(state: StateReader): number;
  /** Run when a block opens, before its transactions. */
  beginBlock(context: OpeningContext<E>): void;
}

export interface Executed<E> {
  readonly status: Status;
  readonly events: readonly E[];
}

export interface SealedBlock<E> extends SealedDraft {
  readonly height: number;
  readonly time: UnixSeconds;
  /** Of the block's opening. */
  readonly events: readonly E[];
}

/** Refusals of the envelope: such a transaction counts for nothing, not even its nonce. */
const ENVELOPE: ReadonlySet<Status> = new Set([
  "malformed",
  "wrong_chain",
  "unknown_kind",
  "unknown_sender",
  "key_not_registered",
  "bad_signature",
  "expired",
  "expiry_too_far",
  "nonce_already_used",
  "nonce_out_of_order",
]);

export function isEnvelopeRefusal(status: Status): boolean {
  return ENVELOPE.has(status);
}

/**
 * Whether an envelope counts, once its body has been found well-formed. Fails, in this order: wrong_chain, unknown_kind, unknown_sender,
 * key_not_registered, bad_signature, expired, expiry_too_far, nonce_already_used, nonce_out_of_order.
 * `signed` says whether the signature is good; it is asked only when everything before it held.
 */
export function checkEnvelope<E>(
  rules: Rules<E>,
  state: StateReader,
  transaction: Transaction,
  height: number,
  signed: () => boolean,
): Status {
  if (transaction.chain !== rules.chain) return "wrong_chain";
  if (!rules.kinds.has(transaction.kind)) return "unknown_kind";
  const member = state.get(MEMBERS, transaction.sender);
  if (member === undefined) return "unknown_sender";
  if (!member.keys.some((key) => equalBytes(key, transaction.publicKey))) return "key_not_registered";
  if (!signed()) return "bad_signature";
  if (transaction.expiryHeight < height) return "expired";
  if (transaction.expiryHeight > height + rules.maxExpiryAhead(state)) return "expiry_too_far";
  if (transaction.nonce <= member.nonce) return "nonce_already_used";
  if (transaction.nonce !== member.nonce + 1) return "nonce_out_of_order";
  return "ok";
}

/** One envelope is executed several times: where it is handed in, again after each block, and in its own. */
const bodies = new WeakMap<Transaction, { codec: Codec<never>; body: Result<never, CodecError> }>();

function bodyOf(codec: Codec<never>, transaction: Transaction): Result<never, CodecError> {
  const known = bodies.get(transaction);
  if (known !== undefined && known.codec === codec) return known.body;
  const body = decode(codec, transaction.body);
  bodies.set(transaction, { codec, body });
  return body;
}

/** A block in progress over a committed state. */
export class OpenBlock<E> {
  readonly height: number;
  readonly time: UnixSeconds;
  readonly #rules: Rules<E>;
  readonly #draft: Draft;
  readonly #votersBefore: number;
  readonly #opening: E[] = [];
  #executed = 0;

  constructor(rules: Rules<E>, state: State, height: number, time: UnixSeconds) {
    this.height = height;
    this.time = time;
    this.#rules = rules;
    this.#draft = state.draft();
    this.#votersBefore = state.get(VOTERS, 0) ?? 0;
    rules.beginBlock({ draft: this.#draft, height, time, emit: (event) => this.#opening.push(event) });
  }

  /** The state as the block has it so far. */
  get state(): StateReader {
    return this.#draft;
  }

  /** How many transactions changed this block. */
  get executed(): number {
    return this.#executed;
  }

  /**
   * Executes one transaction. With `refused: "counts"` a refusal of the kind's own rules uses up the nonce (the
   * transaction stands in a block with its verdict, as consensus decided); with `"leaves no trace"` it does
   * not (a producer that turns it away instead of including it). A refusal of the envelope never does.
   */
  execute(
    transaction: Transaction,
    signed: () => boolean,
    refused: "counts" | "leaves no trace",
  ): Executed<E> {
    const kind = this.#rules.kinds.get(transaction.kind);
    const body = kind === undefined ? undefined : bodyOf(kind.codec, transaction);
    if (body !== undefined && !body.ok) return { status: "malformed", events: [] };
    const status = checkEnvelope(this.#rules, this.#draft, transaction, this.height, signed);
    if (status !== "ok") return { status, events: [] };
    const events: E[] = [];
    const verdict = this.#apply(kind!, transaction, body!.value, events);
    if (verdict !== "ok" && refused === "leaves no trace") return { status: verdict, events: [] };
    // The kind may have changed the sender's own row (a key added): take it anew.
    const after = this.#draft.get(MEMBERS, transaction.sender)!;
    this.#draft.put(MEMBERS, transaction.sender, { ...after, nonce: transaction.nonce });
    this.#executed += 1;
    return { status: verdict, events: verdict === "ok" ? events : [] };
  }

  /** Computes the state root. Throws `InvariantError` where the block broke the books. */
  seal(): SealedBlock<E> {
    assertBooks(this.#draft);
    countVoters(this.#draft, this.#votersBefore);
    for (const { key, before, after } of this.#draft.changes(MEMBERS)) {
      assert(
        after !== undefined && after.nonce >= (before?.nonce ?? 0),
        `member ${key}: the nonce went back`,
      );
    }
    return { ...this.#draft.seal(), height: this.height, time: this.time, events: this.#opening };
  }

  #apply(kind: Kind<never, E>, { sender, publicKey }: Transaction, body: never, events: E[]): Status {
    const member = this.#draft.get(MEMBERS, sender)!;
    if (!kind.roles.includes(member.role)) return "role_not_allowed";
    if (member.suspended) return "member_suspended";
    const { height, time } = this;
    const emit = (event: E) => void events.push(event);
    const { chain } = this.#rules;
    const who = { sender, role: member.role, key: publicKey };
    return kind.apply({ draft: this.#draft, height, time, ...who, chain, emit }, body);
  }
}
