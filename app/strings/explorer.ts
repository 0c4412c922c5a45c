import type { Strings } from "./dictionary.ts";

export const explorer = {
  "explorer.title": { en: "Ledger", it: "Registro", de: "Register" },
} as const satisfies Strings;
