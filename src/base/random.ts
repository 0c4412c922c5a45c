/**
 * Seeded random numbers for simulation and tests: the same seed gives the same numbers on every machine and
 * engine. Never for keys, nonces or anything an adversary must not guess.
 *
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state, in 32-bit integer arithmetic. Nothing
 * here calls a `Math` transcendental, whose last bit may differ between engines.
 */
import { assert } from "#base/assert.ts";
import { utf8 } from "#base/bytes.ts";

export class Random {
  /** What to print where a failure must be replayed. */
  readonly seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  /** A number and its decimal text are the same seed. */
  constructor(seed: number | string) {
    this.seed = String(seed);
    [this.#a, this.#b, this.#c, this.#counter] = wordsOf(this.seed);
    for (let i = 0; i < WARM_UP; i++) this.uint32();
  }

  /**
   * A stream of its own for one part of a simulation. It depends on the seed and the label alone, not on what
   * was drawn before: its seed is the path `seed/label`.
   */
  fork(label: string): Random {
    return new Random(`${this.seed}/${label}`);
  }

  /** Uniform whole number from 0 to 2^32 − 1. */
  uint32(): number {
    const next = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + next) | 0;
    return next >>> 0;
  }

  /** Uniform in [0, 1): 53 bits. */
  float(): number {
    return this.#bits53() / 0x20_0000_0000_0000;
  }

  /** Uniform whole number from 0 to `below` − 1; 0 < below ≤ 2^53 − 1. */
  integer(below: number): number {
    assert(Number.isSafeInteger(below) && below > 0, `no whole number below ${below}`);
    const wide = below > 0x1_0000_0000;
    const range = wide ? 0x20_0000_0000_0000 : 0x1_0000_0000;
    const limit = range - (range % below);
    for (;;) {
      const drawn = wide ? this.#bits53() : this.uint32();
      if (drawn < limit) return drawn % below;
    }
  }

  /**
   * Mean 0, variance 1, nearly normal: the sum of twelve uniforms less six (Irwin–Hall), exact in doubles. Its
   * tails end at ±6 and are thin beyond ±3.
   */
  normal(): number {
    let sum = 6;
    for (let i = 0; i < 12; i++) sum += this.uint32();
    return sum / 0x1_0000_0000 - 6;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 4) {
      const word = this.uint32();
      for (let i = at; i < at + 4 && i < length; i++) bytes[i] = word >>> (8 * (i - at));
    }
    return bytes;
  }

  #bits53(): number {
    const high = this.uint32() >>> 5;
    return high * 0x400_0000 + (this.uint32() >>> 6);
  }
}

const WARM_UP = 16;

/** The four words of the state for a seed: each byte, and at last the length, is mixed into all of them. */
function wordsOf(seed: string): [number, number, number, number] {
  let [a, b, c, d] = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]; // the first bits of π
  const bytes = utf8(seed);
  for (let i = 0; i <= bytes.length; i++) {
    const input = Math.imul((bytes[i] ?? 0x100 + bytes.length) + 1, 0x9e3779b1);
    a = scramble(a ^ d ^ input);
    b = scramble(b ^ a);
    c = scramble(c ^ b);
    d = scramble(d ^ c);
  }
  return [a, b, c, d];
}

/** MurmurHash3's finalizer: a bijection of 32-bit words in which each bit of the input reaches all of the output. */
function scramble(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
