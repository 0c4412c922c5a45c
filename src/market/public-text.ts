/** What people write on the chain for everybody to read: a proposal's purpose, the reason of a limit or a correction. */
import { utf8 } from "#base/bytes.ts";

export const PUBLIC_TEXT_MAX_BYTES = 280;

/** 2 to 140 characters without control characters or blanks at the ends. It is public, and for ever. */
export function isPublicText(text: string): boolean {
  const characters = [...text];
  if (characters.length < 2 || characters.length > 140) return false;
  if (utf8(text).length > PUBLIC_TEXT_MAX_BYTES || text !== text.trim()) return false;
  return characters.every((character) => {
    const code = character.codePointAt(0)!;
    return code >= 0x20 && (code < 0x7f || code > 0x9f);
  });
}
