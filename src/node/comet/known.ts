/**
 * A transaction passes a node several times: at the door, at the door again after each block that leaves it
 * waiting, in proposals, and in its block. It is hashed and decoded the first time only; what came out is kept
 * by its hash for a while, and by the bytes in hand for as long as they are.
 */
import { hash } from "node:crypto";
import { decodeTransaction, type Transaction } from "#ledger/transaction.ts";

export interface Known {
  /** SHA-256 of its bytes, the signature included, as a string of 32 one-byte characters. */
  readonly name: string;
  readonly transaction: Transaction;
}

/**
 * Two generations: when the young one is full it becomes the old one, and what the old one held is forgotten
 * unless it was asked for meanwhile. So at most twice as many bytes of transactions are kept.
 */
const GENERATION_BYTES = 4 * 1024 * 1024;

export class KnownTransactions {
  readonly #inHand = new WeakMap<Uint8Array, Known>();
  readonly #generationBytes: number;
  #young = new Map<string, Known>();
  #old = new Map<string, Known>();
  #bytes = 0;

  constructor(generationBytes = GENERATION_BYTES) {
    this.#generationBytes = generationBytes;
  }

  /** Transactions that are kept. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** `undefined` where the bytes are no transaction. The bytes must not change afterwards. */
  of(bytes: Uint8Array): Known | undefined {
    const inHand = this.#inHand.get(bytes);
    if (inHand !== undefined) return inHand;
    const name = hash("sha256", bytes, "latin1");
    const known = this.#young.get(name) ?? this.#old.get(name) ?? decoded(name, bytes);
    if (known === undefined) return undefined;
    if (!this.#young.has(name)) this.#keep(known, bytes.length);
    this.#inHand.set(bytes, known);
    return known;
  }

  /** What is kept of these bytes; does not decode them. */
  kept(bytes: Uint8Array): Known | undefined {
    const name = hash("sha256", bytes, "latin1");
    return this.#young.get(name) ?? this.#old.get(name);
  }

  #keep(known: Known, bytes: number): void {
    if (this.#bytes + bytes > this.#generationBytes) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#bytes = 0;
    }
    this.#young.set(known.name, known);
    this.#bytes += bytes;
  }
}

function decoded(name: string, bytes: Uint8Array): Known | undefined {
  const transaction = decodeTransaction(bytes);
  return transaction.ok ? { name, transaction: transaction.value } : undefined;
}
