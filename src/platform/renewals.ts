/**
 * The registrar's service: new pseudonyms for the homes of a community, many at once (`renew_members`), so that who
 * reads the chain cannot follow a home from one period to the next.
 *
 * A renewal has two halves. First the *gap*: some quarter hours long the head-end keeps what these homes' stores do
 * to itself, so that no content after it equals one before. Then one transaction closes the old numbers and opens
 * new ones, with the gap as a single sum. Who is no longer at rest by then stays as it is, and so does who named no
 * next key: nobody is locked out by a renewal.
 *
 * Which new number is which old one stands in this platform's database alone, and it stands there before the
 * transaction is handed in. So whatever is interrupted, wherever:
 *
 * | state | what a restart finds | what it does |
 * |---|---|---|
 * | `holding` | the homes, the gap | goes on holding back; makes the transaction at the gap's end |
 * | `sent` | the whole transaction with its map | applied where the chain has it; else handed in again |
 * | `dropped` | why | nothing; yet applied, should the chain take it after all |
 * | `done` | | nothing |
 *
 * Applying is one transaction of the database: map, sessions' keys, money that waits, state.
 */
import { randomInt } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { fromHex, toHex } from "#base/bytes.ts";
import { decode, encode } from "#base/codec.ts";
import {
  civilDate,
  type DayNumber,
  dayOf,
  dayStart,
  QUARTER_HOUR_S,
  quarterHourOf,
  type UnixSeconds,
  type Zone,
} from "#base/time.ts";
import { MicroEur, Wh } from "#base/units.ts";
import type { ChainHost } from "#chain/host.ts";
import { renewManyMembers } from "#chain/transactions.ts";
import type { ChainView } from "#chain/view.ts";
import type { Identity } from "#ledger/identity.ts";
import type { Guardian } from "#ledger/recovery.ts";
import {
  type GapMovement,
  type OpenedMember,
  type OpenedPlant,
  RENEWAL_MAX,
  type Renewal,
  renewalCodec,
  renewedSheet,
} from "#market/renewal.ts";
import type { StoreMovement } from "#metering/reading.ts";
import type { Unready } from "#wire/schemas.ts";
import type { Archive } from "./archive.ts";
import { inTransaction } from "./database.ts";
import type { MemberAccount } from "./member-account.ts";
import type { NextKeys } from "./next-keys.ts";
import { Refused } from "./problems.ts";
import type { NewNumbers, Pseudonyms } from "./pseudonyms.ts";
import type { Sessions } from "./sessions.ts";

/** What the registrar knows besides the chain: who people are, and which key a meter signs with next. */
export interface Registrar {
  /** A fresh commitment, and the nullifier of that period. */
  attest(account: number, period: number): Identity;
  /** The key of a home's meter after so many renewals; `undefined` where it has made none. */
  meterKey(home: number, renewals: number): Uint8Array | undefined;
}

/**
 * When a gap begins that nobody asked for at once, and how long it is: from 07:00, when accumulators are nearly empty,
 * to 16:00, when they are full. Stores come out of a gap by night in the order in which they went in
 * (`bench/linking.ts`).
 */
const MORNING_S = 7 * 3_600;
const DAY_QUARTER_HOURS = 36;
/** Of a gap that begins now, where nobody says otherwise: four hours. */
const GAP_QUARTER_HOURS = 16;
const GAP_MAX = 96;

export const RENEWAL_STEP = `
  CREATE TABLE renewals (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('holding', 'sent', 'done', 'dropped')),
    holds_from INTEGER NOT NULL,
    last_interval INTEGER NOT NULL,
    accounts TEXT NOT NULL,
    body BLOB,
    renewed TEXT,
    outcome TEXT,
    ended INTEGER,
    height INTEGER
  );
  CREATE TABLE renewal_rests (account INTEGER PRIMARY KEY, micro_eur INTEGER NOT NULL) WITHOUT ROWID;
`;

/** What becomes of one account, as the database keeps it. */
interface Renewed extends NewNumbers {
  /** Old and new, hexadecimal. */
  readonly keys: readonly (readonly [string, string])[];
  /** What of its money waits for a later renewal, µEUR. */
  readonly rest: number;
}

interface Plan {
  readonly id: number;
  readonly state: "holding" | "sent" | "done" | "dropped";
  /** The first quarter hour that is held back, and the last of the gap. */
  readonly holdsFrom: UnixSeconds;
  readonly lastInterval: UnixSeconds;
  /** None while it waits: who is ready when the gap begins takes part. */
  readonly accounts: readonly number[];
  readonly body: Uint8Array | undefined;
  readonly renewed: readonly Renewed[];
}

/** Where renewals stand, for the operator. */
export interface Standing {
  readonly period: number;
  readonly minimum: number;
  /** Accounts that could be renewed now. */
  readonly ready: number;
  readonly unready: readonly { readonly account: number; readonly reason: Unready }[];
  readonly last: { readonly time: UnixSeconds; readonly height: number; readonly homes: number } | undefined;
  readonly underWay:
    | {
        /** It waits for its gap to begin, is in it, or is with the chain. */
        readonly state: "waiting" | "holding" | "sent";
        readonly from: UnixSeconds;
        readonly until: UnixSeconds;
        readonly homes: number;
      }
    | undefined;
  /** Why the one after the last did not come to be. */
  readonly dropped: { readonly reason: string; readonly time: UnixSeconds } | undefined;
  /** When the next begins by itself; `undefined` where none does. */
  readonly next: UnixSeconds | undefined;
}

interface Options {
  readonly database: DatabaseSync;
  readonly host: Pick<ChainHost, "view" | "now">;
  readonly operator: MemberAccount;
  readonly archive: Pick<Archive, "find" | "after">;
  readonly numbers: Pseudonyms;
  readonly nextKeys: NextKeys;
  readonly sessions: Pick<Sessions, "followKeys">;
  readonly registrar: Registrar;
  readonly zone: Zone;
  /** Begins one by itself in the morning of the first day of each civil month. */
  readonly monthly?: boolean;
  readonly note: (sentence: string, cause?: unknown) => void;
}

/** How a renewal is begun by hand. */
export interface Beginning {
  readonly at?: "morning" | "now";
  /** How many the gap has. */
  readonly quarterHours?: number;
}

/** Whether its gap is still to begin. */
function isWaiting({ state, accounts }: Plan): boolean {
  return state === "holding" && accounts.length === 0;
}

/** Not the plan's fault: the same is handed in again. */
const AGAIN: ReadonlySet<string> = new Set([
  "overloaded",
  "already_waiting",
  "stopped",
  "interval_in_future",
  "nonce_already_used",
  "nonce_out_of_order",
  "expired",
]);

/** So long the gap's last reading of a remote home is waited for, ms of real time. */
const LATE_MS = 10_000;

export class Renewals {
  readonly #options: Options;
  readonly #applied = new Set<(renewed: readonly NewNumbers[]) => void>();
  #plan: Plan | undefined;
  #held: ReadonlySet<number> = new Set();
  #waitsForBlock = false;
  /** Runs while the gap is over and a remote home has not told its last reading. */
  #wait: NodeJS.Timeout | undefined;
  #isRemote: (home: number) => boolean = () => false;

  constructor(options: Options) {
    this.#options = options;
    this.#plan = this.#plans("state IN ('holding', 'sent')").at(-1);
    this.#hold();
    this.follow();
  }

  /**
   * Begins the gap at seven o'clock of the next day of which the neighbours' market has no book yet, and from then on
   * it has none (`holdsMarket`); or with the quarter hour that runs now. In the stead of one that waits.
   * Refused, in this order: renewal_under_way, too_few_to_renew.
   */
  begin({ at = "morning", quarterHours }: Beginning = {}): void {
    const { database, host } = this.#options;
    if (this.#plan !== undefined && !isWaiting(this.#plan)) throw new Refused("renewal_under_way");
    const morning = at === "morning";
    const accounts = this.#readyNow(morning);
    const holdsFrom = morning ? this.#nextMorning() : quarterHourOf(host.now());
    const length = quarterHours ?? (morning ? DAY_QUARTER_HOURS : GAP_QUARTER_HOURS);
    const lastInterval = holdsFrom + (Math.min(GAP_MAX, length) - 1) * QUARTER_HOUR_S;
    inTransaction(database, () => {
      if (this.#plan !== undefined) database.prepare("DELETE FROM renewals WHERE id = ?").run(this.#plan.id);
      database
        .prepare(
          "INSERT INTO renewals (state, holds_from, last_interval, accounts) VALUES ('holding', ?, ?, ?)",
        )
        .run(holdsFrom, lastInterval, JSON.stringify(morning ? [] : accounts));
    });
    this.#plan = this.#plans("state = 'holding'").at(-1);
    this.#hold();
  }

  /**
   * Who takes part in a gap that begins now; or in the morning, when the market's days are final. Throws
   * `too_few_to_renew`.
   */
  #readyNow(morning = false): readonly number[] {
    const ready = this.#citizens().filter(
      ({ reason }) => reason === undefined || (morning && reason === "market_day"),
    );
    if (ready.length < this.#options.host.view().parameters.renewalMinimum) {
      throw new Refused("too_few_to_renew");
    }
    return ready.slice(0, RENEWAL_MAX).map(({ account }) => account);
  }

  #nextMorning(): UnixSeconds {
    const { host, zone } = this.#options;
    let morning = nextMorning(zone, host.now());
    while (host.view().marketDay(dayOf(zone, morning)) !== undefined) morning = nextMorning(zone, morning);
    return morning;
  }

  /**
   * Whether the neighbours' market has no book of a day, so that whoever takes part in it is at rest when the numbers
   * change: a day with a book is not final before it is over. Until the renewal is applied, or dropped.
   */
  holdsMarket(day: DayNumber): boolean {
    const { host, zone, monthly } = this.#options;
    const plan = this.#plan;
    if (plan !== undefined && day >= dayOf(zone, plan.holdsFrom) && day <= dayOf(zone, plan.lastInterval)) {
      return true;
    }
    return monthly === true && civilDate(day).day === 1 && host.now() < dayStart(zone, day) + MORNING_S;
  }

  /** The gap of a renewal that waited begins. */
  #open(plan: Plan): void {
    try {
      this.#options.database
        .prepare("UPDATE renewals SET accounts = ? WHERE id = ?")
        .run(JSON.stringify(this.#readyNow()), plan.id);
      this.#plan = this.#plans("state = 'holding'").at(-1);
      this.#hold();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#drop(plan, "too_few_to_renew");
    }
  }

  /** Whether the head-end keeps what a home did in a quarter hour to itself; not where a sale waits for it. */
  holdsBack(home: number, intervalStart: UnixSeconds): boolean {
    const plan = this.#plan;
    if (plan === undefined || intervalStart < plan.holdsFrom || !this.#held.has(home)) return false;
    const { host, numbers } = this.#options;
    return host.view().plant(numbers.plantNow(home))?.openSales.length === 0;
  }

  /** Everything up to this quarter hour has been given to the chain, or held back. Never rejects. */
  async intervalClosed(intervalStart: UnixSeconds): Promise<void> {
    try {
      this.follow();
      const next = intervalStart + QUARTER_HOUR_S;
      if (this.#plan === undefined && this.#isDue(next)) {
        this.begin({ at: "now", quarterHours: DAY_QUARTER_HOURS });
      }
      if (this.#plan !== undefined && isWaiting(this.#plan) && next >= this.#plan.holdsFrom) {
        this.#open(this.#plan);
      }
      if (this.#plan?.state === "holding" && intervalStart === this.#plan.lastInterval) {
        if (this.#isLate(this.#plan)) {
          this.#wait ??= setTimeout(() => void this.#handIn(), LATE_MS).unref();
          return;
        }
      }
      if (this.#plan !== undefined && intervalStart >= this.#plan.lastInterval) await this.#handIn();
    } catch (error) {
      if (!(error instanceof Refused)) this.#options.note("the renewal of pseudonyms did not go on", error);
    }
  }

  /** Says whose readings come over a link, a moment after their quarter hour has been closed; nobody's before. */
  waitFor(isRemote: (home: number) => boolean): void {
    this.#isRemote = isRemote;
  }

  /** To be called with each reading of a home that was kept. */
  onReading(intervalStart: UnixSeconds): void {
    const plan = this.#plan;
    if (this.#wait === undefined || intervalStart !== plan?.lastInterval || this.#isLate(plan)) return;
    void this.#handIn();
  }

  close(): void {
    clearTimeout(this.#wait);
    this.#wait = undefined;
  }

  /** The gap is over: the transaction is made where that is still to be done, and handed in. Never rejects. */
  async #handIn(): Promise<void> {
    this.close();
    try {
      if (this.#plan?.state === "holding") this.#make(this.#plan);
      if (this.#plan?.state === "sent" && !this.#waitsForBlock) await this.#send(this.#plan);
    } catch (error) {
      this.#options.note("the renewal of pseudonyms did not go on", error);
    }
  }

  /** Whether a remote home that takes part has not told the gap's last quarter hour. */
  #isLate({ accounts, lastInterval }: Plan): boolean {
    const { host, numbers, archive } = this.#options;
    return accounts
      .flatMap((account) => homesOf(host.view(), numbers, account))
      .some((home) => this.#isRemote(home) && archive.find(home, lastInterval) === undefined);
  }

  /** Applies whatever the chain has taken. To be called at each block before anybody else looks at it. */
  follow(): void {
    const { host } = this.#options;
    if (this.#last?.period === host.view().period) return;
    this.#last = { period: host.view().period };
    for (const plan of this.#plans("state IN ('sent', 'dropped') AND body IS NOT NULL")) {
      if (host.view().member(plan.renewed[0]!.member) !== undefined) this.#apply(plan);
    }
  }

  /** The period up to which everything has been applied: nothing is looked for while it stays the same. */
  #last: { readonly period: number } | undefined;

  /** What of an account's money waits for a later renewal, µEUR. */
  restOf(account: number): number {
    const row = this.#options.database
      .prepare("SELECT micro_eur FROM renewal_rests WHERE account = ?")
      .get(account);
    return (row?.micro_eur as number | undefined) ?? 0;
  }

  /** Why an account would keep its numbers now; `undefined` where it would not. */
  unready(account: number): Unready | undefined {
    return this.#reason(account, this.#guardiansOfOthers());
  }

  standing(): Standing {
    const { database, host } = this.#options;
    const view = host.view();
    const citizens = this.#citizens();
    const plan = this.#plan;
    const ended = (state: "done" | "dropped") =>
      database
        .prepare(
          "SELECT id, accounts, renewed, outcome, ended, height FROM renewals WHERE state = ? ORDER BY id DESC LIMIT 1",
        )
        .get(state) as
        | { id: number; accounts: string; renewed: string; outcome: string; ended: number; height: number }
        | undefined;
    const done = ended("done");
    const dropped = ended("dropped");
    return {
      period: view.period,
      minimum: view.parameters.renewalMinimum,
      ready: citizens.filter(({ reason }) => reason === undefined).length,
      unready: citizens.flatMap(({ account, reason }) => (reason === undefined ? [] : [{ account, reason }])),
      last:
        done === undefined
          ? undefined
          : { time: done.ended, height: done.height, homes: (JSON.parse(done.renewed) as Renewed[]).length },
      underWay:
        plan === undefined
          ? undefined
          : {
              state: isWaiting(plan) ? "waiting" : (plan.state as "holding" | "sent"),
              from: plan.holdsFrom,
              until: plan.lastInterval + QUARTER_HOUR_S,
              homes: plan.state === "sent" ? plan.renewed.length : plan.accounts.length,
            },
      dropped:
        dropped === undefined || (done !== undefined && done.id > dropped.id)
          ? undefined
          : { reason: dropped.outcome, time: dropped.ended },
      next: this.#next(),
    };
  }

  /** Called when a renewal has been applied; returns how to stop. */
  onApplied(listener: (renewed: readonly NewNumbers[]) => void): () => void {
    this.#applied.add(listener);
    return () => void this.#applied.delete(listener);
  }

  #next(): UnixSeconds | undefined {
    const { monthly, zone, host } = this.#options;
    if (this.#plan !== undefined && isWaiting(this.#plan)) return this.#plan.holdsFrom;
    return monthly === true ? firstMorningAfter(zone, host.now()) : undefined;
  }

  #isDue(time: UnixSeconds): boolean {
    if (this.#options.monthly !== true) return false;
    const { zone } = this.#options;
    const day = dayOf(zone, time);
    return time === dayStart(zone, day) + MORNING_S && civilDate(day).day === 1;
  }

  #hold(): void {
    const { host, numbers } = this.#options;
    const homes = (this.#plan?.accounts ?? []).flatMap((account) => homesOf(host.view(), numbers, account));
    this.#held = new Set(homes);
  }

  /** Every standing citizen, with why it would keep its numbers. */
  #citizens(): { readonly account: number; readonly reason: Unready | undefined }[] {
    const { host, numbers } = this.#options;
    const guarding = this.#guardiansOfOthers();
    return host
      .view()
      .members()
      .filter(({ row }) => row.role === "citizen" && row.closed === 0)
      .map(({ key }) => numbers.accountOf(key))
      .map((account) => ({ account, reason: this.#reason(account, guarding) }));
  }

  /** Members by whose number somebody else would look for help: another number would leave that one without. */
  #guardiansOfOthers(): ReadonlySet<number> {
    const view = this.#options.host.view();
    const guarding = new Set<number>();
    for (const { key, row } of view.members()) {
      if (row.closed > 0) continue;
      for (const guardian of view.guarded(key)?.guardians ?? []) {
        if ("member" in guardian) guarding.add(guardian.member);
      }
    }
    return guarding;
  }

  #reason(account: number, guarding: ReadonlySet<number>): Unready | undefined {
    const { host, numbers, nextKeys, registrar } = this.#options;
    const view = host.view();
    const member = numbers.memberNow(account);
    if (this.#nextKeysOf(member).length === 0) return "no_next_key";
    const meters = homesOf(view, numbers, account).map((home) =>
      registrar.meterKey(home, numbers.renewalsOf(account) + 1),
    );
    if (meters.some((key) => key === undefined || nextKeys.wasUsed(key))) return "no_meter_key";
    if (guarding.has(member)) return "guards_others";
    if (this.#guardiansOf(member) === "guardian_key") {
      return view.guarded(member)?.next === undefined ? "guardian_key" : "not_at_rest";
    }
    if (view.checkAtRest(member) === "ok") return undefined;
    if (view.hasSupplyContracts(member)) return "supply_contract";
    return view.isMarketUnsettled(member) ? "market_day" : "not_at_rest";
  }

  #nextKeysOf(member: number): { readonly key: Uint8Array; readonly next: Uint8Array }[] {
    const { nextKeys } = this.#options;
    return nextKeys.ofMember(member).filter(({ next }) => !nextKeys.wasUsed(next));
  }

  /** The same guardians again; a bare key would lead from one number to the next, so it must have one that follows it. */
  #guardiansOf(member: number): readonly Guardian[] | undefined | "guardian_key" {
    const { host, nextKeys } = this.#options;
    const guardians = host.view().guarded(member)?.guardians;
    if (guardians === undefined) return undefined;
    const next: Guardian[] = [];
    for (const guardian of guardians) {
      if ("member" in guardian) {
        next.push(guardian);
        continue;
      }
      const key = nextKeys.after(guardian.key);
      if (key === undefined || nextKeys.wasUsed(key)) return "guardian_key";
      next.push({ key });
    }
    return next;
  }

  /** Writes the transaction down with its map, or drops the plan where too few can still be renewed. */
  #make(plan: Plan): void {
    const { database, host, numbers } = this.#options;
    const view = host.view();
    const period = view.period + 1;
    const drawn = new Set<number>();
    const guarding = this.#guardiansOfOthers();
    const one = (account: number) => {
      if (this.#reason(account, guarding) !== undefined) return [];
      const opening = this.#opening(account, period, plan, drawn);
      return opening === undefined ? [] : [opening];
    };
    const openings = plan.accounts.flatMap(one);
    if (openings.length < view.parameters.renewalMinimum) {
      this.#drop(plan, "too_few_to_renew");
      return;
    }
    const sum = (gaps: readonly GapMovement[]): GapMovement => ({
      charged: Wh(gaps.reduce((all, { charged }) => all + charged, 0n)),
      used: Wh(gaps.reduce((all, { used }) => all + used, 0n)),
      exported: Wh(gaps.reduce((all, { exported }) => all + exported, 0n)),
      lost: Wh(gaps.reduce((all, { lost }) => all + lost, 0n)),
    });
    const gaps = openings.flatMap((opening) => opening.gaps);
    const renewal: Renewal = {
      period,
      lastInterval: plan.lastInterval,
      gapSolar: sum(gaps.map(({ solar }) => solar)),
      gapGrid: sum(gaps.map(({ grid }) => grid)),
      closed: openings.map(({ renewed }) => numbers.memberNow(renewed.account)).sort((a, b) => a - b),
      opened: openings.map(({ opened }) => opened).sort((a, b) => a.member - b.member),
    };
    database
      .prepare("UPDATE renewals SET state = 'sent', body = ?, renewed = ? WHERE id = ?")
      .run(encode(renewalCodec, renewal), JSON.stringify(openings.map(({ renewed }) => renewed)), plan.id);
    this.#plan = this.#plans("state = 'sent'").at(-1);
  }

  /** One account under new numbers; `undefined` where a meter did not report to the end of the gap. */
  #opening(account: number, period: number, plan: Plan, drawn: Set<number>) {
    const { host, numbers, nextKeys, registrar } = this.#options;
    const view = host.view();
    const old = numbers.memberNow(account);
    const draw = () => this.#draw(drawn);
    const plants: (OpenedPlant & { readonly home: number })[] = [];
    const gaps: { readonly solar: GapMovement; readonly grid: GapMovement }[] = [];
    for (const home of homesOf(view, numbers, account)) {
      const gap = this.#gapOf(home, plan);
      if (gap === undefined) return undefined;
      gaps.push(gap);
      plants.push({
        home,
        plant: draw(),
        meterKey: registrar.meterKey(home, numbers.renewalsOf(account) + 1)!,
        ...renewedSheet(view.plant(numbers.plantNow(home))!),
        solar: gap.closingSolar,
        grid: gap.closingGrid,
      });
    }
    const { renewalUnit } = view.parameters;
    const due = view.money(old).posted + BigInt(this.restOf(account));
    const money = MicroEur(due - (due % renewalUnit));
    const keys = this.#nextKeysOf(old);
    const guardians = this.#guardiansOf(old);
    const member = draw();
    const opened: OpenedMember = {
      member,
      keys: keys.map(({ next }) => next),
      identity: registrar.attest(account, period),
      guardians: guardians === "guardian_key" ? undefined : guardians,
      money,
      plants: plants.map(({ home: _, ...plant }) => plant).sort((a, b) => a.plant - b.plant),
    };
    const followed =
      view.guarded(old)?.guardians.flatMap((guardian) => ("key" in guardian ? [guardian.key] : [])) ?? [];
    const renewed: Renewed = {
      account,
      member,
      plants: plants.map(({ home, plant }) => ({ home, plant })),
      keys: [
        ...keys.map(({ key, next }): [string, string] => [toHex(key), toHex(next)]),
        ...followed.map((key): [string, string] => [toHex(key), toHex(nextKeys.after(key)!)]),
      ],
      rest: Number(due - money),
    };
    return { opened, renewed, gaps };
  }

  /**
   * What a home's stores moved since their last entry, up to the end of the gap, and what they hold then by the
   * meter; what no reading tells is booked as charged or used, as over any gap. `undefined` where the meter has not
   * reported the gap's end, or the chain has seen a part of the gap.
   */
  #gapOf(home: number, { holdsFrom, lastInterval }: Plan) {
    const { host, numbers, archive } = this.#options;
    const view = host.view();
    const plant = numbers.plantNow(home);
    const row = view.plant(plant)!;
    const last = archive.find(home, lastInterval)?.reading;
    if (last === undefined || row.lastInterval >= holdsFrom) return undefined;
    const readings = archive
      .after(home, row.lastInterval)
      .filter(({ intervalStart }) => intervalStart <= lastInterval);
    const before = view.store(plant);
    const { gridEnergySellable } = view.parameters;
    return {
      solar: gapFrom(
        before.solar,
        last.closingSolarWh,
        readings.map(({ storedSolar }) => storedSolar),
        true,
      ),
      grid: gapFrom(
        before.grid,
        last.closingGridWh,
        readings.map(({ storedGrid }) => storedGrid),
        gridEnergySellable,
      ),
      closingSolar: Wh(BigInt(last.closingSolarWh)),
      closingGrid: Wh(BigInt(last.closingGridWh)),
    };
  }

  /** A number that nobody has, had, or gets in this renewal. */
  #draw(drawn: Set<number>): number {
    const { host, numbers } = this.#options;
    const view = host.view();
    for (;;) {
      const number = randomInt(LOWEST_DRAWN, HIGHEST_DRAWN);
      const taken =
        drawn.has(number) ||
        numbers.isTaken(number) ||
        view.member(number) !== undefined ||
        view.plant(number) !== undefined;
      if (taken) continue;
      drawn.add(number);
      return number;
    }
  }

  async #send(plan: Plan): Promise<void> {
    const renewal = decode(renewalCodec, plan.body!);
    if (!renewal.ok) throw renewal.error;
    const submission = await this.#options.operator.send(renewManyMembers, renewal.value);
    if (!submission.admitted) {
      if (!AGAIN.has(submission.status)) this.#drop(plan, submission.status);
      return;
    }
    this.#waitsForBlock = true;
    submission.committed
      .then(({ status }) => {
        this.follow();
        if (status !== "ok" && this.#plan?.id === plan.id) this.#drop(plan, status);
      })
      .catch(() => undefined)
      .finally(() => {
        this.#waitsForBlock = false;
      });
  }

  /** The homes go on under their old numbers, and what was held back is booked. */
  #drop(plan: Plan, outcome: string): void {
    this.#options.database
      .prepare("UPDATE renewals SET state = 'dropped', outcome = ?, ended = ? WHERE id = ?")
      .run(outcome, this.#options.host.now(), plan.id);
    this.#end();
    this.#options.note(`the renewal of pseudonyms was dropped: ${outcome}`);
  }

  #apply(plan: Plan): void {
    const { database, host, numbers, nextKeys, sessions } = this.#options;
    try {
      inTransaction(database, () => {
        numbers.record(plan.renewed);
        const rest = database.prepare(
          "INSERT OR REPLACE INTO renewal_rests (account, micro_eur) VALUES (?, ?)",
        );
        for (const { account, keys, rest: microEur } of plan.renewed) {
          nextKeys.forget(
            account,
            keys.map(([, next]) => fromHex(next)!),
          );
          rest.run(account, microEur);
          sessions.followKeys(keys.map(([key, next]) => ({ key: fromHex(key)!, next: fromHex(next)! })));
        }
        database
          .prepare("UPDATE renewals SET state = 'done', outcome = 'ok', ended = ?, height = ? WHERE id = ?")
          .run(host.now(), host.view().height, plan.id);
      });
    } catch (error) {
      numbers.reread();
      this.#last = undefined;
      throw error;
    }
    this.#end();
    for (const listener of this.#applied) listener(plan.renewed);
  }

  #end(): void {
    this.#plan = undefined;
    this.#held = new Set();
  }

  #plans(where: string): Plan[] {
    const rows = this.#options.database.prepare(`SELECT * FROM renewals WHERE ${where} ORDER BY id`).all();
    return rows.map((row) => ({
      id: row.id as number,
      state: row.state as Plan["state"],
      holdsFrom: row.holds_from as number,
      lastInterval: row.last_interval as number,
      accounts: JSON.parse(row.accounts as string) as number[],
      body: (row.body as Uint8Array | null) ?? undefined,
      renewed: row.renewed === null ? [] : (JSON.parse(row.renewed as string) as Renewed[]),
    }));
  }
}

/** Nine digits: told apart from the small numbers of a young community at a glance. */
const LOWEST_DRAWN = 100_000_000;
const HIGHEST_DRAWN = 1_000_000_000;

/** The home ids of an account's standing plants. */
function homesOf(view: ChainView, numbers: Pseudonyms, account: number): number[] {
  return view
    .plantsOf(numbers.memberNow(account))
    .filter((plant) => view.plant(plant)?.closed === 0)
    .map((plant) => numbers.homeOf(plant));
}

/** Wh of one origin from a content by the books to one by the meter. What cannot be sold and left was used. */
function gapFrom(
  before: Wh,
  closingWh: number,
  moved: readonly StoreMovement[],
  sellable: boolean,
): GapMovement {
  const sum = { charged: 0, used: 0, exported: 0, lost: 0 };
  for (const { chargedWh, usedWh, exportedWh, lostWh } of moved) {
    sum.charged += chargedWh;
    sum.used += usedWh + (sellable ? 0 : exportedWh);
    sum.exported += sellable ? exportedWh : 0;
    sum.lost += lostWh;
  }
  const untold = closingWh - (Number(before) + sum.charged - sum.used - sum.exported - sum.lost);
  return {
    charged: Wh(BigInt(sum.charged + Math.max(0, untold))),
    used: Wh(BigInt(sum.used + Math.max(0, -untold))),
    exported: Wh(BigInt(sum.exported)),
    lost: Wh(BigInt(sum.lost)),
  };
}

/** The next seven o'clock that is still to come. */
function nextMorning(zone: Zone, now: UnixSeconds): UnixSeconds {
  const morningOf = (day: number) => dayStart(zone, day) + MORNING_S;
  const today = dayOf(zone, now);
  return morningOf(today) > now ? morningOf(today) : morningOf(today + 1);
}

function firstMorningAfter(zone: Zone, now: UnixSeconds): UnixSeconds {
  for (let day = dayOf(zone, now); ; day++) {
    const morning = dayStart(zone, day) + MORNING_S;
    if (civilDate(day).day === 1 && morning > now) return morning;
  }
}
