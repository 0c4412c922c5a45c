/**
 * What owners ask of their accumulators from afar, and how their homes shall be run. Each comes in a letter that one of
 * the owner's keys signs (`wire/home-letters`): a session alone, stolen or left open, moves no energy. Letters stay here
 * and in the home; they are on the disk before anybody is told that they were taken.
 *
 * Whoever runs the home (`sim/town`, a gateway) asks for what stands, judges it once more by `control/command`, and
 * reports what became of it. Letters are kept by home id, so a renewal of pseudonyms leaves them where they are.
 */
import type { DatabaseSync } from "node:sqlite";
import type { UnixSeconds } from "#base/time.ts";
import type { ChainView } from "#chain/view.ts";
import {
  COMMAND_STALE_S,
  type Command,
  type Commanded,
  type CommandReport,
  type Heard,
  NOTHING_HEARD,
  refusalOf,
} from "#control/command.ts";
import { homeCommandHash, homePreferencesHash } from "#wire/home-letters.ts";
import type {
  GivenCommand,
  HomeCommand,
  HomePreferences,
  SignedHomeCommand,
  SignedHomePreferences,
} from "#wire/home-schemas.ts";
import { inTransaction } from "./database.ts";
import { Refused } from "./problems.ts";
import { checkedSignature } from "./signed-letter.ts";

export const HOME_COMMANDS_STEP = `
  CREATE TABLE home_commands (
    home INTEGER NOT NULL,
    change INTEGER NOT NULL,
    member INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    command TEXT,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL,
    state TEXT NOT NULL,
    bound TEXT,
    refusal TEXT,
    since INTEGER NOT NULL,
    PRIMARY KEY (home, change)
  ) WITHOUT ROWID;
  CREATE TABLE home_preferences (
    home INTEGER PRIMARY KEY,
    change INTEGER NOT NULL,
    member INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    preferences TEXT NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL
  ) WITHOUT ROWID;
`;

/** Letters kept of each home; older ones are forgotten. */
const KEPT = 200;

interface Options {
  readonly database: DatabaseSync;
  readonly chain: string;
  readonly view: () => ChainView;
  readonly now: () => UnixSeconds;
  /** What a home's sheet says of its accumulator; `undefined` where it has none. */
  readonly accumulatorOf: (home: number) => Commanded | undefined;
  /** What holds where an owner has said nothing. */
  readonly usual: (home: number) => HomePreferences;
}

/** What the box in a home is told: the same object until something changes. */
export interface HomeOrders {
  readonly heard: Heard;
  /** Given by the owner; `undefined` where the usual ones hold. */
  readonly preferences: HomePreferences | undefined;
}

/** A letter as a gateway checks it itself. */
export interface KeptLetter extends SignedHomeCommand {
  readonly member: number;
  readonly home: number;
}

const NO_ORDERS: HomeOrders = { heard: NOTHING_HEARD, preferences: undefined };

export class HomeCommands {
  readonly #options: Options;
  readonly #orders = new Map<number, HomeOrders>();
  readonly #reports = new Map<number, CommandReport>();
  readonly #changed = new Set<(home: number) => void>();

  constructor(options: Options) {
    this.#options = options;
    const { database } = options;
    const commands = database.prepare(
      `SELECT home, change, issued_at, command FROM home_commands c
       WHERE change = (SELECT MAX(change) FROM home_commands WHERE home = c.home)`,
    );
    for (const row of commands.all() as unknown as CommandRow[]) {
      this.#orders.set(row.home, { heard: heardOf(row), preferences: undefined });
    }
    for (const row of database.prepare("SELECT home, preferences FROM home_preferences").all()) {
      const { home, preferences } = row as { home: number; preferences: string };
      const { heard } = this.orders(home);
      this.#orders.set(home, { heard, preferences: JSON.parse(preferences) as HomePreferences });
    }
  }

  /** What stands for a home now. */
  orders(home: number): HomeOrders {
    return this.#orders.get(home) ?? NO_ORDERS;
  }

  preferencesOf(home: number): HomePreferences {
    return this.orders(home).preferences ?? this.#options.usual(home);
  }

  /** How often preferences were given for a home. */
  preferenceChanges(home: number): number {
    const row = this.#options.database
      .prepare("SELECT change FROM home_preferences WHERE home = ?")
      .get(home) as { change: number } | undefined;
    return row?.change ?? 0;
  }

  /** What a home keeps for its owner, whole Wh. */
  reserveWh(home: number, capacityWh: number): number {
    return Math.round((capacityWh * this.preferencesOf(home).reservePercent) / 100);
  }

  /** The letters given for a home, newest first. */
  given(home: number, limit = 1): GivenCommand[] {
    const rows = this.#options.database
      .prepare(
        `SELECT change, issued_at, command, state, bound, refusal, since FROM home_commands
         WHERE home = ? AND command IS NOT NULL ORDER BY change DESC LIMIT ?`,
      )
      .all(home, limit);
    const now = this.#options.now();
    return (rows as unknown as GivenRow[]).map(({ command, issued_at, ...row }) => {
      const asked = JSON.parse(command) as HomeCommand;
      // A home that says nothing any more does not make a command last longer.
      const over = asked.until <= now && row.state !== "refused" && row.state !== "withdrawn";
      const end = over && row.state !== "expired" ? { state: "expired" as const, since: asked.until } : {};
      return { command: asked, issuedAt: issued_at, ...row, ...end } as GivenCommand;
    });
  }

  /** The last letter as it was signed, for a gateway that verifies it itself; `undefined` where none was given. */
  letter(home: number): KeptLetter | undefined {
    const row = this.#options.database
      .prepare("SELECT * FROM home_commands WHERE home = ? ORDER BY change DESC LIMIT 1")
      .get(home) as unknown as LetterRow | undefined;
    if (row === undefined) return undefined;
    return {
      home,
      member: row.member,
      change: row.change,
      issuedAt: row.issued_at,
      command: row.command === null ? null : (JSON.parse(row.command) as HomeCommand),
      publicKey: Buffer.from(row.public_key).toString("hex"),
      signature: Buffer.from(row.signature).toString("hex"),
    };
  }

  /**
   * Keeps a command, or takes the present one back. Refused, in this order: what `refusalOf` of `control/command`
   * says, device_unknown, signature_wrong.
   */
  give(home: number, member: number, letter: SignedHomeCommand): void {
    const { database, chain, now, accumulatorOf } = this.#options;
    const { command, change, issuedAt } = letter;
    const heard: Heard = { change, command: command === null ? null : { ...command, issuedAt } };
    const { heard: standing, preferences } = this.orders(home);
    const accumulator = accumulatorOf(home);
    const refusal = refusalOf(heard, { standing, accumulator, now: now() });
    if (refusal !== undefined) throw new Refused(refusal);
    if (change !== standing.change + 1) throw new Refused("command_superseded");
    const signed = this.#signed(
      member,
      letter,
      homeCommandHash({ chain, member, home, change, issuedAt, command }),
    );
    inTransaction(database, () => {
      database
        .prepare(
          `UPDATE home_commands SET state = 'withdrawn', bound = NULL, since = ?1
           WHERE home = ?2 AND command IS NOT NULL AND state NOT IN ('withdrawn', 'expired', 'refused')`,
        )
        .run(now(), home);
      database
        .prepare(
          `INSERT INTO home_commands
             (home, change, member, issued_at, command, public_key, signature, state, bound, refusal, since)
           VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', NULL, NULL, ?)`,
        )
        .run(
          ...[home, change, member, issuedAt, command === null ? null : JSON.stringify(command)],
          ...[signed.publicKey, signed.signature, now()],
        );
      database.prepare("DELETE FROM home_commands WHERE home = ? AND change <= ?").run(home, change - KEPT);
    });
    this.#orders.set(home, { heard, preferences });
    this.#tell(home);
  }

  /**
   * Keeps how a home shall be run. Refused, in this order: preferences_changed (not the next change), command_stale
   * (signed long ago), device_unknown, signature_wrong.
   */
  prefer(home: number, member: number, letter: SignedHomePreferences): void {
    const { database, chain, now } = this.#options;
    const { preferences, change, issuedAt } = letter;
    if (change !== this.preferenceChanges(home) + 1) throw new Refused("preferences_changed");
    if (issuedAt < now() - COMMAND_STALE_S) throw new Refused("command_stale");
    const { reservePercent, communityFirst, wearMicroEurPerKwh, comfort } = preferences;
    const kept: HomePreferences = { reservePercent, communityFirst, wearMicroEurPerKwh, comfort };
    const signed = this.#signed(
      member,
      letter,
      homePreferencesHash({ chain, member, home, change, issuedAt, preferences: kept }),
    );
    database
      .prepare("INSERT OR REPLACE INTO home_preferences VALUES (?, ?, ?, ?, ?, ?, ?)")
      .run(...[home, change, member, issuedAt, JSON.stringify(kept)], signed.publicKey, signed.signature);
    this.#orders.set(home, { heard: this.orders(home).heard, preferences: kept });
    this.#tell(home);
  }

  /** What the home made of a command: kept where it is the one that stands, and not what was kept already. */
  report(home: number, report: CommandReport): void {
    const { change, state, bound, refusal, since } = report;
    const known = this.#reports.get(home);
    if (known === report) return;
    this.#reports.set(home, report);
    const told = [known?.change, known?.state, known?.bound, known?.refusal, known?.since];
    if (told.every((value, i) => value === [change, state, bound, refusal, since][i])) return;
    const { changes } = this.#options.database
      .prepare(
        `UPDATE home_commands SET state = ?, bound = ?, refusal = ?, since = ?
         WHERE home = ? AND change = ? AND command IS NOT NULL AND state NOT IN ('withdrawn', 'refused')`,
      )
      .run(state, bound, refusal, since, home, change);
    if (changes > 0) this.#tell(home);
  }

  /** Called for a home whose command, preferences or report are others; returns how to stop. */
  onChange(listener: (home: number) => void): () => void {
    this.#changed.add(listener);
    return () => void this.#changed.delete(listener);
  }

  #tell(home: number): void {
    for (const listener of this.#changed) listener(home);
  }

  #signed(
    member: number,
    letter: { readonly publicKey: string; readonly signature: string },
    hash: Uint8Array,
  ) {
    return checkedSignature(this.#options.view(), member, letter, hash, "Nothing was changed in your home.");
  }
}

interface CommandRow {
  readonly home: number;
  readonly change: number;
  readonly issued_at: number;
  readonly command: string | null;
}

interface GivenRow {
  readonly change: number;
  readonly issued_at: number;
  readonly command: string;
  readonly state: GivenCommand["state"];
  readonly bound: GivenCommand["bound"];
  readonly refusal: string | null;
  readonly since: number;
}

interface LetterRow extends CommandRow {
  readonly member: number;
  readonly public_key: Uint8Array;
  readonly signature: Uint8Array;
}

function heardOf({ change, issued_at, command }: CommandRow): Heard {
  const asked = command === null ? null : (JSON.parse(command) as Omit<Command, "issuedAt">);
  return { change, command: asked === null ? null : { ...asked, issuedAt: issued_at } };
}
