/** F1, the monitor: the flow, the BEC's reasons by the codes of `control/dispatch`, the day. */
import type { Strings } from "./dictionary.ts";

export const monitor = {
  "monitor.title": { en: "Monitor", it: "Monitor", de: "Monitor" },
  "monitor.now": { en: "Right now", it: "In questo momento", de: "Jetzt gerade" },

  "monitor.of_peak": { en: "of {peak}", it: "di {peak}", de: "von {peak}" },
  "monitor.charging": { en: "charging, {stored}", it: "in carica, {stored}", de: "lädt, {stored}" },
  "monitor.discharging": { en: "giving, {stored}", it: "cede, {stored}", de: "gibt ab, {stored}" },
  "monitor.resting": { en: "resting, {stored}", it: "a riposo, {stored}", de: "ruht, {stored}" },
  "monitor.none_here": { en: "none here", it: "non c’è", de: "keiner hier" },
  "monitor.uses_nothing": { en: "uses nothing", it: "non consuma", de: "braucht nichts" },
  "monitor.all_from_panels": { en: "all from the panels", it: "tutto dai pannelli", de: "alles vom Dach" },
  "monitor.all_from_accumulator": {
    en: "all from storage",
    it: "tutto dall’accumulo",
    de: "alles vom Speicher",
  },
  "monitor.all_from_microgrid": {
    en: "all from MicroGrid",
    it: "tutto da MicroGrid",
    de: "alles vom MicroGrid",
  },
  "monitor.own_share": { en: "{percent} own", it: "{percent} propria", de: "{percent} eigen" },
  "monitor.coming_in": { en: "coming in", it: "in entrata", de: "kommt herein" },
  "monitor.going_out": { en: "going out", it: "in uscita", de: "geht hinaus" },
  "monitor.nothing_crosses": { en: "nothing crosses", it: "nessuno scambio", de: "nichts fließt" },
  "monitor.idle": { en: "idle", it: "fermo", de: "ruht" },
  "monitor.flow_hint": {
    en: "Choose a line to see its energy of today.",
    it: "Scegli una linea per vedere la sua energia di oggi.",
    de: "Wähle eine Linie, um ihre heutige Energie zu sehen.",
  },
  "monitor.flow_detail": {
    en: "{from} to {to}: {power} now, {energy} today, {percent} of what {from} gave.",
    it: "{from} verso {to}: {power} ora, {energy} oggi, {percent} di quanto ceduto da {from}.",
    de: "{from} zu {to}: {power} jetzt, {energy} heute, {percent} von dem, was {from} gab.",
  },
  "monitor.say_panels": {
    en: "Panels give {power}.",
    it: "I pannelli danno {power}.",
    de: "Die Module geben {power}.",
  },
  "monitor.say_home": {
    en: "The home uses {power}, {source}.",
    it: "La casa usa {power}, {source}.",
    de: "Das Haus braucht {power}, {source}.",
  },
  "monitor.say_accumulator": {
    en: "Accumulator {percent}, {state}.",
    it: "Accumulo {percent}, {state}.",
    de: "Speicher {percent}, {state}.",
  },
  "monitor.say_microgrid": {
    en: "MicroGrid {power}, {direction}.",
    it: "MicroGrid {power}, {direction}.",
    de: "MicroGrid {power}, {direction}.",
  },
  "monitor.last_known": {
    en: "The gateway is silent; the house keeps running by its own rules.",
    it: "Il gateway tace; la casa continua con le sue regole.",
    de: "Das Gateway schweigt; das Haus läuft nach seinen eigenen Regeln weiter.",
  },

  "monitor.since": { en: "Since {time}.", it: "Inizio: {time}.", de: "Seit {time}." },
  "monitor.why": { en: "Why: {why}", it: "Perché: {why}", de: "Warum: {why}" },

  "reason.nothing_flows": {
    en: "Nothing flows: the home uses nothing and the panels give nothing.",
    it: "Non scorre nulla: la casa non consuma e i pannelli non producono.",
    de: "Nichts fließt: Das Haus braucht nichts, und die Module geben nichts.",
  },
  "reason.panels_cover_home": {
    en: "The panels cover the home, exactly.",
    it: "I pannelli coprono la casa, esattamente.",
    de: "Die Module decken das Haus, genau.",
  },
  "reason.panels_cover_home_rest_charges": {
    en: "The panels cover the home; the rest charges the accumulator.",
    it: "I pannelli coprono la casa; il resto carica l’accumulo.",
    de: "Die Module decken das Haus; der Rest lädt den Speicher.",
  },
  "reason.panels_cover_home_rest_charges_and_exports": {
    en: "The panels cover the home and charge the accumulator at full power; what is left goes out.",
    it: "I pannelli coprono la casa e caricano l’accumulo a piena potenza; ciò che avanza esce.",
    de: "Die Module decken das Haus und laden den Speicher mit voller Leistung; was bleibt, geht hinaus.",
  },
  "reason.panels_cover_home_rest_exports_accumulator_full": {
    en: "The panels cover the home. The accumulator is full, so the rest goes out to the MicroGrid.",
    it: "I pannelli coprono la casa. L’accumulo è pieno, quindi il resto esce verso la MicroGrid.",
    de: "Die Module decken das Haus. Der Speicher ist voll, also geht der Rest hinaus ins MicroGrid.",
  },
  "reason.panels_cover_home_rest_exports_worth_more": {
    en: "The panels cover the home; the rest is worth more outside, so it goes out.",
    it: "I pannelli coprono la casa; il resto vale di più fuori, quindi esce.",
    de: "Die Module decken das Haus; der Rest ist draußen mehr wert und geht hinaus.",
  },
  "reason.panels_cover_home_rest_exports_no_accumulator": {
    en: "The panels cover the home; the rest goes out to the MicroGrid.",
    it: "I pannelli coprono la casa; il resto esce verso la MicroGrid.",
    de: "Die Module decken das Haus; der Rest geht hinaus ins MicroGrid.",
  },
  "reason.panels_curtailed_export_limit": {
    en: "The panels could give more than the connection may carry out; the rest is held back.",
    it: "I pannelli potrebbero dare più di quanto la connessione possa portare fuori; il resto è trattenuto.",
    de: "Die Module könnten mehr geben, als der Anschluss hinaustragen darf; der Rest wird zurückgehalten.",
  },
  "reason.accumulator_supplies_home": {
    en: "The home lives from its accumulator.",
    it: "La casa vive del suo accumulo.",
    de: "Das Haus lebt von seinem Speicher.",
  },
  "reason.accumulator_supplies_home_power_limit": {
    en: "The accumulator gives all the power it can; the MicroGrid adds the rest.",
    it: "L’accumulo dà tutta la potenza che può; la MicroGrid aggiunge il resto.",
    de: "Der Speicher gibt, was er an Leistung kann; das MicroGrid gibt den Rest.",
  },
  "reason.accumulator_keeps_import_limit": {
    en: "The accumulator helps, so that the home takes no more than its connection may carry.",
    it: "L’accumulo aiuta, perché la casa non prenda più di quanto la sua connessione possa portare.",
    de: "Der Speicher hilft, damit das Haus nicht mehr nimmt, als sein Anschluss tragen darf.",
  },
  "reason.microgrid_supplies_home_reserve_kept": {
    en: "The accumulator keeps its reserve; the home lives from the MicroGrid.",
    it: "L’accumulo tiene la sua riserva; la casa vive della MicroGrid.",
    de: "Der Speicher hält seine Reserve; das Haus lebt vom MicroGrid.",
  },
  "reason.microgrid_supplies_home_accumulator_empty": {
    en: "The accumulator is empty; the home lives from the MicroGrid.",
    it: "L’accumulo è vuoto; la casa vive della MicroGrid.",
    de: "Der Speicher ist leer; das Haus lebt vom MicroGrid.",
  },
  "reason.microgrid_supplies_home_energy_sold": {
    en: "What is stored is sold and waits for delivery; the home lives from the MicroGrid.",
    it: "L’energia accumulata è venduta e attende la consegna; la casa vive della MicroGrid.",
    de: "Das Gespeicherte ist verkauft und wartet auf Lieferung; das Haus lebt vom MicroGrid.",
  },
  "reason.microgrid_supplies_home_stored_worth_more": {
    en: "The stored energy is worth more later; for now the home lives from the MicroGrid.",
    it: "L’energia accumulata vale di più più tardi; per ora la casa vive della MicroGrid.",
    de: "Das Gespeicherte ist später mehr wert; vorerst lebt das Haus vom MicroGrid.",
  },
  "reason.microgrid_supplies_home_no_accumulator": {
    en: "The home lives from the MicroGrid.",
    it: "La casa vive della MicroGrid.",
    de: "Das Haus lebt vom MicroGrid.",
  },
  "reason.microgrid_charges_accumulator": {
    en: "The MicroGrid is cheap now and charges the accumulator.",
    it: "La MicroGrid ora costa poco e carica l’accumulo.",
    de: "Das MicroGrid ist jetzt günstig und lädt den Speicher.",
  },
  "reason.delivering_sale": {
    en: "A sale is being delivered: stored energy goes out of the accumulator.",
    it: "Una vendita è in consegna: l’energia accumulata esce dall’accumulo.",
    de: "Ein Verkauf wird geliefert: Gespeicherte Energie verlässt den Speicher.",
  },
  "reason.import_limit_exceeded": {
    en: "The home takes more than its connection is meant to carry.",
    it: "La casa prende più di quanto la sua connessione debba portare.",
    de: "Das Haus nimmt mehr, als sein Anschluss tragen soll.",
  },
  "reason.supply_reduced_accumulator_helps": {
    en: "The supply is reduced; the accumulator gives what may not come in.",
    it: "La fornitura è ridotta; l’accumulo dà ciò che non può entrare.",
    de: "Die Lieferung ist gedrosselt; der Speicher gibt, was nicht hereinkommen darf.",
  },
  "reason.supply_reduced_load_shed": {
    en: "The supply is reduced; the home does without what is too much.",
    it: "La fornitura è ridotta; la casa rinuncia a ciò che è di troppo.",
    de: "Die Lieferung ist gedrosselt; das Haus verzichtet auf das, was zu viel ist.",
  },
  "reason.supply_suspended_accumulator_supplies": {
    en: "The supply is suspended; the home lives from its accumulator.",
    it: "La fornitura è sospesa; la casa vive del suo accumulo.",
    de: "Die Lieferung ist ausgesetzt; das Haus lebt von seinem Speicher.",
  },
  "reason.supply_suspended_load_shed": {
    en: "The supply is suspended; the home has only what it makes and stores itself.",
    it: "La fornitura è sospesa; la casa ha solo ciò che produce e accumula da sé.",
    de: "Die Lieferung ist ausgesetzt; das Haus hat nur, was es selbst erzeugt und speichert.",
  },
  "reason.vital_minimum_accumulator_helps": {
    en: "The link to the platform is lost; the vital minimum comes in and the accumulator adds to it.",
    it: "Il collegamento con la piattaforma è perso; entra il minimo vitale e l’accumulo aggiunge il resto.",
    de: "Die Verbindung zur Plattform ist weg; das Lebensnotwendige kommt herein, der Speicher gibt dazu.",
  },
  "reason.vital_minimum_load_shed": {
    en: "The link to the platform is lost; the vital minimum comes in, no more.",
    it: "Il collegamento con la piattaforma è perso; entra il minimo vitale, non di più.",
    de: "Die Verbindung zur Plattform ist weg; das Lebensnotwendige kommt herein, mehr nicht.",
  },
  "reason.accumulator_exports_worth_more": {
    en: "The accumulator gives energy to the MicroGrid; it is worth more there than kept.",
    it: "L’accumulo cede energia alla MicroGrid: lì vale più che tenuta in casa.",
    de: "Der Speicher gibt Energie an das MicroGrid; dort ist sie mehr wert als behalten.",
  },
  "reason.microgrid_charges_for_target": {
    en: "The MicroGrid charges the accumulator, so that what you want is stored in time.",
    it: "La MicroGrid carica l’accumulo, perché ciò che vuoi sia accumulato in tempo.",
    de: "Das MicroGrid lädt den Speicher, damit rechtzeitig gespeichert ist, was du willst.",
  },
  "reason.community_takes_surplus_first": {
    en: "The panels run the home; the neighbours get the surplus before the accumulator, as you chose.",
    it: "I pannelli alimentano la casa; il surplus va ai vicini prima che all’accumulo, come hai scelto.",
    de: "Die Module versorgen das Haus; den Überschuss bekommen die Nachbarn vor dem Speicher, wie du es wolltest.",
  },
  "reason.command_holds": {
    en: "Held by you until {until}: nothing leaves the accumulator.",
    it: "Trattenuto da te fino alle {until}: dall’accumulo non esce nulla.",
    de: "Von dir gehalten bis {until}: Aus dem Speicher geht nichts hinaus.",
  },
  "reason.command_charges": {
    en: "The accumulator charges because you asked for it, until {until}.",
    it: "L’accumulo si carica perché lo hai chiesto, fino alle {until}.",
    de: "Der Speicher lädt, weil du es so willst, bis {until}.",
  },
  "reason.command_discharges": {
    en: "The accumulator gives because you asked for it, until {until}.",
    it: "L’accumulo cede perché lo hai chiesto, fino alle {until}.",
    de: "Der Speicher gibt ab, weil du es so willst, bis {until}.",
  },
  "reason.target_charges": {
    en: "Charges to {targetPercent} by {until}; this is one of the cheapest hours until then.",
    it: "Si carica al {targetPercent} entro le {until}; questa è una delle ore meno care fino ad allora.",
    de: "Lädt bis {until} auf {targetPercent}; dies ist eine der billigsten Stunden bis dahin.",
  },
  "reason.target_holds": {
    en: "Keeps what it has: {targetPercent} are to be there by {until}.",
    it: "Conserva ciò che ha: entro le {until} serve il {targetPercent}.",
    de: "Behält, was er hat: Bis {until} sollen {targetPercent} da sein.",
  },
  "reason.local_holds": {
    en: "Held at the gateway until {until}: what is set there wins.",
    it: "Trattenuto al gateway fino alle {until}: vince ciò che è impostato lì.",
    de: "Am Gateway gehalten bis {until}: Was dort eingestellt ist, geht vor.",
  },
  "reason.local_charges": {
    en: "The accumulator charges: set at the gateway until {until}, which wins.",
    it: "L’accumulo si carica: impostato al gateway fino alle {until}, che vince.",
    de: "Der Speicher lädt: am Gateway so eingestellt bis {until}, das geht vor.",
  },
  "reason.local_discharges": {
    en: "The accumulator gives: set at the gateway until {until}, which wins.",
    it: "L’accumulo cede: impostato al gateway fino alle {until}, che vince.",
    de: "Der Speicher gibt ab: am Gateway so eingestellt bis {until}, das geht vor.",
  },
  "reason.unknown": {
    en: "The bidirectional counter chooses by a rule this app does not know yet.",
    it: "Il contatore bidirezionale sceglie con una regola che questa app non conosce ancora.",
    de: "Der bidirektionale Zähler wählt nach einer Regel, die diese App noch nicht kennt.",
  },

  "why.command_holds": {
    en: "{stored} of {capacity} are stored. The MicroGrid costs {importPrice}.",
    it: "sono accumulati {stored} di {capacity}. La MicroGrid costa {importPrice}.",
    de: "{stored} von {capacity} sind gespeichert. Das MicroGrid kostet {importPrice}.",
  },
  "why.local_holds": {
    en: "{stored} of {capacity} are stored. The MicroGrid costs {importPrice}.",
    it: "sono accumulati {stored} di {capacity}. La MicroGrid costa {importPrice}.",
    de: "{stored} von {capacity} sind gespeichert. Das MicroGrid kostet {importPrice}.",
  },
  "why.target_holds": {
    en: "{stored} of {capacity} are stored. The MicroGrid costs {importPrice}.",
    it: "sono accumulati {stored} di {capacity}. La MicroGrid costa {importPrice}.",
    de: "{stored} von {capacity} sind gespeichert. Das MicroGrid kostet {importPrice}.",
  },
  "why.command_charges": {
    en: "{stored} of {capacity} are stored. The MicroGrid costs {importPrice}.",
    it: "sono accumulati {stored} di {capacity}. La MicroGrid costa {importPrice}.",
    de: "{stored} von {capacity} sind gespeichert. Das MicroGrid kostet {importPrice}.",
  },
  "why.local_charges": {
    en: "{stored} of {capacity} are stored. The MicroGrid costs {importPrice}.",
    it: "sono accumulati {stored} di {capacity}. La MicroGrid costa {importPrice}.",
    de: "{stored} von {capacity} sind gespeichert. Das MicroGrid kostet {importPrice}.",
  },
  "why.target_charges": {
    en: "{stored} of {capacity} are stored. The MicroGrid costs {importPrice}.",
    it: "sono accumulati {stored} di {capacity}. La MicroGrid costa {importPrice}.",
    de: "{stored} von {capacity} sind gespeichert. Das MicroGrid kostet {importPrice}.",
  },
  "why.command_discharges": {
    en: "{stored} of {capacity} are stored, {reserve} stay inside. The home uses {load}.",
    it: "sono accumulati {stored} di {capacity}, ne restano {reserve}. La casa usa {load}.",
    de: "{stored} von {capacity} sind gespeichert, {reserve} bleiben darin. Das Haus braucht {load}.",
  },
  "why.local_discharges": {
    en: "{stored} of {capacity} are stored, {reserve} stay inside. The home uses {load}.",
    it: "sono accumulati {stored} di {capacity}, ne restano {reserve}. La casa usa {load}.",
    de: "{stored} von {capacity} sind gespeichert, {reserve} bleiben darin. Das Haus braucht {load}.",
  },
  "why.panels_cover_home_rest_charges": {
    en: "a stored kWh is worth {storedValue}, going out it brings {feedInPrice}.",
    it: "un kWh accumulato vale {storedValue}, in uscita porta {feedInPrice}.",
    de: "eine gespeicherte kWh ist {storedValue} wert, draußen bringt sie {feedInPrice}.",
  },
  "why.panels_cover_home_rest_charges_and_exports": {
    en: "a stored kWh is worth {storedValue}, going out it brings {feedInPrice}, so only what the accumulator cannot take goes out.",
    it: "un kWh accumulato vale {storedValue}, in uscita porta {feedInPrice}; esce solo ciò che l’accumulo non può prendere.",
    de: "eine gespeicherte kWh ist {storedValue} wert, draußen bringt sie {feedInPrice}; hinaus geht nur, was der Speicher nicht fasst.",
  },
  "why.panels_cover_home_rest_exports_accumulator_full": {
    en: "{stored} of {capacity} are stored. Going out, a kWh brings {feedInPrice}.",
    it: "{stored} di {capacity} sono accumulati. In uscita un kWh porta {feedInPrice}.",
    de: "{stored} von {capacity} sind gespeichert. Draußen bringt eine kWh {feedInPrice}.",
  },
  "why.panels_cover_home_rest_exports_worth_more": {
    en: "going out a kWh brings {feedInPrice}, stored it is worth {storedValue}.",
    it: "in uscita un kWh porta {feedInPrice}, accumulato vale {storedValue}.",
    de: "draußen bringt eine kWh {feedInPrice}, gespeichert ist sie {storedValue} wert.",
  },
  "why.panels_cover_home_rest_exports_no_accumulator": {
    en: "there is no accumulator to keep it. Going out, a kWh brings {feedInPrice}.",
    it: "non c’è un accumulo che la conservi. In uscita un kWh porta {feedInPrice}.",
    de: "kein Speicher bewahrt ihn auf. Draußen bringt eine kWh {feedInPrice}.",
  },
  "why.panels_curtailed_export_limit": {
    en: "the connection may carry {exportPowerMax} out.",
    it: "la connessione può portare fuori {exportPowerMax}.",
    de: "der Anschluss darf {exportPowerMax} hinaustragen.",
  },
  "why.accumulator_supplies_home": {
    en: "the MicroGrid costs {importPrice}, a stored kWh is worth {storedValue}.",
    it: "la MicroGrid costa {importPrice}, un kWh accumulato vale {storedValue}.",
    de: "das MicroGrid kostet {importPrice}, eine gespeicherte kWh ist {storedValue} wert.",
  },
  "why.accumulator_supplies_home_power_limit": {
    en: "the home needs {load}, more than the accumulator’s power. The MicroGrid costs {importPrice}.",
    it: "la casa richiede {load}, più della potenza dell’accumulo. La MicroGrid costa {importPrice}.",
    de: "das Haus braucht {load}, mehr als die Leistung des Speichers. Das MicroGrid kostet {importPrice}.",
  },
  "why.accumulator_keeps_import_limit": {
    en: "the home needs {load}, the connection may carry {importPowerMax}. For this alone the reserve is touched.",
    it: "la casa richiede {load}, la connessione può portare {importPowerMax}. Solo per questo si tocca la riserva.",
    de: "das Haus braucht {load}, der Anschluss darf {importPowerMax} tragen. Nur dafür wird die Reserve berührt.",
  },
  "why.microgrid_supplies_home_reserve_kept": {
    en: "{stored} are stored and {reserve} are your reserve. The MicroGrid costs {importPrice}.",
    it: "{stored} sono accumulati e {reserve} sono la tua riserva. La MicroGrid costa {importPrice}.",
    de: "{stored} sind gespeichert, {reserve} sind deine Reserve. Das MicroGrid kostet {importPrice}.",
  },
  "why.microgrid_supplies_home_accumulator_empty": {
    en: "{stored} of {capacity} are left. The MicroGrid costs {importPrice}.",
    it: "restano {stored} di {capacity}. La MicroGrid costa {importPrice}.",
    de: "{stored} von {capacity} sind übrig. Das MicroGrid kostet {importPrice}.",
  },
  "why.microgrid_supplies_home_energy_sold": {
    en: "{saleRemaining} are promised to a supplier. The MicroGrid costs {importPrice}.",
    it: "{saleRemaining} sono promessi a un fornitore. La MicroGrid costa {importPrice}.",
    de: "{saleRemaining} sind einem Versorger versprochen. Das MicroGrid kostet {importPrice}.",
  },
  "why.microgrid_supplies_home_stored_worth_more": {
    en: "a stored kWh is worth {storedValue} later, the MicroGrid costs {importPrice} now.",
    it: "un kWh accumulato varrà {storedValue}, la MicroGrid ora costa {importPrice}.",
    de: "eine gespeicherte kWh ist später {storedValue} wert, das MicroGrid kostet jetzt {importPrice}.",
  },
  "why.microgrid_supplies_home_no_accumulator": {
    en: "the panels give {solar}, the home uses {load}. The MicroGrid costs {importPrice}.",
    it: "i pannelli danno {solar}, la casa usa {load}. La MicroGrid costa {importPrice}.",
    de: "die Module geben {solar}, das Haus braucht {load}. Das MicroGrid kostet {importPrice}.",
  },
  "why.no_panels": {
    en: "the home uses {load}. The MicroGrid costs {importPrice}.",
    it: "la casa usa {load}. La MicroGrid costa {importPrice}.",
    de: "das Haus braucht {load}. Das MicroGrid kostet {importPrice}.",
  },
  "why.microgrid_charges_accumulator": {
    en: "it costs {importPrice} now, and a stored kWh is worth {storedValue}.",
    it: "ora costa {importPrice}, e un kWh accumulato vale {storedValue}.",
    de: "es kostet jetzt {importPrice}, und eine gespeicherte kWh ist {storedValue} wert.",
  },
  "why.accumulator_exports_worth_more": {
    en: "going out a kWh brings {feedInPrice}, stored it is worth {storedValue}.",
    it: "in uscita un kWh porta {feedInPrice}, accumulato vale {storedValue}.",
    de: "draußen bringt eine kWh {feedInPrice}, gespeichert ist sie {storedValue} wert.",
  },
  "why.microgrid_charges_for_target": {
    en: "{stored} are stored, you want {target}. The MicroGrid costs {importPrice}.",
    it: "{stored} sono accumulati, tu vuoi {target}. La MicroGrid costa {importPrice}.",
    de: "{stored} sind gespeichert, du willst {target}. Das MicroGrid kostet {importPrice}.",
  },
  "why.community_takes_surplus_first": {
    en: "the neighbours can take {community}. A kWh brings {feedInPrice} there.",
    it: "i vicini possono prendere {community}. Lì un kWh porta {feedInPrice}.",
    de: "die Nachbarn können {community} nehmen. Dort bringt eine kWh {feedInPrice}.",
  },
  "why.delivering_sale": {
    en: "{saleRemaining} are still to be delivered. The meter proves what goes out.",
    it: "restano da consegnare {saleRemaining}. Il contatore prova ciò che esce.",
    de: "{saleRemaining} sind noch zu liefern. Der Zähler beweist, was hinausgeht.",
  },
  "why.import_limit_exceeded": {
    en: "the home needs {load}, the connection is meant for {importPowerMax}.",
    it: "la casa richiede {load}, la connessione è fatta per {importPowerMax}.",
    de: "das Haus braucht {load}, der Anschluss ist für {importPowerMax} gedacht.",
  },

  "why.supply_reduced_accumulator_helps": {
    en: "a bill is overdue, so {supplyPowerMax} may come in; the home uses {load}. For this the reserve is touched.",
    it: "una bolletta è scaduta, quindi possono entrare {supplyPowerMax}; la casa usa {load}. Per questo si tocca la riserva.",
    de: "eine Rechnung ist überfällig, darum dürfen {supplyPowerMax} herein; das Haus braucht {load}. Dafür wird die Reserve berührt.",
  },
  "why.supply_reduced_load_shed": {
    en: "a bill is overdue, so {supplyPowerMax} may come in; the home would use {load}.",
    it: "una bolletta è scaduta, quindi possono entrare {supplyPowerMax}; la casa userebbe {load}.",
    de: "eine Rechnung ist überfällig, darum dürfen {supplyPowerMax} herein; das Haus würde {load} brauchen.",
  },
  "why.supply_suspended_accumulator_supplies": {
    en: "a bill stayed unpaid after notice and reduction. {stored} are left; paying restores the supply at once.",
    it: "una bolletta è rimasta non pagata dopo preavviso e riduzione. Restano {stored}; pagando la fornitura riprende subito.",
    de: "eine Rechnung blieb nach Mahnung und Drosselung unbezahlt. {stored} sind übrig; mit der Zahlung geht die Lieferung sofort weiter.",
  },
  "why.supply_suspended_load_shed": {
    en: "a bill stayed unpaid after notice and reduction; the home would use {load}. Paying restores the supply at once.",
    it: "una bolletta è rimasta non pagata dopo preavviso e riduzione; la casa userebbe {load}. Pagando la fornitura riprende subito.",
    de: "eine Rechnung blieb nach Mahnung und Drosselung unbezahlt; das Haus würde {load} brauchen. Mit der Zahlung geht die Lieferung sofort weiter.",
  },
  "why.vital_minimum_accumulator_helps": {
    en: "a payment could not be heard of now, so nobody is cut off: {supplyPowerMax} may come in, the home uses {load}.",
    it: "ora non si potrebbe sapere di un pagamento, quindi nessuno è staccato: possono entrare {supplyPowerMax}, la casa usa {load}.",
    de: "von einer Zahlung erführe man jetzt nichts, darum wird niemand abgeschaltet: {supplyPowerMax} dürfen herein, das Haus braucht {load}.",
  },
  "why.vital_minimum_load_shed": {
    en: "a payment could not be heard of now, so nobody is cut off: {supplyPowerMax} may come in, the home would use {load}.",
    it: "ora non si potrebbe sapere di un pagamento, quindi nessuno è staccato: possono entrare {supplyPowerMax}, la casa userebbe {load}.",
    de: "von einer Zahlung erführe man jetzt nichts, darum wird niemand abgeschaltet: {supplyPowerMax} dürfen herein, das Haus würde {load} brauchen.",
  },

  "supply.reduced": {
    en: "Supply reduced: {power} may come in",
    it: "Fornitura ridotta: possono entrare {power}",
    de: "Lieferung gedrosselt: {power} dürfen herein",
  },
  "supply.suspended": {
    en: "Supply suspended: nothing comes in",
    it: "Fornitura sospesa: non entra nulla",
    de: "Lieferung ausgesetzt: nichts kommt herein",
  },
  "supply.vital_minimum": {
    en: "Link lost: the vital minimum of {power} comes in",
    it: "Collegamento perso: entra il minimo vitale di {power}",
    de: "Verbindung weg: das Lebensnotwendige, {power}, kommt herein",
  },
  "supply.unserved": {
    en: "{power} of what the home would use are not served now.",
    it: "Ora {power} di ciò che la casa userebbe non sono serviti.",
    de: "{power} von dem, was das Haus brauchen würde, bekommt es jetzt nicht.",
  },
  "supply.served": {
    en: "For now the home lacks nothing.",
    it: "Per ora alla casa non manca nulla.",
    de: "Vorerst fehlt dem Haus nichts.",
  },
  "supply.heard": {
    en: "The platform was last heard {time}.",
    it: "Ultimo contatto con la piattaforma: {time}.",
    de: "Die Plattform war zuletzt zu hören: {time}.",
  },
  "supply.contract": { en: "To the contract", it: "Al contratto", de: "Zum Vertrag" },

  "monitor.used_today": { en: "Used today", it: "Consumata oggi", de: "Heute verbraucht" },
  "monitor.since_midnight": { en: "since midnight", it: "da mezzanotte", de: "seit Mitternacht" },
  "monitor.own": { en: "own", it: "propria", de: "eigen" },
  "monitor.produced_today": { en: "Produced today", it: "Prodotta oggi", de: "Heute erzeugt" },
  "monitor.earned": { en: "earned", it: "guadagnati", de: "verdient" },
  "monitor.sold": { en: "{energy} sold", it: "{energy} venduti", de: "{energy} verkauft" },
  "monitor.nothing_sold": {
    en: "nothing sold yet",
    it: "ancora nulla di venduto",
    de: "noch nichts verkauft",
  },
  "monitor.used_at_once": { en: "Used at once", it: "Usata subito", de: "Sofort genutzt" },
  "monitor.stored": { en: "Stored", it: "Accumulata", de: "Gespeichert" },
  "monitor.gone_out": { en: "Gone out", it: "Uscita", de: "Hinausgegangen" },

  "day.title": { en: "The day", it: "La giornata", de: "Der Tag" },
  "day.hour_title": { en: "The last hour", it: "L’ultima ora", de: "Die letzte Stunde" },
  "day.two_title": { en: "Yesterday and today", it: "Ieri e oggi", de: "Gestern und heute" },
  "day.span": { en: "Span", it: "Periodo", de: "Zeitraum" },
  "day.hour": { en: "1 h", it: "1 h", de: "1 h" },
  "day.day": { en: "Day", it: "Giorno", de: "Tag" },
  "day.two": { en: "2 days", it: "2 giorni", de: "2 Tage" },
  "day.ahead": { en: "Plan", it: "Piano", de: "Plan" },
  "day.ahead_title": {
    en: "Half a day back, a day on",
    it: "Mezza giornata fa, un giorno avanti",
    de: "Ein halber Tag zurück, einer voraus",
  },
  "day.from_panels": { en: "from panels", it: "dai pannelli", de: "vom Dach" },
  "day.from_accumulator": { en: "from accumulator", it: "dall’accumulo", de: "vom Speicher" },
  "day.from_microgrid": { en: "from MicroGrid", it: "dalla MicroGrid", de: "vom MicroGrid" },
  "day.production": { en: "produced", it: "prodotta", de: "erzeugt" },
  "day.now": { en: "now {time}", it: "ora {time}", de: "jetzt {time}" },
  "day.chart": {
    en: "Use of the home by source, production, charge and price over time. Arrow keys read it step by step.",
    it: "Consumi della casa per fonte, produzione, carica e prezzo nel tempo. Le frecce leggono passo per passo.",
    de: "Verbrauch des Hauses nach Quelle, Erzeugung, Ladung und Preis im Verlauf. Pfeiltasten lesen Schritt für Schritt.",
  },
  "day.charge": { en: "Charge", it: "Carica", de: "Ladung" },
  "day.price": { en: "€/kWh", it: "€/kWh", de: "€/kWh" },
  "day.as_table": { en: "Show as table", it: "Mostra come tabella", de: "Als Tabelle zeigen" },
  "day.as_chart": { en: "Hide the table", it: "Nascondi la tabella", de: "Tabelle verbergen" },
  "day.empty": {
    en: "Nothing has been measured in this span yet.",
    it: "In questo periodo non è ancora stato misurato nulla.",
    de: "In diesem Zeitraum wurde noch nichts gemessen.",
  },
  "day.time": { en: "Time", it: "Ora", de: "Zeit" },
  "day.col_panels": { en: "Panels, kW", it: "Pannelli, kW", de: "Dach, kW" },
  "day.col_accumulator": { en: "Accumulator, kW", it: "Accumulo, kW", de: "Speicher, kW" },
  "day.col_microgrid": { en: "MicroGrid, kW", it: "MicroGrid, kW", de: "MicroGrid, kW" },
  "day.col_used": { en: "Used, kW", it: "Consumo, kW", de: "Verbrauch, kW" },
  "day.col_produced": { en: "Produced, kW", it: "Prodotta, kW", de: "Erzeugt, kW" },
  "day.col_out": { en: "Gone out, kW", it: "Uscita, kW", de: "Hinaus, kW" },
  "day.col_stored": { en: "Stored, kWh", it: "Accumulata, kWh", de: "Gespeichert, kWh" },
  "day.col_price": { en: "€/kWh", it: "€/kWh", de: "€/kWh" },
  "day.say_used": {
    en: "The home used {power}: {sources}.",
    it: "La casa usava {power}: {sources}.",
    de: "Das Haus brauchte {power}: {sources}.",
  },
  "day.say_source": { en: "{power} {source}", it: "{power} {source}", de: "{power} {source}" },
  "day.say_all": { en: "all {source}", it: "tutto {source}", de: "alles {source}" },
  "day.say_produced": {
    en: "The panels gave {power}.",
    it: "I pannelli davano {power}.",
    de: "Die Module gaben {power}.",
  },
  "day.say_out": { en: "{power} went out.", it: "{power} uscivano.", de: "{power} gingen hinaus." },
  "day.say_state": {
    en: "Accumulator {percent}.",
    it: "Accumulo {percent}.",
    de: "Speicher {percent}.",
  },
  "day.say_price": {
    en: "The MicroGrid cost {price}.",
    it: "La MicroGrid costava {price}.",
    de: "Das MicroGrid kostete {price}.",
  },
} as const satisfies Strings;
