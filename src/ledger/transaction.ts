/**
 * A transaction's envelope: who asks for what, on which chain, in which order, until when. The signature
 * covers the canonical unsigned bytes under their own hash domain; the identifier is the hash of the same
 * bytes and never of the signature, so that nobody can make a second identifier for one request.
 *
 * | field | form | meaning |
 * |---|---|---|
 * | version | u8 | 1 |
 * | chain | text ≤ 32 | the chain this is for |
 * | kind | u16 | number in `chain/transactions` |
 * | sender | u32 | member number |
 * | nonce | u64 | one more than the sender's last, starting at 1 |
 * | expiryHeight | u64 | last block height at which it may be included |
 * | body | bytes ≤ 63,500 | canonical encoding of the kind's body |
 * | publicKey | bytes ≤ 33 | which of the sender's keys signed |
 * | signature | bytes ≤ 1,609 | over the signing hash, in the scheme of the key (`crypto/keys`) |
 */
import { type Codec, CodecError, decode, encode, Writer } from "#base/codec.ts";
import type { Result } from "#base/result.ts";
import { taggedHash } from "#crypto/hash.ts";
import { publicKeyCodec, type Signer, signatureCodec } from "#crypto/keys.ts";

export interface UnsignedTransaction {
  readonly chain: string;
  readonly kind: number;
  readonly sender: number;
  readonly nonce: number;
  readonly expiryHeight: number;
  readonly body: Uint8Array;
}

export interface Transaction extends UnsignedTransaction {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

export const TRANSACTION_MAX_BYTES = 65_536;
/** Leaves room for the largest signature beside the largest body. */
export const BODY_MAX_BYTES = 63_500;
const CHAIN_MAX_BYTES = 32;
const VERSION = 1;

export const transactionCodec: Codec<Transaction> = {
  write(writer, transaction) {
    writeUnsigned(writer, transaction);
    publicKeyCodec.write(writer, transaction.publicKey);
    signatureCodec.write(writer, transaction.signature);
  },
  read(reader) {
    if (reader.remaining > TRANSACTION_MAX_BYTES) throw new CodecError("transaction too large");
    const version = reader.u8();
    if (version !== VERSION) throw new CodecError(`transaction version ${version}`);
    return {
      chain: reader.text(CHAIN_MAX_BYTES),
      kind: reader.u16(),
      sender: reader.u32(),
      nonce: reader.uint(),
      expiryHeight: reader.uint(),
      body: reader.bytes(BODY_MAX_BYTES),
      publicKey: publicKeyCodec.read(reader),
      signature: signatureCodec.read(reader),
    };
  },
};

export function encodeTransaction(transaction: Transaction): Uint8Array {
  return encode(transactionCodec, transaction);
}

export function decodeTransaction(bytes: Uint8Array): Result<Transaction, CodecError> {
  return decode(transactionCodec, bytes);
}

/** The 32 bytes that are signed. */
export function signingHash(transaction: UnsignedTransaction): Uint8Array {
  return taggedHash("contrada/transaction/sign/1", unsignedBytes(transaction));
}

/** The canonical bytes of a transaction, signed with a key of its sender. */
export function signTransaction(unsigned: UnsignedTransaction, signer: Signer): Uint8Array {
  const signature = signer.sign(signingHash(unsigned));
  return encodeTransaction({ ...unsigned, publicKey: signer.publicKey, signature });
}

/** The 32 bytes that name the transaction everywhere. */
export function transactionId(transaction: UnsignedTransaction): Uint8Array {
  return taggedHash("contrada/transaction/id/1", unsignedBytes(transaction));
}

function unsignedBytes(transaction: UnsignedTransaction): Uint8Array {
  const writer = new Writer();
  writeUnsigned(writer, transaction);
  return writer.finish();
}

function writeUnsigned(writer: Writer, transaction: UnsignedTransaction): void {
  writer
    .u8(VERSION)
    .text(transaction.chain, CHAIN_MAX_BYTES)
    .u16(transaction.kind)
    .u32(transaction.sender)
    .uint(transaction.nonce)
    .uint(transaction.expiryHeight)
    .bytes(transaction.body, BODY_MAX_BYTES);
}
