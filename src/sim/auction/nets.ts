/**
 * What measured homes give to and take from the MicroGrid per quarter hour, in whole watt-hours: load less panels,
 * without accumulators. Registers run on over the quarter hours and their differences are taken, as a meter does,
 * so that rounding never adds up to more than a watt-hour a home.
 */
import { QUARTER_HOUR_S } from "#base/time.ts";
import type { MeasuredHomes } from "#sim/homes-file.ts";

export interface Panels {
  /** Whether the home with this number, from 0, has some. */
  has(home: number): boolean;
  readonly peakW: number;
  /** The column of the file that they follow. */
  readonly column: number;
}

/** By quarter hour, then by home: Wh, positive exported, negative imported. A home does not do both at once. */
export function netsOf(measured: MeasuredHomes, panels: Panels): Int32Array[] {
  const perRow = measured.stepS / QUARTER_HOUR_S;
  if (!Number.isInteger(perRow)) throw new RangeError("rows of whole quarter hours");
  const exportedWh = new Float64Array(measured.loads.length);
  const importedWh = new Float64Array(measured.loads.length);
  const perUnit = measured.solar[panels.column]!.perUnit;
  const nets: Int32Array[] = [];
  for (let row = 0; row < measured.steps; row++) {
    for (let quarter = 0; quarter < perRow; quarter++) {
      nets.push(
        Int32Array.from(measured.loads, ({ powerW }, home) => {
          const solarW = panels.has(home) ? Math.min(panels.peakW, panels.peakW * perUnit[row]!) : 0;
          const netW = solarW - (Number.isFinite(powerW[row]!) ? powerW[row]! : 0);
          const registers = netW > 0 ? exportedWh : importedWh;
          const before = Math.floor(registers[home]!);
          registers[home]! += Math.abs(netW) / 4;
          const wh = Math.floor(registers[home]!) - before;
          return netW > 0 ? wh : -wh;
        }),
      );
    }
  }
  return nets;
}
