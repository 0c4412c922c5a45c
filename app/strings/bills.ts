/** Sentences of bills: invoices, credit notes, statements, and how one checks them. */
import type { Strings } from "./dictionary.ts";

export const bills = {
  "bills.title": { en: "Bills", it: "Fatture", de: "Rechnungen" },
  "bills.sub": {
    en: "Every line can be checked from readings, rates and rules.",
    it: "Ogni riga si può verificare da letture, tariffe e regole.",
    de: "Jede Zeile lässt sich aus Messwerten, Tarifen und Regeln nachrechnen.",
  },
  "bills.none": { en: "No bill yet.", it: "Ancora nessuna fattura.", de: "Noch keine Rechnung." },
  "bills.none_why": {
    en: "A bill shows here once its period has ended.",
    it: "Una fattura compare qui quando il suo periodo è finito.",
    de: "Eine Rechnung erscheint hier, sobald ihr Zeitraum zu Ende ist.",
  },
} as const satisfies Strings;
