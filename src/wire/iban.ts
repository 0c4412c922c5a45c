/**
 * Bank accounts as people write them: the IBAN of ISO 13616, with the two check digits of ISO/IEC 7064 (MOD 97-10),
 * which find every single wrong character and nearly every exchange of two. Only countries of the single euro
 * payments area (SEPA), whose banks a community's bank can pay; the registry of ISO 13616 gives each its length.
 * Whether the account exists, only its bank knows.
 */
import { ok, type Result, refuse } from "#base/result.ts";
import { remainderBy97 } from "#wire/check-digits.ts";

/** Why a text is no IBAN that can be paid. */
export type IbanFault = "iban_characters" | "iban_country" | "iban_length" | "iban_check";

/** Characters of an IBAN by country, of the SEPA scheme countries. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    "AD24 AL28 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GI23 GR27 HR21 HU28 IE22 IS26 IT27 " +
    "LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MT31 NL18 NO15 PL28 PT25 RO24 RS22 SE24 SI19 SK24 SM27 VA22"
  )
    .split(" ")
    .map((one) => [one.slice(0, 2), Number(one.slice(2))]),
);

/**
 * The IBAN of a typed text, in capitals without blanks. Fails, in this order: iban_characters (others than letters,
 * digits, blanks and hyphens, or not two letters and two digits first), iban_country (not in SEPA), iban_length,
 * iban_check (the check digits do not fit: something is mistyped).
 */
export function parseIban(text: string): Result<string, IbanFault> {
  const iban = text.replace(/[\s-]/g, "").toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z\d]+$/.test(iban)) return refuse("iban_characters");
  const length = LENGTHS[iban.slice(0, 2)];
  if (length === undefined) return refuse("iban_country");
  if (iban.length !== length) return refuse("iban_length");
  return remainderBy97(iban.slice(4) + iban.slice(0, 4)) === 1 ? ok(iban) : refuse("iban_check");
}

/** In groups of four, as banks print it: `IT60 X054 2811 1010 0000 0123 456`. */
export function ibanInGroups(iban: string): string {
  return iban.replace(/(.{4})(?=.)/g, "$1 ");
}

/** Enough to know one's own account by, too little to pay to: `IT60 … 3456`. */
export function maskedIban(iban: string): string {
  return `${iban.slice(0, 4)} … ${iban.slice(-4)}`;
}
