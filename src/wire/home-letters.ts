/**
 * What an owner's key signs for the home itself: a command to the energy accumulator, how the home shall be run, and
 * how one of its loads shall. These letters stay with the platform and the home's gateway; none reaches the chain. Their signatures keep whoever
 * steals a session, and the platform too, from running a home in its owner's name: a gateway verifies them itself.
 */
import { utf8 } from "#base/bytes.ts";
import { taggedHash } from "#crypto/hash.ts";
import type { HomeCommand, HomePreferences } from "#wire/home-schemas.ts";
import type { LoadPreferences } from "#wire/load-schemas.ts";

interface Letter {
  readonly chain: string;
  readonly member: number;
  /** The home's id: the same as long as the home is there, whatever its number on the chain. */
  readonly home: number;
  /** 1 for the first that is given for the home, one more for each later one: an old letter counts no more. */
  readonly change: number;
  /** When it was signed, Unix seconds of the community. */
  readonly issuedAt: number;
}

export interface HomeCommandLetter extends Letter {
  /** `null`: what was asked for before is taken back. */
  readonly command: HomeCommand | null;
}

export function homeCommandHash({
  chain,
  member,
  home,
  change,
  issuedAt,
  command,
}: HomeCommandLetter): Uint8Array {
  const asked =
    command === null
      ? ["none"]
      : [
          command.mode,
          command.powerW,
          command.until,
          command.reservePercent,
          command.target?.socPercent ?? null,
          command.target?.by ?? null,
        ];
  return hashOf("contrada/home-command/1", [chain, member, home, change, issuedAt, ...asked]);
}

export interface HomePreferencesLetter extends Letter {
  readonly preferences: HomePreferences;
}

export function homePreferencesHash(letter: HomePreferencesLetter): Uint8Array {
  const { chain, member, home, change, issuedAt, preferences } = letter;
  const { reservePercent, communityFirst, wearMicroEurPerKwh, comfort } = preferences;
  return hashOf("contrada/home-preferences/1", [
    ...[chain, member, home, change, issuedAt],
    ...[reservePercent, communityFirst ? "community" : "home", wearMicroEurPerKwh, comfort],
  ]);
}

/** Change numbers are each load's own. */
export interface LoadPreferencesLetter extends Letter {
  /** The load's id within the home. */
  readonly load: string;
  readonly preferences: LoadPreferences;
}

export function loadPreferencesHash(letter: LoadPreferencesLetter): Uint8Array {
  const { chain, member, home, load, change, issuedAt, preferences } = letter;
  const { mode, readyByMinute, targetPercent, roomMinC, tankMinC, tankMaxC, priority } = preferences;
  return hashOf("contrada/load-preferences/1", [
    ...[chain, member, home, load, change, issuedAt],
    ...[mode, readyByMinute, targetPercent, roomMinC, tankMinC, tankMaxC, priority],
  ]);
}

/** No part holds a line break and their number is fixed by what they say, so no two letters have the same bytes. */
function hashOf(tag: string, parts: readonly (string | number | null)[]): Uint8Array {
  return taggedHash(tag, utf8(parts.map((part) => (part === null ? "-" : String(part))).join("\n")));
}
