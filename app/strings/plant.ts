/** F2, the plant: map, technical sheet, faults by their code. */
import type { Strings } from "./dictionary.ts";

export const plant = {
  "plant.title": { en: "Plant", it: "Impianto", de: "Anlage" },
  "plant.sub": {
    en: "MicroGrid {microgrid}, feeder {feeder}. Admitted to the ledger on {date}, block {height}",
    it: "MicroGrid {microgrid}, linea {feeder}. Iscritto nel registro il {date}, blocco {height}",
    de: "MicroGrid {microgrid}, Strang {feeder}. Ins Register aufgenommen am {date}, Block {height}",
  },
  "plant.no_plant": {
    en: "No plant belongs to this account.",
    it: "A questo account non appartiene alcun impianto.",
    de: "Zu diesem Konto gehört keine Anlage.",
  },
  "plant.all_answer": {
    en: "{count} {count:device answers|devices answer}",
    it: "{count} {count:dispositivo risponde|dispositivi rispondono}",
    de: "{count} {count:Gerät antwortet|Geräte antworten}",
  },
  "plant.some_silent": {
    en: "{count} {count:device is|devices are} silent",
    it: "{count} {count:dispositivo tace|dispositivi tacciono}",
    de: "{count} {count:Gerät schweigt|Geräte schweigen}",
  },

  "plant.map": { en: "The MicroGrid now", it: "La MicroGrid ora", de: "Das MicroGrid jetzt" },
  "plant.map_label": {
    en: "Map of the MicroGrid {name}: {homes} {homes:home|homes} on {feeders} {feeders:feeder|feeders}.",
    it: "Mappa della MicroGrid {name}: {homes} {homes:casa|case} su {feeders} {feeders:linea|linee}.",
    de: "Karte des MicroGrid {name}: {homes} {homes:Haus|Häuser} an {feeders} {feeders:Strang|Strängen}.",
  },
  "plant.map_states": {
    en: "{giving} giving, {own} in balance, {taking} taking.",
    it: "{giving} cedono, {own} in pari, {taking} prelevano.",
    de: "{giving} geben, {own} im Gleichgewicht, {taking} nehmen.",
  },
  "plant.giving": { en: "giving", it: "cede", de: "gibt" },
  "plant.own": { en: "living from its own", it: "vive del suo", de: "lebt von Eigenem" },
  "plant.taking": {
    en: "taking from the MicroGrid",
    it: "preleva dalla MicroGrid",
    de: "nimmt vom MicroGrid",
  },
  "plant.transformer": {
    en: "The transformer carries {percent} of its rating.",
    it: "Il trasformatore porta il {percent} della sua potenza.",
    de: "Der Transformator trägt {percent} seiner Nennleistung.",
  },
  "plant.privacy": {
    en: "States only: nobody sees a neighbour’s power.",
    it: "Solo stati: nessuno vede la potenza di un vicino.",
    de: "Nur Zustände: Niemand sieht die Leistung eines Nachbarn.",
  },

  "plant.attention": { en: "Needs attention", it: "Richiede attenzione", de: "Braucht Aufmerksamkeit" },
  "plant.all_well": {
    en: "Nothing needs attention.",
    it: "Nulla richiede attenzione.",
    de: "Nichts braucht Aufmerksamkeit.",
  },
  "plant.all_well_sub": {
    en: "Faults would stand here with their likely cause and what to do.",
    it: "Qui starebbero i guasti, con la causa probabile e cosa fare.",
    de: "Hier stünden Störungen mit wahrscheinlicher Ursache und was zu tun ist.",
  },
  "plant.warning": {
    en: "WARNING · since {time}",
    it: "AVVISO · inizio {time}",
    de: "WARNUNG · seit {time}",
  },
  "plant.fault": { en: "FAULT · since {time}", it: "GUASTO · inizio {time}", de: "STÖRUNG · seit {time}" },
  "plant.resolved": { en: "RESOLVED · {time}", it: "RISOLTO · {time}", de: "BEHOBEN · {time}" },
  "plant.lasted": { en: "It lasted {span}.", it: "È durato {span}.", de: "Es dauerte {span}." },
  "plant.what_to_do": { en: "What to do: {todo}", it: "Cosa fare: {todo}", de: "Was zu tun ist: {todo}" },

  "fault.string_below": {
    en: "String {string} gives {lessPercent} less than the other.",
    it: "La stringa {string} dà il {lessPercent} in meno dell’altra.",
    de: "Strang {string} gibt {lessPercent} weniger als der andere.",
  },
  "cause.string_below": {
    en: "Likely shade or dirt on its modules: the gap opens at {fromHour} and closes at {untilHour}.",
    it: "Probabile ombra o sporco sui suoi moduli: lo scarto si apre alle {fromHour} e si chiude alle {untilHour}.",
    de: "Wahrscheinlich Schatten oder Schmutz auf seinen Modulen: Die Lücke öffnet sich um {fromHour} und schließt um {untilHour}.",
  },
  "todo.string_below": {
    en: "look for a shadow at those hours, or ask your installer. About {lostWhPerDay} a day are lost.",
    it: "cerca un’ombra in quelle ore, o chiedi all’installatore. Si perdono circa {lostWhPerDay} al giorno.",
    de: "zu diesen Stunden nach einem Schatten sehen, oder den Installateur fragen. Etwa {lostWhPerDay} am Tag gehen verloren.",
  },
  "fault.solar_meter_silent": {
    en: "The solar meter has been silent for {minutes} {minutes:minute|minutes}.",
    it: "Il contatore solare tace da {minutes} {minutes:minuto|minuti}.",
    de: "Der Solarzähler schweigt seit {minutes} {minutes:Minute|Minuten}.",
  },
  "cause.solar_meter_silent": {
    en: "It counts on; its readings will arrive later.",
    it: "Continua a contare; le sue letture arriveranno più tardi.",
    de: "Er zählt weiter; seine Ablesungen kommen später.",
  },
  "todo.solar_meter_silent": {
    en: "nothing, unless it stays silent for a day.",
    it: "nulla, salvo che taccia per un giorno.",
    de: "nichts, außer er schweigt einen Tag lang.",
  },
  "past.solar_meter_silent": {
    en: "The solar meter was silent for {minutes} {minutes:minute|minutes}.",
    it: "Il contatore solare ha taciuto per {minutes} {minutes:minuto|minuti}.",
    de: "Der Solarzähler schwieg {minutes} {minutes:Minute|Minuten}.",
  },
  "after.solar_meter_silent": {
    en: "Readings arrived later; nothing was lost.",
    it: "Le letture sono arrivate più tardi; nulla è andato perso.",
    de: "Die Ablesungen kamen später; nichts ging verloren.",
  },
  "fault.gateway_silent": {
    en: "The gateway is silent.",
    it: "Il gateway tace.",
    de: "Das Gateway schweigt.",
  },
  "cause.gateway_silent": {
    en: "Likely the home’s internet or power. The house keeps running by its own rules.",
    it: "Probabilmente internet o la corrente di casa. La casa continua con le sue regole.",
    de: "Wahrscheinlich Internet oder Strom im Haus. Das Haus läuft nach seinen eigenen Regeln weiter.",
  },
  "todo.gateway_silent": {
    en: "check the router, then the gateway’s light.",
    it: "controlla il router, poi la spia del gateway.",
    de: "erst den Router, dann das Licht am Gateway prüfen.",
  },
  "fault.inverter_tripped": {
    en: "The inverter switched itself off.",
    it: "L’inverter si è spento da solo.",
    de: "Der Wechselrichter hat sich abgeschaltet.",
  },
  "cause.inverter_tripped": {
    en: "Likely too high a voltage in the street, or heat.",
    it: "Probabile tensione troppo alta nella via, o calore.",
    de: "Wahrscheinlich zu hohe Spannung in der Straße, oder Hitze.",
  },
  "todo.inverter_tripped": {
    en: "it starts again by itself; call your installer if it happens daily.",
    it: "riparte da solo; chiama l’installatore se succede ogni giorno.",
    de: "er startet von selbst; bei täglichem Auftreten den Installateur rufen.",
  },
  "fault.accumulator_hot": {
    en: "The accumulator is warm and gives less.",
    it: "L’accumulo è caldo e dà meno.",
    de: "Der Speicher ist warm und gibt weniger.",
  },
  "cause.accumulator_hot": {
    en: "It protects itself above its comfortable temperature.",
    it: "Si protegge sopra la sua temperatura ideale.",
    de: "Über seiner Wohlfühltemperatur schont er sich.",
  },
  "todo.accumulator_hot": {
    en: "keep the air around it free.",
    it: "lascia libera l’aria intorno.",
    de: "die Luft um ihn frei halten.",
  },
  "fault.readings_missing": {
    en: "Readings of the meter are missing.",
    it: "Mancano letture del contatore.",
    de: "Ablesungen des Zählers fehlen.",
  },
  "cause.readings_missing": {
    en: "The gateway keeps them and sends them when it can.",
    it: "Il gateway le conserva e le invia appena può.",
    de: "Das Gateway bewahrt sie auf und sendet sie, sobald es kann.",
  },
  "todo.readings_missing": {
    en: "check that the gateway is online.",
    it: "controlla che il gateway sia in rete.",
    de: "prüfen, ob das Gateway online ist.",
  },
  "fault.unknown": {
    en: "The plant reports “{code}”.",
    it: "L’impianto segnala «{code}».",
    de: "Die Anlage meldet „{code}“.",
  },
  "cause.unknown": {
    en: "This app does not know that code yet.",
    it: "Questa app non conosce ancora questo codice.",
    de: "Diese App kennt diesen Code noch nicht.",
  },
  "todo.unknown": {
    en: "tell the code to your installer.",
    it: "comunica il codice al tuo installatore.",
    de: "den Code dem Installateur nennen.",
  },

  "plant.sheet": { en: "Technical sheet", it: "Scheda tecnica", de: "Technisches Blatt" },
  "device.panels": { en: "Panels", it: "Pannelli", de: "Module" },
  "device.inverter": { en: "Inverter", it: "Inverter", de: "Wechselrichter" },
  "device.accumulator": { en: "Accumulator", it: "Accumulo", de: "Speicher" },
  "device.counter": {
    en: "Bidirectional counter",
    it: "Contatore bidirezionale",
    de: "Bidirektionaler Zähler",
  },
  "device.solar_meter": { en: "Solar meter", it: "Contatore solare", de: "Solarzähler" },
  "device.gateway": { en: "Gateway", it: "Gateway", de: "Gateway" },
  "device.answers": { en: "answers", it: "risponde", de: "antwortet" },
  "device.silent": { en: "silent for {span}", it: "tace da {span}", de: "schweigt seit {span}" },
  "device.modules": {
    en: "{count} {count:module|modules}",
    it: "{count} {count:modulo|moduli}",
    de: "{count} {count:Modul|Module}",
  },
  "device.tilt": { en: "{degrees}° {side}", it: "{degrees}° {side}", de: "{degrees}° {side}" },
  "device.single_phase": { en: "single-phase", it: "monofase", de: "einphasig" },
  "device.three_phase": { en: "three-phase", it: "trifase", de: "dreiphasig" },
  "device.health": { en: "health {percent}", it: "salute {percent}", de: "Gesundheit {percent}" },
  "device.efficiency": {
    en: "efficiency {percent}",
    it: "rendimento {percent}",
    de: "Wirkungsgrad {percent}",
  },
  "device.export_limit": {
    en: "up to {power} out",
    it: "fino a {power} in uscita",
    de: "bis {power} hinaus",
  },
  "device.charge_discharge": {
    en: "{charge} in, {discharge} out",
    it: "{charge} in entrata, {discharge} in uscita",
    de: "{charge} hinein, {discharge} hinaus",
  },
  "device.chooses": { en: "chooses every {span}", it: "sceglie ogni {span}", de: "wählt alle {span}" },
  "device.chooses_second": {
    en: "chooses each second",
    it: "sceglie ogni secondo",
    de: "wählt jede Sekunde",
  },
  "device.limits": {
    en: "{import} in, {export} out",
    it: "{import} in entrata, {export} in uscita",
    de: "{import} herein, {export} hinaus",
  },
  "device.total": {
    en: "{energy} since installation",
    it: "{energy} dall’installazione",
    de: "{energy} seit Einbau",
  },
  "device.online": { en: "online {span}", it: "in rete da {span}", de: "online seit {span}" },
  "device.outbox": {
    en: "{count} {count:reading waits|readings wait}",
    it: "{count} {count:lettura attende|letture attendono}",
    de: "{count} {count:Ablesung wartet|Ablesungen warten}",
  },
  "device.outbox_empty": { en: "outbox empty", it: "nulla in attesa", de: "nichts wartet" },
  "side.n": { en: "north", it: "nord", de: "Nord" },
  "side.ne": { en: "north-east", it: "nord-est", de: "Nordost" },
  "side.e": { en: "east", it: "est", de: "Ost" },
  "side.se": { en: "south-east", it: "sud-est", de: "Südost" },
  "side.s": { en: "south", it: "sud", de: "Süd" },
  "side.sw": { en: "south-west", it: "sud-ovest", de: "Südwest" },
  "side.w": { en: "west", it: "ovest", de: "West" },
  "side.nw": { en: "north-west", it: "nord-ovest", de: "Nordwest" },

  "plant.store": { en: "In the accumulator", it: "Nell’accumulo", de: "Im Speicher" },
  "plant.of_capacity": { en: "of {capacity}", it: "di {capacity}", de: "von {capacity}" },
  "plant.charge": { en: "charged", it: "di carica", de: "geladen" },
  "plant.own_energy": { en: "From the panels", it: "Dai pannelli", de: "Vom Dach" },
  "plant.bought_energy": { en: "From the MicroGrid", it: "Dalla MicroGrid", de: "Vom MicroGrid" },
  "plant.free": { en: "Free", it: "Libero", de: "Frei" },
  "plant.reserve_is": {
    en: "{energy} stay in reserve for the home.",
    it: "{energy} restano di riserva per la casa.",
    de: "{energy} bleiben als Reserve für das Haus.",
  },
  "plant.sold_is": {
    en: "{energy} are sold and wait for delivery.",
    it: "{energy} sono venduti e attendono la consegna.",
    de: "{energy} sind verkauft und warten auf Lieferung.",
  },
  "plant.rule_is": { en: "The rule: {rule}.", it: "La regola: {rule}.", de: "Die Regel: {rule}." },
  "mode.self_consumption": {
    en: "own energy first",
    it: "prima la propria energia",
    de: "eigene Energie zuerst",
  },
  "mode.self_supply": { en: "own energy first", it: "prima la propria energia", de: "eigene Energie zuerst" },
  "mode.best_price": { en: "best price", it: "miglior prezzo", de: "bester Preis" },
  "mode.hold": { en: "hold what is stored", it: "conserva l’accumulato", de: "Gespeichertes halten" },
  "mode.charge_now": { en: "charge now", it: "carica ora", de: "jetzt laden" },
  "plant.limits_win": {
    en: "Limits of the device always win.",
    it: "I limiti del dispositivo vincono sempre.",
    de: "Die Grenzen des Geräts gelten immer.",
  },
} as const satisfies Strings;
