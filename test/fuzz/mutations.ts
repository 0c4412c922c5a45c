/**
 * What goes wrong with bytes on their way: bits flip, lengths lie, ends are missing or grow, pieces of one
 * message stand in another. Each input is made by one to four of these from a valid encoding, one in sixteen
 * is noise.
 */
import type { Random } from "#base/random.ts";

const NOISE_MAX = 300;
const INTERESTING_BYTES = [0x00, 0x01, 0x02, 0x7f, 0x80, 0xff];
const INTERESTING_LENGTHS = [0, 1, 2, 15, 16, 17, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

/** A buffer that is used again for every input: what `mutated` returns is valid until its next call. */
export class Mutator {
  readonly #random: Random;
  readonly #bytes: Uint8Array;
  #length = 0;

  /** `maxBytes` of an input. */
  constructor(random: Random, maxBytes: number) {
    this.#random = random;
    this.#bytes = new Uint8Array(maxBytes);
  }

  mutated(corpus: readonly Uint8Array[]): Uint8Array {
    const random = this.#random;
    const draw = random.uint32();
    if (corpus.length === 0 || draw % 16 === 0) this.#noise();
    else {
      this.#take(corpus[random.uint32() % corpus.length]!);
      for (let i = 0; i <= (draw >>> 8) % 4; i++) this.#mutate(corpus);
    }
    return this.#bytes.subarray(0, this.#length);
  }

  #noise(): void {
    this.#length = this.#random.uint32() % Math.min(NOISE_MAX, this.#bytes.length);
    for (let i = 0; i < this.#length; i++) this.#bytes[i] = this.#random.uint32();
  }

  #take(bytes: Uint8Array): void {
    this.#length = Math.min(bytes.length, this.#bytes.length);
    this.#bytes.set(bytes.length > this.#length ? bytes.subarray(0, this.#length) : bytes);
  }

  #mutate(corpus: readonly Uint8Array[]): void {
    const random = this.#random;
    const bytes = this.#bytes;
    const draw = random.uint32();
    const at = this.#length === 0 ? 0 : random.uint32() % this.#length;
    switch (draw % 12) {
      case 0:
      case 1:
      case 2:
        if (this.#length > 0) bytes[at]! ^= 1 << ((draw >>> 8) % 8);
        return;
      case 3:
        if (this.#length > 0) bytes[at] = INTERESTING_BYTES[(draw >>> 8) % INTERESTING_BYTES.length]!;
        return;
      case 4:
        if (this.#length > 0) bytes[at] = draw >>> 8;
        return;
      case 5:
        this.#lie(at, INTERESTING_LENGTHS[(draw >>> 8) % INTERESTING_LENGTHS.length]!);
        return;
      case 6:
        this.#lieNearby(at, ((draw >>> 8) % 5) - 2);
        return;
      case 7:
        this.#length = at;
        return;
      case 8:
        this.#insert(this.#length, (draw >>> 8) % 40);
        return;
      case 9:
        this.#insert(at, (draw >>> 8) % 8);
        return;
      case 10: {
        const removed = Math.min(1 + ((draw >>> 8) % 16), this.#length - at);
        bytes.copyWithin(at, at + removed, this.#length);
        this.#length -= Math.max(0, removed);
        return;
      }
      default:
        this.#splice(at, corpus[(draw >>> 8) % corpus.length]!);
        return;
    }
  }

  /** Four bytes that somebody may take for a length. */
  #lie(at: number, length: number): void {
    if (at + 4 > this.#length) return;
    for (let i = 0; i < 4; i++) this.#bytes[at + i] = length >>> (24 - 8 * i);
  }

  /** A byte that somebody may take for the end of a length: a little more or less. */
  #lieNearby(at: number, by: number): void {
    if (at < this.#length) this.#bytes[at]! += by;
  }

  #insert(at: number, count: number): void {
    const room = Math.min(count, this.#bytes.length - this.#length);
    this.#bytes.copyWithin(at + room, at, this.#length);
    for (let i = 0; i < room; i++) this.#bytes[at + i] = this.#random.uint32();
    this.#length += room;
  }

  /** Goes on as another message does at that place, or anywhere. */
  #splice(at: number, other: Uint8Array): void {
    const from = this.#random.uint32() % 2 === 0 ? at : this.#random.uint32() % (other.length + 1);
    const tail = other.subarray(from, from + this.#bytes.length - at);
    this.#bytes.set(tail, at);
    this.#length = at + tail.length;
  }
}
