/** A member's keys: which may sign, adding and taking away, guardians, coming back without any. */
import type { Strings } from "./dictionary.ts";

export const keys = {
  "keys.title": { en: "Your keys", it: "Le tue chiavi", de: "Deine Schlüssel" },
  "keys.sub": {
    en: "Whoever holds one of them signs for you. Only you can add or take away.",
    it: "Chi ne ha una firma per te. Solo tu puoi aggiungerne o toglierne.",
    de: "Wer einen davon hat, unterschreibt für dich. Nur du kannst welche hinzufügen oder wegnehmen.",
  },
  "keys.in_block": { en: "Block {height}.", it: "Blocco {height}.", de: "Block {height}." },
  "keys.yours": {
    en: "May sign for you",
    it: "Possono firmare per te",
    de: "Dürfen für dich unterschreiben",
  },
  "keys.this_device": { en: "This device", it: "Questo dispositivo", de: "Dieses Gerät" },
  "keys.other_device": { en: "A device", it: "Un dispositivo", de: "Ein Gerät" },
  "keys.passkey": { en: "A passkey", it: "Una passkey", de: "Ein Passkey" },
  "keys.take_away": { en: "Take away…", it: "Togli…", de: "Wegnehmen…" },
  "keys.keep": { en: "Keep after all…", it: "Tieni comunque…", de: "Doch behalten…" },
  "keys.last": {
    en: "The last one stays.",
    it: "L’ultima resta.",
    de: "Der letzte bleibt.",
  },
  "keys.going": {
    en: "Signs until {when}, then no more",
    it: "Firma fino a {when}, poi non più",
    de: "Unterschreibt bis {when}, dann nicht mehr",
  },
  "keys.not_by_itself": {
    en: "Only another key can keep it.",
    it: "Solo un’altra chiave può tenerla.",
    de: "Nur ein anderer Schlüssel kann ihn behalten.",
  },
  "keys.take_title": {
    en: "Take this key away",
    it: "Togliere questa chiave",
    de: "Diesen Schlüssel wegnehmen",
  },
  "keys.take_why": {
    en: "It takes {delay}, so that nobody who found one key can lock you out at once. Until then it signs, and your other keys can keep it.",
    it: "Ci vogliono {delay}, così chi ha trovato una chiave non può chiuderti fuori subito. Fino ad allora firma, e le altre tue chiavi possono tenerla.",
    de: "Es dauert {delay}, damit niemand, der einen Schlüssel fand, dich sofort aussperrt. Bis dahin unterschreibt er, und deine anderen können ihn behalten.",
  },
  "keys.keep_title": {
    en: "Keep this key after all",
    it: "Tenere comunque questa chiave",
    de: "Diesen Schlüssel doch behalten",
  },
  "keys.keep_why": {
    en: "If somebody else asked to take it away, take that somebody’s key away next.",
    it: "Se l’ha chiesto qualcun altro, togli poi la sua chiave.",
    de: "Hat das jemand anderes verlangt, nimm als Nächstes dessen Schlüssel weg.",
  },
  "keys.key": { en: "Key", it: "Chiave", de: "Schlüssel" },
  "keys.kind": { en: "What it is", it: "Che cos’è", de: "Was es ist" },
  "keys.sign_take": { en: "Sign: take it away", it: "Firma: togli", de: "Unterschreiben: wegnehmen" },
  "keys.sign_keep": { en: "Sign: keep it", it: "Firma: tieni", de: "Unterschreiben: behalten" },
  "keys.taken": {
    en: "The key is being taken away.",
    it: "La chiave sarà tolta.",
    de: "Der Schlüssel wird weggenommen.",
  },
  "keys.kept": { en: "The key stays.", it: "La chiave resta.", de: "Der Schlüssel bleibt." },
  "keys.not_done": { en: "NOTHING CHANGED", it: "NULLA È CAMBIATO", de: "NICHTS GEÄNDERT" },
  "keys.not_now": { en: "Not now", it: "Non ora", de: "Jetzt nicht" },
  "keys.days": { en: "{n} {n:day|days}", it: "{n} {n:giorno|giorni}", de: "{n} {n:Tag|Tage}" },
  "keys.hours": { en: "{n} {n:hour|hours}", it: "{n} {n:ora|ore}", de: "{n} {n:Stunde|Stunden}" },
  "keys.minutes": { en: "{n} {n:minute|minutes}", it: "{n} {n:minuto|minuti}", de: "{n} {n:Minute|Minuten}" },

  "keys.add": { en: "One more", it: "Un’altra", de: "Noch einer" },
  "keys.add_why": {
    en: "From the next block on it signs for you as this device does.",
    it: "Dal prossimo blocco firma per te come questo dispositivo.",
    de: "Ab dem nächsten Block unterschreibt er für dich wie dieses Gerät.",
  },
  "keys.passkey_why": {
    en: "A passkey lives in your phone or password manager and comes along to your next device. Keep at least one.",
    it: "Una passkey vive nel telefono o nel gestore di password e ti segue sul prossimo dispositivo. Tienine almeno una.",
    de: "Ein Passkey liegt im Telefon oder Passwortmanager und zieht auf dein nächstes Gerät mit. Habe mindestens einen.",
  },
  "keys.add_passkey": { en: "Add a passkey", it: "Aggiungi una passkey", de: "Passkey hinzufügen" },
  "keys.no_host_name": {
    en: "Passkeys belong to a host name. Open this page under its name, such as localhost, instead of its number.",
    it: "Le passkey appartengono a un nome di host. Apri la pagina con il suo nome, come localhost, non con il numero.",
    de: "Passkeys gehören zu einem Rechnernamen. Öffne die Seite unter ihrem Namen, etwa localhost, statt der Nummer.",
  },
  "keys.no_passkey": {
    en: "No passkey was made. Nothing was changed.",
    it: "Nessuna passkey è stata creata. Nulla è cambiato.",
    de: "Es wurde kein Passkey gemacht. Nichts wurde geändert.",
  },
  "keys.device_key": {
    en: "Public key of the other device",
    it: "Chiave pubblica dell’altro dispositivo",
    de: "Öffentlicher Schlüssel des anderen Geräts",
  },
  "keys.device_key_why": {
    en: "The other device shows it where you enter.",
    it: "L’altro dispositivo la mostra all’ingresso.",
    de: "Das andere Gerät zeigt ihn dort, wo man eintritt.",
  },
  "keys.device_key_wrong": {
    en: "A device’s public key has 64 digits and letters from a to f.",
    it: "La chiave pubblica di un dispositivo ha 64 cifre e lettere da a a f.",
    de: "Der öffentliche Schlüssel eines Geräts hat 64 Ziffern und Buchstaben von a bis f.",
  },
  "keys.add_device": { en: "Review", it: "Controlla", de: "Prüfen" },
  "keys.sign_add": { en: "Sign: add it", it: "Firma: aggiungi", de: "Unterschreiben: hinzufügen" },
  "keys.added": {
    en: "The key is added.",
    it: "La chiave è aggiunta.",
    de: "Der Schlüssel ist hinzugefügt.",
  },

  "keys.guardians": { en: "If you lose them all", it: "Se le perdi tutte", de: "Wenn du alle verlierst" },
  "keys.no_guardians": {
    en: "Nobody could help you back now. Choose three who can, two at a time.",
    it: "Ora nessuno potrebbe aiutarti a rientrare. Scegline tre che possano, due alla volta.",
    de: "Jetzt könnte dir niemand zurückhelfen. Wähle drei, die es können, je zwei zusammen.",
  },
  "keys.two_of_three": {
    en: "Two of these three can give your account a new key. It takes {delay}, and any of your keys can call it off.",
    it: "Due di questi tre possono dare al tuo conto una nuova chiave. Ci vogliono {delay}, e ogni tua chiave può annullare.",
    de: "Zwei dieser drei können deinem Konto einen neuen Schlüssel geben. Es dauert {delay}, und jeder deiner Schlüssel kann es absagen.",
  },
  "keys.paper": {
    en: "a code on paper ({key})",
    it: "un codice su carta ({key})",
    de: "ein Code auf Papier ({key})",
  },
  "keys.guardians_next": {
    en: "From {when} on these instead",
    it: "Dal {when} invece questi",
    de: "Ab {when} stattdessen diese",
  },
  "keys.choose": { en: "Choose three…", it: "Scegline tre…", de: "Drei wählen…" },
  "keys.choose_others": { en: "Choose others…", it: "Scegline altri…", de: "Andere wählen…" },
  "keys.guardian_no": { en: "Guardian {n}", it: "Garante {n}", de: "Bürge {n}" },
  "keys.pick": { en: "choose", it: "scegli", de: "wählen" },
  "keys.paper_why": {
    en: "The third is this code. Write it on paper and keep it away from your phone: it is shown only now.",
    it: "Il terzo è questo codice. Scrivilo su carta e tienilo lontano dal telefono: è mostrato solo ora.",
    de: "Der dritte ist dieser Code. Schreib ihn auf Papier und bewahre ihn fern vom Telefon auf: er wird nur jetzt gezeigt.",
  },
  "keys.type_again": {
    en: "Type it from the paper",
    it: "Riscrivilo dalla carta",
    de: "Tippe ihn vom Papier ab",
  },
  "keys.two_members": {
    en: "Choose two different guardians.",
    it: "Scegli due garanti diversi.",
    de: "Wähle zwei verschiedene Bürgen.",
  },
  "keys.write_down": {
    en: "Write the code down and type it in again.",
    it: "Scrivi il codice e ridigitalo.",
    de: "Schreib den Code auf und tippe ihn wieder ein.",
  },
  "keys.review": { en: "Review", it: "Controlla", de: "Prüfen" },
  "keys.sign_guardians": {
    en: "Sign: these three",
    it: "Firma: questi tre",
    de: "Unterschreiben: diese drei",
  },
  "keys.chosen": {
    en: "Your guardians are set.",
    it: "I tuoi garanti sono scelti.",
    de: "Deine Bürgen stehen fest.",
  },

  "keys.help": { en: "Help somebody back", it: "Aiuta qualcuno a rientrare", de: "Jemandem zurückhelfen" },
  "keys.help_why": {
    en: "Who lost every key sends you a plea. Ask them by voice before you sign.",
    it: "Chi ha perso ogni chiave ti manda una richiesta. Chiedi a voce prima di firmare.",
    de: "Wer alle Schlüssel verlor, schickt dir eine Bitte. Frag mündlich nach, bevor du unterschreibst.",
  },
  "keys.plea": { en: "The plea", it: "La richiesta", de: "Die Bitte" },
  "keys.read_plea": { en: "Read it", it: "Leggi", de: "Lesen" },
  "keys.problem_no_plea": {
    en: "This is no plea. It begins with “contrada-recovery-1:”.",
    it: "Non è una richiesta. Comincia con “contrada-recovery-1:”.",
    de: "Das ist keine Bitte. Sie beginnt mit „contrada-recovery-1:“.",
  },
  "keys.problem_other_chain": {
    en: "It is for another community.",
    it: "È di un’altra comunità.",
    de: "Sie ist für eine andere Gemeinschaft.",
  },
  "keys.problem_unreached": {
    en: "The platform did not answer. Nothing happened.",
    it: "La piattaforma non ha risposto. Non è successo nulla.",
    de: "Die Plattform hat nicht geantwortet. Nichts ist geschehen.",
  },
  "keys.problem_no_guardian": {
    en: "You are none of this member’s guardians.",
    it: "Non sei tra i garanti di questo membro.",
    de: "Du bist keiner der Bürgen dieses Mitglieds.",
  },
  "keys.problem_old_plea": {
    en: "It is too old. Ask for a new one.",
    it: "È troppo vecchia. Chiedine una nuova.",
    de: "Sie ist zu alt. Bitte um eine neue.",
  },
  "keys.sure": {
    en: "Are you sure who asks? With one more signature this key gets the whole account.",
    it: "Sai per certo chi chiede? Con un’altra firma questa chiave avrà l’intero conto.",
    de: "Weißt du sicher, wer bittet? Mit einer weiteren Unterschrift bekommt dieser Schlüssel das ganze Konto.",
  },
  "keys.member": { en: "Member", it: "Membro", de: "Mitglied" },
  "keys.new_key": { en: "New key", it: "Nuova chiave", de: "Neuer Schlüssel" },
  "keys.takes": { en: "Takes", it: "Ci vogliono", de: "Dauert" },
  "keys.signatures": {
    en: "Guardians’ signatures",
    it: "Firme dei garanti",
    de: "Unterschriften der Bürgen",
  },
  "keys.sign_plea": { en: "Sign as a guardian", it: "Firma come garante", de: "Als Bürge unterschreiben" },
  "keys.plea_signed": { en: "Signed.", it: "Firmata.", de: "Unterschrieben." },
  "keys.pass_on": {
    en: "Signed. One guardian is missing: pass this on.",
    it: "Firmata. Manca un garante: inoltra questo testo.",
    de: "Unterschrieben. Ein Bürge fehlt: gib dies weiter.",
  },
  "keys.hand_in": { en: "Sign and hand it in", it: "Firma e consegna", de: "Unterschreiben und übergeben" },
  "keys.handed_in": {
    en: "The recovery has begun.",
    it: "Il recupero è iniziato.",
    de: "Die Wiederherstellung hat begonnen.",
  },

  "keys.recovery_tag": {
    en: "SOMEBODY ASKS FOR YOUR ACCOUNT",
    it: "QUALCUNO CHIEDE IL TUO CONTO",
    de: "JEMAND VERLANGT DEIN KONTO",
  },
  "keys.recovery_title": {
    en: "Two guardians signed for a new key. At {when} all your keys stop and it takes over.",
    it: "Due garanti hanno firmato per una nuova chiave. Il {when} le tue chiavi si fermano e subentra.",
    de: "Zwei Bürgen haben für einen neuen Schlüssel unterschrieben. Um {when} enden alle deine und er tritt ein.",
  },
  "keys.recovery_why": {
    en: "If it was you, do nothing.",
    it: "Se sei stato tu, non fare nulla.",
    de: "Warst du es, tu nichts.",
  },
  "keys.call_off": {
    en: "It was not me: call it off…",
    it: "Non sono stato io: annulla…",
    de: "Das war nicht ich: absagen…",
  },
  "keys.sign_call_off": { en: "Sign: call it off", it: "Firma: annulla", de: "Unterschreiben: absagen" },
  "keys.called_off": {
    en: "The recovery is called off. Consider other guardians.",
    it: "Il recupero è annullato. Valuta altri garanti.",
    de: "Die Wiederherstellung ist abgesagt. Denk über andere Bürgen nach.",
  },
  "keys.number": {
    en: "Your number on the ledger",
    it: "Il tuo numero nel registro",
    de: "Deine Nummer im Register",
  },
  "keys.number_why": {
    en: "Everybody can read the ledger, and knows you there by a number only. It changes from period to period, together with that of many homes, so that it does not name you for ever. Your archive and your receipts stay whole.",
    it: "Tutti possono leggere il registro, e lì ti conoscono solo per numero. Cambia di periodo in periodo, insieme a quello di molte case, così non ti nomina per sempre. L’archivio e le ricevute restano interi.",
    de: "Jeder kann das Register lesen und kennt dich dort nur als Nummer. Sie wechselt von Zeitraum zu Zeitraum, zusammen mit der vieler Häuser, damit sie dich nicht für immer benennt. Archiv und Belege bleiben ganz.",
  },
  "keys.number_now": { en: "Now", it: "Adesso", de: "Jetzt" },
  "keys.number_changed": { en: "Changed", it: "Cambiato", de: "Gewechselt" },
  "keys.number_times": {
    en: "{count} {count:time|times}",
    it: "{count} {count:volta|volte}",
    de: "{count}-mal",
  },
  "keys.number_waiting": {
    en: "Comes with the next change",
    it: "Arriva con il prossimo cambio",
    de: "Kommt mit dem nächsten Wechsel",
  },
  "keys.number_ready": {
    en: "Ready for the next change",
    it: "Pronto per il prossimo cambio",
    de: "Bereit für den nächsten Wechsel",
  },
  "keys.number_ready_why": {
    en: "A key that has no next one does not sign after it.",
    it: "Una chiave senza successiva dopo non firma più.",
    de: "Ein Schlüssel ohne nächsten unterschreibt danach nicht mehr.",
  },
  "keys.number_stays": {
    en: "Your number would not change now",
    it: "Ora il tuo numero non cambierebbe",
    de: "Deine Nummer würde jetzt nicht wechseln",
  },
  "keys.stays_no_next_key": {
    en: "None of your keys has named the one that follows it. A device does that by itself when you open the app on it.",
    it: "Nessuna delle tue chiavi ha indicato quella successiva. Un dispositivo lo fa da solo quando apri l’app.",
    de: "Keiner deiner Schlüssel hat den nächsten genannt. Ein Gerät tut das von selbst, wenn du die App darauf öffnest.",
  },
  "keys.stays_guardian_key": {
    en: "One of those who help you back is a code on paper, and which of its keys comes next has not been named. Type the code, or choose others.",
    it: "Tra chi ti aiuta a rientrare c’è un codice su carta, e la sua prossima chiave non è stata indicata. Digita il codice, o scegli altri.",
    de: "Unter denen, die dir zurückhelfen, ist ein Code auf Papier, und sein nächster Schlüssel wurde nicht genannt. Tippe den Code ein oder wähle andere.",
  },
  "keys.type_code": {
    en: "Your code on paper",
    it: "Il tuo codice su carta",
    de: "Dein Code auf Papier",
  },
  "keys.name_code": {
    en: "Let my number change",
    it: "Permetti il cambio del numero",
    de: "Nummer wechseln lassen",
  },
  "keys.code_named": {
    en: "The keys of your code are named.",
    it: "Le chiavi del tuo codice sono indicate.",
    de: "Die Schlüssel deines Codes sind genannt.",
  },
  "keys.code_wrong": {
    en: "This is no code of your guardians. It has 24 characters; look for a slip.",
    it: "Non è un codice dei tuoi garanti. Ha 24 caratteri; cerca un errore.",
    de: "Das ist kein Code deiner Bürgen. Er hat 24 Zeichen; such den Tippfehler.",
  },
  "keys.code_used_up": {
    en: "This code has no key left for another change. It still helps you back. Choose others, with a new code.",
    it: "Questo codice non ha più chiavi per un altro cambio. Ti aiuta ancora a rientrare. Scegli altri, con un codice nuovo.",
    de: "Dieser Code hat keinen Schlüssel mehr für einen Wechsel. Zurück hilft er dir weiter. Wähle andere, mit einem neuen Code.",
  },
  "keys.code_few": {
    en: "Your code on paper lasts for {count} {count:change|changes} more",
    it: "Il tuo codice su carta basta ancora per {count} {count:cambio|cambi}",
    de: "Dein Code auf Papier reicht noch für {count} {count:Wechsel|Wechsel}",
  },
  "keys.code_anew": {
    en: "Choose others with a new code before that. Until they have taken over, keep the old paper.",
    it: "Prima di allora scegli altri con un codice nuovo. Finché non subentrano, conserva la vecchia carta.",
    de: "Wähle vorher andere mit einem neuen Code. Bis sie eintreten, behalte das alte Papier.",
  },
  "keys.stays_guards_others": {
    en: "You help somebody else back, who knows you by this number.",
    it: "Aiuti qualcun altro a rientrare, che ti conosce con questo numero.",
    de: "Du hilfst jemandem zurück, der dich unter dieser Nummer kennt.",
  },
  "keys.stays_not_at_rest": {
    en: "A sale, a payout or a change of keys is under way.",
    it: "È in corso una vendita, un prelievo o un cambio di chiavi.",
    de: "Ein Verkauf, eine Auszahlung oder eine Änderung der Schlüssel läuft.",
  },
  "keys.stays_supply_contract": {
    en: "A supply contract runs: it would lead from one number to the next.",
    it: "È in corso un contratto di fornitura: collegherebbe un numero al successivo.",
    de: "Ein Liefervertrag läuft: Er würde von einer Nummer zur nächsten führen.",
  },
  "keys.stays_market_day": {
    en: "A day of the neighbours’ market is not settled for good yet.",
    it: "Un giorno del mercato tra vicini non è ancora regolato in via definitiva.",
    de: "Ein Tag des Nachbarschaftsmarkts ist noch nicht endgültig abgerechnet.",
  },
  "keys.stays_meter": {
    en: "Your meter is not ready for it.",
    it: "Il tuo contatore non è pronto.",
    de: "Dein Zähler ist dafür nicht bereit.",
  },
  "keys.no_next": {
    en: "Signs until your number changes",
    it: "Firma finché il tuo numero non cambia",
    de: "Unterschreibt, bis deine Nummer wechselt",
  },
} as const satisfies Strings;
