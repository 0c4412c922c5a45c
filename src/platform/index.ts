/**
 * The index of the chain: what one wants to find in it by other names than its height. Everything here can be
 * made again from the blocks; the file is thrown away where it does not belong to this chain.
 *
 * A block's rows and the height up to which the index stands are written in one transaction, so it is always
 * the index of some height, and goes on from there after whatever interrupted it.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { equalBytes } from "#base/bytes.ts";
import { decode } from "#base/codec.ts";
import type { DayNumber, UnixSeconds } from "#base/time.ts";
import { QUARTER_HOUR_S } from "#base/time.ts";
import { MicroEurPerKwh, Wh } from "#base/units.ts";
import type { ChainEvent } from "#chain/events.ts";
import type { ChainHost, CommittedBlock } from "#chain/host.ts";
import { authoriseEnergySale } from "#chain/transactions.ts";
import { isEnvelopeRefusal } from "#ledger/machine.ts";
import { decodeTransaction } from "#ledger/transaction.ts";
import type { MechanismName } from "#market/auction/mechanism.ts";
import { quoteSale, type SaleState } from "#market/sale.ts";
import { inTransaction, openDatabase } from "./database.ts";
import { type IndexedSupplyStep, SUPPLY_STEPS_TABLE, type SupplyStep, supplyStepOf } from "./supply-steps.ts";

const STEPS = [
  `
  CREATE TABLE tip (one INTEGER PRIMARY KEY CHECK (one = 1), chain TEXT NOT NULL, height INTEGER NOT NULL, hash BLOB NOT NULL);
  CREATE TABLE blocks (
    height INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    hash BLOB NOT NULL,
    transactions INTEGER NOT NULL,
    refused INTEGER NOT NULL
  );
  CREATE TABLE transactions (
    id BLOB PRIMARY KEY,
    height INTEGER NOT NULL,
    position INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE plants (
    plant INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL,
    height INTEGER NOT NULL,
    time INTEGER NOT NULL
  );
  CREATE TABLE rates (
    supplier INTEGER NOT NULL,
    day INTEGER NOT NULL,
    rate INTEGER NOT NULL,
    height INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (supplier, day)
  ) WITHOUT ROWID;
  CREATE TABLE sales (
    id BLOB PRIMARY KEY,
    plant INTEGER NOT NULL,
    seller INTEGER NOT NULL,
    supplier INTEGER NOT NULL,
    day INTEGER NOT NULL,
    rate INTEGER NOT NULL,
    fee_rate INTEGER NOT NULL,
    energy INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    state TEXT NOT NULL,
    height INTEGER NOT NULL,
    time INTEGER NOT NULL,
    transaction_id BLOB NOT NULL,
    last_interval INTEGER NOT NULL,
    closed_height INTEGER,
    closed_time INTEGER,
    gross INTEGER,
    fee INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX sales_by_plant ON sales (plant, time);
  CREATE INDEX sales_by_supplier ON sales (supplier, time);
  CREATE INDEX sales_open ON sales (state) WHERE closed_height IS NULL;
  CREATE TABLE deliveries (
    plant INTEGER NOT NULL,
    interval_start INTEGER NOT NULL,
    sale BLOB NOT NULL,
    energy INTEGER NOT NULL,
    net INTEGER NOT NULL,
    PRIMARY KEY (plant, interval_start, sale)
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_by_sale ON deliveries (sale);
  `,
  `
  CREATE TABLE payouts (
    id BLOB PRIMARY KEY,
    member INTEGER NOT NULL,
    height INTEGER NOT NULL,
    settled INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX payouts_by_member ON payouts (member, height);
  CREATE INDEX payouts_unsettled ON payouts (height) WHERE settled = 0;
  `,
  SUPPLY_STEPS_TABLE,
  `
  CREATE TABLE clearings (
    slot INTEGER NOT NULL,
    session INTEGER NOT NULL,
    count INTEGER NOT NULL,
    root BLOB NOT NULL,
    sealed_height INTEGER NOT NULL,
    sealed_time INTEGER NOT NULL,
    height INTEGER,
    time INTEGER,
    transaction_id BLOB,
    mechanism TEXT,
    orders INTEGER,
    price INTEGER,
    traded INTEGER,
    PRIMARY KEY (slot, session)
  ) WITHOUT ROWID;
  CREATE TABLE settlements (
    day INTEGER NOT NULL,
    version INTEGER NOT NULL,
    height INTEGER NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (day, version)
  ) WITHOUT ROWID;
  `,
];

export interface IndexedSale {
  readonly id: Uint8Array;
  readonly plant: number;
  readonly seller: number;
  readonly supplier: number;
  readonly day: DayNumber;
  /** µEUR/kWh. */
  readonly rate: number;
  readonly feeRate: number;
  /** Wh. */
  readonly energy: number;
  readonly delivered: number;
  readonly state: SaleState;
  readonly height: number;
  readonly time: UnixSeconds;
  readonly transaction: Uint8Array;
  readonly lastInterval: UnixSeconds;
  /** `null` while it is open. */
  readonly closed: {
    readonly height: number;
    readonly time: UnixSeconds;
    readonly gross: number;
    readonly fee: number;
  } | null;
}

export interface IndexedBlock {
  readonly height: number;
  readonly time: UnixSeconds;
  readonly hash: Uint8Array;
  readonly transactions: number;
  readonly refused: number;
}

export interface IndexedRate {
  readonly day: DayNumber;
  readonly rate: number;
  readonly height: number;
  readonly time: UnixSeconds;
}

/** Energy given to sales in a quarter hour, and what it earns the seller. */
export interface Delivery {
  readonly intervalStart: UnixSeconds;
  readonly sale: Uint8Array;
  readonly energyWh: number;
  readonly netMicroEur: number;
}

/** A book of the neighbours' market, as everybody may know it. */
export interface IndexedBook {
  readonly slot: UnixSeconds;
  readonly session: number;
  readonly count: number;
  readonly root: Uint8Array;
  readonly sealed: { readonly height: number; readonly time: UnixSeconds };
  /** `undefined` until it is cleared. */
  readonly cleared:
    | {
        readonly height: number;
        readonly time: UnixSeconds;
        readonly transaction: Uint8Array;
        readonly mechanism: MechanismName;
        readonly orders: number;
        /** µEUR/kWh; `undefined` where nothing traded. */
        readonly price: number | undefined;
        readonly tradedWh: number;
      }
    | undefined;
}

/** What an index needs of the chain. */
export type IndexedChain = Pick<ChainHost, "chain" | "origin" | "block" | "replay" | "view">;

type Row = Record<string, unknown>;

interface Tip {
  readonly chain: string;
  readonly height: number;
  readonly hash: Uint8Array;
}

function isOf(tip: Tip, host: IndexedChain): boolean {
  const { origin } = host;
  if (tip.chain === origin?.chain) return tip.height === origin.height && equalBytes(tip.hash, origin.hash);
  if (tip.chain !== host.chain || tip.height === 0) return false;
  const same = host.block(tip.height);
  return same !== undefined && equalBytes(same.hash, tip.hash);
}

export class ChainIndex {
  readonly #database: DatabaseSync;
  readonly #host: IndexedChain;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * Opens the file and brings it to the tip of the chain. An index of another chain, or of blocks that this one
   * does not have, begins anew; that of the chain from whose end this one goes on goes on, too.
   */
  constructor(path: string, host: IndexedChain) {
    this.#host = host;
    this.#database = openDatabase(path, STEPS, "normal");
    const tip = this.#tip();
    if (tip !== undefined && !isOf(tip, host)) this.#clear();
    if (this.height < host.view().height) this.#catchUp();
  }

  /** Up to which block the index stands; 0 before the first. */
  get height(): number {
    return this.#tip()?.height ?? 0;
  }

  /**
   * Takes the next block in. One that is in the index already is passed over; where some before it are
   * missing (a write that failed), they are made up for.
   */
  add(block: CommittedBlock): void {
    const { height } = block;
    if (height <= this.height) return;
    if (height === this.height + 1) this.#take(block);
    else this.#catchUp();
  }

  #catchUp(): void {
    for (const block of this.#host.replay(this.height + 1)) this.#take(block);
  }

  #take(block: CommittedBlock): void {
    const { height, time } = block;
    inTransaction(this.#database, () => {
      let refused = 0;
      for (const event of block.events) this.#apply(event, [event], block, undefined);
      for (const [position, { id, bytes, status, events }] of block.transactions.entries()) {
        if (status !== "ok") refused += 1;
        // What counts for nothing may stand in a block again and again, and must not hide where it did count.
        const known = isEnvelopeRefusal(status) ? "IGNORE" : "REPLACE";
        this.#run(`INSERT OR ${known} INTO transactions VALUES (?, ?, ?)`, id, height, position);
        for (const event of events) this.#apply(event, events, block, { id, bytes });
      }
      this.#run(
        "INSERT INTO blocks VALUES (?, ?, ?, ?, ?)",
        height,
        time,
        block.hash,
        block.transactions.length,
        refused,
      );
      this.#run("INSERT OR REPLACE INTO tip VALUES (1, ?, ?, ?)", this.#host.chain, height, block.hash);
    });
  }

  /** Newest first, below `before`. */
  blocks(before: number, limit: number): IndexedBlock[] {
    return this.#all("SELECT * FROM blocks WHERE height < ? ORDER BY height DESC LIMIT ?", before, limit).map(
      blockOf,
    );
  }

  blockAt(height: number): IndexedBlock | undefined {
    const row = this.#get("SELECT * FROM blocks WHERE height = ?", height);
    return row === undefined ? undefined : blockOf(row);
  }

  /** In which block a transaction stands, and at which place. */
  placeOf(id: Uint8Array): { readonly height: number; readonly index: number } | undefined {
    const row = this.#get("SELECT height, position FROM transactions WHERE id = ?", id);
    return row === undefined ? undefined : { height: row.height as number, index: row.position as number };
  }

  transactionCount(): number {
    return this.#get("SELECT COALESCE(SUM(transactions), 0) AS n FROM blocks")!.n as number;
  }

  plant(plant: number): { readonly height: number; readonly time: UnixSeconds } | undefined {
    const row = this.#get("SELECT height, time FROM plants WHERE plant = ?", plant);
    return row as unknown as { height: number; time: UnixSeconds } | undefined;
  }

  sale(id: Uint8Array): IndexedSale | undefined {
    const row = this.#get("SELECT * FROM sales WHERE id = ?", id);
    return row === undefined ? undefined : saleOf(row);
  }

  /** A plant's sales that are authorised or delivered in [from, to), newest first. */
  salesOfPlant(plant: number, from: UnixSeconds, to: UnixSeconds): IndexedSale[] {
    return this.#all(
      `SELECT * FROM sales WHERE plant = ?1 AND ((time >= ?2 AND time < ?3) OR id IN (
         SELECT sale FROM deliveries WHERE plant = ?1 AND interval_start >= ?2 AND interval_start < ?3))
       ORDER BY time DESC, id`,
      plant,
      from,
      to,
    ).map(saleOf);
  }

  openSalesOfPlant(plant: number): IndexedSale[] {
    return this.#all(
      "SELECT * FROM sales WHERE plant = ? AND closed_height IS NULL ORDER BY time DESC, id",
      plant,
    ).map(saleOf);
  }

  openSales(): number {
    return this.#get("SELECT COUNT(*) AS n FROM sales WHERE closed_height IS NULL")!.n as number;
  }

  /** Newest first. */
  salesOfSupplier(supplier: number, limit: number): IndexedSale[] {
    return this.#all(
      "SELECT * FROM sales WHERE supplier = ? ORDER BY time DESC, id LIMIT ?",
      supplier,
      limit,
    ).map(saleOf);
  }

  /** Ids of a member's payouts, newest first. */
  payoutsOf(member: number, limit: number): Uint8Array[] {
    return this.#all(
      "SELECT id FROM payouts WHERE member = ? ORDER BY height DESC, id LIMIT ?",
      member,
      limit,
    ).map(({ id }) => id as Uint8Array);
  }

  /** Ids of payouts that nobody has settled, oldest first; among them those that have expired. */
  unsettledPayouts(): Uint8Array[] {
    return this.#all("SELECT id FROM payouts WHERE settled = 0 ORDER BY height, id").map(
      ({ id }) => id as Uint8Array,
    );
  }

  /** The same of one member. */
  unsettledPayoutsOf(member: number): Uint8Array[] {
    return this.#all(
      "SELECT id FROM payouts WHERE member = ? AND settled = 0 ORDER BY height, id",
      member,
    ).map(({ id }) => id as Uint8Array);
  }

  /** What happened to a supply contract, oldest first. */
  supplySteps(contract: Uint8Array): IndexedSupplyStep[] {
    return this.#all(
      "SELECT * FROM supply_steps WHERE contract = ? ORDER BY position",
      contract,
    ) as unknown as IndexedSupplyStep[];
  }

  /** What a supplier bought and paid: delivered energy of all its sales, and money that was posted. */
  boughtBy(supplier: number): { readonly deliveredWh: number; readonly paidMicroEur: number } {
    const row = this.#get(
      "SELECT COALESCE(SUM(delivered), 0) AS delivered, COALESCE(SUM(gross), 0) AS paid FROM sales WHERE supplier = ?",
      supplier,
    )!;
    return { deliveredWh: row.delivered as number, paidMicroEur: row.paid as number };
  }

  /** A plant's deliveries in quarter hours that begin in [from, to), ascending. */
  deliveries(plant: number, from: UnixSeconds, to: UnixSeconds): Delivery[] {
    return this.#all(
      `SELECT * FROM deliveries WHERE plant = ? AND interval_start >= ? AND interval_start < ?
       ORDER BY interval_start, sale`,
      plant,
      from,
      to,
    ).map((row) => ({
      intervalStart: row.interval_start as number,
      sale: row.sale as Uint8Array,
      energyWh: row.energy as number,
      netMicroEur: row.net as number,
    }));
  }

  /** What all plants delivered in quarter hours that begin in [from, to), Wh. */
  deliveredByAll(from: UnixSeconds, to: UnixSeconds): number {
    const sql = `SELECT COALESCE(SUM(energy), 0) AS n FROM deliveries WHERE plant = ? AND interval_start >= ? AND interval_start < ?`;
    let sum = 0;
    for (const { plant } of this.#all("SELECT plant FROM plants") as { plant: number }[]) {
      sum += this.#get(sql, plant, from, to)!.n as number;
    }
    return sum;
  }

  /** A supplier's rates from a day on, newest day first. */
  rates(supplier: number, fromDay: DayNumber): IndexedRate[] {
    return this.#all(
      "SELECT day, rate, height, time FROM rates WHERE supplier = ? AND day >= ? ORDER BY day DESC",
      supplier,
      fromDay,
    ) as unknown as IndexedRate[];
  }

  book(slot: UnixSeconds, session: number): IndexedBook | undefined {
    const row = this.#get("SELECT * FROM clearings WHERE slot = ? AND session = ?", slot, session);
    return row === undefined ? undefined : bookOf(row);
  }

  /** Of quarter hours in [from, to), ascending. */
  books(from: UnixSeconds, to: UnixSeconds, session: number, limit: number): IndexedBook[] {
    return this.#all(
      "SELECT * FROM clearings WHERE slot >= ? AND slot < ? AND session = ? ORDER BY slot LIMIT ?",
      from,
      to,
      session,
      limit,
    ).map(bookOf);
  }

  /** Books that were cleared of quarter hours in [from, to), and what they traded, Wh. */
  clearedIn(from: UnixSeconds, to: UnixSeconds): { readonly clearings: number; readonly tradedWh: number } {
    const row = this.#get(
      "SELECT COUNT(height) AS n, COALESCE(SUM(traded), 0) AS traded FROM clearings WHERE slot >= ? AND slot < ?",
      from,
      to,
    )!;
    return { clearings: row.n as number, tradedWh: row.traded as number };
  }

  /** When the chain booked a version of a market day's settlement. */
  settlement(
    day: DayNumber,
    version: number,
  ): { readonly height: number; readonly time: UnixSeconds } | undefined {
    return this.#get(
      "SELECT height, time FROM settlements WHERE day = ? AND version = ?",
      day,
      version,
    ) as unknown as { height: number; time: UnixSeconds } | undefined;
  }

  /** Everything in the index, for comparing two. */
  *dump(): Generator<Row> {
    for (const table of [
      "blocks",
      "transactions",
      "plants",
      "rates",
      "sales",
      "deliveries",
      "payouts",
      "supply_steps",
      "clearings",
      "settlements",
    ]) {
      for (const row of this.#all(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)) yield { table, ...row };
    }
  }

  close(): void {
    this.#database.close();
  }

  #apply(
    event: ChainEvent,
    siblings: readonly ChainEvent[],
    block: CommittedBlock,
    transaction: { readonly id: Uint8Array; readonly bytes: Uint8Array } | undefined,
  ): void {
    const { height, time } = block;
    const step = supplyStepOf(event);
    if (step !== undefined) this.#addSupplyStep(step, block);
    switch (event.type) {
      case "plant_registered":
        this.#run(
          "INSERT OR REPLACE INTO plants VALUES (?, ?, ?, ?)",
          event.plant,
          event.owner,
          height,
          time,
        );
        return;
      case "rate_published":
        this.#run(
          "INSERT OR REPLACE INTO rates VALUES (?, ?, ?, ?, ?)",
          event.supplier,
          event.day,
          Number(event.rate),
          height,
          time,
        );
        return;
      case "sale_authorised":
        this.#run(
          `INSERT OR REPLACE INTO sales VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 'open', ?, ?, ?, ?, NULL, NULL, NULL, NULL)`,
          event.sale,
          event.plant,
          event.seller,
          event.supplier,
          event.day,
          Number(event.rate),
          feeRateOf(transaction!.bytes),
          Number(event.energy),
          height,
          time,
          transaction!.id,
          event.lastInterval,
        );
        return;
      case "payout_requested":
        this.#run("INSERT OR REPLACE INTO payouts VALUES (?, ?, ?, 0)", event.payout, event.member, height);
        return;
      case "payout_settled":
        this.#run("UPDATE payouts SET settled = 1 WHERE id = ?", event.payout);
        return;
      case "book_sealed":
        this.#run(
          `INSERT OR REPLACE INTO clearings (slot, session, count, root, sealed_height, sealed_time)
           VALUES (?, ?, ?, ?, ?, ?)`,
          event.slot,
          event.session,
          event.count,
          event.root,
          height,
          time,
        );
        return;
      case "book_cleared":
        this.#run(
          `UPDATE clearings SET height = ?, time = ?, transaction_id = ?, mechanism = ?, orders = ?, price = ?, traded = ?
           WHERE slot = ? AND session = ?`,
          height,
          time,
          transaction!.id,
          event.mechanism,
          event.orders,
          event.price ?? null,
          event.tradedWh,
          event.slot,
          event.session,
        );
        return;
      case "day_settled":
        this.#run(
          "INSERT OR REPLACE INTO settlements VALUES (?, ?, ?, ?)",
          event.day,
          event.version,
          height,
          time,
        );
        return;
      case "sale_progressed":
        this.#progress(event, siblings);
        return;
      case "sale_withdrawn":
        this.#run("UPDATE sales SET state = 'withdrawing' WHERE id = ?", event.sale);
        return;
      case "sale_closed":
        this.#run(
          `UPDATE sales SET state = ?, delivered = ?, closed_height = ?, closed_time = ?, gross = ?, fee = ?
           WHERE id = ?`,
          event.state,
          Number(event.delivered),
          height,
          time,
          Number(event.gross),
          Number(event.fee),
          event.sale,
        );
        return;
    }
  }

  /**
   * Books a delivery to the quarter hour that proved it, with the part of the net price that it earns: the
   * price of everything delivered so far less that of everything before. The parts of a sale add up to what
   * is paid when it closes.
   */
  #progress(event: ChainEvent & { type: "sale_progressed" }, siblings: readonly ChainEvent[]): void {
    const submitted = siblings.find((other) => other.type === "interval_submitted");
    const sale = this.sale(event.sale);
    if (submitted === undefined || sale === undefined) return;
    const net = (energy: number) =>
      Number(
        quoteSale(
          {
            rate: MicroEurPerKwh(BigInt(sale.rate)),
            fee: MicroEurPerKwh(BigInt(sale.feeRate)),
            storeMarginPerMille: 0,
          },
          Wh(BigInt(energy)),
        ).net,
      );
    const delivered = Number(event.delivered);
    this.#run(
      "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?)",
      event.plant,
      submitted.intervalStart,
      event.sale,
      delivered - sale.delivered,
      net(delivered) - net(sale.delivered),
    );
    this.#run("UPDATE sales SET delivered = ? WHERE id = ?", delivered, event.sale);
  }

  #addSupplyStep(step: SupplyStep, { height, time }: CommittedBlock): void {
    const { contract, basis, invoice, amount } = step;
    this.#run(
      `INSERT INTO supply_steps VALUES (?1, (SELECT COUNT(*) FROM supply_steps WHERE contract = ?1), ?2, ?3, ?4, ?5, ?6, ?7)`,
      contract,
      step.step,
      basis,
      invoice,
      amount,
      height,
      time,
    );
  }

  #tip(): Tip | undefined {
    return this.#get("SELECT chain, height, hash FROM tip") as Tip | undefined;
  }

  #clear(): void {
    inTransaction(this.#database, () => {
      for (const table of [
        "tip",
        "blocks",
        "transactions",
        "plants",
        "rates",
        "sales",
        "deliveries",
        "payouts",
        "supply_steps",
        "clearings",
        "settlements",
      ]) {
        this.#database.exec(`DELETE FROM ${table}`);
      }
    });
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }

  #run(sql: string, ...values: (number | string | Uint8Array | null)[]): void {
    this.#statement(sql).run(...values);
  }

  #get(sql: string, ...values: (number | string | Uint8Array)[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  #all(sql: string, ...values: (number | string | Uint8Array)[]): Row[] {
    return this.#statement(sql).all(...values);
  }
}

/** When the last quarter hour in which a sale may be delivered is over. */
export function deadlineOf(sale: Pick<IndexedSale, "lastInterval">): UnixSeconds {
  return sale.lastInterval + QUARTER_HOUR_S;
}

function blockOf(row: Row): IndexedBlock {
  return row as unknown as IndexedBlock;
}

function saleOf(row: Row): IndexedSale {
  const closed =
    row.closed_height === null
      ? null
      : {
          height: row.closed_height as number,
          time: row.closed_time as number,
          gross: row.gross as number,
          fee: row.fee as number,
        };
  return {
    id: row.id as Uint8Array,
    plant: row.plant as number,
    seller: row.seller as number,
    supplier: row.supplier as number,
    day: row.day as number,
    rate: row.rate as number,
    feeRate: row.fee_rate as number,
    energy: row.energy as number,
    delivered: row.delivered as number,
    state: row.state as SaleState,
    height: row.height as number,
    time: row.time as number,
    transaction: row.transaction_id as Uint8Array,
    lastInterval: row.last_interval as number,
    closed,
  };
}

/** The fee stands in what the seller signed, not in the event. */
function feeRateOf(bytes: Uint8Array): number {
  const transaction = decodeTransaction(bytes);
  if (!transaction.ok) throw transaction.error;
  const request = decode(authoriseEnergySale.codec, transaction.value.body);
  if (!request.ok) throw request.error;
  return Number(request.value.fee);
}

function bookOf(row: Row): IndexedBook {
  return {
    slot: row.slot as number,
    session: row.session as number,
    count: row.count as number,
    root: row.root as Uint8Array,
    sealed: { height: row.sealed_height as number, time: row.sealed_time as number },
    cleared:
      row.height === null
        ? undefined
        : {
            height: row.height as number,
            time: row.time as number,
            transaction: row.transaction_id as Uint8Array,
            mechanism: row.mechanism as MechanismName,
            orders: row.orders as number,
            price: (row.price as number | null) ?? undefined,
            tradedWh: row.traded as number,
          },
  };
}
