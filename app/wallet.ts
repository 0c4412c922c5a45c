/**
 * The wallet of a device: it builds a transaction, signs it with the device's key and hands it in. What is shown
 * before signing is read back from the very bytes that are signed (`Prepared.body`).
 *
 * Handing in again is safe: the same transaction has the same identifier and nonce, and the chain takes it once.
 * So an answer that got lost on the way is asked for again, and a nonce that somebody else's transaction of the
 * same member used up meanwhile is renewed once.
 */
import { toHex } from "#base/bytes.ts";
import { type Codec, decode, encode } from "#base/codec.ts";
import {
  encodeTransaction,
  signingHash,
  transactionId,
  type UnsignedTransaction,
} from "#ledger/transaction.ts";
import { type Client, ProblemError } from "#wire/client.ts";
import type { SubmittedTransaction, TransactionView } from "#wire/schemas.ts";

/** What the wallet must know of a kind of transaction; entries of `chain/transactions` fit. */
export interface SignableKind<B> {
  readonly number: number;
  readonly codec: Codec<B>;
}

export interface SigningKey {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A transaction ready to sign. */
export interface Prepared<B> {
  readonly unsigned: UnsignedTransaction;
  /** Decoded from the bytes of `unsigned`: show this. */
  readonly body: B;
  /** The 32 bytes that the key signs. */
  readonly fingerprint: Uint8Array;
}

export type Outcome =
  | { readonly kind: "committed"; readonly id: string; readonly height: number }
  /** Handed in and waiting for a block. */
  | { readonly kind: "admitted"; readonly id: string }
  /** Nothing was changed. `code` is a status of the ledger or of the platform. */
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly detail?: string;
      readonly retryAfterS?: number;
    }
  /** No answer came; it may have arrived all the same. */
  | { readonly kind: "unreached"; readonly id: string };

export interface Wallet {
  /** Asks for the nonce and the height, and lays out the bytes. Throws as the client does. */
  prepare<B>(kind: SignableKind<B>, body: B): Promise<Prepared<B>>;
  /**
   * Signs exactly what was prepared and waits for its block. Where the nonce had to be renewed, `onRenewed` hears
   * of it before the new bytes are signed. Throws where the key cannot sign or the new nonce cannot be asked for.
   */
  send<B>(prepared: Prepared<B>, onRenewed?: (prepared: Prepared<B>) => void): Promise<Outcome>;
}

/** How many blocks a signature stays good for, where the community's law allows as many. */
const VALID_BLOCKS = 120;
/** Seconds that the platform holds the answer back for the block. */
const WAIT_S = 15;
const SETTLE_MS = 1_000;
/** How often a transaction that was admitted is looked for before the screen is told to wait. */
const LOOKS = 20;

export function createWallet(parts: {
  readonly client: Client;
  readonly key: () => Promise<SigningKey>;
  readonly chain: string;
  readonly maxExpiryAhead: number;
  readonly pause?: (ms: number) => Promise<void>;
}): Wallet {
  const { client } = parts;
  const pause = parts.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));

  async function envelope(kind: number, body: Uint8Array): Promise<UnsignedTransaction> {
    const account = await client.call("GET /v1/account");
    return {
      chain: parts.chain,
      kind,
      sender: account.member,
      nonce: account.nonce + 1,
      expiryHeight: account.height + Math.min(VALID_BLOCKS, parts.maxExpiryAhead),
      body,
    };
  }

  async function signed(unsigned: UnsignedTransaction): Promise<string> {
    const key = await parts.key();
    const signature = await key.sign(signingHash(unsigned));
    return toHex(encodeTransaction({ ...unsigned, publicKey: key.publicKey, signature }));
  }

  /** What the chain holds under an identifier, or `undefined` where it holds nothing or does not answer. */
  async function look(id: string): Promise<TransactionView | undefined> {
    return client.call("GET /v1/transactions/:id", { params: { id } }).catch(() => undefined);
  }

  async function follow(id: string): Promise<Outcome> {
    for (let i = 0; i < LOOKS; i++) {
      const view = await look(id);
      if (view !== undefined) return verdict(id, view.status, view.height);
      await pause(SETTLE_MS);
    }
    return { kind: "admitted", id };
  }

  async function handIn(unsigned: UnsignedTransaction): Promise<Outcome> {
    const id = toHex(transactionId(unsigned));
    const bytes = await signed(unsigned);
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await client.call("POST /v1/transactions", {
          query: { wait: WAIT_S },
          body: { bytes },
        });
        return answer.state === "committed" ? committed(answer) : follow(answer.id);
      } catch (error) {
        if (error instanceof ProblemError) return refusal(id, error);
        if (attempt === 1) return { kind: "unreached", id };
        await pause(SETTLE_MS);
      }
    }
  }

  async function refusal(id: string, { problem }: ProblemError): Promise<Outcome> {
    if (problem.code === "already_waiting") return follow(id);
    if (problem.code === "nonce_already_used") {
      // Perhaps it was this very transaction, handed in before by an attempt whose answer was lost.
      const view = await look(id);
      if (view !== undefined) return verdict(id, view.status, view.height);
    }
    return {
      kind: "refused",
      code: problem.code,
      detail: problem.detail,
      ...(problem.retryAfterS === undefined ? {} : { retryAfterS: problem.retryAfterS }),
    };
  }

  return {
    async prepare(kind, body) {
      const unsigned = await envelope(kind.number, encode(kind.codec, body));
      const readBack = decode(kind.codec, unsigned.body);
      if (!readBack.ok) throw readBack.error;
      return { unsigned, body: readBack.value, fingerprint: signingHash(unsigned) };
    },
    async send(prepared, onRenewed) {
      const outcome = await handIn(prepared.unsigned);
      if (outcome.kind !== "refused" || outcome.code !== "nonce_already_used") return outcome;
      const unsigned = await envelope(prepared.unsigned.kind, prepared.unsigned.body);
      onRenewed?.({ ...prepared, unsigned, fingerprint: signingHash(unsigned) });
      return handIn(unsigned);
    },
  };
}

function committed({ id, height, status }: SubmittedTransaction): Outcome {
  return verdict(id, status ?? "ok", height ?? 0);
}

function verdict(id: string, status: string, height: number): Outcome {
  return status === "ok" ? { kind: "committed", id, height } : { kind: "refused", code: status };
}
