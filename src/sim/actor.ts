/** A member of the simulated town who signs and hands in transactions, several in flight. */
import { encode } from "#base/codec.ts";
import type { ChainEvent } from "#chain/events.ts";
import type { ChainHost, Submission } from "#chain/host.ts";
import type { Signer } from "#crypto/keys.ts";
import type { Kind } from "#ledger/machine.ts";
import { signTransaction } from "#ledger/transaction.ts";

/** Blocks after which a transaction that was not included is void. */
const EXPIRES_AFTER = 1_000;

export class Actor {
  readonly member: number;
  readonly #host: ChainHost;
  readonly #key: Signer;
  #lastNonce = 0;

  constructor(host: ChainHost, member: number, key: Signer) {
    this.#host = host;
    this.member = member;
    this.#key = key;
  }

  /** Admitted or refused; a refusal gives the nonce back. Calls of one actor are awaited one after the other. */
  async submit<B>(kind: Kind<B, ChainEvent>, body: B): Promise<Submission> {
    const view = this.#host.view();
    const nonce = Math.max(this.#lastNonce, view.member(this.member)?.nonce ?? 0) + 1;
    const submission = await this.#host.submit(
      signTransaction(
        {
          chain: this.#host.chain,
          kind: kind.number,
          sender: this.member,
          nonce,
          expiryHeight: view.height + EXPIRES_AFTER,
          body: encode(kind.codec, body),
        },
        this.#key,
      ),
    );
    if (submission.admitted) this.#lastNonce = nonce;
    return submission;
  }
}
