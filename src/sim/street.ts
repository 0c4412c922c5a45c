/**
 * Where the homes of a town stand: streets of twelve homes, six on each side, one feeder under each street, a
 * transformer between the first two. Addresses, and the drawing that F2 shows. Made from the number of homes
 * alone.
 */
import type { MicrogridMap } from "#wire/schemas.ts";

export interface Address {
  /** `Casa 3`. */
  readonly name: string;
  /** `Via dell’Olmo 12`. */
  readonly address: string;
  /** Counted from 1. */
  readonly feeder: number;
}

export const MICROGRID = "Olmo";

const STREETS = [
  "Via dell’Olmo",
  "Via del Pozzo",
  "Via delle Rondini",
  "Via del Forno",
  "Via della Fonte",
  "Via dei Tigli",
  "Via del Mulino",
  "Via della Torre",
  "Vicolo Stretto",
  "Via delle Rose",
  "Via del Portico",
  "Via dei Gelsi",
];
const PER_STREET = 12;
const WIDTH = 720;
const STREET_HEIGHT = 216;
const MARGIN = 56;

/** The address of home `index`, counted from 0. */
export function addressOf(index: number): Address {
  const street = Math.floor(index / PER_STREET);
  return {
    name: `Casa ${index + 1}`,
    address: `${streetName(street)} ${2 * (index % PER_STREET) + 2}`,
    feeder: street + 1,
  };
}

/** Where the names have come round, Roman numbers tell the streets apart: `Via dell’Olmo II`. */
function streetName(street: number): string {
  const name = STREETS[street % STREETS.length]!;
  const again = Math.floor(street / STREETS.length) + 1;
  return again === 1 ? name : `${name} ${roman(again)}`;
}

const ROMAN = [
  [1000, "M"],
  [900, "CM"],
  [500, "D"],
  [400, "CD"],
  [100, "C"],
  [90, "XC"],
  [50, "L"],
  [40, "XL"],
  [10, "X"],
  [9, "IX"],
  [5, "V"],
  [4, "IV"],
  [1, "I"],
] as const;

function roman(number: number): string {
  let left = number;
  let text = "";
  for (const [value, letters] of ROMAN) {
    text += letters.repeat(Math.floor(left / value));
    left %= value;
  }
  return text;
}

/** The drawing of a town of `homes` homes whose plants are numbered from 1. */
export function streetMap(homes: number): MicrogridMap {
  const count = Math.max(1, Math.ceil(homes / PER_STREET));
  const height = count * STREET_HEIGHT + 2 * MARGIN - 40;
  const center = (street: number) => MARGIN + 80 + street * STREET_HEIGHT;
  const streets = Array.from({ length: count }, (_, street) => ({
    name: streetName(street),
    path: Array.from({ length: 13 }, (_, i): [number, number] => [
      (i * WIDTH) / 12,
      bent((i * WIDTH) / 12, center(street), street),
    ]),
  }));
  return {
    name: MICROGRID,
    width: WIDTH,
    height,
    streets,
    feeders: streets.map(({ path }, street) => ({ feeder: street + 1, path: path.slice(1, -1) })),
    transformer: {
      x: WIDTH / 2,
      y: count === 1 ? center(0) + 96 : (center(0) + center(1)) / 2,
      ratedVa: Math.max(100_000, Math.ceil((homes * 4.5) / 50) * 50_000),
    },
    homes: Array.from({ length: homes }, (_, index) => {
      const street = Math.floor(index / PER_STREET);
      const place = index % PER_STREET;
      const below = place % 2 === 1;
      const x = MARGIN + 20 + (Math.floor(place / 2) * (WIDTH - 2 * MARGIN - 60)) / 5 + (below ? 18 : 0);
      const streetY = bent(x, center(street), street);
      const spread = ((index * 37) % 11) - 5;
      return {
        plant: index + 1,
        name: addressOf(index).name,
        feeder: street + 1,
        x,
        y: streetY + (below ? 62 : -66) + spread,
        streetX: x,
        streetY,
      };
    }),
  };
}

/** A street's gentle bend: a parabola wave, the other way round on every second street. */
function bent(x: number, y: number, street: number): number {
  const u = (2 * x) / WIDTH - 1;
  return Math.round((y + (street % 2 === 0 ? 1 : -1) * 10 * (u * u * u - u)) * 10) / 10;
}
