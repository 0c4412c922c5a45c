/**
 * The few forms of Protocol Buffers that CometBFT hashes and signs, written canonically as its Go code does:
 * fields in the order of their numbers, a number, text or byte string that is zero or empty left out, an
 * embedded message written even when it is empty. Nothing is read: what comes from outside comes in other forms.
 *
 * https://protobuf.dev/programming-guides/encoding/
 */
import { concat, utf8 } from "#base/bytes.ts";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

/** A message, field by field. */
export class ProtobufMessage {
  readonly #parts: Uint8Array[] = [];

  /** uint64, uint32, int64, int32 or enum; negative numbers in the ten bytes of their two's complement. */
  varint(field: number, value: number | bigint): this {
    if (BigInt(value) !== 0n) this.#parts.push(varint((field << 3) | VARINT), varint(value));
    return this;
  }

  sfixed64(field: number, value: number | bigint): this {
    if (BigInt(value) === 0n) return this;
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
    this.#parts.push(varint((field << 3) | FIXED64), bytes);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    return value.length === 0 ? this : this.#delimited(field, value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, utf8(value));
  }

  message(field: number, value: ProtobufMessage): this {
    return this.#delimited(field, value.encoded());
  }

  encoded(): Uint8Array {
    return concat(...this.#parts);
  }

  #delimited(field: number, value: Uint8Array): this {
    this.#parts.push(varint((field << 3) | LENGTH_DELIMITED), varint(value.length), value);
    return this;
  }
}

/** A message after its own length. */
export function delimited(message: ProtobufMessage): Uint8Array {
  const bytes = message.encoded();
  return concat(varint(bytes.length), bytes);
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
