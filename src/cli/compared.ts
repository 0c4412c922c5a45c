/**
 * The numbers that a decision compared, as a person reads them: `loadW: 95.73` is "load 96 W". A name ends in its
 * unit; a name without one that is known keeps its number as it is.
 */
import { formatInstant } from "#base/time.ts";

/** In this order: of `storedValueMicroEurPerKwh` the whole ending counts, of `storedWh` not the `h`. */
const UNITS: readonly (readonly [ending: RegExp, shown: (value: number) => string])[] = [
  [/MicroEurPerKwh$/, (value) => `${(value / 1_000_000).toFixed(4)} €/kWh`],
  [/Percent$/, (value) => `${rounded(value)} %`],
  [/Time$/, instantOf],
  [/Wh$/, (value) => `${(value / 1_000).toFixed(2)} kWh`],
  [/W$/, (value) => `${Math.round(value)} W`],
  [/C$/, (value) => `${rounded(value)} °C`],
  [/S$/, (value) => `${Math.round(value)} s`],
];

/** "solar 900 W, stored 5.00 kWh, import price 0.3000 €/kWh": in the order in which they were compared. */
export function comparedText(numbers: Readonly<Record<string, number>>): string {
  return Object.entries(numbers).map(shown).join(", ");
}

function shown([name, value]: readonly [string, number]): string {
  const unit = UNITS.find(([ending]) => ending.test(name));
  if (unit === undefined || !Number.isFinite(value)) return `${worded(name)} ${value}`;
  return `${worded(name.replace(unit[0], ""))} ${unit[1](value)}`;
}

function worded(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Ten thousand years are no end. */
function instantOf(value: number): string {
  return value < 253_402_300_800 ? formatInstant(value) : "it is changed";
}
