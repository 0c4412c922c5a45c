/** A bank's reference as the ledger takes it. */
import { utf8 } from "#base/bytes.ts";
import { REFERENCE_MAX_BYTES } from "#market/deposit.ts";

/** 1 to 64 bytes of text, no blanks at its ends: whoever compares it with the bank's statement must find it. */
export function isReference(text: string): boolean {
  return text !== "" && text.trim() === text && utf8(text).length <= REFERENCE_MAX_BYTES;
}
