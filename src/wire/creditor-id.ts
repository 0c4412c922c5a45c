/**
 * The identifier under which somebody may collect by SEPA direct debit (EPC 262-08): country, two check digits, three
 * characters that the creditor chooses for its lines of business, then its national number. The check digits are those
 * of ISO/IEC 7064 (MOD 97-10) over national number and country; the three characters do not count. Whether the
 * creditor's bank has admitted it, only that bank knows.
 */
import { ok, type Result, refuse } from "#base/result.ts";
import { remainderBy97 } from "#wire/check-digits.ts";

export type CreditorFault = "creditor_characters" | "creditor_length" | "creditor_check";

/** Characters in all, of the countries whose communities are known here; elsewhere 8 to 35. */
const LENGTHS: Readonly<Record<string, number>> = { AT: 18, DE: 18, IT: 23 };

/**
 * The identifier of a typed text, in capitals without blanks. Fails, in this order: creditor_characters (others than
 * letters, digits, blanks and hyphens, or not two letters and two digits first), creditor_length, creditor_check.
 */
export function parseCreditorId(text: string): Result<string, CreditorFault> {
  const id = text.replace(/[\s-]/g, "").toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z\d]+$/.test(id)) return refuse("creditor_characters");
  const length = LENGTHS[id.slice(0, 2)];
  if (length === undefined ? id.length < 8 || id.length > 35 : id.length !== length)
    return refuse("creditor_length");
  return remainderBy97(id.slice(7) + id.slice(0, 4)) === 1 ? ok(id) : refuse("creditor_check");
}
