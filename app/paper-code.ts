/**
 * A code on paper across renewals of pseudonyms: which of its keys stands among somebody's guardians now, and the
 * letters by which its keys follow one another, written while the code is at hand.
 */
import { signerFromSeed } from "#crypto/keys.ts";
import { PAPER_CODE_RENEWALS, seedOfPaperCode } from "#crypto/paper-code.ts";
import { type NextKey, nextKeyLetter } from "#wire/next-key.ts";
import type { Guardian, GuardianKey } from "#wire/schemas.ts";
import { placeAmong } from "./recovery.ts";

type Signer = ReturnType<typeof signerFromSeed>;

export interface PaperGuardian {
  /** Which of the guardians it is, from 0. */
  readonly guardian: number;
  /** After how many renewals the code gives this key. */
  readonly renewals: number;
  readonly signer: Signer;
}

/** The key that a code gives after so many renewals; `undefined` where it is no code. */
export function paperSigner(code: string, renewals = 0): Signer | undefined {
  const seed = seedOfPaperCode(code, renewals);
  return seed === undefined ? undefined : signerFromSeed(seed);
}

/** Which of the guardians a code is, by whichever of its keys; `undefined` where it is none. */
export function paperAmong(guardians: readonly Guardian[], code: string): PaperGuardian | undefined {
  for (let renewals = 0; renewals <= PAPER_CODE_RENEWALS; renewals++) {
    const signer = paperSigner(code, renewals);
    if (signer === undefined) return undefined;
    const guardian = placeAmong(guardians, { key: signer.publicKey });
    if (guardian !== undefined) return { guardian, renewals, signer };
  }
  return undefined;
}

/** Whose guardian a code is, by whichever of its keys; `undefined` where it is nobody's. */
export function guardedBy(keys: readonly GuardianKey[], code: string): number | undefined {
  const guardians = keys.map(({ key }) => ({ member: null, name: null, key }));
  const found = paperAmong(guardians, code);
  return found === undefined ? undefined : keys[found.guardian]!.member;
}

/** One letter for each renewal that the code has a key for, from the one that stands after so many on. */
export async function paperLetters(code: string, chain: string, renewals: number): Promise<NextKey[]> {
  const letters: NextKey[] = [];
  let signer = paperSigner(code, renewals)!;
  for (let next = renewals + 1; next <= PAPER_CODE_RENEWALS; next++) {
    const following = paperSigner(code, next)!;
    letters.push(nextKeyLetter(chain, signer, following));
    signer = following;
    // A hundred signatures take a slow phone a second: the page goes on meanwhile.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return letters;
}
