/** Sentences about money in and out: a member's own, and the operator's bank. */
import type { Strings } from "./dictionary.ts";

export const money = {
  "money.title": { en: "Money", it: "Denaro", de: "Geld" },
  "money.sub": {
    en: "What the ledger holds for you, and the way to your bank",
    it: "Ciò che il registro tiene per te, e la via verso la tua banca",
    de: "Was das Register für dich hält, und der Weg zu deiner Bank",
  },
  "money.available": { en: "Available", it: "Disponibile", de: "Verfügbar" },
  "money.available_note": {
    en: "yours to take out",
    it: "puoi prelevarlo",
    de: "kannst du dir auszahlen lassen",
  },
  "money.incoming": { en: "Coming in", it: "In arrivo", de: "Kommt herein" },
  "money.incoming_note": {
    en: "by sales under way, if all of it is delivered",
    it: "dalle vendite in corso, se tutto viene consegnato",
    de: "aus laufenden Verkäufen, wenn alles geliefert wird",
  },
  "money.reserved": { en: "Reserved", it: "Riservato", de: "Reserviert" },
  "money.reserved_note": {
    en: "for sales under way",
    it: "per vendite in corso",
    de: "für laufende Verkäufe",
  },
  "money.on_the_way": { en: "On its way", it: "In viaggio", de: "Unterwegs" },
  "money.on_the_way_note": {
    en: "to your bank account",
    it: "verso il tuo conto bancario",
    de: "zu deinem Bankkonto",
  },

  "money.take_out": { en: "Take money out", it: "Preleva denaro", de: "Geld auszahlen lassen" },
  "money.amount": {
    en: "Amount to take out, €",
    it: "Importo da prelevare, €",
    de: "Auszahlungsbetrag, €",
  },
  "money.amount_says": {
    en: "At most {most}, to the cent.",
    it: "Al massimo {most}, al centesimo.",
    de: "Höchstens {most}, auf den Cent.",
  },
  "money.amount_wrong": {
    en: "An amount from 0.01 € to {most}, with at most two decimals.",
    it: "Un importo da 0,01 € a {most}, con al massimo due decimali.",
    de: "Ein Betrag von 0,01 € bis {most}, mit höchstens zwei Nachkommastellen.",
  },
  "money.all": { en: "All of it: {amount}", it: "Tutto: {amount}", de: "Alles: {amount}" },
  "money.goes_to": {
    en: "It goes to {holder}, {iban}.",
    it: "Va a {holder}, {iban}.",
    de: "Es geht an {holder}, {iban}.",
  },
  "money.not_on_ledger": {
    en: "The bank account is not part of what you sign and stands nowhere on the ledger.",
    it: "Il conto bancario non fa parte di ciò che firmi e non compare nel registro.",
    de: "Das Bankkonto gehört nicht zu dem, was du unterschreibst, und steht nirgends im Register.",
  },
  "money.first_account": {
    en: "Name the bank account first that the money is to go to.",
    it: "Indica prima il conto bancario a cui deve andare il denaro.",
    de: "Nenne zuerst das Bankkonto, an das das Geld gehen soll.",
  },
  "money.nothing": {
    en: "There is nothing to take out now.",
    it: "Ora non c’è nulla da prelevare.",
    de: "Jetzt gibt es nichts auszuzahlen.",
  },
  "money.nothing_why": {
    en: "What you are paid for energy stands here as soon as it is delivered.",
    it: "Ciò che ricevi per l’energia compare qui appena è consegnata.",
    de: "Was du für Energie bekommst, steht hier, sobald sie geliefert ist.",
  },
  "money.nothing_why_supplier": {
    en: "What you pay in stands here once the operator has booked it.",
    it: "Ciò che versi compare qui quando il gestore lo ha registrato.",
    de: "Was du einzahlst, steht hier, sobald der Betreiber es gebucht hat.",
  },
  "money.review": { en: "Review", it: "Controlla", de: "Prüfen" },
  "money.row_amount": { en: "Amount", it: "Importo", de: "Betrag" },
  "money.row_payout": { en: "Payout", it: "Prelievo", de: "Auszahlung" },
  "money.sign": { en: "Sign and ask for it", it: "Firma e richiedi", de: "Unterschreiben und anfordern" },
  "money.not_asked": { en: "NOT ASKED FOR", it: "NON RICHIESTO", de: "NICHT ANGEFORDERT" },
  "money.asked_done": {
    en: "{amount} is asked for and reserved, in block {height}.",
    it: "{amount} richiesti e riservati, nel blocco {height}.",
    de: "{amount} angefordert und reserviert, in Block {height}.",
  },

  "money.account": { en: "Your bank account", it: "Il tuo conto bancario", de: "Dein Bankkonto" },
  "money.account_why": {
    en: "It is kept by the platform alone, never on the ledger. The operator reads the whole number only for a payout that waits, and for what you let be collected.",
    it: "Lo conserva solo la piattaforma, mai il registro. Il gestore legge il numero intero solo per un prelievo in attesa e per gli addebiti che autorizzi.",
    de: "Nur die Plattform bewahrt es auf, nie das Register. Der Betreiber liest die ganze Nummer nur für eine Auszahlung, die wartet, und für das, was du abbuchen lässt.",
  },
  "money.no_account": {
    en: "None is named yet.",
    it: "Nessuno è ancora indicato.",
    de: "Noch keines genannt.",
  },
  "money.since": { en: "named {when}", it: "indicato {when}", de: "genannt am {when}" },
  "money.holder": {
    en: "Account holder, as the bank has it",
    it: "Intestatario, come lo scrive la banca",
    de: "Inhaber, wie ihn die Bank schreibt",
  },
  "money.holder_wrong": {
    en: "2 to 70 characters, none of them a blank at the ends.",
    it: "Da 2 a 70 caratteri, senza spazi alle estremità.",
    de: "2 bis 70 Zeichen, ohne Leerzeichen an den Enden.",
  },
  "money.iban": { en: "IBAN", it: "IBAN", de: "IBAN" },
  "money.iban_characters": {
    en: "An IBAN begins with two letters and two digits; only letters and digits follow.",
    it: "Un IBAN comincia con due lettere e due cifre; seguono solo lettere e cifre.",
    de: "Eine IBAN beginnt mit zwei Buchstaben und zwei Ziffern; nur Buchstaben und Ziffern folgen.",
  },
  "money.iban_country": {
    en: "Accounts of this country cannot be paid in euro by SEPA.",
    it: "I conti di questo paese non si possono pagare in euro via SEPA.",
    de: "Konten dieses Landes lassen sich nicht über SEPA in Euro bezahlen.",
  },
  "money.iban_length": {
    en: "This IBAN is too long or too short for its country.",
    it: "Questo IBAN è troppo lungo o troppo corto per il suo paese.",
    de: "Diese IBAN ist für ihr Land zu lang oder zu kurz.",
  },
  "money.iban_check": {
    en: "The check digits do not fit: something is mistyped.",
    it: "Le cifre di controllo non tornano: c’è un errore di battitura.",
    de: "Die Prüfziffern passen nicht: etwas ist vertippt.",
  },
  "money.name_account": {
    en: "Name a bank account…",
    it: "Indica un conto bancario…",
    de: "Bankkonto nennen…",
  },
  "money.change_account": { en: "Change it…", it: "Cambia…", de: "Ändern…" },
  "money.forget_account": { en: "Have it forgotten", it: "Fallo dimenticare", de: "Vergessen lassen" },
  "money.account_step": {
    en: "Where your money goes",
    it: "Dove va il tuo denaro",
    de: "Wohin dein Geld geht",
  },
  "money.letter_why": {
    en: "This device signs it, so that nobody who only has your session can send your money elsewhere.",
    it: "Lo firma questo dispositivo: chi ha solo la tua sessione non può mandare altrove il tuo denaro.",
    de: "Dieses Gerät unterschreibt es: Wer nur deine Sitzung hat, kann dein Geld nicht umleiten.",
  },
  "money.sign_account": { en: "Sign and keep it", it: "Firma e conserva", de: "Unterschreiben und merken" },
  "money.signing_account": { en: "Signing…", it: "Firma in corso…", de: "Wird unterschrieben…" },
  "money.account_kept": {
    en: "Your bank account is kept.",
    it: "Il conto bancario è conservato.",
    de: "Das Bankkonto ist vermerkt.",
  },
  "money.account_forgotten": {
    en: "Your bank account is forgotten.",
    it: "Il conto bancario è dimenticato.",
    de: "Das Bankkonto ist vergessen.",
  },
  "money.not_kept": { en: "NOT KEPT", it: "NON CONSERVATO", de: "NICHT VERMERKT" },
  "money.unreached": {
    en: "The platform did not answer, or this browser has no key. Try again.",
    it: "La piattaforma non ha risposto, o questo browser non ha una chiave. Riprova.",
    de: "Die Plattform hat nicht geantwortet, oder dieser Browser hat keinen Schlüssel. Noch einmal versuchen.",
  },
  "money.not_now": { en: "Not now", it: "Non ora", de: "Nicht jetzt" },

  "money.payouts": { en: "Your payouts", it: "I tuoi prelievi", de: "Deine Auszahlungen" },
  "money.no_payouts": {
    en: "No money was taken out yet.",
    it: "Ancora nessun prelievo.",
    de: "Noch kein Geld ausgezahlt.",
  },
  "money.asked": { en: "asked for {when}", it: "richiesto {when}", de: "angefordert am {when}" },
  "money.state_waiting": { en: "Requested", it: "Richiesto", de: "Angefordert" },
  "money.state_paid": { en: "Paid", it: "Pagato", de: "Bezahlt" },
  "money.state_unpaid": { en: "Refused", it: "Rifiutato", de: "Abgelehnt" },
  "money.state_expired": { en: "Lapsed", it: "Decaduto", de: "Verfallen" },
  "money.says_waiting": {
    en: "The operator pays it by bank. If nobody does before block {height}, the money is yours again.",
    it: "Il gestore lo paga tramite banca. Se nessuno lo fa prima del blocco {height}, il denaro torna tuo.",
    de: "Der Betreiber zahlt es per Bank. Tut es vor Block {height} niemand, gehört das Geld wieder dir.",
  },
  "money.says_paid": {
    en: "By bank, {when}. The bank’s reference:",
    it: "Tramite banca, {when}. Riferimento della banca:",
    de: "Per Bank, {when}. Referenz der Bank:",
  },
  "money.says_unpaid": {
    en: "The operator did not pay it. The money is available again.",
    it: "Il gestore non l’ha pagato. Il denaro è di nuovo disponibile.",
    de: "Der Betreiber hat es nicht bezahlt. Das Geld ist wieder verfügbar.",
  },
  "money.says_expired": {
    en: "Nobody paid it in time. The money is available again.",
    it: "Nessuno l’ha pagato in tempo. Il denaro è di nuovo disponibile.",
    de: "Niemand hat es rechtzeitig bezahlt. Das Geld ist wieder verfügbar.",
  },
  "money.block": { en: "Block {height}", it: "Blocco {height}", de: "Block {height}" },

  "bank.title": { en: "Bank", it: "Banca", de: "Bank" },
  "bank.sub": {
    en: "What the community’s bank account pays and receives",
    it: "Ciò che il conto bancario della comunità paga e riceve",
    de: "Was das Bankkonto der Gemeinschaft zahlt und empfängt",
  },
  "bank.waiting": { en: "Payouts to pay", it: "Prelievi da pagare", de: "Zu zahlende Auszahlungen" },
  "bank.waiting_sum": {
    en: "{count} {count:payout|payouts}, {amount} in all",
    it: "{count} {count:prelievo|prelievi}, {amount} in tutto",
    de: "{count} {count:Auszahlung|Auszahlungen}, zusammen {amount}",
  },
  "bank.none": {
    en: "No payout waits to be paid.",
    it: "Nessun prelievo attende di essere pagato.",
    de: "Keine Auszahlung wartet.",
  },
  "bank.none_why": {
    en: "When a member asks for its money, it shows here and in the overview.",
    it: "Quando un membro chiede il suo denaro, compare qui e nella panoramica.",
    de: "Wenn ein Mitglied sein Geld anfordert, erscheint es hier und im Überblick.",
  },
  "bank.asked": {
    en: "member {member}, asked {when}",
    it: "membro {member}, richiesto {when}",
    de: "Mitglied {member}, angefordert am {when}",
  },
  "bank.no_account": {
    en: "has named no bank account",
    it: "non ha indicato un conto bancario",
    de: "hat kein Bankkonto genannt",
  },
  "bank.open": { en: "Pay…", it: "Paga…", de: "Bezahlen…" },
  "bank.open_label": {
    en: "Pay {amount} to {name}…",
    it: "Paga {amount} a {name}…",
    de: "{amount} an {name} bezahlen…",
  },
  "bank.step": { en: "{amount} to {name}", it: "{amount} a {name}", de: "{amount} an {name}" },
  "bank.first_pay": {
    en: "1. Pay this by bank",
    it: "1. Paga questo tramite banca",
    de: "1. Das per Bank bezahlen",
  },
  "bank.then_say": {
    en: "2. Say so on the ledger",
    it: "2. Dichiaralo nel registro",
    de: "2. Im Register vermerken",
  },
  "bank.row_holder": { en: "To", it: "A", de: "An" },
  "bank.row_purpose": { en: "Purpose", it: "Causale", de: "Verwendungszweck" },
  "bank.purpose": { en: "payout {id}", it: "prelievo {id}", de: "Auszahlung {id}" },
  "bank.copy": { en: "Copy the IBAN", it: "Copia l’IBAN", de: "IBAN kopieren" },
  "bank.copied": { en: "Copied", it: "Copiato", de: "Kopiert" },
  "bank.missing": {
    en: "This member has named no bank account.",
    it: "Questo membro non ha indicato un conto bancario.",
    de: "Dieses Mitglied hat kein Bankkonto genannt.",
  },
  "bank.missing_why": {
    en: "Ask for it, or refuse the payout: the money is then free again.",
    it: "Chiedilo, oppure rifiuta il prelievo: il denaro torna libero.",
    de: "Frage danach, oder lehne die Auszahlung ab: Das Geld ist dann wieder frei.",
  },
  "bank.reference": {
    en: "The bank’s reference of the payment",
    it: "Riferimento bancario del pagamento",
    de: "Referenz der Bank für die Zahlung",
  },
  "bank.reference_why": {
    en: "It stands on the ledger for all to see and counts once. No names in it.",
    it: "Compare nel registro, visibile a tutti, e vale una volta. Senza nomi.",
    de: "Sie steht für alle sichtbar im Register und zählt einmal. Keine Namen darin.",
  },
  "bank.reference_wrong": {
    en: "1 to 64 characters, none of them a blank at the ends.",
    it: "Da 1 a 64 caratteri, senza spazi alle estremità.",
    de: "1 bis 64 Zeichen, ohne Leerzeichen an den Enden.",
  },
  "bank.paid": { en: "It is paid…", it: "È pagato…", de: "Ist bezahlt…" },
  "bank.refuse": { en: "Refuse it…", it: "Rifiuta…", de: "Ablehnen…" },
  "bank.refuse_why": {
    en: "Nothing is paid, and the money is the member’s again. Only if you have not paid it by bank.",
    it: "Nulla viene pagato e il denaro torna al membro. Solo se non l’hai pagato tramite banca.",
    de: "Nichts wird bezahlt, und das Geld gehört wieder dem Mitglied. Nur, wenn du es nicht per Bank bezahlt hast.",
  },
  "bank.row_result": { en: "Result", it: "Esito", de: "Ergebnis" },
  "bank.result_paid": { en: "paid by bank", it: "pagato tramite banca", de: "per Bank bezahlt" },
  "bank.result_unpaid": { en: "not paid", it: "non pagato", de: "nicht bezahlt" },
  "bank.row_reference": { en: "Reference", it: "Riferimento", de: "Referenz" },
  "bank.sign_paid": {
    en: "Sign: it is paid",
    it: "Firma: è pagato",
    de: "Unterschreiben: ist bezahlt",
  },
  "bank.sign_refuse": {
    en: "Sign: refused",
    it: "Firma: rifiutato",
    de: "Unterschreiben: abgelehnt",
  },
  "bank.not_settled": { en: "NOT SETTLED", it: "NON CHIUSO", de: "NICHT ERLEDIGT" },
  "bank.settled_paid": {
    en: "{amount} to {name} is paid, in block {height}.",
    it: "{amount} a {name}: pagato, nel blocco {height}.",
    de: "{amount} an {name}: bezahlt, in Block {height}.",
  },
  "bank.settled_unpaid": {
    en: "{amount} to {name} is refused, in block {height}.",
    it: "{amount} a {name}: rifiutato, nel blocco {height}.",
    de: "{amount} an {name}: abgelehnt, in Block {height}.",
  },

  "bank.file": { en: "One file for the bank", it: "Un file per la banca", de: "Eine Datei für die Bank" },
  "bank.file_why": {
    en: "All payouts that wait, as a SEPA credit transfer (pain.001). It moves no money by itself; what the bank has paid is settled here, one by one.",
    it: "Tutti i prelievi in attesa, come bonifico SEPA (pain.001). Da solo non muove denaro; ciò che la banca ha pagato si chiude qui, uno per uno.",
    de: "Alle wartenden Auszahlungen als SEPA-Überweisung (pain.001). Sie bewegt selbst kein Geld; was die Bank bezahlt hat, wird hier einzeln erledigt.",
  },
  "bank.file_save": {
    en: "Save {count} {count:payment|payments}",
    it: "Salva {count} {count:pagamento|pagamenti}",
    de: "{count} {count:Zahlung|Zahlungen} sichern",
  },
  "bank.file_own_first": {
    en: "Name the account to pay from first, below.",
    it: "Prima indica, qui sotto, il conto da cui pagare.",
    de: "Zuerst unten das Konto nennen, von dem bezahlt wird.",
  },
  "bank.file_none": {
    en: "None of these members has named a bank account.",
    it: "Nessuno di questi membri ha indicato un conto bancario.",
    de: "Keines dieser Mitglieder hat ein Bankkonto genannt.",
  },
  "bank.file_left_out": {
    en: "{count} {count:payout is|payouts are} left out: no bank account is named.",
    it: "{count} {count:prelievo escluso|prelievi esclusi}: nessun conto bancario indicato.",
    de: "{count} {count:Auszahlung fehlt|Auszahlungen fehlen} darin: kein Bankkonto ist genannt.",
  },
  "bank.file_twice": {
    en: "Saved twice, a payout keeps its payment number, so that a bank can refuse the double. Settle what is paid before you save the next file.",
    it: "Salvato due volte, un prelievo conserva il suo numero di pagamento, così la banca può rifiutare il doppione. Chiudi ciò che è pagato prima di salvare il file successivo.",
    de: "Zweimal gesichert, behält eine Auszahlung ihre Zahlungsnummer, sodass eine Bank die Doppelte ablehnen kann. Erledige Bezahltes, bevor du die nächste Datei sicherst.",
  },
  "bank.own_account": {
    en: "The account to pay from",
    it: "Il conto da cui si paga",
    de: "Das Konto, von dem bezahlt wird",
  },
  "bank.own_account_why": {
    en: "The community’s account, for the file. It is kept by the platform alone, never on the ledger.",
    it: "Il conto della comunità, per il file. Lo conserva solo la piattaforma, mai il registro.",
    de: "Das Konto der Gemeinschaft, für die Datei. Nur die Plattform bewahrt es auf, nie das Register.",
  },

  "bank.deposit": { en: "Book a deposit", it: "Registra un versamento", de: "Einzahlung buchen" },
  "bank.deposit_why": {
    en: "Money that has arrived on the community’s bank account, for a member.",
    it: "Denaro arrivato sul conto bancario della comunità, per un membro.",
    de: "Geld, das auf dem Bankkonto der Gemeinschaft angekommen ist, für ein Mitglied.",
  },
  "bank.member": { en: "For", it: "Per", de: "Für" },
  "bank.pick": { en: "Choose a member", it: "Scegli un membro", de: "Mitglied wählen" },
  "bank.member_wrong": {
    en: "Choose whose money it is.",
    it: "Scegli di chi è il denaro.",
    de: "Wähle, wessen Geld es ist.",
  },
  "bank.amount": { en: "Amount, €", it: "Importo, €", de: "Betrag, €" },
  "bank.amount_wrong": {
    en: "An amount from 0.01 € on, with at most two decimals.",
    it: "Un importo da 0,01 € in su, con al massimo due decimali.",
    de: "Ein Betrag ab 0,01 €, mit höchstens zwei Nachkommastellen.",
  },
  "bank.member_no": {
    en: "{name}, member {member}",
    it: "{name}, membro {member}",
    de: "{name}, Mitglied {member}",
  },
  "bank.sign_deposit": { en: "Sign and book", it: "Firma e registra", de: "Unterschreiben und buchen" },
  "bank.not_booked": { en: "NOT BOOKED", it: "NON REGISTRATO", de: "NICHT GEBUCHT" },
  "bank.booked": {
    en: "{amount} is booked for {name}, in block {height}.",
    it: "{amount} registrati per {name}, nel blocco {height}.",
    de: "{amount} für {name} gebucht, in Block {height}.",
  },

  "money.refused.bank_account_changed": {
    en: "A bank account was named meanwhile, perhaps on another device. This one was not kept. Look at the present one.",
    it: "Nel frattempo è stato indicato un conto, forse da un altro dispositivo. Questo non è conservato. Guarda quello attuale.",
    de: "Inzwischen wurde ein Bankkonto genannt, vielleicht auf einem anderen Gerät. Dieses ist nicht vermerkt. Sieh dir das jetzige an.",
  },
  "money.refused.iban_invalid": {
    en: "The number is no IBAN that can be paid in euro. It was not kept.",
    it: "Il numero non è un IBAN che si possa pagare in euro. Non è conservato.",
    de: "Die Nummer ist keine IBAN, die sich in Euro bezahlen lässt. Sie ist nicht vermerkt.",
  },
  "money.refused.holder_invalid": {
    en: "A holder’s name has 2 to 70 characters. The account was not kept.",
    it: "Il nome dell’intestatario ha da 2 a 70 caratteri. Il conto non è conservato.",
    de: "Der Name des Inhabers hat 2 bis 70 Zeichen. Das Konto ist nicht vermerkt.",
  },
  "money.refused.signature_wrong": {
    en: "The signature does not fit. Nothing was kept. Try again.",
    it: "La firma non corrisponde. Nulla è stato conservato. Riprova.",
    de: "Die Unterschrift passt nicht. Nichts ist vermerkt. Noch einmal versuchen.",
  },
  "money.refused.device_unknown": {
    en: "The key of this device is none of yours any more. Sign in again.",
    it: "La chiave di questo dispositivo non è più tua. Entra di nuovo.",
    de: "Der Schlüssel dieses Geräts ist keiner von deinen mehr. Melde dich neu an.",
  },
  "money.refused.not_offered": {
    en: "This node does it for nobody. Go to the operator’s.",
    it: "Questo nodo non lo fa per nessuno. Vai a quello del gestore.",
    de: "Dieser Knoten tut das für niemanden. Geh zu dem des Betreibers.",
  },
  "money.refused.payout_closed": {
    en: "This payout is over: settled, or its time has passed.",
    it: "Questo prelievo è chiuso, o il suo tempo è scaduto.",
    de: "Diese Auszahlung ist erledigt, oder ihre Zeit ist um.",
  },
} as const satisfies Strings;
