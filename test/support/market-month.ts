import { encode } from "#base/codec.ts";
import { Random } from "#base/random.ts";
import { dayOf, dayStart, QUARTER_HOUR_S, quarterHoursOf, ROME, type UnixSeconds } from "#base/time.ts";
import { MicroEur } from "#base/units.ts";
import {
  clearSlotBook,
  joinNeighbours,
  sealSlotBook,
  settleMarketDay,
  submitIntervalTotals,
} from "#chain/transactions.ts";
import type { Signer } from "#crypto/keys.ts";
import { merkleRoot } from "#crypto/merkle.ts";
import { type BookOrder, SALT_BYTES, sealOf, sealsRoot } from "#market/auction/seal.ts";
import { type BalancingPrices, differenceOf, settleDay } from "#market/auction/settlement.ts";
import { ordersByRule, type StandingRule } from "#market/auction/standing-rule.ts";
import {
  linesOf,
  STATEMENT_SALT_BYTES,
  type Statement,
  statementCodec,
  statementsRoot,
} from "#market/auction/statement.ts";
import { NO_PLANT } from "#market/participation.ts";
import { MAX_BOOK_ORDERS, SESSIONS } from "#market/slot-book.ts";
import { exportWh, importWh, type Reading } from "#metering/reading.ts";
import { readingCommitment, type SignedDay, signDay, verifyDay } from "#metering/signed-reading.ts";
import type { EmbeddedNode } from "#node/node.ts";
import { forecastOf } from "#platform/market/forecast.ts";
import { termsOf } from "#platform/market/settling.ts";
import { Home } from "#sim/home.ts";
import { ruleOf } from "#sim/market.ts";
import { type HomePlan, planTown, type TownPlan } from "#sim/plan.ts";
import { saltsOf } from "#sim/salts.ts";
import { LastReadings } from "./last-readings.ts";
import { citizen, commitAll, GENESIS, type Load, SUPPLIER, signerOf } from "./node-load.ts";

export const OPERATOR = 1;
const SEED = 7;
/** What the market may take of an owner in a day, µEUR. */
const CAP = 5_000_000n;
/** Transactions that are handed in at once. */
const AT_ONCE = 1_000;
/** The first midnight in Rome after the genesis. */
export const FIRST_DAY = dayOf(ROME, GENESIS.time) + 1;
/** In one transaction. */
const MOST_ENTRIES = 1_200;

interface Dweller {
  readonly plan: HomePlan;
  readonly home: Home;
  readonly member: number;
  readonly meter: Signer;
  readonly rule: StandingRule;
}

/** Trades of a day that is not over, columns as the settlement wants them. */
interface OpenDay {
  readonly homes: number;
  readonly boughtWh: Uint32Array;
  readonly soldWh: Uint32Array;
  readonly paid: number[];
  readonly earned: number[];
  /** µEUR by home that its bids of the day cost so far. */
  readonly spent: Float64Array;
}

/**
 * Ordering includes the seals, clearing is the desk's own, to know its homes' trades; settling includes statements and
 * their root, committing the commitments to readings and their root; the ledger clears each book itself.
 */
type Phase =
  | "living"
  | "ordering"
  | "clearing"
  | "signing"
  | "verifying"
  | "settling"
  | "committing"
  | "ledger";

export interface MonthChoices {
  /** Days whose readings of the evening come late: they are settled without them first, and then once more. */
  readonly isLate?: (day: number) => boolean;
  /** After each version, when the ledger has it: the homes' statements, by home. */
  readonly onSettled?: (day: number, statements: readonly Statement[]) => void;
}

/** Quarter hours of a day that come late, where any do. */
const LATE = [64, 80] as const;

export class MarketMonth {
  readonly #daysWanted: number;
  readonly #node: EmbeddedNode;
  readonly #load: Load;
  readonly #plan: TownPlan;
  readonly #dwellers: readonly Dweller[];
  readonly #readings: LastReadings;
  readonly #days = new Map<number, OpenDay>();
  readonly #random = new Random("month");
  readonly #salt = saltsOf(SEED);
  /** J by home that its accumulator owes this quarter hour and the next. */
  #owedNow: Float64Array;
  #owedNext: Float64Array;
  readonly #spentMs: Record<Phase, number> = {
    ...{
      living: 0,
      ordering: 0,
      clearing: 0,
      signing: 0,
      verifying: 0,
      settling: 0,
      committing: 0,
      ledger: 0,
    },
  };
  readonly #fees = new Map<number, bigint>();
  #orders = 0;
  #tradedWh = 0;
  #fallbackWh = 0;
  #waived = 0;
  #signatures = 0;

  readonly #choices: MonthChoices;

  constructor(homes: number, days: number, node: EmbeddedNode, load: Load, choices: MonthChoices = {}) {
    this.#choices = choices;
    this.#daysWanted = days;
    this.#node = node;
    this.#load = load;
    this.#plan = planTown({
      ...{ seed: SEED, homes, measured: undefined, start: dayStart(ROME, FIRST_DAY) },
      ...{ solarHomes: "default", solarPeakKwp: undefined, solarColumn: undefined },
      ...{ accumulatorKwh: undefined, accumulatorKw: undefined },
    });
    const { start } = this.#plan;
    this.#dwellers = this.#plan.homes.map((plan) => {
      const { plant, site, reserveWh } = plan;
      const rule = ruleOf(SEED, plan);
      return {
        plan,
        home: new Home({ plant, site, start, reserveWh, ...this.#plan.prices(start) }),
        member: citizen(plant),
        meter: signerOf(`meter ${plant}`),
        rule: {
          sellSurplusFrom: rule.sellSurplusFromMicroEurPerKwh ?? undefined,
          sellStored: rule.sellStored
            ? { from: rule.sellStored.fromMicroEurPerKwh, keepWh: rule.sellStored.keepWh }
            : undefined,
          buyUpTo: rule.buyUpToMicroEurPerKwh ?? undefined,
          solarOnly: rule.solarOnly,
          partner: undefined,
        },
      };
    });
    this.#readings = new LastReadings(homes);
    this.#owedNow = new Float64Array(homes);
    this.#owedNext = new Float64Array(homes);
  }

  /** All days, with the clock that the chain goes by. */
  async run(at: (time: UnixSeconds) => void): Promise<void> {
    const end = dayStart(ROME, FIRST_DAY + this.#daysWanted);
    for (let clock = dayStart(ROME, FIRST_DAY); clock < end; ) {
      at(clock);
      if (clock + QUARTER_HOUR_S < end) await this.hold(clock + QUARTER_HOUR_S, clock);
      this.live(clock);
      clock += QUARTER_HOUR_S;
      at(clock);
      if (dayStart(ROME, dayOf(ROME, clock)) === clock) await this.endDay(dayOf(ROME, clock) - 1);
    }
  }

  /** Orders of all homes for a quarter hour, sealed when its gate closes, then opened and cleared by the chain. */
  async hold(slot: UnixSeconds, now: UnixSeconds): Promise<void> {
    const key = { slot, session: SESSIONS.own };
    const drawn = this.#timed("ordering", () => this.#draw(slot, now));
    if (drawn.length === 0) return;
    const orders = drawn.map(({ order }) => order);
    const root = this.#timed("ordering", () =>
      sealsRoot(orders.map((order) => sealOf({ ...key, ...order }))),
    );
    await this.#book([
      this.#load.transaction(OPERATOR, sealSlotBook, { ...key, count: orders.length, root }),
    ]);
    await this.#book([this.#load.transaction(OPERATOR, clearSlotBook, { ...key, orders, unopened: [] })]);
    this.#timed("clearing", () => {
      const { bids, asks, clearing } = this.#node.view().clearingOf({ ...key, orders, unopened: [] }, root);
      const day = this.#day(dayOf(ROME, slot));
      const from = ((slot - dayStart(ROME, dayOf(ROME, slot))) / QUARTER_HOUR_S) * day.homes;
      for (const [i, place] of bids.entries()) {
        const { home } = drawn[place]!;
        day.boughtWh[from + home]! += clearing.bids.energyWh[i]!;
        day.paid[from + home]! += clearing.bids.amount[i]!;
        day.spent[home]! += clearing.bids.amount[i]!;
      }
      for (const [i, place] of asks.entries()) {
        const { home, stored } = drawn[place]!;
        day.soldWh[from + home]! += clearing.asks.energyWh[i]!;
        day.earned[from + home]! += clearing.asks.amount[i]!;
        if (stored) this.#owedNext[home]! += clearing.asks.energyWh[i]! * 3_600;
      }
      this.#tradedWh += clearing.tradedWh;
    });
    this.#orders += orders.length;
  }

  #draw(slot: UnixSeconds, now: UnixSeconds): Drawn[] {
    const view = this.#node.view();
    const day = dayOf(ROME, slot);
    const { spent } = this.#day(day);
    const paddles = new Set<number>();
    const drawn: Drawn[] = [];
    for (const [home, dweller] of this.#dwellers.entries()) {
      const { plan, member, rule } = dweller;
      const forecast = forecastOf(this.#readings, plan.plant, slot, now);
      if (forecast === undefined) continue;
      const expected = {
        ...forecast,
        storedWh: Math.max(0, dweller.home.meteredSolarWh - Math.ceil(this.#owedNow[home]! / 3_600)),
        deliverableWh: Math.floor((plan.site.accumulator?.dischargePowerMaxW ?? 0) / 4),
      };
      const spendable = Math.max(0, Number(view.marketRoom(member, day)) - spent[home]!);
      const { orders } = ordersByRule(rule, expected, { spendable });
      if (orders.length === 0) continue;
      const paddle = this.#paddle(paddles);
      for (const [number, { side, energyWh, limit, wishes, reason }] of orders.entries()) {
        const salt = this.#random.bytes(SALT_BYTES);
        const order = { paddle, number, side, energyWh, limit, feeder: 1, wishes, salt };
        drawn.push({ home, stored: reason.code === "stored_above_keep", order });
      }
    }
    drawn.sort(({ order: a }, { order: b }) => a.paddle - b.paddle || a.number - b.number);
    return drawn.slice(0, MAX_BOOK_ORDERS);
  }

  #paddle(taken: Set<number>): number {
    for (;;) {
      const paddle = this.#random.uint32();
      if (taken.has(paddle)) continue;
      taken.add(paddle);
      return paddle;
    }
  }

  /** A quarter hour of all homes. */
  live(start: UnixSeconds): void {
    this.#timed("living", () => {
      const prices = this.#plan.prices(start);
      for (const [i, { plan, home }] of this.#dwellers.entries()) {
        home.situation.importPrice = prices.importPrice;
        home.situation.feedInPrice = prices.feedInPrice;
        home.order(this.#owedNow[i]!);
        const { source } = plan;
        home.step(
          start,
          QUARTER_HOUR_S,
          source.solarW(start, QUARTER_HOUR_S),
          source.loadW(start, QUARTER_HOUR_S),
        );
        this.#readings.keep(home.closeInterval());
      }
    });
    [this.#owedNow, this.#owedNext] = [this.#owedNext, this.#owedNow.fill(0)];
  }

  /** Meters sign, signatures are verified, quarter hours booked, the day settled. */
  async endDay(day: number): Promise<void> {
    const from = dayStart(ROME, day);
    const starts = Array.from({ length: quarterHoursOf(ROME, day) }, (_, i) => from + i * QUARTER_HOUR_S);
    const readings = this.#dwellers.map(({ plan }) =>
      starts.map((start) => this.#readings.find(plan.plant, start)!.reading),
    );
    const signed = this.#timed("signing", () =>
      this.#dwellers.map(({ meter }, i) => signDay(GENESIS.chain, readings[i]!, meter)),
    );
    this.#timed("verifying", () => {
      for (const [i, { plan }] of this.#dwellers.entries()) this.#verify(signed[i]!, plan.plant);
    });
    const batches = this.#timed("committing", () =>
      starts.flatMap((intervalStart, i) => this.#totals(intervalStart, readings, i)),
    );
    await this.#book(batches);
    await this.#settle(day, readings);
    this.#days.delete(day);
  }

  #verify(day: SignedDay, plant: number): void {
    const { meterKey } = this.#node.view().plant(plant)!;
    if (!verifyDay(GENESIS.chain, day, meterKey)) throw new Error(`the day of plant ${plant} is not signed`);
    this.#signatures += 1;
  }

  /** What a quarter hour moved in all stores, with the commitments to its readings under one root. */
  #totals(
    intervalStart: UnixSeconds,
    readings: readonly (readonly Reading[])[],
    place: number,
  ): Uint8Array[] {
    const batches: Uint8Array[] = [];
    for (let first = 0; first < readings.length; first += MOST_ENTRIES) {
      const batch = readings.slice(first, first + MOST_ENTRIES).map((day) => day[place]!);
      const commitments = batch.map((reading) =>
        readingCommitment(this.#salt(reading.plant, intervalStart), reading),
      );
      batches.push(
        this.#load.transaction(OPERATOR, submitIntervalTotals, {
          intervalStart,
          commitmentsRoot: merkleRoot(commitments),
          entries: batch.map(({ plant, storedSolar, storedGrid }) => ({ plant, storedSolar, storedGrid })),
        }),
      );
    }
    return batches;
  }

  /** As the platform's desk does it: in one version, which is final, or in two where readings come late. */
  async #settle(day: number, readings: readonly (readonly Reading[])[]): Promise<void> {
    const isLate = this.#choices.isLate?.(day) === true;
    let before = new Map<number, number>();
    for (let version = 1; version <= (isLate ? 2 : 1); version++) {
      const final = version === 2 || !isLate;
      const made = this.#timed("settling", () => this.#settlement(day, readings, { version, final, before }));
      await this.#book([made.transaction]);
      before = made.nets;
      this.#choices.onSettled?.(day, made.statements);
    }
  }

  #settlement(
    day: number,
    readings: readonly (readonly Reading[])[],
    of: { readonly version: number; readonly final: boolean; readonly before: ReadonlyMap<number, number> },
  ): {
    readonly transaction: Uint8Array;
    readonly nets: Map<number, number>;
    readonly statements: readonly Statement[];
  } {
    const { version, final, before } = of;
    const view = this.#node.view();
    const traded = this.#day(day);
    const { homes } = traded;
    const slots = readings[0]!.length;
    const metered = {
      importedWh: new Uint32Array(homes * slots),
      exportedWh: new Uint32Array(homes * slots),
      measured: new Uint8Array(homes * slots).fill(1),
    };
    for (const [home, own] of readings.entries()) {
      for (const [slot, { flows }] of own.entries()) {
        metered.importedWh[slot * homes + home] = importWh(flows);
        metered.exportedWh[slot * homes + home] = exportWh(flows);
      }
    }
    if (!final) metered.measured.fill(0, LATE[0] * homes, LATE[1] * homes);
    const from = dayStart(ROME, day);
    const prices: BalancingPrices = { tariff: new Int32Array(slots), feedIn: new Int32Array(slots) };
    for (let slot = 0; slot < slots; slot++) {
      const { importPrice, feedInPrice } = this.#plan.prices(from + slot * QUARTER_HOUR_S);
      prices.tariff[slot] = importPrice;
      prices.feedIn[slot] = feedInPrice;
    }
    const terms = termsOf(view.marketDay(day)!.fallback);
    const lowest = this.#dwellers.map(
      ({ member }) => (before.get(member) ?? 0) - Number(view.marketRoom(member, day)),
    );
    const settled = settleDay(terms, traded, metered, prices, lowest);
    const statements = this.#dwellers.map(
      ({ member }, place): Statement => ({
        ...{ day, version, member, fallbackFee: terms.fallbackFee, waived: settled.waived[place]! },
        lines: linesOf(place, from, traded, metered, prices, settled),
        salt: this.#random.bytes(STATEMENT_SALT_BYTES),
      }),
    );
    const leaves = statements.map((statement) => encode(statementCodec, statement));
    const { totals, nets, waived } = settled;
    const after = new Map(this.#dwellers.map(({ member }, place) => [member, nets[place]!]));
    after.set(SUPPLIER, totals.supplier);
    this.#fallbackWh += totals.fallbackWh;
    this.#waived += waived.reduce((sum, one) => sum + one, 0);
    const transaction = this.#load.transaction(OPERATOR, settleMarketDay, {
      ...{ day, version, reason: version === 1 ? "" : "readings came late", final },
      ...{ statementsRoot: statementsRoot(leaves) },
      ...{ boughtWh: totals.boughtWh, soldWh: totals.soldWh },
      ...{ fallbackBoughtWh: totals.fallbackWh, fallbackSoldWh: totals.fallbackWh },
      entries: differenceOf(before, after).map(({ party, net }) => ({
        member: party,
        net: MicroEur(BigInt(net)),
      })),
      fees: MicroEur(BigInt(totals.fees) - this.#feesBefore(day, version)),
    });
    this.#fees.set(day, BigInt(totals.fees));
    return { transaction, nets: after, statements };
  }

  /** What the version before gave the community. */
  #feesBefore(day: number, version: number): bigint {
    return version === 1 ? 0n : (this.#fees.get(day) ?? 0n);
  }

  /** Throws where the chain's days are not all settled, or not with what was traded here. */
  check(): void {
    const view = this.#node.view();
    let tradedWh = 0;
    for (let day = FIRST_DAY; day < FIRST_DAY + this.#daysWanted; day++) {
      const row = view.marketDay(day);
      if (row?.final !== true) throw new Error(`the day ${day} is not settled`);
      tradedWh += row.tradedWh;
    }
    if (tradedWh !== this.#tradedWh) throw new Error(`${tradedWh} Wh on the chain, ${this.#tradedWh} here`);
  }

  figures() {
    const spentS = Object.fromEntries(
      Object.entries(this.#spentMs).map(([what, ms]) => [what, round(ms / 1000)]),
    );
    return {
      of_it_s: spentS,
      orders: this.#orders,
      traded_kwh: Math.round(this.#tradedWh / 1000),
      matched_after_kwh: Math.round(this.#fallbackWh / 1000),
      waived_eur: round(this.#waived / 1e6),
      days_signed: this.#signatures,
    };
  }

  #day(day: number): OpenDay {
    const open = this.#days.get(day);
    if (open !== undefined) return open;
    const homes = this.#dwellers.length;
    const places = homes * quarterHoursOf(ROME, day);
    const made = {
      homes,
      boughtWh: new Uint32Array(places),
      soldWh: new Uint32Array(places),
      paid: new Array<number>(places).fill(0),
      earned: new Array<number>(places).fill(0),
      spent: new Float64Array(homes),
    };
    this.#days.set(day, made);
    return made;
  }

  /** In a block of its own, durable. */
  async #book(transactions: readonly Uint8Array[]): Promise<void> {
    const began = performance.now();
    await commitAll(this.#node, transactions);
    this.#spentMs.ledger += performance.now() - began;
  }

  #timed<T>(what: Phase, work: () => T): T {
    const began = performance.now();
    const result = work();
    this.#spentMs[what] += performance.now() - began;
    return result;
  }
}

interface Drawn {
  readonly home: number;
  /** Whether the accumulator is to deliver it. */
  readonly stored: boolean;
  readonly order: BookOrder;
}

export function seconds(began: number): number {
  return round((performance.now() - began) / 1000);
}

export function round(value: number): number {
  return Number(value.toFixed(2));
}

/** A supplier that balances, homes with money, and everybody's consent. */
export async function foundMonth(
  node: EmbeddedNode,
  load: Load,
  { homes, money }: { readonly homes: number; readonly money: bigint },
  at: (time: UnixSeconds) => void,
): Promise<void> {
  await inTurns(node, [...load.street(homes)]);
  const numbers = Array.from({ length: homes }, (_, i) => i + 1);
  await inTurns(
    node,
    numbers.map((home) => load.deposit(money, citizen(home))),
  );
  at(dayStart(ROME, FIRST_DAY) - QUARTER_HOUR_S);
  const supplierCap = MicroEur(CAP * BigInt(homes));
  await inTurns(node, [
    load.transaction(SUPPLIER, joinNeighbours, { plant: NO_PLANT, cap: supplierCap }),
    ...numbers.map((home) =>
      load.transaction(citizen(home), joinNeighbours, { plant: home, cap: MicroEur(CAP) }),
    ),
  ]);
}

async function inTurns(node: EmbeddedNode, transactions: readonly Uint8Array[]): Promise<void> {
  for (let from = 0; from < transactions.length; from += AT_ONCE) {
    await commitAll(node, transactions.slice(from, from + AT_ONCE));
  }
}
