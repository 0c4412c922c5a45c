/**
 * Whom the chain's numbers stand for, across periods. A renewal gives a home and its owner new numbers on the
 * chain, so that nobody who reads all of it can follow them; this private map of the registrar's is the only place
 * where the numbers of one home stand together.
 *
 * Inside the platform a home goes by its *home id*, the number of its plant when it was registered, and an owner by
 * the *account id*, the member's number when it was admitted. Only at the boundary to the chain are they turned
 * into the numbers of now. Who was never renewed has no row: its number is its id.
 *
 * Nothing here may leave the platform, except to the owner itself.
 */
import type { DatabaseSync } from "node:sqlite";

/** What is needed at the boundary to the chain. */
export interface Numbers {
  /** The number on the chain, now, of the plant of a home id. */
  plantNow(home: number): number;
  /** The home id of a plant's number, of now or earlier. */
  homeOf(plant: number): number;
  /** The number on the chain, now, of the member of an account id. */
  memberNow(account: number): number;
  /** The account id of a member's number, of now or earlier. */
  accountOf(member: number): number;
  /** How often an account has been renewed. */
  renewalsOf(account: number): number;
}

/** Where nobody is ever renewed. */
export const SAME_NUMBERS: Numbers = {
  plantNow: (home) => home,
  homeOf: (plant) => plant,
  memberNow: (account) => account,
  accountOf: (member) => member,
  renewalsOf: () => 0,
};

/** One home in a renewal. */
export interface NewNumbers {
  readonly account: number;
  readonly member: number;
  readonly plants: readonly { readonly home: number; readonly plant: number }[];
}

type Kind = "member" | "plant";

export const PSEUDONYM_STEP = `
  CREATE TABLE pseudonyms (
    kind TEXT NOT NULL CHECK (kind IN ('member', 'plant')),
    number INTEGER NOT NULL,
    first INTEGER NOT NULL,
    renewal INTEGER NOT NULL,
    PRIMARY KEY (kind, number)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX pseudonyms_by_first ON pseudonyms (kind, first, renewal);
`;

/** All numbers that one id has had, oldest first; the first is the id itself. */
type Chains = Map<number, number[]>;

export class Pseudonyms implements Numbers {
  readonly #database: DatabaseSync;
  readonly #byFirst: Record<Kind, Chains> = { member: new Map(), plant: new Map() };
  readonly #firstOf: Record<Kind, Map<number, number>> = { member: new Map(), plant: new Map() };

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.reread();
  }

  plantNow(home: number): number {
    return this.#byFirst.plant.get(home)?.at(-1) ?? home;
  }

  homeOf(plant: number): number {
    return this.#firstOf.plant.get(plant) ?? plant;
  }

  memberNow(account: number): number {
    return this.#byFirst.member.get(account)?.at(-1) ?? account;
  }

  accountOf(member: number): number {
    return this.#firstOf.member.get(member) ?? member;
  }

  renewalsOf(account: number): number {
    return this.membersOf(account).length - 1;
  }

  /** All numbers of a home's plant, oldest first. */
  plantsOf(home: number): readonly number[] {
    return this.#byFirst.plant.get(home) ?? [home];
  }

  /** All numbers of an account, oldest first. */
  membersOf(account: number): readonly number[] {
    return this.#byFirst.member.get(account) ?? [account];
  }

  /** Whether a number stands for somebody in the map, now or earlier. */
  isTaken(number: number): boolean {
    const { member, plant } = this.#firstOf;
    return member.has(number) || plant.has(number);
  }

  /** Writes new numbers down. To be called within a transaction of the database; `reread` where that is undone. */
  record(renewed: readonly NewNumbers[]): void {
    for (const { account, member, plants } of renewed) {
      this.#record("member", account, member);
      for (const { home, plant } of plants) this.#record("plant", home, plant);
    }
  }

  /** Takes everything from the database anew. */
  reread(): void {
    for (const kind of ["member", "plant"] as const) {
      this.#byFirst[kind].clear();
      this.#firstOf[kind].clear();
    }
    const rows = this.#database.prepare("SELECT kind, number, first FROM pseudonyms ORDER BY renewal").all();
    for (const { kind, number, first } of rows as { kind: Kind; number: number; first: number }[]) {
      this.#remember(kind, first, number);
    }
  }

  #record(kind: Kind, first: number, number: number): void {
    const earlier = this.#byFirst[kind].get(first)?.length ?? 1;
    this.#database
      .prepare("INSERT INTO pseudonyms (kind, number, first, renewal) VALUES (?, ?, ?, ?)")
      .run(kind, number, first, earlier);
    this.#remember(kind, first, number);
  }

  #remember(kind: Kind, first: number, number: number): void {
    const numbers = this.#byFirst[kind].get(first);
    if (numbers === undefined) {
      this.#byFirst[kind].set(first, [first, number]);
      this.#firstOf[kind].set(first, first);
    } else {
      numbers.push(number);
    }
    this.#firstOf[kind].set(number, first);
  }
}
