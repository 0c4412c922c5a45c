/**
 * A simulated meter in the registers of an Eastron SDM630: 32-bit floats in input registers, the high word first,
 * energy in kWh. Single floats hold whole watt-hours up to some 16,000 kWh.
 */
import type { PointValues } from "#devices/device.ts";
import type { RegisterImage } from "#devices/modbus-server.ts";
import type { PointName } from "#devices/points.ts";

/** By the first register, counted from 0: what stands there, and how many of the unit a register's one is. */
const PLACES: readonly (readonly [register: number, points: readonly PointName[], scale: number])[] = [
  [0, ["voltageL1V"], 1],
  [2, ["voltageL2V"], 1],
  [4, ["voltageL3V"], 1],
  [6, ["currentL1A"], 1],
  [8, ["currentL2A"], 1],
  [10, ["currentL3A"], 1],
  [12, ["powerL1W"], 1],
  [14, ["powerL2W"], 1],
  [16, ["powerL3W"], 1],
  [52, ["powerW"], 1],
  [70, ["frequencyHz"], 1],
  // What a meter behind panels counts in is what they gave.
  [72, ["importWh", "energyWh"], 1_000],
  [74, ["exportWh"], 1_000],
];
const REGISTERS = 76;

export function fillMeter(image: RegisterImage, values: PointValues): void {
  const words = new Uint8Array(2 * REGISTERS);
  const view = new DataView(words.buffer);
  for (const [register, points, scale] of PLACES) {
    const point = points.find((name) => values[name] !== undefined);
    view.setFloat32(2 * register, point === undefined ? 0 : values[point]! / scale);
  }
  image.set(0, words);
}
