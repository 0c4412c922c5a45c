/**
 * Valid encodings of any codec, without knowing it: a reader that draws what it is asked for instead of
 * reading it. Whatever the codec builds of the answers is a value of its type, and is then written by the
 * codec itself. What a codec refuses of the drawn values (a role that is none, a list out of order) is drawn
 * again; small numbers are drawn often, so that choices among few come true.
 */
import { type Codec, CodecError, decode, encode, Reader } from "#base/codec.ts";
import type { Random } from "#base/random.ts";

const LIST_MAX = 4;
const BYTES_MAX = 64;

class DrawingReader extends Reader {
  readonly #random: Random;

  constructor(random: Random) {
    super(new Uint8Array(0));
    this.#random = random;
  }

  override get remaining(): number {
    return this.#random.integer(2);
  }

  override u8(): number {
    return this.#number(0xff);
  }

  override u16(): number {
    return this.#number(0xffff);
  }

  override u32(): number {
    return this.#number(0xffff_ffff);
  }

  override uint(): number {
    return this.#number(Number.MAX_SAFE_INTEGER);
  }

  override u64(): bigint {
    return BigInt.asUintN(64, this.#wide());
  }

  override i64(): bigint {
    return BigInt.asIntN(64, this.#wide());
  }

  override i128(): bigint {
    return BigInt.asIntN(128, (this.#wide() << 64n) | this.#wide());
  }

  override boolean(): boolean {
    return this.#random.integer(2) === 1;
  }

  override fixed(length: number): Uint8Array {
    return this.#random.bytes(length);
  }

  override bytes(max: number): Uint8Array {
    const most = Math.min(max, BYTES_MAX);
    // Many fields are empty or of one length.
    const kind = this.#random.integer(16);
    return this.#random.bytes(kind < 8 ? most : kind < 13 ? 0 : this.#random.integer(most + 1));
  }

  override text(max: number): string {
    let text = "";
    const length = this.#random.integer(Math.min(Math.floor(max / 4), 12) + 1);
    for (let i = 0; i < length; i++) text += String.fromCodePoint(CHARACTERS[this.#random.integer(8)]!);
    return text;
  }

  override list<T>(max: number, read: (reader: Reader) => T): T[] {
    const count = this.#random.integer(Math.min(max, LIST_MAX) + 1);
    return Array.from({ length: count }, () => read(this));
  }

  #number(max: number): number {
    const kind = this.#random.integer(8);
    if (kind < 4) return this.#random.integer(4);
    if (kind === 4) return max - this.#random.integer(2);
    if (kind === 5) return this.#random.integer(max);
    return this.#random.integer(Math.min(max, 1_000));
  }

  #wide(): bigint {
    return (BigInt(this.#number(0xffff_ffff)) << 32n) | BigInt(this.#number(0xffff_ffff));
  }
}

/** a Z 0 space, two, three and four bytes of UTF-8, a combining mark. */
const CHARACTERS = [0x61, 0x5a, 0x30, 0x20, 0xe8, 0x20ac, 0x1f31e, 0x301];
const TRIES = 20_000;

/** Up to so many valid encodings; fewer, or none, where the codec refuses nearly all that is drawn. */
export function drawnEncodings(codec: Codec<unknown>, random: Random, count: number): Uint8Array[] {
  const encodings: Uint8Array[] = [];
  for (let i = 0; i < TRIES && encodings.length < count; i++) {
    try {
      const bytes = encode(codec, codec.read(new DrawingReader(random)));
      if (decode(codec, bytes).ok) encodings.push(bytes);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
    }
  }
  return encodings;
}
