/**
 * What the owner asks of the home from afar, believed by its signature: the letter must be signed by a key that the
 * chain has for the plant's owner (`market/home-orders`), for this chain and this home. The platform hands letters on;
 * it can keep one back, and make none.
 */
import { equalBytes, fromHex } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import {
  type Command,
  type Commanded,
  type CommandRefusal,
  type Heard,
  heedCommand,
  type LetterRefusal,
  refusalOf,
} from "#control/command.ts";
import { verifySignature } from "#crypto/keys.ts";
import { homeCommandHash } from "#wire/home-letters.ts";
import type { HomeCommand } from "#wire/home-schemas.ts";

export interface LetterGround {
  readonly chain: string;
  readonly home: number;
  /** Proven; empty while nothing was. */
  readonly ownerKeys: readonly Uint8Array[];
  readonly standing: Heard;
  /** Letters up to this number were refused for good; 0 where none was. */
  readonly settled: number;
  readonly accumulator: Commanded | undefined;
  readonly now: UnixSeconds;
}

export interface RefusedLetter {
  readonly reason: "malformed" | "other_home" | LetterRefusal | CommandRefusal;
  /** `undefined` where it cannot be read. */
  readonly change: number | undefined;
  readonly issuedAt: UnixSeconds;
}

export interface Letters {
  readonly heard: Heard;
  /** Why the others were not taken; a letter that is known already is no refusal. */
  readonly refused: readonly RefusedLetter[];
}

/** The command that stands after these letters. */
export function heedLetters(letters: readonly unknown[], ground: LetterGround): Letters {
  let heard = ground.standing;
  const refused: RefusedLetter[] = [];
  for (const letter of letters) {
    const read = readLetter(letter);
    if (read === undefined) {
      refused.push({ reason: "malformed", change: undefined, issuedAt: 0 });
      continue;
    }
    const { change, issuedAt } = read;
    if (change <= heard.change || change <= ground.settled) continue;
    const problem = problemOf(read, ground) ?? refusalOf(heardOf(read), { ...ground, standing: heard });
    if (problem === undefined) heard = heedCommand(heard, heardOf(read));
    else refused.push({ reason: problem, change, issuedAt });
  }
  return { heard, refused };
}

interface Letter {
  readonly member: number;
  readonly home: number;
  readonly change: number;
  readonly issuedAt: number;
  readonly command: HomeCommand | null;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

function heardOf({ change, issuedAt, command }: Letter): Heard {
  return { change, command: command === null ? null : ({ ...command, issuedAt } as Command) };
}

function problemOf(
  letter: Letter,
  { chain, home, ownerKeys }: LetterGround,
): RefusedLetter["reason"] | undefined {
  if (letter.home !== home) return "other_home";
  if (!ownerKeys.some((key) => equalBytes(key, letter.publicKey))) return "unknown_key";
  const hash = homeCommandHash({ chain, ...letter });
  return verifySignature(letter.publicKey, hash, letter.signature) ? undefined : "bad_signature";
}

function readLetter(value: unknown): Letter | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const letter = value as { readonly [name: string]: unknown };
  const publicKey = typeof letter.publicKey === "string" ? fromHex(letter.publicKey) : undefined;
  const signature = typeof letter.signature === "string" ? fromHex(letter.signature) : undefined;
  const { member, home, change, issuedAt } = letter;
  if (publicKey === undefined || signature === undefined) return undefined;
  if (
    ![member, home, change, issuedAt].every((number) => Number.isSafeInteger(number) && Number(number) >= 0)
  ) {
    return undefined;
  }
  if (letter.command !== null && !isCommand(letter.command)) return undefined;
  return { ...(letter as unknown as Letter), publicKey, signature };
}

function isCommand(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { mode, powerW, until, reservePercent, target } = value as { readonly [name: string]: unknown };
  const isNumber = (one: unknown) => typeof one === "number" && Number.isFinite(one);
  if (!["auto", "hold", "charge", "discharge"].includes(mode as string) || !isNumber(until)) return false;
  if (powerW !== null && !isNumber(powerW)) return false;
  if (reservePercent !== null && !isNumber(reservePercent)) return false;
  if (target === null) return true;
  if (typeof target !== "object") return false;
  const { socPercent, by } = target as { readonly [name: string]: unknown };
  return isNumber(socPercent) && isNumber(by);
}
