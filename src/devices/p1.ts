/**
 * Telegrams of the customer port P1 of smart meters: DSMR 2.2 to 5.0.2 (Netbeheer Nederland), the Belgian e-MUCS 1.7
 * and the Swedish kind that counts in Wh. A telegram is lines of an OBIS code and values in brackets, from "/" to "!",
 * since DSMR 4 with a CRC-16 (polynomial 0xA001 reflected, start 0) of all from "/" through "!".
 *
 * The meter's clock is local time with the season behind it: S is +02:00, W is +01:00. So the hour that comes twice
 * in autumn is told apart here; whoever drops the letter books it twice.
 */
import { DeviceError } from "#devices/device.ts";
import type { Pushed, PushReader } from "#devices/pushed-device.ts";

export interface Telegram {
  /** Of the meter, without the "/". */
  readonly identification: string;
  /** By OBIS code, as often as it stands: the texts in its brackets. */
  readonly objects: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/** No known meter says as much; whoever sends more sends no telegram. */
export const TELEGRAM_BYTES_MAX = 16_384;
const TIMESTAMP = "0-0:1.0.0";
const VERSIONS = ["1-3:0.2.8", "0-0:96.1.4"];

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** CRC-16/ARC. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return crc;
}

/**
 * Reads one telegram, from its "/" to the end of the line of its "!".
 * Throws `DeviceError` "malformed", in this order: frame, checksum, identification, lines.
 */
export function readTelegram(bytes: Uint8Array): Telegram {
  const text = latin1(bytes);
  const end = text.lastIndexOf("!");
  if (!text.startsWith("/") || end === -1) throw malformed("a telegram goes from / to !");
  const after = text.slice(end + 1).trim();
  const lines = text.slice(1, end).split(/\r?\n/);
  const identification = lines.shift()!;
  const objects = objectsOf(lines);
  checkCrc(bytes, end, after, objects);
  if (!/^[ -~]{4,}$/.test(identification)) throw malformed("no identification of the meter");
  return { identification, objects };
}

function checkCrc(bytes: Uint8Array, end: number, told: string, objects: Telegram["objects"]): void {
  if (told === "") {
    if (!VERSIONS.some((version) => objects.has(version))) return;
    throw malformed("a telegram that names its version has a checksum, and this one has none");
  }
  const crc = crc16(bytes.subarray(0, end + 1))
    .toString(16)
    .toUpperCase()
    .padStart(4, "0");
  if (told === crc) return;
  // What no checksum can be is not shown: it may be anything, also what paints a terminal.
  const said = /^[0-9A-Fa-f]{4}$/.test(told) ? `says ${told}` : "is none";
  throw malformed(`its checksum ${said} and its bytes come to ${crc}`);
}

function objectsOf(lines: readonly string[]): Map<string, (readonly string[])[]> {
  const objects = new Map<string, (readonly string[])[]>();
  // Before DSMR 4 a value may stand on a line of its own, below its code.
  const whole: string[] = [];
  for (const line of lines) {
    if (line.startsWith("(") && whole.length > 0) whole[whole.length - 1] += line;
    else if (line !== "") whole.push(line);
  }
  for (const line of whole) {
    const match = /^(\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})((?:\([^()]*\))+)$/.exec(line);
    if (match === null) throw malformed(`no line of a telegram: ${JSON.stringify(line.slice(0, 60))}`);
    const values = match[2]!.slice(1, -1).split(")(");
    const known = objects.get(match[1]!);
    if (known === undefined) objects.set(match[1]!, [values]);
    else known.push(values);
  }
  return objects;
}

/** Writes a telegram with its checksum, or without one as before DSMR 4. */
export function writeTelegram({ identification, objects }: Telegram, withCrc = true): Uint8Array {
  const lines = [`/${identification}`, ""];
  for (const [code, occurrences] of objects) {
    for (const values of occurrences) lines.push(`${code}(${values.join(")(")})`);
  }
  const body = bytesOf(`${lines.join("\r\n")}\r\n!`);
  const crc = withCrc ? crc16(body).toString(16).toUpperCase().padStart(4, "0") : "";
  const whole = new Uint8Array(body.length + crc.length + 2);
  whole.set(body);
  whole.set(bytesOf(`${crc}\r\n`), body.length);
  return whole;
}

/** Powers of ten to the base unit. */
const UNITS: Readonly<Record<string, readonly [unit: string, thousands: number]>> = {
  kWh: ["Wh", 3],
  kW: ["W", 3],
  kvarh: ["varh", 3],
  kvar: ["var", 3],
  kVA: ["VA", 3],
  Wh: ["Wh", 0],
  W: ["W", 0],
  varh: ["varh", 0],
  var: ["var", 0],
  VA: ["VA", 0],
  V: ["V", 0],
  A: ["A", 0],
  Hz: ["Hz", 0],
  s: ["s", 0],
  m3: ["m3", 0],
  GJ: ["GJ", 0],
};

/**
 * "000004.426*kWh" as 4426 Wh: by its digits, so that whole watt-hours stay whole. `undefined` where it is no
 * number with a unit that is known here.
 */
export function quantityOf(text: string): { readonly value: number; readonly unit: string } | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?\*([A-Za-z0-9]+)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, decimals = "", written] = match as unknown as [
    string,
    string,
    string,
    string?,
    string?,
  ];
  const unit = Object.hasOwn(UNITS, written!) ? UNITS[written!] : undefined;
  if (unit === undefined) return undefined;
  const exponent = unit[1] - decimals.length;
  const digits = Number(whole + decimals);
  const value = exponent < 0 ? digits / 10 ** -exponent : digits * 10 ** exponent;
  return { value: sign === "-" && value !== 0 ? -value : value, unit: unit[0] };
}

/** The quantity of a code that stands once, or first. */
export function quantityAt(telegram: Telegram, code: string): number | undefined {
  const values = telegram.objects.get(code)?.[0];
  // A time may stand before the value: (200509134558S)(02.589*kW).
  const last = values?.at(-1);
  return last === undefined ? undefined : quantityOf(last)?.value;
}

/** When the telegram was made, Unix seconds; `undefined` of meters before DSMR 4, which do not say. */
export function telegramTime(telegram: Telegram): number | undefined {
  const text = telegram.objects.get(TIMESTAMP)?.[0]?.[0];
  return text === undefined ? undefined : timestampOf(text);
}

const SEASONS: Readonly<Record<string, number>> = { S: 2 * 3_600, W: 3_600 };

/** "170102192002W" as Unix seconds; `undefined` where it is no such time. */
export function timestampOf(text: string): number | undefined {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([SW])$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  const read = new Date(local);
  const isDate = read.getUTCMonth() === month - 1 && read.getUTCDate() === day && hour < 24;
  if (!isDate || minute > 59 || second > 59) return undefined;
  return local / 1_000 - SEASONS[match[7]!]!;
}

/** Unix seconds as a meter of that zone says them. */
export function timestampText(time: number, season: "S" | "W"): string {
  const local = new Date(1_000 * (time + SEASONS[season]!)).toISOString();
  return `${local.slice(2, 19).replaceAll(/[-:T]/g, "")}${season}`;
}

/** Cuts a stream into telegrams. What comes before a "/" belongs to one that began before we listened. */
export class TelegramReader {
  #held: Uint8Array = new Uint8Array(0);

  /** The telegrams that are whole now, as bytes. Throws `DeviceError` "malformed" where one is too long. */
  push(chunk: Uint8Array): Uint8Array[] {
    const joined = new Uint8Array(this.#held.length + chunk.length);
    joined.set(this.#held);
    joined.set(chunk, this.#held.length);
    const telegrams: Uint8Array[] = [];
    let rest = joined;
    for (;;) {
      const start = rest.indexOf(SLASH);
      if (start === -1) {
        this.#held = new Uint8Array(0);
        return telegrams;
      }
      rest = rest.subarray(start);
      const mark = rest.indexOf(EXCLAMATION);
      const end = mark === -1 ? -1 : rest.indexOf(NEWLINE, mark);
      if (end === -1) {
        if (rest.length > TELEGRAM_BYTES_MAX) {
          this.#held = new Uint8Array(0);
          throw malformed(`more than ${TELEGRAM_BYTES_MAX} bytes and no end of a telegram`);
        }
        this.#held = rest.slice();
        return telegrams;
      }
      // A telegram that broke off and another behind it: the newer one counts.
      const again = rest.subarray(0, mark).lastIndexOf(SLASH);
      const newer = again > 0 && rest[again - 1] === NEWLINE ? again : 0;
      telegrams.push(rest.slice(newer, end + 1));
      rest = rest.subarray(end + 1);
    }
  }
}

const SLASH = 0x2f;
const EXCLAMATION = 0x21;
const NEWLINE = 0x0a;

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "latin1"));
}

function malformed(why: string): DeviceError {
  return new DeviceError("malformed", `P1: ${why}`);
}

/** Telegrams of one connection as a device takes them. */
export class P1Reader implements PushReader {
  readonly #telegrams = new TelegramReader();

  push(chunk: Uint8Array): readonly (Pushed | DeviceError)[] {
    return attempted(() => this.#telegrams.push(chunk)).flatMap((whole) =>
      whole instanceof DeviceError
        ? [whole]
        : whole.flatMap((bytes) => attempted(() => pushedOf(readTelegram(bytes)))),
    );
  }
}

function attempted<T>(work: () => T): readonly (T | DeviceError)[] {
  try {
    return [work()];
  } catch (error) {
    if (error instanceof DeviceError) return [error];
    throw error;
  }
}

/** A telegram as a device takes it. */
export function pushedOf(telegram: Telegram): Pushed {
  return {
    model: telegram.identification.trim(),
    quantityAt: (code) => quantityAt(telegram, code),
    time: telegramTime(telegram),
  };
}
