import type { Strings } from "./dictionary.ts";

export const operator = {
  "operator.title": { en: "Overview", it: "Panoramica", de: "Überblick" },
} as const satisfies Strings;
