/** F2, the plant. */
import type { Strings } from "./dictionary.ts";

export const plant = {
  "plant.title": { en: "Plant", it: "Impianto", de: "Anlage" },
} as const satisfies Strings;
