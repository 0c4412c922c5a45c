/** Numbers in plain Modbus registers: the type, and in which order words and bytes stand. */
import { DeviceError } from "#devices/device.ts";
import type { RegisterType } from "#devices/template.ts";

export interface RegisterForm {
  readonly type: RegisterType;
  /** "little": the word of the lowest value comes first. */
  readonly wordOrder?: "big" | "little";
  /** Within a word; "big" on every device that keeps to the protocol. */
  readonly byteOrder?: "big" | "little";
}

export function wordsOf(type: RegisterType): number {
  return Number(/\d+$/.exec(type)![0]) / 16;
}

/** 64-bit numbers beyond 2^53 come rounded. */
export function readRegisters(words: Uint8Array, form: RegisterForm): number {
  const view = new DataView(ordered(words, form).buffer);
  switch (form.type) {
    case "int16":
      return view.getInt16(0);
    case "uint16":
      return view.getUint16(0);
    case "int32":
      return view.getInt32(0);
    case "uint32":
      return view.getUint32(0);
    case "int64":
      return Number(view.getBigInt64(0));
    case "uint64":
      return Number(view.getBigUint64(0));
    case "float32":
      return view.getFloat32(0);
    case "float64":
      return view.getFloat64(0);
  }
}

/** Rounded to the nearest whole number unless the type has a point. Throws `DeviceError` "out_of_range". */
export function writeRegisters(value: number, form: RegisterForm): Uint8Array {
  const words = new Uint8Array(2 * wordsOf(form.type));
  const view = new DataView(words.buffer);
  if (form.type === "float32") view.setFloat32(0, value);
  else if (form.type === "float64") view.setFloat64(0, value);
  else {
    const bits = 8 * words.length;
    const whole = Math.round(value);
    const raw = Number.isSafeInteger(whole) ? BigInt(whole) : undefined;
    const fits =
      raw !== undefined && (form.type.startsWith("u") ? BigInt.asUintN(bits, raw) : BigInt.asIntN(bits, raw));
    if (raw === undefined || fits !== raw) {
      throw new DeviceError("out_of_range", `${value} does not fit ${form.type}`);
    }
    if (bits === 16) view.setUint16(0, Number(BigInt.asUintN(16, raw)));
    else if (bits === 32) view.setUint32(0, Number(BigInt.asUintN(32, raw)));
    else view.setBigUint64(0, BigInt.asUintN(64, raw));
  }
  return ordered(words, form);
}

/** The same registers in the other order; its own inverse. */
function ordered(
  words: Uint8Array,
  { wordOrder = "big", byteOrder = "big" }: RegisterForm,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(words);
  if (wordOrder === "little") {
    for (let at = 0; at < bytes.length; at += 2) {
      bytes[at] = words[words.length - 2 - at]!;
      bytes[at + 1] = words[words.length - 1 - at]!;
    }
  }
  if (byteOrder === "little") {
    for (let at = 0; at < bytes.length; at += 2) bytes.subarray(at, at + 2).reverse();
  }
  return bytes;
}
