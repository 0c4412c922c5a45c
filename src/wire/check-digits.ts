/** The check digits of ISO/IEC 7064, MOD 97-10, as bank accounts (ISO 13616) and SEPA creditors carry them. */

/** Of the number that a text of digits and capitals spells, 10 for A to 35 for Z, by 97. */
export function remainderBy97(text: string): number {
  let remainder = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
  }
  return remainder;
}
