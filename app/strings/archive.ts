import type { Strings } from "./dictionary.ts";

export const archive = {
  "archive.title": { en: "Archive", it: "Archivio", de: "Archiv" },
} as const satisfies Strings;
