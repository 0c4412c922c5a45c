/** The best outlet beside the others: what each brings, why, and what speaks against it. Comes with F3, not with F1. */
import type { Strings } from "./dictionary.ts";

export const outletTable = {
  "outlets.kind.keep": { en: "Keep for the house", it: "Tenere per la casa", de: "Für das Haus behalten" },
  "outlets.kind.use": { en: "Use now", it: "Usare subito", de: "Jetzt verbrauchen" },
  "outlets.kind.neighbour": { en: "Neighbours", it: "Vicini", de: "Nachbarn" },
  "outlets.kind.supplier": { en: "{supplier}", it: "{supplier}", de: "{supplier}" },
  "outlets.kind.community": { en: "MicroGrid", it: "MicroGrid", de: "MicroGrid" },

  "outlets.reason.saves_later": {
    en: "saves it later, on a day like the last one",
    it: "lo fa risparmiare più tardi, in un giorno come l’ultimo",
    de: "spart sie später, an einem Tag wie dem letzten",
  },
  "outlets.reason.refilled_by_the_sun": {
    en: "the sun refills it before the house needs it",
    it: "il sole lo ricarica prima che serva alla casa",
    de: "die Sonne füllt nach, bevor das Haus sie braucht",
  },
  "outlets.reason.saves_now": {
    en: "replaces what comes from the MicroGrid now",
    it: "sostituisce ciò che ora arriva dalla MicroGrid",
    de: "ersetzt, was gerade aus dem MicroGrid kommt",
  },
  "outlets.reason.market_price": {
    en: "expected price of the next quarter hour",
    it: "prezzo atteso del prossimo quarto d’ora",
    de: "erwarteter Preis der nächsten Viertelstunde",
  },
  "outlets.reason.rate_of_today": {
    en: "signed rate of today",
    it: "tariffa di oggi, firmata",
    de: "unterschriebener Tarif von heute",
  },
  "outlets.reason.shared_incentive": {
    en: "feed-in, and the incentive on what neighbours use within the hour",
    it: "immissione, più l’incentivo su ciò che i vicini usano nell’ora",
    de: "Einspeisung und die Förderung auf das, was Nachbarn in der Stunde verbrauchen",
  },
  "outlets.reason.feed_in": { en: "feed-in price", it: "prezzo di immissione", de: "Einspeisepreis" },
  "outlets.reason.no_accumulator": {
    en: "only what an accumulator holds can be sold",
    it: "si può vendere solo ciò che sta in un accumulo",
    de: "verkaufen lässt sich nur, was ein Speicher hält",
  },
  "outlets.reason.accumulator_full": {
    en: "the accumulator is full",
    it: "l’accumulo è pieno",
    de: "der Speicher ist voll",
  },
  "outlets.reason.house_is_covered": {
    en: "the house takes nothing from the MicroGrid now",
    it: "ora la casa non prende nulla dalla MicroGrid",
    de: "das Haus nimmt gerade nichts aus dem MicroGrid",
  },
  "outlets.reason.market_not_open": {
    en: "the market is not open",
    it: "il mercato non è aperto",
    de: "der Markt ist nicht eröffnet",
  },
  "outlets.reason.not_joined": {
    en: "you take no part yet",
    it: "non partecipi ancora",
    de: "du nimmst noch nicht teil",
  },
  "outlets.reason.nothing_would_trade": {
    en: "nobody would buy in the next quarter hour",
    it: "nel prossimo quarto d’ora nessuno comprerebbe",
    de: "in der nächsten Viertelstunde kauft niemand",
  },
  "outlets.reason.rate_missing": {
    en: "no rate for today",
    it: "nessuna tariffa per oggi",
    de: "kein Tarif für heute",
  },
  "outlets.reason.supplier_suspended": {
    en: "suspended from buying",
    it: "sospeso dagli acquisti",
    de: "vom Kauf ausgesetzt",
  },
  "outlets.reason.funds_too_low": {
    en: "its account covers no sale",
    it: "il suo conto non copre una vendita",
    de: "sein Konto deckt keinen Verkauf",
  },
  "outlets.reason.too_little_stored": {
    en: "less than the smallest sale is free",
    it: "è libero meno della vendita minima",
    de: "frei ist weniger als der kleinste Verkauf",
  },
  "outlets.reason.grid_energy": {
    en: "energy from the MicroGrid is not for sale",
    it: "l’energia della MicroGrid non è in vendita",
    de: "Energie aus dem MicroGrid ist unverkäuflich",
  },

  "outlets.risk.day_may_differ": {
    en: "The coming day may not be like the last one.",
    it: "Il giorno che viene può essere diverso dall’ultimo.",
    de: "Der kommende Tag kann anders sein als der letzte.",
  },
  "outlets.risk.needs_a_use_now": {
    en: "Only where something can be switched on now.",
    it: "Solo se ora si può accendere qualcosa.",
    de: "Nur wenn sich gerade etwas einschalten lässt.",
  },
  "outlets.risk.price_is_expected": {
    en: "The price is an expectation; the order may find no partner.",
    it: "Il prezzo è un’attesa; l’ordine può restare senza controparte.",
    de: "Der Preis ist eine Erwartung; der Auftrag findet vielleicht niemanden.",
  },
  "outlets.risk.delivery_is_owed": {
    en: "What is sold and not delivered is bought at the tariff.",
    it: "Ciò che è venduto e non consegnato si ricompra alla tariffa.",
    de: "Was verkauft und nicht geliefert ist, wird zum Tarif gekauft.",
  },
  "outlets.risk.only_delivered_is_paid": {
    en: "Only what the meter proves is paid.",
    it: "Si paga solo ciò che il contatore prova.",
    de: "Bezahlt wird nur, was der Zähler beweist.",
  },
  "outlets.risk.sharing_is_expected": {
    en: "How much neighbours use is known after the hour.",
    it: "Quanto usano i vicini si sa a ora finita.",
    de: "Wie viel Nachbarn verbrauchen, steht erst nach der Stunde fest.",
  },
  "outlets.risk.paid_later": {
    en: "The incentive is paid months later.",
    it: "L’incentivo si paga mesi dopo.",
    de: "Die Förderung wird Monate später gezahlt.",
  },

  "outlets.col_outlet": { en: "Outlet", it: "Impiego", de: "Ziel" },
  "outlets.col_price": { en: "Price", it: "Prezzo", de: "Preis" },
  "outlets.col_fee": { en: "Fee", it: "Commissione", de: "Gebühr" },
  "outlets.col_lost": { en: "Losses", it: "Perdite", de: "Verluste" },
  "outlets.col_wear": { en: "Wear", it: "Usura", de: "Verschleiß" },
  "outlets.col_net": { en: "Net, €/kWh", it: "Netto, €/kWh", de: "Netto, €/kWh" },
  "outlets.compare": {
    en: "All outlets compared",
    it: "Tutti gli impieghi a confronto",
    de: "Alle Ziele im Vergleich",
  },
  "outlets.how": { en: "How it is reckoned", it: "Come si calcola", de: "Wie gerechnet wird" },
  "outlets.do_sell": {
    en: "Sell {energy} to {supplier}…",
    it: "Vendi {energy} a {supplier}…",
    de: "{energy} an {supplier} verkaufen…",
  },
  "outlets.do_market": {
    en: "To the neighbours’ market",
    it: "Al mercato dei vicini",
    de: "Zum Nachbarmarkt",
  },
} as const satisfies Strings;
