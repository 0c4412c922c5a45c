/** Signing an act of one step with this device, and why the ledger may refuse it. */
import type { Strings } from "./dictionary.ts";

export const signing = {
  "signing.exactly": {
    en: "This is exactly what you sign.",
    it: "È esattamente ciò che firmi.",
    de: "Genau das unterschreibst du.",
  },
  "signing.as_bytes": { en: "As bytes ({count})", it: "In byte ({count})", de: "Als Bytes ({count})" },
  "signing.order": { en: "Your transaction no.", it: "La tua transazione n.", de: "Deine Transaktion Nr." },
  "signing.valid": { en: "Valid until block", it: "Valida fino al blocco", de: "Gültig bis Block" },
  "signing.chain": { en: "On the ledger", it: "Sul registro", de: "Im Register" },
  "signing.sending": { en: "Waiting for the block…", it: "Attendo il blocco…", de: "Warte auf den Block…" },
  "signing.letter_sign": {
    en: "Sign with this device",
    it: "Firma con questo dispositivo",
    de: "Mit diesem Gerät unterschreiben",
  },
  "signing.letter_refused": { en: "NOT KEPT", it: "NON SALVATO", de: "NICHT ÜBERNOMMEN" },
  "signing.back": { en: "Change something", it: "Cambia qualcosa", de: "Etwas ändern" },
  "signing.again": { en: "Try again", it: "Riprova", de: "Noch einmal versuchen" },
  "signing.offline": {
    en: "Signing waits until the platform is reached again.",
    it: "La firma attende che la piattaforma torni raggiungibile.",
    de: "Das Unterschreiben wartet, bis die Plattform wieder erreichbar ist.",
  },
  "signing.waiting": {
    en: "Handed in and not yet in a block. It will show here when it is.",
    it: "Consegnata, non ancora in un blocco. Comparirà qui.",
    de: "Übergeben, noch in keinem Block. Es erscheint hier, sobald es so weit ist.",
  },
  "signing.refused.rate_too_late": {
    en: "The block came after the deadline. Nothing was changed.",
    it: "Il blocco è arrivato dopo il termine. Nulla è stato pubblicato.",
    de: "Der Block kam nach der Frist. Nichts wurde veröffentlicht.",
  },
  "signing.refused.rate_too_early": {
    en: "That day lies too far ahead. Nothing was changed.",
    it: "Quel giorno è troppo lontano. Nulla è stato pubblicato.",
    de: "Dieser Tag liegt zu weit voraus. Nichts wurde veröffentlicht.",
  },
  "signing.refused.rate_already_published": {
    en: "A rate for that day stands already and cannot change.",
    it: "Per quel giorno c’è già una tariffa e non può cambiare.",
    de: "Für diesen Tag steht schon ein Tarif; er kann sich nicht ändern.",
  },
  "signing.refused.rate_out_of_range": {
    en: "The community does not allow this rate. Nothing was changed.",
    it: "La comunità non ammette questa tariffa. Nulla è stato pubblicato.",
    de: "Die Gemeinschaft lässt diesen Tarif nicht zu. Nichts wurde veröffentlicht.",
  },
  "signing.refused.supplier_suspended": {
    en: "You are suspended from buying. Nothing was changed.",
    it: "Sei sospeso dagli acquisti. Nulla è stato pubblicato.",
    de: "Du bist vom Kauf ausgesetzt. Nichts wurde veröffentlicht.",
  },
  "signing.refused.supplier_unknown": {
    en: "You are not enrolled on this ledger yet.",
    it: "Non sei ancora iscritto a questo registro.",
    de: "Du bist in diesem Register noch nicht eingetragen.",
  },
  "signing.refused.key_not_registered": {
    en: "This device’s key is not registered for you. Sign in again.",
    it: "La chiave di questo dispositivo non è registrata per te. Accedi di nuovo.",
    de: "Der Schlüssel dieses Geräts ist für dich nicht eingetragen. Melde dich neu an.",
  },
  "signing.refused.no_device_key": {
    en: "This browser could not use its signing key.",
    it: "Il browser non ha potuto usare la sua chiave di firma.",
    de: "Dieser Browser konnte seinen Signaturschlüssel nicht benutzen.",
  },
  "signing.refused.unreached": {
    en: "The platform did not answer. Trying again signs nothing twice.",
    it: "La piattaforma non ha risposto. Riprovare non firma due volte.",
    de: "Die Plattform hat nicht geantwortet. Ein neuer Versuch unterschreibt nichts doppelt.",
  },
  "signing.refused.overloaded": {
    en: "The ledger has more to do than it can take in right now.",
    it: "Il registro ha ora più lavoro di quanto possa accettare.",
    de: "Das Register hat gerade mehr zu tun, als es annehmen kann.",
  },
  "signing.refused.catching_up": {
    en: "This node is still fetching what the others have decided. It will take it in a moment.",
    it: "Questo nodo sta ancora recuperando ciò che gli altri hanno deciso. Lo accetterà tra poco.",
    de: "Dieser Knoten holt noch nach, was die anderen entschieden haben. Gleich nimmt er es an.",
  },
  "signing.refused.other": {
    en: "The ledger refused it; nothing was changed.",
    it: "Il registro ha rifiutato; nulla è cambiato.",
    de: "Das Register hat es abgelehnt; nichts wurde geändert.",
  },
  "signing.refused.supplier_exists": {
    en: "This supplier is enrolled already.",
    it: "Questo fornitore è già iscritto.",
    de: "Dieser Versorger ist schon eingetragen.",
  },
  "signing.refused.name_invalid": {
    en: "The ledger does not take this name. Nothing was changed.",
    it: "Il registro non accetta questo nome. Nulla è cambiato.",
    de: "Das Register nimmt diesen Namen nicht an. Nichts wurde geändert.",
  },
  "signing.refused.member_unknown": {
    en: "The ledger knows nobody fitting of this number. Nothing was changed.",
    it: "Il registro non conosce nessuno di adatto con questo numero. Nulla è cambiato.",
    de: "Das Register kennt niemand Passenden mit dieser Nummer. Nichts wurde geändert.",
  },
  "signing.refused.malformed": {
    en: "The ledger could not read it; nothing was changed. Load this page again.",
    it: "Il registro non è riuscito a leggerla; nulla è cambiato. Ricarica la pagina.",
    de: "Das Register konnte es nicht lesen; nichts wurde geändert. Lade diese Seite neu.",
  },
  "signing.refused.expired": {
    en: "It came too late for a block. Nothing was changed; sign again.",
    it: "È arrivata tardi per un blocco. Nulla è cambiato; firma di nuovo.",
    de: "Es kam zu spät für einen Block. Nichts wurde geändert; unterschreibe noch einmal.",
  },
  "signing.refused.unknown_sender": {
    en: "This ledger does not know you as a member.",
    it: "Questo registro non ti conosce come membro.",
    de: "Dieses Register kennt dich nicht als Mitglied.",
  },
  "signing.refused.bad_signature": {
    en: "The signature does not fit. Sign again; if it happens twice, use another device.",
    it: "La firma non corrisponde. Firma di nuovo; se succede due volte, usa un altro dispositivo.",
    de: "Die Unterschrift passt nicht. Unterschreibe noch einmal; geschieht es zweimal, nimm ein anderes Gerät.",
  },
  "signing.refused.nonce_already_used": {
    en: "Something else of yours was signed in between. Look at what stands, then sign again.",
    it: "Nel frattempo è stato firmato altro a tuo nome. Guarda che cosa risulta, poi firma di nuovo.",
    de: "Inzwischen wurde etwas anderes von dir unterschrieben. Sieh nach, was gilt, und unterschreibe dann noch einmal.",
  },
  "signing.refused.nonce_out_of_order": {
    en: "An earlier one of yours still waits. Try again in a moment.",
    it: "Una tua precedente è ancora in attesa. Riprova tra poco.",
    de: "Eine frühere von dir wartet noch. Versuche es gleich noch einmal.",
  },
  "signing.refused.role_not_allowed": {
    en: "Your role may not do this.",
    it: "Il tuo ruolo non può farlo.",
    de: "Deine Rolle darf das nicht.",
  },
  "signing.refused.member_suspended": {
    en: "Your membership is suspended. Talk to the community.",
    it: "La tua adesione è sospesa. Parla con la comunità.",
    de: "Deine Mitgliedschaft ruht. Sprich mit der Gemeinschaft.",
  },
  "signing.refused.not_the_owner": {
    en: "This belongs to another member.",
    it: "Questo appartiene a un altro membro.",
    de: "Das gehört einem anderen Mitglied.",
  },
  "signing.refused.not_the_registrar": {
    en: "Only a registrar may do this here.",
    it: "Qui può farlo solo chi registra le identità.",
    de: "Das darf hier nur die Registerstelle.",
  },
  "signing.refused.member_exists": {
    en: "This member number is taken.",
    it: "Questo numero di membro è già preso.",
    de: "Diese Mitgliedsnummer ist vergeben.",
  },
  "signing.refused.key_malformed": {
    en: "This is no key that can sign. Make a new one.",
    it: "Questa non è una chiave che possa firmare. Creane una nuova.",
    de: "Das ist kein Schlüssel, der unterschreiben kann. Mache einen neuen.",
  },
  "signing.refused.key_small_order": {
    en: "Anybody could sign with this key. Make a new one.",
    it: "Con questa chiave potrebbe firmare chiunque. Creane una nuova.",
    de: "Mit diesem Schlüssel könnte jeder unterschreiben. Mache einen neuen.",
  },
  "signing.refused.key_torsioned": {
    en: "Not everybody would accept this key. Make a new one.",
    it: "Non tutti accetterebbero questa chiave. Creane una nuova.",
    de: "Nicht alle würden diesen Schlüssel annehmen. Mache einen neuen.",
  },
  "signing.refused.key_already_registered": {
    en: "This key is, or once was, somebody’s. A key is registered once; make a new one.",
    it: "Questa chiave è, o è stata, di qualcuno. Una chiave si registra una volta sola; creane una nuova.",
    de: "Dieser Schlüssel gehört oder gehörte schon jemandem. Ein Schlüssel wird nur einmal eingetragen; mache einen neuen.",
  },
  "signing.refused.too_many_keys": {
    en: "You have sixteen keys. Take one away first.",
    it: "Hai sedici chiavi. Revocane prima una.",
    de: "Du hast sechzehn Schlüssel. Widerrufe zuerst einen.",
  },
  "signing.refused.plant_exists": {
    en: "This plant number is taken.",
    it: "Questo numero di impianto è già preso.",
    de: "Diese Anlagennummer ist vergeben.",
  },
  "signing.refused.plant_unknown": {
    en: "The ledger knows no plant of this number.",
    it: "Il registro non conosce un impianto con questo numero.",
    de: "Das Register kennt keine Anlage dieser Nummer.",
  },
  "signing.refused.plant_parameters_invalid": {
    en: "No plant can have these figures.",
    it: "Nessun impianto può avere questi valori.",
    de: "Solche Werte kann keine Anlage haben.",
  },
  "signing.refused.key_unknown": {
    en: "You have no such key; it may be gone already.",
    it: "Non hai questa chiave; forse non c’è già più.",
    de: "Diesen Schlüssel hast du nicht; vielleicht ist er schon weg.",
  },
  "signing.refused.last_key": {
    en: "This is your last key. Register another one first.",
    it: "È la tua ultima chiave. Registrane prima un’altra.",
    de: "Das ist dein letzter Schlüssel. Trage zuerst einen anderen ein.",
  },
  "signing.refused.revocation_pending": {
    en: "This key is being taken away already; it goes when its time is over.",
    it: "Questa chiave è già in revoca; decade allo scadere del tempo.",
    de: "Dieser Schlüssel wird schon widerrufen; er geht, wenn seine Frist vorbei ist.",
  },
  "signing.refused.revocation_unknown": {
    en: "This key is not being taken away.",
    it: "Questa chiave non è in revoca.",
    de: "Dieser Schlüssel wird nicht widerrufen.",
  },
  "signing.refused.key_under_revocation": {
    en: "A key that is being taken away cannot keep itself. Use another device of yours.",
    it: "Una chiave in revoca non può salvare se stessa. Usa un altro tuo dispositivo.",
    de: "Ein Schlüssel, der widerrufen wird, kann sich nicht selbst behalten. Nimm ein anderes Gerät von dir.",
  },
  "signing.refused.amount_not_positive": {
    en: "Choose an amount above zero.",
    it: "Scegli un importo maggiore di zero.",
    de: "Wähle einen Betrag über null.",
  },
  "signing.refused.amount_too_large": {
    en: "No amount that large is moved at once.",
    it: "Un importo così grande non si muove in una volta.",
    de: "Ein so großer Betrag wird nicht auf einmal bewegt.",
  },
  "signing.refused.balance_too_low": {
    en: "There is not that much free on the account. Choose less.",
    it: "Sul conto non c’è tanto disponibile. Scegli di meno.",
    de: "So viel ist auf dem Konto nicht frei. Wähle weniger.",
  },
  "signing.refused.deposit_exists": {
    en: "A payment of this reference is booked already.",
    it: "Un pagamento con questa causale è già registrato.",
    de: "Eine Zahlung mit diesem Verwendungszweck ist schon gebucht.",
  },
  "signing.refused.payout_exists": {
    en: "This was asked for already. Look at its state.",
    it: "Questo è già stato chiesto. Guarda a che punto è.",
    de: "Das wurde schon verlangt. Sieh nach, wie es steht.",
  },
  "signing.refused.payout_unknown": {
    en: "There is no such payout.",
    it: "Questo prelievo non c’è.",
    de: "Diese Auszahlung gibt es nicht.",
  },
  "signing.refused.payout_closed": {
    en: "The payout is settled, or its time is over.",
    it: "Il prelievo è chiuso, o il suo tempo è scaduto.",
    de: "Die Auszahlung ist erledigt, oder ihre Zeit ist um.",
  },
  "signing.refused.identity_missing": {
    en: "This membership needs an attested identity.",
    it: "Questa adesione richiede un’identità attestata.",
    de: "Diese Mitgliedschaft braucht eine bestätigte Identität.",
  },
  "signing.refused.identity_unexpected": {
    en: "An office has no attested identity; leave it out.",
    it: "Un ufficio non ha un’identità attestata; lasciala fuori.",
    de: "Ein Amt hat keine bestätigte Identität; lass sie weg.",
  },
  "signing.refused.identity_already_member": {
    en: "This person or company is a member already.",
    it: "Questa persona o azienda è già membro.",
    de: "Diese Person oder Firma ist schon Mitglied.",
  },
  "signing.refused.guardians_invalid": {
    en: "Choose three different guardians, none of them yourself or a key of yours.",
    it: "Scegli tre garanti diversi, nessuno dei quali sia tu o una tua chiave.",
    de: "Wähle drei verschiedene Bürgen, nicht dich selbst und keinen Schlüssel von dir.",
  },
  "signing.refused.guardians_missing": {
    en: "Nobody was named to help this account back. Ask the registrar.",
    it: "Nessuno è stato nominato per recuperare questo conto. Chiedi a chi registra le identità.",
    de: "Für dieses Konto wurde niemand benannt, der zurückhilft. Frage die Registerstelle.",
  },
  "signing.refused.recovery_pending": {
    en: "This account is being recovered already. It takes its time.",
    it: "Questo conto è già in recupero. Serve il suo tempo.",
    de: "Dieses Konto wird schon wiederhergestellt. Das braucht seine Zeit.",
  },
  "signing.refused.approvals_expired": {
    en: "The guardians signed too long ago. Ask them again.",
    it: "I garanti hanno firmato troppo tempo fa. Chiedi di nuovo.",
    de: "Die Bürgen haben vor zu langer Zeit unterschrieben. Bitte sie noch einmal.",
  },
  "signing.refused.approvals_too_few": {
    en: "Two guardians must sign. Ask one more.",
    it: "Devono firmare due garanti. Chiedi a un altro.",
    de: "Zwei Bürgen müssen unterschreiben. Bitte noch jemanden.",
  },
  "signing.refused.approvals_of_suppliers_only": {
    en: "Suppliers alone cannot give an account back. Ask a guardian who is none.",
    it: "I soli fornitori non possono restituire un conto. Chiedi a un garante che non lo sia.",
    de: "Versorger allein können kein Konto zurückgeben. Bitte jemanden, der keiner ist.",
  },
  "signing.refused.approval_signature_bad": {
    en: "A guardian’s signature does not fit. Ask for it again.",
    it: "La firma di un garante non corrisponde. Chiedila di nuovo.",
    de: "Die Unterschrift eines Bürgen passt nicht. Bitte noch einmal darum.",
  },
  "signing.refused.recovery_unknown": {
    en: "No recovery with this key is under way.",
    it: "Nessun recupero con questa chiave è in corso.",
    de: "Mit diesem Schlüssel läuft keine Wiederherstellung.",
  },
  "signing.refused.member_holds_office": {
    en: "Whoever holds an office cannot be erased. Give it up first.",
    it: "Chi ha una carica non può essere cancellato. Lasciala prima.",
    de: "Wer ein Amt hat, kann nicht gelöscht werden. Gib es zuerst ab.",
  },
  "signing.refused.account_not_empty": {
    en: "There is still money or energy in the account.",
    it: "Nel conto c’è ancora denaro o energia.",
    de: "Auf dem Konto liegt noch Geld oder Energie.",
  },
  "signing.refused.sales_still_open": {
    en: "Sales are still under way. Wait until they close.",
    it: "Ci sono vendite ancora in corso. Attendi che si chiudano.",
    de: "Es laufen noch Verkäufe. Warte, bis sie geschlossen sind.",
  },
  "signing.refused.money_not_whole": {
    en: "The new members’ money is not in whole units.",
    it: "Il denaro dei nuovi membri non è in unità intere.",
    de: "Das Geld der neuen Mitglieder ist nicht in ganzen Einheiten.",
  },
  "signing.refused.pool_too_low": {
    en: "More money would be given out than there is.",
    it: "Verrebbe dato più denaro di quanto ce n’è.",
    de: "Es würde mehr Geld ausgegeben, als da ist.",
  },
  "signing.refused.money_held_back": {
    en: "Too much of the members’ money would stay back.",
    it: "Resterebbe indietro troppo denaro dei membri.",
    de: "Zu viel Geld der Mitglieder bliebe zurück.",
  },
  "signing.refused.period_wrong": {
    en: "This is neither this period nor the next.",
    it: "Non è né questo periodo né il prossimo.",
    de: "Das ist weder diese Periode noch die nächste.",
  },
  "signing.refused.too_few_to_renew": {
    en: "Among so few a member does not hide. Wait until more are at rest.",
    it: "Tra così pochi un membro non si nasconde. Attendi che altri siano fermi.",
    de: "Unter so wenigen bleibt niemand verborgen. Warte, bis mehr ruhen.",
  },
  "signing.refused.renewal_uneven": {
    en: "There must be as many new members as old ones.",
    it: "I nuovi membri devono essere tanti quanti i vecchi.",
    de: "Es müssen so viele neue wie alte Mitglieder sein.",
  },
  "signing.refused.member_not_at_rest": {
    en: "A sale, a payout, a key or guardians of a member are still under way.",
    it: "Una vendita, un prelievo, una chiave o i garanti di un membro sono ancora in corso.",
    de: "Ein Verkauf, eine Auszahlung, ein Schlüssel oder Bürgen eines Mitglieds sind noch in Bewegung.",
  },
  "signing.refused.sheets_differ": {
    en: "The new plants are not the old ones in standard sizes.",
    it: "I nuovi impianti non sono i vecchi in taglie standard.",
    de: "Die neuen Anlagen sind nicht die alten in Normgrößen.",
  },
  "signing.refused.energy_differs": {
    en: "The stored energy does not add up.",
    it: "L’energia accumulata non torna.",
    de: "Die gespeicherte Energie geht nicht auf.",
  },
  "signing.refused.organisation_exists": {
    en: "This member is an organisation with a say already.",
    it: "Questo membro è già un’organizzazione che decide.",
    de: "Dieses Mitglied ist schon eine Organisation, die mitentscheidet.",
  },
  "signing.refused.organisation_unknown": {
    en: "There is no such organisation that has a say.",
    it: "Questa organizzazione non c’è.",
    de: "Diese Organisation gibt es nicht.",
  },
  "signing.refused.too_many_organisations": {
    en: "There are as many organisations as there can be.",
    it: "Ci sono già tante organizzazioni quante se ne possono avere.",
    de: "Es gibt schon so viele Organisationen, wie es geben kann.",
  },
  "signing.refused.last_organisation": {
    en: "The last organisation must stay.",
    it: "L’ultima organizzazione deve restare.",
    de: "Die letzte Organisation muss bleiben.",
  },
  "signing.refused.laws_invalid": {
    en: "These laws contradict themselves or their bounds.",
    it: "Queste leggi contraddicono se stesse o i loro limiti.",
    de: "Diese Gesetze widersprechen sich oder ihren Grenzen.",
  },
  "signing.refused.laws_unchanged": {
    en: "These are the laws that hold already.",
    it: "Queste sono le leggi già in vigore.",
    de: "Diese Gesetze gelten schon.",
  },
  "signing.refused.text_invalid": {
    en: "The ledger does not take this text. Shorten it, without line breaks.",
    it: "Il registro non accetta questo testo. Accorcialo, senza andare a capo.",
    de: "Das Register nimmt diesen Text nicht an. Kürze ihn, ohne Zeilenumbruch.",
  },
  "signing.refused.proposal_unknown": {
    en: "There is no such proposal.",
    it: "Questa proposta non c’è.",
    de: "Diesen Vorschlag gibt es nicht.",
  },
  "signing.refused.proposal_closed": {
    en: "The vote is over.",
    it: "Il voto è chiuso.",
    de: "Die Abstimmung ist vorbei.",
  },
  "signing.refused.not_entitled": {
    en: "You have no vote on this.",
    it: "Su questo non hai diritto di voto.",
    de: "Hierüber hast du keine Stimme.",
  },
  "signing.refused.too_many_proposals": {
    en: "Too many proposals are open. Wait until one is decided.",
    it: "Ci sono troppe proposte aperte. Attendi che una sia decisa.",
    de: "Es sind zu viele Vorschläge offen. Warte, bis einer entschieden ist.",
  },
  "signing.refused.market_joined_elsewhere": {
    en: "You take part in the neighbours’ market with another plant.",
    it: "Partecipi al mercato dei vicini con un altro impianto.",
    de: "Du nimmst mit einer anderen Anlage am Nachbarschaftsmarkt teil.",
  },
  "signing.refused.market_not_joined": {
    en: "This plant takes no part in the neighbours’ market.",
    it: "Questo impianto non partecipa al mercato dei vicini.",
    de: "Diese Anlage nimmt nicht am Nachbarschaftsmarkt teil.",
  },
  "signing.refused.cap_out_of_range": {
    en: "The laws allow no limit that high.",
    it: "Le leggi non ammettono un limite così alto.",
    de: "So viel erlauben die Gesetze nicht.",
  },
  "signing.refused.market_not_left": {
    en: "The account still takes part in the neighbours’ market.",
    it: "Il conto partecipa ancora al mercato dei vicini.",
    de: "Das Konto nimmt noch am Nachbarschaftsmarkt teil.",
  },
  "signing.refused.limit_invalid": {
    en: "Such a limit cannot be set.",
    it: "Un limite così non si può fissare.",
    de: "So eine Grenze lässt sich nicht setzen.",
  },
  "signing.refused.session_invalid": {
    en: "There is no such book.",
    it: "Questo libro non esiste.",
    de: "So ein Buch gibt es nicht.",
  },
  "signing.refused.book_too_early": {
    en: "Orders are still taken.",
    it: "Si accettano ancora ordini.",
    de: "Noch werden Aufträge angenommen.",
  },
  "signing.refused.book_too_late": {
    en: "It is too late for this book.",
    it: "È troppo tardi per questo libro.",
    de: "Für dieses Buch ist es zu spät.",
  },
  "signing.refused.book_exists": {
    en: "This book is sealed already.",
    it: "Questo libro è già sigillato.",
    de: "Dieses Buch ist schon versiegelt.",
  },
  "signing.refused.book_unknown": {
    en: "There is no sealed book.",
    it: "Non c’è nessun libro sigillato.",
    de: "Es gibt kein versiegeltes Buch.",
  },
  "signing.refused.book_cleared": {
    en: "This book is cleared already.",
    it: "Questo libro è già stato chiuso.",
    de: "Dieses Buch ist schon abgerechnet.",
  },
  "signing.refused.book_impossible": {
    en: "The book has orders that cannot be.",
    it: "Il libro ha ordini impossibili.",
    de: "Das Buch hat unmögliche Aufträge.",
  },
  "signing.refused.seals_differ": {
    en: "The orders are not those that were sealed.",
    it: "Gli ordini non sono quelli sigillati.",
    de: "Die Aufträge sind nicht die versiegelten.",
  },
  "signing.refused.day_not_over": {
    en: "The day is not over yet.",
    it: "Il giorno non è ancora finito.",
    de: "Der Tag ist noch nicht vorbei.",
  },
  "signing.refused.day_closed": {
    en: "The day’s account is closed.",
    it: "I conti del giorno sono chiusi.",
    de: "Der Tag ist abgeschlossen.",
  },
  "signing.refused.version_wrong": {
    en: "Another version comes next.",
    it: "Tocca a un’altra versione.",
    de: "Eine andere Version ist an der Reihe.",
  },
  "signing.refused.energy_unbalanced": {
    en: "The energy does not add up.",
    it: "L’energia non torna.",
    de: "Die Energie geht nicht auf.",
  },
  "signing.refused.money_unbalanced": {
    en: "The money does not add up.",
    it: "Il denaro non torna.",
    de: "Das Geld geht nicht auf.",
  },
  "signing.refused.cap_exceeded": {
    en: "That is more than the member consented to.",
    it: "È più di quanto il membro ha consentito.",
    de: "Das ist mehr, als das Mitglied erlaubt hat.",
  },
  "signing.refused.meter_not_ahead": {
    en: "That quarter hour has begun. Take a later one.",
    it: "Quel quarto d’ora è già iniziato. Ne serve uno successivo.",
    de: "Diese Viertelstunde hat begonnen. Nimm eine spätere.",
  },
  "signing.refused.meter_change_waiting": {
    en: "A change of this meter is on its way already.",
    it: "Un cambio di questo contatore è già in corso.",
    de: "Ein Wechsel dieses Zählers steht schon bevor.",
  },
  "signing.refused.fees_not_lawful": {
    en: "The fees are not what the law asks for.",
    it: "I corrispettivi non sono quelli di legge.",
    de: "Die Gebühren sind nicht die des Gesetzes.",
  },
  "signing.refused.terms_invalid": {
    en: "The terms are unfit or below the law’s minimum.",
    it: "Le condizioni non vanno o sono sotto il minimo di legge.",
    de: "Die Bedingungen taugen nicht oder liegen unter dem gesetzlichen Minimum.",
  },
  "signing.refused.id_taken": {
    en: "This id is taken.",
    it: "Questo id è già usato.",
    de: "Diese Kennung ist vergeben.",
  },
  "signing.refused.offer_unknown": {
    en: "There is no such offer.",
    it: "Questa offerta non esiste.",
    de: "Dieses Angebot gibt es nicht.",
  },
  "signing.refused.offer_closed": {
    en: "The offer is no longer open to you.",
    it: "L’offerta non è più aperta per te.",
    de: "Das Angebot steht dir nicht mehr offen.",
  },
  "signing.refused.contract_unknown": {
    en: "There is no such contract.",
    it: "Questo contratto non esiste.",
    de: "Diesen Vertrag gibt es nicht.",
  },
  "signing.refused.contract_ended": {
    en: "The contract has ended, or ends as soon already.",
    it: "Il contratto è finito, o finisce già entro allora.",
    de: "Der Vertrag ist zu Ende oder endet schon bis dahin.",
  },
  "signing.refused.plant_supplied": {
    en: "This plant already has such a contract. End it first.",
    it: "L’impianto ha già un contratto simile. Prima disdicilo.",
    de: "Die Anlage hat schon so einen Vertrag. Kündige ihn zuerst.",
  },
  "signing.refused.not_prepaid": {
    en: "This contract is paid by invoice.",
    it: "Questo contratto si paga a fattura.",
    de: "Dieser Vertrag wird auf Rechnung bezahlt.",
  },
  "signing.refused.contracts_still_running": {
    en: "A supply contract is not closed yet.",
    it: "Un contratto di fornitura non è ancora chiuso.",
    de: "Ein Liefervertrag ist noch nicht abgeschlossen.",
  },
  "signing.refused.invoice_unknown": {
    en: "There is no such invoice.",
    it: "Questa fattura non esiste.",
    de: "Diese Rechnung gibt es nicht.",
  },
  "signing.refused.invoice_closed": {
    en: "Nothing is left to pay of this invoice.",
    it: "Di questa fattura non resta nulla da pagare.",
    de: "Von dieser Rechnung ist nichts mehr offen.",
  },
  "signing.refused.invoice_not_due": {
    en: "The time for paying is not over.",
    it: "Il tempo per pagare non è scaduto.",
    de: "Die Zahlungsfrist läuft noch.",
  },
  "signing.refused.invoice_disputed": {
    en: "The invoice is disputed, or was.",
    it: "La fattura è, o è stata, contestata.",
    de: "Die Rechnung ist oder war bestritten.",
  },
  "signing.refused.invoice_not_disputed": {
    en: "Nobody disputes this invoice.",
    it: "Nessuno contesta questa fattura.",
    de: "Niemand bestreitet diese Rechnung.",
  },
  "signing.refused.invoice_too_large": {
    en: "More than stands of the invoice.",
    it: "Più di quanto resta della fattura.",
    de: "Mehr als von der Rechnung besteht.",
  },
  "signing.refused.number_out_of_order": {
    en: "Not the next number of your invoices.",
    it: "Non è il prossimo numero delle tue fatture.",
    de: "Nicht die nächste Nummer deiner Rechnungen.",
  },
  "signing.refused.period_invalid": {
    en: "Not a period that can be billed.",
    it: "Non è un periodo fatturabile.",
    de: "Kein Zeitraum, der sich abrechnen lässt.",
  },
  "signing.refused.too_many_invoices": {
    en: "The contract has too many unpaid invoices.",
    it: "Il contratto ha troppe fatture non pagate.",
    de: "Der Vertrag hat zu viele unbezahlte Rechnungen.",
  },
  "signing.refused.suspension_not_agreed": {
    en: "Nobody agreed to a suspension.",
    it: "Nessuna sospensione è stata concordata.",
    de: "Eine Sperrung wurde nicht vereinbart.",
  },
  "signing.refused.plant_protected": {
    en: "This plant is not to be disconnected.",
    it: "Questo impianto non è disalimentabile.",
    de: "Diese Anlage darf nicht abgeschaltet werden.",
  },
  "signing.refused.procedure_running": {
    en: "A procedure is under way already.",
    it: "È già in corso una procedura.",
    de: "Ein Verfahren läuft schon.",
  },
} as const satisfies Strings;
