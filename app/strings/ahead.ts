/** F1 beyond now: what the planner expects and means to do, and why the home did what it did. */
import type { Strings } from "./dictionary.ts";

export const ahead = {
  "ahead.used": {
    en: "Expected: the home uses {power}, {sources}.",
    it: "Previsto: la casa consuma {power}, {sources}.",
    de: "Erwartet: Das Haus braucht {power}, {sources}.",
  },
  "ahead.produced": {
    en: "The panels give about {power}.",
    it: "I pannelli danno circa {power}.",
    de: "Die Module geben etwa {power}.",
  },
  "ahead.out": { en: "About {power} go out.", it: "Escono circa {power}.", de: "Etwa {power} gehen hinaus." },
  "ahead.state": {
    en: "Accumulator at {percent}.",
    it: "Accumulo al {percent}.",
    de: "Speicher bei {percent}.",
  },
  "ahead.price": {
    en: "The MicroGrid costs {price}.",
    it: "La MicroGrid costa {price}.",
    de: "Das MicroGrid kostet {price}.",
  },
  "ahead.expected": { en: "{time}, expected", it: "{time}, previsto", de: "{time}, erwartet" },
  "ahead.legend": {
    en: "After now the plan: hatched, production dashed, nine of ten days within the band.",
    it: "Dopo adesso il piano: tratteggiato, la produzione a tratti, nove giorni su dieci nella fascia.",
    de: "Nach jetzt der Plan: schraffiert, Erzeugung gestrichelt, neun von zehn Tagen im Band.",
  },
  "ahead.legend_plain": {
    en: "After now the plan: hatched, production dashed.",
    it: "Dopo adesso il piano: tratteggiato, la produzione a tratti.",
    de: "Nach jetzt der Plan: schraffiert, Erzeugung gestrichelt.",
  },
  "ahead.full_by": {
    en: "By plan full by {time}.",
    it: "Secondo il piano pieno entro le {time}.",
    de: "Nach Plan voll bis {time}.",
  },
  "ahead.reserve_by": {
    en: "By plan at the reserve by {time}.",
    it: "Secondo il piano alla riserva entro le {time}.",
    de: "Nach Plan bei der Reserve bis {time}.",
  },
  "ahead.stays": {
    en: "By plan never below {energy} in the coming day.",
    it: "Secondo il piano mai sotto {energy} nel prossimo giorno.",
    de: "Nach Plan am kommenden Tag nie unter {energy}.",
  },
  "ahead.sun": {
    en: "What can wait is best run from {from} to {to}: the panels have most to spare then.",
    it: "Ciò che può attendere va meglio dalle {from} alle {to}: i pannelli ne hanno di più allora.",
    de: "Was warten kann, läuft am besten von {from} bis {to}: Dann haben die Module am meisten übrig.",
  },
  "ahead.value": {
    en: "A stored kWh is worth {value} now.",
    it: "Un kWh accumulato ora vale {value}.",
    de: "Eine gespeicherte kWh ist jetzt {value} wert.",
  },
  "reasons.title": { en: "Why, today", it: "Perché, oggi", de: "Warum, heute" },
  "reasons.none": {
    en: "Nothing has changed yet today.",
    it: "Oggi non è ancora cambiato nulla.",
    de: "Heute hat sich noch nichts geändert.",
  },
  "reasons.sub": {
    en: "Each choice of the bidirectional counter as it changed, with the numbers that it compared.",
    it: "Ogni scelta del contatore bidirezionale al suo cambiare, con i numeri che ha confrontato.",
    de: "Jede Wahl des bidirektionalen Zählers, als sie sich änderte, mit den Zahlen, die er verglich.",
  },
  "reasons.more": { en: "Show all {count}", it: "Mostra tutti i {count}", de: "Alle {count} zeigen" },
  "operator_limit.import": {
    en: "The grid operator lets in at most {power} until {until}",
    it: "Il gestore di rete lascia entrare al massimo {power} fino alle {until}",
    de: "Der Netzbetreiber lässt bis {until} höchstens {power} herein",
  },
  "operator_limit.export": {
    en: "The grid operator lets out at most {power} until {until}",
    it: "Il gestore di rete lascia uscire al massimo {power} fino alle {until}",
    de: "Der Netzbetreiber lässt bis {until} höchstens {power} hinaus",
  },
  "operator_limit.both": {
    en: "The grid operator lets at most {in} in and {out} out until {until}",
    it: "Il gestore di rete lascia entrare al massimo {in} e uscire {out} fino alle {until}",
    de: "Der Netzbetreiber lässt bis {until} höchstens {in} herein und {out} hinaus",
  },
  "operator_limit.congestion": {
    en: "The line is full.",
    it: "La linea è piena.",
    de: "Die Leitung ist ausgelastet.",
  },
  "operator_limit.voltage": {
    en: "The voltage is outside its band.",
    it: "La tensione è fuori dai limiti.",
    de: "Die Spannung liegt außerhalb ihres Bands.",
  },
  "operator_limit.maintenance": {
    en: "Somebody works on the grid.",
    it: "Si lavora sulla rete.",
    de: "Am Netz wird gearbeitet.",
  },
  "operator_limit.demand_response": {
    en: "The grid is relieved for a while, as was agreed.",
    it: "La rete viene alleggerita per un po’, come concordato.",
    de: "Das Netz wird eine Weile entlastet, wie vereinbart.",
  },
  "operator_limit.emergency": {
    en: "The grid is in an emergency.",
    it: "La rete è in emergenza.",
    de: "Das Netz ist in Not.",
  },
  "operator_limit.what": {
    en: "Accumulator and loads keep to it by themselves; it ends by itself.",
    it: "Accumulo e carichi lo rispettano da soli; finisce da solo.",
    de: "Speicher und Lasten halten es von selbst ein; es endet von selbst.",
  },
} as const satisfies Strings;
