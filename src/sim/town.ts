/**
 * A whole town: homes that produce, store and consume step by step; meters that sign each quarter hour; owners
 * who sell; suppliers who publish tomorrow's rate each evening. It composes the production rooms: the same BEC,
 * the same meter, the same head-end and the same chain serve a real street. Only the loads and the sky are made
 * up, and the clock is its own.
 *
 * Everything that ends up on the ledger follows from the plan and the steps taken, in one fixed order, so that
 * a seed has one final state root wherever it runs, as long as no person takes part.
 */

import { assert } from "#base/assert.ts";
import { equalBytes } from "#base/bytes.ts";
import { Random } from "#base/random.ts";
import {
  civilTime,
  type DayNumber,
  dayOf,
  dayStart,
  QUARTER_HOUR_S,
  quarterHourOf,
  type UnixSeconds,
} from "#base/time.ts";
import { MicroEur, MicroEurPerKwh, Wh } from "#base/units.ts";
import type { ChainEvent } from "#chain/events.ts";
import { DEFAULT_PARAMETERS, type Genesis } from "#chain/genesis.ts";
import type { ChainHost, CommittedBlock, Submission } from "#chain/host.ts";
import {
  admitMember,
  authoriseEnergySale,
  depositMoney,
  enrolEnergySupplier,
  publishDayRate,
  registerHomePlant,
  replaceHomeMeter,
} from "#chain/transactions.ts";
import type { ChainView } from "#chain/view.ts";
import { type OperatorLimit, underLimit } from "#control/operator-limit.ts";
import type { SupplyOrder } from "#control/supply-limit.ts";
import type { Signer } from "#crypto/keys.ts";
import { type Exported, toDeliver } from "#gateway/delivery.ts";
import type { Kind } from "#ledger/machine.ts";
import type { Parameters } from "#market/parameters.ts";
import type { PlantSheet } from "#market/participant.ts";
import type { Reading } from "#metering/reading.ts";
import { signDay, signReading } from "#metering/signed-reading.ts";
import { FLOW } from "#plant/flows.ts";
import { floorOnGrid, J_PER_WH } from "#plant/resolution.ts";
import type { HeadEnd, HeadEndReceipt } from "#platform/head-end.ts";
import type { HomeOrders } from "#platform/home-commands.ts";
import type { LoadWishes } from "#platform/home-loads.ts";
import { MemberAccount } from "#platform/member-account.ts";
import { type Numbers, SAME_NUMBERS } from "#platform/pseudonyms.ts";
import { Balance } from "#sim/balance.ts";
import { Home } from "#sim/home.ts";
import { townIdentity } from "#sim/identities.ts";
import type { HomeLoads } from "#sim/loads/home-loads.ts";
import { habitualSale } from "#sim/owner.ts";
import { type HomePlan, meterAfter, meterOfReturn, ownerKeyAfter, type TownPlan } from "#sim/plan.ts";
import { addressOf } from "#sim/street.ts";
import { SupplyLink } from "#sim/supply-link.ts";

/** What contract and operator let in, W: beyond it loads give way. */
function importBoundW({ situation: { supply, demandResponse } }: Home): number {
  return Math.min(supply.powerMaxW, demandResponse?.importPowerMaxW ?? Number.POSITIVE_INFINITY);
}

/** Where readings go: the platform's head-end. */
export type HeadEndPort = Pick<HeadEnd, "receive" | "receiveDays" | "closeInterval" | "newestOf">;

/** A chain that seals a block when it is told to; one that seals by itself answers at once. */
export interface TownHost extends ChainHost {
  produceNow(): Promise<void>;
}

export interface TownOptions {
  /** Seconds of a step, a divisor of 900. */
  readonly stepS: number;
  /** Whether owners sell by habit. */
  readonly trade: boolean;
  /** How often a meter signs: each quarter hour, or once a civil day for all of it. */
  readonly signatures: "interval" | "day";
  /** Where the accumulators of a town that is resumed stand; empty ones at the beginning. */
  readonly stores: ReadonlyMap<number, { readonly solarWh: number; readonly gridWh: number }>;
  /** The first instant: a quarter hour. */
  readonly start: UnixSeconds;
  /** Which numbers the homes have on the chain; those of the plan where nobody is renewed. */
  readonly numbers?: Numbers;
  /** How people take part in the neighbours' market; they do not where it is absent. */
  readonly market?: {
    quarterHour(time: UnixSeconds): Promise<void>;
    storedWh(home: number, slot: UnixSeconds): number;
  };
  /** What a home's supply contract asks of its counter now, as the platform says it; never anything if absent. */
  readonly supplyOrder?: (plant: number) => SupplyOrder;
  /** What the grid's operator lets through a home's connection, over or not; nobody limits any where it is absent. */
  readonly operatorLimit?: (plant: number) => OperatorLimit | null;
  /** Whether a home has a gateway; one that was handed over and has none any more comes back. Absent: none does. */
  readonly hasGateway?: (plant: number) => boolean;
  /** What its owner asks of a home now, as the platform says it: the same object until something changes. */
  readonly homeOrders?: (plant: number) => HomeOrders;
  /** A home's loads that have a mind of their own, and what its owner wants of them; none where it is absent. */
  readonly loads?: {
    of(plant: number): HomeLoads | undefined;
    wishes(plant: number): LoadWishes;
  };
  /** What else people do when a quarter hour is over: in its block, like everything that they ask for. */
  readonly affairs?: (time: UnixSeconds) => Promise<void>;
}

/** What each supplier brings along for each home, µEUR: enough for ten years of sales. */
const FUNDS_PER_HOME = 2_500_000_000n;
/** Suppliers publish tomorrow's rate when this civil hour has come, in the first quarter hour in which they can. */
const RATES_HOUR = 23;
const SEALS_WAITED = 100;

/** A town is there to be looked at: what takes weeks against an unpaid supply elsewhere takes hours here. */
const TOWN_LAWS: Partial<Parameters> = {
  supplyPayMinimumS: 1_800,
  supplyNoticeMinimumS: 3_600,
  supplyReducedMinimumS: 3_600,
  supplyEndNoticeS: 3_600,
  supplyFinalBillS: 3_600,
};

/** The chain of a town that lives from an instant on. Throws where the plan's keys or laws are refused. */
export function townGenesis(
  plan: TownPlan,
  from: UnixSeconds,
  parameters: Partial<Parameters> = {},
): Genesis {
  return {
    chain: `town-${plan.seed}`,
    // The evening before: the first day's rates are published before it begins.
    time: dayStart(plan.zone, dayOf(plan.zone, from)) - 7200,
    producer: plan.producer.publicKey,
    founders: [{ member: plan.operator.member, role: "operator", keys: [plan.operator.key.publicKey] }],
    parameters: { ...DEFAULT_PARAMETERS, ...TOWN_LAWS, zone: plan.zone, ...parameters },
  };
}

/** Whether everybody has been admitted: the last that `found` does is publish the first day's rates. */
export function isFounded(plan: TownPlan, from: UnixSeconds, view: ChainView): boolean {
  const day = dayOf(plan.zone, from);
  return plan.suppliers.every(({ member }) => view.rate(member, day) !== undefined);
}

/** Whether everybody lives here, whatever day it is. */
export function isInhabited(plan: TownPlan, view: ChainView, numbers: Numbers = SAME_NUMBERS): boolean {
  return (
    plan.suppliers.every(({ member }) => view.supplier(member) !== undefined) &&
    plan.homes.every(({ plant }) => view.plant(numbers.plantNow(plant)) !== undefined)
  );
}

export class Town {
  readonly plan: TownPlan;
  readonly homes: readonly Home[];
  /** What flowed, in joules: physics, before the meters make whole watt-hours of it. */
  readonly balance = new Balance();
  /** By home: on which way it hears what its supply contract asks. */
  readonly supplyLinks: readonly SupplyLink[];
  readonly #host: TownHost;
  readonly #headEnd: HeadEndPort;
  readonly #options: TownOptions;
  readonly #numbers: Numbers;
  /** By home, the meters that the town has had there since the last renewal; grows as they are looked for. */
  readonly #meters: { readonly renewals: number; readonly signers: Signer[] }[] = [];
  /** By home; made anew when the owner has been renewed. */
  readonly #owners: { readonly renewals: number; readonly account: MemberAccount }[] = [];
  readonly #suppliers: readonly MemberAccount[];
  readonly #operator: MemberAccount;
  readonly #random: Random;
  /** What left the accumulators in quarter hours that are read and not yet booked, by home. */
  readonly #unbooked: Exported[][];
  /** By home: what the grid's operator asked when it was last heard. */
  readonly #limits: (OperatorLimit | null)[] = [];
  /** By home: what its owner asked for when it last heard the platform. */
  readonly #heard: HomeOrders[] = [];
  /** Of the quarter hour under way, J, by home. */
  readonly #energies: { generation: number; demand: number; imported: number; exported: number }[];
  readonly #dayReadings: Reading[][] = [];
  readonly #stopListening: () => void;
  /** Whole seconds of the next step, which may not lead across the end of a quarter hour. */
  stepS: number;
  #time: UnixSeconds;
  #readings = 0;
  #unservedJ = 0;
  #sales = 0;
  #refused = new Map<string, number>();

  /** `operator` is the account that the head-end submits with, too. */
  constructor(
    plan: TownPlan,
    host: TownHost,
    headEnd: HeadEndPort,
    operator: MemberAccount,
    options: TownOptions,
  ) {
    assert(QUARTER_HOUR_S % options.stepS === 0, "a quarter hour is a number of whole steps");
    this.plan = plan;
    this.#host = host;
    this.#headEnd = headEnd;
    this.#options = options;
    this.stepS = options.stepS;
    this.#time = options.start;
    this.#random = new Random(plan.seed).fork("habits");
    this.#operator = operator;
    this.#suppliers = plan.suppliers.map(
      ({ member, key }) => new MemberAccount(host, { member, signer: key }),
    );
    this.#numbers = options.numbers ?? SAME_NUMBERS;
    const prices = plan.prices(options.start);
    this.homes = plan.homes.map(({ plant, site, reserveWh }) => {
      const store = options.stores.get(plant);
      return new Home({
        plant,
        site,
        start: options.start,
        storedSolarWh: store?.solarWh ?? 0,
        storedGridWh: store?.gridWh ?? 0,
        reserveWh,
        ...prices,
        importPriceAt: (time) => plan.prices(time).importPrice,
      });
    });
    this.supplyLinks = plan.homes.map(() => new SupplyLink(options.start));
    this.#energies = plan.homes.map(() => ({ generation: 0, demand: 0, imported: 0, exported: 0 }));
    this.#unbooked = plan.homes.map(() => []);
    for (const home of this.homes) this.#order(home);
    this.#stopListening = host.onBlock((block) => this.#follow(block));
  }

  /** How far the town has come; every home has been stepped up to here. */
  get time(): UnixSeconds {
    return this.#time;
  }

  /** Readings that the head-end acknowledged. */
  get readings(): number {
    return this.#readings;
  }

  /** Sales authorised by habit so far. */
  get sales(): number {
    return this.#sales;
  }

  /** What homes would have used and their contracts did not let in, J. */
  get unservedJ(): number {
    return this.#unservedJ;
  }

  /** Refusals of what the town itself asked for, by status: none in a healthy town. */
  get refused(): ReadonlyMap<string, number> {
    return this.#refused;
  }

  close(): void {
    this.#stopListening();
  }

  /**
   * Admits everybody and publishes the first day's rates. What a chain has already is left alone, so a founding
   * that was cut short is taken up where it was; `goOn` answers false where it is to be cut short.
   */
  async found(goOn: () => boolean = () => true): Promise<void> {
    const { suppliers, applicant, homes } = this.plan;
    for (const { member, key } of [...suppliers, applicant]) {
      if (this.#view.member(member) !== undefined) continue;
      await this.#asOperator(admitMember, {
        member,
        role: "supplier",
        keys: [key.publicKey],
        identity: townIdentity(this.plan.seed, member, "organisation"),
      });
    }
    for (const { member, name } of suppliers) {
      if (this.#view.supplier(member) !== undefined) continue;
      await this.#asOperator(enrolEnergySupplier, { member, name });
    }
    // The applicant's money is there before it is enrolled: from then on it can buy.
    for (const { member } of [...suppliers, applicant]) {
      if (this.#view.money(member).posted > 0n) continue;
      const amount = MicroEur(FUNDS_PER_HOME * BigInt(homes.length));
      await this.#asOperator(depositMoney, { member, amount, reference: `opening balance ${member}` });
    }
    for (const home of homes) {
      if (!goOn()) return this.#host.produceNow();
      const { plant, owner, ownerKey } = home;
      if (this.#view.member(this.#numbers.memberNow(owner)) === undefined) {
        await this.#asOperator(admitMember, {
          member: owner,
          role: "citizen",
          keys: [ownerKey.publicKey],
          identity: townIdentity(this.plan.seed, owner, "person"),
        });
      }
      if (this.#view.plant(this.#numbers.plantNow(plant)) !== undefined) continue;
      await this.#asOperator(registerHomePlant, { plant, sheet: plantSheet(home) });
    }
    await this.#host.produceNow();
    const { zone } = this.plan;
    const today = dayOf(zone, this.#options.start);
    // On a chain whose clock runs by itself the first day may have begun meanwhile.
    await this.#publishRates(this.#isOpenFor(today) ? today : dayOf(zone, this.#host.now()) + 1);
    await this.#host.produceNow();
  }

  /** Runs one step; at the end of a quarter hour meters report and people act. */
  async step(): Promise<void> {
    this.#stepHomes();
    if (this.#time % QUARTER_HOUR_S === 0) await this.#closeInterval(this.#time - QUARTER_HOUR_S);
  }

  /** Runs whole quarter hours up to `end`, without a pause; a watcher that answers `false` ends it early. */
  async runUntil(end: UnixSeconds, onInterval?: (time: UnixSeconds) => boolean | void): Promise<void> {
    while (this.#time < end) {
      this.#stepHomes();
      if (this.#time % QUARTER_HOUR_S !== 0) continue;
      await this.#closeInterval(this.#time - QUARTER_HOUR_S);
      if (onInterval?.(this.#time) === false) return;
    }
  }

  #stepHomes(): void {
    const { stepS } = this;
    const time = this.#time;
    assert((time % QUARTER_HOUR_S) + stepS <= QUARTER_HOUR_S, "a step ends within its quarter hour");
    const prices = this.plan.prices(time);
    const plans = this.plan.homes;
    const { supplyOrder, homeOrders, loads, operatorLimit } = this.#options;
    for (const [i, home] of this.homes.entries()) {
      const { source } = plans[i]!;
      home.situation.importPrice = prices.importPrice;
      home.situation.feedInPrice = prices.feedInPrice;
      const baseW = source.loadW(time, stepS);
      const solarW = source.solarW(time, stepS);
      if (supplyOrder !== undefined) {
        const link = this.supplyLinks[i]!;
        link.say(supplyOrder(home.plant), time);
        home.limit(link.limitAt(time));
      }
      if (operatorLimit !== undefined) {
        const link = this.supplyLinks[i]!;
        // A home whose link is cut goes by the last that it heard.
        if (link.isUp) this.#limits[i] = operatorLimit(home.plant);
        const silentS = Math.max(0, time - link.heardAt);
        home.restrict(underLimit(this.#limits[i] ?? null, { now: time, silentS }));
      }
      if (homeOrders !== undefined && this.supplyLinks[i]!.isUp) this.#hear(i, homeOrders(home.plant), time);
      let loadW = baseW;
      const own = loads?.of(home.plant);
      if (own !== undefined) {
        if (this.supplyLinks[i]!.isUp) {
          const { preferences } = homeOrders?.(home.plant) ?? {};
          if (preferences !== undefined) own.comfort(preferences.comfort);
          own.hear(loads!.wishes(home.plant));
        }
        loadW += own.step({
          ...{ time, seconds: stepS, solarW, baseW, importPrice: prices.importPrice },
          supplyMaxW: importBoundW(home),
          outdoorC: source.generated!.airC(time, stepS),
        });
      }
      home.step(time, stepS, solarW, loadW);
      const w = home.flowsW;
      const energy = this.#energies[i]!;
      energy.generation +=
        (w[FLOW.solarToHome]! + w[FLOW.solarToAccumulator]! + w[FLOW.solarToGrid]!) * stepS;
      // What is shed was never used: counted as demand it would pass for covered by the home itself.
      energy.demand += (loadW - home.unservedW) * stepS;
      this.#unservedJ += home.unservedW * stepS;
      energy.imported += (w[FLOW.gridToHome]! + w[FLOW.gridToAccumulator]!) * stepS;
      energy.exported += (w[FLOW.solarToGrid]! + w[FLOW.accumulatorToGrid]!) * stepS;
    }
    this.#time = time + stepS;
    this.#shareAmongNeighbours();
  }

  /** What the street lacks now is what homes that let it go first give in the next step, each as much as the other. */
  #shareAmongNeighbours(): void {
    const givers = this.homes.filter(({ communityFirst }) => communityFirst);
    if (givers.length === 0) return;
    let lackingW = 0;
    for (const { flowsW } of this.homes) lackingW += flowsW[FLOW.gridToHome]!;
    for (const { situation } of givers) situation.communityW = floorOnGrid(lackingW / givers.length);
  }

  /** On the way that the supply's orders come, too. */
  #hear(index: number, orders: HomeOrders, time: UnixSeconds): void {
    if (this.#heard[index] === orders) return;
    this.#heard[index] = orders;
    const home = this.homes[index]!;
    const { preferences } = orders;
    if (preferences !== undefined) {
      const capacityWh = home.site.accumulator?.capacityWh ?? 0;
      home.prefer({
        reserveWh: Math.round((capacityWh * preferences.reservePercent) / 100),
        wear: preferences.wearMicroEurPerKwh,
        communityFirst: preferences.communityFirst,
      });
    }
    home.hear(orders.heard, time);
  }

  async #closeInterval(start: UnixSeconds): Promise<void> {
    const readings = this.homes.map((home) => home.closeInterval());
    for (const [i, { flows }] of readings.entries()) {
      const joules = flows.accumulatorToGrid * J_PER_WH;
      if (joules > 0) this.#unbooked[i]!.push({ intervalStart: start, joules });
    }
    for (const energy of this.#energies) {
      this.balance.add(energy.generation, energy.demand, energy.imported, energy.exported);
      energy.generation = energy.demand = energy.imported = energy.exported = 0;
    }
    this.balance.closeSlot();
    await this.#report(start, readings);
    await this.#host.produceNow();
    await this.#people();
    await this.#takeBack();
    await this.#options.affairs?.(this.#time);
    // What people asked for stands in a block of this quarter hour, not of the next one.
    await this.#host.produceNow();
    await this.#options.market?.quarterHour(this.#time);
    for (const [i, home] of this.homes.entries()) {
      if (!this.#isHandedOver(i, start) || this.#isHandedOver(i, this.#time)) continue;
      home.resume(this.#time, this.#leftBehind(i));
    }
    // Another quarter hour runs: some sales may no longer be delivered, and others need not wait any more.
    for (const home of this.homes) this.#order(home);
  }

  async #report(start: UnixSeconds, readings: readonly Reading[]): Promise<void> {
    const { chain } = this.#host;
    if (this.#options.signatures === "interval") {
      const signed = readings.flatMap((reading, i) =>
        this.#isHandedOver(i, start) ? [] : [signReading(chain, reading, this.#meterOf(i, start))],
      );
      this.#acknowledge(this.#headEnd.receive(signed));
      await this.#submitInterval(start);
      return;
    }
    for (const [i, reading] of readings.entries()) (this.#dayReadings[i] ??= []).push(reading);
    if (dayOf(this.plan.zone, this.#time) === dayOf(this.plan.zone, start)) return;
    await this.flushDay();
  }

  /** Signs and reports what a meter of daily signatures still holds. */
  async flushDay(): Promise<void> {
    const days = this.#dayReadings.splice(0);
    if (days.length === 0) return;
    const { chain } = this.#host;
    const signed = days.map((readings, i) =>
      signDay(chain, readings, this.#meterOf(i, readings[0]!.intervalStart)),
    );
    this.#acknowledge(this.#headEnd.receiveDays(signed));
    // What comes in at once is booked at once: the day stands in as few blocks as hold it.
    for (const { intervalStart } of days[0]!) await this.#submitInterval(intervalStart);
    await this.#host.produceNow();
  }

  #acknowledge({ accepted, refused }: HeadEndReceipt): void {
    this.#readings += accepted;
    for (const { reason } of refused) this.#note(`reading: ${reason}`);
  }

  async #submitInterval(start: UnixSeconds): Promise<void> {
    const status = await this.#headEnd.closeInterval(start);
    if (status !== "ok") this.#note(`interval: ${status}`);
  }

  /** What people do when a quarter hour is over. */
  async #people(): Promise<void> {
    const { zone } = this.plan;
    const time = this.#time;
    const day = dayOf(zone, time);
    const { hour } = civilTime(zone, time);
    // A town that runs after its chain's clock is late for some of what people do.
    if (hour >= RATES_HOUR && this.#isOpenFor(day + 1)) await this.#publishRates(day + 1);
    if (!this.#options.trade || this.#host.now() - time > QUARTER_HOUR_S) return;
    const view = this.#view;
    for (const [i, { plant, owner, site, reserveWh }] of this.plan.homes.entries()) {
      const random = () => this.#random.fork(`${plant} ${time}`);
      const number = this.#numbers.plantNow(plant);
      const capacity = Wh(BigInt(site.accumulator?.capacityWh ?? 0));
      if (this.#isHandedOver(i, time)) continue;
      const request = habitualSale(view, number, Wh(BigInt(reserveWh)), { day, hour }, capacity, random);
      // A second key is the device of a person who lives there now: they decide what is sold.
      if (request === undefined || view.member(this.#numbers.memberNow(owner))!.keys.length > 1) continue;
      const submission = await this.#ownerOf(i).send(authoriseEnergySale, request);
      if (this.#admitted(submission)) this.#sales += 1;
    }
  }

  /** The plants whose quarter hour is another meter's than the simulation's: a gateway runs the home. */
  handedOver(intervalStart: UnixSeconds): ReadonlySet<number> {
    const there = this.plan.homes.filter((_, i) => this.#isHandedOver(i, intervalStart));
    return new Set(there.map(({ plant }) => plant));
  }

  #isHandedOver(i: number, intervalStart: UnixSeconds): boolean {
    const plant = this.#numbers.plantNow(this.plan.homes[i]!.plant);
    const key = this.#view.meterKeyAt(plant, intervalStart);
    return key !== undefined && this.#ownMeter(i, key) === undefined;
  }

  /**
   * Homes that were handed over and have no gateway any more get a meter of the town again, from the next quarter hour
   * on. A key that a plant has had is never its key again, so each return has one of its own.
   */
  async #takeBack(): Promise<void> {
    const { hasGateway } = this.#options;
    if (hasGateway === undefined) return;
    for (const [i, { plant: home }] of this.plan.homes.entries()) {
      if (!this.#isHandedOver(i, this.#time) || hasGateway(home)) continue;
      const plant = this.#numbers.plantNow(home);
      const row = this.#view.plant(plant);
      // One that is announced already begins soon.
      if (row === undefined || this.#ownMeter(i, row.meterKey) !== undefined) continue;
      const from = quarterHourOf(Math.max(this.#time, this.#host.now())) + QUARTER_HOUR_S;
      const had = this.#view.metersOf(plant);
      const meter = this.#metersOf(i).find(
        ({ publicKey }) => !had.some(({ key }) => equalBytes(key, publicKey)),
      )!;
      const { publicKey: meterKey } = meter;
      this.#admitted(await this.#operator.send(replaceHomeMeter, { plant, meterKey, from }));
    }
  }

  /** What a gateway's meter left in the accumulator; what the books say where it never reported. */
  #leftBehind(i: number): { readonly solarWh: number; readonly gridWh: number } {
    const home = this.plan.homes[i]!.plant;
    const last = this.#headEnd.newestOf(home);
    if (last !== undefined) return { solarWh: last.closingSolarWh, gridWh: last.closingGridWh };
    const { solar, grid } = this.#view.store(this.#numbers.plantNow(home));
    return { solarWh: Number(solar), gridWh: Number(grid) };
  }

  /** The town's meter that signs a quarter hour of a home that it has. */
  #meterOf(i: number, intervalStart: UnixSeconds): Signer {
    const plant = this.#numbers.plantNow(this.plan.homes[i]!.plant);
    const key = this.#view.meterKeyAt(plant, intervalStart);
    return (key && this.#ownMeter(i, key)) ?? this.#metersOf(i)[0]!;
  }

  #ownMeter(i: number, key: Uint8Array): Signer | undefined {
    return this.#metersOf(i).find(({ publicKey }) => equalBytes(publicKey, key));
  }

  /** Every meter that the town can have had at a home under its present number, and the next one. */
  #metersOf(i: number): readonly Signer[] {
    const home = this.plan.homes[i]!;
    const { seed } = this.plan;
    const renewals = this.#numbers.renewalsOf(home.owner);
    let known = this.#meters[i];
    if (known?.renewals !== renewals) {
      this.#meters[i] = known = { renewals, signers: [meterAfter(seed, home, renewals)] };
    }
    // Each return followed a gateway's meter: half of them at the most were the town's.
    const terms = this.#view.metersOf(this.#numbers.plantNow(home.plant)).length;
    while (known.signers.length <= terms / 2) {
      known.signers.push(meterOfReturn(seed, home, renewals, known.signers.length));
    }
    return known.signers;
  }

  #ownerOf(i: number): MemberAccount {
    const home = this.plan.homes[i]!;
    const renewals = this.#numbers.renewalsOf(home.owner);
    const known = this.#owners[i];
    if (known?.renewals === renewals) return known.account;
    const member = this.#numbers.memberNow(home.owner);
    const signer = ownerKeyAfter(this.plan.seed, home, renewals);
    const account = new MemberAccount(this.#host, { member, signer });
    this.#owners[i] = { renewals, account };
    return account;
  }

  /** Whether rates for a day can still be published. */
  #isOpenFor(day: DayNumber): boolean {
    const { zone, rateClosesS } = this.#view.parameters;
    return this.#host.now() + rateClosesS < dayStart(zone, day);
  }

  async #publishRates(day: DayNumber): Promise<void> {
    for (const [i, { rateOf, member }] of this.plan.suppliers.entries()) {
      if (this.#view.rate(member, day) !== undefined) continue;
      const rate = MicroEurPerKwh(rateOf(day));
      this.#admitted(await this.#suppliers[i]!.send(publishDayRate, { day, rate }));
    }
  }

  async #asOperator<B>(kind: Kind<B, ChainEvent>, body: B): Promise<void> {
    for (let i = 0; i < SEALS_WAITED; i++) {
      const submission = await this.#operator.send(kind, body);
      if (submission.admitted) return;
      if (submission.status !== "overloaded")
        throw new Error(`the town cannot be founded: ${submission.status}`);
      await this.#host.produceNow();
    }
    throw new Error("the town cannot be founded: the node stays overloaded");
  }

  #admitted(submission: Submission): boolean {
    if (submission.admitted) return true;
    this.#note(submission.status);
    return false;
  }

  #note(status: string): void {
    this.#refused.set(status, (this.#refused.get(status) ?? 0) + 1);
  }

  get #view(): ChainView {
    return this.#host.view();
  }

  /** Turns what the chain decided into orders for the BECs. */
  #follow(block: CommittedBlock): void {
    const plants = new Set<number>();
    const heed = (event: ChainEvent) => {
      if ("sale" in event) plants.add(this.#numbers.homeOf(event.plant));
    };
    block.events.forEach(heed);
    for (const { events } of block.transactions) events.forEach(heed);
    for (const plant of plants) {
      const home = this.homes[plant - 1];
      if (home !== undefined) this.#order(home);
    }
  }

  #order(home: Home): void {
    const view = this.#view;
    const row = view.plant(this.#numbers.plantNow(home.plant));
    const slot = quarterHourOf(this.#time);
    const marketWh = this.#options.market?.storedWh(home.plant, slot) ?? 0;
    if (row === undefined) return;
    if (row.openSales.length === 0 && home.saleRemainingWh === 0 && marketWh === 0) return;
    const unbooked = this.#unbooked[home.plant - 1]!;
    while (unbooked.length > 0 && unbooked[0]!.intervalStart <= row.lastInterval) unbooked.shift();
    const running = { intervalStart: slot, joules: home.unreadExportJ };
    const sales = row.openSales.map((id) => view.sale(id)!);
    const forSales = toDeliver(sales, [...unbooked, running]);
    if (marketWh === 0) {
      home.order(forSales);
      return;
    }
    // What left so far went to the sales first, as the books will have it; the rest of it to the neighbours.
    const lacked = toDeliver(sales, [...unbooked, { ...running, joules: 0 }]);
    const gone = Math.max(0, running.joules - lacked);
    home.order(forSales + Math.max(0, marketWh * J_PER_WH - gone));
  }
}

function plantSheet(plan: HomePlan): PlantSheet {
  const { accumulator } = plan.site;
  return {
    owner: plan.owner,
    meterKey: plan.meter.publicKey,
    feeder: addressOf(plan.plant - 1).feeder,
    solarPeakW: plan.solarPeakW,
    capacity: Wh(BigInt(accumulator?.capacityWh ?? 0)),
    chargePowerMaxW: accumulator?.chargePowerMaxW ?? 0,
    dischargePowerMaxW: accumulator?.dischargePowerMaxW ?? 0,
  };
}
