/**
 * What a counter pushes by DLMS/COSEM: a data notification (tag 15) with the meter's local time, and a list of OBIS
 * name, value, scaler and unit, in HDLC frames of at most `FRAME_BYTES` whose segments belong together. With keys it
 * is ciphered under security suite 0 and says its number. Energy in Wh, power in W by direction, volts and amperes in
 * tenths and hundredths.
 */
import { concat, utf8 } from "#base/bytes.ts";
import { civilTime, type UnixSeconds, type Zone } from "#base/time.ts";
import type { PointValues } from "#devices/device.ts";
import { encipher, encodeHdlc } from "#devices/dlms.ts";

export interface MeterKeys {
  /** 16 bytes each. */
  readonly encryptionKey: Uint8Array;
  readonly authenticationKey: Uint8Array;
}

export interface MessageState {
  readonly values: PointValues;
  readonly time: UnixSeconds;
  readonly serial: string;
  /** Rises with every message. */
  readonly number: number;
  readonly keys: MeterKeys | undefined;
}

/** Manufacturer's three letters and a number. */
export const SYSTEM_TITLE = concat(utf8("CTR"), Uint8Array.of(0x10, 0, 0, 0, 1));
const FRAME_BYTES = 128;
const LINK_CONTROL = Uint8Array.of(0xe6, 0xe7, 0x00);
/** The meter's own address, and the client that everybody is. */
const METER = { logical: 1, physical: 17 };
const CLIENT = { logical: 16 };
/** An information frame that wants no answer. */
const UNNUMBERED = 0x13;
const UNIT = { wattHour: 30, watt: 27, volt: 35, ampere: 33, hertz: 44 } as const;

export function messageOf(state: MessageState, zone: Zone): Uint8Array {
  const plain = notificationOf(state, zone);
  return framed(state.keys === undefined ? plain : ciphered(plain, state.keys, state.number));
}

function notificationOf({ values, time, serial, number }: MessageState, zone: Zone): Uint8Array {
  const power = (watts = 0) => [Math.max(0, watts), Math.max(0, -watts)] as const;
  const phases = [
    { v: values.voltageL1V, a: values.currentL1A, p: power(values.powerL1W), n: 0 },
    { v: values.voltageL2V, a: values.currentL2A, p: power(values.powerL2W), n: 20 },
    { v: values.voltageL3V, a: values.currentL3A, p: power(values.powerL3W), n: 40 },
  ];
  const [imported, exported] = power(values.powerW);
  const items = [
    structure(name(0, 0, 42, 0, 0), octets(utf8(serial))),
    quantity(name(1, 0, 1, 7, 0), imported, 0, UNIT.watt),
    quantity(name(1, 0, 2, 7, 0), exported, 0, UNIT.watt),
    quantity(name(1, 0, 1, 8, 0), values.importWh ?? 0, 0, UNIT.wattHour),
    quantity(name(1, 0, 2, 8, 0), values.exportWh ?? 0, 0, UNIT.wattHour),
    ...phases.flatMap(({ v = 0, a = 0, p, n }) => [
      quantity(name(1, 0, 32 + n, 7, 0), v, -1, UNIT.volt),
      quantity(name(1, 0, 31 + n, 7, 0), Math.abs(a), -2, UNIT.ampere),
      quantity(name(1, 0, 21 + n, 7, 0), p[0], 0, UNIT.watt),
      quantity(name(1, 0, 22 + n, 7, 0), p[1], 0, UNIT.watt),
    ]),
    quantity(name(1, 0, 14, 7, 0), values.frequencyHz ?? 50, -2, UNIT.hertz),
  ];
  const stamp = stampOf(time, zone);
  const head = Uint8Array.of(0x0f, 0x40, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);
  return concat(head, Uint8Array.of(stamp.length), stamp, Uint8Array.of(1, items.length), ...items);
}

function name(...parts: readonly number[]): Uint8Array {
  return octets(Uint8Array.of(...parts, 255));
}

function octets(bytes: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(9, bytes.length), bytes);
}

function structure(...items: readonly Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(2, items.length), ...items);
}

/** Whole steps of ten to the power of `scaler`, as a number of four bytes. */
function quantity(obis: Uint8Array, value: number, scaler: number, unit: number): Uint8Array {
  const number = new DataView(new ArrayBuffer(5));
  number.setUint8(0, 6);
  number.setUint32(1, Math.min(0xffff_ffff, Math.max(0, Math.round(value * 10 ** -scaler))));
  const scale = structure(Uint8Array.of(15, scaler & 0xff), Uint8Array.of(22, unit));
  return structure(obis, new Uint8Array(number.buffer), scale);
}

/** Local time, how many minutes it takes to UTC, and whether it is summer's. */
function stampOf(time: UnixSeconds, zone: Zone): Uint8Array {
  const { year, month, day, hour, minute, second, offsetS } = civilTime(zone, time);
  const toUtcMin = -offsetS / 60;
  const view = new DataView(new ArrayBuffer(12));
  view.setUint16(0, year);
  // Which day of the week it is stays unsaid.
  for (const [i, byte] of [month, day, 0xff, hour, minute, second, 0].entries()) view.setUint8(2 + i, byte);
  view.setInt16(9, toUtcMin);
  view.setUint8(11, toUtcMin === -120 ? 0x80 : 0);
  return new Uint8Array(view.buffer);
}

/** Authenticated and encrypted, general-glo-ciphering. */
function ciphered(plain: Uint8Array, keys: MeterKeys, number: number): Uint8Array {
  const text = encipher(plain, { ...keys, systemTitle: SYSTEM_TITLE, invocationCounter: number });
  const body = concat(Uint8Array.of(0x30, number >>> 24, number >>> 16, number >>> 8, number), text);
  const length = Uint8Array.of(0x82, body.length >>> 8, body.length & 0xff);
  return concat(Uint8Array.of(0xdb, SYSTEM_TITLE.length), SYSTEM_TITLE, length, body);
}

function framed(message: Uint8Array): Uint8Array {
  const whole = concat(LINK_CONTROL, message);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += FRAME_BYTES) {
    frames.push(
      encodeHdlc({
        destination: CLIENT,
        source: METER,
        control: UNNUMBERED,
        isSegmented: at + FRAME_BYTES < whole.length,
        information: whole.slice(at, at + FRAME_BYTES),
      }),
    );
  }
  return concat(...frames);
}
