/**
 * The bills that the platform makes in the operator's name: for suppliers each home's invoice of a period by the tariff,
 * and the statement of what it sold; for the community each home's statement of the neighbours' market. Kept for ever, as they were sealed; a number is given in the same commit
 * that keeps its document, so that a crash loses none and gives none twice. What is wrong is taken back by a credit
 * note, whole; then a new bill may be made for the same period.
 */
import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { toHex } from "#base/bytes.ts";
import { civilDate, type DayNumber, dayOf, formatDay, type Zone } from "#base/time.ts";
import {
  type BillHead,
  type BillKind,
  type Evidence,
  type MeterKey,
  numberText,
  type Period,
  parseNumber,
} from "#billing/document.ts";
import { isBilled, makeBill } from "#billing/make.ts";
import type { ChainHost } from "#chain/host.ts";
import type { Signer } from "#crypto/keys.ts";
import { tariffFrom } from "#tariff/tariff.ts";
import { type BillJson, billFrom, billJson, type Published } from "#wire/bill.ts";
import { documentHash, type Seal, sealed, sectionsOf } from "#wire/bill-seal.ts";
import type { Archive } from "./archive.ts";
import type { BillNumbers } from "./bill-numbers.ts";
import { BILL_COLUMNS, keepBill } from "./bill-record.ts";
import { BillSource, NOTHING } from "./bill-source.ts";
import { inTransaction } from "./database.ts";
import type { ChainIndex } from "./index.ts";
import type { MarketBills, StatementProofs } from "./market-bills.ts";
import { Refused } from "./problems.ts";
import type { Pseudonyms } from "./pseudonyms.ts";

export const BILLS_STEP = `
  CREATE TABLE bills (
    issuer INTEGER NOT NULL,
    year INTEGER NOT NULL,
    count INTEGER NOT NULL,
    kind TEXT NOT NULL,
    account INTEGER NOT NULL,
    home INTEGER NOT NULL,
    first INTEGER NOT NULL,
    until INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    payable INTEGER NOT NULL,
    hash BLOB NOT NULL,
    taken_back TEXT,
    takes_back TEXT,
    document TEXT NOT NULL,
    PRIMARY KEY (issuer, year, count)
  ) WITHOUT ROWID;
  CREATE INDEX bills_by_account ON bills (account, issued);
  CREATE UNIQUE INDEX bills_once ON bills (issuer, kind, home, first, until) WHERE taken_back IS NULL AND kind <> 'credit_note';
`;

export interface KeptBill {
  readonly number: string;
  readonly kind: BillKind;
  readonly issuer: number;
  /** Whose it is, and of which home. */
  readonly account: number;
  readonly home: number;
  readonly from: DayNumber;
  readonly until: DayNumber;
  readonly issued: DayNumber;
  readonly payableCent: number;
  readonly documentHash: string;
  /** Number of the credit note that takes it back, and of the bill that this one takes back. */
  readonly takenBack: string | null;
  readonly takesBack: string | null;
}

interface Options {
  readonly database: DatabaseSync;
  readonly host: ChainHost;
  readonly archive: Archive;
  readonly index: ChainIndex;
  readonly numbers: Pseudonyms;
  readonly operator: { readonly member: number; readonly signer: Signer } | undefined;
  readonly zone: Zone;
  /** A tariff file's content; without one no energy is billed by a tariff. */
  readonly tariff: unknown;
  /** `undefined` where no neighbours' market is held here. */
  readonly market: MarketBills | undefined;
  readonly billNumbers: BillNumbers;
  /** Whether a direct debit of a bill is at the bank. */
  readonly isUnderWay?: (number: string) => boolean;
  /** Keeps among the bills what the chain has issued of contracts' documents. */
  readonly adoptIssued: () => void;
}

const CONTRACTED_W = 3_000n;
/** Sales that are looked through for one home and supplier. */
const SALES_MAX = 10_000;

export class Bills {
  readonly #options: Options;
  readonly #source: BillSource;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
    this.#source = new BillSource(options);
  }

  /** Those of an account, newest first. */
  of(account: number): KeptBill[] {
    return this.#list("WHERE account = ? ORDER BY issued DESC, year DESC, count DESC", account);
  }

  /** Those of an issuer, newest first. */
  ofIssuer(issuer: number): KeptBill[] {
    return this.#list("WHERE issuer = ? ORDER BY year DESC, count DESC", issuer);
  }

  find(number: string): KeptBill | undefined {
    const of = parseNumber(number);
    if (of === undefined) return undefined;
    return this.#list("WHERE issuer = ? AND year = ? AND count = ?", of.issuer, of.year, of.count)[0];
  }

  /** The sealed document as it was kept. */
  document(number: string): string {
    const of = parseNumber(number)!;
    const row = this.#options.database
      .prepare("SELECT document FROM bills WHERE issuer = ? AND year = ? AND count = ?")
      .get(of.issuer, of.year, of.count);
    return row!.document as string;
  }

  /**
   * Makes what is not made yet of an issuer's bills for whole days that have ended: supply for whoever is the
   * community's first supplier, statements of sales; the operator's are the statements of the neighbours' market.
   * Refused, in this order: not_offered (nobody signs here), span_invalid, day_not_over, day_not_settled (a day of the
   * market), network_silent.
   */
  make(issuer: number, period: Period): Promise<KeptBill[]> {
    // One after the other: whether a bill is made already is asked before its evidence is there.
    const made = this.#last.then(() => this.#make(issuer, period));
    this.#last = made.catch(() => undefined);
    return made;
  }

  async #make(issuer: number, period: Period): Promise<KeptBill[]> {
    const { host, zone, numbers } = this.#options;
    if (this.#options.operator === undefined) throw new Refused("not_offered");
    if (period.until <= period.from || period.until - period.from > DAYS_MAX)
      throw new Refused("span_invalid");
    if (period.until > dayOf(zone, host.now())) throw new Refused("day_not_over");
    this.#options.adoptIssued();
    const kinds = this.#kindsOf(issuer);
    if (kinds.includes("market") && !this.#options.market!.isSettled(period))
      throw new Refused("day_not_settled", "The market's days are billed once they are settled: try later.");
    const made: KeptBill[] = [];
    const proofs: StatementProofs = new Map();
    const standing = host
      .view()
      .plants()
      .filter(({ row }) => row.closed === 0);
    for (const { key: plant, row } of standing) {
      // A month of a home takes a while; readings and people wait no longer than for one.
      await setImmediate();
      const home = numbers.homeOf(plant);
      const recipient = { member: row.owner, home };
      const meters = this.#source.metersOf(home);
      for (const kind of kinds) {
        if (this.#isMade(issuer, kind, home, period)) continue;
        const evidence = await this.#evidenceOf(kind, issuer, home, period, meters, proofs);
        if (evidence === undefined) continue;
        const published = kind === "supply" ? { tariff: this.#options.tariff } : {};
        const { marketDays } = evidence;
        const along = (number: string) => {
          if (marketDays !== undefined) this.#options.market!.keep(number, home, marketDays);
        };
        made.push(this.#issue({ kind, issuer, recipient, period }, evidence, published, along));
      }
    }
    return made;
  }

  #kindsOf(issuer: number): readonly BillKind[] {
    const { operator, market, tariff, host } = this.#options;
    if (issuer === operator?.member) return market === undefined ? [] : ["market"];
    const supplies = host.view().suppliers()[0]?.key === issuer && tariff !== undefined;
    return supplies ? ["supply", "sales"] : ["sales"];
  }

  /**
   * A home's bill of the community's incentive, of a month or the true-up of a year, in the stead of one of the same
   * period, which is taken back with the reason; without evidence that alone. `along`: in the commit that keeps it, with its number. Refused: network_silent.
   */
  incentive(
    of: Pick<BillHead, "recipient" | "period"> & {
      readonly kind: "incentive" | "true_up";
      readonly issuer: number;
      readonly reason: string;
    },
    made: { readonly published: Published; readonly evidence: Partial<Evidence> | undefined },
    along: (number: string) => void,
  ): Promise<void> {
    const done = this.#last.then(async () => {
      await setImmediate();
      const { kind, issuer, recipient, period, reason } = of;
      const [before] = this.#standing(issuer, kind, recipient.home, period);
      const note = before && (await this.takeBack(issuer, before.number, reason));
      if (made.evidence === undefined) return along(note?.number ?? "");
      const meters = this.#source.metersOf(recipient.home);
      const proven = await this.#source.prove({ meters });
      const evidence = { ...NOTHING, ...proven, meters, ...made.evidence };
      this.#issue({ kind, issuer, recipient, period }, evidence, made.published, along);
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  /**
   * Takes a bill back, whole. Refused, in this order: not_offered, bill_unknown, bill_of_contract (its seller signs
   * its credit note), bill_taken_back, bill_followed (a later
   * statement has only what changed since), bill_in_collection, network_silent.
   */
  async takeBack(issuer: number, number: string, reason: string): Promise<KeptBill> {
    const { operator, database } = this.#options;
    if (operator === undefined) throw new Refused("not_offered");
    this.#options.adoptIssued();
    const kept = this.find(number);
    if (kept === undefined || kept.issuer !== issuer || kept.kind === "credit_note")
      throw new Refused("bill_unknown");
    if (kept.kind === "contract") throw new Refused("bill_of_contract");
    if (kept.takenBack !== null) throw new Refused("bill_taken_back");
    if (this.#options.market?.isFollowed(number)) throw new Refused("bill_followed");
    if (this.#options.isUnderWay?.(number) === true) throw new Refused("bill_in_collection");
    const read = billFrom(JSON.parse(this.document(number)));
    if (!read.ok) throw read.error;
    const { bill, seal } = read.value;
    const proven = await this.#source.prove({ meters: [] });
    const evidence = { ...NOTHING, ...proven, takenBack: { number: bill.number, reason, lines: bill.lines } };
    const of = { kind: "credit_note" as const, issuer, recipient: bill.recipient, period: bill.period };
    return this.#issue(of, evidence, { takenBackSeal: seal }, (note) => {
      const { year, count } = bill.number;
      const { changes } = database
        .prepare(
          "UPDATE bills SET taken_back = ? WHERE issuer = ? AND year = ? AND count = ? AND taken_back IS NULL",
        )
        .run(note, issuer, year, count);
      if (changes !== 1) throw new Refused("bill_taken_back");
    });
  }

  /** Gives the next number and keeps the sealed document, in one commit. */
  #issue(
    of: Pick<BillHead, "kind" | "recipient" | "period"> & { readonly issuer: number },
    evidence: Evidence,
    published: Published,
    along: (number: string) => void = () => undefined,
  ): KeptBill {
    const { database, host, zone, operator, numbers, billNumbers } = this.#options;
    const issued = dayOf(zone, host.now());
    const { year } = civilDate(issued);
    return inTransaction(database, () => {
      const number = billNumbers.next(of.issuer, year);
      const { kind, recipient, period } = of;
      const head: BillHead = { chain: host.chain, kind, number, issued, recipient, zone, period };
      const bill = makeBill(head, evidence);
      if (!bill.ok)
        throw new Error(`a bill of home ${recipient.home} does not come about: ${bill.error.code}`);
      const json: BillJson & { readonly seal: Seal } = sealed(billJson(bill.value, published), operator!);
      const name = numberText(number);
      along(name);
      keepBill(database, numbers, bill.value, documentHash(sectionsOf(json)), JSON.stringify(json));
      return this.find(name)!;
    });
  }

  #isMade(issuer: number, kind: BillKind, home: number, period: Period): boolean {
    return this.#standing(issuer, kind, home, period).length > 0;
  }

  #standing(issuer: number, kind: BillKind, home: number, { from, until }: Period): KeptBill[] {
    return this.#list(
      "WHERE issuer = ? AND kind = ? AND home = ? AND taken_back IS NULL AND first < ? AND until > ?",
      issuer,
      kind,
      home,
      until,
      from,
    );
  }

  /** `undefined` where there is nothing to bill. */
  async #evidenceOf(
    kind: BillKind,
    issuer: number,
    home: number,
    period: Period,
    meters: readonly MeterKey[],
    proofs: StatementProofs,
  ): Promise<Evidence | undefined> {
    const { zone, index, numbers, host } = this.#options;
    if (kind === "sales") {
      const view = host.view();
      const sellers = new Set(meters.flatMap(({ plant }) => view.plant(plant)?.owner ?? []));
      const of = { number: { issuer, year: 0, count: 0 }, zone, period };
      const sales = index.salesOfSupplier(issuer, SALES_MAX).flatMap(({ id, plant }) => {
        const sale = numbers.homeOf(plant) === home ? view.sale(id) : undefined;
        return sale !== undefined && isBilled(of, sale, sellers) ? [{ id, sale }] : [];
      });
      return sales.length === 0
        ? undefined
        : { ...NOTHING, ...(await this.#source.prove({ meters, sales })), meters };
    }
    if (kind === "market") {
      const marketDays = await this.#options.market!.daysOf(home, period, proofs);
      if (marketDays.length === 0) return undefined;
      return { ...NOTHING, ...(await this.#source.prove({ meters })), meters, marketDays };
    }
    const readings = this.#source.signedReadings(home, period);
    if (readings.length === 0) return undefined;
    const tariff = tariffFrom(this.#options.tariff);
    if (!tariff.ok) throw tariff.error;
    const tariffed = { tariff: tariff.value, indices: new Map(), contractedPowerW: CONTRACTED_W };
    return { ...NOTHING, ...(await this.#source.prove({ meters })), meters, readings, tariffed };
  }

  #list(where: string, ...values: (number | string)[]): KeptBill[] {
    return this.#options.database
      .prepare(`SELECT ${BILL_COLUMNS} FROM bills ${where}`)
      .all(...values)
      .map((row) => ({
        number: numberText({
          issuer: row.issuer as number,
          year: row.year as number,
          count: row.count as number,
        }),
        kind: row.kind as BillKind,
        issuer: row.issuer as number,
        account: row.account as number,
        home: row.home as number,
        from: row.first as number,
        until: row.until as number,
        issued: row.issued as number,
        payableCent: row.payable as number,
        documentHash: toHex(row.hash as Uint8Array),
        takenBack: row.taken_back as string | null,
        takesBack: row.takes_back as string | null,
      }));
  }
}

const DAYS_MAX = 366;
/** `2026-06-01 – 2026-06-30`: both days included. */
export function spanText({ from, until }: Period): string {
  return `${formatDay(from)} – ${formatDay(until - 1)}`;
}
