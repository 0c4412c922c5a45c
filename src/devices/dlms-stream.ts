/**
 * Cutting a stream of bytes into DLMS messages: HDLC frames with their segments put together, or messages in the
 * wrapper for TCP. Which of the two a meter speaks shows itself; the first whole message decides for the connection.
 *
 * What is broken is told once and skipped up to the next beginning. HDLC frames here have no escapes (IEC 62056-46
 * goes by the length), so a flag within a frame is no end: after a broken frame the search goes on behind its flag.
 */
import { concat } from "#base/bytes.ts";
import { DeviceError } from "#devices/device.ts";
import { decodeHdlc, decodeWrapper, type HdlcFrame, WRAPPER_HEADER_BYTES } from "#devices/dlms.ts";

/** No meter pushes as much at once. */
export const MESSAGE_BYTES_MAX = 16_384;
const FLAG = 0x7e;
/** The type of frame, and what is its length in the two bytes behind a flag. */
const TYPE_MASK = 0xf0;
const TYPE = 0xa0;
/** Logical link control before the first segment: to the client, to the server. */
const LINK_CONTROL = [
  [0xe6, 0xe7, 0x00],
  [0xe6, 0xe6, 0x00],
] as const;
const LINK_BYTES = 3;

function hasLink(information: Uint8Array): boolean {
  return LINK_CONTROL.some((link) => link.every((byte, i) => information[i] === byte));
}

/** What a message may begin with: answers, notifications, ciphered ones. */
const BEGINNINGS: ReadonlySet<number> = new Set([0x0f, 0xc4, 0xc2, 0xdb, 0xdc, 0xcc, 0xca, 0x61]);

type Cut = readonly (Uint8Array | DeviceError)[];

class HdlcReader {
  #held: Uint8Array = new Uint8Array(0);
  #segments: Uint8Array[] = [];
  /** Whether there was a frame yet: before it, it may be another kind of stream. */
  #isKnown = false;
  /** Whether the bytes since the last frame were told to be none. */
  #isLost = false;
  /** Whether a message may have lost its beginning. */
  #isTorn = false;

  push(chunk: Uint8Array): Cut {
    const cut: (Uint8Array | DeviceError)[] = [];
    let rest = concat(this.#held, chunk);
    for (;;) {
      const start = rest.indexOf(FLAG);
      if (start !== 0 && rest.length > 0 && this.#isKnown) {
        this.#lose(cut, malformed("bytes between the frames of HDLC"));
      }
      rest = start === -1 ? new Uint8Array(0) : rest.subarray(start);
      if (rest.length < 3) break;
      // A flag may end one frame and begin the next, and may stand twice.
      if ((rest[1]! & TYPE_MASK) !== TYPE) {
        if (rest[1] !== FLAG && this.#isKnown) this.#lose(cut, malformed("an HDLC frame of another type"));
        rest = rest.subarray(1);
        continue;
      }
      const length = (((rest[1]! & 0x07) << 8) | rest[2]!) + 2;
      if (rest.length < length) break;
      const frame = this.#frameIn(cut, rest.subarray(0, length));
      if (frame !== undefined) this.#take(cut, frame);
      // Its last flag may be the next one's first.
      rest = rest.subarray(frame === undefined ? 1 : length - 1);
    }
    this.#held = rest.slice();
    return cut;
  }

  #frameIn(cut: (Uint8Array | DeviceError)[], bytes: Uint8Array): HdlcFrame | undefined {
    try {
      return decodeHdlc(bytes);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      this.#lose(cut, error);
      return undefined;
    }
  }

  #take(cut: (Uint8Array | DeviceError)[], { information, isSegmented }: HdlcFrame): void {
    this.#isKnown = true;
    this.#isLost = false;
    if (information.length === 0) return;
    // What may be the rest of a message whose beginning was broken is none.
    const isRest = this.#isTorn && this.#segments.length === 0 && !hasLink(information);
    this.#isTorn = isRest && isSegmented;
    if (isRest) return;
    this.#segments.push(information);
    const size = this.#segments.reduce((sum, { length }) => sum + length, 0);
    if (size > MESSAGE_BYTES_MAX) {
      this.#segments = [];
      cut.push(malformed(`more than ${MESSAGE_BYTES_MAX} bytes and no last segment`));
    } else if (!isSegmented) {
      const whole = concat(...this.#segments);
      this.#segments = [];
      cut.push(hasLink(whole) ? whole.subarray(LINK_BYTES) : whole);
    }
  }

  /** A broken frame takes the segments before it along. */
  #lose(cut: (Uint8Array | DeviceError)[], error: DeviceError): void {
    this.#segments = [];
    this.#isTorn = true;
    if (!this.#isLost) cut.push(error);
    this.#isLost = true;
  }
}

class WrapperReader {
  #held: Uint8Array = new Uint8Array(0);
  #isLost = false;

  push(chunk: Uint8Array): Cut {
    const cut: (Uint8Array | DeviceError)[] = [];
    let rest = concat(this.#held, chunk);
    for (;;) {
      const start = beginningIn(rest);
      if (start > 0 && !this.#isLost) {
        cut.push(malformed("bytes between the messages"));
        this.#isLost = true;
      }
      rest = rest.subarray(start);
      const message = rest.length < WRAPPER_HEADER_BYTES ? undefined : decodeWrapper(rest);
      if (message === undefined) break;
      this.#isLost = false;
      cut.push(message.apdu);
      rest = rest.subarray(WRAPPER_HEADER_BYTES + message.apdu.length);
    }
    this.#held = rest.slice();
    return cut;
  }
}

/** Where a wrapper may begin; the end of the bytes where it does not. */
function beginningIn(bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at++) {
    const [version = 0, second = 1] = bytes.subarray(at, at + 2);
    if (version !== 0 || second !== 1) continue;
    const [high = 0, low = 1, first] = bytes.subarray(at + 6, at + 9);
    const length = (high << 8) | low;
    const isPossible = length > 0 && length <= MESSAGE_BYTES_MAX;
    if (isPossible && (first === undefined || BEGINNINGS.has(first))) return at;
  }
  return bytes.length;
}

/** The messages of one connection. */
export class MessageReader {
  #readers: readonly (HdlcReader | WrapperReader)[] = [new HdlcReader(), new WrapperReader()];

  /** What is whole now, in order, and what was none. */
  push(chunk: Uint8Array): Cut {
    const cuts = this.#readers.map((reader) => reader.push(chunk));
    if (cuts.length === 1) return cuts[0]!;
    const known = cuts.findIndex((cut) => cut.some((one) => one instanceof Uint8Array));
    if (known === -1) return cuts[0]!;
    this.#readers = [this.#readers[known]!];
    return cuts[known]!;
  }
}

function malformed(why: string): DeviceError {
  return new DeviceError("malformed", `DLMS: ${why}`);
}
