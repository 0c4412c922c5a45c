/**
 * How messages are told apart on a socket to CometBFT (ABCI since 0.34): each is preceded by its length in
 * bytes as an unsigned varint, seven bits a byte, lowest first. A length has one spelling here: no needless
 * zero bytes. What is longer than the limit is refused as soon as its length is known, before it is stored.
 */

export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** A varint of a length below 2^32 has at most five bytes. */
const VARINT_MAX_BYTES = 5;

/** A message behind its length. */
export function framed(message: Uint8Array): Uint8Array {
  const prefix: number[] = [];
  let rest = message.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) prefix.push((rest % 0x80) + 0x80);
  prefix.push(rest);
  const bytes = new Uint8Array(prefix.length + message.length);
  bytes.set(prefix);
  bytes.set(message, prefix.length);
  return bytes;
}

/** Puts messages together again from whatever pieces a stream arrives in. */
export class FrameReader {
  readonly #maxBytes: number;
  #length = 0;
  #lengthBytes = 0;
  /** Bytes of the message in hand that are still to come; `undefined` while its length is being read. */
  #missing: number | undefined;
  #pieces: Uint8Array[] = [];

  /** `maxBytes` of one message. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the stream may end here: no message is cut short. */
  get idle(): boolean {
    return this.#missing === undefined && this.#lengthBytes === 0;
  }

  /** The messages that a piece completes. Throws `FrameError`; the stream is then of no more use. */
  *push(piece: Uint8Array): Generator<Uint8Array> {
    let at = 0;
    while (at < piece.length) {
      if (this.#missing === undefined) {
        this.#readLength(piece[at]!);
        at += 1;
      } else {
        const taken = piece.subarray(at, at + this.#missing);
        this.#pieces.push(taken);
        this.#missing -= taken.length;
        at += taken.length;
      }
      if (this.#missing !== 0) continue;
      const message = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#missing = undefined;
      yield message;
    }
  }

  #readLength(byte: number): void {
    this.#length += (byte & 0x7f) * 2 ** (7 * this.#lengthBytes);
    this.#lengthBytes += 1;
    if (byte >= 0x80) {
      if (this.#lengthBytes === VARINT_MAX_BYTES) throw new FrameError("a length of too many bytes");
      return;
    }
    if (byte === 0 && this.#lengthBytes > 1) throw new FrameError("a length with needless zeros");
    if (this.#length > this.#maxBytes) {
      throw new FrameError(`a message of ${this.#length} bytes where at most ${this.#maxBytes} are allowed`);
    }
    this.#missing = this.#length;
    this.#length = 0;
    this.#lengthBytes = 0;
  }
}
