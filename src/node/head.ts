/**
 * The head file: the last block that was acknowledged, kept apart from the log. A log alone cannot tell that
 * its tail was cut off at the end of a record, nor whether its broken last record was ever acknowledged; the
 * head can. What it keeps of the block is the header with the producer's signature, the same checkpoint that
 * homes keep.
 *
 * Two slots of 512 bytes are written in turn, block H into slot H mod 2, so that a write cut off by a power
 * cut leaves the previous head. A clean end writes the same head into both.
 *
 * | field of a slot | form |
 * |---|---|
 * | mark | 4 bytes "HEAD" |
 * | clean | boolean: the node closed at this block |
 * | log end | u64, bytes: where the log ends with this block |
 * | block | boolean, then header and signature (64); none before the first block |
 * | padding | zeros |
 * | checksum | the first 16 bytes of a tagged SHA-256 of the 496 before, at 496 |
 */
import { equalBytes, utf8 } from "#base/bytes.ts";
import { type Codec, CodecError, encode, Reader } from "#base/codec.ts";
import { taggedHash } from "#crypto/hash.ts";
import { type Header, headerCodec } from "#ledger/block.ts";
import type { StorageFile } from "#node/storage.ts";

export interface Head {
  readonly clean: boolean;
  readonly logEnd: number;
  readonly block: { readonly header: Header; readonly signature: Uint8Array } | undefined;
}

export const SLOT_BYTES = 512;
const CHECKED_BYTES = SLOT_BYTES - 16;
const MARK = utf8("HEAD");

export const headCodec: Codec<Head> = {
  write(writer, head) {
    writer
      .fixed(MARK, 4)
      .boolean(head.clean)
      .uint(head.logEnd)
      .boolean(head.block !== undefined);
    if (head.block === undefined) return;
    headerCodec.write(writer, head.block.header);
    writer.fixed(head.block.signature, 64);
  },
  read(reader) {
    if (!equalBytes(reader.fixed(4), MARK)) throw new CodecError("not a head");
    const clean = reader.boolean();
    const logEnd = reader.uint();
    if (!reader.boolean()) return { clean, logEnd, block: undefined };
    return { clean, logEnd, block: { header: headerCodec.read(reader), signature: reader.fixed(64) } };
  },
};

export function heightOf(head: Head): number {
  return head.block?.header.height ?? 0;
}

/** Writes the slot of the head's height, or the one that is named; the caller syncs. */
export function writeHead(file: StorageFile, head: Head, slot = heightOf(head) % 2): void {
  const bytes = new Uint8Array(SLOT_BYTES);
  bytes.set(encode(headCodec, head));
  bytes.set(checksumOf(bytes), CHECKED_BYTES);
  file.write(slot * SLOT_BYTES, bytes);
}

/**
 * Leaves the head of a node that closes in both slots, its own first: what a crash in between leaves can be
 * told from a head that was begun for a further block.
 */
export async function writeBothHeads(file: StorageFile, head: Head): Promise<void> {
  const own = heightOf(head) % 2;
  for (const slot of [own, 1 - own]) {
    writeHead(file, head, slot);
    await file.sync();
  }
}

export interface Heads {
  /** The newest that can be read; `undefined` where none can. */
  readonly head: Head | undefined;
  /** Numbers (0, 1) of the slots that cannot be read. */
  readonly damaged: readonly number[];
  /** Bytes after the slots, where nothing belongs. */
  readonly excess: number;
}

export function readHeads(bytes: Uint8Array): Heads {
  const slots = [0, 1].map((i) => headOf(bytes.subarray(i * SLOT_BYTES, (i + 1) * SLOT_BYTES)));
  const damaged = [0, 1].filter((i) => slots[i] === undefined);
  const [first, second] = slots;
  const slot = first === undefined || (second !== undefined && heightOf(second) > heightOf(first)) ? 1 : 0;
  return { head: slots[slot], damaged, excess: Math.max(0, bytes.length - 2 * SLOT_BYTES) };
}

function headOf(slot: Uint8Array): Head | undefined {
  if (slot.length < SLOT_BYTES || !equalBytes(checksumOf(slot), slot.subarray(CHECKED_BYTES)))
    return undefined;
  try {
    return headCodec.read(new Reader(slot.subarray(0, CHECKED_BYTES)));
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function checksumOf(slot: Uint8Array): Uint8Array {
  return taggedHash("contrada/node/head/1", slot.subarray(0, CHECKED_BYTES)).subarray(0, 16);
}
