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
  "enter.passkey": {
    en: "Enter with a passkey",
    it: "Entra con una passkey",
    de: "Mit einem Passkey eintreten",
  },
  "enter.no_passkey": {
    en: "No passkey of this community was used. Nothing happened.",
    it: "Non è stata usata una passkey di questa comunità. Non è successo nulla.",
    de: "Es wurde kein Passkey dieser Gemeinschaft benutzt. Nichts ist geschehen.",
  },
  "enter.not_registered": {
    en: "The passkey is yours, but the ledger did not take this device’s key. Try again.",
    it: "La passkey è tua, ma il registro non ha preso la chiave di questo dispositivo. Riprova.",
    de: "Der Passkey ist deiner, aber das Register nahm den Schlüssel dieses Geräts nicht an. Versuch es noch einmal.",
  },
  "enter.lost": {
    en: "I have lost my keys",
    it: "Ho perso le chiavi",
    de: "Ich habe meine Schlüssel verloren",
  },
  "enter.lost_title": {
    en: "Back in with two guardians",
    it: "Rientrare con due garanti",
    de: "Zurück mit zwei Bürgen",
  },
  "enter.lost_why": {
    en: "This device makes a new key. Two of your three guardians sign for it; after some days, in which you could still object, your account has it.",
    it: "Questo dispositivo crea una nuova chiave. Due dei tuoi tre garanti firmano; dopo alcuni giorni, in cui potresti ancora opporti, il tuo conto la riceve.",
    de: "Dieses Gerät macht einen neuen Schlüssel. Zwei deiner drei Bürgen unterschreiben; nach einigen Tagen, in denen du noch widersprechen könntest, hat ihn dein Konto.",
  },
  "enter.member_number": {
    en: "Your member number",
    it: "Il tuo numero di membro",
    de: "Deine Mitgliedsnummer",
  },
  "enter.member_number_found": {
    en: "It changes from time to time. With your code on paper this may stay empty.",
    it: "Cambia di tanto in tanto. Con il codice su carta puoi lasciarlo vuoto.",
    de: "Sie wechselt von Zeit zu Zeit. Mit deinem Code auf Papier kann das leer bleiben.",
  },
  "enter.paper_code": {
    en: "Your code on paper, if you have it",
    it: "Il tuo codice su carta, se ce l’hai",
    de: "Dein Code auf Papier, wenn du ihn hast",
  },
  "enter.wrong_member": {
    en: "A member number is a whole number. It stands on your contract and in the ledger.",
    it: "Un numero di membro è un intero. È sul contratto e nel registro.",
    de: "Eine Mitgliedsnummer ist eine ganze Zahl. Sie steht auf deinem Vertrag und im Register.",
  },
  "enter.wrong_code": {
    en: "The code has 24 characters, and one of these is wrong.",
    it: "Il codice ha 24 caratteri, e qui uno è sbagliato.",
    de: "Der Code hat 24 Zeichen, und eines davon stimmt nicht.",
  },
  "enter.wrong_paper_key": {
    en: "This code is none of that member’s guardians.",
    it: "Questo codice non è tra i garanti di quel membro.",
    de: "Dieser Code ist keiner der Bürgen jenes Mitglieds.",
  },
  "enter.wrong_no_account": {
    en: "No account has this code among its guardians.",
    it: "Nessun conto ha questo codice tra i suoi garanti.",
    de: "Kein Konto hat diesen Code unter seinen Bürgen.",
  },
  "enter.ask": { en: "Make the plea", it: "Crea la richiesta", de: "Bitte erstellen" },
  "enter.plea_to": {
    en: "Send this to one of your guardians: {who}.",
    it: "Manda questo testo a uno dei tuoi garanti: {who}.",
    de: "Schick dies einem deiner Bürgen: {who}.",
  },
  "enter.plea_then": {
    en: "They open it under “Keys”. When the days are over, enter here with this device.",
    it: "La aprono in “Chiavi”. Passati i giorni, entra qui con questo dispositivo.",
    de: "Sie öffnen es unter „Schlüssel“. Wenn die Tage vorbei sind, tritt hier mit diesem Gerät ein.",
  },
  "enter.no_guardians": {
    en: "This member chose no guardians. Only the registrar can help: as a new member, with the old account closed.",
    it: "Questo membro non ha scelto garanti. Può aiutare solo il registrar: come nuovo membro, con il vecchio conto chiuso.",
    de: "Dieses Mitglied wählte keine Bürgen. Helfen kann nur der Registrar: als neues Mitglied, mit geschlossenem altem Konto.",
  },
  "enter.under_way": {
    en: "A recovery is under way. Its key takes over at {when}.",
    it: "Un recupero è in corso. La sua chiave subentra il {when}.",
    de: "Eine Wiederherstellung läuft. Ihr Schlüssel tritt um {when} ein.",
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
