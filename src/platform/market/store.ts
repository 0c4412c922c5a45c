/**
 * What the desk of the neighbours' market keeps to itself, in `market.sqlite`: standing rules and orders by hand with
 * the letters that gave them, which home has which paddle in which book, and every version of each home's statement of
 * a day. What everybody may know stands on the chain and in its index.
 *
 * Homes go by their home ids: a renewal of pseudonyms leaves all of it where it is. A book is written down, salts and
 * paddles included, before it is sealed on the chain: after a crash the same book is sealed, opened or given up, and
 * never another one.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { DayNumber, UnixSeconds } from "#base/time.ts";
import type { BookOrder, Session } from "#market/auction/seal.ts";
import type { MarketRule, OrderReason } from "#wire/market-schemas.ts";
import { type Durability, inTransaction, openDatabase } from "../database.ts";

const STEPS = [
  `
  CREATE TABLE rules (
    home INTEGER PRIMARY KEY,
    rule TEXT,
    change INTEGER NOT NULL,
    since INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE hand_orders (
    home INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    session INTEGER NOT NULL,
    side TEXT NOT NULL,
    energy INTEGER NOT NULL,
    price_limit INTEGER NOT NULL,
    given INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (home, slot, session)
  ) WITHOUT ROWID;
  CREATE TABLE books (
    slot INTEGER NOT NULL,
    session INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('drawn', 'sealed', 'cleared', 'void')),
    indicated INTEGER,
    PRIMARY KEY (slot, session)
  ) WITHOUT ROWID;
  CREATE INDEX books_under_way ON books (slot) WHERE state IN ('drawn', 'sealed');
  CREATE TABLE orders (
    slot INTEGER NOT NULL,
    session INTEGER NOT NULL,
    paddle INTEGER NOT NULL,
    number INTEGER NOT NULL,
    home INTEGER NOT NULL,
    side TEXT NOT NULL,
    energy INTEGER NOT NULL,
    price_limit INTEGER NOT NULL,
    feeder INTEGER NOT NULL,
    solar INTEGER NOT NULL,
    partner INTEGER,
    gift INTEGER NOT NULL,
    salt BLOB NOT NULL,
    by_hand INTEGER NOT NULL,
    reason TEXT NOT NULL,
    filled INTEGER,
    amount INTEGER,
    PRIMARY KEY (slot, session, paddle, number)
  ) WITHOUT ROWID;
  CREATE INDEX orders_by_home ON orders (home, slot);
  CREATE TABLE days (
    day INTEGER NOT NULL,
    version INTEGER NOT NULL,
    final INTEGER NOT NULL,
    reason TEXT NOT NULL,
    root BLOB NOT NULL,
    made INTEGER NOT NULL,
    fallback INTEGER NOT NULL,
    bought INTEGER NOT NULL,
    sold INTEGER NOT NULL,
    short INTEGER NOT NULL,
    long INTEGER NOT NULL,
    supplier_member INTEGER NOT NULL,
    supplier INTEGER NOT NULL,
    fees INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    late INTEGER NOT NULL,
    booked_height INTEGER,
    booked_time INTEGER,
    PRIMARY KEY (day, version)
  ) WITHOUT ROWID;
  CREATE TABLE statements (
    day INTEGER NOT NULL,
    version INTEGER NOT NULL,
    place INTEGER NOT NULL,
    home INTEGER NOT NULL,
    member INTEGER NOT NULL,
    net INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (day, version, place)
  ) WITHOUT ROWID;
  CREATE INDEX statements_by_home ON statements (home, day, version);
  CREATE TABLE unsettled (day INTEGER PRIMARY KEY, reason TEXT NOT NULL, final INTEGER NOT NULL) WITHOUT ROWID;
  `,
  // The day's row on the chain when a version was its last: bills carry it.
  "ALTER TABLE days ADD COLUMN proof BLOB",
];

export interface KeptRule {
  readonly home: number;
  readonly rule: MarketRule;
  readonly since: UnixSeconds;
}

export interface HandOrder {
  readonly home: number;
  readonly slot: UnixSeconds;
  readonly session: Session;
  readonly side: "bid" | "ask";
  readonly energyWh: number;
  readonly limit: number;
}

export interface Letter {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

export type BookState = "drawn" | "sealed" | "cleared" | "void";

export interface KeptBook {
  readonly slot: UnixSeconds;
  readonly session: Session;
  readonly state: BookState;
  /** µEUR/kWh that was indicated when the gate closed. */
  readonly indicated: number | undefined;
}

/** An order with whose it is and what became of it. */
export interface KeptOrder extends BookOrder {
  readonly slot: UnixSeconds;
  readonly session: Session;
  readonly home: number;
  readonly byHand: boolean;
  readonly reason: OrderReason;
  /** `undefined` until it was cleared. Wh, µEUR. */
  readonly fill: Fill | undefined;
}

export interface Fill {
  readonly energyWh: number;
  /** That a bid pays, fees for the grid included, or an ask receives. */
  readonly amount: number;
}

/** What a home traded in a quarter hour, both sessions together. */
export interface Trade {
  readonly home: number;
  readonly slot: UnixSeconds;
  readonly boughtWh: number;
  readonly soldWh: number;
  readonly paid: number;
  readonly earned: number;
}

export interface KeptVersion {
  readonly day: DayNumber;
  readonly version: number;
  readonly final: boolean;
  readonly reason: string;
  readonly root: Uint8Array;
  readonly fallbackWh: number;
  readonly boughtWh: number;
  readonly soldWh: number;
  readonly shortWh: number;
  readonly longWh: number;
  /** The balancing supplier, and µEUR to it. */
  readonly supplierMember: number;
  readonly supplier: number;
  readonly fees: number;
  /** Homes whose net differs from the version before; readings that were missing and late. */
  readonly changed: number;
  readonly missing: number;
  readonly late: number;
  readonly booked: { readonly height: number; readonly time: UnixSeconds } | undefined;
}

export interface KeptStatement {
  readonly day: DayNumber;
  readonly version: number;
  /** Among the leaves under the version's root. */
  readonly place: number;
  readonly home: number;
  readonly member: number;
  readonly net: number;
  readonly bytes: Uint8Array;
}

type Row = Record<string, SQLInputValue>;

export class MarketStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, durability: Durability = "full") {
    this.#database = openDatabase(path, STEPS, durability);
  }

  close(): void {
    this.#database.close();
  }

  rule(home: number): KeptRule | undefined {
    const row = this.#get("SELECT * FROM rules WHERE home = ? AND rule IS NOT NULL", home);
    return row === undefined ? undefined : ruleOf(row);
  }

  /** How often a home has given a rule. */
  ruleChanges(home: number): number {
    return (this.#get("SELECT change FROM rules WHERE home = ?", home)?.change as number | undefined) ?? 0;
  }

  /** Ascending by home. */
  rules(): KeptRule[] {
    return this.#all("SELECT * FROM rules WHERE rule IS NOT NULL ORDER BY home").map(ruleOf);
  }

  /** `null`: none any more; the count of changes stays, so that an old letter counts no more. */
  putRule(
    home: number,
    rule: MarketRule | null,
    {
      change,
      since,
      publicKey,
      signature,
    }: Letter & { readonly change: number; readonly since: UnixSeconds },
  ): void {
    const text = rule === null ? null : JSON.stringify(rule);
    this.#run(
      "INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?, ?, ?)",
      home,
      text,
      change,
      since,
      publicKey,
      signature,
    );
  }

  handOrder(home: number, slot: UnixSeconds, session: Session): HandOrder | undefined {
    const sql = "SELECT * FROM hand_orders WHERE home = ? AND slot = ? AND session = ?";
    const row = this.#get(sql, home, slot, session);
    return row === undefined ? undefined : handOrderOf(row);
  }

  /** Of quarter hours from one on, ascending. */
  handOrders(from: UnixSeconds, home: number | undefined = undefined): HandOrder[] {
    return this.#all(
      "SELECT * FROM hand_orders WHERE slot >= ?1 AND (?2 IS NULL OR home = ?2) ORDER BY slot, session, home",
      from,
      home ?? null,
    ).map(handOrderOf);
  }

  putHandOrder(order: HandOrder, given: UnixSeconds, { publicKey, signature }: Letter): void {
    const { home, slot, session, side, energyWh, limit } = order;
    this.#run(
      "INSERT OR REPLACE INTO hand_orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      home,
      slot,
      session,
      side,
      energyWh,
      limit,
      given,
      publicKey,
      signature,
    );
  }

  dropHandOrder(home: number, slot: UnixSeconds, session: Session): boolean {
    const sql = "DELETE FROM hand_orders WHERE home = ? AND slot = ? AND session = ?";
    return Number(this.#statement(sql).run(home, slot, session).changes) > 0;
  }

  book(slot: UnixSeconds, session: Session): KeptBook | undefined {
    const row = this.#get("SELECT * FROM books WHERE slot = ? AND session = ?", slot, session);
    return row === undefined ? undefined : bookOf(row);
  }

  /** Drawn or sealed, and neither cleared nor void; oldest first. */
  booksUnderWay(): KeptBook[] {
    return this.#all("SELECT * FROM books WHERE state IN ('drawn', 'sealed') ORDER BY slot, session").map(
      bookOf,
    );
  }

  indications(from: UnixSeconds, to: UnixSeconds, session: Session): Map<UnixSeconds, number> {
    const rows = this.#all(
      "SELECT slot, indicated FROM books WHERE slot >= ? AND slot < ? AND session = ? AND indicated IS NOT NULL",
      from,
      to,
      session,
    );
    return new Map(rows.map(({ slot, indicated }) => [slot as number, indicated as number]));
  }

  /** A book and all its orders, at once. */
  draw(book: Omit<KeptBook, "state">, orders: readonly Omit<KeptOrder, "fill">[]): void {
    inTransaction(this.#database, () => {
      const { slot, session, indicated } = book;
      this.#run("INSERT INTO books VALUES (?, ?, 'drawn', ?)", slot, session, indicated ?? null);
      for (const order of orders) {
        const { wishes } = order;
        this.#run(
          "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
          slot,
          session,
          order.paddle,
          order.number,
          order.home,
          order.side,
          order.energyWh,
          order.limit,
          order.feeder,
          Number(wishes.solar),
          wishes.partner ?? null,
          Number(wishes.gift),
          order.salt,
          Number(order.byHand),
          JSON.stringify(order.reason),
        );
      }
    });
  }

  sealed(slot: UnixSeconds, session: Session): void {
    this.#run(
      "UPDATE books SET state = 'sealed' WHERE slot = ? AND session = ? AND state = 'drawn'",
      slot,
      session,
    );
  }

  gaveUp(slot: UnixSeconds, session: Session): void {
    this.#run(
      "UPDATE books SET state = 'void' WHERE slot = ? AND session = ? AND state <> 'cleared'",
      slot,
      session,
    );
  }

  /** With what each order came to, at once. */
  cleared(
    slot: UnixSeconds,
    session: Session,
    fills: readonly (Fill & { readonly paddle: number; readonly number: number })[],
  ): void {
    inTransaction(this.#database, () => {
      this.#run("UPDATE books SET state = 'cleared' WHERE slot = ? AND session = ?", slot, session);
      this.#run("UPDATE orders SET filled = 0, amount = 0 WHERE slot = ? AND session = ?", slot, session);
      for (const { paddle, number, energyWh, amount } of fills) {
        this.#run(
          "UPDATE orders SET filled = ?, amount = ? WHERE slot = ? AND session = ? AND paddle = ? AND number = ?",
          energyWh,
          amount,
          slot,
          session,
          paddle,
          number,
        );
      }
    });
  }

  /** By paddle and number. */
  orders(slot: UnixSeconds, session: Session): KeptOrder[] {
    return this.#all(
      "SELECT * FROM orders WHERE slot = ? AND session = ? ORDER BY paddle, number",
      slot,
      session,
    ).map(orderOf);
  }

  /** Of quarter hours in [from, to), newest first. */
  ordersOf(home: number, from: UnixSeconds, to: UnixSeconds): (KeptOrder & { readonly state: BookState })[] {
    return this.#all(
      `SELECT orders.*, books.state FROM orders JOIN books USING (slot, session)
       WHERE home = ? AND slot >= ? AND slot < ? ORDER BY slot DESC, session, number`,
      home,
      from,
      to,
    ).map((row) => ({ ...orderOf(row), state: row.state as BookState }));
  }

  /** What cleared orders of quarter hours in [from, to) came to, by quarter hour and home. */
  trades(from: UnixSeconds, to: UnixSeconds): Trade[] {
    return this.#all(
      `SELECT home, slot,
         SUM(CASE side WHEN 'bid' THEN filled ELSE 0 END) AS bought,
         SUM(CASE side WHEN 'ask' THEN filled ELSE 0 END) AS sold,
         SUM(CASE side WHEN 'bid' THEN amount ELSE 0 END) AS paid,
         SUM(CASE side WHEN 'ask' THEN amount ELSE 0 END) AS earned
       FROM orders WHERE slot >= ? AND slot < ? AND filled > 0 GROUP BY slot, home ORDER BY slot, home`,
      from,
      to,
    ).map((row) => ({
      home: row.home as number,
      slot: row.slot as number,
      boughtWh: row.bought as number,
      soldWh: row.sold as number,
      paid: row.paid as number,
      earned: row.earned as number,
    }));
  }

  /** Of bids in [from, to) that were cleared or wait for it: µEUR they cost or may cost. */
  committed(home: number, from: UnixSeconds, to: UnixSeconds): number {
    const row = this.#get(
      `SELECT COALESCE(SUM(COALESCE(amount, MAX(0, (energy * price_limit + 999) / 1000))), 0) AS sum
       FROM orders JOIN books USING (slot, session)
       WHERE home = ? AND slot >= ? AND slot < ? AND side = 'bid' AND state <> 'void'`,
      home,
      from,
      to,
    )!;
    return row.sum as number;
  }

  /** Oldest first. */
  versions(day: DayNumber): KeptVersion[] {
    return this.#all("SELECT * FROM days WHERE day = ? ORDER BY version", day).map(versionOf);
  }

  /** Made, and not yet known to be booked. */
  versionsUnderWay(): KeptVersion[] {
    return this.#all("SELECT * FROM days WHERE booked_height IS NULL ORDER BY day, version").map(versionOf);
  }

  /** Newest day first. */
  settledDays(limit: number): DayNumber[] {
    return this.#all("SELECT DISTINCT day FROM days ORDER BY day DESC LIMIT ?", limit).map(
      ({ day }) => day as number,
    );
  }

  /** A version with every statement, at once; the day waits for none any more. */
  putVersion(
    version: Omit<KeptVersion, "booked">,
    made: UnixSeconds,
    statements: readonly KeptStatement[],
  ): void {
    const v = version;
    inTransaction(this.#database, () => {
      this.#run(
        "INSERT INTO days VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
        v.day,
        v.version,
        Number(v.final),
        v.reason,
        v.root,
        made,
        v.fallbackWh,
        v.boughtWh,
        v.soldWh,
        v.shortWh,
        v.longWh,
        v.supplierMember,
        v.supplier,
        v.fees,
        v.changed,
        v.missing,
        v.late,
      );
      for (const { place, home, member, net, bytes } of statements) {
        this.#run(
          "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?)",
          v.day,
          v.version,
          place,
          home,
          member,
          net,
          bytes,
        );
      }
      this.#run("DELETE FROM unsettled WHERE day = ?", v.day);
    });
  }

  booked(day: DayNumber, version: number, at: { readonly height: number; readonly time: UnixSeconds }): void {
    const sql = "UPDATE days SET booked_height = ?, booked_time = ? WHERE day = ? AND version = ?";
    this.#run(sql, at.height, at.time, day, version);
  }

  keepProof(day: DayNumber, version: number, proof: Uint8Array): void {
    this.#run("UPDATE days SET proof = ? WHERE day = ? AND version = ?", proof, day, version);
  }

  /** Of the day's row, in the encoding of `rowProofCodec`. */
  proofOf(day: DayNumber, version: number): Uint8Array | undefined {
    const row = this.#get("SELECT proof FROM days WHERE day = ? AND version = ?", day, version);
    return (row?.proof as Uint8Array | null | undefined) ?? undefined;
  }

  /** A version that the chain will not have: as if it had never been made. */
  dropVersion(day: DayNumber, version: number): void {
    inTransaction(this.#database, () => {
      const of = "WHERE day = ? AND version = ?";
      this.#run(`DELETE FROM statements ${of}`, day, version);
      this.#run(`DELETE FROM days ${of} AND booked_height IS NULL`, day, version);
    });
  }

  /** By place. */
  statements(day: DayNumber, version: number): KeptStatement[] {
    return this.#all(
      "SELECT * FROM statements WHERE day = ? AND version = ? ORDER BY place",
      day,
      version,
    ).map(statementOf);
  }

  /** A home's statements of the last days, newest first; all versions of each day. */
  statementsOf(home: number, fromDay: DayNumber, toDay: DayNumber): KeptStatement[] {
    return this.#all(
      "SELECT * FROM statements WHERE home = ? AND day BETWEEN ? AND ? ORDER BY day DESC, version DESC",
      home,
      fromDay,
      toDay,
    ).map(statementOf);
  }

  /** Days that wait to be settled once more, and why. */
  unsettled(): { readonly day: DayNumber; readonly reason: string; readonly final: boolean }[] {
    return this.#all("SELECT * FROM unsettled ORDER BY day").map((row) => ({
      day: row.day as number,
      reason: row.reason as string,
      final: row.final === 1,
    }));
  }

  /** What is wanted final stays so; the first reason stands. */
  unsettle(day: DayNumber, reason: string, final: boolean): void {
    this.#run(
      "INSERT INTO unsettled VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET final = MAX(final, excluded.final)",
      day,
      reason,
      Number(final),
    );
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values);
  }

  #get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }
}

function ruleOf(row: Row): KeptRule {
  return {
    home: row.home as number,
    rule: JSON.parse(row.rule as string) as MarketRule,
    since: row.since as number,
  };
}

function handOrderOf(row: Row): HandOrder {
  return {
    home: row.home as number,
    slot: row.slot as number,
    session: row.session as number,
    side: row.side as "bid" | "ask",
    energyWh: row.energy as number,
    limit: row.price_limit as number,
  };
}

function bookOf(row: Row): KeptBook {
  return {
    slot: row.slot as number,
    session: row.session as number,
    state: row.state as BookState,
    indicated: (row.indicated as number | null) ?? undefined,
  };
}

function orderOf(row: Row): KeptOrder {
  return {
    slot: row.slot as number,
    session: row.session as number,
    paddle: row.paddle as number,
    number: row.number as number,
    home: row.home as number,
    side: row.side as "bid" | "ask",
    energyWh: row.energy as number,
    limit: row.price_limit as number,
    feeder: row.feeder as number,
    wishes: {
      solar: row.solar === 1,
      partner: (row.partner as number | null) ?? undefined,
      gift: row.gift === 1,
    },
    salt: row.salt as Uint8Array,
    byHand: row.by_hand === 1,
    reason: JSON.parse(row.reason as string) as OrderReason,
    fill: row.filled === null ? undefined : { energyWh: row.filled as number, amount: row.amount as number },
  };
}

function versionOf(row: Row): KeptVersion {
  return {
    day: row.day as number,
    version: row.version as number,
    final: row.final === 1,
    reason: row.reason as string,
    root: row.root as Uint8Array,
    fallbackWh: row.fallback as number,
    boughtWh: row.bought as number,
    soldWh: row.sold as number,
    shortWh: row.short as number,
    longWh: row.long as number,
    supplierMember: row.supplier_member as number,
    supplier: row.supplier as number,
    fees: row.fees as number,
    changed: row.changed as number,
    missing: row.missing as number,
    late: row.late as number,
    booked:
      row.booked_height === null
        ? undefined
        : { height: row.booked_height as number, time: row.booked_time as number },
  };
}

function statementOf(row: Row): KeptStatement {
  return {
    day: row.day as number,
    version: row.version as number,
    place: row.place as number,
    home: row.home as number,
    member: row.member as number,
    net: row.net as number,
    bytes: row.bytes as Uint8Array,
  };
}
