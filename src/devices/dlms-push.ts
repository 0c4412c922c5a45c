/**
 * What a meter pushes by DLMS/COSEM, as quantities by OBIS code: data notifications, plain or under security suite 0
 * (general-glo-ciphering; Green Book 9.2.7.2.4). A pushed value is a list in which an OBIS name of six bytes stands
 * before its value, with or without a scaler and a unit behind it, at any depth; or a list of what is captured
 * followed by the values in that order.
 *
 * A ciphered message is believed once: its counter must rise. Left out: suites 1 and 2, compression, general block
 * transfer, lists whose meaning is only in the maker's manual.
 */
import { DeviceError } from "#devices/device.ts";
import { type CosemValue, decipher, decodeNotification, decrypt } from "#devices/dlms.ts";
import { MessageReader } from "#devices/dlms-stream.ts";
import type { Pushed, PushReader } from "#devices/pushed-device.ts";

export interface DlmsKeys {
  /** 16 bytes: the global unicast encryption key. */
  readonly encryptionKey: Uint8Array;
  /** 16 bytes; without it only what is not authenticated can be read. */
  readonly authenticationKey: Uint8Array | undefined;
}

export const CIPHERED = 0xdb;
const NOTIFICATION = 0x0f;
export const TITLE_BYTES = 8;
const CONTROL = { authenticated: 0x10, encrypted: 0x20, compressed: 0x80, suite: 0x0f } as const;

export class DlmsReader implements PushReader {
  readonly #messages = new MessageReader();
  readonly #keys: DlmsKeys | undefined;
  readonly #counters: Map<string, number>;

  /** `counters` by system title: the last one of each sender, kept by the caller over connections. */
  constructor(keys: DlmsKeys | undefined, counters: Map<string, number>) {
    this.#keys = keys;
    this.#counters = counters;
  }

  push(chunk: Uint8Array): readonly (Pushed | DeviceError)[] {
    return this.#messages.push(chunk).flatMap((message): (Pushed | DeviceError)[] => {
      if (message instanceof DeviceError) return [message];
      try {
        return [readPush(message, this.#keys, this.#counters)];
      } catch (error) {
        if (error instanceof DeviceError) return [error];
        throw error;
      }
    });
  }
}

/**
 * One message. Throws `DeviceError`: "refused" where it is ciphered and the keys are missing or others, "malformed"
 * where it is no notification, was said before, or is under another suite.
 */
export function readPush(
  message: Uint8Array,
  keys: DlmsKeys | undefined,
  counters: Map<string, number>,
): Pushed {
  const plain = message[0] === CIPHERED ? opened(message, keys, counters) : message;
  if (plain[0] !== NOTIFICATION) {
    throw malformed(`a message that is no notification (it begins with ${plain[0] ?? "nothing"})`);
  }
  const { dateTime, value } = decodeNotification(plain);
  const quantities = new Map<string, number>();
  const texts = new Map<string, string>();
  const times = new Map<string, Uint8Array>();
  gather(captured(value), { quantities, texts, times });
  const time = timeOf(dateTime.length > 0 ? dateTime : (times.get("0-0:1.0.0") ?? dateTime));
  return {
    model: MODEL_CODES.map((code) => texts.get(code)).find((text) => text !== undefined),
    quantityAt: (code) => quantities.get(code),
    time,
  };
}

/** Type, then device name: what meters of several countries call themselves by. */
const MODEL_CODES = ["0-0:96.1.7", "0-0:96.1.1", "1-1:96.1.1", "0-0:96.1.0", "0-0:42.0.0"];

/** Of a ciphered message that begins here, in bytes; `undefined` while it does not say. */
export function cipheredLength(bytes: Uint8Array): number | undefined {
  const at = 2 + TITLE_BYTES;
  const first = bytes[at];
  const sizes = first === 0x81 ? 1 : first === 0x82 ? 2 : 0;
  if (first === undefined || bytes.length <= at + sizes) return undefined;
  const length = sizes === 0 ? first : sizes === 1 ? bytes[at + 1]! : (bytes[at + 1]! << 8) | bytes[at + 2]!;
  return at + 1 + sizes + length;
}

/** What a ciphered message holds. Throws as `readPush`. */
export function opened(
  message: Uint8Array,
  keys: DlmsKeys | undefined,
  counters: Map<string, number>,
): Uint8Array {
  if (keys === undefined) {
    throw new DeviceError("refused", "DLMS: the meter ciphers what it says, and there are no keys (keyFile)");
  }
  const bodyAt = 2 + TITLE_BYTES;
  if (message[1] !== TITLE_BYTES || message.length < bodyAt + 6)
    throw malformed("a ciphered message without a sender");
  const systemTitle = message.subarray(2, bodyAt);
  const [length, at] = lengthAt(message, bodyAt);
  if (at + length !== message.length || length < 5) throw malformed("a ciphered message of another length");
  const control = message[at]!;
  if ((control & CONTROL.suite) !== 0)
    throw malformed(`a message under security suite ${control & CONTROL.suite}`);
  if ((control & CONTROL.compressed) !== 0) throw malformed("a compressed message");
  const invocationCounter = new DataView(message.buffer, message.byteOffset + at + 1, 4).getUint32(0);
  const text = message.subarray(at + 5);
  const sender = Buffer.from(systemTitle).toString("hex");
  const plain = plainOf(text, control, keys, { systemTitle, invocationCounter });
  const last = counters.get(sender);
  if (last !== undefined && invocationCounter <= last) {
    throw malformed(`a message that was said before (number ${invocationCounter}, after ${last})`);
  }
  counters.set(sender, invocationCounter);
  return plain;
}

function plainOf(
  text: Uint8Array,
  control: number,
  { encryptionKey, authenticationKey }: DlmsKeys,
  sender: { readonly systemTitle: Uint8Array; readonly invocationCounter: number },
): Uint8Array {
  if ((control & CONTROL.encrypted) === 0)
    throw malformed("a message that is not encrypted among ciphered ones");
  const isAuthenticated = (control & CONTROL.authenticated) !== 0;
  if (isAuthenticated && authenticationKey !== undefined) {
    return decipher(text, { encryptionKey, authenticationKey, ...sender });
  }
  if (isAuthenticated) {
    throw new DeviceError("refused", "DLMS: the meter authenticates, and keyFile has no second key");
  }
  // Who has a key to check by does not take what nobody vouches for.
  if (authenticationKey !== undefined) {
    throw new DeviceError("refused", "DLMS: the meter does not authenticate, and keyFile has a key to do so");
  }
  return decrypt(text, { encryptionKey, ...sender });
}

/** A length as BER has it, and where what it measures begins. */
function lengthAt(bytes: Uint8Array, at: number): readonly [length: number, begins: number] {
  const first = bytes[at]!;
  if (first < 0x80) return [first, at + 1];
  if (first === 0x81) return [bytes[at + 1]!, at + 2];
  if (first === 0x82) return [(bytes[at + 1]! << 8) | bytes[at + 2]!, at + 3];
  throw malformed("a ciphered message of another length");
}

/** With the list of what is captured the values get their names; without it they are taken as they stand. */
function captured(value: CosemValue): CosemValue {
  if (!isList(value)) return value;
  const [objects, ...values] = value;
  if (!isList(objects) || objects.length !== values.length + 1) return value;
  const names = objects.map((object) =>
    isList(object) && object.length >= 3 && typeof object[0] === "number" && isName(object[1])
      ? object[1]
      : undefined,
  );
  if (names.some((name) => name === undefined)) return value;
  return values.map((one, i) => [names[i + 1]!, one]);
}

interface Gathered {
  readonly quantities: Map<string, number>;
  readonly texts: Map<string, string>;
  readonly times: Map<string, Uint8Array>;
}

function gather(value: CosemValue, gathered: Gathered): void {
  if (!isList(value)) return;
  for (const [i, item] of value.entries()) {
    if (isList(item)) gather(item, gathered);
    if (!isName(item) || i + 1 >= value.length) continue;
    const code = codeOf(item);
    const said = value[i + 1]!;
    if (typeof said === "number" || typeof said === "bigint") {
      const scaled = inBaseUnit(Number(said), value[i + 2]);
      if (Number.isFinite(scaled)) gathered.quantities.set(code, scaled);
    } else if (typeof said === "string") gathered.texts.set(code, said.trim());
    else if (said instanceof Uint8Array && said.length === TIME_BYTES) gathered.times.set(code, said);
    else if (said instanceof Uint8Array && isText(said)) {
      gathered.texts.set(code, Buffer.from(said).toString("latin1").trim());
    }
  }
}

function isList(value: CosemValue | undefined): value is readonly CosemValue[] {
  return Array.isArray(value);
}

function isName(value: CosemValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 6;
}

function isText(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

/** 1.0.1.8.0.255 as templates write it, the last byte left out. */
function codeOf([a, b, c, d, e]: Uint8Array): string {
  return `${a}-${b}:${c}.${d}.${e}`;
}

/** Times ten to the power of the scaler that stands behind a value; units of meters have no prefixes. */
function inBaseUnit(value: number, scale: CosemValue | undefined): number {
  if (!isList(scale) || scale.length !== 2) return value;
  const [power, unit] = scale;
  if (typeof power !== "number" || typeof unit !== "number" || Math.abs(power) > 12) return value;
  return power < 0 ? value / 10 ** -power : value * 10 ** power;
}

const TIME_BYTES = 12;
const UNSAID = -0x8000;

/** Local time and how many minutes it takes to UTC; `undefined` where the meter does not say the latter. */
function timeOf(bytes: Uint8Array): number | undefined {
  if (bytes.length !== TIME_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, TIME_BYTES);
  const [year, month, day] = [view.getUint16(0), bytes[2]!, bytes[3]!];
  const [hour, minute, second] = [bytes[5]!, bytes[6]!, bytes[7]!];
  const toUtcMin = view.getInt16(9);
  const isTime = year < 2_200 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24;
  if (!isTime || minute > 59 || second > 59 || toUtcMin === UNSAID || Math.abs(toUtcMin) > 720)
    return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1_000 + 60 * toUtcMin;
}

function malformed(why: string): DeviceError {
  return new DeviceError("malformed", `DLMS: ${why}`);
}
