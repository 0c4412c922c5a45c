import type { Strings } from "./dictionary.ts";

export const supplier = {
  "supplier.title": { en: "Rates", it: "Tariffe", de: "Tarife" },
} as const satisfies Strings;
