/** F1's loads: what uses power and can wait, follow or give way; why it does, and how its owner wants it. */
import type { Strings } from "./dictionary.ts";

export const loads = {
  "loads.title": { en: "What is using power", it: "Che cosa consuma", de: "Was Strom braucht" },
  "loads.sub": {
    en: "What has a plug or a control of its own. Choose a line to say how it shall run.",
    it: "Ciò che ha una presa o un comando proprio. Scegli una riga per dire come deve funzionare.",
    de: "Was eine eigene Steckdose oder Steuerung hat. Wähle eine Zeile, um zu sagen, wie es laufen soll.",
  },
  "loads.today": { en: "{energy} today", it: "{energy} oggi", de: "{energy} heute" },
  "loads.made_today": {
    en: "{energy} made today",
    it: "{energy} prodotti oggi",
    de: "{energy} erzeugt heute",
  },
  "loads.ran": { en: "ran {spans}", it: "in funzione {spans}", de: "lief {spans}" },
  "loads.ran_not": {
    en: "has not run on this day",
    it: "non ha funzionato in questo giorno",
    de: "lief an diesem Tag nicht",
  },
  "loads.ran_often": {
    en: "ran {times} times, {span} in all",
    it: "in funzione {times} volte, in tutto {span}",
    de: "lief {times} mal, zusammen {span}",
  },
  "loads.level.charge": { en: "charge", it: "carica", de: "Ladung" },
  "loads.level.tank": { en: "store", it: "serbatoio", de: "Wärmespeicher" },
  "loads.level.water": { en: "water", it: "acqua", de: "Wasser" },
  "loads.level.room": { en: "rooms", it: "ambienti", de: "Räume" },
  "loads.charge_at": { en: "charge {percent}", it: "carica {percent}", de: "Ladung {percent}" },
  "loads.charge_from": {
    en: "charge from {from} to {to}",
    it: "carica da {from} a {to}",
    de: "Ladung von {from} auf {to}",
  },
  "loads.warm_at": { en: "{what} {at}", it: "{what} {at}", de: "{what} {at}" },
  "loads.warm_from": {
    en: "{what} {from} to {to}",
    it: "{what} da {from} a {to}",
    de: "{what} {from} bis {to}",
  },
  "loads.took": {
    en: "What single loads took",
    it: "I singoli consumi",
    de: "Was einzelne Geräte brauchten",
  },
  "loads.took_sub": {
    en: "What has a plug or a control of its own: a part of what the home used.",
    it: "Ciò che ha una presa o un comando proprio: una parte del consumo della casa.",
    de: "Was eine eigene Steckdose oder Steuerung hat: ein Teil dessen, was das Haus brauchte.",
  },
  "loads.col_load": { en: "Load", it: "Apparecchio", de: "Gerät" },
  "loads.col_share": { en: "of the home", it: "della casa", de: "vom Haus" },
  "loads.col_when": { en: "When", it: "Quando", de: "Wann" },
  "loads.made": { en: "made", it: "prodotti", de: "erzeugt" },
  "loads.export": {
    en: "Export single loads",
    it: "Esporta i singoli consumi",
    de: "Einzelne Geräte exportieren",
  },
  "loads.off": { en: "off", it: "spento", de: "aus" },
  "loads.rests": { en: "resting", it: "a riposo", de: "ruht" },
  "loads.away": { en: "away", it: "fuori", de: "unterwegs" },
  "loads.gives": { en: "gives {power}", it: "dà {power}", de: "gibt {power}" },
  "loads.kind.car": { en: "Car", it: "Auto", de: "Auto" },
  "loads.kind.heat_pump": { en: "Heat pump", it: "Pompa di calore", de: "Wärmepumpe" },
  "loads.kind.chp": { en: "Micro-CHP", it: "Microcogeneratore", de: "Blockheizkraftwerk" },
  "loads.kind.boiler": { en: "Boiler", it: "Scaldabagno", de: "Boiler" },
  "loads.kind.washing_machine": { en: "Washing machine", it: "Lavatrice", de: "Waschmaschine" },
  "loads.kind.dishwasher": { en: "Dishwasher", it: "Lavastoviglie", de: "Spülmaschine" },
  "loads.kind.freezer": { en: "Freezer", it: "Congelatore", de: "Gefrierschrank" },
  "loads.kind.appliance": { en: "Appliance", it: "Elettrodomestico", de: "Gerät" },

  "loads.next": {
    en: "Next from {from} to {to}.",
    it: "Poi dalle {from} alle {to}.",
    de: "Dann von {from} bis {to}.",
  },

  "loads.why.not_plugged_in": {
    en: "It is on the road.",
    it: "È in viaggio.",
    de: "Es ist unterwegs.",
  },
  "loads.why.charged_enough": {
    en: "Charged to {stored}, as you want it.",
    it: "Carica al {stored}, come vuoi tu.",
    de: "Zu {stored} geladen, wie du es willst.",
  },
  "loads.why.held_off": {
    en: "At {stored}. You keep it from charging.",
    it: "Al {stored}. Hai fermato la carica.",
    de: "Bei {stored}. Du hältst es vom Laden ab.",
  },
  "loads.why.charging_at_once": {
    en: "At {stored}, charging at once to {target}.",
    it: "Al {stored}, in carica subito fino al {target}.",
    de: "Bei {stored}, lädt sofort bis {target}.",
  },
  "loads.why.charging_to_be_ready": {
    en: "At {stored}, charging at full power to be at {target} by {ready}.",
    it: "Al {stored}, a piena potenza per essere al {target} entro le {ready}.",
    de: "Bei {stored}, lädt mit voller Leistung, um bis {ready} bei {target} zu sein.",
  },
  "loads.why.charging_from_sun": {
    en: "At {stored}, charging from the {surplus} that the sun has over.",
    it: "Al {stored}, in carica dai {surplus} che il sole dà in più.",
    de: "Bei {stored}, lädt von den {surplus}, die die Sonne übrig hat.",
  },
  "loads.why.charging_cheap_hour": {
    en: "At {stored}, charging in a cheap hour: {price} now.",
    it: "Al {stored}, in carica in un’ora conveniente: ora {price}.",
    de: "Bei {stored}, lädt in einer billigen Stunde: jetzt {price}.",
  },
  "loads.why.waiting_for_sun": {
    en: "At {stored}, waiting for more sun than the {surplus} that is over.",
    it: "Al {stored}, attende più sole dei {surplus} in eccesso.",
    de: "Bei {stored}, wartet auf mehr Sonne als die {surplus}, die übrig sind.",
  },
  "loads.why.waiting_for_cheap_hour": {
    en: "At {stored}, waiting for a cheaper hour than {price}; at {target} by {ready}.",
    it: "Al {stored}, attende un’ora più conveniente di {price}; al {target} entro le {ready}.",
    de: "Bei {stored}, wartet auf eine billigere Stunde als {price}; bis {ready} bei {target}.",
  },
  "loads.why.limited_to_nothing": {
    en: "Connection or contract leaves too little for it now.",
    it: "Connessione o contratto ora lasciano troppo poco.",
    de: "Anschluss oder Vertrag lassen jetzt zu wenig übrig.",
  },

  "loads.why.safe_current": {
    en: "At {stored}, charging slowly: not all is known of the home now.",
    it: "Al {stored}, in carica lenta: ora non si sa tutto della casa.",
    de: "Bei {stored}, lädt langsam: Über das Haus ist gerade nicht alles bekannt.",
  },
  "loads.why.not_heard": {
    en: "It does not answer; it goes by itself.",
    it: "Non risponde; fa da sé.",
    de: "Es antwortet nicht; es läuft von selbst.",
  },
  "loads.why.own_thermostat": {
    en: "It goes by its own thermostat: the home’s counter is not heard.",
    it: "Segue il proprio termostato: il contatore di casa non risponde.",
    de: "Läuft nach dem eigenen Thermostat: Der Zähler des Hauses antwortet nicht.",
  },
  "loads.why.left_alone": {
    en: "It stays as it is: counter or clock of the home cannot be believed now.",
    it: "Resta com’è: ora contatore o orologio di casa non sono attendibili.",
    de: "Bleibt, wie es ist: Zähler oder Uhr des Hauses sind gerade nicht zu glauben.",
  },
  "loads.why.switched_by_hand": {
    en: "Somebody switched it by hand; it stays so.",
    it: "Qualcuno l’ha commutato a mano; resta così.",
    de: "Jemand hat es von Hand geschaltet; es bleibt so.",
  },

  "loads.why.always_on": { en: "You leave it on.", it: "La lasci accesa.", de: "Du lässt es an." },
  "loads.why.switched_off": { en: "You keep it off.", it: "La tieni spenta.", de: "Du lässt es aus." },
  "loads.why.on_from_sun": {
    en: "The sun has {surplus} over.",
    it: "Il sole dà {surplus} in più.",
    de: "Die Sonne hat {surplus} übrig.",
  },
  "loads.why.on_cheap_hour": {
    en: "A cheap hour: {price} now.",
    it: "Un’ora conveniente: ora {price}.",
    de: "Eine billige Stunde: jetzt {price}.",
  },
  "loads.why.on_to_be_done": {
    en: "It runs now to be done in time.",
    it: "Funziona ora per finire in tempo.",
    de: "Läuft jetzt, um rechtzeitig fertig zu sein.",
  },
  "loads.why.stays_on": {
    en: "What has begun runs to its end: {span} to go.",
    it: "Ciò che è iniziato finisce: ancora {span}.",
    de: "Was begonnen hat, läuft zu Ende: noch {span}.",
  },
  "loads.why.waits_for_sun": {
    en: "Waits for {usual} of sun; {surplus} is over now.",
    it: "Attende {usual} di sole; ora ne avanzano {surplus}.",
    de: "Wartet auf {usual} Sonne; jetzt sind {surplus} übrig.",
  },
  "loads.why.waits_for_cheap_hour": {
    en: "Waits for a cheaper hour than {price}.",
    it: "Attende un’ora più conveniente di {price}.",
    de: "Wartet auf eine billigere Stunde als {price}.",
  },
  "loads.why.done_for_today": { en: "Nothing to do.", it: "Nulla da fare.", de: "Nichts zu tun." },
  "loads.why.gives_way": {
    en: "It gives way: connection or contract lets no more in.",
    it: "Cede il passo: connessione o contratto non lasciano entrare di più.",
    de: "Es tritt zurück: Anschluss oder Vertrag lassen nicht mehr herein.",
  },

  "loads.why.comfort_needs_heat": {
    en: "Your comfort needs heat: rooms at {room}, tank at {tank}.",
    it: "Il comfort vuole calore: stanze a {room}, serbatoio a {tank}.",
    de: "Dein Komfort braucht Wärme: Räume bei {room}, Speicher bei {tank}.",
  },
  "loads.why.heat_from_sun": {
    en: "Heat from the {surplus} that the sun has over; tank at {tank}.",
    it: "Calore dai {surplus} di sole in più; serbatoio a {tank}.",
    de: "Wärme von den {surplus}, die die Sonne übrig hat; Speicher bei {tank}.",
  },
  "loads.why.heat_cheap_hour": {
    en: "Heat in a cheap hour, {price} now; tank at {tank}.",
    it: "Calore in un’ora conveniente, ora {price}; serbatoio a {tank}.",
    de: "Wärme in einer billigen Stunde, jetzt {price}; Speicher bei {tank}.",
  },
  "loads.why.heat_waits": {
    en: "Warm enough: rooms at {room}, tank at {tank}.",
    it: "Caldo a sufficienza: stanze a {room}, serbatoio a {tank}.",
    de: "Warm genug: Räume bei {room}, Speicher bei {tank}.",
  },
  "loads.why.tank_full": {
    en: "The tank is as warm as it may be: {tank}.",
    it: "Il serbatoio è al massimo: {tank}.",
    de: "Der Wärmespeicher ist so warm, wie er sein darf: {tank}.",
  },
  "loads.why.compressor_runs_on": {
    en: "Once begun it runs for a while.",
    it: "Una volta partita funziona per un po’.",
    de: "Einmal begonnen, läuft es eine Weile.",
  },
  "loads.why.compressor_rests": {
    en: "It rests for a while before it begins again.",
    it: "Riposa un po’ prima di ripartire.",
    de: "Es ruht eine Weile, bevor es wieder beginnt.",
  },
  "loads.why.heat_limited": {
    en: "Connection or contract leaves too little for heat now.",
    it: "Connessione o contratto ora lasciano troppo poco per il calore.",
    de: "Anschluss oder Vertrag lassen jetzt zu wenig für Wärme übrig.",
  },
  "loads.why.sg_blocked": {
    en: "Held back until a cheaper hour than {price}.",
    it: "Fermata fino a un’ora più conveniente di {price}.",
    de: "Zurückgehalten bis zu einer billigeren Stunde als {price}.",
  },
  "loads.why.sg_by_itself": {
    en: "It heats by its own control.",
    it: "Riscalda secondo la propria regolazione.",
    de: "Sie heizt nach ihrer eigenen Regelung.",
  },
  "loads.why.sg_no_block_left": {
    en: "It should give way, but was blocked as often as it may be; it heats by its own control.",
    it: "Dovrebbe cedere il passo, ma è già stata bloccata quanto è permesso; riscalda da sé.",
    de: "Sie sollte zurücktreten, war aber so oft gesperrt, wie sie darf; sie heizt nach ihrer Regelung.",
  },
  "loads.why.heat_from_sun.untold": {
    en: "Heat from the {surplus} that the sun has over.",
    it: "Calore dai {surplus} di sole in più.",
    de: "Wärme von den {surplus}, die die Sonne übrig hat.",
  },
  "loads.why.heat_cheap_hour.untold": {
    en: "Heat in a cheap hour, {price} now.",
    it: "Calore in un’ora conveniente, ora {price}.",
    de: "Wärme in einer billigen Stunde, jetzt {price}.",
  },
  "loads.why.heat_waits.untold": {
    en: "It is not its turn to heat.",
    it: "Non è il suo turno di riscaldare.",
    de: "Sie ist gerade nicht mit Heizen dran.",
  },
  "loads.sg.1": {
    en: "Contacts: blocked ({left} more {left:block|blocks} today).",
    it: "Contatti: bloccata (oggi ancora {left} {left:blocco|blocchi}).",
    de: "Kontakte: gesperrt (heute noch {left} {left:Sperre|Sperren}).",
  },
  "loads.sg.2": {
    en: "Contacts: normal.",
    it: "Contatti: normale.",
    de: "Kontakte: normal.",
  },
  "loads.sg.3": {
    en: "Contacts: recommended to run.",
    it: "Contatti: avvio consigliato.",
    de: "Kontakte: Einschalten empfohlen.",
  },
  "loads.sg.4": {
    en: "Contacts: told to run.",
    it: "Contatti: avvio comandato.",
    de: "Kontakte: zum Laufen aufgefordert.",
  },
  "loads.why.chp_pays": {
    en: "Its power and heat are worth more than the gas; tank at {tank}.",
    it: "Elettricità e calore valgono più del gas; serbatoio a {tank}.",
    de: "Strom und Wärme sind mehr wert als das Gas; Speicher bei {tank}.",
  },
  "loads.why.chp_too_dear": {
    en: "Gas costs more than its power and heat are worth now.",
    it: "Il gas costa più di quanto ora valgano elettricità e calore.",
    de: "Das Gas kostet mehr, als Strom und Wärme jetzt wert sind.",
  },

  "loads.why.tank_untold": {
    en: "It does not tell how warm its tank is; it goes by its own thermostat.",
    it: "Non dice quanto è caldo il serbatoio; segue il proprio termostato.",
    de: "Es sagt nicht, wie warm der Speicher ist; es läuft nach dem eigenen Thermostat.",
  },
  "loads.unheard": {
    en: "Your home is being told how you want it.",
    it: "La casa sta ricevendo ciò che vuoi.",
    de: "Deinem Haus wird gesagt, wie du es willst.",
  },
  "loads.mode": { en: "When it runs", it: "Quando funziona", de: "Wann es läuft" },
  "loads.mode.sun": { en: "from the sun", it: "dal sole", de: "von der Sonne" },
  "loads.mode.cheapest": { en: "when cheapest", it: "quando conviene", de: "wenn es billig ist" },
  "loads.mode.now": { en: "at once", it: "subito", de: "sofort" },
  "loads.mode.always": { en: "always", it: "sempre", de: "immer" },
  "loads.mode.off": { en: "off", it: "spento", de: "aus" },
  "loads.ready_by": { en: "Ready by", it: "Pronto entro le", de: "Fertig bis" },
  "loads.target": { en: "Charged to", it: "Carica al", de: "Geladen auf" },
  "loads.room_min": { en: "Rooms never below", it: "Stanze mai sotto", de: "Räume nie unter" },
  "loads.tank_min": { en: "Tank never below", it: "Serbatoio mai sotto", de: "Speicher nie unter" },
  "loads.tank_max": { en: "Tank never above", it: "Serbatoio mai sopra", de: "Speicher nie über" },
  "loads.priority": { en: "Gives way", it: "Cede il passo", de: "Tritt zurück" },
  "loads.priority_of": { en: "{number} of 9", it: "{number} di 9", de: "{number} von 9" },
  "loads.priority_first": { en: "first", it: "per primo", de: "zuerst" },
  "loads.priority_last": { en: "last", it: "per ultimo", de: "zuletzt" },
  "loads.review": { en: "Review", it: "Rivedi", de: "Prüfen" },
  "loads.close": { en: "Close", it: "Chiudi", de: "Schließen" },
  "loads.load": { en: "For", it: "Per", de: "Für" },
  "loads.number": { en: "Your letter no.", it: "Tua lettera n.", de: "Dein Brief Nr." },
  "loads.letter_why": {
    en: "A letter to your home. Limits of connection and contract, and your comfort, go first. It never reaches the ledger.",
    it: "Una lettera alla tua casa. Prima vengono i limiti di connessione e contratto, e il tuo comfort. Non arriva mai al registro.",
    de: "Ein Brief an dein Haus. Zuerst gelten Grenzen von Anschluss und Vertrag und dein Komfort. Er gelangt nie ins Register.",
  },
  "loads.done": {
    en: "It runs as you want from now on.",
    it: "Da ora funziona come vuoi.",
    de: "Es läuft ab jetzt, wie du es willst.",
  },
  "loads.refused.load_preferences_changed": {
    en: "It was set meanwhile, perhaps on another device. Look at it and sign again.",
    it: "Intanto è stato impostato, forse da un altro dispositivo. Guarda e firma di nuovo.",
    de: "Es wurde inzwischen gesetzt, vielleicht auf einem anderen Gerät. Sieh nach und unterschreibe neu.",
  },
  "loads.refused.load_unknown": {
    en: "Your home does not report it any more. Nothing was changed.",
    it: "La casa non lo segnala più. Nulla è cambiato.",
    de: "Dein Haus meldet es nicht mehr. Nichts wurde geändert.",
  },
  "loads.refused.command_stale": {
    en: "It was signed too long ago. Nothing was changed. Sign it again.",
    it: "È stato firmato troppo tempo fa. Nulla è cambiato. Firma di nuovo.",
    de: "Es wurde vor zu langer Zeit unterschrieben. Nichts wurde geändert. Unterschreibe neu.",
  },
} as const satisfies Strings;
