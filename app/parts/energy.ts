/** The energies of the look: one colour, one icon and one word each, in this order everywhere. */
import type { IconName } from "./icon.tsx";

export const ENERGIES = ["solar", "accumulator", "microgrid", "neighbour", "home"] as const;
export type Energy = (typeof ENERGIES)[number];

export const ENERGY_ICON: Readonly<Record<Energy, IconName>> = {
  solar: "panel",
  accumulator: "accumulator",
  microgrid: "pylon",
  neighbour: "people",
  home: "house",
};

/** Colour of areas and bars. */
export function fillOf(energy: Energy): string {
  return energy === "neighbour" || energy === "home" ? `var(--${energy})` : `var(--${energy}-fill)`;
}

/** Colour of lines. */
export function strokeOf(energy: Energy): string {
  return `var(--${energy})`;
}
