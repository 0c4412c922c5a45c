/** Sentences of the operator's console: the street now, the chain, suppliers to enrol. */
import type { Strings } from "./dictionary.ts";

export const operator = {
  "operator.overview": { en: "Overview", it: "Panoramica", de: "Überblick" },
  "operator.suppliers": { en: "Suppliers", it: "Fornitori", de: "Versorger" },
  "operator.sub": {
    en: "{homes} {homes:home|homes}, all figures of the street as one",
    it: "{homes} {homes:casa|case}, tutte le cifre della strada nel suo insieme",
    de: "{homes} {homes:Haus|Häuser}, alle Zahlen für die Straße als Ganzes",
  },

  "operator.gives": { en: "What comes in", it: "Ciò che arriva", de: "Was hereinkommt" },
  "operator.takes": { en: "Where it goes", it: "Dove va", de: "Wohin es geht" },
  "operator.panels": { en: "Panels", it: "Pannelli", de: "Module" },
  "operator.discharge": { en: "Accumulators", it: "Accumuli", de: "Speicher" },
  "operator.import": { en: "From the grid above", it: "Dalla rete a monte", de: "Aus dem Netz darüber" },
  "operator.demand": { en: "Homes", it: "Case", de: "Häuser" },
  "operator.charge": { en: "Accumulators", it: "Accumuli", de: "Speicher" },
  "operator.export": { en: "To the grid above", it: "Alla rete a monte", de: "Ins Netz darüber" },

  "operator.says_export": {
    en: "The street gives {power} to the grid above.",
    it: "La strada cede {power} alla rete a monte.",
    de: "Die Straße gibt {power} an das Netz darüber.",
  },
  "operator.says_import": {
    en: "The street takes {power} from the grid above.",
    it: "La strada preleva {power} dalla rete a monte.",
    de: "Die Straße nimmt {power} aus dem Netz darüber.",
  },
  "operator.says_balance": {
    en: "The street lives from its own.",
    it: "La strada vive del suo.",
    de: "Die Straße lebt von Eigenem.",
  },
  "operator.says_why": {
    en: "Panels give {generation}, homes use {demand}; {shared} flows from home to home. The transformer carries {loading} of its rating.",
    it: "I pannelli danno {generation}, le case usano {demand}; {shared} passa di casa in casa. Il trasformatore porta il {loading} della sua potenza.",
    de: "Die Module geben {generation}, die Häuser brauchen {demand}; {shared} fließt von Haus zu Haus. Der Transformator trägt {loading} seiner Nennleistung.",
  },

  "operator.transformer": { en: "Transformer", it: "Trasformatore", de: "Transformator" },
  "operator.within": {
    en: "within its rating",
    it: "entro la sua potenza",
    de: "innerhalb der Nennleistung",
  },
  "operator.near": { en: "near its rating", it: "vicino alla sua potenza", de: "nahe der Nennleistung" },
  "operator.over": { en: "above its rating", it: "oltre la sua potenza", de: "über der Nennleistung" },
  "operator.loading_bar": {
    en: "Loading {percent}; the mark is 100 %",
    it: "Carico {percent}; la tacca è il 100 %",
    de: "Auslastung {percent}; die Marke ist 100 %",
  },
  "operator.stored": { en: "Stored", it: "Accumulati", de: "Gespeichert" },
  "operator.of_capacity": { en: "of {capacity}", it: "su {capacity}", de: "von {capacity}" },
  "operator.sold_today": { en: "Sold today", it: "Venduti oggi", de: "Heute verkauft" },
  "operator.open_sales": {
    en: "{count} {count:sale|sales} under way",
    it: "{count} {count:vendita|vendite} in corso",
    de: "{count} {count:Verkauf|Verkäufe} unterwegs",
  },
  "operator.height": { en: "Ledger", it: "Registro", de: "Register" },
  "operator.blocks": { en: "blocks", it: "blocchi", de: "Blöcke" },
  "operator.map": { en: "The MicroGrid now", it: "La MicroGrid ora", de: "Das MicroGrid jetzt" },
  "operator.trend": {
    en: "While this page is open",
    it: "Da quando la pagina è aperta",
    de: "Seit diese Seite offen ist",
  },
  "operator.trend_label": {
    en: "Power of the street since {from}: panels {generation}, homes {demand}, exchange with the grid above {exchange} now",
    it: "Potenza della strada dalle {from}: pannelli {generation}, case {demand}, scambio con la rete a monte {exchange} ora",
    de: "Leistung der Straße seit {from}: Module {generation}, Häuser {demand}, Austausch mit dem Netz darüber {exchange} jetzt",
  },
  "operator.exchange_key": {
    en: "grid above, going out below the line",
    it: "rete a monte, in uscita sotto la linea",
    de: "Netz darüber, hinaus unter der Linie",
  },

  "operator.chain": { en: "The ledger", it: "Il registro", de: "Das Register" },
  "operator.chain_height": { en: "Height", it: "Altezza", de: "Höhe" },
  "operator.chain_last": { en: "Last block", it: "Ultimo blocco", de: "Letzter Block" },
  "operator.chain_transactions": { en: "Transactions", it: "Transazioni", de: "Transaktionen" },
  "operator.chain_waiting": {
    en: "Waiting for a block",
    it: "In attesa di un blocco",
    de: "Warten auf einen Block",
  },
  "operator.chain_root": { en: "State root", it: "Radice dello stato", de: "Zustandswurzel" },

  "operator.waiting": {
    en: "Suppliers waiting for enrolment",
    it: "Fornitori in attesa di iscrizione",
    de: "Versorger, die auf Eintragung warten",
  },
  "operator.payouts": {
    en: "Money to pay out",
    it: "Denaro da pagare",
    de: "Auszuzahlendes Geld",
  },
  "operator.payouts_count": {
    en: "{count} {count:payout waits|payouts wait} for the bank",
    it: "{count} {count:prelievo attende|prelievi attendono} la banca",
    de: "{count} {count:Auszahlung wartet|Auszahlungen warten} auf die Bank",
  },
  "operator.renewals": { en: "Pseudonyms", it: "Pseudonimi", de: "Pseudonyme" },
  "operator.renewals_why": {
    en: "Homes get new numbers on the ledger, all at once, so that none is named by one number for ever. Which is which stays here.",
    it: "Le case ricevono numeri nuovi nel registro, tutte insieme: nessuna resta per sempre sotto un solo numero. Quale sia quale resta qui.",
    de: "Häuser bekommen neue Nummern im Register, alle zugleich, damit keines für immer unter einer Nummer steht. Welche welche ist, bleibt hier.",
  },
  "operator.renewal_last": { en: "Last renewed", it: "Ultimo rinnovo", de: "Zuletzt erneuert" },
  "operator.renewal_never": { en: "never", it: "mai", de: "nie" },
  "operator.renewal_done": {
    en: "{when}, {homes} {homes:home|homes}",
    it: "{when}, {homes} {homes:casa|case}",
    de: "{when}, {homes} {homes:Haus|Häuser}",
  },
  "operator.renewal_next": { en: "Next", it: "Prossimo", de: "Nächste Erneuerung" },
  "operator.renewal_by_hand": { en: "when you begin it", it: "quando lo avvii", de: "wenn du sie beginnst" },
  "operator.renewal_ready": { en: "Homes ready", it: "Case pronte", de: "Häuser bereit" },
  "operator.renewal_holding": {
    en: "{homes} {homes:home is|homes are} under way, until {until}",
    it: "{homes} {homes:casa|case} in corso, fino a {until}",
    de: "{homes} {homes:Haus|Häuser} unterwegs, bis {until}",
  },
  "operator.renewal_under_way": {
    en: "One is under way until {until}.",
    it: "Uno è in corso fino a {until}.",
    de: "Eine läuft bis {until}.",
  },
  "operator.renewal_too_few": {
    en: "{ready} {ready:home is|homes are} ready; fewer than {minimum} would not be hidden among each other.",
    it: "{ready} {ready:casa è pronta|case sono pronte}; meno di {minimum} non si nasconderebbero tra loro.",
    de: "{ready} {ready:Haus ist|Häuser sind} bereit; weniger als {minimum} wären untereinander nicht verborgen.",
  },
  "operator.renewal_begun": {
    en: "The renewal has begun.",
    it: "Il rinnovo è iniziato.",
    de: "Die Erneuerung hat begonnen.",
  },
  "operator.renewal_unreached": {
    en: "The platform was not reached. Nothing was begun.",
    it: "La piattaforma non risponde. Nulla è iniziato.",
    de: "Die Plattform wurde nicht erreicht. Nichts hat begonnen.",
  },
  "operator.renewal_dropped": {
    en: "The renewal of {when} did not come to be: all homes keep their numbers",
    it: "Il rinnovo di {when} non è riuscito: tutte le case tengono i loro numeri",
    de: "Die Erneuerung von {when} kam nicht zustande: Alle Häuser behalten ihre Nummern",
  },
  "operator.renewal_stay": {
    en: "These would keep their numbers:",
    it: "Queste terrebbero i loro numeri:",
    de: "Diese behielten ihre Nummern:",
  },
  "operator.renewal_more": { en: "and {count} more", it: "e altre {count}", de: "und {count} weitere" },
  "operator.stays_no_next_key": {
    en: "no next key named",
    it: "nessuna chiave successiva",
    de: "kein nächster Schlüssel genannt",
  },
  "operator.stays_guardian_key": {
    en: "a code on paper among its guardians has no next key",
    it: "un codice su carta tra i suoi garanti non ha una chiave successiva",
    de: "ein Code auf Papier unter den Bürgen hat keinen nächsten Schlüssel",
  },
  "operator.stays_guards_others": {
    en: "helps somebody else back by its number",
    it: "aiuta qualcun altro con il suo numero",
    de: "hilft jemandem anderen unter seiner Nummer",
  },
  "operator.stays_not_at_rest": {
    en: "a sale, a payout or a change of keys is under way",
    it: "è in corso una vendita, un prelievo o un cambio di chiavi",
    de: "ein Verkauf, eine Auszahlung oder eine Änderung der Schlüssel läuft",
  },
  "operator.stays_supply_contract": {
    en: "a supply contract runs",
    it: "è in corso un contratto di fornitura",
    de: "ein Liefervertrag läuft",
  },
  "operator.stays_market_day": {
    en: "a day of the market is not settled for good yet",
    it: "un giorno del mercato non è ancora regolato in via definitiva",
    de: "ein Tag des Marktes ist noch nicht endgültig abgerechnet",
  },
  "operator.stays_meter": {
    en: "its meter is not ready",
    it: "il suo contatore non è pronto",
    de: "sein Zähler ist nicht bereit",
  },
  "operator.renewal_waiting": {
    en: "Set for {from} to {until}: homes that are at rest then take part",
    it: "Previsto da {from} a {until}: partecipano le case che allora sono a riposo",
    de: "Vorgesehen von {from} bis {until}: Häuser, die dann in Ruhe sind, nehmen teil",
  },
  "operator.renewal_set": {
    en: "The renewal is set for the next morning.",
    it: "Il rinnovo è previsto per il prossimo mattino.",
    de: "Die Erneuerung ist für den nächsten Morgen vorgesehen.",
  },
  "operator.renewal_when": {
    en: "From 07:00 to 16:00 accumulators go from nearly empty to full, so that little tells them apart afterwards. From now on, for four hours, they hide less.",
    it: "Dalle 07:00 alle 16:00 gli accumulatori passano da quasi vuoti a pieni, e dopo poco li distingue. Da adesso, per quattro ore, nascondono meno.",
    de: "Von 07:00 bis 16:00 werden Speicher von fast leer zu voll, sodass sie danach wenig unterscheidet. Von jetzt an, vier Stunden lang, verbergen sie weniger.",
  },
  "operator.renew_morning": {
    en: "Renew from 07:00 on",
    it: "Rinnova dalle 07:00",
    de: "Ab 07:00 erneuern",
  },
  "operator.renew_now": {
    en: "Renew now",
    it: "Rinnova adesso",
    de: "Jetzt erneuern",
  },
  "operator.none_waiting": {
    en: "No supplier waits for enrolment.",
    it: "Nessun fornitore attende l’iscrizione.",
    de: "Kein Versorger wartet auf Eintragung.",
  },
  "operator.none_waiting_why": {
    en: "A supplier asks in its own console; it then shows here and in the overview.",
    it: "Un fornitore chiede dalla sua console; compare poi qui e nella panoramica.",
    de: "Ein Versorger beantragt es in seiner Konsole; er erscheint dann hier und im Überblick.",
  },
  "operator.asked": {
    en: "Member {member}, asked {when}",
    it: "Membro {member}, richiesta {when}",
    de: "Mitglied {member}, beantragt {when}",
  },
  "operator.enrol": { en: "Enrol…", it: "Iscrivi…", de: "Eintragen…" },
  "operator.enrol_label": { en: "Enrol {name}…", it: "Iscrivi {name}…", de: "{name} eintragen…" },
  "operator.enrol_title": { en: "Enrol {name}", it: "Iscrivere {name}", de: "{name} eintragen" },
  "operator.enrol_why": {
    en: "From then on it may publish rates and buy stored energy. Its name stands on the ledger for everybody.",
    it: "Da allora può pubblicare tariffe e comprare energia accumulata. Il nome sta nel registro, visibile a tutti.",
    de: "Von da an darf er Tarife veröffentlichen und gespeicherte Energie kaufen. Sein Name steht für alle im Register.",
  },
  "operator.sign_name": { en: "Name", it: "Nome", de: "Name" },
  "operator.sign_member": { en: "Member", it: "Membro", de: "Mitglied" },
  "operator.sign_enrol": {
    en: "Sign the enrolment",
    it: "Firma l’iscrizione",
    de: "Eintragung unterschreiben",
  },
  "operator.not_enrolled": { en: "NOT ENROLLED", it: "NON ISCRITTO", de: "NICHT EINGETRAGEN" },
  "operator.not_now": { en: "Not now", it: "Non ora", de: "Nicht jetzt" },
  "operator.enrolled": {
    en: "{name} is enrolled, in block {height}.",
    it: "{name} è iscritto, nel blocco {height}.",
    de: "{name} ist eingetragen, in Block {height}.",
  },
} as const satisfies Strings;
