/**
 * DLMS/COSEM as far as reading a meter goes: HDLC frames (IEC 62056-46; the checks of ISO/IEC 13239, CRC-16/X.25),
 * the wrapper for TCP (IEC 62056-47), association without security (AARQ, AARE), GET of one attribute, values by
 * A-XDR (IEC 62056-6-2), and messages under security suite 0 (AES-128-GCM, Green Book 9.2.7). Pushed messages are read
 * by `dlms-push`; nothing asks a meter yet.
 *
 * Left out: block transfer, association with a password or signature, suites 1 and 2, writing.
 */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { concat } from "#base/bytes.ts";
import { DeviceError } from "#devices/device.ts";

const FCS_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let fcs = byte;
  for (let bit = 0; bit < 8; bit++) fcs = fcs & 1 ? (fcs >>> 1) ^ 0x8408 : fcs >>> 1;
  return fcs;
});

/** CRC-16/X.25, in the order of transmission: low byte first. */
export function frameCheck(bytes: Uint8Array): Uint8Array {
  let fcs = 0xffff;
  for (const byte of bytes) fcs = (fcs >>> 8) ^ FCS_TABLE[(fcs ^ byte) & 0xff]!;
  fcs ^= 0xffff;
  return Uint8Array.of(fcs & 0xff, fcs >>> 8);
}

/** Of a client one number, of a server a logical and perhaps a physical one. */
export interface HdlcAddress {
  readonly logical: number;
  readonly physical?: number;
}

const ADDRESS_MAX = 0x3fff;

/** Each byte carries seven bits; the last one is odd. One, two or four bytes. */
export function encodeAddress({ logical, physical }: HdlcAddress): Uint8Array {
  const parts = physical === undefined ? [logical] : [logical, physical];
  if (parts.some((part) => !Number.isInteger(part) || part < 0 || part > ADDRESS_MAX)) {
    throw malformed(`no HDLC address: ${parts.join(".")}`);
  }
  const isLong = parts.some((part) => part > 0x7f);
  const bytes = parts.flatMap((part) => (isLong ? [(part >>> 7) << 1, (part & 0x7f) << 1] : [part << 1]));
  bytes[bytes.length - 1]! |= 1;
  return Uint8Array.from(bytes);
}

function decodeAddress(bytes: Uint8Array): HdlcAddress {
  const parts = [...bytes].map((byte) => byte >>> 1);
  if (parts.length === 1) return { logical: parts[0]! };
  if (parts.length === 2) return { logical: parts[0]!, physical: parts[1]! };
  return { logical: (parts[0]! << 7) | parts[1]!, physical: (parts[2]! << 7) | parts[3]! };
}

export interface HdlcFrame {
  readonly destination: HdlcAddress;
  readonly source: HdlcAddress;
  /** SNRM 0x93, UA 0x73, DISC 0x53, information frames with an even byte. */
  readonly control: number;
  readonly isSegmented: boolean;
  readonly information: Uint8Array;
}

const FLAG = 0x7e;
/** Frame type 3. */
const FORMAT = 0xa000;
const SEGMENTED = 0x0800;

export function encodeHdlc({
  destination,
  source,
  control,
  isSegmented,
  information,
}: HdlcFrame): Uint8Array {
  const addresses = concat(encodeAddress(destination), encodeAddress(source), Uint8Array.of(control));
  const length = 2 + addresses.length + 2 + (information.length > 0 ? information.length + 2 : 0);
  if (length > 0x7ff) throw malformed(`an HDLC frame of ${length} bytes`);
  const format = FORMAT | (isSegmented ? SEGMENTED : 0) | length;
  const header = concat(Uint8Array.of(format >>> 8, format & 0xff), addresses);
  const checked = concat(header, frameCheck(header));
  const body = information.length === 0 ? checked : concat(checked, information);
  const end = information.length === 0 ? new Uint8Array(0) : frameCheck(body);
  return concat(Uint8Array.of(FLAG), body, end, Uint8Array.of(FLAG));
}

/** Reads one frame with its flags. Throws `DeviceError` "malformed": flags, format, length, addresses, checks. */
export function decodeHdlc(frame: Uint8Array): HdlcFrame {
  if (frame.length < 9 || frame[0] !== FLAG || frame.at(-1) !== FLAG) throw malformed("no HDLC frame");
  const inside = frame.subarray(1, -1);
  const format = (inside[0]! << 8) | inside[1]!;
  if ((format & 0xf000) !== FORMAT) throw malformed("an HDLC frame of another type");
  if ((format & 0x7ff) !== inside.length) throw malformed("an HDLC frame of another length");
  const destination = addressAt(inside, 2);
  const source = addressAt(inside, 2 + destination.length);
  const controlAt = 2 + destination.length + source.length;
  const headerEnd = controlAt + 1;
  if (headerEnd + 2 > inside.length) throw malformed("an HDLC frame that ends in its header");
  checkFcs(inside, headerEnd);
  const hasInformation = inside.length > headerEnd + 2;
  if (hasInformation) {
    if (inside.length < headerEnd + 5) throw malformed("an HDLC frame that ends in its check");
    checkFcs(inside, inside.length - 2);
  }
  return {
    destination: decodeAddress(destination),
    source: decodeAddress(source),
    control: inside[controlAt]!,
    isSegmented: (format & SEGMENTED) !== 0,
    information: hasInformation ? inside.slice(headerEnd + 2, -2) : new Uint8Array(0),
  };
}

function addressAt(bytes: Uint8Array, at: number): Uint8Array {
  for (const length of [1, 2, 4]) {
    if (at + length > bytes.length) break;
    if ((bytes[at + length - 1]! & 1) === 0) continue;
    const address = bytes.subarray(at, at + length);
    if (address.subarray(0, -1).every((byte) => (byte & 1) === 0)) return address;
  }
  throw malformed("an HDLC frame without addresses");
}

function checkFcs(bytes: Uint8Array, at: number): void {
  const [low, high] = frameCheck(bytes.subarray(0, at));
  if (bytes[at] !== low || bytes[at + 1] !== high) throw malformed("an HDLC frame with a wrong check");
}

export interface WrapperMessage {
  readonly source: number;
  readonly destination: number;
  readonly apdu: Uint8Array;
}

export const WRAPPER_HEADER_BYTES = 8;

export function encodeWrapper({ source, destination, apdu }: WrapperMessage): Uint8Array {
  const header = new DataView(new ArrayBuffer(WRAPPER_HEADER_BYTES));
  for (const [i, word] of [1, source, destination, apdu.length].entries()) header.setUint16(2 * i, word);
  return concat(new Uint8Array(header.buffer), apdu);
}

/** The first message of a stream; `undefined` while it is not whole. Throws "malformed" for another version. */
export function decodeWrapper(bytes: Uint8Array): WrapperMessage | undefined {
  if (bytes.length < WRAPPER_HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 1) throw malformed("no DLMS wrapper");
  const length = view.getUint16(6);
  if (bytes.length < WRAPPER_HEADER_BYTES + length) return undefined;
  const apdu = bytes.slice(WRAPPER_HEADER_BYTES, WRAPPER_HEADER_BYTES + length);
  return { source: view.getUint16(2), destination: view.getUint16(4), apdu };
}

/** The logical names of suite 0 without ciphering; conformance and the lowest version are those of every client. */
const APPLICATION_CONTEXT = Uint8Array.of(0xa1, 9, 6, 7, 0x60, 0x85, 0x74, 5, 8, 1, 1);

/** The association of a client without a password. */
export function encodeAssociation(maxPdu = 0xffff): Uint8Array {
  const initiate = Uint8Array.of(1, 0, 0, 0, 6, 0x5f, 0x1f, 4, 0, 0, 0x1e, 0x1d, maxPdu >>> 8, maxPdu & 0xff);
  const user = concat(Uint8Array.of(0xbe, initiate.length + 2, 4, initiate.length), initiate);
  return concat(Uint8Array.of(0x60, APPLICATION_CONTEXT.length + user.length), APPLICATION_CONTEXT, user);
}

/** Throws `DeviceError` "refused" unless the meter accepts, "malformed" where it is no answer to an association. */
export function checkAssociated(aare: Uint8Array): void {
  if (aare[0] !== 0x61) throw malformed("no answer to an association");
  // association-result [2], an integer of one byte: 0 accepts.
  for (let at = 2; at + 4 < aare.length; at += 2 + aare[at + 1]!) {
    if (aare[at] !== 0xa2) continue;
    if (aare[at + 4] === 0) return;
    throw new DeviceError("refused", `DLMS: the meter refuses the association (${aare[at + 4]})`);
  }
  throw malformed("no result of an association");
}

export interface Attribute {
  readonly class: number;
  /** "1.0.1.8.0.255". */
  readonly object: string;
  readonly attribute: number;
}

/** Priority high, service confirmed, invocation 1. */
const INVOKE = 0xc1;

export function encodeGet({ class: id, object, attribute }: Attribute, invoke = INVOKE): Uint8Array {
  const name = object.split(".").map(Number);
  if (name.length !== 6 || name.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) {
    throw malformed(`no logical name: ${object}`);
  }
  return Uint8Array.of(0xc0, 1, invoke, id >>> 8, id & 0xff, ...name, attribute, 0);
}

export type CosemValue = number | bigint | string | boolean | null | Uint8Array | readonly CosemValue[];

/** The value of a GET's answer. Throws "no_such_point" or "refused" as the meter says, and "malformed". */
export function decodeGetAnswer(apdu: Uint8Array): CosemValue {
  if (apdu[0] !== 0xc4 || apdu[1] !== 1 || apdu.length < 5) throw malformed("no answer to a GET");
  if (apdu[3] === 1) {
    const code = apdu[4]!;
    throw new DeviceError(
      code === 4 || code === 11 ? "no_such_point" : "refused",
      `DLMS: data access result ${code}`,
    );
  }
  if (apdu[3] !== 0) throw malformed("no answer to a GET");
  return wholeValue(apdu, 4);
}

/** What a meter pushes: data-notification (15), its date and time as it stands, then one value. */
export function decodeNotification(apdu: Uint8Array): {
  readonly dateTime: Uint8Array;
  readonly value: CosemValue;
} {
  if (apdu[0] !== 0x0f || apdu.length < 7) throw malformed("no data notification");
  // Some meters put the type of an octet string before its length.
  const at = apdu[5] === 9 && apdu[6] === 12 ? 6 : 5;
  const length = apdu[at]!;
  if (length !== 0 && length !== 12) throw malformed("a data notification with another time");
  return { dateTime: apdu.slice(at + 1, at + 1 + length), value: wholeValue(apdu, at + 1 + length) };
}

function wholeValue(bytes: Uint8Array, from: number): CosemValue {
  const cursor = { at: from, depth: 0 };
  const value = valueAt(bytes, cursor);
  if (cursor.at !== bytes.length) throw malformed("bytes behind the value");
  return value;
}

const DEPTH_MAX = 16;

function valueAt(bytes: Uint8Array, cursor: { at: number; depth: number }): CosemValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const take = (length: number) => {
    if (cursor.at + length > bytes.length) throw malformed("a value that ends early");
    cursor.at += length;
    return cursor.at - length;
  };
  const tag = bytes[take(1)]!;
  switch (tag) {
    case 0:
      return null;
    case 1:
    case 2: {
      const count = lengthAt(bytes, take);
      if (++cursor.depth > DEPTH_MAX) throw malformed("a value within a value within a value");
      if (count > bytes.length - cursor.at) throw malformed("more items than bytes");
      const items = Array.from({ length: count }, () => valueAt(bytes, cursor));
      cursor.depth -= 1;
      return items;
    }
    case 3:
      return bytes[take(1)]! !== 0;
    case 5:
      return view.getInt32(take(4));
    case 6:
      return view.getUint32(take(4));
    case 9: {
      const length = lengthAt(bytes, take);
      return bytes.slice(take(length), cursor.at);
    }
    case 10:
    case 12: {
      const length = lengthAt(bytes, take);
      return Buffer.from(bytes.slice(take(length), cursor.at)).toString(tag === 10 ? "latin1" : "utf8");
    }
    case 15:
      return view.getInt8(take(1));
    case 16:
      return view.getInt16(take(2));
    case 17:
    case 22:
      return view.getUint8(take(1));
    case 18:
      return view.getUint16(take(2));
    case 20:
      return view.getBigInt64(take(8));
    case 21:
      return view.getBigUint64(take(8));
    case 23:
      return view.getFloat32(take(4));
    case 24:
      return view.getFloat64(take(8));
    case 25:
      return bytes.slice(take(12), cursor.at);
    default:
      throw malformed(`a value of type ${tag}`);
  }
}

function lengthAt(bytes: Uint8Array, take: (length: number) => number): number {
  const first = bytes[take(1)]!;
  if (first < 0x80) return first;
  if (first === 0x81) return bytes[take(1)]!;
  if (first !== 0x82) throw malformed("a length of more than two bytes");
  const at = take(2);
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

export interface Security {
  /** 16 bytes each. */
  readonly encryptionKey: Uint8Array;
  readonly authenticationKey: Uint8Array;
  /** 8 bytes, of whoever sent the message. */
  readonly systemTitle: Uint8Array;
  readonly invocationCounter: number;
}

/** Authenticated and encrypted, suite 0. */
const SECURITY_CONTROL = 0x30;
const TAG_BYTES = 12;

/** The ciphered text and its tag of 12 bytes. */
export function encipher(plain: Uint8Array, security: Security): Uint8Array {
  const cipher = createCipheriv("aes-128-gcm", security.encryptionKey, nonceOf(security), {
    authTagLength: TAG_BYTES,
  });
  cipher.setAAD(concat(Uint8Array.of(SECURITY_CONTROL), security.authenticationKey));
  return concat(cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

/** Throws `DeviceError` "malformed" where there is no tag, "refused" where it is not that of these keys. */
export function decipher(text: Uint8Array, security: Security): Uint8Array {
  if (text.length < TAG_BYTES) throw malformed("a ciphered message without a tag");
  const decipherer = createDecipheriv("aes-128-gcm", security.encryptionKey, nonceOf(security), {
    authTagLength: TAG_BYTES,
  });
  decipherer.setAAD(concat(Uint8Array.of(SECURITY_CONTROL), security.authenticationKey));
  decipherer.setAuthTag(text.subarray(-TAG_BYTES));
  try {
    return concat(decipherer.update(text.subarray(0, -TAG_BYTES)), decipherer.final());
  } catch (cause) {
    throw new DeviceError("refused", "DLMS: a message under other keys", { cause });
  }
}

/** Encrypted and not authenticated: what comes out may be anything. */
export function decrypt(text: Uint8Array, security: Omit<Security, "authenticationKey">): Uint8Array {
  return concat(createDecipheriv("aes-128-gcm", security.encryptionKey, nonceOf(security)).update(text));
}

function nonceOf({ systemTitle, invocationCounter }: Omit<Security, "authenticationKey">): Uint8Array {
  const counter = new DataView(new ArrayBuffer(4));
  counter.setUint32(0, invocationCounter);
  return concat(systemTitle, new Uint8Array(counter.buffer));
}

function malformed(why: string): DeviceError {
  return new DeviceError("malformed", `DLMS: ${why}`);
}
