/**
 * Single values of SunSpec points in their 16-bit registers, big-endian, high register first. Each type has a
 * pattern that says "not implemented" (SunSpec Device Information Model Specification 1.1, section 4.2): it is read
 * as `undefined` and written for it. Numbers are raw here; scale factors are `sunspec-codec.ts`'s.
 *
 * An accumulator of 0 is "not implemented" too, as the specification has it. Of 64-bit numbers those beyond
 * 2^53 − 1 are read as not implemented: no home counts so far.
 */
import { fromHex, fromUtf8, toHex, utf8 } from "#base/bytes.ts";
import { DeviceError } from "#devices/device.ts";
import type { PointDefinition, SunSpecType } from "#devices/sunspec-definition.ts";

interface NumberForm {
  readonly bits: 16 | 32 | 64;
  readonly signed: boolean;
  readonly absent: bigint;
}

const unsigned = (bits: NumberForm["bits"]): NumberForm => ({
  bits,
  signed: false,
  absent: (1n << BigInt(bits)) - 1n,
});
const signed = (bits: NumberForm["bits"]): NumberForm => ({
  bits,
  signed: true,
  absent: -(1n << BigInt(bits - 1)),
});
const accumulator = (bits: NumberForm["bits"]): NumberForm => ({ bits, signed: false, absent: 0n });

const NUMBERS: { readonly [type in SunSpecType]?: NumberForm } = {
  int16: signed(16),
  uint16: unsigned(16),
  acc16: accumulator(16),
  enum16: unsigned(16),
  bitfield16: unsigned(16),
  raw16: unsigned(16),
  count: unsigned(16),
  sunssf: signed(16),
  pad: signed(16),
  int32: signed(32),
  uint32: unsigned(32),
  acc32: accumulator(32),
  enum32: unsigned(32),
  bitfield32: unsigned(32),
  ipaddr: accumulator(32),
  int64: signed(64),
  uint64: unsigned(64),
  acc64: accumulator(64),
  bitfield64: unsigned(64),
};

/** The raw value of a point whose first register begins at byte `at`; `undefined` where it is not implemented. */
export function readPoint(
  point: PointDefinition,
  words: Uint8Array,
  at: number,
): number | string | undefined {
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  const form = NUMBERS[point.type];
  if (form !== undefined) {
    const raw = readNumber(view, at, form);
    return raw === form.absent || !Number.isSafeInteger(Number(raw)) ? undefined : Number(raw);
  }
  if (point.type === "float32" || point.type === "float64") {
    const value = point.type === "float32" ? view.getFloat32(at) : view.getFloat64(at);
    return Number.isNaN(value) ? undefined : value;
  }
  const bytes = words.subarray(at, at + 2 * point.size);
  if (point.type === "string") return readString(bytes);
  return bytes.every((byte) => byte === (point.type === "eui48" ? 0xff : 0)) ? undefined : toHex(bytes);
}

/**
 * Writes a raw value, or "not implemented". Throws `DeviceError` "out_of_range" where the value does not fit its
 * registers: a number beyond them or not whole, a text that is too long.
 */
export function writePoint(
  point: PointDefinition,
  words: Uint8Array,
  at: number,
  value: number | string | undefined,
): void {
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  const form = NUMBERS[point.type];
  if (form !== undefined) {
    writeNumber(view, at, form, value === undefined ? form.absent : wholeNumber(point, form, value));
  } else if (point.type === "float32" || point.type === "float64") {
    const number = value === undefined ? Number.NaN : value;
    if (typeof number !== "number") throw unfit(point, value, "is no number");
    if (point.type === "float32") view.setFloat32(at, number);
    else view.setFloat64(at, number);
  } else {
    words.set(textBytes(point, value), at);
  }
}

function readNumber(view: DataView, at: number, { bits, signed: isSigned }: NumberForm): bigint {
  if (bits === 16) return BigInt(isSigned ? view.getInt16(at) : view.getUint16(at));
  if (bits === 32) return BigInt(isSigned ? view.getInt32(at) : view.getUint32(at));
  return isSigned ? view.getBigInt64(at) : view.getBigUint64(at);
}

function writeNumber(view: DataView, at: number, { bits }: NumberForm, value: bigint): void {
  if (bits === 16) view.setInt16(at, Number(BigInt.asIntN(16, value)));
  else if (bits === 32) view.setInt32(at, Number(BigInt.asIntN(32, value)));
  else view.setBigInt64(at, BigInt.asIntN(64, value));
}

function wholeNumber(point: PointDefinition, form: NumberForm, value: number | string): bigint {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw unfit(point, value, "is no whole number");
  }
  const whole = BigInt(value);
  const fits = form.signed ? BigInt.asIntN(form.bits, whole) : BigInt.asUintN(form.bits, whole);
  if (fits !== whole) throw unfit(point, value, `does not fit ${point.type}`);
  // The pattern of "not implemented" cannot be said; an accumulator that begins is not there yet.
  if (whole === form.absent && whole !== 0n) throw unfit(point, value, 'is how this type says "none"');
  return whole;
}

/** To the first NUL, trailing blanks removed; bytes that are no UTF-8 are read as Latin-1. */
function readString(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  const used = end === -1 ? bytes : bytes.subarray(0, end);
  const text = (fromUtf8(used) ?? String.fromCharCode(...used)).trimEnd();
  return text === "" ? undefined : text;
}

function textBytes(point: PointDefinition, value: number | string | undefined): Uint8Array {
  const bytes = new Uint8Array(2 * point.size);
  if (value === undefined) return point.type === "eui48" ? bytes.fill(0xff) : bytes;
  if (typeof value !== "string") throw unfit(point, value, "is no text");
  const written = point.type === "string" ? utf8(value) : fromHex(value);
  if (written === undefined || written.length > bytes.length) {
    throw unfit(point, value, `does not fit ${bytes.length} bytes`);
  }
  bytes.set(written);
  return bytes;
}

function unfit(point: PointDefinition, value: number | string | undefined, why: string): DeviceError {
  return new DeviceError("out_of_range", `${point.name}: ${JSON.stringify(value)} ${why}`);
}
