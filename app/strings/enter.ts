/** Entering: the demo town's people, or this device's own key. */
import type { Strings } from "./dictionary.ts";

export const enter = {
  "enter.title": { en: "Enter Contrada", it: "Entra in Contrada", de: "Contrada betreten" },
} as const satisfies Strings;
