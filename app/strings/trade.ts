/** Sentences of F3: selling stored energy, a sale under way, its receipt, and why a sale was refused. */
import type { Strings } from "./dictionary.ts";

export const trade = {
  "trade.title": {
    en: "Sell stored energy",
    it: "Vendi energia accumulata",
    de: "Gespeicherte Energie verkaufen",
  },
  "trade.sub_solar": {
    en: "Solar only. Your reserve of {reserve} stays.",
    it: "Solo solare. La riserva del {reserve} resta in casa.",
    de: "Nur Sonnenenergie. Deine Reserve von {reserve} bleibt.",
  },
  "trade.sub_any": {
    en: "Your reserve of {reserve} stays.",
    it: "La riserva del {reserve} resta in casa.",
    de: "Deine Reserve von {reserve} bleibt.",
  },

  // What is there.
  "trade.sellable": { en: "kWh sellable", it: "kWh vendibili", de: "kWh verkäuflich" },
  "trade.store_bar": {
    en: "{stored} stored: {reserve} reserve, {sold} promised in sales, {sellable} sellable; room for {free} more",
    it: "{stored} accumulati: {reserve} di riserva, {sold} promessi in vendite, {sellable} vendibili; spazio per altri {free}",
    de: "{stored} gespeichert: {reserve} Reserve, {sold} in Verkäufen zugesagt, {sellable} verkäuflich; Platz für weitere {free}",
  },
  "trade.reserve": { en: "Reserve", it: "Riserva", de: "Reserve" },
  "trade.promised": { en: "Promised in sales", it: "Promessi in vendite", de: "In Verkäufen zugesagt" },
  "trade.sellable_part": { en: "Sellable", it: "Vendibili", de: "Verkäuflich" },
  "trade.grid_part": {
    en: "From the MicroGrid, not for sale",
    it: "Dalla MicroGrid, non in vendita",
    de: "Aus dem MicroGrid, unverkäuflich",
  },
  "trade.losses_part": { en: "For losses", it: "Per le perdite", de: "Für Verluste" },
  "trade.of_capacity": { en: "of {capacity}", it: "su {capacity}", de: "von {capacity}" },
  "trade.of_capacity_pure": {
    en: "of {capacity}, no grid-charged energy inside",
    it: "su {capacity}, senza energia caricata dalla rete",
    de: "von {capacity}, keine Netzladung darin",
  },

  // The best outlet.
  "trade.best_sell": {
    en: "Best outlet now: sell {energy} to {supplier}.",
    it: "Miglior impiego ora: vendere {energy} a {supplier}.",
    de: "Am besten jetzt: {energy} an {supplier} verkaufen.",
  },
  "trade.best_keep": {
    en: "Best outlet now: keep it for the house.",
    it: "Miglior impiego ora: tenerla per la casa.",
    de: "Am besten jetzt: für das Haus behalten.",
  },
  "trade.best_why_yesterday": {
    en: "{supplier} pays {net} after fees for {energy}. Kept, it would save {keep} over a day like the last one.",
    it: "{supplier} paga {net} al netto delle commissioni per {energy}. Tenuti, farebbero risparmiare {keep} in un giorno come l’ultimo.",
    de: "{supplier} zahlt nach Gebühren {net} für {energy}. Behalten sparen sie an einem Tag wie dem letzten {keep}.",
  },
  "trade.best_why_refilled": {
    en: "{supplier} pays {net} after fees for {energy}. Kept, it would save nothing: over a day like the last one the sun refills it before the house needs it.",
    it: "{supplier} paga {net} al netto delle commissioni per {energy}. Tenuti, non farebbero risparmiare nulla: in un giorno come l’ultimo il sole li ricarica prima che la casa ne abbia bisogno.",
    de: "{supplier} zahlt nach Gebühren {net} für {energy}. Behalten sparen sie nichts: An einem Tag wie dem letzten lädt die Sonne sie nach, bevor das Haus sie braucht.",
  },
  "trade.best_why_at_most": {
    en: "{supplier} pays {net} after fees for {energy}. Kept, it would save at most {keep} when the house needs it.",
    it: "{supplier} paga {net} al netto delle commissioni per {energy}. Tenuti, farebbero risparmiare al massimo {keep} quando la casa ne avrà bisogno.",
    de: "{supplier} zahlt nach Gebühren {net} für {energy}. Behalten sparen sie höchstens {keep}, wenn das Haus sie braucht.",
  },
  "trade.no_rate": {
    en: "No supplier has a rate for today.",
    it: "Nessun fornitore ha una tariffa per oggi.",
    de: "Kein Versorger hat einen Tarif für heute.",
  },
  "trade.no_rate_why": {
    en: "Rates are published before the day begins. The energy stays in the accumulator for the house.",
    it: "Le tariffe si pubblicano prima che il giorno cominci. L’energia resta nell’accumulo per la casa.",
    de: "Tarife werden vor Tagesbeginn veröffentlicht. Die Energie bleibt im Speicher für das Haus.",
  },
  "trade.nothing": {
    en: "Nothing to sell right now.",
    it: "Niente da vendere per ora.",
    de: "Gerade nichts zu verkaufen.",
  },
  "trade.nothing_no_accumulator": {
    en: "This home has no accumulator, so nothing is stored that could be sold.",
    it: "Questa casa non ha un accumulo, quindi non c’è nulla di immagazzinato da vendere.",
    de: "Dieses Haus hat keinen Speicher, also ist nichts gespeichert, das verkauft werden könnte.",
  },
  "trade.nothing_in_open_sales": {
    en: "All that is above the reserve is already promised in sales under way.",
    it: "Tutto quel che supera la riserva è già promesso in vendite in corso.",
    de: "Alles über der Reserve ist schon in laufenden Verkäufen zugesagt.",
  },
  "trade.nothing_grid_energy_only": {
    en: "The accumulator holds energy from the MicroGrid only, and the community sells solar energy only.",
    it: "L’accumulo contiene solo energia dalla MicroGrid, e la comunità vende solo energia solare.",
    de: "Der Speicher enthält nur Energie aus dem MicroGrid; die Gemeinschaft verkauft nur Sonnenenergie.",
  },
  "trade.nothing_at_reserve": {
    en: "The accumulator is at its reserve of {reserve}. The panels fill it again when the sun is out.",
    it: "L’accumulo è alla sua riserva di {reserve}. I pannelli lo riempiono quando c’è il sole.",
    de: "Der Speicher ist bei seiner Reserve von {reserve}. Die Module füllen ihn, sobald die Sonne scheint.",
  },
  "trade.nothing_below_minimum": {
    en: "{sellable} is above the reserve; the smallest sale is {minimum}.",
    it: "{sellable} superano la riserva; la vendita minima è {minimum}.",
    de: "{sellable} liegen über der Reserve; der kleinste Verkauf sind {minimum}.",
  },
  "trade.see_monitor": { en: "See the monitor", it: "Vai al monitor", de: "Zum Monitor" },

  // Under way, on the desk.
  "trade.under_way": { en: "Under way", it: "In corso", de: "Unterwegs" },
  "trade.under_way_item": {
    en: "{delivered} of {energy} to {supplier}",
    it: "{delivered} di {energy} a {supplier}",
    de: "{delivered} von {energy} an {supplier}",
  },
  "trade.closes_at": { en: "closes at {time}", it: "chiude alle {time}", de: "schließt um {time}" },

  // The steps.
  "trade.steps": {
    en: "Sell in four steps",
    it: "Vendere in quattro passi",
    de: "Verkauf in vier Schritten",
  },
  "trade.step_of": { en: "Step {step} of 4", it: "Passo {step} di 4", de: "Schritt {step} von 4" },
  "trade.who": { en: "Who buys", it: "Chi compra", de: "Wer kauft" },
  "trade.how_much": { en: "How much", it: "Quanto", de: "Wie viel" },
  "trade.you_receive": { en: "You receive", it: "Ricevi", de: "Du erhältst" },
  "trade.authorise": { en: "Authorise", it: "Autorizza", de: "Freigeben" },
  "trade.continue": { en: "Continue", it: "Continua", de: "Weiter" },
  "trade.back": { en: "Back", it: "Indietro", de: "Zurück" },
  "trade.change": { en: "Change something", it: "Cambia qualcosa", de: "Etwas ändern" },

  "trade.per_kwh_today": { en: "€/kWh today", it: "€/kWh oggi", de: "€/kWh heute" },
  "trade.paid_all": {
    en: "paid {paid} of {sales} {sales:sale|sales}",
    it: "pagate {paid} di {sales} {sales:vendita|vendite}",
    de: "{paid} von {sales} {sales:Verkauf|Verkäufen} bezahlt",
  },
  "trade.no_sale_yet": { en: "no sale so far", it: "finora nessuna vendita", de: "bisher kein Verkauf" },
  "trade.rate_missing": {
    en: "no rate for today",
    it: "nessuna tariffa per oggi",
    de: "kein Tarif für heute",
  },
  "trade.funds_for": { en: "funds for {energy}", it: "fondi per {energy}", de: "Guthaben für {energy}" },
  "trade.no_funds": {
    en: "cannot pay for a sale right now",
    it: "ora non può pagare una vendita",
    de: "kann gerade keinen Verkauf bezahlen",
  },
  "trade.rates_fixed": {
    en: "Rates were signed before midnight and cannot change today.",
    it: "Le tariffe sono state firmate prima di mezzanotte e oggi non possono cambiare.",
    de: "Die Tarife wurden vor Mitternacht signiert und können sich heute nicht ändern.",
  },

  "trade.quantity": { en: "Energy to sell", it: "Energia da vendere", de: "Zu verkaufende Energie" },
  "trade.quantity_entry": {
    en: "Energy to sell, kWh",
    it: "Energia da vendere, kWh",
    de: "Zu verkaufende Energie, kWh",
  },
  "trade.quantity_text": {
    en: "{energy} of {sellable}; accumulator at {soc} afterwards",
    it: "{energy} di {sellable}; accumulo al {soc} dopo",
    de: "{energy} von {sellable}; Speicher danach bei {soc}",
  },
  "trade.best": { en: "Best", it: "Meglio", de: "Bestes" },
  "trade.half": { en: "Half", it: "Metà", de: "Hälfte" },
  "trade.all": { en: "All", it: "Tutto", de: "Alles" },
  "trade.max_sellable": { en: "{energy} sellable", it: "{energy} vendibili", de: "{energy} verkäuflich" },
  "trade.soc_after": { en: "Accumulator after", it: "Accumulo dopo", de: "Speicher danach" },
  "trade.soc_bar": {
    en: "Accumulator: {before} before, {after} afterwards, reserve {reserve}",
    it: "Accumulo: {before} prima, {after} dopo, riserva {reserve}",
    de: "Speicher: {before} vorher, {after} danach, Reserve {reserve}",
  },
  "trade.taken": {
    en: "Taken from it, losses included",
    it: "Prelevati, perdite incluse",
    de: "Entnommen, mit Verlusten",
  },
  "trade.at_most": { en: "at most {energy}", it: "al massimo {energy}", de: "höchstens {energy}" },
  "trade.delivered": { en: "Delivered", it: "Consegna", de: "Geliefert" },
  "trade.from_to": { en: "{from} to {to}", it: "dalle {from} alle {to}", de: "{from} bis {to}" },

  "trade.gross_line": {
    en: "{energy} × {rate}",
    it: "{energy} × {rate}",
    de: "{energy} × {rate}",
  },
  "trade.fee": { en: "Community fee", it: "Commissione della comunità", de: "Gebühr der Gemeinschaft" },
  "trade.sold_now": { en: "Sold now", it: "Venduta ora", de: "Jetzt verkauft" },
  "trade.kept": {
    en: "Kept for the house",
    it: "Tenuta per la casa",
    de: "Für das Haus behalten",
  },
  "trade.kept_at_most": {
    en: "Kept for the house, at most",
    it: "Tenuta per la casa, al massimo",
    de: "Für das Haus behalten, höchstens",
  },
  "trade.better_by": {
    en: "Better than keeping by",
    it: "Meglio che tenerla, di",
    de: "Besser als behalten um",
  },
  "trade.worse_by": {
    en: "Less than keeping by",
    it: "Meno che tenerla, di",
    de: "Weniger als behalten um",
  },
  "trade.to": { en: "to {supplier}", it: "a {supplier}", de: "an {supplier}" },

  // Authorise.
  "trade.exactly": {
    en: "This is exactly what you sign.",
    it: "È esattamente ciò che firmi.",
    de: "Genau das unterschreibst du.",
  },
  "trade.preparing": {
    en: "Preparing what you sign…",
    it: "Preparo ciò che firmi…",
    de: "Wird vorbereitet…",
  },
  "trade.sign_sell_to": { en: "Sell to", it: "Vendi a", de: "Verkauf an" },
  "trade.sign_member": {
    en: "{supplier}, member {member}",
    it: "{supplier}, membro {member}",
    de: "{supplier}, Mitglied {member}",
  },
  "trade.sign_energy": { en: "Energy", it: "Energia", de: "Energie" },
  "trade.sign_energy_value": {
    en: "{wh} Wh, stored solar",
    it: "{wh} Wh, solare accumulata",
    de: "{wh} Wh, gespeicherte Sonne",
  },
  "trade.sign_energy_any": { en: "{wh} Wh, stored", it: "{wh} Wh, accumulati", de: "{wh} Wh, gespeichert" },
  "trade.sign_rate": { en: "Rate of {day}", it: "Tariffa del {day}", de: "Tarif vom {day}" },
  "trade.sign_fee": { en: "Fee", it: "Commissione", de: "Gebühr" },
  "trade.sign_plant": { en: "From plant", it: "Dall’impianto", de: "Aus Anlage" },
  "trade.sign_valid": { en: "Valid until", it: "Valida fino al", de: "Gültig bis" },
  "trade.sign_valid_value": { en: "block {height}", it: "blocco {height}", de: "Block {height}" },
  "trade.sign_order": { en: "Your transaction", it: "La tua transazione", de: "Deine Transaktion" },
  "trade.sign_order_value": { en: "No. {nonce}", it: "n. {nonce}", de: "Nr. {nonce}" },
  "trade.sign_chain": { en: "On the ledger", it: "Sul registro", de: "Im Register" },
  "trade.sign_sale": { en: "Sale", it: "Vendita", de: "Verkauf" },
  "trade.as_bytes": {
    en: "As bytes ({count})",
    it: "In byte ({count})",
    de: "Als Bytes ({count})",
  },
  "trade.authorise_device": {
    en: "Authorise with this device",
    it: "Autorizza con questo dispositivo",
    de: "Mit diesem Gerät freigeben",
  },
  "trade.waiting_block": {
    en: "Waiting for the block…",
    it: "Attendo il blocco…",
    de: "Warte auf den Block…",
  },
  "trade.still_waiting": {
    en: "Handed in and not yet in a block. You may leave this page; it will show under “Under way”.",
    it: "Consegnata, non ancora in un blocco. Puoi lasciare la pagina: comparirà sotto «In corso».",
    de: "Übergeben, noch in keinem Block. Du kannst die Seite verlassen; der Verkauf erscheint unter „Unterwegs“.",
  },
  "trade.offline_reason": {
    en: "Selling waits until the platform is reached again; nothing is lost.",
    it: "La vendita attende che la piattaforma torni raggiungibile; nulla va perso.",
    de: "Der Verkauf wartet, bis die Plattform wieder erreichbar ist; nichts geht verloren.",
  },

  // One sale.
  "sale.title": { en: "Sale to {supplier}", it: "Vendita a {supplier}", de: "Verkauf an {supplier}" },
  "sale.sub": {
    en: "Authorised {when}",
    it: "Autorizzata {when}",
    de: "Freigegeben {when}",
  },
  "sale.new": { en: "Sell more", it: "Vendi ancora", de: "Mehr verkaufen" },
  "sale.of": { en: "of {energy}", it: "di {energy}", de: "von {energy}" },
  "sale.progress": {
    en: "{delivered} of {energy} delivered and proved by the meter",
    it: "{delivered} di {energy} consegnati e provati dal contatore",
    de: "{delivered} von {energy} geliefert und vom Zähler belegt",
  },
  "sale.flowing": {
    en: "{power} into the MicroGrid.",
    it: "{power} nella MicroGrid.",
    de: "{power} ins MicroGrid.",
  },
  "sale.flowing_why": {
    en: "The bidirectional counter exports what was sold. Each quarter hour the meter proves it and the ledger counts it.",
    it: "Il contatore bidirezionale immette quanto venduto. Ogni quarto d’ora il contatore lo prova e il registro lo conta.",
    de: "Der Zweirichtungszähler speist das Verkaufte ein. Jede Viertelstunde belegt es der Zähler und das Register zählt es.",
  },
  "sale.not_flowing": {
    en: "Nothing goes out right now; the meter speaks again at {time}.",
    it: "Ora non esce nulla; il contatore riparla alle {time}.",
    de: "Gerade fließt nichts hinaus; der Zähler meldet sich wieder um {time}.",
  },
  "sale.accepted": { en: "Accepted", it: "Accettata", de: "Angenommen" },
  "sale.accepted_note": {
    en: "{supplier}’s {gross} is reserved",
    it: "{gross} di {supplier} sono riservati",
    de: "{gross} von {supplier} sind reserviert",
  },
  "sale.accepted_note_past": {
    en: "{supplier}’s {gross} was reserved",
    it: "{gross} di {supplier} erano riservati",
    de: "{gross} von {supplier} waren reserviert",
  },
  "sale.block": { en: "block\u00a0{height}", it: "blocco\u00a0{height}", de: "Block\u00a0{height}" },
  "sale.delivered": { en: "Delivered", it: "Consegnata", de: "Geliefert" },
  "sale.not_delivered": { en: "Not delivered", it: "Non consegnata", de: "Nicht geliefert" },
  "sale.settled_note": { en: "You received {net}", it: "Hai ricevuto {net}", de: "Du hast {net} erhalten" },
  "sale.state_open_sentence": { en: "On its way.", it: "In viaggio.", de: "Unterwegs." },
  "sale.state_withdrawing_sentence": { en: "Stopping.", it: "In arresto.", de: "Wird gestoppt." },
  "sale.state_settled_sentence": {
    en: "Delivered in full and paid.",
    it: "Consegnata per intero e pagata.",
    de: "Vollständig geliefert und bezahlt.",
  },
  "sale.state_partly_delivered_sentence": {
    en: "Delivered in part. A cloud or the house took the rest.",
    it: "Consegnata in parte. Una nuvola o la casa ha preso il resto.",
    de: "Teils geliefert. Eine Wolke oder das Haus nahm den Rest.",
  },
  "sale.stopped_sentence": {
    en: "Stopped before its end.",
    it: "Fermata prima della fine.",
    de: "Vor dem Ende gestoppt.",
  },
  "sale.state_voided_sentence": {
    en: "Nothing was delivered.",
    it: "Non è stato consegnato nulla.",
    de: "Es wurde nichts geliefert.",
  },
  "sale.delivering": { en: "Delivering", it: "In consegna", de: "In Lieferung" },
  "sale.delivering_note": {
    en: "{delivered} proved by the meter",
    it: "{delivered} provati dal contatore",
    de: "{delivered} vom Zähler belegt",
  },
  "sale.until": { en: "until {time}", it: "fino alle {time}", de: "bis {time}" },
  "sale.to_settle": {
    en: "Settled for what the meter proves",
    it: "Saldata per quanto prova il contatore",
    de: "Abgerechnet wird, was der Zähler belegt",
  },
  "sale.withdraw": { en: "Stop this sale…", it: "Ferma la vendita…", de: "Verkauf stoppen…" },
  "sale.withdraw_title": {
    en: "Stop the rest?",
    it: "Fermare il resto?",
    de: "Den Rest stoppen?",
  },
  "sale.withdraw_what": {
    en: "What the meter proves until this quarter hour ends is paid. The rest stays in the accumulator, and {supplier} is not charged for it.",
    it: "È pagato quanto il contatore prova fino alla fine di questo quarto d’ora. Il resto rimane nell’accumulo e a {supplier} non è addebitato.",
    de: "Bezahlt wird, was der Zähler bis zum Ende dieser Viertelstunde belegt. Der Rest bleibt im Speicher und wird {supplier} nicht berechnet.",
  },
  "sale.withdraw_yes": { en: "Stop this sale", it: "Ferma la vendita", de: "Verkauf stoppen" },
  "sale.withdraw_no": { en: "Keep delivering", it: "Continua a consegnare", de: "Weiter liefern" },
  "sale.withdrawing": { en: "Stopping", it: "In arresto", de: "Wird gestoppt" },
  "sale.withdrawing_note": {
    en: "Nothing more goes out; the meter’s last quarter hour is still counted.",
    it: "Non esce più nulla; l’ultimo quarto d’ora del contatore viene ancora contato.",
    de: "Es geht nichts mehr hinaus; die letzte Viertelstunde des Zählers zählt noch.",
  },
  "sale.not_withdrawn": { en: "Not stopped", it: "Non fermata", de: "Nicht gestoppt" },

  "sale.receipt": { en: "Receipt", it: "Ricevuta", de: "Beleg" },
  "sale.received": { en: "€ received", it: "€ ricevuti", de: "€ erhalten" },
  "sale.nothing_received": {
    en: "Nothing was delivered.",
    it: "Non è stato consegnato nulla.",
    de: "Es wurde nichts geliefert.",
  },
  "sale.partly": {
    en: "You receive {net} for what the meter proved; the remaining {rest} was never taken from {supplier}’s account.",
    it: "Ricevi {net} per quanto il contatore ha provato; i restanti {rest} non sono mai stati prelevati dal conto di {supplier}.",
    de: "Du erhältst {net} für das, was der Zähler belegt hat; die übrigen {rest} wurden nie vom Konto von {supplier} genommen.",
  },
  "sale.voided": {
    en: "The energy stayed in the accumulator and {supplier} paid nothing.",
    it: "L’energia è rimasta nell’accumulo e {supplier} non ha pagato nulla.",
    de: "Die Energie blieb im Speicher und {supplier} hat nichts bezahlt.",
  },
  "sale.settled": { en: "Settled", it: "Saldata", de: "Abgerechnet" },
  "sale.row_delivered": { en: "Delivered", it: "Consegnati", de: "Geliefert" },
  "sale.row_delivered_value": {
    en: "{wh} Wh by {time}",
    it: "{wh} Wh entro le {time}",
    de: "{wh} Wh bis {time}",
  },
  "sale.row_gross": { en: "{supplier} paid", it: "{supplier} ha pagato", de: "{supplier} hat bezahlt" },
  "sale.row_fee": { en: "Community fee", it: "Commissione della comunità", de: "Gebühr der Gemeinschaft" },
  "sale.row_rate": { en: "Rate of {day}", it: "Tariffa del {day}", de: "Tarif vom {day}" },
  "sale.row_block": { en: "Settled in block", it: "Saldata nel blocco", de: "Abgerechnet in Block" },
  "sale.row_accepted_block": {
    en: "Accepted in block",
    it: "Accettata nel blocco",
    de: "Angenommen in Block",
  },
  "sale.row_transaction": { en: "Transaction", it: "Transazione", de: "Transaktion" },
  "sale.row_sale": { en: "Sale", it: "Vendita", de: "Verkauf" },
  "sale.what_signed": { en: "What you signed", it: "Ciò che hai firmato", de: "Was du unterschrieben hast" },
  "sale.verified": {
    en: "Verified by this device",
    it: "Verificata da questo dispositivo",
    de: "Von diesem Gerät geprüft",
  },
  "sale.verified_how": {
    en: "Sale, path of {steps} hashes and the producer’s signature over block {height} fit; proof of {size}.",
    it: "Vendita, percorso di {steps} hash e firma del produttore sul blocco {height} combaciano; prova di {size}.",
    de: "Verkauf, Pfad aus {steps} Hashes und Unterschrift des Erzeugers unter Block {height} passen; Nachweis {size}.",
  },
  "sale.verified_by_validators": {
    en: "Sale, path of {steps} hashes and the signatures of {signed} of {of} validators over the state after block {height} fit; proof of {size}.",
    it: "Vendita, percorso di {steps} hash e firme di {signed} validatori su {of} per lo stato dopo il blocco {height} combaciano; prova di {size}.",
    de: "Verkauf, Pfad aus {steps} Hashes und Unterschriften von {signed} der {of} Validatoren unter dem Zustand nach Block {height} passen; Nachweis {size}.",
  },
  "sale.verifying": { en: "Checking the proof…", it: "Controllo la prova…", de: "Nachweis wird geprüft…" },
  "sale.not_verified": { en: "Not verified", it: "Non verificata", de: "Nicht geprüft" },
  "sale.proof_pending": {
    en: "The proof is fetched once the platform is reached.",
    it: "La prova si scarica appena la piattaforma è raggiungibile.",
    de: "Der Nachweis wird geholt, sobald die Plattform erreichbar ist.",
  },
  "sale.proof_unreadable": {
    en: "The proof cannot be read.",
    it: "La prova non è leggibile.",
    de: "Der Nachweis ist nicht lesbar.",
  },
  "sale.proof_wrong_chain": {
    en: "The proof belongs to another ledger.",
    it: "La prova appartiene a un altro registro.",
    de: "Der Nachweis gehört zu einem anderen Register.",
  },
  "sale.proof_wrong_producer": {
    en: "Block {height} was signed by a producer that this device does not know. Keep this receipt and ask the community.",
    it: "Il blocco {height} è firmato da un produttore che questo dispositivo non conosce. Conserva la ricevuta e chiedi alla comunità.",
    de: "Block {height} trägt die Unterschrift eines Erzeugers, den dieses Gerät nicht kennt. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_bad_signature": {
    en: "A signature does not fit the block. Keep this receipt and ask the community.",
    it: "Una firma non corrisponde al blocco. Conserva la ricevuta e chiedi alla comunità.",
    de: "Eine Unterschrift passt nicht zum Block. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_wrong_path": {
    en: "The proof does not lead to the block’s state. Keep this receipt and ask the community.",
    it: "La prova non porta allo stato del blocco. Conserva la ricevuta e chiedi alla comunità.",
    de: "Der Nachweis führt nicht zum Zustand des Blocks. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_no_validators": {
    en: "Block {height} is signed by one producer; this device trusts several validators. Keep this receipt and ask the community.",
    it: "Il blocco {height} è firmato da un solo produttore; questo dispositivo si fida di più validatori. Conserva la ricevuta e chiedi alla comunità.",
    de: "Block {height} ist von einem einzelnen Erzeuger unterschrieben; dieses Gerät vertraut mehreren Validatoren. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_wrong_block": {
    en: "The validators’ signatures belong to another block. Keep this receipt and ask the community.",
    it: "Le firme dei validatori appartengono a un altro blocco. Conserva la ricevuta e chiedi alla comunità.",
    de: "Die Unterschriften der Validatoren gehören zu einem anderen Block. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_validators_malformed": {
    en: "The list of validators is not a possible one. Keep this receipt and ask the community.",
    it: "L’elenco dei validatori non è ammissibile. Conserva la ricevuta e chiedi alla comunità.",
    de: "Diese Liste von Validatoren kann es nicht geben. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_wrong_validators": {
    en: "These are not the validators that the block names. Keep this receipt and ask the community.",
    it: "Non sono i validatori indicati dal blocco. Conserva la ricevuta e chiedi alla comunità.",
    de: "Das sind nicht die Validatoren, die der Block nennt. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_wrong_signer": {
    en: "A signature stands in the place of another validator. Keep this receipt and ask the community.",
    it: "Una firma sta al posto di un altro validatore. Conserva la ricevuta e chiedi alla comunità.",
    de: "Eine Unterschrift steht am Platz eines anderen Validators. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_not_enough_signed": {
    en: "Two thirds of the validators’ power or less signed block {height}. Keep this receipt and ask the community.",
    it: "Ha firmato il blocco {height} non più di due terzi del peso dei validatori. Conserva la ricevuta e chiedi alla comunità.",
    de: "Höchstens zwei Drittel des Gewichts der Validatoren haben Block {height} unterschrieben. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_not_enough_trusted": {
    en: "Too few of the validators that this device knows signed block {height}. Keep this receipt and ask the community.",
    it: "Troppo pochi dei validatori noti a questo dispositivo hanno firmato il blocco {height}. Conserva la ricevuta e chiedi alla comunità.",
    de: "Zu wenige der Validatoren, die dieses Gerät kennt, haben Block {height} unterschrieben. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_stale": {
    en: "The proof is of an older block than one this device has already seen. Keep this receipt and ask the community.",
    it: "La prova riguarda un blocco più vecchio di uno già visto da questo dispositivo. Conserva la ricevuta e chiedi alla comunità.",
    de: "Der Nachweis gehört zu einem älteren Block als einem, den dieses Gerät schon gesehen hat. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_trust_expired": {
    en: "This device has not followed the validators for three months and cannot judge block {height}. Ask the community for the fingerprint of its validators, in person or by its notice board, and compare.",
    it: "Questo dispositivo non segue i validatori da tre mesi e non può giudicare il blocco {height}. Chiedi alla comunità l’impronta dei suoi validatori, di persona o in bacheca, e confronta.",
    de: "Dieses Gerät ist den Validatoren drei Monate nicht gefolgt und kann Block {height} nicht beurteilen. Lass dir von der Gemeinschaft den Fingerabdruck ihrer Validatoren geben, persönlich oder am Aushang, und vergleiche.",
  },
  "sale.signers": { en: "Signed by {names}.", it: "Firmata da {names}.", de: "Unterschrieben von {names}." },
  "sale.trust_anew": {
    en: "Compare and trust anew…",
    it: "Confronta e fidati di nuovo…",
    de: "Vergleichen und neu vertrauen…",
  },
  "sale.trust_ask": {
    en: "These say that they are the validators now: {names}. Trust them only if the community names this fingerprint; this device then forgets those it knew.",
    it: "Ora i validatori dicono di essere: {names}. Fidati solo se la comunità indica questa impronta; il dispositivo dimentica allora quelli che conosceva.",
    de: "Diese sagen, sie seien jetzt die Validatoren: {names}. Vertraue ihnen nur, wenn die Gemeinschaft diesen Fingerabdruck nennt; das Gerät vergisst dann die, die es kannte.",
  },
  "sale.meeting_why": {
    en: "This device met those who sign the ledger for the first time, and follows them from now on. Compare once what it met with what the operator reads out or posts:",
    it: "Questo dispositivo ha incontrato per la prima volta chi firma il registro, e d’ora in poi lo segue. Confronta una volta ciò che ha incontrato con ciò che il gestore legge o affigge:",
    de: "Dieses Gerät ist zum ersten Mal denen begegnet, die das Register unterschreiben, und folgt ihnen von nun an. Vergleiche einmal, wem es begegnet ist, mit dem, was der Betreiber vorliest oder aushängt:",
  },
  "sale.meeting_same": { en: "It is the same", it: "È la stessa", de: "Er ist gleich" },
  "sale.meeting_other": { en: "It is another one", it: "È un’altra", de: "Er ist anders" },
  "sale.meeting_differs": {
    en: "Then “verified” on this device says nothing: it may have met somebody else’s ledger. Sell nothing here, save this receipt, and ask the operator.",
    it: "Allora «verificato» su questo dispositivo non dice nulla: può aver incontrato il registro di qualcun altro. Non vendere nulla qui, salva la ricevuta e chiedi al gestore.",
    de: "Dann sagt „geprüft“ auf diesem Gerät nichts: es ist vielleicht einem fremden Register begegnet. Verkaufe hier nichts, sichere den Beleg und frage den Betreiber.",
  },
  "sale.trust_yes": {
    en: "It is the same: trust them",
    it: "È la stessa: mi fido",
    de: "Er ist gleich: vertrauen",
  },
  "sale.trust_no": { en: "Not now", it: "Non ora", de: "Jetzt nicht" },
  "sale.proof_conflicting_header": {
    en: "Alarm: this device has seen another signed state of block {height}. Somebody rewrote the ledger. Keep this receipt and ask the community.",
    it: "Allarme: questo dispositivo ha visto un altro stato firmato del blocco {height}. Qualcuno ha riscritto il registro. Conserva la ricevuta e chiedi alla comunità.",
    de: "Alarm: dieses Gerät hat einen anderen unterschriebenen Zustand von Block {height} gesehen. Jemand hat das Register umgeschrieben. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.proof_other_sale": {
    en: "The proof speaks of other figures than those shown. Keep this receipt and ask the community.",
    it: "La prova riguarda cifre diverse da quelle mostrate. Conserva la ricevuta e chiedi alla comunità.",
    de: "Der Nachweis nennt andere Zahlen als gezeigt. Bewahre den Beleg auf und frage die Gemeinschaft.",
  },
  "sale.save": { en: "Save receipt", it: "Salva ricevuta", de: "Beleg speichern" },
  "sale.see_ledger": { en: "See it in the ledger", it: "Vedi nel registro", de: "Im Register ansehen" },
  "sale.announce_delivered": {
    en: "{delivered} of {energy} delivered.",
    it: "Consegnati {delivered} di {energy}.",
    de: "{delivered} von {energy} geliefert.",
  },
  "sale.announce_settled": {
    en: "Sale settled. You received {net}.",
    it: "Vendita saldata. Hai ricevuto {net}.",
    de: "Verkauf abgerechnet. Du hast {net} erhalten.",
  },
  "sale.waiting_title": {
    en: "This sale is not in a block yet.",
    it: "Questa vendita non è ancora in un blocco.",
    de: "Dieser Verkauf steht noch in keinem Block.",
  },

  // Why a sale was refused: what did not happen, that nothing was lost, what to do.
  "sale.not_sold": { en: "Not sold", it: "Non venduta", de: "Nicht verkauft" },
  "sale.no_answer": { en: "No answer", it: "Nessuna risposta", de: "Keine Antwort" },
  "sale.nothing_lost": {
    en: "Nothing left your accumulator and no money moved.",
    it: "Nulla è uscito dall’accumulo e nessun denaro si è mosso.",
    de: "Nichts hat deinen Speicher verlassen, und kein Geld wurde bewegt.",
  },
  "sale.refused.rate_missing": {
    en: "{supplier} has no rate for today.",
    it: "{supplier} non ha una tariffa per oggi.",
    de: "{supplier} hat keinen Tarif für heute.",
  },
  "sale.refused.rate_differs": {
    en: "{supplier}’s rate is not the one you saw.",
    it: "La tariffa di {supplier} non è quella che hai visto.",
    de: "Der Tarif von {supplier} ist nicht der angezeigte.",
  },
  "sale.refused.rate_expired": {
    en: "{supplier}’s rate ended at midnight.",
    it: "La tariffa di {supplier} è scaduta a mezzanotte.",
    de: "Der Tarif von {supplier} endete um Mitternacht.",
  },
  "sale.refused.fee_differs": {
    en: "The community’s fee is not the one you saw.",
    it: "La commissione della comunità non è quella che hai visto.",
    de: "Die Gebühr der Gemeinschaft ist nicht die angezeigte.",
  },
  "sale.refused.storage_too_low": {
    en: "The accumulator no longer holds that much above its reserve and open sales.",
    it: "L’accumulo non contiene più tanto oltre la riserva e le vendite aperte.",
    de: "So viel ist über Reserve und offenen Verkäufen nicht mehr im Speicher.",
  },
  "sale.refused.supplier_funds_too_low": {
    en: "{supplier}’s account does not cover this sale.",
    it: "Il conto di {supplier} non copre questa vendita.",
    de: "Das Konto von {supplier} deckt diesen Verkauf nicht.",
  },
  "sale.refused.supplier_suspended": {
    en: "{supplier} is suspended from buying.",
    it: "{supplier} è sospeso dagli acquisti.",
    de: "{supplier} ist vom Kauf ausgesetzt.",
  },
  "sale.refused.supplier_unknown": {
    en: "{supplier} is not enrolled on this ledger.",
    it: "{supplier} non è iscritto a questo registro.",
    de: "{supplier} ist in diesem Register nicht eingetragen.",
  },
  "sale.refused.too_many_open_sales": {
    en: "As many sales as the community allows are already under way.",
    it: "Sono già in corso tante vendite quante ne ammette la comunità.",
    de: "Es laufen schon so viele Verkäufe, wie die Gemeinschaft zulässt.",
  },
  "sale.refused.quantity_below_minimum": {
    en: "The smallest sale is {minimum}.",
    it: "La vendita minima è {minimum}.",
    de: "Der kleinste Verkauf sind {minimum}.",
  },
  "sale.refused.expired": {
    en: "Your authorisation reached the ledger after its last block.",
    it: "L’autorizzazione è giunta al registro dopo il suo ultimo blocco.",
    de: "Deine Freigabe kam nach ihrem letzten Block beim Register an.",
  },
  "sale.refused.expiry_too_far": {
    en: "Your authorisation is valid for longer than the ledger allows.",
    it: "L’autorizzazione vale più a lungo di quanto il registro ammetta.",
    de: "Deine Freigabe gilt länger, als das Register zulässt.",
  },
  "sale.refused.nonce_already_used": {
    en: "Another of your transactions came first, twice in a row.",
    it: "Un’altra tua transazione è arrivata prima, due volte di seguito.",
    de: "Zweimal kam eine andere deiner Transaktionen zuvor.",
  },
  "sale.refused.nonce_out_of_order": {
    en: "An earlier transaction of yours is still missing.",
    it: "Manca ancora una tua transazione precedente.",
    de: "Eine frühere Transaktion von dir fehlt noch.",
  },
  "sale.refused.key_not_registered": {
    en: "This device’s key is not registered for your home.",
    it: "La chiave di questo dispositivo non è registrata per la tua casa.",
    de: "Der Schlüssel dieses Geräts ist für dein Haus nicht eingetragen.",
  },
  "sale.refused.member_suspended": {
    en: "Your membership is suspended from trading.",
    it: "La tua adesione è sospesa dagli scambi.",
    de: "Deine Mitgliedschaft ist vom Handel ausgesetzt.",
  },
  "sale.refused.overloaded": {
    en: "The ledger has more to do than it can take in right now.",
    it: "Il registro ha ora più lavoro di quanto possa accettare.",
    de: "Das Register hat gerade mehr zu tun, als es annehmen kann.",
  },
  "sale.refused.catching_up": {
    en: "This node is still fetching what the others have decided. It will take it in a moment.",
    it: "Questo nodo sta ancora recuperando ciò che gli altri hanno deciso. Lo accetterà tra poco.",
    de: "Dieser Knoten holt noch nach, was die anderen entschieden haben. Gleich nimmt er es an.",
  },
  "sale.refused.no_device_key": {
    en: "This browser could not use its signing key.",
    it: "Il browser non ha potuto usare la sua chiave di firma.",
    de: "Dieser Browser konnte seinen Signaturschlüssel nicht benutzen.",
  },
  "sale.refused.unreached": {
    en: "The platform did not answer.",
    it: "La piattaforma non ha risposto.",
    de: "Die Plattform hat nicht geantwortet.",
  },
  "sale.unreached_note": {
    en: "If it was received all the same, the sale shows under “Under way”. Trying again sells nothing twice.",
    it: "Se è arrivata comunque, la vendita compare sotto «In corso». Riprovare non vende due volte.",
    de: "Kam sie trotzdem an, erscheint der Verkauf unter „Unterwegs“. Ein neuer Versuch verkauft nichts doppelt.",
  },
  "sale.refused.other": {
    en: "The ledger refused this sale.",
    it: "Il registro ha rifiutato la vendita.",
    de: "Das Register hat diesen Verkauf abgelehnt.",
  },
  "sale.do_today_rate": {
    en: "Use today’s rate, {rate}",
    it: "Usa la tariffa di oggi, {rate}",
    de: "Heutigen Tarif nehmen, {rate}",
  },
  "sale.do_other_supplier": {
    en: "Sell to {supplier}, {rate}",
    it: "Vendi a {supplier}, {rate}",
    de: "An {supplier} verkaufen, {rate}",
  },
  "sale.do_less": { en: "Sell {energy} instead", it: "Vendi {energy}", de: "Stattdessen {energy} verkaufen" },
  "sale.do_again": { en: "Authorise again", it: "Autorizza di nuovo", de: "Erneut freigeben" },
  "sale.do_under_way": {
    en: "See what is under way",
    it: "Vedi le vendite in corso",
    de: "Laufende Verkäufe ansehen",
  },
  "sale.do_enter": { en: "Sign in again", it: "Accedi di nuovo", de: "Neu anmelden" },
  "sale.do_desk": { en: "Back to the offers", it: "Torna alle offerte", de: "Zurück zu den Angeboten" },
} as const satisfies Strings;
