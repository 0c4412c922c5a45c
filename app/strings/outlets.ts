/** Sentences of the best outlet: where the next kWh goes best, why, and what may make it less. */
import type { Strings } from "./dictionary.ts";

export const outlets = {
  "outlets.title": {
    en: "Where the next kWh goes",
    it: "Dove va il prossimo kWh",
    de: "Wohin die nächste kWh geht",
  },
  "outlets.best.keep": {
    en: "Best outlet now: keep it for the house.",
    it: "Miglior impiego ora: tenerla per la casa.",
    de: "Am besten jetzt: für das Haus behalten.",
  },
  "outlets.best.use": {
    en: "Best outlet now: use it in the house.",
    it: "Miglior impiego ora: usarla in casa.",
    de: "Am besten jetzt: im Haus verbrauchen.",
  },
  "outlets.best.neighbour": {
    en: "Best outlet now: sell to the neighbours.",
    it: "Miglior impiego ora: vendere ai vicini.",
    de: "Am besten jetzt: an die Nachbarn verkaufen.",
  },
  "outlets.best.supplier": {
    en: "Best outlet now: sell to {supplier}.",
    it: "Miglior impiego ora: vendere a {supplier}.",
    de: "Am besten jetzt: an {supplier} verkaufen.",
  },
  "outlets.best.community": {
    en: "Best outlet now: give it to the MicroGrid.",
    it: "Miglior impiego ora: cederla alla MicroGrid.",
    de: "Am besten jetzt: an das MicroGrid abgeben.",
  },
  "outlets.best.none": {
    en: "No kWh is free now.",
    it: "Ora nessun kWh è libero.",
    de: "Gerade ist keine kWh frei.",
  },
  "outlets.none_why": {
    en: "The panels give nothing beyond the house, and the accumulator is at its reserve.",
    it: "I pannelli non danno più di quanto usa la casa, e l’accumulo è alla sua riserva.",
    de: "Die Panels geben nicht mehr, als das Haus braucht, und der Speicher steht auf seiner Reserve.",
  },
  "outlets.why.panels": {
    en: "The next kWh from the panels is worth {net} there after fees, losses and wear.",
    it: "Lì il prossimo kWh dei pannelli vale {net} al netto di commissioni, perdite e usura.",
    de: "Die nächste kWh der Panels ist dort nach Gebühren, Verlusten und Verschleiß {net} wert.",
  },
  "outlets.why.accumulator": {
    en: "The next stored kWh is worth {net} there after fees, losses and wear.",
    it: "Lì il prossimo kWh accumulato vale {net} al netto di commissioni, perdite e usura.",
    de: "Die nächste gespeicherte kWh ist dort nach Gebühren, Verlusten und Verschleiß {net} wert.",
  },
  "outlets.next.keep": {
    en: "Kept, it would be worth {net}.",
    it: "Tenuto, varrebbe {net}.",
    de: "Behalten wäre sie {net} wert.",
  },
  "outlets.next.use": {
    en: "Used at once, it would be worth {net}.",
    it: "Usato subito, varrebbe {net}.",
    de: "Sofort verbraucht wäre sie {net} wert.",
  },
  "outlets.next.neighbour": {
    en: "The neighbours would bring {net}.",
    it: "I vicini porterebbero {net}.",
    de: "Die Nachbarn brächten {net}.",
  },
  "outlets.next.supplier": {
    en: "{supplier} would bring {net}.",
    it: "{supplier} porterebbe {net}.",
    de: "{supplier} brächte {net}.",
  },
  "outlets.next.community": {
    en: "Given to the MicroGrid, it would bring {net}.",
    it: "Ceduto alla MicroGrid, porterebbe {net}.",
    de: "An das MicroGrid abgegeben brächte sie {net}.",
  },
  "outlets.do_compare": { en: "Compare and act", it: "Confronta e agisci", de: "Vergleichen und handeln" },
} as const satisfies Strings;
