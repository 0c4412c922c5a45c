/**
 * A block: a header, its producer's signature, and the transactions with their verdicts. The header's hash
 * names the block; it covers the previous hash, the state after the block and, through a Merkle root, every
 * transaction with its verdict. The signature over that hash is the checkpoint that homes keep: two signed
 * headers of one height that differ prove a rewrite.
 */

import { concat } from "#base/bytes.ts";
import { type Codec, encode } from "#base/codec.ts";
import type { UnixSeconds } from "#base/time.ts";
import { taggedHash } from "#crypto/hash.ts";
import { merkleRoot } from "#crypto/merkle.ts";
import { TRANSACTION_MAX_BYTES } from "#ledger/transaction.ts";

export interface Header {
  readonly chain: string;
  readonly height: number;
  /** Never before the previous block's. */
  readonly time: UnixSeconds;
  readonly previousHash: Uint8Array;
  /** Root of the state after this block. */
  readonly stateRoot: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  /** Public key of who made the block. */
  readonly producer: Uint8Array;
}

export interface BlockTransaction {
  readonly bytes: Uint8Array;
  /** Number of its verdict in `ledger/status`. */
  readonly status: number;
}

export interface Block {
  readonly header: Header;
  readonly signature: Uint8Array;
  readonly transactions: readonly BlockTransaction[];
}

export const MAX_BLOCK_TRANSACTIONS = 20_000;

export const headerCodec: Codec<Header> = {
  write(writer, header) {
    writer.text(header.chain, 32).uint(header.height).uint(header.time);
    for (const hash of [header.previousHash, header.stateRoot, header.transactionsRoot, header.producer]) {
      writer.fixed(hash, 32);
    }
  },
  read: (reader) => ({
    chain: reader.text(32),
    height: reader.uint(),
    time: reader.uint(),
    previousHash: reader.fixed(32),
    stateRoot: reader.fixed(32),
    transactionsRoot: reader.fixed(32),
    producer: reader.fixed(32),
  }),
};

export const blockCodec: Codec<Block> = {
  write(writer, block) {
    headerCodec.write(writer, block.header);
    writer.fixed(block.signature, 64);
    writer.list(block.transactions, MAX_BLOCK_TRANSACTIONS, (w, transaction) =>
      w.bytes(transaction.bytes, TRANSACTION_MAX_BYTES).u16(transaction.status),
    );
  },
  read: (reader) => ({
    header: headerCodec.read(reader),
    signature: reader.fixed(64),
    transactions: reader.list(MAX_BLOCK_TRANSACTIONS, (r) => ({
      bytes: r.bytes(TRANSACTION_MAX_BYTES),
      status: r.u16(),
    })),
  }),
};

/** The 32 bytes that name a block; also what its producer signs. */
export function headerHash(header: Header): Uint8Array {
  return taggedHash("contrada/header/1", encode(headerCodec, header));
}

/** Merkle root over (transaction bytes ‖ u16 verdict), in block order. */
export function transactionsRoot(transactions: readonly BlockTransaction[]): Uint8Array {
  return merkleRoot(
    transactions.map(({ bytes, status }) => concat(bytes, Uint8Array.of(status >>> 8, status & 0xff))),
  );
}
