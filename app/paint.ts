/** Colours of the tokens for a canvas, which cannot read `var()` and `light-dark()`; follows the theme. */
import { createMemo, createRoot } from "solid-js";
import { isDark } from "./theme.ts";

const NAMES = [
  "solar",
  "solar-fill",
  "accumulator",
  "accumulator-fill",
  "microgrid",
  "microgrid-fill",
  "neighbour",
  "home",
  "ink",
  "ink-2",
  "line",
  "bg",
  "surface",
  "sunk",
] as const;

export type Paint = Readonly<Record<(typeof NAMES)[number], string>>;

export const paint = createRoot(() =>
  createMemo((): Paint => {
    isDark();
    const probe = document.createElement("i");
    document.body.append(probe);
    const colors = Object.fromEntries(
      NAMES.map((name) => {
        probe.style.color = `var(--${name})`;
        return [name, getComputedStyle(probe).color];
      }),
    ) as Paint;
    probe.remove();
    return colors;
  }),
);

/** A colour of `paint` at an opacity 0 to 1. */
export function faded(color: string, opacity: number): string {
  return color.replace("rgb(", "rgba(").replace(")", `, ${opacity})`);
}
