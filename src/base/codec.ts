/**
 * The canonical binary form of everything that is hashed, signed or logged: fixed schemas written by hand,
 * big-endian, no optional spellings. A schema is a pair of functions over `Writer` and `Reader`; `decode`
 * accepts bytes only if the schema reads all of them and writes the same bytes again, so each value has
 * exactly one encoding.
 *
 * | form | bytes |
 * |---|---|
 * | u8 u16 u32 | 1, 2, 4; a number |
 * | u64 | 8; a number up to 2^53 − 1 by `uint`, a bigint by `u64` |
 * | i64, i128 | 8, 16; two's complement, a bigint |
 * | fixed(n) | n |
 * | bytes(max) | u32 length, then the bytes |
 * | text(max) | as bytes, strict UTF-8 |
 * | list(max) | u32 count, then the items |
 *
 * Limits are protocol constants, checked while reading, before anything is allocated for what they bound.
 */
import { fromUtf8, utf8 } from "#base/bytes.ts";
import { ok, type Result, refuse } from "#base/result.ts";

export class CodecError extends Error {
  override readonly name = "CodecError";
}

export interface Codec<T> {
  write(writer: Writer, value: T): void;
  read(reader: Reader): T;
}

const KEPT_BYTES = 1 << 20;

/** An append-only byte buffer that grows by doubling. Writing a value outside its form throws `CodecError`. */
export class Writer {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): this {
    const at = this.#claim(1, value, 0xff);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#claim(2, value, 0xffff);
    this.#view.setUint16(at, value);
    return this;
  }

  u32(value: number): this {
    const at = this.#claim(4, value, 0xffffffff);
    this.#view.setUint32(at, value);
    return this;
  }

  /** A non-negative safe integer in the eight bytes of a u64. */
  uint(value: number): this {
    const at = this.#claim(8, value, Number.MAX_SAFE_INTEGER);
    this.#view.setUint32(at, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(at + 4, value % 0x1_0000_0000);
    return this;
  }

  u64(value: bigint): this {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new CodecError(`u64 out of range: ${value}`);
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value);
    return this;
  }

  i64(value: bigint): this {
    if (BigInt.asIntN(64, value) !== value) throw new CodecError(`i64 out of range: ${value}`);
    const at = this.#grow(8);
    this.#view.setBigInt64(at, value);
    return this;
  }

  i128(value: bigint): this {
    if (BigInt.asIntN(128, value) !== value) throw new CodecError(`i128 out of range: ${value}`);
    const at = this.#grow(16);
    this.#view.setBigInt64(at, value >> 64n);
    this.#view.setBigUint64(at + 8, BigInt.asUintN(64, value));
    return this;
  }

  boolean(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  fixed(bytes: Uint8Array, length: number): this {
    if (bytes.length !== length) throw new CodecError(`expected ${length} bytes, got ${bytes.length}`);
    const at = this.#grow(length);
    this.#bytes.set(bytes, at);
    return this;
  }

  bytes(bytes: Uint8Array, max: number): this {
    if (bytes.length > max) throw new CodecError(`${bytes.length} bytes where at most ${max} are allowed`);
    this.u32(bytes.length);
    return this.fixed(bytes, bytes.length);
  }

  text(value: string, max: number): this {
    if (!value.isWellFormed()) throw new CodecError("text is not well-formed Unicode");
    return this.bytes(utf8(value), max);
  }

  list<T>(items: readonly T[], max: number, write: (writer: Writer, item: T) => void): this {
    if (items.length > max) throw new CodecError(`${items.length} items where at most ${max} are allowed`);
    this.u32(items.length);
    for (const item of items) write(this, item);
    return this;
  }

  /** What was written so far, as a copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** What was written so far, without a copy: valid until the next write or `clear`. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written, and a buffer that grew beyond what is worth keeping. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length <= KEPT_BYTES) return;
    this.#bytes = new Uint8Array(256);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #claim(size: number, value: number, max: number): number {
    if (!Number.isSafeInteger(value) || value < 0 || value > max || Object.is(value, -0)) {
      throw new CodecError(`expected a whole number from 0 to ${max}, got ${value}`);
    }
    return this.#grow(size);
  }

  #grow(size: number): number {
    const at = this.#length;
    const needed = at + size;
    if (needed > this.#bytes.length) {
      let capacity = Math.max(this.#bytes.length, 16);
      while (capacity < needed) capacity *= 2;
      const larger = new Uint8Array(capacity);
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = needed;
    return at;
  }
}

/** Reads what `Writer` wrote. Every method throws `CodecError` where the bytes end early or break a limit. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  /** Plain bytes over the same memory: `slice` of a Node `Buffer` would be no copy. */
  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, byteLength } = bytes;
    const isPlain = Object.getPrototypeOf(bytes) === Uint8Array.prototype;
    this.#bytes = isPlain ? bytes : new Uint8Array(buffer, byteOffset, byteLength);
    this.#view = new DataView(buffer, byteOffset, byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  uint(): number {
    const at = this.#take(8);
    const value = this.#view.getUint32(at) * 0x1_0000_0000 + this.#view.getUint32(at + 4);
    if (!Number.isSafeInteger(value)) throw new CodecError("whole number above 2^53 − 1");
    return value;
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  i128(): bigint {
    const at = this.#take(16);
    return (this.#view.getBigInt64(at) << 64n) | this.#view.getBigUint64(at + 8);
  }

  boolean(): boolean {
    const value = this.u8();
    if (value > 1) throw new CodecError(`expected 0 or 1, got ${value}`);
    return value === 1;
  }

  /** A copy, so that what is kept does not pin the buffer it came in. */
  fixed(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  bytes(max: number): Uint8Array {
    return this.fixed(this.#length(max, "bytes"));
  }

  text(max: number): string {
    const text = fromUtf8(this.bytes(max));
    if (text === undefined) throw new CodecError("text is not strict UTF-8");
    return text;
  }

  list<T>(max: number, read: (reader: Reader) => T): T[] {
    const count = this.#length(max, "items");
    const items: T[] = [];
    for (let i = 0; i < count; i++) items.push(read(this));
    return items;
  }

  #length(max: number, what: string): number {
    const length = this.u32();
    if (length > max) throw new CodecError(`${length} ${what} where at most ${max} are allowed`);
    return length;
  }

  #take(size: number): number {
    const at = this.#offset;
    if (size > this.#bytes.length - at) throw new CodecError(`ends ${size - this.remaining} bytes early`);
    this.#offset = at + size;
    return at;
  }
}

export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  return withEncoding(codec, value, (bytes) => bytes.slice());
}

/**
 * What `use` makes of the encoding of a value. The bytes are borrowed: valid only until `use` returns, to be
 * hashed or compared, never kept. One standing writer serves all of them, because a buffer for each would
 * cost more than writing and hashing together; an encoding within an encoding takes a writer of its own.
 */
export function withEncoding<T, R>(codec: Codec<T>, value: T, use: (bytes: Uint8Array) => R): R {
  const writer = standing ?? new Writer();
  standing = undefined;
  try {
    codec.write(writer, value);
    return use(writer.written());
  } finally {
    writer.clear();
    standing = writer;
  }
}

let standing: Writer | undefined;

/** The value of a canonical encoding. Refused: bytes that end early, break a limit, go on, or re-encode differently. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): Result<T, CodecError> {
  try {
    const reader = new Reader(bytes);
    const value = codec.read(reader);
    if (reader.remaining > 0) throw new CodecError(`${reader.remaining} bytes too many`);
    withEncoding(codec, value, (again) => {
      for (let i = 0; i < bytes.length; i++) {
        if (again[i] !== bytes[i]) throw new CodecError(`not canonical at byte ${i}`);
      }
      if (again.length !== bytes.length) throw new CodecError("not canonical");
    });
    return ok(value);
  } catch (error) {
    if (error instanceof CodecError) return refuse(error);
    throw error;
  }
}
