/** F1, the monitor. */
import type { Strings } from "./dictionary.ts";

export const monitor = {
  "monitor.title": { en: "Monitor", it: "Monitor", de: "Monitor" },
} as const satisfies Strings;
