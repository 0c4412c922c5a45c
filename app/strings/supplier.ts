/** Sentences of the supplier's console: enrolment, the rate of the day to come, purchases. */
import type { Strings } from "./dictionary.ts";

export const supplier = {
  "supplier.rates": { en: "Rates", it: "Tariffe", de: "Tarife" },
  "supplier.purchases": { en: "Purchases", it: "Acquisti", de: "Käufe" },
  "supplier.sub": {
    en: "{name}, member {member} of the ledger",
    it: "{name}, membro {member} del registro",
    de: "{name}, Mitglied {member} des Registers",
  },

  "supplier.not_enrolled": {
    en: "Enrol to buy stored energy from the homes.",
    it: "Iscriviti per comprare energia accumulata dalle case.",
    de: "Lass dich eintragen, um gespeicherte Energie der Häuser zu kaufen.",
  },
  "supplier.not_enrolled_why": {
    en: "The grid operator signs the enrolment on the ledger. Then you publish a rate for each day before it begins, and homes sell to you at that rate.",
    it: "Il gestore di rete firma l’iscrizione nel registro. Poi pubblichi una tariffa per ogni giorno prima che cominci, e le case vendono a quella tariffa.",
    de: "Der Netzbetreiber unterschreibt die Eintragung im Register. Dann veröffentlichst du für jeden Tag vor seinem Beginn einen Tarif, und die Häuser verkaufen zu diesem Tarif.",
  },
  "supplier.name": {
    en: "Name as homes will see it",
    it: "Nome che le case vedranno",
    de: "Name, wie ihn die Häuser sehen",
  },
  "supplier.name_wrong": {
    en: "2 to 60 characters, none of them a blank at the ends.",
    it: "Da 2 a 60 caratteri, senza spazi alle estremità.",
    de: "2 bis 60 Zeichen, ohne Leerzeichen an den Enden.",
  },
  "supplier.apply": { en: "Ask to be enrolled", it: "Chiedi l’iscrizione", de: "Eintragung beantragen" },
  "supplier.applying": { en: "Asking…", it: "Richiesta in corso…", de: "Wird beantragt…" },
  "supplier.not_applied": { en: "NOT ASKED", it: "NON RICHIESTA", de: "NICHT BEANTRAGT" },
  "supplier.way": {
    en: "The way to the first purchase",
    it: "La via al primo acquisto",
    de: "Der Weg zum ersten Kauf",
  },
  "supplier.asked": { en: "Enrolment asked for", it: "Iscrizione richiesta", de: "Eintragung beantragt" },
  "supplier.asked_note": {
    en: "The operator sees it in the control room.",
    it: "Il gestore la vede in sala controllo.",
    de: "Der Betreiber sieht es in der Leitwarte.",
  },
  "supplier.ask": { en: "Ask to be enrolled", it: "Chiedere l’iscrizione", de: "Eintragung beantragen" },
  "supplier.enrolment": {
    en: "The operator enrols you on the ledger",
    it: "Il gestore ti iscrive nel registro",
    de: "Der Betreiber trägt dich ins Register ein",
  },
  "supplier.first_rate": {
    en: "Publish a rate before its day begins",
    it: "Pubblicare una tariffa prima che cominci il suo giorno",
    de: "Einen Tarif vor Beginn seines Tages veröffentlichen",
  },
  "supplier.applied": {
    en: "Your enrolment waits for the operator’s signature.",
    it: "L’iscrizione attende la firma del gestore.",
    de: "Die Eintragung wartet auf die Unterschrift des Betreibers.",
  },
  "supplier.applied_why": {
    en: "Nothing more is needed from you. This page changes by itself.",
    it: "Non serve altro da parte tua. La pagina cambia da sola.",
    de: "Von dir wird nichts weiter gebraucht. Die Seite ändert sich von selbst.",
  },

  "supplier.rate_for": { en: "Rate for {day}", it: "Tariffa per il {day}", de: "Tarif für {day}" },
  "supplier.rate_entry": {
    en: "Rate for {day}, € per kWh",
    it: "Tariffa per il {day}, € per kWh",
    de: "Tarif für {day}, € je kWh",
  },
  "supplier.bounds": {
    en: "from {lowest} to {highest} €/kWh",
    it: "da {lowest} a {highest} €/kWh",
    de: "von {lowest} bis {highest} €/kWh",
  },
  "supplier.rate_wrong": {
    en: "A rate from {lowest} to {highest} €/kWh, with at most six decimals.",
    it: "Una tariffa da {lowest} a {highest} €/kWh, con al massimo sei decimali.",
    de: "Ein Tarif von {lowest} bis {highest} €/kWh, mit höchstens sechs Nachkommastellen.",
  },
  "supplier.closes": {
    en: "Publishing closes at {time}, in {span}.",
    it: "La pubblicazione chiude alle {time}, tra {span}.",
    de: "Veröffentlicht wird bis {time}, noch {span}.",
  },
  "supplier.closed": {
    en: "Publishing for {day} has closed.",
    it: "La pubblicazione per il {day} è chiusa.",
    de: "Die Veröffentlichung für {day} ist geschlossen.",
  },
  "supplier.closed_why": {
    en: "After midnight you can publish for the day after. Without a rate nobody sells to you on {day}.",
    it: "Dopo mezzanotte potrai pubblicare per il giorno seguente. Senza tariffa nessuno ti vende il {day}.",
    de: "Nach Mitternacht kannst du für den Tag danach veröffentlichen. Ohne Tarif verkauft dir am {day} niemand.",
  },
  "supplier.today_is": { en: "Today {rate}", it: "Oggi {rate}", de: "Heute {rate}" },
  "supplier.today_none": { en: "No rate today", it: "Oggi nessuna tariffa", de: "Heute kein Tarif" },
  "supplier.example": {
    en: "You pay {gross} for 100 kWh.",
    it: "Paghi {gross} per 100 kWh.",
    de: "Du zahlst {gross} für 100 kWh.",
  },
  "supplier.once": {
    en: "Once in a block it holds for the whole day and cannot change.",
    it: "Una volta in un blocco vale per tutto il giorno e non può cambiare.",
    de: "Steht er in einem Block, gilt er den ganzen Tag und kann sich nicht ändern.",
  },
  "supplier.review": { en: "Review", it: "Controlla", de: "Prüfen" },
  "supplier.published": {
    en: "Published, fixed in block {height} at {when}. It cannot change any more.",
    it: "Pubblicata, fissata nel blocco {height} alle {when}. Non può più cambiare.",
    de: "Veröffentlicht, fest in Block {height} um {when}. Er kann sich nicht mehr ändern.",
  },
  "supplier.see_block": { en: "See it in the ledger", it: "Vedi nel registro", de: "Im Register ansehen" },

  "supplier.sign_by": { en: "Published by", it: "Pubblicata da", de: "Veröffentlicht von" },
  "supplier.sign_day": { en: "For the day", it: "Per il giorno", de: "Für den Tag" },
  "supplier.sign_rate": { en: "Rate", it: "Tariffa", de: "Tarif" },
  "supplier.sign_publish": {
    en: "Sign and publish",
    it: "Firma e pubblica",
    de: "Unterschreiben und veröffentlichen",
  },
  "supplier.not_published": { en: "NOT PUBLISHED", it: "NON PUBBLICATA", de: "NICHT VERÖFFENTLICHT" },

  "supplier.own_rates": { en: "Your rates", it: "Le tue tariffe", de: "Deine Tarife" },
  "supplier.no_rates": {
    en: "No rate published yet.",
    it: "Ancora nessuna tariffa pubblicata.",
    de: "Noch kein Tarif veröffentlicht.",
  },
  "supplier.col_day": { en: "Day", it: "Giorno", de: "Tag" },
  "supplier.col_rate": { en: "€/kWh", it: "€/kWh", de: "€/kWh" },
  "supplier.col_fixed": { en: "Fixed", it: "Fissata", de: "Festgelegt" },
  "supplier.col_block": { en: "Block", it: "Blocco", de: "Block" },
  "supplier.is_today": { en: "today", it: "oggi", de: "heute" },
  "supplier.is_tomorrow": { en: "tomorrow", it: "domani", de: "morgen" },

  "supplier.money": { en: "Money", it: "Denaro", de: "Geld" },
  "supplier.available": { en: "Available", it: "Disponibile", de: "Verfügbar" },
  "supplier.available_note": {
    en: "covers {energy} at today’s rate",
    it: "copre {energy} alla tariffa di oggi",
    de: "reicht für {energy} zum heutigen Tarif",
  },
  "supplier.reserved": { en: "Reserved", it: "Riservato", de: "Reserviert" },
  "supplier.reserved_note": {
    en: "for sales under way",
    it: "per vendite in corso",
    de: "für laufende Verkäufe",
  },
  "supplier.reserved_note_payouts": {
    en: "{amount} of it on its way to your bank",
    it: "{amount} in viaggio verso la tua banca",
    de: "{amount} davon unterwegs zu deiner Bank",
  },
  "supplier.paid": { en: "Paid", it: "Pagato", de: "Bezahlt" },
  "supplier.paid_note": {
    en: "for delivered energy only",
    it: "solo per energia consegnata",
    de: "nur für gelieferte Energie",
  },
  "supplier.bought": { en: "Bought", it: "Comprata", de: "Gekauft" },
  "supplier.bought_note": { en: "{rate} on average", it: "{rate} in media", de: "{rate} im Mittel" },

  "supplier.purchases_why": {
    en: "Sellers are pseudonyms that change every month.",
    it: "I venditori sono pseudonimi che cambiano ogni mese.",
    de: "Verkäufer sind Pseudonyme, die jeden Monat wechseln.",
  },
  "supplier.no_purchases": {
    en: "No purchase yet.",
    it: "Ancora nessun acquisto.",
    de: "Noch kein Kauf.",
  },
  "supplier.no_purchases_why": {
    en: "Homes sell to the best rate after fees; yours stands beside the others’ from midnight on.",
    it: "Le case vendono alla tariffa migliore al netto delle commissioni; la tua sta accanto alle altre da mezzanotte.",
    de: "Die Häuser verkaufen zum besten Tarif nach Gebühren; deiner steht ab Mitternacht neben den anderen.",
  },
  "supplier.show_all": { en: "Show all {count}", it: "Mostra tutti i {count}", de: "Alle {count} zeigen" },
  "supplier.col_when": { en: "When", it: "Quando", de: "Wann" },
  "supplier.col_seller": { en: "Seller", it: "Venditore", de: "Verkäufer" },
  "supplier.col_delivered": { en: "kWh delivered", it: "kWh consegnati", de: "kWh geliefert" },
  "supplier.col_of": { en: "of", it: "di", de: "von" },
  "supplier.col_paid": { en: "€", it: "€", de: "€" },
  "supplier.col_state": { en: "State", it: "Stato", de: "Stand" },
  "supplier.state_open": { en: "delivering", it: "in consegna", de: "in Lieferung" },
  "supplier.state_withdrawing": { en: "stopping", it: "in arresto", de: "wird gestoppt" },
  "supplier.state_settled": { en: "settled", it: "saldato", de: "abgerechnet" },
  "supplier.state_partly_delivered": {
    en: "partly delivered",
    it: "consegnato in parte",
    de: "teils geliefert",
  },
  "supplier.state_voided": { en: "not delivered", it: "non consegnato", de: "nicht geliefert" },
  "supplier.open_reserved": { en: "{amount} reserved", it: "{amount} riservati", de: "{amount} reserviert" },
} as const satisfies Strings;
