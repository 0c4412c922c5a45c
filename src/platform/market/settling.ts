/**
 * Settles the market's days: a first version as soon as a day is over and its meters have reported, a final one when
 * every reading is there, and one more whenever a reading comes late or the operator asks, with its reason. A version
 * books differences; the ones before stay what they were, with every home's statement.
 *
 * A version is written down with all its statements before it goes to the chain, and then it is that one and no other
 * which is booked, also after a crash in between.
 */
import { equalBytes } from "#base/bytes.ts";
import { encode } from "#base/codec.ts";
import { about, type Note } from "#base/log.ts";
import {
  type DayNumber,
  dayOf,
  dayStart,
  formatDay,
  QUARTER_HOUR_S,
  quarterHoursOf,
  type UnixSeconds,
  type Zone,
} from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import type { ChainHost } from "#chain/host.ts";
import { settleMarketDay } from "#chain/transactions.ts";
import { rowProofCodec } from "#ledger/proof.ts";
import {
  type BalancingPrices,
  differenceOf,
  type MeteredDay,
  type SettlementTerms,
  settleDay,
  type TradedDay,
} from "#market/auction/settlement.ts";
import {
  linesOf,
  STATEMENT_SALT_BYTES,
  type Statement,
  statementCodec,
  statementsRoot,
} from "#market/auction/statement.ts";
import type { DayEntry, FallbackLaw, SettleDay } from "#market/market-day.ts";
import { capOn, NO_PLANT } from "#market/participation.ts";
import type { Archive } from "../archive.ts";
import type { ChainIndex } from "../index.ts";
import { provenVersion } from "../market-bills.ts";
import type { MemberAccount } from "../member-account.ts";
import { Refused } from "../problems.ts";
import type { Pseudonyms } from "../pseudonyms.ts";
import type { KeptStatement, KeptVersion, MarketStore } from "./store.ts";

export interface SettlingOptions {
  readonly host: Pick<ChainHost, "view" | "now" | "proveRow">;
  readonly operator: MemberAccount;
  readonly store: MarketStore;
  readonly archive: Pick<Archive, "span">;
  readonly index: Pick<ChainIndex, "deliveries" | "settlement">;
  readonly numbers: Pseudonyms;
  readonly zone: Zone;
  /** The balancing supplier's, µEUR/kWh. */
  readonly importPrice: (time: UnixSeconds) => number;
  readonly feedInPrice: (time: UnixSeconds) => number;
  readonly entropy: (context: string, bytes: number) => Uint8Array;
  readonly note: Note;
}

/** How long after its end a day waits for missing readings before it is settled without them, s. */
const PATIENCE_S = 900;
/** When a day is final at the earliest, s after its end: by then the head-end has looked at every reading. */
const FINAL_AFTER_S = 3_600;
/** After a refusal by the chain, s: money may come, a limit may be raised. */
const AGAIN_AFTER_S = 3_600;
/** Refusals after which the same body may be taken a little later. */
const PASSING: ReadonlySet<string> = new Set([
  "overloaded",
  "catching_up",
  "already_waiting",
  "stopped",
  "day_not_over",
  "nonce_already_used",
  "nonce_out_of_order",
]);
/**
 * Blocks for which a version that a process before this one may have handed in is not dropped, whatever is said of a
 * second one: the validators may still hold the first, and book it.
 */
const EARLIER_BLOCKS = 20;

export const REASONS = {
  first: "provisional: by the readings so far",
  final: "final: every reading is there and was found possible",
  late: "correction: readings came late",
} as const;

export class Settling {
  readonly #options: SettlingOptions;
  readonly #sent = new Set<string>();
  readonly #waits = new Map<DayNumber, UnixSeconds>();
  /** Versions that were under way when this process began, and at which height that was. */
  readonly #earlier: ReadonlySet<string>;
  readonly #began: number;

  constructor(options: SettlingOptions) {
    this.#options = options;
    this.#earlier = new Set(options.store.versionsUnderWay().map(keyOf));
    this.#began = options.host.view().height;
  }

  /** A reading has come in: a day that was settled without it is settled anew. */
  onReading(intervalStart: UnixSeconds): void {
    const { store, zone, host } = this.#options;
    const day = dayOf(zone, intervalStart);
    if (dayStart(zone, day + 1) > host.now()) return;
    const last = store.versions(day).at(-1);
    if (last !== undefined) store.unsettle(day, REASONS.late, last.final);
  }

  /** Books what was made, then makes what is due. */
  async advance(): Promise<void> {
    const { store, host } = this.#options;
    for (const version of store.versionsUnderWay()) await this.#book(version);
    if (store.versionsUnderWay().length > 0) return;
    const now = host.now();
    for (const due of this.#due(now)) {
      if ((this.#waits.get(due.day) ?? 0) > now) continue;
      const made = this.#make(due, now);
      if (made !== undefined) await this.#book(made);
    }
  }

  /**
   * On the operator's command. Refused, in this order: day_not_over, day_not_settled (no book of that day was cleared),
   * settlement_refused (nothing of it can be corrected any more).
   */
  order(day: DayNumber, reason: string, final: boolean): void {
    const { store, host, zone } = this.#options;
    if (host.now() < dayStart(zone, day + 1)) throw new Refused("day_not_over");
    const row = host.view().marketDay(day);
    if (row === undefined)
      throw new Refused("day_not_settled", "No orders were sealed on that day: there is nothing to settle.");
    if (row.closed) {
      throw new Refused(
        "settlement_refused",
        "The law's time for corrections is over: that day stays as it is.",
      );
    }
    store.unsettle(day, reason, final || row.final);
    this.#waits.delete(day);
  }

  #due(now: UnixSeconds): { readonly day: DayNumber; readonly reason: string; readonly final: boolean }[] {
    const { host, store, zone } = this.#options;
    const view = host.view();
    const due = new Map<DayNumber, { day: DayNumber; reason: string; final: boolean }>();
    for (const day of view.openMarketDays()) {
      const end = dayStart(zone, day + 1);
      if (now < end || this.#hasOpenBooks(day)) continue;
      const { missing } = this.#missing(day);
      const settled = store.versions(day).length > 0;
      if (!settled && (missing === 0 || now >= end + PATIENCE_S)) {
        due.set(day, { day, reason: REASONS.first, final: false });
      } else if (settled && missing === 0 && now >= end + FINAL_AFTER_S) {
        due.set(day, { day, reason: REASONS.final, final: true });
      }
    }
    for (const { day, reason, final } of store.unsettled()) {
      if (now < dayStart(zone, day + 1)) continue;
      due.set(day, { day, reason, final: final || due.get(day)?.final === true });
    }
    return [...due.values()].sort((a, b) => a.day - b.day);
  }

  /** A book that is still on its way belongs to the first version. */
  #hasOpenBooks(day: DayNumber): boolean {
    const { store, zone } = this.#options;
    return store.booksUnderWay().some(({ slot }) => dayOf(zone, slot) === day);
  }

  #missing(day: DayNumber): { readonly missing: number; readonly late: number } {
    const { archive, zone } = this.#options;
    const [from, to] = [dayStart(zone, day), dayStart(zone, day + 1)];
    let [missing, late] = [0, 0];
    for (const { home } of this.#homes(day)) {
      const readings = archive.span(home, from, to);
      missing += quarterHoursOf(zone, day) - readings.length;
      late += readings.filter(({ quality }) => quality === "late").length;
    }
    return { missing, late };
  }

  /** Whoever takes part in a day, traded in it, or was settled in it; ascending by member. */
  #homes(day: DayNumber): { readonly home: number; readonly member: number }[] {
    const { host, store, numbers, zone } = this.#options;
    const view = host.view();
    const homes = new Set<number>();
    for (const { row } of view.participations()) {
      if (row.plant !== NO_PLANT && capOn(row, day) > 0n) homes.add(numbers.homeOf(row.plant));
    }
    for (const { home } of store.trades(dayStart(zone, day), dayStart(zone, day + 1))) homes.add(home);
    const last = store.versions(day).at(-1);
    if (last !== undefined) for (const { home } of store.statements(day, last.version)) homes.add(home);
    return [...homes]
      .map((home) => ({ home, member: view.plant(numbers.plantNow(home))!.owner }))
      .sort((a, b) => a.member - b.member || a.home - b.home);
  }

  /** Written down, not yet booked; `undefined` where nobody balances. */
  #make(
    { day, reason, final }: { readonly day: DayNumber; readonly reason: string; readonly final: boolean },
    now: UnixSeconds,
  ): KeptVersion | undefined {
    const { host, store, zone, entropy } = this.#options;
    const view = host.view();
    const before = store.versions(day);
    const last = before.at(-1);
    const version = before.length + 1;
    const supplierMember = last?.supplierMember ?? this.#balancing(day);
    if (supplierMember === undefined) {
      this.#wait(day, now, "no supplier takes part in the market to balance it");
      return undefined;
    }
    const homes = this.#homes(day);
    const previous = new Map(
      last === undefined ? [] : store.statements(day, last.version).map(({ home, net }) => [home, net]),
    );
    const lowest = homes.map(
      ({ home, member }) => (previous.get(home) ?? 0) - Number(view.marketRoom(member, day)),
    );
    const columns = this.#columns(
      day,
      homes.map(({ home }) => home),
    );
    const terms = termsOf(view.marketDay(day)!.fallback);
    const { traded, metered, prices } = columns;
    const settled = settleDay(terms, traded, metered, prices, lowest);
    const first = dayStart(zone, day);
    const statements = homes.map(({ home, member }, place): KeptStatement => {
      const statement: Statement = {
        day,
        version,
        member,
        fallbackFee: terms.fallbackFee,
        waived: settled.waived[place]!,
        lines: linesOf(place, first, traded, metered, prices, settled),
        salt: entropy(`statement ${day}/${version} ${home}`, STATEMENT_SALT_BYTES),
      };
      const bytes = encode(statementCodec, statement);
      return { day, version, place, home, member, net: settled.nets[place]!, bytes };
    });
    const { totals } = settled;
    const made = {
      day,
      version,
      final,
      reason,
      root: statementsRoot(statements.map(({ bytes }) => bytes)),
      ...totals,
      supplierMember,
      changed: changedNets(previous, statements),
      ...this.#missing(day),
    };
    store.putVersion(made, now, statements);
    return { ...made, booked: undefined };
  }

  #columns(
    day: DayNumber,
    homes: readonly number[],
  ): { readonly traded: TradedDay; readonly metered: MeteredDay; readonly prices: BalancingPrices } {
    const { archive, index, numbers, store, zone, importPrice, feedInPrice } = this.#options;
    const [from, to] = [dayStart(zone, day), dayStart(zone, day + 1)];
    const slots = quarterHoursOf(zone, day);
    const places = homes.length * slots;
    const placeOf = new Map(homes.map((home, place) => [home, place]));
    const at = (slot: UnixSeconds, place: number) => ((slot - from) / QUARTER_HOUR_S) * homes.length + place;
    const columns = {
      traded: {
        homes: homes.length,
        boughtWh: new Uint32Array(places),
        soldWh: new Uint32Array(places),
        paid: new Array<number>(places).fill(0),
        earned: new Array<number>(places).fill(0),
      },
      metered: {
        importedWh: new Uint32Array(places),
        exportedWh: new Uint32Array(places),
        measured: new Uint8Array(places),
      },
      prices: { tariff: new Int32Array(slots), feedIn: new Int32Array(slots) },
    };
    for (const { home, slot, boughtWh, soldWh, paid, earned } of store.trades(from, to)) {
      const place = at(slot, placeOf.get(home)!);
      columns.traded.boughtWh[place] = boughtWh;
      columns.traded.soldWh[place] = soldWh;
      columns.traded.paid[place] = paid;
      columns.traded.earned[place] = earned;
    }
    for (const [home, place] of placeOf) {
      // What a supplier bought of an export has its fate already.
      const delivered = new Map<UnixSeconds, number>();
      for (const plant of numbers.plantsOf(home)) {
        for (const { intervalStart, energyWh } of index.deliveries(plant, from, to)) {
          delivered.set(intervalStart, (delivered.get(intervalStart) ?? 0) + energyWh);
        }
      }
      for (const { reading } of archive.span(home, from, to)) {
        const { intervalStart, flows } = reading;
        const exportedWh = flows.solarToGrid + flows.accumulatorToGrid - (delivered.get(intervalStart) ?? 0);
        const here = at(intervalStart, place);
        columns.metered.importedWh[here] = flows.gridToHome + flows.gridToAccumulator;
        columns.metered.exportedWh[here] = Math.max(0, exportedWh);
        columns.metered.measured[here] = 1;
      }
    }
    for (let i = 0; i < slots; i++) {
      columns.prices.tariff[i] = Math.round(importPrice(from + i * QUARTER_HOUR_S));
      columns.prices.feedIn[i] = Math.round(feedInPrice(from + i * QUARTER_HOUR_S));
    }
    return columns;
  }

  /** The supplier that takes part in the market as who balances; the one with the lowest number. */
  #balancing(day: DayNumber): number | undefined {
    const rows = this.#options.host.view().participations();
    const found = rows.filter(({ row }) => row.plant === NO_PLANT && capOn(row, day) > 0n);
    return found.map(({ key }) => key).sort((a, b) => a - b)[0];
  }

  /** Takes a version one step further: sent, booked, or dropped where the chain will not have it. */
  async #book(version: KeptVersion): Promise<void> {
    const { host, store, index, operator } = this.#options;
    const key = keyOf(version);
    const row = host.view().marketDay(version.day);
    if (row !== undefined && row.versions >= version.version) {
      const at = index.settlement(version.day, version.version);
      if (row.versions === version.version && !equalBytes(row.statementsRoot, version.root)) {
        this.#drop(version, "another settlement of that day is on the chain");
      } else if (at !== undefined) {
        store.booked(version.day, version.version, at);
        await this.#keepProof(version);
      }
      return;
    }
    if (this.#sent.has(key)) return;
    const submission = await operator.send(settleMarketDay, this.#bodyOf(version));
    if (submission.admitted) {
      this.#sent.add(key);
      const over = () => void this.#sent.delete(key);
      submission.committed.then(over, over);
      return;
    }
    // The chain says that it is next, and that it is not: the same one waits for a block already.
    const waits = submission.status === "version_wrong" && row?.versions === version.version - 1;
    if (PASSING.has(submission.status) || waits || this.#mayBeOnItsWay(key)) return;
    this.#drop(version, submission.status);
  }

  #mayBeOnItsWay(key: string): boolean {
    return this.#earlier.has(key) && this.#options.host.view().height < this.#began + EARLIER_BLOCKS;
  }

  /** As long as it can be had: a later version takes this one's root out of the state. */
  async #keepProof({ day, version }: KeptVersion): Promise<void> {
    const { host, store } = this.#options;
    const proof = await provenVersion(host, day, version).catch(() => undefined);
    if (proof !== undefined) store.keepProof(day, version, encode(rowProofCodec, proof));
  }

  #bodyOf(version: KeptVersion): SettleDay {
    const { store } = this.#options;
    const { day, final, reason, root, boughtWh, soldWh, fallbackWh } = version;
    const before = store.versions(day).find((one) => one.version === version.version - 1);
    const netsOf = (of: KeptVersion | undefined): Map<number, number> => {
      const nets = new Map<number, number>();
      if (of === undefined) return nets;
      const add = (member: number, net: number) => nets.set(member, (nets.get(member) ?? 0) + net);
      for (const { home, net } of store.statements(day, of.version)) add(this.#memberOf(home), net);
      add(of.supplierMember, of.supplier);
      return nets;
    };
    const entries = differenceOf(netsOf(before), netsOf(version)).map(
      ({ party, net }): DayEntry => ({ member: party, net: MicroEur(BigInt(net)) }),
    );
    return {
      day,
      version: version.version,
      reason,
      final,
      statementsRoot: root,
      boughtWh,
      soldWh,
      fallbackBoughtWh: fallbackWh,
      fallbackSoldWh: fallbackWh,
      entries,
      fees: MicroEur(BigInt(version.fees - (before?.fees ?? 0))),
    };
  }

  #memberOf(home: number): number {
    const { host, numbers } = this.#options;
    return host.view().plant(numbers.plantNow(home))!.owner;
  }

  #drop({ day, version, reason, final }: KeptVersion, why: string): void {
    const { store, host } = this.#options;
    store.dropVersion(day, version);
    store.unsettle(day, reason, final);
    this.#wait(day, host.now(), why);
  }

  #wait(day: DayNumber, now: UnixSeconds, why: string): void {
    this.#waits.set(day, now + AGAIN_AFTER_S);
    const fields = { day: formatDay(day), why };
    this.#options.note(
      "a day was not settled",
      undefined,
      about("platform", "market_day_unsettled", fields, "error"),
    );
  }
}

function keyOf({ day, version }: Pick<KeptVersion, "day" | "version">): string {
  return `${day}/${version}`;
}

/** Of a day, as the ledger has them since its first book. */
export function termsOf({ allowed, fee }: FallbackLaw): SettlementTerms {
  return { fallback: allowed, fallbackFee: Number(fee) };
}

function changedNets(previous: ReadonlyMap<number, number>, statements: readonly KeptStatement[]): number {
  return statements.filter(({ home, net }) => net !== (previous.get(home) ?? 0)).length;
}
