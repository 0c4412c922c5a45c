/**
 * The form of the block log on disk, and the walk over it that a restart and an audit share.
 *
 * The file begins with 16 bytes "contrada-blocks" ‖ 0x01 and the 32 bytes of the genesis hash. Records follow
 * without gaps:
 *
 * | field | form |
 * |---|---|
 * | mark | 4 bytes "CBLK" |
 * | length | u32: bytes of the block, at most 64 MiB |
 * | height | u64 |
 * | previous hash | 32; of the genesis before the first block |
 * | block | its canonical encoding (`ledger/block`) |
 * | checksum | the first 16 bytes of a tagged SHA-256 of all fields before |
 */
import { concat, equalBytes, utf8 } from "#base/bytes.ts";
import { CodecError, encode, Reader, Writer } from "#base/codec.ts";
import { taggedHash } from "#crypto/hash.ts";
import { type Block, blockCodec, type Header, headerCodec, headerHash } from "#ledger/block.ts";
import type { StorageFile } from "#node/storage.ts";

const FILE_MARK = concat(utf8("contrada-blocks"), Uint8Array.of(1));
export const LOG_START = FILE_MARK.length + 32;
const RECORD_MARK = utf8("CBLK");
export const FRAME_BYTES = 4 + 4 + 8 + 32;
const CHECKSUM_BYTES = 16;
export const LOGGED_BLOCK_MAX_BYTES = 64 * 1024 * 1024;

/** What a log file begins with. */
export function logOpening(genesisHash: Uint8Array): Uint8Array {
  return concat(FILE_MARK, genesisHash);
}

/** Throws `CodecError` where the block is larger than a record may be. */
export function encodeRecord(block: Block): Uint8Array {
  const bytes = encode(blockCodec, block);
  if (bytes.length > LOGGED_BLOCK_MAX_BYTES) throw new CodecError(`a block of ${bytes.length} bytes`);
  const writer = new Writer(FRAME_BYTES + bytes.length + CHECKSUM_BYTES);
  writer.fixed(RECORD_MARK, 4).u32(bytes.length).uint(block.header.height);
  writer.fixed(block.header.previousHash, 32).fixed(bytes, bytes.length);
  const body = writer.finish();
  return concat(body, checksumOf(body));
}

/** The bytes of the block in a whole record, or `undefined` where its checksum is wrong. */
export function blockBytesOf(record: Uint8Array): Uint8Array | undefined {
  const end = record.length - CHECKSUM_BYTES;
  if (end < FRAME_BYTES || !equalBytes(checksumOf(record.subarray(0, end)), record.subarray(end)))
    return undefined;
  return record.subarray(FRAME_BYTES, end);
}

/** A record whose frame, checksum, height and previous hash are good; the block in it is not yet judged. */
export interface LogRecord {
  readonly offset: number;
  /** Offset of what follows. */
  readonly end: number;
  readonly header: Header;
  readonly hash: Uint8Array;
  /** The block's encoding. */
  readonly bytes: Uint8Array;
}

/** Where a walk ended. */
export interface LogEnd {
  /** Offset after the last good record. */
  readonly end: number;
  /** What is wrong with the bytes there; `undefined` where the log ends there too. */
  readonly broken: string | undefined;
}

/** Why a file does not begin as this chain's log must, or `undefined` where it does. */
export function openingProblem(file: StorageFile, genesisHash: Uint8Array): string | undefined {
  const found = file.read(0, LOG_START);
  const wanted = logOpening(genesisHash);
  if (equalBytes(found, wanted)) return undefined;
  if (found.length < LOG_START) return "the log ends within its first bytes";
  if (equalBytes(found.subarray(0, FILE_MARK.length), FILE_MARK)) return "the log is of another genesis";
  return "not a block log";
}

/** Walks over the records up to a size, in order, until they end or one is not good. */
export function* walkLog(
  file: StorageFile,
  genesisHash: Uint8Array,
  size: number = file.size(),
): Generator<LogRecord, LogEnd> {
  const window = new Window(file, size);
  let end = LOG_START;
  let height = 0;
  let previousHash = genesisHash;
  while (end < size) {
    const record = recordAt(window, end, size, height + 1, previousHash);
    if (typeof record === "string") return { end, broken: record };
    yield record;
    ({ end } = record);
    height = record.header.height;
    previousHash = record.hash;
  }
  return { end, broken: undefined };
}

function recordAt(
  window: Window,
  offset: number,
  size: number,
  height: number,
  previousHash: Uint8Array,
): LogRecord | string {
  if (size - offset < FRAME_BYTES) return `${size - offset} bytes that are no record`;
  const frame = new Reader(window.bytes(offset, FRAME_BYTES));
  if (!equalBytes(frame.fixed(4), RECORD_MARK)) return "bytes that are no record";
  const length = frame.u32();
  if (length > LOGGED_BLOCK_MAX_BYTES) return `a record that claims a block of ${length} bytes`;
  const end = offset + FRAME_BYTES + length + CHECKSUM_BYTES;
  if (end > size) return `a record that ends ${end - size} bytes early`;
  const whole = window.bytes(offset, end - offset);
  const bytes = blockBytesOf(whole);
  if (bytes === undefined) return "a record with a wrong checksum";
  const reader = new Reader(whole.subarray(8, FRAME_BYTES));
  try {
    const framedHeight = reader.uint();
    const framedHash = reader.fixed(32);
    const header = headerCodec.read(new Reader(bytes));
    if (header.height !== height || framedHeight !== height)
      return `block ${header.height} in the place of ${height}`;
    if (!equalBytes(header.previousHash, previousHash) || !equalBytes(framedHash, previousHash)) {
      return "a block that does not name the one before it";
    }
    return { offset, end, header, hash: headerHash(header), bytes };
  } catch (error) {
    if (error instanceof CodecError) return `a block without a header: ${error.message}`;
    throw error;
  }
}

function checksumOf(body: Uint8Array): Uint8Array {
  return taggedHash("contrada/node/record/1", body).subarray(0, CHECKSUM_BYTES);
}

const WINDOW_BYTES = 1 << 20;

/** Reads a file in large pieces for somebody who goes through it in small ones. */
class Window {
  readonly #file: StorageFile;
  readonly #size: number;
  #start = 0;
  #held = new Uint8Array(0);

  constructor(file: StorageFile, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** Bytes within the file's size; valid until the next call. */
  bytes(offset: number, length: number): Uint8Array {
    if (offset < this.#start || offset + length > this.#start + this.#held.length) {
      const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.#size - offset);
      this.#held = new Uint8Array(this.#file.read(offset, wanted));
      this.#start = offset;
    }
    return this.#held.subarray(offset - this.#start, offset - this.#start + length);
  }
}
