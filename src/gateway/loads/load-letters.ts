/**
 * How the owner wants each load run, believed by signature as the letters to the accumulator are (`owner-letters`): by
 * a key that the chain has for the plant's owner, for this chain, this home and this load. A letter stands until the
 * next of its load, restarts included.
 */
import { equalBytes, fromHex } from "#base/bytes.ts";
import { verifySignature } from "#crypto/keys.ts";
import { loadPreferencesHash } from "#wire/home-letters.ts";
import { type LoadKind, preferencesFit } from "#wire/load-preferences.ts";
import type { LoadPreferences } from "#wire/load-schemas.ts";
import type { Wish } from "./steered-load.ts";

export interface LoadLetterGround {
  readonly chain: string;
  readonly home: number;
  /** Proven. */
  readonly ownerKeys: readonly Uint8Array[];
  /** Of the home's loads. */
  readonly kinds: ReadonlyMap<string, LoadKind>;
}

export type LoadLetterRefusal =
  | "malformed"
  | "other_home"
  | "load_unknown"
  | "load_preferences_unfit"
  | "unknown_key"
  | "bad_signature";

export class LoadLetterBook {
  #wishes: ReadonlyMap<string, Wish>;
  /** Of what was refused last: each is told once. */
  #told = "";

  constructor(kept: Readonly<Record<string, Wish>> = {}) {
    this.#wishes = new Map(Object.entries(kept));
  }

  /** By load; the same object until something changes. */
  get wishes(): ReadonlyMap<string, Wish> {
    return this.#wishes;
  }

  get kept(): Readonly<Record<string, Wish>> {
    return Object.fromEntries(this.#wishes);
  }

  /** Judges what the platform hands on; what was refused that was not told before. */
  heed(letters: readonly unknown[], ground: LoadLetterGround): readonly LoadLetterRefusal[] {
    const refused: LoadLetterRefusal[] = [];
    for (const letter of letters) {
      const read = readLetter(letter);
      if (read === undefined) {
        refused.push("malformed");
        continue;
      }
      const { load, change, preferences } = read;
      if (change <= (this.#wishes.get(load)?.change ?? 0)) continue;
      const problem = problemOf(read, ground);
      if (problem !== undefined) refused.push(problem);
      else this.#wishes = new Map([...this.#wishes, [load, { change, preferences }]]);
    }
    const told = refused.join();
    const isTold = told === this.#told;
    this.#told = told;
    return isTold ? [] : refused;
  }
}

interface Letter {
  readonly member: number;
  readonly home: number;
  readonly load: string;
  readonly change: number;
  readonly issuedAt: number;
  readonly preferences: LoadPreferences;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

function problemOf(
  letter: Letter,
  { chain, home, ownerKeys, kinds }: LoadLetterGround,
): LoadLetterRefusal | undefined {
  if (letter.home !== home) return "other_home";
  const kind = kinds.get(letter.load);
  if (kind === undefined) return "load_unknown";
  if (!preferencesFit(kind, letter.preferences)) return "load_preferences_unfit";
  if (!ownerKeys.some((key) => equalBytes(key, letter.publicKey))) return "unknown_key";
  const hash = loadPreferencesHash({ chain, ...letter });
  return verifySignature(letter.publicKey, hash, letter.signature) ? undefined : "bad_signature";
}

const WISHES = ["readyByMinute", "targetPercent", "roomMinC", "tankMinC", "tankMaxC"] as const;

function readLetter(value: unknown): Letter | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const letter = value as { readonly [name: string]: unknown };
  const publicKey = typeof letter.publicKey === "string" ? fromHex(letter.publicKey) : undefined;
  const signature = typeof letter.signature === "string" ? fromHex(letter.signature) : undefined;
  const { member, home, load, change, issuedAt, preferences } = letter;
  if (publicKey === undefined || signature === undefined || typeof load !== "string") return undefined;
  const isWhole = (one: unknown) => Number.isSafeInteger(one) && Number(one) >= 0;
  if (![member, home, change, issuedAt].every(isWhole)) return undefined;
  if (typeof preferences !== "object" || preferences === null) return undefined;
  const said = preferences as { readonly [name: string]: unknown };
  const isWish = (one: unknown) => one === null || (typeof one === "number" && Number.isFinite(one));
  if (
    typeof said.mode !== "string" ||
    !isWhole(said.priority) ||
    !WISHES.every((name) => isWish(said[name]))
  ) {
    return undefined;
  }
  return { ...(letter as unknown as Letter), publicKey, signature };
}
