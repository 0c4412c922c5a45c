/**
 * The community's incentive of a civil month, passed on to its members by its statute. Each run is a version of the
 * month: an advance by the rule of the authority before anything is reckoned, the month's result, and corrections when
 * readings have changed; what a version came to for a home is never rewritten. From the result on each home has a bill
 * of it, which recomputes the authority's payment and the home's part; a correction takes the former bill back.
 *
 * Paid is by `deposit`: the authority's payment reaches the community's bank account, and what of it is whose is booked
 * for each member under the hash of its part as reference. The ledger books a reference once, so a crash pays nobody
 * twice. The ledger takes nothing from anybody in return: where a later version is less than what is paid, the rest is
 * kept back from the payments to come.
 */
import type { DatabaseSync } from "node:sqlite";
import { toHex, utf8 } from "#base/bytes.ts";
import { about, type Note } from "#base/log.ts";
import {
  civilDate,
  type DayNumber,
  dayNumber,
  dayOf,
  dayStart,
  formatDay,
  QUARTER_HOUR_S,
  type UnixSeconds,
  type Zone,
} from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import { type CommunityMonth, communityMonth } from "#billing/community-month.ts";
import type { Evidence, Period } from "#billing/document.ts";
import { incentiveParts } from "#billing/incentive.ts";
import type { ChainHost } from "#chain/host.ts";
import { depositMoney } from "#chain/transactions.ts";
import { taggedHash } from "#crypto/hash.ts";
import { exportWh, importWh } from "#metering/reading.ts";
import { advanceOf } from "#rules/italy/advance.ts";
import type { CerPlant } from "#rules/italy/configuration.ts";
import { LONG_AGO, type RuleTerms } from "#rules/terms.ts";
import { hourlyIndex } from "#tariff/index-series.ts";
import { incentiveFrom, incentiveJson, type Published } from "#wire/bill.ts";
import { canonicalJson } from "#wire/canonical-json.ts";
import type { Archive } from "./archive.ts";
import type { Bills } from "./bills.ts";
import { inTransaction } from "./database.ts";
import type { MemberAccount } from "./member-account.ts";
import { Refused } from "./problems.ts";
import type { Pseudonyms } from "./pseudonyms.ts";
import { figuresOf, trueUp, trueUpDay, type YearFigures, yearEvidence, yearOf } from "./true-ups.ts";

export const INCENTIVES_STEP = `
  CREATE TABLE incentive_runs (
    first INTEGER NOT NULL,
    version INTEGER NOT NULL,
    stage TEXT NOT NULL,
    reason TEXT NOT NULL,
    made INTEGER NOT NULL,
    pool INTEGER NOT NULL,
    shared INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (first, version)
  ) WITHOUT ROWID;
  CREATE TABLE incentive_parts (
    first INTEGER NOT NULL,
    version INTEGER NOT NULL,
    home INTEGER NOT NULL,
    account INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    paid INTEGER NOT NULL,
    reference TEXT NOT NULL,
    booked INTEGER NOT NULL,
    bill TEXT,
    PRIMARY KEY (first, version, home)
  ) WITHOUT ROWID;
  CREATE INDEX incentive_parts_by_account ON incentive_parts (account);
`;

export const INCENTIVE_STAGES = ["advance", "result", "correction", "true_up"] as const;
export type IncentiveStage = (typeof INCENTIVE_STAGES)[number];

/** What the community's law says, and what the authority publishes. */
export interface IncentiveOptions {
  readonly terms: RuleTerms["italy"];
  /** µEUR/kWh of the zone's market at an hour. */
  readonly zonalPrice: (time: UnixSeconds) => number;
}

export interface IncentiveRun {
  readonly first: DayNumber;
  readonly version: number;
  readonly stage: IncentiveStage;
  readonly reason: string;
  readonly made: UnixSeconds;
  /** µEUR of the authority, all of which is passed on; of a true-up what goes to other members. */
  readonly pool: number;
  readonly shared: Wh;
  /** Quarter hours of homes that nobody read: they count as nothing. */
  readonly missing: number;
  /** By home. */
  readonly parts: readonly IncentivePart[];
  /** Of a true-up; its `first` is the day on which it is due. */
  readonly year: YearFigures | undefined;
}

export interface IncentivePart {
  readonly home: number;
  readonly account: number;
  /** µEUR of the whole month by this version; of a true-up what is given less what is taken. */
  readonly amount: number;
  /** µEUR that this version pays; what is due less what was paid already, or nothing. */
  readonly paid: number;
  /** The deposit's. */
  readonly reference: string;
  readonly booked: boolean;
  readonly bill: string | null;
}

interface Options extends IncentiveOptions {
  readonly database: DatabaseSync;
  readonly host: ChainHost;
  readonly archive: Pick<Archive, "span">;
  readonly numbers: Pseudonyms;
  readonly operator: MemberAccount;
  readonly bills: Bills;
  readonly zone: Zone;
  readonly note: Note;
}

export class Incentives {
  readonly #options: Options;
  #advancing: Promise<void> | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Oldest month first, of each all versions. */
  runs(): IncentiveRun[] {
    return this.#options.database
      .prepare("SELECT * FROM incentive_runs ORDER BY first, version")
      .all()
      .map((row) => ({
        first: row.first as number,
        version: row.version as number,
        stage: row.stage as IncentiveStage,
        reason: row.reason as string,
        made: row.made as number,
        pool: row.pool as number,
        shared: Wh(BigInt(row.shared as number)),
        missing: row.missing as number,
        year: row.stage === "true_up" ? figuresOf(row.document as string) : undefined,
        parts: this.#parts(row.first as number, row.version as number),
      }));
  }

  /** What an account has received beyond what is its, µEUR: kept back from payments to come. */
  keptBack(account: number): number {
    return Math.max(0, this.#paidTo(account) - this.#dueTo(account));
  }

  /**
   * One more version of a month, and then its bills and payments. Refused, in this order: day_invalid (no first day of a
   * month), day_not_over, incentive_advanced (an advance comes first, and once), nothing_shared (nobody gave to anybody,
   * or the law has no incentive for it).
   */
  run(first: DayNumber, of: { readonly advance: boolean; readonly reason: string }): IncentiveRun {
    const { host, zone, database } = this.#options;
    if (civilDate(first).day !== 1) throw new Refused("day_invalid");
    const month = { from: first, until: monthAfter(first) };
    if (dayOf(zone, host.now()) < month.until) throw new Refused("day_not_over");
    const before = this.runs().filter((run) => run.first === first);
    if (of.advance && before.length > 0) throw new Refused("incentive_advanced");
    const { made, missing } = this.#reckon(month);
    const pool = of.advance ? this.#advance() : undefined;
    const parts = made === undefined ? undefined : incentiveParts(made.shares, pool);
    if (made === undefined || parts === undefined || parts.size === 0) throw new Refused("nothing_shared");
    const stage: IncentiveStage = of.advance
      ? "advance"
      : before.some((run) => run.stage !== "advance")
        ? "correction"
        : "result";
    const version = before.length + 1;
    const shared = made.shares.homes.reduce((sum, { given }) => sum + given, 0n);
    const total = [...parts.values()].reduce((sum, amount) => sum + amount, 0n);
    inTransaction(database, () => {
      database
        .prepare("INSERT INTO incentive_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .run(
          first,
          version,
          stage,
          of.reason,
          host.now(),
          Number(total),
          Number(shared),
          missing,
          JSON.stringify(incentiveJson(made.statement, made.shares)),
        );
      for (const { home, account } of this.#homes()) {
        const amount = Number(parts.get(String(home)) ?? 0n);
        const had = before.at(-1)?.parts.find((part) => part.home === home)?.amount ?? 0;
        if (amount === 0 && had === 0) continue;
        this.#keepPart({ first, version, home, account, amount });
      }
    });
    return this.runs().find((run) => run.first === first && run.version === version)!;
  }

  /**
   * One more version of a year's true-up, where something has changed since the last: then bills and payments, as of a
   * month. Refused, in this order: day_not_over, nothing_shared (no month of the year has a result, or the months cannot
   * be reckoned), months_open (a month was advanced, and its result is not made).
   */
  trueUp(year: number, reason: string): IncentiveRun {
    const { host, zone, database } = this.#options;
    const first = trueUpDay(year);
    if (dayOf(zone, host.now()) < yearOf(first).until) throw new Refused("day_not_over");
    const runs = this.runs();
    const months = runs.filter((run) => run.stage !== "true_up" && civilDate(run.first).year === year);
    const last = [...new Map(months.map((run) => [run.first, run])).values()];
    if (last.length === 0) throw new Refused("nothing_shared");
    const open = last
      .filter(({ stage }) => stage === "advance")
      .map((run) => formatDay(run.first).slice(0, 7));
    if (open.length > 0)
      throw new Refused(
        "months_open",
        `Of ${open.join(", ")} there is an advance and no result yet. Nothing was trued up. Make the results first.`,
      );
    const advanced = (of: DayNumber) =>
      months.find((run) => run.first === of && run.stage === "advance")?.pool ?? 0;
    const results = last.map((run) => ({
      first: run.first,
      document: this.#document(run),
      advanced: advanced(run.first),
    }));
    const homes = this.#homes();
    const made = trueUp(year, results, new Set(homes.map(({ home }) => String(home))));
    if (made === undefined) throw new Refused("nothing_shared");
    const before = runs.filter((run) => run.first === first);
    const standing = before.at(-1);
    if (standing !== undefined && this.#document(standing) === made.document) return standing;
    const version = before.length + 1;
    inTransaction(database, () => {
      database
        .prepare("INSERT INTO incentive_runs VALUES (?, ?, 'true_up', ?, ?, ?, ?, 0, ?)")
        .run(first, version, reason, host.now(), Number(made.pool), Number(made.shared), made.document);
      // Who gives first: what a member is due of other months is then known before anything is paid.
      const parts = homes.map((one) => ({ ...one, amount: Number(made.parts.get(String(one.home)) ?? 0n) }));
      for (const { home, account, amount } of parts.sort((a, b) => a.amount - b.amount)) {
        const had = standing?.parts.find((part) => part.home === home)?.amount ?? 0;
        if (amount === 0 && had === 0) continue;
        this.#keepPart({ first, version, home, account, amount });
      }
    });
    return this.runs().find((run) => run.first === first && run.version === version)!;
  }

  /** Makes the bills and books the payments that are still to be made; it may be asked as often as one likes. */
  advance(): Promise<void> {
    this.#advancing ??= this.#goOn().finally(() => {
      this.#advancing = undefined;
    });
    return this.#advancing;
  }

  async #goOn(): Promise<void> {
    const { note } = this.#options;
    for (const run of this.runs()) {
      const fields = { month: formatDay(run.first), version: run.version };
      try {
        await this.#bill(run);
        for (const part of run.parts) if (part.paid > 0 && !part.booked) await this.#pay(run, part);
      } catch (cause) {
        const event = about("platform", "incentive_not_paid", fields, "error");
        note("a month's incentive waits to be billed or paid", cause, event);
        return;
      }
    }
  }

  async #bill(run: IncentiveRun): Promise<void> {
    const { bills, database, numbers, operator } = this.#options;
    const later = this.runs().some(({ first, version }) => first === run.first && version > run.version);
    if (run.stage === "advance" || later) return;
    for (const { home, account, bill, amount } of run.parts) {
      if (bill !== null) continue;
      const recipient = { member: numbers.memberNow(account), home };
      const { kind, period, published, evidence } = this.#evidence(run);
      const of = { kind, issuer: operator.member, recipient, period, reason: run.reason };
      await bills.incentive(of, { published, evidence: amount === 0 ? undefined : evidence }, (number) => {
        database
          .prepare("UPDATE incentive_parts SET bill = ? WHERE first = ? AND version = ? AND home = ?")
          .run(number, run.first, run.version, home);
      });
    }
  }

  /** What the bills of a version carry. */
  #evidence(run: IncentiveRun): {
    readonly kind: "incentive" | "true_up";
    readonly period: Period;
    readonly published: Published;
    readonly evidence: Partial<Evidence>;
  } {
    const document = this.#document(run);
    if (run.stage === "true_up") {
      const { trueUp: year, statements } = yearEvidence(document);
      const period = yearOf(run.first);
      return { kind: "true_up", period, published: { statements }, evidence: { trueUp: year } };
    }
    const kept = JSON.parse(document) as { readonly statement: object };
    const period = { from: run.first, until: monthAfter(run.first) };
    const evidence = { incentive: incentiveFrom(kept) };
    return { kind: "incentive", period, published: { statement: kept.statement }, evidence };
  }

  #document({ first, version }: Pick<IncentiveRun, "first" | "version">): string {
    const row = this.#options.database
      .prepare("SELECT document FROM incentive_runs WHERE first = ? AND version = ?")
      .get(first, version)!;
    return row.document as string;
  }

  async #pay({ first, version }: IncentiveRun, part: IncentivePart): Promise<void> {
    const { host, numbers, operator, database } = this.#options;
    const booked = () =>
      database
        .prepare("UPDATE incentive_parts SET booked = 1 WHERE first = ? AND version = ? AND home = ?")
        .run(first, version, part.home);
    if (host.view().deposit(part.reference) !== undefined) return void booked();
    const amount = MicroEur(BigInt(part.paid));
    const member = numbers.memberNow(part.account);
    const sent = await operator.send(depositMoney, { member, amount, reference: part.reference });
    if (sent.admitted) {
      await sent.committed;
      booked();
    } else if (sent.status === "deposit_exists") booked();
    else throw new Error(`a part of ${part.paid} µEUR was refused: ${sent.status}`);
  }

  #reckon(month: Period): { readonly made: CommunityMonth | undefined; readonly missing: number } {
    const { archive, zone, terms, zonalPrice } = this.#options;
    const start = dayStart(zone, month.from);
    const end = dayStart(zone, month.until);
    const slots = (end - start) / QUARTER_HOUR_S;
    let missing = 0;
    const participants = this.#homes().map(({ home }) => {
      const imported = new Array<Wh>(slots).fill(Wh(0n));
      const exported = new Array<Wh>(slots).fill(Wh(0n));
      const readings = archive.span(home, start, end);
      missing += slots - readings.length;
      for (const { reading } of readings) {
        const slot = (reading.intervalStart - start) / QUARTER_HOUR_S;
        imported[slot] = Wh(BigInt(importWh(reading.flows)));
        exported[slot] = Wh(BigInt(exportWh(reading.flows)));
      }
      return { id: String(home), imported, exported };
    });
    const powerW = this.#powers();
    if (powerW.size === 0) return { made: undefined, missing };
    const prices = hourlyIndex(start, end, (hour) => MicroEurPerKwh(BigInt(Math.round(zonalPrice(hour)))));
    const figures = { ...terms, inOperation: LONG_AGO, zonalPrice: prices, powerW };
    const made = communityMonth({ start, slots, participants }, figures);
    if (!made.ok) throw new Refused("nothing_shared", `The month cannot be reckoned: ${made.error.code}.`);
    return { made: made.value, missing };
  }

  /** What the authority advances of a month for all plants of the street. */
  #advance(): MicroEur {
    const { region, grantPpm } = this.#options.terms;
    const plants = [...this.#powers()].map(
      ([id, powerW]): CerPlant => ({
        ...{ id, cabin: "the street's", kind: "photovoltaic", powerW, region, grantPpm },
        ...{
          inOperation: LONG_AGO,
          obligedMilliwatt: 0n,
          voltage: "low",
          yearlyHours: undefined,
          injected: [],
        },
      }),
    );
    return MicroEur(plants.reduce((sum, plant) => sum + (advanceOf(plant)?.amount ?? 0n), 0n));
  }

  #powers(): Map<string, bigint> {
    const { host, numbers } = this.#options;
    const view = host.view();
    return new Map(
      this.#homes()
        .map(({ home }) => [String(home), view.plant(numbers.plantNow(home))!.solarPeakW] as const)
        .filter(([, powerW]) => powerW > 0)
        .map(([home, powerW]) => [home, BigInt(Math.round(powerW))]),
    );
  }

  /** Ascending. */
  #homes(): { readonly home: number; readonly account: number }[] {
    const { host, numbers } = this.#options;
    return host
      .view()
      .plants()
      .filter(({ row }) => row.closed === 0)
      .map(({ key, row }) => ({ home: numbers.homeOf(key), account: numbers.accountOf(row.owner) }))
      .sort((a, b) => a.home - b.home);
  }

  #keepPart(of: {
    readonly first: DayNumber;
    readonly version: number;
    readonly home: number;
    readonly account: number;
    readonly amount: number;
  }): void {
    const { database, host } = this.#options;
    const insert = database.prepare("INSERT INTO incentive_parts VALUES (?, ?, ?, ?, ?, 0, '', 0, NULL)");
    insert.run(of.first, of.version, of.home, of.account, of.amount);
    const paid = Math.max(0, this.#dueTo(of.account) - this.#paidTo(of.account));
    const { first, account: _, ...part } = of;
    const content = canonicalJson({ chain: host.chain, month: formatDay(first), ...part, paid });
    const reference = toHex(taggedHash("contrada/incentive/part/1", utf8(content)));
    database
      .prepare(
        "UPDATE incentive_parts SET paid = ?, reference = ? WHERE first = ? AND version = ? AND home = ?",
      )
      .run(paid, reference, first, of.version, of.home);
  }

  /** By the last version of each month. */
  #dueTo(account: number): number {
    const { due } = this.#options.database
      .prepare(
        `SELECT COALESCE(SUM(amount), 0) AS due FROM incentive_parts AS p WHERE account = ? AND NOT EXISTS
          (SELECT 1 FROM incentive_parts AS l WHERE l.first = p.first AND l.home = p.home AND l.version > p.version)`,
      )
      .get(account) as { due: number };
    return due;
  }

  #paidTo(account: number): number {
    const { paid } = this.#options.database
      .prepare("SELECT COALESCE(SUM(paid), 0) AS paid FROM incentive_parts WHERE account = ?")
      .get(account) as { paid: number };
    return paid;
  }

  #parts(first: DayNumber, version: number): IncentivePart[] {
    return this.#options.database
      .prepare("SELECT * FROM incentive_parts WHERE first = ? AND version = ? ORDER BY home")
      .all(first, version)
      .map((row) => ({
        home: row.home as number,
        account: row.account as number,
        amount: row.amount as number,
        paid: row.paid as number,
        reference: row.reference as string,
        booked: row.booked === 1,
        bill: row.bill as string | null,
      }));
  }
}

function monthAfter(first: DayNumber): DayNumber {
  const { year, month } = civilDate(first);
  return dayNumber(month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 });
}
