/**
 * How owners want their loads run: heat pump, car, appliances. Each wish comes in a letter that one of the owner's keys
 * signs (`wire/home-letters`), is on the disk before anybody is told that it was taken, and stands until the next one.
 * Whoever runs the home asks for what stands and reports what its loads do (`wire/load-schemas`). Letters are kept by
 * home id, so a renewal of pseudonyms leaves them where they are.
 */
import type { DatabaseSync } from "node:sqlite";
import type { UnixSeconds } from "#base/time.ts";
import type { ChainView } from "#chain/view.ts";
import { COMMAND_STALE_S } from "#control/command.ts";
import { loadPreferencesHash } from "#wire/home-letters.ts";
import type { HomeAccumulator } from "#wire/home-schemas.ts";
import { modesOf, preferencesFit } from "#wire/load-preferences.ts";
import type { HomeLoad, LoadPreferences, LoadReport, SignedLoadPreferences } from "#wire/load-schemas.ts";
import { Refused } from "./problems.ts";
import { checkedSignature } from "./signed-letter.ts";

export const HOME_LOADS_STEP = `
  CREATE TABLE load_preferences (
    home INTEGER NOT NULL,
    load TEXT NOT NULL,
    change INTEGER NOT NULL,
    member INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    preferences TEXT NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (home, load)
  ) WITHOUT ROWID;
`;

interface Options {
  readonly database: DatabaseSync;
  readonly chain: string;
  readonly view: () => ChainView;
  readonly now: () => UnixSeconds;
}

/** The letter that stands for a load, for whoever runs the home. */
export interface LoadWish {
  readonly change: number;
  readonly preferences: LoadPreferences;
}

/** By load id: the same object until something changes. */
export type LoadWishes = ReadonlyMap<string, LoadWish>;

/** A letter as a gateway checks it itself. */
export interface KeptLoadLetter extends SignedLoadPreferences {
  readonly member: number;
  readonly home: number;
  readonly load: string;
}

type RunBy = HomeAccumulator["runBy"];

const NO_WISHES: LoadWishes = new Map();
/** A clock may be so far ahead, s. */
const AHEAD_S = 60;

export class HomeLoadLetters {
  readonly #options: Options;
  readonly #wishes = new Map<number, LoadWishes>();
  readonly #reports: { readonly [by in RunBy]: Map<number, () => readonly LoadReport[]> } = {
    simulation: new Map(),
    gateway: new Map(),
  };
  readonly #changed = new Set<(home: number) => void>();

  constructor(options: Options) {
    this.#options = options;
    const rows = options.database.prepare("SELECT home, load, change, preferences FROM load_preferences");
    for (const row of rows.all() as unknown as WishRow[]) {
      this.#keep(row.home, row.load, {
        change: row.change,
        preferences: JSON.parse(row.preferences) as LoadPreferences,
      });
    }
  }

  /** What stands for a home's loads now. */
  wishes(home: number): LoadWishes {
    return this.#wishes.get(home) ?? NO_WISHES;
  }

  /**
   * Whoever runs the home says how to ask it for its loads; `undefined` = it does so no more. A gateway's word goes
   * before the simulation's.
   */
  report(home: number, loads: (() => readonly LoadReport[]) | undefined, by: RunBy = "simulation"): void {
    if (loads === undefined) this.#reports[by].delete(home);
    else this.#reports[by].set(home, loads);
  }

  /** The home's loads as they stand, in its own order; empty where nobody reports any. */
  loads(home: number): HomeLoad[] {
    const wishes = this.wishes(home);
    const { simulation, gateway } = this.#reports;
    const reported = (gateway.get(home) ?? simulation.get(home))?.() ?? [];
    return reported.map(({ change, ...load }) => {
      const wish = wishes.get(load.id);
      return {
        ...load,
        modes: [...modesOf(load.kind)],
        preferences: wish?.preferences ?? load.preferences,
        changes: wish?.change ?? 0,
        heard: change >= (wish?.change ?? 0),
      };
    });
  }

  /** The letters that stand for a home, for a gateway that verifies them itself. */
  letters(home: number): KeptLoadLetter[] {
    const rows = this.#options.database
      .prepare("SELECT * FROM load_preferences WHERE home = ? ORDER BY load")
      .all(home) as unknown as LetterRow[];
    return rows.map((row) => ({
      home,
      load: row.load,
      member: row.member,
      change: row.change,
      issuedAt: row.issued_at,
      preferences: JSON.parse(row.preferences) as LoadPreferences,
      publicKey: Buffer.from(row.public_key).toString("hex"),
      signature: Buffer.from(row.signature).toString("hex"),
    }));
  }

  /**
   * Keeps how a load shall be run. Refused, in this order: load_unknown, load_preferences_unfit,
   * load_preferences_changed (not the next change), command_stale, command_ahead, device_unknown, signature_wrong.
   */
  prefer(home: number, load: string, member: number, letter: SignedLoadPreferences): void {
    const { database, chain, now, view } = this.#options;
    const known = this.loads(home).find(({ id }) => id === load);
    if (known === undefined) throw new Refused("load_unknown");
    const { change, issuedAt } = letter;
    const preferences = only(letter.preferences);
    if (!preferencesFit(known.kind, preferences)) throw new Refused("load_preferences_unfit");
    if (change !== known.changes + 1) throw new Refused("load_preferences_changed");
    if (issuedAt < now() - COMMAND_STALE_S) throw new Refused("command_stale");
    if (issuedAt > now() + AHEAD_S) throw new Refused("command_ahead");
    const hash = loadPreferencesHash({ chain, member, home, load, change, issuedAt, preferences });
    const untouched = "Nothing was changed in your home.";
    const { publicKey, signature } = checkedSignature(view(), member, letter, hash, untouched);
    database
      .prepare("INSERT OR REPLACE INTO load_preferences VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .run(home, load, change, member, issuedAt, JSON.stringify(preferences), publicKey, signature);
    this.#keep(home, load, { change, preferences });
    for (const listener of this.#changed) listener(home);
  }

  /** Called for a home for one of whose loads a letter was kept; returns how to stop. */
  onChange(listener: (home: number) => void): () => void {
    this.#changed.add(listener);
    return () => void this.#changed.delete(listener);
  }

  #keep(home: number, load: string, wish: LoadWish): void {
    this.#wishes.set(home, new Map([...this.wishes(home), [load, wish]]));
  }
}

/** What else somebody sent along is not kept. */
function only({
  mode,
  readyByMinute,
  targetPercent,
  roomMinC,
  tankMinC,
  tankMaxC,
  priority,
}: LoadPreferences): LoadPreferences {
  return { mode, readyByMinute, targetPercent, roomMinC, tankMinC, tankMaxC, priority };
}

interface WishRow {
  readonly home: number;
  readonly load: string;
  readonly change: number;
  readonly preferences: string;
}

interface LetterRow extends WishRow {
  readonly member: number;
  readonly issued_at: number;
  readonly public_key: Uint8Array;
  readonly signature: Uint8Array;
}
