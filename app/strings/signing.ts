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
    en: "The ledger knows no supplier of this number. Nothing was changed.",
    it: "Il registro non conosce un fornitore con questo numero. Nulla è cambiato.",
    de: "Das Register kennt keinen Versorger dieser Nummer. Nichts wurde geändert.",
  },
} as const satisfies Strings;
