/**
 * The rarer decisions of the BEC, each as a sentence and as the numbers behind it: limits of contract and connection,
 * an owner's command, a target. The everyday ones stand with the first screen, in `monitor`.
 */
import type { Strings } from "./dictionary.ts";

export const decisions = {
  "reason.panels_curtailed_export_limit": {
    en: "The panels could give more than the connection may carry out; the rest is held back.",
    it: "I pannelli potrebbero dare più di quanto la connessione possa portare fuori; il resto è trattenuto.",
    de: "Die Module könnten mehr geben, als der Anschluss hinaustragen darf; der Rest wird zurückgehalten.",
  },
  "reason.accumulator_keeps_import_limit": {
    en: "The accumulator helps, so that the home takes no more than its connection may carry.",
    it: "L’accumulo aiuta, perché la casa non prenda più di quanto la sua connessione possa portare.",
    de: "Der Speicher hilft, damit das Haus nicht mehr nimmt, als sein Anschluss tragen darf.",
  },
  "reason.microgrid_charges_accumulator": {
    en: "The MicroGrid is cheap now and charges the accumulator.",
    it: "La MicroGrid ora costa poco e carica l’accumulo.",
    de: "Das MicroGrid ist jetzt günstig und lädt den Speicher.",
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
  "why.panels_curtailed_export_limit": {
    en: "the connection may carry {exportPowerMax} out.",
    it: "la connessione può portare fuori {exportPowerMax}.",
    de: "der Anschluss darf {exportPowerMax} hinaustragen.",
  },
  "why.accumulator_keeps_import_limit": {
    en: "the home needs {load}, the connection may carry {importPowerMax}. For this alone the reserve is touched.",
    it: "la casa richiede {load}, la connessione può portare {importPowerMax}. Solo per questo si tocca la riserva.",
    de: "das Haus braucht {load}, der Anschluss darf {importPowerMax} tragen. Nur dafür wird die Reserve berührt.",
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
} as const satisfies Strings;
