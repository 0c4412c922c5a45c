/** Sentences of the neighbours' market: the quarter hour, the book, one's own rule, orders and statements. */
import type { Strings } from "./dictionary.ts";

export const market = {
  "market.title": { en: "Neighbours’ market", it: "Mercato dei vicini", de: "Nachbarmarkt" },
  "market.sub": {
    en: "One price for everybody, each quarter hour. Nobody sees whom they trade with.",
    it: "Un prezzo per tutti, ogni quarto d’ora. Nessuno vede con chi scambia.",
    de: "Ein Preis für alle, jede Viertelstunde. Niemand sieht, mit wem er handelt.",
  },
  "market.closed": {
    en: "The market has not opened yet.",
    it: "Il mercato non è ancora aperto.",
    de: "Der Markt ist noch nicht eröffnet.",
  },
  "market.closed_why": {
    en: "Stored energy can be sold to a supplier meanwhile.",
    it: "Intanto l’energia accumulata si può vendere a un fornitore.",
    de: "Gespeicherte Energie lässt sich solange an einen Versorger verkaufen.",
  },
} as const satisfies Strings;
