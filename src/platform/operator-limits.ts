/**
 * The grid operator's limits on homes' connections. Each is a letter that a key of an operator on the chain signs
 * (`wire/operator-limits`); it is on the disk before anybody is told that it was taken, stands until the next one for
 * that home, and is handed to whoever runs the home, which checks it again.
 */
import type { DatabaseSync } from "node:sqlite";
import { fromHex } from "#base/bytes.ts";
import type { UnixSeconds } from "#base/time.ts";
import type { ChainView } from "#chain/view.ts";
import { limitRefusalOf } from "#control/operator-limit.ts";
import { verifySignature } from "#crypto/keys.ts";
import type { OperatorLimit, SignedOperatorLimit } from "#wire/operator-limit-schemas.ts";
import { type KeptLimit, operatorLimitHash } from "#wire/operator-limits.ts";
import { Refused } from "./problems.ts";

export const OPERATOR_LIMITS_STEP = `
  CREATE TABLE operator_limits (
    home INTEGER PRIMARY KEY,
    issued_at INTEGER NOT NULL,
    letter TEXT NOT NULL
  ) WITHOUT ROWID;
`;

interface Options {
  readonly database: DatabaseSync;
  readonly chain: string;
  readonly view: () => ChainView;
  readonly now: () => UnixSeconds;
}

export class OperatorLimits {
  readonly #options: Options;
  readonly #letters = new Map<number, KeptLimit>();
  readonly #told = new Map<number, UnixSeconds>();

  constructor(options: Options) {
    this.#options = options;
    for (const row of options.database.prepare("SELECT home, letter FROM operator_limits").all()) {
      const { home, letter } = row as { home: number; letter: string };
      this.#letters.set(home, JSON.parse(letter) as KeptLimit);
    }
  }

  /** The letter that stands for a home, over or not; `undefined` where none was ever given. */
  letter(home: number): KeptLimit | undefined {
    return this.#letters.get(home);
  }

  /** What it asks, until it is over: the failsafe that came with it is asked besides. */
  limitOf(home: number): OperatorLimit | null {
    return this.#letters.get(home)?.limit ?? null;
  }

  /** What limits a home at an instant; `null` where nothing does. */
  limitAt(home: number, time: UnixSeconds): OperatorLimit | null {
    const limit = this.limitOf(home);
    return limit !== null && limit.from <= time && time < limit.until ? limit : null;
  }

  /** The same, for who runs a simulated home: from here on it has heard the letter. */
  tell(home: number): OperatorLimit | null {
    const letter = this.#letters.get(home);
    if (letter !== undefined) this.#told.set(home, letter.issuedAt);
    return letter?.limit ?? null;
  }

  /** When the letter was signed that a simulated home heard last; `undefined` where it heard none from this process. */
  toldOf(home: number): UnixSeconds | undefined {
    return this.#told.get(home);
  }

  /** The letters that stand, by home. */
  all(): KeptLimit[] {
    return [...this.#letters.values()].sort((a, b) => a.home - b.home);
  }

  /**
   * Keeps a letter. Refused, in this order: limit_not_authorised (by no key of an operator), signature_wrong, and what
   * `limitRefusalOf` says.
   */
  give(home: number, { member, issuedAt, limit, publicKey, signature }: SignedOperatorLimit): KeptLimit {
    const { chain, view, now, database } = this.#options;
    const key = fromHex(publicKey)!;
    if (view().memberOfKey(key) !== member || view().member(member)?.role !== "operator") {
      throw new Refused("limit_not_authorised");
    }
    const kept = limit === null ? null : only(limit);
    if (
      !verifySignature(
        key,
        operatorLimitHash({ chain, member, home, issuedAt, limit: kept }),
        fromHex(signature)!,
      )
    ) {
      throw new Refused(
        "signature_wrong",
        "The signature does not fit what the letter says. Nothing was limited.",
      );
    }
    const standing = this.#letters.get(home)?.issuedAt ?? 0;
    const refusal = limitRefusalOf({ issuedAt, limit: kept }, { standing, now: now() });
    if (refusal !== undefined) throw new Refused(refusal);
    const letter: KeptLimit = { home, member, issuedAt, limit: kept, publicKey, signature };
    database
      .prepare("INSERT OR REPLACE INTO operator_limits VALUES (?, ?, ?)")
      .run(home, issuedAt, JSON.stringify(letter));
    this.#letters.set(home, letter);
    return letter;
  }
}

/** What else somebody sent along is not kept. */
function only({
  importPowerMaxW,
  exportPowerMaxW,
  from,
  until,
  reason,
  failsafe,
}: OperatorLimit): OperatorLimit {
  return {
    ...{ importPowerMaxW, exportPowerMaxW, from, until, reason },
    failsafe: failsafe && {
      importPowerMaxW: failsafe.importPowerMaxW,
      exportPowerMaxW: failsafe.exportPowerMaxW,
      afterS: failsafe.afterS,
      durationS: failsafe.durationS,
    },
  };
}
