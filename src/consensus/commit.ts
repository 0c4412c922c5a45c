/**
 * A commit: the precommits by which validators decided a block, one place per validator in the order of their
 * set. Each signed a vote of its own, with its own time, in the canonical protobuf form that `voteSignBytes`
 * writes.
 *
 * https://github.com/cometbft/cometbft/blob/v0.38.x/spec/core/data_structures.md#commit
 * https://github.com/cometbft/cometbft/blob/v0.38.x/spec/core/encoding.md#canonicalvote
 */
import { type Codec, CodecError } from "#base/codec.ts";
import {
  ADDRESS_BYTES,
  type BlockId,
  blockIdCodec,
  blockIdMessage,
  type Timestamp,
  timestampCodec,
  timestampMessage,
} from "#consensus/header.ts";
import { delimited, ProtobufMessage } from "#consensus/protobuf.ts";
import { MAX_VALIDATORS } from "#consensus/validator-set.ts";
import { SIGNATURE_BYTES } from "#crypto/keys.ts";

/** What a validator did: not seen, signed for the block, signed for no block. */
export type CommitSignature =
  | { readonly vote: "absent" }
  | {
      readonly vote: "block" | "nil";
      /** 20 bytes. */
      readonly address: Uint8Array;
      readonly time: Timestamp;
      /** 64 bytes. */
      readonly signature: Uint8Array;
    };

export interface Commit {
  readonly height: number;
  readonly round: number;
  readonly blockId: BlockId;
  readonly signatures: readonly CommitSignature[];
}

const PRECOMMIT = 2;
/** CometBFT's `BlockIDFlag`. */
const VOTES = ["absent", "block", "nil"] as const;

/** What a validator signs; `blockId` is `undefined` in a vote for no block. */
export function voteSignBytes(vote: {
  readonly chain: string;
  readonly height: number;
  readonly round: number;
  readonly blockId: BlockId | undefined;
  readonly time: Timestamp;
}): Uint8Array {
  const message = new ProtobufMessage().varint(1, PRECOMMIT).sfixed64(2, vote.height).sfixed64(3, vote.round);
  if (vote.blockId !== undefined) message.message(4, blockIdMessage(vote.blockId));
  return delimited(message.message(5, timestampMessage(vote.time)).text(6, vote.chain));
}

const commitSignatureCodec: Codec<CommitSignature> = {
  write(writer, one) {
    writer.u8(VOTES.indexOf(one.vote) + 1);
    if (one.vote === "absent") return;
    writer.fixed(one.address, ADDRESS_BYTES);
    timestampCodec.write(writer, one.time);
    writer.fixed(one.signature, SIGNATURE_BYTES);
  },
  read(reader) {
    const vote = VOTES[reader.u8() - 1];
    if (vote === undefined) throw new CodecError("a vote of no known kind");
    if (vote === "absent") return { vote };
    return {
      vote,
      address: reader.fixed(ADDRESS_BYTES),
      time: timestampCodec.read(reader),
      signature: reader.fixed(SIGNATURE_BYTES),
    };
  },
};

export const commitCodec: Codec<Commit> = {
  write(writer, { height, round, blockId, signatures }) {
    writer.uint(height).u32(round);
    blockIdCodec.write(writer, blockId);
    writer.list(signatures, MAX_VALIDATORS, (w, one) => {
      commitSignatureCodec.write(w, one);
      return w;
    });
  },
  read: (reader) => ({
    height: reader.uint(),
    round: reader.u32(),
    blockId: blockIdCodec.read(reader),
    signatures: reader.list(MAX_VALIDATORS, commitSignatureCodec.read),
  }),
};
