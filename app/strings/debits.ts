/** Sentences of direct debits: a member's mandate, and the operator's collections. */
import type { Strings } from "./dictionary.ts";

export const debits = {
  "debits.mandate": { en: "Paying bills by itself", it: "Addebito delle fatture", de: "Rechnungen abbuchen" },
  "debits.mandate_why": {
    en: "With a mandate the community collects what you owe by your bills from your bank account (SEPA direct debit). It tells you here 14 days before. Within eight weeks your bank gives the money back if you ask for it.",
    it: "Con un mandato la comunità addebita sul tuo conto ciò che devi per le fatture (addebito diretto SEPA). Lo annuncia qui 14 giorni prima. Entro otto settimane la tua banca restituisce il denaro, se lo chiedi.",
    de: "Mit einem Mandat bucht die Gemeinschaft von deinem Bankkonto ab, was du nach deinen Rechnungen schuldest (SEPA-Lastschrift). Sie sagt es hier 14 Tage vorher. Innerhalb von acht Wochen gibt deine Bank das Geld zurück, wenn du es verlangst.",
  },
  "debits.mandate_stands": {
    en: "Mandate {reference}, signed on {day}, {use}.",
    it: "Mandato {reference}, firmato il {day}, {use}.",
    de: "Mandat {reference}, unterschrieben am {day}, {use}.",
  },
  "debits.use.recurrent": {
    en: "for many collections",
    it: "per più addebiti",
    de: "für viele Abbuchungen",
  },
  "debits.use.one_off": {
    en: "for one collection",
    it: "per un solo addebito",
    de: "für eine einzige Abbuchung",
  },
  "debits.for": { en: "It is given for", it: "Vale per", de: "Es gilt für" },
  "debits.no_creditor": {
    en: "The community does not collect by direct debit yet.",
    it: "La comunità non usa ancora gli addebiti diretti.",
    de: "Die Gemeinschaft bucht noch nicht ab.",
  },
  "debits.account_first": {
    en: "Name your bank account first.",
    it: "Prima indica il tuo conto bancario.",
    de: "Nenne zuerst dein Bankkonto.",
  },
  "debits.give_recurrent": {
    en: "Sign for many collections",
    it: "Firma per più addebiti",
    de: "Für viele Abbuchungen unterschreiben",
  },
  "debits.give_one_off": {
    en: "Sign for one only",
    it: "Firma per uno solo",
    de: "Nur für eine unterschreiben",
  },
  "debits.end": { en: "End the mandate", it: "Revoca il mandato", de: "Mandat beenden" },
  "debits.given": { en: "The mandate stands.", it: "Il mandato è valido.", de: "Das Mandat gilt." },
  "debits.ended": {
    en: "The mandate is over. What is at the bank already may still be collected.",
    it: "Il mandato è revocato. Ciò che è già in banca può ancora essere addebitato.",
    de: "Das Mandat ist beendet. Was schon bei der Bank liegt, kann noch abgebucht werden.",
  },
  "debits.announced": { en: "Collections", it: "Addebiti", de: "Abbuchungen" },
  "debits.on_day": { en: "on {day}", it: "il {day}", de: "am {day}" },
  "debits.col_name": { en: "Member", it: "Membro", de: "Mitglied" },
  "debits.col_amount": { en: "Amount, €", it: "Importo, €", de: "Betrag, €" },
  "debits.col_bills": { en: "Bills", it: "Fatture", de: "Rechnungen" },
  "debits.col_day": { en: "Day", it: "Giorno", de: "Tag" },
  "debits.col_state": { en: "At the bank", it: "In banca", de: "Bei der Bank" },
  "debits.col_sequence": { en: "Kind", it: "Tipo", de: "Art" },
  "debits.sequence.FRST": { en: "first", it: "primo", de: "erste" },
  "debits.sequence.RCUR": { en: "recurring", it: "ricorrente", de: "folgende" },
  "debits.sequence.OOFF": { en: "only one", it: "unico", de: "einzige" },
  "debits.sequence.FNAL": { en: "last", it: "ultimo", de: "letzte" },
  "debits.state.pending": { en: "waits", it: "in attesa", de: "wartet" },
  "debits.state.collected": { en: "collected", it: "incassato", de: "abgebucht" },
  "debits.state.rejected": { en: "not taken", it: "non accettato", de: "nicht angenommen" },
  "debits.state.returned": { en: "given back", it: "restituito", de: "zurückgegeben" },
  "debits.collect": {
    en: "Collect what members owe",
    it: "Incassa ciò che i membri devono",
    de: "Einziehen, was Mitglieder schulden",
  },
  "debits.collect_why": {
    en: "Open bills as a SEPA direct debit (pain.008), one debit for each member. Whole or not at all; members see it at Money from now on.",
    it: "Fatture aperte come addebito diretto SEPA (pain.008), un addebito per membro. Tutto o niente; i membri lo vedono subito alla voce Denaro.",
    de: "Offene Rechnungen als SEPA-Lastschrift (pain.008), eine Abbuchung je Mitglied. Ganz oder gar nicht; Mitglieder sehen es ab jetzt unter Geld.",
  },
  "debits.nothing_open": {
    en: "Nobody owes anything that is not being collected.",
    it: "Nessuno deve qualcosa che non sia già in incasso.",
    de: "Niemand schuldet etwas, das nicht schon eingezogen wird.",
  },
  "debits.save": {
    en: "Collect {amount} on {day}",
    it: "Incassa {amount} il {day}",
    de: "{amount} am {day} einziehen",
  },
  "debits.none_chosen": {
    en: "Choose of whom to collect.",
    it: "Scegli da chi incassare.",
    de: "Wähle, von wem eingezogen wird.",
  },
  "debits.own_first": {
    en: "Name the community’s account first, above.",
    it: "Prima indica, qui sopra, il conto della comunità.",
    de: "Zuerst oben das Konto der Gemeinschaft nennen.",
  },
  "debits.row": {
    en: "{name}, {amount}, {count} {count:bill|bills}",
    it: "{name}, {amount}, {count} {count:fattura|fatture}",
    de: "{name}, {amount}, {count} {count:Rechnung|Rechnungen}",
  },
  "debits.last": {
    en: "The last from {name}",
    it: "L’ultimo da {name}",
    de: "Die letzte von {name}",
  },
  "debits.fault.no_bank_account": {
    en: "has named no bank account",
    it: "non ha indicato un conto bancario",
    de: "hat kein Bankkonto genannt",
  },
  "debits.fault.no_mandate": {
    en: "has given no mandate",
    it: "non ha dato un mandato",
    de: "hat kein Mandat gegeben",
  },
  "debits.fault.mandate_of_another_creditor": {
    en: "the mandate is for another creditor identifier",
    it: "il mandato è per un altro identificativo del creditore",
    de: "das Mandat gilt für eine andere Gläubiger-Kennung",
  },
  "debits.fault.mandate_of_another_account": {
    en: "the mandate is for an earlier bank account",
    it: "il mandato è per un conto precedente",
    de: "das Mandat gilt für ein früheres Bankkonto",
  },
  "debits.fault.mandate_lapsed": {
    en: "the mandate was not used for 36 months",
    it: "il mandato non è stato usato per 36 mesi",
    de: "das Mandat wurde 36 Monate nicht benutzt",
  },
  "debits.fault.mandate_used": {
    en: "the mandate is used up",
    it: "il mandato è esaurito",
    de: "das Mandat ist verbraucht",
  },
  "debits.creditor": {
    en: "Creditor identifier",
    it: "Identificativo del creditore",
    de: "Gläubiger-Kennung",
  },
  "debits.creditor_why": {
    en: "The community collects under it; its bank or central bank issues it. Naming another ends all mandates.",
    it: "Con esso la comunità incassa; lo rilascia la sua banca o la banca centrale. Se cambia, tutti i mandati cessano.",
    de: "Unter ihr zieht die Gemeinschaft ein; ihre Bank oder Zentralbank vergibt sie. Eine andere beendet alle Mandate.",
  },
  "debits.creditor_name": {
    en: "Keep the identifier",
    it: "Conserva l’identificativo",
    de: "Kennung vermerken",
  },
  "debits.creditor_wrong": {
    en: "It does not fit: compare it with the letter of whoever issued it.",
    it: "Non è corretto: confrontalo con la lettera di chi l’ha rilasciato.",
    de: "Sie stimmt nicht: vergleiche sie mit dem Brief dessen, der sie vergeben hat.",
  },
  "debits.run": {
    en: "{day}: {amount}, {count} {count:debit|debits}",
    it: "{day}: {amount}, {count} {count:addebito|addebiti}",
    de: "{day}: {amount}, {count} {count:Abbuchung|Abbuchungen}",
  },
  "debits.file": {
    en: "Save the file for the bank",
    it: "Salva il file per la banca",
    de: "Datei für die Bank sichern",
  },
  "debits.was_collected": { en: "Collected", it: "Incassato", de: "Abgebucht" },
  "debits.was_rejected": { en: "Not taken", it: "Non accettato", de: "Nicht angenommen" },
  "debits.was_returned": { en: "Given back", it: "Restituito", de: "Zurückgegeben" },
  "debits.outcome_of": { en: "{word}: {name}", it: "{word}: {name}", de: "{word}: {name}" },
} as const satisfies Strings;
