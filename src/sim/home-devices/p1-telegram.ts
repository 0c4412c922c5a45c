/**
 * What a counter pushes through its customer port: a telegram of the Dutch Smart Meter Requirements 5.0.2 (P1
 * companion standard), lines of OBIS codes with their values, closed by CRC-16/ARC over everything from "/" to "!".
 * Time is the zone's with S in summer and W in winter, power in kW by direction, energy in kWh by tariff, to the watt
 * and the watt-hour.
 */
import { civilTime, type UnixSeconds, type Zone } from "#base/time.ts";
import type { PointValues } from "#devices/device.ts";

export interface TelegramState {
  readonly values: PointValues;
  /** Import and export by tariff 1 and 2, whole Wh. */
  readonly importWh: readonly [number, number];
  readonly exportWh: readonly [number, number];
  readonly tariff: 1 | 2;
  readonly time: UnixSeconds;
  readonly serial: string;
}

const LINE_END = "\r\n";
/** DSMR 5. */
const VERSION = "50";

export function telegramOf(state: TelegramState, zone: Zone): string {
  const { values, importWh, exportWh, tariff, time, serial } = state;
  const power = (watts = 0) => [kilowatts(Math.max(0, watts)), kilowatts(Math.max(0, -watts))] as const;
  const [imported, exported] = power(values.powerW);
  const phases = [
    { v: values.voltageL1V, a: values.currentL1A, p: power(values.powerL1W), n: 0 },
    { v: values.voltageL2V, a: values.currentL2A, p: power(values.powerL2W), n: 20 },
    { v: values.voltageL3V, a: values.currentL3A, p: power(values.powerL3W), n: 40 },
  ];
  const lines = [
    "/CTR5\\Contrada-simulated-counter",
    "",
    `1-3:0.2.8(${VERSION})`,
    `0-0:1.0.0(${stamp(time, zone)})`,
    `0-0:96.1.1(${Buffer.from(serial).toString("hex").toUpperCase()})`,
    `1-0:1.8.1(${kilowattHours(importWh[0])})`,
    `1-0:1.8.2(${kilowattHours(importWh[1])})`,
    `1-0:2.8.1(${kilowattHours(exportWh[0])})`,
    `1-0:2.8.2(${kilowattHours(exportWh[1])})`,
    `0-0:96.14.0(000${tariff})`,
    `1-0:1.7.0(${imported})`,
    `1-0:2.7.0(${exported})`,
    ...phases.map(({ v = 0, n }) => `1-0:${32 + n}.7.0(${v.toFixed(1).padStart(5, "0")}*V)`),
    ...phases.map(({ a = 0, n }) => `1-0:${31 + n}.7.0(${Math.abs(a).toFixed(2).padStart(6, "0")}*A)`),
    ...phases.map(({ p, n }) => `1-0:${21 + n}.7.0(${p[0]})`),
    ...phases.map(({ p, n }) => `1-0:${22 + n}.7.0(${p[1]})`),
    "!",
  ];
  const text = lines.join(LINE_END);
  return `${text}${crcOf(text)}${LINE_END}`;
}

/** CRC-16/ARC, reflected polynomial 0xA001, four hexadecimal digits. */
function crcOf(text: string): string {
  let crc = 0;
  for (const byte of Buffer.from(text, "latin1")) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xa001;
  }
  return crc.toString(16).toUpperCase().padStart(4, "0");
}

function kilowatts(watts: number): string {
  return `${(Math.min(99_999, Math.round(watts)) / 1000).toFixed(3).padStart(6, "0")}*kW`;
}

function kilowattHours(wh: number): string {
  return `${(wh / 1000).toFixed(3).padStart(10, "0")}*kWh`;
}

/** `260616120000S`. */
function stamp(time: UnixSeconds, zone: Zone): string {
  const { year, month, day, hour, minute, second, offsetS } = civilTime(zone, time);
  const digits = [year % 100, month, day, hour, minute, second].map((part) => String(part).padStart(2, "0"));
  return `${digits.join("")}${offsetS === zone.standardOffsetS ? "W" : "S"}`;
}
