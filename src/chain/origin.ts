/**
 * Where a chain that several validators decide came from: the last header that the producer of the chain before
 * it signed. It stands in the new genesis, so that every signature and every node depends on it, and from the
 * new chain's first block on in the state, where anybody can have it proved: whoever kept a receipt of the old
 * chain finds the end of that chain here.
 */
import type { Codec } from "#base/codec.ts";
import { verifySignature } from "#crypto/keys.ts";
import { type Header, headerCodec, headerHash } from "#ledger/block.ts";
import type { Table } from "#ledger/state.ts";

export interface Origin {
  readonly header: Header;
  /** The old producer's, over the header's hash. */
  readonly signature: Uint8Array;
}

export const originCodec: Codec<Origin> = {
  write(writer, { header, signature }) {
    headerCodec.write(writer, header);
    writer.fixed(signature, 64);
  },
  read: (reader) => ({ header: headerCodec.read(reader), signature: reader.fixed(64) }),
};

/** One row, of a chain that was not the first. */
export const ORIGIN: Table<0, Origin> = {
  number: 90,
  name: "origin",
  key: { write: (writer) => writer.u8(0), read: (reader) => reader.u8() as 0 },
  id: () => 0,
  row: originCodec,
};

export function isSignedOrigin({ header, signature }: Origin): boolean {
  return verifySignature(header.producer, headerHash(header), signature);
}
