/**
 * Thirty-two bytes as a string of one-byte characters (Latin-1): how hashes are kept where there are many.
 * Immutable, a third of the memory of a small typed array, compared and looked up natively, in the order of
 * the bytes; and Node's fastest hash returns that form anyway. Never shown and never stored outside.
 */
export type Text32 = string;

/** `b` has 32 bytes; the caller made sure. Spelled out because spreading takes twenty times as long. */
export function textOf(b: Uint8Array): Text32 {
  // biome-ignore format: four rows of eight
  return String.fromCharCode(
    b[0]!, b[1]!, b[2]!, b[3]!, b[4]!, b[5]!, b[6]!, b[7]!,
    b[8]!, b[9]!, b[10]!, b[11]!, b[12]!, b[13]!, b[14]!, b[15]!,
    b[16]!, b[17]!, b[18]!, b[19]!, b[20]!, b[21]!, b[22]!, b[23]!,
    b[24]!, b[25]!, b[26]!, b[27]!, b[28]!, b[29]!, b[30]!, b[31]!,
  );
}

export function bytesOf(text: Text32): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
