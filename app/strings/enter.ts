/** Entering: the demo town's people, or this device's own key. */
import type { Strings } from "./dictionary.ts";

export const enter = {
  "enter.title": { en: "Enter Contrada", it: "Entra in Contrada", de: "Contrada betreten" },
  "enter.demo": {
    en: "A demo town of {homes} {homes:home|homes} on its own clock. One tap, and you live there.",
    it: "Un paese dimostrativo di {homes} {homes:casa|case} con il suo orologio. Un tocco, e ci abiti.",
    de: "Ein Demo-Ort mit {homes} {homes:Haus|Häusern} und eigener Uhr. Ein Tippen, und du wohnst dort.",
  },
  "enter.homes": { en: "As a home", it: "Come una casa", de: "Als ein Haus" },
  "enter.homes_sub": {
    en: "See the flows, understand each choice, sell what you stored.",
    it: "Vedi i flussi, capisci ogni scelta, vendi ciò che hai accumulato.",
    de: "Die Flüsse sehen, jede Wahl verstehen, das Gespeicherte verkaufen.",
  },
  "enter.suppliers": { en: "As a supplier", it: "Come un fornitore", de: "Als ein Versorger" },
  "enter.suppliers_sub": {
    en: "Publish tomorrow’s rate, see what you bought.",
    it: "Pubblica la tariffa di domani, vedi cosa hai comprato.",
    de: "Den Tarif von morgen veröffentlichen, das Gekaufte sehen.",
  },
  "enter.operators": { en: "As the operator", it: "Come il gestore", de: "Als der Betreiber" },
  "enter.operators_sub": {
    en: "Watch the street and the chain, admit suppliers.",
    it: "Osserva la via e la catena, ammetti i fornitori.",
    de: "Straße und Kette beobachten, Versorger zulassen.",
  },
  "enter.no_panels": { en: "no panels", it: "senza pannelli", de: "ohne Module" },
  "enter.enrolled": { en: "enrolled", it: "iscritto", de: "eingetragen" },
  "enter.not_enrolled": { en: "not yet enrolled", it: "non ancora iscritto", de: "noch nicht eingetragen" },
  "enter.is_operator": {
    en: "the community’s operator",
    it: "il gestore della comunità",
    de: "der Betreiber der Gemeinschaft",
  },
  "enter.entering": { en: "Entering as {name}", it: "Ingresso come {name}", de: "Eintritt als {name}" },
  "enter.key_note": {
    en: "This device makes a signing key that cannot leave it. The ledger registers its public half as one of that member’s keys.",
    it: "Questo dispositivo crea una chiave di firma che non può lasciarlo. Il registro ne iscrive la metà pubblica tra le chiavi di quel membro.",
    de: "Dieses Gerät macht einen Signaturschlüssel, der es nicht verlassen kann. Das Register führt die öffentliche Hälfte als einen Schlüssel dieses Mitglieds.",
  },
  "enter.sign_in": {
    en: "Sign in with this device",
    it: "Accedi con questo dispositivo",
    de: "Mit diesem Gerät anmelden",
  },
  "enter.real_sub": {
    en: "This device signs in with its own key. Your community must have registered it.",
    it: "Questo dispositivo accede con la propria chiave. La tua comunità deve averla iscritta.",
    de: "Dieses Gerät meldet sich mit seinem eigenen Schlüssel an. Deine Gemeinschaft muss ihn eingetragen haben.",
  },
  "enter.your_key": {
    en: "This device’s public key",
    it: "Chiave pubblica di questo dispositivo",
    de: "Öffentlicher Schlüssel dieses Geräts",
  },
  "enter.refused": { en: "NOT ENTERED", it: "NON ENTRATO", de: "NICHT EINGETRETEN" },
  "enter.no_key": {
    en: "This browser cannot keep a signing key. Use a current Chrome, Safari or Firefox, not in a private window.",
    it: "Questo browser non può custodire una chiave di firma. Usa un Chrome, Safari o Firefox attuale, non in una finestra privata.",
    de: "Dieser Browser kann keinen Signaturschlüssel aufbewahren. Nimm ein aktuelles Chrome, Safari oder Firefox, nicht in einem privaten Fenster.",
  },
  "enter.unreached": {
    en: "The platform did not answer. Nothing happened.",
    it: "La piattaforma non ha risposto. Non è successo nulla.",
    de: "Die Plattform hat nicht geantwortet. Nichts ist geschehen.",
  },
} as const satisfies Strings;
