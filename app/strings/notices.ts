/** Notices: what a home is told, in one sentence each, and how it wants to be told. */
import type { Strings } from "./dictionary.ts";

export const notices = {
  "notices.sub": {
    en: "What happened at your home and is worth a word.",
    it: "Che cosa è successo a casa tua e merita una parola.",
    de: "Was bei dir zu Hause geschah und ein Wort wert ist.",
  },
  "notices.none": {
    en: "Nothing to tell. Faults, much use, sales and your contract’s steps will stand here.",
    it: "Niente da dire. Qui appariranno guasti, consumi alti, vendite e passi del contratto.",
    de: "Nichts zu sagen. Hier stehen Störungen, hoher Verbrauch, Verkäufe und Schritte deines Vertrags.",
  },
  "notices.kind_fault": { en: "PLANT", it: "IMPIANTO", de: "ANLAGE" },
  "notices.kind_excess": { en: "USE", it: "CONSUMO", de: "VERBRAUCH" },
  "notices.kind_sale": { en: "SALE", it: "VENDITA", de: "VERKAUF" },
  "notices.kind_contract": { en: "CONTRACT", it: "CONTRATTO", de: "VERTRAG" },
  "notices.wanted": { en: "Tell me about", it: "Avvisami di", de: "Sag mir Bescheid bei" },
  "notices.want_fault": {
    en: "faults and warnings",
    it: "guasti e avvertimenti",
    de: "Störungen und Warnungen",
  },
  "notices.want_excess": {
    en: "much or unusual use",
    it: "consumi alti o insoliti",
    de: "hohem oder ungewohntem Verbrauch",
  },
  "notices.want_sale": { en: "sales that ended", it: "vendite concluse", de: "beendeten Verkäufen" },
  "notices.want_contract": {
    en: "steps of the supply contract",
    it: "passi del contratto di fornitura",
    de: "Schritten des Liefervertrags",
  },
  "notices.excess_label": {
    en: "Much use begins at, kW",
    it: "Il consumo è alto da, kW",
    de: "Hoch ist der Verbrauch ab, kW",
  },
  "notices.excess_why": {
    en: "Over a quarter hour, from the MicroGrid. Empty: nine tenths of the connection, {usual}.",
    it: "In un quarto d’ora, dalla MicroGrid. Vuoto: nove decimi dell’allacciamento, {usual}.",
    de: "In einer Viertelstunde, aus dem MicroGrid. Leer: neun Zehntel des Anschlusses, {usual}.",
  },
  "notices.excess_wrong": {
    en: "A power from 0.1 to 100 kW.",
    it: "Una potenza da 0,1 a 100 kW.",
    de: "Eine Leistung von 0,1 bis 100 kW.",
  },
  "notices.save": { en: "Save", it: "Salva", de: "Speichern" },
  "notices.saved": { en: "Saved.", it: "Salvato.", de: "Gespeichert." },
  "notices.not_saved": { en: "Not saved", it: "Non salvato", de: "Nicht gespeichert" },
  "notices.device": { en: "This device", it: "Questo dispositivo", de: "Dieses Gerät" },
  "notices.device_why": {
    en: "Told while the app is closed. {count} {count:device is|devices are} told now; nobody in between can read it.",
    it: "Avvisato anche con l’app chiusa. Ora {count:è avvisato|sono avvisati} {count} {count:dispositivo|dispositivi}; nessuno in mezzo può leggere.",
    de: "Auch bei geschlossener App. Zurzeit {count:hört|hören} {count} {count:Gerät|Geräte} davon; niemand dazwischen kann es lesen.",
  },
  "notices.push_on": { en: "Tell this device", it: "Avvisa questo dispositivo", de: "Diesem Gerät sagen" },
  "notices.push_off": {
    en: "Tell this device no more",
    it: "Non avvisare più questo dispositivo",
    de: "Diesem Gerät nichts mehr sagen",
  },
  "notices.push_denied": {
    en: "The browser was told to show no notices of this page. Allow them in its settings.",
    it: "Il browser non mostra avvisi di questa pagina. Consentili nelle sue impostazioni.",
    de: "Der Browser zeigt von dieser Seite keine Mitteilungen. Erlaube sie in seinen Einstellungen.",
  },
  "notices.push_unavailable": {
    en: "Not possible here: on an iPhone add the app to the home screen first; elsewhere use a current browser over a safe connection.",
    it: "Qui non è possibile: su iPhone aggiungi prima l’app alla schermata Home; altrove usa un browser attuale con connessione sicura.",
    de: "Hier nicht möglich: auf dem iPhone die App zuerst zum Home-Bildschirm hinzufügen; sonst einen aktuellen Browser mit sicherer Verbindung nutzen.",
  },
  "notices.push_failed": {
    en: "This device is not told",
    it: "Questo dispositivo non è avvisato",
    de: "Dieses Gerät erfährt nichts",
  },
  "notices.push_failed_why": {
    en: "The browser’s push service did not answer. The list here goes on. Try again later.",
    it: "Il servizio push del browser non ha risposto. L’elenco qui continua. Riprova più tardi.",
    de: "Der Push-Dienst des Browsers hat nicht geantwortet. Die Liste hier geht weiter. Versuche es später noch einmal.",
  },
  "notice.fault_stands": {
    en: "Something is wrong with your plant.",
    it: "C’è un guasto al tuo impianto.",
    de: "An deiner Anlage stimmt etwas nicht.",
  },
  "notice.warning_stands": {
    en: "Your plant wants a look.",
    it: "Il tuo impianto merita uno sguardo.",
    de: "Deine Anlage braucht einen Blick.",
  },
  "notice.fault_resolved": {
    en: "What was wrong with your plant is over.",
    it: "Il problema al tuo impianto è risolto.",
    de: "Was an deiner Anlage nicht stimmte, ist vorbei.",
  },
  "notice.excess_power": {
    en: "{powerW} came in over a quarter hour, more than {limitW}.",
    it: "In un quarto d’ora sono entrati {powerW}, più di {limitW}.",
    de: "In einer Viertelstunde kamen {powerW} herein, mehr als {limitW}.",
  },
  "notice.excess_unusual": {
    en: "Your home uses {powerW}; at this time it is usually {usualW}.",
    it: "La casa consuma {powerW}; a quest’ora di solito {usualW}.",
    de: "Dein Haus verbraucht {powerW}; um diese Zeit sonst {usualW}.",
  },
  "notice.sale_settled": {
    en: "Your sale is paid: {netMicroEur} for {deliveredWh}.",
    it: "La tua vendita è pagata: {netMicroEur} per {deliveredWh}.",
    de: "Dein Verkauf ist bezahlt: {netMicroEur} für {deliveredWh}.",
  },
  "notice.sale_partly_delivered": {
    en: "Your sale ended with {deliveredWh} delivered: {netMicroEur}.",
    it: "La vendita è finita con {deliveredWh} consegnati: {netMicroEur}.",
    de: "Dein Verkauf endete mit {deliveredWh} geliefert: {netMicroEur}.",
  },
  "notice.sale_voided": {
    en: "Your sale ended and nothing was delivered.",
    it: "La vendita è finita e nulla è stato consegnato.",
    de: "Dein Verkauf endete, und nichts wurde geliefert.",
  },
  "notice.supply_notice": {
    en: "Your supplier has given notice of an unpaid bill.",
    it: "Il fornitore ha dato preavviso per una bolletta non pagata.",
    de: "Dein Lieferant hat eine unbezahlte Rechnung angemahnt.",
  },
  "notice.supply_reduced": {
    en: "Your supply is reduced until the bill is paid.",
    it: "La fornitura è ridotta finché la bolletta non è pagata.",
    de: "Deine Lieferung ist reduziert, bis die Rechnung bezahlt ist.",
  },
  "notice.supply_suspended": {
    en: "Your supply is suspended until the bill is paid.",
    it: "La fornitura è sospesa finché la bolletta non è pagata.",
    de: "Deine Lieferung ist ausgesetzt, bis die Rechnung bezahlt ist.",
  },
  "notice.supply_restored": {
    en: "Your supply is restored.",
    it: "La fornitura è ripristinata.",
    de: "Deine Lieferung ist wiederhergestellt.",
  },
} as const satisfies Strings;
