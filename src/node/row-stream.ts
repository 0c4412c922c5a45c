/**
 * The rows of a state as a stream of bytes, for snapshots of every sort: written in pieces, so that a chain
 * goes on meanwhile, and read piece by piece, so that a state larger than memory should hold twice can be
 * read from a file.
 *
 * | field | form |
 * |---|---|
 * | rows | each u16 table (never 0xffff), u32 length and key, u32 length and row |
 * | end | u16 0xffff, u64 number of rows |
 */
import { CodecError, Reader, Writer } from "#base/codec.ts";
import type { RawRow } from "#ledger/state.ts";

const END = 0xffff;
const PIECE_BYTES = 1 << 18;
/** Of a key or a row; a list of expiring transfers can be long. */
const FIELD_MAX_BYTES = 1 << 28;

/** What `opening` wrote, and then the rows, in pieces of about a quarter of a megabyte. */
export function* rowPieces(opening: (writer: Writer) => void, rows: Iterable<RawRow>): Generator<Uint8Array> {
  let writer = new Writer(PIECE_BYTES);
  opening(writer);
  let count = 0;
  for (const { table, key, row } of rows) {
    writer.u16(table).bytes(key, FIELD_MAX_BYTES).bytes(row, FIELD_MAX_BYTES);
    count += 1;
    if (writer.written().length < PIECE_BYTES) continue;
    yield writer.finish();
    writer = new Writer(PIECE_BYTES);
  }
  yield writer.u16(END).uint(count).finish();
}

/** Where a stream stands. */
export interface ByteSource {
  /** Bytes of the whole stream. */
  readonly size: number;
  /** So many bytes; throws `CodecError` where they are not as they were written. */
  read(offset: number, length: number): Uint8Array;
}

/** `Reader` over a stream that is larger than memory should hold. */
export class StreamReader {
  readonly #source: ByteSource;
  #offset: number;
  #start = 0;
  #held = new Uint8Array(0);

  constructor(source: ByteSource, offset = 0) {
    this.#source = source;
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Reads something of at most `most` bytes. */
  read<T>(most: number, read: (reader: Reader) => T): T {
    const bytes = this.#peek(Math.min(most, this.#source.size - this.#offset));
    const reader = new Reader(bytes);
    const value = read(reader);
    this.#offset += bytes.length - reader.remaining;
    return value;
  }

  /** The rows to the stream's end. Throws `CodecError` where it ends otherwise. */
  *rows(): Generator<RawRow> {
    let count = 0;
    for (;;) {
      const table = this.read(2, (r) => r.u16());
      if (table === END) break;
      const key = this.#field();
      const row = this.#field();
      yield { table, key, row };
      count += 1;
    }
    if (this.read(8, (r) => r.uint()) !== count) throw new CodecError("rows are missing");
    if (this.#offset !== this.#source.size) throw new CodecError("bytes after the rows");
  }

  #field(): Uint8Array {
    const length = this.read(4, (r) => r.u32());
    if (length > FIELD_MAX_BYTES) throw new CodecError(`a field of ${length} bytes`);
    return this.read(length, (r) => r.fixed(length));
  }

  #peek(length: number): Uint8Array {
    const at = this.#offset - this.#start;
    if (at >= 0 && at + length <= this.#held.length) return this.#held.subarray(at, at + length);
    const wanted = Math.min(Math.max(length, PIECE_BYTES), this.#source.size - this.#offset);
    this.#held = new Uint8Array(this.#source.read(this.#offset, wanted));
    this.#start = this.#offset;
    return this.#held.subarray(0, length);
  }
}
