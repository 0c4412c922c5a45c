/**
 * A member's own transactions: signed with one of its keys, counted without gaps, handed in one after the other.
 * Whoever else in the process acts as the same member shares this account, so that no two transactions take the
 * same count; where another process does, the count is asked for anew. The platform has one for the operator,
 * a simulated town one for everybody in it.
 */
import { type Codec, encode } from "#base/codec.ts";
import type { ChainHost, Submission } from "#chain/host.ts";
import type { Signer } from "#crypto/keys.ts";
import { signTransaction } from "#ledger/transaction.ts";

/** Entries of `chain/transactions` fit. */
export interface SendableKind<B> {
  readonly number: number;
  readonly codec: Codec<B>;
}

/** Blocks that a transaction stays good for, where the community's law allows as many. */
const VALID_BLOCKS = 1_000;
const ATTEMPTS = 8;

export class MemberAccount {
  readonly member: number;
  readonly #host: ChainHost;
  readonly #signer: Signer;
  #nonce = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: ChainHost, of: { readonly member: number; readonly signer: Signer }) {
    this.#host = host;
    this.member = of.member;
    this.#signer = of.signer;
  }

  /** Signs and hands in. Resolves when it is admitted or refused; never rejects. */
  send<B>(kind: SendableKind<B>, body: B): Promise<Submission> {
    const sent = this.#last.then(() => this.#send(kind.number, encode(kind.codec, body)));
    this.#last = sent.catch(() => undefined);
    return sent;
  }

  async #send(kind: number, body: Uint8Array): Promise<Submission> {
    for (let attempt = 1; ; attempt++) {
      const view = this.#host.view();
      const committed = view.member(this.member)?.nonce ?? 0;
      const nonce = Math.max(committed, this.#nonce) + 1;
      const unsigned = {
        chain: this.#host.chain,
        kind,
        sender: this.member,
        nonce,
        expiryHeight: view.height + Math.min(VALID_BLOCKS, view.parameters.maxExpiryAhead),
        body,
      };
      const submission = await this.#host.submit(signTransaction(unsigned, this.#signer));
      if (submission.admitted) {
        this.#nonce = nonce;
        submission.committed.catch(() => undefined);
        return submission;
      }
      if (attempt === ATTEMPTS) return submission;
      // Somebody else used the key: one further. Or what we counted on was never committed: back to the chain's.
      if (submission.status === "nonce_already_used") this.#nonce = nonce;
      else if (submission.status === "nonce_out_of_order") this.#nonce = 0;
      else return submission;
    }
  }
}
