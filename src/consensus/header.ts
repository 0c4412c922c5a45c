/**
 * The header of a block that CometBFT decided (0.38, 0.39), and the hash that names the block: the Merkle root
 * (RFC 6962) of its fourteen fields, each in its own protobuf form. The state after block H stands as `appHash`
 * in the header of block H + 1.
 *
 * https://github.com/cometbft/cometbft/blob/v0.38.x/spec/core/data_structures.md#header
 */
import type { Codec } from "#base/codec.ts";
import { CodecError } from "#base/codec.ts";
import { ProtobufMessage } from "#consensus/protobuf.ts";
import { HASH_BYTES } from "#crypto/hash.ts";
import { merkleRoot } from "#crypto/merkle.ts";

/** Seconds since 1970 and nanoseconds, 0 to 999,999,999. */
export interface Timestamp {
  readonly seconds: number;
  readonly nanos: number;
}

/** Names a block by the hash of its header and by that of the parts in which it is passed around. */
export interface BlockId {
  /** 32 bytes; empty where there is no block. */
  readonly hash: Uint8Array;
  readonly parts: { readonly total: number; readonly hash: Uint8Array };
}

/** Hashes have 32 bytes or are empty; addresses have 20. */
export interface ConsensusHeader {
  readonly version: { readonly block: number; readonly app: number };
  readonly chain: string;
  readonly height: number;
  readonly time: Timestamp;
  readonly lastBlockId: BlockId;
  readonly lastCommitHash: Uint8Array;
  readonly dataHash: Uint8Array;
  /** Of the validators that decide this block. */
  readonly validatorsHash: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  readonly consensusHash: Uint8Array;
  /** Root of the state after the block before this one. */
  readonly appHash: Uint8Array;
  readonly lastResultsHash: Uint8Array;
  readonly evidenceHash: Uint8Array;
  readonly proposerAddress: Uint8Array;
}

/** CometBFT's `MaxChainIDLen`, bytes. */
export const CHAIN_MAX_BYTES = 50;
export const ADDRESS_BYTES = 20;
const NANOS_PER_SECOND = 1_000_000_000;

/** The 32 bytes that name the block. */
export function consensusHeaderHash(header: ConsensusHeader): Uint8Array {
  const bytes = (value: Uint8Array) => new ProtobufMessage().bytes(1, value);
  const fields = [
    new ProtobufMessage().varint(1, header.version.block).varint(2, header.version.app),
    new ProtobufMessage().text(1, header.chain),
    new ProtobufMessage().varint(1, header.height),
    timestampMessage(header.time),
    blockIdMessage(header.lastBlockId),
    bytes(header.lastCommitHash),
    bytes(header.dataHash),
    bytes(header.validatorsHash),
    bytes(header.nextValidatorsHash),
    bytes(header.consensusHash),
    bytes(header.appHash),
    bytes(header.lastResultsHash),
    bytes(header.evidenceHash),
    bytes(header.proposerAddress),
  ];
  return merkleRoot(fields.map((field) => field.encoded()));
}

export function timestampMessage({ seconds, nanos }: Timestamp): ProtobufMessage {
  return new ProtobufMessage().varint(1, seconds).varint(2, nanos);
}

/** The same in headers and, where there is a block, in what validators sign. */
export function blockIdMessage({ hash, parts }: BlockId): ProtobufMessage {
  const partsMessage = new ProtobufMessage().varint(1, parts.total).bytes(2, parts.hash);
  return new ProtobufMessage().bytes(1, hash).message(2, partsMessage);
}

/** Negative, zero or positive as `a` is before, at or after `b`. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

export const timestampCodec: Codec<Timestamp> = {
  write(writer, { seconds, nanos }) {
    if (nanos >= NANOS_PER_SECOND) throw new CodecError(`${nanos} nanoseconds in a second`);
    writer.uint(seconds).u32(nanos);
  },
  read(reader) {
    const timestamp = { seconds: reader.uint(), nanos: reader.u32() };
    if (timestamp.nanos >= NANOS_PER_SECOND) throw new CodecError("a second and more in nanoseconds");
    return timestamp;
  },
};

const hashCodec: Codec<Uint8Array> = {
  write(writer, hash) {
    if (hash.length !== 0 && hash.length !== HASH_BYTES)
      throw new CodecError(`a hash of ${hash.length} bytes`);
    writer.bytes(hash, HASH_BYTES);
  },
  read(reader) {
    const hash = reader.bytes(HASH_BYTES);
    if (hash.length !== 0 && hash.length !== HASH_BYTES)
      throw new CodecError(`a hash of ${hash.length} bytes`);
    return hash;
  },
};

export const blockIdCodec: Codec<BlockId> = {
  write(writer, { hash, parts }) {
    hashCodec.write(writer, hash);
    writer.u32(parts.total);
    hashCodec.write(writer, parts.hash);
  },
  read: (reader) => ({
    hash: hashCodec.read(reader),
    parts: { total: reader.u32(), hash: hashCodec.read(reader) },
  }),
};

export const consensusHeaderCodec: Codec<ConsensusHeader> = {
  write(writer, header) {
    writer.uint(header.version.block).uint(header.version.app);
    writer.text(header.chain, CHAIN_MAX_BYTES).uint(header.height);
    timestampCodec.write(writer, header.time);
    blockIdCodec.write(writer, header.lastBlockId);
    for (const field of HASHES) hashCodec.write(writer, header[field]);
    writer.fixed(header.proposerAddress, ADDRESS_BYTES);
  },
  read(reader) {
    const version = { block: reader.uint(), app: reader.uint() };
    const chain = reader.text(CHAIN_MAX_BYTES);
    const height = reader.uint();
    const time = timestampCodec.read(reader);
    const lastBlockId = blockIdCodec.read(reader);
    const [
      lastCommitHash,
      dataHash,
      validatorsHash,
      nextValidatorsHash,
      consensusHash,
      appHash,
      lastResultsHash,
      evidenceHash,
    ] = HASHES.map(() => hashCodec.read(reader)) as Eight<Uint8Array>;
    return {
      version,
      chain,
      height,
      time,
      lastBlockId,
      lastCommitHash,
      dataHash,
      validatorsHash,
      nextValidatorsHash,
      consensusHash,
      appHash,
      lastResultsHash,
      evidenceHash,
      proposerAddress: reader.fixed(ADDRESS_BYTES),
    };
  },
};

type Eight<T> = [T, T, T, T, T, T, T, T];

/** In the order of the header's own fields. */
const HASHES = [
  "lastCommitHash",
  "dataHash",
  "validatorsHash",
  "nextValidatorsHash",
  "consensusHash",
  "appHash",
  "lastResultsHash",
  "evidenceHash",
] as const;
