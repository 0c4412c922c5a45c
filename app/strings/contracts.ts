/** Sentences of supply contracts: offers, acceptance, and what follows where a bill stays unpaid. */
import type { Strings } from "./dictionary.ts";

export const contracts = {
  "contracts.title": { en: "Supply contracts", it: "Contratti di fornitura", de: "Lieferverträge" },
  "contracts.sub": {
    en: "Both sign; every step stands in the ledger with its reason.",
    it: "Firmano entrambi; ogni passo sta nel registro con il suo motivo.",
    de: "Beide unterschreiben; jeder Schritt steht mit seinem Grund im Register.",
  },
  "contracts.none": {
    en: "No contract and no offer yet.",
    it: "Ancora nessun contratto e nessuna offerta.",
    de: "Noch kein Vertrag und kein Angebot.",
  },
  "contracts.none_why": {
    en: "An offer shows here once a supplier or a producer has signed it.",
    it: "Un’offerta compare qui quando un fornitore o un produttore l’ha firmata.",
    de: "Ein Angebot erscheint hier, sobald ein Versorger oder Erzeuger es unterschrieben hat.",
  },
} as const satisfies Strings;
